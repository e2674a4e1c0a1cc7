"""Class I and Class II of intellectual property (Ⅰ类, Ⅱ类) as dated data: computed from what an outcome is, never typed.

A set of rules is a JSON file `<CODE>.json`; the one in force on a day is the latest that had begun. Files in `DATA_DIR/ip_classes` add
sets, or replace those of the platform by their code, as when the rules change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from consortium import config
from consortium.core.errors import Refused
from consortium.core.terms import either
from consortium.core.words import Lazy, _l
from consortium.results.models import OutcomeKind

SHIPPED = Path(__file__).with_name("class_data")
#: Confidence in a source: C confirmed by the text, H high, M middling, D our own derivation.
MARKS = ("C", "H", "M", "D")
LARGEST_FILE = 1 << 18
FIRST, SECOND, NONE = "I", "II", ""


@dataclass(frozen=True)
class Rules:
    """Which kinds are Class I and which Class II from a day on, and what else has to hold for a firm."""

    code: str
    effective_from: date
    source: tuple[str, str]
    kinds: dict[str, frozenset[str]]
    marks: dict[str, str]
    transferred_in_counts: bool
    first_holders: int | None

    def class_of(self, kind: OutcomeKind, transferred_in: bool = False) -> str:
        """`I`, `II` or nothing, by what it is and how it came to its holders."""
        if transferred_in and not self.transferred_in_counts:
            return NONE
        return next((name for name, kinds in self.kinds.items() if kind.value in kinds), NONE)

    def counts_for(self, place: int) -> bool:
        """Whether it counts for the holder who is named at a place."""
        return self.first_holders is None or place <= self.first_holders

    def asks_for_checking(self, name: str) -> bool:
        """Whether what is said of a class is not certain enough to be relied on without asking the authority."""
        return self.marks.get(name, "C") != "C"

    @property
    def named(self) -> str:
        """Its source in the reader's language."""
        return either(*self.source)


def on(day: date) -> Rules:
    """The rules that were in force on a day; before the first of them those of the first."""
    begun = [rules for rules in every() if rules.effective_from <= day]
    return begun[-1] if begun else every()[0]


def every() -> list[Rules]:
    """All sets of rules by their first day."""
    own = config.current().folder / "ip_classes"
    files = {path.stem: path for folder in (SHIPPED, own) for path in sorted(folder.glob("*.json"))}
    found = [_read(path, path.stat().st_mtime_ns) for path in files.values()]
    return sorted(found, key=lambda rules: (rules.effective_from, rules.code))


@lru_cache(32)
def _read(path: Path, _changed: int) -> Rules:
    """A file is read again when it has changed."""
    return parse(path.read_bytes(), path.name)


def parse(content: bytes, name: str) -> Rules:
    """Rules from the bytes of their file; refuses in a sentence that says what is wrong."""
    try:
        said = json.loads(content) if len(content) <= LARGEST_FILE else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("code") != name.removesuffix(".json"):
        raise _wrong(name, _l("it has to be a JSON object whose “code” is the name of the file"))
    try:
        begins = date.fromisoformat(str(said.get("effective_from")))
    except ValueError:
        raise _wrong(name, _l("“effective_from” has to be a day like 2026-04-01")) from None
    source, first = said.get("source"), said.get("first_holders")
    if not isinstance(source, dict) or not all(isinstance(source.get(key), str) for key in ("zh", "en")):
        raise _wrong(name, _l("“source” has to be a text in zh and en"))
    if not isinstance(said.get("transferred_in_counts"), bool) or not (
        first is None or (type(first) is int and first > 0)
    ):
        raise _wrong(name, _l("“transferred_in_counts” has to be true or false, “first_holders” a number or null"))
    classes = {FIRST: _class(said, "class_1", name), SECOND: _class(said, "class_2", name)}
    if classes[FIRST][0] & classes[SECOND][0]:
        raise _wrong(name, _l("a kind is in both classes"))
    return Rules(
        said["code"], begins, (source["zh"], source["en"]), {key: kinds for key, (kinds, _) in classes.items()},
        {key: mark for key, (_, mark) in classes.items()}, said["transferred_in_counts"], first,
    )  # fmt: skip


def _class(said: dict[str, Any], key: str, name: str) -> tuple[frozenset[str], str]:
    found = said.get(key)
    kinds = found.get("kinds") if isinstance(found, dict) else None
    known = {kind.value for kind in OutcomeKind}
    if not isinstance(found, dict) or not isinstance(kinds, list) or not all(kind in known for kind in kinds):
        raise _wrong(name, _l("“%(key)s” has to list kinds of outcomes", key=key))
    if found.get("mark") not in MARKS:
        raise _wrong(name, _l("“mark” has to be C, H, M or D, the confidence in the source"))
    return frozenset(kinds), found["mark"]


def _wrong(name: str, why: Lazy) -> Refused:
    return Refused(_l("The file of classes %(name)s cannot be used: %(why)s.", name=name, why=why))
