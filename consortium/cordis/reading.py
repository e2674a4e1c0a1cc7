"""CORDIS tables as rows: comma or semicolon, quoted or not, with or without BOM, whatever single lines are damaged."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from consortium.core.errors import Refused
from consortium.core.typed import unfit
from consortium.core.words import _l

#: A record that spans more lines, or more characters, has lost its closing quote.
MOST_LINES = 500
MOST_CHARACTERS = 400_000
csv.field_size_limit(MOST_CHARACTERS)


class Row(NamedTuple):
    """A record: where it begins, and its fields by column; or, in `complaint`, why it cannot be read."""

    line: int
    fields: dict[str, str]
    complaint: str = ""


def rows(path: Path, needed: Sequence[str]) -> Iterator[Row]:
    """All records of a file, one at a time; Refused when it lacks columns, for then nothing in it can be understood."""
    with path.open("rb") as file:
        lines = ((number, decoded(line)) for number, line in enumerate(file, 1))
        head = next(lines, (1, ""))[1].lstrip("\ufeff")
        delimiter = max(",;\t", key=head.count)
        columns = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
        if missing := [name for name in needed if name not in columns]:
            raise Refused(_l("%(file)s has no column %(columns)s.", file=path.name, columns=", ".join(missing)))
        for number, text in records(lines, delimiter, len(columns)):
            fields = parsed(text, delimiter)
            if not fields:
                continue
            if len(fields) != len(columns):
                open_quote = text.count('"') % 2
                yield Row(
                    number,
                    {},
                    "a quotation mark is never closed"
                    if open_quote
                    else f"has {len(fields)} fields instead of {len(columns)}",
                )
            else:
                yield Row(number, dict(zip(columns, map(clean, fields), strict=True)))


def records(lines: Iterator[tuple[int, str]], delimiter: str, width: int) -> Iterator[tuple[int, str]]:
    """Join the lines of each record; where a quote was never closed, the next whole record ends it, so that one damage costs one row."""
    held, first, count = "", 0, 0
    for number, line in lines:
        if held and (begins_anew(line, delimiter, width) or count >= MOST_LINES or len(held) > MOST_CHARACTERS):
            yield first, held
            held = ""
        if not held:
            first, count = number, 0
        held, count = held + line, count + 1
        if held.count('"') % 2 == 0:
            yield first, held
            held = ""
    if held:
        yield first, held


def begins_anew(line: str, delimiter: str, width: int) -> bool:
    """Whether a line, in the middle of a quoted text, is by itself a whole record that begins with a number."""
    if not line.lstrip('"')[:1].isdigit() or line.count(delimiter) < width - 1 or line.count('"') % 2:
        return False
    fields = parsed(line, delimiter)
    return len(fields) == width and fields[0].isdigit()


def parsed(text: str, delimiter: str) -> list[str]:
    """The fields of one record; none of an empty line or of what csv cannot read."""
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return [""]


def decoded(line: bytes) -> str:
    """A line as text: UTF-8, and Windows-1252 where it is none, as older exports are."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def clean(field: str) -> str:
    """A field without white space around it, and without characters that no text of the platform may hold."""
    field = field.replace("\r\n", "\n").replace("\r", "\n").strip()
    if unfit(field) is None:
        return field
    return "".join(character if unfit(character) is None else " " for character in field).strip()
