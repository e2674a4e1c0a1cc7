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
    "projects": {"drawing": "pieces of a picture", "dangers": "what stands over a project, asked of above", "levels": "readiness, asked of above", "hindsight": "how a milestone stood on a past day", "lights": "the engine of the lights", "portrait": "what one page shows of a project",
                 "replanning": "what changes a plan is done or proposed", "reporting": "what firms say of milestones, and what others find",
                 "standings": "the lights, asked of the database", "testimony": "four eyes and files, for milestones and what lies above"},
    "reports": {"basis": "rows of a period", "figures": "what is computed from them", "chapters": "tables of plain cells", "contents": "what the chapters hold",
                "sums": "work and money of all firms", "summing_up": "the figures of chapters", "papers": "pages of papers", "periods": "quarters and years",
                "sheets": "the report as workbook", "verifying": "examining a PDF"},
    "plans": {"calendars": "working days as dated data", "money_rules": "heads and caps of money as dated data", "schedule": "critical path and float, pure", "net": "the points in time that it reckons on, pure",
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
    "logbook": {"portrait": "what one page shows", "rows": "the rows of a month as HTML", "sheets": "the month as a workbook",
                "kept": "what the page of a kept month shows", "vouchers": "what firms do with vouchers", "expenditure": "lists of vouchers, and the period in which they count",
                "known": "whether an invoice was used before, over the wall", "voucher_forms": "the form of a voucher",
                "voucher_sheets": "vouchers as the second sheet of a month"},
    "budgets": {"portrait": "what the page of money shows", "contradictions": "what does not fit together in the money"},
    "claims": {"portrait": "what one page shows", "carrying": "the indirect costs that a claim carries", "revising": "taking up again what was decided",
               "rows": "the lines of a claim as HTML", "indirect": "indirect costs by the rule of a profile, pure",
               "statement": "where a firm stands in a project", "papers": "the statement as a paper"},
    "demonstrations": {"portrait": "what one page shows of a demonstration", "rules": "insurance and readiness as dated data", "reckoning": "hours, failures and indicators, pure",
                       "keeping": "what all changes have in common", "operating": "what happens at the site", "supporting": "insurance, subsidy and orders"},
    "results": {"sharing": "exact shares, pure", "kinds": "what holds of each kind of outcome", "classes": "Class I and II as dated data", "counting": "each once, pure",
                "known": "numbers of other consortia as a count", "registering": "outcomes beside results", "handing": "to another firm", "owning": "shares and the words on them", "tallies": "counted by the database", "declaring": "background and yearly effects",
                "contradictions": "what does not fit together", "portrait": "what one page shows"},
    "risks": {"bands": "bands of the matrix as dated data", "acting": "issues and actions beside risks", "telling": "who hears of what", "matrix_view": "the matrix as a picture",
              "portrait": "what one page shows"},
    "maturity": {"scale": "the nine levels as dated data", "ladder_view": "the ladder as a picture", "portrait": "what one page shows"},
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
