"""What a change does to the schedule: its end, its critical nodes, the float of each firm, its conflicts. Pure: no database, no clock, no money."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from consortium.baselines.comparing import Line
from consortium.baselines.layout import Rows, natural
from consortium.plans.calendars import Calendar
from consortium.plans.schedule import Cycle, Schedule, Task, Wait, per_firm, schedule

#: The lists on which a schedule depends; of the project it is the calendar alone.
LISTS = ("project", "nodes", "links")


@dataclass(frozen=True)
class Reckoned:
    """A plan as it is reckoned: by the codes of firms their least float, by node how many working days it begins too early.

    `ring` are the nodes that wait for each other in a ring; then there is nothing else.
    """

    ends_on: date | None = None
    critical: tuple[str, ...] = ()
    floats: Mapping[str, int] = field(default_factory=dict)
    conflicts: Mapping[str, int] = field(default_factory=dict)
    ring: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """A figure before and after; None where there is none."""

    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Effect:
    """Two plans beside each other: what enters and leaves the critical path, and the floats and conflicts that differ."""

    before: Reckoned = Reckoned()
    after: Reckoned = Reckoned()
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    floats: tuple[Moved, ...] = ()
    conflicts: tuple[Moved, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changes in the schedule."""
        moved = self.entering or self.leaving or self.floats or self.conflicts
        return bool(moved) or self.before.ends_on != self.after.ends_on or self.before.ring != self.after.ring

    @property
    def days(self) -> int:
        """By how many days the end moves; 0 where there is no end on one side."""
        first, last = self.before.ends_on, self.after.ends_on
        return (last - first).days if first and last else 0


def touches(lines: Iterable[Line]) -> bool:
    """Whether differences can move anything in the schedule."""
    return any(line.list in ("nodes", "links") or (line.list, line.field) == ("project", "calendar") for line in lines)


def effect(before: Rows, after: Rows, calendar: Callable[[str | None], Calendar]) -> Effect:
    """What lies between two states of a plan, each as the rows of `LISTS`; `calendar` answers the one of a code (None: of a plan that was never arranged)."""
    old, new = reckoned(before, calendar), reckoned(after, calendar)
    return Effect(
        old,
        new,
        tuple(number for number in new.critical if number not in set(old.critical)),
        tuple(number for number in old.critical if number not in set(new.critical)),
        tuple(_moved(old.floats, new.floats)),
        tuple(_moved(old.conflicts, new.conflicts)),
    )


def reckoned(rows: Rows, calendar: Callable[[str | None], Calendar]) -> Reckoned:
    """The schedule of a plan, as the Gantt chart reckons it."""
    tasks = [
        Task(row["number"], date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"]), row["parent"])
        for row in rows["nodes"]
    ]  # fmt: skip
    waits = [Wait(row["before"], row["after"], row["kind"], row["lag"]) for row in rows["links"]]
    try:
        found: Schedule = schedule(tasks, waits, calendar(rows["project"][0]["calendar"]))
    except Cycle as problem:
        return Reckoned(None, (), {}, {}, problem.keys)
    firms = {row["number"]: row["lead"] for row in rows["nodes"]}
    return Reckoned(
        found.ends_on,
        tuple(found.critical),
        {firm: least for firm, (least, _) in per_firm(found, firms).items()},
        {one.key: one.days for one in found.conflicts},
    )


def _moved(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Moved]:
    for name in sorted({**before, **after}, key=natural):
        if before.get(name) != after.get(name):
            yield Moved(name, before.get(name), after.get(name))
