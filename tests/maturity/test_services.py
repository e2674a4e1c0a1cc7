"""Levels rise by evidence and fall by a reason, are confirmed by other eyes, and hold the project at its weakest critical result."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Problem, Refused
from consortium.maturity import queries, services
from consortium.maturity.models import Assessment, EvidenceKind, ProofFile
from consortium.maturity.portrait import LadderPortrait
from consortium.maturity.scale import LEVELS, gate, scale
from consortium.projects import levels
from consortium.projects import services as projects
from consortium.projects.models import Project
from consortium.results import services as results
from tests import factories
from tests.maturity.furniture import assessed, paper, proof
from tests.results.furniture import a_result

TODAY = factories.TODAY


def at(day: datetime.date) -> Any:
    return clock.at(datetime.datetime.combine(day, datetime.time(4), datetime.UTC))


def result(ours: Any, firm: Any, number: str, project: Any = None, **more: Any) -> Any:
    """A result that a firm enters itself."""
    person = {ours.lead.id: ours.coordinator, ours.member.id: ours.member_, ours.other.id: ours.other_member}[firm.id]
    return a_result(person, project or ours.project, firm, number, **more)


def test_the_scale_says_what_each_level_means_and_whence() -> None:
    assert set(scale().levels) == set(LEVELS)
    assert all(all(level.names) and all(level.definitions) and level.expects for level in scale().levels.values())
    assert scale().mark in "CHMD" and all(scale().source)
    assert (gate("demonstration").level, gate("demonstration").wanted) == (6, 7)


def test_a_rise_brings_evidence_of_each_level_that_it_passes(ours: Any) -> None:
    assert ours.project.trl_now == 4
    for proofs, field, word in (
        ([], "files_5", "each level on the way"),
        ([proof(5)], "files_6", "level 6 has none"),
        ([proof(5), proof(6, kind=EvidenceKind.PAPER)], "why_6", "Third-party test"),
        ([proof(5, kind=None), proof(6)], "kind_5", "kind"),
    ):
        with pytest.raises(Refused) as refused:
            assessed(ours.coordinator, ours.project, 6, proofs=proofs)
        assert word in str(refused.value.fields[field])
    assert db.session.scalar(select(func.count()).select_from(Assessment)) == 0
    row = assessed(
        ours.coordinator, ours.project, 6, proofs=[proof(5), proof(6, kind=EvidenceKind.PAPER, why="论文含第三方数据")]
    )
    assert [(one.level, one.kind) for one in row.proofs] == [(5, EvidenceKind.PROTOTYPE_TEST), (6, EvidenceKind.PAPER)]
    assert (row.level_before, row.state, ours.project.trl_now) == (4, "proposed", 4)


def test_a_level_needs_evidence_even_where_it_stays(ours: Any) -> None:
    with pytest.raises(Refused) as refused:
        assessed(ours.coordinator, ours.project, 4, proofs=[])
    assert "needs evidence" in str(refused.value.fields["files_4"])


def test_a_fall_needs_its_reason_and_no_file(ours: Any) -> None:
    with pytest.raises(Refused) as refused:
        assessed(ours.coordinator, ours.project, 2, note=" ")
    assert "fell" in str(refused.value.fields["note"])
    row = assessed(ours.coordinator, ours.project, 2, note="复测未通过")
    services.confirm(ours.expert, row)
    assert (row.falls, row.proofs, ours.project.trl_now) == (True, [], 2)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"assessed_on": TODAY + datetime.timedelta(days=1)}, "assessed_on"),
        ({"assessor": " "}, "assessor"),
        ({"assessor_house": ""}, "assessor_house"),
        ({"note": ""}, "note"),
        ({"level": 10}, "level"),
    ],
)
def test_what_breaks_a_rule_is_said_at_its_field(ours: Any, values: dict[str, Any], field: str) -> None:
    level = values.pop("level", 5) if "level" in values else 5
    with pytest.raises(Refused) as refused:
        assessed(ours.coordinator, ours.project, level, **values)
    assert field in refused.value.fields


def test_no_assessment_is_older_than_the_last(ours: Any) -> None:
    services.confirm(ours.expert, assessed(ours.coordinator, ours.project, 5))
    with pytest.raises(Refused) as refused:
        assessed(ours.coordinator, ours.project, 6, assessed_on=TODAY - datetime.timedelta(days=1))
    assert "assessed_on" in refused.value.fields


def test_four_eyes(ours: Any) -> None:
    with pytest.raises(Denied):
        assessed(ours.member_, ours.project, 5)  # it is led by another firm
    row = assessed(ours.coordinator, ours.project, 5)
    with pytest.raises(NotNow) as refused:
        services.confirm(ours.coordinator, row)
    assert ours.expert.name in str(refused.value.message)
    with pytest.raises(Denied):
        services.confirm(ours.member_, row)
    with pytest.raises(NotNow):
        assessed(ours.coordinator, ours.project, 5)  # one waits already
    with pytest.raises(Refused):
        services.judge(ours.expert, row, decision="return", note="")
    services.judge(ours.expert, row, decision="return", note="缺第三方报告")
    assert (row.state, ours.project.trl_now) == ("returned", 4)
    assert [w.href for w in queries.waiting(ours.expert)] == []
    again = assessed(ours.coordinator, ours.project, 5)
    assert [w.href for w in queries.waiting(ours.expert)] == [f"/assessments/{again.id}#confirm"]
    assert not queries.waiting(ours.coordinator)
    services.judge(ours.expert, again, decision="confirm", note="")
    assert (again.verifier_id, ours.project.trl_now) == (ours.other.id, 5)


def test_the_project_is_as_ready_as_its_weakest_critical_result(ours: Any) -> None:
    first, second = result(ours, ours.member, "R1", critical=True), result(ours, ours.other, "R2", critical=True)
    plain = result(ours, ours.lead, "R3")
    services.confirm(ours.expert, assessed(ours.coordinator, ours.project, 6))
    assert ours.project.trl_now == 6  # no critical result is assessed yet
    services.confirm(ours.coordinator, assessed(ours.member_, first, 5))
    assert ours.project.trl_now == 5
    services.confirm(ours.coordinator, assessed(ours.other_member, second, 4))
    services.confirm(ours.expert, assessed(ours.coordinator, plain, 1, note="起步"))
    assert (ours.project.trl_now, queries.level_of(plain)) == (4, 1)
    services.confirm(ours.coordinator, assessed(ours.member_, first, 2, note="失败"))
    assert ours.project.trl_now == 2
    shown = LadderPortrait(ours.expert, ours.project)
    assert [row.now for row in shown.rows] == [6, 2, 4, 1]
    assert [row.thing for row in shown.shown] == [first, second] and shown.lowest == ["R1 A result"]
    first.critical = False
    db.session.flush()
    levels.renew(ours.coordinator, ours.project, "")
    assert ours.project.trl_now == 4


def test_the_level_of_a_past_day(ours: Any) -> None:
    first = result(ours, ours.member, "R1", critical=True)
    row = assessed(ours.member_, first, 5)
    with at(TODAY + datetime.timedelta(days=3)):
        services.confirm(ours.coordinator, row)
        assert queries.derived(ours.project, TODAY + datetime.timedelta(days=2)) is None
        assert queries.derived(ours.project, TODAY + datetime.timedelta(days=3)) == 5


def test_amending_the_project_keeps_the_level_that_was_assessed(ours: Any) -> None:
    services.confirm(ours.expert, assessed(ours.coordinator, ours.project, 2, note="复测未通过"))
    names = (
        "kind",
        "title_zh",
        "title_en",
        "objective",
        "area",
        "lead",
        "starts_on",
        "ends_on",
        "budget",
        "trl_target",
    )
    projects.amend(ours.coordinator, ours.project, trl_start=4, **{name: getattr(ours.project, name) for name in names})
    assert (ours.project.trl_start, ours.project.trl_now) == (4, 2)
    assert ours.project.budget == Decimal("8000000.00")


def test_a_file_of_the_own_firm_serves_again_and_no_other(ours: Any) -> None:
    row = assessed(ours.coordinator, ours.project, 5)
    digest = row.proofs[0].files[0].sha256
    services.confirm(ours.expert, row)
    services.confirm(
        ours.expert, assessed(ours.coordinator, ours.project, 6, proofs=[proof(6, files=[], again=[digest])])
    )
    assert len({file.key for file in db.session.scalars(select(ProofFile))}) == 1
    mine = result(ours, ours.member, "R1")
    with pytest.raises(Refused) as refused:
        assessed(ours.member_, mine, 4, proofs=[proof(4, files=[], again=[digest])])
    assert "again_4" in refused.value.fields and paper("x").name


def test_nothing_is_assessed_in_a_draft_or_a_stopped_project(ours: Any) -> None:
    row = assessed(ours.coordinator, ours.project, 5)
    for stage in ("draft", "stopped"):
        ours.project.stage = stage
        with pytest.raises(NotNow):
            assessed(ours.coordinator, ours.project, 5)
        with pytest.raises(NotNow):
            services.confirm(ours.expert, row)
    ours.project.stage = "completed"
    services.confirm(ours.expert, row)
    assert ours.project.trl_now == 5


LADDERS = st.dictionaries(st.one_of(st.none(), st.integers(1, 6)), st.integers(1, 9), max_size=7)


@given(LADDERS, st.sets(st.integers(1, 8)))
def test_a_project_is_never_readier_than_a_critical_result(found: dict[int | None, int], critical: set[int]) -> None:
    level = queries.least(found, critical)
    known = [found[number] for number in critical if number in found]
    assert level == (min(known) if known else found.get(None))


@given(st.integers(1, 9), st.integers(1, 9))
def test_what_is_needed_leaves_no_level_out(before: int, level: int) -> None:
    found = queries.needed(before, level)
    assert found == sorted(set(found)) and bool(found) is (level >= before)
    if level > before:
        assert found[0] == before + 1 and found[-1] == level and len(found) == level - before


ACTS = st.lists(
    st.tuples(st.sampled_from(["assess", "confirm", "return", "critical"]), st.integers(0, 3), st.integers(0, 4), st.integers(1, 9), st.booleans()),
    max_size=18,
)  # fmt: skip
PEOPLE = ("coordinator", "member_", "other_member", "expert", "auditor")


@pytest.mark.slow
@given(ACTS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_people_do_four_eyes_hold_and_the_level_follows(
    ours: Any, acts: list[tuple[str, int, int, int, bool]]
) -> None:
    part = db.session.begin_nested()
    project = factories.project(ours.consortium, ours.lead, "随机成熟度")
    for firm in (ours.member, ours.other):
        factories.participant(project, firm)
    things: list[Any] = [project, *(result(ours, firm, f"T{n}", project, critical=n < 2) for n, firm in enumerate((ours.lead, ours.member, ours.other)))]  # fmt: skip
    for what, which, who, level, proven in acts:
        actor, thing = getattr(ours, PEOPLE[who]), things[which]
        inner = db.session.begin_nested()
        try:
            if what == "assess":
                assessed(actor, thing, level, **({} if proven else {"proofs": []}))
            elif what == "critical" and which:
                thing.critical = not thing.critical
                db.session.flush()
                levels.renew(actor, project, "")
            elif (row := queries.proposed(thing)) is not None:
                services.judge(actor, row, decision="confirm" if what == "confirm" else "return", note="看过")
            inner.commit()
        except Problem:
            inner.rollback()
            db.session.expire_all()
        for row in db.session.scalars(select(Assessment).where(Assessment.project_id == project.id)):
            assert (row.verified_by_id is None) is (row.state == "proposed")
            if row.state != "proposed":
                assert row.verified_by_id != row.reported_by_id and row.verifier_id != row.organisation_id
            for number in queries.needed(row.level_before, row.level):
                assert any(one.level == number and one.files for one in row.proofs)
        found = queries.derived(project)
        stored = db.session.scalar(select(Project.trl_now).where(Project.id == project.id))
        assert found is None or stored == found, (found, stored)
    part.rollback()


# Which results are critical


def held_down(ours: Any) -> Any:
    """A critical result of the member at level 3, which holds the project below another one at 8."""
    low, high = (result(ours, ours.member, number, critical=True) for number in ("R1", "R2"))
    for row, level in ((low, 3), (high, 8)):
        made = assessed(ours.member_, row, level, proofs=[proof(number) for number in range(1, level + 1)])
        services.confirm(ours.expert, made)
    assert ours.project.trl_now == 3
    return low


def test_whether_a_result_of_a_confirmed_level_is_critical_is_not_said_by_its_own_firm(ours: Any) -> None:
    low = held_down(ours)
    names = ("number", "title_zh", "title_en", "description", "kind", "made_on")
    values = {name: getattr(low, name) for name in names}
    with pytest.raises(Refused) as refused:
        results.amend_result(ours.member_, low, **values, critical=False)
    assert "critical" in refused.value.fields and low.critical and ours.project.trl_now == 3
    with pytest.raises(Denied):
        results.mark_critical(ours.member_, low, critical=False, reason="不再关键")
    with pytest.raises(Refused) as refused:
        results.mark_critical(ours.coordinator, low, critical=False, reason=" ")
    assert "reason" in refused.value.fields
    results.mark_critical(ours.coordinator, low, critical=False, reason="技术路线变更")
    assert not low.critical and ours.project.trl_now == 8


def test_a_coordinator_does_not_lift_the_project_by_a_result_of_the_own_firm(ours: Any) -> None:
    low = held_down(ours)
    seat = next(seat for seat in ours.member_.seats if seat.consortium_id == ours.consortium.id)
    seat.role = Role.COORDINATOR
    record("test", "amended", seat)
    with pytest.raises(Refused) as refused:
        results.mark_critical(ours.member_, low, critical=False, reason="不再关键")
    assert "critical" in refused.value.fields and low.critical and ours.project.trl_now == 3


def test_two_assessments_of_one_thing_never_wait_at_once(ours: Any) -> None:
    row = result(ours, ours.member, "R1")
    for thing, person, whole in ((row, ours.member_, False), (ours.project, ours.coordinator, True)):
        made = assessed(person, thing, 5, proofs=[proof(5)] if whole else [proof(number) for number in range(1, 6)])
        twice = {
            column.key: getattr(made, column.key)
            for column in Assessment.__mapper__.columns
            if column.key not in ("id", "created_at", "version")
        }
        part = db.session.begin_nested()
        db.session.add(Assessment(**twice))
        with pytest.raises(IntegrityError):
            db.session.flush()
        part.rollback()
