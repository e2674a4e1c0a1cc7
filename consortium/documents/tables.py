"""A list, described once: its columns give the table of the page, the CSV and the sheet, so that all show the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter

Kind = Literal["text", "money", "day", "count", "share", "status", "link"]
Words = Any  # a str, or a lazy string that becomes one in the reader's language

# A cell that begins so is run as a formula by spreadsheet programs (OWASP, CSV injection); the wide ones by those that type East Asian text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS_PER_PIECE = 200
FORMATS = {"money": "#,##0.00", "day": "yyyy-mm-dd", "count": "#,##0", "share": "0.0%"}
WIDTHS = {"text": 28, "link": 36, "money": 18, "day": 12, "count": 10, "share": 10, "status": 16}
LONGEST_CELL = 32_767  # characters; the limit of the sheet format


@dataclass(frozen=True)
class Column:
    """One column: how a row gives its value, and how the value is meant.

    `value` gives a str, Decimal (yuan for money, 0 to 1 for a share), int, date, lazy string or None. `sort` is the
    database column that the list may be ordered by. `href` gives the address that a cell leads to, `tone` the colour of
    a status (ok, act, warn, bad, plan, none), `note` a second, smaller line, `depth` how far the cell is moved in (0 to 5, the
    place of a row in a tree); these four are for pages only.
    A `wide` column is left out on small screens, never in a file.
    """

    name: str
    label: Words
    value: Callable[[Any], Any]
    kind: Kind = "text"
    sort: Any = None
    href: Callable[[Any], str | None] | None = None
    tone: Callable[[Any], str] | None = None
    note: Callable[[Any], Words] | None = None
    wide: bool = False
    depth: Callable[[Any], int] | None = None

    @property
    def numeric(self) -> bool:
        """Whether the cells are aligned right, as numbers are."""
        return self.kind in ("money", "count", "share")

    @property
    def sortable(self) -> bool:
        """Whether the list may be ordered by this column."""
        return self.sort is not None

    def cell(self, item: Any) -> Any:
        """Return the value of this column in one row."""
        return self.value(item)

    def link(self, item: Any) -> str | None:
        """Return the address that this cell leads to, or None."""
        return self.href(item) if self.href else None

    def colour(self, item: Any) -> str:
        """Return the tone of a status."""
        return self.tone(item) if self.tone else "none"

    def under(self, item: Any) -> Words:
        """Return the second line of the cell, or None."""
        return self.note(item) if self.note else None


@dataclass(frozen=True)
class Table:
    """A list with a name (of its file), a caption and columns."""

    name: str
    caption: Words
    columns: Sequence[Column]

    def rows(self, items: Iterable[Any]) -> Iterator[list[Any]]:
        """Yield the values of each row, in the order of the columns."""
        for item in items:
            yield [column.cell(item) for column in self.columns]

    def sorting(self, wanted: str | None) -> Any:
        """Return the database expression for `name` or `-name`, or None where that column cannot be sorted by."""
        name = (wanted or "").removeprefix("-")
        for column in self.columns:
            if column.name == name and column.sortable:
                return column.sort.desc() if (wanted or "").startswith("-") else column.sort.asc()
        return None


def safe_text(value: Any) -> str:
    """Return a cell's words, with a quote before what a spreadsheet would run as a formula."""
    words = str(value)
    return "'" + words if words.startswith(FORMULA_STARTS) else words


def plain(value: Any) -> str:
    """Return a value as it is written in a CSV: numbers as numbers, days as ISO 8601, the rest as safe text."""
    match value:
        case None:
            text = ""
        case bool():
            text = str(value)
        case Decimal():
            text = format(value, "f")
        case int():
            text = str(int(value))
        case datetime():
            text = value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            text = value.isoformat()
        case _:
            text = safe_text(value)
    return text


def to_csv(table: Table, items: Iterable[Any]) -> Iterator[str]:
    """Yield the list as CSV, in pieces; with a byte order mark, without which Excel misreads Chinese."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([safe_text(column.label) for column in table.columns])
    for count, row in enumerate(table.rows(items), start=1):
        writer.writerow([plain(value) for value in row])
        if count % ROWS_PER_PIECE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def to_xlsx(table: Table, items: Iterable[Any], created: datetime | None = None) -> bytes:
    """Return the list as a sheet: text stays text, numbers and days are real ones, the head is frozen.

    The same rows and the same `created` give the same bytes; without it the file bears no time of its own.
    """
    return to_workbook([(table, items)], created)


def to_workbook(sheets: Sequence[tuple[Table, Iterable[Any]]], created: datetime | None = None) -> bytes:
    """Return several lists as the sheets of one workbook, which bears the caption of the first."""
    # 1980 is the first year that a zip archive can write, and so the sheet format's "no date".
    moment = (created or datetime(1980, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, {**options, "strings_to_numbers": False})
    book.set_properties({"title": str(sheets[0][0].caption), "created": moment})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    looks = {kind: book.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
    for table, items in sheets:
        sheet = book.add_worksheet(sheet_title(str(table.caption)))
        for position, column in enumerate(table.columns):
            sheet.set_column(position, position, WIDTHS[column.kind])
            sheet.write_string(0, position, str(column.label), head)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(table.rows(items), start=1):
            for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                write_cell(sheet, last, position, value, looks.get(column.kind))
        sheet.autofilter(0, 0, last, max(len(table.columns) - 1, 0))
    book.close()
    return stream.getvalue()


def write_cell(sheet: Any, row: int, position: int, value: Any, look: Any) -> None:
    """Write one value under its own type, so that no text can become a formula."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, position, str(value))
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(row, position, value, look)
    elif isinstance(value, datetime):
        sheet.write_string(row, position, plain(value))
    elif isinstance(value, date):
        sheet.write_datetime(row, position, value, look)
    else:
        sheet.write_string(row, position, str(value)[:LONGEST_CELL])


def sheet_title(caption: str) -> str:
    """Return a caption as a sheet's title: 31 characters, without the seven that the format forbids."""
    title = "".join(" " if mark in "[]:*?/\\" else mark for mark in caption).strip(" '")
    return title[:31] or "Sheet"
