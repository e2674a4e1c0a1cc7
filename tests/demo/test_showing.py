"""The demonstration applications of the demonstration: each in another stage, and one confirmed by the user's own account."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from consortium.core.access import Role
from consortium.demo import people
from consortium.demonstrations.models import Confirmation, Demonstration, Matter
from consortium.demonstrations.reckoning import met, running
from consortium.people.models import Seat, User

pytestmark = pytest.mark.slow


def test_there_are_six_in_different_stages(rows: Any) -> None:
    found = list(rows.scalars(select(Demonstration).order_by(Demonstration.id)))
    assert {row.stage for row in found} == {
        "stable_operation",
        "trial",
        "failed",
        "contracted",
        "matched",
        "candidate",
    } and len(found) == 6
    first = next(row for row in found if row.stage == "stable_operation")
    assert (
        met(first.indicators) == (3, 3)
        and running(first).mtbf is not None
        and len(first.subsidies) == 2
        and first.orders
    )
    failed = next(row for row in found if row.stage == "failed")
    assert failed.steps[-1].reason and met(failed.indicators) == (0, 1)


def test_one_is_confirmed_by_the_own_account_of_a_user_that_is_no_member(rows: Any) -> None:
    [seat] = rows.scalars(select(Seat).where(Seat.role == Role.SITE))
    person = rows.get(User, seat.user_id)
    words = list(rows.scalars(select(Confirmation).where(Confirmation.said_by_id == person.id)))
    assert {word.matter for word in words} == {Matter.MATCHING, Matter.ACCEPTANCE}
    assert all(word.organisation_id == seat.organisation_id == person.organisation_id for word in words)
    assert person.email in {email for _, email, _ in people.accounts()}
