"""Shares as exact parts of one: read as people write them, shown so that nothing is rounded away, and added up. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from consortium.core.errors import Refused
from consortium.core.typed import short
from consortium.core.words import Lazy, _l

WHOLE = Fraction(1)
#: What a share is at most divided by: a millionth is the smallest.
FINEST = 1_000_000
PARTS = re.compile(r"(?P<part>[0-9]{1,7})\s*/\s*(?P<of>[0-9]{1,7})")
PERCENT = re.compile(r"(?P<number>[0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%?")


def share(typed: str) -> Fraction:
    """An exact part of one from `1/3`, `40` or `33.33 %`; Refused where it means none, or more than the whole."""
    text = short(typed)
    if found := PARTS.fullmatch(text):
        part, of = int(found["part"]), int(found["of"])
        if not 0 < of <= FINEST:
            raise Refused(_l("A fraction divides by 1 to %(most)s.", most=f"{FINEST:,}"))
        value = Fraction(part, of)
    elif found := PERCENT.fullmatch(text):
        value = Fraction(Decimal(found["number"])) / 100
    else:
        raise Refused(_l("Write a share in percent such as 40 or 33.33, or as a fraction such as 1/3."))
    if value > WHOLE:
        raise Refused(_l("A share is at most the whole, 1/1."))
    return value


def written(value: Fraction) -> str:
    """A share as it is typed again: `40`, or `1/3` where a percentage of four decimals would not be exact."""
    hundredths = value * 1_000_000
    if hundredths.denominator == 1:
        number = f"{Decimal(hundredths.numerator).scaleb(-4):f}"
        return number.rstrip("0").rstrip(".") if "." in number else number
    return f"{value.numerator}/{value.denominator}"


def shown(value: Fraction) -> str:
    """A share for people: `40 %`, or `1/3`."""
    text = written(value)
    return text if "/" in text else f"{text} %"


def together(shares: Iterable[Fraction]) -> Fraction:
    """The sum of shares, exactly."""
    return sum(shares, Fraction(0))


def off(shares: Mapping[str, Fraction]) -> Lazy | None:
    """The sentence that says by how much shares miss the whole; None where they do not."""
    total = together(shares.values())
    if total == WHOLE:
        return None
    if total < WHOLE:
        return _l(
            "The shares together are %(sum)s; %(rest)s are still missing.", sum=shown(total), rest=shown(WHOLE - total)
        )
    return _l(
        "The shares together are %(sum)s; that is %(rest)s too much.", sum=shown(total), rest=shown(total - WHOLE)
    )
