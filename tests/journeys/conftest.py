"""A browser, and the platform as it really runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.running import Running, furnished, started
from tests.journeys.visitor import AXE, Visitor
from tests.needs import made_by_setup
from tools import system

# What a browser does of its own accord has no place in a test that listens for foreign requests.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = system.chromium()
    made_by_setup(path is not None, "Chromium is not installed", by="make programs, or CHROMIUM=path")
    made_by_setup(AXE.exists(), "axe-core is not installed")
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(path), args=list(QUIET))
        yield made
        made.close()


@pytest.fixture(scope="session")
def platform(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Web server and worker with the demo."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    demo = furnished(base.parent if parallel else base)
    folder = tmp_path_factory.mktemp("platform") / "data"
    shutil.copytree(demo, folder)
    with started(folder) as running:
        yield running
        logs = running.logs()
    assert "Traceback" not in logs, logs[logs.index("Traceback") - 500 :][:4000]


@pytest.fixture
def visit(browser: Browser, platform: Running) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each with a browser of his own; at the end none of them may have met any trouble."""
    visitors: list[Visitor] = []

    def come(**how: Any) -> Visitor:
        visitors.append(Visitor(browser, platform.base, **how))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    assert not troubles, "\n".join(["", *dict.fromkeys(troubles)])
