"""Industries (GB/T 4754-2017): sections, and the divisions that the platform's users come from, in reference/industries.csv."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from consortium.core.errors import Refused
from consortium.core.terms import is_chinese
from consortium.core.typed import NARROW, line
from consortium.core.words import _l

SNAPSHOT = Path(__file__).parent / "reference" / "industries.csv"


class Industry(NamedTuple):
    """A section (A) or division (C34); a stored code may go deeper (C348, C3482) and is found by prefix."""

    code: str
    zh: str
    en: str
    source: str
    mark: str
    effective_from: date

    def name(self, locale: object = None) -> str:
        return self.zh if is_chinese(locale) else self.en


@cache
def industries() -> dict[str, Industry]:
    """All entries of the snapshot by their code, in the order of the codes."""
    with SNAPSHOT.open(encoding="utf-8", newline="") as file:
        return {row["code"]: read(row) for row in csv.DictReader(file)}


def read(row: dict[str, str]) -> Industry:
    """One entry from a line of the snapshot."""
    return Industry(
        row["code"], row["zh"], row["en"], row["source"], row["mark"], date.fromisoformat(row["effective_from"])
    )


def under(prefix: str) -> list[Industry]:
    """All entries whose code begins so: `C` gives the section and its divisions."""
    return [industry for code, industry in industries().items() if code.startswith(prefix.upper())]


def industry_name(code: str | None, locale: object = None) -> str:
    """The name of the entry; of the next higher one that is known; or the code itself."""
    code = code or ""
    known = next((code[:length] for length in range(len(code), 0, -1) if code[:length] in industries()), None)
    return industries()[known].name(locale) if known else code


def industry_choices(locale: object = None) -> list[tuple[str, str]]:
    """All entries for a list to pick from, code first."""
    return [(code, f"{code} {industry.name(locale)}") for code, industry in industries().items()]


def check(code: str) -> str:
    """A class code such as C3482 in capitals, of two to five characters or a section's letter; Refused otherwise."""
    kept = line(code, 20).translate(NARROW).upper()
    if not re.fullmatch(r"[A-T]([0-9]{2,4})?", kept):
        raise Refused(_l("An industry code is a letter from A to T and two to four digits, such as C34 or C3482."))
    return kept
