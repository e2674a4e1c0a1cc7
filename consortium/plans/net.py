"""A plan as points in time and what has to lie between them: the net on which `schedule` reckons. Pure: no database, no clock.

A task is one point, its start. A node with others below it is four: what of it waits (starts, ends), and what of it is waited for (starts,
ends); so a link of such a node holds for all that lies below it without being multiplied.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

#: Which end of `before` (1: its end) a kind of link leaves, and which end of `after` it reaches.
ENDS = {"fs": (1, 0), "ss": (0, 0), "ff": (1, 1), "sf": (0, 1)}


@dataclass(frozen=True)
class Task:
    """A node of the tree with its planned term."""

    key: str
    starts_on: date
    ends_on: date
    parent: str | None = None


@dataclass(frozen=True)
class Wait:
    """`after` waits for `before`, with `lag` working days between them (negative: they overlap)."""

    before: str
    after: str
    kind: str = "fs"
    lag: int = 0


class Cycle(ValueError):
    """The links and the tree go round in a circle, so that nothing in it could ever begin."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(" → ".join(keys))
        self.keys = tuple(keys)


class Edge(NamedTuple):
    """From one point to another: the second lies at least `weight` after the first; `wait` is the link that says so."""

    source: int
    target: int
    weight: int
    wait: Wait | None


@dataclass
class Net:
    """All points in time and what lies between them. A task is one point, its start; a summary is four, see above."""

    tasks: list[Task]
    waits: list[Wait]
    days: list[int]
    children: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    names: list[str] = field(default_factory=list)
    points: list[tuple[int, ...]] = field(default_factory=list)
    onward: list[list[Edge]] = field(default_factory=list)
    back: list[list[Edge]] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = {task.key: place for place, task in enumerate(self.tasks)}
        for place, task in enumerate(self.tasks):
            if task.parent in known:
                self.children[str(task.parent)].append(place)
        for task in self.tasks:
            count = 4 if self.children.get(task.key) else 1
            self.points.append(tuple(range(len(self.names), len(self.names) + count)))
            self.names += [task.key] * count
        self.onward, self.back = [[] for _ in self.names], [[] for _ in self.names]
        for place, task in enumerate(self.tasks):
            for child in self.children.get(task.key, ()):
                self._hang(place, child)
        for wait in self.waits:
            if wait.before in known and wait.after in known:
                out, into = ENDS[wait.kind]
                source, more = self._leaving(known[wait.before], out)
                target, less = self._reaching(known[wait.after], into)
                self._join(Edge(source, target, more + wait.lag - less, wait))

    def _join(self, edge: Edge) -> None:
        self.onward[edge.source].append(edge)
        self.back[edge.target].append(edge)

    def _hang(self, parent: int, child: int) -> None:
        for end in (0, 1):
            target, less = self._reaching(child, end)
            self._join(Edge(self._reaching(parent, end)[0], target, -less, None))
            source, more = self._leaving(child, end)
            self._join(Edge(source, self._leaving(parent, end)[0], more, None))

    def _reaching(self, place: int, end: int) -> tuple[int, int]:
        """The point that has to wait when the start (0) or end (1) of a node does, and how much earlier it lies."""
        own = self.points[place]
        return (own[end], 0) if len(own) > 1 else (own[0], self.days[place] if end else 0)

    def _leaving(self, place: int, end: int) -> tuple[int, int]:
        """The point at which the starts (0) or ends (1) of a node are over, and how much later they lie."""
        own = self.points[place]
        return (own[2 + end], 0) if len(own) > 1 else (own[0], self.days[place] if end else 0)

    def order(self) -> list[int]:
        """All points, each after those that it waits for; raises Cycle."""
        open_edges = [len(edges) for edges in self.back]
        ready = deque(point for point, count in enumerate(open_edges) if not count)
        found: list[int] = []
        while ready:
            point = ready.popleft()
            found.append(point)
            for edge in self.onward[point]:
                open_edges[edge.target] -= 1
                if not open_edges[edge.target]:
                    ready.append(edge.target)
        if len(found) < len(self.names):
            raise Cycle(self._circle({point for point, count in enumerate(open_edges) if count}))
        return found

    def _circle(self, rest: set[int]) -> list[str]:
        """A shortest circle through the first point that lies on one, by the keys of its nodes."""
        best: list[int] = []
        for start in sorted(rest):
            came: dict[int, int] = {}
            queue = deque([start])
            while queue and start not in came:
                point = queue.popleft()
                for edge in self.onward[point]:
                    if edge.target in rest and edge.target not in came:
                        came[edge.target] = point
                        queue.append(edge.target)
            if start in came:
                best = [start]
                while (point := came[best[-1]]) != start:
                    best.append(point)
                break
        keys: list[str] = []
        for point in [*best, best[0]]:
            if not keys or keys[-1] != self.names[point]:
                keys.append(self.names[point])
        keys = keys[::-1] if len(keys) > 1 else keys * 2
        return keys if keys[0] == keys[-1] else [*keys, keys[0]]


def rooted(tasks: Iterable[Task]) -> list[str] | None:
    """The circle of nodes that lie below each other, if there is one."""
    parents = {task.key: task.parent for task in tasks}
    safe: set[str] = set()
    for key in parents:
        way: list[str] = []
        at: str | None = key
        while at in parents and at not in safe:
            if at in way:
                return [*way[way.index(at) :], at]
            way.append(at)
            at = parents[at]
        safe.update(way)
    return None
