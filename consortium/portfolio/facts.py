"""What the page and its files show: sums over the rows that the filter lets through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from consortium.core.regions import provinces
from consortium.core.terms import CoreArea
from consortium.documents.tiles import PROVINCES, even_steps, level
from consortium.portfolio.queries import MOST_KEPT, Facts, Row, Wanted
from consortium.projects.lights import Standing, together


@dataclass(frozen=True)
class Whole:
    """The figures of the tiles."""

    consortia: int
    operating: int
    projects: int
    running: int
    money: Decimal
    tally: dict[str, Any]


@dataclass(frozen=True)
class Tile:
    """A province on the tile grid; column and row in tiles, `grade` 0 to 5."""

    code: str
    column: int
    row: int
    sign: str
    name_zh: str
    name_en: str
    consortia: int
    projects: int
    late: int
    grade: int


@dataclass(frozen=True)
class Figures:
    """All that the page sums up for one filter."""

    rows: list[Row]
    whole: Whole
    areas: list[tuple[CoreArea, dict[str, Any]]]
    tiles: list[Tile]


def figures(found: Facts, wanted: Wanted) -> Figures:
    """The sums for a filter, made once for these facts; the map shows all provinces, whichever is chosen."""
    made: Figures | None = found.summed.get(wanted)
    if made is None:
        rows = chosen(found, wanted)
        everywhere = chosen(found, replace(wanted, region=""))
        made = Figures(rows, whole(rows), by_area(found, rows), tiles(everywhere))
        if len(found.summed) < MOST_KEPT:
            found.summed[wanted] = made
    return made


def chosen(found: Facts, wanted: Wanted) -> list[Row]:
    """The rows that the filter lets through."""
    return [row for row in found.rows if wanted.fits(row)]


def whole(rows: Sequence[Row]) -> Whole:
    """The sums of some rows."""
    return Whole(
        consortia=len(rows),
        operating=sum(row.stage == "operating" for row in rows),
        projects=sum(row.projects for row in rows),
        running=sum(row.running for row in rows),
        money=sum((row.money for row in rows), Decimal("0.00")),
        tally=tally(together(row.standing for row in rows)),
    )


def tally(standing: Standing) -> dict[str, Any]:
    """The counts of milestones as the page names them; `due` are those whose day is over."""
    return {
        "all": standing.milestones, "done": standing.done, "running": standing.running, "late": standing.late,
        "due": standing.past, "in_time": standing.in_time, "on_time": standing.on_time,
    }  # fmt: skip


def by_area(found: Facts, rows: Sequence[Row]) -> list[tuple[CoreArea, dict[str, Any]]]:
    """The milestones of some consortia by the technology area of their project, in the order of the areas; none: left out."""
    numbers, parts = {row.id for row in rows}, defaultdict[str, list[Standing]](list)
    for (number, area), standing in found.standings.items():
        if number in numbers:
            parts[area].append(standing)
    sums = {area: together(parts[area]) for area in CoreArea}
    return [(area, tally(sums[area])) for area in CoreArea if sums[area].milestones]


def tiles(rows: Sequence[Row]) -> list[Tile]:
    """All provinces with how much lies in them."""
    counts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        counts[row.province].append(row)
    steps = even_steps({code: len(inside) for code, inside in counts.items()})
    drawn = []
    for code, (column, line, sign, chinese, english) in PROVINCES.items():
        inside = counts.get(code, [])
        sums = len(inside), sum(row.projects for row in inside), sum(row.standing.late for row in inside)
        drawn.append(Tile(code, column, line, sign, chinese, english, *sums, grade=level(len(inside), steps)))
    return sorted(drawn, key=lambda tile: (-tile.consortia, tile.code))


def regions_of(found: Facts) -> list[tuple[str, str, str]]:
    """The provinces that occur: code, name in Chinese, name in English."""
    inside = {row.province for row in found.rows}
    return [(region.code[:2], region.zh, region.en) for region in provinces() if region.code[:2] in inside]
