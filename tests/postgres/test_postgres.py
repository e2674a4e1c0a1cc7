"""What only a real PostgreSQL can show: migrations, triggers, search, and two people at once."""

import threading
from contextlib import suppress

import pytest
from flask_migrate import check
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from consortium.activity.models import Event
from consortium.activity.services import exported, record
from consortium.activity.verify_chain import verify
from consortium.core.db import db
from consortium.core.errors import NotNow
from consortium.core.scope import everything
from consortium.core.search import found
from consortium.jobs import services as jobs
from consortium.jobs.models import Job
from consortium.people import queries
from consortium.people import services as people
from consortium.people.models import User
from consortium.projects.models import Milestone

pytestmark = pytest.mark.postgres


def test_models_are_what_migrations_make(app):
    with app.app_context():
        check()


def test_events_can_only_be_added(inside):
    for change in ("UPDATE event SET verb = 'undone'", "DELETE FROM event", "TRUNCATE event CASCADE"):
        with inside(), pytest.raises(DBAPIError, match="only ever added"):
            db.session.connection().exec_driver_sql(change)


def test_search_finds_two_characters(inside, world):
    with inside():
        titles = {entry.title for entry in db.session.scalars(found("晨星", [world.ours.consortium.id]))}
        assert any("联合体" in title for title in titles)
        assert not any("暮云" in title and "联合体" in title for title in titles)
        assert not list(db.session.scalars(found("没有的词", [world.ours.consortium.id])))


def test_a_chain_has_no_gap_when_many_write(app, inside, world):
    def write():
        with app.app_context(), everything("one of many"):
            for _ in range(10):
                record("test", "touched", db.session.get_one(Milestone, world.ours.milestone.id))
                db.session.commit()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with inside():
        events = [exported(event) for event in db.session.scalars(select(Event).order_by(Event.chain, Event.number))]
    count, _ = verify(events)
    assert count == len(events)
    assert sum(event["verb"] == "touched" for event in events) == 40


def test_two_people_change_one_row_and_one_is_told(app, world):
    outcomes, together = [], threading.Barrier(2)

    def change(title):
        with app.app_context(), everything("one of two"):
            row = db.session.get_one(Milestone, world.ours.others_milestone.id)
            together.wait(10)
            row.title_en = title
            try:
                record("test", "renamed", row)
                db.session.commit()
                outcomes.append("saved")
            except StaleDataError:
                db.session.rollback()
                outcomes.append("told")

    threads = [threading.Thread(target=change, args=(title,)) for title in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]


def test_two_administrators_who_close_each_other_leave_one(app, inside, world, monkeypatch):
    with inside():
        first = world.people.administrator.id
        second = people.open_account(
            None, email="second@example.org", name="Second", post="", organisation=None, is_administrator=True
        ).id
        db.session.commit()
        db.session.remove()
        db.engine.dispose()  # the connection that migrated waits for locks for a moment only
    asked, together, outcomes = queries.other_administrators, threading.Barrier(2), []

    def ask_at_once(user):
        others = asked(user)
        with suppress(threading.BrokenBarrierError):
            together.wait(0.5)
        return others

    monkeypatch.setattr(queries, "other_administrators", ask_at_once)

    def close(one, other):
        with app.app_context(), everything("one of two"):
            actor = db.session.get_one(User, one)
            try:
                people.close_account(actor, db.session.get_one(User, other), "first")
                db.session.commit()
                outcomes.append("closed")
            except NotNow:
                db.session.rollback()
                outcomes.append("told")

    threads = [threading.Thread(target=close, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.undo()
    with inside():
        one, other = (db.session.get_one(User, number) for number in (first, second))
        left = [user.active for user in (one, other)]
        if not one.active:
            people.reopen_account("test", one)
        if other.active:
            people.close_account("test", other, "the test is over")
        db.session.commit()
    assert sorted(outcomes) == ["closed", "told"] and sorted(left) == [False, True]


def test_a_nul_in_an_address_is_refused(client):
    assert client.get("/verify/%00abc").status_code == 400
    client.set_cookie("consortium", "a\0b")
    assert client.get("/login").status_code == 200


def test_one_job_is_claimed_once(app, inside):
    jobs.HANDLERS.setdefault("claimed once", (lambda job: lambda progress: lambda: None, None))
    with inside():
        job = Job(kind="claimed once")
        db.session.add(job)
        db.session.commit()
        number = job.id
    claimed = []

    def claim():
        with app.app_context(), everything("one of many workers"):
            if jobs.claim(number):
                claimed.append(1)

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert claimed == [1]


@pytest.mark.parametrize("who", ["coordinator", "member", "auditor"])
def test_pages_answer(sign_in, world, who):
    browser = sign_in(getattr(world.ours.people, who))
    for address in (
        "/",
        "/consortia",
        "/projects",
        "/milestones",
        "/organisations",
        f"/milestones/{world.ours.milestone.id}",
        "/search?q=晨星",
    ):
        assert browser.get(address).status_code == 200, address


def test_an_officer_sees_the_whole(sign_in, world):
    assert sign_in(world.people.officer).get("/portfolio").status_code == 200
