"""What all tests share: one app a process, and a fresh copy of one small world for each test.

No app context is held open around a test client: Flask-Login keeps its user there, and tests would leak into each other.
"""

import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

os.environ.setdefault("ENVIRONMENT", "local")

from consortium.app import create_app
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.people.models import User
from tests import factories

# How fast a machine is tonight proves nothing: `make bench` measures, tests do not.
settings.register_profile("platform", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("platform")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The platform on an SQLite database of its own, migrated and furnished with the world of `factories`."""
    folder = tmp_path_factory.mktemp("platform")
    made = create_app(
        {"DATA_DIR": str(folder), "SECRET_KEY": "a key for tests only, nothing else", "BASE_URL": "http://localhost"},
        TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False,
    )  # fmt: skip
    from flask_migrate import upgrade

    with made.app_context():
        upgrade()
    with made.app_context(), everything("tests build their world"), clock.at(factories.NOW):
        world = factories.world()
        made.extensions["world"] = remembered(world)
        db.session.commit()
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    with (
        closing(sqlite3.connect(folder / "platform.db")) as live,
        closing(sqlite3.connect(folder / "template.db")) as kept,
    ):
        live.backup(kept)
    yield made
    with made.app_context():
        db.engine.dispose()


def remembered(thing: Any) -> Any:
    """The world as plain numbers and names, which outlive the session that made it."""
    if isinstance(thing, dict):
        return SimpleNamespace(**{key: remembered(value) for key, value in thing.items()})
    if hasattr(thing, "__tablename__"):
        return SimpleNamespace(
            id=thing.id,
            **({"email": thing.email, "fs_uniquifier": thing.fs_uniquifier} if isinstance(thing, User) else {}),
        )
    if hasattr(thing, "__dataclass_fields__"):
        return SimpleNamespace(**{key: remembered(getattr(thing, key)) for key in thing.__dataclass_fields__})
    return thing


@pytest.fixture
def fresh(app: Flask) -> Iterator[None]:
    """The database as it was when the world was made; the clock stands at 22 November 2026, noon in Shanghai."""
    folder = Path(app.config["PLATFORM"].folder)
    with app.app_context():
        db.engine.dispose()
    for rest in ("platform.db-wal", "platform.db-shm"):
        (folder / rest).unlink(missing_ok=True)
    shutil.copyfile(folder / "template.db", folder / "platform.db")
    with clock.at(factories.NOW):
        yield


@pytest.fixture
def world(app: Flask, fresh: None) -> Any:
    """Numbers of the rows of the world: `world.ours.consortium.id`, `world.people.officer.id`."""
    return pickle.loads(pickle.dumps(app.extensions["world"]))


@pytest.fixture
def client(app: Flask, fresh: None) -> FlaskClient:
    """A browser of nobody."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, fresh: None) -> Callable[..., FlaskClient]:
    """A browser of somebody: `sign_in(world.ours.people.coordinator)`; English unless told."""

    def browser(person: Any, language: str = "en") -> FlaskClient:
        made = app.test_client()
        made.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        with made.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
            session["locale"] = "zh_Hans" if language.startswith("zh") else "en"
        return made

    return browser


@pytest.fixture
def inside(app: Flask, fresh: None) -> Callable[[], Any]:
    """Work with services and rows outside a request: `with inside(): …` (everything in scope, nothing committed by itself)."""

    @contextmanager
    def opened() -> Iterator[None]:
        with app.app_context(), everything("a test looks behind the pages"):
            yield

    return opened
