"""Values of assessment indicators: exact numbers as people write them, and whether an actual value reaches a target. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from consortium.core.errors import Refused
from consortium.core.typed import NARROW
from consortium.core.words import _l
from consortium.outputs.models import Direction

NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:[ ,\u00a0\u2009\u202f][0-9]{3})+|[0-9]+)(?P<part>\.[0-9]+)?"
    r"(?:\s*[eE](?P<power>[+-]?[0-9]{1,2})|\s*[×x*]\s*10(?:\^|\*\*)?(?P<power10>[+-][0-9]{1,2}|(?<=[\^*])[0-9]{1,2}))?"
)
LONGEST = 60  # characters


def number(typed: str) -> Decimal:
    """The exact number that `12.5`, `1,234`, `1e-6`, `1×10^-6` or full-width digits mean; Refused where they mean none."""
    text = typed.strip().translate(NARROW)
    found = NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise Refused(_l("Write a number such as 12.5, 1,234 or 1e-6; the unit has a field of its own."))
    digits = re.sub(r"[^0-9]", "", found["whole"])
    # Built from text, since arithmetic would round to the precision of the context.
    return Decimal(f"{found['sign']}{digits}{found['part'] or ''}E{found['power'] or found['power10'] or 0}")


def as_good(direction: Direction, value: Decimal, target: Decimal) -> bool:
    """Whether a value reaches a target."""
    return value >= target if direction is Direction.AT_LEAST else value <= target
