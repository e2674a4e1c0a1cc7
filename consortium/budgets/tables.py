"""The money of a project by organisation, head, source and year, the crossing of organisations and heads, and the list of moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from consortium.baselines.workflow import LIFE
from consortium.budgets.models import Moved
from consortium.budgets.queries import Figures
from consortium.core.terms import label
from consortium.core.words import _l
from consortium.documents.tables import Column, Table
from consortium.projects.tables import titled


@dataclass(frozen=True)
class Row:
    """A line of one of the tables: what it is about, and its money."""

    name: object
    figures: Figures
    href: str | None = None


@dataclass(frozen=True)
class Place:
    """One place of the cube in words, for files."""

    firm: object
    head: object
    source: object
    year: object
    figures: Figures


@dataclass(frozen=True)
class Crossed:
    """A row of the crossing: planned and spent money by the name of the head."""

    name: object
    cells: dict[str, tuple[Decimal, Decimal]]
    href: str | None = None

    @property
    def total(self) -> tuple[Decimal, Decimal]:
        """Planned and spent under all heads."""
        none = Decimal("0.00")
        return sum((cell[0] for cell in self.cells.values()), none), sum((cell[1] for cell in self.cells.values()), none)  # fmt: skip


def year_word(year: int) -> object:
    """A year, or that money stands in none."""
    return str(year) if year else _l("Not split by years")


FIGURES = (
    Column("planned", _l("Planned (yuan)"), lambda row: row.figures.planned, "money"),
    Column("spent", _l("Spent (yuan)"), lambda row: row.figures.spent, "money"),
    Column("claimed", _l("Claimed (yuan)"), lambda row: row.figures.claimed, "money", wide=True),
    Column("accepted", _l("Accepted (yuan)"), lambda row: row.figures.accepted, "money", wide=True),
    Column("paid", _l("Paid out (yuan)"), lambda row: row.figures.paid, "money", wide=True),
    Column("rest", _l("Left (yuan)"), lambda row: row.figures.rest, "money"),
    Column("rate", _l("Spent of planned"), lambda row: row.figures.rate, "share", wide=True),
)
#: What is paid out is paid for no head in particular.
WITHOUT_PAID = tuple(column for column in FIGURES if column.name != "paid")


def _axis(name: str, caption: object, word: object, columns: Sequence[Column] = FIGURES) -> Table:
    return Table(name, caption, (Column(name, word, lambda row: row.name, href=lambda row: row.href), *columns))


#: The four tables by the name that an address asks for; the last row of each is the total.
AXES: dict[str, Table] = {
    "member": _axis("member", _l("Money by organisation"), _l("Organisation")),
    "category": _axis("category", _l("Money by head"), _l("Head"), WITHOUT_PAID),
    "source": _axis("source", _l("Money by source"), _l("Source")),
    "year": _axis("year", _l("Money by year"), _l("Year")),
}

#: Every place for itself.
PLACES = Table("places", _l("Money by organisation, head, source and year"), (
    Column("member", _l("Organisation"), lambda row: row.firm), Column("category", _l("Head"), lambda row: row.head),
    Column("source", _l("Source"), lambda row: row.source), Column("year", _l("Year"), lambda row: row.year), *FIGURES[:5],
))  # fmt: skip


def crossing(heads: Sequence[tuple[str, object]]) -> Table:
    """Organisations (down) and heads (across): planned money, on the page with what was spent below; the rows are `Crossed`."""
    columns = [
        Column(name, word, lambda row, name=name: row.cells.get(name, (None, None))[0], "money",
               note=lambda row, name=name: _spent(row.cells.get(name)))
        for name, word in heads
    ]  # fmt: skip
    first = Column("member", _l("Organisation"), lambda row: row.name, href=lambda row: row.href)
    total = Column("total", _l("Together"), lambda row: row.total[0], "money", note=lambda row: _spent(row.total))
    return Table("crossing", _l("Planned and spent money by organisation and head"), (first, *columns, total))


def crossing_file(heads: Sequence[tuple[str, object]]) -> Table:
    """The same for files: planned and spent each in a column of its own."""
    page = crossing(heads)
    columns: list[Column] = [replace(page.columns[0], href=None)]
    for name, word in heads:
        columns.append(Column(f"{name}_planned", _l("%(head)s, planned", head=word), lambda row, name=name: row.cells.get(name, (None, None))[0], "money"))  # fmt: skip
        columns.append(Column(f"{name}_spent", _l("%(head)s, spent", head=word), lambda row, name=name: row.cells.get(name, (None, None))[1], "money"))  # fmt: skip
    columns += [
        Column("planned", _l("Planned (yuan)"), lambda row: row.total[0], "money"), Column("spent", _l("Spent (yuan)"), lambda row: row.total[1], "money")
    ]  # fmt: skip
    return replace(page, columns=columns)


def _spent(cell: tuple[Decimal, Decimal] | None) -> object:
    return _l("spent %(amount)s", amount=f"{cell[1]:,.2f}") if cell and cell[1] else ""


def state(move: Any) -> tuple[object, str]:
    """Word and tone of what became of a move."""
    if move.request is not None:
        return LIFE.word(move.request.state), LIFE.tone(move.request.state)
    return label(move.how), "ok" if move.how is Moved.WITHIN_LIMITS else "none"


def _where(node: str, category: Any, source: Any, year: int) -> object:
    return _l("%(node)s · %(head)s · %(source)s · %(year)s", node=node, head=label(category), source=label(source), year=year_word(year))  # fmt: skip


MOVES = Table("moves", _l("Moves of planned money"), (
    Column("before", _l("Moved from"), lambda move: _where(move.node_number, move.category, move.source, move.year)),
    Column("after", _l("Moved to"), lambda move: _where(move.to_node_number, move.to_category, move.to_source, move.to_year)),
    Column("day", _l("Day"), lambda move: move.created_at.date(), "day", wide=True),
    Column("member", _l("Organisation"), lambda move: titled(move.organisation), wide=True),
    Column("amount", _l("Amount (yuan)"), lambda move: move.amount, "money"),
    Column("state", _l("State"), lambda move: state(move)[0], "status", tone=lambda move: state(move)[1]),
    Column("request", _l("Change request"), lambda move: f"CR{move.request.number}" if move.request else "", "link",
           href=lambda move: f"/changes/{move.request_id}" if move.request_id else None, wide=True),
    Column("reason", _l("Reason"), lambda move: move.reason, wide=True),
    Column("who", _l("Moved by"), lambda move: move.moved_by.name, wide=True),
))  # fmt: skip
