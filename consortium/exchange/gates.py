"""Links of MS Project: their lags, and those that lead over milestones. Pure.

A plan here links nodes only; where a file has `A > milestone > B`, B waits for A all the same.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from consortium.core.errors import Refused
from consortium.core.words import _l

#: What waits for what in a file: the uid of the one before, the kind (`fs`, `ss`, `ff`, `sf`) and the lag in working days.
Wait = tuple[str, str, int]

#: Formats of a lag in which the number is a share of the task before, and not a time.
SHARES = {"19", "20", "51", "52"}
#: Formats in which a lag counts nights and weekends too.
ELAPSED = {"4", "6", "8", "10", "12", "36", "38", "40", "42", "44"}


def lag(said: Mapping[str, str], minutes: int) -> tuple[int, bool]:
    """The working days of a lag, which the file has in tenths of minutes, and whether they are exact; a working day has `minutes`."""
    text = said.get("LinkLag", "0").strip() or "0"
    if not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise Refused(_l("The lag of a link cannot be read: %(lag)s.", lag=text[:20]))
    if said.get("LagFormat", "7").strip() in SHARES and int(text):
        raise Refused(_l("A lag in percent cannot be taken; write it in days."))
    elapsed = said.get("LagFormat", "").strip() in ELAPSED
    # Of seven elapsed days five are working days.
    day = Decimal(10 * 1440 * 7) / 5 if elapsed else Decimal(10 * minutes)
    days = Decimal(text) / day
    whole = int(days.to_integral_value(ROUND_HALF_UP))
    if abs(whole) > 3650:
        raise Refused(_l("A lag lies between -%(most)s and %(most)s working days.", most=3650))
    return whole, days == whole


def over(waits: Mapping[str, Sequence[Wait]], milestones: Container[str]) -> dict[tuple[str, str], tuple[str, int]]:
    """The links between tasks (before and after) that lead over one or more milestones, with kind and lag; of several the longest lag.

    A milestone has no length: the first letter of the kind comes from the link into the first milestone, the second from the link out of the last.
    """
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for after, some in waits.items():
        if after in milestones:
            continue
        for gate, kind, lag in some:
            if gate in milestones:
                for before, side, more in _into(gate, waits, milestones, frozenset()):
                    held = found.get((before, after))
                    if held is None or lag + more > held[1]:
                        found[before, after] = side + kind[1], lag + more
    return found


def _into(
    gate: str, waits: Mapping[str, Sequence[Wait]], milestones: Container[str], seen: frozenset[str]
) -> Iterator[Wait]:
    """The tasks before a milestone, also over further ones: uid, which end of theirs counts, and the lags together."""
    for before, kind, lag in waits.get(gate, ()):
        if before not in milestones:
            yield before, kind[0], lag
        elif before not in seen:
            for task, side, more in _into(before, waits, milestones, seen | {gate}):
                yield task, side, lag + more
