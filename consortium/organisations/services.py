"""What is done in the directory."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from consortium.activity.services import record
from consortium.core import clock, identifiers, industries
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.identifiers import Scheme
from consortium.core.regions import regions
from consortium.core.terms import OrganisationKind, Ownership, Tier
from consortium.core.words import _l
from consortium.organisations import queries
from consortium.organisations.models import FormerName, Organisation, Title
from consortium.people.belonging import asking, decide

__all__ = ["amend", "asking", "decide", "hold_title", "register"]

#: A host name with a port or without; no name and password before it, by which an address looks like another one.
HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:[0-9]{1,5})?")
WRONG_IN_ADDRESS = re.compile(r"[\s<>\"\\]")


def register(
    actor: Any, *, kind: OrganisationKind | None, scheme: Scheme, code: str, name_zh: str, name_en: str, short: str = "", country: str = "CN",
    region: str | None = "", industry: str | None = "", ownership: Ownership | None = None, founded_on: date | None = None, domicile: str = "",
    representative: str = "", website: str = "", sure: bool = True,
) -> Organisation:  # fmt: skip
    """Enter an organisation into the directory; without a kind it follows from a credit code.

    Unless `sure`, near names and a code that is given to other kinds are refused at `sure`.
    """
    code = _free_code(scheme, code)
    kind = kind or (identifiers.kind_of(code) if scheme is Scheme.USCC else None)
    if kind is None:
        raise Refused(kind=_l("Please choose the kind; it does not follow from this code."))
    _only_administrators_name(actor, kind)
    if scheme is Scheme.USCC and country == "CN" and not region:
        region = _region_of(code)
    values = _identity(
        kind=kind, name_zh=name_zh, name_en=name_en, short=short, country=country, region=region, industry=industry, ownership=ownership,
        founded_on=founded_on, domicile=domicile, representative=representative, website=website,
    )  # fmt: skip
    if not sure:
        _hesitate(scheme, code, kind, name_zh, name_en)
    organisation = Organisation(scheme=scheme, code=code, **values)
    db.session.add(organisation)
    record(actor, "registered", organisation, code=code, scheme=scheme.value, kind=kind.value)
    return organisation


def amend(
    actor: Any, organisation: Organisation, *, kind: OrganisationKind, name_zh: str, name_en: str, short: str = "", country: str = "CN",
    region: str | None = "", industry: str | None = "", ownership: Ownership | None = None, founded_on: date | None = None, domicile: str = "",
    representative: str = "", website: str = "",
) -> Organisation:  # fmt: skip
    """Change what is known of an organisation; a name that it bore until now is kept as a former one."""
    if kind is not organisation.kind:
        _only_administrators_name(actor, kind, organisation.kind)
    values = _identity(
        kind=kind, name_zh=name_zh, name_en=name_en, short=short, country=country, region=region, industry=industry, ownership=ownership,
        founded_on=founded_on, domicile=domicile, representative=representative, website=website,
    )  # fmt: skip
    changes = {
        name: [getattr(organisation, name), value]
        for name, value in values.items()
        if getattr(organisation, name) != value
    }
    if not changes:
        return organisation
    others = []
    if "name_zh" in changes or "name_en" in changes:
        others.append(_bore(organisation))
    for name, value in values.items():
        setattr(organisation, name, value)
    record(actor, "amended", organisation, *others, changes=changes)
    return organisation


def hold_title(
    actor: Any, organisation: Organisation, *, tier: Tier, batch: str, valid_from: date, valid_to: date | None, source: str,
) -> Title:  # fmt: skip
    """Note that an organisation holds a title, as an authority published it."""
    if valid_to is not None and valid_to < valid_from:
        raise Refused(valid_to=_l("The title would end before it begins; please check both dates."))
    overlapping = db.session.scalar(
        select(Title.id).where(
            Title.organisation_id == organisation.id, Title.tier == tier,
            (Title.valid_to.is_(None)) | (Title.valid_to >= valid_from), Title.valid_from <= (valid_to or date.max),
        )
    )  # fmt: skip
    if overlapping:
        raise Refused(tier=_l("This title is noted already for some of these days."))
    title = Title(
        organisation=organisation, tier=tier, batch=batch, valid_from=valid_from, valid_to=valid_to, source=source,
        is_own_word=not _administers(actor),
    )  # fmt: skip
    db.session.add(title)
    db.session.flush()
    record(
        actor,
        "titled",
        organisation,
        title,
        tier=tier.value,
        batch=batch,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
    )
    return title


def _administers(actor: Any) -> bool:
    """Whether an administrator acts, or no person at all (an import)."""
    return not hasattr(actor, "is_administrator") or allowed(actor, Action.ADMINISTER)


def _only_administrators_name(actor: Any, *kinds: OrganisationKind) -> None:
    """An authority oversees others, so nobody makes one of himself."""
    if OrganisationKind.AUTHORITY in kinds and not _administers(actor):
        raise Refused(kind=_l("Only the administrator of the platform enters authorities."))


def _free_code(scheme: Scheme, code: str) -> str:
    try:
        code = identifiers.check(scheme, code)
    except Refused as refusal:
        raise Refused(code=refusal.message) from None
    other = queries.by_code(scheme, code)
    if other is not None:
        raise Refused(code=_l("This code is registered already, for %(name)s.", name=str(other)))
    return code


def _identity(*, country: str, region: str | None, industry: str | None, **values: Any) -> dict[str, Any]:
    """What was entered, checked, as columns."""
    problems: dict[str, object] = {}
    if not values["name_zh"] and not values["name_en"]:
        problems["name_zh"] = _l("Please give the name, in Chinese, in English, or both.")
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        problems["country"] = _l("Please choose the country.")
    if country == "CN" and not region:
        problems["region"] = _l("Please choose the region in which the organisation is registered.")
    elif region and region not in regions():
        problems["region"] = _l("This region is not on the list; please choose again.")
    if industry:
        try:
            industry = industries.check(industry)
        except Refused as refusal:
            problems["industry"] = refusal.message
    if values["founded_on"] and values["founded_on"] > clock.today():
        problems["founded_on"] = _l("This day lies in the future.")
    if values["website"] and not _is_address(values["website"]):
        problems["website"] = _l("Write the address as https://www.example.cn.")
    if problems:
        raise Refused(**problems)
    home = region or "" if country == "CN" else ""
    return {**values, "country": country, "region": home, "province": home[:2], "industry": industry or ""}


def _is_address(website: str) -> bool:
    try:
        parts = urlsplit(website)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(HOST.fullmatch(parts.netloc))
        and not WRONG_IN_ADDRESS.search(website)
    )


def _region_of(code: str) -> str:
    """The region that a credit code names, or the next higher one that is known."""
    named = identifiers.region_of(code)
    return next((known for known in (named, f"{named[:4]}00", f"{named[:2]}0000") if known in regions()), "")


def _hesitate(scheme: Scheme, code: str, kind: OrganisationKind, name_zh: str, name_en: str) -> None:
    """Refuse what is likely a mistake, until the person says that it is none."""
    doubts: list[object] = []
    if scheme is Scheme.USCC and (warning := identifiers.mismatch(code, kind)):
        doubts.append(warning)
    if alike := queries.near(name_zh, name_en):
        names = "; ".join(f"{other} ({other.code})" for other in alike)
        doubts.append(_l("There is already an organisation of nearly this name: %(names)s.", names=names))
    if doubts:
        doubts.append(_l("If all is right as it stands, tick the box and save again."))
        raise Refused(" ".join(str(doubt) for doubt in doubts), sure=_l("Please confirm that this is right."))


def _bore(organisation: Organisation) -> FormerName:
    former = FormerName(
        organisation=organisation, name_zh=organisation.name_zh, name_en=organisation.name_en, until=clock.today()
    )
    db.session.add(former)
    db.session.flush()
    return former
