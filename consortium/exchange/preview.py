"""Looking at what a file would change in a plan, before anything of it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.activity.services import hushed, in_one_go
from consortium.baselines.comparing import ROW, Line, differences
from consortium.baselines.layout import BY_NAME, List, Rows, code_of, in_order, rows_of
from consortium.baselines.services import digest
from consortium.core.db import db
from consortium.core.errors import Problem, Refused
from consortium.core.words import _l, _ln
from consortium.exchange import checking, queries, reading, workbook
from consortium.exchange.cells import MOST_TROUBLES, Firms, TooMany, Trouble
from consortium.exchange.checking import Frame
from consortium.exchange.planning import CHANGED, Carrying
from consortium.exchange.present import Key
from consortium.exchange.reading import Brought
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.queries import members

#: An uploaded file: its name and its bytes.
File = tuple[str, bytes]


def together(files: Sequence[File]) -> File:
    """Several CSV files as the one file that they are kept as."""
    if len(files) == 1:
        return files[0]
    if any(not name.lower().endswith(".csv") for name, _ in files):
        raise Refused("", files=_l("Choose one workbook or one file of MS Project, or one CSV file for each list."))
    inner: dict[str, bytes] = {}
    for name, content in files:
        if name in inner:
            raise Refused("", files=_l("The file “%(name)s” was chosen twice.", name=name))
        inner[name] = content
    return " + ".join(inner)[:200], workbook.packed(inner)


@dataclass
class Preview:
    """What a file would change in a plan, and what stands in its way; nothing of it is written."""

    project: Project
    name: str
    content: bytes
    brought: Brought
    before: Rows
    wanted: Rows
    removes: bool
    joining: list[str]

    @property
    def troubles(self) -> list[Trouble]:
        """All that is wrong, in the order of the file."""
        sheets = list(dict.fromkeys(one.sheet for one in self.brought.troubles))
        return sorted(
            self.brought.troubles, key=lambda one: (sheets.index(one.sheet), one.row or 0, len(one.column), one.column)
        )

    @property
    def more(self) -> bool:
        """Whether there may be more that is wrong than is told."""
        return len(self.brought.troubles) >= MOST_TROUBLES

    @cached_property
    def lines(self) -> list[Line]:
        """The differences, field by field."""
        return differences(self.before, self.wanted)

    @property
    def seen(self) -> str:
        """By what it is known whether a preview is still the one that was looked at."""
        return digest([line.kept for line in self.lines])

    @cached_property
    def counts(self) -> dict[str, list[int]]:
        """How many rows of each list are added, changed and removed."""
        return counted(self.lines)

    @property
    def amount(self) -> int:
        """How many rows would be added, changed or removed."""
        return amount(self.counts)

    @property
    def by_job(self) -> bool:
        """Whether that is too much to be done while somebody waits for the page; it is not tried before, either."""
        return self.amount > replanning.AT_ONCE

    @property
    def totals(self) -> list[tuple[object, Decimal, Decimal]]:
        """Person-months and money of the whole plan, before and after."""
        wanted = ((_l("Person-months"), "effort", "months"), (_l("Planned money (yuan)"), "budget", "amount"))
        return [(word, _sum(self.before[name], field), _sum(self.wanted[name], field)) for word, name, field in wanted]

    @property
    def alone(self) -> list[List]:
        """The lists that are left alone."""
        return self.brought.absent


def counted(lines: Iterable[Line]) -> dict[str, list[int]]:
    """How many rows of each list some differences add, change and remove."""
    found: dict[str, list[set[Key]]] = {}
    for line in lines:
        sets = found.setdefault(line.list, [set(), set(), set()])
        sets[1 if line.field != ROW else 0 if line.before is None else 2].add(line.key)
    return {name: [len(some) for some in sets] for name, sets in found.items()}


def amount(counts: Mapping[str, Sequence[int]]) -> int:
    """How many rows are meant by counts of lists."""
    return sum(map(sum, counts.values()))


def _sum(rows: Sequence[dict[str, Any]], field: str) -> Decimal:
    return sum((Decimal(row[field]) for row in rows), Decimal("0.00"))


def look(actor: Any, project: Project, file: File, removes: bool | None = None, *, tried: bool = False) -> Preview:
    """Read a file against the plan as it is; `tried` has every change made and taken back, so that what services refuse is told too.

    `removes` says whether rows go that a list of the file does not have; without it they do where all lists are in the file.
    """
    name, content = file
    firms = Firms(queries.known_firms(project))
    before = rows_of(project, CHANGED)
    brought = reading.brought(name, content, firms, code_of(project.lead), before)
    if removes is None:
        removes = brought.whole
    # Rows that could not be read are not taken for rows that go.
    wanted = _wanted(before, brought, removes and not brought.troubles)
    frame = Frame(
        project.starts_on.isoformat(), project.ends_on.isoformat(), frozenset({code_of(project.lead), *(row["organisation"] for row in before["participants"])}),
        frozenset(code_of(firm) for firm in members(project.consortium_id)), replanning.is_frozen(project), project.stage == "draft",
    )  # fmt: skip
    checking.check(before, wanted, brought, frame, firms)
    joining = checking.joining(wanted, frame)
    parts = [*wanted["participants"], *({"organisation": code, "task": "", "budget": "0.00"} for code in joining)]
    wanted["participants"] = in_order(BY_NAME["participants"], parts)
    preview = Preview(project, name, content, brought, before, wanted, removes, joining)
    if tried:
        try_out(actor, preview)
    return preview


def _wanted(before: Rows, brought: Brought, removes: bool) -> Rows:
    """The plan as the file would have it; what it says in other white space only is not changed."""
    wanted: Rows = {}
    for name in CHANGED:
        if name not in brought.rows:
            wanted[name] = list(before[name])
            continue
        one = BY_NAME[name]
        old = {tuple(row[part] for part in one.key): row for row in before[name]}
        new = {(key := tuple(row[part] for part in one.key)): _alike(old.get(key), row) for row in brought.rows[name]}
        goes = removes and name not in brought.part
        wanted[name] = in_order(one, (new if goes else {**old, **new}).values())
    return wanted


def _alike(old: dict[str, Any] | None, row: dict[str, Any]) -> dict[str, Any]:
    if old is None or old == row:
        return row
    return {name: old[name] if _bare(old[name]) == _bare(value) else value for name, value in row.items()}


def _bare(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


def try_out(actor: Any, preview: Preview) -> None:
    """Carry it out and take it back, so that what services refuse is told too."""
    if not preview.lines or preview.brought.troubles:
        return
    savepoint = db.session.begin_nested()
    try:
        with replanning.at_once():
            carry(actor, preview, "try", kept=False)
    except TooMany:
        pass
    finally:
        savepoint.rollback()
        db.session.expire_all()


def carry(actor: Any, preview: Preview, reason: str, *, kept: bool = True) -> None:
    """Call the services that make the plan what the preview wants; what they refuse is told at its cell."""

    def tell(name: str, key: Key, problem: Problem) -> None:
        field, sentence = next(iter(problem.fields.items()), ("", problem.message))
        one = BY_NAME[name]
        column = field.removesuffix("_id")
        column = {"organisation": "lead"}.get(column, column) if name == "nodes" else column
        known = {each.name for each in one.fields}
        row = next((row for row in preview.wanted[name] if tuple(row[part] for part in one.key) == key), {})
        column = column if column in known else one.key[0]
        preview.brought.trouble(name, key, column, row.get(column, ""), sentence)

    with hushed(), in_one_go(kept=kept, numbered=False):
        Carrying(actor, preview.project, preview.before, preview.wanted, reason, tell).carry()
        db.session.flush()


def told(preview: Preview) -> Iterator[str]:
    """A preview as lines of text, for the command line: what is wrong, or what would be changed."""
    for one in preview.troubles:
        yield f"{one.place}: {one.sentence}" + (f" [{one.value}]" if one.value else "")
    if preview.troubles:
        yield str(
            _ln(
                "%(num)s cell or row is wrong, so nothing was imported.",
                "%(num)s cells or rows are wrong, so nothing was imported.",
                len(preview.troubles),
            )
        )
        return
    for note in preview.brought.notes:
        yield str(note)
    for name, (more, other, less) in preview.counts.items():
        yield f"{name}: {more} added, {other} changed, {less} removed"
    for word, before, after in preview.totals:
        yield f"{word}: {before:,.2f} > {after:,.2f}"
    yield f"{preview.amount} changes"
