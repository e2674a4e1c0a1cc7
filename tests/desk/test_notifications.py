"""Notifications: in the app, and the bell that counts them."""

from consortium.activity.models import Notification
from consortium.activity.services import notify
from consortium.core.db import db
from consortium.core.words import _l
from consortium.people.models import User

SENTENCE = "%(who)s told you of “%(what)s”."


def told(world, inside, href="/notifications"):
    with inside():
        people = [db.session.get(User, person.id) for person in (world.ours.people.member, world.ours.people.expert)]
        notify(people, _l(SENTENCE, who="<b>林海涛</b>", what="样机测试"), href)
        db.session.commit()
        return {row.user_id: row.id for row in db.session.query(Notification)}


def test_they_are_listed_filled_in_and_escaped(world, sign_in, inside):
    told(world, inside)
    page = sign_in(world.ours.people.member).get("/notifications").get_data(as_text=True)
    assert "told you of “样机测试”" in page
    assert "<b>林海涛</b>" not in page
    assert "&lt;b&gt;" in page


def test_the_bell_counts_until_they_are_read(world, sign_in, inside):
    told(world, inside)
    browser = sign_in(world.ours.people.member)
    assert "Notifications, 1 unread" in browser.get("/").get_data(as_text=True)
    assert browser.post("/notifications/read").status_code == 303
    assert "bell-dot" not in browser.get("/").get_data(as_text=True)
    assert "Notifications, 1 unread" in sign_in(world.ours.people.expert).get("/").get_data(as_text=True)


def test_reading_one_leads_to_what_it_is_about(world, sign_in, inside):
    numbers = told(world, inside, f"/milestones/{world.ours.milestone.id}")
    answer = sign_in(world.ours.people.member).post(f"/notifications/{numbers[world.ours.people.member.id]}/read")
    assert answer.headers["Location"] == f"/milestones/{world.ours.milestone.id}"


def test_nobody_reads_those_of_others(world, sign_in, inside):
    numbers = told(world, inside)
    sign_in(world.ours.people.member).post(f"/notifications/{numbers[world.ours.people.expert.id]}/read")
    with inside():
        assert db.session.get(Notification, numbers[world.ours.people.expert.id]).read_at is None


def test_an_address_outside_is_not_followed(world, sign_in, inside):
    numbers = told(world, inside, "//evil.example/x")
    answer = sign_in(world.ours.people.member).post(f"/notifications/{numbers[world.ours.people.member.id]}/read")
    assert answer.headers["Location"] == "/notifications"
