"""One renderer for all tests about papers, and both papers made once."""

from collections.abc import Iterator

import pytest

from consortium.documents import fonts
from consortium.documents.pdf import Rendered, Renderer
from tests.documents import samples
from tests.needs import made_by_setup


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """A renderer with two processes, so that the same paper comes out of different ones."""
    made_by_setup(any(fonts.FOLDER.glob("*.ttf")), "the print fonts are not built")
    with Renderer(workers=2) as made:
        yield made


@pytest.fixture(scope="session")
def agreement(renderer: Renderer) -> Rendered:
    return renderer.render("agreement/1", samples.agreement())


@pytest.fixture(scope="session")
def report(renderer: Renderer) -> Rendered:
    return renderer.render("status_report/2", samples.status_report())
