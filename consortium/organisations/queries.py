"""What is asked of the directory."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from consortium.core import clock, grams, search
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.identifiers import Scheme, check
from consortium.core.terms import OrganisationKind, Tier
from consortium.organisations.models import Organisation, Title
from consortium.people.models import User

NEAR = 0.86
MOST_CANDIDATES = 2000
# What most names end with says nothing about whether two are the same.
COMMON = re.compile(
    r"股份有限公司|有限责任公司|有限公司|集团|\b(co|company|corp|corporation|group|gmbh|inc|limited|llc|ltd|sa|ag|plc|the|of)\b",
    re.IGNORECASE,
)

Parts = Callable[[Any, Organisation], list[Any]]
_parts: Parts | None = None


def takes_part(answer: Parts) -> Parts:
    """Register who can answer in which consortia an organisation takes part, as far as the reader may see (`consortia` does)."""
    global _parts
    _parts = answer
    return answer


def parts_of(actor: Any, organisation: Organisation) -> list[Any]:
    """The memberships of an organisation in consortia that the reader may see, newest first."""
    return _parts(actor, organisation) if _parts else []


def directory(
    words: str = "", kind: OrganisationKind | None = None, province: str = "", tier: Tier | None = None,
) -> Select[Any]:  # fmt: skip
    """The organisations that fit, by name; with their titles loaded."""
    query = (
        select(Organisation)
        .options(selectinload(Organisation.titles))
        .order_by(Organisation.name_zh, Organisation.name_en, Organisation.id)
    )
    if kind:
        query = query.where(Organisation.kind == kind)
    if province:
        query = query.where(Organisation.province == province)
    if tier:
        query = query.where(Organisation.id.in_(select(Title.organisation_id).where(Title.tier == tier, valid())))
    if words := words.replace("\0", " ").strip():
        query = query.where(matching(words[: grams.MOST_QUERY]))
    return query


def matching(words: str) -> Any:
    """The condition that an organisation is found by words: of its names, or the beginning of its code."""
    code = Organisation.code.startswith(re.sub(r"\s", "", words).upper(), autoescape=True)
    if not grams.phrases(words):
        return code
    rows = search.found(words, []).where(search.SearchEntry.kind == Organisation.__tablename__)
    return or_(code, Organisation.id.in_(rows.with_only_columns(search.SearchEntry.row_id)))


def valid() -> Any:
    """The condition that a title is valid today."""
    today = clock.today()
    return (Title.valid_from <= today) & or_(Title.valid_to.is_(None), Title.valid_to >= today)


def by_code(scheme: Scheme | None, code: str | None) -> Organisation | None:
    """The organisation that has this code, however it was typed."""
    if scheme is None or not code:
        return None
    try:
        kept = check(scheme, code)
    except Refused:
        return None
    return db.session.scalar(select(Organisation).where(Organisation.scheme == scheme, Organisation.code == kept))


def heart(name: str) -> str:
    """A name without what most names have: form of company, spaces, marks, capitals."""
    return re.sub(r"[\W_]+", "", COMMON.sub(" ", name.casefold()))


def near(name_zh: str, name_en: str, but: int | None = None) -> list[Organisation]:
    """At most five organisations whose name is the same or nearly so, likest first."""
    wanted = [name for name in (heart(name_zh or ""), heart(name_en or "")) if name]
    pieces = [piece for name in wanted for piece in _pieces(name)]
    if not pieces:
        return []
    columns = (Organisation.name_zh, Organisation.name_en)
    likes = [column.icontains(piece, autoescape=True) for piece in pieces for column in columns]
    rows = db.session.execute(select(Organisation.id, *columns).where(or_(*likes)).limit(MOST_CANDIDATES))
    likest = sorted(((_likeness(wanted, (zh, en)), number) for number, zh, en in rows if number != but), reverse=True)
    chosen = [number for likeness, number in likest[:5] if likeness >= NEAR]
    found = {row.id: row for row in db.session.scalars(select(Organisation).where(Organisation.id.in_(chosen)))}
    return [found[number] for number in chosen]


def _pieces(name: str) -> list[str]:
    """Parts of a name of which a near one has at least one as it is."""
    size = 2 if name > "\u3000" else 4
    return list(
        dict.fromkeys(
            name[start : start + size] for start in range(0, min(len(name), 24), size) if len(name) - start >= size
        )
    ) or [name]


def _likeness(wanted: list[str], names: tuple[str, str]) -> float:
    hearts = [heart(name) for name in names if name]
    return max((SequenceMatcher(None, one, other).ratio() for one in wanted for other in hearts if other), default=0.0)


def people(organisation: Organisation) -> list[User]:
    """The people who belong to an organisation and can sign in, by name."""
    return list(
        db.session.scalars(select(User).where(User.organisation_id == organisation.id, User.active).order_by(User.name))
    )


def person(number: int) -> User | None:
    """The account of a number, if there is one."""
    return db.session.get(User, number) if 0 < number < 2**63 else None


def choices(but: set[int] | None = None) -> list[tuple[int, str]]:
    """All organisations to pick from (authorities cannot take part), as number and names."""
    columns = (Organisation.id, Organisation.name_zh, Organisation.name_en)
    query = (
        select(*columns)
        .where(Organisation.kind != OrganisationKind.AUTHORITY)
        .order_by(Organisation.name_zh, Organisation.name_en)
    )
    return [
        (number, " · ".join(filter(None, (zh, en))))
        for number, zh, en in db.session.execute(query)
        if number not in (but or set())
    ]
