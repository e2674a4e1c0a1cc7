"""What outcomes, classes, counts and effects allow and refuse."""

import datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Event
from consortium.core.db import db
from consortium.core.errors import Denied, Missing, Refused
from consortium.results import classes, known, queries, services, tallies
from consortium.results.facts import section
from consortium.results.models import Outcome, OutcomeKind, Result, StandardKind, StandardRole
from consortium.results.tables import class_word
from tests.factories import TODAY
from tests.results.furniture import a_patent_number, a_result, an_effect, an_outcome

DAY = datetime.timedelta(days=1)
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def shared(ours: Any, number: str = "R1", **more: Any) -> Result:
    """A result that the member leads, a third of each firm."""
    return a_result(
        ours.member_,
        ours.project,
        ours.member,
        number,
        shares=dict.fromkeys((ours.lead, ours.member, ours.other), THIRD),
        **more,
    )


# Outcomes


def test_an_outcome_takes_the_shares_of_its_result(ours: Any) -> None:
    outcome = an_outcome(ours.member_, ours.project, ours.member, result=shared(ours))
    assert [owner.share for owner in outcome.owners] == [THIRD] * 3
    alone = an_outcome(ours.member_, ours.project, ours.member, number=a_patent_number(2))
    assert [(owner.organisation_id, owner.share) for owner in alone.owners] == [(ours.member.id, Fraction(1))]


@pytest.mark.parametrize("written", ["200310102344.5", "ZL200310102344.5", "zl 2003 1010 2344.5", "CN2003101023445"])
def test_the_same_number_is_refused_and_named_however_it_is_written(ours: Any, written: str) -> None:
    an_outcome(ours.member_, ours.project, ours.member, number="200310102344.5", title_zh="先录专利")
    with pytest.raises(Refused) as refused:
        an_outcome(ours.other_member, ours.project, ours.other, number=written)
    assert "先录专利" in str(refused.value.fields["number"])


@pytest.mark.parametrize(
    ("kind", "number", "more"),
    [(OutcomeKind.INVENTION, "200310102344.6", {}), (OutcomeKind.UTILITY, "200310102344.5", {}), (OutcomeKind.INVENTION, "", {}), (OutcomeKind.SOFTWARE, "2023SR01", {}),
     (OutcomeKind.LAYOUT, "205012345", {}), (OutcomeKind.PAPER, "11.1000/182", {}),
     (OutcomeKind.STANDARD, "ISO 9001:2015", {"standard": StandardKind.NATIONAL, "role": StandardRole.PART})],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused_at_its_field(
    ours: Any, kind: OutcomeKind, number: str, more: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        an_outcome(ours.member_, ours.project, ours.member, kind=kind, number=number, **more)
    assert "number" in refused.value.fields
    assert db.session.scalars(select(Outcome).where(Outcome.title_zh == "专利")).first() is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"granted_on": TODAY + DAY}, "granted_on"), ({"applied_on": TODAY, "granted_on": TODAY - DAY}, "granted_on"), ({"pct": "PCT 1"}, "pct"),
     ({"grant_number": "112"}, "grant_number"), ({"title_zh": "", "title_en": ""}, "title_zh")],
)  # fmt: skip
def test_an_outcome_that_breaks_a_rule_is_refused_at_its_field(ours: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        an_outcome(ours.member_, ours.project, ours.member, **wrong)
    assert field in refused.value.fields


def test_a_standard_says_whose_it_is_and_which_part(ours: Any) -> None:
    for wrong, field in (
        ({"standard": None, "role": StandardRole.LEAD}, "standard"),
        ({"standard": StandardKind.NATIONAL, "role": None}, "role"),
    ):
        with pytest.raises(Refused) as refused:
            an_outcome(ours.member_, ours.project, ours.member, kind=OutcomeKind.STANDARD, number="", **wrong)
        assert field in refused.value.fields
    row = an_outcome(
        ours.member_,
        ours.project,
        ours.member,
        kind=OutcomeKind.STANDARD,
        number="gb/t22900—2022",
        standard=StandardKind.NATIONAL,
        role=StandardRole.PART,
    )
    assert row.number == "GB/T 22900-2022"


def test_an_outcome_lives_by_its_steps(ours: Any) -> None:
    row = an_outcome(ours.member_, ours.project, ours.member, applied_on=TODAY - 9 * DAY)
    assert row.state == "pending" and str(class_word(row)) == ""
    with pytest.raises(Refused) as refused:
        services.move_outcome(ours.member_, row, "grant")
    assert "on_day" in refused.value.fields
    with pytest.raises(Refused):
        services.move_outcome(ours.member_, row, "grant", on_day=TODAY - 10 * DAY)
    services.move_outcome(ours.member_, row, "grant", on_day=TODAY, grant_number="CN112345678B")
    assert (row.state, row.granted_on, row.grant_number, str(class_word(row))) == (
        "in_force",
        TODAY,
        "CN112345678B",
        "Class I",
    )
    services.move_outcome(ours.member_, row, "lapse", on_day=TODAY)
    assert row.state == "ended" and str(class_word(row)) == ""
    with pytest.raises((Denied, Missing)):
        services.move_outcome(ours.other_member, row, "revive")


def test_what_is_elsewhere_is_a_count_and_no_name(ours: Any, world: Any) -> None:
    from consortium.core.scope import everything
    from consortium.organisations.models import Organisation
    from consortium.people.models import User
    from consortium.projects.models import Project

    mine = an_outcome(ours.member_, ours.project, ours.member, number="200310102344.5")
    assert known.elsewhere(mine) == 0
    with everything("a test writes at the other table"):
        theirs = world.theirs
        person, project, firm = (
            db.session.get_one(model, row.id)
            for model, row in ((User, theirs.people.member), (Project, theirs.project), (Organisation, theirs.member))
        )
        an_outcome(person, project, firm, number="ZL200310102344.5")
    assert known.elsewhere(mine) == 1


# Classes and counts


def test_classes_follow_the_rules_of_the_day(ours: Any) -> None:
    old, new = classes.on(datetime.date(2026, 3, 31)), classes.on(datetime.date(2026, 4, 1))
    assert (old.code, new.code) == ("IPC-2022", "IPC-2026")
    assert new.class_of(OutcomeKind.INVENTION) == new.class_of(OutcomeKind.LAYOUT) == "I"
    assert (
        new.class_of(OutcomeKind.SOFTWARE)
        == new.class_of(OutcomeKind.UTILITY)
        == new.class_of(OutcomeKind.DESIGN)
        == "II"
    )
    assert new.class_of(OutcomeKind.PAPER) == ""
    assert (old.class_of(OutcomeKind.INVENTION, True), new.class_of(OutcomeKind.INVENTION, True)) == ("I", "")
    assert (old.counts_for(9), new.counts_for(3), new.counts_for(4)) == (True, True, False)
    assert new.asks_for_checking("II") and not new.asks_for_checking("I")


@pytest.mark.parametrize("wrong", [b"[]", b"{", b'{"code": "X"}', b'{"code": "X", "effective_from": "2026-13-01"}'])
def test_a_file_of_classes_that_is_wrong_is_refused_in_a_sentence(wrong: bytes) -> None:
    with pytest.raises(Refused, match=r"X\.json"):
        classes.CLASSES.parse(wrong, "X.json")


def test_what_two_hold_counts_once_together_and_once_for_each(ours: Any) -> None:
    shared(ours)
    an_outcome(
        ours.member_,
        ours.project,
        ours.member,
        number=a_patent_number(7),
        granted_on=TODAY,
        shares={ours.member: THIRD, ours.other: 2 * THIRD},
    )
    found = tallies.counts(ours.consortium, TODAY, TODAY, project=ours.project)
    assert (found.outcomes.total, found.outcomes.first, found.outcomes.new) == (1, 1, 1)
    assert {number: (held.total, held.first, held.share) for number, held in found.by_firm.items() if held.total} == {
        ours.member.id: (1, 1, THIRD), ours.other.id: (1, 1, 2 * THIRD)
    }  # fmt: skip
    assert found.by_firm[ours.lead.id].owned == THIRD and found.results == 1
    assert tallies.counts(ours.consortium, TODAY - DAY, project=ours.project).outcomes.total == 0


def test_the_report_has_what_there_was_at_the_end_of_its_period(ours: Any) -> None:
    shared(ours, made_on=TODAY - 5 * DAY)
    an_outcome(
        ours.member_, ours.project, ours.member, number=a_patent_number(7), applied_on=TODAY - 9 * DAY, granted_on=TODAY
    )
    an_effect(ours.member_, ours.project, ours.member, TODAY.year)
    before = section(ours.consortium, TODAY - 30 * DAY, TODAY - DAY)
    assert before["counts"] | {"results": 1, "outcomes": 1, "in_force": 0, "new": 1, "class_1": 0} == before["counts"]
    assert before["outcomes"][0]["granted_on"] is None
    assert before["outcomes"][0]["state"]["en"] == "Applied for"
    now = section(ours.consortium, TODAY, TODAY)
    assert (now["counts"]["in_force"], now["counts"]["class_1"], now["counts"]["new"]) == (1, 1, 0)
    assert now["results"][0]["owners"][0]["share"] == "1/3" and "1000.00" not in str(now)


# Effects


def test_a_year_is_told_once_and_then_changed(ours: Any) -> None:
    from decimal import Decimal

    row = an_effect(ours.member_, ours.project, ours.member, TODAY.year)
    again = an_effect(ours.member_, ours.project, ours.member, TODAY.year, sales=Decimal("5.00"))
    assert again is row and row.sales == Decimal("5.00")
    with pytest.raises(Refused) as refused:
        an_effect(ours.member_, ours.project, ours.member, TODAY.year, sales=Decimal("5.00"), export=Decimal("6.00"))
    assert "export" in refused.value.fields
    with pytest.raises(Refused) as refused:
        an_effect(ours.member_, ours.project, ours.member, TODAY.year + 1)
    assert "year" in refused.value.fields
    events = db.session.scalars(select(Event).where(Event.subject_kind == "economic_effect")).all()
    assert events and "5.00" not in str([event.facts for event in events])


def test_what_a_firm_earned_is_read_by_itself_and_by_who_sees_all(ours: Any) -> None:
    an_effect(ours.member_, ours.project, ours.member, TODAY.year)
    assert len(queries.effects(ours.member_, ours.project)) == 1
    assert queries.effects(ours.other_member, ours.project) == []
    assert len(queries.effects(ours.coordinator, ours.project)) == len(queries.effects(ours.auditor, ours.project)) == 1
