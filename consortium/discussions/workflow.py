"""The life of a thread, as a table: a question is open, answered, closed; a remark is open, closed."""

from __future__ import annotations

from typing import Any

from consortium.core.access import GRANTS, Action, Actor, Role, roles_at
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Step, Workflow


def speaks_for(actor: Actor, consortium_id: int) -> list[int]:
    """The organisations for which a person talks at a table, in the order of the seats."""
    found = (s for s in actor.seats if s.consortium_id == consortium_id and Action.DISCUSS in GRANTS[Role(s.role)])
    return list(dict.fromkeys(int(seat.organisation_id) for seat in found))


def rests(_actor: Actor, thread: Any) -> Lazy | None:
    """Nobody talks at a table that is closed."""
    if thread.consortium.stage == "closed":
        return _l("The consortium is closed; nothing can be changed any more.")
    return None


def not_asked(actor: Actor, thread: Any) -> Lazy | None:
    """A question is answered by a person of the organisation that was asked."""
    if thread.asked_id not in speaks_for(actor, thread.consortium_id):
        return _l("Only a person of the organisation that was asked answers the question. You can add a remark to it.")
    return rests(actor, thread)


def not_yours(actor: Any, thread: Any) -> Lazy | None:
    """Who began a talk ends it, or a coordinator."""
    if actor.id != thread.opened_by_id and Role.COORDINATOR not in roles_at(actor, thread):
        return _l("Only who began this, or a coordinator, can close or reopen it.")
    return rests(actor, thread)


THREAD = Workflow(
    name="thread",
    column="state",
    states={
        "open": (_l("Under discussion"), "act"),
        "answered": (_l("Answered"), "ok"),
        "closed": (_l("Closed"), "none"),
    },
    steps=(
        Step("answer", ("open",), "answered", Action.DISCUSS, _l("Answer"), not_asked, verb="answered a question"),
        Step("close", ("open", "answered"), "closed", Action.DISCUSS, _l("Close"), not_yours, verb="closed a thread"),
        Step("reopen", ("answered", "closed"), "open", Action.DISCUSS, _l("Reopen"), not_yours, verb="reopened a thread"),
    ),
)  # fmt: skip
