"""Rows of our table, loaded for the tests of services, and rolled back at the end."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from consortium.consortia.models import Consortium
from consortium.core import uploads
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans.models import Node
from consortium.projects.models import Milestone, Project


class Loaded:
    """The rows of one table of the world."""

    def __init__(self, table: Any) -> None:
        self.consortium = db.session.get_one(Consortium, table.consortium.id)
        self.project = db.session.get_one(Project, table.project.id)
        self.milestone = db.session.get_one(Milestone, table.milestone.id)
        self.lead, self.member, self.other = (
            db.session.get_one(Organisation, getattr(table, name).id) for name in ("lead", "member", "other")
        )
        for name, person in vars(table.people).items():
            setattr(self, "member_" if name == "member" else name, db.session.get_one(User, person.id))


@pytest.fixture
def ours(inside: Callable[[], Any], world: Any) -> Any:
    with inside():
        yield Loaded(world.ours)
        db.session.rollback()


def text(name: str = "evidence.txt", content: str = "测试报告") -> uploads.Upload:
    """A small file."""
    return uploads.examine(name, io.BytesIO(content.encode()))


def a_node(project: Project, firm: Organisation, number: str = "1") -> Node:
    """A node of a plan, as a row."""
    from consortium.activity.services import record

    row = Node(
        consortium_id=project.consortium_id, organisation_id=firm.id, project=project, number=number, title_zh=f"课题{number}", title_en="",
        objective="", starts_on=project.starts_on, ends_on=project.ends_on,
    )  # fmt: skip
    db.session.add(row)
    record("test", "planned", row)
    return row
