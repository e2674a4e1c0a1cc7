"""What is said about a thing that is open to one firm and to those who see all is open to nobody else; and talk about a baseline."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from consortium.activity.models import Notification
from consortium.core import clock
from consortium.core.access import Action, Role, within
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.discussions import queries, services
from consortium.discussions.models import Remark, Thread
from consortium.logbook.models import MonthlyLog
from consortium.plans import services as plans
from tests.discussions.test_talk import DUE, body, loaded
from tests.logbook.furniture import a_log

pytestmark = pytest.mark.slow

SAID = "晨星机密的话"
SEES, SEES_NOT = ("coordinator", "member", "signatory", "expert", "auditor"), ("other_member", "officer")


@pytest.fixture
def kept(world, inside):
    """A remark, and a question to the lead, about a month that the member firm logged; the other firm's person is mentioned."""
    with inside():
        ours = loaded(world.ours)
        log = a_log(ours.member, ours.project, ours.firm)
        said = services.say(ours.member, log, words=f"{SAID} @{ours.other_member.name} @{ours.coordinator.name}")
        asked = services.ask(ours.member, log, words=SAID, asked=ours.lead, due_on=DUE)
        told = set(db.session.scalars(select(Notification.user_id).where(Notification.href == f"/threads/{said.id}")))
        assert told == {ours.coordinator.id}, "who does not see the log is not told either"
        db.session.commit()
        return SimpleNamespace(log=log.id, said=said.id, asked=asked.id, remark=said.remarks[0].id)


def test_talk_about_a_log_follows_the_log(world, sign_in, kept):
    people = world.ours.people
    table = world.ours.consortium.id
    for name in (*SEES, *SEES_NOT):
        browser = sign_in(world.people.officer if name == "officer" else getattr(people, name))
        lists = [
            body(browser.get(page))
            for page in (f"/consortia/{table}/threads", f"/consortia/{table}/threads?as=csv", f"/search?q={SAID}")
        ]
        doors = [browser.get(f"{page}").status_code for page in (f"/threads/{kept.said}", f"/remarks/{kept.remark}")]
        desk = body(browser.get("/"))
        if name in SEES:
            assert (
                doors[0] == 200
                and doors[1] == 302
                and SAID in lists[0]
                and SAID in lists[1]
                and lists[2].count("/remarks/")
            ), name
            assert SAID in body(browser.get(f"/logs/{kept.log}"))
        else:
            assert set(doors) <= {403, 404}, (name, doors)
            assert SAID not in "".join(lists[:2]) and "/remarks/" not in lists[2], name
            assert f"/threads/{kept.said}" not in desk
            say = browser.post(f"/logs/{kept.log}/say", data={"words": "x"})
            assert say.status_code in (403, 404)


def test_no_feed_tells_of_it_to_others(world, sign_in, inside, kept):
    """That somebody asked about a month, and about which, is told to those who see the log; open talk is told to all."""
    with inside():
        ours = loaded(world.ours)
        services.ask(ours.coordinator, ours.project, words="公开的问题", asked=ours.other, due_on=DUE)
        title = db.session.get_one(Thread, kept.asked).title_zh
        db.session.commit()
    table = world.ours.consortium.id
    pages = (f"/consortia/{table}", f"/consortia/{table}/timeline", f"/projects/{world.ours.project.id}", "/")
    for name in (*SEES, *SEES_NOT):
        browser = sign_in(world.people.officer if name == "officer" else getattr(world.ours.people, name))
        feeds = [body(browser.get(page)) for page in pages]
        for verb in ("asked a question about", "said something about"):
            told = [f"{verb} {title}" in feed for feed in feeds[:2]]
            assert told == [name in SEES] * 2, (name, verb)
            assert name in SEES or not any(f"{verb} {title}" in feed for feed in feeds), name
        if name == "other_member":
            assert all("asked a question about" in feed for feed in feeds[:2]), "what is open to all is told"


def test_who_asks_about_a_log_is_offered_those_who_see_it(world, sign_in, kept):
    page = body(sign_in(world.ours.people.coordinator).get(f"/logs/{kept.log}/ask"))
    assert f'value="{world.ours.member.id}"' in page and "nobody else" in page
    answer = sign_in(world.ours.people.member).post(f"/logs/{kept.log}/say", data={"words": "还有一句"})
    assert answer.status_code == 303 and answer.location.startswith(f"/logs/{kept.log}#thread-")


def test_a_firm_of_which_nobody_sees_a_log_is_not_asked_about_it(world, inside, kept):
    with inside():
        ours = loaded(world.ours)
        log, seat = db.session.get_one(MonthlyLog, kept.log), ours.expert.seats[0]
        assert services.ask(ours.member, log, words="请专家看", asked=ours.other, due_on=DUE).kept_to_id == ours.firm.id
        seat.role = Role.MEMBER
        with pytest.raises(Refused) as refused:
            services.ask(ours.member, log, words=SAID, asked=ours.other, due_on=DUE)
        assert "Nobody of" in str(refused.value.fields["asked_id"])
        assert ours.other not in queries.organisations(ours.consortium.id, ours.firm.id)
        db.session.rollback()


def test_lists_and_doors_agree_on_kept_talk(world, inside, kept):
    with inside():
        ours = loaded(world.ours)
        for person in vars(ours).values():
            if not hasattr(person, "seats"):
                continue
            for model in (Thread, Remark):
                seen = set(db.session.scalars(within(person, select(model), model)))
                assert seen == {
                    row for row in db.session.scalars(select(model)) if queries.allowed(person, Action.VIEW, row)
                }


def test_a_baseline_is_talked_about(world, sign_in, inside):
    from consortium.baselines import services as baselines

    with inside():
        ours = loaded(world.ours)
        plans.add_node(
            ours.coordinator, ours.project, number="1", parent=None, title_zh="一", title_en="", lead=ours.lead, starts_on=ours.project.starts_on,
            ends_on=ours.project.ends_on,
        )  # fmt: skip
        number = baselines.freeze(ours.coordinator, ours.project, name="任务书", as_of=clock.today()).id
        db.session.commit()
    browser, page = sign_in(world.ours.people.other_member), f"/baselines/{number}"
    assert browser.post(f"{page}/say", data={"words": "关于基线"}).location.startswith(page)
    assert "关于基线" in body(browser.get(page)) and "关于基线" not in body(sign_in(world.people.officer).get(page))
