"""An approved plan of our table, beside the free one of the first project."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Milestone, Project
from tests.baselines import furniture

NAMES = ("coordinator", "member", "other_member", "expert", "auditor")


def loaded(table: Any, planned: Project | int) -> SimpleNamespace:
    """The rows of an approved plan and the people around it."""
    firms = [db.session.get_one(Organisation, getattr(table, name).id) for name in ("lead", "member", "other")]
    people = {name: db.session.get_one(User, getattr(table.people, name).id) for name in NAMES}
    project = planned if isinstance(planned, Project) else db.session.get_one(Project, planned)
    return SimpleNamespace(
        project=project,
        firms=firms,
        people=tuple(people.values()),
        **people,
        free=db.session.get_one(Project, table.project.id),
    )


def freeze(table: Any) -> Project:
    """A project of a table with a plan that is frozen."""
    there = loaded(table, table.project.id)
    return furniture.approved(table.canary, there.free, there.firms, there.people)


@pytest.fixture
def ours(inside: Callable[[], Any], world: Any) -> Iterator[SimpleNamespace]:
    """Rows at hand, rolled back at the end."""
    with inside():
        yield loaded(world.ours, freeze(world.ours))
        db.session.rollback()


@pytest.fixture
def kept(inside: Callable[[], Any], world: Any) -> int:
    """The number of the approved project, committed."""
    with inside():
        number = freeze(world.ours).id
        db.session.commit()
        return int(number)


@pytest.fixture
def milestones(kept: int, inside: Callable[[], Any]) -> list[int]:
    """The numbers of its milestones, soonest first."""
    with inside():
        return list(
            db.session.scalars(select(Milestone.id).where(Milestone.project_id == kept).order_by(Milestone.due_on))
        )
