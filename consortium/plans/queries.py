"""What is asked about the plan of a project."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from consortium.core.access import Action, Actor, within
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.plans.models import Allocation, Effort, Link, Node, Plan, Profile
from consortium.plans.tree import in_order, natural
from consortium.projects.models import Participant, Project

__all__ = [
    "above_and_below", "allocations", "allocated", "firm", "in_order", "links", "natural", "node", "nodes", "nodes_of", "plan_of", "share_of",
]  # fmt: skip
FIRM = (Organisation.name_zh, Organisation.name_en, Organisation.code)


def plan_of(project: Project) -> Plan:
    """How a project is planned; as everybody begins (and unsaved) where nothing was said."""
    found = db.session.scalar(select(Plan).where(Plan.project_id == project.id))
    if found is not None:
        return found
    return Plan(
        consortium_id=project.consortium_id,
        project_id=project.id,
        project=project,
        profile=Profile.CHINESE,
        calendar="CN",
    )


def nodes(project: Project) -> list[Node]:
    """All nodes of a project in the order of the tree, with who leads and who works in each; a constant number of statements."""
    query = select(Node).where(Node.project_id == project.id).options(
        joinedload(Node.organisation).load_only(*FIRM),
        selectinload(Node.efforts).joinedload(Effort.organisation).load_only(*FIRM),
    )  # fmt: skip
    return _planted(list(db.session.scalars(query)))


def _planted(found: list[Node]) -> list[Node]:
    """Nodes in the order of the tree, each with its children at hand."""
    below: dict[int | None, list[Node]] = defaultdict(list)
    for row in sorted(found, key=lambda row: natural(row.number)):
        below[row.parent_id].append(row)
    ordered: list[Node] = []
    pending = below[None][::-1]
    while pending:
        row = pending.pop()
        ordered.append(row)
        set_committed_value(row, "children", below[row.id])
        for child in below[row.id]:
            set_committed_value(child, "parent", row)
        pending += below[row.id][::-1]
    return ordered


def nodes_of(actor: Actor, project: Project) -> Select[tuple[Node]]:
    """The nodes of a project as its list shows them; in the order of the tree they stand on the page."""
    query = select(Node).where(Node.project_id == project.id).options(
        joinedload(Node.organisation).load_only(*FIRM), selectinload(Node.efforts), selectinload(Node.allocations),
    )  # fmt: skip
    return within(actor, query, Node).order_by(Node.id)


def node(project: Project, number: str) -> Node | None:
    """The node of a project with a number."""
    return db.session.scalar(select(Node).where(Node.project_id == project.id, Node.number == number.strip()))


def links(project: Project) -> list[Link]:
    """All links of a project with both ends and who leads them, in the order of their numbers."""
    query = select(Link).where(Link.project_id == project.id).options(
        joinedload(Link.before).joinedload(Node.organisation).load_only(*FIRM),
        joinedload(Link.after).joinedload(Node.organisation).load_only(*FIRM),
    )  # fmt: skip
    found = db.session.scalars(query)
    return sorted(found, key=lambda link: (natural(link.before.number), natural(link.after.number)))


def above_and_below(project: Project) -> dict[int, int | None]:
    """Every node of a project by its number in the database, with its parent's."""
    query = select(Node.id, Node.parent_id).where(Node.project_id == project.id)
    return {key: parent for key, parent in db.session.execute(query)}  # noqa: C416


def allocations(actor: Actor, project: Project) -> list[Allocation]:
    """The planned money of a project that a person may see, with whose it is."""
    query = select(Allocation).join(Node, Node.id == Allocation.node_id).where(Node.project_id == project.id)
    query = query.options(joinedload(Allocation.organisation).load_only(*FIRM))
    return list(db.session.scalars(within(actor, query, Allocation, Action.EVIDENCE).order_by(Allocation.id)))


def allocated(project: Project, organisation_id: int | None, without: Any = None) -> Decimal:
    """The planned money of a firm, or of all (None), in all nodes of a project, in yuan, but for one row."""
    query = select(func.sum(Allocation.amount)).join(Node, Node.id == Allocation.node_id)
    query = query.where(Node.project_id == project.id)
    if organisation_id is not None:
        query = query.where(Allocation.organisation_id == organisation_id)
    if without is not None and without.id is not None:
        query = query.where(Allocation.id != without.id)
    return db.session.scalar(query) or Decimal("0.00")


def share_of(project: Project, organisation_id: int) -> Decimal:
    """What a firm was given in a project in all, in yuan; zero where nothing was said."""
    query = select(Participant.budget).where(
        Participant.project_id == project.id, Participant.organisation_id == organisation_id
    )
    return db.session.scalar(query) or Decimal("0.00")


def firm(row: Any) -> Organisation:
    """The organisation that answers for a row."""
    return db.session.get_one(Organisation, row.organisation_id)
