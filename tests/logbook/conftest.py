"""A small plan in which three firms work, and short ways to log on it."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.models import Project


@pytest.fixture
def planned(inside: Callable[[], Any], world: Any) -> dict[str, int]:
    """Three nodes: the member works in the first two with 3 and 0 person-months, the other firm in the second and third."""
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        member, other = (db.session.get_one(Organisation, firm.id) for firm in (world.ours.member, world.ours.other))
        found = {}
        for number, firms in (
            ("1", {member: "3.00"}),
            ("1.10", {member: "0.00", other: "5.00"}),
            ("2", {other: "1.00"}),
        ):
            node = plans.add_node(
                actor, project, number=number, parent=None, title_zh=f"节点{number}", title_en="", lead=member, starts_on=project.starts_on, ends_on=project.ends_on,
            )  # fmt: skip
            for firm, months in firms.items():
                plans.assign(actor, node, firm, months=Decimal(months))
            found[number] = node.id
        node = plans.queries.node(project, "1")
        assert node is not None
        plans.allocate(
            actor, node, member, category=CostCategory.LABOUR, source=MoneySource.CENTRAL, amount=Decimal("90000.00")
        )
        db.session.commit()
        return found


@pytest.fixture
def rows(inside: Callable[[], Any], world: Any, planned: dict[str, int]) -> Any:
    """The project, the firms, the people and the nodes as rows, rolled back at the end."""
    from consortium.plans.models import Node

    with inside():
        ours = world.ours
        yield SimpleNamespace(
            project=db.session.get_one(Project, ours.project.id),
            nodes={number: db.session.get_one(Node, key) for number, key in planned.items()},
            **{name: db.session.get_one(Organisation, getattr(ours, name).id) for name in ("lead", "member", "other")},
            people=SimpleNamespace(**{name: db.session.get_one(User, person.id) for name, person in vars(ours.people).items()}),
            stranger=db.session.get_one(User, world.theirs.people.member.id),
        )  # fmt: skip
        db.session.rollback()
