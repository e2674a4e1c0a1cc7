"""A file that its writer took out with some rows hidden from him is a part: bringing it back removes nothing that he did not see."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from consortium.baselines.layout import rows_of
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.exchange import services
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.models import Project
from tests.exchange import plans

TERM = plans.TERM


@pytest.fixture
def costly(inside: Callable[[], Any], world: Any) -> int:
    """The number of a project in which two firms have money in one node."""
    with inside():
        consortium = db.session.get_one(Consortium, world.ours.consortium.id)
        firms = [db.session.get_one(Organisation, getattr(world.ours, name).id) for name in ("lead", "member", "other")]
        project = plans.empty_project(consortium, firms[0])
        for firm in firms[1:]:
            plans.factories.participant(project, firm, Decimal("0.00"))
        db.session.expire(project)
        actor = plans.operator(project)
        node = plans.plans.add_node(
            actor, project, number="1", parent=None, title_zh="课题", title_en="", lead=firms[0], objective="", **TERM
        )
        for firm in firms[1:]:
            plans.plans.allocate(
                actor, node, firm, category=CostCategory.EQUIPMENT, source=MoneySource.OWN, amount=Decimal("100.00")
            )
        db.session.commit()
        return project.id


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_what_a_member_did_not_see_stays(inside: Callable[[], Any], world: Any, costly: int, kind: str) -> None:
    with inside():
        project = db.session.get_one(Project, costly)
        member, coordinator = (
            db.session.get_one(User, person.id) for person in (world.ours.people.member, world.ours.people.coordinator)
        )
        taken = services.export(member, project, kind)
        for removes in (None, True):
            preview = services.look(coordinator, project, (f"plan.{kind}", taken), removes, tried=True)
            assert preview.troubles == [] and preview.lines == []
        assert preview.wanted["budget"] == rows_of(project)["budget"] and len(preview.wanted["budget"]) == 2
        assert [str(note) for note in preview.brought.notes] == [
            "The list “budget” is a part only: the rows that it lacks stay."
        ]


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_who_sees_all_of_it_takes_out_all_of_it(inside: Callable[[], Any], world: Any, costly: int, kind: str) -> None:
    with inside():
        project = db.session.get_one(Project, costly)
        coordinator = db.session.get_one(User, world.ours.people.coordinator.id)
        preview = services.look(coordinator, project, (f"plan.{kind}", services.export(coordinator, project, kind)))
        assert preview.removes and not preview.brought.part and preview.lines == []


def test_a_list_without_the_column_of_years_is_of_none(inside: Callable[[], Any], world: Any, costly: int) -> None:
    with inside():
        project = db.session.get_one(Project, costly)
        firm = db.session.get_one(Organisation, world.ours.member.id)
        text = f"node,organisation,category,source,amount\n1,{firm.code},equipment,own,150.00\n"
        row = plans.brought(project, "budget.csv", text.encode())
        assert row.state == "imported"
        found = {(one["organisation"], one["year"]): one["amount"] for one in rows_of(project)["budget"]}
        assert found[firm.code, 0] == "150.00" and len(found) == 2
        text = f"node,organisation,category,source,year,amount\n1,{firm.code},equipment,own,2027,1.50\n1,{firm.code},labour,own,1899,1.50\n"
        preview = services.look(plans.operator(project), project, ("budget.csv", text.encode()), None, tried=True)
        assert [one.place for one in preview.troubles] == ["budget!E3"] and "lies outside" in str(
            preview.troubles[0].sentence
        )
