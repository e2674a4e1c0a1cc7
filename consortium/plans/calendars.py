"""Working calendars as dated data: which days count, from files beside this one and from those that the operator adds.

A calendar is a JSON file `<CODE>.json`: the free days of every week, and for the years of which its holidays are known the free
days (`off`) and the moved workdays (`on`). In other years the week alone counts. Files in `DATA_DIR/calendars` add calendars, or
replace those of the platform by their code, as when the holidays of the next year are announced.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from consortium import config
from consortium.core.dated import Sheet, Shelf
from consortium.core.terms import either
from consortium.core.words import _l

FIRST, LAST = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True)
class Calendar:
    """The days that count as work; days are numbered, so that nothing here walks from day to day."""

    code: str
    names: tuple[str, str]
    source: tuple[str, str]
    mark: str
    weekend: frozenset[int]
    years: tuple[int, ...]
    off: frozenset[int] = frozenset()
    on: frozenset[int] = frozenset()
    holidays: tuple[tuple[int, int, str, str], ...] = ()
    _days: list[int] = field(init=False, repr=False, compare=False)
    _sums: list[int] = field(init=False, repr=False, compare=False)
    _counts: list[int] = field(init=False, repr=False, compare=False)
    _week: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        odd = sorted(
            [(day, -1) for day in self.off if not self._rests(day)] + [(day, 1) for day in self.on if self._rests(day)]
        )
        week = list(accumulate((int(place not in self.weekend) for place in range(1, 8)), initial=0))
        object.__setattr__(self, "_days", [day for day, _ in odd])
        object.__setattr__(self, "_sums", list(accumulate((step for _, step in odd), initial=0)))
        object.__setattr__(self, "_week", week)
        object.__setattr__(self, "_counts", [self.until(day) for day, _ in odd])

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return either(*self.names)

    @property
    def asks_for_checking(self) -> bool:
        """Whether its source is not certain enough to be relied on without a look."""
        return self.mark in ("M", "D")

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are known; where there are none to know, they are."""
        return not self.years or year in self.years

    def is_working(self, day: date) -> bool:
        """Whether a day counts."""
        number = day.toordinal()
        return number in self.on or (number not in self.off and not self._rests(number))

    def count(self, first: date, last: date) -> int:
        """How many working days there are from `first` to `last`, both included; none if `last` comes before."""
        return max(0, self.until(last.toordinal()) - self.until(first.toordinal() - 1))

    def shift(self, day: date, n: int) -> date:
        """The working day that is `n` working days on (or back); from a free day the first step reaches the next working day.

        `shift(shift(day, n), -n)` is `day` again for every working day. 0 is the day itself. What lies beyond the last day that
        a date can name is that day.
        """
        if n == 0:
            return day
        number = self.until(day.toordinal())
        return self.day(number + n if n > 0 or self.is_working(day) else number + n + 1)

    def until(self, number: int) -> int:
        """How many working days there were until the end of the day of this number (1 is 1 January 1, a Monday)."""
        weeks, rest = divmod(number, 7)
        return weeks * self._week[7] + self._week[rest] + self._sums[bisect_right(self._days, number)]

    def day(self, count: int) -> date:
        """The working day at whose end there were `count` working days: the inverse of `until`."""
        low = bisect_left(self._counts, count)
        weeks, rest = divmod(count - self._sums[low] - 1, self._week[7])
        number = weeks * 7 + bisect_left(self._week, rest + 1)
        if low < len(self._days) and number >= self._days[low]:  # the odd day is the one that is asked for
            number = self._days[low]
        return date.fromordinal(min(max(number, FIRST), LAST))

    def rests(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """The runs of free days from `first` to `last`."""
        begin: date | None = None
        for number in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(number)
            if self.is_working(day):
                if begin is not None:
                    yield begin, day - timedelta(days=1)
                begin = None
            elif begin is None:
                begin = day
        if begin is not None:
            yield begin, last

    def _rests(self, number: int) -> bool:
        """Whether a day is free by its place in the week."""
        return (number - 1) % 7 + 1 in self.weekend


def _made(sheet: Sheet) -> Calendar:
    weekend, years = sheet.get("weekend"), sheet.get("years", [])
    if not isinstance(weekend, list) or any(type(day) is not int or not 1 <= day <= 7 for day in weekend):
        raise sheet.wrong(_l("“weekend” has to list days of the week, 1 for Monday to 7 for Sunday"))
    if len(set(weekend)) == 7:
        raise sheet.wrong(_l("“weekend” leaves no day to work on"))
    if not isinstance(years, list) or any(type(year) is not int or not 1 <= year <= 9999 for year in years):
        raise sheet.wrong(_l("“years” has to list the years of which the holidays are known"))
    mark = sheet.mark
    holidays = [_holiday(sheet, entry) for entry in sheet.rows("off", [])]
    off = frozenset(number for first, last, *_ in holidays for number in range(first, last + 1))
    on = frozenset(sheet.day(entry).toordinal() for entry in sheet.rows("on", []))
    if both := off & on:
        raise sheet.wrong(_l("%(day)s is both free and worked", day=date.fromordinal(min(both)).isoformat()))
    stray = {date.fromordinal(number).year for number in off | on} - set(years)
    if stray:
        raise sheet.wrong(_l("it has days in %(year)s, which is not among its years", year=min(stray)))
    return Calendar(
        sheet.get("code"), sheet.pair("name"), sheet.pair("source"), mark, frozenset(weekend), tuple(sorted(set(years))), off, on, tuple(holidays)
    )  # fmt: skip


def _holiday(sheet: Sheet, entry: Any) -> tuple[int, int, str, str]:
    if not isinstance(entry, dict):
        raise sheet.wrong(_l("each entry of “off” has to say “first” and “last”"))
    first, last = (sheet.day(entry.get(key, entry.get("first"))).toordinal() for key in ("first", "last"))
    if not first <= last <= first + 366:
        raise sheet.wrong(_l("%(day)s begins a holiday that ends before it, or a year later", day=entry["first"]))
    return first, last, str(entry.get("zh", ""))[:100], str(entry.get("en", ""))[:100]


CALENDARS = Shelf(
    Path(__file__).with_name("calendar_data"), lambda: config.current().folder / "calendars", _made,
    missing=lambda code: _l("There is no working calendar %(code)s.", code=code),
    unreadable=lambda name: _l("The calendar file %(name)s cannot be read.", name=name),
    unusable=lambda name, why: _l("The calendar file %(name)s cannot be used: %(why)s.", name=name, why=why),
)  # fmt: skip


def calendar(code: str) -> Calendar:
    """The calendar of a code; refuses one that is not there, or whose file is wrong, in a sentence."""
    return CALENDARS.get(code)


def available() -> list[tuple[str, str]]:
    """Code and name of every calendar that can be used, for forms."""
    return [(code, found.name) for code, found in CALENDARS.usable()]
