"""What is asked about the plan of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from consortium.activity.models import Event
from consortium.consortia.models import Consortium
from consortium.core.access import Action, Actor, allowed, within
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.plans.models import Allocation, CostCategory, Effort, Link, LinkKind, Node, Plan, Profile
from consortium.plans.tree import natural
from consortium.projects.models import Milestone, Participant, Project

__all__ = [
    "above_and_below", "allocations", "allocated", "allocated_by_firm", "firm", "heads_in", "links", "money_by_node", "natural", "node", "nodes", "plan_of",
    "shares", "shown_milestones", "tree", "waits",
]  # fmt: skip
FIRM = (Organisation.name_zh, Organisation.name_en, Organisation.code)
Nodes = TypeVar("Nodes", Node, "NodeRow")


# Plain rows, for what only shows: a plan of 500 nodes has 2,500 rows, and as objects of the session each costs ten times as much


@dataclass(slots=True, eq=False)
class FirmRow:
    """A firm as a plan names it."""

    id: int
    name_zh: str
    name_en: str

    @property
    def names_pair(self) -> dict[str, str]:
        """Both names, for papers."""
        return {"zh": self.name_zh, "en": self.name_en}


@dataclass(slots=True, eq=False)
class EffortRow:
    """The person-months of a firm in a node."""

    id: int
    organisation_id: int
    months: Decimal
    organisation: FirmRow


@dataclass(slots=True, eq=False)
class NodeRow:
    """A node with its place in the tree, who leads it, and who works in it."""

    id: int
    parent_id: int | None
    number: str
    title_zh: str
    title_en: str
    starts_on: date
    ends_on: date
    organisation_id: int
    organisation: FirmRow
    depth: int = 0
    parent: NodeRow | None = None
    children: list[NodeRow] = field(default_factory=list)
    efforts: list[EffortRow] = field(default_factory=list)

    @property
    def title(self) -> str:
        """How sentences name it."""
        return f"{self.number} {self.title_zh or self.title_en}"


@dataclass(slots=True, eq=False)
class LinkRow:
    """A link with both of its ends."""

    id: int
    before: NodeRow
    after: NodeRow
    kind: LinkKind
    lag: int

    @property
    def title(self) -> str:
        """How pages name it."""
        return f"{self.before.number} → {self.after.number}"


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
        money_profile="CN-2021",
    )


def nodes(project: Project) -> list[Node]:
    """All nodes of a project in the order of the tree, with who leads and who works in each; a constant number of statements."""
    query = select(Node).where(Node.project_id == project.id).options(
        joinedload(Node.organisation).load_only(*FIRM),
        selectinload(Node.efforts).joinedload(Effort.organisation).load_only(*FIRM),
    )  # fmt: skip
    return _planted(list(db.session.scalars(query)))


def _planted(found: Iterable[Node]) -> list[Node]:
    """Nodes in the order of the tree, each with its children at hand."""
    ordered, below = _in_tree(found)
    for row in ordered:
        set_committed_value(row, "children", below[row.id])
        for child in below[row.id]:
            set_committed_value(child, "parent", row)
    return ordered


def _in_tree(found: Iterable[Nodes]) -> tuple[list[Nodes], dict[int | None, list[Nodes]]]:
    """Nodes in the order of the tree, and by node its children in their order; what hangs on no root is in neither."""
    below: dict[int | None, list[Nodes]] = defaultdict(list)
    for row in sorted(found, key=lambda row: natural(row.number)):
        below[row.parent_id].append(row)
    ordered: list[Nodes] = []
    pending = below[None][::-1]
    while pending:
        row = pending.pop()
        ordered.append(row)
        pending += below[row.id][::-1]
    return ordered, below


def tree(project: Project, organisation_id: int | None = None) -> list[NodeRow]:
    """As `nodes`, as plain rows; with a firm named, the work of that firm alone. Three statements."""
    columns = (
        Node.id, Node.parent_id, Node.number, Node.title_zh, Node.title_en, Node.starts_on, Node.ends_on, Node.organisation_id,
    )  # fmt: skip
    rows = list(db.session.execute(select(*columns).where(Node.project_id == project.id)))
    work: Any = select(Effort.node_id, Effort.id, Effort.organisation_id, Effort.months)
    work = work.join(Node, Node.id == Effort.node_id).where(Node.project_id == project.id)
    if organisation_id is not None:
        work = work.where(Effort.organisation_id == organisation_id)
    efforts = list(db.session.execute(work.order_by(Effort.id)))
    firms = _firms({row[-1] for row in rows} | {row[2] for row in efforts})
    known = {row[0]: NodeRow(*row, organisation=firms[row[-1]]) for row in rows}
    for place, number, firm_id, months in efforts:
        known[place].efforts.append(EffortRow(number, firm_id, months, firms[firm_id]))
    ordered, below = _in_tree(known.values())
    for row in ordered:
        row.children = below[row.id]
        for child in row.children:
            child.parent, child.depth = row, row.depth + 1
    return ordered


def _firms(numbers: set[int]) -> dict[int, FirmRow]:
    if not numbers:
        return {}
    query = select(Organisation.id, Organisation.name_zh, Organisation.name_en)
    return {row[0]: FirmRow(*row) for row in db.session.execute(query.where(Organisation.id.in_(sorted(numbers))))}


def waits(project: Project, rows: Iterable[NodeRow]) -> list[LinkRow]:
    """As `links`, as plain rows between the `tree` of the project."""
    order = {row.id: (place, row) for place, row in enumerate(sorted(rows, key=lambda row: natural(row.number)))}
    query = select(Link.id, Link.before_id, Link.after_id, Link.kind, Link.lag).where(Link.project_id == project.id)
    found = [
        (order[before][0], order[after][0], LinkRow(number, order[before][1], order[after][1], kind, lag))
        for number, before, after, kind, lag in db.session.execute(query)
        if before in order and after in order
    ]
    return [link for *_, link in sorted(found, key=lambda one: one[:2])]


def shown_milestones(project: Project) -> list[Any]:
    """The milestones of a project as a chart shows them, soonest first: as plain rows, with all columns, since the lights say which they need."""
    query = select(*Milestone.__mapper__.column_attrs).where(Milestone.project_id == project.id)
    return list(db.session.execute(query.order_by(Milestone.due_on, Milestone.number)))


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


def allocations(actor: Actor, node: Node) -> list[Allocation]:
    """The planned money of a node that a person may see, with whose it is."""
    query = select(Allocation).where(Allocation.node_id == node.id)
    query = query.options(joinedload(Allocation.organisation).load_only(*FIRM))
    return list(db.session.scalars(within(actor, query, Allocation, Action.EVIDENCE).order_by(Allocation.id)))


def money_by_node(actor: Actor, project: Project) -> dict[int, Decimal]:
    """The planned money of a project that a person may see, in yuan: the sum of each node of its own."""
    query: Any = select(Allocation.node_id, func.sum(Allocation.amount)).join(Node, Node.id == Allocation.node_id)
    query = within(actor, query.where(Node.project_id == project.id), Allocation, Action.EVIDENCE)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Allocation.node_id))}


def allocated(project: Project, organisation_id: int | None, without: Any = None) -> Decimal:
    """The planned money of a firm, or of all (None), in all nodes of a project, in yuan, but for one row."""
    query = select(func.sum(Allocation.amount)).join(Node, Node.id == Allocation.node_id)
    query = query.where(Node.project_id == project.id)
    if organisation_id is not None:
        query = query.where(Allocation.organisation_id == organisation_id)
    if without is not None and without.id is not None:
        query = query.where(Allocation.id != without.id)
    return db.session.scalar(query) or Decimal("0.00")


def allocated_by_firm(project: Project) -> dict[int, Decimal]:
    """The planned money of each firm that has any, in all nodes of a project, in yuan."""
    query: Any = select(Allocation.organisation_id, func.sum(Allocation.amount)).join(
        Node, Node.id == Allocation.node_id
    )
    query = query.where(Node.project_id == project.id).group_by(Allocation.organisation_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def heads_in(project: Project) -> list[CostCategory]:
    """The heads under which money is planned in a project, in the order of the enum."""
    query = select(Allocation.category).join(Node, Node.id == Allocation.node_id).where(Node.project_id == project.id)
    found = set(db.session.scalars(query.distinct()))
    return [head for head in CostCategory if head in found]


def shares(project: Project) -> dict[int, Decimal]:
    """What each participant was given in a project in all, in yuan; zero where nothing was said."""
    query = select(Participant.organisation_id, Participant.budget).where(Participant.project_id == project.id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def told_of(reader: Actor, thing: Any) -> Select[int] | None:
    """What happened to the nodes of the plans of a consortium and to the links between them, also to those that are gone."""
    if not isinstance(thing, Consortium) or not allowed(reader, Action.VIEW, thing):
        return None
    # None of them is ever kept from an authority, so what is told of one that was removed is not either.
    kinds = [model.__tablename__ for model in (Node, Link)]
    return select(Event.id).where(Event.chain == f"c{thing.id}", Event.subject_kind.in_(kinds))


def firm(row: Any) -> Organisation:
    """The organisation that answers for a row."""
    return db.session.get_one(Organisation, row.organisation_id)
