"""The lines of a calendar scale: where weeks, months, quarters and years begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil


def begin(day: date, zoom: str) -> date:
    """The first day of the week, month or quarter of a day."""
    if zoom == "week":
        return day - timedelta(days=day.weekday()) if day.toordinal() > 7 else day
    return date(day.year, day.month if zoom == "month" else (day.month - 1) // 3 * 3 + 1, 1)


def end(day: date, zoom: str) -> date:
    """The last day of the week, month or quarter of a day."""
    if zoom == "week":
        return day + timedelta(days=6 - day.weekday()) if day.toordinal() < date.max.toordinal() - 7 else day
    month = day.month if zoom == "month" else (day.month + 2) // 3 * 3
    return date(day.year, 12, 31) if month == 12 else date(day.year, month + 1, 1) - timedelta(days=1)


def months(first: date, days: int, every: int, words: str) -> Iterator[tuple[date, str]]:
    """The first days of months in a term, the first day of the term among them, with year, month and quarter in words."""
    stop = first.toordinal() + days
    month = (first.year * 12 + first.month - 1) // every * every
    while (day := _first_of(month)) is not None and day.toordinal() < stop:
        yield max(day, first), words.format(day.year, day.month, (day.month + 2) // 3)
        month += every


def _first_of(month: int) -> date | None:
    return date(month // 12, month % 12 + 1, 1) if month // 12 <= date.max.year else None


def years(first: date, days: int) -> Iterator[tuple[date, str]]:
    last = date.fromordinal(first.toordinal() + days - 1).year
    every = max(1, ceil((last - first.year + 1) / 60))
    for year in range(first.year, last + 1, every):
        yield max(date(year, 1, 1), first), f"{year}"
