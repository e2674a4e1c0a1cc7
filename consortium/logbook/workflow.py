"""The life of a monthly log, as a table."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow
from consortium.projects.workflow import while_open


def at_work(_actor: Actor, thing: Any) -> Lazy | None:
    """Work and spending are logged from the start of a project; of one that was completed or stopped afterwards, too, for the months that had begun by then."""
    project = getattr(thing, "project", thing)
    if project.stage == "draft":
        return _l("The project has not begun yet. Months can be logged as soon as the coordinator starts it.")
    return None


def may_reopen(actor: Actor, log: Any) -> Lazy | None:
    """What was confirmed of a completed project is its account, and stays."""
    if log.project.stage == "completed":
        return _l("The project is completed, so its confirmed months stay as they are.")
    return at_work(actor, log)


LOG = Workflow(
    name="monthly_log",
    column="state",
    states={"open": (_l("Not confirmed"), "act"), "confirmed": (_l("Confirmed"), "ok")},
    steps=(
        Step("confirm", ("open",), "confirmed", Action.REPORT, _l("Confirm the month"), while_open(at_work), verb="confirmed the month"),
        Step("reopen", ("confirmed",), "open", Action.REPORT, _l("Open the month again"), while_open(may_reopen), reason=True, verb="opened the month again"),
    ),
)  # fmt: skip
