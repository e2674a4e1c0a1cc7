"""A firm that leaves leaves no result behind that nobody can move, and what it owns stays in the tables."""

from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.services import record, timeline
from consortium.consortia import services as consortia
from consortium.consortia.models import Membership
from consortium.consortia.obstacles import obstacles
from consortium.core import clock
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Denied, Refused
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects import services as projects
from consortium.projects.models import Project
from consortium.results import services
from consortium.results.models import Result
from consortium.results.portrait import ProjectResults, ResultPortrait
from tests.results.furniture import a_result, an_outcome
from tests.results.test_services import HALF, owner_of, shared


def part_of(ours: Any, firm: Organisation) -> Any:
    return next(part for part in ours.project.participants if part.organisation_id == firm.id)


def member_of(ours: Any, firm: Organisation) -> Membership:
    query = select(Membership).where(Membership.consortium_id == ours.consortium.id)
    return db.session.scalars(query.where(Membership.organisation_id == firm.id)).one()


def freed(ours: Any) -> None:
    """The other firm answers for no milestone any more."""
    for row in ours.project.milestones:
        if row.organisation_id == ours.other.id:
            row.organisation_id = ours.member.id
            record("test", "amended", row)
    db.session.flush()
    db.session.expire_all()


def in_the_way(ours: Any) -> list[list[str]]:
    found = [obstacles("leave", part_of(ours, ours.other)), obstacles("release", member_of(ours, ours.other))]
    return [[str(one) for one in some] for some in found]


def test_results_stand_in_the_way_of_leaving_until_they_are_given_away(ours: Any) -> None:
    freed(ours)
    halves = {ours.other: HALF, ours.member: HALF}
    led = a_result(ours.other_member, ours.project, ours.other, "R1", shares=halves)
    asked = a_result(ours.member_, ours.project, ours.member, "R2", shares=halves)
    for said in in_the_way(ours):
        assert (
            len(said) == 2
            and "leads results" in said[0]
            and "R1" in said[0]
            and "R2" in said[1]
            and "R2" not in said[0]
        )
    with pytest.raises(Refused):
        consortia.release(ours.coordinator, member_of(ours, ours.other), left_on=clock.today(), reason="退出")
    services.hand_over(ours.coordinator, led, organisation=ours.member, reason="原单位退出")
    services.answer(ours.other_member, owner_of(asked, ours.other), "agree")
    assert in_the_way(ours) == [[], []]
    projects.leave(ours.coordinator, part_of(ours, ours.other), reason="退出")
    consortia.release(ours.coordinator, member_of(ours, ours.other), left_on=clock.today(), reason="退出")
    db.session.commit()


def test_who_plans_gives_a_result_and_an_outcome_to_another_firm(ours: Any) -> None:
    freed(ours)
    result = a_result(ours.other_member, ours.project, ours.other, "R1", shares={ours.other: HALF, ours.member: HALF})
    outcome = an_outcome(ours.other_member, ours.project, ours.other)
    member = member_of(ours, ours.other)
    member.left_on = clock.today()
    record("test", "left", member)
    db.session.flush()
    for thing in (result, outcome):
        for person in (ours.member_, ours.other_member, ours.expert):
            with pytest.raises(Denied):
                services.hand_over(person, thing, organisation=ours.member, reason="退出")
        for firm, reason, field in ((ours.other, "退出", "organisation_id"), (ours.member, " ", "reason")):
            with pytest.raises(Refused) as refused:
                services.hand_over(ours.coordinator, thing, organisation=firm, reason=reason)
            assert field in refused.value.fields
        assert not allowed(ours.member_, Action.REPORT, thing)
        read = (db.session.flush(), thing.version)[1]
        services.hand_over(ours.coordinator, thing, organisation=ours.member, reason="原单位退出")
        db.session.flush()
        assert allowed(ours.member_, Action.REPORT, thing) and not allowed(ours.other_member, Action.REPORT, thing)
        assert thing.version == read + 1 and timeline(thing)[0].verb == "handed over"
        with pytest.raises(Refused) as refused:
            services.hand_over(ours.coordinator, thing, organisation=ours.other, reason="退回")
        assert "active member" in str(refused.value.fields["organisation_id"])
    assert {owner.organisation_id for owner in outcome.owners} == {ours.other.id}, "whose it is stays"
    assert ResultPortrait(ours.member_, result).proposes
    with pytest.raises(Refused) as refused:
        services.propose(ours.member_, result, shares={ours.member: Fraction(1)})
    assert "has left" in str(refused.value.fields[f"share_{ours.other.id}"])
    services.hand_over(ours.coordinator, result, organisation=ours.lead, reason="清算")
    with pytest.raises(Refused):
        services.propose(ours.coordinator, result, shares={ours.lead: HALF, ours.member: HALF})
    services.propose(ours.coordinator, result, shares={ours.member: Fraction(1)})
    assert result.state == "proposed"
    services.answer(ours.member_, owner_of(result, ours.member), "agree")
    assert result.state == "agreed"


def test_what_a_firm_that_left_owns_stays_in_the_table(ours: Any) -> None:
    freed(ours)
    result = shared(ours)
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    projects.leave(ours.coordinator, part_of(ours, ours.other), reason="退出")
    db.session.flush()
    db.session.expire_all()
    shown = ProjectResults(ours.coordinator, ours.project)
    assert {firm.id for firm, _ in shown.holdings} == {ours.lead.id, ours.member.id, ours.other.id}
    assert sum(held.owned for _, held in shown.holdings) == 1
    assert shown.taking_part == {ours.lead.id, ours.member.id}


def test_a_result_is_given_away_on_its_page(sign_in: Any, world: Any, inside: Any) -> None:
    table = world.ours
    with inside():
        rows = {name: db.session.get_one(Organisation, getattr(table, name).id) for name in ("member", "other")}
        person = db.session.get_one(User, table.people.member.id)
        project = db.session.get_one(Project, table.project.id)
        number = a_result(person, project, rows["member"], "R1").id
        db.session.commit()
    boss, member, way = sign_in(table.people.coordinator), sign_in(table.people.member), f"/results/{number}"
    assert f"{way}/hand-over" in boss.get(way).text and f"{way}/hand-over" not in member.get(way).text
    assert member.get(f"{way}/hand-over").status_code == 403
    page = boss.get(f"{way}/hand-over").text
    assert f'value="{table.other.id}"' in page and f'value="{table.member.id}"' not in page
    data = {"organisation_id": str(table.other.id), "reason": "退出", "version": "1"}
    assert boss.post(f"{way}/hand-over", data={**data, "reason": ""}).status_code == 422
    assert boss.post(f"{way}/hand-over", data=data).status_code == 303
    assert boss.post(f"{way}/hand-over", data={**data, "organisation_id": str(table.lead.id)}).status_code == 409
    with inside():
        assert db.session.get_one(Result, number).organisation_id == table.other.id
