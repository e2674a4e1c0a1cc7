"""How pages of all features show deliverables and indicators: the words of events, where rows are found, and what they add to milestones."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action, Actor, allowed
from consortium.core.features import Card, FoundAs, Tab, ToldAs
from consortium.core.words import _l
from consortium.outputs import queries
from consortium.outputs.tables import state
from consortium.projects.models import Milestone
from consortium.projects.workflow import OPEN

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "handed in": _l("submitted %(subject)s"),
    "noted a value": _l("noted an actual value of %(subject)s"),
    "tied": _l("added what %(subject)s depends on"),
    "untied": _l("took away something that %(subject)s depended on"),
}

TOLD_AS = {
    "deliverable": ToldAs("package", "/deliverables/{}"),
    "indicator": ToldAs("ruler-measure", "/indicators/{}"),
}

FOUND_AS = {
    "deliverable": FoundAs(_l("Deliverables"), "package", "/deliverables/{}", 45),
    "indicator": FoundAs(_l("Assessment indicators"), "ruler-measure", "/indicators/{}", 46),
}

PROJECT_TABS = (
    Tab(_l("Matrix"), "outputs.matrix", 45),
    Tab(_l("Deliverables"), "outputs.of_project", 50),
    Tab(_l("Indicators"), "outputs.indicators", 60),
)


def depends_on(actor: Actor, milestone: Milestone) -> dict[str, Any] | None:
    """What a milestone depends on, each with its state; nothing where nothing is tied and the reader cannot tie."""
    found = [_end(tie) for tie in queries.ties_of(actor, milestone)]
    plans = allowed(actor, Action.PLAN, milestone) and milestone.project.stage in OPEN
    return {"ends": found, "plans": plans} if found or plans else None


def not_accepted(actor: Actor, milestone: Milestone) -> list[Any] | None:
    """The deliverables on which a milestone depends and that nobody accepted yet: a warning for who verifies it, and for who reports it."""
    if milestone.state in ("accepted", "waived"):
        return None
    waiting = [tie.deliverable for tie in queries.ties_of(actor, milestone) if tie.deliverable is not None]
    return [row for row in waiting if row.state != "accepted"] or None


def _end(tie: Any) -> dict[str, Any]:
    row = tie.deliverable or tie.node
    word, tone = state(row) if tie.deliverable is not None else ("", "")
    href = f"/deliverables/{row.id}" if tie.deliverable is not None else f"/nodes/{row.id}"
    return {
        "row": row,
        "href": href,
        "word": word,
        "tone": tone,
        "due_on": row.due_on if tie.deliverable else row.ends_on,
    }


CARDS = {
    "milestone": (
        Card("outputs/_depends_on.html", depends_on, place="side", order=10),
        Card("outputs/_not_accepted.html", not_accepted, place="verify"),
        Card("outputs/_not_accepted.html", not_accepted, place="report"),
    ),
}
