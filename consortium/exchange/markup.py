"""The XML of files that people bring: read without document types, and a workbook's sheets looked through before a library reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from consortium.core.errors import Refused
from consortium.core.words import _l
from consortium.exchange.cells import letter

#: Of one list: its rows and its columns.
MOST_ROWS, MOST_COLUMNS = 20_000, 200
#: Of a whole file: a library takes room for every cell up to the last one, and writes out each text wherever it is named.
MOST_SHEETS, MOST_CELLS, MOST_CHARACTERS, MOST_TEXTS = 50, 5_000_000, 50_000_000, 1_000_000
#: Elements inside of each other. What people write needs fewer than ten.
DEEPEST = 100
#: The sheet that explains the others; nothing is read from it.
README = "README"


def too_long(name: str) -> Refused:
    return Refused(_l("“%(name)s” has more than %(most)s rows.", name=name, most=f"{MOST_ROWS:,}"))


def too_wide(name: str) -> Refused:
    return Refused(_l("“%(name)s” has more than %(most)s columns.", name=name, most=MOST_COLUMNS))


def too_much(name: str) -> Refused:
    return Refused(_l("The file “%(name)s” holds too much when it is unpacked.", name=name))


def parsed(
    content: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Any = None,
) -> None:
    """Read XML without a document type, so without entities; names come without their namespaces. ValueError where it is too deep."""
    depth = 0
    reader = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    reader.StartDoctypeDeclHandler = refuse

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise ValueError("too deep")
        start(name.rpartition(" ")[2], {k.rpartition(" ")[2]: v for k, v in attributes.items()})

    def close(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(name.rpartition(" ")[2])

    reader.StartElementHandler, reader.EndElementHandler = begin, close
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


def texts_of(name: str, content: bytes) -> list[int]:
    """How many characters each of the texts has that the cells of a workbook name by their places."""
    found: list[int] = []
    inside = False

    def start(element: str, _: dict[str, str]) -> None:
        nonlocal inside
        inside = element == "t"
        if element == "si":
            found.append(0)
            if len(found) > MOST_TEXTS:
                raise too_much(name)

    def text(piece: str) -> None:
        if inside and found:
            found[-1] += len(piece)

    parsed(content, start, text=text)
    return found


@dataclass
class Looked:
    """What a sheet claims: its cells that are formulas, the room up to its last cell, and the characters of the texts that it names."""

    formulas: list[tuple[int, str]] = field(default_factory=list)
    cells: int = 0
    characters: int = 0


def looked_through(title: str, content: bytes, texts: Sequence[int] = ()) -> Looked:
    """What a sheet claims, of which the shared texts have so many characters; Refused where that is more than a list may take."""
    found = Looked()
    row, column, last, widest = 0, 0, 0, 0
    named, pieces = False, [""]

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal row, column, last, widest, named
        pieces.clear()
        if name == "row":
            row, column = int(said["r"]) if "r" in said else row + 1, 0
        elif name == "c":
            column += 1
            named = said.get("t") == "s"
            if "r" in said:
                letters = said["r"].rstrip("0123456789")
                column, row = _number(letters), int(said["r"][len(letters) :])
        elif name in ("v", "t", "f") and title != README:
            if row > MOST_ROWS + 1:
                raise too_long(title)
            if column > MOST_COLUMNS:
                raise too_wide(title)
            last, widest = max(last, row), max(widest, column)
            if name == "f":
                found.formulas.append((row, letter(column - 1)))

    def end(name: str) -> None:
        if name == "v" and named and (place := "".join(pieces).strip()):
            found.characters += texts[int(place)]

    parsed(content, start, end, pieces.append)
    found.cells = last * widest
    return found


def _number(letters: str) -> int:
    number = 0
    for mark in letters:
        number = number * 26 + ord(mark.upper()) - 64
    return number
