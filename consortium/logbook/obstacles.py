"""What logs stand in the way of: taking a node out of its plan."""

from __future__ import annotations

from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.words import _ln
from consortium.logbook import queries
from consortium.plans.models import Node


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
