"""The lists of the directory."""

from __future__ import annotations

from typing import Any

from consortium.core import clock
from consortium.core.industries import industry_name
from consortium.core.regions import region_name
from consortium.core.terms import is_chinese, label
from consortium.core.words import _l, listed
from consortium.documents.tables import Column, Table
from consortium.organisations.models import Organisation, Title


def named(thing: Any) -> str:
    """The one of two names that the reader's language asks for, else the other."""
    return str(thing.name_zh or thing.name_en if is_chinese() else thing.name_en or thing.name_zh)


def other_name(thing: Any) -> str:
    """The name in the other language, if there are two."""
    return next((name for name in (thing.name_zh, thing.name_en) if name and name != named(thing)), "")


def is_valid(title: Title) -> bool:
    """Whether a title is valid today."""
    return title.valid_from <= clock.today() and (title.valid_to is None or title.valid_to >= clock.today())


def titles_of(organisation: Organisation) -> str:
    """The titles that an organisation holds today, the highest first."""
    tiers = list(type(organisation.titles[0].tier)) if organisation.titles else []
    held = {title.tier for title in organisation.titles if is_valid(title)}
    return listed(label(tier) for tier in reversed(tiers) if tier in held)


def place(organisation: Organisation) -> str:
    """The region, or the country where it is not China."""
    return (
        region_name(organisation.region)
        if organisation.region
        else ""
        if organisation.country == "CN"
        else organisation.country
    )


ORGANISATIONS = Table(
    "organisations",
    _l("Organisations"),
    (
        Column(
            "name", _l("Name"), named, kind="link", sort=Organisation.name_zh, note=other_name,
            href=lambda organisation: f"/organisations/{organisation.id}",
        ),
        Column("kind", _l("Kind"), lambda organisation: label(organisation.kind), sort=Organisation.kind),
        Column("region", _l("Region"), place, sort=Organisation.region),
        Column("titles", _l("Titles"), titles_of),
        Column("industry", _l("Industry"), lambda organisation: industry_name(organisation.industry), sort=Organisation.industry, wide=True),
        Column("code", _l("Code"), lambda organisation: organisation.code, sort=Organisation.code, wide=True),
    ),
)  # fmt: skip


def standing(title: Title) -> object:
    """Whether a title is valid, was, or will be."""
    if is_valid(title):
        return _l("Valid")
    return _l("Not yet valid") if title.valid_from > clock.today() else _l("Expired")


def source_of(title: Title) -> object:
    """Where a title was published, and whether anybody but the organisation itself says so."""
    if not title.is_own_word:
        return title.source
    return _l("%(source)s (stated by the organisation itself; check it with the authority)", source=title.source)


TITLES = Table(
    "titles",
    _l("Titles held"),
    (
        Column("tier", _l("Title"), lambda title: label(title.tier), note=source_of),
        Column("batch", _l("Batch"), lambda title: title.batch),
        Column("valid_from", _l("From"), lambda title: title.valid_from, kind="day"),
        Column("valid_to", _l("Until"), lambda title: title.valid_to, kind="day"),
        Column("state", _l("State"), standing, kind="status", tone=lambda title: "ok" if is_valid(title) else "none"),
    ),
)

PARTS = Table(
    "parts",
    _l("Consortia in which it takes part"),
    (
        Column(
            "consortium",
            _l("Consortium"),
            lambda part: named(part.consortium),
            kind="link",
            href=lambda part: f"/consortia/{part.consortium_id}",
        ),
        Column("part", _l("Part"), lambda part: label(part.role)),
        Column("joined_on", _l("Joined"), lambda part: part.joined_on, kind="day"),
        Column("left_on", _l("Left"), lambda part: part.left_on, kind="day"),
    ),
)
