"""What the pages of a plan show to one reader: the tree with its sums, one node, and the crossing of nodes and firms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core.access import Action, Actor, allowed, stake
from consortium.core.typed import whole
from consortium.core.words import Lazy, _l, _ln
from consortium.plans import queries
from consortium.plans.calendars import Calendar
from consortium.plans.facts import calendar_of
from consortium.plans.gantt import Reckoned, reckoned
from consortium.plans.models import Allocation, Node, Plan
from consortium.plans.queries import EffortRow, LinkRow, NodeRow
from consortium.plans.schedule import Conflict, Timing
from consortium.plans.tables import counted, level, named
from consortium.plans.tree import next_number
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.projects.replanning import may_propose
from consortium.projects.workflow import OPEN

NONE = Decimal("0.00")


@dataclass
class Line:
    """A node as the tree shows it; `money` is None where the reader sees none of it, months and money hold what lies in the node, too."""

    node: NodeRow
    depth: int
    word: object
    own_months: Decimal
    months: Decimal
    money: Decimal | None
    warning: object = ""
    tone: str = "none"

    @property
    def id(self) -> int:
        """The number of the row."""
        return self.node.id


@dataclass(frozen=True)
class Crossed:
    """A row of the crossing: the person-months of each firm by its number, and their total."""

    name: object
    href: str | None
    depth: int
    months: dict[int, Decimal]
    last: bool = False

    @property
    def total(self) -> Decimal:
        """All firms together."""
        return sum(self.months.values(), NONE)


@dataclass
class Work:
    """A firm in a node: its person-months, and the rows of its money that the reader sees (None: none are shown to this reader)."""

    firm: Any
    effort: EffortRow | None = None
    money: list[Allocation] | None = field(default_factory=list)

    @property
    def sum(self) -> Decimal | None:
        """Its money here, in yuan."""
        return None if self.money is None else sum((row.amount for row in self.money), NONE)


class PlanPortrait:
    """The plan of one project for one reader."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project

    @property
    def plans(self) -> bool:
        """Whether the reader may change it."""
        return self.project.stage in OPEN and allowed(self.actor, Action.PLAN, self.project)

    @cached_property
    def plan(self) -> Plan:
        """Profile and calendar."""
        return queries.plan_of(self.project)

    @cached_property
    def nodes(self) -> list[Node]:
        """All nodes in the order of the tree, for forms: who chooses one changes it."""
        return queries.nodes(self.project)

    @cached_property
    def tree(self) -> list[NodeRow]:
        """All nodes in the order of the tree, as they are shown."""
        return queries.tree(self.project)

    @cached_property
    def links(self) -> list[LinkRow]:
        """What waits for what."""
        return queries.waits(self.project, self.tree)

    @cached_property
    def own_money(self) -> dict[int, Decimal]:
        """The planned money that the reader may see, in yuan: the sum of each node of its own."""
        return queries.money_by_node(self.actor, self.project)

    @cached_property
    def sees_all_money(self) -> bool:
        """Whether nobody's money is kept from the reader."""
        return allowed(self.actor, Action.EVIDENCE, self.project)

    @cached_property
    def sees_money(self) -> bool:
        """Whether the reader sees anybody's money."""
        return self.sees_all_money or any(
            allowed(self.actor, Action.EVIDENCE, stake(self.project, firm.id)) for firm in self.firms
        )

    @cached_property
    def firms(self) -> list[Any]:
        """Who takes part, the lead first, and whoever else has work in the plan."""
        found: dict[int, Any] = {e.organisation_id: e.organisation for n in self.tree for e in n.efforts}
        found |= {firm.id: firm for firm in involved(self.project)}
        return sorted(found.values(), key=lambda firm: (firm.id != self.project.lead_id, firm.id))

    @cached_property
    def calendar(self) -> tuple[Calendar, object]:
        """The calendar in which days count, and what is wrong with that of the plan, if anything is."""
        return calendar_of(self.plan)

    @cached_property
    def reckoned(self) -> Reckoned:
        """Early and late terms and conflicts, as on the chart."""
        return reckoned(self.tree, self.links, self.calendar[0])

    @property
    def ring(self) -> list[NodeRow]:
        """The nodes that wait for each other in a ring, the first one again at the end; then nothing can be reckoned."""
        rows = {node.number: node for node in self.tree}
        return [rows[number] for number in self.reckoned.ring]

    @cached_property
    def conflicts(self) -> dict[str, Conflict]:
        """By number, the nodes that begin before what they wait for allows."""
        return {conflict.key: conflict for conflict in self.reckoned.schedule.conflicts}

    @cached_property
    def lines(self) -> list[Line]:
        """The tree, with sums from below."""
        own, months, money = self._sums()
        profile, sees = self.plan.profile, self.sees_money
        lines = []
        for node in self.tree:
            key, (warning, tone) = node.id, self._warning(node)
            shown, word = money[key] if sees else None, level(profile, node.depth)
            lines.append(Line(node, node.depth, word, own[key], months[key], shown, warning, tone))
        return lines

    def _sums(self) -> tuple[dict[int, Decimal], dict[int, Decimal], dict[int, Decimal]]:
        """By node: its own person-months, and with all that lies in it its person-months and its money."""
        own = {node.id: sum((effort.months for effort in node.efforts), NONE) for node in self.tree}
        months, money = dict(own), {node.id: self.own_money.get(node.id, NONE) for node in self.tree}
        for node in reversed(self.tree):
            if node.parent_id is not None:
                months[node.parent_id] += months[node.id]
                money[node.parent_id] += money[node.id]
        return own, months, money

    def _warning(self, node: NodeRow) -> tuple[object, str]:
        """What is to be looked at: a node that begins too early, or in which nobody works."""
        if (conflict := self.conflicts.get(node.number)) is not None:
            return _ln("%(num)s working day too early", "%(num)s working days too early", conflict.days), "bad"
        if not node.children and not any(effort.months for effort in node.efforts):
            return _l("No person-months"), "warn"
        return "", "none"

    def chosen(self, wanted: str) -> list[Line]:
        """The lines of nodes that a firm (its number, as text) leads or works in; all where none is named."""
        firm = whole(wanted)
        if firm is None:
            return self.lines
        return [
            line for line in self.lines
            if line.node.organisation_id == firm or any(effort.organisation_id == firm for effort in line.node.efforts)
        ]  # fmt: skip

    @property
    def levels(self) -> list[tuple[object, int]]:
        """How many nodes each level has."""
        found: dict[int, int] = defaultdict(int)
        for node in self.tree:
            found[min(node.depth, 2)] += 1
        return [(counted(self.plan.profile, depth), found[depth]) for depth in sorted(found)]

    @property
    def months(self) -> Decimal:
        """All person-months."""
        return sum((effort.months for node in self.tree for effort in node.efforts), NONE)

    @property
    def money(self) -> Decimal:
        """All planned money that the reader sees."""
        return sum(self.own_money.values(), NONE)

    # The crossing of nodes and firms

    @cached_property
    def crossed(self) -> list[Crossed]:
        """Each node with the person-months of each firm (of its own, so that nothing is counted twice), and the totals."""
        rows: list[Crossed] = []
        sums: dict[int, Decimal] = defaultdict(lambda: NONE)
        for node in self.tree:
            own = {effort.organisation_id: effort.months for effort in node.efforts}
            for firm, count in own.items():
                sums[firm] += count
            rows.append(Crossed(named(node), f"/nodes/{node.id}", node.depth, own))
        return [*rows, Crossed(_l("Together"), None, 0, dict(sums), last=True)]

    # Suggestions of forms

    def next_number(self, parent: Node | None) -> str:
        """What a new node is likely to be called."""
        siblings = [node.number for node in self.tree if node.parent_id == (parent.id if parent else None)]
        return next_number(siblings, parent.number if parent else None)


class NodePortrait(PlanPortrait):
    """The page of one node for one reader."""

    def __init__(self, actor: Actor, node: Node) -> None:
        super().__init__(actor, node.project)
        self.node = node

    @property
    def proposes(self) -> bool:
        """Whether the reader changes it by proposals."""
        return may_propose(self.actor, self.node)

    @cached_property
    def line(self) -> Line:
        """The node with its sums."""
        return next(line for line in self.lines if line.node.id == self.node.id)

    @property
    def children(self) -> list[Line]:
        """What lies right in it."""
        return [line for line in self.lines if line.node.parent_id == self.node.id]

    @property
    def path(self) -> list[Node]:
        """The nodes above, the highest first."""
        found: list[Node] = []
        node = self.node.parent
        while node is not None:
            found.append(node)
            node = node.parent
        return found[::-1]

    @cached_property
    def _family(self) -> set[int]:
        """The node, what lies above it and what lies in it."""
        below = {self.node.id}
        for node in self.tree:
            if node.parent_id in below:
                below.add(node.id)
        return below | {node.id for node in self.path}

    @property
    def possible_parents(self) -> list[Node]:
        """Where it may lie."""
        above = {node.id for node in self.path}
        return [node for node in self.nodes if node.id not in self._family or node.id in above]

    @property
    def linkable(self) -> list[Node]:
        """What it may wait for: what is neither above it nor in it, and for which it does not wait yet."""
        taken = self._family | {link.before.id for link in self.waits_for}
        return [node for node in self.nodes if node.id not in taken]

    @cached_property
    def work(self) -> list[Work]:
        """The firms of this node; the lead first, also where it has no person-months."""
        found: dict[int, Work] = {self.node.organisation_id: Work(self.line.node.organisation)}
        for effort in self.line.node.efforts:
            found.setdefault(effort.organisation_id, Work(effort.organisation)).effort = effort
        for row in queries.allocations(self.actor, self.node):
            money = found.setdefault(row.organisation_id, Work(row.organisation)).money
            if money is not None:
                money.append(row)
        for number, work in found.items():
            if not allowed(self.actor, Action.EVIDENCE, stake(self.project, number)):
                work.money = None
        return list(found.values())

    @property
    def money_rows(self) -> list[Allocation]:
        """Its planned money that the reader sees, by firm, head and source."""
        return [row for work in self.work for row in work.money or ()]

    @property
    def waits_for(self) -> list[LinkRow]:
        """The links from what it waits for."""
        return [link for link in self.links if link.after.id == self.node.id]

    @property
    def waited_by(self) -> list[LinkRow]:
        """The links to what waits for it."""
        return [link for link in self.links if link.before.id == self.node.id]

    @property
    def term(self) -> Timing | None:
        """When it can begin and end at the earliest and at the latest."""
        return self.reckoned.schedule.timings.get(self.node.number)

    @property
    def clash(self) -> Lazy | None:
        """In words, why it cannot begin when it is planned to."""
        conflict = self.conflicts.get(self.node.number)
        if conflict is None:
            return None
        before = next((named(node) for node in self.tree if node.number == conflict.wait.before), "")
        return _l(
            "It waits for “%(before)s”, so it can begin on %(day)s at the earliest; it is planned from %(planned)s.",
            before=before, day=conflict.possible_on.isoformat(), planned=self.node.starts_on.isoformat(),
        )  # fmt: skip

    @property
    def history(self) -> list[dict[str, object]]:
        """What happened to it and to what belongs to it, newest first."""
        return feed(timeline(self.node, reader=self.actor), self.node)
