"""Says at the end of a run which checks did not run, and why; loaded through `addopts` in pyproject.toml."""

from __future__ import annotations

from collections import Counter

import pytest


def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The sentence with which a test was skipped; pytest keeps it as (file, line, "Skipped: sentence")."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List each reason with the number of checks that it kept from running."""
    skipped = terminalreporter.stats.get("skipped", [])
    counts = Counter(reason(report) for report in skipped if isinstance(report.longrepr, tuple))
    if not counts:
        return
    terminalreporter.section("checks that were skipped")
    for sentence, number in counts.most_common():
        terminalreporter.line(f"{number} {'check' if number == 1 else 'checks'}: {sentence}")
