"""Working calendars as dated data: which days count, from files beside this one and from those that the operator adds.

A calendar is a JSON file `<CODE>.json`: the free days of every week, and for the years of which its holidays are known the free
days (`off`) and the moved workdays (`on`). In other years the week alone counts. Files in `DATA_DIR/calendars` add calendars, or
replace those of the platform by their code, as when the holidays of the next year are announced.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from consortium import config
from consortium.core.errors import Refused
from consortium.core.terms import either
from consortium.core.words import Lazy, _l

SHIPPED = Path(__file__).with_name("calendar_data")
LARGEST_FILE = 1 << 20
FIRST, LAST = date.min.toordinal(), date.max.toordinal()
#: Confidence in a source: C confirmed by the text, H high, M middling, D our own derivation.
MARKS = ("C", "H", "M", "D")


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


def calendar(code: str) -> Calendar:
    """The calendar of a code; refuses one that is not there, or whose file is wrong, in a sentence."""
    path = files().get(code)
    if path is None:
        raise Refused(_l("There is no working calendar %(code)s.", code=code))
    return _read(path)


def available() -> list[tuple[str, str]]:
    """Code and name of every calendar that can be used, for forms; a file that is wrong is left out, see `problems`."""
    return [(code, found.name) for code, found in _all() if isinstance(found, Calendar)]


def problems() -> list[object]:
    """What is wrong with the calendars that the operator added, a sentence each."""
    return [found.message for _, found in _all() if isinstance(found, Refused)]


def files() -> dict[str, Path]:
    """The file of each calendar, the operator's before those of the platform."""
    own = config.current().folder / "calendars"
    return {path.stem: path for folder in (SHIPPED, own) for path in sorted(folder.glob("*.json"))}


def _all() -> Iterator[tuple[str, Calendar | Refused]]:
    for code, path in files().items():
        try:
            yield code, _read(path)
        except Refused as problem:
            yield code, problem


def _read(path: Path) -> Calendar:
    try:
        about = path.stat()
        return _parsed(path, about.st_mtime_ns, about.st_size)
    except OSError:
        raise Refused(_l("The calendar file %(name)s cannot be read.", name=path.name)) from None


@lru_cache(64)
def _parsed(path: Path, _changed: int, size: int) -> Calendar:
    """A file is read again when it has changed."""
    if size > LARGEST_FILE:
        raise _wrong(path.name, _l("it is larger than a calendar can be"))
    return parse(path.read_bytes(), path.name)


def parse(content: bytes, name: str) -> Calendar:
    """A calendar from the bytes of its file; refuses in a sentence that says what is wrong."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise _wrong(name, _l("it is not JSON")) from None
    if not isinstance(said, dict):
        raise _wrong(name, _l("it has to be an object with code, name, source, mark, weekend, years, off and on"))
    code = said.get("code")
    if code != name.removesuffix(".json") or not str(code).isascii() or not 0 < len(str(code)) <= 40:
        raise _wrong(name, _l("“code” has to be the name of the file"))
    weekend, years = said.get("weekend"), said.get("years", [])
    if not isinstance(weekend, list) or any(type(day) is not int or not 1 <= day <= 7 for day in weekend):
        raise _wrong(name, _l("“weekend” has to list days of the week, 1 for Monday to 7 for Sunday"))
    if len(set(weekend)) == 7:
        raise _wrong(name, _l("“weekend” leaves no day to work on"))
    if not isinstance(years, list) or any(type(year) is not int or not 1 <= year <= 9999 for year in years):
        raise _wrong(name, _l("“years” has to list the years of which the holidays are known"))
    if said.get("mark") not in MARKS:
        raise _wrong(name, _l("“mark” has to be C, H, M or D, the confidence in the source"))
    holidays = [_holiday(entry, name) for entry in _list(said, "off", name)]
    off = frozenset(number for first, last, *_ in holidays for number in range(first, last + 1))
    on = frozenset(_number(entry, name) for entry in _list(said, "on", name))
    if both := off & on:
        raise _wrong(name, _l("%(day)s is both free and worked", day=date.fromordinal(min(both)).isoformat()))
    stray = {date.fromordinal(number).year for number in off | on} - set(years)
    if stray:
        raise _wrong(name, _l("it has days in %(year)s, which is not among its years", year=min(stray)))
    return Calendar(
        code, _pair(said, "name", name), _pair(said, "source", name), said["mark"], frozenset(weekend), tuple(sorted(set(years))), off, on,
        tuple(holidays),
    )  # fmt: skip


def _list(said: dict[str, Any], key: str, name: str) -> list[Any]:
    found = said.get(key, [])
    if not isinstance(found, list):
        raise _wrong(name, _l("“%(key)s” has to be a list", key=key))
    return found


def _pair(said: dict[str, Any], key: str, name: str) -> tuple[str, str]:
    found = said.get(key)
    texts = (found.get("zh", ""), found.get("en", "")) if isinstance(found, dict) else (None, None)
    if not all(isinstance(text, str) and len(text) <= 300 for text in texts) or not any(texts):
        raise _wrong(name, _l("“%(key)s” has to be a text in zh or en", key=key))
    return str(texts[0]), str(texts[1])


def _holiday(entry: Any, name: str) -> tuple[int, int, str, str]:
    if not isinstance(entry, dict):
        raise _wrong(name, _l("each entry of “off” has to say “first” and “last”"))
    first, last = _number(entry.get("first"), name), _number(entry.get("last", entry.get("first")), name)
    if not first <= last <= first + 366:
        raise _wrong(name, _l("%(day)s begins a holiday that ends before it, or a year later", day=entry["first"]))
    return first, last, str(entry.get("zh", ""))[:100], str(entry.get("en", ""))[:100]


def _number(entry: Any, name: str) -> int:
    try:
        if not isinstance(entry, str) or len(entry) != 10:
            raise ValueError
        return date.fromisoformat(entry).toordinal()
    except ValueError:
        raise _wrong(name, _l("%(day)s is not a day like 2026-10-01", day=str(entry)[:20])) from None


def _wrong(name: str, why: Lazy) -> Refused:
    return Refused(_l("The calendar file %(name)s cannot be used: %(why)s.", name=name, why=why))
