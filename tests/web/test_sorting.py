"""Lists that are sorted by what many rows have in common."""

from typing import Any

import pytest

from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.projects.models import Project
from tests import factories


@pytest.fixture
def many(inside: Any, world: Any) -> None:
    """More milestones of one state and day than a page holds."""
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        firm = db.session.get_one(Organisation, world.ours.member.id)
        for number in range(60):
            factories.milestone(project, firm, f"目标{number:02}", project.ends_on)
        db.session.commit()


@pytest.mark.parametrize("column", ["state", "due_on"])
def test_equal_rows_keep_one_order_on_all_pages_and_both_ways(
    sign_in: Any, world: Any, many: None, column: str
) -> None:
    browser = sign_in(world.ours.people.coordinator)

    def rows(sort: str) -> list[str]:
        lines = browser.get(f"/milestones?sort={sort}&as=csv").text.splitlines()[1:]
        return [line for line in lines if "目标" in line]

    there, back = rows(column), rows(f"-{column}")
    assert len(set(there)) == 60 and there == back[::-1]
