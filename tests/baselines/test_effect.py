"""What a change does to the schedule, reckoned from rows before and after."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from consortium.baselines.comparing import applied, differences
from consortium.baselines.effect import Effect, Moved, effect, reckoned, touches
from consortium.baselines.layout import Rows
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import facts, gantt
from consortium.plans import services as plans
from consortium.plans.models import LinkKind, Node
from consortium.projects import replanning
from consortium.projects.models import Milestone, Project
from tests.baselines.furniture import amended
from tests.baselines.test_pages import body, hand_in, version
from tests.plans.invented import plan, shipped

pytestmark = pytest.mark.slow

BEGIN = date(2026, 1, 5)


def days(_code: str | None) -> Any:
    return shipped("WEEK")


def rows(nodes: list[dict[str, Any]], links: list[dict[str, Any]] | None = None) -> Rows:
    return {"project": [{"reference": "P", "calendar": "WEEK"}], "nodes": nodes, "links": links or []}


def a_node(number: str, first: int, last: int, lead: str = "甲", parent: str | None = None) -> dict[str, Any]:
    """A node from a working week to another, Monday to Friday."""
    starts, ends = BEGIN + timedelta(weeks=first), BEGIN + timedelta(weeks=last, days=4)
    return {"number": number, "parent": parent, "lead": lead, "starts_on": str(starts), "ends_on": str(ends), "title_zh": number, "title_en": "", "objective": ""}  # fmt: skip


def a_link(before: str, after: str, lag: int = 0) -> dict[str, Any]:
    return {"before": before, "after": after, "kind": "fs", "lag": lag}


PLAN = rows([a_node("1", 0, 1), a_node("2", 2, 3, "乙"), a_node("3", 0, 1, "丙")], [a_link("1", "2")])


def test_a_longer_node_moves_the_end_and_takes_the_float_of_the_others() -> None:
    after = rows([a_node("1", 0, 1), a_node("2", 2, 3, "乙"), a_node("3", 0, 5, "丙")], [a_link("1", "2")])
    found = effect(PLAN, after, days)
    assert found and found.days == 14 and found.before.ends_on == date(2026, 1, 30)
    assert (found.entering, found.leaving) == (("3",), ("1", "2"))
    assert found.floats == (Moved("丙", 10, 0), Moved("乙", 0, 10), Moved("甲", 0, 10))
    assert found.conflicts == ()


def test_what_begins_before_its_links_allow_is_a_conflict_after_it() -> None:
    found = effect(PLAN, {**PLAN, "links": [a_link("1", "2", 5)]}, days)
    assert found.conflicts == (Moved("2", None, 5),) and found.days == 7
    back = effect({**PLAN, "links": [a_link("1", "2", 5)]}, PLAN, days)
    assert back.conflicts == (Moved("2", 5, None),) and back.days == -7


def test_nodes_that_come_and_go() -> None:
    less = rows([a_node("1", 0, 1), a_node("3", 0, 1, "丙")])
    found = effect(PLAN, less, days)
    assert found.leaving == ("2",) and found.entering == ("3",) and Moved("乙", 0, None) in found.floats
    assert effect(rows([]), PLAN, days).before.ends_on is None and effect(rows([]), PLAN, days).days == 0
    assert not effect(rows([]), rows([]), days)


def test_a_ring_is_named_in_place_of_figures() -> None:
    ring = {**PLAN, "links": [a_link("1", "2"), a_link("2", "1")]}
    found = effect(PLAN, ring, days)
    assert found and set(found.after.ring) == {"1", "2"} and found.after.ends_on is None
    assert not effect(ring, ring, days)


@st.composite
def some_rows(draw: Any) -> Rows:
    count = draw(st.integers(0, 7))
    nodes = []
    for place in range(count):
        first = draw(st.integers(0, 8))
        nodes.append(a_node(str(place + 1), first, first + draw(st.integers(0, 4)), draw(st.sampled_from("甲乙丙"))))
    pairs = [(one, other) for one in range(count) for other in range(count) if one < other]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    return rows(nodes, [a_link(str(a + 1), str(b + 1), draw(st.integers(-3, 6))) for a, b in chosen])


@given(some_rows())
@settings(max_examples=120, deadline=None)
def test_nothing_comes_of_an_empty_change(plan: Rows) -> None:
    found = effect(plan, applied(plan, []), days)
    assert not found and found.before == found.after and found.days == 0
    assert not Effect()


@given(some_rows(), some_rows())
@settings(max_examples=120, deadline=None)
def test_it_is_what_lies_between_the_two_plans_and_turns_round_with_them(before: Rows, after: Rows) -> None:
    there, back = effect(before, after, days), effect(after, before, days)
    assert (there.entering, there.leaving, there.days) == (back.leaving, back.entering, -back.days)
    assert set(there.after.critical) == (set(there.before.critical) | set(there.entering)) - set(there.leaving)
    assert {(one.name, one.before, one.after) for one in there.floats} == {
        (one.name, one.after, one.before) for one in back.floats
    }
    lines = differences(before, after)
    assert effect(before, applied(before, lines), days) == there
    assert touches(lines) or not there, "what is passed over without reckoning changes nothing"


def test_it_reckons_as_the_gantt_chart_does() -> None:
    given_ = plan(120)
    nodes = [{"number": n.number, "parent": n.parent and n.parent.number, "lead": str(n.organisation_id), "starts_on": str(n.starts_on),
              "ends_on": str(n.ends_on)} for n in given_.nodes]  # fmt: skip
    links = [
        {"before": w.before.number, "after": w.after.number, "kind": str(w.kind), "lag": w.lag} for w in given_.links
    ]
    found, chart = reckoned(rows(nodes, links), lambda _code: given_.calendar), gantt.facts(given_)
    assert str(found.ends_on) == chart["ends_on"] and found.critical
    assert set(found.critical) == {row["number"] for row in chart["rows"] if row["critical"] and not row["summary"]}
    assert found.floats == {str(firm["id"]): firm["float"] for firm in chart["firms"] if firm["float"] is not None}
    assert found.conflicts == {one["number"]: one["days"] for one in chart["conflicts"]}


# On the page


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


def test_who_decides_reads_what_it_does_to_the_schedule(
    sign_in: Any, ours: Any, kept: int, inside: Callable[[], Any]
) -> None:
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        first, second = (db.session.scalar(select(Node).where(Node.project_id == kept, Node.number == n)) for n in "12")
        request: Any = plans.link(actor, first, second, kind=LinkKind.START_START, lag=5)
        address, end = f"/changes/{request.id}", facts.chart(db.session.get_one(Project, kept))[0]["ends_on"]
        db.session.commit()
    browser = sign_in(ours.people.coordinator)
    page = body(browser.get(address))
    assert "Effect on the schedule" in page and "“2 晨星课题2” begins too early" in page and "5 working days" in page
    assert f'<del class="was">{end}</del>' in page and "7 days later" in page
    part = page[page.index('id="effect"') : page.index('id="list-links"')]
    assert "New on the critical path" not in part and "No longer on the critical path</h3><ul><li>3 晨星课题3" in part
    assert hand_in(browser, address, kind="share").status_code == 303
    shown = body(browser.get(address))
    assert "Effect on the schedule" in shown
    for amount in ("17531", "27531", "1234567"):
        assert amount not in part.replace(",", "")
    sent = {"outcome": "approve", "decision": "决议 1", "version": version(shown)}
    assert browser.post(f"{address}/decide", data=sent).status_code == 303
    with inside():
        project = db.session.get_one(Project, kept)
        chart = facts.chart(project)[0]
        assert chart["ends_on"] in part and [one["number"] for one in chart["conflicts"]] == ["2"]
    assert "Effect on the schedule" not in body(browser.get(address)), "what was decided is no more to come"


def test_a_change_of_something_else_says_that_nothing_moves(
    sign_in: Any, ours: Any, kept: int, inside: Callable[[], Any]
) -> None:
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        row = db.session.scalar(select(Milestone).where(Milestone.project_id == kept))
        first: Any = amended(actor, row, weight=77)
        address = f"/changes/{first.id}"
        db.session.commit()
    browser = sign_in(ours.people.coordinator)
    assert "Nothing changes in the schedule" in body(browser.get(address))
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        row = db.session.get_one(Node, db.session.scalar(select(Node.id).where(Node.project_id == kept)))
        values = {
            name: getattr(row, name) for name in ("number", "parent", "title_en", "starts_on", "ends_on", "objective")
        }
        plans.amend_node(
            actor, row, title_zh="新名", lead=db.session.get_one(Organisation, row.organisation_id), **values
        )
        db.session.commit()
    assert "Nothing changes in the schedule" in body(browser.get(address)), "a new title is reckoned, and moves nothing"
    with inside(), replanning.at_once():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        amended(actor, db.session.scalar(select(Milestone).where(Milestone.project_id == kept)), weight=66)
        db.session.commit()
    page = body(browser.get(address))
    assert "The plan has changed since this was proposed" in page and "Effect on the schedule" not in page
