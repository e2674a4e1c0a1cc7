"""How pages of all features show demonstrations: the words of events, where rows are found, the tab of a project, and cards of projects and results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.features import Card, FoundAs, Tab, ToldAs
from consortium.core.terms import ProjectKind
from consortium.core.words import _l
from consortium.demonstrations import queries
from consortium.demonstrations.models import Demonstration
from consortium.demonstrations.workflow import DEMONSTRATION
from consortium.projects.models import Project
from consortium.results.models import Result

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "added an indicator": _l("added an indicator of %(subject)s"),
    "added files": _l("added files to %(subject)s"),
    "began a demonstration": _l("entered %(subject)s as a candidate for demonstration"),
    "began another trial": _l("began another trial of %(subject)s"),
    "began the trial": _l("began the trial of %(subject)s"),
    "confirmed for the user": _l("confirmed %(subject)s for the user organisation"),
    "contracted the demonstration": _l("noted the contract on %(subject)s"),
    "corrected operation": _l("corrected operating hours of %(subject)s"),
    "delivered the product": _l("noted the delivery of %(subject)s"),
    "explained a failure": _l("said more of a failure of %(subject)s"),
    "followed up a year": _l("followed up a year of %(subject)s"),
    "gave up the demonstration": _l("gave up the demonstration of %(subject)s"),
    "installed the product": _l("noted the installation of %(subject)s"),
    "insured the product": _l("changed the insurance of %(subject)s"),
    "matched with a user": _l("noted %(subject)s as matched with a user"),
    "measured an indicator": _l("noted a measured value of %(subject)s"),
    "noted a promotion": _l("noted %(subject)s as promoted"),
    "noted a replication": _l("noted %(subject)s as replicated"),
    "noted an order": _l("noted a follow-on order of %(subject)s"),
    "noted stable operation": _l("noted stable operation of %(subject)s"),
    "noted the acceptance": _l("noted %(subject)s as accepted by the user"),
    "noted the failure of the trial": _l("noted that the trial of %(subject)s failed"),
    "objected for the user": _l("objected to %(subject)s for the user organisation"),
    "recorded a failure": _l("recorded a failure of %(subject)s"),
    "recorded operation": _l("recorded operating hours of %(subject)s"),
    "removed an indicator": _l("removed an indicator of %(subject)s"),
    "took a step to a subsidy": _l("noted a step to a subsidy of %(subject)s"),
    "took up the demonstration again": _l("took up the demonstration of %(subject)s again"),
}

TOLD_AS = {"demonstration": ToldAs("building-factory-2", "/demonstrations/{}")}

FOUND_AS = {"demonstration": FoundAs(_l("Demonstrations"), "building-factory-2", "/demonstrations/{}", 47)}

PROJECT_TABS = (Tab(_l("Demonstrations"), "demonstrations.of_project", 90),)


def on_project(actor: Actor, project: Project) -> dict[str, Any] | None:
    """The demonstrations of a project; nothing where there are none, unless the project is itself one."""
    rows = worded(db.session.scalars(queries.of_project(actor, project)))
    is_one = project.kind is ProjectKind.DEMONSTRATION
    return {"rows": rows, "is_one": is_one} if rows or is_one else None


def on_result(actor: Actor, result: Result) -> list[Any] | None:
    """Where a result is demonstrated; nothing where it is not."""
    return worded(queries.of_result(actor, result)) or None


def worded(rows: Iterable[Demonstration]) -> list[tuple[Demonstration, object]]:
    """Some demonstrations, each with the word of its stage."""
    return [(row, DEMONSTRATION.word(row.stage)) for row in rows]


CARDS = {
    "project": (Card("demonstrations/_on_project.html", on_project, order=60),),
    "result": (Card("demonstrations/_on_result.html", on_result, place="side"),),
}  # fmt: skip
