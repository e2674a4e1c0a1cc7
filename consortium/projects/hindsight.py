"""How a milestone stood at the end of a day that is past, as far as days were recorded. Pure: no database, no clock.

Its reports bear the days on which they were made and settled, so its state is known. Plan, weight and waiver bear none and are those
of now (docs/decisions/0016-cut-off.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consortium.core import clock
from consortium.projects import lights


@dataclass(frozen=True)
class Seen:
    """A milestone as it stood; named as the columns of `Milestone`, with the reports that there were."""

    row: Any
    state: str
    reported_on: date | None
    reached_on: date | None
    accepted_on: date | None
    reports: list[Any]

    def __getattr__(self, name: str) -> Any:
        # What has no day of its own is that of the row.
        return getattr(self.row, name)


def seen(milestone: Any, on: date) -> Seen:
    """A milestone, whose reports are loaded, at the end of a day."""
    there = [word for word in milestone.reports if _day(word.reported_at) <= on]
    if milestone.state == "waived":
        return Seen(milestone, "waived", None, None, None, there)
    if len(there) < len(milestone.reports) or (there and _moved_after(there[-1], on)):
        return _before(milestone, there, on)
    if lights.is_accepted(milestone, on):
        return Seen(milestone, "accepted", milestone.reported_on, milestone.reached_on, milestone.accepted_on, there)
    if lights.is_waiting(milestone, on):
        # Without a word that bears its days, an accepted one was at least reported by then.
        state = "reported" if milestone.state == "accepted" else milestone.state
        return Seen(milestone, state, milestone.reported_on, milestone.reached_on, None, there)
    return Seen(milestone, "returned" if milestone.state == "returned" else "planned", None, None, None, there)


def _before(milestone: Any, there: list[Any], on: date) -> Seen:
    """A milestone with which more happened later: what its last report by a day says of it."""
    if not there:
        return Seen(milestone, "planned", None, None, None, there)
    last, state = there[-1], stood(there[-1], on)
    accepted = _day(last.decided_at or last.verified_at) if state == "accepted" else None
    return Seen(milestone, state, _day(last.reported_at), last.reached_on, accepted, there)


def stood(word: Any, on: date) -> str:
    """The state in which a report put its milestone by the end of a day; one that was accepted or returned in one step was never `verified`."""
    if word.verified_at is None or _day(word.verified_at) > on:
        return "reported"
    if word.decided_at is not None and _day(word.decided_at) > on:
        return "verified"
    return str(word.outcome)


def _moved_after(word: Any, on: date) -> bool:
    return any(moment is not None and _day(moment) > on for moment in (word.verified_at, word.decided_at))


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
