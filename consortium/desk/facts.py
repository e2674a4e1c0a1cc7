"""How what waits and what happened is shown, as plain values."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from consortium.activity.models import Event, Notification
from consortium.activity.verbs import named, told
from consortium.activity.waiting import Waiting
from consortium.core.terms import either, is_chinese
from consortium.core.words import Lazy, _l, _ln, again, read
from consortium.jobs.models import Job


def days_left(due_on: datetime.date | None, on: datetime.date) -> Lazy | None:
    """How far away a day is, in words."""
    if due_on is None:
        return None
    days = (due_on - on).days
    if days < 0:
        return _ln("%(num)s day late", "%(num)s days late", -days)
    if days == 0:
        return _l("Due today")
    return _ln("%(num)s day left", "%(num)s days left", days)


def to_do(item: Waiting, on: datetime.date) -> dict[str, Any]:
    """One thing that waits, as the list of the desk shows it; `endpoint` and `args` are left to the page."""
    # How late a milestone is concerns who reports it; who verifies it is told the day alone.
    when = (
        days_left(item.due_on, on)
        if item.tone in ("bad", "warn")
        else item.due_on and _l("Day of the plan: %(day)s", day=item.due_on)
    )
    parts = [str(part) for part in (item.where, when) if part]
    return {"title": item.what, "text": item.about, "note": " · ".join(parts), "tone": item.tone, "icon": item.icon, "href": item.href,
            "endpoint": item.endpoint, "args": dict(item.args)}  # fmt: skip


def happened(events: Iterable[tuple[Event, str | None, str, Any]]) -> list[dict[str, Any]]:
    """Events as the timeline shows them."""
    return [
        {"icon": icon, "who": event.actor_name, "text": told(event.verb, named(event, table)), "href": href, "at": event.happened_at,
         "note": None if event.subject_kind == "consortium" else either(table.name_zh, table.name_en) if table else ""}
        for event, href, icon, table in events
    ]  # fmt: skip


def work(job: Job) -> dict[str, Any]:
    """A job as its progress bar shows it."""
    return {
        "id": job.id,
        "label": _named(job.title),
        "percent": job.progress,
        "state": job.state,
        "message": job.problem,
        "result_href": job.href,
    }


def _named(title: str) -> str:
    """The title of a job in the reader's language; those of papers are kept in both, as `中文 · English`."""
    if isinstance(sentence := read(title), Lazy):
        return str(sentence)
    chinese, _, english = title.partition(" · ")
    return chinese if is_chinese() else english or chinese


def sentence(notification: Notification) -> str:
    """What a person was told, in the language in which he reads now."""
    return again(notification.message, notification.values)
