"""The nine readiness levels as dated data, from the file beside this one: names, definitions, expected evidence, and gates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from consortium.core.terms import either
from consortium.maturity.models import EvidenceKind

SHIPPED = Path(__file__).with_name("trl_scale.json")
LEVELS = range(1, 10)


@dataclass(frozen=True)
class Level:
    """A level: its names, its definition, and the kinds of evidence that it expects; `mark` is the confidence in the source."""

    number: int
    names: tuple[str, str]
    definitions: tuple[str, str]
    expects: tuple[EvidenceKind, ...]
    mark: str

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return either(*self.names)

    @property
    def definition(self) -> str:
        """What it means, in the reader's language."""
        return either(*self.definitions)


@dataclass(frozen=True)
class Gate:
    """What level something asks for: `level` at least, `wanted` better."""

    level: int
    wanted: int
    source: tuple[str, str]
    mark: str


@dataclass(frozen=True)
class Scale:
    """All levels by their numbers, from when they hold and whence."""

    effective_from: date
    source: tuple[str, str]
    mark: str
    levels: dict[int, Level]
    gates: dict[str, Gate]

    @property
    def says(self) -> str:
        """Its source in the reader's language."""
        return either(*self.source)

    @property
    def asks_for_checking(self) -> bool:
        """Whether the source is not certain enough to be relied on without a look."""
        return self.mark != "C"


@cache
def scale() -> Scale:
    """The scale that is in force."""
    said: dict[str, Any] = json.loads(SHIPPED.read_text("utf-8"))
    levels = {
        row["level"]: Level(row["level"], _pair(row["name"]), _pair(row["definition"]), tuple(EvidenceKind(kind) for kind in row["expects"]), row["mark"])
        for row in said["levels"]
    }  # fmt: skip
    gates = {name: Gate(row["level"], row["wanted"], _pair(row["source"]), row["mark"]) for name, row in said["gates"].items()}  # fmt: skip
    return Scale(date.fromisoformat(said["effective_from"]), _pair(said["source"]), said["mark"], levels, gates)


def gate(name: str) -> Gate:
    """What a step of something above asks for, as `demonstration`."""
    return scale().gates[name]


def _pair(said: dict[str, str]) -> tuple[str, str]:
    return said["zh"], said["en"]
