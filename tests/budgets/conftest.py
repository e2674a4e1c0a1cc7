"""A plan with money of two firms, and short ways to move it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from consortium.budgets import services
from consortium.core.db import db
from consortium.logbook import services as logbook
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource, Node, Profile
from consortium.projects.models import Project

H, S = CostCategory, MoneySource
OCTOBER = datetime.date(2026, 10, 1)


class Purse:
    """The project of our table with its firms and people."""

    def __init__(self, world: Any) -> None:
        ours = world.ours
        self.project = db.session.get_one(Project, ours.project.id)
        self.lead, self.member, self.other = (
            db.session.get_one(Organisation, getattr(ours, name).id) for name in ("lead", "member", "other")
        )
        self.people = SimpleNamespace(
            **{name: db.session.get_one(User, person.id) for name, person in vars(ours.people).items()}
        )
        self.actor = self.people.coordinator

    def node(self, number: str) -> Node:
        """A node of the plan, new if it is not there."""
        found = plans.queries.node(self.project, number)
        if found is None:
            found = plans.add_node(
                self.actor, self.project, number=number, parent=None, title_zh=f"节点{number}", title_en="", lead=self.lead,
                starts_on=self.project.starts_on, ends_on=self.project.ends_on,
            )  # fmt: skip
        return found

    def plan(self, amount: str, head: CostCategory = H.LABOUR, firm: Organisation | None = None, source: MoneySource = S.OWN, year: int = 0, node: str = "1") -> Any:  # fmt: skip
        """Planned money."""
        return plans.allocate(
            self.actor, self.node(node), firm or self.member, category=head, source=source, amount=Decimal(amount), year=year
        )  # fmt: skip

    def spend(self, amount: str, head: CostCategory = H.LABOUR, person: Any = None, month: datetime.date = OCTOBER, source: MoneySource = S.OWN) -> Any:  # fmt: skip
        """Money that a person's firm logs as spent in a month."""
        return logbook.keep(
            person or self.people.member, self.project, month=month, note="", efforts={}, spending={(head, source): Decimal(amount)},
        )  # fmt: skip

    def move(self, row: Any, amount: str, head: CostCategory = H.OPERATING, person: Any = None, **more: Any) -> Any:
        """A move of planned money, to another head of the same node unless it is said."""
        values = {"node": row.node, "category": head, "source": row.source, "year": row.year, "reason": "价格变化", **more}  # fmt: skip
        return services.move(person or self.people.member, row, amount=Decimal(amount), **values)

    def european(self) -> None:
        """Let the project have European heads."""
        plans.arrange(self.actor, self.project, profile=Profile.EUROPEAN, calendar="CN", money_profile="EU-2021")


@pytest.fixture
def purse(inside: Callable[[], Any], world: Any) -> Any:
    """Our table with rows loaded, rolled back at the end."""
    with inside():
        yield Purse(world)
        db.session.rollback()


@pytest.fixture
def frozen(purse: Purse) -> Purse:
    """The same with money of two firms in an approved plan."""
    from consortium.baselines import services as baselines
    from consortium.core import clock

    purse.plan("100000.00")
    purse.plan("50000.00", H.EQUIPMENT)
    purse.plan("20000.00", H.INDIRECT)
    purse.plan("77777.27", firm=purse.other)
    baselines.freeze(purse.actor, purse.project, name="任务书", as_of=clock.today())
    return purse
