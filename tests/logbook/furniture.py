"""Rows of monthly logs for the walks through all pages; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
from decimal import Decimal

from consortium.core.db import db
from consortium.discussions import services as talk
from consortium.logbook import queries, services
from consortium.logbook.models import MonthlyLog
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
        actor, project, organisation=firm, month=month, note=note, efforts=dict.fromkeys(nodes[:1], Decimal(months)), spending={MONEY: Decimal(money)},
    )  # fmt: skip


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """An open and a confirmed month of each firm."""
    for firm, person in zip(firms, people[:3], strict=True):
        services.confirm(person, a_log(person, project, firm, datetime.date(2026, 9, 1), f"{canary}九月"))
        talk.say(person, a_log(person, project, firm, note=f"{canary}十月"), words=f"{canary}月志议论")


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """That many more months of the firm, and of the one that the coordinator logs for."""
    for number in range(times):
        month = datetime.date(2026, 1 + number, 1)
        a_log(people[1], project, firm, month)
        a_log(people[0], project, db.session.get_one(Organisation, project.lead_id), month)
