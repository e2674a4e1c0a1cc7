"""The rows of `make bench` about claims: one of 500 lines in the large plan, to be read and to be decided on, and its vouchers."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from typing import Any

from consortium.claims.models import Claim, ClaimedIndirect, ClaimLine, ClaimWord
from consortium.core import clock
from consortium.logbook.models import Voucher, VoucherFile
from consortium.plans.models import CostCategory, MoneySource

LINES = 500
Rows = dict[type, list[dict[str, Any]]]


def cases(project: int) -> tuple[tuple[str, str, str], ...]:
    """The pages of the claim and of its vouchers."""
    return (
        ("claim with 500 lines, to be decided on", "coordinator", "/claims/1"),
        ("claim with 500 lines, read by an officer", "officer", "/claims/1"),
        ("claim with 500 lines as CSV", "coordinator", "/claims/1?as=csv"),
        ("vouchers of a project, 500", "coordinator", f"/projects/{project}/vouchers"),
        ("claims of a project with its sums", "coordinator", f"/projects/{project}/claims"),
    )


def rows(project: int, logs: list[dict[str, Any]]) -> Rows:
    """A submitted claim of a firm on the vouchers of its first month; `logs` are the rows of its logs."""
    log = logs[0]
    whose = {"consortium_id": log["consortium_id"], "organisation_id": log["organisation_id"]}
    digests = [hashlib.sha256(f"measured {number}".encode()).hexdigest() for number in range(1, LINES + 1)]
    numbered = list(enumerate(digests, start=1))
    month: datetime.date = log["month"]
    return {
        Voucher: [
            {**whose, "id": number, "version": 1, "log_id": log["id"], "project_id": project, "voucher_on": month.replace(day=1 + number % 28),
             "number": f"FP-{number:05d}", "payee": "测量供应商", "category": CostCategory.OPERATING, "source": MoneySource.OWN, "amount": Decimal("1234.56"),
             "note": "", "mark": digest, "known_because": ""}
            for number, digest in numbered
        ],
        VoucherFile: [
            {**whose, "voucher_id": number, "project_id": project, "name": f"FP-{number:05d}.pdf", "kind": "pdf", "size": 1000, "sha256": digest, "key": digest}
            for number, digest in numbered
        ],
        Claim: [{**whose, "id": 1, "version": 1, "project_id": project, "number": 1, "starts_on": month, "ends_on": month, "state": "submitted", "submitted_on": month}],
        ClaimLine: [
            {**whose, "claim_id": 1, "voucher_id": number, "live": True, "amount": Decimal("1234.56"), "verdict": "", "reason": "", "question": "", "answer": ""}
            for number, _ in numbered
        ],
        ClaimedIndirect: [{**whose, "claim_id": 1, "source": MoneySource.OWN, "amount": Decimal("1000.00")}],
        ClaimWord: [{**whose, "version": 1, "claim_id": 1, "note": "请款", "reported_by_id": 2, "reported_at": clock.now(), "outcome": "", "reason": ""}],
    }  # fmt: skip
