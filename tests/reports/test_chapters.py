"""Chapters say the same on page, paper, workbook and CSV, and no sum in them tells what one firm has."""

from __future__ import annotations

import csv
import datetime
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from consortium.core.db import db
from consortium.documents.pdf import Renderer
from consortium.documents.typesetting import figure, money, percent
from consortium.plans import queries as plans_queries
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from consortium.reports import facts, queries, services, sheets
from tests.documents import samples
from tests.logbook.furniture import a_log
from tests.outputs.conftest import Loaded

QUARTER = {"starts_on": datetime.date(2026, 7, 1), "ends_on": datetime.date(2026, 9, 30)}
FIRMS = ("lead", "member", "other")
PEOPLE = ("coordinator", "member_", "other_member")


@pytest.fixture
def ours(inside: Any, world: Any) -> Any:
    """Our table with a node in which three firms work."""
    with inside():
        found = Loaded(world.ours)
        project = found.project
        node = plans.add_node(
            found.coordinator, project, number="1", parent=None, title_zh="共同任务", title_en="", lead=found.lead,
            starts_on=project.starts_on, ends_on=project.ends_on,
        )  # fmt: skip
        for name in FIRMS:
            plans.assign(found.coordinator, node, getattr(found, name), months=Decimal("26.50"))
        yield found
        db.session.rollback()


def log(ours: Any, month: int, *months: str) -> None:
    """A month of the first firms, with so many person-months."""
    for firm, person, amount in zip(FIRMS, PEOPLE, months, strict=False):
        if amount:
            a_log(
                getattr(ours, person), ours.project, getattr(ours, firm), datetime.date(2026, month, 1), months=amount
            )


def said(ours: Any) -> dict[str, Any]:
    """The facts of a report on the third quarter."""
    there = queries.covering(ours.consortium, **QUARTER)
    report = there or services.open_report(ours.coordinator, ours.consortium, **QUARTER)
    return facts.status_report(report, reference=report.reference, version="1", address="http://localhost", author="")


def chapter(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["chapters"] if one["id"] == name)


def test_person_months_are_summed_to_the_end_of_the_period(ours: Any) -> None:
    log(ours, 6, "1.00", "1.50", "2.00")
    log(ours, 8, "0.50", "0.25", "26.50")
    log(ours, 10, "9.00", "9.00", "9.00")
    (table,) = chapter(said(ours), "effort")["tables"]
    assert table["rows"][0][2:] == ["79.50", "31.75", "31.75", "0.399"]
    assert table["total"][2:] == ["79.50", "31.75", "31.75", "0.399"]


def test_two_firms_are_not_summed(ours: Any) -> None:
    log(ours, 8, "0.50", "26.50")
    found = chapter(said(ours), "effort")
    assert not found["tables"] and "fewer than three" in found["notes"][0]["en"]


def report_before(ours: Any) -> None:
    """A report on the second quarter that is submitted."""
    before = services.open_report(
        ours.coordinator, ours.consortium, starts_on=datetime.date(2026, 4, 1), ends_on=datetime.date(2026, 6, 30)
    )
    services.submit(
        ours.coordinator,
        services.write(ours.coordinator, before, narrative_zh="按计划推进。", narrative_en="On track."),
    )
    db.session.flush()


def test_what_one_firm_changed_since_the_last_report_is_not_told(ours: Any) -> None:
    log(ours, 6, "1.00", "1.50", "2.00")
    report_before(ours)
    log(ours, 8, "7.25")
    found = said(ours)
    assert not chapter(found, "effort")["tables"] and not chapter(found, "money")["tables"]


def test_a_month_that_one_firm_logged_late_is_not_told(ours: Any) -> None:
    log(ours, 5, "1.00", "1.50", "2.00")
    report_before(ours)
    log(ours, 6, "7.25")  # before the end of that report, but written after it
    assert not chapter(said(ours), "effort")["tables"]
    log(ours, 8, "1.00", "1.00", "1.00")
    (table,) = chapter(said(ours), "effort")["tables"]
    assert table["rows"][0][3:5] == ["14.75", "10.25"], "what came since then is one sum, whatever month it is about"


def test_money_is_summed_by_project_head_source_and_year(ours: Any) -> None:
    log(ours, 6, "1.00", "1.50", "2.00")
    log(ours, 8, "0.50", "0.25", "26.50")
    log(ours, 10, "9.00", "9.00", "9.00")
    tables = chapter(said(ours), "money")["tables"]
    assert [one["name"] for one in tables] == [
        "money_by_project",
        "money_by_category",
        "money_by_source",
        "money_by_year",
    ]
    for one in tables:
        spent = [column["name"] for column in one["columns"]].index("spent")
        assert [row[spent] for row in one["rows"]] == ["15000.00"] and one["total"][spent] == "15000.00"


def test_what_too_few_have_planned_is_told_by_no_table(ours: Any) -> None:
    log(ours, 8, "0.50", "0.25", "26.50")
    node = plans_queries.node(ours.project, "1")
    assert node is not None
    for firm in (ours.lead, ours.member):
        plans.allocate(
            ours.coordinator, node, firm, category=CostCategory.LABOUR, source=MoneySource.OWN, amount=Decimal("431.07")
        )
    for table in chapter(said(ours), "money")["tables"]:
        assert [column["name"] for column in table["columns"]][-1] == "spent"
    plans.allocate(
        ours.coordinator,
        node,
        ours.other,
        category=CostCategory.LABOUR,
        source=MoneySource.OWN,
        amount=Decimal("500.00"),
    )
    shown = [[column["name"] for column in table["columns"]] for table in chapter(said(ours), "money")["tables"]]
    assert [("planned" in names) for names in shown] == [True, True, True, False]
    # A head under which one firm alone plans something hides the column everywhere: the sums of another table would tell it.
    plans.allocate(
        ours.coordinator,
        node,
        ours.other,
        category=CostCategory.EQUIPMENT,
        source=MoneySource.OWN,
        amount=Decimal("77.00"),
    )
    for table in chapter(said(ours), "money")["tables"]:
        assert "planned" not in [column["name"] for column in table["columns"]]


def test_sheet_and_csv_hold_each_cell(ours: Any) -> None:
    log(ours, 8, "0.50", "0.25", "26.50")
    found = said(ours)
    assert any(one["tables"] for one in found["chapters"])
    in_files(found)


def in_files(found: dict[str, Any]) -> None:
    """Every number of every chapter stands in its sheet and its line."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.xlsx(found)))
    lines = list(csv.reader(io.StringIO(sheets.csv(found).decode("utf-8-sig"), newline="")))
    for one in found["chapters"]:
        for table in one["tables"]:
            caption = sheets.two(table["caption"])
            rows = book.get_sheet_by_name(sheets.sheet_title(caption)).to_python()[1:]
            expected = [*table["rows"], *([table["total"]] if table["total"] else [])]
            assert len(rows) == len(expected)
            for place, column in enumerate(table["columns"]):
                if column["kind"] in ("money", "months", "count", "number", "share"):
                    wanted = [Decimal(row[place]) for row in expected if row[place] != ""]
                    assert [Decimal(str(row[place])) for row in rows if row[place] != ""] == wanted
                    label = " ".join(dict.fromkeys(column["label"].values()))
                    written = [Decimal(line[3]) for line in lines if line[0] == caption and line[4] == label]
                    assert written == wanted, (caption, label)


def shown(kind: str, value: Any) -> str:
    """A cell as a paper sets it."""
    if kind == "text":
        return f"{value['zh']}{value['en'] if value['en'] != value['zh'] else ''}"
    if kind in ("money", "months"):
        return money(value)
    return percent(value) if kind == "share" else figure(value)


@pytest.mark.slow
def test_the_paper_prints_each_cell() -> None:
    found = samples.status_report()
    with Renderer(workers=1) as renderer:
        made = renderer.render("status_report/2", found)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages))
    assert len(found["chapters"]) >= 2
    for one in found["chapters"]:
        assert f"{one['title']['zh']}{one['title']['en'].replace(' ', '')}" in text
        for table in one["tables"]:
            for row in table["rows"]:
                line = "".join(
                    shown(column["kind"], value) for column, value in zip(table["columns"], row, strict=True) if value
                )
                assert re.sub(r"\s", "", line) in text, line
    in_files(found)


def test_the_page_shows_each_cell(world: Any, sign_in: Any, inside: Any) -> None:
    with inside():
        ours = Loaded(world.ours)
        node = plans.add_node(
            ours.coordinator, ours.project, number="1", parent=None, title_zh="共同任务", title_en="", lead=ours.lead,
            starts_on=ours.project.starts_on, ends_on=ours.project.ends_on,
        )  # fmt: skip
        for name in FIRMS:
            plans.assign(ours.coordinator, node, getattr(ours, name), months=Decimal("26.50"))
        log(ours, 8, "0.50", "0.25", "1.50")
        report = services.open_report(ours.coordinator, ours.consortium, **QUARTER)
        number = report.id
        db.session.commit()
    text = sign_in(world.ours.people.coordinator).get(f"/reports/{number}").text
    part = text[text.index('id="chapter-effort"') :]
    for cell in ("79.50", "2.25", "2.8%"):
        assert f">{cell}<" in part
    # Who sees the work of his own firm alone sees no sums that change from day to day.
    seen = sign_in(world.ours.people.member).get(f"/reports/{number}").text
    assert ">2.25<" not in seen and "Sums stand here once the report is submitted" in seen
