"""What the page of a thing tells of it, and of what belongs to it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core import clock
from consortium.core.db import db
from consortium.discussions import services as talk
from consortium.outputs import services as outputs
from consortium.outputs.models import Direction
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.portrait import NodePortrait
from consortium.projects import services as projects
from consortium.projects.models import Milestone
from consortium.projects.portrait import ProjectPortrait
from tests import factories
from tests.plans.conftest import Desk


@pytest.fixture
def desk(inside: Callable[[], Any], world: Any) -> Any:
    with inside():
        yield Desk(world.ours)
        db.session.rollback()


def told(desk: Any, thing: Any, reader: Any = None) -> list[str]:
    return [str(line["text"]) for line in feed(timeline(thing, reader=reader or desk.actor), thing)]


def overall(desk: Any, reader: Any = None) -> list[str]:
    return [str(deed.text) for deed in ProjectPortrait(reader or desk.actor, desk.project).history]


def test_a_new_thing_does_not_inherit_what_was_told_of_a_removed_one(desk: Any) -> None:
    old = desk.add("9", title_zh="旧节点")
    number = old.id
    talk.say(desk.actor, old, words="关于旧节点")
    desk.work(old, desk.member, "1")
    plans.remove_node(desk.actor, old, reason="不再需要")
    with clock.at(factories.NOW + datetime.timedelta(minutes=1)):
        new = desk.add("10", title_zh="新节点")
        db.session.flush()
        assert new.id == number, "the database gives this number again"
        talk.say(desk.actor, new, words="关于新节点")
        assert not [line for line in told(desk, new) if "旧节点" in line]
        lines = [str(line["text"]) for line in NodePortrait(desk.actor, new).history]
        assert len(lines) == 2 and all("新节点" in line for line in lines)


def test_a_new_milestone_does_not_inherit_the_talk_of_a_removed_one(desk: Any) -> None:
    values = {"organisation": desk.lead, "title_en": "", "due_on": desk.project.ends_on, "weight": 5, "means": "评审"}
    old = projects.plan_milestone(desk.actor, desk.project, title_zh="旧目标", **values)
    db.session.flush()
    number = old.id
    talk.say(desk.actor, old, words="关于旧目标")
    projects.remove_milestone(desk.actor, old, reason="不再需要")
    with clock.at(factories.NOW + datetime.timedelta(minutes=1)):
        new = projects.plan_milestone(desk.actor, desk.project, title_zh="新目标", **values)
        db.session.flush()
        assert new.id == number
        # That the old one was planned and removed is told of the project; what was said about it no page tells any more.
        lines = [line for line in overall(desk) if "旧目标" in line]
        assert len(lines) == 2 and not [line for line in lines if "said" in line]


def test_the_timeline_of_a_project_tells_of_its_plan(desk: Any) -> None:
    one, two = desk.add("1", title_zh="第一节点"), desk.add("2", title_zh="第二节点")
    desk.tie(one, two), desk.work(one, desk.member, "2"), desk.pay(one, desk.member, "5.00")
    indicator = outputs.plan_indicator(
        desk.actor, desk.project, number="K1", node=one, organisation=desk.member, title_zh="良率指标", title_en="", unit="%",
        direction=Direction.AT_LEAST, value_start="", value_mid="", value_end="9", method="",
    )  # fmt: skip
    plans.remove_node(desk.actor, two, reason="并入第一节点")
    db.session.flush()
    lines = overall(desk)
    for words in ("第一节点", "removed 2 第二节点", "link 1 → 2", indicator.title_zh, "planned money", "person-months"):
        assert any(words in line for line in lines), (words, lines)
    node = [str(line["text"]) for line in NodePortrait(desk.actor, one).history]
    for words in ("link 1 → 2", "planned money", "person-months"):
        assert any(words in line for line in node), (words, node)


def test_an_authority_reads_of_the_plan_what_it_may_see(desk: Any, world: Any) -> None:
    officer = db.session.get_one(User, world.people.officer.id)
    one = desk.add("1", title_zh="第一节点")
    desk.pay(one, desk.member, "5.00")
    talk.say(desk.actor, desk.project, words="内部的话")
    lines = overall(desk, officer)
    assert any("第一节点" in line for line in lines)
    assert not [line for line in lines if "money" in line or "said" in line], lines
    assert not [str(line["text"]) for line in NodePortrait(officer, one).history if "money" in str(line["text"])]


def test_a_milestone_that_goes_takes_its_ties_along_and_says_so(desk: Any, world: Any) -> None:
    one = desk.add("1")
    values = {"title_zh": "目标", "title_en": "", "due_on": desk.project.ends_on, "weight": 5, "means": "评审"}
    milestone = projects.plan_milestone(desk.actor, desk.project, organisation=desk.lead, **values)
    tie = outputs.tie(desk.actor, milestone, one)
    db.session.flush()
    number = tie.id
    projects.remove_milestone(desk.actor, milestone, reason="不再需要")
    db.session.flush()
    event = timeline(desk.project, reader=desk.actor)[0]
    assert event.verb == "removed" and ["milestone_tie", number] in event.others
    assert db.session.get(Milestone, milestone.id) is None
