"""What the pages of monthly logs show to one reader: the months of firms in a project, and one month of one firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.core import clock
from consortium.core.access import GRANTS, Action, Actor, Reach, Role, allowed, stake
from consortium.core.words import _l
from consortium.logbook import queries
from consortium.logbook.models import MonthlyLog
from consortium.logbook.queries import NONE, Money, Sum
from consortium.logbook.services import effort_cell, money_cell
from consortium.logbook.tables import yuan
from consortium.logbook.workflow import LOG, at_work
from consortium.organisations.models import Organisation
from consortium.plans.models import CostCategory, MoneySource
from consortium.plans.money_rules import profile_of
from consortium.plans.queries import NodeRow
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.projects.tables import titled
from consortium.projects.workflow import while_open


@dataclass(frozen=True)
class Cell:
    """One row of the form: the name of its field, what was logged last, what in all, and what is planned."""

    name: str
    last: Decimal | None
    so_far: Decimal
    planned: Decimal | None
    node: NodeRow | None = None
    key: Money | None = None

    @property
    def beyond(self) -> bool:
        """Whether more was logged than is planned."""
        return self.so_far > (self.planned or NONE)


class MonthPortrait:
    """One month of one firm; for its form and its sheet with the month before `at_hand`."""

    def __init__(self, project: Project, firm: Organisation, month: date, *, at_hand: bool = True) -> None:
        self.project, self.firm, self.month, self.at_hand = project, firm, month, at_hand

    @property
    def title(self) -> str:
        """The month, as it is written."""
        return f"{self.month:%Y-%m}"

    @cached_property
    def log(self) -> MonthlyLog | None:
        """What is kept for the month."""
        return queries.log_of(self.project, self.firm.id, self.month, rows=False)

    @cached_property
    def last(self) -> MonthlyLog | None:
        """The latest month before that was logged."""
        return queries.last_before(self.project, self.firm.id, self.month) if self.at_hand else None

    @property
    def editable(self) -> bool:
        """Whether nothing is confirmed yet."""
        return self.log is None or self.log.state == "open"

    def obstacle(self, actor: Actor) -> object | None:
        """What stands in the way of logging in this project, if anything does."""
        return while_open(at_work)(actor, self.project)

    @cached_property
    def heads(self) -> list[CostCategory]:
        """The heads of the project's profile, and those under which the firm spent before or is to spend."""
        known = dict.fromkeys(profile_of(self.project).categories)
        used = {head for head, _ in (*self.planned, *self.so_far)}
        return [*known, *(head for head in CostCategory if head in used and head not in known)]

    @property
    def keys(self) -> list[Money]:
        """All heads by all sources, in the order of the form."""
        return [(head, source) for source in MoneySource for head in self.heads]

    @cached_property
    def planned(self) -> dict[Money, Decimal]:
        """The planned money of the firm, by head and source."""
        return queries.planned_money(self.project, self.firm.id)

    @cached_property
    def so_far(self) -> dict[Money, Decimal]:
        """What the firm spent, with and without vouchers, by head and source."""
        return queries.spent_so_far(self.project, self.firm.id)

    @cached_property
    def nodes(self) -> list[tuple[NodeRow, Decimal | None]]:
        """The nodes in which the firm works, each with its planned person-months."""
        return queries.worked(self.project, self.firm.id)

    @cached_property
    def work(self) -> list[Cell]:
        """The rows of these nodes."""
        so_far = queries.worked_so_far(self.project, self.firm.id)
        last = queries.efforts_in(self.last) if self.last else {}
        return [
            Cell(effort_cell(node), last.get(node.id), so_far.get(node.id, NONE), planned, node=node)
            for node, planned in self.nodes
        ]

    @cached_property
    def money(self) -> list[tuple[MoneySource, bool, list[Cell]]]:
        """By source: whether the firm uses it (planned, or logged before), and a row for each head."""
        planned, so_far = self.planned, self.so_far
        last = queries.spending_in(self.last) if self.last else {}
        used = {source for _, source in (*planned, *so_far)}
        return [
            (source, source in used, [
                Cell(money_cell((head, source)), last.get((head, source)), so_far.get((head, source), NONE), planned.get((head, source)), key=(head, source))
                for head in self.heads
            ])
            for source in MoneySource
        ]  # fmt: skip

    @property
    def cells(self) -> list[Cell]:
        """All rows with a number."""
        return [*self.work, *(cell for _, _, cells in self.money for cell in cells)]

    def values(self, log: MonthlyLog | None) -> dict[str, Any]:
        """What a log says, by the names of the fields."""
        if log is None:
            return {}
        found: dict[str, Any] = {f"effort_{node}": months for node, months in queries.efforts_in(log).items()}
        return found | {money_cell(key): amount for key, amount in queries.spending_in(log).items()}

    @property
    def spent(self) -> list[Cell]:
        """The rows of the sources that the firm uses."""
        return [cell for _, used, cells in self.money if used for cell in cells]

    def touched(self, form: Any) -> bool:
        """Whether something was typed, or is wrong, under a source that the firm does not use yet."""
        fields = [form[cell.name] for _, used, cells in self.money if not used for cell in cells]
        return any(field.errors or field._value() for field in fields)

    @staticmethod
    def total(cells: Iterable[Cell]) -> Cell:
        """All rows together."""
        rows = list(cells)
        return Cell(
            "", sum((row.last or NONE for row in rows), NONE), sum((row.so_far for row in rows), NONE), sum((row.planned or NONE for row in rows), NONE)
        )  # fmt: skip


# All logs of a project


@dataclass
class Line:
    """A firm with its months: the totals of each, and of all."""

    name: object
    firm: Any = None
    due: frozenset[date] = frozenset()
    cells: dict[date, Sum] = field(default_factory=dict)
    months: Decimal = NONE
    money: Decimal = NONE

    def add(self, found: Sum) -> None:
        """Count a log."""
        there = self.cells.get(found.month)
        months, money = (there.months, there.money) if there else (NONE, NONE)
        self.cells[found.month] = Sum(
            found.id, found.organisation_id, found.month, found.state, months + found.months, money + found.money
        )
        self.months += found.months
        self.money += found.money

    def word(self, month: date) -> object:
        """The person-months of a month; a firm that had to log and did not says so."""
        if (found := self.cells.get(month)) is not None:
            return f"{found.months:,.2f}"
        return _l("not logged") if month in self.due else ""

    def tone(self, month: date) -> str:
        """The colour of its state; what is not logged is grey."""
        return LOG.tone(self.cells[month].state) if month in self.cells else "none"

    def href(self, month: date) -> str | None:
        """Where a log stands."""
        return f"/logs/{self.cells[month].id}" if self.firm is not None and month in self.cells else None

    def note(self, month: date) -> str:
        """The money of a month."""
        return yuan(self.cells[month].money) if month in self.cells else ""


@dataclass(frozen=True)
class Row:
    """A log with its firm, for files."""

    firm: Any
    sum: Sum


class LogsPortrait:
    """The logs of one project for one reader."""

    def __init__(self, actor: Actor, project: Project, year: str = "") -> None:
        self.actor, self.project = actor, project
        self.asked = year

    @cached_property
    def sums(self) -> list[Sum]:
        """The logs that the reader may see."""
        return queries.sums(self.actor, self.project)

    @cached_property
    def firms(self) -> list[Organisation]:
        """Who takes part, the lead first."""
        return sorted(involved(self.project), key=lambda firm: (firm.id != self.project.lead_id, firm.id))

    @cached_property
    def own(self) -> list[Organisation]:
        """The firms for which the reader logs."""
        return queries.reporting(self.actor, self.project)

    @cached_property
    def sees_all(self) -> bool:
        """Whether nobody's log is kept from the reader."""
        return allowed(self.actor, Action.EVIDENCE, self.project)

    @cached_property
    def seen(self) -> list[Organisation]:
        """The firms whose months stand as a strip: those of the reader."""
        houses = {
            seat.organisation_id
            for seat in self.actor.seats
            if seat.consortium_id == self.project.consortium_id and _is_of_firm(Role(seat.role))
        }
        own = [firm for firm in self.firms if firm.id in houses]
        return [firm for firm in own if allowed(self.actor, Action.EVIDENCE, stake(self.project, firm.id))]

    @cached_property
    def months(self) -> list[date]:
        """The months of the project that have begun."""
        return queries.months_of(self.project)

    @property
    def years(self) -> list[int]:
        """The years of these months."""
        return sorted({month.year for month in self.months})

    @property
    def year(self) -> int | None:
        """The year in front: the one that was asked for, else the latest."""
        asked = int(self.asked) if self.asked.isascii() and self.asked.isdigit() and len(self.asked) == 4 else 0
        return asked if asked in self.years else max(self.years, default=None)

    @property
    def shown(self) -> list[date]:
        """The months of this year, newest first."""
        return [month for month in reversed(self.months) if month.year == self.year]

    def strip(self, firm: Organisation) -> list[tuple[date, Sum | None, object, str, str | None]]:
        """The months of a firm, newest first: month, what is kept, word, tone, and where it leads."""
        kept = {found.month: found for found in self.sums if found.organisation_id == firm.id}
        logs = firm.id in {row.id for row in self.own} and not self.obstacle
        return [(month, kept.get(month), *self._stand(month, kept.get(month), firm, logs)) for month in self.shown]

    def _stand(self, month: date, kept: Sum | None, firm: Organisation, logs: bool) -> tuple[object, str, str | None]:
        if kept is not None:
            return LOG.word(kept.state), LOG.tone(kept.state), f"/logs/{kept.id}"
        form = f"/projects/{self.project.id}/log?month={month:%Y-%m}&firm={firm.id}" if logs else None
        if month in self.due.get(firm.id, ()):
            return _l("not logged"), "none", form
        return _l("not over yet") if queries.after(month) > clock.today() else _l("nothing planned"), "none", form

    @property
    def obstacle(self) -> object | None:
        """What stands in the way of logging."""
        return while_open(at_work)(self.actor, self.project)

    @cached_property
    def lines(self) -> list[Line]:
        """All firms with their months; also those that left, if they logged."""
        found = {firm.id: Line(titled(firm), firm, frozenset(self.due.get(firm.id, ()))) for firm in self.firms}
        left = {one.organisation_id for one in self.sums} - found.keys()
        found |= {firm.id: Line(titled(firm), firm) for firm in queries.firms(left)}
        for one in self.sums:
            found[one.organisation_id].add(one)
        return list(found.values())

    @property
    def together(self) -> Line:
        """All firms as one line."""
        whole = Line(_l("Together"))
        for one in self.sums:
            whole.add(one)
        return whole

    @property
    def rows(self) -> list[Row]:
        """One row for each log of the year in front."""
        firms = {line.firm.id: line.firm for line in self.lines}
        return [Row(firms[one.organisation_id], one) for one in self.sums if one.month.year == self.year]

    @cached_property
    def due(self) -> dict[int, set[date]]:
        """By firm, the months that it has to log and that are over."""
        return {firm: set(months) for firm, months in queries.due_months(self.project).items()}

    @property
    def missing(self) -> int:
        """How many months firms have not logged that they had to."""
        there = {(one.organisation_id, one.month) for one in self.sums}
        return sum((firm, month) not in there for firm, months in self.due.items() for month in months)


def _is_of_firm(role: Role) -> bool:
    """Whether a role stands for its organisation: experts and auditors see all, and for themselves log nothing."""
    return Action.REPORT in GRANTS[role] or GRANTS[role].get(Action.EVIDENCE) is Reach.OWN


def month_to_log(project: Project, months: list[date], logged: set[date]) -> date | None:
    """The month that a form without a month is about: the last one that ended, unless it is logged; else the present one."""
    if not months:
        return None
    ended = [month for month in months if queries.after(month) <= clock.today()]
    return ended[-1] if ended and ended[-1] not in logged else months[-1]
