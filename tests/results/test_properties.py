"""Shares stay the whole and agreement stays everybody's own word whatever is done; numbers tell of their errors; counts are those of a recount."""

import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from consortium.activity.models import Event
from consortium.core import clock, identifiers
from consortium.core.db import db
from consortium.core.errors import Denied, Missing, NotNow, Refused
from consortium.results import classes, services, sharing, tallies
from consortium.results.models import Outcome, OutcomeKind, OutcomeOwner, Result, ResultKind, ResultOwner
from tests import factories
from tests.results.furniture import a_patent_number, a_result

pytestmark = pytest.mark.slow

DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2026, 12, 31))


# Shares as they are typed


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_what_is_written_is_read_again_exactly(part: int, of: int) -> None:
    value = Fraction(min(part, of), max(part, of))
    assert sharing.share(sharing.written(value)) == value


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_parts_of_a_whole_have_nothing_to_complain_about(parts: list[int]) -> None:
    shares = {str(place): Fraction(part, sum(parts)) for place, part in enumerate(parts)}
    assert sharing.off(shares) is None
    assert sharing.off({**shares, "more": Fraction(1, 10**6)}) is not None
    assert len(shares) == 1 or sharing.off(dict(list(shares.items())[1:])) is not None


@given(st.text(max_size=12))
@example("1/0")
@example("0/1")
@example("１／３")
@example("٣")
def test_any_text_is_a_share_or_a_sentence(typed: str) -> None:
    try:
        assert 0 <= sharing.share(typed) <= 1
    except Refused as problem:
        assert str(problem.message)


# Numbers


@given(
    st.integers(0, 9_999_999),
    st.sampled_from([1, 2, 3, 8, 9]),
    st.integers(2004, 2026),
    st.integers(0, 11),
    st.integers(1, 9),
)
def test_one_wrong_digit_of_an_application_number_is_found(
    serial: int, kind: int, year: int, place: int, by: int
) -> None:
    code = a_patent_number(serial, kind, year)
    assert identifiers.chinese_patent(code) == code
    wrong = f"{code[:place]}{(int(code[place]) + by) % 10}{code[place + 1 :]}"
    with pytest.raises(Refused):
        identifiers.chinese_patent(wrong)


@given(st.integers(0, 9_999_999), st.sampled_from([1, 2, 3, 8, 9]), st.integers(5, 10))
def test_two_digits_that_changed_places_are_found(serial: int, kind: int, place: int) -> None:
    code = a_patent_number(serial, kind)
    assume(code[place] != code[place + 1])
    # The weights of neighbours differ by 1 or 7, which 11 does not divide, so that a change of places always shows.
    with pytest.raises(Refused):
        identifiers.chinese_patent(f"{code[:place]}{code[place + 1]}{code[place]}{code[place + 2 :]}")


@given(st.sampled_from(["ZL", "CN", "zl ", ""]), st.integers(0, 9_999_999))
def test_how_a_number_is_written_does_not_change_it(before: str, serial: int) -> None:
    code = a_patent_number(serial)
    assert identifiers.patent_of("invention", f"{before}{code.replace('.', '') if before else code}") == code


def test_the_vector_of_the_office() -> None:
    assert identifiers.chinese_patent("200310102344.5") == "200310102344.5"


@pytest.mark.parametrize(
    ("read", "good", "kept"),
    [(identifiers.software_copyright, "２０２３ＳＲ０１２３４５６", "2023SR0123456"), (identifiers.layout_design, "bs 205012345", "BS.205012345"),
     (identifiers.doi, "https://doi.org/10.1000/182", "10.1000/182"), (identifiers.doi, "doi: 10.1016/j.x.2020", "10.1016/j.x.2020"),
     (identifiers.pct, "pct/cn2023/012345", "PCT/CN2023/012345"), (identifiers.patent_grant, "cn112345678b", "CN112345678B")],
)  # fmt: skip
def test_numbers_are_kept_in_one_form(read: Any, good: str, kept: str) -> None:
    assert read(good) == kept
    assert read(kept) == kept


@pytest.mark.parametrize("whose", sorted(identifiers.STANDARDS))
def test_each_kind_of_standard_reads_its_own_example_and_no_other(whose: str) -> None:
    example_of = identifiers.STANDARDS[whose][1]
    assert identifiers.standard(whose, example_of) == example_of
    assert identifiers.standard(whose, example_of.lower().replace(" ", "  ")) == example_of
    others = [other for other in identifiers.STANDARDS if other != whose]
    for other in others:
        with pytest.raises(Refused):
            identifiers.standard(other, example_of)


# Counting


#: By the place of a firm its part: whole numbers, so that they sum to the whole whatever they are.
HOLDERS = st.dictionaries(st.integers(0, 2), st.integers(1, 9), min_size=1)
OUTCOMES = st.lists(
    st.fixed_dictionaries(
        {"project": st.integers(0, 1), "kind": st.sampled_from(OutcomeKind), "transferred_in": st.booleans(), "applied_on": st.none() | DAYS,
         "granted_on": st.none() | DAYS, "ended_on": st.none() | DAYS, "entered_on": DAYS, "holders": HOLDERS}
    ),
    max_size=12,
)  # fmt: skip
RESULTS = st.lists(
    st.fixed_dictionaries(
        {"project": st.integers(0, 1), "made_on": DAYS, "state": st.sampled_from(["unowned", "proposed", "agreed", "disputed"]), "agreed_on": DAYS,
         "critical": st.booleans(), "holders": HOLDERS}
    ),
    max_size=8,
)  # fmt: skip


def put_down(row: Any, owner: Any, column: str, rows: Any, values: Any, projects: Any, firms: Any) -> None:
    """Rows as they are drawn; no service would take all of these days."""
    for place, drawn in enumerate(rows):
        project = projects[drawn["project"]]
        whose = {"consortium_id": project.consortium_id, "organisation_id": firms[0].id}
        number = (
            db.session.connection()
            .execute(insert(row).values(**whose, project_id=project.id, version=1, **values(place, drawn)))
            .inserted_primary_key[0]
        )
        parts = drawn["holders"]
        for at, (firm, part) in enumerate(parts.items(), 1):
            numbered = {"version": 1} if hasattr(owner, "version") else {}
            share = {
                **numbered,
                "organisation_id": firms[firm].id,
                "part": part,
                "of": sum(parts.values()),
                "place": at,
            }
            db.session.connection().execute(insert(owner).values(**{**whose, **share}, **{column: number}))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OUTCOMES, RESULTS, DAYS, st.none() | DAYS)
def test_counts_are_those_of_a_naive_recount(
    ours: Any, some: Any, made: Any, on: datetime.date, first: datetime.date | None
) -> None:
    """What the database puts together and `counting` multiplies is what one finds who counts row by row."""
    rules, before = classes.on(on), db.session.begin_nested()
    try:
        firms = (ours.lead, ours.member, ours.other)
        projects = (ours.project, factories.project(ours.consortium, ours.lead, "另一项目"))
        db.session.flush()
        put_down(Outcome, OutcomeOwner, "outcome_id", some, as_outcome, projects, firms)
        put_down(Result, ResultOwner, "result_id", made, as_result, projects, firms)
        for within in (None, *projects):
            there = [row for row in some if within is None or projects[row["project"]] is within]
            results = [row for row in made if within is None or projects[row["project"]] is within]
            recounted(tallies.counts(ours.consortium, on, first, within), there, results, rules, on, first, firms)
    finally:
        before.rollback()


def as_outcome(_: int, row: Any) -> Any:
    kept = {name: row[name] for name in ("applied_on", "granted_on", "ended_on", "kind", "transferred_in")}
    hour = datetime.timedelta(hours=row["entered_on"].day % 24)
    return {**kept, "state": "pending", "created_at": begins(row["entered_on"]) + hour}


def as_result(place: int, row: Any) -> Any:
    kept = {name: row[name] for name in ("made_on", "state", "agreed_on", "critical")}
    return {**kept, "number": f"R{place}", "kind": ResultKind.PRODUCT}


def begins(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, clock.zone)


def recounted(found: Any, some: Any, made: Any, rules: Any, on: Any, first: Any, firms: Any) -> None:
    def begun(row: Any) -> datetime.date:
        return min([day for day in (row["applied_on"], row["granted_on"]) if day] or [row["entered_on"]])

    there = [row for row in some if begun(row) <= on]
    alive = [
        row
        for row in there
        if row["granted_on"] and row["granted_on"] <= on and not (row["ended_on"] and row["ended_on"] <= on)
    ]
    firsts = [
        row
        for row in alive
        if row["kind"] in ("invention", "layout") and (rules.transferred_in_counts or not row["transferred_in"])
    ]
    one = found.outcomes
    assert (one.total, one.in_force, one.first) == (len(there), len(alive), len(firsts))
    assert one.new == sum(first is not None and begun(row) >= first for row in there)
    assert one.total == sum(part.total for part in found.by_kind.values())
    assert one.total == sum(part.total for part in found.by_project.values())
    # What is held is held exactly once.
    assert sum((held.share for held in found.by_firm.values()), Fraction(0)) == one.total
    for place, firm in enumerate(firms):
        held = found.by_firm.get(firm.id)
        mine = [row for row in there if place in row["holders"]]
        counted = [
            row
            for row in firsts
            if place in row["holders"]
            and (rules.first_holders is None or list(row["holders"]).index(place) < rules.first_holders)
        ]
        assert (held.total if held else 0, held.first if held else 0) == (len(mine), len(counted))
        whole = sum((Fraction(row["holders"][place], sum(row["holders"].values())) for row in mine), Fraction(0))
        assert (held.share if held else 0) == whole
    real = [row for row in made if row["made_on"] <= on]
    assert found.results == len(real) == sum(found.by_state.values()) == sum(found.results_by_project.values())
    assert found.results_new == sum(first is not None and row["made_on"] >= first for row in real)
    assert found.critical == sum(row["critical"] for row in real)
    assert sum((held.owned for held in found.by_firm.values()), Fraction(0)) == found.results
    assert found.by_state.get("agreed", 0) == sum(row["state"] == "agreed" and row["agreed_on"] <= on for row in real)


# A walk through all that can be done with ownership


PARTS = st.tuples(*[st.sampled_from(["", "1/3", "2/3", "50", "40", "60", "100", "33.33"])] * 3)
DEEDS = st.lists(
    st.tuples(st.sampled_from(["propose", "agree", "dispute"]), st.integers(0, 4), st.integers(0, 2), PARTS),
    max_size=14,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
def test_whatever_is_done_shares_are_the_whole_and_agreed_is_what_each_owner_said(ours: Any, deeds: Any) -> None:
    firms, people = (
        (ours.lead, ours.member, ours.other),
        (ours.coordinator, ours.member_, ours.other_member, ours.expert, ours.auditor),
    )
    before = db.session.begin_nested()
    result = a_result(
        ours.member_, ours.project, ours.member, "RW", shares={ours.member: Fraction(1, 2), ours.other: Fraction(1, 2)}
    )
    # Kept apart from the platform: who has said yes to the shares as they are now.
    yes = {ours.member.id}
    for deed, who, whose, parts in deeds:
        try:
            _do(result, deed, people[who], firms, whose, parts)
        except (Denied, Missing, NotNow, Refused):
            db.session.refresh(result)
            for owner in result.owners:
                db.session.refresh(owner)
        else:
            yes = (
                {people[who].organisation_id}
                if deed == "propose"
                else yes | {firms[whose].id}
                if deed == "agree"
                else yes - {firms[whose].id}
            )
            assert deed == "propose" or people[who].organisation_id == firms[whose].id
        owned = {owner.organisation_id: owner for owner in result.owners}
        assert sum(owner.share for owner in owned.values()) == 1
        assert (result.state == "agreed") == (set(owned) <= yes) == (result.agreed_on is not None)
        assert (result.state == "disputed") == any(owner.state == "disputed" for owner in owned.values())
        for number, owner in owned.items():
            assert (owner.state == "agreed") == (number in yes)
            assert owner.answered_by is None or owner.answered_by.organisation_id == number
    assert db.session.query(Event).count()
    before.rollback()


def _do(result: Result, deed: str, person: Any, firms: Any, whose: int, parts: tuple[str, ...]) -> None:
    with db.session.begin_nested():
        if deed == "propose":
            services.propose(
                person,
                result,
                shares={firm: sharing.share(text) if text else None for firm, text in zip(firms, parts, strict=True)},
            )
            return
        owner = next((owner for owner in result.owners if owner.organisation_id == firms[whose].id), None)
        if owner is None:
            raise NotNow("no owner")
        services.answer(person, owner, deed, reason="理由")
