"""What people say, ask and answer: rules of the services, and pages as people use them."""

import datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import event, or_, select

from consortium.activity.models import Event, Notification
from consortium.consortia.models import Consortium
from consortium.core.access import Role
from consortium.core.db import Base, db
from consortium.core.errors import NotNow, Refused
from consortium.desk.queries import all_waiting
from consortium.discussions import queries, services
from consortium.discussions.models import Remark, Thread
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects import services as projects
from consortium.projects.models import Milestone, Project
from tests import factories
from tests.factories import TODAY
from tests.furniture import furnish

pytestmark = pytest.mark.slow

DUE = TODAY + datetime.timedelta(days=7)
SAID = "晨星的秘密话"


def body(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def ours(inside, world):
    """Our table with rows loaded, rolled back at the end."""
    with inside():
        yield loaded(world.ours)
        db.session.rollback()


def loaded(table):
    return SimpleNamespace(
        consortium=db.session.get(Consortium, table.consortium.id),
        project=db.session.get(Project, table.project.id),
        milestone=db.session.get(Milestone, table.milestone.id),
        lead=db.session.get(Organisation, table.lead.id),
        firm=db.session.get(Organisation, table.member.id),
        other=db.session.get(Organisation, table.other.id),
        **{name: db.session.get(User, person.id) for name, person in vars(table.people).items()},
    )


@pytest.fixture
def talk(world, inside):
    """A remark of the member and a question of the expert to the member, about a milestone."""
    with inside():
        ours = loaded(world.ours)
        said = services.say(ours.member, ours.milestone, words=SAID)
        asked = services.ask(ours.expert, ours.milestone, words=f"{SAID}吗", asked=ours.firm, due_on=DUE)
        db.session.commit()
        return SimpleNamespace(said=said.id, asked=asked.id, remark=said.remarks[0].id, milestone=ours.milestone.id)


def told(person):
    rows = db.session.scalars(select(Notification).where(Notification.user_id == person.id).order_by(Notification.id))
    return [row.message for row in rows]


# What is said


def test_a_question_is_answered_by_a_person_of_the_asked_organisation_and_by_nobody_else(ours):
    asked = services.ask(ours.coordinator, ours.milestone, words="何时？", asked=ours.firm, due_on=DUE)
    services.answer(ours.expert, asked, words="我也想知道")
    assert asked.state == "open"
    services.answer(ours.member, asked, words="下周")
    assert asked.state == "answered"
    services.answer(ours.member, asked, words="周三")
    assert asked.state == "answered"
    assert [remark.said_for_id for remark in asked.remarks] == [ours.lead.id, ours.other.id, ours.firm.id, ours.firm.id]


def test_events_name_the_thing_and_keep_no_word(ours):
    said = services.say(ours.member, ours.milestone, words=SAID)
    services.answer(ours.coordinator, said, words=f"{SAID}二")
    for row in db.session.scalars(select(Event).where(Event.subject_kind == "thread", Event.subject_id == said.id)):
        assert ["milestone", ours.milestone.id] in row.others
        assert SAID not in f"{row.facts}{row.subject_name}"


@pytest.mark.parametrize("words", ["", "   \n", "字" * 4001])
def test_words_are_neither_blank_nor_too_long(ours, words):
    with pytest.raises(Refused) as refusal:
        services.say(ours.member, ours.milestone, words=words)
    assert "words" in refusal.value.fields


def test_words_are_kept_as_they_were_typed(ours):
    said = services.say(ours.member, ours.milestone, words="一  二\n\n<b>三</b>")
    assert said.remarks[0].words == "一  二\n\n<b>三</b>"


def test_a_question_needs_a_member_and_a_day_to_come(ours, world):
    stranger = db.session.get(Organisation, world.theirs.lead.id)
    with pytest.raises(Refused) as refusal:
        services.ask(ours.member, ours.milestone, words="？", asked=stranger, due_on=DUE)
    assert "asked" in refusal.value.fields
    with pytest.raises(Refused) as refusal:
        services.ask(
            ours.member, ours.milestone, words="？", asked=ours.firm, due_on=TODAY - datetime.timedelta(days=1)
        )
    assert "due_on" in refusal.value.fields
    services.ask(ours.member, ours.milestone, words="？", asked=ours.firm, due_on=TODAY)


def test_who_began_or_a_coordinator_closes_and_reopens(ours):
    said = services.say(ours.member, ours.milestone, words="说")
    with pytest.raises(NotNow):
        services.move(ours.expert, said, "close")
    services.move(ours.member, said, "close")
    with pytest.raises(NotNow):
        services.answer(ours.expert, said, words="还有")
    services.move(ours.coordinator, said, "reopen")
    services.answer(ours.expert, said, words="还有")
    with pytest.raises(NotNow):
        services.move(ours.member, said, "answer")


def test_a_closed_consortium_is_silent(ours):
    said = services.say(ours.member, ours.milestone, words="说")
    ours.consortium.stage = "closed"
    for act in (
        lambda: services.say(ours.member, ours.milestone, words="说"),
        lambda: services.answer(ours.member, said, words="说"),
        lambda: services.move(ours.member, said, "close"),
    ):
        with pytest.raises(NotNow):
            act()


def test_a_new_thing_with_the_number_of_a_removed_one_has_none_of_its_talk(ours):
    planned = {"title_zh": "甲", "title_en": "", "due_on": DUE, "weight": 1, "means": "", "organisation": ours.firm}
    first = projects.plan_milestone(ours.coordinator, ours.project, **planned)
    thread = services.say(ours.member, first, words="说")
    second = projects.plan_milestone(ours.coordinator, ours.project, **planned)
    assert queries.subject_of(thread) is first
    second.created_at = thread.created_at + datetime.timedelta(seconds=1)
    thread.subject_id = second.id
    db.session.flush()
    assert queries.subject_of(thread) is None
    assert queries.threads_of(ours.member, second) == []


# Mentions


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("@李明 请看", ["@李明"]), ("请@李明明看", ["@李明明"]), ("@李明和@王 芳", ["@李明", "@王 芳"]), ("＠李明", ["＠李明"]), ("@Ann!", ["@Ann"]),
        ("@ann,", ["@ann"]), ("@Annette", []), ("ann@Ann.com", []), ("@陌生人", []), ("李明", []), ("@", []), ("", []),
    ],
)  # fmt: skip
def test_the_longest_name_after_an_at_is_a_mention(words, found):
    pieces = queries.pieces(words, ["李明", "李明明", "王 芳", "Ann", " "])
    assert [piece for piece, marked in pieces if marked] == found
    assert "".join(piece for piece, _ in pieces) == words


def test_who_is_mentioned_is_told_and_a_stranger_is_not(ours, world):
    stranger = db.session.get(User, world.theirs.people.coordinator.id)
    services.say(
        ours.coordinator, ours.milestone, words=f"@{ours.member.name} @{stranger.name} @{ours.coordinator.name} {SAID}"
    )
    assert "%(who)s mentions you: %(about)s" in told(ours.member)
    assert told(stranger) == [] and told(ours.coordinator) == []
    row = db.session.scalars(select(Notification).where(Notification.user_id == ours.member.id)).one()
    assert SAID not in str(row.values)


def test_the_asked_and_who_spoke_before_are_told_once(ours):
    asked = services.ask(ours.expert, ours.milestone, words="？", asked=ours.firm, due_on=DUE)
    assert len(told(ours.member)) == 1 and told(ours.expert) == []
    services.answer(ours.coordinator, asked, words=f"@{ours.member.name}")
    assert told(ours.member)[1:] == ["%(who)s mentions you: %(about)s"] and len(told(ours.expert)) == 1
    services.answer(ours.member, asked, words="好")
    assert len(told(ours.coordinator)) == 1 and len(told(ours.member)) == 2


def test_who_lost_the_seat_is_not_told(ours):
    guest = factories.user("过客", ours.other)
    seat = factories.seat(guest, ours.consortium, ours.other, Role.MEMBER)
    said = services.say(guest, ours.milestone, words="说")
    db.session.delete(seat)
    db.session.flush()
    services.answer(ours.coordinator, said, words="@过客")
    assert told(guest) == []


# What waits


def test_open_questions_wait_for_the_asked_organisation_late_ones_first(ours):
    later = services.ask(ours.expert, ours.project, words="？", asked=ours.firm, due_on=DUE)
    late = services.ask(ours.expert, ours.milestone, words="？", asked=ours.firm, due_on=TODAY)
    late.due_on = TODAY - datetime.timedelta(days=2)
    db.session.flush()
    waits = queries.waiting(ours.member)
    assert [(item.href, item.tone) for item in waits] == [
        (f"/threads/{late.id}", "bad"),
        (f"/threads/{later.id}", "act"),
    ]
    assert {item.href for item in waits} <= {item.href for item in all_waiting(ours.member)}
    assert not queries.waiting(ours.coordinator) and not queries.waiting(ours.auditor)
    services.answer(ours.member, late, words="答")
    assert [item.href for item in queries.waiting(ours.member)] == [f"/threads/{later.id}"]


# Pages


def test_a_member_says_and_asks_on_the_page_of_a_milestone(world, sign_in, inside):
    browser, path = sign_in(world.ours.people.member), f"/milestones/{world.ours.milestone.id}"
    assert f'action="{path}/say"' in body(browser.get(path))
    assert browser.get(f"{path}/say").status_code == browser.get(f"{path}/ask").status_code == 200
    answer = browser.post(f"{path}/say", data={"words": "<b>粗</b> @陌生人"})
    assert answer.status_code == 303 and f"{path}#thread-" in answer.location
    sent = {"words": "何时？", "asked_id": world.ours.lead.id, "due_on": DUE.isoformat()}
    assert browser.post(f"{path}/ask", data=sent).status_code == 303
    page = body(browser.get(path))
    assert "&lt;b&gt;粗&lt;/b&gt; @陌生人" in page and "何时？" in page and DUE.isoformat() in page


def test_mentions_are_marked(world, sign_in, inside):
    with inside():
        name = db.session.get(User, world.ours.people.coordinator.id).name
    browser, path = sign_in(world.ours.people.member), f"/projects/{world.ours.project.id}"
    browser.post(f"{path}/say", data={"words": f"请@{name}看"})
    assert f'<b class="mention">@{name}</b>' in body(browser.get(path))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"words": ""}, "Write what you want to know."), ({"words": "长" * 100_000}, "100,000 characters"), ({"due_on": "2026-11-21"}, "This day is over."),
        ({"due_on": "soon"}, "Write the date"), ({"asked_id": "99999"}, "not on the list"), ({"asked_id": ""}, "Please choose"),
        ({"words": "a\u202eb"}, "writing direction"),
    ],
)  # fmt: skip
def test_a_bad_question_is_told_at_its_field_and_nothing_typed_is_lost(world, sign_in, inside, changed, sentence):
    browser, path = sign_in(world.ours.people.member), f"/milestones/{world.ours.milestone.id}/ask"
    sent = {"words": "我的问题", "asked_id": world.ours.lead.id, "due_on": DUE.isoformat(), **changed}
    answer = browser.post(path, data=sent)
    assert answer.status_code == 422 and sentence in body(answer)
    assert sent["words"][:50] in body(answer)
    with inside():
        assert db.session.scalar(select(Thread.id)) is None


def test_an_answer_that_is_too_long_stays_on_the_page(world, sign_in, talk):
    answer = sign_in(world.ours.people.member).post(f"/threads/{talk.asked}/answer", data={"words": "字" * 4001})
    assert answer.status_code == 422 and "字" * 4001 in body(answer) and "4,001 characters" in body(answer)


def test_a_question_is_answered_closed_and_reopened_on_its_page(world, sign_in, talk, inside):
    member, expert = sign_in(world.ours.people.member), sign_in(world.ours.people.expert)
    way = f"/threads/{talk.asked}"
    assert "Answer the question" in body(member.get(way)) and "Answer the question" not in body(expert.get(way))
    assert member.post(f"{way}/answer", data={"words": "答复"}).status_code == 303
    assert "Answered" in body(expert.get(way))
    assert member.post(f"{way}/steps/close").status_code == 409
    assert "Only who began this" in body(member.post(f"{way}/steps/close"))
    assert expert.post(f"{way}/steps/close").status_code == 303
    assert "reopen it" in body(member.post(f"{way}/answer", data={"words": "还有"}))
    assert expert.post(f"{way}/steps/reopen").status_code == 303
    assert expert.post(f"{way}/steps/nonsense").status_code == 409
    assert expert.get(f"/remarks/{talk.remark}").location.endswith(f"/threads/{talk.said}#remark-{talk.remark}")


def test_an_auditor_reads_and_does_not_speak(world, sign_in, talk):
    browser = sign_in(world.ours.people.auditor)
    assert SAID in body(browser.get(f"/threads/{talk.said}"))
    page = body(browser.get(f"/milestones/{talk.milestone}"))
    assert SAID in page and "/say" not in page
    assert browser.post(f"/threads/{talk.said}/answer", data={"words": "说"}).status_code == 403
    assert browser.post(f"/milestones/{talk.milestone}/say", data={"words": "说"}).status_code == 403


def test_no_officer_learns_a_word_nor_that_anything_was_said(world, sign_in, talk):
    browser, table = sign_in(world.people.officer), world.ours.consortium.id
    for way in (f"/threads/{talk.said}", f"/remarks/{talk.remark}"):
        assert browser.get(way).status_code == 404
    ways = [f"/milestones/{talk.milestone}", f"/projects/{world.ours.project.id}", f"/consortia/{table}", f"/consortia/{table}/timeline",
            f"/consortia/{table}/threads", f"/consortia/{table}/threads?as=csv", "/search?q=秘密", "/", "/notifications"]  # fmt: skip
    for way in ways:
        page = body(browser.get(way))
        assert SAID not in page and "/threads/" not in page and "/remarks/" not in page, way
    assert browser.post(f"/milestones/{talk.milestone}/say", data={"words": "说"}).status_code == 403


def test_no_stranger_learns_a_word(world, sign_in, talk):
    for who in (world.theirs.people.coordinator, world.people.staff, world.people.administrator):
        browser = sign_in(who)
        assert browser.get(f"/threads/{talk.said}").status_code == 404
        assert "/remarks/" not in body(browser.get(f"/search?q={SAID}"))


def test_all_at_the_table_find_it_and_see_it_in_the_timelines(world, sign_in, talk):
    browser, table = sign_in(world.ours.people.member), world.ours.consortium.id
    assert f"/remarks/{talk.remark}" in body(browser.get(f"/search?q={SAID}"))
    assert f"/threads/{talk.asked}" in body(browser.get(f"/projects/{world.ours.project.id}"))
    assert "asked a question about" in body(browser.get(f"/consortia/{table}/timeline"))


@pytest.mark.parametrize(
    ("show", "said", "asked"),
    [("", 1, 1), ("open", 0, 1), ("late", 0, 0), ("mine", 1, 0), ("asked", 0, 1), ("nonsense", 1, 1)],
)
def test_the_list_can_be_filtered_and_exported(world, sign_in, talk, show, said, asked):
    browser, way = sign_in(world.ours.people.member), f"/consortia/{world.ours.consortium.id}/threads?show={show}"
    page = body(browser.get(way))
    assert (page.count(f'"/threads/{talk.said}"'), page.count(f'"/threads/{talk.asked}"')) == (said, asked)
    assert body(browser.get(f"{way}&as=csv")).count(SAID) == said + asked
    assert browser.get(f"{way}&as=xlsx").get_data()[:2] == b"PK"
    assert "/threads/" in body(browser.get(f"/consortia/{world.ours.consortium.id}/threads?q=秘密"))


@pytest.mark.parametrize("way", ["/milestones/{milestone}", "/consortia/{table}/threads", "/threads/{thread}", "/"])
def test_more_talk_asks_no_more(world, sign_in, talk, inside, way):
    browser = sign_in(world.ours.people.member)
    path = way.format(milestone=talk.milestone, table=world.ours.consortium.id, thread=talk.said)

    def asked():
        seen = []
        with inside():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", hook := lambda *args: seen.append(args[2]))
        assert browser.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", hook)
        return len(seen)

    with inside():
        ours = loaded(world.ours)
        services.answer(ours.coordinator, db.session.get(Thread, talk.said), words=f"@{ours.member.name}")
        db.session.commit()
    asked()
    before = asked()
    with inside():
        ours = loaded(world.ours)
        for number in range(6):
            new = services.ask(ours.coordinator, ours.milestone, words="？", asked=ours.firm, due_on=DUE)
            services.answer(ours.expert, new, words="？")
            services.answer(ours.expert, db.session.get(Thread, talk.said), words=f"@{ours.member.name} {number}")
        db.session.commit()
    assert asked() <= before


def test_talk_of_a_removed_thing_stays_readable(world, sign_in, inside):
    with inside():
        ours = loaded(world.ours)
        planned = {
            "title_zh": "要删的",
            "title_en": "",
            "due_on": DUE,
            "weight": 1,
            "means": "",
            "organisation": ours.firm,
        }
        row = projects.plan_milestone(ours.coordinator, ours.project, **planned)
        thread = services.say(ours.member, row, words="说")
        db.session.commit()
        number = thread.id
        projects.remove_milestone(ours.coordinator, row, reason="不要了")
        db.session.commit()
    page = sign_in(world.ours.people.member).get(f"/threads/{number}")
    assert page.status_code == 200 and "要删的 (no longer there)" in body(page)
    with inside():
        remark = db.session.scalars(select(Remark).where(Remark.thread_id == number)).one()
        assert remark.words == "说"


def test_every_thing_that_can_be_talked_about_has_the_card_and_both_pages(world, sign_in, inside):
    """A word is said about one row of each kind that the furniture of all features brings, and stands on its page."""
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    with inside():
        furnish(world)
        db.session.commit()
        table, firm = world.ours.consortium.id, world.ours.member.id
        numbers = {name: open_to(models[name], table, firm) for name in queries.TALKED_OF}
    browser, officer, untold = sign_in(world.ours.people.member), sign_in(world.people.officer), set()
    for name, number in numbers.items():
        path = queries.TALKED_OF[name][0].replace("<id:id>", str(number))
        assert browser.get(f"{path}/ask").status_code == browser.get(f"{path}/say").status_code == 200, name
        answer = browser.post(f"{path}/say", data={"words": f"说{name}"})
        assert answer.status_code == 303 and answer.location.startswith(path), name
        page = body(browser.get(path))
        assert f"说{name}" in page and f'action="{path}/say"' in page, name
        if "said something about" not in page:
            untold.add(name)
        hidden = body(officer.get(path))
        assert f"说{name}" not in hidden and "said something about" not in hidden and f"{path}/say" not in hidden
    assert untold == {"baseline", "monthly_log"}  # whose pages have no timeline


def open_to(model, table, firm):
    """A row of a kind at a table; the firm's own where it is kept to one."""
    query = select(model.id).where(model.consortium_id == table)
    if (kept := getattr(model, "kept_to_id", None)) is not None:
        query = query.where(or_(kept.is_(None), kept == firm))
    return db.session.scalars(query.order_by(model.id).limit(1)).one()
