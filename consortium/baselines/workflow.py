"""The life of a change request, as a table."""

from __future__ import annotations

from typing import Any

from consortium.baselines import deciding
from consortium.baselines.comparing import Line
from consortium.core import clock
from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow
from consortium.projects.workflow import while_open

#: States in which a request may still change the plan.
OPEN = ("draft", "submitted")


def not_mine(actor: Actor, request: Any) -> Lazy | None:
    """Only the person who proposed a change hands it in, and takes it back."""
    if getattr(actor, "id", None) != request.proposed_by_id:
        return _l("Only %(name)s, who proposed this change, can do that.", name=request.proposed_by.name)
    return None


def may_not_submit(actor: Actor, request: Any) -> Lazy | None:
    """A request says what would be different and why, and an extension comes in time."""
    if sentence := not_mine(actor, request):
        return sentence
    if not request.lines:
        return _l("Nothing would change, so there is nothing to propose.")
    if not request.reason.strip() or not request.summary.strip():
        return _l("Say first what is to change and why.")
    return deciding.too_late([Line.of(line) for line in request.lines], clock.today())


LIFE = Workflow(
    name="change_request",
    column="state",
    states={
        "draft": (_l("Draft"), "plan"),
        "submitted": (_l("Waits for its decision"), "act"),
        "approved": (_l("Approved"), "ok"),
        "rejected": (_l("Rejected"), "bad"),
        "withdrawn": (_l("Withdrawn"), "none"),
    },
    steps=(
        Step(
            "submit",
            ("draft",),
            "submitted",
            Action.PROPOSE,
            _l("Hand it in"),
            while_open(may_not_submit),
            verb="handed in the change",
        ),
        Step(
            "approve",
            ("submitted",),
            "approved",
            Action.DECIDE,
            _l("Approve"),
            while_open(),
            verb="approved the change",
        ),
        Step(
            "reject",
            ("submitted",),
            "rejected",
            Action.DECIDE,
            _l("Reject"),
            while_open(),
            reason=True,
            verb="rejected the change",
        ),
        Step(
            "withdraw",
            OPEN,
            "withdrawn",
            Action.PROPOSE,
            _l("Take it back"),
            while_open(not_mine),
            danger=True,
            verb="withdrew the change",
        ),
    ),
)
