"""What several of the tools need: where the project is, and how its commands are run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def python(*words: str | Path, env: dict[str, str] | None = None) -> int:
    """Run `python -m …` of this environment at the top of the project; answers its exit status."""
    return subprocess.run([sys.executable, "-m", *map(str, words)], cwd=TOP, env=env).returncode


def flask_command(*words: str) -> list[str]:
    """The argument list of a flask command of the platform."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def flask(*words: str, env: dict[str, str]) -> int:
    """Run a flask command of the platform; answers its exit status."""
    return subprocess.run(flask_command(*words), cwd=TOP, env=env).returncode


@contextmanager
def empty_installation() -> Iterator[dict[str, str]]:
    """The environment of a local installation without any data, which is gone afterwards."""
    own = {"DATABASE_URL", "FILES_URL", "JOBS_URL", "LIMITS_URL", "SECRET_KEY", "BASE_URL", "TRUSTED_HOSTS"}
    given = {name: value for name, value in os.environ.items() if name not in own}
    with tempfile.TemporaryDirectory(prefix="consortium-") as folder:
        yield {**given, "ENVIRONMENT": "local", "DATA_DIR": folder}
