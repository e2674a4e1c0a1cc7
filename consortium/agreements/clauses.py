"""The fixed clauses CL01 to CL22 of the agreement: one TOML file each in `wording/`, Chinese and English paragraph by paragraph.

A place `{name}` is filled from the terms of the agreement and from nothing else; `when` and `unless` name a term that has to be
given, or not, for a paragraph or note to stand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WORDING = Path(__file__).parent / "wording"
LANGUAGES = ("zh", "en")
PLACE = re.compile(r"\{([a-z_]+)\}")
#: Printed beside a statutory default that was not checked against the official text.
CHECK = "请向主管部门核实 / check with the authority"

#: All that clauses may speak of, each in both languages; empty where it is not known.
TERMS = (
    "name", "kind", "body", "purpose", "areas", "lead", "liability_unit", "parties", "projects", "term", "starts_on", "ends_on", "total",
    "total_capitals",
)  # fmt: skip

Pair = dict[str, str]
Terms = Mapping[str, Pair]


@dataclass(frozen=True)
class Piece:
    """A paragraph or a note as it is written, with the condition on which it stands."""

    zh: str
    en: str
    when: str = ""
    unless: str = ""
    check: bool = False

    def stands(self, terms: Terms) -> bool:
        """Whether it belongs into an agreement with these terms."""
        return (not self.when or given(terms, self.when)) and not (self.unless and given(terms, self.unless))

    def filled(self, terms: Terms) -> Pair:
        """Both texts with their places filled."""
        return {tongue: _fill(getattr(self, tongue), terms, tongue) for tongue in LANGUAGES}


@dataclass(frozen=True)
class Clause:
    """One clause as it is written."""

    code: str
    title: Pair
    paragraphs: tuple[Piece, ...]
    notes: tuple[Piece, ...]


def _fill(text: str, terms: Terms, tongue: str) -> str:
    return PLACE.sub(lambda place: terms[place[1]][tongue], text)


def given(terms: Terms, name: str) -> bool:
    """Whether a term is known in any language."""
    return any(terms[name].values())


@cache
def all_clauses() -> tuple[Clause, ...]:
    """The clauses in their order."""
    return tuple(_read(file) for file in sorted(WORDING.glob("CL*.toml")))


def _read(file: Path) -> Clause:
    written = tomllib.loads(file.read_text("utf-8"))
    pieces = [tuple(Piece(**piece) for piece in written.get(name, ())) for name in ("paragraph", "note")]
    return Clause(file.stem, written["title"], *pieces)


def filled(terms: Terms) -> list[dict[str, Any]]:
    """The clauses of an agreement with these terms, as the facts of its paper have them."""
    return [_facts(number, clause, terms) for number, clause in enumerate(all_clauses(), 1)]


def _facts(number: int, clause: Clause, terms: Terms) -> dict[str, Any]:
    paragraphs = [piece.filled(terms) for piece in clause.paragraphs if piece.stands(terms)]
    notes = [
        piece.filled(terms) | {"mark": CHECK if piece.check else ""} for piece in clause.notes if piece.stands(terms)
    ]
    return {
        "code": clause.code,
        "number": number,
        "title": dict(clause.title),
        "paragraphs": [{"number": f"{number}.{place}", **pair} for place, pair in enumerate(paragraphs, 1)],
        "notes": notes,
    }
