"""Keeping the log of a month: what a firm worked and spent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from consortium.activity.services import advance, record
from consortium.core import clock
from consortium.core.access import Action, Actor, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.typed import MOST_MONTHS
from consortium.core.types import MOST_MONEY
from consortium.core.words import _l
from consortium.logbook import queries
from consortium.logbook.models import LoggedEffort, LoggedSpending, MonthlyLog
from consortium.logbook.queries import NONE, Money
from consortium.logbook.workflow import LOG, at_work
from consortium.organisations.models import Organisation
from consortium.people.queries import seated
from consortium.plans.money_rules import profile_of
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.projects.testimony import tell
from consortium.projects.workflow import while_open

FEN = Decimal("0.01")


def keep(
    actor: Actor, project: Project, *, month: date, note: str, efforts: Mapping[Any, Decimal | None], spending: Mapping[Money, Decimal | None],
    organisation: Organisation | None = None, people: int | None = None, bare: bool = False,
) -> MonthlyLog:  # fmt: skip
    """Keep what the own firm worked (person-months by node) and spent (yuan by head and source) in a month; what is blank or zero goes.

    `organisation` says which firm where a person logs for several; `people` how many worked, where the plan needs fewer; `bare` opens a month to which only vouchers will come.
    """
    firm = organisation or _own(actor, project)
    require(actor, Action.REPORT, stake(project, firm.id))
    may_log(actor, project, firm)
    month = queries.first_of(month)
    _in_period(project, month)
    work, money = _work(project, firm, efforts), _money(spending)
    _full_time(project, firm, month, work, people or 0)
    log = queries.log_of(project, firm.id, month)
    if log is not None and log.state != "open":
        raise NotNow(_l("This month is confirmed. Open it again before you change it."))
    if not work and not money and not note.strip() and not bare and not (log is not None and log.vouchers):
        raise Refused(_l("Nothing is filled in yet. If nothing was done in this month, say so in the notes."))
    return _write(actor, project, firm, month, log, note.strip(), work, money, people or 0)


def confirm(actor: Actor, log: MonthlyLog) -> MonthlyLog:
    """Say that the figures of a month are final."""
    advance(actor, LOG, log, "confirm", months=worked(log), money=spent(log))
    return log


def reopen(actor: Actor, log: MonthlyLog, *, reason: str) -> MonthlyLog:
    """Open a confirmed month once more; the coordinators hear of it, and only who may see the log reads why."""
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the coordinator will read it."))
    # Under another name than "reason", which the timeline of the consortium shows to all: it may name money.
    step = LOG.move(actor, log, "reopen")
    record(actor, step.verb, log, why=reason.strip(), **{"from": "confirmed", "to": step.target})
    firm = queries.firm(log.organisation_id)
    sentence = _l(
        "%(project)s: %(firm)s has opened its log of %(month)s again.", project=log.project.title, firm=str(firm), month=log.title
    )  # fmt: skip
    tell(seated(log.consortium_id, Action.MANAGE), actor, sentence, log, f"/logs/{log.id}")
    return log


def move(actor: Actor, log: MonthlyLog, step: str, *, reason: str = "") -> MonthlyLog:
    """Take a log one step along its life."""
    return reopen(actor, log, reason=reason) if LOG.step(step).name == "reopen" else confirm(actor, log)


def worked(log: MonthlyLog) -> Decimal:
    """All person-months of a log."""
    return sum((row.months for row in log.efforts), NONE)


def spent(log: MonthlyLog) -> Decimal:
    """All money of a log with its vouchers, in yuan."""
    return queries.spent(("log",), MonthlyLog.id == log.id).get((log.id,), NONE)


def _typed(log: MonthlyLog) -> Decimal:
    """The money of a log that stands in it without a voucher."""
    return sum((row.amount for row in log.spending), NONE)


def effort_cell(node: Any) -> str:
    """The name of the field for the person-months in a node; sentences about it stand there."""
    return f"effort_{node.id}"


def money_cell(key: Money) -> str:
    """The name of the field for the money under a head and from a source."""
    return f"spent_{key[0].value}_{key[1].value}"


# What has to hold


def _own(actor: Actor, project: Project) -> Organisation:
    found = queries.reporting(actor, project)
    if len(found) == 1:
        return found[0]
    if found:
        raise NotNow(_l("You log for several organisations of this project. Choose one of them."))
    raise NotNow(_l("Your organisation takes no part in this project, so it has nothing to log."))


def may_log(actor: Actor, project: Project, firm: Organisation) -> None:
    """Refuse, with what stands in the way, to log for a firm in a project."""
    if sentence := while_open(at_work)(actor, project):
        raise NotNow(sentence)
    if all(row.id != firm.id for row in involved(project)):
        raise NotNow(_l("%(name)s does not take part in this project, so it has nothing to log.", name=str(firm)))


def _in_period(project: Project, month: date) -> None:
    if month > clock.today():
        raise Refused(_l("The month %(month)s lies in the future.", month=f"{month:%Y-%m}"))
    months = queries.months_of(project)
    if project.stage == "stopped" and months and month > months[-1]:
        raise Refused(_l("The project was stopped; the last month to log is %(month)s.", month=f"{months[-1]:%Y-%m}"))
    if project.stage == "completed" and months and month > months[-1]:
        raise Refused(_l("The project was completed; the last month to log is %(month)s.", month=f"{months[-1]:%Y-%m}"))
    if month not in months:
        sentence = _l(
            "The month %(month)s lies outside of the project, which lasts from %(first)s to %(last)s.", month=f"{month:%Y-%m}",
            first=project.starts_on.isoformat(), last=project.ends_on.isoformat(),
        )  # fmt: skip
        raise Refused(sentence)


def _work(project: Project, firm: Organisation, efforts: Mapping[Any, Decimal | None]) -> dict[int, Decimal]:
    """The person-months above zero by node; Refused with a sentence at each that is wrong."""
    possible = queries.places(project, firm.id)
    found, wrong = {}, {}
    for node, months in efforts.items():
        if not months:
            continue
        if node.id not in possible:
            wrong[effort_cell(node)] = _l("%(name)s does not work in “%(node)s”.", name=str(firm), node=node.title)
        elif not months.is_finite() or not 0 <= months <= MOST_MONTHS:
            wrong[effort_cell(node)] = _l("Person-months lie between 0 and %(most)s.", most=f"{MOST_MONTHS:,}")
        elif months != months.quantize(FEN):
            wrong[effort_cell(node)] = _l("Person-months have at most two decimals.")
        else:
            found[node.id] = months
    if wrong:
        raise Refused("", **wrong)
    return found


def _full_time(project: Project, firm: Organisation, month: date, work: Mapping[int, Decimal], people: int) -> None:
    """Nobody works more than full time: neither those whom the plan needs, nor those who worked, where the firm says that they were more."""
    total, planned = (
        sum(work.values(), NONE),
        queries.people_in(queries.people_needed(project, firm.id).get(firm.id, ()), month),
    )
    if not total or not (there := max(planned, people)):
        return
    most = there * profile_of(project).full_time.value
    if total > most:
        values = {"months": f"{total:,.2f}", "count": there, "most": f"{most:,.2f}"}
        cell = f"effort_{max(work, key=lambda number: work[number])}"
        more = _l("Full time of %(count)s people is %(most)s person-months. If more people worked in this month, say how many.", **values)  # fmt: skip
        raise Refused("", people=more, **{cell: _l("%(months)s person-months in this month are more than full time of %(count)s people, which is %(most)s.", **values)})  # fmt: skip


def _money(spending: Mapping[Money, Decimal | None]) -> dict[Money, Decimal]:
    """The amounts above zero by head and source; Refused with a sentence at each that is wrong."""
    found, wrong = {}, {}
    for key, amount in spending.items():
        if not amount:
            continue
        if not amount.is_finite() or amount < 0:
            wrong[money_cell(key)] = _l("The amount must not be negative.")
        elif amount > MOST_MONEY:
            wrong[money_cell(key)] = _l("The amount is too large; at most %(most)s fits.", most=f"{MOST_MONEY:,}")
        elif amount != amount.quantize(FEN):
            wrong[money_cell(key)] = _l("Money has at most two decimals (fen).")
        else:
            found[key] = amount
    if wrong:
        raise Refused("", **wrong)
    return found


# Writing


def _write(
    actor: Actor, project: Project, firm: Organisation, month: date, log: MonthlyLog | None, note: str, work: dict[int, Decimal], money: dict[Money, Decimal],
    people: int,
) -> MonthlyLog:  # fmt: skip
    whose = {"consortium_id": project.consortium_id, "organisation_id": firm.id}
    fresh = log is None
    if log is None:
        log = MonthlyLog(**whose, project_id=project.id, project=project, month=month, note=note, state="open")
        db.session.add(log)
    months, amount = [worked(log), sum(work.values(), NONE)], [_typed(log), sum(money.values(), NONE)]
    noted = (log.note, log.people or 0) != (note, people)
    log.note, log.people = note, people
    touched = _rows(log.efforts, {row.node_id: row for row in log.efforts}, work, "months",
                    lambda node: LoggedEffort(**whose, node_id=node, months=work[node]))  # fmt: skip
    touched += _rows(log.spending, {(row.category, row.source): row for row in log.spending}, money, "amount",
                     lambda key: LoggedSpending(**whose, category=key[0], source=key[1], amount=money[key]))  # fmt: skip
    if fresh or noted or touched:
        # Rows alone would not count as a change of the log, and two people would overwrite each other.
        flag_modified(log, "note")
        record(
            actor, "logged", log, *touched, project=project.reference, organisation=firm, months=months, money=amount, note_changed=noted or fresh,
        )  # fmt: skip
    return log


def _rows(shelf: list[Any], there: dict[Any, Any], wanted: Mapping[Any, Decimal], column: str, make: Any) -> list[Any]:
    """Make the rows say what is wanted; answers those that came, changed or go."""
    touched = []
    for key in [key for key in wanted if key not in there]:  # in their order, which a set would lose
        shelf.append(row := make(key))
        touched.append(row)
    for key, row in there.items():
        if key not in wanted:
            shelf.remove(row)
            touched.append(row)
        elif getattr(row, column) != wanted[key]:
            setattr(row, column, wanted[key])
            touched.append(row)
    return touched
