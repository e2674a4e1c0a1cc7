"""What a file says of a plan: which lists it holds, their rows as plain values, and all that is wrong with its cells."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from consortium.baselines.layout import BY_NAME, LATER, LISTS, List, Rows, in_order
from consortium.core.errors import Refused
from consortium.core.secrecy import mark_in, mark_in_name
from consortium.core.words import Lazy, _l, listed
from consortium.exchange import msproject, workbook
from consortium.exchange.cells import Firms, TooMany, Troubles, letter, read
from consortium.exchange.markup import parsed
from consortium.exchange.workbook import NAMED, PART, Grid, columns

Key = tuple[Any, ...]


@dataclass
class Brought:
    """The lists of a file: `places` says where a row stands (sheet and row), `heads` under which letter a field.

    `half` are keys of rows that stand in it and could not be read whole; `part` are lists of which its writer did not see all rows.
    """

    rows: Rows = field(default_factory=dict)
    places: dict[tuple[str, Key], tuple[str, int | None]] = field(default_factory=dict)
    heads: dict[tuple[str, str], str] = field(default_factory=dict)
    half: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    part: set[str] = field(default_factory=set)
    troubles: Troubles = field(default_factory=Troubles)
    notes: list[Lazy] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all lists of a plan are in it."""
        return all(one.name in self.rows for one in LISTS)

    @property
    def absent(self) -> list[List]:
        """The lists that are not in it."""
        return [one for one in LISTS if one.name not in self.rows]

    def trouble(self, name: str, key: Key, column: str, value: object, sentence: object) -> None:
        """Note what is wrong with a field of a row; one that is not in the file has no place in it, so its value says which it is."""
        sheet, row = self.places.get((name, key), (name, None))
        if row is None:
            which = BY_NAME[name].named(dict(zip(BY_NAME[name].key, key, strict=True)))
            value = which if value in (None, "", *key) else f"{which}: {value}"
        self.troubles.add(sheet, row, self.heads.get((name, column), "") if row else "", value, sentence)


def brought(name: str, content: bytes, firms: Firms, lead: str, taken: Rows) -> Brought:
    """Everything that a file says; `lead` answers for what names nobody, and `taken` are the rows of the plan as it is."""
    found = Brought()
    try:
        if msproject.is_project(content):
            _of_project(found, name, content, firms, lead, taken)
        else:
            _of_grids(found, workbook.grids(name, content), firms)
    except TooMany:
        pass
    return found


def _of_project(found: Brought, name: str, content: bytes, firms: Firms, lead: str, taken: Rows) -> None:
    _no_secrets(name, content)
    plan = msproject.read(name, content, firms, lead, taken)
    found.rows, found.notes = plan.rows, plan.notes
    for (of, key), row in plan.places.items():
        found.places[of, key] = (_TASKS, row)
    for row, sentence, value in plan.troubles:
        found.troubles.add(_TASKS, row, "", value, sentence)


_TASKS = "Tasks"


def _no_secrets(name: str, content: bytes) -> None:
    """Refuse a file of MS Project that bears a secrecy mark: in its name, in itself, or in a name, a note or another text of it."""
    mark = mark_in_name(name)
    if mark is None:
        mark = next((found for text in _texts(content) if "密" in text and (found := mark_in(text))), None)
    if mark is not None:
        raise Refused(
            _l(
                "The file “%(name)s” bears the secrecy mark “%(mark)s” and is not taken: state secrets must not be entered into this platform.",
                name=name,
                mark=mark,
            )
        )


def _texts(content: bytes) -> Iterator[str]:
    """The texts of an XML file: the whole with its tags and comments, then what stands in each element and attribute."""
    yield content.decode("utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8", "replace")
    found: set[str] = set()
    pieces: list[str] = []

    def close(*_: object) -> None:
        found.add("".join(pieces))
        pieces.clear()

    def start(_: str, said: dict[str, str]) -> None:
        close()
        found.update(said.values())

    with suppress(expat.ExpatError, ValueError, RecursionError, LookupError):  # msproject says what is wrong with it
        parsed(content, start, close, pieces.append)
    yield from sorted(found)


def _of_grids(found: Brought, grids: Sequence[Grid], firms: Firms) -> None:
    for grid in grids:
        one, heads = _list_of(found, grid)
        if one is None:
            continue
        if one.name in found.rows:
            found.troubles.add(
                grid.title, None, "", "", _l("The list “%(list)s” stands in this file twice.", list=one.name)
            )
            continue
        for row, column in grid.formulas:
            found.troubles.add(grid.title, row, column, "", _l("Here is a formula. Put its value in its place."))
        found.rows[one.name] = in_order(one, _rows(found, grid, one, heads, firms))
        if grid.title.strip().casefold().endswith(PART):
            found.part.add(one.name)
            found.notes.append(_l("The list “%(list)s” is a part only: the rows that it lacks stay.", list=one.name))
    if not found.rows and not found.troubles:
        raise Refused(_l("The file holds no list of a plan."))


def _list_of(found: Brought, grid: Grid) -> tuple[List | None, dict[str, int]]:
    """The list that a sheet is, by its name, else by its columns; and where each field stands."""
    heads = [str(head).strip().casefold() if head is not None else "" for head in grid.head]
    while heads and not heads[-1]:
        heads.pop()
    said = set(heads)
    one = BY_NAME.get(grid.title.strip().casefold().removesuffix(PART))
    if one is None or one not in LISTS:
        one = max(LISTS, key=lambda each: (len(said & set(columns(each))), -len(columns(each))))
        if not said & {field.name for field in one.fields}:
            sentence = _l(
                "These columns are of no list of a plan. The lists are: %(lists)s.",
                lists=listed(each.name for each in LISTS),
            )
            found.troubles.add(grid.title, 1, "", listed(heads), sentence)
            return None, {}
    names = [field.name for field in one.fields]
    good = True
    for position, head in enumerate(heads):
        if head in heads[:position] and head:
            sentence = _l("The column “%(name)s” is there twice.", name=head)
        elif head not in names and not head.endswith(NAMED):
            sentence = _l(
                "The list “%(list)s” has no such column. It has: %(names)s.", list=one.name, names=listed(names)
            )
        else:
            continue
        found.troubles.add(grid.title, 1, letter(position), head, sentence)
        good = False
    if missing := [name for name in names if name not in said and (one.name, name) not in LATER]:
        sentence = _l("The list “%(list)s” lacks these columns: %(names)s.", list=one.name, names=listed(missing))
        found.troubles.add(grid.title, 1, "", "", sentence)
        good = False
    if not good:
        return None, {}
    at = {name: heads.index(name) for name in names if name in said}
    found.heads.update({(one.name, name): letter(position) for name, position in at.items()})
    return one, at


def _rows(found: Brought, grid: Grid, one: List, at: Mapping[str, int], firms: Firms) -> list[dict[str, Any]]:
    """The rows of a sheet that could be read; those that could not, and those that are there twice, are told of."""
    kept: dict[Key, dict[str, Any]] = {}
    formulas = {row for row, _ in grid.formulas}
    for number, cells in grid.rows:
        row: dict[str, Any] = {}
        good = number not in formulas
        for each in one.fields:
            place = at.get(each.name, len(cells))
            cell = cells[place] if place < len(cells) else None
            try:
                row[each.name] = read(one, each, cell, firms)
            except Refused as refusal:
                good = False
                if number not in formulas:
                    found.troubles.add(grid.title, number, letter(place), cell, refusal.message)
        if not good:
            if all(name in row for name in one.key):
                found.half[one.name].add(tuple(row[name] for name in one.key))
            continue
        key = tuple(row[name] for name in one.key)
        if key in kept:
            first = found.places[one.name, key][1]
            sentence = _l("This row is there already, in row %(row)s: %(key)s.", row=first, key=one.named(row))
            found.troubles.add(grid.title, number, letter(at[one.key[0]]), row[one.key[0]], sentence)
            continue
        kept[key] = row
        found.places[one.name, key] = (grid.title, number)
    return list(kept.values())
