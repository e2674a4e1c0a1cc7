"""The life of a status report."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow


def without_words(_actor: Actor, report: Any) -> Lazy | None:
    """Figures alone are no report."""
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
            "submit", ("drafting",), "submitted", Action.ISSUE, _l("Submit the report"), without_words, verb="submitted"
        ),
        Step("reopen", ("submitted",), "drafting", Action.ISSUE, _l("Write on"), paper_stands, verb="reopened"),
    ),
)
