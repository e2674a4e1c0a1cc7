"""Why there is no paper is read by each in his own language, and what broke inside the platform is for its operator."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity import papers
from consortium.activity.models import Event
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.documents.models import Paper
from consortium.documents.troubles import Broken, TooSlow
from consortium.jobs import worker
from consortium.jobs.models import Job
from consortium.people.models import User

pytestmark = pytest.mark.slow


@pytest.fixture
def asked(inside: Any, world: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """A paper that the coordinator asked for, and its job."""
    monkeypatch.setattr("consortium.jobs.queue.wake", lambda number: None)
    monkeypatch.setattr(worker, "_app", app)
    with inside():
        paper = papers.request_paper(
            db.session.get_one(User, world.ours.people.coordinator.id), kind="agreement", reference="AG-IN-WORDS", template="agreement/1",
            subject=db.session.get_one(Consortium, world.ours.consortium.id), title_zh="协议", title_en="Agreement", facts={},
        )  # fmt: skip
        db.session.commit()
        return paper.id, db.session.scalars(select(Job.id).where(Job.subject_id == paper.id, Job.kind == "paper")).one()


class Renderer:
    """Fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def render(self, *_: Any) -> None:
        raise self.error


def told(inside: Any) -> str:
    with inside():
        return str(db.session.scalars(select(Event.facts).where(Event.verb == "failed")).one()["problem"])


def test_who_took_it_back_is_read_in_two_languages(
    asked: tuple[int, int], sign_in: Any, world: Any, inside: Any
) -> None:
    paper, job = asked
    assert sign_in(world.ours.people.coordinator, "zh").post(f"/jobs/{job}/cancel").status_code == 303
    assert "Taken back by" in sign_in(world.ours.people.coordinator).get(f"/papers/{paper}").text
    assert "Taken back by" not in sign_in(world.ours.people.coordinator, "zh").get(f"/papers/{paper}").text
    assert told(inside).startswith("Taken back by")


def test_why_it_failed_is_read_in_two_languages(
    asked: tuple[int, int], sign_in: Any, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "renderer", lambda workers: Renderer(TooSlow(seconds=60)))
    worker.do(asked[1])
    english, chinese = (sign_in(world.ours.people.coordinator, tongue) for tongue in ("en", "zh"))
    assert "not ready after 60 seconds" in english.get(f"/papers/{asked[0]}").text
    assert "not ready after" not in chinese.get(f"/papers/{asked[0]}").text


def test_what_broke_inside_is_for_the_log(
    asked: tuple[int, int], sign_in: Any, world: Any, inside: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    fault = Broken(reason="UndefinedError: 'dict object' has no attribute 'secret'")
    monkeypatch.setattr(papers, "renderer", lambda workers: Renderer(fault))
    worker.do(asked[1])
    page = sign_in(world.ours.people.coordinator).get(f"/papers/{asked[0]}").text
    assert f"in the log under number {asked[1]}" in page and "UndefinedError" not in page
    assert "UndefinedError" not in told(inside)
    said = capsys.readouterr().out
    assert "UndefinedError" in said and f"job={asked[1]}" in said
    with inside():
        assert db.session.get_one(Paper, asked[0]).state == "failed"
