"""Rows of the plan for the walks through all pages."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import queries, services
from consortium.plans.models import CostCategory, LinkKind, MoneySource, Profile
from consortium.projects.models import Project


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """A small tree: a package of each firm with a task of its own, work and money in each, and a link between neighbours."""
    actor = people[0]
    services.arrange(actor, project, profile=Profile.CHINESE, calendar="CN")
    before = None
    for place, firm in enumerate(firms, start=1):
        term = {
            "lead": firm,
            "starts_on": datetime.date(2026, 3 * place, 1),
            "ends_on": datetime.date(2026, 3 * place + 2, 20),
        }
        package = services.add_node(
            actor, project, number=str(place), parent=None, title_zh=f"{canary}课题{place}", title_en=f"{canary} sub-project", objective=f"{canary}目标", **term,
        )  # fmt: skip
        task = services.add_node(
            actor, project, number=f"{place}.1", parent=package, title_zh=f"{canary}任务{place}", title_en=f"{canary} task", **term
        )  # fmt: skip
        services.assign(actor, task, firm, months=Decimal("12.50"))
        services.allocate(
            actor, task, firm, category=CostCategory.LABOUR, source=MoneySource.OWN, amount=Decimal("1000.00")
        )
        if before is not None:
            services.link(actor, before, task, kind=LinkKind.FINISH_START, lag=0)
        before = task


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """That many more packages with a task, work, money and links."""
    first = queries.node(project, "1.1")
    assert first is not None
    for place in range(100, 100 + times):
        days: dict[str, Any] = {"lead": firm, "starts_on": project.starts_on, "ends_on": project.ends_on}
        package = services.add_node(
            people[0], project, number=str(place), parent=None, title_zh="课题", title_en="", **days
        )
        task = services.add_node(
            people[0], project, number=f"{place}.1", parent=package, title_zh="任务", title_en="", **days
        )
        services.add_node(people[0], project, number=f"1.{place}", parent=first.parent, title_zh="任务", title_en="",
                          lead=firm, starts_on=first.starts_on, ends_on=first.ends_on)  # fmt: skip
        services.assign(people[0], task, firm, months=Decimal("1.00"))
        services.allocate(
            people[0], task, firm, category=CostCategory.OPERATING, source=MoneySource.CENTRAL, amount=Decimal("1.00")
        )
        services.link(people[0], first, task, kind=LinkKind.START_START, lag=0)
