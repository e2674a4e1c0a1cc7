"""Who does what in the story: who coordinates, who speaks for a firm, who verifies."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Role
from consortium.demo.people import PEOPLE
from consortium.demo.projects import Work
from consortium.demo.tables import TABLES, Table

#: Who speaks for a firm when it reports, in this order.
SPEAKERS = (Role.MEMBER, Role.COORDINATOR)


def table_of(work: Work) -> Table:
    """The consortium of a project."""
    return next(table for table in TABLES if table.key == work.table)


def coordinator(story: Any, work: Work) -> Any:
    """Who plans a project and decides on its changes."""
    return story.made["person", table_of(work).coordinator]


def speaker(story: Any, work: Work, firm: str) -> Any:
    """Who reports for a firm."""
    found = next(p for role in SPEAKERS for p in PEOPLE if p.firm == firm and (work.table, role) in p.seats)
    return story.made["person", found.key]


def verifier(story: Any, work: Work, firm: str, tested: bool) -> Any:
    """An expert for what is tested and for what the lead does itself, the coordinator for the rest; never the own house."""
    experts = [p for p in PEOPLE if (work.table, Role.EXPERT) in p.seats and p.firm != firm]
    if tested or firm == table_of(work).members[0].firm:
        return story.made["person", experts[0].key]
    return coordinator(story, work)


def partner(story: Any, work: Work, firm: str) -> Any:
    """Who verifies for another firm that takes part in the project; who accepts it does so where there is none."""
    others = (share.firm for share in work.shares if share.firm != firm)
    found = (p for other in others for p in PEOPLE if p.firm == other and (work.table, Role.MEMBER) in p.seats)
    person = next(found, None)
    return verifier(story, work, firm, tested=True) if person is None else story.made["person", person.key]
