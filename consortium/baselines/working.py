"""What is done with large requests as jobs: asked for, carried out in one transaction, and told where people look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consortium.activity.services import record
from consortium.baselines import drafting, services
from consortium.baselines.models import ChangeRequest
from consortium.baselines.workflow import OPEN
from consortium.consortia.seating import must_be_open
from consortium.core import words
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Denied, Stale
from consortium.core.scope import Scope, enter
from consortium.core.words import Lazy, _l
from consortium.jobs.models import Job
from consortium.jobs.services import Finish, Progress, Work, enqueue, handler, newest
from consortium.people.models import User
from consortium.projects.replanning import AT_ONCE

#: What a job does with a request, by the word under which it keeps it, and what whoever asked for it must still be allowed to do.
ACTS: dict[str, tuple[Action, Callable[..., ChangeRequest]]] = {
    "approve": (Action.DECIDE, lambda actor, request, **said: services.decide(actor, request, outcome="approve", **said)),
    "renew": (Action.PROPOSE, services.renew),
    "take out": (Action.PROPOSE, drafting.take_out),
}  # fmt: skip


def is_large(request: ChangeRequest) -> bool:
    """Whether a request is too much to be tried while somebody waits for the page."""
    return max(len(request.asked), len({(line["list"], tuple(line["key"])) for line in request.lines})) > AT_ONCE


def decide(actor: Any, request: ChangeRequest, *, outcome: str, decision: str) -> ChangeRequest:
    """Approve a request (`outcome` is `approve`), at once or by a job when it changes much, or reject it (`reject`)."""
    if outcome != "approve" or not is_large(request):
        return services.decide(actor, request, outcome=outcome, decision=decision)
    services.may_approve(actor, request, decision)
    title = _l("Approval of “%(request)s”", request=request.title)
    return _asked(actor, request, "approve", title, {"decision": decision})


def renew(actor: Any, request: ChangeRequest) -> ChangeRequest:
    """Try a request once more on the plan as it is now, at once or by a job when it changes much."""
    if not is_large(request):
        return services.renew(actor, request)
    services.mine_and(actor, request, OPEN)
    must_be_open(request.consortium)
    return _asked(actor, request, "renew", _l("Renewal of “%(request)s”", request=request.title), {})


def take_out(actor: Any, request: ChangeRequest, *, place: int, with_others: bool = False) -> ChangeRequest:
    """Take the change at a place out of a draft, at once or by a job when the draft gathers many."""
    if not is_large(request):
        return drafting.take_out(actor, request, place=place, with_others=with_others)
    drafting.chosen(actor, request, place=place, with_others=with_others)
    title = _l("Taking a change out of “%(request)s”", request=request.title)
    return _asked(actor, request, "take out", title, {"place": place, "with_others": with_others})


def _asked(actor: Any, request: ChangeRequest, act: str, title: Lazy, said: dict[str, Any]) -> ChangeRequest:
    enqueue(
        actor, "plan change", title=title, href=f"/changes/{request.id}", consortium_id=request.consortium_id, subject=request, request=request.id,
        version=request.version, act=act, **said,
    )  # fmt: skip
    return request


def _sorry(job: Job, sentence: object) -> None:
    """What became of it stands in the history of the request, which is as before; of which version it was told, the job keeps."""
    request = db.session.get(ChangeRequest, job.args["request"])
    if request is not None:
        job.args = {**job.args, "told_at": request.version}
        record("platform", "broke off the change", request, request.project, reason=words.written(sentence, 900))


@handler("plan change", failed=_sorry)
def make(job: Job) -> Work:
    """Do what was asked with one request; whether who asked for it still may is asked in the transaction that does it."""
    who, args = job.actor_id, dict(job.args)
    # Jobs of before there were others say nothing of what they do.
    action, act = ACTS[args.get("act", "approve")]
    said = {name: args[name] for name in ("decision", "place", "with_others") if name in args}

    def work(progress: Progress) -> Finish:
        progress(10)

        def finish() -> None:
            request = db.session.get_one(ChangeRequest, args["request"])
            actor = db.session.get(User, who)
            if actor is None or not actor.active or not allowed(actor, action, request):
                raise Denied(_l("Who asked for this may not change the plan any more, so nothing was changed."))
            if request.version != args["version"]:
                raise Stale(_l("The request has changed since this was asked for. Look at it and ask for it again."))
            # From here on as in a request of this person: of this consortium alone.
            enter(Scope({request.consortium_id}))
            act(actor, request, **said)

        return finish

    return work


class Progressing:
    """What the page of a request shows of the job that works on it."""

    def __init__(self, actor: Any, request: ChangeRequest) -> None:
        self.request = request
        self.job = newest(request) if request.state in OPEN else None
        self.mine = self.job is not None and self.job.actor_id == getattr(actor, "id", None)

    @property
    def under_way(self) -> bool:
        """Whether it goes on."""
        return self.job is not None and self.job.state in ("queued", "running")

    @property
    def what(self) -> Lazy:
        """What is being done."""
        if self.job is not None and self.job.args.get("act", "approve") != "approve":
            return _l("The request is being tried on the plan as it is now")
        return _l("The approval is being carried out")

    @property
    def refusal(self) -> object:
        """Why it changed nothing; blank where it goes on, where there was none, or where the request has changed since."""
        job = self.job
        if job is None or job.state not in ("failed", "cancelled"):
            return ""
        return job.problem if job.args.get("told_at", self.request.version) == self.request.version else ""
