"""A table with its rows, and short ways to plan at it."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import services
from consortium.plans.models import CostCategory, Effort, Link, LinkKind, MoneySource, Node
from consortium.projects.models import Project


class Desk:
    """The rows of one table, and what its coordinator plans."""

    def __init__(self, table: Any) -> None:
        self.project = db.session.get_one(Project, table.project.id)
        self.lead, self.member, self.other = (
            db.session.get_one(Organisation, getattr(table, name).id) for name in ("lead", "member", "other")
        )
        self.actor = db.session.get_one(User, table.people.coordinator.id)

    def add(self, number: str, parent: Node | None = None, **more: Any) -> Node:
        """A node over the whole term of what it lies in."""
        outer: Any = parent or self.project
        values = {
            "number": number, "parent": parent, "title_zh": f"节点{number}", "title_en": "", "lead": self.lead,
            "starts_on": outer.starts_on, "ends_on": outer.ends_on,
        }  # fmt: skip
        return services.add_node(self.actor, self.project, **{**values, **more})

    def amend(self, node: Node, **more: Any) -> Node:
        """The node as it is, but for what is named."""
        values = {
            "number": node.number, "parent": node.parent, "title_zh": node.title_zh, "title_en": node.title_en,
            "lead": db.session.get_one(Organisation, node.organisation_id), "starts_on": node.starts_on, "ends_on": node.ends_on,
            "objective": node.objective,
        }  # fmt: skip
        return services.amend_node(self.actor, node, **{**values, **more})

    def work(self, node: Node, firm: Organisation, months: str) -> Effort:
        """Person-months of a firm in a node, new or changed."""
        there = next((row for row in node.efforts if row.organisation_id == firm.id), None)
        if there is not None:
            return services.reassign(self.actor, there, months=Decimal(months))
        return services.assign(self.actor, node, firm, months=Decimal(months))

    def pay(self, node: Node, firm: Organisation, amount: str, category: CostCategory = CostCategory.LABOUR) -> Any:
        """Money of a firm in a node, new or changed."""
        key = (firm.id, category, MoneySource.OWN)
        there = next((row for row in node.allocations if (row.organisation_id, row.category, row.source) == key), None)
        if there is not None:
            return services.reallocate(self.actor, there, amount=Decimal(amount))
        return services.allocate(
            self.actor, node, firm, category=category, source=MoneySource.OWN, amount=Decimal(amount)
        )

    def tie(self, before: Node, after: Node, kind: LinkKind = LinkKind.FINISH_START, lag: int = 0) -> Link:
        """A link."""
        return services.link(self.actor, before, after, kind=kind, lag=lag)


@pytest.fixture
def desk(inside: Callable[[], Any], world: Any) -> Iterator[Desk]:
    """Our table with rows loaded, rolled back at the end."""
    with inside():
        yield Desk(world.ours)
        db.session.rollback()


@pytest.fixture
def plan(inside: Callable[[], Any], world: Any) -> dict[str, int]:
    """A small plan that is kept: the numbers of its rows."""
    with inside():
        found = Desk(world.ours)
        one = found.add("1", lead=found.lead)
        task = found.add("1.1", one, lead=found.member)
        two = found.add("2", lead=found.other)
        effort, money = found.work(task, found.member, "12.50"), found.pay(task, found.member, "1000.00")
        link = found.tie(task, two)
        db.session.commit()
        return {"one": one.id, "task": task.id, "two": two.id, "effort": effort.id, "money": money.id, "link": link.id}
