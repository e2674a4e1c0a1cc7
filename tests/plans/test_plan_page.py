"""What the page of a plan says beside its tree: rings, terms that cannot be reckoned, and the names of its counts."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from consortium.activity.services import record
from consortium.core.db import db
from consortium.plans.models import Link, Plan
from consortium.projects.models import Project
from tests.plans.test_gantt_pages import plant


@pytest.fixture
def planted(world: Any, inside: Callable[[], Any]) -> list[int]:
    with inside():
        return plant(world)


def page(sign_in: Any, world: Any, language: str = "en") -> str:
    answer = sign_in(world.ours.people.member, language).get(f"/projects/{world.ours.project.id}/plan")
    assert answer.status_code == 200
    return str(answer.text)


def tiles(text: str) -> dict[str, str]:
    """The figure of each tile by its name."""
    found = re.findall(r'kpi-top"><h2>(?:<a[^>]*>)?([^<]*).*?<strong class="num">(.*?)</strong>', text, re.DOTALL)
    return {name: re.sub(r"<[^>]*>", "", figure) for name, figure in found}


def test_a_ring_in_the_rows_is_named(sign_in: Any, world: Any, planted: list[int], inside: Callable[[], Any]) -> None:
    assert "in a ring" not in page(sign_in, world)
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        ends = {"before_id": planted[2], "after_id": planted[1]}
        row = Link(consortium_id=project.consortium_id, project_id=project.id, kind="fs", lag=0, **ends)
        db.session.add(row)
        record("test", "linked", row)
        db.session.commit()
    text = page(sign_in, world)
    assert "1.1 → 1.2 → 1.1: these nodes wait for each other in a ring." in text
    assert "are not computed until it is undone" in text and "working calendar of this plan" not in text
    assert tiles(text)["Planned too early"].startswith("–"), "no figure where nothing was reckoned, and no green"


def test_the_counts_have_names_of_counts(
    sign_in: Any, world: Any, planted: list[int], inside: Callable[[], Any]
) -> None:
    found = tiles(page(sign_in, world))
    assert (found["Sub-projects"], found["Tasks"], found["Planned too early"]) == ("1", "2", "1")
    assert "node begins before what it waits for allows" in page(sign_in, world)
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        row = Plan(consortium_id=project.consortium_id, project_id=project.id, calendar="CN", profile="european")
        db.session.add(row)
        record("test", "arranged the plan", row)
        db.session.commit()
    assert tiles(page(sign_in, world))["Work packages"] == "1"
