"""A new feature needs its own files and the shared lines that CONTRIBUTING.md names, and is found everywhere."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.rules.source import PACKAGE, TOP
from tests.rules.test_layers import broken

pytestmark = pytest.mark.slow

FILES = {
    "__init__.py": "",
    "models.py": '''
"""Kites, which a consortium owns."""

from sqlalchemy.orm import Mapped, mapped_column

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.core.types import Line


class Kite(Identified, Versioned, Owned, Base):
    """A kite of one consortium."""

    __tablename__ = "kite"

    title: Mapped[str] = mapped_column(Line(200))

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return self.title
''',
    "shown.py": '''
"""How pages of all features show kites: the words of events, and where rows are found."""

from __future__ import annotations

from consortium.core.features import FoundAs, ToldAs
from consortium.core.words import _l

VERBS = {"flew": _l("flew %(subject)s over the lake")}
TOLD_AS = {"kite": ToldAs("flask", "/kites/{}")}
FOUND_AS = {"kite": FoundAs(_l("Kites"), "flask", "/kites/{}", 50)}
''',
    "queries.py": '''
"""Kites that wait."""

from __future__ import annotations

from consortium.activity.waiting import Waiting
from consortium.core.access import Actor


def waiting(actor: Actor) -> list[Waiting]:
    """A kite waits for everybody."""
    return [Waiting("Fly it", "The one that waits", href="/kites")]
''',
    "services.py": '''
"""What people do with kites."""

from __future__ import annotations

from consortium.activity.services import record
from consortium.consortia.models import Consortium
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.kites.models import Kite


def fly(actor: Actor, consortium: Consortium, *, title: str) -> Kite:
    """Let a new kite go."""
    kite = Kite(consortium_id=consortium.id, title=title)
    db.session.add(kite)
    record(actor, "flew", kite)
    return kite
''',
    "routes.py": '''
"""Pages of kites."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from consortium.core.access import Action
from consortium.core.words import _l
from consortium.kites.models import Kite
from consortium.web.door import Door
from consortium.web.pages import Entry, page

bp = Door("kites", __name__)
NAVIGATION = (Entry(_l("Kites"), "flask", "kites.index", Action.FLY, 70),)


@bp.page("/kites", can=Action.FLY)
def index() -> ResponseReturnValue:
    """All kites."""
    return page("desk/waiting.html", waiting=[])


@bp.page("/kites/<id:id>", can=Action.VIEW, of=Kite)
def show(kite: Kite) -> ResponseReturnValue:
    """One kite."""
    return page("desk/waiting.html", waiting=[{"title": kite.title, "href": "/kites"}])
''',
}

#: What it brings for the tests that walk through everything.
FURNITURE = '''
"""Kites at both tables."""

from consortium.kites import services


def furnish(canary, project, firms, people):
    """One kite."""
    services.fly(people[0], project.consortium, title=f"{canary} red kite")


def more(project, firm, people, times):
    """Many kites."""
    for number in range(times):
        services.fly(people[0], project.consortium, title=f"Kite {number}")
'''

#: The shared lines, each put after a line that is there; the third because kites bring an action of their own.
LINES = {
    "consortium/app.py": ('    "portfolio",\n', '    "kites",\n'),
    "pyproject.toml": ('    "portfolio",\n', '    "kites",\n'),
    "consortium/core/access.py": (
        '    OVERSEE = "oversee", "the portfolio", {Role.OFFICER: _ANY}\n',
        '    FLY = "fly", "fly a kite", {Role.COORDINATOR: _ANY}\n',
    ),
}

ASK = """
import json
import pickle
import sys
from itertools import count
from pathlib import Path

from consortium.activity.verbs import told
from consortium.app import create_app
from consortium.core import clock, features
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.kites.models import Kite
from consortium.web.door import entrances
from tests import factories, furniture
from tests.rules.test_access import cells, visit
from tests.rules.walk import keep, walk

folder = Path(sys.argv[1])
factories._numbers = count(1000)  # those below were given to the world by another process
app = create_app({"DATA_DIR": str(folder), "SECRET_KEY": "a key for tests only, nothing else", "BASE_URL": "http://localhost"},
                 TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
with app.app_context():
    Kite.__table__.create(db.engine)  # `make migrate` does this otherwise
keep(app, "template.db")

def pages(walker):
    answers = {way: walker.client.get(way) for way in ("/kites", "/", "/search?q=kite")}
    return {way: [answer.status_code, answer.get_data(as_text=True)] for way, answer in answers.items()}

def kites():
    return db.session.query(Kite).count()

with clock.at(factories.NOW):
    platform = walk(app, pickle.loads((folder / "world").read_bytes()))
    shown = {who: pages(platform.walkers[who]) for who in ("coordinator", "member")}
    asked = [cell for cell in cells(platform) if cell[0].of is Kite]
    wrong = [line for cell in asked for walker in platform.walkers.values() for line in visit(platform, walker, *cell)]
    with app.app_context(), everything("a test looks behind the pages"):
        doors = [[door.endpoint, str(door.can)] for door in entrances()]
        said = {"doors": doors, "told": str(told("flew", "the red kite")), "feed": sorted(features.joined("shown", "TOLD_AS"))}
        rows = {thing.table: thing.id for thing in platform.things[Kite]}
        before = kites()
        furniture.more_work(platform.world.ours, 2)
        more = kites() - before
print(json.dumps({**said, "pages": shown, "rows": rows, "more": more, "cells": len(asked), "wrong": wrong}))
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with a package `kites`, and no shared line yet."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(PACKAGE, folder / "consortium", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(TOP / "pyproject.toml", folder / "pyproject.toml")
    for name in ("templates", "static", "migrations"):
        (folder / name).symlink_to(TOP / name, target_is_directory=True)
    for part in ("tests", "tests/rules"):
        (folder / part).mkdir()
        for file in (TOP / part).glob("*.py"):
            shutil.copyfile(file, folder / part / file.name)
    for part, files in (("consortium", FILES), ("tests", {"furniture.py": FURNITURE})):
        (folder / part / "kites").mkdir()
        for name, text in files.items():
            (folder / part / "kites" / name).write_text(text.lstrip(), "utf-8")
    return folder


def share(checkout: Path) -> None:
    """Put the shared lines in, once."""
    for name, (after, line) in LINES.items():
        path = checkout / name
        text = path.read_text("utf-8")
        assert text.count(after) == 1, f"{name}: {after}"
        if line not in text:
            path.write_text(text.replace(after, after + line), "utf-8")


def test_without_its_layer_it_is_noticed(checkout: Path) -> None:
    said = broken(checkout)
    assert said.returncode != 0 and "kites" in said.stdout


@pytest.fixture(scope="module")
def found(app: Flask, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the platform with kites answers to a coordinator, who may fly, and to a member, who may not."""
    share(checkout)
    folder = tmp_path_factory.mktemp("kites")
    shutil.copyfile(Path(app.config["PLATFORM"].folder) / "template.db", folder / "platform.db")
    (folder / "world").write_bytes(pickle.dumps(app.extensions["world"]))
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(folder)], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_its_layer_is_kept(checkout: Path, found: dict[str, Any]) -> None:
    said = broken(checkout)
    assert said.returncode == 0, said.stdout[-2000:]


def test_its_page_answers_those_who_may(found: dict[str, Any]) -> None:
    assert found["pages"]["coordinator"]["/kites"][0] == 200
    assert found["pages"]["member"]["/kites"][0] == 403


def test_the_matrix_walks_it_with_rows_at_both_tables(found: dict[str, Any]) -> None:
    assert ["kites.index", "fly"] in found["doors"] and ["kites.show", "view"] in found["doors"]
    assert set(found["rows"]) == {"ours", "theirs"} and found["cells"] == 2
    assert found["wrong"] == []


def test_its_lists_grow_for_the_count_of_statements(found: dict[str, Any]) -> None:
    assert found["more"] == 2


def test_its_navigation_is_on_other_pages_for_those_who_may(found: dict[str, Any]) -> None:
    assert 'href="/kites"' in found["pages"]["coordinator"]["/search?q=kite"][1]
    assert 'href="/kites"' not in found["pages"]["member"]["/search?q=kite"][1]


def test_its_verb_is_worded_and_told_in_the_feed(found: dict[str, Any]) -> None:
    assert found["told"] == "flew the red kite over the lake"
    assert "kite" in found["feed"]
    assert "flew 晨星 red kite over the lake" in found["pages"]["member"]["/"][1]


def test_it_is_found_and_waits(found: dict[str, Any]) -> None:
    assert f"/kites/{found['rows']['ours']}" in found["pages"]["member"]["/search?q=kite"][1]
    assert ">Kites</h2>" in found["pages"]["member"]["/search?q=kite"][1]
    assert f'/kites/{found["rows"]["theirs"]}"' not in found["pages"]["member"]["/search?q=kite"][1]
    assert "The one that waits" in found["pages"]["member"]["/"][1]
