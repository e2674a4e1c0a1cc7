"""The queue: a row in the business transaction is the truth, the message in huey only wakes somebody up."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import event, or_, select, update
from sqlalchemy.orm import Session

from consortium.core import clock, words
from consortium.core.db import db
from consortium.core.errors import NotNow
from consortium.core.noted import noted
from consortium.core.scope import everything
from consortium.core.words import _l
from consortium.jobs.models import Job

LEASE = datetime.timedelta(seconds=60)
ATTEMPTS = 3

#: What a handler answers: slow work without a database, which answers how to write its outcome down in one transaction.
Progress = Callable[[int], None]
Finish = Callable[[], None]
Work = Callable[[Progress], Finish]
Handler = Callable[[Job], Work]
Failed = Callable[[Job, object], None]

HANDLERS: dict[str, tuple[Handler, Failed | None]] = {}


class Cancelled(Exception):
    """Somebody took the job back while it ran."""


def handler(kind: str, failed: Failed | None = None) -> Callable[[Handler], Handler]:
    """Register who does jobs of a kind: `prepare(job)` reads, `work(progress)` toils, `finish()` writes."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = (function, failed)
        return function

    return register


def enqueue(
    actor: Any, kind: str, *, title: object = "", href: str = "", consortium_id: int | None = None, subject: Any = None, **args: Any,
) -> Job:  # fmt: skip
    """Ask for work in the present transaction; it begins after the commit, and never if there is none."""
    if kind not in HANDLERS:
        raise LookupError(f"Nobody does jobs of the kind {kind}.")
    job = Job(
        kind=kind, args=args, actor_id=getattr(actor, "id", None), about_consortium=consortium_id, title=words.written(title, 300), href=href,
        subject_kind=subject.__tablename__ if subject is not None else "", subject_id=getattr(subject, "id", None),
    )  # fmt: skip
    db.session.add(job)
    db.session.flush()
    noted(db.session(), "to_wake").append(job.id)
    return job


@event.listens_for(Session, "after_commit")
def _publish(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint was released; the business transaction may still fail
        return
    waiting = noted(session, "to_wake")
    numbers = list(waiting)
    waiting.clear()
    for number in numbers:
        from consortium.jobs.queue import wake  # the queue needs the app, which needs this module

        wake(number)


def newest(subject: Any) -> Job | None:
    """The job about a thing of a consortium that was asked for last."""
    # By the consortium, which has an index; of one there are not many.
    query = select(Job).where(
        Job.about_consortium == subject.consortium_id, Job.subject_kind == subject.__tablename__, Job.subject_id == subject.id
    )  # fmt: skip
    return db.session.scalar(query.order_by(Job.id.desc()).limit(1))


def claim(number: int) -> Job | None:
    """Take a job that waits, or whose worker was lost; None when somebody else has it."""
    token, now = secrets.token_hex(16), clock.now()
    free = or_(Job.state == "queued", (Job.state == "running") & (Job.lease_until < now))
    taken = db.session.execute(
        update(Job).where(Job.id == number, free, Job.attempts < ATTEMPTS)
        .values(state="running", claim=token, lease_until=now + LEASE, attempts=Job.attempts + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    return db.session.scalar(select(Job).where(Job.id == number, Job.claim == token))


def beat(number: int, token: str, progress: int) -> bool:
    """Prolong the lease and tell how far the work is; False when the job is not ours any more."""
    kept = db.session.execute(
        update(Job).where(Job.id == number, Job.claim == token, Job.state == "running")
        .values(lease_until=clock.now() + LEASE, progress=progress).execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    return bool(kept.rowcount)  # type: ignore[attr-defined]


def settle(number: int, token: str, state: str, problem: object = "") -> bool:
    """Mark a job as ended, in the present transaction; False when it is not ours any more, and then nothing may be written."""
    ended = db.session.execute(
        update(Job).where(Job.id == number, Job.claim == token, Job.state == "running")
        .values(state=state, problem=problem, progress=100 if state == "done" else Job.progress, finished_at=clock.now(), lease_until=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def cancel(job: Job, problem: object = "") -> bool:
    """Take a job back; work that has begun stops at its next heartbeat and leaves nothing behind. False when it has ended already."""
    taken = db.session.execute(
        update(Job)
        .where(Job.id == job.id, Job.state.in_(("queued", "running")))
        .values(state="cancelled", problem=problem, finished_at=clock.now(), lease_until=None)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def take_back(actor: Any, job: Job) -> None:
    """Cancel a job for who asked for it, and say so where its outcome is awaited."""
    sentence = _l("Taken back by %(name)s.", name=actor.name)
    if not cancel(job, sentence):
        raise NotNow(_l("The work has ended already."))
    with everything("what waits for a job hears of its end, even if who asked has left the table"):
        sorry(job, sentence)


def sorry(job: Job, sentence: object) -> None:
    """Tell what waits for a job that it will not be done, in the present transaction."""
    failed = HANDLERS[job.kind][1] if job.kind in HANDLERS else None
    if failed:
        failed(job, sentence)


def lost() -> list[int]:
    """Numbers of jobs that nobody works on although somebody should: never woken, or their worker died."""
    now = clock.now()
    stuck = or_(
        (Job.state == "queued") & (Job.created_at < now - datetime.timedelta(seconds=15)),
        (Job.state == "running") & (Job.lease_until < now),
    )
    return list(db.session.scalars(select(Job.id).where(stuck).order_by(Job.id).limit(200)))


def give_up() -> None:
    """Jobs whose worker died three times end with a sentence, each in a transaction of its own; what cannot end is tried again."""
    over = select(Job.id).where(Job.state == "running", Job.lease_until < clock.now(), Job.attempts >= ATTEMPTS)
    for number in list(db.session.scalars(over)):
        job = db.session.get_one(Job, number)
        end(number, job.claim, _l("The work was begun three times and broke off each time. The fault is recorded."))


def end(number: int, token: str, sentence: object) -> None:
    """End a job as failed, in a transaction; a handler that fails itself is logged, and stops nobody."""
    try:
        if settle(number, token, "failed", sentence):
            sorry(db.session.get_one(Job, number), sentence)
        db.session.commit()
    except Exception as error:  # whatever a handler raises
        db.session.rollback()
        structlog.get_logger().error("a failed job could not be ended", job=number, exc_info=error)
