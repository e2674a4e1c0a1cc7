"""What is asked of consortia."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload, with_expression

from consortium.activity.models import Event
from consortium.consortia.models import FILED, Body, BodySeat, Consortium, Invitation, Membership, TechnologyArea
from consortium.core import grams, search
from consortium.core.access import Action, Role, allowed, roles_at, within
from consortium.core.db import db
from consortium.core.scope import Parts, oversees
from consortium.core.terms import ConsortiumKind, CoreArea
from consortium.organisations.models import Organisation
from consortium.organisations.queries import takes_part
from consortium.people.models import Seat, User

#: A name of its own, since this select is itself a part of the wall, and stands in statements about consortia too.
_INSIDE = Consortium.__table__.alias("overseen")


@oversees
def inside(remits: tuple[Parts, ...]) -> Any:
    """A select of the numbers of the filed consortia that any of some remits covers: in its provinces and technology areas; none named: all."""
    query, area = select(_INSIDE.c.id).where(_INSIDE.c.stage.in_(FILED)), TechnologyArea.__table__
    if ((), ()) in remits:
        return query
    covered = []
    for regions, areas in remits:
        working = _INSIDE.c.id.in_(select(area.c.consortium_id).where(area.c.area.in_(areas))) if areas else true()
        covered.append(and_(working, _INSIDE.c.province.in_(regions)) if regions else working)
    return query.where(or_(*covered))


def next_reference(consortium: Consortium, model: Any, letter: str) -> str:
    """`<reference of the consortium>-P01`, and so on, for rows of a model; the row of the consortium is locked until the commit."""
    db.session.refresh(consortium, ["version"], with_for_update=True)
    stem = f"{consortium.reference}-{letter}"
    taken = db.session.scalars(select(model.reference).where(model.consortium_id == consortium.id))
    numbers = [int(r.removeprefix(stem)) for r in taken if r.startswith(stem) and r.removeprefix(stem).isdigit()]
    return f"{stem}{max(numbers, default=0) + 1:02d}"


@dataclass(frozen=True)
class Wanted:
    """What a list of consortia is narrowed to; blank means all."""

    words: str = ""
    stage: str = ""
    kind: ConsortiumKind | None = None
    area: CoreArea | None = None
    province: str = ""


def of(actor: Any, wanted: Wanted | None = None) -> Select[Any]:
    """The consortia at which a person sits and those of his remit, newest first, with lead and number of members."""
    wanted = wanted or Wanted()
    count = select(func.count(Membership.id)).where(
        Membership.consortium_id == Consortium.id, Membership.left_on.is_(None)
    )
    query = within(actor, select(Consortium), Consortium).order_by(Consortium.id.desc())
    query = query.options(
        selectinload(Consortium.lead), selectinload(Consortium.areas),
        with_expression(Consortium.member_count, count.correlate(Consortium).scalar_subquery()),
    )  # fmt: skip
    if wanted.stage:
        query = query.where(Consortium.stage == wanted.stage)
    if wanted.kind:
        query = query.where(Consortium.kind == wanted.kind)
    if wanted.area:
        query = query.where(Consortium.areas.any(TechnologyArea.area == wanted.area))
    if wanted.province:
        query = query.where(Consortium.province == wanted.province)
    if wanted.words.strip():
        query = query.where(_matching(wanted.words.strip()[: grams.MOST_QUERY]))
    return query


def _matching(words: str) -> Any:
    reference = Consortium.reference.icontains(words, autoescape=True)
    if not grams.phrases(words):
        return reference
    entry = search.SearchEntry
    rows = search.found(words, select(Consortium.id)).where(entry.kind == Consortium.__tablename__)
    return or_(reference, Consortium.id.in_(rows.with_only_columns(entry.row_id)))


def members(consortium: Consortium) -> Select[Any]:
    """All members that a consortium has or had, the lead first, then who joined first; with their organisations."""
    query = (
        select(Membership).where(Membership.consortium_id == consortium.id).options(joinedload(Membership.organisation))
    )
    return query.order_by(
        Membership.left_on.is_not(None), Membership.role != "lead", Membership.joined_on, Membership.id
    )


def active(consortium: Consortium) -> list[Membership]:
    """The members that a consortium has now, the lead first; with their organisations."""
    return list(db.session.scalars(members(consortium).where(Membership.left_on.is_(None))))


def member_choices(consortium: Consortium) -> list[tuple[int, str]]:
    """The members to pick one from, as number of the organisation and names."""
    return [
        (member.organisation_id, " · ".join(filter(None, (member.organisation.name_zh, member.organisation.name_en))))
        for member in active(consortium)
    ]


def member_of(consortium: Consortium, organisation_id: int | None) -> Membership | None:
    """The active membership of an organisation, if it has one."""
    query = select(Membership).where(Membership.consortium_id == consortium.id, Membership.left_on.is_(None))
    return db.session.scalar(query.where(Membership.organisation_id == organisation_id))


def lead_of(consortium: Consortium) -> Membership | None:
    """The active membership that leads."""
    query = select(Membership).where(Membership.consortium_id == consortium.id, Membership.left_on.is_(None))
    return db.session.scalar(query.where(Membership.role == "lead"))


def bodies(consortium: Consortium) -> list[Body]:
    """The bodies with their seats and whom these belong to."""
    query = select(Body).where(Body.consortium_id == consortium.id).order_by(Body.id)
    return list(db.session.scalars(query.options(selectinload(Body.seats).joinedload(BodySeat.organisation))))


def invitations(consortium: Consortium) -> Select[Any]:
    """The invitations of a consortium, newest first, with who invited and for which organisation."""
    query = select(Invitation).where(Invitation.consortium_id == consortium.id).order_by(Invitation.id.desc())
    return query.options(joinedload(Invitation.organisation), joinedload(Invitation.invited_by))


def seats(consortium: Consortium) -> list[Seat]:
    """Who sits at the table, with their organisations, by organisation and name."""
    query = (
        select(Seat)
        .where(Seat.consortium_id == consortium.id)
        .join(Seat.user)
        .order_by(Seat.organisation_id, User.name, Seat.id)
    )
    return list(db.session.scalars(query.options(joinedload(Seat.user), joinedload(Seat.organisation))))


def coordinators(consortium: Consortium) -> list[User]:
    """The people who coordinate a consortium."""
    query = select(User).where(
        User.id.in_(select(Seat.user_id).where(Seat.consortium_id == consortium.id, Seat.role == Role.COORDINATOR))
    )
    return list(db.session.scalars(query.order_by(User.id)))


def user_of(email: str) -> User | None:
    """The person who signs in with this address."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.lower()))


def knows_all(actor: Any, consortium: Consortium) -> bool:
    """Whether a person sits at the table, and does not only look in from outside as an officer."""
    return bool(roles_at(actor, consortium) - {Role.OFFICER})


@takes_part
def parts(actor: Any, organisation: Organisation) -> list[Membership]:
    """The memberships of an organisation in consortia that a person may see, newest first."""
    query = within(
        actor, select(Membership).join(Consortium, Consortium.id == Membership.consortium_id), Consortium, Action.VIEW
    )
    query = query.where(Membership.organisation_id == organisation.id).options(joinedload(Membership.consortium))
    return list(db.session.scalars(query.order_by(Membership.joined_on.desc(), Membership.id.desc())))


def told_of(reader: Any, thing: Any) -> Select[int] | None:
    """What happened to the members and the bodies of a consortium, also to those that are gone."""
    if not isinstance(thing, Consortium) or not allowed(reader, Action.VIEW, thing):
        return None
    kinds = [model.__tablename__ for model in (Membership, Body)]
    return select(Event.id).where(Event.chain == f"c{thing.id}", Event.subject_kind.in_(kinds))


def references() -> Iterator[tuple[str, str]]:
    """Reference and title of every consortium, for the list of references."""
    for consortium in db.session.scalars(select(Consortium).order_by(Consortium.id)):
        yield consortium.reference, str(consortium)


def has_seat(user: Any, consortium: Consortium, organisation: Any, role: Any) -> bool:
    """Whether a person sits at a table for an organisation, in a role."""
    same = Seat.user_id == user.id, Seat.consortium_id == consortium.id, Seat.organisation_id == organisation.id
    return db.session.scalar(select(Seat.id).where(*same, Seat.role == role)) is not None


REFERENCES = (("consortium", references),)
