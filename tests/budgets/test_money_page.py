"""The money of a project on its page and in its files: every sum, the cost index, and nothing of another firm."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from consortium import config
from consortium.budgets import queries
from consortium.budgets.contradictions import contradictions
from consortium.consortia.models import Membership
from consortium.core import clock
from consortium.core.db import db
from consortium.logbook.models import LoggedSpending, MonthlyLog
from consortium.plans import money_rules
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.models import Milestone
from tests.budgets.conftest import Purse

pytestmark = pytest.mark.slow

H, S = CostCategory, MoneySource
TABLES = ("member", "category", "source", "year", "crossing", "")


@pytest.fixture
def told(inside: Any, world: Any) -> int:
    """Planned and spent money of two firms, committed; the number of the project."""
    with inside():
        purse = Purse(world)
        purse.plan("1000.10", H.LABOUR, year=2026)
        purse.plan("2000.20", H.EQUIPMENT, source=S.CENTRAL, year=2027)
        purse.plan("71111.27", H.LABOUR, purse.other, year=2026)
        purse.spend("400.05")
        purse.spend("31313.27", person=purse.people.other_member)
        db.session.commit()
        return int(purse.project.id)


def file(browser: Any, project: int, table: str) -> list[dict[str, str]]:
    text = browser.get(f"/projects/{project}/money?as=csv&table={table}").text
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_the_four_tables_come_to_the_same(told: int, world: Any, sign_in: Any) -> None:
    browser = sign_in(world.ours.people.coordinator)
    page = browser.get(f"/projects/{told}/money")
    assert page.status_code == 200
    for table in TABLES[:4]:
        rows = file(browser, told, table)
        assert rows[-1]["Planned (yuan)"] == "74111.57" and rows[-1]["Spent (yuan)"] == "31713.32", table
        assert sum(Decimal(row["Planned (yuan)"]) for row in rows[:-1]) == Decimal("74111.57")
    assert "74,111.57" in page.text and "31,713.32" in page.text and "1,600.15" not in page.text
    assert [row["Year"] for row in file(browser, told, "year")] == ["2026", "2027", "Together"]
    assert {row["Head"] for row in file(browser, told, "category")} == {"D1 Equipment", "D3 Labour", "Together"}
    places = file(browser, told, "")
    assert sum(Decimal(row["Planned (yuan)"]) for row in places) == Decimal("74111.57")
    crossed = file(browser, told, "crossing")
    assert crossed[-1]["D3 Labour, planned"] == "72111.37" and crossed[-1]["D3 Labour, spent"] == "31713.32"
    assert browser.get(f"/projects/{told}/money?as=xlsx&table=member").data[:2] == b"PK"


def test_a_member_sees_its_own_money_alone(told: int, world: Any, sign_in: Any) -> None:
    """Neither figures of another firm nor a sum from which they could be told: own figures are all that adds up."""
    member = sign_in(world.ours.people.member)
    bodies = [member.get(f"/projects/{told}{place}").text for place in ("/money", "", "/moves")]
    bodies += [member.get(f"/projects/{told}/money?as=csv&table={table}").text for table in TABLES]
    for body in bodies:
        plain = body.replace(",", "")
        for secret in ("71111.27", "31313.27", "74111.57", "31713.32", "72111.37", "7.41", "3.17"):
            assert secret not in plain, secret
    assert "3,000.30" in bodies[0] and "400.05" in bodies[0] and "money of your own organisation" in bodies[0]
    assert [row["Organisation"] for row in file(member, told, "member")][-1] == "Together"
    assert len(file(member, told, "member")) == 2
    auditor = sign_in(world.ours.people.auditor).get(f"/projects/{told}/money").text
    assert "71,111.27" in auditor and "Cost index" in auditor and "Cost index" not in bodies[0]


def test_the_cost_index(purse: Purse) -> None:
    assert queries.cost_index(purse.project, clock.today()) is None
    purse.spend("400.00")
    milestones = list(db.session.scalars(select(Milestone).where(Milestone.project_id == purse.project.id)))
    weight = sum(row.weight for row in milestones)
    done = sum(row.weight for row in milestones if row.state == "accepted")
    found = queries.cost_index(purse.project, clock.today())
    assert found is not None and found.actual == 400
    assert found.earned == (Decimal(done) / weight * purse.project.budget).quantize(Decimal("0.01"))
    assert found.value == found.earned / 400
    assert queries.cost_index(purse.project, datetime.date(2026, 9, 30)) is None


def test_sums_by_period_for_reports(purse: Purse) -> None:
    purse.spend("1.01", month=datetime.date(2026, 8, 1))
    purse.spend("2.02", month=datetime.date(2026, 9, 1))
    purse.spend("4.04")
    key = (purse.project.id, purse.member.id, H.LABOUR, S.OWN, 2026)
    found = queries.spent((purse.project.id,), datetime.date(2026, 9, 1), datetime.date(2026, 9, 30))
    assert found == {key: (Decimal("3.03"), Decimal("2.02"))}
    purse.plan("5.00")
    assert queries.planned((purse.project.id,)) == {(*key[:4], 0): Decimal("5.00")}


# What does not fit together


def kinds(purse: Purse, person: Any = None) -> set[str]:
    return {one.kind for one in contradictions(person or purse.actor, purse.project)}


def test_every_place_that_does_not_close_is_told(purse: Purse) -> None:
    base = kinds(purse)
    purse.plan("1000.00", year=2026)
    assert kinds(purse) - base >= {"total"} and "year" not in kinds(purse)
    purse.plan("10.00", H.OPERATING)
    assert "year" in kinds(purse) and "cap" not in kinds(purse)
    purse.plan("303.01", H.INDIRECT)
    said = {one.kind: str(one.sentence) for one in contradictions(purse.actor, purse.project)}
    assert "pass their cap by 0.01 yuan" in said["cap"]
    assert "slow" in said or purse.project.stage != "running"
    purse.spend("10.01", H.OPERATING)
    said = {one.kind: str(one.sentence) for one in contradictions(purse.actor, purse.project)}
    assert "10.01 yuan were spent under “D2 Operating costs”, where 10.00 are planned" in said["beyond plan"]
    assert "exit" not in said and "term" not in said
    membership = db.session.scalars(select(Membership).where(Membership.organisation_id == purse.member.id)).one()
    membership.left_on = datetime.date(2026, 9, 15)
    assert "exit" in kinds(purse)
    purse.project.starts_on = datetime.date(2026, 11, 1)
    assert "term" in kinds(purse)


def test_days_in_the_month_of_leaving_or_of_the_end_are_told_by_their_vouchers(purse: Purse) -> None:
    from tests.logbook.furniture import a_voucher

    a_voucher(purse.people.member, purse.spend("1.00"), "V1", "70.00")
    membership = db.session.scalars(select(Membership).where(Membership.organisation_id == purse.member.id)).one()

    def said(kind: str) -> list[str]:
        found = contradictions(purse.actor, purse.project)
        return [str(one.sentence) for one in found if one.kind == kind]

    membership.left_on = datetime.date(2026, 10, 12)
    assert not said("exit") and not said("term")
    membership.left_on = datetime.date(2026, 10, 11)
    assert "70.00 yuan were spent after it had left" in said("exit")[0]
    membership.left_on = datetime.date(2026, 9, 30)
    assert "71.00 yuan were spent after it had left" in said("exit")[0]
    membership.left_on = None
    purse.project.ends_on = datetime.date(2026, 10, 11)
    assert "70.00 yuan were spent outside of the project's term" in said("term")[0]
    purse.project.ends_on = datetime.date(2026, 9, 30)
    assert "71.00 yuan were spent outside of the project's term" in said("term")[0]
    purse.project.starts_on = purse.project.ends_on = datetime.date(2026, 10, 13)
    assert "70.00 yuan were spent outside of the project's term" in said("term")[0]


def test_money_in_a_year_outside_of_the_project_is_told(purse: Purse) -> None:
    purse.plan("10.00", year=2026)
    assert "year outside" not in kinds(purse)
    purse.project.starts_on, purse.project.ends_on = datetime.date(2027, 1, 1), datetime.date(2027, 12, 31)
    assert "year outside" in kinds(purse)


def test_a_profile_that_cannot_be_used_is_told_and_the_one_that_came_with_the_platform_counts(purse: Purse) -> None:
    own = config.current().folder / "money"
    own.mkdir(exist_ok=True)
    shipped = money_rules.profile("CN-2021")
    try:
        (own / "CN-2021.json").write_text("{", "utf-8")
        assert money_rules.profile_of(purse.project).indirect == shipped.indirect
        said = [str(one.sentence) for one in contradictions(purse.actor, purse.project) if one.kind == "profile"]
        assert len(said) == 1 and "CN-2021.json" in said[0] and shipped.name in said[0]
    finally:
        (own / "CN-2021.json").unlink()
    assert "profile" not in kinds(purse)


def test_a_member_is_told_of_its_own_alone(purse: Purse) -> None:
    purse.plan("1000.00")
    purse.spend("1.00", H.EQUIPMENT, person=purse.people.other_member)
    member = contradictions(purse.people.member, purse.project)
    assert {one.kind for one in member} <= {"slow", "share"}
    assert "beyond plan" in kinds(purse, purse.people.other_member) and "total" not in kinds(purse, purse.people.other_member)  # fmt: skip
    assert "beyond plan" in kinds(purse, purse.people.auditor)


def test_the_card_stands_on_the_project_and_on_the_money_page(inside: Any, world: Any, sign_in: Any) -> None:
    with inside():
        purse = Purse(world)
        purse.plan("1000.00")
        purse.spend("5.55", H.EQUIPMENT)
        db.session.commit()
        project = purse.project.id
    for place in ("", "/money", "/moves"):
        text = sign_in(world.ours.people.coordinator).get(f"/projects/{project}{place}").text
        assert "5.55 yuan were spent under" in text, place
        assert "5.55" not in sign_in(world.ours.people.other_member).get(f"/projects/{project}{place}").text


def test_full_time_is_what_the_planned_people_can_work(purse: Purse) -> None:
    from consortium.logbook import services as logbook
    from consortium.plans import services as plans

    node = purse.node("1")
    plans.assign(purse.actor, node, purse.member, months=Decimal("3.00"))
    month = datetime.date(2026, 10, 1)
    values: dict[str, Any] = {"month": month, "note": "", "spending": {}}
    logbook.keep(purse.people.member, purse.project, efforts={node: Decimal("1.00")}, **values)
    assert "effort" not in kinds(purse)
    logbook.keep(purse.people.member, purse.project, efforts={node: Decimal("1.01")}, people=2, **values)
    assert "effort" in kinds(purse)


def test_rows_of_logs_are_all_that_is_spent(purse: Purse) -> None:
    purse.spend("7.07")
    log = db.session.scalars(select(MonthlyLog)).one()
    assert db.session.scalars(select(LoggedSpending.amount)).one() == Decimal("7.07") and log.organisation_id == purse.member.id  # fmt: skip
    assert queries.Cube(purse.project, frozenset({purse.member.id})).total.spent == Decimal("7.07")
    assert queries.Cube(purse.project, frozenset({purse.other.id})).total.spent == 0
