"""The tree of a plan as numbers and pairs, without rows: the order of numbers, the next one, depth, and cycles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

#: Levels below the project.
DEEPEST = 5
LONGEST = 20

Key = TypeVar("Key", bound=Hashable)
PIECES = re.compile(r"[0-9]+|[^0-9]+")


def natural(number: str) -> tuple[tuple[int, int, str], ...]:
    """The key by which numbers are ordered as people count: 2 before 10, T1.2 before T1.10."""
    return tuple(
        (0, int(piece), piece) if piece[0] in "0123456789" else (1, 0, piece) for piece in PIECES.findall(number)
    )


def next_number(siblings: Iterable[str], parent: str | None) -> str:
    """What the next node is likely to be called: after 1 comes 2, below 1 is 1.1, below WP1 is T1.1; "" where nothing is to be guessed."""
    last = max(siblings, key=natural, default=None)
    if last is not None:
        if (end := re.search(r"[0-9]+$", last)) is None:
            return ""
        return (last[: end.start()] + str(int(end[0]) + 1).zfill(len(end[0])))[:LONGEST]
    if parent is None:
        return "1"
    package = re.fullmatch(r"WP\s*([0-9]+)", parent, re.IGNORECASE)
    return f"T{package[1]}.1" if package else f"{parent}.1"[:LONGEST]


def above(key: Key, parents: Mapping[Key, Key | None]) -> list[Key]:
    """The ancestors of a node, nearest first."""
    found: list[Key] = []
    while (parent := parents.get(key)) is not None and parent not in found:
        found.append(parent)
        key = parent
    return found


def cycle(parents: Mapping[Key, Key | None], links: Iterable[tuple[Key, Key]]) -> list[Key]:
    """A ring of nodes in which each waits for the one before, first and last the same; [] where there is none.

    Who waits for a node waits for all that lies in it, and what lies in a node waits for what the node waits for; so each node is two
    points, its beginning and its end, joined through its children.
    """
    ways: dict[tuple[Key, bool], list[tuple[Key, bool]]] = defaultdict(list)
    inner = {parent for parent in parents.values() if parent is not None}
    for key, parent in parents.items():
        if key not in inner:
            ways[key, False].append((key, True))
        if parent is not None:
            ways[parent, False].append((key, False))
            ways[key, True].append((parent, True))
    for before, after in links:
        ways[before, True].append((after, False))
    ring = _ring(ways)
    named = [key for position, (key, _) in enumerate(ring) if position == 0 or key != ring[position - 1][0]]
    return named if not named or named[0] == named[-1] else [*named, named[0]]


def _ring(ways: Mapping[tuple[Key, bool], list[tuple[Key, bool]]]) -> list[tuple[Key, bool]]:
    """A way through the points that ends where it began, found without recursion."""
    done: set[tuple[Key, bool]] = set()
    for start in list(ways):
        if start in done:
            continue
        path, at, pending = [start], {start}, [iter(ways[start])]
        while pending:
            for point in pending[-1]:
                if point in at:
                    return [*path[path.index(point) :], point]
                if point not in done:
                    path.append(point)
                    at.add(point)
                    pending.append(iter(ways.get(point, ())))
                    break
            else:
                pending.pop()
                gone = path.pop()
                at.discard(gone)
                done.add(gone)
    return []
