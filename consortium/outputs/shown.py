"""How pages of all features show deliverables and indicators: the words of events, where rows are found, and what they add to milestones."""

from __future__ import annotations

from typing import Any

from consortium.core import clock
from consortium.core.access import Action, Actor, allowed
from consortium.core.features import Card, FoundAs, Tab, ToldAs
from consortium.core.words import _l
from consortium.outputs import queries
from consortium.outputs.tables import state
from consortium.projects.models import SETTLED, Milestone
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
    """What a milestone depends on, each with its state, and for which firms it waits; nothing where nothing is tied and the reader cannot tie."""
    ties = queries.ties_of(actor, milestone)
    nodes = [tie.node for tie in ties if tie.node is not None]
    unfinished = queries.open_nodes(actor, milestone, nodes, clock.today()) if nodes else set()
    found = [_end(tie, tie.node_id in unfinished) for tie in ties]
    plans = allowed(actor, Action.PLAN, milestone) and milestone.project.stage in OPEN
    waits = milestone.state not in SETTLED
    firms = {e["row"].organisation_id: e["row"].organisation for e in found if waits and e["open"]}
    others = [firm for number, firm in firms.items() if number != milestone.organisation_id]
    return {"ends": found, "plans": plans, "waits_for": others} if found or plans else None


def not_accepted(actor: Actor, milestone: Milestone) -> list[Any] | None:
    """The deliverables on which a milestone depends and that nobody accepted yet: a warning for who verifies it, and for who reports it."""
    if milestone.state in ("accepted", "waived"):
        return None
    waiting = [tie.deliverable for tie in queries.ties_of(actor, milestone) if tie.deliverable is not None]
    return [row for row in waiting if row.state != "accepted"] or None


def _end(tie: Any, unfinished: bool) -> dict[str, Any]:
    if tie.deliverable is None:
        shown = {
            "word": _l("Not finished") if unfinished else "",
            "tone": "act" if unfinished else "",
            "open": unfinished,
        }
        return {
            "row": tie.node,
            "href": f"/nodes/{tie.node_id}",
            "due_on": tie.node.ends_on,
            "icon": "subtask",
            **shown,
        }
    row, (word, tone) = tie.deliverable, state(tie.deliverable)
    href, is_open = f"/deliverables/{row.id}", row.state != "accepted"
    return {"row": row, "href": href, "word": word, "tone": tone, "due_on": row.due_on, "open": is_open, "icon": "package"}  # fmt: skip


CARDS = {
    "milestone": (
        Card("outputs/_depends_on.html", depends_on, place="side", order=10),
        Card("outputs/_not_accepted.html", not_accepted, place="verify"),
        Card("outputs/_not_accepted.html", not_accepted, place="report"),
    ),
}
