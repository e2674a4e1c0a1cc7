"""Firms that left a project or are about to: the money that they were paid stays in all sums, and no claim of theirs is left behind."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.services import record
from consortium.claims import services
from consortium.claims.forms import PaymentForm
from consortium.claims.models import PaymentKind
from consortium.claims.portrait import ClaimsPortrait
from consortium.consortia import services as consortia
from consortium.consortia.models import Membership
from consortium.consortia.obstacles import obstacles
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.plans.models import MoneySource
from consortium.projects.models import Participant
from tests.claims.conftest import OCTOBER
from tests.claims.furniture import a_claim
from tests.logbook.furniture import a_log

pytestmark = pytest.mark.slow
D = Decimal


def taken_out(rows: Any) -> None:
    """The member takes no part in the project any more."""
    query = select(Participant).where(
        Participant.project_id == rows.project.id, Participant.organisation_id == rows.member.id
    )
    part = db.session.scalars(query).one()
    db.session.delete(part)
    record(rows.people.coordinator, "took out of the project", part, rows.project)


def pay(rows: Any, amount: str) -> Any:
    return services.note_payment(
        rows.people.coordinator, rows.project, kind=PaymentKind.PAID_OUT, organisation=rows.member, paid_on=datetime.date(2026, 11, 1),
        amount=D(amount), source=MoneySource.CENTRAL, reference="回单",
    )  # fmt: skip


def test_an_advance_to_a_firm_that_left_stays_an_advance(rows: Any) -> None:
    pay(rows, "300000.00")
    taken_out(rows)
    found = ClaimsPortrait(rows.people.coordinator, rows.project)
    assert (found.advance, found.total("paid")) == (D("300000.00"), D("300000.00"))
    assert rows.member.id in {firm.id for firm in found.firms}  # and so it has a statement
    pay(rows, "1.00")


def test_the_form_of_payments_offers_the_firms_that_the_service_takes(rows: Any) -> None:
    a_log(rows.people.member, rows.project, rows.member, OCTOBER)
    taken_out(rows)
    found = ClaimsPortrait(rows.people.coordinator, rows.project)
    assert rows.member.id in {number for number, _ in PaymentForm(found.firms)["organisation_id"].choices}
    pay(rows, "1.00")


@pytest.mark.parametrize("state", ["submitted", "queried"])
def test_a_firm_with_claims_in_hand_is_not_let_go(rows: Any, state: str) -> None:
    member, coordinator = rows.people.member, rows.people.coordinator
    claim = a_claim(member, rows.project, rows.member, OCTOBER)
    query = select(Membership).where(
        Membership.consortium_id == rows.project.consortium_id, Membership.organisation_id == rows.member.id
    )
    membership = db.session.scalars(query).one()
    part = Participant(consortium_id=claim.consortium_id, organisation_id=rows.member.id, project_id=rows.project.id)

    def named() -> list[bool]:
        return [
            any("#1" in str(found) for found in obstacles(*asked))
            for asked in (("release", membership), ("leave", part))
        ]

    assert named() == [False, False]
    services.submit(member, claim, note="请款")
    if state == "queried":
        services.query(coordinator, claim, reason="问")
    assert named() == [True, True]
    with pytest.raises(Refused):
        consortia.release(coordinator, membership, left_on=datetime.date(2026, 11, 1), reason="退出")
    services.reject(coordinator, claim, reason="否")
    assert named() == [False, False]
