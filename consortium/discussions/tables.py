"""The list of what is said and asked in a consortium: the columns of page, CSV and sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from consortium.core import clock
from consortium.core.terms import either
from consortium.core.words import _l, _ln
from consortium.discussions.models import Thread
from consortium.discussions.workflow import THREAD
from consortium.documents.tables import Column, Table

#: So many characters of what was said first stand in the list.
SHORT = 200


def state(thread: Thread, on: date | None = None) -> tuple[object, str]:
    """The word and tone in which a thread is shown: late is derived, never stored."""
    if (
        thread.question
        and thread.state == "open"
        and thread.due_on is not None
        and thread.due_on < (on or clock.today())
    ):
        return _l("Late"), "bad"
    if thread.question and thread.state == "open":
        return _l("Waits for an answer"), "act"
    return THREAD.word(thread.state), THREAD.tone(thread.state)


def named(row: Any) -> str:
    """The name of a thread's thing, or of an organisation, in the reader's language."""
    if row is None:
        return ""
    return either(row.title_zh, row.title_en) if hasattr(row, "title_zh") else either(row.name_zh, row.name_en)


def _first(thread: Thread) -> str:
    said = " ".join(thread.remarks[0].words.split()) if thread.remarks else ""
    return said if len(said) <= SHORT else f"{said[:SHORT]}…"


def _days(thread: Thread) -> object:
    if thread.state != "open" or thread.due_on is None:
        return ""
    left = (thread.due_on - clock.today()).days
    return _ln("%(num)s day late", "%(num)s days late", -left) if left < 0 else ""


THREADS = Table(
    "threads",
    _l("Questions and remarks"),
    (
        Column("words", _l("What was said first"), _first, "link", href=lambda t: f"/threads/{t.id}"),
        Column("about", _l("About"), named, wide=True),
        Column("asked", _l("Asked"), lambda t: named(t.asked), wide=True),
        Column("due_on", _l("Answer by"), lambda t: t.due_on, "day", Thread.due_on, wide=True),
        Column("state", _l("State"), lambda t: state(t)[0], "status", Thread.state, tone=lambda t: state(t)[1], note=_days),
        Column("by", _l("Begun by"), lambda t: t.opened_by.name, wide=True),
        Column("on", _l("Begun on"), lambda t: clock.local(t.created_at).date(), "day", Thread.created_at, wide=True),
        Column("answers", _l("Answers"), lambda t: len(t.remarks) - 1, "count", wide=True),
    ),
)  # fmt: skip
