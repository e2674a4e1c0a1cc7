"""The XML of files that people bring: read without document types, and a workbook's sheets looked through before a library reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from consortium.core.errors import Refused
from consortium.core.words import _l
from consortium.exchange.cells import letter

#: Of one list: its rows and its columns.
MOST_ROWS, MOST_COLUMNS = 20_000, 200
#: The sheet that explains the others; nothing is read from it.
README = "README"


def too_long(name: str) -> Refused:
    return Refused(_l("“%(name)s” has more than %(most)s rows.", name=name, most=f"{MOST_ROWS:,}"))


def too_wide(name: str) -> Refused:
    return Refused(_l("“%(name)s” has more than %(most)s columns.", name=name, most=MOST_COLUMNS))


def parsed(
    content: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Any = None,
) -> None:
    """Read XML without a document type, so without entities; names come without their namespaces."""
    reader = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    reader.StartDoctypeDeclHandler = refuse
    reader.StartElementHandler = lambda name, attributes: start(
        name.rpartition(" ")[2], {k.rpartition(" ")[2]: v for k, v in attributes.items()}
    )
    if end:
        reader.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text:
        reader.buffer_text = True
        reader.CharacterDataHandler = text
    reader.Parse(content, True)


def parts_of(parts: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """The titles of the sheets with the parts that hold them."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(name: str, said: dict[str, str]) -> None:
        if name == "Relationship" and said.get("Type", "").endswith("/worksheet"):
            target = said["Target"]
            targets[said["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(name: str, said: dict[str, str]) -> None:
        if name == "sheet" and said["id"] in targets:
            sheets.append((said["name"], targets[said["id"]]))

    parsed(parts["xl/_rels/workbook.xml.rels"], relation)
    parsed(parts["xl/workbook.xml"], sheet)
    return sheets


def looked_through(title: str, content: bytes) -> list[tuple[int, str]]:
    """The cells of a sheet that are formulas; Refused where the cells claim more room than a list may take."""
    formulas: list[tuple[int, str]] = []
    row, column = 0, 0

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal row, column
        if name == "row":
            row, column = int(said["r"]) if "r" in said else row + 1, 0
        elif name == "c":
            column += 1
            if "r" in said:
                letters = said["r"].rstrip("0123456789")
                column, row = _number(letters), int(said["r"][len(letters) :])
        elif name in ("v", "t", "f") and title != README:
            if row > MOST_ROWS + 1:
                raise too_long(title)
            if column > MOST_COLUMNS:
                raise too_wide(title)
            if name == "f":
                formulas.append((row, letter(column - 1)))

    parsed(content, start)
    return formulas


def _number(letters: str) -> int:
    number = 0
    for mark in letters:
        number = number * 26 + ord(mark.upper()) - 64
    return number
