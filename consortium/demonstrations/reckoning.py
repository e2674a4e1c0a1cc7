"""Figures of a demonstration: hours, failures, time between them, and indicators against contract and reference. Nothing is asked of the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from consortium.core.errors import Refused
from consortium.outputs.models import Direction
from consortium.outputs.values import as_good, number

NONE = Decimal("0.00")
TENTH = Decimal("0.1")
#: Powers of ten by which a value may lie above what is asked, so that it still is a figure.
MOST_ABOVE = 6
#: Hours of a day.
DAY = 24


@dataclass(frozen=True)
class Running:
    """How long a product ran, how often it failed, and the mean time between failures (hours; None where nothing is known)."""

    hours: Decimal
    failures: int
    downtime: Decimal
    noted: bool = True

    @property
    def ran(self) -> Decimal | None:
        """The hours; None where none were ever noted, which is no zero."""
        return self.hours if self.noted else None

    @property
    def failed(self) -> int | None:
        """The failures; None where neither hours nor a failure were ever noted."""
        return self.failures if self.noted or self.failures else None

    @property
    def mtbf(self) -> Decimal | None:
        """Hours divided by failures; without hours or without a failure there is no such figure."""
        if not self.failures or not self.hours:
            return None
        return (self.hours / self.failures).quantize(TENTH, ROUND_HALF_UP)


def _trials(demonstration: Any, by: date | None) -> list[Any]:
    """The trials that had begun by a day. The first one bears the day on which it was noted: where a later one had begun, so had those before it."""
    found = sorted((step for step in demonstration.steps if step.stage == "trial"), key=lambda step: step.id)
    begun_ = [place for place, step in enumerate(found, 1) if by is None or step.since <= by]
    return found[: max(begun_, default=0)]


def trial_of(demonstration: Any, by: date | None = None) -> int:
    """Which trial runs, or ran last, or comes first (on a day): counted from one."""
    return max(len(_trials(demonstration, by)), 1)


def begun(demonstration: Any, by: date | None = None) -> date | None:
    """The first day of the present trial where another one failed before; None in the first trial, for which everything counts."""
    found = _trials(demonstration, by)
    return found[-1].since if len(found) > 1 else None


def at_site(demonstration: Any) -> bool:
    """Whether anything was noted of what happened at the site: hours, failures, or measured values."""
    return bool(demonstration.records or demonstration.failures or any(one.readings for one in demonstration.indicators))  # fmt: skip


def running(demonstration: Any, by: date | None = None) -> Running:
    """What a demonstration ran and failed in its present trial and since, of what ended or happened by a day; nothing of a trial before."""
    since = begun(demonstration, by) or date.min
    records = [row for row in demonstration.records if row.starts_on >= since and (by is None or row.ends_on <= by)]
    failures = [
        row for row in demonstration.failures if row.happened_on >= since and (by is None or row.happened_on <= by)
    ]
    return Running(
        sum((row.hours for row in records), NONE),
        len(failures),
        sum((row.downtime for row in failures), NONE),
        bool(records),
    )


def most_hours(starts_on: date, ends_on: date) -> Decimal:
    """All hours of a period, both days included."""
    return Decimal(((ends_on - starts_on).days + 1) * DAY)


def latest(indicator: Any, by: date | None = None) -> Any | None:
    """The measured value that counts for the present trial: of the last day, and of that day the last one; none of a trial before says anything."""
    now = trial_of(indicator.demonstration, by)
    rows = [row for row in indicator.readings if row.trial == now and (by is None or row.on_day <= by)]
    return max(rows, key=lambda row: (row.on_day, row.id), default=None)


def first_day(demonstration: Any) -> date | None:
    """The first day of which hours or a failure are noted of the present trial; of another trial than the first, or a value."""
    since, now = begun(demonstration), trial_of(demonstration)
    days = [row.starts_on for row in demonstration.records if row.starts_on >= (since or date.min)]
    days += [row.happened_on for row in demonstration.failures if row.happened_on >= (since or date.min)]
    if since is not None:
        days += [row.on_day for one in demonstration.indicators for row in one.readings if row.trial == now]
    return min(days, default=None)


def days_before(demonstration: Any) -> date | None:
    """The last day of which anything is noted of the trials before the present one."""
    since, now = begun(demonstration) or date.min, trial_of(demonstration)
    days = [row.ends_on for row in demonstration.records if row.starts_on < since]
    days += [row.happened_on for row in demonstration.failures if row.happened_on < since]
    days += [row.on_day for one in demonstration.indicators for row in one.readings if row.trial != now]
    return max(days, default=None)


def last_day(demonstration: Any) -> date | None:
    """The last day of which anything is noted of all trials, their first days as well."""
    days = [row.ends_on for row in demonstration.records] + [row.happened_on for row in demonstration.failures]
    days += [row.on_day for one in demonstration.indicators for row in one.readings]
    return max([*days, *([demonstration.trial_on] if demonstration.trial_on else [])], default=None)


def is_met(indicator: Any, by: date | None = None) -> bool | None:
    """Whether the last measured value is as good as the contract asks; None while none was measured."""
    row = latest(indicator, by)
    return None if row is None else as_good(indicator.direction, number(row.value), number(indicator.contract_value))


def met(indicators: Iterable[Any], by: date | None = None) -> tuple[int, int]:
    """How many indicators reach what the contract asks, and of how many."""
    found = [is_met(indicator, by) for indicator in indicators]
    return sum(one is True for one in found), len(found)


def reached(indicators: Iterable[Any], by: date | None = None) -> tuple[int, int] | None:
    """The same; None where not one of them was ever measured, which is no zero."""
    indicators = list(indicators)
    return met(indicators, by) if any(is_met(indicator, by) is not None for indicator in indicators) else None


def index(indicator: Any, value: str) -> Decimal | None:
    """A value in percent of what the contract asks, so that 100 and more is good in either direction; None where no such figure is."""
    try:
        asked, found = number(indicator.contract_value), number(value)
    except Refused:
        return None
    above, below = (found, asked) if indicator.direction is Direction.AT_LEAST else (asked, found)
    if above <= 0 or below <= 0 or above.adjusted() - below.adjusted() > MOST_ABOVE:
        return None
    return (above / below * 100).quantize(TENTH, ROUND_HALF_UP)
