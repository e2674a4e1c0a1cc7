"""How pages of all features show readiness: the words of events, the tab of a project, and what they add to results."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Actor
from consortium.core.features import Card, Tab, ToldAs
from consortium.core.words import _l
from consortium.maturity import queries, tables
from consortium.maturity.ladder_view import drawn
from consortium.maturity.portrait import may_assess
from consortium.maturity.queries import Element
from consortium.results.models import Result

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "assessed a readiness level": _l("assessed %(subject)s"),
    "confirmed the assessment": _l("confirmed %(subject)s"),
    "returned the assessment": _l("returned the assessment %(subject)s"),
}

TOLD_AS = {"trl_assessment": ToldAs("trending-up", "/assessments/{}")}

PROJECT_TABS = (Tab(_l("Readiness"), "maturity.readiness", 66),)


def of_result(actor: Actor, result: Result) -> dict[str, Any]:
    """The level of a result with its history, and whether the reader can assess it."""
    rows = queries.assessments(result)
    element = Element(result, result.project.trl_start, result.project.trl_target)
    element.confirmed = [row for row in reversed(rows) if row.state == "confirmed"]
    element.proposed = next((row for row in rows if row.state == "proposed"), None)
    return {
        "rows": rows, "table": tables.HISTORY, "element": element, "standing": tables.standing(element), "picture": drawn([element]),
        "assesses": element.proposed is None and may_assess(actor, result),
    }  # fmt: skip


CARDS = {"result": (Card("maturity/_of_result.html", of_result, order=30),)}
