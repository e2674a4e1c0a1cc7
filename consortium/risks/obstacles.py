"""What risks and actions stand in the way of: releasing a member, or taking a firm out of a project, that owns some that are not settled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from consortium.consortia.models import Membership
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.db import db
from consortium.core.words import _l, listed
from consortium.projects.models import Participant, Project
from consortium.projects.workflow import OPEN
from consortium.risks.models import ActionItem, Risk
from consortium.risks.workflow import STANDING

MOST_NAMED = 5


@stands_in_the_way_of("release")
def in_hand(membership: Membership) -> list[object]:
    """What a member owns in open projects."""
    return _left(membership.organisation_id, Project.consortium_id == membership.consortium_id, Project.stage.in_(OPEN))


@stands_in_the_way_of("leave")
def answered_for(participant: Participant) -> list[object]:
    """The same of one project."""
    return _left(participant.organisation_id, Project.id == participant.project_id)


def _left(firm: int, *conditions: ColumnElement[bool]) -> list[object]:
    # By their numbers alone: who reads this may not be who reads what is kept.
    risks = _rows(Risk, Risk.organisation_id == firm, Risk.state.in_(STANDING), *conditions)
    items = _rows(ActionItem, ActionItem.organisation_id == firm, ActionItem.state == "open", *conditions)
    found: list[object] = []
    if risks:
        names = _few([f"{row.project.reference} {row.mark}" for row in risks])
        found.append(_l("This organisation owns risks that stand: %(names)s. Give them to another one, or close them first.", names=names))  # fmt: skip
    if items:
        names = _few([f"{row.project.reference} {row.title}" for row in items])
        found.append(_l("Actions of this organisation are open, about: %(names)s. Give them to another one, or withdraw them first.", names=names))  # fmt: skip
    return found


def _rows(model: Any, *conditions: ColumnElement[bool]) -> list[Any]:
    query = select(model).join(Project, Project.id == model.project_id).where(*conditions)
    query = query.options(joinedload(model.project).load_only(Project.reference))
    return list(db.session.scalars(query.order_by(Project.reference, model.id)))


def _few(names: list[Any]) -> str:
    return listed(names[:MOST_NAMED] + (["…"] if len(names) > MOST_NAMED else []))
