"""The facts of an agreement: plain values, from which its paper is made."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any

from consortium.activity.services import chain_head
from consortium.agreements import clauses, queries
from consortium.consortia.models import Body, Consortium, Membership
from consortium.core import clock
from consortium.core.shares import cut
from consortium.core.terms import LABELS, ConsortiumKind
from consortium.documents.capitals import amount_in_capitals, chinese_number

TEMPLATE = "agreement/1"
PLATFORM = {"zh": "优质企业创新联合体协作平台", "en": "Consortium Collaboration Platform"}
NOTHING = {"zh": "", "en": ""}
TITLES = {
    ConsortiumKind.INNOVATION_CONSORTIUM: {"zh": "创新联合体合作协议", "en": "Innovation Consortium Agreement"},
    ConsortiumKind.ALLIANCE: {"zh": "产业技术创新战略联盟协议", "en": "Strategic Alliance Agreement"},
}
BODIES = {
    ConsortiumKind.INNOVATION_CONSORTIUM: {"zh": "联合体", "en": "Consortium"},
    ConsortiumKind.ALLIANCE: {"zh": "联盟", "en": "Alliance"},
}

Facts = dict[str, Any]
Pair = dict[str, str]
Rows = Callable[[int], list[Facts]]
_projects: Rows | None = None


def lists_projects(answer: Rows) -> Rows:
    """Register who answers the projects of a consortium for its papers (`projects` lies above and does)."""
    global _projects
    _projects = answer
    return answer


def projects_of(consortium: Consortium) -> list[Facts]:
    """The projects of a consortium, as its papers list them."""
    return _projects(consortium.id) if _projects else []


def pair(zh: str, en: str) -> Pair:
    """A text in both languages."""
    return {"zh": zh or "", "en": en or ""}


def word(member: StrEnum) -> Pair:
    """The words for a member of an enum."""
    return pair(*LABELS[type(member)][member])


def iso(day: datetime.date | None) -> str | None:
    """A day as papers keep it."""
    return day.isoformat() if day else None


def yuan(amount: Decimal) -> str:
    """An amount with two decimals, as text."""
    return f"{amount:.2f}"


def share(part: Decimal, whole: Decimal) -> str:
    """A part of a whole as text; empty where there is no whole."""
    return str(cut(part / whole)) if whole else ""


def furniture(consortium: Consortium, reference: str, version: str, language: str, address: str) -> Facts:
    """What every paper of a consortium says of itself; `address` is the page that verifies it."""
    now = clock.now()
    return {
        "id": reference,
        "version": version,
        "language": language,
        "issued_on": clock.local(now).date().isoformat(),
        "cutoff": now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "chain_head": chain_head(consortium.id),
        "verify_url": address,
        "platform": dict(PLATFORM),
    }


def identity(consortium: Consortium) -> Facts:
    """What every paper of a consortium says of the consortium."""
    unit = consortium.liability_unit
    return {
        "reference": consortium.reference,
        "kind": str(consortium.kind),
        "name": consortium.names_pair,
        "purpose": pair(consortium.purpose_zh, consortium.purpose_en),
        "areas": [word(area.area) for area in consortium.areas],
        "starts_on": iso(consortium.starts_on),
        "ends_on": iso(consortium.ends_on),
        "liability_unit": unit.names_pair if unit else dict(NOTHING),
    }


def party(number: int, member: Membership, total: Decimal) -> Facts:
    """One member as a party."""
    firm = member.organisation
    return {
        "n": number,
        "name": firm.names_pair,
        "code": firm.code,
        "scheme": str(firm.scheme).upper(),
        "kind": word(firm.kind),
        "role": word(member.role),
        "domicile": firm.domicile,
        "representative": firm.representative,
        "short": firm.short or (firm.name_zh or firm.name_en)[:8],
        "tasks": pair(member.tasks_zh, member.tasks_en),
        "contribution": yuan(member.contribution),
        "contribution_capitals": amount_in_capitals(member.contribution),
        "share": share(member.contribution, total),
    }


def body(row: Body) -> Facts:
    """One body with its seats."""
    seats = [
        {"organisation": seat.organisation.names_pair, "person": seat.person, "post": seat.post} for seat in row.seats
    ]
    named = row.name_zh or row.name_en
    return {"name": pair(row.name_zh, row.name_en) if named else word(row.kind), "seats": seats}


def agreement(consortium: Consortium, *, reference: str, version: str, language: str, address: str) -> Facts:
    """All that the agreement of a consortium says, as it is recorded now."""
    members = queries.members(consortium)
    total = sum((member.contribution for member in members), Decimal("0.00"))
    own = identity(consortium)
    facts: Facts = {
        "kind": "agreement",
        "template": TEMPLATE,
        "title": dict(TITLES[consortium.kind]),
        "consortium": own,
        "parties": [party(number, member, total) for number, member in enumerate(members, 1)],
        "total": yuan(total),
        "total_capitals": amount_in_capitals(total),
        "bodies": [body(row) for row in queries.bodies(consortium)],
        "projects": projects_of(consortium),
    }
    facts |= furniture(consortium, reference, version, language, address)
    facts["clauses"] = clauses.filled(terms(facts, consortium.kind))
    return facts


def terms(facts: Facts, kind: ConsortiumKind) -> dict[str, Pair]:
    """What the clauses may speak of, from the facts alone; an empty pair where something is not known."""
    own, parties, projects = facts["consortium"], len(facts["parties"]), len(facts["projects"])
    starts, ends = own["starts_on"], own["ends_on"]
    total = f"{Decimal(facts['total']):,.2f}" if Decimal(facts["total"]) else ""
    return {
        "name": either(own["name"]),
        "kind": {"zh": word(kind)["zh"], "en": word(kind)["en"][0].lower() + word(kind)["en"][1:]},
        "body": dict(BODIES[kind]),
        "purpose": {tongue: text.strip().rstrip("。.．") for tongue, text in either(own["purpose"]).items()},
        "areas": {
            "zh": "、".join(area["zh"] for area in own["areas"]),
            "en": ", ".join(area["en"].lower() for area in own["areas"]),
        },
        "lead": either(facts["parties"][0]["name"]) if parties else dict(NOTHING),
        "liability_unit": either(own["liability_unit"]),
        "parties": {"zh": chinese_number(parties), "en": str(parties)},
        "projects": {"zh": chinese_number(projects), "en": str(projects)} if projects else dict(NOTHING),
        "term": pair("是", "yes") if starts and ends else dict(NOTHING),
        "starts_on": in_words(starts),
        "ends_on": in_words(ends),
        "total": pair(total, total),
        "total_capitals": pair(facts["total_capitals"], facts["total_capitals"]),
    }


def either(names: Pair) -> Pair:
    """A text pair in which a missing language is filled by the other: a clause has no gaps."""
    return {"zh": names["zh"] or names["en"], "en": names["en"] or names["zh"]}


def in_words(iso_day: str | None) -> Pair:
    """`2026年11月22日` and `22 November 2026`."""
    if not iso_day:
        return dict(NOTHING)
    day = datetime.date.fromisoformat(iso_day)
    return {"zh": f"{day.year}年{day.month}月{day.day}日", "en": f"{day.day} {MONTHS[day.month - 1]} {day.year}"}


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
