"""Bands of the risk matrix as dated data, from the file beside this one: from which score a risk is amber, and from which red."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from consortium.core.terms import either
from consortium.core.words import Lazy, _l

SHIPPED = Path(__file__).with_name("risk_bands.json")
GREEN, AMBER, RED = "green", "amber", "red"
WORDS: dict[str, tuple[Lazy, str]] = {GREEN: (_l("Low"), "ok"), AMBER: (_l("Medium"), "warn"), RED: (_l("High"), "bad")}


@dataclass(frozen=True)
class Bands:
    """Scores (likelihood times impact) from which a band begins; `mark` is the confidence in the source: C, H, M or D."""

    effective_from: date
    amber_from: int
    red_from: int
    source: tuple[str, str]
    mark: str

    def of(self, score: int) -> str:
        """The band of a score."""
        return RED if score >= self.red_from else AMBER if score >= self.amber_from else GREEN

    @property
    def says(self) -> str:
        """Its source in the reader's language."""
        return either(*self.source)

    @property
    def asks_for_checking(self) -> bool:
        """Whether the source is not certain enough to be relied on without a look."""
        return self.mark != "C"


@cache
def all_bands() -> tuple[Bands, ...]:
    """The rules, oldest first."""
    rows = json.loads(SHIPPED.read_text("utf-8"))
    return tuple(
        Bands(
            date.fromisoformat(row["effective_from"]),
            row["amber_from"],
            row["red_from"],
            (row["source"]["zh"], row["source"]["en"]),
            row["mark"],
        )
        for row in rows
    )


def bands_on(day: date) -> Bands:
    """The rule that is in force on a day."""
    return [bands for bands in all_bands() if bands.effective_from <= day][-1]
