"""A milestone is waived by an approved change request only, and its own organisation may propose that."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Event
from consortium.baselines import queries, services
from consortium.baselines.models import ChangeRequest
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused
from consortium.people.models import Seat
from consortium.projects import replanning
from consortium.projects import services as projects
from consortium.projects.models import Milestone
from tests.baselines.furniture import worded
from tests.baselines.test_pages import body, hand_in, version

pytestmark = pytest.mark.slow


def test_a_member_proposes_to_waive_its_own_and_the_coordinator_decides(ours: SimpleNamespace) -> None:
    own = ours.project.milestones[1]
    request: Any = projects.waive(ours.member, own, reason="设备停产")
    assert isinstance(request, ChangeRequest) and own.state == "planned"
    assert (request.reason, request.proposed_for_id) == ("设备停产", ours.firms[1].id)
    assert [(line["field"], line["before"], line["after"]) for line in request.lines] == [("waived", "no", "yes")]
    services.submit(ours.member, worded(ours.member, request, "试"))
    with pytest.raises(Denied):
        services.decide(ours.member, request, outcome="approve", decision="")
    assert own.state == "planned"
    services.decide(ours.coordinator, request, outcome="approve", decision="")
    assert own.state == "waived"
    told = db.session.scalars(select(Event).where(Event.verb == "waived", Event.subject_id == own.id)).one()
    assert told.actor_id == ours.coordinator.id, "who decided did it"
    db.session.commit()


def test_of_its_own_only_and_with_a_reason(ours: SimpleNamespace) -> None:
    first, own = ours.project.milestones[:2]
    with pytest.raises(NotNow, match="another organisation"):
        projects.waive(ours.member, first, reason="不要")
    with pytest.raises(Refused) as refused:
        projects.waive(ours.member, own, reason="")
    assert "reason" in refused.value.fields
    for person in (ours.expert, ours.auditor):
        with pytest.raises(Denied):
            projects.waive(person, first, reason="不要")
    assert {row.state for row in ours.project.milestones} == {"planned"}
    assert queries.draft_of(ours.member, ours.project) is None


def test_nobody_of_the_own_organisation_waives_at_once(ours: SimpleNamespace) -> None:
    """A seat in a role that proposes nothing is not enough, and in a free plan it is a proposal as well."""
    own = next(
        row for row in ours.free.milestones if row.organisation_id == ours.firms[1].id and row.state == "planned"
    )
    assert not replanning.is_frozen(ours.free)
    request: Any = projects.waive(ours.member, own, reason="合并")
    assert request.state == "draft" and own.state == "planned"
    assert "is only a draft" in str(request.said) and "approved" not in str(request.said)
    seats = select(Seat).where(Seat.user_id == ours.expert.id, Seat.consortium_id == ours.project.consortium_id)
    db.session.scalars(seats).one().organisation_id = ours.firms[1].id
    db.session.flush()
    with pytest.raises(Denied):
        projects.waive(ours.expert, own, reason="合并")


def test_from_the_page_of_the_milestone_to_the_decision(
    sign_in: Any, world: Any, milestones: list[int], inside: Callable[[], Any]
) -> None:
    people = world.ours.people
    browser, address = sign_in(people.member), f"/milestones/{milestones[1]}/waive"
    assert f'href="{address}"' in body(browser.get(f"/milestones/{milestones[1]}"))
    other = f"/milestones/{milestones[0]}"
    assert f'href="{other}/waive"' not in body(browser.get(other))
    page = browser.get(f"{other}/waive")
    assert page.status_code == 200 and "another organisation" in body(page) and "<textarea" not in body(page)
    assert browser.post(f"{other}/waive", data={"reason": "不要"}).status_code == 409
    for name, status in (("expert", 403), ("auditor", 403), ("signatory", 403), ("other_member", 409)):
        assert sign_in(getattr(people, name)).post(address, data={"reason": "不要"}).status_code == status, name
    assert sign_in(world.theirs.people.coordinator).post(address, data={"reason": "不要"}).status_code == 404
    assert browser.post(address, data={"reason": ""}).status_code == 422
    answer = browser.post(address, data={"reason": "设备停产"})
    assert answer.status_code == 303
    request = answer.headers["Location"]
    assert hand_in(browser, request).status_code == 303
    decider = sign_in(people.coordinator)
    sent = {"outcome": "approve", "decision": "", "version": version(body(decider.get(request)))}
    assert browser.post(f"{request}/decide", data=sent).status_code == 403
    assert decider.post(f"{request}/decide", data=sent).status_code == 303
    with inside():
        assert db.session.get_one(Milestone, milestones[1]).state == "waived"
