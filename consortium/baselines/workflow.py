"""The life of a change request, as a table."""

from __future__ import annotations

from typing import Any

from consortium.baselines import deciding
from consortium.baselines.comparing import Line
from consortium.baselines.deciding import Decider
from consortium.core import clock
from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l, listed
from consortium.core.workflow import Step, Workflow
from consortium.jobs.services import newest
from consortium.people.queries import seated
from consortium.projects.workflow import MOST_NAMED, while_open

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


def under_way(_actor: Actor, request: Any) -> Lazy | None:
    """No job carries out its approval at present."""
    job = newest(request)
    if job is not None and job.state in ("queued", "running"):
        return _l("Its approval is being carried out.")
    return None


def may_not_approve(actor: Actor, request: Any) -> Lazy | None:
    """Who proposed a change does not approve it, unless nobody else can, or the lead unit decides by rule."""
    if sentence := under_way(actor, request):
        return sentence
    mine = getattr(actor, "id", None) == request.proposed_by_id
    if not mine or deciding.rule_on(request.kind, clock.today()).decider is Decider.LEAD:
        return None
    others = [one.name for one in seated(request.consortium_id, Action.DECIDE) if one.id != request.proposed_by_id]
    if not others:
        return None
    return _l(
        "You proposed this change yourself. Another person has to approve it: %(names)s.",
        names=listed(others[:MOST_NAMED]),
    )


def may_not_withdraw(actor: Actor, request: Any) -> Lazy | None:
    """Only the person who proposed a change takes it back, and not while its approval is carried out."""
    return not_mine(actor, request) or under_way(actor, request)


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
            while_open(may_not_approve),
            verb="approved the change",
        ),
        Step(
            "reject",
            ("submitted",),
            "rejected",
            Action.DECIDE,
            _l("Reject"),
            while_open(under_way),
            reason=True,
            verb="rejected the change",
        ),
        Step(
            "withdraw",
            OPEN,
            "withdrawn",
            Action.PROPOSE,
            _l("Take it back"),
            while_open(may_not_withdraw),
            danger=True,
            verb="withdrew the change",
        ),
    ),
)
