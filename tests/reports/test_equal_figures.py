"""Desk, portfolio, list, report, sheet and CSV say the same of a consortium that has a stopped project and a returned milestone."""

import csv
import datetime
import io
import re
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from consortium.activity.services import record
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.portfolio import queries as portfolio
from consortium.projects import standings
from consortium.projects.models import Milestone, Project
from consortium.reports import facts, services, sheets
from tests import factories


@pytest.fixture(autouse=True)
def _nothing_kept():
    portfolio.forget()
    yield
    portfolio.forget()


@pytest.fixture
def mixed(world, inside):
    """Our consortium with two late milestones that count, one of them returned, and a stopped project with two late ones that do not."""
    with inside():
        firm, table = (
            db.session.get_one(Organisation, world.ours.member.id),
            db.session.get_one(Consortium, world.ours.consortium.id),
        )
        returned = db.session.get_one(Milestone, world.ours.milestone.id)
        returned.state, returned.reported_on, returned.due_on = (
            "returned",
            datetime.date(2026, 11, 1),
            datetime.date(2026, 11, 2),
        )
        record("test", "returned", returned)
        stopped = factories.project(table, firm, "晨星终止项目", stage="stopped")
        for number in range(2):
            factories.milestone(stopped, firm, f"晨星终止里程碑{number}", datetime.date(2026, 10, 1 + number))
        factories.milestone(stopped, firm, "晨星终止前通过", datetime.date(2026, 5, 1), "accepted", 30)
        db.session.commit()
    return world.ours


def told(world, inside):
    """The facts of a report on this year, as of today."""
    with inside():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        report = services.open_report(
            actor, db.session.get_one(Consortium, world.ours.consortium.id), starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 12, 31)
        )  # fmt: skip
        said = facts.status_report(
            report, reference=report.reference, version="1", address="http://localhost", author=""
        )
        db.session.rollback()
        return said


def test_every_place_counts_the_same(world, mixed, sign_in, inside):
    number, coordinator, officer = mixed.consortium.id, sign_in(mixed.people.coordinator), sign_in(world.people.officer)
    said = told(world, inside)
    figures = {figure["id"]: figure["value"] for figure in said["figures"]}
    assert (figures["F4"], said["counts"]["late"], said["counts"]["returned"]) == ("2", 2, 0)
    assert figures["F1"] == "33.3"

    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.xlsx(said)))
    cells = {row[0]: row[2] for row in book.get_sheet_by_name("关键数字 Figures").to_python()[1:]}
    assert (Decimal(str(cells["F4"])), Decimal(str(cells["F1"]))) == (2, Decimal("33.3"))
    states = [row[6] for row in book.get_sheet_by_name("里程碑 Milestones").to_python()[1:]]
    assert sum("late" in state for state in states) == 2
    assert len(states) == 3

    listed = coordinator.get(f"/milestones?state=late&consortium={number}").text
    assert len(set(re.findall(r'href="/milestones/(\d+)"', listed))) == 2
    assert "终止" not in listed

    desk = coordinator.get("/").text
    row = desk[desk.index(f'href="/consortia/{number}"') :].split("</tr>")[0]
    assert 'aria-label="2 late milestones"' in row
    assert "33.3%" in row

    (line,) = csv.DictReader(io.StringIO(officer.get("/portfolio?as=csv").text.lstrip("\ufeff")))
    assert (line["Late"], line["Progress"], line["Projects"], line["Milestones"]) == ("2", "0.333", "1", "3")
    assert "2 rows" in officer.get("/portfolio/milestones?which=late").text
    assert "3 rows" in officer.get("/portfolio/milestones").text
    assert "1 row" in officer.get("/portfolio/projects").text


def test_the_light_is_the_same_in_pages_and_papers(world, mixed, inside):
    said = told(world, inside)
    with inside():
        verdict = standings.consortium_verdicts([mixed.consortium.id], clock.today())[mixed.consortium.id]
    assert said["light"]["colour"] == str(verdict.light)
    assert [reason["en"] for reason in said["light"]["reasons"]] == [reason.english for reason in verdict.reasons]


def test_returned_and_late_are_said_together_in_pages_and_papers(world, mixed, sign_in, inside):
    listed = sign_in(mixed.people.coordinator).get(f"/milestones?state=late&consortium={mixed.consortium.id}").text
    assert "Returned, late" in listed
    (shown,) = (row for row in told(world, inside)["milestones"] if row["id"] == mixed.milestone.id)
    assert (shown["state"]["en"], shown["days_late"]) == ("returned, late", 20)


def test_nothing_is_late_in_a_stopped_project(world, mixed, sign_in, inside):
    with inside():
        stopped = db.session.query(Project).filter_by(stage="stopped").one().id
    page = sign_in(mixed.people.coordinator).get(f"/projects/{stopped}").text
    assert "days late" not in page
    assert 'st st-bad">Late' not in page
