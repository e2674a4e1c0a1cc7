"""What firms of the demonstration logged month by month: shares of what was planned, a little more or less, the same each time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from math import ceil
from typing import Any

from consortium.activity.services import in_one_go
from consortium.demo import cast
from consortium.demo.changing import WORK
from consortium.demo.planning import money, worked
from consortium.demo.projects import Work
from consortium.demo.trees import TREES, Job
from consortium.logbook import services
from consortium.logbook.queries import span
from consortium.plans.models import CostCategory


@dataclass(frozen=True)
class Habit:
    """How a firm logs in a project: up to which month, and which of these are still open."""

    work: str
    firm: str
    last: str
    open: tuple[str, ...] = ()


HABITS = (
    Habit("substrate", "lishi", "2026-10"), Habit("substrate", "danyun", "2026-10", ("2026-10",)), Habit("substrate", "jiangzuo", "2026-09"),
    Habit("mosfet", "jichuan", "2026-10"),
    Habit("kernel", "qingxi", "2026-10"), Habit("kernel", "hongwei", "2026-10"),
    Habit("kiln", "hedu", "2026-10"), Habit("kiln", "hongwei", "2026-10"),
    Habit("machine", "weichuan", "2026-10"), Habit("machine", "yunxiu", "2026-10", ("2026-10",)),
)  # fmt: skip
NOTES = {
    "danyun": "厚膜外延首批样片边缘不均匀，已安排温场调整。The first thick samples are uneven at the edge; the thermal field is being adjusted.",
    "lishi": "长晶炉连续运行正常。The furnaces ran without interruption.",
}
QUIET = "按计划进行。As planned."
#: Months are logged on this day of the next one, and confirmed some days later.
LOGGED, CONFIRMED = 5, 9
#: Heads whose spending firms enter by voucher from this month on.
BY_VOUCHER = (
    CostCategory.EQUIPMENT, CostCategory.OPERATING, CostCategory.TRAVEL, CostCategory.PURCHASED_EQUIPMENT, CostCategory.OTHER_PURCHASES,
    CostCategory.SUBCONTRACTING,
)  # fmt: skip
VOUCHERS_SINCE = date(2026, 4, 1)
STEP, YUAN = Decimal("0.05"), Decimal(100)


def plan(story: Any) -> None:
    """Put all logs into the story: those of one month of a project on one day."""
    for habit in HABITS:
        work = WORK[habit.work]
        for month in span(date.fromisoformat(work.begun), date.fromisoformat(f"{habit.last}-01")):
            following = (month + timedelta(days=31)).replace(day=LOGGED)
            story.on(following, partial(_keep, story, work, habit, month))
            if f"{month:%Y-%m}" not in habit.open:
                story.on(following.replace(day=CONFIRMED), partial(_confirm, story, work, habit, month))


def _keep(story: Any, work: Work, habit: Habit, month: date) -> None:
    with in_one_go():
        worked = efforts(work, habit.firm, month)
        story.made["log", (habit, month)] = services.keep(
            cast.speaker(story, work, habit.firm), story.made["work", work.zh], month=month, note=NOTES.get(habit.firm, QUIET),
            efforts={story.made["node", (work.key, number)]: months for number, months in worked.items()},
            people=ceil(sum(worked.values())),
            spending={key: much for key, much in spending(story, work, habit.firm, month).items() if not by_voucher(habit, month, key[0])},
            organisation=story.made["firm", habit.firm],
        )  # fmt: skip


def _confirm(story: Any, work: Work, habit: Habit, month: date) -> None:
    services.confirm(cast.speaker(story, work, habit.firm), story.made["log", (habit, month)])


def efforts(work: Work, firm: str, month: date) -> dict[str, Decimal]:
    """The person-months of a firm in a month by node: those planned, spread evenly over the months of the node."""
    found = {}
    for job in TREES[work.key].jobs:
        running = _running(job)
        if month in running and (planned := worked(job).get(firm)):
            share = planned / len(running) * _swing(work, firm, job.number, month) / 100
            found[job.number] = max(STEP, share // STEP * STEP)
    return found


def spending(story: Any, work: Work, firm: str, month: date) -> dict[Any, Decimal]:
    """The money of a firm in a month by head and source: that planned for the nodes that run, spread in the same way."""
    jobs = {job.number: _running(job) for job in TREES[work.key].jobs}
    found: dict[Any, Decimal] = {}
    for number, whose, head, source, amount in money(story, work):
        if whose == firm and month in jobs[number]:
            share = amount / len(jobs[number]) * _swing(work, firm, f"{number}{head}{source}", month) / 100
            found[head, source] = found.get((head, source), Decimal(0)) + share // YUAN * YUAN
    return found


def by_voucher(habit: Habit, month: date, head: CostCategory) -> bool:
    """Whether a firm enters what it spent under a head in a month by voucher (see `claims`)."""
    return month >= VOUCHERS_SINCE and head in BY_VOUCHER


def _running(job: Job) -> list[date]:
    return span(date.fromisoformat(job.first), date.fromisoformat(job.last))


def _swing(work: Work, firm: str, what: str, month: date) -> int:
    """How many percent of the plan a month took: 82 to 108."""
    return 82 + zlib.crc32(f"{work.key} {firm} {what} {month}".encode()) % 27
