"""Periods that are reported on, and their names."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

QUARTERS_ZH = ("一", "二", "三", "四")
QUARTERS_EN = ("First", "Second", "Third", "Fourth")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Period = tuple[date, date]


def quarter(year: int, number: int) -> Period:
    """The first and last day of a quarter, 1 to 4."""
    last = number * 3
    return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1])


def last_quarter(today: date) -> Period:
    """The quarter that ended last before a day."""
    before = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return quarter(before.year, (before.month - 1) // 3 + 1)


def named(starts_on: date, ends_on: date) -> tuple[str, str]:
    """A period in Chinese and English: a quarter, year, half-year or month by its name, others by their days."""
    year = starts_on.year
    for number in range(1, 5):
        if (starts_on, ends_on) == quarter(year, number):
            return f"{year}年第{QUARTERS_ZH[number - 1]}季度", f"{QUARTERS_EN[number - 1]} quarter {year}"
    if (starts_on, ends_on) == (date(year, 1, 1), date(year, 12, 31)):
        return f"{year}年度", f"Year {year}"
    if (starts_on, ends_on) == (date(year, 1, 1), date(year, 6, 30)):
        return f"{year}年上半年", f"First half of {year}"
    if (starts_on, ends_on) == (date(year, 7, 1), date(year, 12, 31)):
        return f"{year}年下半年", f"Second half of {year}"
    if starts_on.day == 1 and ends_on == date(year, starts_on.month, monthrange(year, starts_on.month)[1]):
        return f"{year}年{starts_on.month}月", f"{MONTHS_EN[starts_on.month - 1]} {year}"
    return f"{starts_on.isoformat()}至{ends_on.isoformat()}", f"{starts_on.isoformat()} to {ends_on.isoformat()}"
