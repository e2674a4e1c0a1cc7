"""When a report is issued, those who may read it are told: the table, and the officers who oversee it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity import papers
from consortium.activity.models import Notification
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.jobs import worker
from consortium.jobs.models import Job
from consortium.people.models import User
from consortium.reports import services


@dataclass
class Made:
    """What a renderer answers."""

    pdf: bytes = b"%PDF-1.7 told"
    pages: int = 3


class Renderer:
    """Makes every paper at once."""

    def render(self, *_: Any) -> Made:
        return Made()


@pytest.fixture
def issued(inside: Any, world: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """A report that the coordinator submitted, and whose paper a worker made."""
    monkeypatch.setattr("consortium.jobs.queue.wake", lambda number: None)
    monkeypatch.setattr(papers, "renderer", lambda workers: Renderer())
    monkeypatch.setattr(worker, "_app", app)
    with inside():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        table = db.session.get_one(Consortium, world.ours.consortium.id)
        report = services.open_report(actor, table, starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30))
        services.submit(actor, services.write(actor, report, narrative_zh="本期完成样机。", narrative_en=""))
        db.session.commit()
        job, number = db.session.scalars(select(Job.id).where(Job.kind == "paper")).one(), report.id
        before = set(db.session.scalars(select(Notification.id)))
    assert not before
    worker.do(job)
    return number


def test_who_may_read_it_is_told_and_nobody_else(issued: int, inside: Any, world: Any) -> None:
    ours, everyone = world.ours.people, world.people
    with inside():
        told = dict(db.session.execute(select(Notification.user_id, Notification.href)).all())
    assert set(told.values()) == {f"/reports/{issued}"}
    assert {ours.member.id, ours.other_member.id, ours.auditor.id, everyone.officer.id} <= set(told)
    outside = {ours.coordinator.id, everyone.officer_elsewhere.id, world.theirs.people.member.id}
    assert not outside & set(told)


def test_the_notice_stands_in_the_words_of_its_reader_and_leads_to_the_report(
    issued: int, sign_in: Any, world: Any
) -> None:
    english = sign_in(world.people.officer)
    assert "on 2026-07-01 to 2026-09-30 is issued." in english.get("/notifications").text
    assert english.get(f"/reports/{issued}").status_code == 200
    assert "进展报告" in sign_in(world.people.officer, "zh").get("/notifications").text
