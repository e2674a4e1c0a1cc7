"""What a plan allows and refuses, and what it keeps whatever is done to it."""

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Event, Notification
from consortium.activity.services import hushed
from consortium.consortia.obstacles import obstacles
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.organisations.models import Organisation
from consortium.plans import queries, services, tree
from consortium.plans.models import CostCategory, LinkKind, Profile
from consortium.plans.portrait import NodePortrait, PlanPortrait
from consortium.projects import services as projects
from tests import factories

DAY = datetime.timedelta(days=1)


def sentence(refused: Any, field: str) -> str:
    return str(refused.value.fields[field])


def numbers(desk: Any) -> list[str]:
    return [node.number for node in queries.nodes(desk.project)]


def test_numbers_follow_each_other_as_people_count(desk: Any) -> None:
    ten, two, one = desk.add("10"), desk.add("2"), desk.add("1")
    desk.add("1.10", one), desk.add("1.9", one), desk.add("2.1", two)
    assert numbers(desk) == ["1", "1.9", "1.10", "2", "2.1", "10"]
    assert sorted(["T1.10", "T1.2", "WP2", "WP10", "2", "10"], key=tree.natural) == [
        "2",
        "10",
        "T1.2",
        "T1.10",
        "WP2",
        "WP10",
    ]
    assert queries.node(desk.project, " 10 ") is ten and queries.node(desk.project, "3") is None


@pytest.mark.parametrize(
    ("siblings", "parent", "wanted"),
    [
        ([], None, "1"), (["1"], None, "2"), (["1", "10", "9"], None, "11"), ([], "1", "1.1"), (["1.1", "1.9"], "1", "1.10"), ([], "WP1", "T1.1"),
        (["T1.9"], "WP1", "T1.10"), (["WP09"], None, "WP10"), (["final"], None, ""), ([], "T1.2", "T1.2.1"), ([], "x" * 20, "x" * 20),
    ],
)  # fmt: skip
def test_the_next_number_is_suggested(siblings: list[str], parent: str | None, wanted: str) -> None:
    assert tree.next_number(siblings, parent) == wanted


def test_a_number_is_given_once_in_a_project(desk: Any) -> None:
    one = desk.add(" 1 ")
    assert one.number == "1"
    for wrong in ("1", " 1", "", "x" * 21):
        with pytest.raises(Refused) as refused:
            desk.add(wrong)
        assert "number" in refused.value.fields
    desk.amend(one, number="1")
    two = desk.add("2")
    with pytest.raises(Refused):
        desk.amend(two, number="1")


def test_days_lie_within_the_project_the_node_above_and_around_what_lies_in_it(desk: Any) -> None:
    first, last = desk.project.starts_on, desk.project.ends_on
    for wrong, field in (
        ({"starts_on": first - DAY}, "starts_on"),
        ({"ends_on": last + DAY}, "ends_on"),
        ({"starts_on": last, "ends_on": first}, "ends_on"),
    ):
        with pytest.raises(Refused) as refused:
            desk.add("1", **wrong)
        assert field in refused.value.fields
    one = desk.add("1", starts_on=first + DAY, ends_on=last - DAY)
    with pytest.raises(Refused) as refused:
        desk.add("1.1", one, starts_on=first)
    assert "1 节点1" in sentence(refused, "starts_on")
    child = desk.add("1.1", one, starts_on=last - DAY, ends_on=last - DAY)
    with pytest.raises(Refused) as refused:
        desk.amend(one, ends_on=last - 2 * DAY)
    assert "1.1 节点1.1" in sentence(refused, "ends_on")
    assert child.ends_on == last - DAY


def test_a_node_lies_neither_in_itself_nor_too_deep(desk: Any) -> None:
    one = desk.add("1")
    chain = [one]
    for depth in range(2, tree.DEEPEST + 1):
        chain.append(desk.add("1" + ".1" * (depth - 1), chain[-1]))
    with pytest.raises(Refused) as refused:
        desk.add("1.1.1.1.1.1", chain[-1])
    assert "deeper than 5 levels" in sentence(refused, "parent_id")
    for inner in (one, chain[2]):
        with pytest.raises(Refused) as refused:
            desk.amend(one, parent=inner)
        assert "cannot lie in itself" in sentence(refused, "parent_id")
    two = desk.add("2")
    with pytest.raises(Refused):
        desk.amend(one, parent=two)
    desk.amend(chain[-1], parent=two, number="2.1")
    assert numbers(desk) == ["1", "1.1", "1.1.1", "1.1.1.1", "2", "2.1"]
    desk.amend(chain[1], parent=two, number="2.2")


def test_who_takes_part_leads_and_works(desk: Any, world: Any) -> None:
    stranger = db.session.get_one(Organisation, world.theirs.member.id)
    with pytest.raises(Refused) as refused:
        desk.add("1", lead=stranger)
    assert "does not take part" in sentence(refused, "lead")
    one = desk.add("1")
    for act in (lambda: desk.work(one, stranger, "1"), lambda: desk.pay(one, stranger, "1")):
        with pytest.raises(Refused) as refused:
            act()
        assert "organisation_id" in refused.value.fields


@pytest.mark.parametrize("wrong", ["-0.01", "100000.01", "1.005", "NaN", "sNaN", "Infinity"])
def test_person_months_are_counted_in_hundredths_and_never_below_zero(desk: Any, wrong: str) -> None:
    one = desk.add("1")
    with pytest.raises(Refused) as refused:
        desk.work(one, desk.member, wrong)
    assert "months" in refused.value.fields
    row = desk.work(one, desk.member, "0")
    assert desk.work(one, desk.member, "3.25") is row and row.months == Decimal("3.25")
    assert len(one.efforts) == 1
    services.unassign(desk.actor, row)
    assert one.efforts == []


def test_money_over_all_nodes_stays_within_the_share_of_the_firm_and_the_budget_of_the_project(desk: Any) -> None:
    one, two = desk.add("1"), desk.add("2")
    part = next(row for row in desk.project.participants if row.organisation_id == desk.member.id)
    desk.pay(one, desk.member, "1000000.00")
    with pytest.raises(Refused) as refused:
        desk.pay(two, desk.member, "234567.90")
    assert "this is 0.01 yuan more" in sentence(refused, "amount")
    row = desk.pay(two, desk.member, "234567.89")
    desk.pay(two, desk.member, "234567.88", CostCategory.LABOUR)
    assert row.amount == Decimal("234567.88")
    with pytest.raises(Refused):
        desk.pay(two, desk.member, "-1")
    with pytest.raises(Refused) as refused:
        projects.change_part(desk.actor, part, task="任务", budget=Decimal("1234567.87") - Decimal("0.01"))
    assert "0.02 yuan more" in sentence(refused, "budget")
    services.deallocate(desk.actor, row)
    projects.change_part(desk.actor, part, task="任务", budget=Decimal("1000000.00"))
    projects.change_part(desk.actor, part, task="任务", budget=Decimal("0.00"))
    desk.pay(two, desk.member, "6000000.00")
    with pytest.raises(Refused) as refused:
        desk.pay(two, desk.member, "9000000.00")
    assert "2,000,000.00 yuan more than the project has" in sentence(refused, "amount")


def test_a_ring_is_named_also_where_it_goes_through_the_tree(desk: Any) -> None:
    one, two, three = desk.add("1"), desk.add("2"), desk.add("3")
    a, b = desk.add("1.1", one), desk.add("2.1", two)
    desk.tie(a, b)
    for before, after, ring in (
        (b, a, "2.1 → 1.1 → 2.1"),
        (two, one, "2 → 1 → 1.1 → 2.1 → 2"),
        (b, one, "2.1 → 1 → 1.1 → 2.1"),
    ):
        with pytest.raises(Refused) as refused:
            desk.tie(before, after)
        assert ring in sentence(refused, "after"), sentence(refused, "after")
    for before, after in ((one, a), (a, one)):
        with pytest.raises(Refused) as refused:
            desk.tie(before, after)
        assert "lies in the other" in sentence(refused, "after")
    with pytest.raises(Refused) as refused:
        desk.tie(one, one)
    assert "for itself" in sentence(refused, "after")
    with pytest.raises(Refused) as refused:
        desk.tie(a, b)
    assert "waits for “1.1” already" in sentence(refused, "after")
    desk.tie(b, three)
    with pytest.raises(Refused) as refused:  # in one, three would wait for what waits for one's task
        desk.amend(three, parent=a, number="1.1.1")
    assert "1.1" in sentence(refused, "parent")
    with pytest.raises(Refused):
        services.link(desk.actor, one, three, kind=LinkKind.FINISH_START, lag=3651)


def test_a_link_is_changed_and_removed(desk: Any) -> None:
    one, two = desk.add("1"), desk.add("2")
    row = desk.tie(one, two)
    assert services.amend_link(desk.actor, row, kind=LinkKind.START_START, lag=-5).lag == -5
    assert [(link.before.number, link.after.number) for link in queries.links(desk.project)] == [("1", "2")]
    assert services.unlink(desk.actor, row) is desk.project and queries.links(desk.project) == []
    desk.tie(two, one)


def test_a_node_goes_with_what_belongs_to_it(desk: Any) -> None:
    one, two = desk.add("1"), desk.add("2")
    desk.work(one, desk.member, "1"), desk.pay(one, desk.member, "1"), desk.tie(one, two)
    with pytest.raises(Refused):
        services.remove_node(desk.actor, one, reason=" ")
    services.remove_node(desk.actor, one, reason="合并")
    assert numbers(desk) == ["2"] and queries.links(desk.project) == []
    db.session.commit()
    event = db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert event.verb == "removed" and ["project", desk.project.id] in event.others and event.facts["reason"] == "合并"
    assert {kind for kind, _ in event.others} == {"project", "plan_effort", "plan_allocation", "plan_link"}


def test_a_project_that_is_over_keeps_its_plan(desk: Any) -> None:
    one = desk.add("1")
    desk.project.stage = "stopped"
    for act in (lambda: desk.add("2"), lambda: desk.amend(one), lambda: desk.work(one, desk.lead, "1"), lambda: services.remove_node(desk.actor, one, reason="x"),
                lambda: services.arrange(desk.actor, desk.project, profile=Profile.EUROPEAN, calendar="CN")):  # fmt: skip
        with pytest.raises(NotNow):
            act()


def test_the_calendar_of_a_plan_exists(desk: Any) -> None:
    assert queries.plan_of(desk.project).calendar == "CN" and queries.plan_of(desk.project).id is None
    with pytest.raises(Refused) as refused:
        services.arrange(desk.actor, desk.project, profile=Profile.EUROPEAN, calendar="MARS")
    assert "MARS" in sentence(refused, "calendar")
    made = services.arrange(desk.actor, desk.project, profile=Profile.EUROPEAN, calendar="WEEK")
    assert services.arrange(desk.actor, desk.project, profile=Profile.EUROPEAN, calendar="WEEK") is made
    db.session.commit()
    assert queries.plan_of(desk.project) is made


def test_people_hear_of_it_once_the_work_has_begun(desk: Any) -> None:
    def told() -> int:
        return db.session.query(Notification).count()

    before = told()
    desk.add("1", lead=desk.member)
    assert told() > before
    before = told()
    with hushed():
        desk.add("3", lead=desk.member)
    assert told() == before
    desk.project.stage, before = "draft", told()
    desk.add("2", lead=desk.member)
    assert told() == before


def test_a_member_with_work_in_a_plan_is_not_released(desk: Any) -> None:
    from consortium.consortia.models import Membership

    membership = db.session.scalars(
        select(Membership).where(Membership.organisation_id == desk.other.id, Membership.left_on.is_(None))
    ).one()
    before = len(obstacles("release", membership))
    one = desk.add("1")
    desk.work(one, desk.other, "0")
    found = obstacles("release", membership)
    assert len(found) == before + 1 and "1 节点1" in str(found[-1])
    part = next(row for row in desk.project.participants if row.organisation_id == desk.other.id)
    assert any("1 节点1" in str(one) for one in obstacles("leave", part))


def test_seven_packages_and_58_tasks_keep_823_person_months(desk: Any) -> None:
    firms = [desk.lead, desk.member, desk.other]
    for place in range(15):
        firm = factories.organisation(f"第{place}家单位")
        factories.member(desk.project.consortium, firm)
        factories.participant(desk.project, firm, Decimal("0.00"))
        firms.append(firm)
    per_firm: dict[int, Decimal] = defaultdict(Decimal)
    left, tasks = 82300, [(p, t) for p in range(1, 8) for t in range(1, 10 if p <= 2 else 9)]
    assert len(tasks) == 58
    packages = {p: desk.add(f"WP{p}") for p in range(1, 8)}
    for place, (p, t) in enumerate(tasks):
        task = desk.add(f"T{p}.{t}", packages[p], lead=firms[place % 18])
        for turn in range(3):
            last = place == len(tasks) - 1 and turn == 2
            share = left if last else 313 + (place * 37 + turn * 101) % 289
            left -= share
            firm = firms[(place + turn * 5) % 18]
            desk.work(task, firm, f"{Decimal(share) / 100:.2f}")
            per_firm[firm.id] += Decimal(share) / 100
    db.session.flush()
    db.session.expire_all()
    portrait = PlanPortrait(desk.actor, desk.project)
    assert portrait.months == Decimal("823.00")
    *rows, total = portrait.crossed
    assert (
        len(rows) == 65
        and total.total == Decimal("823.00")
        and total.months == dict(per_firm)
        and len(portrait.firms) == 18
    )
    assert sum((row.total for row in rows), Decimal(0)) == Decimal("823.00")
    top = [line for line in portrait.lines if line.depth == 0]
    assert sum((line.months for line in top), Decimal(0)) == Decimal("823.00")
    assert [line.node.number for line in portrait.lines][:4] == ["WP1", "T1.1", "T1.2", "T1.3"]


def test_a_node_says_why_it_is_planned_too_early(desk: Any) -> None:
    one = desk.add("1", ends_on=datetime.date(2026, 6, 30))
    two = desk.add("2", starts_on=datetime.date(2026, 6, 1))
    desk.tie(one, two)
    db.session.flush()
    portrait = NodePortrait(desk.actor, two)
    assert "1 节点1" in str(portrait.clash) and "2026-07-01" in str(portrait.clash)
    assert portrait.line.tone == "bad" and NodePortrait(desk.actor, one).clash is None


def test_a_new_entry_overwrites_nothing_that_stands_there(desk: Any) -> None:
    one = desk.add("1")
    work, money = desk.work(one, desk.member, "12"), desk.pay(one, desk.member, "700.00")
    with pytest.raises(Refused) as refused:
        services.assign(desk.actor, one, desk.member, months=Decimal(1))
    assert "already, with 12.00 person-months" in sentence(refused, "organisation_id")
    values = {"category": money.category, "source": money.source}
    with pytest.raises(Refused) as refused:
        services.allocate(desk.actor, one, desk.member, **values, amount=Decimal(1))
    assert "has 700.00 yuan under this head" in sentence(refused, "organisation_id")
    assert (work.months, money.amount) == (Decimal(12), Decimal("700.00"))
    services.reassign(desk.actor, work, months=Decimal(1))
    services.reallocate(desk.actor, money, amount=Decimal(2))
    assert (work.months, money.amount) == (Decimal(1), Decimal(2))
