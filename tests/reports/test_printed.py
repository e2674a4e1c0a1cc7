"""Both papers from the facts of the features, as they are really printed."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal

import pikepdf
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from consortium.agreements.services import draw_up
from consortium.core.words import _l
from consortium.documents.pdf import Renderer
from consortium.reports import services, sheets
from consortium.reports.basis import both
from tests.reports.test_reports import QUARTER, WORDS, table  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def renderer():
    """One renderer process."""
    with Renderer(workers=1) as made:
        yield made


def exact(value):
    """A figure, or nothing where nothing is known."""
    return Decimal(str(value)) if value != "" else None


def beside(figure):
    """A figure as the paper sets it where it tells of its evidence: id, label and value, without white space."""
    label, value = figure["label"], f"{Decimal(figure['value']):,f}{figure['unit']}"
    return re.sub(r"\s", "", f"{figure['id']}{label['zh']}{label['en']}{value}")


@pytest.mark.slow
def test_the_report_prints_the_figures_of_its_facts(table, renderer):  # noqa: F811
    consortium, coordinator = table
    report = services.open_report(coordinator, consortium, **QUARTER)
    said = services.submit(coordinator, services.write(coordinator, report, **WORDS)).paper.facts
    made = renderer.render("status_report/2", said)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages))
    known = [figure for figure in said["figures"] if figure["value"]]
    assert len(known) >= 8
    for figure in known:
        assert beside(figure) in text, figure["id"]
        assert beside({**figure, "value": str(Decimal(figure["value"]) + 7)}) not in text, figure["id"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.xlsx(said)))
    cells = {row[1]: (exact(row[2]), row[3]) for row in book.get_sheet_by_name("关键数字 Figures").to_python()[1:]}
    lines = csv.reader(io.StringIO(sheets.csv(said).decode("utf-8-sig"), newline=""))
    written = {line[2]: (exact(line[3]), line[4]) for line in lines if line[0] == "指标 Figure"}
    assert cells == written == {sheets.two(f["label"]): (exact(f["value"]), f["unit"]) for f in said["figures"]}
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        (attached,) = pdf.attachments.values()
        assert json.loads(attached.get_file().read_bytes()) == said


@pytest.mark.slow
def test_the_agreement_prints_all_clauses_in_both_languages(table, renderer):  # noqa: F811
    consortium, coordinator = table
    said = draw_up(coordinator, consortium).paper.facts
    made = renderer.render("agreement/1", said)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages))
    for clause in said["clauses"]:
        assert clause["title"]["zh"] in text, clause["code"]
        assert clause["title"]["en"].replace(" ", "") in text, clause["code"]
    assert said["total_capitals"] in text
    assert renderer.render("agreement/1", said).sha256 == made.sha256


def test_sentences_of_lights_are_in_both_languages(inside):
    with inside():
        assert both(_l("The project has not begun yet."))["en"] == "The project has not begun yet."
        assert both("甲") == {"zh": "甲", "en": "甲"}
