"""Administrative divisions (GB/T 2260): provinces and larger cities, as a dated snapshot in reference/regions.csv."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from consortium.core.terms import is_chinese

SNAPSHOT = Path(__file__).parent / "reference" / "regions.csv"


class Region(NamedTuple):
    """A division; `short` and `tile` (column, row of the tile grid, which is a scheme and no map) only of provinces."""

    code: str
    zh: str
    short: str
    en: str
    tile: tuple[int, int] | None
    source: str
    mark: str
    effective_from: date

    @property
    def is_province(self) -> bool:
        return self.code.endswith("0000")

    def name(self, locale: object = None) -> str:
        return self.zh if is_chinese(locale) else self.en


@cache
def regions() -> dict[str, Region]:
    """All divisions of the snapshot by their six digits, in the order of the codes."""
    with SNAPSHOT.open(encoding="utf-8", newline="") as file:
        return {row["code"]: read(row) for row in csv.DictReader(file)}


def read(row: dict[str, str]) -> Region:
    """One division from a line of the snapshot."""
    tile = (int(row["column"]), int(row["row"])) if row["column"] else None
    day = date.fromisoformat(row["effective_from"])
    return Region(row["code"], row["zh"], row["short"], row["en"], tile, row["source"], row["mark"], day)


def provinces() -> list[Region]:
    """The 34 divisions of province level."""
    return [region for region in regions().values() if region.is_province]


def cities_of(province: str) -> list[Region]:
    """The cities of the snapshot that lie in the province of this code."""
    return [region for region in regions().values() if region.code[:2] == province[:2] and not region.is_province]


def province_of(code: str | None) -> Region | None:
    """The province that a code of any level lies in."""
    return regions().get(f"{(code or '')[:2]}0000")


def region_name(code: str | None, locale: object = None) -> str:
    """The name of the division; of the next higher one that is known; or the code itself."""
    code = code or ""
    for known in (code, f"{code[:4]}00", f"{code[:2]}0000"):
        if known in regions():
            return regions()[known].name(locale)
    return code


def region_choices(locale: object = None) -> list[tuple[str, str]]:
    """All divisions for a list to pick from, cities below their province."""
    return [
        (code, region.name(locale) if region.is_province else full_name(region, locale))
        for code, region in regions().items()
    ]


def full_name(region: Region, locale: object = None) -> str:
    """A city with its province: 江苏省苏州市, or Suzhou, Jiangsu."""
    province = province_of(region.code)
    if province is None or region.is_province:
        return region.name(locale)
    return f"{province.zh}{region.zh}" if is_chinese(locale) else f"{region.en}, {province.en}"
