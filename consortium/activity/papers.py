"""Asking for a paper, making it in a job, and putting it into the archive."""

from __future__ import annotations

import atexit
import secrets
from functools import cache
from typing import Any

from consortium import config
from consortium.activity.services import kind, record
from consortium.core import clock, features
from consortium.core.db import db
from consortium.documents.archive import fetch, keep
from consortium.documents.models import Paper
from consortium.documents.pdf import Renderer, facts_hash
from consortium.documents.troubles import Broken
from consortium.jobs.models import Job
from consortium.jobs.services import Finish, Progress, Work, enqueue, handler


def request_paper(
    actor: Any, *, kind: str, reference: str, subject: Any, title_zh: str, title_en: str, template: str, facts: dict[str, Any], href: str = "",
    kept_to: Any = None,
) -> Paper:  # fmt: skip
    """Freeze `facts` and ask for their paper, open to one firm and those who see all where it is `kept_to` one; it is issued by a job, or fails with a sentence."""
    if kept_to is not None:
        # The digest of the facts is public: without something that nobody can guess, amounts could be tried until it fits.
        facts = {**facts, "seal": secrets.token_hex(16)}
    paper = Paper(
        consortium_id=subject.consortium_id, kind=kind, reference=reference, subject_kind=subject.__tablename__, subject_id=subject.id,
        title_zh=title_zh, title_en=title_en, template=template, facts=facts, facts_digest=facts_hash(facts),
        requested_by_id=getattr(actor, "id", None), kept_to_id=kept_to.id if kept_to is not None else None,
    )  # fmt: skip
    db.session.add(paper)
    db.session.flush()
    record(actor, "requested", paper, facts=paper.facts_digest)
    enqueue(
        actor, "paper", title=f"{title_zh} · {title_en}", href=href or f"/papers/{paper.id}", consortium_id=paper.consortium_id, subject=paper,
        paper=paper.id,
    )  # fmt: skip
    return paper


def address(reference: str) -> str:
    """The public page that verifies the paper of a reference; printed in it."""
    return f"{config.current()['BASE_URL']}/verify/{reference}"


@cache
def renderer(workers: int) -> Renderer:
    """The renderer processes of this process, started when they are first needed."""
    made = Renderer(workers=workers)
    atexit.register(made.close)
    return made


def render(template: str, facts: dict[str, Any]) -> Any:
    """The bytes of a paper, made in a renderer process."""
    return renderer(config.current()["RENDERERS"]).render(template, facts)


def _sorry(job: Job, sentence: object) -> None:
    paper = db.session.get(Paper, job.args["paper"])
    if paper is not None and paper.state == "requested":
        paper.state, paper.problem = "failed", sentence
        record("platform", "failed", paper, problem=sentence)


@handler("paper", failed=_sorry)
def make(job: Job) -> Work:
    """Make one paper: the facts are read, the pages are set without a database, the bytes are archived."""
    paper = db.session.get_one(Paper, job.args["paper"])
    number, template, facts, state = paper.id, paper.template, paper.facts, paper.state
    pool = renderer(config.current()["RENDERERS"])

    def work(progress: Progress) -> Finish:
        progress(10)
        try:
            made = pool.render(template, facts) if state == "requested" else None
        except Broken as fault:  # of the platform: its words say nothing to people, and stand in the log
            raise RuntimeError(str(fault)) from fault
        progress(90)

        def finish() -> None:
            if made is None:
                return
            paper = db.session.get_one(Paper, number)
            stored = keep(made.pdf)
            paper.state, paper.sha256, paper.size, paper.pages, paper.key = (
                "issued",
                stored.sha256,
                stored.size,
                made.pages,
                stored.key,
            )
            paper.issued_at = clock.now()
            record("platform", "issued", paper, sha256=stored.sha256, pages=made.pages, facts=paper.facts_digest)
            of_kind = features.papers().get(paper.kind)
            if of_kind is not None and of_kind.issued is not None:
                of_kind.issued(paper)

        return finish

    return work


def content(paper: Paper) -> bytes:
    """The bytes of an issued paper."""
    return fetch(paper.key)


__all__ = ["address", "content", "kind", "make", "render", "renderer", "request_paper"]
