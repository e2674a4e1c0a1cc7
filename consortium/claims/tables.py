"""The lists of claims, of a claim's lines, of payments and of a member's statement: the columns of page, CSV and sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from consortium.claims.models import Claim, Payment
from consortium.claims.queries import accepted, claimed
from consortium.claims.workflow import CLAIM
from consortium.core.terms import label
from consortium.core.words import _l
from consortium.documents.tables import Column, Table
from consortium.projects.tables import titled


def state(claim: Claim) -> tuple[object, str]:
    """Word and tone of a claim; one that was not accepted whole says so."""
    if claim.state == "accepted" and accepted(claim) != claimed(claim):
        return _l("Accepted in part"), "warn"
    return CLAIM.word(claim.state), CLAIM.tone(claim.state)


CLAIMS = Table(
    "claims",
    _l("Claims"),
    (
        Column("title", _l("Claim"), lambda c: f"#{c.number} {c.period}", "link", Claim.starts_on, lambda c: f"/claims/{c.id}", note=lambda c: titled(c.organisation)),
        Column("project", _l("Project"), lambda c: titled(c.project), "link", href=lambda c: f"/projects/{c.project_id}/claims", wide=True),
        Column("organisation", _l("Organisation"), lambda c: titled(c.organisation), wide=True),
        Column("lines", _l("Vouchers"), lambda c: len(c.lines), "count", wide=True),
        Column("claimed", _l("Claimed (yuan)"), claimed, "money"),
        Column("accepted", _l("Accepted (yuan)"), accepted, "money", wide=True),
        Column("submitted_on", _l("Handed in on"), lambda c: c.submitted_on, "day", Claim.submitted_on, wide=True),
        Column("state", _l("State"), lambda c: state(c)[0], "status", Claim.state, tone=lambda c: state(c)[1]),
    ),
)  # fmt: skip

#: The same on the page of one project.
OF_PROJECT = Table(
    "claims", _l("Claims of this project"), [column for column in CLAIMS.columns if column.name != "project"]
)

#: One row for each line of a claim, for files.
LINES = Table(
    "claim",
    _l("Lines of this claim"),
    (
        Column("voucher_on", _l("Date of the voucher"), lambda row: row.voucher.voucher_on, "day"),
        Column("number", _l("Number"), lambda row: row.voucher.number),
        Column("payee", _l("Paid to"), lambda row: row.voucher.payee),
        Column("category", _l("Head"), lambda row: label(row.voucher.category)),
        Column("source", _l("Source"), lambda row: label(row.voucher.source)),
        Column("node", _l("Node"), lambda row: row.voucher.node.number if row.voucher.node else ""),
        Column("amount", _l("Claimed (yuan)"), lambda row: row.amount, "money"),
        Column("accepted", _l("Accepted (yuan)"), lambda row: row.accepted, "money"),
        Column("reason", _l("Why less was accepted"), lambda row: row.reason),
        Column("question", _l("Question"), lambda row: row.question),
        Column("answer", _l("Answer"), lambda row: row.answer),
    ),
)

PAYMENTS = Table(
    "payments",
    _l("Payments of this project"),
    (
        Column("paid_on", _l("Day"), lambda p: p.paid_on, "day", Payment.paid_on),
        Column("kind", _l("What"), lambda p: label(p.kind), sort=Payment.kind, note=lambda p: titled(p.organisation)),
        Column("organisation", _l("Organisation"), lambda p: titled(p.organisation), wide=True),
        Column("source", _l("Source"), lambda p: label(p.source), sort=Payment.source, wide=True),
        Column("amount", _l("Amount (yuan)"), lambda p: p.amount, "money", Payment.amount),
        Column("reference", _l("Reference of the bank"), lambda p: p.reference, wide=True),
        Column("note", _l("Note"), lambda p: p.note, wide=True),
    ),
)


def statement(called: Any) -> Table:
    """The statement of a member by head; `called` names a head as the project's profile does."""
    plain = (
        Column("head", _l("Head"), lambda row: called(row.head) if row.head is not None else _l("Together")),
        Column("planned", _l("Budget (yuan)"), lambda row: row.planned, "money"),
        Column("spent", _l("Spent (yuan)"), lambda row: row.spent, "money"),
        Column("claimed", _l("Claimed (yuan)"), lambda row: row.claimed, "money"),
        Column("accepted", _l("Accepted (yuan)"), lambda row: row.accepted, "money"),
    )
    return Table(
        "statement",
        _l("Statement of the organisation by head"),
        [replace(column, wide=column.name == "claimed") for column in plain],
    )


#: The work of a member by node.
EFFORT = Table(
    "effort",
    _l("Person-months by node: planned and worked"),
    (
        Column("node", _l("Node"), lambda row: f"{row.node.number} {titled(row.node)}" if row.node is not None else _l("Together")),
        Column("planned", _l("By plan"), lambda row: row.planned, "money"),
        Column("logged", _l("Logged"), lambda row: row.logged, "money"),
    ),
)  # fmt: skip
