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
from consortium.core import uploads
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused, Stale
from consortium.core.terms import CoreArea, ProjectKind
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.projects import queries, services
from consortium.projects.models import Milestone, Project
from tests.factories import TODAY


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
    services.report(ours.member_, ours.milestone, note="补充")
    with pytest.raises(Stale):
        services.accept(ours.coordinator, ours.milestone, report_id=word.id)


def test_acceptance_tells_the_owner_and_is_once_only(ours: Any) -> None:
    services.report(ours.member_, ours.milestone, note="完成")
    services.accept(ours.coordinator, ours.milestone, note="数据可信")
    assert ours.milestone.accepted_on == TODAY
    assert ours.member_.id in {n.user_id for n in db.session.query(Notification)}
    with pytest.raises(NotNow):
        services.accept(ours.coordinator, ours.milestone)


def test_four_eyes(ours: Any) -> None:
    own = step(ours, ours.project, organisation=ours.lead)
    services.report(ours.coordinator, own, note="完成")
    with pytest.raises(NotNow, match="Your organisation"):
        services.accept(ours.coordinator, own)
    with pytest.raises(Denied):
        services.accept(ours.member_, own)
    services.accept(ours.expert, own)
    assert own.reports[-1].verifier_id == ours.other.id


def test_who_reported_never_verifies_wherever_he_sits_by_then(ours: Any) -> None:
    services.report(ours.member_, ours.milestone, note="完成")
    seat = db.session.query(Seat).filter_by(user_id=ours.member_.id, consortium_id=ours.consortium.id).one()
    seat.organisation_id, seat.role, ours.member_.organisation_id = ours.other.id, Role.EXPERT, ours.other.id
    db.session.flush()
    db.session.expire(ours.member_)
    place = f"/milestones/{ours.milestone.id}#verify"
    with pytest.raises(NotNow, match="yourself"):
        services.accept(ours.member_, ours.milestone)
    assert not any(item.href == place for item in queries.waiting(ours.member_, TODAY))
    assert any(item.href == place for item in queries.waiting(ours.expert, TODAY))
    services.accept(ours.expert, ours.milestone)


def test_only_the_owner_reports(ours: Any) -> None:
    with pytest.raises(Denied):
        services.report(ours.other_member, ours.milestone, note="完成")
    with pytest.raises(Refused) as refused:
        services.report(ours.member_, ours.milestone, note="  ")
    assert "note" in refused.value.fields


def test_what_waits(ours: Any) -> None:
    waits = [w.href for w in queries.waiting(ours.member_, TODAY)]
    assert waits == [f"/milestones/{ours.milestone.id}/report"]
    services.report(ours.member_, ours.milestone, note="完成")
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
        services.report(ours.member_, ours.milestone, note="完成")
    ours.consortium.stage = stage
    db.session.flush()
    place = f"/milestones/{ours.milestone.id}"
    assert sum(item.href.startswith(place) for item in queries.waiting(getattr(ours, who))) == there


def test_in_a_closed_consortium_nothing_moves(ours: Any) -> None:
    ours.consortium.stage = "closed"
    with pytest.raises(NotNow, match="closed"):
        step(ours, ours.project)
    with pytest.raises(NotNow, match="closed"):
        services.report(ours.member_, ours.milestone, note="完成")
    with pytest.raises(NotNow, match="closed"):
        services.waive(ours.coordinator, ours.milestone, reason="不再需要")
    with pytest.raises(NotNow, match="closed"):
        services.move(ours.coordinator, ours.project, "stop", reason="到此为止")


def test_in_a_suspended_consortium_the_work_rests(ours: Any) -> None:
    ours.consortium.stage = "suspended"
    with pytest.raises(NotNow, match="suspended"):
        services.report(ours.member_, ours.milestone, note="完成")
    ours.consortium.stage = "operating"
    assert services.report(ours.member_, ours.milestone, note="完成").id
