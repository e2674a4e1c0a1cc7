"""What logs stand in the way of: taking a node out of its plan, moving a project away from months that are logged."""

from __future__ import annotations

from datetime import date

from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.words import _l, _ln, listed
from consortium.logbook import queries
from consortium.plans.models import Node
from consortium.projects.models import Project

#: So many are named.
NAMED = 5


@stands_in_the_way_of("reschedule")
def outside(project: Project, starts_on: date, ends_on: date) -> list[object]:
    """The logged months that would lie outside of a project that is moved: nobody could correct them any more."""
    months = queries.logged_outside(project, starts_on, ends_on)
    if not months:
        return []
    named = [f"{month:%Y-%m}" for month in months[:NAMED]] + (["…"] if len(months) > NAMED else [])
    return [_l("These months are logged and would lie outside of this period: %(months)s.", months=listed(named))]


@stands_in_the_way_of("remove_node")
def logged_already(node: Node) -> list[object]:
    """Work that was logged on a node."""
    count, _ = queries.logged_on(node)
    if not count:
        return []
    return [
        _ln(
            "Work is logged on this node in %(num)s monthly log. Let the organisation log it on another node first.",
            "Work is logged on this node in %(num)s monthly logs. Let the organisations log it on another node first.", count,
        )
    ]  # fmt: skip
