"""What is asked about the money of projects. Whoever shows money of a firm asks first whose is open to the reader (`open_to`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from consortium.baselines.layout import code_of
from consortium.budgets.models import BudgetMove, Moved
from consortium.claims import queries as claims
from consortium.core.access import GRANTS, Action, Actor, Role, allowed, within
from consortium.core.db import db
from consortium.logbook import queries as logbook
from consortium.logbook.models import MonthlyLog
from consortium.organisations.models import Organisation
from consortium.plans.models import Allocation, CostCategory, MoneySource, Node
from consortium.projects import standings
from consortium.projects.models import Project

NONE = Decimal("0.00")
FIRM = (Organisation.name_zh, Organisation.name_en, Organisation.code, Organisation.scheme)
#: Project, organisation, head, source, year (0: not split by years).
Key = tuple[int, int, CostCategory, MoneySource, int]
#: Organisation, head (None: money that has none, as payments), source, year.
Place = tuple[int, CostCategory | None, MoneySource, int]


# Figures of projects


def planned(project_ids: Iterable[int]) -> dict[Key, Decimal]:
    """The planned money of projects, in yuan; one statement."""
    heads = (Node.project_id, Allocation.organisation_id, Allocation.category, Allocation.source, Allocation.year)
    query: Any = select(*heads, func.sum(Allocation.amount)).join(Node, Node.id == Allocation.node_id)
    query = query.where(Node.project_id.in_(tuple(project_ids))).group_by(*heads)
    return {tuple(row[:-1]): row[-1] for row in db.session.execute(query)}


def spent(
    project_ids: Iterable[int], first: date = date.min, last: date = date.max
) -> dict[Key, tuple[Decimal, Decimal]]:
    """What was spent in projects in the months up to that of `last`, and of it in those from that of `first` on, in yuan; the year is that of the month."""
    found: dict[Key, tuple[Decimal, Decimal]] = {}
    counts = (MonthlyLog.project_id.in_(tuple(project_ids)), MonthlyLog.month <= last)
    begin = first.replace(day=1)
    for (*key, month), amount in logbook.spent(("project", "firm", "category", "source", "month"), *counts).items():
        place: Any = (*key, month.year)
        until, during = found.get(place, (NONE, NONE))
        found[place] = until + amount, during + (amount if month >= begin else NONE)
    return found


def spent_by_month(project: Project) -> dict[tuple[int, date], Decimal]:
    """What was spent in a project, by organisation and month, in yuan."""
    found: dict[Any, Decimal] = logbook.spent(("firm", "month"), MonthlyLog.project_id == project.id)
    return found


# What one reader sees


def open_to(actor: Actor, project: Project) -> frozenset[int] | None:
    """The organisations whose money in a project is open to a person; None where all of it is."""
    if allowed(actor, Action.EVIDENCE, project):
        return None
    return frozenset(
        seat.organisation_id for seat in actor.seats if seat.consortium_id == project.consortium_id and Action.EVIDENCE in GRANTS[Role(seat.role)]
    )  # fmt: skip


@dataclass
class Figures:
    """The money of one place, or of several together, in yuan."""

    planned: Decimal = NONE
    spent: Decimal = NONE
    claimed: Decimal = NONE
    accepted: Decimal = NONE
    paid: Decimal = NONE

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.planned + other.planned, self.spent + other.spent, self.claimed + other.claimed, self.accepted + other.accepted,
            self.paid + other.paid,
        )  # fmt: skip

    def take(self, other: Figures) -> None:
        """Count other money here as well."""
        self.planned += other.planned
        self.spent += other.spent
        self.claimed += other.claimed
        self.accepted += other.accepted
        self.paid += other.paid

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any((self.planned, self.spent, self.claimed, self.accepted, self.paid))

    @property
    def rest(self) -> Decimal:
        """What is planned and not spent yet."""
        return self.planned - self.spent

    @property
    def rate(self) -> Decimal | None:
        """The spent part of what is planned; None where nothing is."""
        return self.spent / self.planned if self.planned else None


@dataclass
class Cube:
    """The money of a project by organisation, head, source and year, as far as a reader may see it; all sums are made of these places."""

    places: dict[Place, Figures] = field(default_factory=dict)
    _sums: dict[tuple[int, ...], dict[Any, Figures]] = field(default_factory=dict, repr=False, compare=False)

    def add(self, place: Place, name: str, amount: Decimal) -> None:
        """Count an amount."""
        here = self.places.setdefault(place, Figures())
        setattr(here, name, getattr(here, name) + amount)

    def by(self, *axes: int) -> dict[Any, Figures]:
        """The sums by one axis, or by several (0 organisation, 1 head, 2 source, 3 year); made once, when all is counted."""
        if axes not in self._sums:
            of = itemgetter(*axes)
            found: dict[Any, Figures] = {}
            for place, here in self.places.items():
                found.setdefault(of(place), Figures()).take(here)
            self._sums[axes] = found
        return self._sums[axes]

    @property
    def total(self) -> Figures:
        """All of it."""
        return sum(self.by(0).values(), Figures())

    @property
    def closes(self) -> bool:
        """Whether organisations, heads, sources and years come to the same, to the fen."""
        return all(sum(self.by(axis).values(), Figures()) == self.total for axis in range(4))

    def heads(self, name: str, firm: int | None = None) -> dict[CostCategory, Decimal]:
        """One figure by head, of one organisation where it is named."""
        found: dict[CostCategory, Decimal] = {}
        for (whose, head), here in self.by(0, 1).items():
            if head is not None and firm in (None, whose):
                found[head] = found.get(head, NONE) + getattr(here, name)
        return {head: amount for head, amount in found.items() if amount}


def cube(project: Project, firms: frozenset[int] | None) -> Cube:
    """The money of some organisations in a project (None: of all); seven statements."""
    found = Cube()

    def take(name: str, parts: Mapping[Any, Any], of: Callable[[Any], Decimal]) -> None:
        for key, amount in parts.items():
            if firms is None or key[1] in firms:
                found.add(key[1:], name, of(amount))

    take("planned", planned((project.id,)), lambda amount: amount)
    take("spent", spent((project.id,)), lambda pair: pair[0])
    sums = claims.sums((project.id,))
    for name in ("claimed", "accepted", "paid"):
        take(name, getattr(sums, name), lambda pair: pair[0])
    return found


def firms_of(numbers: Iterable[int]) -> dict[int, Organisation]:
    """The organisations of some numbers."""
    wanted = sorted(set(numbers))
    query = select(Organisation).where(Organisation.id.in_(wanted))
    return {firm.id: firm for firm in db.session.scalars(query)} if wanted else {}


# The cost index


@dataclass(frozen=True)
class CostIndex:
    """CPI = EV / AC: earned value (accepted part of the weight of all milestones x budget) against what was spent, in yuan.

    Earned value is known to all, so that who reads the index knows what all have spent by today, and whose log changed it: it is for those who see all money.
    """

    value: Decimal
    earned: Decimal
    actual: Decimal


def cost_index(project: Project, on: date) -> CostIndex | None:
    """The cost performance index of a project at the end of a day; None where there is no budget, no milestone or no spending."""
    found = standings.standing((project.id,), on).get(project.id)
    done = found.progress if found is not None else None
    actual = sum((amount for amount, _ in spent((project.id,), last=on).values()), NONE)
    if done is None or not project.budget or not actual:
        return None
    earned = (done * project.budget).quantize(Decimal("0.01"))
    return CostIndex(earned / actual, earned, actual)


# Moves


def moves(actor: Actor, project: Project) -> Select[tuple[BudgetMove]]:
    """The moves of planned money in a project that a person may see, newest first."""
    query = select(BudgetMove).where(BudgetMove.project_id == project.id)
    query = query.options(
        joinedload(BudgetMove.organisation).load_only(*FIRM), joinedload(BudgetMove.moved_by), joinedload(BudgetMove.request)
    )  # fmt: skip
    return within(actor, query, BudgetMove, Action.EVIDENCE).order_by(BudgetMove.id.desc())


def movable(actor: Actor, project: Project) -> list[Allocation]:
    """The planned money in a project that a person may move: of the own organisation, or of all for who plans the project."""
    query = _movable(actor, project).options(
        joinedload(Allocation.organisation).load_only(*FIRM), joinedload(Allocation.node)
    )
    return list(db.session.scalars(query.order_by(Node.number, Allocation.organisation_id, Allocation.id)))


def can_move(actor: Actor, project: Project) -> bool:
    """Whether there is any such money."""
    query = _movable(actor, project).with_only_columns(Allocation.id).limit(1)
    return db.session.scalar(query) is not None


def _movable(actor: Actor, project: Project) -> Select[Any]:
    query: Select[Any] = select(Allocation).join(Node, Node.id == Allocation.node_id)
    query = query.where(Node.project_id == project.id, Allocation.amount > 0)
    if not allowed(actor, Action.PLAN, project):
        query = within(actor, query, Allocation, Action.REPORT)
    return within(actor, query, Allocation, Action.EVIDENCE)


def moved_at_once(project: Project, organisation_id: int) -> Decimal:
    """How much planned money of a firm was moved between heads within the limits so far, in yuan."""
    query = select(func.sum(BudgetMove.amount)).where(
        BudgetMove.project_id == project.id, BudgetMove.organisation_id == organisation_id, BudgetMove.how == Moved.WITHIN_LIMITS,
        BudgetMove.category != BudgetMove.to_category,
    )  # fmt: skip
    return db.session.scalar(query) or NONE


def net_moves(project: Project, since: datetime) -> dict[tuple[Any, ...], Decimal]:
    """By the key of the row in the plan, by how much moves within the limits changed it after a moment, in yuan."""
    query = select(BudgetMove).where(
        BudgetMove.project_id == project.id, BudgetMove.how == Moved.WITHIN_LIMITS, BudgetMove.created_at >= since
    )
    found: dict[tuple[Any, ...], Decimal] = {}
    for row in db.session.scalars(query.options(joinedload(BudgetMove.organisation).load_only(*FIRM))):
        firm = code_of(row.organisation)
        before = (row.node_number, firm, row.category.value, row.source.value, row.year)
        after = (row.to_node_number, firm, row.to_category.value, row.to_source.value, row.to_year)
        found[before] = found.get(before, NONE) - row.amount
        found[after] = found.get(after, NONE) + row.amount
    return found


#: What the comparison of plans asks: which rows of money differ by moves within the limits alone.
MOVED_AT_ONCE = net_moves
