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
    accepted_on: date | None
    reports: list[Any]

    def __getattr__(self, name: str) -> Any:
        # What has no day of its own is that of the row.
        return getattr(self.row, name)


def seen(milestone: Any, on: date) -> Seen:
    """A milestone, whose reports are loaded, at the end of a day."""
    there = [word for word in milestone.reports if _day(word.reported_at) <= on]
    if milestone.state == "waived":
        return Seen(milestone, "waived", None, None, there)
    if len(there) < len(milestone.reports) or (there and there[-1].verified_at and _day(there[-1].verified_at) > on):
        return _before(milestone, there, on)
    if lights.is_accepted(milestone, on):
        return Seen(milestone, "accepted", milestone.reported_on, milestone.accepted_on, there)
    if lights.is_waiting(milestone, on):
        return Seen(milestone, "reported", milestone.reported_on, None, there)
    return Seen(milestone, "returned" if milestone.state == "returned" else "planned", None, None, there)


def _before(milestone: Any, there: list[Any], on: date) -> Seen:
    """A milestone with which more happened later: what its last report by a day says of it."""
    if not there:
        return Seen(milestone, "planned", None, None, there)
    last, reported = there[-1], _day(there[-1].reported_at)
    if last.verified_at is None or _day(last.verified_at) > on:
        return Seen(milestone, "reported", reported, None, there)
    return Seen(
        milestone, last.outcome, reported, _day(last.verified_at) if last.outcome == "accepted" else None, there
    )


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
