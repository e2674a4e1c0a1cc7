"""Finds characters that no font of the papers has, so that none is ever printed as a box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from consortium.documents.fonts import FOLDER

# they turn around what is read, so a paper could say something else than its facts
BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
UNSEEN = frozenset({"Cf", "Zs", "Zl", "Zp"})
LAYOUT = frozenset("\t\n\r")


@cache
def covered(folder: Path = FOLDER) -> frozenset[str]:
    """All characters that at least one font in `folder` has."""
    codes: set[int] = set()
    for path in sorted(folder.glob("*.ttf")):
        codes.update(hb.Face(hb.Blob.from_file_path(str(path))).unicodes)
    return frozenset(map(chr, codes))


def missing(text: str, folder: Path = FOLDER) -> list[str]:
    """The characters of `text` that cannot be printed, sorted; control characters and bidirectional controls are among them."""
    return sorted(
        character for character in set(text) - covered(folder) | set(text) & BIDIRECTIONAL if _counts(character)
    )


def _counts(character: str) -> bool:
    if character in BIDIRECTIONAL:
        return True
    return character not in LAYOUT and unicodedata.category(character) not in UNSEEN


def drawn_as_boxes(document: Any) -> list[str]:
    """The characters that a WeasyPrint document, once written, had no glyph for."""
    return sorted({chr(code) for font in document.fonts.values() for code in font.missing if _counts(chr(code))})


def names(characters: Iterable[str]) -> str:
    """The characters for people: `“𠮷” U+20BB7 CJK UNIFIED IDEOGRAPH-20BB7, U+0007`."""
    return ", ".join(map(name, characters))


def name(character: str) -> str:
    """One character for people; a control is named and not shown."""
    code = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
    return f"“{character}” {code}" if character.isprintable() else code
