"""The platform as processes of their own: a web server and a worker over a folder with the demo."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds until a process has to answer on a busy machine


def environment(folder: Path, port: int = 8000) -> dict[str, str]:
    """What the processes are told; nothing of the settings of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    told = {
        "ENVIRONMENT": "local",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        "LANG": "C.UTF-8",
    }
    return kept | told


def furnished(shared: Path) -> Path:
    """A folder with the migrated database and the demo, built once for all test processes that start together."""
    folder = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = shared / "demo-making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            for words in (("db", "upgrade"), ("demo",)):
                command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
                done = subprocess.run(
                    command, cwd=TOP, env=environment(making), capture_output=True, text=True, timeout=300
                )
                assert done.returncode == 0, f"flask {' '.join(words)}: {done.stderr[-3000:]}"
            making.rename(folder)
    return folder


@dataclass
class Running:
    """A platform that answers at `base`; its programs write to logs in `folder`."""

    base: str
    folder: Path

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the platform's database, read only; for what a person knows from elsewhere, such as a mail."""
        with contextlib.closing(
            sqlite3.connect(f"file:{self.folder / 'platform.db'}?mode=ro", uri=True, timeout=20)
        ) as connection:
            return connection.execute(query, values).fetchall()

    def logs(self) -> str:
        """What web and worker wrote."""
        return "".join((self.folder / f"{name}.log").read_text(errors="replace") for name in ("web", "worker"))


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Running]:
    """Web server and worker over a copy of the demo in `folder`, ended at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    programs = {
        "web": [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
                "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws", "wsgi:app"],
        "worker": [sys.executable, "-m", "consortium.worker"],
    }  # fmt: skip
    with contextlib.ExitStack() as stack:
        for name, command in programs.items():
            log = stack.enter_context((folder / f"{name}.log").open("w"))
            process = subprocess.Popen(
                command,
                cwd=TOP,
                env=environment(folder, port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            stack.callback(_end, process)
        running = Running(f"http://127.0.0.1:{port}", folder)
        _wait(running, process)
        yield running


def _wait(running: Running, worker: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{running.base}/health", timeout=5) as answer,
        ):
            if answer.status == 200 and worker.poll() is None:
                return
        time.sleep(0.3)
    pytest.fail(f"The platform did not answer within {PATIENCE} s.\n{running.logs()[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
