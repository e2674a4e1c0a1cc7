"""Work is done once, or is found again, or ends with a sentence; what it does and that it did are one transaction."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from consortium.activity.services import record
from consortium.core import clock, words
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.scope import everything
from consortium.core.words import _l
from consortium.jobs import queue, services, worker
from consortium.jobs.models import Job
from consortium.projects.models import Project
from tests import factories


@pytest.fixture
def shop(app: Flask, world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A workshop with one kind of work, whose steps a test may replace; wake-up calls are only written down."""
    made = SimpleNamespace(
        app=app,
        project=world.ours.project.id,
        woken=[],
        sorry=[],
        work=lambda progress: None,
        finish=lambda: None,
        prepared=0,
    )

    def prepare(job: Job) -> services.Work:
        made.prepared += 1

        def toil(progress: services.Progress) -> services.Finish:
            made.work(progress)
            return made.finish

        return toil

    monkeypatch.setitem(services.HANDLERS, "sample", (prepare, lambda job, sentence: made.sorry.append(sentence)))
    monkeypatch.setattr(queue, "wake", made.woken.append)
    monkeypatch.setattr(worker, "_app", app)
    yield made


def told(shop: SimpleNamespace, note: str = "done by a job") -> Callable[[], None]:
    """An effect that can be counted: the aim of a project grows, and an event tells of it."""

    def finish() -> None:
        project = db.session.get_one(Project, shop.project)
        project.objective += f"|{note}"
        record("platform", "amended", project, note=note)

    return finish


def ask(shop: SimpleNamespace) -> int:
    """A job that waits."""
    with shop.app.app_context(), everything("a test asks for work"):
        job = services.enqueue(None, "sample", title="sample")
        db.session.commit()
        return job.id


def look(shop: SimpleNamespace, number: int) -> SimpleNamespace:
    """The row of a job, and how often it had its effect."""
    with shop.app.app_context(), everything("a test looks"):
        job = db.session.get_one(Job, number)
        effects = db.session.get_one(Project, shop.project).objective.count("|")
        return SimpleNamespace(
            state=job.state,
            attempts=job.attempts,
            problem=job.problem,
            progress=job.progress,
            lease=job.lease_until,
            effects=effects,
        )


def later(**more: int) -> Any:
    """The clock, some time later."""
    return clock.at(factories.NOW + datetime.timedelta(**more))


def claim(shop: SimpleNamespace, number: int) -> str:
    """Take a job as a worker would that dies afterwards; answers its token, or a blank."""
    with shop.app.app_context(), everything("a worker that will be lost"):
        job = services.claim(number)
        return job.claim if job is not None else ""


def test_a_job_is_done_and_ends(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number = ask(shop)
    assert shop.woken == [number]
    worker.do(number)
    assert vars(look(shop, number)) == {
        "state": "done",
        "attempts": 1,
        "problem": "",
        "progress": 100,
        "lease": None,
        "effects": 1,
    }
    worker.do(number)
    assert look(shop, number).effects == 1 and shop.prepared == 1


def test_nobody_is_woken_for_what_was_not_asked_in_the_end(shop: SimpleNamespace) -> None:
    with shop.app.app_context(), everything("a test asks for work"):
        services.enqueue(None, "sample")
        db.session.rollback()
        db.session.commit()
        assert shop.woken == [] and db.session.scalars(select(Job).where(Job.kind == "sample")).all() == []
    with shop.app.app_context(), pytest.raises(LookupError):
        services.enqueue(None, "nobody does this")


def test_a_savepoint_that_is_taken_back_loses_no_call(shop: SimpleNamespace) -> None:
    with shop.app.app_context(), everything("a test asks for work"):
        before = services.enqueue(None, "sample").id
        savepoint = db.session.begin_nested()
        services.enqueue(None, "sample")
        savepoint.rollback()
        with db.session.begin_nested():
            inside = services.enqueue(None, "sample").id
        assert shop.woken == []
        db.session.commit()
        assert shop.woken == [before, inside]


def test_many_workers_claim_once(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number, tokens, gate = ask(shop), [], threading.Barrier(6)

    def grab() -> None:
        gate.wait()
        tokens.append(claim(shop, number))

    threads = [threading.Thread(target=grab) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 6 and sum(bool(token) for token in tokens) == 1
    assert look(shop, number).attempts == 1


def test_many_workers_have_one_effect(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number = ask(shop)
    threads = [threading.Thread(target=worker.do, args=(number,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (look(shop, number).state, look(shop, number).effects, shop.prepared) == ("done", 1, 1)


def test_a_job_whose_worker_was_lost_is_done_again(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number = ask(shop)
    assert claim(shop, number)
    worker.reap()
    assert look(shop, number).state == "running", "its lease has not run out yet"
    with later(minutes=2):
        worker.reap()
    assert (look(shop, number).state, look(shop, number).attempts, look(shop, number).effects) == ("done", 2, 1)


def test_the_first_worker_comes_back_too_late(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number = ask(shop)
    first = claim(shop, number)
    with later(minutes=2):
        second = claim(shop, number)
        with shop.app.app_context(), everything("two workers"):
            assert not services.beat(number, first, 50) and services.beat(number, second, 60)
            assert not services.settle(number, first, "done")
            db.session.rollback()
    assert (look(shop, number).state, look(shop, number).progress) == ("running", 60)


def test_a_lost_call_is_found(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number = ask(shop)
    worker.reap()
    assert look(shop, number).state == "queued", "a worker is on its way for some seconds"
    with later(seconds=20):
        worker.reap()
    assert (look(shop, number).state, look(shop, number).effects) == ("done", 1)


def test_a_cancelled_job_does_nothing(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number = ask(shop)
    with shop.app.app_context(), everything("somebody takes it back"):
        services.cancel(db.session.get_one(Job, number))
        db.session.commit()
    worker.do(number)
    with later(minutes=5):
        worker.reap()
    assert (look(shop, number).state, look(shop, number).effects, shop.prepared) == ("cancelled", 0, 0)


def test_a_job_that_is_cancelled_while_it_runs_does_nothing(shop: SimpleNamespace) -> None:
    number = ask(shop)
    shop.finish = told(shop)

    def interrupted(progress: services.Progress) -> None:
        with shop.app.app_context(), everything("somebody takes it back"):
            services.cancel(db.session.get_one(Job, number))
            db.session.commit()

    shop.work = interrupted
    worker.do(number)
    assert (look(shop, number).state, look(shop, number).effects, look(shop, number).problem) == ("cancelled", 0, "")
    assert shop.sorry == []


def test_a_cancelled_job_hears_of_it(shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BEAT", 0.01)
    number, heard = ask(shop), threading.Event()

    def long(progress: services.Progress) -> None:
        with shop.app.app_context(), everything("somebody takes it back"):
            services.cancel(db.session.get_one(Job, number))
            db.session.commit()
        for _ in range(200):
            heard.wait(0.05)
            progress(0)

    shop.work = long
    worker.do(number)
    assert (look(shop, number).state, look(shop, number).effects) == ("cancelled", 0)


def test_thrice_begun_and_broken_off_ends_with_a_sentence(shop: SimpleNamespace) -> None:
    shop.finish = told(shop)
    number = ask(shop)
    for minutes in (0, 2, 4):
        with later(minutes=minutes):
            assert claim(shop, number)
    with later(minutes=6):
        assert not claim(shop, number)
        worker.reap()
    found = look(shop, number)
    assert (found.state, found.effects, found.lease) == ("failed", 0, None)
    assert "three times" in found.problem and shop.sorry == [found.problem]


def test_a_handler_that_fails_stops_no_other(shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [ask(shop), ask(shop)]
    for minutes in (0, 2, 4):
        with later(minutes=minutes):
            assert all(claim(shop, number) for number in numbers)

    def sorry(job: Job, sentence: str) -> None:
        if job.id == numbers[0]:
            raise RuntimeError("this handler is broken")
        shop.sorry.append(job.id)

    monkeypatch.setitem(services.HANDLERS, "sample", (services.HANDLERS["sample"][0], sorry))
    with later(minutes=6):
        worker.reap()
        assert [look(shop, number).state for number in numbers] == ["running", "failed"] and shop.sorry == numbers[1:]
        monkeypatch.setitem(services.HANDLERS, "sample", (services.HANDLERS["sample"][0], None))
        worker.reap()
    assert look(shop, numbers[0]).state == "failed", "once the handler is mended, the job ends"


def test_a_refusal_is_told_as_it_is(shop: SimpleNamespace) -> None:
    number = ask(shop)

    def refused(progress: services.Progress) -> None:
        raise Refused("The character 𠮷 is in no font.")

    shop.work = refused
    worker.do(number)
    assert (look(shop, number).state, look(shop, number).problem) == ("failed", "The character 𠮷 is in no font.")
    assert shop.sorry == ["The character 𠮷 is in no font."]


@pytest.mark.parametrize("where", ["work", "finish"])
def test_a_fault_is_not_told_in_its_own_words(shop: SimpleNamespace, where: str) -> None:
    number = ask(shop)

    def broken(*_: Any) -> None:
        raise RuntimeError("a secret of the machine")

    setattr(shop, where, broken)
    worker.do(number)
    found = look(shop, number)
    assert found.state == "failed" and "secret" not in found.problem
    assert f"in the log under number {number}" in found.problem and shop.sorry == [found.problem]


def test_why_work_failed_is_read_in_ones_own_language(shop: SimpleNamespace) -> None:
    number, old = ask(shop), ask(shop)

    def refused(progress: services.Progress) -> None:
        raise Refused(_l("This step is not possible any more: the state is now “%(state)s”.", state=_l("Draft")))

    shop.work = refused
    with shop.app.app_context(), words.reading_in("zh_Hans"):
        worker.do(number)
    assert str(look(shop, number).problem) == "This step is not possible any more: the state is now “Draft”."
    with shop.app.app_context(), words.reading_in("zh_Hans"):
        assert "Draft" not in str(look(shop, number).problem) and "草" in str(look(shop, number).problem)
    with shop.app.app_context(), everything("a row of before"):
        kept = "UPDATE job SET problem = 'As it was said' WHERE id = ?"
        db.session.connection().exec_driver_sql(kept, (old,))
        db.session.commit()
    assert look(shop, old).problem == "As it was said"


def test_effect_and_end_are_one_transaction(shop: SimpleNamespace) -> None:
    number = ask(shop)
    effect = told(shop)

    def half() -> None:
        effect()
        db.session.flush()
        raise RuntimeError("the power went")

    shop.finish = half
    worker.do(number)
    assert (look(shop, number).state, look(shop, number).effects) == ("failed", 0)


def test_an_end_that_is_not_ours_takes_the_effect_with_it(shop: SimpleNamespace) -> None:
    """The lease runs out while the work is done, somebody else takes the job: only one of both has its effect."""
    number = ask(shop)
    shop.finish = told(shop)

    def slow(progress: services.Progress) -> None:
        if shop.prepared == 1:
            with later(minutes=3):
                worker.do(number)

    shop.work = slow
    worker.do(number)
    found = look(shop, number)
    assert (found.state, found.attempts, found.effects, shop.prepared) == ("done", 2, 1, 2)


def test_progress_is_seen(shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BEAT", 0.01)
    number, seen = ask(shop), []

    def toil(progress: services.Progress) -> None:
        pulse = next(thread for thread in threading.enumerate() if isinstance(thread, worker.Pulse))
        progress(40)
        with shop.app.app_context(), everything("the heart beats"):
            assert services.beat(number, pulse.token, pulse.progress)
        seen.append(look(shop, number).progress)

    shop.work = toil
    worker.do(number)
    assert seen == [40]
