"""The Gantt chart as PDF: pages of the right size with all nodes, and veraPDF's verdict."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from consortium.documents import fonts
from consortium.documents.pdf import Rendered, Renderer
from consortium.documents.typesetting import editions
from tests.documents import test_conformance
from tests.needs import made_by_setup
from tests.plans import invented

POINTS = 72 / 25.4


@pytest.fixture(scope="module")
def made():
    made_by_setup(any(fonts.FOLDER.glob("*.ttf")), "the print fonts are not built")
    found: dict[str, Rendered] = {}
    with Renderer(workers=1) as renderer:
        for name, facts in {
            "12": invented.paper(12), "60-A4": invented.paper(60, form="A4", language="zh"), "english": invented.paper(30, language="en", baseline=False),
            "nasty": invented.paper(12, titles=[("<script>长</script>" * 9, "")] * 5), "empty": invented.paper(0),
        }.items():  # fmt: skip
            found[name] = renderer.render("gantt/1", facts)
    return found


def test_the_template_is_an_edition() -> None:
    assert editions()["gantt/1"].styles == ("tokens.css", "gantt.css")


@pytest.mark.slow
def test_sheets_have_their_size_and_the_table_has_every_node(made) -> None:
    for name, (wide, high) in {"12": (420, 297), "60-A4": (297, 210)}.items():
        with pikepdf.open(io.BytesIO(made[name].pdf)) as pdf:
            for page in pdf.pages:
                assert [float(side) for side in page.mediabox[2:]] == pytest.approx(
                    [wide * POINTS, high * POINTS], abs=1
                )
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made["60-A4"].pdf)).pages)
    assert all(row["number"] in text for row in invented.paper(60)["rows"])
    assert "关键路径" in text
    assert "script" not in text


@pytest.mark.slow
@pytest.mark.verapdf
def test_the_paper_is_archivable_and_accessible(made, tmp_path: Path) -> None:
    for verdict in test_conformance.verdicts(made, tmp_path):
        assert verdict["compliant"], verdict
