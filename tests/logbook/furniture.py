"""Rows of monthly logs for the walks through all pages; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from math import ceil
from typing import Any

from consortium.core.db import db
from consortium.core.uploads import examine
from consortium.discussions import services as talk
from consortium.logbook import queries, services, vouchers
from consortium.logbook.models import MonthlyLog, Voucher
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.models import Project

MONEY = (CostCategory.LABOUR, MoneySource.OWN)
MONTH = datetime.date(2026, 10, 1)


def a_log(actor: User, project: Project, firm: Organisation, month: datetime.date = MONTH, note: str = "进展", months: str = "1.50", money: str = "2500.00") -> MonthlyLog:  # fmt: skip
    """A month of a firm with work in the first node that it has, and some labour."""
    nodes = [node for node, _ in queries.worked(project, firm.id)]
    return services.keep(
        actor, project, organisation=firm, month=month, note=note, efforts=dict.fromkeys(nodes[:1], Decimal(months)), people=ceil(Decimal(months)), spending={MONEY: Decimal(money)},
    )  # fmt: skip


def a_voucher(
    actor: User, log: MonthlyLog, number: str, amount: str = "1000.00", payee: str = "供应商", **more: Any
) -> Voucher:
    """A voucher of the 12th of a month, paid from own funds for labour, with a file of its own content."""
    values: dict[str, Any] = {
        "voucher_on": log.month.replace(day=12),
        "category": MONEY[0],
        "source": MONEY[1],
        "note": "说明",
    }
    file = examine(f"{number}.txt", io.BytesIO(f"发票{log.consortium_id}-{log.organisation_id}-{number}".encode()))
    return vouchers.enter(
        actor, log, number=number, payee=payee, amount=Decimal(amount), **{"files": [file], **values, **more}
    )


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """An open and a confirmed month of each firm, with vouchers."""
    for firm, person in zip(firms, people[:3], strict=True):
        september = a_log(person, project, firm, datetime.date(2026, 9, 1), f"{canary}九月")
        a_voucher(person, september, f"{canary}F9-{firm.id}", payee=f"{canary}商贸", note=f"{canary}耗材")
        services.confirm(person, september)
        october = a_log(person, project, firm, note=f"{canary}十月")
        a_voucher(person, october, f"{canary}F10-{firm.id}", payee=f"{canary}商贸", note=f"{canary}耗材")
        talk.say(person, october, words=f"{canary}月志议论")


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """That many more months of the firm, and of the one that the coordinator logs for."""
    for number in range(times):
        month = datetime.date(2026, 1 + number, 1)
        for person, owner in ((people[1], firm), (people[0], db.session.get_one(Organisation, project.lead_id))):
            if (log := queries.log_of(project, owner.id, month)) is not None and log.state == "confirmed":
                services.reopen(person, log, reason="补录")
            a_voucher(person, a_log(person, project, owner, month), f"M{number}-{owner.id}")
