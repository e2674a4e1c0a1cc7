"""Single changes are taken out of a draft."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from consortium.activity.models import Event
from consortium.baselines import asking, drafting, queries, services
from consortium.baselines.models import ChangeKind, ChangeRequest
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, LinkKind, MoneySource
from consortium.projects import replanning
from consortium.projects import services as projects
from consortium.projects.models import Milestone, Project
from consortium.web import pages
from tests.baselines.furniture import amended, values_of, worded
from tests.baselines.test_pages import body, version
from tests.baselines.test_services import add, approve, node

pytestmark = pytest.mark.slow


def made(*places: int) -> asking.Call:
    return {"verb": "node.add", "args": [{"row": ["project", 1]}], "values": {"parents": [{"made": p} for p in places]}}


@st.composite
def drafts(draw: Any) -> list[asking.Call]:
    count = draw(st.integers(1, 12))
    return [
        made(*draw(st.sets(st.integers(0, place - 1), max_size=2) if place else st.just(set())))
        for place in range(count)
    ]


@given(drafts(), st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_left_builds_on_the_same_as_before(calls: list[asking.Call], chosen: Any) -> None:
    place = chosen.draw(st.integers(0, len(calls) - 1))
    gone = {place, *drafting.built_on(calls, place)}
    left = drafting.without(calls, gone)
    kept = [at for at in range(len(calls)) if at not in gone]
    assert len(left) == len(kept)
    for new, old in enumerate(kept):
        before = [one["made"] for one in calls[old]["values"]["parents"]]
        assert not gone & set(before), "nothing that is left builds on what goes"
        assert [kept[one["made"]] for one in left[new]["values"]["parents"]] == before


def test_every_change_of_a_plan_has_its_words() -> None:
    assert set(drafting.WORDS) == set(replanning.VERBS)


def gathered(ours: SimpleNamespace) -> ChangeRequest:
    """A draft of five calls: a package, a task in it, its work and what it waits for, and a milestone of its own."""
    with services.collected(ours.coordinator, ours.project, "导入计划") as found:
        package = add(ours, "8")
        task = add(ours, "8.1", parent=package)
        plans.assign(ours.coordinator, task, ours.firms[1], months=Decimal("2.00"))
        plans.link(ours.coordinator, before=node(ours), after=task, kind=LinkKind.START_START, lag=2)
        amended(ours.coordinator, ours.project.milestones[0], weight=9)
    assert found.request is not None
    return found.request


def test_one_on_which_others_build_goes_with_them_or_not_at_all(ours: SimpleNamespace) -> None:
    request = gathered(ours)
    names = [str(name) for name in drafting.named(request.asked)]
    assert names[0] == "Add to the plan: 8 新课题8" and names[1] == "Add to the plan: 8.1 新课题8.1"
    assert names[2].startswith("Plan person-months: 8.1 新课题8.1 · ") and "2.00" not in names[2]
    assert names[3] == "Add the dependency 1 晨星课题1 → 8.1 新课题8.1"
    with pytest.raises(Refused) as refused:
        drafting.take_out(ours.coordinator, request, place=1)
    sentence = str(refused.value.fields["with_others"])
    assert names[2] in sentence and names[3] in sentence and names[0] not in sentence and len(request.asked) == 5
    drafting.take_out(ours.coordinator, request, place=1, with_others=True)
    assert [str(name) for name in drafting.named(request.asked)] == [names[0], names[4]]
    assert {line["list"] for line in request.lines} == {"nodes", "milestones"} and len(request.lines) == 2
    told = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert told.verb == "took out of the change" and told.facts["taken"] == names[1:4]
    approve(ours, request)
    assert node(ours, "8").title_zh == "新课题8" and node(ours, "8.1") is None
    db.session.commit()


def test_the_names_are_asked_by_a_constant_number_of_statements(ours: SimpleNamespace) -> None:
    calls = []
    with replanning.at_once():
        for place in range(6):
            row = plans.assign(ours.coordinator, add(ours, f"N{place}"), ours.firms[place % 3], months=Decimal("1.00"))
            calls.append(asking.call("effort.unassign", (row,), {"reason": ""}))
    db.session.flush()
    counts = []
    for some in (calls[:1], calls):
        db.session.expire_all()
        asked: list[str] = []

        def note(*given: Any, asked: list[str] = asked) -> None:
            asked.append(given[2])

        event.listen(db.engine, "before_cursor_execute", note)
        assert len(set(map(str, drafting.named(some)))) == len(some)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4, counts


def test_what_is_left_finds_what_it_builds_on(ours: SimpleNamespace) -> None:
    with services.collected(ours.coordinator, ours.project) as found:
        amended(ours.coordinator, ours.project.milestones[0], weight=9)
        package = add(ours, "8")
        add(ours, "8.1", parent=package)
    request: Any = found.request
    drafting.take_out(ours.coordinator, request, place=0)
    approve(ours, request)
    assert node(ours, "8.1").parent.number == "8"


def test_a_change_that_needs_another_unsaid_is_named(ours: SimpleNamespace) -> None:
    project, part = ours.project, next(p for p in ours.project.participants if p.organisation_id == ours.firms[1].id)
    first: Any = projects.change_part(ours.coordinator, part, task="新任务", budget=Decimal("20000.00") + part.budget)
    plans.allocate(ours.coordinator, node(ours, "2"), ours.firms[1], category=CostCategory.EQUIPMENT, source=MoneySource.OWN,
                   amount=part.budget - Decimal("27531.25") + 10000)  # fmt: skip
    assert len(first.asked) == 2 and queries.draft_of(ours.coordinator, project) is first
    with pytest.raises(NotNow, match=r"Plan money: 2 .* Take that out first") as refused:
        drafting.take_out(ours.coordinator, first, place=0)
    assert "more" in str(refused.value.message) and len(first.asked) == 2
    drafting.take_out(ours.coordinator, first, place=1)
    assert [call["verb"] for call in first.asked] == ["part.change"]


def test_kind_summary_and_reason_follow_what_is_left(ours: SimpleNamespace) -> None:
    first, second = ours.project.milestones[0], ours.project.milestones[1]
    request: Any = plans.reassign(ours.coordinator, node(ours).efforts[0], months=Decimal("9.00"))
    projects.waive(ours.coordinator, first, reason="不再需要")
    projects.waive(ours.coordinator, second, reason="合并了")
    assert request.kind is ChangeKind.SHARE and request.reason == "不再需要\n合并了" and "(+2)" in str(request.summary)
    drafting.take_out(ours.coordinator, request, place=0)
    assert request.kind is ChangeKind.ROUTE and "Waived" in str(request.summary) and "(+1)" in str(request.summary)
    drafting.take_out(ours.coordinator, request, place=0)
    assert request.reason == "合并了" and [line["field"] for line in request.lines] == ["waived"]
    services.write(ours.coordinator, request, kind=ChangeKind.GOAL, summary="试", reason=request.reason)
    amended(ours.coordinator, ours.project.milestones[2], weight=9)
    drafting.take_out(ours.coordinator, request, place=1)
    assert request.kind is ChangeKind.GOAL and request.summary == "试", "what its writer chose and wrote stays"


def test_a_reason_of_several_lines_goes_with_its_change(ours: SimpleNamespace) -> None:
    """And no other line does, though it says the same as one of them."""
    first, second, third = ours.project.milestones
    request: Any = projects.waive(ours.coordinator, first, reason="第二行")
    projects.remove_milestone(ours.coordinator, third, reason="第一行\n第二行")
    projects.waive(ours.coordinator, second, reason="合并了")
    drafting.take_out(ours.coordinator, request, place=1)
    assert request.reason == "第二行\n合并了"


def test_the_last_one_withdraws_the_draft(ours: SimpleNamespace) -> None:
    request: Any = amended(ours.coordinator, ours.project.milestones[0], weight=77)
    drafting.take_out(ours.coordinator, request, place=0)
    assert (request.state, request.lines) == ("withdrawn", []) and queries.draft_of(
        ours.coordinator, ours.project
    ) is None
    db.session.commit()


def test_only_its_writer_and_only_of_a_draft(ours: SimpleNamespace) -> None:
    milestone = ours.project.milestones[1]
    own = services.propose_own(ours.member, milestone, **values_of(milestone, weight=5))
    with pytest.raises(NotNow, match="who proposed"):
        drafting.take_out(ours.coordinator, own, place=0)
    for wrong in (-1, 1):
        with pytest.raises(Refused):
            drafting.take_out(ours.member, own, place=wrong)
    services.submit(ours.member, worded(ours.member, own, "试"))
    with pytest.raises(NotNow, match="Waits for its decision"):
        drafting.take_out(ours.member, own, place=0)


# The pages


def test_a_change_is_taken_out_on_its_page(
    sign_in: Any, world: Any, kept: int, milestones: list[int], inside: Callable[[], Any]
) -> None:
    with inside():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        for row in db.session.get_one(Project, kept).milestones[:2]:
            request: Any = amended(actor, row, weight=33)
        address = f"/changes/{request.id}"
        db.session.commit()
    browser = sign_in(world.ours.people.coordinator)
    page = body(browser.get(address))
    assert "What this draft gathers" in page and f'href="{address}/take-out?place=1"' in page
    assert "What this draft gathers" not in body(sign_in(world.ours.people.member).get(address))
    assert "Only" in body(sign_in(world.ours.people.member).get(f"{address}/take-out?place=1"))
    for query in ("", "?place=0", "?place=9", "?place=x", "?place=²"):
        assert browser.get(f"{address}/take-out{query}").status_code == 200
    asked = body(browser.get(f"{address}/take-out?place=1"))
    assert browser.post(f"{address}/take-out", data={"place": "7", "version": version(asked)}).status_code == 422
    answer = browser.post(f"{address}/take-out", data={"place": "1", "version": version(asked)}, follow_redirects=True)
    assert "It is taken out of the draft." in body(answer) and "take-out?place=1" not in body(answer)
    late = browser.post(f"{address}/take-out", data={"place": "0", "version": version(asked)})
    assert late.status_code == 409 and "Somebody else changed this" in body(late)
    last = body(browser.get(f"{address}/take-out?place=0"))
    assert "Nothing would be left of the draft" in last
    answer = browser.post(f"{address}/take-out", data={"place": "0", "version": version(last)}, follow_redirects=True)
    assert "Nothing is left of your draft after this, so it is withdrawn." in body(answer)
    assert "is only a draft" not in body(answer)
    with inside():
        assert {db.session.get_one(Milestone, number).weight for number in milestones} == {10}


def test_those_that_build_on_it_are_shown_and_confirmed(
    sign_in: Any, world: Any, kept: int, inside: Callable[[], Any]
) -> None:
    with inside():
        people, project = world.ours.people, db.session.get_one(Project, kept)
        there = SimpleNamespace(coordinator=db.session.get_one(User, people.coordinator.id), project=project)
        there.firms = [project.lead, project.lead]
        number = gathered(there).id
        db.session.commit()
    browser, address = sign_in(world.ours.people.coordinator), f"/changes/{number}/take-out"
    page = body(browser.get(f"{address}?place=0"))
    assert "These build on it and would go as well:" in page and "Add to the plan: 8.1" in page
    assert "These build on it" not in body(browser.get(f"{address}?place=4"))
    refused = browser.post(address, data={"place": "0", "version": version(page)})
    assert refused.status_code == 422 and "would go as well: “Add to the plan: 8.1" in body(refused)
    sent = {"place": "0", "with_others": "y", "version": version(body(refused))}
    assert browser.post(address, data=sent).status_code == 303
    with inside():
        request = db.session.get_one(ChangeRequest, number)
        assert [call["verb"] for call in request.asked] == ["milestone.amend"]


def test_a_draft_that_takes_itself_back_is_not_said_to_wait(ours: SimpleNamespace) -> None:
    ends, how = (node(ours), node(ours, "2")), {"kind": LinkKind.START_START, "lag": 1}
    with replanning.at_once():
        link = plans.link(ours.coordinator, *ends, **how)
    request: Any = plans.unlink(ours.coordinator, link, reason="不再等待")
    assert "only a draft of a change request: submit it" in str(pages.said(request, "done"))
    again: Any = plans.link(ours.coordinator, *ends, **how)
    assert again is request and (request.state, request.lines) == ("withdrawn", [])
    assert str(pages.said(again, "done")) == "Nothing is left of your draft after this, so it is withdrawn."
