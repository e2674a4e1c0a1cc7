"""Both papers from the facts of the features, as they are really printed."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import pikepdf
import pytest
from pypdf import PdfReader

from consortium.agreements.services import draw_up
from consortium.core.words import _l
from consortium.documents.pdf import Renderer
from consortium.reports import services
from consortium.reports.basis import both
from tests.reports.test_reports import QUARTER, WORDS, table  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def renderer():
    """One renderer process."""
    with Renderer(workers=1) as made:
        yield made


@pytest.mark.slow
def test_the_report_prints_the_figures_of_its_facts(table, renderer):  # noqa: F811
    consortium, coordinator = table
    report = services.open_report(coordinator, consortium, **QUARTER)
    said = services.submit(coordinator, services.write(coordinator, report, **WORDS)).paper.facts
    made = renderer.render("status_report/1", said)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages)
    for figure in said["figures"]:
        assert f"{Decimal(figure['value']):,f}" in text, figure["id"]
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
