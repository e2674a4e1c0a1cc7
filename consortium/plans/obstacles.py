"""What plans know that stands in the way: of releasing a member, of taking a firm out of a project, of changing its money, of moving a project."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select

from consortium.consortia.models import Membership
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.db import db
from consortium.core.words import Lazy, _l, listed
from consortium.plans import queries
from consortium.plans.models import Allocation, Effort, Node
from consortium.projects.models import Participant, Project
from consortium.projects.workflow import OPEN

#: So many are named; who takes them away sees the next ones.
NAMED = 8


@stands_in_the_way_of("release")
def at_work(membership: Membership) -> list[object]:
    """The nodes of open projects that a member leads or works in."""
    named = _nodes_of(
        membership.organisation_id, Project.consortium_id == membership.consortium_id, Project.stage.in_(OPEN)
    )
    return [_sentence(named)] if named else []


@stands_in_the_way_of("leave")
def in_the_plan(participant: Participant) -> list[object]:
    """The nodes of the project that a participant leads or works in."""
    named = _nodes_of(participant.organisation_id, Project.id == participant.project_id)
    return [_sentence(named)] if named else []


@stands_in_the_way_of("part")
def planned_already(participant: Participant, budget: Decimal) -> list[object]:
    """Money that is planned in the nodes beyond what a participant is to have."""
    over = queries.allocated(participant.project, participant.organisation_id) - budget
    if budget <= 0 or over <= 0:
        return []
    return [_l("In the nodes of the plan %(over)s yuan more are planned for this organisation.", over=f"{over:,.2f}")]


@stands_in_the_way_of("budget")
def planned_in_nodes(project: Project, budget: Decimal) -> list[object]:
    """Money that is planned in the nodes beyond what a project is to have."""
    over = queries.allocated(project, None) - budget
    if over <= 0:
        return []
    return [
        _l("In the nodes of the plan %(over)s yuan more are planned than the project would have.", over=f"{over:,.2f}")
    ]


@stands_in_the_way_of("reschedule")
def outside(project: Project, starts_on: date, ends_on: date) -> list[object]:
    """The nodes that would lie outside of a project that is moved."""
    query = select(Node).where(Node.project_id == project.id, or_(Node.starts_on < starts_on, Node.ends_on > ends_on))
    rows = list(db.session.scalars(query.order_by(Node.id).limit(NAMED)))
    if not rows:
        return []
    return [
        _l("These nodes of the plan would lie outside of this period: %(names)s.", names=listed(r.title for r in rows))
    ]


def _nodes_of(firm: int, *conditions: ColumnElement[bool]) -> list[str]:
    """The titles of the nodes that a firm leads, or in which it has work or money."""
    working = select(Effort.node_id).where(Effort.organisation_id == firm)
    paid = select(Allocation.node_id).where(Allocation.organisation_id == firm)
    query = select(Node).join(Project, Project.id == Node.project_id)
    query = query.where(*conditions, or_(Node.organisation_id == firm, Node.id.in_(working), Node.id.in_(paid)))
    return [row.title for row in db.session.scalars(query.order_by(Node.project_id, Node.id).limit(NAMED))]


def _sentence(named: list[str]) -> Lazy:
    return _l(
        "This organisation leads nodes of the plan, or has work or money in them: %(names)s. Give them to another one first.",
        names=listed(named),
    )
