"""How both papers stand on their pages when names, numbers and lists are long: nothing overlaps, nothing leaves the page or a page empty."""

from itertools import combinations
from typing import Any

import pytest

from consortium.documents.pdf import Renderer
from tests.documents import lines, samples, statements

pytestmark = pytest.mark.slow

HIGH, WIDE, EDGE = 842, 595, 14  # points; nothing is printed nearer to the edge
BODY = (70, 770)  # between the foot and the running head

PAPERS: dict[str, Any] = {
    "agreement": samples.agreement,
    "long agreement": samples.long_agreement,
    "report": samples.status_report,
    "long report": samples.long_status_report,
    "long report in English": lambda: samples.long_status_report() | {"language": "en"},
    "statement": statements.statement,
    "long statement": statements.long_statement,
    "statement of nothing in Chinese": lambda: statements.empty_statement() | {"language": "zh"},
}


@pytest.fixture(scope="module", params=PAPERS, ids=lambda name: name.replace(" ", "-"))
def paper(renderer: Renderer, request: pytest.FixtureRequest) -> list[list[lines.Run]]:
    facts = PAPERS[request.param]()
    return lines.of(renderer.render(facts["template"], facts).pdf)


def test_nothing_is_printed_over_something_else(paper: list[list[lines.Run]]) -> None:
    over = [(a.page, a.text, b.text) for page in paper for a, b in combinations(page, 2) if a.over(b)]
    assert not over


def test_nothing_leaves_the_page(paper: list[list[lines.Run]]) -> None:
    out = [
        run
        for page in paper
        for run in page
        if run.left < EDGE or run.right > WIDE - EDGE or run.bottom < EDGE or run.top > HIGH - EDGE
    ]
    assert not out


def test_a_report_stays_in_its_columns(paper: list[list[lines.Run]]) -> None:
    if any("SR-" in run.text for run in paper[0]):
        assert not [run for page in paper[1:] for run in page if run.left < 50 or run.right > 545.5]


def test_no_page_is_nearly_empty(paper: list[list[lines.Run]]) -> None:
    for number, page in enumerate(paper, 1):
        body = [run for run in page if BODY[0] < run.bottom < BODY[1]]
        assert body, number
        assert BODY[1] - min(run.bottom for run in body) > 0.2 * (BODY[1] - BODY[0]), number


def test_text_over_text_is_found(renderer: Renderer) -> None:
    page = "<!doctype html><html lang='en'><title>Over</title><div style='width:3cm;white-space:nowrap;float:left'>A number that is too long</div><p>for its column"
    (runs,) = lines.of(renderer.render_html(page).pdf)
    assert any(a.over(b) for a, b in combinations(runs, 2))
