"""Titles that would like to be markup or formulas stay words, on every page and in every file that shows a plan."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.activity.services import record
from consortium.baselines.models import Baseline
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable, Indicator
from consortium.plans.models import Node
from consortium.projects.models import Milestone
from tests.baselines.conftest import freeze

pytestmark = pytest.mark.slow

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULAS = ("=HYPERLINK(1)", "+1", "@SUM(1)", "-2+3", "＝1", "＠A")
STARTS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")


@pytest.fixture
def addresses(inside: Callable[[], Any], world: Any) -> list[str]:
    """The pages and files of an approved plan in which every title is hostile."""
    with inside():
        project = freeze(world.ours)
        things: list[Any] = [project, *db.session.scalars(select(Organisation))]
        for model in (Node, Milestone, Deliverable, Indicator):
            things += db.session.scalars(select(model).where(model.project_id == project.id))
        for place, row in enumerate(things):
            words = f"{FORMULAS[place % len(FORMULAS)]}{MARKUP}{place}"
            for name in ("title_zh", "title_en", "name_zh", "name_en"):
                if hasattr(row, name):
                    setattr(row, name, words)
            record("test", "renamed", row)
        db.session.commit()
        number = project.id
        baseline = db.session.scalars(select(Baseline.id).where(Baseline.project_id == number)).one()
        own = {
            model: db.session.scalars(select(model.id).where(model.project_id == number)).first()
            for model in (Node, Milestone, Deliverable, Indicator)
        }
    pages = (
        "plan",
        "gantt",
        "effort",
        "matrix",
        "deliverables",
        "indicators",
        "baselines",
        "compare",
        "logs",
        "export",
    )
    found = [f"/projects/{number}", *(f"/projects/{number}/{name}" for name in pages), f"/baselines/{baseline}"]
    found += [
        f"/{place}/{own[model]}"
        for place, model in (
            ("nodes", Node),
            ("milestones", Milestone),
            ("deliverables", Deliverable),
            ("indicators", Indicator),
        )
    ]
    return found


def cells(content: bytes) -> Iterator[str]:
    """The cells of a CSV, or of all in a ZIP; of a workbook none, since its formulas have an element of their own."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.endswith(".csv"):
                    yield from cells(archive.read(name))
                assert not re.search(rb"<f[ >]", archive.read(name)), name
        return
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield from row


@pytest.mark.parametrize("who", ["coordinator", "member"])
def test_words_stay_words(sign_in: Callable[..., FlaskClient], world: Any, addresses: list[str], who: str) -> None:
    browser, files = sign_in(getattr(world.ours.people, who)), 0
    for address in addresses:
        for asked in (address, f"{address}?as=csv", f"{address}?as=xlsx", f"{address}?as=zip"):
            answer = browser.get(asked)
            assert answer.status_code == 200, asked
            content = answer.get_data()
            if answer.mimetype == "text/html":
                assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, asked
                continue
            files += 1
            bad = [cell for cell in cells(content) if cell.startswith(STARTS) and not re.fullmatch(r"-?[\d.]+", cell)]
            assert not bad, (asked, bad[:3])
    assert files > 15
