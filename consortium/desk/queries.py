"""What waits for a person, what goes on around him, and what he finds."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select

from consortium.activity.models import Event, Notification
from consortium.activity.services import open_to
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core import clock, features, grams, search
from consortium.core.access import Actor, at_table, within
from consortium.core.db import Base, db
from consortium.core.terms import Light
from consortium.jobs.models import Job
from consortium.projects import standings
from consortium.projects.lights import Standing
from consortium.projects.models import Milestone

MOST_FOUND = 20
TONES = {"bad": 0, "warn": 1, "act": 2}
RECENT = datetime.timedelta(hours=12)


@dataclass(frozen=True)
class Seated:
    """One of my consortia: its row, how far its milestones are by weight, how many are late, its light, my roles there."""

    consortium: Consortium
    progress: Decimal | None
    late: int
    light: Light
    tone: str
    roles: tuple[Any, ...]


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many in all, and the first of them with the consortium that each belongs to."""

    kind: str
    label: object
    icon: str
    count: int
    entries: list[tuple[str, str, Any]]


def all_waiting(actor: Actor) -> list[Waiting]:
    """Everything that waits for a person, what is late first, then by day."""
    found: list[Waiting] = []
    for ask in features.declared("queries", "waiting"):
        found += ask(actor)
    return sorted(found, key=lambda item: (TONES.get(item.tone, 3), item.due_on or datetime.date.max))


def seated(actor: Any) -> list[Seated]:
    """The consortia at which a person sits, with how they stand; three queries for all."""
    roles: dict[int, list[Any]] = defaultdict(list)
    for seat in filter(at_table, actor.seats):
        roles[seat.consortium_id].append(seat.role)
    if not roles:
        return []
    rows = list(
        db.session.scalars(select(Consortium).where(Consortium.id.in_(sorted(roles))).order_by(Consortium.id.desc()))
    )
    numbers, on = [row.id for row in rows], clock.today()
    asked = standings.sums(on, Milestone.consortium_id)
    asked = asked.where(Milestone.consortium_id.in_(numbers), standings.in_counted())
    found = {row.consortium_id: standings.of_row(row, on) for row in db.session.execute(asked)}
    verdicts = standings.consortium_verdicts(numbers, on)
    tables = []
    for row in rows:
        standing, verdict = found.get(row.id, Standing()), verdicts[row.id]
        held = tuple(dict.fromkeys(roles[row.id]))
        tables.append(Seated(row, standing.progress, standing.late, verdict.light, verdict.tone, held))
    return tables


def jobs_of(actor: Any) -> list[Job]:
    """Work that goes on for a person, and what ended of it lately, newest first."""
    goes_on = Job.state.in_(("queued", "running"))
    ended = and_(Job.state.in_(("done", "failed", "cancelled")), Job.finished_at >= clock.now() - RECENT)
    return list(
        db.session.scalars(
            select(Job).where(Job.actor_id == actor.id, or_(goes_on, ended)).order_by(Job.id.desc()).limit(6)
        )
    )


def job_of(actor: Any, number: int) -> Job | None:
    """One job that a person asked for."""
    return db.session.scalar(select(Job).where(Job.id == number, Job.actor_id == actor.id))


def feed(actor: Any, limit: int = 10) -> list[tuple[Event, str | None, str, Any]]:
    """The latest events at a person's tables: the event, its address, its icon, and its consortium."""
    numbers = sorted({seat.consortium_id for seat in actor.seats if at_table(seat)})
    if not numbers:
        return []
    chains, told_as = [f"c{number}" for number in numbers], features.joined("shown", "TOLD_AS")
    asked = (
        select(Event)
        .where(Event.chain.in_(chains), Event.subject_kind.in_(list(told_as)), *open_to(actor))
        .order_by(Event.id.desc())
        .limit(limit)
    )
    events = list(db.session.scalars(asked))
    tables = _tables({int(event.chain.removeprefix("c")) for event in events})
    # What removed a thing is newer than all else that is told of it, so it is among these events as well.
    removing = {verb for verbs in features.declared("shown", "REMOVING") for verb in verbs}
    gone = {(event.subject_kind, event.subject_id) for event in events if event.verb in removing}
    told = []
    for event in events:
        shown = told_as[event.subject_kind]
        there = shown.address and (event.subject_kind, event.subject_id) not in gone
        told.append(
            (
                event,
                shown.address.format(event.subject_id) if shown.address and there else None,
                shown.icon,
                tables.get(int(event.chain.removeprefix("c"))),
            )
        )
    return told


def _tables(numbers: set[int]) -> dict[int, Consortium]:
    rows = db.session.scalars(select(Consortium).where(Consortium.id.in_(sorted(numbers)))) if numbers else ()
    return {row.id: row for row in rows}


# Search


def understood(words: str) -> bool:
    """Whether there is anything in the words that can be searched for."""
    return bool(grams.phrases(words))


def found(actor: Actor, words: str) -> list[Group]:
    """What a person may see of all that matches, by kind; three queries and one for each kind that is found."""
    if not understood(words):
        return []
    visible = within(actor, select(Consortium.id), Consortium)
    matching, entry = _shown(actor, search.found(words, visible)), search.SearchEntry
    counts = {
        row[0]: row[1]
        for row in db.session.execute(matching.with_only_columns(entry.kind, func.count()).group_by(entry.kind))
    }
    groups = features.joined("shown", "FOUND_AS")
    wanted = sorted(groups.keys() & counts, key=lambda kind: groups[kind].order)
    rows = {
        kind: list(db.session.scalars(matching.where(entry.kind == kind).order_by(entry.id.desc()).limit(MOST_FOUND)))
        for kind in wanted
    }
    tables = _tables({row.about_consortium for kind in wanted for row in rows[kind] if row.about_consortium})
    return [_group(kind, groups[kind], counts[kind], rows[kind], tables) for kind in wanted]


def _shown(actor: Actor, query: Select[Any]) -> Select[Any]:
    """Without rows that are kept to other firms, and without those of which authorities do not get to know where a person sees a consortium only as an officer."""
    entry = search.SearchEntry
    kinds = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for kind in features.joined("shown", "FOUND_AS"):
        model: Any = kinds.get(kind)
        if hasattr(model, "kept_to_id") or (actor.remits and hasattr(model, "shown_to_officers")):
            query = query.where(or_(entry.kind != kind, entry.row_id.in_(within(actor, select(model.id), model))))
    return query


def _group(kind: str, shown: features.FoundAs, count: int, rows: list[Any], tables: dict[int, Consortium]) -> Group:
    entries = [
        (
            shown.address.format(row.row_id),
            row.title,
            tables.get(row.about_consortium) if kind != "consortium" else None,
        )
        for row in rows
    ]
    return Group(kind, shown.label, shown.icon, count, entries)


# Notifications


def notifications(actor: Any) -> Select[Notification]:
    """What a person was told, newest first."""
    return select(Notification).where(Notification.user_id == actor.id).order_by(Notification.id.desc())


@cache
def _unread() -> Select[Any]:
    """Asked for each page, so it is made once."""
    return (
        select(func.count())
        .select_from(Notification)
        .where(Notification.user_id == bindparam("user"), Notification.read_at.is_(None))
    )


def unread(actor: Any) -> int:
    """How much of it has not been read."""
    return db.session.scalar(_unread(), {"user": actor.id}) or 0


def href_of(actor: Any, number: int) -> str:
    """Where one notification of a person leads; "" where it leads nowhere, or is somebody else's."""
    return (
        db.session.scalar(select(Notification.href).where(Notification.user_id == actor.id, Notification.id == number))
        or ""
    )
