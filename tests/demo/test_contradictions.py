"""What does not fit together in the demonstration: one of each kind that the pages point out, told to a coordinator, and to a firm nothing of another's money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from consortium.budgets.contradictions import KINDS, contradictions
from consortium.budgets.queries import cost_index
from consortium.consortia.models import Membership
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.projects.models import Project
from tests.demo.conftest import NOON

pytestmark = pytest.mark.slow

#: What only a slip of the platform or a broken file of an operator brings about; `tests/budgets/test_kinds.py` has them.
NEVER = {"profile", "triangle"}
#: What members of the project of the kilns must not read of each other.
LEAVING = ("61,500.00", "9,420.50", "38,400.00", "57,000.00", "27,170.50")
CLAIMED = ("360,815.65", "319,550.50")


def coordinator_of(rows: Any, project: Project) -> User:
    query = select(User).join(Seat, Seat.user_id == User.id)
    found: User = rows.scalars(
        query.where(Seat.consortium_id == project.consortium_id, Seat.role == Role.COORDINATOR)
    ).one()
    return found


def told(rows: Any) -> dict[str, dict[str, list[str]]]:
    """By kind and title of the project the sentences that its coordinator is told."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for project in rows.scalars(select(Project).order_by(Project.id)):
        for one in contradictions(coordinator_of(rows, project), project):
            found[one.kind][project.title_en].append(str(one.sentence))
    return found


def test_each_kind_is_told_to_a_coordinator(rows: Any) -> None:
    found = told(rows)
    assert set(found) == set(KINDS) - NEVER
    [[left]] = found["exit"].values()
    assert "Fenglan" in left and "9,420.50 yuan were spent after it had left" in left
    [[early]] = found["term"].values()
    assert "12,860.00 yuan were spent outside of the project's term, last in 2026-05" in early
    [[late]] = found["year outside"].values()
    assert "120,000.00 yuan are planned in 2030, but the project lasts from 2027 to 2029" in late
    [[booked]] = found["accepted"].values()
    assert "360,815.65 yuan of its claims are accepted, but only 319,550.50 are logged" in booked
    [[paid]] = found["paid"].values()
    assert "61,500.00 yuan were paid out to it, but only 0.00 are planned" in paid


def test_the_weightiest_come_about_in_projects_at_the_side(rows: Any) -> None:
    """The first two projects, which are shown first, have nothing that is bad."""
    projects = list(rows.scalars(select(Project).order_by(Project.id).limit(2)))
    for project in projects:
        found = contradictions(coordinator_of(rows, project), project)
        assert found and {one.tone for one in found} == {"warn"}, project.title


def test_who_left_is_no_member_and_in_no_plan_any_more(rows: Any) -> None:
    firm = rows.scalars(select(Organisation).where(Organisation.short == "枫岚燃烧")).one()
    [membership] = rows.scalars(select(Membership).where(Membership.organisation_id == firm.id))
    assert membership.left_on == date(2026, 8, 14)
    assert not rows.scalars(select(Seat).where(Seat.organisation_id == firm.id)).all()
    project = rows.scalars(select(Project).where(Project.title_en.contains("kilns"))).one()
    assert firm.id not in {part.organisation_id for part in project.participants}
    index = cost_index(project, clock.today())
    assert index is not None and Decimal("0.5") < index.value < 2


@pytest.fixture
def visit(demo: Flask) -> Iterator[Any]:
    """A browser of somebody of the demonstration, in English."""

    def browser(key: str) -> Any:
        with demo.app_context(), everything("a test signs somebody in"):
            name = db.session.scalar(select(User.fs_uniquifier).where(User.email == f"{key}@demo.example"))
        made = demo.test_client()
        with made.session_transaction() as session:
            session.update(_user_id=name, _fresh=True, locale="en")
        return made

    with clock.at(NOON):
        yield browser


def numbered(demo: Flask, words: str) -> int:
    with demo.app_context(), everything("a test looks for a project"):
        return int(db.session.scalars(select(Project.id).where(Project.title_en.contains(words))).one())


def test_the_pages_point_them_out_and_tell_no_firm_of_another(demo: Flask, visit: Any) -> None:
    kilns, blades = numbered(demo, "kilns"), numbered(demo, "blades")
    everybody, user, institute = visit("coordinator2"), visit("huo.qiming"), visit("peng.wangshu")
    for place in ("", "/money"):
        shown = everybody.get(f"/projects/{kilns}{place}").text
        assert all(amount in shown for amount in (*LEAVING, *CLAIMED, "12,860.00")), place
        own = institute.get(f"/projects/{kilns}{place}").text
        assert all(amount in own for amount in CLAIMED) and not any(amount in own for amount in LEAVING)
        other = user.get(f"/projects/{kilns}{place}").text
        assert not any(amount in other for amount in (*LEAVING, *CLAIMED, "12,860.00")), place
    assert "are planned in 2030, but the project lasts" in visit("coordinator3").get(f"/projects/{blades}/money").text
    assert visit("cen.wangye").get(f"/projects/{kilns}/money").status_code in (403, 404)


def test_the_pages_of_results_point_out_each_kind_of_theirs(demo: Flask, visit: Any) -> None:
    shown = visit("coordinator2").get(f"/projects/{numbered(demo, 'auditing')}/results").text
    for words in ("keeps out of the project", "but owns no share of the result", "are others than the owners"):
        assert words in shown, words
    assert "uses background outside of the list" in visit("coordinator").get(f"/projects/{numbered(demo, '8-inch')}/results").text  # fmt: skip
