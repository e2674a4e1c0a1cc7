"""The life of a deliverable, as a table."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow
from consortium.projects.workflow import four_eyes, while_open

#: States in which something is still to be handed in.
OPEN = ("pending", "returned")


def at_work(_actor: Actor, thing: Any) -> Lazy | None:
    """Results are handed in and measured while the project runs, and its consortium does not rest."""
    if thing.consortium.stage == "suspended":
        return _l("The consortium is suspended; its work rests until it is resumed.")
    if thing.project.stage == "draft":
        return _l("The project has not begun yet. Results can be handed in as soon as the coordinator starts it.")
    if thing.project.stage != "running":
        return _l("The project does not run any more, so nothing can be handed in.")
    return None


other_eyes = four_eyes(
    "submissions", Action.ACCEPT,
    lambda names: _l("Your organisation submitted this deliverable itself. A person of another organisation has to verify it: %(names)s.", names=names),
    _l("Your organisation submitted this deliverable itself, and nobody of another organisation can verify it yet. Invite a coordinator or an expert of another organisation."),
)  # fmt: skip

DELIVERABLE = Workflow(
    name="deliverable",
    column="state",
    states={
        "pending": (_l("Pending"), "plan"),
        "submitted": (_l("Submitted"), "act"),
        "accepted": (_l("Accepted"), "ok"),
        "returned": (_l("Returned"), "warn"),
    },
    steps=(
        Step("submit", OPEN, "submitted", Action.REPORT, _l("Submit it"), while_open(at_work), verb="handed in"),
        Step("accept", ("submitted",), "accepted", Action.ACCEPT, _l("Accept"), while_open(other_eyes), verb="accepted"),
        Step("return", ("submitted",), "returned", Action.ACCEPT, _l("Return"), while_open(other_eyes), reason=True, verb="returned"),
    ),
)  # fmt: skip
