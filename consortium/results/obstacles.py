"""What results stand in the way of: releasing a member, or taking a firm out of a project, that leads results or has not answered for its shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from consortium.consortia.models import Membership
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.db import db
from consortium.core.words import _l, listed
from consortium.projects.models import Participant, Project
from consortium.projects.workflow import OPEN
from consortium.results.models import Result, ResultOwner

MOST_NAMED = 5


@stands_in_the_way_of("release")
def in_hand(membership: Membership) -> list[object]:
    """The results of open projects that a member leads, and the shares that wait for its word."""
    here = Result.consortium_id == membership.consortium_id
    return _left(membership.organisation_id, here, Project.stage.in_(OPEN))


@stands_in_the_way_of("leave")
def answered_for(participant: Participant) -> list[object]:
    """The same of one project."""
    return _left(participant.organisation_id, Result.project_id == participant.project_id)


def _left(firm: int, *conditions: ColumnElement[bool]) -> list[object]:
    query = select(Project.reference, Result.number).join(Project, Project.id == Result.project_id)
    query = query.where(*conditions).order_by(Project.reference, Result.id)
    led = db.session.execute(query.where(Result.organisation_id == firm)).all()
    silent = ResultOwner.organisation_id == firm, ResultOwner.state.not_in(("agreed", "released"))
    asked = db.session.execute(query.join(ResultOwner, ResultOwner.result_id == Result.id).where(*silent)).all()
    found: list[object] = []
    if led:
        found.append(_l("This organisation leads results: %(names)s. Give them to another one first.", names=_few(led)))
    if asked:
        found.append(_l("This organisation has not agreed to its shares of results: %(names)s. It agrees, or the shares are proposed anew first.", names=_few(asked)))  # fmt: skip
    return found


def _few(rows: Any) -> str:
    names = [f"{row[0]} {row[1]}" for row in rows]
    return listed(names[:MOST_NAMED] + (["…"] if len(names) > MOST_NAMED else []))
