"""What is asked about talk: threads of a thing and of a consortium, who can be mentioned, and which questions wait."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.activity.services import kind
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.consortia.queries import active
from consortium.core import clock
from consortium.core.access import GRANTS, Action, Actor, Reach, Role, Stake, allowed, at_table, within
from consortium.core.db import Base, db
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.discussions.models import Remark, Thread
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User

#: A question is due soon from so many days before its day.
SOON = timedelta(days=3)
#: What can be talked about, by its table: the address under which it is, and what stands before its number (`talk.talk` fills it).
TALKED_OF: dict[str, tuple[str, str]] = {}


@dataclass(frozen=True)
class Speaker:
    """A person with a seat at a table, and the organisations for which he sits there."""

    user: User
    firms: list[Organisation] = field(default_factory=list)


def kept_to(thing: Any) -> int | None:
    """The firm to which a thing is kept, and what is said about it; None where the whole table sees it."""
    found: int | None = getattr(thing, "kept_to_id", None)
    return found


def way_to(thing: Any) -> str:
    """The page of a thing that is talked about."""
    return TALKED_OF[kind(thing)][0].replace("<id:id>", str(thing.id))


def may_read(actor: Actor, thing: Any) -> bool:
    """Whether a person reads what is said about a thing: who sits at the table and sees the thing, and not who oversees it."""
    return allowed(actor, Action.VIEW, Stake(thing.consortium_id, internal=True, kept_to_id=kept_to(thing)))


# Threads


def names_of(subject: Any) -> dict[str, str]:
    """The two names by which a thread knows what it is about, each with the number that people say."""
    if not hasattr(subject, "title_zh"):
        return {"title_zh": str(getattr(subject, "title", subject))[:300], "title_en": ""}
    number, mark = getattr(subject, "number", None), TALKED_OF.get(kind(subject), ("", ""))[1]
    front = "" if number is None else f"{mark}{number} "
    names = {"title_zh": (subject.title_zh, 300), "title_en": (subject.title_en, 400)}
    return {name: f"{front}{words}"[:most] if words else "" for name, (words, most) in names.items()}


def subject_of(thread: Thread) -> Any:
    """What a thread is about; None when it was removed (a later row may have its number)."""
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    row: Any = db.session.get(models[thread.subject_kind], thread.subject_id) if thread.subject_kind in models else None
    return row if row is not None and row.created_at <= thread.created_at else None


def about(subject: Any) -> ColumnElement[bool]:
    """The threads about one thing, and not about a removed one whose number it has."""
    same = and_(Thread.subject_kind == kind(subject), Thread.subject_id == subject.id)
    return and_(Thread.consortium_id == subject.consortium_id, same, Thread.created_at >= subject.created_at)


def _shown(query: Select[Any]) -> Select[Any]:
    return query.options(
        selectinload(Thread.remarks).options(
            joinedload(Remark.author).load_only(User.name),
            joinedload(Remark.said_for).load_only(Organisation.name_zh, Organisation.name_en),
        ),
        joinedload(Thread.asked).load_only(Organisation.name_zh, Organisation.name_en),
        joinedload(Thread.opened_by).load_only(User.name),
    )


def threads_of(actor: Actor, subject: Any) -> list[Thread]:
    """What is said about one thing: what is open first, the newest first."""
    query = within(actor, _shown(select(Thread).where(about(subject))), Thread)
    return list(db.session.scalars(query.order_by(case((Thread.state == "closed", 1), else_=0), Thread.id.desc())))


def remarks(thread: Thread) -> list[Remark]:
    """What was said in a thread, oldest first, with who said it."""
    query = select(Remark).where(Remark.thread_id == thread.id).options(
        joinedload(Remark.author).load_only(User.name),
        joinedload(Remark.said_for).load_only(Organisation.name_zh, Organisation.name_en),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Remark.id)))


def threads(actor: Actor, consortium: Consortium) -> Select[tuple[Thread]]:
    """All threads of a consortium that a person may read: open questions by their day, then what was begun last."""
    query = within(actor, _shown(select(Thread).where(Thread.consortium_id == consortium.id)), Thread)
    waits = case((_unanswered(), 0), else_=1)
    return query.order_by(waits, case((_unanswered(), Thread.due_on)), Thread.id.desc())


def _unanswered() -> ColumnElement[bool]:
    return and_(Thread.question, Thread.state == "open")


def narrowed(actor: Any, query: Select[Any], wanted: Mapping[str, str], on: date) -> Select[Any]:
    """The list as its filter asks; unknown values are passed over."""
    mine = Thread.id.in_(select(Remark.thread_id).where(Remark.author_id == actor.id))
    shown = {
        "open": _unanswered(),
        "late": and_(_unanswered(), Thread.due_on < on),
        "mine": or_(Thread.opened_by_id == actor.id, mine),
        "asked": and_(_unanswered(), _of_own_firms(actor)),
    }.get(wanted.get("show", ""))
    if shown is not None:
        query = query.where(shown)
    if typed := wanted.get("q", "")[:200].replace("\0", ""):
        said = Thread.id.in_(select(Remark.thread_id).where(Remark.words.icontains(typed, autoescape=True)))
        titles = (column.icontains(typed, autoescape=True) for column in (Thread.title_zh, Thread.title_en))
        query = query.where(or_(said, *titles))
    return query


def open_events(reader: Actor) -> ColumnElement[bool]:
    """Of the events about talk those about what is not kept to other firms, and all other events."""
    talk = Event.subject_kind != Thread.__tablename__
    return or_(talk, Event.subject_id.in_(within(reader, select(Thread.id), Thread)))


def told_of(reader: Actor, thing: Any, *others: Any) -> Select[int]:
    """The numbers of events of what was said about a thing, and others of its consortium; none for who may not read it."""
    found = select(Event.id).where(Event.subject_kind == Thread.__tablename__)
    if not may_read(reader, thing):
        return found.where(false())
    numbers: dict[type[Any], list[int]] = {}
    for row in (thing, *others):
        numbers.setdefault(type(row), []).append(row.id)
    same = or_(*(_about(model, some) for model, some in numbers.items()))
    there = select(Thread.id).where(Thread.consortium_id == thing.consortium_id, same)
    return found.where(Event.subject_id.in_(there))


def _about(model: Any, numbers: list[int]) -> ColumnElement[bool]:
    """The same as `about` for some rows of one table."""
    there = select(model.id).where(model.id == Thread.subject_id, model.created_at <= Thread.created_at)
    return and_(Thread.subject_kind == model.__tablename__, Thread.subject_id.in_(numbers), there.exists())


# People


def speakers(consortium_id: int, kept_to: int | None = None) -> list[Speaker]:
    """The people with a seat at a table, by name: they can be mentioned; of what is kept to a firm those who see it."""
    query = select(Seat).where(Seat.consortium_id == consortium_id).join(User, User.id == Seat.user_id)
    query = query.where(User.active).options(joinedload(Seat.user), joinedload(Seat.organisation))
    found: dict[int, Speaker] = {}
    for seat in db.session.scalars(query.order_by(User.name, User.id, Seat.id)):
        if not at_table(seat) or (kept_to is not None and not _sees(seat, kept_to)):
            continue
        speaker = found.setdefault(seat.user_id, Speaker(seat.user))
        if seat.organisation not in speaker.firms:
            speaker.firms.append(seat.organisation)
    return list(found.values())


def pieces(words: str, names: Iterable[str]) -> list[tuple[str, bool]]:
    """A text cut where it mentions one of `names` after an @, the longest name first: pieces, and whether each is a mention."""
    known = sorted({name for name in names if name.strip()}, key=len, reverse=True)
    if not known:
        return [(words, False)]
    # A name in Latin letters ends where its word ends; Chinese names stand without spaces.
    ends = (re.escape(name) + (r"(?![A-Za-z0-9])" if name[-1].isascii() else "") for name in known)
    found = re.split(rf"(?<![A-Za-z0-9])([@＠](?:{'|'.join(ends)}))", words, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(found) if piece]


def mentioned(words: str, people: Iterable[User]) -> list[User]:
    """Those of some people whom a text mentions; all of one name."""
    people = list(people)
    said = {p[1:].casefold() for p, marked in pieces(words, (person.name for person in people)) if marked}
    return [person for person in people if person.name.casefold() in said]


def _sees(seat: Seat, firm: int) -> bool:
    """Whether what is kept to a firm is open to a seat."""
    reach = GRANTS[Role(seat.role)].get(Action.EVIDENCE)
    return reach is Reach.ANY or (reach is not None and seat.organisation_id == firm)


def organisations(consortium_id: int, kept_to: int | None = None) -> list[Organisation]:
    """The active members of a consortium: who can be asked; about what is kept to a firm those of whom somebody sees it."""
    found = [member.organisation for member in active(db.session.get_one(Consortium, consortium_id))]
    if kept_to is None:
        return found
    seeing = {firm.id for speaker in speakers(consortium_id, kept_to) for firm in speaker.firms}
    return [firm for firm in found if firm.id in seeing]


# What waits


def _of_own_firms(actor: Actor) -> ColumnElement[bool]:
    own = {
        (seat.consortium_id, seat.organisation_id) for seat in actor.seats if Action.DISCUSS in GRANTS[Role(seat.role)]
    }
    return or_(false(), *(and_(Thread.consortium_id == table, Thread.asked_id == firm) for table, firm in sorted(own)))


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """The open questions to the organisations for which a person speaks, late ones first."""
    on = on or clock.today()
    query = within(actor, select(Thread), Thread, Action.DISCUSS).join(
        Consortium, Consortium.id == Thread.consortium_id
    )
    query = query.where(_unanswered(), _of_own_firms(actor), Consortium.stage != "closed")
    query = query.options(joinedload(Thread.consortium).load_only(Consortium.name_zh, Consortium.name_en))
    return [_to_answer(thread, on) for thread in db.session.scalars(query.order_by(Thread.due_on, Thread.id))]


def _to_answer(thread: Thread, on: date) -> Waiting:
    what, tone = _l("Answer a question"), "act"
    if thread.due_on is not None and thread.due_on < on:
        what, tone = _l("Answer a question that is late"), "bad"
    elif thread.due_on is not None and thread.due_on <= on + SOON:
        tone = "warn"
    table = thread.consortium
    return Waiting(
        what, either(thread.title_zh, thread.title_en), href=f"/threads/{thread.id}", due_on=thread.due_on, tone=tone, icon="message",
        where=either(table.name_zh, table.name_en),
    )  # fmt: skip
