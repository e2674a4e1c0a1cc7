"""The desk: each person finds what waits for him, and nothing of other tables."""

import pytest
from sqlalchemy import select

from consortium.activity.papers import request_paper
from consortium.activity.services import record
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.db import db
from consortium.documents.models import Paper
from consortium.jobs.models import Job
from consortium.people.models import User
from consortium.projects.models import Milestone

CANARY = "暮云"


def text(answer):
    return answer.get_data(as_text=True)


def test_strangers_are_sent_to_sign_in(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


@pytest.mark.parametrize("role", ["coordinator", "member", "other_member", "signatory", "expert", "auditor"])
def test_everybody_at_the_table_sees_his_consortium_and_no_other(world, sign_in, role):
    page = text(sign_in(world.ours.people.__dict__[role]).get("/"))
    assert "晨星联合体" in page
    assert CANARY not in page


def test_a_late_milestone_waits_for_its_own_firm_only(world, sign_in):
    late = f"/milestones/{world.ours.others_milestone.id}"
    assert late in text(sign_in(world.ours.people.other_member).get("/"))
    waiting = text(sign_in(world.ours.people.member).get("/waiting"))
    assert late not in waiting
    assert f"/milestones/{world.ours.milestone.id}" in waiting


def test_a_report_waits_for_whoever_verifies_and_not_for_who_reported(world, sign_in, inside):
    with inside():
        milestone = db.session.get(Milestone, world.ours.milestone.id)
        milestone.state, milestone.reported_on = "reported", clock.today()
        record("test", "reported", milestone)
        db.session.commit()
    place = f"/milestones/{world.ours.milestone.id}#verify"
    assert place in text(sign_in(world.ours.people.coordinator).get("/"))
    assert place not in text(sign_in(world.ours.people.member).get("/"))


def test_what_is_late_stands_first_with_its_days(world, sign_in):
    page = text(sign_in(world.ours.people.other_member).get("/waiting"))
    assert "12 days late" in page
    assert "pin-bad" in page


def test_an_officer_is_led_to_the_portfolio(world, sign_in):
    page = text(sign_in(world.people.officer).get("/"))
    assert 'href="/portfolio"' in page
    assert "My consortia" not in page


def test_an_administrator_sees_no_content(world, sign_in):
    page = text(sign_in(world.people.administrator).get("/"))
    assert "晨星" not in page
    assert CANARY not in page
    assert 'href="/people"' in page


def test_somebody_without_a_seat_is_told_how_to_begin(world, sign_in):
    page = text(sign_in(world.people.staff).get("/"))
    assert "You sit at no table yet" in page
    assert "/consortia/new" in page


def test_the_desk_speaks_chinese(world, sign_in):
    page = text(sign_in(world.ours.people.coordinator, "zh-CN").get("/"))
    assert 'lang="zh-Hans"' in page
    assert "晨星联合体 (invented)" not in page


def test_a_job_is_shown_to_who_asked_for_it(world, sign_in, inside):
    with inside():
        job = Job(
            kind="paper",
            title="第三季度报告",
            state="running",
            progress=41,
            attempts=1,
            actor_id=world.ours.people.coordinator.id,
        )
        db.session.add(job)
        db.session.commit()
        number = job.id
    mine = sign_in(world.ours.people.coordinator)
    assert "第三季度报告" in text(mine.get("/"))
    part = mine.get(f"/jobs/{number}")
    assert 'value="41"' in text(part)
    assert "<html" not in text(part)
    assert sign_in(world.ours.people.member).get(f"/jobs/{number}").status_code == 404


def test_the_feed_tells_of_my_tables_only(world, sign_in):
    page = text(sign_in(world.ours.people.member).get("/"))
    assert "晨星里程碑" in page
    assert "暮云里程碑" not in page


@pytest.mark.parametrize("path", ["/", "/waiting", "/search?q=晨星", "/notifications"])
def test_reading_writes_nothing(world, sign_in, inside, path):
    def events():
        from consortium.activity.models import Event

        with inside():
            return db.session.query(Event).count()

    before = events()
    assert sign_in(world.ours.people.coordinator).get(path).status_code == 200
    assert events() == before


def asked_for(inside, world):
    """A paper that the coordinator asked for, and the number of its job."""
    with inside():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        consortium = db.session.get_one(Consortium, world.ours.consortium.id)
        paper = request_paper(
            actor, kind="agreement", reference="AG-TAKEN-BACK", subject=consortium, title_zh="协议", title_en="Agreement",
            template="agreement/1", facts={},
        )  # fmt: skip
        db.session.commit()
        number = db.session.scalar(select(Job.id).where(Job.subject_kind == "paper", Job.subject_id == paper.id))
        return paper.id, number


def test_who_asked_for_work_takes_it_back(world, sign_in, inside, monkeypatch):
    monkeypatch.setattr("consortium.jobs.queue.wake", lambda number: None)
    paper, number = asked_for(inside, world)
    mine = sign_in(world.ours.people.coordinator)
    assert f'action="/jobs/{number}/cancel"' in text(mine.get("/"))
    assert sign_in(world.ours.people.member).post(f"/jobs/{number}/cancel").status_code == 404
    answer = mine.post(f"/jobs/{number}/cancel")
    assert (answer.status_code, answer.location) == (303, f"/papers/{paper}")
    with inside():
        found = db.session.get_one(Paper, paper)
        name = db.session.get_one(User, world.ours.people.coordinator.id).name
        assert (found.state, found.problem) == ("failed", f"Taken back by {name}.")
        assert db.session.get_one(Job, number).state == "cancelled"
    assert "Taken back by" in text(mine.get(answer.location))
    assert f'action="/jobs/{number}/cancel"' not in text(mine.get("/"))
    assert mine.post(f"/jobs/{number}/cancel").status_code == 409
