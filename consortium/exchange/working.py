"""Imports too large for a page, and their undoing, as jobs: asked for, done in one transaction, and what becomes of one that was refused."""

from __future__ import annotations

from typing import Any

from consortium.activity.services import record
from consortium.baselines.models import ChangeRequest
from consortium.core import words
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Denied
from consortium.core.scope import Scope, enter
from consortium.core.words import Lazy, _l
from consortium.exchange import services
from consortium.exchange.models import PlanImport
from consortium.exchange.preview import amount
from consortium.jobs.models import Job
from consortium.jobs.services import Finish, Progress, Work, enqueue, handler
from consortium.people.models import User
from consortium.projects.replanning import AT_ONCE

#: What an import is while a job works on it, and what it is again when the job is refused or taken back.
UNDER_WAY = {"importing": "previewed", "undoing": "imported"}


def take(actor: Any, row: PlanImport, *, removes: bool, seen: str) -> PlanImport | ChangeRequest:
    """Carry out an import of which `seen` was looked at: at once, or by a job when it is large."""
    preview = services.confirmed(actor, row, removes, seen)
    if not preview.by_job:
        return services.imported(actor, row, preview)
    row.counts = preview.counts
    title = _l("Import of the file “%(name)s”", name=row.name)
    return _asked(actor, row, "importing", title, removes=removes, seen=seen)


def undo(actor: Any, row: PlanImport) -> PlanImport | ChangeRequest:
    """Make the plan what it was before an import: at once, or by a job when the import is large."""
    if amount(row.counts) <= AT_ONCE:
        return services.undo(actor, row)
    services.may_undo(row)
    return _asked(actor, row, "undoing", _l("Undo of the import of “%(name)s”", name=row.name))


def _asked(actor: Any, row: PlanImport, state: str, title: Lazy, **args: Any) -> PlanImport:
    row.state = state
    record(actor, "asked to import" if state == "importing" else "asked to undo", row, row.project)
    enqueue(
        actor, "plan import", title=title, href=f"/imports/{row.id}", consortium_id=row.consortium_id, subject=row, row=row.id, state=state, **args,
    )  # fmt: skip
    return row


def _sorry(job: Job, sentence: object) -> None:
    """An import on which no job works any more can be confirmed, or undone, once more."""
    row = db.session.get(PlanImport, job.args["row"])
    if row is not None and row.state == job.args["state"]:
        row.state = UNDER_WAY[row.state]
        record("platform", "broke off the import", row, row.project, reason=words.written(sentence, 900))


@handler("plan import", failed=_sorry)
def make(job: Job) -> Work:
    """Do one import or undo it; whether who asked for it still may is asked in the transaction that does it."""
    number, who, args = job.args["row"], job.actor_id, dict(job.args)

    def work(progress: Progress) -> Finish:
        progress(10)

        def finish() -> None:
            row = db.session.get_one(PlanImport, number)
            actor = db.session.get(User, who)
            if actor is None or not actor.active or not allowed(actor, Action.PLAN, row):
                raise Denied(_l("Who asked for this may not change the plan any more, so nothing was changed."))
            # From here on as in a request of this person: of this consortium alone.
            enter(Scope({row.consortium_id}))
            row.state = UNDER_WAY[args["state"]]
            if args["state"] == "importing":
                services.take(actor, row, removes=args["removes"], seen=args["seen"])
            else:
                services.undo(actor, row)

        return finish

    return work
