"""What a demonstration asks for on its way, who may say what, and what is never written."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.activity.models import Event, Notification
from consortium.activity.services import record, timeline
from consortium.consortia import services as consortia
from consortium.core.access import Action, Role, allowed
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused
from consortium.demonstrations import facts, operating, queries, services, supporting
from consortium.demonstrations.models import Confirmation, Purpose, SubsidyStep
from consortium.demonstrations.workflow import DEMONSTRATION
from consortium.desk import queries as desk
from consortium.discussions.queries import speakers
from consortium.organisations.models import Organisation
from tests import factories
from tests.demonstrations.furniture import (
    DAYS,
    a_demonstration,
    a_file,
    a_site_user,
    fulfilled,
    on_trial,
    placed,
    promised,
    signed,
)


def test_it_goes_all_the_way(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    fulfilled(ours.coordinator, row)
    services.confirm(ours.site, row, decision="agree", words="验收通过", files=[a_file("报告.txt", "使用报告")])
    services.move(ours.coordinator, row, "accept")
    operating.run(
        ours.coordinator,
        row,
        starts_on=datetime.date(2026, 5, 1),
        ends_on=datetime.date(2026, 5, 31),
        hours=Decimal(700),
    )
    services.move(ours.coordinator, row, "stabilise")
    supporting.order(
        ours.coordinator, row, customer="乙厂", on_day=datetime.date(2026, 9, 1), amount=None, replicates=True
    )
    services.move(ours.coordinator, row, "replicate")
    services.conclude(ours.coordinator, row, lessons="", promotion="列入目录", promoted_on=datetime.date(2026, 11, 1))
    services.move(ours.coordinator, row, "promote")
    assert row.stage == "promoted"
    assert [step.stage for step in row.steps] == [*list(DEMONSTRATION.states)[:10]]
    assert {file.purpose for file in row.files} == {Purpose.CERTIFICATE, Purpose.USER_REPORT, Purpose.MEASUREMENT}
    db.session.flush()


def test_each_step_names_what_it_lacks(ours: Any, row: Any) -> None:
    boss, site, lacks = ours.coordinator, ours.site, []

    def tried(step: str) -> None:
        with pytest.raises(NotNow) as found:
            services.move(boss, row, step)
        lacks.append(str(found.value.message))

    tried("match")
    services.place(boss, row, user_organisation=ours.works, site_name="", site_region="", site_address="", replaces="")
    tried("match")
    placed(boss, row, ours.works)
    tried("match")
    services.confirm(site, row, decision="object", words="还没有谈妥")
    tried("match")
    services.confirm(site, row, decision="agree", words="同意")
    services.move(boss, row, "match")
    tried("contract")
    signed(boss, row)
    for step in ("contract", "deliver", "install"):
        services.move(boss, row, step)
    tried("try_out")  # readiness level 4
    row.project.trl_now = 6
    tried("try_out")
    indicator = promised(boss, row)
    services.move(boss, row, "try_out")
    tried("accept")
    operating.measure(boss, indicator, value="96", unit="%", on_day=DAYS["trial_on"], files=[a_file()])
    tried("accept")
    services.add_files(boss, row, purpose=Purpose.CERTIFICATE, files=[a_file("证书.txt")])
    tried("accept")
    services.add_files(boss, row, purpose=Purpose.USER_REPORT, files=[a_file("报告.txt")])
    tried("accept")
    services.confirm(site, row, decision="agree", words="通过")
    services.move(boss, row, "accept")
    tried("stabilise")
    assert [piece in words for piece, words in zip(
        ("Name the user", "Name the site", "not confirmed", "not confirmed", "number of the contract", "level 6", "indicators", "measured yet", "certificate",
         "user's report", "not confirmed", "operating hours"), lacks, strict=True)] == [True] * 12  # fmt: skip


def test_the_confirmation_is_of_what_is_there(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    fulfilled(ours.coordinator, row)
    services.confirm(ours.site, row, decision="agree", words="通过", files=[a_file("报告.txt", "使用报告")])
    services.filed(ours.coordinator, row, Purpose.CERTIFICATE, [a_file("新证书.txt", "改过的证书")])
    with pytest.raises(NotNow, match="present record"):
        services.move(ours.coordinator, row, "accept")


def test_only_people_of_the_user_confirm(ours: Any, row: Any) -> None:
    placed(ours.coordinator, row, ours.works)
    for actor in (ours.coordinator, ours.member_, ours.other_member, ours.expert):
        with pytest.raises(NotNow, match=r"user organisation|maker"):
            services.confirm(actor, row, decision="agree", words="同意")
    # A colleague of the maker with a seat for the user is still of the maker.
    mole = factories.user("两边的人", ours.member)
    db.session.flush()
    factories.seat(mole, ours.consortium, ours.works, Role.SITE)
    db.session.expire(mole, ["seats"])
    with pytest.raises(NotNow, match="maker"):
        services.confirm(mole, row, decision="agree", words="同意")
    # Somebody else's people are not the user's own, whatever seat they were given.
    friend = factories.user("别家的人", ours.lead)
    db.session.flush()
    factories.seat(friend, ours.consortium, ours.works, Role.SITE)
    db.session.expire(friend, ["seats"])
    with pytest.raises(NotNow, match="people of the user"):
        services.confirm(friend, row, decision="agree", words="同意")
    assert db.session.scalar(select(func.count()).select_from(Confirmation)) == 0


def test_a_member_that_is_the_user_confirms_with_its_own_seat(ours: Any, row: Any) -> None:
    placed(ours.coordinator, row, ours.other)
    assert allowed(ours.other_member, Action.CONFIRM, row) and allowed(ours.other_member, Action.INSPECT, row)
    services.confirm(ours.other_member, row, decision="agree", words="同意对接")
    word = row.confirmations[-1]
    assert (word.organisation_id, word.said_by_id, word.agrees) == (ours.other.id, ours.other_member.id, True)


def test_the_user_of_one_sees_that_one_alone(ours: Any, row: Any) -> None:
    other = queries.of(ours.site)
    placed(ours.coordinator, row, ours.lead)
    assert list(db.session.scalars(other)) == [] and not allowed(ours.site, Action.VISIT, row)
    placed(ours.coordinator, row, ours.works)
    assert list(db.session.scalars(queries.of(ours.site))) == [row]
    assert allowed(ours.site, Action.VISIT, row) and allowed(ours.site, Action.INSPECT, row)
    for action in Action:
        if action not in (Action.VISIT, Action.INSPECT, Action.CONFIRM, Action.ANYONE, Action.SIGNED_IN):
            assert not allowed(ours.site, action, row), action
    assert not allowed(ours.site, Action.VIEW, ours.project) and not allowed(ours.site, Action.VIEW, ours.consortium)


def test_members_beside_it_see_no_price(ours: Any, row: Any) -> None:
    placed(ours.coordinator, row, ours.works)
    assert allowed(ours.other_member, Action.VISIT, row) and not allowed(ours.other_member, Action.INSPECT, row)
    assert allowed(ours.member_, Action.INSPECT, row) and allowed(ours.auditor, Action.INSPECT, row)
    assert not allowed(ours.expert, Action.INSPECT, row)
    with pytest.raises(Denied):
        services.move(ours.other_member, row, "match")


def test_no_event_tells_an_amount(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    supporting.insure(ours.coordinator, row, insurer="某保险", policy="P", insured_sum=Decimal(4000000), insured_rate=Decimal("0.0277"), premium=Decimal(110800),
                      insured_from=DAYS["trial_on"], insured_to=datetime.date(2027, 3, 31))  # fmt: skip
    supporting.subsidise(
        ours.coordinator,
        row,
        maker=ours.member,
        step=SubsidyStep.QUALIFICATION,
        on_day=datetime.date(2026, 5, 1),
        amount=None,
    )
    supporting.subsidise(
        ours.coordinator,
        row,
        maker=ours.member,
        step=SubsidyStep.MONEY,
        on_day=datetime.date(2026, 6, 1),
        amount=Decimal("88640.00"),
    )
    supporting.order(
        ours.coordinator,
        row,
        customer="秘密客户",
        on_day=datetime.date(2026, 9, 1),
        amount=Decimal("7654321.09"),
        replicates=True,
    )
    db.session.flush()
    told = "".join(str(event.facts) for event in db.session.scalars(select(Event)))
    for word in ("4321987", "4000000", "110800", "0.0277", "88640", "7654321", "秘密客户"):
        assert word not in told, word


def test_a_failed_trial_says_why_and_can_begin_again(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    with pytest.raises(Refused) as found:
        services.move(ours.coordinator, row, "fail")
    assert set(found.value.fields) == {"reason"}
    services.move(ours.coordinator, row, "fail", reason="效率未达标")
    assert row.stage == "failed" and row.steps[-1].reason == "效率未达标"
    services.move(ours.coordinator, row, "try_again", reason="更换部件", trial_on=datetime.date(2026, 11, 2))
    assert row.stage == "trial"


def test_the_section_tells_what_was_on_the_day_and_no_price(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    operating.run(
        ours.coordinator,
        row,
        starts_on=datetime.date(2026, 5, 1),
        ends_on=datetime.date(2026, 5, 31),
        hours=Decimal(700),
    )
    operating.fail(ours.coordinator, row, happened_on=datetime.date(2026, 5, 9), what="停机", downtime=Decimal("2.5"))
    today = row.steps[-1].since
    found = facts.section(ours.consortium, today, today)
    only = found["rows"][0]
    assert (
        found["count"],
        found["new"],
        only["stage"]["code"],
        only["hours"],
        only["mtbf"],
        only["met"],
        only["indicators"],
    ) == (1, 1, "trial", "700.00", "700.0", None, 1)
    assert "4321987" not in str(found)
    assert facts.section(ours.consortium, datetime.date(2026, 1, 1), today - datetime.timedelta(days=1))["rows"] == []
    ours.project.stage = "stopped"
    assert facts.section(ours.consortium, today, today)["count"] == 0


def test_what_waits_for_the_user(ours: Any, row: Any) -> None:
    assert queries.waiting(ours.site) == []
    placed(ours.coordinator, row, ours.works)
    assert [item.href for item in queries.waiting(ours.site)] == [f"/demonstrations/{row.id}"]
    on_trial(ours.coordinator, ours.site, row, ours.works)
    assert queries.waiting(ours.site) == []  # no certificate yet
    fulfilled(ours.coordinator, row)
    assert len(queries.waiting(ours.site)) == 1 and queries.waiting(ours.coordinator) == []
    stranger, _ = a_site_user(ours.consortium, "另一个用户", factories.organisation("另一用户厂"))
    assert queries.waiting(stranger) == []


def test_the_table_does_not_talk_to_who_sits_there_for_a_site_alone(ours: Any, row: Any) -> None:
    placed(ours.coordinator, row, ours.works)
    assert ours.site.id not in {speaker.user.id for speaker in speakers(ours.consortium.id)}
    assert desk.seated(ours.site) == [] and desk.feed(ours.site) == [] and len(desk.seated(ours.member_)) == 1
    record(ours.coordinator, "noted", ours.milestone, row)
    assert next(event.verb for event in timeline(row, reader=ours.member_)) == "noted"
    assert "noted" not in [event.verb for event in timeline(row, reader=ours.site)]
    told = db.session.scalar(select(func.count()).select_from(Notification).where(Notification.user_id == ours.site.id))
    consortia.advance(ours.coordinator, ours.consortium, "suspend", reason="暂停")
    assert told == db.session.scalar(
        select(func.count()).select_from(Notification).where(Notification.user_id == ours.site.id)
    )
    with pytest.raises(NotNow, match="suspended"):
        services.confirm(ours.site, row, decision="agree", words="同意")


def test_a_member_enters_its_own_product_only(ours: Any) -> None:
    assert queries.makers(ours.member_, ours.project) == [ours.member]
    assert len(queries.makers(ours.coordinator, ours.project)) == 3
    values = {"title_zh": "产品", "title_en": "", "kind": "other", "level": "none", "trl_start": 5}
    with pytest.raises(Denied):
        services.begin(ours.member_, ours.project, organisation=ours.other, **values)
    outside = db.session.get_one(Organisation, ours.works.id)
    with pytest.raises(Refused):
        services.begin(ours.coordinator, ours.project, organisation=outside, **values)


def test_nothing_is_begun_where_work_rests(ours: Any) -> None:
    ours.project.stage = "stopped"
    record("test", "amended", ours.project)
    with pytest.raises(NotNow, match="stopped"):
        a_demonstration(ours.coordinator, ours.project, ours.member)
    ours.project.stage, ours.consortium.stage = "running", "suspended"
    record("test", "amended", ours.project, ours.consortium)
    with pytest.raises(NotNow, match="suspended"):
        a_demonstration(ours.coordinator, ours.project, ours.member)
