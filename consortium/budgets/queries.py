"""What is asked about the money of projects. Whoever shows money of a firm asks first whose is open to the reader (`open_to`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any, cast

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
from consortium.projects.lights import Standing
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
    by = ("project", "firm", "category", "source", "year")
    return cast(dict[Key, Decimal], planned_by(by, Node.project_id.in_(tuple(project_ids))))


def planned_by(by: Sequence[str], *counts: Any) -> dict[tuple[Any, ...], Decimal]:
    """The planned money that counts (conditions on allocations and their nodes), in yuan, parted by what `by` names: project, firm, category, source, year."""
    columns = {
        "project": Node.project_id, "firm": Allocation.organisation_id, "category": Allocation.category, "source": Allocation.source,
        "year": Allocation.year,
    }  # fmt: skip
    parts = [columns[name] for name in by]
    query: Any = select(*parts, func.sum(Allocation.amount)).join(Node, Node.id == Allocation.node_id).where(*counts)
    return {tuple(row[:-1]): row[-1] for row in db.session.execute(query.group_by(*parts))}


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


#: What the money of a project is parted by, in the order in which places name it.
AXES = ("firm", "category", "source", "year")
#: What the database is asked for: places of two kinds, from which all other sums are made.
CROSSINGS = ((0, 1), (2, 3))
NAMES = ("claimed", "accepted", "paid")


class Cube:
    """The money of a project by organisation, head, source and year, of some organisations (None: of all).

    The database adds it up by organisation and head, and once more by source and year; every place for itself only where that is asked.
    """

    def __init__(self, project: Project, firms: frozenset[int] | None) -> None:
        self.project, self.firms = project, firms
        self._sums: dict[tuple[int, ...], dict[Any, Figures]] = {}

    @property
    def places(self) -> dict[Place, Figures]:
        """Every place for itself."""
        return self.by(0, 1, 2, 3)

    def by(self, *axes: int) -> dict[Any, Figures]:
        """The sums by one axis, or by several (0 organisation, 1 head, 2 source, 3 year); made once."""
        if axes not in self._sums:
            whole = next((one for one in CROSSINGS if set(axes) <= set(one)), None)
            self._sums[axes] = (
                self._asked(axes) if whole is None or axes == whole
                else _together(self.by(*whole), itemgetter(*(whole.index(axis) for axis in axes)))
            )  # fmt: skip
        return self._sums[axes]

    def _asked(self, axes: tuple[int, ...]) -> dict[Any, Figures]:
        """The sums as the database makes them: three statements, beside those of the claims."""
        found: dict[Any, Figures] = {}
        by = [AXES[axis] for axis in axes]

        def take(name: str, parts: Mapping[Any, Decimal]) -> None:
            for key, amount in parts.items():
                here = found.setdefault(key, Figures())
                setattr(here, name, getattr(here, name) + amount)

        theirs = () if self.firms is None else (Allocation.organisation_id.in_(sorted(self.firms)),)
        take("planned", planned_by(by, Node.project_id == self.project.id, *theirs))
        theirs = () if self.firms is None else (MonthlyLog.organisation_id.in_(sorted(self.firms)),)
        take("spent", logbook.spent(by, MonthlyLog.project_id == self.project.id, *theirs))
        for name, key, amount in self._claims:
            take(name, {tuple(key[axis] for axis in axes): amount})
        return found

    @cached_property
    def _claims(self) -> list[tuple[str, Place, Decimal]]:
        sums = claims.sums((self.project.id,))
        return [
            (name, key[1:], until) for name in NAMES for key, (until, _) in getattr(sums, name).items()
            if self.firms is None or key[1] in self.firms
        ]  # fmt: skip

    @cached_property
    def total(self) -> Figures:
        """All of it."""
        return _whole(self.by(0, 1))

    @property
    def closes(self) -> bool:
        """Whether organisations and heads come to the same as sources and years, to the fen."""
        return all(_whole(self.by(*axes)) == self.total for axes in CROSSINGS)

    def heads(self, name: str, firm: int | None = None) -> dict[CostCategory, Decimal]:
        """One figure by head, of one organisation where it is named."""
        key = (name,) if firm is None else (name, firm)
        return self._heads.get(key, {})

    @cached_property
    def _heads(self) -> dict[tuple[Any, ...], dict[CostCategory, Decimal]]:
        found: dict[tuple[Any, ...], dict[CostCategory, Decimal]] = {}
        for (firm, head), here in self.by(0, 1).items():
            for name in ("planned", "spent") if head is not None else ():
                if amount := getattr(here, name):
                    for key in ((name,), (name, firm)):
                        heads = found.setdefault(key, {})
                        heads[head] = heads.get(head, NONE) + amount
        return found


def _together(places: Mapping[Any, Figures], of: Callable[[Any], Any]) -> dict[Any, Figures]:
    found: dict[Any, Figures] = {}
    for place, here in places.items():
        found.setdefault(of(place), Figures()).take(here)
    return found


def _whole(places: Mapping[Any, Figures]) -> Figures:
    total = Figures()
    for here in places.values():
        total.take(here)
    return total


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


def cost_index(project: Project, on: date, stand: Standing | None = None) -> CostIndex | None:
    """The cost performance index of a project at the end of a day; None where there is no budget, no milestone or no spending.

    Who knows how its milestones stood on that day hands it in as `stand`.
    """
    done = (stand or standings.standing((project.id,), on)[project.id]).progress
    if done is None or not project.budget:
        return None
    until = (MonthlyLog.project_id == project.id, MonthlyLog.month <= on)
    if not (actual := sum(logbook.spent(("project",), *until).values(), NONE)):
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
