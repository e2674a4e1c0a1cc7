"""One build of the demonstration for all tests that only look at it."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade

from consortium.app import create_app
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.demo import story
from tests.rules.walk import keep

NOON = datetime.datetime(2026, 11, 22, 4, 0, tzinfo=datetime.UTC)


@contextmanager
def built(folder: Path) -> Iterator[Flask]:
    """A platform in a folder of its own, with the demonstration in it."""
    settings = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": f"a key for tests only, {folder.name}, nothing else",
        "BASE_URL": "http://localhost",
    }
    app = create_app(settings, TESTING=True, RATELIMIT_ENABLED=False)
    try:
        with app.app_context():
            upgrade()
            story.build()
            db.session.remove()
        keep(app, "built.db")  # whoever looks at a page leaves rows of his own
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def demo(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One build for all tests that only look."""
    with built(tmp_path_factory.mktemp("first")) as made:
        yield made


@pytest.fixture
def rows(demo: Flask) -> Iterator[Any]:
    """Look at all rows, on the day on which the story stands."""
    with demo.app_context(), everything("a test looks at the demonstration"), clock.at(NOON):
        yield db.session
