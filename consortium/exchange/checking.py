"""What has to hold of a whole plan before any of it is written, looked at in one go. Pure: no database, no clock.

The services that carry a plan out keep these rules row by row; here each is told at its cell, all of them together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consortium.baselines.layout import BY_NAME, Rows
from consortium.core.words import _l
from consortium.exchange.cells import Firms, TooMany
from consortium.exchange.reading import Brought
from consortium.plans.tree import DEEPEST, above, cycle

Row = Mapping[str, Any]
#: So many rows of a plan are changed at a time: all of them are one transaction, and on SQLite nobody else writes until its end.
MOST_CHANGED = 10_000


@dataclass(frozen=True)
class Frame:
    """What a project says of itself: its term, who takes part, who could (the active members of its consortium), whether its plan is
    approved, and whether it is a draft still.
    """

    starts_on: str
    ends_on: str
    parts: frozenset[str]
    members: frozenset[str]
    frozen: bool
    draft: bool


def check(before: Rows, wanted: Rows, brought: Brought, frame: Frame, firms: Firms) -> None:
    """Tell `brought` what does not hold of the plan that is wanted."""
    try:
        _amount(before, wanted, brought)
        parents = _tree(wanted, brought, frame)
        _references(wanted, brought)
        if not brought.troubles:
            _waits(wanted, brought, parents)
        _titles(wanted, brought)
        _days(wanted, brought, frame)
        _waived(before, wanted, brought, frame)
        _taking_part(wanted, brought, frame, firms)
    except TooMany:
        pass


def _amount(before: Rows, wanted: Rows, brought: Brought) -> None:
    """No more is changed than can be done at a time. Rows that stay as they are do not count."""
    counts = {}
    for name, rows in wanted.items():
        old, new = ({_key(name, row): row for row in some} for some in (before[name], rows))
        counts[name] = sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())
    if (count := sum(counts.values())) > MOST_CHANGED:
        sentence = _l(
            "The file would change %(count)s rows of the plan; at most %(most)s are changed at a time. Bring it in several parts.",
            count=f"{count:,}",
            most=f"{MOST_CHANGED:,}",
        )
        brought.troubles.add(max(counts, key=lambda name: counts[name]), None, "", "", sentence)


def _depths(parents: Mapping[str, str | None]) -> dict[str, int]:
    """On which level each node lies, from 1 on; 0 for what lies in itself. Each node is walked over once."""
    depths: dict[str, int] = {}
    for start in parents:
        path: dict[str, int] = {}
        key: str | None = start
        while key is not None and key not in depths and key not in path:
            path[key] = len(path)
            key = parents.get(key)
        way = list(path)
        if key in path:
            depths.update(dict.fromkeys(way[path[key] :], 0))
            way = way[: path[key]]
        level = 0 if key is None else depths[key]
        for each in reversed(way):
            level += 1
            depths[each] = level
    return depths


def _tree(wanted: Rows, brought: Brought, frame: Frame) -> dict[str, str | None]:
    """Each node lies below a node that is there, not in itself, not too deep, and within the days of what it lies in."""
    nodes = {row["number"]: row for row in wanted["nodes"]}
    parents: dict[str, str | None] = {number: row["parent"] for number, row in nodes.items()}
    for number, row in nodes.items():
        parent = row["parent"]
        if (parent,) in brought.half["nodes"]:
            parents[number] = None
        elif parent is not None and parent not in nodes:
            brought.trouble(
                "nodes", (number,), "parent", parent, _l("There is no node %(number)s in the plan.", number=parent)
            )
            parents[number] = None
    depths = _depths(parents)
    for number, row in nodes.items():
        if depths[number] == 0:
            brought.trouble(
                "nodes", (number,), "parent", row["parent"], _l("A node cannot lie in itself, nor in what lies in it.")
            )
        elif depths[number] > DEEPEST:
            brought.trouble(
                "nodes",
                (number,),
                "parent",
                row["parent"],
                _l("The tree would become deeper than %(most)s levels.", most=DEEPEST),
            )
        if (row["parent"],) not in brought.half["nodes"]:
            _within(brought, row, nodes.get(row["parent"]), frame)
    return parents


def _within(brought: Brought, row: Row, parent: Row | None, frame: Frame) -> None:
    key = (row["number"],)
    if row["ends_on"] < row["starts_on"]:
        brought.trouble(
            "nodes",
            key,
            "ends_on",
            row["ends_on"],
            _l("The end must not lie before the start, %(day)s.", day=row["starts_on"]),
        )
        return
    first, last = (parent["starts_on"], parent["ends_on"]) if parent else (frame.starts_on, frame.ends_on)
    name = parent["number"] if parent else None
    for field in ("starts_on", "ends_on"):
        if not first <= row[field] <= last:
            sentence = _l("The day has to lie within the project, %(first)s to %(last)s.", first=first, last=last)
            if name:
                sentence = _l(
                    "The day has to lie within “%(name)s”, %(first)s to %(last)s.", name=name, first=first, last=last
                )
            brought.trouble("nodes", key, field, row[field], sentence)


#: Which fields of which lists name a row of which list.
_NAMES = {
    "effort": {"node": "nodes"},
    "budget": {"node": "nodes"},
    "links": {"before": "nodes", "after": "nodes"},
    "deliverables": {"node": "nodes"},
    "indicators": {"node": "nodes"},
    "ties": {"milestone": "milestones", "node": "nodes", "deliverable": "deliverables"},
}


def _references(wanted: Rows, brought: Brought) -> None:
    known = {
        name: {row["number"] for row in wanted[name]} | {key[0] for key in brought.half[name]} for name in ("nodes", "milestones", "deliverables")
    }  # fmt: skip
    sentences = {
        "nodes": lambda number: _l("There is no node %(number)s in the plan.", number=number),
        "milestones": lambda number: _l("There is no milestone M%(number)s in the plan.", number=number),
        "deliverables": lambda number: _l("There is no deliverable %(number)s in the plan.", number=number),
    }
    for name, fields in _NAMES.items():
        for row in wanted[name]:
            for field, of in fields.items():
                if row[field] is not None and row[field] not in known[of]:
                    brought.trouble(name, _key(name, row), field, row[field], sentences[of](row[field]))
    for row in wanted["ties"]:
        if (row["node"] is None) == (row["deliverable"] is None):
            sentence = _l("A milestone depends on a node or on a deliverable: fill in one of the two.")
            brought.trouble("ties", _key("ties", row), "node", row["node"], sentence)


def _key(name: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[part] for part in BY_NAME[name].key)


def _waits(wanted: Rows, brought: Brought, parents: Mapping[str, str | None]) -> None:
    """No node waits for itself, for what it lies in, or in a ring."""
    pairs, good = [], True
    for row in wanted["links"]:
        before, after = row["before"], row["after"]
        sentence = None
        if before == after:
            sentence = _l("A node cannot wait for itself.")
        elif before in above(after, parents) or after in above(before, parents):
            sentence = _l("One of them lies in the other, so neither can wait for the other.")
        if sentence:
            good = False
            brought.trouble("links", (before, after), "after", after, sentence)
        pairs.append((before, after))
    ring = cycle(parents, pairs) if good else []
    if ring:
        at = next(
            (pair for pair in pairs if pair[0] in ring and pair[1] in ring and ("links", pair) in brought.places), None
        )
        at = at or next((pair for pair in pairs if pair[0] in ring or pair[1] in ring), pairs[0])
        brought.trouble(
            "links",
            at,
            "after",
            at[1],
            _l("They would wait for each other in a ring: %(ring)s.", ring=" → ".join(ring)),
        )


def _titles(wanted: Rows, brought: Brought) -> None:
    for name in ("nodes", "milestones", "deliverables", "indicators"):
        for row in wanted[name]:
            if not (row["title_zh"] or row["title_en"]):
                brought.trouble(name, _key(name, row), "title_zh", "", _l("Give a title in Chinese or in English."))


def _days(wanted: Rows, brought: Brought, frame: Frame) -> None:
    first, last = frame.starts_on, frame.ends_on
    for name in ("milestones", "deliverables"):
        for row in wanted[name]:
            if not first <= row["due_on"] <= last:
                sentence = _l("The day has to lie within the project, %(first)s to %(last)s.", first=first, last=last)
                brought.trouble(name, _key(name, row), "due_on", row["due_on"], sentence)


def _waived(before: Rows, wanted: Rows, brought: Brought, frame: Frame) -> None:
    """What is waived stays so, and letting a milestone go is decided on."""
    was = {row["number"]: row["waived"] for row in before["milestones"]}
    for row in wanted["milestones"]:
        held = was.get(row["number"])
        if held == row["waived"] or (held is None and (frame.draft or row["waived"] == "no")):
            continue
        if held is None:
            sentence = _l("Milestones are waived by a change request only.")
        elif held == "yes":
            sentence = _l("This milestone was waived, and stays so.")
        elif frame.frozen:
            continue
        else:
            sentence = _l("A milestone is waived by a change request. Propose that on its page.")
        brought.trouble("milestones", (row["number"],), "waived", row["waived"], sentence)


def joining(wanted: Rows, frame: Frame) -> list[str]:
    """The codes of the members of the consortium that a plan names and that take no part in the project yet."""
    return sorted(_named(wanted).keys() & (frame.members - frame.parts))


def _named(wanted: Rows) -> dict[str, list[tuple[str, Row, str]]]:
    """Where each organisation is named: list, row and field."""
    found: dict[str, list[tuple[str, Row, str]]] = defaultdict(list)
    for name in ("nodes", "effort", "budget", "milestones", "deliverables", "indicators"):
        field = "lead" if name == "nodes" else "organisation"
        for row in wanted[name]:
            found[row[field]].append((name, row, field))
    return found


def _taking_part(wanted: Rows, brought: Brought, frame: Frame, firms: Firms) -> None:
    for code, places in _named(wanted).items():
        if code not in frame.parts | frame.members:
            sentence = _l(
                "%(name)s does not take part in this project. Let it join first.",
                name=str(firms.by_code.get(code, code)),
            )
            for name, row, field in places:
                if (name, _key(name, row)) in brought.places:
                    brought.trouble(name, _key(name, row), field, code, sentence)
