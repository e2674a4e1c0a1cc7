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

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.db import db
from consortium.documents import typesetting
from consortium.documents.pdf import Renderer
from consortium.documents.typesetting import figure, money, percent
from consortium.plans import queries as plans_queries
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from consortium.reports import chapters, contents, facts, queries, services, sheets, summing_up
from consortium.reports.models import StatusReport
from tests import factories
from tests.documents import samples
from tests.logbook.furniture import a_log
from tests.outputs.conftest import Loaded

pytestmark = pytest.mark.slow

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


def the_paper_fails(ours: Any) -> Any:
    """The report that was submitted last, whose paper could not be made."""
    report = queries.latest(ours.consortium)
    assert report is not None and report.paper is not None
    report.paper.state, report.paper.problem = "failed", "These characters cannot be printed."
    record("platform", "failed", report.paper)
    db.session.flush()
    return report


def test_two_versions_of_a_report_are_not_told_by_their_difference(ours: Any) -> None:
    log(ours, 5, "1.00", "1.50", "2.00")
    report_before(ours)
    report = the_paper_fails(ours)
    first = report.paper.facts["chapters"]
    services.reopen(ours.coordinator, report)
    log(ours, 6, "7.25")
    services.submit(ours.coordinator, report)
    assert [bool(chapter({"chapters": first}, name)["tables"]) for name in ("effort", "money")] == [True, True]
    assert not chapter(report.paper.facts, "effort")["tables"] and not chapter(report.paper.facts, "money")["tables"]


def test_a_report_that_is_written_anew_tells_what_came_since_the_one_before_it(ours: Any) -> None:
    log(ours, 6, "1.00", "1.50", "2.00")
    report_before(ours)
    report = the_paper_fails(ours)
    services.reopen(ours.coordinator, report)
    services.submit(ours.coordinator, report)
    (table,) = chapter(report.paper.facts, "effort")["tables"]
    assert table["rows"][0][3:5] == ["4.50", "4.50"]


def test_projects_that_stood_together_do_not_part_in_the_next_report(ours: Any) -> None:
    second = factories.project(ours.consortium, ours.lead, "晨星第二项目")
    for name in FIRMS[1:]:
        factories.participant(second, getattr(ours, name))
    db.session.flush()
    node = plans.add_node(
        ours.coordinator, second, number="1", parent=None, title_zh="共同任务", title_en="", lead=ours.lead,
        starts_on=second.starts_on, ends_on=second.ends_on,
    )  # fmt: skip
    for name in FIRMS:
        plans.assign(ours.coordinator, node, getattr(ours, name), months=Decimal("26.50"))
    works = [ours.project, second]
    for number in (0, 1):
        for name, person in zip(FIRMS[: 3 - number], PEOPLE, strict=False):
            a_log(getattr(ours, person), works[number], getattr(ours, name), datetime.date(2026, 5, 1), months="1.00")
    report_before(ours)
    (table,) = chapter(queries.latest(ours.consortium).paper.facts, "effort")["tables"]
    assert [row[3] for row in table["rows"]] == ["5.00"]
    for name, person in zip(FIRMS, PEOPLE, strict=True):
        a_log(getattr(ours, person), works[1], getattr(ours, name), datetime.date(2026, 7, 1), months="2.00")
    (table,) = chapter(said(ours), "effort")["tables"]
    assert [row[3] for row in table["rows"]] == ["11.00"], "what two firms had in May would be the difference"


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


def many(_basis: Any = None) -> dict[str, Any]:
    """A chapter with a table of 250 rows, of which three are new."""
    rows = [[f"N{number:03d}", chapters.pair(f"第{number}项", f"Item {number}"), str(number)] for number in range(250)]
    columns = [contents.CODE, contents.TITLE, chapters.column("count", "数量", "Number", "count")]
    caption, total = chapters.pair("长表", "A long table"), ["", chapters.pair("合计", "Total"), "31125"]
    table = chapters.table(
        "many", caption, columns, rows, total, fresh=[number in (7, 100, 249) for number in range(250)]
    )
    return chapters.chapter("many", caption, caption, [table])


def test_a_long_table_lists_what_is_new_on_paper_and_all_in_the_files() -> None:
    found = samples.status_report() | {"chapters": [many()]}
    page = typesetting.html("status_report/2", found)
    assert [number for number in range(250) if f">N{number:03d}<" in page] == [7, 100, 249]
    assert "247 more are in the Excel file of this report." in page and "另有 247 条" in page and "31,125" in page
    in_files(found)


def test_a_long_table_lists_what_is_new_on_the_page(ours: Any, monkeypatch: Any, sign_in: Any) -> None:
    monkeypatch.setattr(contents, "CONTENTS", (*contents.CONTENTS, many))
    report = services.open_report(ours.coordinator, ours.consortium, **QUARTER)
    db.session.commit()
    page = sign_in(ours.coordinator).get(f"/reports/{report.id}").text
    assert [number for number in range(250) if f">N{number:03d}<" in page] == [7, 100, 249]
    assert "247 more are in the Excel file of this report." in page and ">31,125<" in page


def test_a_table_that_is_not_long_stands_whole_and_one_without_days_is_cut() -> None:
    assert chapters.printed(200, [3]) == {}
    assert chapters.printed(201, [])["more"]["en"] == "201 are in the Excel file of this report."
    cut = chapters.printed(201)
    assert cut["printed"] == list(range(100)) and cut["more"]["en"] == "101 more are in the Excel file of this report."
    assert chapters.printed(201, list(range(200)), 200)["more"]["en"] == "1 more is in the Excel file of this report."


def test_results_and_figures_of_a_large_register_are_those_of_the_period(monkeypatch: Any) -> None:
    nothing, day = chapters.pair("甲", "a"), "2026-08-01"
    one = {
        "project": "P01", "title": nothing, "owners": [], "state": nothing, "kind": nothing, "made_on": day, "applied_on": day, "granted_on": None,
    }  # fmt: skip
    listed = [one | {"number": str(number), "changed": number in (5, 300)} for number in range(301)]
    section = {"kinds": [], "results": listed, "outcomes": listed[:3]}
    monkeypatch.setattr(contents.results, "section", lambda *_: section)
    made = contents.owned(type("Basis", (), {"consortium": None, "starts_on": None, "on": None})())
    assert [table.get("printed") for table in made["tables"]] == [[5, 300], None]
    figure = summing_up.results({"results": made})
    assert figure.value == "301" and figure.evidence()["printed"] == [5, 300] and len(figure.evidence()["rows"]) == 302


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
    assert ">2.25<" not in seen and "Sums stand here once the report is issued" in seen
    # Nor does he while the paper is being made, or when it could not be: the report may be written on then.
    for state, shown_to_all in (("requested", False), ("failed", False), ("issued", True)):
        with inside():
            report = db.session.get_one(StatusReport, number)
            if report.paper is None:
                services.write(ours.coordinator, report, narrative_zh="按计划推进。", narrative_en="On track.")
                services.submit(db.session.get_one(type(ours.coordinator), world.ours.people.coordinator.id), report)
            report.paper.state = state
            report.paper.size, report.paper.pages, report.paper.issued_at = 1, 1, clock.now()
            record("platform", "issued" if shown_to_all else "failed", report.paper)
            db.session.commit()
        seen = sign_in(world.ours.people.member).get(f"/reports/{number}").text
        assert (">2.25<" in seen) == shown_to_all, state
        assert ">2.25<" in sign_in(world.ours.people.coordinator).get(f"/reports/{number}").text
