"""The life of a status report."""

from __future__ import annotations

from typing import Any

from consortium.core import clock
from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow


def may_not_submit(_actor: Actor, report: Any) -> Lazy | None:
    """A report is frozen when its period is over and something was written; figures alone are no report."""
    if report.ends_on >= clock.today():
        return _l(
            "The period lasts until %(day)s. Submit the report after that day, or open one on a shorter period.",
            day=report.ends_on.isoformat(),
        )
    if not (report.narrative_zh.strip() or report.narrative_en.strip()):
        return _l("Write a few sentences on the period first, in Chinese or in English.")
    return None


def paper_stands(_actor: Actor, report: Any) -> Lazy | None:
    """What was issued is never edited."""
    if report.paper is None or report.paper.state != "failed":
        return _l(
            "The paper is issued or being made, and an issued report is never changed. Report the next period instead."
        )
    return None


LIFE = Workflow(
    name="status_report",
    column="state",
    states={"drafting": (_l("Being written"), "plan"), "submitted": (_l("Submitted"), "ok")},
    steps=(
        Step(
            "submit",
            ("drafting",),
            "submitted",
            Action.ISSUE,
            _l("Submit the report"),
            may_not_submit,
            verb="submitted",
        ),
        Step("reopen", ("submitted",), "drafting", Action.ISSUE, _l("Write on"), paper_stands, verb="reopened"),
    ),
)
