"""One cell and what it means: values of the layout from what people and spreadsheet programs write, and back."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from consortium.baselines.layout import LATER, Field, List, code_of
from consortium.core import typed
from consortium.core.errors import Refused
from consortium.core.identifiers import Scheme
from consortium.core.terms import LABELS
from consortium.core.words import Lazy, _l, listed
from consortium.documents.tables import FORMULA_STARTS
from consortium.organisations.models import Organisation

Cell = Any  # str, int, float, bool, date, datetime or None, as a spreadsheet gives it

#: Fields that may be blank though they name something.
MAY_BE_BLANK = {("nodes", "parent"), ("deliverables", "node"), ("indicators", "node"), ("ties", "node"), ("ties", "deliverable")}  # fmt: skip
#: The most characters of a line; a text of several lines has at most LONGEST.
LENGTHS = {
    "number": 20,
    "title_zh": 200,
    "title_en": 300,
    "unit": 40,
    "value_start": 100,
    "value_mid": 100,
    "value_end": 100,
}
LONGEST = 4000
COUNTS = {
    "weight": (1, 100),
    "lag": (-3650, 3650),
    "number": (1, 1_000_000),
    "milestone": (1, 1_000_000),
    "year": (0, 9999),
}
#: Kinds that name another row; people get its name in a column beside it.
NAMING = ("organisation", "node", "deliverable", "milestone")
YES, NO = {"yes", "true", "1", "是"}, {"no", "false", "0", "否", ""}
#: A spreadsheet program keeps so many digits of a number.
DIGITS = 15
MOST_TROUBLES = 200


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one cell, row or sheet: where it stands, what stands there, and a sentence."""

    sheet: str
    row: int | None
    column: str
    value: str
    sentence: object

    @property
    def place(self) -> str:
        """Where it stands, as spreadsheet programs name cells: `nodes!C7`."""
        where = f"{self.column}{self.row or ''}"
        return f"{self.sheet}!{where}" if where else self.sheet


class TooMany(Exception):
    """As many troubles were found as are told at once."""


class Troubles(list[Trouble]):
    """All that is wrong with a file, as far as it is told."""

    def add(self, sheet: str, row: int | None, column: str, value: object, sentence: object) -> None:
        """Note one; TooMany when no more are told."""
        shown = "" if value is None else f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)
        self.append(Trouble(sheet, row, column, shown[:60] + ("…" if len(shown) > 60 else ""), sentence))
        if len(self) >= MOST_TROUBLES:
            raise TooMany


class Firms:
    """Organisations of a consortium as files may name them: by code, by name in Chinese or English, or by short name."""

    def __init__(self, rows: Iterable[Organisation]) -> None:
        self.rows = list(rows)
        self.by_code = {code_of(row): row for row in self.rows}
        #: What rows call them is theirs alone; all else may be the name of several.
        self._sure = {_folded(code): code for code in self.by_code}
        self._named: dict[str, set[str]] = {}
        for code, row in self.by_code.items():
            for name in (code, f"{Scheme(row.scheme).value}:{row.code}", row.code, row.name_zh, row.name_en, row.short):
                if name.strip():
                    self._named.setdefault(_folded(name), set()).add(code)

    def code(self, name: str) -> str:
        """What rows call the organisation that a cell names; Refused with names that are like it."""
        if sure := self._sure.get(_folded(name)):
            return sure
        found = self._named.get(_folded(name), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Refused(
                _l(
                    "“%(name)s” names several organisations. Write the code of the one that is meant: %(codes)s.",
                    name=name[:60],
                    codes=listed(sorted(found)),
                )
            )
        near = difflib.get_close_matches(_folded(name)[:100], self._named, 3, 0.5)
        like = listed(dict.fromkeys(str(self.by_code[code]) for word in near for code in sorted(self._named[word])))
        if like:
            raise Refused(
                _l(
                    "No member of the consortium is called “%(name)s”. Is one of these meant: %(like)s?",
                    name=name[:60],
                    like=like,
                )
            )
        raise Refused(
            _l(
                "No member of the consortium is called “%(name)s”. Write its code, its name or its short name.",
                name=name[:60],
            )
        )


def _folded(name: str) -> str:
    return " ".join(name.translate(typed.NARROW).casefold().split())


# Reading


def read(one: List, field: Field, cell: Cell, firms: Firms) -> Any:
    """The plain value of the layout that a cell means; Refused with a sentence where it means none."""
    if (isinstance(cell, str) and not cell.strip()) or cell is None:
        return _blank(one, field)
    if field.enum is not None:
        return _choice(field, words(field, cell))
    if field.kind in _READ:
        return _READ[field.kind](cell)
    match field.kind:
        case "count" | "milestone":
            return _count(field, cell)
        case "organisation":
            return firms.code(words(field, cell).strip())
        case "text":
            return typed.text(words(field, cell), LONGEST)
        case _:
            return typed.line(words(field, cell), LENGTHS.get(field.name, LENGTHS["number"]))


def _blank(one: List, field: Field) -> Any:
    if (one.name, field.name) in LATER:
        return LATER[one.name, field.name]
    if (one.name, field.name) in MAY_BE_BLANK:
        return None
    if field.kind == "flag":
        return "no"
    if field.kind == "text" or (field.kind == "line" and field.name != "number"):
        return ""
    raise Refused(_l("Please fill in “%(label)s”.", label=field.label))


def words(field: Field, cell: Cell) -> str:
    """A cell as text; Refused where a spreadsheet program has made something else of what was typed."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        number = _exact(cell)
        if number != number.to_integral_value() and (field.name == "number" or field.kind in NAMING):
            raise Refused(
                _l(
                    "This is a number here, so that 1.1 and 1.10 look the same. Format the column as text and write it again."
                )
            )
        return f"{number.normalize():f}"
    if isinstance(cell, date | time):
        raise Refused(_l("This became a date or a time. Format the column as text and write it again."))
    return str(cell)


def _exact(cell: int | float) -> Decimal:
    """A number as it was typed: what lies beyond the digits of spreadsheet programs is their rounding."""
    if isinstance(cell, int):
        return Decimal(cell)
    number = Decimal(f"{cell:.{DIGITS}g}")
    if not number.is_finite():
        raise Refused(_l("This is no number."))
    # Above this the second decimal is lost among the digits that are kept.
    if abs(number) >= 10 ** (DIGITS - 2) and number != Decimal(repr(cell)):
        raise Refused(_l("A number of a sheet keeps 15 digits only. Write this one as text."))
    return number


def _digits(cell: Cell) -> str:
    if isinstance(cell, bool | date | time):
        raise Refused(_l("Write a number here."))
    return f"{_exact(cell):f}" if isinstance(cell, int | float) else str(cell)


def _day(cell: Cell) -> str:
    if isinstance(cell, datetime):
        if cell.time() != time(0):
            raise Refused(_l("This is a day with a time; write the day alone."))
        cell = cell.date()
    if isinstance(cell, date):
        return typed.day(cell.isoformat()).isoformat()
    if isinstance(cell, bool | int | float | time):
        raise Refused(_l("This is a number and no date. Format the cell as a date, or write it as 2026-11-22."))
    return typed.day(str(cell)).isoformat()


def _flag(cell: Cell) -> str:
    said = ("yes" if cell else "no") if isinstance(cell, bool) else str(cell).strip().casefold().removesuffix(".0")
    if said not in YES | NO:
        raise Refused(_l("Write yes or no."))
    return "yes" if said in YES else "no"


def _choice(field: Field, text: str) -> str:
    assert field.enum is not None
    wanted, labels = _folded(text), LABELS[field.enum]
    for member in field.enum:
        if wanted in {_folded(word) for word in (member.value, member.name, *labels[member])}:
            return str(member.value)
    raise Refused(_l("Write one of these: %(choices)s.", choices=listed(member.value for member in field.enum)))


def _count(field: Field, cell: Cell) -> int:
    least, most = COUNTS[field.name]
    text = _digits(cell).strip()
    return typed.count(text.lstrip("Mm") if field.kind == "milestone" else text, least, most)


_READ: dict[str, Callable[[Cell], Any]] = {
    "day": _day,
    "flag": _flag,
    "money": lambda cell: f"{typed.money(_digits(cell)):.2f}",
    "months": lambda cell: f"{typed.months(_digits(cell)):.2f}",
}


# Writing


def value(field: Field, kept: Any) -> Any:
    """A plain value of the layout as it stands in a sheet: a day, an amount, a whole number or text; None for a blank cell."""
    if kept is None or kept == "":
        return None
    if field.kind == "day":
        return date.fromisoformat(kept)
    if field.kind in ("money", "months"):
        amount = Decimal(kept)
        return amount if len(amount.as_tuple().digits) <= DIGITS else f"{amount:f}"
    return int(kept) if field.kind in ("count", "milestone") else str(kept)


def shielded(text: str) -> str:
    """A text for CSV: what a spreadsheet program would run, and what begins with an apostrophe, gets an apostrophe before it."""
    return "'" + text if text.startswith((*FORMULA_STARTS, "'")) else text


def unshielded(text: str) -> str:
    """The text that was shielded."""
    return text.removeprefix("'")


def letter(position: int) -> str:
    """The name of a column, from 0 on: A, B, …, Z, AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def meant_by(kind: str) -> Lazy:
    """How values of a kind are written, for the explanations that come with a file."""
    return _KINDS.get(kind, _KINDS["line"])


_KINDS = {
    "line": _l("text on one line"),
    "text": _l("text, also of several lines"),
    "day": _l("a date such as 2026-11-22"),
    "money": _l("yuan with at most two decimals"),
    "months": _l("person-months with at most two decimals"),
    "count": _l("a whole number"),
    "flag": _l("yes or no"),
    "organisation": _l("code, name or short name of a member of the consortium"),
    "node": _l("number of a node"),
    "deliverable": _l("number of a deliverable"),
    "milestone": _l("number of a milestone, such as 3 or M3"),
}
