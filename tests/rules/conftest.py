"""The furnished platform through which the rules are walked, and their numbers at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from consortium.core import clock
from tests import factories
from tests.rules.walk import Walk, walk

TOLD: list[str] = []


@pytest.fixture(scope="session")
def walked(app: Flask) -> Walk:
    """The furnished platform with everybody signed in, made once."""
    return walk(app, app.extensions["world"])


@pytest.fixture
def platform(walked: Walk) -> Iterator[Walk]:
    """The furnished platform as it was made; the clock stands."""
    walked.renew()
    with clock.at(factories.NOW):
        yield walked


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever walks is slow, for each process furnishes the platform first."""
    for item in items:
        if "walked" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def tell() -> Iterator[list[str]]:
    """Lines for the end of the run."""
    yield TOLD


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the numbers that the rules counted."""
    if TOLD:
        terminalreporter.section("rules")
        for line in TOLD:
            terminalreporter.line(line)
