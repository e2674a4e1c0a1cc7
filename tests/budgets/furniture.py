"""Moves of planned money for the walks through all pages; see `tests/furniture.py`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from consortium.budgets import services
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.models import Allocation, CostCategory, MoneySource, Node
from consortium.projects.models import Project
from consortium.projects.replanning import at_once


def money_in(actor: Any, node: Node, firm: Organisation, amount: str, **more: Any) -> Allocation:
    """Planned money of a firm in a node, new or changed; labour from own funds unless it is said."""
    values: dict[str, Any] = {"category": CostCategory.LABOUR, "source": MoneySource.OWN, "year": 0, **more}
    key = (firm.id, values["category"], values["source"], values["year"])
    with at_once():
        for row in node.allocations:
            if (row.organisation_id, row.category, row.source, row.year) == key:
                return plans.reallocate(actor, row, amount=Decimal(amount))
        return plans.allocate(actor, node, firm, amount=Decimal(amount), **values)


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """A move of each firm within the limits."""
    node = db.session.scalars(select(Node).where(Node.project_id == project.id).order_by(Node.id)).first()
    assert node is not None
    for firm, person in zip(firms, people[:3], strict=True):
        row = money_in(people[0], node, firm, "1000.00")
        services.move(
            person, row, node=node, category=CostCategory.OPERATING, source=MoneySource.OWN, year=0, amount=Decimal("200.00"), reason=f"{canary}调剂"
        )  # fmt: skip


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """Many moves."""
    node = db.session.scalars(select(Node).where(Node.project_id == project.id).order_by(Node.id)).first()
    assert node is not None
    for number in range(times):
        row = money_in(people[0], node, firm, "1000.00")
        services.move(
            people[0], row, node=node, category=CostCategory.OPERATING, source=MoneySource.OWN, year=0, amount=Decimal(1 + number), reason="调剂"
        )  # fmt: skip
