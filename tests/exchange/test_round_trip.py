"""A plan taken out and brought in again is the same plan."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.activity.models import Event
from consortium.baselines.layout import LISTS, rows_of
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.exchange import services
from consortium.exchange.models import PlanImport
from consortium.organisations.models import Organisation
from consortium.projects.models import Project
from tests.exchange import plans

pytestmark = pytest.mark.slow


def months(project: Project) -> Decimal:
    return sum((Decimal(row["months"]) for row in rows_of(project)["effort"]), Decimal(0))


@pytest.fixture
def full(inside: Callable[[], Any], world: Any) -> int:
    """The number of a project with the plan of a consortium of 18."""
    with inside():
        consortium = db.session.get_one(Consortium, world.ours.consortium.id)
        firms = [db.session.get_one(Organisation, getattr(world.ours, name).id) for name in ("lead", "member", "other")]
        project = plans.empty_project(consortium, firms[0])
        firms += plans.members(consortium, 15)
        for firm in firms[1:]:
            plans.factories.participant(project, firm, Decimal("0.00"))
        db.session.expire(project)
        plans.consortium_plan(plans.operator(project), project, firms)
        db.session.commit()
        return project.id


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_a_whole_plan_comes_back_as_it_was(inside: Callable[[], Any], world: Any, full: int, kind: str) -> None:
    with inside():
        project = db.session.get_one(Project, full)
        rows = rows_of(project)
        assert [len(rows[name]) for name in ("nodes", "deliverables", "milestones")] == [7 + 58, 69, 6]
        assert months(project) == Decimal("823.00")
        content = services.export(plans.operator(project), project, kind)
        assert content == services.export(plans.operator(project), project, kind), "The same plan gives the same bytes."

        events = db.session.scalar(select(func.count(Event.id)))
        same = plans.brought(project, f"plan.{kind}", content)
        assert same.lines == [] and same.removes
        db.session.commit()
        assert db.session.scalar(select(func.count(Event.id))) == events
        assert db.session.scalar(select(func.count(PlanImport.id))) == 0

        consortium = db.session.get_one(Consortium, world.ours.consortium.id)
        other = plans.empty_project(consortium, db.session.get_one(Organisation, world.ours.lead.id))
        row = plans.brought(other, f"plan.{kind}", content)
        assert row.state == "imported" and row.counts["participants"] == [17, 0, 0]
        assert rows_of(other) == rows
        assert months(other) == Decimal("823.00")
        again = services.export(plans.operator(other), other, kind)
        assert _cells(again) == _cells(content)

        services.undo(plans.operator(other), row)
        db.session.commit()
        assert all(not some for some in rows_of(other).values()) and len(other.participants) == 1


def _cells(content: bytes) -> dict[str, Any]:
    from consortium.exchange import workbook

    return {grid.title: (grid.head, grid.rows) for grid in workbook.grids("plan", content)}


def test_the_effort_page_has_the_same_total(full: int, world: Any, sign_in: Callable[..., Any]) -> None:
    text = sign_in(world.ours.people.coordinator).get(f"/projects/{full}/effort").text
    assert "823.00" in text


def test_every_list_is_a_sheet_with_its_fields_first(inside: Callable[[], Any], full: int) -> None:
    with inside():
        project = db.session.get_one(Project, full)
        cells = _cells(services.export(plans.operator(project), project, "xlsx"))
    assert list(cells) == [one.name for one in LISTS]
    for one in LISTS:
        assert [name for name in cells[one.name][0] if not name.endswith("_name")] == [
            field.name for field in one.fields
        ]
