"""Rows of our table with a plan, and short ways to enter vouchers and to claim."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from consortium.core.db import db
from consortium.core.uploads import Upload, examine
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project


def text(name: str = "发票.txt", content: str = "发票") -> Upload:
    """A small file."""
    return examine(name, io.BytesIO(content.encode()))


def loaded(table: Any) -> SimpleNamespace:
    """The rows of one table of the world."""
    people = {name: db.session.get_one(User, person.id) for name, person in vars(table.people).items()}
    firms = {name: db.session.get_one(Organisation, getattr(table, name).id) for name in ("lead", "member", "other")}
    return SimpleNamespace(
        project=db.session.get_one(Project, table.project.id),
        people=SimpleNamespace(**people),
        canary=table.canary,
        **firms,
    )


@pytest.fixture
def rows(inside: Callable[[], Any], world: Any) -> Any:
    """Our table, rolled back at the end."""
    with inside():
        yield loaded(world.ours)
        db.session.rollback()


OCTOBER = datetime.date(2026, 10, 1)
MONEY = Decimal("1000.00")
