"""What is asked about agreements."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.waiting import Waiting
from consortium.agreements.models import Agreement
from consortium.consortia.models import Body, BodySeat, Consortium, Membership
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core import clock
from consortium.core.access import Action, Actor, within
from consortium.core.db import db
from consortium.core.terms import MemberRole, either
from consortium.core.words import _l
from consortium.documents.models import Paper
from consortium.jobs.models import Job


def versions(actor: Actor, consortium: Consortium) -> Select[tuple[Agreement]]:
    """The versions of the agreement of a consortium that a person may see, newest first."""
    query = (
        select(Agreement)
        .where(Agreement.consortium_id == consortium.id)
        .options(joinedload(Agreement.paper).defer(Paper.facts))
    )
    return within(actor, query, Agreement).order_by(Agreement.number.desc())


def latest(consortium: Consortium) -> Agreement | None:
    """The newest version that was drawn up."""
    query = select(Agreement).where(Agreement.consortium_id == consortium.id).order_by(Agreement.number.desc())
    return db.session.scalar(query.limit(1))


def last_number(consortium: Consortium) -> int:
    """The number of the newest version, 0 where there is none."""
    return db.session.scalar(select(func.max(Agreement.number)).where(Agreement.consortium_id == consortium.id)) or 0


def members(consortium: Consortium) -> list[Membership]:
    """The active members with their organisations: the lead first, then in the order of joining."""
    query = select(Membership).options(joinedload(Membership.organisation)).where(
        Membership.consortium_id == consortium.id, or_(Membership.left_on.is_(None), Membership.left_on > clock.today())
    )  # fmt: skip
    return sorted(
        db.session.scalars(query), key=lambda member: (member.role is not MemberRole.LEAD, member.joined_on, member.id)
    )


def bodies(consortium: Consortium) -> list[Body]:
    """The bodies of a consortium with their seats."""
    query = select(Body).where(Body.consortium_id == consortium.id).order_by(Body.id)
    return list(db.session.scalars(query.options(selectinload(Body.seats).joinedload(BodySeat.organisation))))


def consortium_by(reference: str) -> Consortium | None:
    """The consortium of a reference."""
    return db.session.scalar(select(Consortium).where(Consortium.reference == reference))


def agreement_by(reference: str) -> Agreement | None:
    """The agreement of a reference."""
    return db.session.scalar(
        select(Agreement).where(Agreement.reference == reference).options(joinedload(Agreement.paper))
    )


def job_of(paper: Paper) -> Job | None:
    """The newest job that makes a paper."""
    query = select(Job).where(Job.subject_kind == "paper", Job.subject_id == paper.id).order_by(Job.id.desc())
    return db.session.scalar(query.limit(1))


def references() -> Iterator[tuple[str, str]]:
    """All agreements, as `flask refs` lists them."""
    for paper in db.session.scalars(
        select(Paper).join(Agreement, Agreement.paper_id == Paper.id).order_by(Agreement.reference)
    ):
        yield paper.reference, paper.title_zh or paper.title_en


@stands_in_the_way_of("agree")
def not_drawn_up(consortium: Consortium) -> list[object]:
    """There is nothing to confirm before a version of the agreement was drawn up whose paper is made or being made."""
    query = select(Agreement.id).join(Paper, Agreement.paper_id == Paper.id)
    query = query.where(Agreement.consortium_id == consortium.id, Paper.state.in_(("requested", "issued")))
    return [] if db.session.scalar(query.limit(1)) else [_l("No agreement has been drawn up yet.")]


def waiting(actor: Actor) -> list[Waiting]:
    """Agreements whose paper failed and that nobody has drawn up anew, for those who may."""
    newest = select(func.max(Agreement.id)).group_by(Agreement.consortium_id)
    query = (
        select(Agreement)
        .join(Paper, Agreement.paper_id == Paper.id)
        .options(joinedload(Agreement.paper).defer(Paper.facts), joinedload(Agreement.consortium))
    )
    query = within(actor, query.where(Paper.state == "failed", Agreement.id.in_(newest)), Agreement, Action.ISSUE)
    return [
        Waiting(_l("Draw up the agreement again: its paper could not be made"), agreement.reference, href=f"/agreements/{agreement.id}",
                tone="bad", icon="file-certificate", where=either(agreement.consortium.name_zh, agreement.consortium.name_en))
        for agreement in db.session.scalars(query)
    ]  # fmt: skip


#: What `flask refs` lists.
REFERENCES = (("agreement", references),)
