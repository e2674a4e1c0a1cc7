"""What people do with projects, and with the plan of their milestones. (What firms say of milestones: `reporting`.)"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from consortium.activity.services import advance, record
from consortium.consortia.models import Consortium
from consortium.consortia.obstacles import obstacles
from consortium.consortia.queries import next_reference
from consortium.consortia.seating import must_be_open
from consortium.core import features
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.terms import CoreArea, ProjectKind
from consortium.core.words import Lazy, _l, called
from consortium.organisations.models import Organisation
from consortium.projects import levels, queries
from consortium.projects.models import Milestone, Participant, Project
from consortium.projects.replanning import hold, replans
from consortium.projects.reporting import accept, check, report, send_back, slip, turn_down, verify
from consortium.projects.testimony import tell_firms
from consortium.projects.workflow import MILESTONE, OPEN, PROJECT

__all__ = ["accept", "check", "report", "send_back", "slip", "turn_down", "verify"]


def start(
    actor: Actor, consortium: Consortium, *, kind: ProjectKind, title_zh: str, title_en: str, objective: str, area: CoreArea,
    lead: Organisation, starts_on: date, ends_on: date, budget: Decimal, trl_start: int, trl_target: int,
) -> Project:  # fmt: skip
    """A new project of a consortium, as a draft; budget in yuan, TRL 1 to 9."""
    if consortium.stage in ("closing", "closed"):
        raise NotNow(_l("The consortium is closing or closed, so no project can be started in it."))
    titled(title_zh, title_en)
    _period(starts_on, ends_on)
    _climb(trl_start, trl_target)
    _member(consortium.id, lead, "lead", "lead_id")
    project = Project(
        consortium_id=consortium.id, reference=next_reference(consortium, Project, "P"), kind=kind, title_zh=title_zh, title_en=title_en,
        objective=objective, area=area, stage="draft", lead_id=lead.id, starts_on=starts_on, ends_on=ends_on, budget=budget,
        trl_start=trl_start, trl_now=trl_start, trl_target=trl_target,
    )  # fmt: skip
    db.session.add(project)
    record(actor, "started", project, reference=project.reference, budget=budget)
    return project


@replans("project.amend")
def amend(
    actor: Actor, project: Project, *, kind: ProjectKind, title_zh: str, title_en: str, objective: str, area: CoreArea,
    lead: Organisation, starts_on: date, ends_on: date, budget: Decimal, trl_start: int, trl_target: int,
) -> Project:  # fmt: skip
    """Change what was said when the project was started; what is planned already has to fit."""
    still_open(project)
    titled(title_zh, title_en)
    _period(starts_on, ends_on)
    _climb(trl_start, trl_target)
    if lead.id != project.lead_id:
        _member(project.consortium_id, lead, "lead", "lead_id")
    # Only locked and not read anew: who changed the project itself meanwhile is noticed, and not overwritten.
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    _affordable(budget, queries.planned_money(project), "budget")
    if found := obstacles("budget", project, budget):
        raise Refused("", budget=found[0])
    for milestone in project.milestones:
        if milestone.state != "waived" and not starts_on <= milestone.due_on <= ends_on:
            day = milestone.due_on.isoformat()
            problem = _l(
                "Milestone M%(number)s is due on %(day)s, outside of this period.", number=milestone.number, day=day
            )
            raise Refused("", **{"starts_on" if milestone.due_on < starts_on else "ends_on": problem})
    if found := obstacles("reschedule", project, starts_on, ends_on):
        raise Refused("", **{"starts_on" if starts_on > project.starts_on else "ends_on": found[0]})
    wanted = {
        "kind": kind, "title_zh": title_zh, "title_en": title_en, "objective": objective, "area": area, "lead_id": lead.id,
        "starts_on": starts_on, "ends_on": ends_on, "budget": budget, "trl_start": trl_start, "trl_target": trl_target,
        "trl_now": _level(project, trl_start),
    }  # fmt: skip
    if changed := change(project, wanted):
        record(actor, "amended", project, **changed)
    for former, _ in [changed["lead_id"]] if "lead_id" in changed else []:
        _stays(actor, project, former)
    return project


def _stays(actor: Actor, project: Project, former: int) -> None:
    """Who leads no more takes part from now on where something of the plan is its own, or that could not be changed any more."""
    if any(part.organisation_id == former for part in project.participants):
        return
    part = Participant(
        consortium_id=project.consortium_id,
        organisation_id=former,
        project_id=project.id,
        task="",
        budget=Decimal("0.00"),
    )
    own = any(milestone.organisation_id == former for milestone in project.milestones)
    if own or obstacles("leave", part):
        project.participants.append(part)
        record(actor, "let take part", part, project, organisation=queries.organisation(former))


def _level(project: Project, trl_start: int) -> int:
    """The level that was assessed; where none was, a level below the start stays, unless the start itself is said anew."""
    found = levels.assessed(project)
    if found is not None:
        return found
    return project.trl_now if trl_start == project.trl_start else max(project.trl_now, trl_start)


def reach_level(actor: Actor, project: Project, *, trl_now: int, reason: str) -> Project:
    """Write the readiness level that was assessed and confirmed (`maturity` does) into the project; `reason` says what shows it, or why it fell."""
    must_be_open(project.consortium)
    if not reason:
        raise Refused("", reason=_l("Name the evidence for this level, or say why it fell."))
    before, project.trl_now = project.trl_now, trl_now
    verb = "confirmed the level" if before == trl_now else "assessed the level"
    record(actor, verb, project, trl_before=before, trl_now=trl_now, reason=reason)
    return project


def move(actor: Actor, project: Project, step: str, *, reason: str = "") -> Project:
    """Take a project one step (`begin`, `complete`, `stop`, `resume`) along its life."""
    if PROJECT.step(step).reason and not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    hold(project)
    advance(actor, PROJECT, project, step, reason=reason.strip())
    return project


@replans("part.join")
def join(actor: Actor, project: Project, organisation: Organisation, *, task: str, budget: Decimal) -> Participant:
    """Let a member of the consortium take part, with its task and its planned money in yuan."""
    still_open(project)
    _member(project.consortium_id, organisation, "organisation", "organisation_id")
    _locked(project)
    if any(part.organisation_id == organisation.id for part in project.participants):
        refuse(
            _l("%(name)s takes part in this project already.", name=called(organisation)),
            "organisation",
            "organisation_id",
        )
    _affordable(project.budget, queries.planned_money(project) + budget, "budget")
    part = Participant(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, task=task, budget=budget
    )
    db.session.add(part)
    record(actor, "let take part", part, project, organisation=organisation)
    return part


@replans("part.change")
def change_part(actor: Actor, participant: Participant, *, task: str, budget: Decimal) -> Participant:
    """Change a participant's task and planned money."""
    project = participant.project
    still_open(project)
    _locked(project)
    _affordable(project.budget, queries.planned_money(project, besides=participant) + budget, "budget")
    if found := obstacles("part", participant, budget):
        raise Refused("", budget=found[0])
    if changed := change(participant, {"task": task, "budget": budget}):
        record(actor, "changed the task", participant, project, **changed)
    return participant


@replans("part.leave")
def leave(actor: Actor, participant: Participant, *, reason: str) -> Project:
    """Take a participant out, as long as no milestone is its own."""
    project = participant.project
    still_open(project)
    if not reason:
        raise Refused("", reason=_l("Say why; the others will read it."))
    if any(milestone.organisation_id == participant.organisation_id for milestone in project.milestones):
        raise NotNow(
            _l("Milestones of the project belong to this participant. Give them to another one first, or remove them.")
        )
    if found := obstacles("leave", participant):
        raise NotNow(found[0])
    project.participants.remove(participant)
    db.session.delete(participant)
    firm = queries.organisation(participant.organisation_id)
    record(actor, "took out of the project", participant, project, organisation=firm, reason=reason)
    return project


@replans("milestone.plan")
def plan_milestone(
    actor: Actor, project: Project, *, organisation: Organisation, title_zh: str, title_en: str, due_on: date, weight: int,
    means: str, number: int | None = None,
) -> Milestone:  # fmt: skip
    """Plan what a participant has to reach by a day; weight 1 to 100, means of verification in words.

    Without a `number` it gets the next one; a plan that is brought in a file brings its numbers.
    """
    still_open(project)
    _plannable(project, organisation, title_zh, title_en, due_on, weight)
    number = _next(project) if number is None else _free(project, number)
    project.milestones_numbered = max(project.milestones_numbered, number)
    milestone = Milestone(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, number=number, title_zh=title_zh,
        title_en=title_en, due_on=due_on, weight=weight, means=means, state="planned",
    )  # fmt: skip
    db.session.add(milestone)
    record(actor, "planned", milestone, project, due_on=due_on, weight=weight)
    sentence = _l(
        "%(project)s: your organisation answers for the new milestone M%(number)s.",
        project=called(project),
        number=number,
    )
    tell_firms(actor, project, {organisation.id}, sentence, f"/milestones/{milestone.id}")
    return milestone


@replans("milestone.amend")
def amend_milestone(
    actor: Actor, milestone: Milestone, *, organisation: Organisation, title_zh: str, title_en: str, due_on: date, weight: int,
    means: str,
) -> Milestone:  # fmt: skip
    """Change a milestone that is not settled and does not wait for its verification."""
    still_open(milestone.project)
    if milestone.state not in ("planned", "returned"):
        raise NotNow(
            _l("This milestone is “%(state)s” and cannot be changed any more.", state=MILESTONE.word(milestone.state))
        )
    _plannable(milestone.project, organisation, title_zh, title_en, due_on, weight)
    wanted = {
        "organisation_id": organisation.id, "title_zh": title_zh, "title_en": title_en, "due_on": due_on, "weight": weight,
        "means": means,
    }  # fmt: skip
    if changed := change(milestone, wanted):
        record(actor, "amended", milestone, milestone.project, **changed)
        firms = {organisation.id, *changed.get("organisation_id", ())}
        sentence = _l(
            "%(project)s: milestone M%(number)s was changed.",
            project=called(milestone.project),
            number=milestone.number,
        )
        tell_firms(actor, milestone.project, firms, sentence, f"/milestones/{milestone.id}")
    return milestone


@replans("milestone.remove")
def remove_milestone(actor: Actor, milestone: Milestone, *, reason: str) -> Project:
    """Take a milestone out of the plan, as long as nothing was reported on it."""
    project = milestone.project
    still_open(project)
    if not reason:
        raise Refused("", reason=_l("Say why; the others will read it."))
    if milestone.state != "planned" or milestone.reports:
        raise NotNow(_l("Something was reported on this milestone, so it stays. It can be waived."))
    if project.stage == "running" and sum(other.state != "waived" for other in project.milestones) == 1:
        raise NotNow(_l("This is the last milestone of a running project. Plan another one first."))
    with_it = [row for ask in features.declared("queries", "GOES_WITH_A_MILESTONE") for row in ask(milestone)]
    for row in with_it:
        db.session.delete(row)
    project.milestones.remove(milestone)
    db.session.delete(milestone)
    record(actor, "removed", milestone, project, *with_it, reason=reason, due_on=milestone.due_on)
    sentence = _l(
        "%(project)s: milestone M%(number)s was taken out of the plan.",
        project=called(project),
        number=milestone.number,
    )
    tell_firms(actor, project, {milestone.organisation_id}, sentence, f"/projects/{project.id}")
    return project


@replans("milestone.waive", always=True)
def waive(actor: Actor, milestone: Milestone, *, reason: str) -> Milestone:
    """Let a milestone go: it counts neither as due nor as done."""
    if not reason:
        raise Refused("", reason=_l("Say why; the others will read it."))
    advance(actor, MILESTONE, milestone, "waive", reason=reason)
    return milestone


def still_open(project: Project) -> None:
    """Refuse to change the plan of a project that is over, or of a closed consortium."""
    must_be_open(project.consortium)
    if project.stage not in OPEN:
        raise NotNow(
            _l("The project is “%(stage)s”, so its plan cannot be changed.", stage=PROJECT.word(project.stage))
        )


def _locked(project: Project) -> None:
    """Read anew what its money is planned against, and keep others from planning more until the end of the transaction."""
    db.session.refresh(project, ["version", "budget"], with_for_update=True)
    db.session.expire(project, ["participants"])


def titled(title_zh: str, title_en: str) -> None:
    """Refuse a thing without a title; one of the two is enough."""
    if not (title_zh or title_en):
        raise Refused("", title_zh=_l("Give a title in Chinese or in English."))


def _period(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Refused("", ends_on=_l("The end has to come after the start, %(day)s.", day=starts_on.isoformat()))


def _climb(trl_start: int, trl_target: int) -> None:
    if trl_target <= trl_start:
        raise Refused(
            "", trl_target=_l("The target level has to be above the level at the start, %(level)s.", level=trl_start)
        )


def _member(consortium_id: int, organisation: Organisation, *fields: str) -> None:
    if not queries.is_member(consortium_id, organisation.id):
        refuse(_l("%(name)s is not an active member of the consortium.", name=called(organisation)), *fields)


def _affordable(budget: Decimal, planned: Decimal, field: str) -> None:
    """The planned money of all participants stays within the budget of the project."""
    if planned > budget:
        over = f"{planned - budget:,.2f}"
        raise Refused(
            "",
            **{field: _l("The participants' planned money exceeds the project's budget by %(over)s yuan.", over=over)},
        )


def _next(project: Project) -> int:
    """The number of a new milestone: two planners do not get the same, and nobody that of a removed one."""
    db.session.refresh(project, ["version", "milestones_numbered"], with_for_update=True)
    highest = db.session.scalar(select(func.max(Milestone.number)).where(Milestone.project_id == project.id)) or 0
    return max(highest, project.milestones_numbered) + 1


def _free(project: Project, number: int) -> int:
    """A number that no milestone of the project has."""
    taken = select(Milestone.id).where(Milestone.project_id == project.id, Milestone.number == number)
    if number < 1 or db.session.scalar(taken) is not None:
        raise Refused("", number=_l("There is a milestone M%(number)s already.", number=number))
    return number


def _plannable(
    project: Project, organisation: Organisation, title_zh: str, title_en: str, due_on: date, weight: int
) -> None:
    titled(title_zh, title_en)
    takes_part(project, organisation)
    within_project(project, due_on=due_on)
    if not 1 <= weight <= 100:
        raise Refused("", weight=_l("A weight lies between 1 and 100."))


def takes_part(project: Project, organisation: Organisation, *fields: str) -> None:
    """Refuse who neither leads the project nor takes part in it."""
    # Of the rows at hand: an import asks this for each of its rows.
    if organisation.id not in {project.lead_id, *(part.organisation_id for part in project.participants)}:
        sentence = _l("%(name)s does not take part in this project. Let it join first.", name=called(organisation))
        refuse(sentence, *(fields or ("organisation", "organisation_id")))


def within_project(project: Project, **days: date) -> None:
    """Refuse days, given by the names of their fields, outside of the project."""
    first, last = project.starts_on.isoformat(), project.ends_on.isoformat()
    for name, day in days.items():
        if not project.starts_on <= day <= project.ends_on:
            sentence = _l("The day has to lie within the project, %(first)s to %(last)s.", first=first, last=last)
            raise Refused("", **{name: sentence})


def refuse(sentence: Lazy, *fields: str) -> None:
    """Refuse at fields that forms and other callers name differently."""
    raise Refused("", **dict.fromkeys(fields, sentence))


def change(row: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """Set what differs; the answer is what was changed, `{name: [before, after]}`, for the event."""
    changed = {name: [getattr(row, name), value] for name, value in wanted.items() if getattr(row, name) != value}
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    return changed
