"""What the statement of a member says, read from the database as plain values: its paper is made of it.

It holds money of one firm: whoever makes it has asked for `Action.EVIDENCE` on that firm.
"""

from __future__ import annotations

from typing import Any

from consortium.agreements.facts import furniture, identity, iso, pair, word, yuan
from consortium.claims import queries
from consortium.claims.models import Claim
from consortium.claims.statement import Row, Statement, Work
from consortium.core import clock
from consortium.plans.models import CostCategory
from consortium.plans.money_rules import MoneyProfile

TEMPLATE = "statement/1"
#: Words and colours for the states of a claim that was handed in.
STATES = {
    "submitted": ({"zh": "已提交", "en": "Submitted"}, "blue"),
    "queried": ({"zh": "质询中", "en": "Queried"}, "amber"),
    "accepted": ({"zh": "已核准", "en": "Accepted"}, "green"),
    "in part": ({"zh": "部分核准", "en": "Accepted in part"}, "amber"),
    "rejected": ({"zh": "已驳回", "en": "Rejected"}, "red"),
}


def paper(found: Statement, *, reference: str, version: str, language: str, address: str) -> dict[str, Any]:
    """The facts of the paper."""
    project, firm = found.project, found.firm
    own = identity(project.consortium)
    return {
        "kind": "statement",
        "template": TEMPLATE,
        "title": pair("单位对账单", "Statement of an organisation"),
        "firm": {"name": firm.names_pair, "code": firm.code},
        "consortium": {"reference": own["reference"], "name": own["name"]},
        "project": {
            "reference": project.reference, "title": pair(project.title_zh, project.title_en),
            "starts_on": iso(project.starts_on), "ends_on": iso(project.ends_on),
        },
        "today": clock.today().isoformat(),
        "profile": _profile(found.profile),
        "heads": [{"head": _head(found.profile, row.head), **_money(row)} for row in found.rows if row.head is not None],
        "together": _money(found.together),
        "paid": yuan(found.paid),
        "advance": yuan(found.advance),
        "due": yuan(found.due),
        "effort": [
            {"number": row.node.number, "title": pair(row.node.title_zh, row.node.title_en), **_months(row)}
            for row in found.effort
        ],
        "effort_together": _months(found.effort_together),
        "claims": [_claim(claim) for claim in queries.of_firm(project, firm.id)],
        "payments": [
            {"paid_on": iso(payment.paid_on), "source": word(payment.source), "reference": payment.reference, "amount": yuan(payment.amount)}
            for payment in queries.paid_to(project, firm.id)
        ],
    } | furniture(project.consortium, reference, version, language, address)  # fmt: skip


def _profile(profile: MoneyProfile) -> dict[str, Any]:
    """Under which heads the money stands, where they come from, and whether that is to be checked with the authority."""
    return {
        "code": profile.code, "name": pair(*profile.names), "source": pair(*profile.source), "mark": profile.mark,
        "check": profile.asks_for_checking,
    }  # fmt: skip


def _head(profile: MoneyProfile, category: CostCategory) -> dict[str, str]:
    """Code and name of a head as the profile calls it; of one that it does not have its word."""
    known = next((head for head in profile.heads if head.category is category), None)
    return {"code": known.code, **pair(*known.names)} if known is not None else {"code": "", **word(category)}


def _money(row: Row) -> dict[str, str]:
    return {name: yuan(getattr(row, name)) for name in ("planned", "spent", "claimed", "accepted")}


def _months(row: Work) -> dict[str, str | None]:
    return {"planned": None if row.planned is None else f"{row.planned:.2f}", "logged": f"{row.logged:.2f}"}


def _claim(claim: Claim) -> dict[str, Any]:
    claimed, accepted = queries.claimed(claim), queries.accepted(claim)
    state = "in part" if accepted is not None and accepted != claimed else claim.state
    said, colour = STATES[state]
    return {
        "number": claim.number, "period": claim.period, "submitted_on": iso(claim.submitted_on), "decided_on": iso(claim.decided_on),
        "claimed": yuan(claimed), "accepted": None if accepted is None else yuan(accepted), "state": {"code": state, **said}, "colour": colour,
    }  # fmt: skip
