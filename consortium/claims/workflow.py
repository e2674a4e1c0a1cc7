"""The life of a claim, as a table."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow
from consortium.projects.workflow import four_eyes, while_open

#: States in which the firm can still change what it claims.
OPEN = ("draft", "queried")
#: States in which somebody waits for another: those who decide, or the firm that is to answer.
ASKED = ("submitted", "queried")
#: States in which it is decided on.
DECIDED = ("accepted", "rejected")
#: States in which what is claimed counts as claimed.
COUNTED = ("submitted", "queried", "accepted")


def may_claim(_actor: Actor, thing: Any) -> Lazy | None:
    """Claims are handed in once the project has begun, and while its consortium does not rest."""
    if thing.consortium.stage == "suspended":
        return _l("The consortium is suspended; its work rests until it is resumed.")
    project = getattr(thing, "project", thing)
    if project.stage == "draft":
        return _l("The project has not begun yet, so there is nothing to claim.")
    return None


def once_handed_in(_actor: Actor, claim: Any) -> Lazy | None:
    """What was handed in once stays on record; another draft is thrown away."""
    return None if claim.words else _l("This claim was not handed in yet. Discard its draft.")


other_eyes = four_eyes(
    "words", Action.SETTLE,
    lambda names: _l("Your organisation handed in this claim itself. A person of another organisation has to decide on it: %(names)s.", names=names),
    _l("Your organisation handed in this claim itself, and nobody of another organisation can decide on it yet. Invite a coordinator or an expert of another organisation."),
    housed=True,
)  # fmt: skip

CLAIM = Workflow(
    name="claim",
    column="state",
    states={
        "draft": (_l("Draft"), "plan"),
        "submitted": (_l("Submitted"), "act"),
        "queried": (_l("Queried"), "warn"),
        "accepted": (_l("Claim accepted"), "ok"),
        "rejected": (_l("Rejected"), "bad"),
        "withdrawn": (_l("Discarded"), "none"),
    },
    steps=(
        Step("submit", OPEN, "submitted", Action.REPORT, _l("Hand it in"), while_open(may_claim), verb="handed in a claim"),
        Step("query", ("submitted",), "queried", Action.SETTLE, _l("Ask"), while_open(other_eyes), reason=True, verb="queried a claim"),
        Step("accept", ("submitted",), "accepted", Action.SETTLE, _l("Accept"), while_open(other_eyes), verb="accepted a claim"),
        Step("reject", ASKED, "rejected", Action.SETTLE, _l("Reject"), while_open(other_eyes), reason=True, verb="rejected a claim"),
        Step("revise", DECIDED, "submitted", Action.SETTLE, _l("Take the claim up again"), while_open(other_eyes), reason=True, verb="took up a claim again"),
        Step("withdraw", ASKED, "draft", Action.REPORT, _l("Take it back"), while_open(), verb="took a claim back"),
        Step("drop", ("draft",), "withdrawn", Action.REPORT, _l("Discard"), while_open(once_handed_in), verb="withdrew a claim"),
    ),
)  # fmt: skip
