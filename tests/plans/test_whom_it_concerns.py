"""A change of a plan tells the firms whom it concerns, strands nobody, and keeps to the money that there is."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Notification
from consortium.activity.services import hushed
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.organisations.models import Organisation
from consortium.outputs import services as outputs
from consortium.outputs.models import DeliverableKind, Direction, Dissemination
from consortium.people.models import Seat
from consortium.plans import services
from consortium.projects import services as projects
from consortium.projects.models import Project

NAMES = (
    "kind", "title_zh", "title_en", "objective", "area", "lead", "starts_on", "ends_on", "budget", "trl_start", "trl_target",
)  # fmt: skip


def amend(desk: Any, **more: Any) -> Project:
    return projects.amend(desk.actor, desk.project, **{name: getattr(desk.project, name) for name in NAMES} | more)


def reporters(firm: Organisation) -> set[int]:
    """The people of a firm, but for the one who plans."""
    seats = db.session.scalars(select(Seat).where(Seat.organisation_id == firm.id))
    return {seat.user_id for seat in seats if seat.role in ("member", "coordinator")}


def heard(act: Any) -> list[int]:
    """Who was told of an act, in the order of the notifications."""
    before = set(db.session.scalars(select(Notification.id)))
    act()
    db.session.flush()
    rows = db.session.scalars(select(Notification).where(Notification.id.notin_(before)).order_by(Notification.id))
    return [row.user_id for row in rows]


def acts(desk: Any) -> dict[str, Any]:
    """One change after the other of what the member firm answers for."""
    project, member = desk.project, desk.member
    made: dict[str, Any] = {"node": desk.add("1", lead=desk.other), "before": desk.add("2", lead=member)}
    goal = {"title_zh": "目标", "title_en": "", "weight": 5, "means": "评审", "due_on": project.ends_on}
    thing = {
        "number": "D7", "node": None, "title_zh": "成果", "title_en": "", "kind": DeliverableKind.REPORT, "level": Dissemination.PUBLIC,
    }  # fmt: skip
    sign = {
        "number": "K7", "node": None, "title_zh": "指标", "title_en": "", "unit": "%", "direction": Direction.AT_LEAST, "value_start": "",
        "value_mid": "", "method": "",
    }  # fmt: skip
    earlier = project.ends_on - datetime.timedelta(days=30)

    def make(name: str, act: Any) -> Any:
        return lambda: made.update({name: act()})

    actor = desk.actor
    return {
        "assign": make("work", lambda: desk.work(made["node"], member, "3")),
        "reassign": lambda: desk.work(made["node"], member, "4"),
        "unassign": lambda: services.unassign(actor, made["work"], reason="调整"),
        "allocate": make("money", lambda: desk.pay(made["node"], member, "100.00")),
        "reallocate": lambda: desk.pay(made["node"], member, "200.00"),
        "deallocate": lambda: services.deallocate(actor, made["money"], reason="调整"),
        "link": make("link", lambda: desk.tie(made["before"], made["node"])),
        "amend_link": lambda: services.amend_link(actor, made["link"], kind=made["link"].kind, lag=7),
        "unlink": lambda: services.unlink(actor, made["link"], reason="调整"),
        "plan_milestone": make("goal", lambda: projects.plan_milestone(actor, project, organisation=member, **goal)),
        "amend_milestone": lambda: projects.amend_milestone(
            actor, made["goal"], organisation=member, **goal | {"due_on": earlier}
        ),
        "remove_milestone": lambda: projects.remove_milestone(actor, made["goal"], reason="调整"),
        "plan_deliverable": make(
            "thing",
            lambda: outputs.plan_deliverable(actor, project, organisation=member, due_on=project.ends_on, **thing),
        ),
        "amend_deliverable": lambda: outputs.amend_deliverable(
            actor, made["thing"], organisation=member, due_on=earlier, **thing
        ),
        "remove_deliverable": lambda: outputs.remove_deliverable(actor, made["thing"], reason="调整"),
        "plan_indicator": make(
            "sign", lambda: outputs.plan_indicator(actor, project, organisation=member, value_end="9", **sign)
        ),
        "amend_indicator": lambda: outputs.amend_indicator(
            actor, made["sign"], organisation=member, value_end="8", **sign
        ),
        "remove_indicator": lambda: outputs.remove_indicator(actor, made["sign"], reason="调整"),
    }


def test_a_firm_hears_once_of_each_change_of_what_is_its_own(desk: Any) -> None:
    assert desk.project.stage == "running"
    for name, act in acts(desk).items():
        told = heard(act)
        assert reporters(desk.member) <= set(told) and len(told) == len(set(told)), (name, told)
        assert desk.actor.id not in told, name


def test_nobody_hears_of_an_import_stroke_by_stroke_nor_while_a_plan_is_drawn_up(desk: Any) -> None:
    with hushed():
        assert [heard(act) for act in acts(desk).values()] == [[]] * 18
    for node in [*services.queries.nodes(desk.project)]:
        services.remove_node(desk.actor, node, reason="重来")
    desk.project.stage = "draft"
    assert [heard(act) for act in acts(desk).values()] == [[]] * 18


def test_a_former_lead_takes_part_with_what_is_its_own(desk: Any) -> None:
    project, former = desk.project, desk.lead
    for part in [part for part in project.participants if part.organisation_id == former.id]:
        project.participants.remove(part)
        db.session.delete(part)
    db.session.flush()
    node = desk.add("1", lead=former)
    amend(desk, lead=desk.member)
    (part,) = [part for part in project.participants if part.organisation_id == former.id]
    assert (part.task, part.budget) == ("", Decimal(0)) and project.lead_id == desk.member.id
    db.session.flush()
    assert desk.amend(node, title_zh="改名").title_zh == "改名"


def test_a_former_lead_of_which_nothing_is_in_the_plan_goes(desk: Any) -> None:
    project, former = desk.project, desk.lead
    for milestone in [row for row in project.milestones if row.organisation_id == former.id]:
        milestone.organisation_id = desk.member.id
    for part in [part for part in project.participants if part.organisation_id == former.id]:
        project.participants.remove(part)
        db.session.delete(part)
    db.session.flush()
    amend(desk, lead=desk.member)
    assert former.id not in {part.organisation_id for part in project.participants}


def test_the_budget_stays_above_what_is_planned_in_nodes(desk: Any) -> None:
    for part in desk.project.participants:
        part.budget = Decimal("0.00")
    db.session.flush()
    desk.pay(desk.add("1"), desk.member, "7000.00")
    with pytest.raises(Refused) as refused:
        amend(desk, budget=Decimal("6999.99"))
    assert "0.01 yuan more" in str(refused.value.fields["budget"])
    assert amend(desk, budget=Decimal("7000.00")).budget == Decimal("7000.00")


def test_a_value_is_not_older_than_its_project(desk: Any, world: Any) -> None:
    from tests.outputs.conftest import text

    sign = outputs.plan_indicator(
        desk.actor, desk.project, number="K7", node=None, organisation=desk.member, title_zh="指标", title_en="", unit="%",
        direction=Direction.AT_LEAST, value_start="", value_mid="", value_end="9", method="",
    )  # fmt: skip
    day = desk.project.starts_on
    with pytest.raises(Refused) as refused:
        outputs.read_off(desk.actor, sign, value="5", on_day=day - datetime.timedelta(days=1), note="", files=[text()])
    assert "before the start of the project" in str(refused.value.fields["on_day"])
    outputs.read_off(desk.actor, sign, value="5", on_day=day, note="", files=[text()])
    with pytest.raises(Refused) as refused:
        amend(desk, starts_on=day + datetime.timedelta(days=1))
    assert "K7" in str(refused.value.fields["starts_on"])
