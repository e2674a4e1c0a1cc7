"""What is there of a plan: its rows by the keys of the layout, and the organisations that it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from consortium.baselines.layout import natural
from consortium.baselines.queries import firms_of
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable, Indicator, Tie
from consortium.plans.models import Link, Node
from consortium.projects.models import Project

Key = tuple[Any, ...]
Row = Mapping[str, Any]


def firms_named(*plans: Mapping[str, Mapping[Key, Row]]) -> dict[str, Organisation]:
    """The organisations that some plans name, by what rows call them."""
    names = {
        row[field] for plan in plans for rows in plan.values() for row in rows.values() for field in ("organisation", "lead") if field in row
    }  # fmt: skip
    found: dict[str, Organisation] = {}
    for some in parts(sorted(names)):
        found.update(firms_of(some))
    return found


def things_of(project: Project, firms: Mapping[str, Organisation]) -> dict[str, dict[Key, Any]]:
    """The rows of each list of a plan by their keys, each table in one statement."""
    of = project.id
    nodes = select(Node).where(Node.project_id == of).options(
        joinedload(Node.organisation), selectinload(Node.efforts), selectinload(Node.allocations), selectinload(Node.children),
    )  # fmt: skip
    found = list(db.session.scalars(nodes).unique())
    code = {firm.id: name for name, firm in firms.items()}
    things: dict[str, dict[Key, Any]] = {
        "nodes": {(node.number,): node for node in found},
        "effort": {(node.number, code.get(row.organisation_id)): row for node in found for row in node.efforts},
        "budget": {(node.number, code.get(row.organisation_id), row.category.value, row.source.value, row.year): row for node in found for row in node.allocations},
        "links": {(row.before.number, row.after.number): row for row in db.session.scalars(select(Link).where(Link.project_id == of))},
        "milestones": {(row.number,): row for row in project.milestones},
        "deliverables": {(row.number,): row for row in db.session.scalars(
            select(Deliverable).where(Deliverable.project_id == of).options(selectinload(Deliverable.submissions)))},
        "indicators": {(row.number,): row for row in db.session.scalars(
            select(Indicator).where(Indicator.project_id == of).options(selectinload(Indicator.readings)))},
        "participants": {(code.get(row.organisation_id),): row for row in project.participants},
    }  # fmt: skip
    milestones = [row.id for row in project.milestones]
    things["ties"] = {
        (row.milestone.number, row.node and row.node.number, row.deliverable and row.deliverable.number): row
        for some in parts(milestones) for row in db.session.scalars(select(Tie).where(Tie.milestone_id.in_(some)))
    }  # fmt: skip
    return things


def parts(values: list[Any], size: int = 500) -> Iterable[list[Any]]:
    """Values in pieces: a statement takes no endless list."""
    return [values[start : start + size] for start in range(0, len(values), size)]


def root_first(nodes: Mapping[Key, Row]) -> list[Key]:
    """The keys of nodes, each after the one above it, siblings in their order."""
    below: dict[str | None, list[Key]] = defaultdict(list)
    for key, row in sorted(nodes.items(), key=lambda pair: natural(pair[0][0])):
        below[row["parent"]].append(key)
    found: list[Key] = []
    pending = below[None][::-1]
    while pending:
        key = pending.pop()
        found.append(key)
        pending += below[key[0]][::-1]
    return found


def levels(nodes: Mapping[Key, Row]) -> list[list[Key]]:
    """The keys of nodes level by level, from the top."""
    depths: dict[str | None, int] = {None: 0}
    found: list[list[Key]] = []
    for key in root_first(nodes):
        depths[key[0]] = depth = depths[nodes[key]["parent"]] + 1
        if depth > len(found):
            found.append([])
        found[depth - 1].append(key)
    return found
