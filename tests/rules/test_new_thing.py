"""A new feature needs its own files and the shared lines that CONTRIBUTING.md names, and is found everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.rules.source import PACKAGE, TOP
from tests.rules.test_layers import broken

FILES = {
    "__init__.py": "",
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
    return [Waiting("Fly it", "The red kite", href="/kites")]
''',
    "routes.py": '''
"""Pages of kites."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from consortium.core.access import Action
from consortium.core.words import _l
from consortium.web.door import Door
from consortium.web.pages import Entry, page

bp = Door("kites", __name__)
NAVIGATION = (Entry(_l("Kites"), "flask", "kites.index", Action.FLY, 70),)


@bp.page("/kites", can=Action.FLY)
def index() -> ResponseReturnValue:
    """All kites."""
    return page("desk/waiting.html", waiting=[])
''',
}

#: The shared lines, each put after a line that is there; the third because kites bring an action of their own.
LINES = {
    "consortium/app.py": [('    "portfolio",\n', '    "kites",\n')],
    "pyproject.toml": [('    "portfolio",\n', '    "kites",\n')],
    "consortium/core/access.py": [
        ('    VIEW = "view"\n', '    FLY = "fly"\n'),
        ("    Role.COORDINATOR: {\n", "        Action.FLY: _ANY,\n"),
    ],
}

ASK = """
import json
import sys

from consortium.app import create_app
from consortium.activity.models import Event
from consortium.activity.verbs import told
from consortium.core import features, search
from consortium.core.db import db
from consortium.core.grams import grams
from consortium.core.scope import everything
from consortium.web.door import entrances

asked = json.loads(sys.argv[1])
app = create_app({"DATA_DIR": asked["folder"], "SECRET_KEY": "a key for tests only, nothing else", "BASE_URL": "http://localhost"},
                 TESTING=True, RATELIMIT_ENABLED=False)
with app.app_context(), everything("a test adds a row that can be found"):
    db.session.add(search.SearchEntry(kind="kite", row_id=7, about_consortium=None, title="The red kite", grams=grams("The red kite")))
    db.session.commit()

def pages(person):
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update({"_user_id": person, "_fresh": True, "locale": "en"})
    answers = {way: browser.get(way) for way in ("/kites", "/", "/search?q=kite")}
    return {way: [answer.status_code, answer.get_data(as_text=True)] for way, answer in answers.items()}

with app.app_context():
    doors = [[door.endpoint, str(door.can)] for door in entrances()]
    said = {"doors": doors, "told": str(told("flew", "the red kite")), "feed": sorted(features.joined("shown", "TOLD_AS"))}
print(json.dumps({**said, "pages": {who: pages(person) for who, person in asked["people"].items()}}))
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with a package `kites`, and no shared line yet."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(PACKAGE, folder / "consortium", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(TOP / "pyproject.toml", folder / "pyproject.toml")
    for name in ("templates", "static", "migrations"):
        (folder / name).symlink_to(TOP / name, target_is_directory=True)
    (folder / "consortium" / "kites").mkdir()
    for name, text in FILES.items():
        (folder / "consortium" / "kites" / name).write_text(text.lstrip(), "utf-8")
    return folder


def share(checkout: Path) -> None:
    """Put the shared lines in, once."""
    for name, lines in LINES.items():
        path = checkout / name
        text = path.read_text("utf-8")
        for after, line in lines:
            assert text.count(after) == 1, f"{name}: {after}"
            if line not in text:
                text = text.replace(after, after + line)
        path.write_text(text, "utf-8")


def test_without_its_layer_it_is_noticed(checkout: Path) -> None:
    said = broken(checkout)
    assert said.returncode != 0 and "kites" in said.stdout


@pytest.fixture(scope="module")
def found(app: Flask, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the platform with kites answers to a coordinator, who may fly, and to a member, who may not."""
    share(checkout)
    folder = tmp_path_factory.mktemp("kites")
    shutil.copyfile(Path(app.config["PLATFORM"].folder) / "template.db", folder / "platform.db")
    people = app.extensions["world"].ours.people
    asked = {
        "folder": str(folder),
        "people": {who: getattr(people, who).fs_uniquifier for who in ("coordinator", "member")},
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(asked)], cwd=checkout, capture_output=True, text=True, check=False
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


def test_the_matrix_walks_it(found: dict[str, Any]) -> None:
    assert ["kites.index", "fly"] in found["doors"]


def test_its_navigation_is_on_other_pages_for_those_who_may(found: dict[str, Any]) -> None:
    assert 'href="/kites"' in found["pages"]["coordinator"]["/search?q=kite"][1]
    assert 'href="/kites"' not in found["pages"]["member"]["/search?q=kite"][1]


def test_its_verb_is_worded_and_told_in_the_feed(found: dict[str, Any]) -> None:
    assert found["told"] == "flew the red kite over the lake"
    assert "kite" in found["feed"]


def test_it_is_found_and_waits(found: dict[str, Any]) -> None:
    assert "/kites/7" in found["pages"]["member"]["/search?q=kite"][1]
    assert ">Kites</h2>" in found["pages"]["member"]["/search?q=kite"][1]
    assert "The red kite" in found["pages"]["member"]["/"][1]
