"""Approvals of large requests as jobs: asked for, carried out in one transaction, and told where people look."""

from __future__ import annotations

from typing import Any

from consortium.activity.services import record
from consortium.baselines import services
from consortium.baselines.models import ChangeRequest
from consortium.core import words
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Denied, Stale
from consortium.core.scope import Scope, enter
from consortium.core.words import _l
from consortium.jobs.models import Job
from consortium.jobs.services import Finish, Progress, Work, enqueue, handler, newest
from consortium.people.models import User
from consortium.projects.replanning import AT_ONCE


def decide(actor: Any, request: ChangeRequest, *, outcome: str, decision: str) -> ChangeRequest:
    """Approve a request (`outcome` is `approve`), at once or by a job when it changes much, or reject it (`reject`)."""
    rows = {(line["list"], tuple(line["key"])) for line in request.lines}
    if outcome != "approve" or len(rows) <= AT_ONCE:
        return services.decide(actor, request, outcome=outcome, decision=decision)
    services.may_approve(actor, request, decision)
    enqueue(
        actor, "plan change", title=_l("Approval of “%(request)s”", request=request.title), href=f"/changes/{request.id}",
        consortium_id=request.consortium_id, subject=request, request=request.id, version=request.version, decision=decision,
    )  # fmt: skip
    return request


def _sorry(job: Job, sentence: object) -> None:
    """What became of an approval stands in the history of the request, which waits for its decision as before."""
    request = db.session.get(ChangeRequest, job.args["request"])
    if request is not None:
        record("platform", "broke off the change", request, request.project, reason=words.written(sentence, 900))


@handler("plan change", failed=_sorry)
def make(job: Job) -> Work:
    """Carry out one approval; whether who approved still may is asked in the transaction that does it."""
    who, args = job.actor_id, dict(job.args)

    def work(progress: Progress) -> Finish:
        progress(10)

        def finish() -> None:
            request = db.session.get_one(ChangeRequest, args["request"])
            actor = db.session.get(User, who)
            if actor is None or not actor.active or not allowed(actor, Action.DECIDE, request):
                raise Denied(_l("Who asked for this may not change the plan any more, so nothing was changed."))
            if request.version != args["version"]:
                raise Stale(_l("The request has changed since it was approved. Look at it and decide again."))
            # From here on as in a request of this person: of this consortium alone.
            enter(Scope({request.consortium_id}))
            services.decide(actor, request, outcome="approve", decision=args["decision"])

        return finish

    return work


class Progressing:
    """What the page of a request shows of the job that carries out its approval."""

    def __init__(self, actor: Any, request: ChangeRequest) -> None:
        self.job = newest(request) if request.state == "submitted" else None
        self.mine = self.job is not None and self.job.actor_id == getattr(actor, "id", None)

    @property
    def under_way(self) -> bool:
        """Whether it goes on."""
        return self.job is not None and self.job.state in ("queued", "running")

    @property
    def refusal(self) -> object:
        """Why it changed nothing; blank where it goes on, or where there was none."""
        return self.job.problem if self.job is not None and self.job.state in ("failed", "cancelled") else ""
