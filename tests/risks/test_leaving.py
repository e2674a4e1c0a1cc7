"""Open actions go to others or are withdrawn, a member leaves no open risk behind, and a risk is closed once."""

import datetime
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Notification
from consortium.activity.services import record, timeline
from consortium.consortia.models import Membership
from consortium.consortia.obstacles import obstacles
from consortium.core.access import allowed
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused
from consortium.risks import facts, queries, services
from consortium.risks.models import ActionItem
from consortium.risks.workflow import ACTION
from tests.risks.furniture import a_risk, an_action, stand
from tests.risks.test_kept import amended
from tests.risks.test_services import at

D = datetime.date
NOVEMBER, DECEMBER = (D(2026, 11, 1), D(2026, 11, 30)), (D(2026, 12, 1), D(2026, 12, 31))


def heard(person: Any) -> list[str]:
    query = select(Notification).where(Notification.user_id == person.id).order_by(Notification.id)
    return [row.message for row in db.session.scalars(query)]


def in_the_way(ours: Any) -> list[list[str]]:
    part = next(part for part in ours.project.participants if part.organisation_id == ours.other.id)
    query = select(Membership).where(Membership.consortium_id == ours.consortium.id)
    member = db.session.scalars(query.where(Membership.organisation_id == ours.other.id)).one()
    found = [[str(one) for one in obstacles(*asked)] for asked in (("leave", part), ("release", member))]
    return [[one for one in some if "risks" in one or "Actions" in one] for some in found]


def test_open_risks_and_actions_stand_in_the_way_of_leaving(ours: Any) -> None:
    risk = a_risk(ours.other_member, ours.project, ours.other, kept=True, title_zh="秘密风险")
    about = a_risk(ours.member_, ours.project, ours.member)
    item = an_action(ours.member_, about, ours.other)
    for said in in_the_way(ours):
        assert len(said) == 2 and risk.mark in said[0] and about.mark in said[1] and "秘密" not in "".join(said)
    amended(ours.coordinator, risk, ours.member, kept=True)
    services.give_action(ours.coordinator, item, organisation=ours.member, reason="退出")
    assert in_the_way(ours) == [[], []]
    second = a_risk(ours.other_member, ours.project, ours.other)
    third = an_action(ours.member_, about, ours.other)
    stand(ours.other_member, second, 1, 1, "close")
    services.move_action(ours.member_, third, "withdraw", reason="误发")
    assert in_the_way(ours) == [[], []]


def test_who_plans_lets_another_firm_do_an_open_action(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    item = an_action(ours.member_, risk, ours.other, person=ours.other_member)
    for person in (ours.member_, ours.other_member, ours.expert):
        with pytest.raises(Denied):
            services.give_action(person, item, organisation=ours.member, reason="退出")
    for firm, person, reason, field in (
        (ours.member, ours.other_member, "退出", "person_id"), (ours.member, None, " ", "reason"), (ours.other, ours.other_member, "退出", "organisation_id"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            services.give_action(ours.coordinator, item, organisation=firm, person=person, reason=reason)
        assert field in refused.value.fields
    read = item.version
    services.give_action(ours.coordinator, item, organisation=ours.member, person=ours.member_, reason="原单位退出")
    assert (item.organisation_id, item.person, item.version) == (ours.member.id, ours.member_, read + 1)
    assert all(any("to do now" in said for said in heard(person)) for person in (ours.member_, ours.other_member))
    services.move_action(ours.member_, item, "finish", reason="完成")
    with pytest.raises(NotNow):
        services.give_action(ours.coordinator, item, organisation=ours.lead, reason="退出")
    db.session.commit()


def test_an_action_about_a_kept_risk_stays_with_its_firm_and_no_member_that_left_gets_one(ours: Any) -> None:
    kept = a_risk(ours.member_, ours.project, ours.member, kept=True)
    with pytest.raises(Refused) as refused:
        services.give_action(ours.coordinator, an_action(ours.member_, kept, ours.member), organisation=ours.other, reason="x")  # fmt: skip
    assert "kept" in str(refused.value.fields["organisation_id"])
    member = db.session.scalars(select(Membership).where(Membership.organisation_id == ours.other.id)).first()
    member.left_on = D(2026, 11, 1)
    record("test", "left", member)
    item = an_action(ours.member_, a_risk(ours.member_, ours.project, ours.member), ours.member)
    with pytest.raises(Refused) as refused:
        services.give_action(ours.coordinator, item, organisation=ours.other, reason="x")
    assert "active member" in str(refused.value.fields["organisation_id"])


def test_an_action_is_withdrawn_by_who_asked_or_who_plans_with_a_reason(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    first, second = (an_action(ours.member_, risk, ours.other) for _ in range(2))
    with pytest.raises(Refused) as refused:
        services.move_action(ours.member_, first, "withdraw", reason=" ")
    assert "reason" in refused.value.fields
    for person, error in ((ours.other_member, NotNow), (ours.expert, Denied), (ours.auditor, Denied)):
        with pytest.raises(error):
            services.move_action(person, first, "withdraw", reason="误发")
    services.move_action(ours.member_, first, "withdraw", reason="误发")
    services.move_action(ours.coordinator, second, "withdraw", reason="重复")
    assert (first.state, first.report, first.done_by_id) == ("withdrawn", "误发", None)
    assert timeline(first)[0].verb == "withdrew what was asked for" and any("withdrawn" in said for said in heard(ours.other_member))  # fmt: skip
    for person in (ours.member_, ours.other_member, ours.coordinator):
        assert not any(allowed(person, step.action, first) for step in ACTION.following(first))
        assert not [row for row in queries.waiting(person, DECEMBER[1]) if row.href.startswith("/actions/")]
    with at(DECEMBER[1]):
        counts = facts.section(ours.consortium, *DECEMBER)["counts"]
    assert (counts["actions"], counts["actions_overdue"]) == (0, 0)
    db.session.commit()


def test_a_risk_is_closed_once_and_nothing_is_noted_of_it_until_it_is_opened(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    stand(ours.member_, risk, 1, 1, "close")
    with at(D(2026, 12, 20)):
        with pytest.raises(Refused) as refused:
            stand(ours.member_, risk, 1, 1, None, "仍为关闭")
        assert list(refused.value.fields) == ["step"] and len(queries.states(risk)) == 1 + 1
        # As it could be noted once.
        db.session.add(services._state(ours.member_, risk, D(2026, 12, 1), "仍为关闭"))
        record("test", "noted how the risk stands", risk, queries.last_state(risk))
        assert [facts.section(ours.consortium, *period)["counts"]["settled"] for period in (NOVEMBER, DECEMBER)] == [1, 0]  # fmt: skip
        stand(ours.member_, risk, 1, 1, "reopen")
        stand(ours.member_, risk, 1, 1, "close")
        assert facts.section(ours.consortium, *DECEMBER)["counts"]["settled"] == 1


def test_an_action_is_withdrawn_and_given_on_its_page(sign_in: Any, world: Any, inside: Any) -> None:
    from tests.outputs.conftest import Loaded

    with inside():
        table = Loaded(world.ours)
        risk = a_risk(table.member_, table.project, table.member)
        first, second = (an_action(table.member_, risk, table.other).id for _ in range(2))
        db.session.commit()
    people = world.ours.people
    member, other, boss = (sign_in(person) for person in (people.member, people.other_member, people.coordinator))
    assert f"/actions/{first}/withdraw" in member.get(f"/actions/{first}").text
    assert f"/actions/{first}/withdraw" not in other.get(f"/actions/{first}").text
    assert other.post(f"/actions/{first}/withdraw", data={"reason": "误发"}).status_code == 409
    assert member.post(f"/actions/{first}/withdraw", data={"reason": ""}).status_code == 422
    assert member.post(f"/actions/{first}/withdraw", data={"reason": "误发"}).status_code == 303
    page = member.get(f"/actions/{first}").text
    assert "误发" in page and "Withdrawn" in page and f"/actions/{first}/withdraw" not in page
    assert member.get(f"/actions/{second}/give").status_code == 403 and f"/actions/{second}/give" not in member.get(f"/actions/{second}").text  # fmt: skip
    assert f"/actions/{second}/give" in boss.get(f"/actions/{second}").text and boss.get(f"/actions/{second}/give").status_code == 200  # fmt: skip
    data = {"organisation_id": str(world.ours.lead.id), "person_id": "", "reason": "退出", "version": "1"}
    assert boss.post(f"/actions/{second}/give", data={**data, "reason": ""}).status_code == 422
    assert boss.post(f"/actions/{second}/give", data=data).status_code == 303
    assert boss.post(f"/actions/{second}/give", data=data).status_code == 409
    with inside():
        assert db.session.get_one(ActionItem, second).organisation_id == world.ours.lead.id
