"""Critical path and float of a plan in working days. Pure: no database, no clock.

Time is counted in working days: a task begins at the end of the working day before its first one, and ends at the end of its last one,
so that what follows at once begins where the other ends. A link of a summary (a node with others below it) holds for all that lies
below: it is kept at four points (the starts and ends below that others wait for, and those that wait for others), not multiplied.
A planned start is a wish: a task begins on it, or later when its links ask for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from consortium.plans.calendars import Calendar
from consortium.plans.net import Cycle, Edge, Net, Task, Wait, rooted

__all__ = ["Conflict", "Cycle", "Schedule", "Task", "Ties", "Timing", "Wait", "cycle", "per_firm", "schedule", "waits"]

Firm = TypeVar("Firm")


@dataclass(frozen=True)
class Timing:
    """When a node can begin and end at the earliest and at the latest, and how many working days it can slip."""

    days: int
    early_start: date
    early_finish: date
    late_start: date
    late_finish: date
    float: int
    free: int
    summary: bool = False

    @property
    def critical(self) -> bool:
        """Whether a day lost here is a day lost for all."""
        return self.float == 0


@dataclass(frozen=True)
class Conflict:
    """A node whose plan begins `days` working days before what its links allow, because of `wait`.

    `direct`: the two planned terms break the link; else the other is itself pushed back by a link.
    """

    key: str
    days: int
    wait: Wait
    possible_on: date
    direct: bool


@dataclass(frozen=True)
class Schedule:
    """What follows from tasks and links: by key, in the order of the tasks."""

    timings: Mapping[str, Timing]
    conflicts: tuple[Conflict, ...] = ()
    path: tuple[str, ...] = ()
    tight: frozenset[Wait] = frozenset()
    ends_on: date | None = None

    @property
    def critical(self) -> list[str]:
        """The tasks without float, without the summaries above them."""
        return [key for key, timing in self.timings.items() if timing.critical and not timing.summary]


def cycle(tasks: Iterable[Task], waits: Iterable[Wait]) -> tuple[str, ...]:
    """The keys of a circle through links and tree, the first one again at the end; empty where there is none."""
    listed = list(tasks)
    if round_ := rooted(listed):
        return tuple(round_)
    try:
        Net(listed, list(waits), [1] * len(listed)).order()
    except Cycle as found:
        return found.keys
    return ()


def schedule(tasks: Iterable[Task], waits: Iterable[Wait], calendar: Calendar) -> Schedule:
    """Early and late terms, floats up to the last of all ends, conflicts and the critical path. Raises Cycle."""
    listed = list(tasks)
    if round_ := rooted(listed):
        raise Cycle(round_)
    if not listed:
        return Schedule({})
    days = [calendar.count(task.starts_on, task.ends_on) for task in listed]
    net = Net(listed, list(waits), days)
    return _Reckoning(net, calendar).answer()


class _Reckoning:
    """Both passes over a net, and what is read off them."""

    def __init__(self, net: Net, calendar: Calendar) -> None:
        self.net, self.calendar, order = net, calendar, net.order()
        self.leaves = [place for place, own in enumerate(net.points) if len(own) == 1]
        self.planned: dict[int, int] = {}
        for place in self.leaves:
            self.planned[net.points[place][0]] = calendar.until(net.tasks[place].starts_on.toordinal() - 1)
        self.asked: dict[int, tuple[int, Edge]] = {}
        self.early = self._forward(order)
        starts = [(self.early[net.points[place][0]] or 0, net.days[place]) for place in self.leaves]
        self.end = max(start + days for start, days in starts)
        self.last = {net.points[place][0]: self.end - net.days[place] for place in self.leaves}
        self.late = self._backward(order, self.last)
        self.free = self._backward(order, self.last, fixed=True)

    def _forward(self, order: list[int]) -> list[int | None]:
        """The earliest value of each point; a point of a summary for which nobody waits has none."""
        found: list[int | None] = [None] * len(order)
        for point in order:
            best: int | None = None
            for edge in self.net.back[point]:
                before = found[edge.source]
                if before is not None and (best is None or before + edge.weight > best):
                    best = before + edge.weight
                    self.asked[point] = (best, edge)
            wish = self.planned.get(point)
            found[point] = best if wish is None or (best is not None and best > wish) else wish
        return found

    def _backward(self, order: list[int], last: Mapping[int, int], *, fixed: bool = False) -> list[int | None]:
        """The latest value of each point; with `fixed` only so late that no other task begins later than it can."""
        found: list[int | None] = [None] * len(order)
        best: list[int | None] = [None] * len(order)
        for point in reversed(order):
            latest = last.get(point)
            for edge in self.net.onward[point]:
                after = found[edge.target]
                if after is not None and (latest is None or after - edge.weight < latest):
                    latest = after - edge.weight
            best[point] = latest
            found[point] = self.early[point] if fixed and point in last else latest
        return best

    def answer(self) -> Schedule:
        """What is told of the plan."""
        net = self.net
        timings: dict[str, Timing] = {}
        for place in self._upwards():
            key, own = net.tasks[place].key, net.points[place]
            below = [timings[net.tasks[child].key] for child in net.children.get(key, ())]
            timings[key] = self._over(place, below) if below else self._task(own[0], net.days[place])
        ordered = {task.key: timings[task.key] for task in net.tasks}
        last = max(timing.late_finish for timing in ordered.values())
        return Schedule(ordered, tuple(self._conflicts()), tuple(self._path()), frozenset(self._tight()), last)

    def _upwards(self) -> Iterator[int]:
        """All nodes, those below before those above."""
        known = {task.key: place for place, task in enumerate(self.net.tasks)}
        depth: dict[int, int] = {}
        for place, task in enumerate(self.net.tasks):
            steps, at = 0, task.parent
            while at in known:
                steps, at = steps + 1, self.net.tasks[known[at]].parent
            depth[place] = steps
        yield from sorted(depth, key=lambda place: -depth[place])

    def _task(self, point: int, days: int) -> Timing:
        early, late, free = self.early[point], self.late[point], self.free[point]
        assert early is not None and late is not None and free is not None
        return Timing(days, *self._term(early, days), *self._term(late, days), late - early, free - early)

    def _term(self, start: int, days: int) -> tuple[date, date]:
        first = self.calendar.day(start + 1)
        return first, self.calendar.day(start + days) if days else first

    def _over(self, place: int, below: list[Timing]) -> Timing:
        """A summary spans what lies below it, and has as much float as the tightest of them."""
        start, finish = min(timing.early_start for timing in below), max(timing.early_finish for timing in below)
        return Timing(
            self.net.days[place], start, finish, min(timing.late_start for timing in below), max(timing.late_finish for timing in below),
            min(timing.float for timing in below), min(timing.free for timing in below), True,
        )  # fmt: skip

    def _conflicts(self) -> Iterator[Conflict]:
        for place in self.leaves:
            point = self.net.points[place][0]
            asked, edge = self.asked.get(point, (0, None))
            if edge is None or asked <= self.planned[point]:
                continue
            wait, pushed = self._reason(edge)
            task = self.net.tasks[place]
            possible = self.calendar.day(asked + 1)
            yield Conflict(task.key, asked - self.planned[point], wait, possible, asked - pushed > self.planned[point])

    def _reason(self, edge: Edge) -> tuple[Wait, int]:
        """The link behind an edge, and how much later than planned the task lies from which it comes."""
        wait = edge.wait
        while edge.source not in self.planned:
            edge = self.asked[edge.source][1]
            wait = wait or edge.wait
        early = self.early[edge.source]
        assert wait is not None and early is not None
        return wait, early - self.planned[edge.source]

    def _path(self) -> list[str]:
        """One way without float from a task that begins as planned to the end: each waits for the one before it."""
        ends = [
            place
            for place in self.leaves
            if self.early[point := self.net.points[place][0]] == self.late[point] == self.last[point]
        ]
        if not ends:
            return []
        point = self.net.points[max(ends, key=lambda place: (self._length(place), -place))][0]
        way = [point]
        while (step := self.asked.get(point)) and (point not in self.planned or step[0] >= self.planned[point]):
            point = step[1].source
            way.append(point)
        return [self.net.names[point] for point in reversed(way) if point in self.planned]

    def _tight(self) -> Iterator[Wait]:
        """The links between two ends without float that leave no day between them."""
        for edge in (edge for edges in self.net.onward for edge in edges if edge.wait is not None):
            here, there = self.early[edge.source], self.early[edge.target]
            if here is None or there is None or here + edge.weight != there:
                continue
            if self.late[edge.source] == here and self.late[edge.target] == there and edge.wait is not None:
                yield edge.wait

    def _length(self, place: int) -> int:
        """How many tasks lie on the way to one."""
        point, count = self.net.points[place][0], 0
        while (step := self.asked.get(point)) and (point not in self.planned or step[0] >= self.planned[point]):
            point, count = step[1].source, count + (step[1].source in self.planned)
        return count


@dataclass
class Ties(Generic[Firm]):
    """For whom a firm waits and who waits for it: each link with the other firm."""

    waits_for: list[tuple[Wait, Firm]] = field(default_factory=list)
    waited_by: list[tuple[Wait, Firm]] = field(default_factory=list)


def waits(links: Iterable[Wait], firms: Mapping[str, Firm]) -> dict[Firm, Ties[Firm]]:
    """By firm, the links to nodes of other firms; `firms` says who leads which node. Firms alone are not in it."""
    found: dict[Firm, Ties[Firm]] = {}
    for link in links:
        before, after = firms.get(link.before), firms.get(link.after)
        if before is None or after is None or before == after:
            continue
        found.setdefault(after, Ties()).waits_for.append((link, before))
        found.setdefault(before, Ties()).waited_by.append((link, after))
    return found


def per_firm(plan: Schedule, firms: Mapping[str, Firm]) -> dict[Firm, tuple[int, list[str]]]:
    """By firm, its least float and its critical tasks; summaries count for nobody."""
    found: dict[Firm, tuple[int, list[str]]] = {}
    for key, timing in plan.timings.items():
        firm = firms.get(key)
        if firm is None or timing.summary:
            continue
        least, critical = found.get(firm, (timing.float, []))
        found[firm] = (min(least, timing.float), [*critical, key] if timing.critical else critical)
    return found
