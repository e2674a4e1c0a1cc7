"""What the words of CORDIS mean here. Source: the column descriptions of the EU's CORDIS data sets (CC BY 4.0)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from consortium.core.regions import regions
from consortium.core.terms import CoreArea, MemberRole, OrganisationKind
from consortium.core.types import MOST_MONEY

SOURCE = "cordis"
#: Amounts of CORDIS are in euro, and stay so: they are not converted.
CURRENCY = "EUR"

KINDS = {
    "HES": OrganisationKind.UNIVERSITY,
    "REC": OrganisationKind.INSTITUTE,
    "PRC": OrganisationKind.ENTERPRISE,
    "PUB": OrganisationKind.AUTHORITY,
    "OTH": OrganisationKind.OTHER,
    "": OrganisationKind.OTHER,
}
ROLES = {
    "coordinator": MemberRole.LEAD,
    "participant": MemberRole.CORE,
    "associatedPartner": MemberRole.PARTNER,
    "partner": MemberRole.PARTNER,
    "internationalPartner": MemberRole.PARTNER,
    "thirdParty": MemberRole.SERVICE,
}
STAGES = {"SIGNED": "operating", "CLOSED": "closed", "TERMINATED": "closed"}
#: CORDIS writes countries as the EU does; two differ from ISO 3166. ZZ is ISO's own for a country that is not known.
COUNTRIES = {"EL": "GR", "UK": "GB", "": "ZZ"}

#: A guess, and marked as one: the first words found in title or topic decide; none found, no area.
AREAS: tuple[tuple[CoreArea, str], ...] = (
    (CoreArea.IC, r"semiconductor|integrated circuit|microchip|\bchips?\b|chips-?ju|wafer|risc-?v|photonic integrated"),
    (CoreArea.NETSEC, r"cyber-?\s?secur|cyber-?\s?attack|malware|cryptograph|post-?quantum crypto|network security"),
    (CoreArea.BASIC_ELEC, r"\bsensors?\b|capacitor|transistor|power electronics|electronic component|microelectronic"),
    (CoreArea.BASIC_SW, r"\bsoftware\b|operating system|compiler|open-?source|middleware|\beosc\b|digital platform"),
    (CoreArea.BASIC_MAT, r"\bmaterials?\b|alloy|ceramic|polymer|composite|graphene|\bsteel\b"),
    (CoreArea.BASIC_PROC, r"additive manufacturing|\bmachining\b|\bcasting\b|welding|3d[- ]print|heat treatment"),
    (CoreArea.BASIC_PARTS, r"\bbearings?\b|gearbox|\bvalves?\b|actuator|fasteners?"),
    (CoreArea.HIGH_END_EQUIP, r"instrumentation|microscop|spectromet|telescope|\brobot|machine tool|medical device|\blaser\b"),
)  # fmt: skip


class Unreadable(ValueError):
    """A field that cannot be understood; its sentence goes into the report of the import."""


def day(text: str, column: str) -> date | None:
    """An ISO day, perhaps followed by a time; None where nothing stands."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Unreadable(f"{column} is {text[:30]!r}, which is no day") from None


def euro(text: str, column: str) -> Decimal:
    """An amount with a point or a comma before its decimals, rounded to cents; nothing is nil."""
    if not text:
        return Decimal("0.00")
    try:
        amount = Decimal(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except InvalidOperation:
        raise Unreadable(f"{column} is {text[:30]!r}, which is no amount") from None
    if not amount.is_finite() or amount < 0 or amount >= MOST_MONEY:
        raise Unreadable(f"{column} is {text[:30]!r}, which is no amount that can be kept")
    return amount.quantize(Decimal("0.01"))


def areas(project: Mapping[str, str]) -> list[CoreArea]:
    """The technology area that title and topic suggest; a guess by `AREAS`."""
    said = f"{project['title']} {project.get('topics', '')}".casefold()
    return [area for area, words in AREAS if re.search(words, said)][:1]


def table(project: Mapping[str, str], today: date) -> dict[str, Any]:
    """What a row of project.csv says of a consortium, by column; Unreadable with the reason."""
    starts_on = day(project["startDate"], "startDate") or day(project.get("ecSignatureDate", ""), "ecSignatureDate")
    ends_on = day(project["endDate"], "endDate")
    if starts_on is None:
        raise Unreadable("it has neither startDate nor ecSignatureDate")
    if ends_on is not None and ends_on < starts_on:
        raise Unreadable(f"it ends on {ends_on}, before it starts on {starts_on}")
    if not project["title"]:
        raise Unreadable("it has no title")
    stage = STAGES.get(project["status"].upper())
    if stage is None:
        raise Unreadable(f"its status {project['status'][:30]!r} is not known")
    over = ends_on is not None and ends_on < today
    return {
        "name_en": cut(project["title"], 300), "purpose_en": project.get("objective", ""), "starts_on": starts_on, "ends_on": ends_on,
        "stage": "closed" if over else stage, "currency": CURRENCY,
    }  # fmt: skip


def organisation(firm: Mapping[str, str]) -> dict[str, Any]:
    """What a row of organization.csv says of an organisation, as `organisations.services` takes it; Unreadable with the reason."""
    if not firm["name"]:
        raise Unreadable("the organisation has no name")
    country = firm["country"].upper()
    website = firm.get("organizationURL", "")
    return {
        "kind": KINDS.get(firm["activityType"].upper(), OrganisationKind.OTHER), "name_zh": "", "name_en": cut(firm["name"], 300),
        "short": cut(firm["shortName"], 40), "country": COUNTRIES.get(country, country), "region": region(firm) if country == "CN" else "",
        "website": website if re.fullmatch(r"https?://[^\s/.]+\.[^\s]{2,280}", website) else "",
    }  # fmt: skip


def region(firm: Mapping[str, str]) -> str:
    """The region of a Chinese organisation by the name of its city; Unreadable where the snapshot of regions does not have it."""
    city = re.sub(r"\W", "", firm.get("city", "")).casefold()
    for code, known in regions().items():
        if city and city == re.sub(r"\W", "", known.en.partition("(")[0]).casefold():
            return code
    raise Unreadable(f"the region of the Chinese city {firm.get('city', '')[:40]!r} is not known")


def cut(text: str, most: int) -> str:
    """The text in one line, shortened where it does not fit."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
