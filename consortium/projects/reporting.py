"""What firms say of milestones: that one is reached, with evidence, or why it will be late; and what others find, in two steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, _l, called
from consortium.projects import queries
from consortium.projects.lights import AHEAD
from consortium.projects.models import Evidence, Milestone, MilestoneReport, Project
from consortium.projects.testimony import attach, found, settle, tell
from consortium.projects.workflow import MILESTONE, house, may_not_report, while_open


def report(
    actor: Any, milestone: Milestone, *, note: str, reached_on: date | None = None, files: Sequence[Upload] = (), again: Sequence[str] = (),
    free_of_secrets: bool = False,
) -> MilestoneReport:  # fmt: skip
    """A member's word that a milestone was reached on a day (today, if none is said), with evidence: new files, and (by SHA-256) files of the own firm.

    `free_of_secrets` records that the person declared it.
    """
    step, today = MILESTONE.check(actor, milestone, "report"), clock.today()
    reached_on = reached_on or today
    _proven(milestone.project, note, reached_on, today, [*files, *again])
    MILESTONE.place(milestone, step)
    milestone.reported_on, milestone.reached_on = today, reached_on
    word = MilestoneReport(
        consortium_id=milestone.consortium_id, organisation_id=milestone.organisation_id, milestone=milestone, note=note, reached_on=reached_on,
        reported_by_id=actor.id, reported_at=clock.now(), outcome="", reason="", finding="",
    )  # fmt: skip
    db.session.add(word)
    word.evidence += attach(Evidence, milestone, milestone.project_id, files, again)
    db.session.flush()
    record(
        actor, step.verb, milestone, word, *word.evidence, to="reported", reached_on=reached_on, files={e.name: e.sha256 for e in word.evidence},
        declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    sentence = _l("%(project)s: milestone M%(number)s is reported and waits for verification.", **_named(milestone))
    _tell(queries.able(milestone, Action.VERIFY), actor, milestone, sentence)
    return word


def verify(actor: Any, milestone: Milestone, *, note: str = "", report_id: int | None = None) -> Milestone:
    """Another organisation's person finds that the report is true; `report_id` is the report that was read."""
    word = settle(actor, MILESTONE, milestone, milestone.reports, "verify", note, report_id)
    word.finding, word.reason = word.reason, ""
    record(actor, "verified", milestone, word, to="verified")
    sentence = _l("%(project)s: milestone M%(number)s is verified and waits for acceptance.", **_named(milestone))
    _tell([*queries.able(milestone, Action.ACCEPT), *queries.owners(milestone)], actor, milestone, sentence)
    return milestone


def accept(actor: Any, milestone: Milestone, *, note: str = "", report_id: int | None = None) -> Milestone:
    """A coordinator or expert of another organisation accepts what was verified."""
    word = _decide(actor, milestone, "accept", note, report_id)
    milestone.accepted_on = clock.today()
    record(actor, "accepted", milestone, word, to="accepted")
    sentence = _l("%(project)s: milestone M%(number)s is accepted.", **_named(milestone))
    _tell(queries.owners(milestone), actor, milestone, sentence)
    return milestone


def send_back(actor: Any, milestone: Milestone, *, reason: str, report_id: int | None = None) -> Milestone:
    """Another organisation's person finds that something is missing in a report, and says what."""
    _told(reason, "reason")
    return _returned(
        actor, milestone, settle(actor, MILESTONE, milestone, milestone.reports, "return", reason, report_id)
    )


def turn_down(actor: Any, milestone: Milestone, *, reason: str, report_id: int | None = None) -> Milestone:
    """A coordinator or expert of another organisation finds that something is missing in what was verified, and says what."""
    _told(reason, "reason")
    return _returned(actor, milestone, _decide(actor, milestone, "turn_down", reason, report_id))


def check(actor: Any, milestone: Milestone, *, decision: str, note: str, report_id: int | None) -> Milestone:
    """Take the step that `decision` names with the report that was read; to return it `note` says why."""
    if decision in ("verify", "accept"):
        act = verify if decision == "verify" else accept
        return act(actor, milestone, note=note, report_id=report_id)
    _told(note, "note")
    back = send_back if decision == "return" else turn_down
    return back(actor, milestone, reason=note, report_id=report_id)


def slip(actor: Any, milestone: Milestone, *, slip_reason: str, expected_on: date) -> Milestone:
    """The organisation that answers for a milestone says why it will be late, or is, and the day on which it expects it now."""
    if sentence := while_open(may_not_report)(actor, milestone):
        raise NotNow(sentence)
    if milestone.state not in AHEAD:
        word = MILESTONE.word(milestone.state)
        raise NotNow(_l("This milestone is “%(state)s”, so nothing is to be expected any more.", state=word))
    if not slip_reason.strip():
        raise Refused("", slip_reason=_l("Say why; the others will read it."))
    if expected_on <= milestone.due_on:
        due = milestone.due_on.isoformat()
        raise Refused("", expected_on=_l("That is no delay: the milestone is due on %(day)s.", day=due))
    if expected_on < clock.today():
        raise Refused("", expected_on=_l("The day must not lie in the past."))
    if (slip_reason.strip(), expected_on) == (milestone.slip_reason, milestone.expected_on):
        return milestone
    milestone.slip_reason, milestone.expected_on = slip_reason.strip(), expected_on
    record(actor, "explained the delay", milestone, reason=milestone.slip_reason, expected_on=expected_on)
    day = expected_on.isoformat()
    sentence = _l("%(project)s: milestone M%(number)s is expected on %(day)s only.", day=day, **_named(milestone))
    _tell(queries.able(milestone, Action.PLAN), actor, milestone, sentence)
    return milestone


def _proven(project: Project, note: str, reached_on: date, today: date, files: Sequence[object]) -> None:
    """Refuse a report that says nothing, shows nothing, or speaks of a day that it cannot know."""
    wrong: dict[str, object] = {}
    if not note.strip():
        wrong["note"] = _l("Say in a sentence or two what was reached.")
    if not files:
        wrong["files"] = _l("Add a file that shows it, or choose one that your organisation added before.")
    if reached_on > today:
        wrong["reached_on"] = _l("The day must not lie in the future.")
    elif reached_on < project.starts_on:
        first = project.starts_on.isoformat()
        wrong["reached_on"] = _l("The day must not lie before the start of the project, %(first)s.", first=first)
    if wrong:
        raise Refused("", **wrong)


def _told(reason: str, field: str) -> None:
    if not reason.strip():
        raise Refused("", **{field: _l("Say what is missing, so that it can be reported again.")})


def _decide(actor: Any, milestone: Milestone, step: str, finding: str, read: int | None) -> MilestoneReport:
    """Take the second step: who verified stays named beside who decides."""
    word = found(actor, MILESTONE, milestone, milestone.reports, step, read)
    word.reason, word.decided_by_id, word.decided_at = finding.strip(), actor.id, clock.now()
    word.decider_id = house(actor, milestone.consortium_id, Action.ACCEPT)
    return word


def _returned(actor: Any, milestone: Milestone, word: MilestoneReport) -> Milestone:
    record(actor, "returned", milestone, word, to="returned")
    sentence = _l(
        "%(project)s: milestone M%(number)s was returned; read why, and report it again.", **_named(milestone)
    )
    _tell(queries.owners(milestone), actor, milestone, sentence)
    return milestone


def _tell(people: Sequence[Any], actor: Any, milestone: Milestone, sentence: Lazy) -> None:
    tell({person.id: person for person in people}.values(), actor, sentence, milestone, f"/milestones/{milestone.id}")


def _named(milestone: Milestone) -> dict[str, object]:
    return {"project": called(milestone.project), "number": milestone.number}
