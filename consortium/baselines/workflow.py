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
from consortium.people.models import User
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
    if sentence := not_mine(actor, request) or under_way(actor, request):
        return sentence
    if not request.lines:
        return _l("Nothing would change, so there is nothing to propose.")
    if not request.reason.strip() or not request.summary.strip():
        return _l("Say first what is to change and why.")
    return deciding.too_late([Line.of(line) for line in request.lines], clock.today())


def under_way(_actor: Actor, request: Any) -> Lazy | None:
    """No job carries out its approval at present, or tries it on the plan of today."""
    job = newest(request)
    if job is None or job.state not in ("queued", "running"):
        return None
    if job.args.get("act", "approve") != "approve":
        return _l("It is being tried on the plan as it is now.")
    return _l("Its approval is being carried out.")


def approvers(request: Any) -> list[User]:
    """Who may approve a change: where the lead unit decides those who stand for it, if anybody does; never who proposed it, unless nobody else can.

    What the lead unit decides by rule its own person also proposes and approves alone, but for what makes figures better by itself (`deciding.counts`).
    """
    people, proposer = seated(request.consortium_id, Action.DECIDE), request.proposed_by_id
    if deciding.rule_on(request.kind, clock.today()).decider is Decider.LEAD:
        own = seated(request.consortium_id, Action.DECIDE, [request.project.lead_id])
        if own and not deciding.counts(Line.of(line) for line in request.lines):
            return own
        people = [one for one in own if one.id != proposer] or people
    return [one for one in people if one.id != proposer] or people


def may_not_approve(actor: Actor, request: Any) -> Lazy | None:
    """Why a person is not one of those who may approve a change, and who they are."""
    if sentence := under_way(actor, request):
        return sentence
    people, number = approvers(request), getattr(actor, "id", None)
    if any(one.id == number for one in people):
        return None
    names = listed([one.name for one in people][:MOST_NAMED])
    if number == request.proposed_by_id:
        return _l("You proposed this change yourself. Another person has to approve it: %(names)s.", names=names)
    return _l("The lead unit decides on this change. At this table that is: %(names)s.", names=names)


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
