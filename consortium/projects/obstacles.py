"""What projects know that stands in the way of a consortium: of closing it, and of releasing a member."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from consortium.consortia.models import Consortium, Membership
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.words import _l, listed
from consortium.projects.models import SETTLED, Milestone, Project
from consortium.projects.workflow import OPEN


@stands_in_the_way_of("close")
def not_over(consortium: Consortium) -> list[object]:
    """The projects that a closed consortium would leave without an end."""
    names = _named_projects(Project.consortium_id == consortium.id)
    return [_l("These projects are neither completed nor stopped: %(names)s.", names=names)] if names else []


@stands_in_the_way_of("release")
def in_hand(membership: Membership) -> list[object]:
    """What a member that leaves would leave behind: projects that it leads, milestones that nobody has settled."""
    firm = membership.organisation_id
    led = _named_projects(Project.consortium_id == membership.consortium_id, Project.lead_id == firm)
    found: list[object] = []
    if led:
        found.append(
            _l("This member leads projects that are neither completed nor stopped: %(names)s. Let another member lead them first.", names=led)
        )  # fmt: skip
    query = select(Milestone.title_zh, Milestone.title_en).join(Project, Project.id == Milestone.project_id)
    query = query.where(
        Milestone.consortium_id == membership.consortium_id, Milestone.organisation_id == firm, Milestone.state.notin_(SETTLED), Project.stage.in_(OPEN),
    )  # fmt: skip
    due = listed(either(*row) for row in db.session.execute(query.order_by(Milestone.due_on, Milestone.id)))
    if due:
        found.append(
            _l("This member answers for milestones that are neither accepted nor waived: %(names)s. Give them to another member or waive them first.", names=due)
        )  # fmt: skip
    return found


def _named_projects(*conditions: ColumnElement[bool]) -> str:
    query = select(Project.title_zh, Project.title_en).where(*conditions, Project.stage.in_(OPEN))
    return listed(either(*row) for row in db.session.execute(query.order_by(Project.reference)))
