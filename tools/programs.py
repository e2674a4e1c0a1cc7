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
    command = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(command, cwd=TOP, env={**os.environ, **(env or {})}).returncode


def flask(*words: str, env: dict[str, str] | None = None) -> int:
    """Run a flask command of the platform; answers its exit status."""
    return python("flask", "--app", "wsgi", *words, env=env)


@contextmanager
def empty_installation() -> Iterator[dict[str, str]]:
    """The environment of an installation without any data, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="consortium-") as folder:
        unset = dict.fromkeys(("DATABASE_URL", "FILES_URL", "JOBS_URL", "LIMITS_URL", "SECRET_KEY"), "")
        yield {**unset, "ENVIRONMENT": "local", "DATA_DIR": folder}
