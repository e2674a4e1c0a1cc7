"""What people do with deliverables, and with what milestones depend on. (Assessment indicators: `measuring`.)"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.uploads import Upload
from consortium.core.words import _l, called, listed
from consortium.organisations.models import Organisation
from consortium.outputs import queries
from consortium.outputs.measuring import amend_indicator, plan_indicator, read_off, remove_indicator
from consortium.outputs.models import Deliverable, DeliverableKind, Dissemination, Submission, SubmittedFile, Tie
from consortium.outputs.planning import in_plan, numbered
from consortium.outputs.workflow import DELIVERABLE, OPEN
from consortium.plans.models import Node
from consortium.projects.models import Milestone, Project
from consortium.projects.queries import able, owners
from consortium.projects.replanning import replans
from consortium.projects.services import change, refuse, still_open, within_project
from consortium.projects.testimony import attach, settle, tell, tell_firms

__all__ = [
    "accept", "amend_deliverable", "amend_indicator", "plan_deliverable", "plan_indicator", "read_off", "remove_deliverable", "remove_indicator",
    "send_back", "submit", "tie", "untie", "verify",
]  # fmt: skip


@replans("deliverable.plan")
def plan_deliverable(
    actor: Actor, project: Project, *, number: str, node: Node | None, organisation: Organisation, title_zh: str, title_en: str,
    kind: DeliverableKind, level: Dissemination, due_on: date,
) -> Deliverable:  # fmt: skip
    """Plan what a firm hands over by a day."""
    still_open(project)
    number = numbered(project, Deliverable, number)
    in_plan(project, node, organisation, title_zh, title_en)
    within_project(project, due_on=due_on)
    row = Deliverable(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, node=node, number=number, title_zh=title_zh,
        title_en=title_en, kind=kind, level=level, due_on=due_on, state="pending",
    )  # fmt: skip
    db.session.add(row)
    record(actor, "planned", row, project, due_on=due_on, level=level)
    sentence = _l("%(project)s: your organisation is to hand in the new deliverable %(number)s.", **_named(row))
    tell_firms(actor, project, {organisation.id}, sentence, f"/deliverables/{row.id}")
    return row


@replans("deliverable.amend")
def amend_deliverable(
    actor: Actor, deliverable: Deliverable, *, number: str, node: Node | None, organisation: Organisation, title_zh: str, title_en: str,
    kind: DeliverableKind, level: Dissemination, due_on: date,
) -> Deliverable:  # fmt: skip
    """Change a deliverable that is not accepted and does not wait for its verification."""
    project = deliverable.project
    still_open(project)
    if deliverable.state not in OPEN:
        word = DELIVERABLE.word(deliverable.state)
        raise NotNow(_l("This deliverable is “%(state)s” and cannot be changed any more.", state=word))
    number = numbered(project, Deliverable, number, deliverable)
    in_plan(project, node, organisation, title_zh, title_en)
    within_project(project, due_on=due_on)
    if deliverable.submissions and organisation.id != deliverable.organisation_id:
        refuse(_l("Something was submitted already, so the organisation stays."), "organisation", "organisation_id")
    before = deliverable.node.number if deliverable.node else None
    wanted = {
        "number": number, "organisation_id": organisation.id, "title_zh": title_zh, "title_en": title_en, "kind": kind, "level": level,
        "due_on": due_on,
    }  # fmt: skip
    changed = change(deliverable, wanted)
    if deliverable.node is not node:
        deliverable.node = node
        changed["node"] = [before, node.number if node else None]
    if changed:
        record(actor, "amended", deliverable, project, **changed)
        firms = {organisation.id, *changed.get("organisation_id", ())}
        sentence = _l("%(project)s: deliverable %(number)s was changed.", **_named(deliverable))
        tell_firms(actor, project, firms, sentence, f"/deliverables/{deliverable.id}")
    return deliverable


@replans("deliverable.remove")
def remove_deliverable(actor: Actor, deliverable: Deliverable, *, reason: str) -> Project:
    """Take a deliverable out of the plan, as long as nothing was submitted and no milestone depends on it."""
    project = deliverable.project
    still_open(project)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    if deliverable.state != "pending" or deliverable.submissions:
        raise NotNow(_l("Something was submitted already, so the deliverable stays."))
    if served := queries.served_by(deliverable):
        names = listed(f"M{milestone.number}" for milestone in served)
        raise NotNow(_l("Milestones depend on this deliverable: %(names)s. Untie them first.", names=names))
    db.session.delete(deliverable)
    record(actor, "removed", deliverable, project, reason=reason.strip(), due_on=deliverable.due_on)
    sentence = _l("%(project)s: deliverable %(number)s was taken out of the plan.", **_named(deliverable))
    tell_firms(actor, project, {deliverable.organisation_id}, sentence, f"/projects/{project.id}/deliverables")
    return project


def submit(
    actor: Any, deliverable: Deliverable, *, note: str, files: Sequence[Upload] = (), again: Sequence[str] = (), free_of_secrets: bool = False,
) -> Submission:  # fmt: skip
    """A firm's word that a deliverable is there, with new files, and (by SHA-256) files of the own firm that serve once more."""
    if not note.strip():
        raise Refused("", note=_l("Say in a sentence or two what is handed in."))
    if not files and not again:
        raise Refused("", files=_l("Add the deliverable as a file, or a file that shows where it can be seen."))
    step = DELIVERABLE.move(actor, deliverable, "submit")
    deliverable.submitted_on = clock.today()
    word = Submission(
        consortium_id=deliverable.consortium_id, organisation_id=deliverable.organisation_id, deliverable=deliverable, note=note,
        reported_by_id=actor.id, reported_at=clock.now(), outcome="", reason="",
    )  # fmt: skip
    db.session.add(word)
    word.files += attach(SubmittedFile, deliverable, deliverable.project_id, files, again)
    db.session.flush()
    record(
        actor, step.verb, deliverable, word, *word.files, to="submitted", files={f.name: f.sha256 for f in word.files},
        declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    sentence = _l("%(project)s: deliverable %(number)s is submitted and waits for verification.", **_named(deliverable))
    tell(able(deliverable, Action.ACCEPT), actor, sentence, deliverable, f"/deliverables/{deliverable.id}")
    return word


def accept(actor: Any, deliverable: Deliverable, *, note: str = "", submission_id: int | None = None) -> Deliverable:
    """Another organisation's person finds that the deliverable is as planned; `submission_id` is the submission that was read."""
    word = settle(actor, DELIVERABLE, deliverable, deliverable.submissions, "accept", note, submission_id)
    deliverable.accepted_on = clock.today()
    record(actor, "accepted", deliverable, word, to="accepted")
    sentence = _l("%(project)s: deliverable %(number)s is accepted.", **_named(deliverable))
    tell(owners(deliverable), actor, sentence, deliverable, f"/deliverables/{deliverable.id}")
    return deliverable


def send_back(actor: Any, deliverable: Deliverable, *, reason: str, submission_id: int | None = None) -> Deliverable:
    """Another organisation's person finds that something is missing, and says what."""
    if not reason.strip():
        raise Refused("", reason=_l("Say what is missing, so that it can be submitted again."))
    word = settle(actor, DELIVERABLE, deliverable, deliverable.submissions, "return", reason, submission_id)
    record(actor, "returned", deliverable, word, to="returned")
    sentence = _l("%(project)s: deliverable %(number)s was returned; read why, and submit it again.", **_named(deliverable))  # fmt: skip
    tell(owners(deliverable), actor, sentence, deliverable, f"/deliverables/{deliverable.id}")
    return deliverable


def verify(actor: Any, deliverable: Deliverable, *, decision: str, note: str, submission_id: int | None) -> Deliverable:
    """Accept (`decision` is `accept`) or return (`return`, with the reason in `note`) the submission that was read."""
    if decision == "accept":
        return accept(actor, deliverable, note=note, submission_id=submission_id)
    if not note.strip():
        raise Refused("", note=_l("Say what is missing, so that it can be submitted again."))
    return send_back(actor, deliverable, reason=note, submission_id=submission_id)


def _named(deliverable: Deliverable) -> dict[str, object]:
    return {"project": called(deliverable.project), "number": deliverable.number}


# What milestones depend on


@replans("milestone.tie")
def tie(actor: Actor, milestone: Milestone, thing: Node | Deliverable) -> Tie:
    """Let a milestone depend on a node or on a deliverable; each may serve several milestones."""
    project = milestone.project
    still_open(project)
    if thing.project_id != project.id:
        refuse(_l("Both have to belong to the same project."), "thing")
    if queries.tied(milestone, thing):
        refuse(_l("The milestone depends on this already."), "thing")
    ends = {"deliverable": thing} if isinstance(thing, Deliverable) else {"node": thing}
    row = Tie(consortium_id=milestone.consortium_id, milestone=milestone, **ends)
    db.session.add(row)
    record(actor, "tied", milestone, row, thing)
    return row


@replans("milestone.untie")
def untie(actor: Actor, tie: Tie) -> Milestone:
    """Let a milestone depend on something no longer."""
    milestone, thing = tie.milestone, tie.deliverable or tie.node
    still_open(milestone.project)
    db.session.delete(tie)
    record(actor, "untied", milestone, tie, thing)
    return milestone
