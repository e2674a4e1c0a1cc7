"""Who may import whom, and which files a feature has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from consortium.app import FEATURES
from tests.rules.source import PACKAGE, TOP

SHAPE = {
    "__init__",
    "models",
    "workflow",
    "queries",
    "tables",
    "facts",
    "services",
    "forms",
    "routes",
    "shown",
    "obstacles",
}
#: Files beyond the shape, and why they stand alone.
EXTRAS = {
    "activity": {"verbs": "the words of events", "verify_chain": "one file that needs only Python", "waiting": "what features register for the desk",
                 "papers": "asking for a paper, which needs jobs and events"},
    "people": {"belonging": "who belongs to an organisation", "mail": "how the sign-in library sends mail", "sign_in": "the settings of the sign-in library"},
    "consortia": {"invitations": "the life of a link is long enough for a file", "invitation_routes": "pages of the links", "seating": "who gets a place"},
    "agreements": {"clauses": "reading the fixed wording"},
    "projects": {"drawing": "pieces of a picture", "hindsight": "how a milestone stood on a past day", "lights": "the engine of the lights", "portrait": "what one page shows of a project",
                 "replanning": "what changes a plan is done or proposed", "reporting": "what firms say of milestones, and what others find",
                 "standings": "the lights, asked of the database", "testimony": "four eyes and files, for milestones and what lies above"},
    "reports": {"basis": "rows of a period", "figures": "what is computed from them", "papers": "pages of papers", "periods": "quarters and years",
                "sheets": "the report as workbook", "verifying": "examining a PDF"},
    "plans": {"calendars": "working days as dated data", "schedule": "critical path and float, pure", "net": "the points in time that it reckons on, pure",
              "gantt": "what the chart says, pure", "gantt_view": "what its page shows", "gantt_routes": "its pages", "papers": "the chart as a paper",
              "portrait": "what one page shows of a plan", "tree": "numbers, depth and cycles, pure", "work": "the part of each firm in a node", "rows": "the rows of the crossing as HTML"},
    "outputs": {"portrait": "what one page shows of a thing", "measuring": "indicators beside deliverables", "planning": "what holds of both",
                "values": "exact numbers, pure", "matrix": "members crossed with milestones"},
    "baselines": {"layout": "the lists of a plan as plain rows", "comparing": "two plans field by field, pure", "portrait": "what one page shows",
                  "asking": "calls of services as plain values", "deciding": "who decides on which change, as dated rules",
                  "working": "large approvals as jobs", "drafting": "taking single changes out of a draft", "effect": "what a change does to the schedule, pure"},
    "exchange": {"workbook": "rows from and to XLSX and CSV", "msproject": "reading MS Project XML", "cells": "one cell and what it means",
                 "gates": "links of MS Project, pure", "reading": "what a file says", "checking": "what has to hold of a whole plan, pure", "planning": "from rows to verbs",
                 "present": "what is there of a plan, by its keys", "markup": "the XML of files, looked through",
                 "preview": "what a file would change", "outgoing": "the plan as a file", "working": "large imports as jobs",
                 "portrait": "what one page shows of an import"},
    "logbook": {"portrait": "what one page shows", "rows": "the rows of a month as HTML", "sheets": "the month as a workbook"},
    "discussions": {"portrait": "what one page shows", "talk": "pages that other features' things get"},
    "desk": {}, "portfolio": {}, "organisations": {},
}  # fmt: skip


def strange(feature: str, names: set[str]) -> set[str]:
    """Files of a feature that neither the shape nor the list of extras knows."""
    return names - SHAPE - set(EXTRAS.get(feature, {}))


def broken(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says about a checkout."""
    command = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_no_contract_is_broken() -> None:
    said = broken(TOP)
    assert said.returncode == 0 and "0 broken" in said.stdout, said.stdout[-3000:] + said.stderr[-500:]


@pytest.mark.parametrize(
    ("file", "line"),
    [("projects/services.py", "from consortium.portfolio import queries as _far"), ("projects/models.py", "from consortium.projects import services as _up"),
     ("projects/queries.py", "import flask as _flask")],
)  # fmt: skip
def test_an_import_upwards_is_found(tmp_path: Path, file: str, line: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "consortium", ignore=shutil.ignore_patterns("__pycache__", "translations"))
    shutil.copyfile(TOP / "pyproject.toml", tmp_path / "pyproject.toml")
    target = tmp_path / "consortium" / file
    target.write_text(f"{target.read_text('utf-8')}\n{line}\n", "utf-8")
    said = broken(tmp_path)
    assert said.returncode != 0 and "BROKEN" in said.stdout, said.stdout[-2000:] + said.stderr[-1000:]


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_has_the_shape_of_all(feature: str) -> None:
    names = {path.stem for path in (PACKAGE / feature).glob("*.py")}
    assert not strange(feature, names), "Put it into a file of the shape, or into EXTRAS with a reason."
    assert "__init__" in names


def test_a_strange_file_is_found() -> None:
    assert strange("projects", {"models", "helpers"}) == {"helpers"}


def test_extras_are_still_there() -> None:
    gone = {
        f"{feature}/{name}"
        for feature, names in EXTRAS.items()
        for name in names
        if not (PACKAGE / feature / f"{name}.py").is_file()
    }
    assert not gone, "Take these out of EXTRAS."
