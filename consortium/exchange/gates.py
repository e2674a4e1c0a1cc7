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

#: In so many ways tasks may be linked over milestones; a plan changes by far less at a time.
MOST_OVER = 200_000
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
    Refused where they would be more than a plan can have. Where milestones wait for each other in a ring, each is passed once.
    """
    found: dict[tuple[str, str], tuple[str, int]] = {}
    into, left = _into(waits, milestones), MOST_OVER
    for after, some in waits.items():
        if after in milestones:
            continue
        for gate, kind, lag in some:
            if gate in milestones:
                left -= len(into[gate])
                _bearable(left)
                for before, (side, more) in into[gate].items():
                    held = found.get((before, after))
                    if held is None or lag + more > held[1]:
                        found[before, after] = side + kind[1], lag + more
    return found


def _into(waits: Mapping[str, Sequence[Wait]], milestones: Container[str]) -> dict[str, dict[str, tuple[str, int]]]:
    """The tasks before each milestone, also over further ones: which end of theirs counts, and the longest lag; each milestone is asked once."""
    known: dict[str, dict[str, tuple[str, int]]] = {}
    left = MOST_OVER
    for ring in _first_to_last(waits, milestones):
        found: dict[str, dict[str, tuple[str, int]]] = {}
        for gate in ring:
            found[gate], path, seen = {}, [(gate, 0)], {gate}
            while path:
                at, far = path.pop()
                for before, kind, lag in waits.get(at, ()):
                    if before in ring:
                        path += [(before, far + lag)] if before not in seen else []
                        seen.add(before)
                        continue
                    ways = known[before] if before in milestones else {before: (kind[0], 0)}
                    left -= len(ways)
                    _bearable(left)
                    for task, (side, more) in ways.items():
                        if task not in found[gate] or far + lag + more > found[gate][task][1]:
                            found[gate][task] = side, far + lag + more
        known.update(found)
    return known


def _first_to_last(waits: Mapping[str, Sequence[Wait]], milestones: Container[str]) -> Iterator[set[str]]:
    """The milestones of some links, each after those for which it waits; those that wait for each other in a ring together (Tarjan)."""
    number, low, path, open_ = dict[str, int](), dict[str, int](), list[str](), set[str]()

    def begun(gate: str) -> tuple[str, Iterator[str]]:
        number[gate] = low[gate] = len(number)
        path.append(gate)
        open_.add(gate)
        return gate, (one for one, _, _ in waits.get(gate, ()) if one in milestones)

    for first in [name for after, some in waits.items() for name in (after, *(one[0] for one in some))]:
        work = [begun(first)] if first in milestones and first not in number else []
        while work:
            gate, rest = work[-1]
            one = next((one for one in rest if one not in number or one in open_), None)
            if one is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[gate])
                if low[gate] == number[gate]:
                    ring = {gate}
                    while (last := path.pop()) != gate:
                        ring.add(last)
                    open_ -= ring
                    yield ring
            elif one in number:
                low[gate] = min(low[gate], number[one])
            else:
                work.append(begun(one))


def _bearable(left: int) -> None:
    if left < 0:
        raise Refused(
            _l("The links of this file lead over milestones in more than %(most)s ways. Link the tasks themselves.", most=f"{MOST_OVER:,}")
        )  # fmt: skip
