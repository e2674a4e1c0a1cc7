"""The list of nodes and the crossing of nodes and firms: the columns of page, CSV and sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from consortium.core.terms import label
from consortium.core.words import Lazy, _l
from consortium.documents.tables import Column, Table
from consortium.plans.models import LinkKind, Profile
from consortium.projects.tables import titled

#: How the levels are called, the first below the project; deeper ones as the last.
LEVELS: dict[Profile, tuple[Lazy, ...]] = {
    Profile.CHINESE: (_l("Sub-project"), _l("Task"), _l("Subtask")),
    Profile.EUROPEAN: (_l("Work package"), _l("Task"), _l("Subtask")),
}

#: The same as the names of their counts.
COUNTED: dict[Profile, tuple[Lazy, ...]] = {
    Profile.CHINESE: (_l("Sub-projects"), _l("Tasks"), _l("Subtasks")),
    Profile.EUROPEAN: (_l("Work packages"), _l("Tasks"), _l("Subtasks")),
}


def counted(profile: Profile, depth: int) -> Lazy:
    """What the number of nodes at a depth is called."""
    words = COUNTED[profile]
    return words[min(depth, len(words) - 1)]


def level(profile: Profile, depth: int) -> Lazy:
    """What a node at a depth (0: the first level below the project) is called."""
    words = LEVELS[profile]
    return words[min(depth, len(words) - 1)]


def named(node: Any) -> str:
    """Number and title of a node in the reader's language."""
    return f"{node.number} {titled(node)}"


def tie(link: Any) -> object:
    """How a link reads: which ends, and how many working days between."""
    if not link.lag:
        return label(link.kind)
    kind = label(LinkKind(link.kind))
    if link.lag > 0:
        return _l("%(kind)s, %(lag)s working days later", kind=kind, lag=link.lag)
    return _l("%(kind)s, %(lag)s working days earlier", kind=kind, lag=-link.lag)


def head_and_source(row: Any) -> tuple[str, str, object]:
    """The words under which money is planned: head, source and year."""
    return label(row.category), label(row.source), year_of(row)


def year_of(row: Any) -> object:
    """The year in which money is planned."""
    return str(row.year) if row.year else _l("Not split by years")


NUMBER = Column("number", _l("Number"), lambda line: line.node.number)
TITLE = Column(
    "title", _l("Node"), lambda line: named(line.node), "link", href=lambda line: f"/nodes/{line.node.id}", depth=lambda line: line.depth,
    note=lambda line: line.word,
)  # fmt: skip
COLUMNS = (
    Column("lead", _l("Lead"), lambda line: titled(line.node.organisation), wide=True),
    Column("starts_on", _l("Begins"), lambda line: line.node.starts_on, "day", wide=True),
    Column("ends_on", _l("Ends"), lambda line: line.node.ends_on, "day", wide=True),
    Column("months", _l("Person-months in all"), lambda line: line.months, "money"),
    Column("money", _l("Planned money in all (yuan)"), lambda line: line.money, "money", wide=True),
)
#: A word where something is to be looked at, and nothing where all is well.
STATE = Column("state", _l("Look at this"), lambda line: line.warning, "status", tone=lambda line: line.tone)

#: On the page number and title stand together; a file has a column for each.
NODES = Table("plan", _l("Nodes of the plan"), (TITLE, *COLUMNS, STATE))
#: What lies in one node.
CHILDREN = Table("children", _l("What lies in it"), (replace(TITLE, depth=None), *(column for column in (*COLUMNS, STATE) if column.name in ("lead", "ends_on", "months", "state"))))  # fmt: skip
NODES_FILE = Table(
    "plan", _l("Nodes of the plan"),
    (
        NUMBER, Column("parent", _l("Lies in"), lambda line: line.node.parent.number if line.node.parent else ""),
        Column("level", _l("Level"), lambda line: line.word), Column("title_zh", _l("Title in Chinese"), lambda line: line.node.title_zh),
        Column("title_en", _l("Title in English"), lambda line: line.node.title_en),
        Column("own_months", _l("Person-months of its own"), lambda line: line.own_months, "money"), *COLUMNS, STATE,
    ),
)  # fmt: skip


def of_reader(table: Table, sees_all_money: bool) -> Table:
    """The table as a reader sees it: who sees the money of one organisation alone is told so."""
    if sees_all_money:
        return table
    label = _l("Planned money of your organisation (yuan)")
    return replace(table, columns=[replace(c, label=label) if c.name == "money" else c for c in table.columns])


def crossing(firms: Sequence[Any]) -> Table:
    """Person-months of nodes (down) and firms (across), with a total of each; the rows are `Crossed`."""
    columns = [
        Column(f"firm_{firm.id}", titled(firm), lambda row, number=firm.id: row.months.get(number), "money")
        for firm in firms
    ]
    first = Column("node", _l("Node"), lambda row: row.name, href=lambda row: row.href, depth=lambda row: row.depth)
    return Table("effort", _l("Person-months by node and organisation"), (first, *columns, Column("total", _l("Together"), lambda row: row.total, "money")))  # fmt: skip
