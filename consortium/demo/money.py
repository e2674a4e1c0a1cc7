"""Planned money of the demonstration that was moved, at once and by a request, and a month that spends more than was planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import select

from consortium.budgets import services
from consortium.core.db import db
from consortium.demo import cast
from consortium.demo.changing import WORK
from consortium.logbook import queries as logbook
from consortium.logbook import services as logs
from consortium.plans.models import Allocation, CostCategory, Node

H = CostCategory


@dataclass(frozen=True)
class Shift:
    """A move of money of a firm from the largest row of a head to another head; `who` is the firm, or the coordinator ("")."""

    work: str
    firm: str
    day: str
    before: H
    after: H
    amount: str
    reason: str
    by: str = "firm"


SHIFTS = (
    Shift("substrate", "danyun", "2026-09-15", H.OPERATING, H.LABOUR, "36500.00", "增聘两名外延工艺助理。Two more assistants for the epitaxy."),
    Shift("substrate", "lishi", "2026-09-22", H.EQUIPMENT, H.OPERATING, "128000.50", "抛光液改为外购。Polishing slurry is bought now.", "lead"),
    Shift("kernel", "hongwei", "2026-10-20", H.PERSONNEL, H.TRAVEL, "18750.25", "现场联调次数增加。More work at the user's site."),
    Shift("substrate", "danyun", "2026-11-12", H.LABOUR, H.EQUIPMENT, "92000.00", "需增配一套在线测厚仪。An in-line thickness gauge is needed."),
)  # fmt: skip
#: A firm books the rent of a whole year at once, and so more indirect cost than it has planned.
BOOKED = ("machine", "yunxiu", "2026-11-16", Decimal("12345.60"))


def plan(story: Any) -> None:
    """Put the moves and the month into the story."""
    for shift in SHIFTS:
        story.on(shift.day, partial(_move, story, shift))
    story.on(BOOKED[2], partial(_book, story))


def _move(story: Any, shift: Shift) -> None:
    work, firm = WORK[shift.work], story.made["firm", shift.firm]
    who = cast.coordinator(story, work) if shift.by == "lead" else cast.speaker(story, work, shift.firm)
    query = select(Allocation).join(Node, Node.id == Allocation.node_id).where(
        Node.project_id == story.made["work", work.zh].id, Allocation.organisation_id == firm.id, Allocation.category == shift.before,
    )  # fmt: skip
    row = db.session.scalars(query.order_by(Allocation.amount.desc(), Allocation.id).limit(1)).one()
    services.move(
        who, row, node=row.node, category=shift.after, source=row.source, year=row.year, amount=Decimal(shift.amount), reason=shift.reason
    )  # fmt: skip


def _book(story: Any) -> None:
    key, name, day, over = BOOKED
    work, firm = WORK[key], story.made["firm", name]
    project = story.made["work", work.zh]
    planned, so_far = logbook.planned_money(project, firm.id), logbook.spent_so_far(project, firm.id)
    source = next(source for head, source in planned if head is H.INDIRECT)
    done = sum((amount for (head, _), amount in so_far.items() if head is H.INDIRECT), Decimal(0))
    whole = sum((amount for (head, _), amount in planned.items() if head is H.INDIRECT), Decimal(0))
    logs.keep(
        cast.speaker(story, work, name), project, organisation=firm, month=date.fromisoformat(day).replace(day=1), note="场地租金一次性入账。The rent of the year is booked at once.",
        efforts={}, spending={(H.INDIRECT, source): whole - done + over},
    )  # fmt: skip
