"""How pages of all features show results and outcomes: the words of events, where rows are found, and what they add to deliverables.

Nothing is told of what a firm earned with results: its events have no place in the feed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consortium.core.access import Actor, within
from consortium.core.db import db
from consortium.core.features import Card, FoundAs, Tab, ToldAs
from consortium.core.words import _l
from consortium.outputs.models import Deliverable
from consortium.projects.models import Project
from consortium.results.models import Result
from consortium.results.tables import state

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "added proof": _l("added files to %(subject)s"),
    "agreed to the share": _l("agreed to its share of %(subject)s"),
    "asked the owners": _l("put the ownership of %(subject)s back to its owners"),
    "contested the ownership": _l("contested whose %(subject)s is"),
    "declared": _l("declared the background %(subject)s"),
    "gave up the share": _l("gave up its share of %(subject)s"),
    "disputed the share": _l("disputed its share of %(subject)s"),
    "entered": _l("entered %(subject)s"),
    "handed over": _l("gave %(subject)s to another organisation"),
    "noted the end": _l("noted the end of %(subject)s"),
    "noted the grant": _l("noted that %(subject)s was granted, registered or published"),
    "noted the refusal": _l("noted that %(subject)s came to nothing"),
    "proposed the shares": _l("proposed whose %(subject)s is"),
    "put on the register": _l("put %(subject)s on the register"),
    "said what it builds on": _l("said on what background %(subject)s builds"),
    "settled the ownership": _l("settled whose %(subject)s is: all owners agree"),
    "took it up again": _l("took %(subject)s up again"),
    "told the effect": _l("told what was earned in %(subject)s"),
}

TOLD_AS = {
    "result": ToldAs("certificate", "/results/{}"),
    "outcome": ToldAs("file-certificate", "/outcomes/{}"),
    "background": ToldAs("archive", "/background/{}"),
}

FOUND_AS = {
    "result": FoundAs(_l("Results"), "certificate", "/results/{}", 47),
    "outcome": FoundAs(_l("Outcomes"), "file-certificate", "/outcomes/{}", 48),
}

PROJECT_TABS = (Tab(_l("Results"), "results.of_project", 85),)


def came_from(actor: Actor, deliverable: Deliverable) -> list[Any] | None:
    """The results that came from a deliverable, each with where its ownership stands."""
    query = select(Result).where(Result.deliverable_id == deliverable.id)
    query = query.options(joinedload(Result.project).load_only(Project.title_zh, Project.title_en))
    return [(row, *state(row)) for row in db.session.scalars(within(actor, query, Result).order_by(Result.id))] or None


CARDS = {"deliverable": (Card("results/_from_deliverable.html", came_from, place="side", order=20),)}
