"""What projects and milestones allow and refuse."""

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from consortium.activity.models import Notification
from consortium.baselines import services as changes
from consortium.consortia.models import Consortium
from consortium.core import clock, uploads
from consortium.core.access import Action, Role
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused, Stale
from consortium.core.terms import CoreArea, ProjectKind
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.projects import hindsight, lights, queries, services, standings, tables
from consortium.projects.models import Milestone, Project
from tests.factories import NOW, TODAY


@pytest.fixture
def ours(inside: Callable[[], Any], world: Any) -> Any:
    """Our table with rows loaded, rolled back at the end."""
    with inside():
        yield Loaded(world.ours)
        db.session.rollback()


class Loaded:
    """The rows of one table of the world."""

    def __init__(self, table: Any) -> None:
        self.consortium = db.session.get(Consortium, table.consortium.id)
        self.project = db.session.get(Project, table.project.id)
        self.milestone = db.session.get(Milestone, table.milestone.id)
        self.lead, self.member, self.other = (
            db.session.get(Organisation, getattr(table, n).id) for n in ("lead", "member", "other")
        )
        for name, person in vars(table.people).items():
            setattr(self, "member_" if name == "member" else name, db.session.get(User, person.id))


def plan(ours: Any, **more: Any) -> Project:
    values = {
        "kind": ProjectKind.JOINT_RD, "title_zh": "新项目", "title_en": "", "objective": "目标", "area": CoreArea.IC, "lead": ours.lead,
        "starts_on": TODAY, "ends_on": TODAY + datetime.timedelta(days=400), "budget": Decimal("1000.00"), "trl_start": 3, "trl_target": 6,
    }  # fmt: skip
    return services.start(ours.coordinator, ours.consortium, **{**values, **more})


def step(ours: Any, project: Project, **more: Any) -> Milestone:
    values = {
        "organisation": ours.lead,
        "title_zh": "节点",
        "title_en": "",
        "due_on": TODAY,
        "weight": 10,
        "means": "报告",
    }
    return services.plan_milestone(ours.coordinator, project, **{**values, **more})


def waived(ours: Any, milestone: Milestone) -> None:
    """Let a milestone go, which takes an approved change request."""
    request: Any = services.waive(ours.coordinator, milestone, reason="不再需要")
    assert milestone.state != "waived"
    changes.decide(ours.coordinator, changes.submit(ours.coordinator, request), outcome="approve", decision="同意")


def text(name: str = "evidence.txt", content: bytes = "测试报告".encode()) -> uploads.Upload:
    return uploads.examine(name, io.BytesIO(content))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"trl_target": 3}, "trl_target"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"title_zh": ""}, "title_zh"),
    ],
)
def test_a_project_that_breaks_a_rule_is_refused_at_its_field(ours: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(ours, **wrong)
    assert field in refused.value.fields


def test_the_lead_of_a_project_is_an_active_member(ours: Any, world: Any) -> None:
    stranger = db.session.get(Organisation, world.theirs.member.id)
    with pytest.raises(Refused) as refused:
        plan(ours, lead=stranger)
    assert "not an active member" in str(refused.value.fields["lead_id"])


def test_references_follow_each_other(ours: Any) -> None:
    first, second = plan(ours), plan(ours)
    assert (first.reference[-4:], second.reference[-4:]) == ("-P01", "-P02")


def test_money_above_the_budget_is_refused_with_the_difference(ours: Any) -> None:
    project = plan(ours)
    services.join(ours.coordinator, project, ours.lead, task="甲", budget=Decimal("700.00"))
    with pytest.raises(Refused) as refused:
        services.join(ours.coordinator, project, ours.member, task="乙", budget=Decimal("300.01"))
    assert "0.01" in str(refused.value.fields["budget"])
    part = services.join(ours.coordinator, project, ours.member, task="乙", budget=Decimal("300.00"))
    with pytest.raises(Refused):
        services.change_part(ours.coordinator, part, task="乙", budget=Decimal("300.01"))
    with pytest.raises(Refused):
        services.join(ours.coordinator, project, ours.member, task="再", budget=Decimal("0.00"))


def test_days_lie_within_the_project(ours: Any) -> None:
    project = plan(ours)
    for day in (project.starts_on - datetime.timedelta(days=1), project.ends_on + datetime.timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            step(ours, project, due_on=day)
        assert "due_on" in refused.value.fields
    with pytest.raises(Refused) as refused:
        step(ours, project, organisation=ours.other)
    assert "does not take part" in str(refused.value.fields["organisation"])


def test_a_project_begins_with_a_milestone_and_ends_when_all_are_settled(ours: Any) -> None:
    project = plan(ours)
    with pytest.raises(NotNow, match="no milestone"):
        services.move(ours.coordinator, project, "begin")
    one = step(ours, project)
    ours.consortium.stage = "draft"
    with pytest.raises(NotNow, match="forming"):
        services.move(ours.coordinator, project, "begin")
    ours.consortium.stage = "forming"
    services.move(ours.coordinator, project, "begin")
    with pytest.raises(NotNow, match="M1"):
        services.move(ours.coordinator, project, "complete")
    with pytest.raises(NotNow, match="last milestone"):
        services.remove_milestone(ours.coordinator, one, reason="多余")
    waived(ours, one)
    services.move(ours.coordinator, project, "complete")
    assert project.stage == "completed"
    with pytest.raises(NotNow):
        step(ours, project)


def test_stopping_needs_a_reason(ours: Any) -> None:
    with pytest.raises(Refused) as refused:
        services.move(ours.coordinator, ours.project, "stop", reason="  ")
    assert "reason" in refused.value.fields
    services.move(ours.coordinator, ours.project, "stop", reason="资金中断")
    assert ours.project.stage == "stopped"


def test_report_return_report_accept(ours: Any) -> None:
    word = services.report(ours.member_, ours.milestone, note="完成", files=[text()], free_of_secrets=True)
    assert word.evidence[0].sha256 and ours.milestone.state == "reported"
    told = {n.user_id for n in db.session.query(Notification)}
    assert ours.coordinator.id in told and ours.member_.id not in told
    services.send_back(ours.coordinator, ours.milestone, reason="缺少第三方报告")
    assert (word.outcome, word.reason, word.verifier_id) == ("returned", "缺少第三方报告", ours.lead.id)
    services.report(ours.member_, ours.milestone, note="补充", files=[text()])
    with pytest.raises(Stale):
        services.verify(ours.other_member, ours.milestone, report_id=word.id)


def test_a_second_member_verifies_and_the_coordinator_accepts(ours: Any) -> None:
    word = services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    told = {n.user_id for n in db.session.query(Notification)}
    assert {ours.other_member.id, ours.coordinator.id, ours.expert.id} <= told
    with pytest.raises(NotNow, match="Reported"):  # what nobody verified is not accepted
        services.accept(ours.coordinator, ours.milestone)
    services.verify(ours.other_member, ours.milestone, note="现场看过", report_id=word.id)
    assert (ours.milestone.state, word.outcome, word.finding, word.verifier_id) == (
        "verified",
        "verified",
        "现场看过",
        ours.other.id,
    )
    with pytest.raises(Denied):
        services.accept(ours.other_member, ours.milestone)
    services.accept(ours.coordinator, ours.milestone, note="同意", report_id=word.id)
    assert (word.outcome, word.finding, word.reason) == ("accepted", "现场看过", "同意")
    assert (word.verified_by_id, word.verifier_id) == (ours.other_member.id, ours.other.id)
    assert (word.decided_by_id, word.decider_id) == (ours.coordinator.id, ours.lead.id)


def test_what_was_verified_can_still_be_returned_with_a_reason(ours: Any) -> None:
    word = services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    services.verify(ours.other_member, ours.milestone)
    with pytest.raises(Refused):
        services.check(ours.coordinator, ours.milestone, decision="turn_down", note=" ", report_id=word.id)
    services.check(ours.coordinator, ours.milestone, decision="turn_down", note="样品批次不明", report_id=word.id)
    assert (ours.milestone.state, word.outcome, word.reason) == ("returned", "returned", "样品批次不明")
    assert word.verified_by_id == ours.other_member.id and word.decided_by_id == ours.coordinator.id
    again = services.report(ours.member_, ours.milestone, note="补充", files=[text()])
    assert again.outcome == "" and ours.milestone.state == "reported"


def test_who_takes_no_part_in_the_project_verifies_nothing(ours: Any) -> None:
    project = plan(ours)
    services.join(ours.coordinator, project, ours.member, task="试制", budget=Decimal("1.00"))
    row = step(ours, project, organisation=ours.member)
    services.move(ours.coordinator, project, "begin")
    services.report(ours.member_, row, note="完成", files=[text()])
    db.session.flush()
    assert f"/milestones/{row.id}#verify" not in [item.href for item in queries.waiting(ours.other_member, TODAY)]
    assert ours.other_member not in queries.able(row, Action.VERIFY)
    with pytest.raises(Denied):
        services.verify(ours.other_member, row)
    services.join(ours.coordinator, project, ours.other, task="检测", budget=Decimal("1.00"))
    db.session.flush()
    assert f"/milestones/{row.id}#verify" in [item.href for item in queries.waiting(ours.other_member, TODAY)]
    services.verify(ours.other_member, row)


def test_the_same_person_may_take_both_steps_for_another_organisation(ours: Any) -> None:
    word = services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    services.verify(ours.coordinator, ours.milestone)
    services.accept(ours.coordinator, ours.milestone)
    assert word.verified_by_id == word.decided_by_id == ours.coordinator.id and word.verified_at and word.decided_at


def test_what_waits_on_the_way_to_acceptance(ours: Any) -> None:
    def waits(who: Any) -> list[str]:
        return [
            str(item.what)
            for item in queries.waiting(who, TODAY)
            if item.href == f"/milestones/{ours.milestone.id}#verify"
        ]

    services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    verify, accept = ["Verify the report on a milestone"], ["Accept a milestone that was verified"]
    assert waits(ours.other_member) == waits(ours.coordinator) == waits(ours.expert) == verify and not waits(
        ours.member_
    )
    services.verify(ours.other_member, ours.milestone)
    assert waits(ours.coordinator) == waits(ours.expert) == accept
    assert not waits(ours.other_member) and not waits(ours.member_)


def test_a_report_brings_evidence_and_says_when(ours: Any) -> None:
    before = ours.project.starts_on - datetime.timedelta(days=1)
    for wrong, field in (
        ({"files": []}, "files"),
        ({"reached_on": TODAY + datetime.timedelta(days=1)}, "reached_on"),
        ({"reached_on": before}, "reached_on"),
        ({"note": ""}, "note"),
    ):
        with pytest.raises(Refused) as refused:
            services.report(ours.member_, ours.milestone, **{"note": "完成", "files": [text()], **wrong})
        assert list(refused.value.fields) == [field] and ours.milestone.state == "planned"
    word = services.report(ours.member_, ours.milestone, note="完成", files=[text()], reached_on=ours.project.starts_on)
    assert word.reached_on == ours.milestone.reached_on == ours.project.starts_on
    services.send_back(ours.other_member, ours.milestone, reason="补充")
    services.report(ours.member_, ours.milestone, note="补充", again=[word.evidence[0].sha256])
    assert ours.milestone.reached_on == TODAY


def test_in_time_is_what_was_reached_in_time_as_soon_as_that_is_accepted(ours: Any) -> None:
    row = ours.milestone
    row.due_on = TODAY - datetime.timedelta(days=3)
    services.report(ours.member_, row, note="完成", files=[text()], reached_on=row.due_on)
    for act in (services.verify, services.accept):
        assert not lights.is_in_time(row, TODAY)
        act(ours.coordinator, row)
        db.session.flush()
    assert lights.is_in_time(row, TODAY)
    assert standings.standing([ours.project.id], TODAY)[ours.project.id] == lights.standing(
        ours.project.milestones, TODAY
    )


def test_a_firm_says_why_it_is_late_and_when_it_expects_it(ours: Any) -> None:
    row, day = ours.milestone, datetime.timedelta(days=1)
    for wrong, field in (
        ({"slip_reason": " "}, "slip_reason"),
        ({"expected_on": row.due_on}, "expected_on"),
    ):
        with pytest.raises(Refused) as refused:
            services.slip(
                ours.member_, row, **{"slip_reason": "炉体检修", "expected_on": row.due_on + 30 * day, **wrong}
            )
        assert list(refused.value.fields) == [field]
    services.slip(ours.member_, row, slip_reason="炉体检修", expected_on=row.due_on + 30 * day)
    assert lights.is_slipping(row) and str(tables.why_late(row)) == "炉体检修"
    assert (row.due_on + 30 * day).isoformat() in str(tables.days(row))
    row.due_on += 30 * day  # the plan has caught up
    assert not lights.is_slipping(row)
    row.due_on -= 30 * day
    services.report(ours.member_, row, note="完成", files=[text()])
    assert not lights.is_slipping(row)
    with pytest.raises(NotNow):
        services.slip(ours.member_, row, slip_reason="炉体检修", expected_on=row.due_on + 30 * day)


def test_how_a_milestone_stood_on_each_day_of_its_way(ours: Any) -> None:
    row, day = ours.milestone, datetime.timedelta(days=1)
    steps = (
        lambda: services.report(ours.member_, row, note="完成", files=[text()], reached_on=TODAY),
        lambda: services.verify(ours.other_member, row),
        lambda: services.turn_down(ours.coordinator, row, reason="补充"),
        lambda: services.report(ours.member_, row, note="补充", files=[text()], reached_on=TODAY + day),
        lambda: services.verify(ours.other_member, row),
        lambda: services.accept(ours.coordinator, row),
    )
    for number, step in enumerate(steps):
        with clock.at(NOW + number * day):
            step()
    wanted = ("reported", "verified", "returned", "reported", "verified", "accepted")
    for number, state in enumerate(wanted):
        found = hindsight.seen(row, TODAY + number * day)
        assert found.state == state, number
        assert found.reached_on == (TODAY if number < 3 else TODAY + day), number
        assert found.accepted_on == (TODAY + 5 * day if state == "accepted" else None)
    assert hindsight.seen(row, TODAY - day).state == "planned"


def test_acceptance_tells_the_owner_and_is_once_only(ours: Any) -> None:
    services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    services.verify(ours.other_member, ours.milestone)
    services.accept(ours.coordinator, ours.milestone, note="数据可信")
    assert ours.milestone.accepted_on == TODAY
    assert ours.member_.id in {n.user_id for n in db.session.query(Notification)}
    with pytest.raises(NotNow):
        services.accept(ours.coordinator, ours.milestone)


def test_four_eyes(ours: Any) -> None:
    own = step(ours, ours.project, organisation=ours.lead)
    services.report(ours.coordinator, own, note="完成", files=[text()])
    for act, able in ((services.verify, ours.member_), (services.accept, ours.expert)):
        with pytest.raises(NotNow, match="Your organisation") as refused:
            act(ours.coordinator, own)
        assert able.name in str(refused.value) and ours.coordinator.name not in str(refused.value)
        if (
            act is services.accept
        ):  # the lead's own milestone: the expert of another organisation keeps it from being stuck
            with pytest.raises(Denied):
                act(ours.member_, own)
        act(able, own)
    assert (own.reports[-1].verifier_id, own.reports[-1].decider_id) == (ours.member.id, ours.other.id)


def test_where_nobody_else_can_it_is_said_who_has_to_be_invited(ours: Any) -> None:
    own = step(ours, ours.project, organisation=ours.lead)
    services.report(ours.coordinator, own, note="完成", files=[text()])
    services.verify(ours.member_, own)
    seat = db.session.query(Seat).filter_by(user_id=ours.expert.id, consortium_id=ours.consortium.id).one()
    seat.role = Role.AUDITOR
    db.session.flush()
    with pytest.raises(NotNow, match="Invite a coordinator or an expert"):
        services.accept(ours.coordinator, own)


def test_who_reported_never_verifies_wherever_he_sits_by_then(ours: Any) -> None:
    services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    seat = db.session.query(Seat).filter_by(user_id=ours.member_.id, consortium_id=ours.consortium.id).one()
    seat.organisation_id, seat.role, ours.member_.organisation_id = ours.other.id, Role.EXPERT, ours.other.id
    db.session.flush()
    db.session.expire(ours.member_)
    place = f"/milestones/{ours.milestone.id}#verify"
    with pytest.raises(NotNow, match="yourself"):
        services.verify(ours.member_, ours.milestone)
    assert not any(item.href == place for item in queries.waiting(ours.member_, TODAY))
    assert any(item.href == place for item in queries.waiting(ours.expert, TODAY))
    services.verify(ours.expert, ours.milestone)
    with pytest.raises(NotNow, match="yourself"):
        services.accept(ours.member_, ours.milestone)
    assert not any(item.href == place for item in queries.waiting(ours.member_, TODAY))
    services.accept(ours.expert, ours.milestone)


def test_only_the_owner_reports(ours: Any) -> None:
    with pytest.raises(Denied):
        services.report(ours.other_member, ours.milestone, note="完成", files=[text()])
    with pytest.raises(Refused) as refused:
        services.report(ours.member_, ours.milestone, note="  ")
    assert "note" in refused.value.fields


def test_what_waits(ours: Any) -> None:
    waits = [w.href for w in queries.waiting(ours.member_, TODAY)]
    assert waits == [f"/milestones/{ours.milestone.id}/report"]
    services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    assert not queries.waiting(ours.member_, TODAY)
    assert any(f"/milestones/{ours.milestone.id}" in w.href for w in queries.waiting(ours.coordinator, TODAY))


def test_levels_need_evidence(ours: Any) -> None:
    with pytest.raises(Refused):
        services.reach_level(ours.coordinator, ours.project, trl_now=5, reason="")
    services.reach_level(ours.coordinator, ours.project, trl_now=5, reason="第三方测试报告")
    assert ours.project.trl_now == 5


def test_what_is_planned_limits_what_may_be_amended(ours: Any) -> None:
    project = plan(ours)
    step(ours, project, due_on=project.ends_on)
    values = {
        name: getattr(project, name)
        for name in (
            "kind",
            "title_zh",
            "title_en",
            "objective",
            "area",
            "starts_on",
            "budget",
            "trl_start",
            "trl_target",
        )
    }
    with pytest.raises(Refused) as refused:
        services.amend(
            ours.coordinator, project, lead=ours.lead, ends_on=project.ends_on - datetime.timedelta(days=1), **values
        )
    assert "M1" in str(refused.value.fields["ends_on"])


def test_the_number_of_a_removed_milestone_is_not_given_again(ours: Any) -> None:
    project = plan(ours)
    first, last = step(ours, project), step(ours, project)
    services.remove_milestone(ours.coordinator, last, reason="不再需要")
    assert (first.number, step(ours, project).number) == (1, 3)


@pytest.mark.parametrize(("stage", "who", "there"), [("operating", "member_", 1), ("suspended", "member_", 0), ("closed", "member_", 0),
                                                     ("suspended", "coordinator", 1), ("closed", "coordinator", 0)])  # fmt: skip
def test_what_would_be_refused_does_not_wait(ours: Any, stage: str, who: str, there: int) -> None:
    if who == "coordinator":
        services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    ours.consortium.stage = stage
    db.session.flush()
    place = f"/milestones/{ours.milestone.id}"
    assert sum(item.href.startswith(place) for item in queries.waiting(getattr(ours, who))) == there


def test_in_a_closed_consortium_nothing_moves(ours: Any) -> None:
    ours.consortium.stage = "closed"
    with pytest.raises(NotNow, match="closed"):
        step(ours, ours.project)
    with pytest.raises(NotNow, match="closed"):
        services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    with pytest.raises(NotNow, match="closed"):
        services.waive(ours.coordinator, ours.milestone, reason="不再需要")
    with pytest.raises(NotNow, match="closed"):
        services.move(ours.coordinator, ours.project, "stop", reason="到此为止")


def test_in_a_suspended_consortium_the_work_rests(ours: Any) -> None:
    ours.consortium.stage = "suspended"
    with pytest.raises(NotNow, match="suspended"):
        services.report(ours.member_, ours.milestone, note="完成", files=[text()])
    ours.consortium.stage = "operating"
    assert services.report(ours.member_, ours.milestone, note="完成", files=[text()]).id
