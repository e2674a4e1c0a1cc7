"""The lives of a risk, an issue and an action, as tables."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor, allowed
from consortium.core.terms import either
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow
from consortium.projects.workflow import houses, while_open

#: Risks that threaten, or have come true and still last; the others are settled.
STANDING = ("open", "occurred")


def goes_on(_actor: Actor, thing: Any) -> Lazy | None:
    """In a stopped project nothing is tracked any more."""
    if thing.project.stage == "stopped":
        return _l("The project was stopped, so its risks stay as they are.")
    return None


def asked_for_it(actor: Actor, item: Any) -> Lazy | None:
    """What was done is checked for the organisation that asked for it, and by nobody who did it."""
    if sentence := goes_on(actor, item):
        return sentence
    if item.raiser_id not in houses(actor, item.consortium_id) and not allowed(actor, Action.MANAGE, item):
        name = either(item.raiser.name_zh, item.raiser.name_en)
        return _l("It was asked for by %(name)s, whose people check it.", name=name)
    if item.done_by_id == getattr(actor, "id", None):
        return _l("You did this yourself. Another person checks it.")
    return None


def not_asked_here(actor: Actor, item: Any) -> Lazy | None:
    """What was asked for is withdrawn for the organisation that asked, or by who plans the project."""
    if sentence := goes_on(actor, item):
        return sentence
    if item.raiser_id not in houses(actor, item.consortium_id) and not allowed(actor, Action.PLAN, item):
        name = either(item.raiser.name_zh, item.raiser.name_en)
        return _l("It was asked for by %(name)s, whose people withdraw it, or the coordinator.", name=name)
    return None


RISK = Workflow(
    name="risk",
    column="state",
    states={
        "open": (_l("Still open"), "act"),
        "mitigated": (_l("Mitigated"), "ok"),
        "occurred": (_l("Occurred"), "bad"),
        "closed": (_l("Closed"), "none"),
    },
    steps=(
        Step("mitigate", ("open", "occurred"), "mitigated", Action.TRACK, _l("It is mitigated"), while_open(goes_on), verb="mitigated the risk"),
        Step("occur", ("open", "mitigated"), "occurred", Action.TRACK, _l("It has occurred"), while_open(goes_on), verb="saw the risk occur"),
        Step("reopen", ("mitigated", "occurred", "closed"), "open", Action.TRACK, _l("It is open again"), while_open(goes_on), verb="opened the risk again"),
        Step("close", ("open", "mitigated", "occurred"), "closed", Action.TRACK, _l("It is over"), while_open(goes_on), verb="closed the risk"),
    ),
)  # fmt: skip

ISSUE = Workflow(
    name="issue",
    column="state",
    states={"open": (_l("Still open"), "act"), "resolved": (_l("Resolved"), "ok"), "closed": (_l("Closed"), "none")},
    steps=(
        Step("resolve", ("open",), "resolved", Action.TRACK, _l("It is resolved"), while_open(goes_on), reason=True, verb="resolved the issue"),
        Step("close", ("open", "resolved"), "closed", Action.TRACK, _l("Close it"), while_open(goes_on), reason=True, verb="closed the issue"),
        Step("reopen", ("resolved", "closed"), "open", Action.TRACK, _l("Open it again"), while_open(goes_on), reason=True, verb="opened the issue again"),
    ),
)  # fmt: skip

ACTION = Workflow(
    name="action_item",
    column="state",
    states={"open": (_l("Still open"), "act"), "done": (_l("Done"), "warn"), "checked": (_l("Checked"), "ok"), "withdrawn": (_l("Withdrawn"), "none")},
    steps=(
        Step("finish", ("open",), "done", Action.REPORT, _l("It is done"), while_open(goes_on), reason=True, verb="did what was asked"),
        Step("check", ("done",), "checked", Action.PROPOSE, _l("Checked"), while_open(asked_for_it), verb="checked what was done"),
        Step("return", ("done",), "open", Action.PROPOSE, _l("Not done yet"), while_open(asked_for_it), reason=True, verb="returned what was done"),
        Step("withdraw", ("open",), "withdrawn", Action.PROPOSE, _l("Withdraw it"), while_open(not_asked_here), reason=True, verb="withdrew what was asked for"),
    ),
)  # fmt: skip
