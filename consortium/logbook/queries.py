"""What is asked about monthly logs. Whoever shows work or money of a firm asks for `Action.EVIDENCE` on it first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import Integer, Select, cast, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import GRANTS, Action, Actor, Role, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.logbook.models import LoggedEffort, LoggedSpending, MonthlyLog, Voucher
from consortium.organisations.models import Organisation
from consortium.plans import queries as plans
from consortium.plans.models import Allocation, CostCategory, Effort, MoneySource, Node
from consortium.plans.queries import NodeRow
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.projects.workflow import PROJECT

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


def last_day(month: date) -> date:
    """The last day of a month."""
    return after(month) - timedelta(days=1)


def span(first: date, last: date) -> list[date]:
    """All months from the one of the first day to the one of the last day."""
    found, month = [], first_of(first)
    while month <= last:
        found.append(month)
        month = after(month)
    return found


def months_of(project: Project, on: date | None = None) -> list[date]:
    """The months of a project that can be logged: those of its period that have begun, of one that was stopped or completed up to that day."""
    return span(project.starts_on, min(project.ends_on, on or clock.today(), over_on(project) or date.max))


def over_on(project: Project) -> date | None:
    """The day on which a project was stopped or completed, if it is so now."""
    step = {"stopped": "stop", "completed": "complete"}.get(project.stage)
    if step is None:
        return None
    query = select(Event.happened_at).where(
        Event.subject_kind == Project.__tablename__,
        Event.subject_id == project.id,
        Event.verb == PROJECT.step(step).verb,
    )
    moment = db.session.scalar(query.order_by(Event.id.desc()).limit(1))
    return clock.local(moment).date() if moment else None


def due_months(project: Project, on: date | None = None) -> dict[int, list[date]]:
    """By firm with planned work, the months that it has to log and that are over: from its first node in the plan to its last one."""
    if project.stage == "draft":
        return {}
    open_ = set(months_of(project, on))
    query = _parts().where(Node.project_id == project.id)
    return {
        firm: [month for month in ended(first, last, on) if month in open_]
        for _, firm, first, last in db.session.execute(query)
    }


def ended(first: date, last: date, on: date | None = None) -> list[date]:
    """The months between two days that are over."""
    return span(first, min(last, first_of(on or clock.today()) - timedelta(days=1)))


def _parts() -> Any:
    """By project and firm with planned work: the first and the last day of the nodes in which it works."""
    query: Any = select(Node.project_id, Effort.organisation_id, func.min(Node.starts_on), func.max(Node.ends_on))
    query = query.join(Node, Node.id == Effort.node_id).where(Effort.months > 0)
    return query.group_by(Node.project_id, Effort.organisation_id)


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


# One month of a firm


def log_of(project: Project, organisation_id: int, month: date, *, rows: bool = True) -> MonthlyLog | None:
    """What a firm logged for a month, with its `rows` for whoever changes them."""
    query = _logs(project, organisation_id).where(MonthlyLog.month == month)
    if rows:
        query = query.options(selectinload(MonthlyLog.efforts), selectinload(MonthlyLog.spending))
    found: MonthlyLog | None = db.session.scalar(query)
    return found


def last_before(project: Project, organisation_id: int, month: date) -> MonthlyLog | None:
    """The latest month before that a firm logged."""
    query = _logs(project, organisation_id).where(MonthlyLog.month < month)
    found: MonthlyLog | None = db.session.scalar(query.order_by(MonthlyLog.month.desc()).limit(1))
    return found


def _logs(project: Project, organisation_id: int) -> Select[Any]:
    return select(MonthlyLog).where(MonthlyLog.project_id == project.id, MonthlyLog.organisation_id == organisation_id)


def efforts_in(log: MonthlyLog) -> dict[int, Decimal]:
    """The person-months of a log by node, as they are shown."""
    query = select(LoggedEffort.node_id, LoggedEffort.months).where(LoggedEffort.log_id == log.id)
    return {row[0]: row[1] for row in db.session.execute(query.order_by(LoggedEffort.id))}


def spending_in(log: MonthlyLog) -> dict[Money, Decimal]:
    """The yuan of a log by head and source that stand in it without a voucher."""
    columns = (LoggedSpending.category, LoggedSpending.source, LoggedSpending.amount)
    query = select(*columns).where(LoggedSpending.log_id == log.id).order_by(LoggedSpending.id)
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def worked(project: Project, organisation_id: int) -> list[tuple[NodeRow, Decimal | None]]:
    """The nodes in which a firm works with its planned person-months, and those on which it logged work before (None)."""
    known = set(db.session.scalars(_logged_before(project, organisation_id)))
    found: list[tuple[NodeRow, Decimal | None]] = []
    for node in plans.tree(project, organisation_id):
        if node.efforts:
            found.append((node, node.efforts[0].months))
        elif node.id in known:
            found.append((node, None))
    return found


def places(project: Project, organisation_id: int) -> set[int]:
    """The numbers of the nodes that `worked` answers."""
    planned = select(Effort.node_id).join(Node, Node.id == Effort.node_id)
    planned = planned.where(Node.project_id == project.id, Effort.organisation_id == organisation_id)
    return {*db.session.scalars(planned), *db.session.scalars(_logged_before(project, organisation_id))}


def _logged_before(project: Project, organisation_id: int) -> Select[Any]:
    query = select(LoggedEffort.node_id).join(MonthlyLog, MonthlyLog.id == LoggedEffort.log_id)
    return query.where(MonthlyLog.project_id == project.id, MonthlyLog.organisation_id == organisation_id).distinct()


def worked_so_far(project: Project, organisation_id: int) -> dict[int, Decimal]:
    """The person-months that a firm logged in a project, by node."""
    return {node: total for (node, _), total in _months(_own(project, organisation_id)).items()}


def spent_so_far(project: Project, organisation_id: int) -> dict[Money, Decimal]:
    """The money that a firm logged in a project, by head and source, in yuan."""
    money = _money(_own(project, organisation_id))
    return {(head, source): total for (_, head, source), total in money.items()}


def _own(project: Project, organisation_id: int) -> list[Any]:
    return [MonthlyLog.project_id == project.id, MonthlyLog.organisation_id == organisation_id]


def planned_money(project: Project, organisation_id: int) -> dict[Money, Decimal]:
    """The planned money of a firm in a project, by head and source, in yuan."""
    query = select(Allocation.category, Allocation.source, func.sum(Allocation.amount))
    query = query.join(Node, Node.id == Allocation.node_id)
    query = query.where(Node.project_id == project.id, Allocation.organisation_id == organisation_id)
    return {
        (row[0], row[1]): row[2] for row in db.session.execute(query.group_by(Allocation.category, Allocation.source))
    }


def beyond(log: MonthlyLog) -> list[tuple[NodeRow, Decimal, Decimal]]:
    """The nodes of a log on which its firm has worked more than is planned: node, logged in all months, planned."""
    so_far = worked_so_far(log.project, log.organisation_id)
    here = efforts_in(log)
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
    """What the firms logged in a project, up to a month where one is named; three statements."""
    counts = [MonthlyLog.project_id == project.id] + ([MonthlyLog.month <= until] if until is not None else [])
    return Logged(_months(counts), _money(counts))


def _months(counts: list[Any]) -> dict[tuple[int, int], Decimal]:
    """The person-months of the logs that count, by node and firm."""
    whose = (LoggedEffort.node_id, MonthlyLog.organisation_id)
    work: Any = select(*whose, func.sum(LoggedEffort.months))
    work = work.join(MonthlyLog, MonthlyLog.id == LoggedEffort.log_id).where(*counts).group_by(*whose)
    return {(row[0], row[1]): row[2] for row in db.session.execute(work)}


def _money(counts: list[Any]) -> dict[tuple[int, CostCategory, MoneySource], Decimal]:
    """The yuan of the logs that count, by firm, head and source."""
    return spent(("firm", "category", "source"), *counts)


def spent(by: Sequence[str], *counts: Any) -> dict[tuple[Any, ...], Decimal]:
    """What was spent in the logs that count (conditions on them), typed sums and vouchers together, in yuan: the one place that adds them.

    `by` names what the sums are parted by, in the order of the keys: project, firm, category, source, month, year, log.
    """
    found: dict[tuple[Any, ...], Decimal] = {}
    models: tuple[Any, ...] = (LoggedSpending, Voucher)
    for model in models:
        columns = {
            "project": MonthlyLog.project_id, "firm": MonthlyLog.organisation_id, "category": model.category, "source": model.source,
            "month": MonthlyLog.month, "year": cast(func.extract("year", MonthlyLog.month), Integer), "log": MonthlyLog.id,
        }  # fmt: skip
        parts = [columns[name] for name in by]
        query: Any = select(*parts, func.sum(model.amount)).join(MonthlyLog, MonthlyLog.id == model.log_id)
        for row in db.session.execute(query.where(*counts).group_by(*parts)):
            if row[-1] is not None:
                found[tuple(row[:-1])] = found.get(tuple(row[:-1]), NONE) + row[-1]
    return found


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
    """The logs of a project that a person may see with their totals, by month; four statements."""
    seen = within(actor, select(MonthlyLog.id).where(MonthlyLog.project_id == project.id), MonthlyLog, Action.EVIDENCE)
    work = select(LoggedEffort.log_id, func.sum(LoggedEffort.months)).where(LoggedEffort.log_id.in_(seen))
    months = {row[0]: row[1] for row in db.session.execute(work.group_by(LoggedEffort.log_id))}
    amounts = {log: total for (log,), total in spent(("log",), MonthlyLog.id.in_(seen)).items()}
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


def people_needed(project: Project, *firms: int) -> dict[int, list[tuple[date, date, int]]]:
    """By organisation (of some, else of all) how many people the plan needs from which month to which day: of each node so many as its planned work asks for."""
    found: dict[int, list[tuple[date, date, int]]] = {}
    query = select(Effort.organisation_id, Effort.months, Node.starts_on, Node.ends_on)
    query = query.join(Node, Node.id == Effort.node_id).where(Node.project_id == project.id, Effort.months > 0)
    if firms:
        query = query.where(Effort.organisation_id.in_(firms))
    for firm, months, first, last in db.session.execute(query):
        count = int((months / len(span(first, last))).to_integral_value(ROUND_CEILING))
        found.setdefault(firm, []).append((first_of(first), last, count))
    return found


def people_in(needed: Iterable[tuple[date, date, int]], month: date) -> int:
    """How many of them in one month."""
    return sum(count for first, last, count in needed if first <= month <= last)


def logged_on(node: Node) -> tuple[int, Decimal]:
    """In how many logs a node stands, and with how many person-months in all."""
    query = select(func.count(), func.sum(LoggedEffort.months)).where(LoggedEffort.node_id == node.id)
    count, months = db.session.execute(query).one()
    return count, months or NONE


def logged_outside(project: Project, starts_on: date, ends_on: date) -> list[date]:
    """The months of a project that some firm logged and that lie outside of a period."""
    query = select(MonthlyLog.month).where(
        MonthlyLog.project_id == project.id, or_(MonthlyLog.month < first_of(starts_on), MonthlyLog.month > ends_on)
    )
    return list(db.session.scalars(query.distinct().order_by(MonthlyLog.month)))


# What waits


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """The latest months that the own organisation has not logged in running projects in which it works; two statements."""
    on = on or clock.today()
    resting = select(Consortium.id).where(Consortium.stage.in_(("suspended", "closed")))
    query = _parts().join(Project, Project.id == Node.project_id)
    query = query.where(Project.stage == "running", Effort.consortium_id.notin_(resting))
    parts = within(actor, query, Effort, Action.REPORT)
    rows = [tuple(row) for row in db.session.execute(parts.order_by(Node.project_id))]
    if not rows:
        return []
    projects = {row[0] for row in rows}
    kept = select(MonthlyLog.project_id, MonthlyLog.organisation_id, MonthlyLog.month)
    there = {tuple(row) for row in db.session.execute(kept.where(MonthlyLog.project_id.in_(projects)))}
    titles = {row.id: row for row in db.session.scalars(select(Project).where(Project.id.in_(projects)))}
    found = []
    for number, firm, first, last in rows:
        missing = [month for month in ended(first, last, on) if (number, firm, month) not in there][-MOST_WAITING:]
        found += [_to_log(titles[number], firm, month) for month in reversed(missing)]
    return found


def _to_log(project: Project, organisation_id: int, month: date) -> Waiting:
    return Waiting(
        _l("Log the month %(month)s", month=f"{month:%Y-%m}"), either(project.title_zh, project.title_en),
        href=f"/projects/{project.id}/log?month={month:%Y-%m}&firm={organisation_id}", icon="clipboard-list",
    )  # fmt: skip
