"""The demonstration: built through the services, complete, and the same every time."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from consortium.activity.models import Event, OutboxMail
from consortium.activity.services import exported
from consortium.activity.verify_chain import verify
from consortium.agreements.models import Agreement
from consortium.config import TOP
from consortium.consortia.models import Consortium, Invitation
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.identifiers import Scheme, check
from consortium.demo import firms, people, projects, story
from consortium.jobs.models import Job
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.projects import lights
from consortium.projects.models import Evidence, Milestone, Project
from consortium.projects.workflow import MILESTONE
from consortium.reports.models import StatusReport
from tests.demo.conftest import NOON

pytestmark = pytest.mark.slow


def test_it_has_three_consortia_eight_projects_and_eighty_milestones(rows: Any) -> None:
    counts = [rows.scalar(select(func.count()).select_from(model)) for model in (Consortium, Project, Milestone)]
    assert counts == [3, 8, 80]


def test_the_weights_of_the_milestones_of_each_project_are_a_hundred() -> None:
    assert {work.key: sum(goal.weight for goal in work.goals) for work in projects.WORKS} == {
        work.key: 100 for work in projects.WORKS
    }


def test_every_state_of_a_milestone_occurs_and_some_are_late_or_due_soon(rows: Any) -> None:
    milestones = list(rows.scalars(select(Milestone)))
    assert {milestone.state for milestone in milestones} == set(MILESTONE.states)
    assert sum(milestone.state == "verified" for milestone in milestones) >= 2
    assert sum(lights.is_slipping(milestone) for milestone in milestones) >= 3
    judged = [milestone.reports[-1] for milestone in milestones if milestone.state == "accepted"]
    assert all(word.evidence and word.reached_on and word.verified_by_id and word.decided_by_id for word in judged)
    assert sum(word.verified_by_id != word.decided_by_id for word in judged) > len(judged) / 2
    days = [milestone.due_on - clock.today() for milestone in milestones if milestone.state == "planned"]
    assert sum(left.days < 0 for left in days) >= 3
    assert sum(0 <= left.days <= 30 for left in days) >= 3
    assert sum(left.days > 30 for left in days) >= 3


def test_two_consortia_operate_and_are_filed_and_one_alliance_is_forming(rows: Any) -> None:
    tables = rows.execute(select(Consortium.kind, Consortium.stage, Consortium.province).order_by(Consortium.id)).all()
    assert [(str(kind), stage, province) for kind, stage, province in tables] == [
        ("innovation_consortium", "operating", "32"), ("innovation_consortium", "operating", "44"), ("alliance", "forming", "61"),
    ]  # fmt: skip


def test_organisations_have_right_codes_and_are_spread_over_the_provinces(rows: Any) -> None:
    listed = list(rows.scalars(select(Organisation)))
    assert len(listed) == len(firms.FIRMS)
    assert all(check(Scheme.USCC, firm.code) == firm.code and firm.code[8:12] == "0000" for firm in listed)
    assert len({firm.province for firm in listed}) >= 8
    assert len({title.tier for firm in listed for title in firm.titles}) == 7
    assert not any(firm.website for firm in listed)


def test_there_is_somebody_in_every_role_and_all_addresses_are_reserved_for_examples(rows: Any) -> None:
    everybody = list(rows.scalars(select(User)))
    assert all(person.email.endswith("@demo.example") for person in everybody)
    assert {seat.role for seat in rows.scalars(select(Seat))} == {
        Role.COORDINATOR,
        Role.MEMBER,
        Role.SIGNATORY,
        Role.EXPERT,
        Role.AUDITOR,
        Role.SITE,
    }
    assert sum(person.is_administrator for person in everybody) == 1
    assert sorted(remit.regions for person in everybody for remit in person.remits) == [[], ["32"]]


def test_papers_are_asked_for_and_reports_are_submitted_and_in_writing(rows: Any) -> None:
    assert rows.scalar(select(func.count()).select_from(Agreement)) == 2
    assert Counter(rows.scalars(select(StatusReport.state))) == {"submitted": 2, "drafting": 1}
    assert set(rows.scalars(select(Job.state).where(Job.kind == "paper"))) == {"queued"}
    assert {invitation.state for invitation in rows.scalars(select(Invitation))} == {
        "open",
        "accepted",
        "withdrawn",
        "expired",
    }


def test_evidence_is_of_several_kinds_and_is_there(rows: Any, demo: Flask) -> None:
    kept = list(rows.scalars(select(Evidence)))
    assert {file.kind for file in kept} == {"txt", "csv", "pdf"}
    folder = Path(demo.config["PLATFORM"].folder) / "files"
    assert all((folder / file.key).stat().st_size == file.size for file in kept)


def test_the_chains_hold_and_their_times_only_go_forward(rows: Any) -> None:
    events = list(rows.scalars(select(Event).order_by(Event.chain, Event.number)))
    count, chains = verify(exported(event) for event in events)
    assert (count, chains) == (len(events), 4)
    for one, next_one in pairwise(events):
        assert one.chain != next_one.chain or one.happened_at <= next_one.happened_at
    assert max(event.happened_at for event in events) < NOON


def test_accounts_are_listed_and_their_password_opens_the_door(rows: Any, demo: Flask) -> None:
    listed = people.accounts()
    assert {
        "administrator@demo.example",
        "coordinator@demo.example",
        "member@demo.example",
        "officer@demo.example",
    } <= {email for _, email, _ in listed}
    assert {password for _, _, password in listed} == {people.PASSWORD}
    assert people.is_demo()
    from flask_security import verify_password

    hashed = rows.scalar(select(User.password).where(User.email == "member@demo.example"))
    with demo.test_request_context():
        assert verify_password(people.PASSWORD, hashed)


def test_no_mail_of_the_story_is_ever_sent(rows: Any, demo: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from consortium.web import mail

    assert set(rows.scalars(select(OutboxMail.state))) == {"kept"}
    monkeypatch.setitem(demo.config["PLATFORM"].values, "MAIL_URL", "smtp://localhost:1")
    monkeypatch.setattr(mail, "connect", lambda url: pytest.fail("a mail server was asked"))
    assert mail.deliver(50) == 0


def test_without_a_demonstration_no_account_is_shown(world: Any, inside: Any) -> None:
    with inside():
        assert not people.is_demo()
        assert people.accounts() == []
        assert not story.is_empty()


def test_nothing_can_be_planned_after_the_day_on_which_the_story_stands() -> None:
    with pytest.raises(ValueError, match="nothing can happen"):
        story.Story().on(story.TODAY, lambda: None)


def test_the_course_of_every_milestone_is_understood() -> None:
    from consortium.demo.working import COURSE

    for goal in (goal for work in projects.WORKS for goal in work.goals):
        assert " ".join("".join(step) for step in COURSE.findall(goal.course)) == goal.course


#: What is drawn by lot, so that nobody can guess it; a mail bears the address with the token of an invitation.
DRAWN = {"user": {"password", "fs_uniquifier"}, "invitation": {"secret_digest"}, "outbox_mail": {"body"}}
#: `flask demo` in another process, on another day.
ELSEWHERE = """
import datetime, sys
from flask_migrate import upgrade
from consortium.app import create_app
from consortium.core import clock
with clock.at(datetime.datetime(2031, 2, 3, 23, 59, 59, tzinfo=datetime.UTC)):
    app = create_app({"DATA_DIR": sys.argv[1], "SECRET_KEY": "another key for tests only, nothing else", "BASE_URL": "http://localhost"}, TESTING=True)
    with app.app_context():
        upgrade()
        answer = app.test_cli_runner().invoke(args=["demo"])
sys.exit(f"{answer.output}{answer.exception}" if answer.exit_code else 0)
"""


def test_another_process_builds_the_same_rows_with_the_same_digests(demo: Flask, tmp_path: Path) -> None:
    """Neither the order of sets, nor the zone of the machine, nor the day on which it is built makes a difference."""
    odd = {"PYTHONHASHSEED": "4711", "TZ": "America/Anchorage", "LC_ALL": "C", "PYTHONPATH": str(TOP)}
    found = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path)],
        env={**os.environ, **odd},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr[-2000:]
    here, there = contents(Path(demo.config["PLATFORM"].folder) / "built.db"), contents(tmp_path / "platform.db")
    assert here.keys() == there.keys() and sum(len(rows) for rows in here.values()) > 4000
    assert {name for name in here if here[name] != there[name]} == set()
    assert len(here["event"]) > 1000  # each with the digest of the one before it


def contents(file: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables in their order, but for what is drawn by lot."""
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        names = [row["name"] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [{key: value for key, value in zip(row.keys(), row, strict=True) if key not in DRAWN.get(name, ())} for row in database.execute(f'SELECT * FROM "{name}" ORDER BY 1')]
            for name in names
        }  # fmt: skip
