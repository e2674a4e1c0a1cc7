"""Who hears of a risk, an issue or an action, and in whose timelines it stands."""

from __future__ import annotations

from typing import Any

from consortium.core.access import Action
from consortium.people.models import User
from consortium.people.queries import seated


def concerned(thing: Any) -> list[User]:
    """The person who owns a thing, or else the people who report for its firm."""
    if getattr(thing, "person", None) is not None:
        return [thing.person]
    return seated(thing.consortium_id, Action.REPORT, {thing.organisation_id})


def seen_with(thing: Any) -> list[Any]:
    """The project in whose timeline stands what happens to a thing; none where it is kept from others of the table."""
    return [] if thing.kept_to_id is not None else [thing.project]
