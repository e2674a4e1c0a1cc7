"""What deliverables and indicators stand in the way of: releasing a member, completing or moving a project, taking a node out of its plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from consortium.consortia.models import Membership
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.db import db
from consortium.core.words import _l, _ln, listed
from consortium.outputs.models import Deliverable, Indicator, Reading, Tie
from consortium.plans.models import Node
from consortium.projects.models import Milestone, Participant, Project
from consortium.projects.workflow import OPEN

MOST_NAMED = 5


@stands_in_the_way_of("release")
def in_hand(membership: Membership) -> list[object]:
    """The deliverables that a member would leave behind."""
    query = select(Project.reference, Deliverable.number).join(Project, Project.id == Deliverable.project_id)
    query = query.where(
        Deliverable.consortium_id == membership.consortium_id, Deliverable.organisation_id == membership.organisation_id,
        Deliverable.state != "accepted", Project.stage.in_(OPEN),
    )  # fmt: skip
    due = [f"{row[0]} {row[1]}" for row in db.session.execute(query.order_by(Deliverable.due_on, Deliverable.id))]
    if not due:
        return []
    return [_l("This member answers for deliverables that are not accepted yet: %(names)s. Give them to another member first.", names=_few(due))]  # fmt: skip


@stands_in_the_way_of("complete")
def not_accepted(project: Project) -> list[object]:
    """The deliverables that a completed project would leave open."""
    numbers = _numbers(Deliverable, Deliverable.project_id == project.id, Deliverable.state != "accepted")
    if not numbers:
        return []
    return [_ln("%(num)s deliverable is not accepted: %(first)s.", "%(num)s deliverables are not accepted, the first is %(first)s.", len(numbers), first=numbers[0])]  # fmt: skip


@stands_in_the_way_of("leave")
def answered_for(participant: Participant) -> list[object]:
    """What a firm that takes no part any more would leave without an owner."""
    found = []
    for model in (Deliverable, Indicator):
        firm = model.organisation_id == participant.organisation_id
        found += _numbers(model, model.project_id == participant.project_id, firm)
    if not found:
        return []
    return [_l("Deliverables or indicators belong to this participant: %(names)s. Give them to another one first.", names=_few(found))]  # fmt: skip


@stands_in_the_way_of("reschedule")
def outside(project: Project, starts_on: date, ends_on: date) -> list[object]:
    """The deliverables that would be due outside of the project's new period."""
    beyond = or_(Deliverable.due_on < starts_on, Deliverable.due_on > ends_on)
    numbers = _numbers(Deliverable, Deliverable.project_id == project.id, beyond)
    return [_l("Deliverables would be due outside of this period: %(names)s.", names=_few(numbers))] if numbers else []


@stands_in_the_way_of("reschedule")
def read_before(project: Project, starts_on: date, ends_on: date) -> list[object]:
    """The indicators of which a value was noted before the project's new start."""
    early = Indicator.id.in_(select(Reading.indicator_id).where(Reading.on_day < starts_on))
    numbers = _numbers(Indicator, Indicator.project_id == project.id, early)
    if not numbers:
        return []
    return [_l("Values of these indicators were noted before this start: %(names)s.", names=_few(numbers))]


@stands_in_the_way_of("remove_node")
def hang_on(node: Node) -> list[object]:
    """What belongs to a node, and the milestones that depend on it."""
    found = [number for model in (Deliverable, Indicator) for number in _numbers(model, model.node_id == node.id)]
    found += [f"M{number}" for number in db.session.scalars(select(Milestone.number).join(Tie, Tie.milestone_id == Milestone.id).where(Tie.node_id == node.id).order_by(Milestone.number))]  # fmt: skip
    if not found:
        return []
    return [_l("This hangs on the node: %(names)s. Give it to another node first, or untie it.", names=_few(found))]


def _numbers(model: Any, *conditions: ColumnElement[bool]) -> list[str]:
    return list(db.session.scalars(select(model.number).where(*conditions).order_by(model.id)))


def _few(names: list[str]) -> str:
    return listed(names[:MOST_NAMED] + (["…"] if len(names) > MOST_NAMED else []))
