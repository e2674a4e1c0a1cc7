"""The lists of the portfolio."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from consortium.core import words
from consortium.core.regions import region_name
from consortium.core.shares import cut
from consortium.core.terms import CoreArea, label
from consortium.core.words import _l, listed
from consortium.documents.tables import Column, Table
from consortium.portfolio.queries import Row
from consortium.projects.lights import TONES


def either(zh: str, en: str) -> str:
    """The one of two names that the reader's language asks for, else the other."""
    return (zh or en) if words.language().startswith("zh") else (en or zh)


def name(row: Row) -> str:
    """The name of a consortium in the reader's language."""
    return either(row.name_zh, row.name_en)


def areas(row: Row) -> str:
    """The technology areas of a consortium as words."""
    return listed(label(CoreArea(area)) for area in row.areas)


def part(share: Decimal | None) -> Decimal | None:
    """A part of one as files keep it: what its percentage shows."""
    return None if share is None else cut(share)


def reasons(row: Row) -> str:
    """Why the light is as it is."""
    return " ".join(str(reason) for reason in row.reasons)


# Rows are plain values here, so `sort` is a function of a row and not a column of the database.
PORTFOLIO = Table("portfolio", _l("Consortia of the portfolio"), (
    Column("name", _l("Consortium"), name, kind="link", sort=name, href=lambda row: f"/consortia/{row.id}", note=lambda row: row.reference),
    Column("light", _l("Light"), lambda row: label(row.light), kind="status", tone=lambda row: TONES[row.light],
           sort=lambda row: list(TONES).index(row.light)),
    Column("late", _l("Late"), lambda row: row.standing.late, kind="count", sort=lambda row: row.standing.late,
           href=lambda row: f"/milestones?state=late&consortium={row.id}" if row.standing.late else None),
    Column("progress", _l("Progress"), lambda row: part(row.standing.progress), kind="share", sort=lambda row: row.standing.progress or -1),
    Column("lead", _l("Lead enterprise"), lambda row: either(row.lead_zh, row.lead_en), sort=lambda row: either(row.lead_zh, row.lead_en), wide=True),
    Column("region", _l("Region"), lambda row: region_name(f"{row.province}0000", words.language()), sort=lambda row: row.province, wide=True),
    Column("areas", _l("Technology areas"), areas, sort=areas, wide=True),
    Column("members", _l("Members"), lambda row: row.members, kind="count", sort=lambda row: row.members, wide=True),
    Column("projects", _l("Projects"), lambda row: row.projects, kind="count", sort=lambda row: row.projects, wide=True),
    Column("money", _l("Planned money (yuan)"), lambda row: row.money, kind="money", sort=lambda row: row.money, wide=True),
))  # fmt: skip

#: In files also what the page shows in other ways.
PORTFOLIO_FILE = Table(PORTFOLIO.name, PORTFOLIO.caption, (
    Column("reference", _l("Reference"), lambda row: row.reference), *PORTFOLIO.columns,
    Column("milestones", _l("Milestones"), lambda row: row.standing.milestones, kind="count"),
    Column("done", _l("Accepted"), lambda row: row.standing.done, kind="count"),
    Column("on_time", _l("Reported on time"), lambda row: part(row.standing.on_time), kind="share"),
    Column("reasons", _l("Why the light is so"), reasons),
))  # fmt: skip

PROVINCES = Table("provinces", _l("Consortia by province"), (
    Column("province", _l("Province"), lambda tile: either(tile.name_zh, tile.name_en), kind="link", href=lambda tile: f"/portfolio?region={tile.code}"),
    Column("consortia", _l("Consortia"), lambda tile: tile.consortia, kind="count"),
    Column("projects", _l("Projects"), lambda tile: tile.projects, kind="count"),
    Column("late", _l("Late milestones"), lambda tile: tile.late, kind="count"),
))  # fmt: skip


def titles(organisation: Any) -> str:
    """The tiers whose titles an organisation holds, as words."""
    return listed(dict.fromkeys(label(title.tier) for title in organisation.titles))


FIRMS = Table("member-organisations", _l("Member organisations"), (
    Column("name", _l("Organisation"), lambda firm: either(firm.name_zh, firm.name_en), kind="link", href=lambda firm: f"/organisations/{firm.id}",
           note=lambda firm: firm.code),
    Column("kind", _l("Kind"), lambda firm: label(firm.kind)),
    Column("region", _l("Region"), lambda firm: region_name(firm.region, words.language()), wide=True),
    Column("titles", _l("Titles"), titles, wide=True),
))  # fmt: skip


def ordered(rows: Iterable[Row], sort: str) -> tuple[list[Row], str]:
    """The rows in the order of `name` or `-name` of a column, and that order if there is such a column."""
    column = next((column for column in PORTFOLIO.columns if column.name == sort.removeprefix("-")), None)
    if column is None or column.sort is None:
        return list(rows), ""
    return sorted(rows, key=column.sort, reverse=sort.startswith("-")), sort


def amount(yuan: Decimal) -> tuple[str, str]:
    """An amount short enough for a tile, and its unit: 亿元 or 万元, million or thousand yuan; cut, never rounded up."""
    chinese = words.language().startswith("zh")
    for size, zh, en in (
        (Decimal(10**8), "亿元", ""),
        (Decimal(10**6), "", _l("million yuan")),
        (Decimal(10**4), "万元", ""),
    ):
        if (unit := zh if chinese else en) and yuan >= size:
            return f"{(yuan / size).quantize(Decimal('0.01'), ROUND_DOWN):,}", str(unit)
    return f"{yuan:,.2f}", str(_l("yuan"))
