"""How pages of all features show monthly logs: the words of events, the tab of a project, and what they add to nodes.

The feed does not tell of logs (no `TOLD_AS`): what a firm works and spends is no matter of those who sit beside it.
"""

from __future__ import annotations

from typing import Any

from consortium.core.access import Actor
from consortium.core.features import Card, Tab
from consortium.core.words import _l
from consortium.logbook import queries
from consortium.plans.models import Node

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "amended a voucher": _l("amended a voucher of %(subject)s"),
    "confirmed the month": _l("confirmed the log of %(subject)s"),
    "entered a voucher": _l("entered a voucher of %(subject)s"),
    "logged": _l("logged work and spending of %(subject)s"),
    "opened the month again": _l("opened the log of %(subject)s again"),
    "removed a voucher": _l("removed a voucher of %(subject)s"),
}

#: Those who sit beside a firm do not hear of these.
KEPT_VERBS = ("amended a voucher", "entered a voucher", "removed a voucher")

PROJECT_TABS = (Tab(_l("Logs"), "logbook.logs", 80),)


def against_plan(actor: Actor, node: Node) -> list[Any] | None:
    """Planned and logged person-months of the firms in a node that the reader may see; nothing while none is logged."""
    return queries.planned_against_logged(actor, node) or None


CARDS = {"plan_node": (Card("logbook/_on_node.html", against_plan),)}
