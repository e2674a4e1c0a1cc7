"""Doing jobs: keep their lease alive, write their outcome in one transaction, and find those that were lost."""

from __future__ import annotations

import threading
from typing import Any

import structlog

from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.core.scope import everything
from consortium.core.words import Lazy, _l
from consortium.documents.keeping import sweep
from consortium.jobs import services
from consortium.jobs.services import Cancelled

log = structlog.get_logger()
BEAT = 10.0
_app: Any = None  # the app of this process; only its context is needed here


def serve_for(app: Any) -> None:
    """Say whose jobs this process does."""
    global _app
    _app = app


class Pulse(threading.Thread):
    """Keeps the lease of one job alive while its work goes on, and carries its progress to the database."""

    def __init__(self, app: Any, number: int, token: str) -> None:
        super().__init__(daemon=True)
        self.app, self.number, self.token = app, number, token
        self.progress, self.ours, self.done = 0, True, threading.Event()

    def run(self) -> None:
        """Beat until the work is done or the job was taken away."""
        while self.ours and not self.done.wait(BEAT if self.progress == 0 else 2.0):
            with self.app.app_context():
                self.ours = services.beat(self.number, self.token, self.progress)

    def tell(self, progress: int) -> None:
        """Note how far the work is (0 to 100); raises Cancelled when the job is not ours any more."""
        self.progress = progress
        if not self.ours:
            raise Cancelled


def do(number: int) -> None:
    """Do one job, if nobody else does; its effect and its end are one transaction, so it has its effect once or not at all."""
    if _app is None:
        raise RuntimeError("No app to work for.")
    with _app.app_context(), everything("a job belongs to the platform; its service checks again what it may do"):
        job = services.claim(number)
        if job is None:
            db.session.rollback()
            return
        token, handle = job.claim, services.HANDLERS.get(job.kind)
        log.info("job begins", job=number, kind=job.kind, attempt=job.attempts)
        try:
            if handle is None:
                raise Problem(_l("Nobody does jobs of the kind %(kind)s.", kind=job.kind))
            work = handle[0](job)
        except Exception as error:
            _failed(number, token, error)
            return
        db.session.rollback()
    pulse = Pulse(_app, number, token)
    pulse.start()
    try:
        finish = work(pulse.tell)
        problem: Exception | None = None
    except Exception as error:
        problem = error
    finally:
        pulse.done.set()
        pulse.join()
    with _app.app_context(), everything("a job belongs to the platform"):
        if problem is not None:
            _failed(number, token, problem)
            return
        try:
            # What is written may take as long as the work before it: a whole lease for it, and how far it is.
            services.beat(number, token, pulse.progress)
            if services.settle(number, token, "done"):
                finish()
                db.session.commit()
                log.info("job done", job=number)
            else:
                db.session.rollback()
        except Exception as error:
            db.session.rollback()
            _failed(number, token, error)


def _failed(number: int, token: str, error: Exception) -> None:
    """End a job with the sentence of what went wrong; who asked for it sees the sentence."""
    db.session.rollback()
    if isinstance(error, Cancelled):
        return
    sentence = _told(error)
    if sentence is not None:
        log.error("job failed", job=number, problem=sentence.english if isinstance(sentence, Lazy) else str(sentence))
    else:
        log.error("job failed", job=number, problem=repr(error), exc_info=error)
        sentence = _l(
            "The work ended with an error that nobody foresaw; the operator finds it in the log under number %(number)s.",
            number=number,
        )
    services.end(number, token, sentence)


def _told(error: Exception) -> object | None:
    """The sentence for people that an error carries, if it carries one."""
    if not isinstance(error, Problem):
        return None
    return error.message or next(iter(error.fields.values()), None)


def reap() -> None:
    """Do jobs whose wake-up call or worker was lost."""
    if _app is None:
        return
    with _app.app_context(), everything("jobs of all consortia are looked after"):
        services.give_up()
        numbers = services.lost()
    for number in numbers:
        do(number)


def tidy() -> None:
    """Remove files of refused forms that are kept no longer."""
    if _app is None:
        return
    with _app.app_context(), everything("files that wait for forms of all people"):
        sweep()
        db.session.commit()


def tend() -> None:
    """Send mails that wait."""
    if _app is None:
        return
    from consortium.web.mail import deliver  # a worker without mail settings does not need it

    with _app.app_context(), everything("mails to people of all consortia"):
        deliver(50)
        db.session.commit()
