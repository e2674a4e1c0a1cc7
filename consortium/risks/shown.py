"""How pages of all features show risks, issues and actions: the words of events, the tab of a project, and what they add to milestones and nodes.

The feed does not tell of them (no `TOLD_AS`), since a risk may be kept between its firm and those who see all; the timeline of the project does of those
that are not kept.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from sqlalchemy import select

from consortium.budgets.queries import cost_index
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed
from consortium.core.db import db
from consortium.core.features import Card, FoundAs, Tab
from consortium.core.words import _l
from consortium.plans.models import Node
from consortium.projects import standings
from consortium.projects.models import Milestone, Project
from consortium.risks import tables
from consortium.risks.models import Risk
from consortium.risks.workflow import STANDING

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "named a risk": _l("entered the risk %(subject)s"),
    "amended the risk": _l("changed the risk %(subject)s"),
    "noted how the risk stands": _l("said how the risk %(subject)s stands"),
    "mitigated the risk": _l("found the risk %(subject)s mitigated"),
    "saw the risk occur": _l("found that the risk %(subject)s has occurred"),
    "opened the risk again": _l("opened the risk %(subject)s again"),
    "closed the risk": _l("closed the risk %(subject)s"),
    "raised an issue": _l("entered the issue %(subject)s"),
    "resolved the issue": _l("resolved the issue %(subject)s"),
    "closed the issue": _l("closed the issue %(subject)s"),
    "opened the issue again": _l("opened the issue %(subject)s again"),
    "asked for an action": _l("asked for an action about %(subject)s"),
    "gave the action away": _l("gave the action about %(subject)s to another organisation or person"),
    "withdrew what was asked for": _l("withdrew the action about %(subject)s"),
    "did what was asked": _l("did what was asked about %(subject)s"),
    "checked what was done": _l("checked what was done about %(subject)s"),
    "returned what was done": _l("returned what was done about %(subject)s"),
}

FOUND_AS = {
    "risk": FoundAs(_l("Risks"), "alert-triangle", "/risks/{}", 47),
    "issue": FoundAs(_l("Issues"), "alert-circle", "/issues/{}", 48),
}

PROJECT_TABS = (Tab(_l("Risks"), "risks.register", 74),)


def concerning(actor: Actor, thing: Milestone | Node) -> list[Any] | None:
    """The risks that stand and concern a milestone or a node, worst first; nothing where there is none that the reader may see."""
    column = Risk.milestone_id if isinstance(thing, Milestone) else Risk.node_id
    rows = db.session.scalars(select(Risk).where(column == thing.id, Risk.state.in_(STANDING)).order_by(Risk.number))
    seen = sorted((row for row in rows if allowed(actor, Action.VIEW, row)), key=lambda row: -row.score)
    return [{"row": row, "band": tables.band(row)} for row in seen] or None


def indices(actor: Actor, project: Project) -> dict[str, Any]:
    """Schedule and cost index of a project with what they are made of; the cost index only for who sees all money, since it tells what all spent."""
    today = clock.today()
    stand = standings.standing((project.id,), today)[project.id]
    sees = allowed(actor, Action.EVIDENCE, project)
    cost = cost_index(project, today, stand) if sees else None
    two = Decimal("0.01")
    return {
        "stand": stand, "spi": None if stand.index is None else stand.index.quantize(two, ROUND_DOWN), "cost": cost,
        "cpi": None if cost is None else cost.value.quantize(two, ROUND_DOWN), "sees": sees,
    }  # fmt: skip


CARDS = {
    "project": (Card("risks/_indices.html", indices, place="light"),),
    "milestone": (Card("risks/_concerning.html", concerning, place="side", order=20),),
    "plan_node": (Card("risks/_concerning.html", concerning, order=60),),
}
