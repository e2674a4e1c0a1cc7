"""The month of a firm as a sheet that is filled in elsewhere and comes back: only its column “This month” is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consortium.baselines.layout import BY_NAME, Field
from consortium.core import typed, words
from consortium.core.errors import Refused
from consortium.core.terms import LABELS, label
from consortium.core.words import Lazy, _l
from consortium.documents.tables import Table, to_workbook
from consortium.exchange.cells import Firms, TooMany, Trouble, Troubles, letter, read
from consortium.exchange.workbook import Grid, grids
from consortium.logbook import voucher_sheets
from consortium.logbook.portrait import Cell, MonthPortrait
from consortium.logbook.tables import SHEET_COLUMNS
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.tables import titled

LONGEST_NOTE = 4000
WORK, SPENDING, NOTES = _l("Work"), _l("Spending"), _l("Notes")
#: The columns that say what a row is, and the one that is filled in.
KEYS = ("month", "organisation", "what", "item", "source")
READ = (*KEYS, "value")
_NOBODY = Firms(())


@dataclass(frozen=True)
class Row:
    """One row of the sheet."""

    month: str
    code: str
    what: object
    item: str = ""
    source: str = ""
    name: str = ""
    last: Decimal | None = None
    value: Any = None
    so_far: Decimal | None = None
    planned: Decimal | None = None


# Writing


def written(portrait: MonthPortrait) -> bytes:
    """The sheet with what is kept of the month already."""
    caption = f"{portrait.project.reference} {portrait.title}"
    return to_workbook([(Table("log", caption, SHEET_COLUMNS), rows(portrait)), voucher_sheets.sheet(portrait)])


def rows(portrait: MonthPortrait) -> Iterator[Row]:
    """The rows of the sheet: nodes, heads by source, notes."""
    kept, whose = portrait.values(portrait.log), (portrait.title, portrait.firm.code)
    for cell in portrait.work:
        node = cell.node
        assert node is not None
        yield Row(*whose, WORK, node.number, "", titled(node), *_numbers(cell, kept))
    for source, _, cells in portrait.money:
        for cell in cells:
            assert cell.key is not None
            yield Row(*whose, SPENDING, label(cell.key[0]), label(source), "", *_numbers(cell, kept))
    yield Row(*whose, NOTES, value=portrait.log.note if portrait.log else None)


def _numbers(cell: Cell, kept: Mapping[str, Any]) -> tuple[Any, ...]:
    return cell.last, kept.get(cell.name), cell.so_far, cell.planned


# Reading


def taken(name: str, content: bytes, portrait: MonthPortrait) -> tuple[dict[str, str], Troubles]:
    """What the sheet says, as it would be typed, by the names of the fields; and all that is wrong with it, cell by cell.

    The vouchers of the second sheet that are new or differ stand under `vouchers`.
    """
    there = grids(name, content)
    grid = _first(name, there)
    places = _places(grid)
    found: dict[str, str] = {}
    troubles = Troubles()
    with suppress(TooMany):
        _read_rows(grid, places, portrait, found, troubles)
        found["vouchers"] = voucher_sheets.taken(there[1:], portrait, troubles)
    return found, troubles


def _read_rows(
    grid: Grid, places: Mapping[str, int], portrait: MonthPortrait, found: dict[str, str], troubles: Troubles
) -> None:
    known, formulas = _known(portrait), set(grid.formulas)
    for number, cells in grid.rows:
        row = {column: cells[place] if place < len(cells) else None for column, place in places.items()}
        place = _Place(grid.title, number, places, row, troubles)
        if any((number, letter(places[column])) in formulas for column in READ):
            column = next(column for column in READ if (number, letter(places[column])) in formulas)
            place.wrong(column, _l("This is a formula. Put its value here."))
        elif (field := _field(place, portrait, known)) is not None:
            if field in found:
                place.wrong("item", _l("This row stands in the sheet twice."))
            else:
                found[field] = _value(place, field)


@dataclass
class _Place:
    """One row that is read, with where its cells stand."""

    sheet: str
    number: int
    places: Mapping[str, int]
    row: Mapping[str, Any]
    troubles: Troubles

    def wrong(self, column: str, sentence: object) -> None:
        """Note what is wrong with a cell."""
        self.troubles.add(self.sheet, self.number, letter(self.places[column]), self.row[column], sentence)

    def text(self, column: str) -> str:
        """A cell as text; a number that a program made of a node's number is written as it is."""
        cell = self.row[column]
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        return "" if cell is None else str(cell).strip()


def _first(name: str, found: Sequence[Grid]) -> Grid:
    if not found or not found[0].head:
        raise Refused(_l("The file “%(name)s” is empty.", name=name))
    return found[0]


def _places(grid: Grid) -> dict[str, int]:
    """Where the columns stand; in both languages their heads are understood."""
    heads = {_folded(str(head)): place for place, head in reversed(list(enumerate(grid.head))) if head is not None}
    found = {}
    for column in SHEET_COLUMNS:
        if column.name not in READ:
            continue
        place = next((heads[word] for word in _spoken(column.label) if word in heads), None)
        if place is None:
            raise Refused(
                _l(
                    "The sheet has no column “%(name)s”. Download it here, fill in that one, and leave its first row as it is.",
                    name=column.label,
                )
            )
        found[column.name] = place
    return found


def _known(portrait: MonthPortrait) -> dict[tuple[str, str], str]:
    """The names of the fields by what the cells of a row say."""
    found: dict[tuple[str, str], str] = {}
    for cell in portrait.cells:
        if cell.node is not None:
            found[_folded(cell.node.number), ""] = cell.name
        elif cell.key is not None:
            for head in _named(CostCategory, cell.key[0]):
                found.update({(head, source): cell.name for source in _named(MoneySource, cell.key[1])})
    return found


def _field(place: _Place, portrait: MonthPortrait, known: Mapping[tuple[str, str], str]) -> str | None:
    """The field that a row is about; None with a sentence where it is about none of this month."""
    what = _folded(place.text("what"))
    part = next(
        (part for part, word in (("work", WORK), ("money", SPENDING), ("note", NOTES)) if what in _spoken(word)), ""
    )
    if not part:
        place.wrong("what", _l("Write one of these: %(choices)s.", choices=words.listed((WORK, SPENDING, NOTES))))
    elif place.text("month") != portrait.title:
        place.wrong(
            "month",
            _l(
                "This row is about another month than %(month)s. A spreadsheet program may have made a date of it; format it as text.",
                month=portrait.title,
            ),
        )
    elif place.text("organisation") != portrait.firm.code:
        place.wrong(
            "organisation", _l("This row is about another organisation than %(name)s.", name=titled(portrait.firm))
        )
    elif part == "note":
        return "note"
    else:
        key = (_folded(place.text("item")), _folded(place.text("source")) if part == "money" else "")
        if key in known:
            return known[key]
        if part == "work":
            place.wrong("item", _l("Your organisation works in no node with this number."))
        else:
            place.wrong(
                "item" if not any(key[0] == head for head, _ in known) else "source",
                _l("There is no such head or source of money."),
            )
    return None


def _value(place: _Place, field: str) -> str:
    """The cell to be filled in, as it would be typed."""
    cell = place.row["value"]
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    name, one = ("months", "effort") if field.startswith("effort_") else ("amount", "budget")
    try:
        if field == "note":
            return typed.text(str(cell), LONGEST_NOTE)
        number: str = read(BY_NAME[one], Field(name, "", "months" if one == "effort" else "money"), cell, _NOBODY)
    except Refused as refusal:
        place.wrong("value", refusal.message)
        return ""
    return number


def _named(enum: Any, member: Any) -> set[str]:
    return {_folded(word) for word in (member.value, *LABELS[enum][member])}


def _spoken(word: Lazy | str) -> set[str]:
    """A word in both languages, as cells are compared."""
    found = set()
    for tongue in ("en", "zh_Hans"):
        with words.reading_in(tongue):
            found.add(_folded(str(word)))
    return found


def _folded(text: str) -> str:
    return " ".join(text.translate(typed.NARROW).casefold().split())


def told(troubles: Iterable[Trouble]) -> object:
    """The first thing that is wrong, for the field of the file."""
    first = next(iter(troubles))
    return _l("%(place)s: %(sentence)s", place=first.place, sentence=first.sentence)
