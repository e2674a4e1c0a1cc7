"""Record what happened, in the transaction in which it happens."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, inspect, select, union_all
from sqlalchemy import event as hooks
from sqlalchemy.orm import ORMExecuteState, Session, aliased

from consortium import config
from consortium.activity.models import Event, Head, Notification, OutboxMail, Touched
from consortium.activity.verify_chain import FIRST, digest
from consortium.core import clock, features, words
from consortium.core.access import Actor, at_table
from consortium.core.db import Base, db
from consortium.core.errors import Refused
from consortium.core.noted import noted
from consortium.core.words import _l
from consortium.core.workflow import Step, Workflow


class SilentChange(RuntimeError):
    """A row was changed and nothing tells of it."""


def record(actor: Any, verb: str, subject: Any, *others: Any, **facts: Any) -> None:
    """Write down that `actor` did `verb` (past tense) to `subject`, and to `others` with it."""
    session, waiting, rows = db.session(), _waiting.get(), (subject, *others)
    if waiting is None or waiting.numbered:
        session.flush()
    title = getattr(subject, "title", None) or subject
    name = (title.english if isinstance(title, words.Lazy) else str(title))[:300]
    pair = words.written(title, 600) if isinstance(title, words.Lazy) else _both(subject, name)
    said = {
        "happened_at": clock.now().replace(microsecond=0),
        "actor_id": getattr(actor, "id", None),
        "actor_name": getattr(actor, "name", None) or str(actor or "system"),
        "verb": verb,
        "subject_kind": kind(subject),
        "subject_name": name,
        "facts": {key: _plain(value) for key, value in facts.items()} | ({"subject": pair} if pair else {}),
    }
    if waiting is None:
        _append(_chain(subject), [_numbered(said, rows)])
    elif waiting.numbered:
        waiting.deeds.append((_chain(subject), _numbered(said, rows), ()))
    else:
        waiting.deeds.append((_chain(subject), said, rows))


def _numbered(said: dict[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    """An event with the numbers of the rows that it tells of; what they changed is told with it."""
    noted(db.session(), "told").extend((kind(row), row.id) for row in rows)
    return {**said, "subject_id": rows[0].id, "others": [[kind(other), other.id] for other in rows[1:]]}


def _append(chain: str, deeds: Sequence[dict[str, Any]]) -> None:
    """Add events to a chain, each with the digest of the one before it."""
    session = db.session()
    head = session.get(Head, chain, with_for_update=True)
    if head is None:
        head = Head(chain=chain, number=0, digest=FIRST)
        session.add(head)
    events = []
    for said in deeds:
        event = Event(chain=chain, number=head.number + 1, before=head.digest, **said)
        event.digest = digest(head.digest, exported(event))
        head.number, head.digest = event.number, event.digest
        events.append(event)
    session.add_all(events)
    session.flush()
    touched = {(name, number, event.id) for event in events for name, number in event.others}
    if touched:
        rows = [dict(zip(("kind", "thing_id", "event_id"), one, strict=True)) for one in sorted(touched)]
        session.execute(insert(Touched), rows)


@dataclass
class Waiting:
    """Events that are written at the end: of each its chain, what it says, and the rows whose numbers it still lacks."""

    numbered: bool
    deeds: list[tuple[str, dict[str, Any], Sequence[Any]]] = field(default_factory=list)


_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def in_one_go(*, kept: bool = True, numbered: bool = True) -> Iterator[None]:
    """Write the events of many changes together at the end, in their order; without `kept` they are for nothing, as what they tell of.

    Without `numbered` an event does not have its rows written at once: they get their numbers together, when somebody needs them.
    """
    waiting = Waiting(numbered)
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    db.session.flush()
    by_chain: dict[str, list[dict[str, Any]]] = {}
    for chain, said, rows in waiting.deeds if kept else ():
        by_chain.setdefault(chain, []).append(_numbered(said, rows) if rows else said)
    for chain, some in by_chain.items():
        _append(chain, some)


def advance(actor: Actor, workflow: Workflow, thing: Any, name: str, reason: str = "", **facts: Any) -> Step:
    """Move a thing along its life cycle and record it; Refused where the step asks for a reason and there is none."""
    before = workflow.state(thing)
    step = workflow.check(actor, thing, name)
    if step.reason and not reason.strip():
        raise Refused(reason=_l("Please give the reason; the others will read it."))
    workflow.place(thing, step)
    if reason:
        facts["reason"] = reason
    record(actor, step.verb or step.name, thing, **{"from": before, "to": step.target}, **facts)
    return step


def kind(row: Any) -> str:
    """The name of a row's table, by which events know it."""
    return str(type(row).__tablename__)


def exported(event: Event) -> dict[str, Any]:
    """An event as the plain values that its digest covers, and its place in the chain."""
    return {
        "chain": event.chain,
        "number": event.number,
        "happened_at": event.happened_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "verb": event.verb,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "subject_name": event.subject_name,
        "others": event.others,
        "facts": event.facts,
        "before": event.before,
        "digest": event.digest,
    }


def chain_head(consortium_id: int) -> str:
    """The digest of the last event of a consortium, printed in its papers."""
    found = db.session.scalar(select(Head.digest).where(Head.chain == f"c{consortium_id}"))
    return found or FIRST


def _chain(subject: Any) -> str:
    table = getattr(subject, "consortium_id", None)
    return f"c{table}" if table is not None else "platform"


def _both(row: Any, name: str) -> dict[str, str] | None:
    """A name in both languages, if the row has its words in both: a timeline is read in either."""
    found = words.in_both(row, name)
    return None if found is None else {"zh": name, "en": found.english[:400]}


def _plain(value: Any) -> Any:
    """A fact as JSON can keep it; amounts as text, so that no digit is lost, and names in both languages."""
    if isinstance(value, bool | int | str | None):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, words.Lazy):
        return value.english
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return _both(value, str(value)) or str(value)


#: Tables that follow from others, or are the record itself; all other tables are told of by events.
UNTOLD = {
    "event", "event_touched", "chain_head", "session", "job", "search_entry", "notification", "outbox_mail", "rate_limit", "kept_upload",
}  # fmt: skip


def untold(model: type) -> None:
    """Declare that changes of a table need no event, because it only mirrors others."""
    UNTOLD.add(model.__tablename__)  # type: ignore[attr-defined]


@hooks.listens_for(Session, "before_flush")
def _remember_changed(session: Session, _context: object, _instances: object) -> None:
    changed, dirty = noted(session, "changed"), session.dirty
    for row in (*session.new, *dirty, *session.deleted):
        if not isinstance(row, Base) or row.__tablename__ in UNTOLD:
            continue
        if row in dirty and (not session.is_modified(row) or _only_housekeeping(row)):
            continue
        changed.append(row)


def _only_housekeeping(row: Any) -> bool:
    """Columns that the sign-in library keeps by itself (counters, last use)."""
    columns: frozenset[str] = getattr(row, "HOUSEKEEPING", frozenset())
    state = inspect(row)
    return bool(columns) and all(
        not attribute.history.has_changes() or attribute.key in columns for attribute in state.attrs
    )


@hooks.listens_for(Session, "before_commit")
def _refuse_silence(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    told = set(noted(session, "told"))
    for row in noted(session, "changed"):
        state = inspect(row)
        number = state.identity[0] if state.identity else None
        if number is not None and (kind(row), number) not in told:
            raise SilentChange(
                f"{type(row).__name__} {number} changed, but no event tells of it: call activity.record()."
            )
    noted(session, "told").clear()
    noted(session, "changed").clear()


@hooks.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    """Rows that a statement changes by itself are never seen, so nothing could tell of them."""
    if not (state.is_insert or state.is_update or state.is_delete) or state.execution_options.get("told"):
        return
    table = str(getattr(getattr(state.statement, "table", None), "name", ""))
    if table not in UNTOLD:
        raise SilentChange(
            f"A statement changes rows of {table} of which no event would tell. Load the rows, change or delete them one by one, and "
            "call activity.record(). Where an event tells of all of them, say which: .execution_options(told='…')."
        )


_hushed: ContextVar[bool] = ContextVar("hushed", default=False)


@contextmanager
def hushed() -> Iterator[None]:
    """Notify nobody of the single strokes of something large; who does it tells of it once, as a whole."""
    token = _hushed.set(True)
    try:
        yield
    finally:
        _hushed.reset(token)


def is_hushed() -> bool:
    """Whether nobody is notified at present, so that nobody has to be looked up for it."""
    return _hushed.get()


def notify(people: Any, message: Any, href: str = "", consortium: Any = None) -> None:
    """Tell people a sentence (`_l`), in the app and by mail, in their own language; sent after the commit, or never."""
    if _hushed.get():
        return
    session = db.session()
    about = getattr(consortium, "consortium_id", None)
    for person in people:
        session.add(
            Notification(
                user_id=person.id,
                about_consortium=about,
                message=message.message,
                values=words.kept(message.values, _plain),
                href=href,
            )
        )
        post(person.email, message, href, getattr(person, "locale", ""))


def post(recipient: str, message: Any, href: str = "", locale: str = "") -> None:
    """Put one mail into the outbox, in the reader's language, with the address of what it is about."""
    with words.reading_in(locale or "zh_Hans"):
        sentence = str(message)
    address = href if "://" in href else f"{config.current()['BASE_URL']}{href}"
    body = f"{sentence}\n\n{address}\n" if href else f"{sentence}\n"
    db.session.add(OutboxMail(recipient=recipient, subject=sentence[:200], body=body))


def timeline(subject: Any, limit: int = 50, reader: Actor | None = None, skip: int = 0) -> list[Event]:
    """What happened to one thing, newest first; whoever may see the thing may see this.

    With a `reader` also what features know to be about the thing and let this person see (`told_of` of their queries).
    """
    same = (Event.subject_kind == kind(subject), Event.subject_id == subject.id)
    about = select(Event.id).where(*same, since(kind(subject), subject.id))
    told: list[Any] = (
        []
        if reader is None
        else [some for ask in features.declared("queries", "told_of") if (some := ask(reader, subject)) is not None]
    )
    if reader is not None:
        told += touching(reader, subject)
    query = select(Event).where(Event.id.in_(union_all(about, *told) if told else about))
    return list(db.session.scalars(query.order_by(Event.id.desc()).limit(limit).offset(skip)))


def since(name: Any, number: Any) -> ColumnElement[bool]:
    """Of the events that name a thing by its table and number those about it, and not about a removed one whose number was given again."""
    removing = [verb for verbs in features.declared("shown", "REMOVING") for verb in verbs]
    other = aliased(Event)
    later = select(other.id).where(
        other.subject_kind == name, other.subject_id == number, other.verb.in_(removing), other.id >= Event.id
    )
    return ~later.exists()


def touching(reader: Actor, subject: Any) -> list[Select[int]]:
    """What happened to things that belong to a thing: all of it for who sits at the table, else what features tell the reader of its consortium."""
    if getattr(subject, "consortium_id", None) is None:
        return []
    # A consortium is its own table.
    table = getattr(subject, "consortium", subject)
    named = select(Touched.event_id).where(Touched.kind == kind(subject), Touched.thing_id == subject.id)
    found = select(Event.id).where(Event.id.in_(named), since(kind(subject), subject.id))
    if any(seat.consortium_id == table.id and at_table(seat) for seat in reader.seats):
        return [found]
    seen = [some for ask in features.declared("queries", "told_of") if (some := ask(reader, table)) is not None]
    return [found.where(Event.id.in_(union_all(*seen)))] if seen else []


def open_to(reader: Actor) -> list[ColumnElement[bool]]:
    """What holds of the events of a consortium that somebody who sits there is told; features say it (`open_events` of their queries)."""
    return [ask(reader) for ask in features.declared("queries", "open_events")]


def history(reader: Actor, consortium_ids: Any, limit: int = 20, skip: int = 0) -> list[Event]:
    """What happened in some consortia at whose tables a person sits, newest first; what is no matter of all who sit there (`KEPT_VERBS`) is told on its own pages alone."""
    chains = [f"c{number}" for number in consortium_ids]
    kept = [verb for verbs in features.declared("shown", "KEPT_VERBS") for verb in verbs]
    query = select(Event).where(Event.chain.in_(chains), Event.verb.notin_(kept), *open_to(reader))
    return list(db.session.scalars(query.order_by(Event.id.desc()).limit(limit).offset(skip)))
