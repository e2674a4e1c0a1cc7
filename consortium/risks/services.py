"""What people do with risks: name them, amend them, and say from period to period how they stand. (Issues and actions: `acting`.)"""

from __future__ import annotations

from datetime import date
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, require, stake
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.words import Lazy, _l, called
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.people.queries import seated
from consortium.plans.models import Node
from consortium.projects.models import Milestone, Project
from consortium.projects.services import change, refuse, takes_part, titled
from consortium.projects.testimony import tell
from consortium.risks import queries
from consortium.risks.acting import ask_for, follow, give_action, move_action, move_issue, raise_issue, tracked
from consortium.risks.bands import RED, bands_on
from consortium.risks.models import Rhythm, Risk, RiskKind, RiskState
from consortium.risks.telling import concerned, seen_with
from consortium.risks.workflow import RISK, STANDING

__all__ = [
    "amend_risk",
    "ask_for",
    "give_action",
    "move_action",
    "move_issue",
    "note_state",
    "raise_issue",
    "raise_risk",
]


def raise_risk(
    actor: Any, project: Project, *, organisation: Organisation, title_zh: str, title_en: str, description: str, kind: RiskKind,
    foreseen: bool, rhythm: Rhythm, likelihood: int, impact: int, mitigation: str, person: User | None = None, milestone: Milestone | None = None,
    node: Node | None = None, kept: bool = False,
) -> Risk:  # fmt: skip
    """Enter a risk that a firm owns, with how it stands now; `kept` between that firm and those who see all."""
    require(actor, Action.TRACK, stake(project, organisation.id))
    tracked(project)
    titled(title_zh, title_en)
    takes_part(project, organisation)
    _concerns(project, organisation, person, milestone, node)
    _judged(likelihood, impact)
    today = clock.today()
    risk = Risk(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, number=queries.next_number(project, Risk),
        title_zh=title_zh, title_en=title_en, description=description, kind=kind, foreseen=foreseen, rhythm=rhythm, raised_on=today,
        likelihood=likelihood, impact=impact, state="open", mitigation=mitigation, person_id=person.id if person else None, milestone=milestone,
        node=node, kept_to_id=organisation.id if kept else None,
    )  # fmt: skip
    db.session.add(risk)
    state = _state(actor, risk, queries.first_of(rhythm, today), "")
    db.session.flush()
    record(actor, "named a risk", risk, state, *seen_with(risk), likelihood=likelihood, impact=impact)
    _tell(actor, risk, _l("%(project)s: the risk %(number)s is in the register.", project=called(project), number=risk.mark))  # fmt: skip
    return risk


def amend_risk(
    actor: Any, risk: Risk, *, organisation: Organisation, title_zh: str, title_en: str, description: str, kind: RiskKind, foreseen: bool,
    rhythm: Rhythm, mitigation: str, person: User | None = None, milestone: Milestone | None = None, node: Node | None = None, kept: bool = False,
) -> Risk:  # fmt: skip
    """Change what a risk is and who owns it; how it stands is said by period (`note_state`)."""
    tracked(risk.project)
    titled(title_zh, title_en)
    if organisation.id != risk.organisation_id:
        require(actor, Action.TRACK, stake(risk.project, organisation.id))
        takes_part(risk.project, organisation)
    _concerns(risk.project, organisation, person, milestone, node)
    kept_to = organisation.id if kept else None
    wanted = {
        "organisation_id": organisation.id, "title_zh": title_zh, "title_en": title_en, "description": description, "kind": kind,
        "foreseen": foreseen, "rhythm": rhythm, "mitigation": mitigation, "person_id": person.id if person else None,
        "milestone_id": milestone.id if milestone else None, "node_id": node.id if node else None, "kept_to_id": kept_to,
    }  # fmt: skip
    changed = change(risk, wanted)
    if changed:
        with_it = follow(risk) if "kept_to_id" in changed else []
        # Which of them were changed, and no words: who reads events may not be who reads the risk.
        record(actor, "amended the risk", risk, *with_it, *seen_with(risk), changed=sorted(changed))
        _tell(actor, risk, _l("%(project)s: the risk %(number)s was changed.", project=called(risk.project), number=risk.mark))  # fmt: skip
    return risk


def note_state(
    actor: Any, risk: Risk, *, period: date, likelihood: int, impact: int, step: str | None = None, note: str = ""
) -> RiskState:
    """Say how a risk stands in a period (its first day), anew or once more; `step` takes it along its life, None leaves it where it is."""
    tracked(risk.project)
    _judged(likelihood, impact)
    last = queries.last_state(risk)
    if period not in queries.periods(risk.rhythm, last.period, clock.today()):
        raise Refused("", period=_l("Of this period something was said already, or it has not begun."))
    before = (risk.state, risk.likelihood, risk.impact)
    if risk.state == "closed" and not step:
        raise Refused("", step=_l("The risk is closed, so nothing is noted of it, unless it is opened again."))
    if step:
        if step in ("close", "occur") and not note.strip():
            raise Refused("", note=_l("Say what happened; the others will read it."))
        RISK.move(actor, risk, step)
    elif (likelihood, impact) != before[1:] and not note.strip():
        raise Refused("", note=_l("Say why likelihood or impact are another than before."))
    risk.likelihood, risk.impact = likelihood, impact
    row = _state(actor, risk, period, note.strip())
    db.session.flush()
    verb = RISK.step(step).verb if step else "noted how the risk stands"
    record(
        actor, verb, risk, row, *seen_with(risk), period=period, state=[before[0], risk.state], likelihood=[before[1], likelihood],
        impact=[before[2], impact],
    )  # fmt: skip
    bands = bands_on(clock.today())
    if (
        risk.state in STANDING
        and bands.of(risk.score) == RED
        and (before[0] not in STANDING or bands.of(before[1] * before[2]) != RED)
    ):
        _tell(actor, risk, _l("%(project)s: the risk %(number)s is in the high band now.", project=called(risk.project), number=risk.mark))  # fmt: skip
    elif step:
        _tell(actor, risk, _l("%(project)s: the risk %(number)s is now “%(state)s”.", project=called(risk.project), number=risk.mark,
                              state=RISK.word(risk.state)))  # fmt: skip
    return row


def _state(actor: Any, risk: Risk, period: date, note: str) -> RiskState:
    row = RiskState(
        consortium_id=risk.consortium_id, organisation_id=risk.organisation_id, risk=risk, project_id=risk.project.id, period=period,
        noted_on=clock.today(), likelihood=risk.likelihood, impact=risk.impact, state=risk.state, note=note, noted_by_id=actor.id,
    )  # fmt: skip
    db.session.add(row)
    return row


def _judged(likelihood: int, impact: int) -> None:
    for name, value in (("likelihood", likelihood), ("impact", impact)):
        if not 1 <= value <= 5:
            raise Refused("", **{name: _l("Choose a value from 1 to 5.")})


def _concerns(project: Project, organisation: Organisation, person: User | None, milestone: Milestone | None, node: Node | None) -> None:  # fmt: skip
    """Refuse an owner of another firm, and a milestone or node of another project."""
    if person is not None and not queries.sits_for(person, project.consortium_id, organisation.id):
        sentence = _l(
            "%(person)s does not sit at the table for %(firm)s.", person=person.name, firm=called(organisation)
        )
        refuse(sentence, "person", "person_id")
    if milestone is not None and milestone.project_id != project.id:
        refuse(_l("The milestone has to belong to the same project."), "milestone", "milestone_id")
    if node is not None and node.project_id != project.id:
        refuse(_l("The node has to belong to the same project."), "node", "node_id")


def _tell(actor: Any, risk: Risk, sentence: Lazy) -> None:
    people = {person.id: person for person in [*concerned(risk), *seated(risk.consortium_id, Action.MANAGE)]}
    tell(people.values(), actor, sentence, risk, f"/risks/{risk.id}")
