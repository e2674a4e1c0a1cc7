"""The life of an assessment, as a table."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow
from consortium.projects.workflow import four_eyes, while_open


def may_not_assess(_actor: Actor, thing: Any) -> Lazy | None:
    """Levels are assessed from the start of a project on, also after it was completed; not while it is stopped."""
    stage = getattr(thing, "project", thing).stage
    if stage == "draft":
        return _l("The project has not begun yet. Its levels can be assessed as soon as the coordinator starts it.")
    if stage == "stopped":
        return _l("The project was stopped, so its levels stay as they are.")
    return None


other_eyes = four_eyes(
    "said", Action.ACCEPT,
    lambda names: _l("Your organisation assessed this level itself. A person of another organisation has to confirm it: %(names)s.", names=names),
    _l("Your organisation assessed this level itself, and nobody of another organisation can confirm it yet. Invite a coordinator or an expert of another organisation."),
)  # fmt: skip


def may_not_confirm(actor: Actor, thing: Any) -> object | None:
    """Confirmed by other eyes, and while levels are assessed at all."""
    return may_not_assess(actor, thing) or other_eyes(actor, thing)


ASSESSMENT = Workflow(
    name="trl_assessment",
    column="state",
    states={
        "proposed": (_l("Waits to be confirmed"), "act"),
        "confirmed": (_l("Confirmed"), "ok"),
        "returned": (_l("Returned"), "warn"),
    },
    steps=(
        Step("confirm", ("proposed",), "confirmed", Action.ACCEPT, _l("Confirm"), while_open(may_not_confirm), verb="confirmed the assessment"),
        Step("return", ("proposed",), "returned", Action.ACCEPT, _l("Return"), while_open(may_not_confirm), reason=True, verb="returned the assessment"),
    ),
)  # fmt: skip
