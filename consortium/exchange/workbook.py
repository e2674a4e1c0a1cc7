"""The lists of a plan as a workbook (XLSX) or as CSV files in a ZIP, and the bare grids of cells that such files hold."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.parsers import expat

import python_calamine
import xlsxwriter

from consortium.baselines.layout import LISTS, Field, List, Rows
from consortium.core import words
from consortium.core.errors import Refused
from consortium.core.terms import LABELS
from consortium.core.uploads import megabytes
from consortium.core.words import _l
from consortium.documents.tables import FORMATS, LONGEST_CELL, write_cell
from consortium.exchange.cells import MAY_BE_BLANK, NAMING, Cell, meant_by, shielded, unshielded, value
from consortium.exchange.markup import (
    MOST_CELLS,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    README,
    looked_through,
    parts_of,
    texts_of,
    too_long,
    too_much,
    too_wide,
)

MOST_SIZE = 10_000_000  # bytes
MOST_UNPACKED = 200_000_000
MOST_PARTS = 1000
MOST_ROWS_IN_ALL = 100_000
MOST_TABLE = 40_000_000  # bytes of one CSV; as text it takes several times as much
#: What is added to the name of a field for the column with the name of what it names.
NAMED = "_name"
#: What is added to the name of a list of which only a part is there.
PART = " (part)"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old and of encrypted Office files
ZIP = b"PK\x03\x04"
_LOOKS = {"day": FORMATS["day"], "money": FORMATS["money"], "months": "#,##0.00", "count": "0", "milestone": "0"}
_WIDTHS = {"text": 50, "day": 12, "money": 18, "months": 14, "count": 10, "milestone": 10, "organisation": 22}
#: 1980 is the first year that a ZIP archive can write: no date.
_NO_DATE = (1980, 1, 1, 0, 0, 0)

Names = Callable[[Field, Any], str]


@dataclass
class Grid:
    """The cells of one sheet or file: its head, and its rows with their numbers; `formulas` are cells of which only a result is there."""

    title: str
    head: Sequence[Cell]
    rows: list[tuple[int, Sequence[Cell]]]
    formulas: list[tuple[int, str]] = field(default_factory=list)


# Writing


def columns(one: List) -> list[str]:
    """The heads of a list: its fields, then the names for people."""
    return [f.name for f in one.fields] + [f.name + NAMED for f in one.fields if f.kind in NAMING]


def cells(one: List, row: Mapping[str, Any], names: Names) -> list[Any]:
    """The cells of a row under these heads."""
    return [value(f, row[f.name]) for f in one.fields] + [
        names(f, row[f.name]) or None for f in one.fields if f.kind in NAMING
    ]


def titled(one: List, part: Collection[str]) -> str:
    """The name of the sheet or file of a list; `part` names the lists of which only a part is there."""
    return one.name + PART if one.name in part else one.name


def to_xlsx(rows: Rows, names: Names, title: str, part: Collection[str] = ()) -> bytes:
    """A workbook with a sheet for each list and one that explains them; the same rows give the same bytes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": datetime(*_NO_DATE[:3], tzinfo=UTC).replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 1})
    note = book.add_format({"bold": True, "bottom": 1, "italic": True, "font_color": "#6b7280"})
    looks = {kind: book.add_format({"num_format": shape}) for kind, shape in _LOOKS.items()}
    plain, wrapped = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(README)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 5, 30)
    for number, line in enumerate(explained(title)):
        for position, text in enumerate(line):
            sheet.write_string(number, position, text, wrapped)
    for one in LISTS:
        if one.name not in rows:
            continue
        sheet = book.add_worksheet(titled(one, part))
        heads = columns(one)
        for position, name in enumerate(heads):
            kind = one.fields[position].kind if position < len(one.fields) else "line"
            # Text stays text also where people go on writing: 1.10 is not 1.1.
            sheet.set_column(position, position, _WIDTHS.get(kind, 20), looks.get(kind, plain))
            sheet.write_string(0, position, name, head if position < len(one.fields) else note)
        for number, row in enumerate(rows[one.name], start=1):
            for position, found in enumerate(cells(one, row, names)):
                kind = one.fields[position].kind if position < len(one.fields) else "line"
                _fits(found)
                write_cell(sheet, number, position, found, looks.get(kind, plain))
                if isinstance(found, str):
                    sheet.write_string(number, position, found, plain)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows[one.name]), len(heads) - 1)
    book.close()
    return stream.getvalue()


def to_zip(rows: Rows, names: Names, title: str, part: Collection[str] = ()) -> bytes:
    """The same as CSV files, one for each list, with a README; the same rows give the same bytes."""
    return packed(
        {f"{README}.csv": _csv(explained(title))}
        | {f"{titled(one, part)}.csv": _csv(_lines(one, rows[one.name], names)) for one in LISTS if one.name in rows}
    )


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as a ZIP; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _lines(one: List, rows: Sequence[Mapping[str, Any]], names: Names) -> Iterator[list[str]]:
    yield columns(one)
    for row in rows:
        yield [_plain(found) for found in cells(one, row, names)]


def _plain(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, Decimal):
        return f"{found:f}"
    return shielded(found) if isinstance(found, str) else found.isoformat() if isinstance(found, date) else str(found)


def _csv(lines: Any) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(lines)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _fits(found: Any) -> None:
    if isinstance(found, str) and len(found) > LONGEST_CELL:
        raise Refused(
            _l(
                "A text of this plan has %(count)s characters; a cell holds %(most)s. Take the CSV files.",
                count=len(found),
                most=LONGEST_CELL,
            )
        )


def explained(title: str) -> list[list[str]]:
    """What the sheets and columns mean, in both languages."""
    lines = [[title], *([_in("zh_Hans", said), "", "", _in("en", said)] for said in _NOTES), []]
    lines.append(["sheet", "column", "中文", "English", "取值", "value"])
    for one in LISTS:
        for f in one.fields:
            may = (one.name, f.name) in MAY_BE_BLANK
            said = [_in(tongue, f.label) for tongue in ("zh_Hans", "en")]
            lines.append([one.name, f.name, *said, *(_value(f, may, tongue) for tongue in ("zh_Hans", "en"))])
    return lines


_NOTES = (
    _l(
        "Each sheet is one list of the plan. The first row holds the names of the columns; please leave them as they are."
    ),
    _l("Columns that end in _name are for reading. They are ignored when the file is imported."),
    _l("What begins with = is text here and no formula. Formulas are refused: paste their values."),
    _l("A list whose sheet is missing is left alone. A file without one of its columns is refused."),
    _l("Of a sheet whose name ends in (part) you see some rows only. The rows that it lacks stay in the plan."),
)


def _in(tongue: str, said: object) -> str:
    with words.reading_in(tongue):
        return str(said)


def _value(f: Field, may_be_blank: bool, tongue: str) -> str:
    if f.enum is not None:
        place = 1 if tongue == "en" else 0
        return "; ".join(f"{member.value} = {LABELS[f.enum][member][place]}" for member in f.enum)
    said = _in(tongue, meant_by(f.kind))
    return said + _in(tongue, _l(" (may be blank)")) if may_be_blank else said


# Reading


def grids(name: str, content: bytes) -> list[Grid]:
    """The sheets of an XLSX, the table of a CSV, or those of CSV files in a ZIP; Refused where the file cannot be one."""
    if len(content) > MOST_SIZE:
        raise Refused(
            _l(
                "The file “%(name)s” has %(size)s; at most %(most)s are taken.",
                name=name,
                size=megabytes(len(content)),
                most=megabytes(MOST_SIZE),
            )
        )
    if not content:
        raise Refused(_l("The file “%(name)s” is empty.", name=name))
    if content.startswith(LOCKED):
        raise Refused(
            _l(
                "The file “%(name)s” is locked with a password or of the old kind .xls. Save it as .xlsx without a password.",
                name=name,
            )
        )
    if content.startswith(ZIP):
        parts = unpacked(name, content)
        found = _sheets(name, parts) if "xl/workbook.xml" in parts else _tables(name, parts)
    else:
        found = [_table(name, content)]
    if sum(len(grid.rows) for grid in found) > MOST_ROWS_IN_ALL:
        raise Refused(_l("The file “%(name)s” has more than %(most)s rows.", name=name, most=f"{MOST_ROWS_IN_ALL:,}"))
    return found


def unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """The parts of an archive, none of them larger than it says, and all together no more than fits."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused(
                    _l("The file “%(name)s” is locked with a password; please upload it without one.", name=name)
                )
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise too_much(name)
            return {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        LookupError,
    ):
        raise _broken(name) from None


def _broken(name: str) -> Refused:
    return Refused(_l("The file “%(name)s” is broken and cannot be opened.", name=name))


def _tables(name: str, parts: Mapping[str, bytes]) -> list[Grid]:
    wanted = {
        inner: content
        for inner, content in parts.items()
        if inner.lower().endswith(".csv") and not inner.startswith("__MACOSX")
    }
    if not wanted:
        raise Refused(_l("In the file “%(name)s” there is neither a workbook nor a CSV file.", name=name))
    found: list[Grid] = []
    rows = cells_in_all = 0
    for inner, content in wanted.items():
        if inner.endswith(f"{README}.csv"):
            continue
        found.append(_table(inner.rpartition("/")[2], content))
        # Told before the next one is read: small files can hold very many rows.
        rows += len(found[-1].rows)
        cells_in_all += sum(len(row) for _, row in found[-1].rows)
        if rows > MOST_ROWS_IN_ALL or cells_in_all > MOST_CELLS:
            break
    if cells_in_all > MOST_CELLS:
        raise too_much(name)
    return found


def _table(name: str, content: bytes) -> Grid:
    """A CSV: UTF-8, UTF-16 with its mark, or GB 18030 as Chinese spreadsheet programs write it; parted by commas, semicolons or tabs."""
    if len(content) > MOST_TABLE:
        raise too_much(name)
    text = _decoded(name, content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[tuple[int, Sequence[Cell]]] = []
    try:
        for number, cells_of_row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
        ):
            if len(cells_of_row) > MOST_COLUMNS:
                raise too_wide(name)
            if any(cell.strip() for cell in cells_of_row):
                rows.append((number, [unshielded(cell) for cell in cells_of_row]))
            if len(rows) > MOST_ROWS + 1:
                raise too_long(name)
    except csv.Error:
        raise _broken(name) from None
    return Grid(name.removesuffix(".csv"), rows[0][1] if rows else [], rows[1:])


def _decoded(name: str, content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "gb18030")):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return text
    raise Refused(_l("The file “%(name)s” is no text that can be read. Save it as CSV in UTF-8.", name=name))


def _sheets(name: str, parts: Mapping[str, bytes]) -> list[Grid]:
    """The sheets of a workbook; the parts are looked through before the library reads them, since it takes room for what they claim."""
    try:
        known = {part.casefold().replace("\\", "/"): content for part, content in parts.items()}
        if len(known) < len(parts):
            raise ValueError("the library could take one part for another")
        sheets, texts = parts_of(parts), texts_of(name, known.get("xl/sharedstrings.xml", b"<sst/>"))
        if len(sheets) > MOST_SHEETS:
            raise too_much(name)
        # Pairs, since two sheets may bear one title.
        looked = [(title, looked_through(title, parts[part], texts)) for title, part in sheets]
        cells_in_all, characters = sum(one.cells for _, one in looked), sum(one.characters for _, one in looked)
        if cells_in_all > MOST_CELLS or characters > MOST_CHARACTERS:
            raise too_much(name)
        # Packed anew: the library reads the very parts that were counted.
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(packed(parts)))
        return [_sheet(book, title, one.formulas) for title, one in looked if title != README]
    except Refused:
        raise
    except (expat.ExpatError, KeyError, ValueError):
        raise _broken(name) from None
    except BaseException as error:  # what goes wrong inside the library may come as a panic, which is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise _broken(name) from None


def _sheet(book: Any, title: str, formulas: list[tuple[int, str]]) -> Grid:
    rows = [
        (number, [None if cell == "" else cell for cell in row])
        for number, row in enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False), start=1)
    ]
    return Grid(
        title,
        rows[0][1] if rows else [],
        [row for row in rows[1:] if any(cell is not None and str(cell).strip() for cell in row[1])],
        formulas,
    )
