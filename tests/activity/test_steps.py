"""A step that asks for a reason is not taken without one, whoever calls it."""

from __future__ import annotations

from typing import Any

import pytest

from consortium.activity.models import Event
from consortium.activity.services import advance
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused
from consortium.people.models import User
from consortium.projects.models import Milestone
from consortium.projects.workflow import MILESTONE


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_step_that_asks_for_a_reason_gets_one(inside: Any, world: Any, reason: str) -> None:
    with inside():
        coordinator = db.session.get_one(User, world.ours.people.coordinator.id)
        row = db.session.get_one(Milestone, world.ours.milestone.id)
        before = row.state
        with pytest.raises(Refused) as refusal:
            advance(coordinator, MILESTONE, row, "waive", reason)
        assert list(refusal.value.fields) == ["reason"] and row.state == before
        advance(coordinator, MILESTONE, row, "waive", "not needed any more")
        told = db.session.query(Event).filter_by(verb="waived", subject_id=row.id).one()
        assert told.facts.items() >= {"from": before, "to": "waived", "reason": "not needed any more"}.items()
        db.session.rollback()


def test_right_and_state_are_asked_before_the_reason(inside: Any, world: Any) -> None:
    with inside():
        row = db.session.get_one(Milestone, world.ours.milestone.id)
        with pytest.raises(Denied):
            advance(db.session.get_one(User, world.ours.people.auditor.id), MILESTONE, row, "waive")
        row.state = "accepted"
        with pytest.raises(NotNow):
            advance(db.session.get_one(User, world.ours.people.coordinator.id), MILESTONE, row, "waive")
        db.session.rollback()


def test_a_consortium_is_not_suspended_without_a_reason(sign_in: Any, world: Any) -> None:
    address = f"/consortia/{world.ours.consortium.id}/steps/suspend"
    answer = sign_in(world.ours.people.coordinator).post(address, data={"reason": " "})
    assert answer.status_code == 422
    assert 'href="#reason' in answer.text and "Please give the reason" in answer.text
