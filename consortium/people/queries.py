"""What is asked about people, and about how the platform fares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, inspect, literal, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from consortium.activity.models import OutboxMail
from consortium.core import clock
from consortium.core.access import GRANTS, Action, Role
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.core.terms import OrganisationKind
from consortium.documents import archive
from consortium.jobs.models import Job
from consortium.jobs.queue import last_sign
from consortium.people.models import Remit, Seat, User

#: Seconds after which a worker counts as silent: it gives a sign each minute, but not while it makes a paper.
PATIENCE = 300


def accounts(words: str = "", standing: str = "") -> Select[Any]:
    """All accounts by name; `words` are looked for in name and address, `standing` is `open`, `closed` or "" for all."""
    query = select(User).options(joinedload(User.organisation), lazyload(User.seats), selectinload(User.remits))
    for word in words.replace("\0", " ").split()[:6]:
        query = query.where(
            or_(User.name.contains(word, autoescape=True), User.email.contains(word.lower(), autoescape=True))
        )
    if standing in ("open", "closed"):
        query = query.where(User.active.is_(standing == "open"))
    return query.order_by(User.name, User.id)


def seated(
    consortium_id: int, action: Action, firms: Iterable[int] | None = None, besides: int | None = None
) -> list[User]:
    """The people who may do something at a table: of all organisations, of some `firms`, or of all `besides` one."""
    may = [role for role in Role if action in GRANTS[role] and role is not Role.OFFICER]
    seats = select(Seat.user_id).where(Seat.consortium_id == consortium_id, Seat.role.in_(may))
    if firms is not None:
        seats = seats.where(Seat.organisation_id.in_(sorted(firms)))
    if besides is not None:
        seats = seats.where(Seat.organisation_id != besides)
    return list(db.session.scalars(select(User).where(User.id.in_(seats), User.active).order_by(User.id)))


def seats_held() -> dict[int, int]:
    """How many seats each account has, by its number: a count, and nothing of what happens at the tables."""
    with everything("administrators see how many seats an account has, never which"):
        rows = db.session.execute(select(Seat.user_id, func.count()).group_by(Seat.user_id))
        return {row[0]: row[1] for row in rows}


def is_unused(user: User) -> bool:
    """Whether an account has no password, nobody ever signed in with it, and it sits at no table: its link takes nothing over."""
    return user.password is None and user.seen_at is None and not seats_held().get(user.id)


def by_email(email: str) -> User | None:
    """The account of an address, however its letters are written."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.lower()).options(lazyload(User.seats)))


def hold_administrators() -> None:
    """Let nobody else close or open an account that administers until this transaction ends."""
    db.session.execute(select(User.id).where(User.is_administrator).order_by(User.id).with_for_update()).all()


def other_administrators(user: User) -> int:
    """How many open accounts besides this one may administer."""
    asked = select(func.count()).select_from(User).where(User.is_administrator, User.active, User.id != user.id)
    return db.session.scalar(asked) or 0


def _directory() -> Any:
    """The class of organisations, which lies above and is therefore asked of the relationship."""
    return inspect(User).relationships["organisation"].mapper.class_


def organisation(number: int) -> Any:
    """One organisation of the directory."""
    return db.session.get_one(_directory(), number)


def employers() -> list[tuple[int, str]]:
    """All organisations that are no authorities, by name: number and names."""
    model = _directory()
    wanted = (
        select(model.id, model.name_zh, model.name_en)
        .where(model.kind != OrganisationKind.AUTHORITY)
        .order_by(model.name_zh, model.name_en)
    )
    return [(number, " · ".join(filter(None, (zh, en)))) for number, zh, en in db.session.execute(wanted)]


def authorities() -> list[Any]:
    """The authorities of the directory by name."""
    model = _directory()
    wanted = select(model).where(model.kind == OrganisationKind.AUTHORITY).order_by(model.name_zh, model.name_en)
    return list(db.session.scalars(wanted))


def seats_of(user: User) -> list[Seat]:
    """The seats of a person with their tables and organisations, oldest first."""
    wanted = (
        select(Seat).where(Seat.user_id == user.id).options(joinedload(Seat.consortium), joinedload(Seat.organisation))
    )
    return list(db.session.scalars(wanted.order_by(Seat.id)))


def remits_of(user: User) -> list[Remit]:
    """The remits of a person with their authorities."""
    wanted = select(Remit).where(Remit.user_id == user.id).options(joinedload(Remit.organisation))
    return list(db.session.scalars(wanted.order_by(Remit.id)))


def overseers(consortium: Any) -> list[User]:
    """The officers with an open account whose remit a filed consortium lies in, by their number."""
    wanted = select(Remit).join(User, User.id == Remit.user_id).where(User.active).order_by(User.id)
    found = db.session.scalars(wanted.options(joinedload(Remit.user).lazyload(User.seats)))
    return list(dict.fromkeys(remit.user for remit in found if remit.covers(consortium)))


def health() -> dict[str, Any]:
    """How database, file store and worker fare; raises what the database raises."""
    db.session.scalar(select(literal(1)))
    files = {True: "ok", False: "not writable", None: "elsewhere"}[archive.takes_files()]
    sign = last_sign()
    age = None if sign is None else max(0, int((clock.now() - sign).total_seconds()))
    worker = "silent" if age is None or age > PATIENCE else "ok"
    status = "ok" if worker == "ok" and files != "not writable" else "limited"
    return {"status": status, "database": "ok", "files": files, "worker": worker, "worker_seconds": age}


def measures() -> dict[str, dict[str, int]]:
    """Counts for the operator: accounts by standing, jobs and mails by state."""

    def by(column: Any) -> dict[str, int]:
        return {str(value): count for value, count in db.session.execute(select(column, func.count()).group_by(column))}

    standing = {"open" if value == "True" else "closed": count for value, count in by(User.active).items()}
    return {"accounts": standing, "jobs": by(Job.state), "mails": by(OutboxMail.state)}
