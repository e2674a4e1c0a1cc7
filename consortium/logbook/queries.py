"""What is asked about monthly logs. Whoever shows work or money of a firm asks for `Action.EVIDENCE` on it first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import GRANTS, Action, Actor, Role, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.logbook.models import LoggedEffort, LoggedSpending, MonthlyLog
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.plans import queries as plans
from consortium.plans.models import Allocation, CostCategory, Effort, MoneySource, Node
from consortium.projects.models import Project
from consortium.projects.queries import involved

Money = tuple[CostCategory, MoneySource]
NONE = Decimal("0.00")
FIRM = (Organisation.name_zh, Organisation.name_en, Organisation.code)
#: So many months of a project wait on the desk; who logs them sees the ones before.
MOST_WAITING = 3


# Months: each is named by its first day


def first_of(day: date) -> date:
    """The month of a day."""
    return day.replace(day=1)


def after(month: date) -> date:
    """The next month."""
    return first_of(month + timedelta(days=31))


def before(month: date) -> date:
    """The month before."""
    return first_of(month - timedelta(days=1))


def span(first: date, last: date) -> list[date]:
    """All months from the one of the first day to the one of the last day."""
    found, month = [], first_of(first)
    while month <= last:
        found.append(month)
        month = after(month)
    return found


def months_of(project: Project, on: date | None = None) -> list[date]:
    """The months of a project that can be logged: those of its period that have begun."""
    return span(project.starts_on, min(project.ends_on, on or clock.today()))


# Firms


def reporting(actor: Actor, project: Project) -> list[Organisation]:
    """The firms of a project for which a person logs."""
    own = {
        seat.organisation_id
        for seat in actor.seats
        if seat.consortium_id == project.consortium_id and Action.REPORT in GRANTS[Role(seat.role)]
    }
    return [firm for firm in involved(project) if firm.id in own] if own else []


def firm(number: int) -> Organisation:
    """The organisation of a number."""
    return db.session.get_one(Organisation, number)


def firms(numbers: Iterable[int]) -> list[Organisation]:
    """The organisations of some numbers."""
    wanted = sorted(numbers)
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))) if wanted else []


def coordinators(consortium_id: int) -> list[User]:
    """The coordinators of a consortium."""
    seats = select(Seat.user_id).where(Seat.consortium_id == consortium_id, Seat.role == Role.COORDINATOR)
    return list(db.session.scalars(select(User).where(User.id.in_(seats), User.active).order_by(User.id)))


# One month of a firm


def log_of(project: Project, organisation_id: int, month: date) -> MonthlyLog | None:
    """What a firm logged for a month."""
    found: MonthlyLog | None = db.session.scalar(_whole(project, organisation_id).where(MonthlyLog.month == month))
    return found


def last_before(project: Project, organisation_id: int, month: date) -> MonthlyLog | None:
    """The latest month before that a firm logged."""
    query = _whole(project, organisation_id).where(MonthlyLog.month < month)
    found: MonthlyLog | None = db.session.scalar(query.order_by(MonthlyLog.month.desc()).limit(1))
    return found


def _whole(project: Project, organisation_id: int) -> Select[Any]:
    query = select(MonthlyLog).where(MonthlyLog.project_id == project.id, MonthlyLog.organisation_id == organisation_id)
    return query.options(selectinload(MonthlyLog.efforts), selectinload(MonthlyLog.spending))


def worked(project: Project, organisation_id: int) -> list[tuple[Node, Decimal | None]]:
    """The nodes in which a firm works with its planned person-months, and those on which it logged work before (None)."""
    logged = select(LoggedEffort.node_id).join(MonthlyLog, MonthlyLog.id == LoggedEffort.log_id)
    logged = logged.where(MonthlyLog.project_id == project.id, MonthlyLog.organisation_id == organisation_id).distinct()
    known = set(db.session.scalars(logged))
    found: list[tuple[Node, Decimal | None]] = []
    for node in plans.nodes(project):
        planned = next((row.months for row in node.efforts if row.organisation_id == organisation_id), None)
        if planned is not None or node.id in known:
            found.append((node, planned))
    return found


def worked_so_far(project: Project, organisation_id: int) -> dict[int, Decimal]:
    """The person-months that a firm logged in a project, by node."""
    return {node: total for (node, owner), total in logged(project).months.items() if owner == organisation_id}


def spent_so_far(project: Project, organisation_id: int) -> dict[Money, Decimal]:
    """The money that a firm logged in a project, by head and source, in yuan."""
    money = logged(project).money
    return {(head, source): total for (owner, head, source), total in money.items() if owner == organisation_id}


def planned_money(project: Project, organisation_id: int) -> dict[Money, Decimal]:
    """The planned money of a firm in a project, by head and source, in yuan."""
    query = select(Allocation.category, Allocation.source, func.sum(Allocation.amount))
    query = query.join(Node, Node.id == Allocation.node_id)
    query = query.where(Node.project_id == project.id, Allocation.organisation_id == organisation_id)
    return {
        (row[0], row[1]): row[2] for row in db.session.execute(query.group_by(Allocation.category, Allocation.source))
    }


def beyond(log: MonthlyLog) -> list[tuple[Node, Decimal, Decimal]]:
    """The nodes of a log on which its firm has worked more than is planned: node, logged in all months, planned."""
    so_far = worked_so_far(log.project, log.organisation_id)
    here = {row.node_id for row in log.efforts}
    return [
        (node, so_far[node.id], planned or NONE)
        for node, planned in worked(log.project, log.organisation_id)
        if node.id in here and so_far.get(node.id, NONE) > (planned or NONE)
    ]


# Figures


@dataclass
class Logged:
    """What was logged in a project: person-months by node and firm, and yuan by firm, head and source."""

    months: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    money: dict[tuple[int, CostCategory, MoneySource], Decimal] = field(default_factory=dict)

    def months_of(self, organisation_id: int) -> Decimal:
        """All person-months of a firm."""
        return sum((total for (_, owner), total in self.months.items() if owner == organisation_id), NONE)

    def money_of(self, organisation_id: int) -> Decimal:
        """All money of a firm, in yuan."""
        return sum((total for (owner, *_), total in self.money.items() if owner == organisation_id), NONE)


def logged(project: Project, until: date | None = None) -> Logged:
    """What the firms logged in a project, up to a month where one is named; two statements."""
    counts = [MonthlyLog.project_id == project.id] + ([MonthlyLog.month <= until] if until is not None else [])
    work: Any = select(LoggedEffort.node_id, MonthlyLog.organisation_id, func.sum(LoggedEffort.months))
    work = work.join(MonthlyLog, MonthlyLog.id == LoggedEffort.log_id).where(*counts)
    heads = (MonthlyLog.organisation_id, LoggedSpending.category, LoggedSpending.source)
    money: Any = select(*heads, func.sum(LoggedSpending.amount))
    money = money.join(MonthlyLog, MonthlyLog.id == LoggedSpending.log_id).where(*counts)
    months = db.session.execute(work.group_by(LoggedEffort.node_id, MonthlyLog.organisation_id))
    return Logged(
        {(row[0], row[1]): row[2] for row in months},
        {(row[0], row[1], row[2]): row[3] for row in db.session.execute(money.group_by(*heads))},
    )


@dataclass(frozen=True)
class Sum:
    """A log with its totals."""

    id: int
    organisation_id: int
    month: date
    state: str
    months: Decimal
    money: Decimal


def sums(actor: Actor, project: Project) -> list[Sum]:
    """The logs of a project that a person may see with their totals, by month; three statements."""
    seen = within(actor, select(MonthlyLog.id).where(MonthlyLog.project_id == project.id), MonthlyLog, Action.EVIDENCE)
    work = select(LoggedEffort.log_id, func.sum(LoggedEffort.months)).where(LoggedEffort.log_id.in_(seen))
    money = select(LoggedSpending.log_id, func.sum(LoggedSpending.amount)).where(LoggedSpending.log_id.in_(seen))
    months = {row[0]: row[1] for row in db.session.execute(work.group_by(LoggedEffort.log_id))}
    amounts = {row[0]: row[1] for row in db.session.execute(money.group_by(LoggedSpending.log_id))}
    query = select(MonthlyLog.id, MonthlyLog.organisation_id, MonthlyLog.month, MonthlyLog.state)
    rows = db.session.execute(query.where(MonthlyLog.id.in_(seen)).order_by(MonthlyLog.month, MonthlyLog.id))
    return [
        Sum(row.id, row.organisation_id, row.month, row.state, months.get(row.id, NONE), amounts.get(row.id, NONE))
        for row in rows
    ]


def planned_against_logged(actor: Actor, node: Node) -> list[tuple[Organisation, Decimal | None, Decimal]]:
    """Of the firms in a node that a person may see: the firm, its planned person-months, and what it logged."""
    query = select(Effort).where(Effort.node_id == node.id).options(joinedload(Effort.organisation).load_only(*FIRM))
    planned = {row.organisation_id: row for row in db.session.scalars(within(actor, query, Effort, Action.EVIDENCE))}
    work: Any = select(LoggedEffort.organisation_id, func.sum(LoggedEffort.months)).where(
        LoggedEffort.node_id == node.id
    )
    work = within(actor, work, LoggedEffort, Action.EVIDENCE).group_by(LoggedEffort.organisation_id)
    done = {row[0]: row[1] for row in db.session.execute(work)}
    if not done:
        return []
    others = db.session.scalars(select(Organisation).where(Organisation.id.in_(done.keys() - planned.keys())))
    firms = {number: row.organisation for number, row in planned.items()} | {row.id: row for row in others}
    return [
        (firms[number], planned[number].months if number in planned else None, done.get(number, NONE))
        for number in sorted(firms)
    ]


def logged_on(node: Node) -> tuple[int, Decimal]:
    """In how many logs a node stands, and with how many person-months in all."""
    query = select(func.count(), func.sum(LoggedEffort.months)).where(LoggedEffort.node_id == node.id)
    count, months = db.session.execute(query).one()
    return count, months or NONE


# What waits


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """The latest months that the own organisation has not logged in running projects in which it works; two statements."""
    on = on or clock.today()
    resting = select(Consortium.id).where(Consortium.stage.in_(("suspended", "closed")))
    query: Any = (
        select(Node.project_id, Effort.organisation_id, func.min(Node.starts_on), func.max(Node.ends_on))
        .join(Node, Node.id == Effort.node_id)
        .join(Project, Project.id == Node.project_id)
        .where(Effort.months > 0, Project.stage == "running", Effort.consortium_id.notin_(resting))
    )
    parts = within(actor, query, Effort, Action.REPORT).group_by(Node.project_id, Effort.organisation_id)
    rows = [tuple(row) for row in db.session.execute(parts.order_by(Node.project_id))]
    if not rows:
        return []
    projects = {row[0] for row in rows}
    kept = select(MonthlyLog.project_id, MonthlyLog.organisation_id, MonthlyLog.month)
    there = {tuple(row) for row in db.session.execute(kept.where(MonthlyLog.project_id.in_(projects)))}
    titles = {row.id: row for row in db.session.scalars(select(Project).where(Project.id.in_(projects)))}
    found = []
    for number, firm, first, last in rows:
        months = span(first, min(last, first_of(on) - timedelta(days=1)))
        missing = [month for month in months if (number, firm, month) not in there][-MOST_WAITING:]
        found += [_to_log(titles[number], firm, month) for month in reversed(missing)]
    return found


def _to_log(project: Project, organisation_id: int, month: date) -> Waiting:
    return Waiting(
        _l("Log the month %(month)s", month=f"{month:%Y-%m}"), either(project.title_zh, project.title_en),
        href=f"/projects/{project.id}/log?month={month:%Y-%m}&firm={organisation_id}", icon="clipboard-list",
    )  # fmt: skip
