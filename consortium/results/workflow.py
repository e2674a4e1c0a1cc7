"""The lives of a result's ownership, of each owner's word on it, and of an outcome, as tables."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow
from consortium.projects.workflow import while_open

#: States of a result in which it has owners.
OWNED = ("proposed", "agreed", "disputed")


def begun(_actor: Actor, thing: Any) -> Lazy | None:
    """Results come out of a project that has begun; also after it was completed or stopped."""
    if getattr(thing, "project", thing).stage == "draft":
        return _l("The project has not begun yet. Its results can be entered as soon as the coordinator starts it.")
    return None


def all_agree(_actor: Actor, result: Any) -> Lazy | None:
    """Ownership is agreed when each owner has said so."""
    if not result.owners or any(owner.state != "agreed" for owner in result.owners):
        return _l("Not all owners have agreed to their shares yet.")
    return None


def settled_already(_actor: Actor, owner: Any) -> Lazy | None:
    """What all have agreed to is opened again by a new proposal, not by one of them."""
    if owner.result.state == "agreed":
        return _l(
            "All owners have agreed. To change the shares, the organisation that leads the result proposes new ones; all are asked again then."
        )
    return None


RESULT = Workflow(
    name="result",
    column="state",
    states={
        "unowned": (_l("Without owners"), "none"),
        "proposed": (_l("Owners are asked"), "act"),
        "agreed": (_l("Agreed by all"), "ok"),
        "disputed": (_l("Disputed"), "bad"),
    },
    steps=(
        Step("propose", ("unowned", *OWNED), "proposed", Action.REPORT, _l("Propose the shares"), while_open(begun), verb="proposed the shares"),
        # The platform takes these when the words of the owners are such; whoever spoke last need not lead the result.
        Step("settle", ("proposed", "disputed"), "agreed", Action.VIEW, _l("Settle"), while_open(all_agree), verb="agreed to the share"),
        Step("contest", ("proposed", "disputed"), "disputed", Action.VIEW, _l("Contest"), while_open(), verb="disputed the share"),
        Step("soothe", ("disputed",), "proposed", Action.VIEW, _l("Ask the others"), while_open(), verb="agreed to the share"),
        Step("reopen", ("agreed",), "proposed", Action.VIEW, _l("Ask the others"), while_open(), verb="gave up the share"),
    ),
)  # fmt: skip

SHARE = Workflow(
    name="result_owner",
    column="state",
    states={"asked": (_l("Is asked"), "act"), "agreed": (_l("Agrees"), "ok"), "disputed": (_l("Disputes it"), "bad"), "released": (_l("Gives it up"), "none")},
    steps=(
        Step("agree", ("asked", "disputed"), "agreed", Action.REPORT, _l("Agree to this share"), while_open(settled_already), verb="agreed to the share"),
        Step("dispute", ("asked", "agreed"), "disputed", Action.REPORT, _l("Dispute this share"), while_open(settled_already), reason=True, verb="disputed the share"),
        # Who has spoken is left out of the shares only after it has said so itself.
        Step("release", ("asked", "agreed", "disputed"), "released", Action.REPORT, _l("Give this share up"), while_open(), reason=True, danger=True, verb="gave up the share"),
    ),
)  # fmt: skip

OUTCOME = Workflow(
    name="outcome",
    column="state",
    states={
        "pending": (_l("Not in force yet"), "act"),
        "in_force": (_l("In force"), "ok"),
        "refused": (_l("Refused or given up"), "none"),
        "ended": (_l("Ended"), "none"),
    },
    steps=(
        Step("grant", ("pending",), "in_force", Action.REPORT, _l("Note that it is granted, registered or published"), while_open(), verb="noted the grant"),
        Step("refuse", ("pending",), "refused", Action.REPORT, _l("Note that it came to nothing"), while_open(), verb="noted the refusal"),
        Step("lapse", ("in_force",), "ended", Action.REPORT, _l("Note that it ended"), while_open(), verb="noted the end"),
        Step("revive", ("refused", "ended"), "pending", Action.REPORT, _l("Take it up again"), while_open(), verb="took it up again"),
    ),
)  # fmt: skip
