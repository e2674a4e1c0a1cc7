"""A throw-away PostgreSQL cluster, reached by a socket in a temporary folder only."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from consortium.app import create_app
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from tests import factories
from tests.conftest import remembered
from tests.needs import made_by_setup
from tools import system

UNPRIVILEGED = ("postgres", "nobody")


def _user() -> str | None:
    """PostgreSQL does not run as root, so root lends it somebody else's name."""
    if os.getuid() != 0:
        return ""
    for name in UNPRIVILEGED:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a cluster that ends with the tests."""
    programs, user = system.servers(), _user()
    made_by_setup(programs is not None, "PostgreSQL's initdb is not installed", by="make programs")
    made_by_setup(user is not None, "root needs a user postgres or nobody to run PostgreSQL", by="make programs")
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    lent = ["runuser", "-u", user, "--"] if user else []
    if user:
        shutil.chown(folder, user)
    folder.chmod(0o700)
    run = {"check": True, "capture_output": True, "text": True, "cwd": "/"}
    try:
        subprocess.run(
            [
                *lent,
                str(programs / "initdb"),
                "-D",
                str(folder / "data"),
                "-U",
                "tester",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-A",
                "trust",
            ],
            **run,
        )
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.fail(f"initdb: {error.stderr}")
    server = subprocess.Popen(
        [*lent, str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-c", "listen_addresses=", "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    try:
        for _ in range(100):
            if (
                subprocess.run(
                    [str(programs / "pg_isready"), "-h", str(folder), "-U", "tester"], capture_output=True
                ).returncode
                == 0
            ):
                break
            time.sleep(0.1)
        yield f"postgresql+psycopg://tester@/postgres?host={folder}"
    finally:
        subprocess.run(
            [*lent, str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"],
            capture_output=True,
            cwd="/",
        )
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def app(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The platform on PostgreSQL, migrated up, down and up again, with the world of `factories`."""
    made = create_app(
        {"DATA_DIR": str(tmp_path_factory.mktemp("platform")), "SECRET_KEY": "a key for tests only, nothing else", "BASE_URL": "http://localhost",
         "DATABASE_URL": cluster},
        TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False,
    )  # fmt: skip
    from flask_migrate import downgrade, upgrade

    with made.app_context():
        upgrade()
        downgrade(revision="base")
        upgrade()
    with made.app_context(), everything("tests build their world"), clock.at(factories.NOW):
        made.extensions["world"] = remembered(factories.world())
        db.session.commit()
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def fresh(app: Flask) -> Iterator[None]:
    """Here the world is not made anew for each test; tests leave what they do not need."""
    with clock.at(factories.NOW):
        yield
