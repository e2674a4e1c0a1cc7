"""Who proposes does not decide alone, and a plan is frozen as of a day on which it stood so."""

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Event
from consortium.baselines import services
from consortium.baselines.models import ChangeKind, ChangeRequest
from consortium.consortia.services import give_seat
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.organisations.models import Organisation
from consortium.outputs import services as outputs
from consortium.outputs.models import Tie
from consortium.people.models import Seat, User
from consortium.plans import queries as plans_queries
from consortium.plans import services as plans
from consortium.projects import replanning
from consortium.projects import services as projects
from consortium.projects.models import Project
from tests import factories
from tests.baselines.furniture import amended, values_of, worded
from tests.baselines.test_pages import body, hand_in, proposed, version

pytestmark = pytest.mark.slow

DAY = datetime.timedelta(days=1)


def second_coordinator(ours: SimpleNamespace) -> Any:
    """Another person who decides at the table."""
    seats = select(Seat).where(Seat.user_id == ours.other_member.id, Seat.consortium_id == ours.project.consortium_id)
    db.session.scalars(seats).one().role = Role.COORDINATOR
    db.session.flush()
    return ours.other_member


def of_another_share(ours: SimpleNamespace, who: Any) -> ChangeRequest:
    """A request that the milestone of one firm becomes that of another, handed in."""
    request = amended(who, ours.project.milestones[0], organisation=ours.firms[1])
    assert request.kind is ChangeKind.SHARE
    return services.submit(who, worded(who, request, "试"))


def approve(who: Any, request: ChangeRequest) -> ChangeRequest:
    return services.decide(who, request, outcome="approve", decision="理事会决议 1 号")


def decided(request: ChangeRequest, verb: str = "approved the change") -> Event:
    return db.session.scalars(select(Event).where(Event.verb == verb, Event.subject_id == request.id)).one()


def test_who_proposed_does_not_approve_where_another_person_can(ours: SimpleNamespace) -> None:
    other = second_coordinator(ours)
    request = of_another_share(ours, ours.coordinator)
    with pytest.raises(NotNow, match=f"Another person has to approve it: {other.name}"):
        approve(ours.coordinator, request)
    assert request.state == "submitted" and ours.project.milestones[0].organisation_id == ours.firms[0].id
    assert approve(other, request).state == "approved"
    assert "proposed_and_decided_by_one" not in decided(request).facts
    assert ours.project.milestones[0].organisation_id == ours.firms[1].id


def test_where_nobody_else_can_it_is_allowed_and_recorded(ours: SimpleNamespace) -> None:
    other = second_coordinator(ours)
    other.active = False
    request = of_another_share(ours, ours.coordinator)
    assert approve(ours.coordinator, request).state == "approved"
    assert decided(request).facts["proposed_and_decided_by_one"] is True


def test_what_the_lead_unit_decides_by_rule_its_coordinator_proposes_and_decides(ours: SimpleNamespace) -> None:
    second_coordinator(ours)
    request = amended(ours.coordinator, ours.project.milestones[0], means="改为现场测试")
    assert request.kind is ChangeKind.ROUTE
    services.submit(ours.coordinator, worded(ours.coordinator, request, "试"))
    assert approve(ours.coordinator, request).state == "approved"


def test_where_the_lead_unit_decides_only_who_stands_for_it_approves(ours: SimpleNamespace) -> None:
    """A coordinator who sits there for another firm approves neither what he proposed himself nor what others did."""
    other = second_coordinator(ours)
    assert ours.project.lead_id == ours.firms[0].id
    for who in (other, ours.coordinator, ours.member):
        own = next(row for row in ours.project.milestones if row.organisation_id == ours.firms[1].id)
        moved = {"due_on": own.due_on + DAY}
        request = (
            amended(who, own, **moved)
            if who is not ours.member
            else services.propose_own(who, own, **values_of(own, **moved))
        )
        assert request.kind is ChangeKind.ROUTE
        services.submit(who, worded(who, request, "试"))
        with pytest.raises(NotNow, match=f"{ours.coordinator.name}"):
            approve(other, request)
        assert approve(ours.coordinator, request).state == "approved"


def test_where_nobody_stands_for_the_lead_unit_another_person_approves(ours: SimpleNamespace) -> None:
    other = second_coordinator(ours)
    ours.project.lead = ours.firms[1]
    db.session.flush()
    request = amended(other, ours.project.milestones[0], means="改为现场测试")
    services.submit(other, worded(other, request, "试"))
    with pytest.raises(NotNow, match=f"Another person has to approve it: {ours.coordinator.name}"):
        approve(other, request)
    assert approve(ours.coordinator, request).state == "approved"


@pytest.mark.parametrize("what", ["weight", "waiver", "removal"])
def test_what_makes_figures_better_by_itself_nobody_approves_alone_where_others_can(
    ours: SimpleNamespace, what: str
) -> None:
    other = second_coordinator(ours)
    who, row = ours.coordinator, ours.project.milestones[0]
    deeds: dict[str, Any] = {
        "weight": lambda: amended(who, row, weight=row.weight - 1), "waiver": lambda: projects.waive(who, row, reason="不做"),
        "removal": lambda: projects.remove_milestone(who, row, reason="不做"),
    }  # fmt: skip
    request = services.submit(who, worded(who, deeds[what](), "试"))
    assert request.kind is ChangeKind.ROUTE
    with pytest.raises(NotNow, match=f"Another person has to approve it: {other.name}"):
        approve(who, request)
    other.active = False
    db.session.flush()
    assert approve(who, request).state == "approved", "a consortium with one coordinator goes on working"
    assert decided(request).facts["proposed_and_decided_by_one"] is True


def test_to_reject_the_own_proposal_needs_nobody_else(ours: SimpleNamespace) -> None:
    second_coordinator(ours)
    request = of_another_share(ours, ours.coordinator)
    assert services.decide(ours.coordinator, request, outcome="reject", decision="撤").state == "rejected"


def test_the_page_names_who_can(sign_in: Any, world: Any, kept: int, milestones: list[int], inside: Any) -> None:
    people = world.ours.people
    with inside():
        who = {one: db.session.get_one(User, getattr(people, one).id) for one in ("coordinator", "other_member")}
        house = db.session.get_one(Organisation, world.ours.other.id)
        give_seat(
            who["coordinator"],
            db.session.get_one(Project, kept).consortium,
            who["other_member"],
            house,
            Role.COORDINATOR,
        )
        firm, name = world.ours.member.id, who["other_member"].name
        db.session.commit()
    browser = sign_in(people.coordinator)
    request = proposed(browser, milestones[0], organisation_id=str(firm))
    assert hand_in(browser, request, kind="share").status_code == 303
    page = body(browser.get(request))
    assert f"Another person has to approve it: {name}" in page and 'value="approve"' not in page
    assert f"At this table it is approved by: {name}." in page
    sent = {"outcome": "approve", "decision": "决议", "version": version(page)}
    assert browser.post(f"{request}/decide", data=sent).status_code == 409
    decider = sign_in(people.other_member)
    sent["version"] = version(body(decider.get(request)))
    assert decider.post(f"{request}/decide", data=sent).status_code == 303
    assert "The person who proposed it decided on it." not in body(decider.get(request))


# Freezing


def planned(project: Any) -> Any:
    """A milestone that still can change."""
    return next(row for row in project.milestones if row.state == "planned")


def refused(ours: SimpleNamespace, project: Any, day: datetime.date) -> str:
    with pytest.raises(Refused) as refusal:
        services.freeze(ours.coordinator, project, name="一", as_of=day)
    return str(refusal.value.fields["as_of"])


def test_a_plan_is_frozen_as_of_no_day_before_its_last_change(ours: SimpleNamespace) -> None:
    changed, today = clock.today() + 10 * DAY, clock.today() + 20 * DAY
    with clock.at(factories.NOW + 10 * DAY):
        amended(ours.coordinator, planned(ours.free), means="改为现场测试")
    with clock.at(factories.NOW + 20 * DAY):
        assert f"The first possible day is {changed}." in refused(ours, ours.free, changed - DAY)
        assert "future" in refused(ours, ours.free, today + DAY)
        row = services.freeze(ours.coordinator, ours.free, name="一", as_of=changed)
        assert row.as_of == changed and "改为现场测试" in {one["means"] for one in row.rows["milestones"]}


def test_what_is_done_beside_the_plan_moves_no_day(ours: SimpleNamespace) -> None:
    with clock.at(factories.NOW + 10 * DAY):
        amended(ours.coordinator, planned(ours.free), means="改为现场测试")
    with clock.at(factories.NOW + 20 * DAY):
        projects.reach_level(ours.coordinator, ours.free, trl_now=ours.free.trl_now, reason="鉴定意见")
        services.freeze(ours.coordinator, ours.free, name="一", as_of=clock.today() - 9 * DAY)


@pytest.mark.parametrize("what", ["node", "work", "money", "link", "tie", "untie", "deliverable", "indicator", "part"])
def test_each_change_of_a_plan_counts(ours: SimpleNamespace, what: str) -> None:
    """Whatever is changed, the day before is not as the plan stands now."""
    project, who, changed = ours.project, ours.coordinator, clock.today() + 10 * DAY
    nodes = plans_queries.nodes(project)
    last, milestone = db.session.scalars(outputs.queries.of_project(who, project)).all()[-1], project.milestones[0]
    tie = db.session.scalars(select(Tie).where(Tie.milestone_id == milestone.id)).first()
    deeds = {
        "node": lambda: plans.add_node(
            who,
            project,
            number="9",
            parent=None,
            title_zh="新",
            title_en="",
            lead=ours.firms[0],
            starts_on=project.starts_on,
            ends_on=project.ends_on,
        ),
        "work": lambda: plans.reassign(who, nodes[0].efforts[0], months=Decimal(9)),
        "money": lambda: plans.deallocate(who, nodes[0].allocations[0], reason="删"),
        "link": lambda: plans.link(who, nodes[0], nodes[1], kind=plans.LinkKind.START_START, lag=0),
        "tie": lambda: outputs.tie(who, milestone, nodes[1]),
        "untie": lambda: outputs.untie(who, tie),
        "deliverable": lambda: outputs.amend_deliverable(
            who,
            last,
            number=last.number,
            node=last.node,
            organisation=last.organisation,
            title_zh="新",
            title_en="",
            kind=last.kind,
            level=last.level,
            due_on=last.due_on,
        ),
        "indicator": lambda: outputs.remove_indicator(who, outputs.queries.indicators(project)[0], reason="删"),
        "part": lambda: projects.change_part(
            who, project.participants[0], task="另一任务", budget=project.participants[0].budget
        ),
    }
    with clock.at(factories.NOW + 10 * DAY), replanning.at_once():
        deeds[what]()
    with clock.at(factories.NOW + 20 * DAY):
        assert f"The first possible day is {changed}." in refused(ours, project, changed - DAY)
        assert services.freeze(who, project, name="二", as_of=changed).as_of == changed


def test_a_later_freezing_follows_an_approved_request_also_while_another_waits(ours: SimpleNamespace) -> None:
    first, second, _ = ours.project.milestones
    waits = services.submit(
        ours.member,
        worded(ours.member, services.propose_own(ours.member, second, **values_of(second, means="抽检")), "等"),
    )
    with pytest.raises(NotNow, match="nothing to freeze"):
        services.freeze(ours.coordinator, ours.project, name="二", as_of=clock.today())
    request = amended(ours.coordinator, first, means="改为现场测试")
    services.submit(ours.coordinator, worded(ours.coordinator, request, "试"))
    approve(ours.coordinator, request)
    assert services.freeze(ours.coordinator, ours.project, name="二", as_of=clock.today()).number == 2
    assert waits.state == "submitted"
