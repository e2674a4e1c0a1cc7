"""What is asked about projects and milestones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload, load_only, selectinload, with_expression

from consortium.activity.models import Event
from consortium.activity.services import since, touching
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium, Membership
from consortium.core import clock
from consortium.core.access import GRANTS, Action, Actor, Role, allowed, within
from consortium.core.db import db
from consortium.core.terms import Light, either
from consortium.core.typed import whole
from consortium.core.words import Lazy, _l
from consortium.discussions.queries import told_of as said_of
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.people.queries import seated
from consortium.projects import dangers, lights
from consortium.projects.models import SETTLED, SETTLED_LAST, Evidence, Milestone, MilestoneReport, Participant, Project
from consortium.projects.standings import due_soon, in_counted, late_by, with_light
from consortium.projects.testimony import keeps_files
from consortium.projects.workflow import houses, others

_NAMED = (Consortium.id, Consortium.name_zh, Consortium.name_en, Consortium.reference)
#: A longer list to choose from is of no use to a person, and dear on every page.
MOST_OFFERED = 100


def of(actor: Actor) -> Select[tuple[Project]]:
    """All projects that a person may see, with what their list shows."""
    shown = (
        Milestone.state, Milestone.due_on, Milestone.weight, Milestone.reported_on, Milestone.reached_on, Milestone.accepted_on,
    )  # fmt: skip
    query = select(Project).join(Consortium, Consortium.id == Project.consortium_id).options(
        joinedload(Project.lead).load_only(Organisation.name_zh, Organisation.name_en),
        joinedload(Project.consortium).load_only(Consortium.name_zh, Consortium.name_en),
        selectinload(Project.milestones).options(load_only(*shown)), with_expression(Project.dangers, dangers.over_project(clock.today())),
    )  # fmt: skip
    return within(actor, query, Project).order_by(Project.reference)


def narrowed(query: Select[Any], wanted: Mapping[str, str], on: date) -> Select[Any]:
    """The list of projects as its filter asks; words that fit nothing give nothing, unknown values are passed over."""
    if number := whole(wanted.get("consortium")):
        query = query.where(Project.consortium_id == number)
    for name in ("area", "kind", "stage"):
        if value := wanted.get(name):
            query = query.where(getattr(Project, name).cast(db.String) == value)
    if (light := wanted.get("light")) in {str(member) for member in Light}:
        query = query.where(Project.id.in_(with_light(Light(light), on)))
    return query.where(_words(wanted["q"])) if wanted.get("q") else query


def _words(typed: str) -> ColumnElement[bool]:
    asked = typed[:200].replace("\0", "")
    return or_(*(c.icontains(asked, autoescape=True) for c in (Project.title_zh, Project.title_en, Project.reference)))


# Milestones


def milestones(actor: Actor) -> Select[tuple[Milestone]]:
    """All milestones that a person may see, what is open and soonest first, with what their list shows."""
    query = select(Milestone).options(
        joinedload(Milestone.project).load_only(Project.title_zh, Project.title_en, Project.reference, Project.stage),
        joinedload(Milestone.organisation).load_only(Organisation.name_zh, Organisation.name_en),
    )
    return within(actor, query, Milestone).order_by(SETTLED_LAST, Milestone.due_on, Milestone.id)


def narrowed_milestones(query: Select[Any], wanted: Mapping[str, str], on: date) -> Select[Any]:
    """The list of milestones as its filter asks."""
    state = wanted.get("state")
    derived = {
        "late": and_(late_by(on), in_counted()),
        "soon": and_(due_soon(on), in_counted()),
        "open": Milestone.state.notin_(SETTLED),
    }
    if state in derived:
        query = query.where(derived[state])
    elif state:
        query = query.where(Milestone.state == state)
    for name, column in (
        ("consortium", Milestone.consortium_id), ("project", Milestone.project_id), ("organisation", Milestone.organisation_id)
    ):  # fmt: skip
        if number := whole(wanted.get(name)):
            query = query.where(column == number)
    if typed := wanted.get("q", "")[:200].replace("\0", ""):
        parts = (Milestone.title_zh, Milestone.title_en, Project.title_zh, Project.title_en, Project.reference)
        query = query.join(Project, Project.id == Milestone.project_id).where(
            or_(*(column.icontains(typed, autoescape=True) for column in parts))
        )
    return query


def reports(milestone: Milestone) -> list[MilestoneReport]:
    """All reports on a milestone, newest first, with their evidence and people."""
    query = select(MilestoneReport).where(MilestoneReport.milestone_id == milestone.id).options(
        selectinload(MilestoneReport.evidence), joinedload(MilestoneReport.reported_by), joinedload(MilestoneReport.verified_by),
        joinedload(MilestoneReport.verifier), joinedload(MilestoneReport.organisation), joinedload(MilestoneReport.decided_by),
        joinedload(MilestoneReport.decider),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(MilestoneReport.id.desc())))


def plan(project: Project) -> list[Milestone]:
    """The milestones of a project in the order of their days, with who answers for each."""
    query = select(Milestone).where(Milestone.project_id == project.id).options(joinedload(Milestone.organisation))
    return list(db.session.scalars(query.order_by(Milestone.due_on, Milestone.number)))


def participants(project: Project) -> list[Participant]:
    """Who takes part in a project, in the order of joining."""
    query = (
        select(Participant).where(Participant.project_id == project.id).options(joinedload(Participant.organisation))
    )
    return list(db.session.scalars(query.order_by(Participant.id)))


# Members, money, people


def members(consortium_id: int) -> list[Organisation]:
    """The organisations that are active members of a consortium."""
    query = select(Organisation).join(Membership, Membership.organisation_id == Organisation.id)
    query = query.where(Membership.consortium_id == consortium_id, Membership.left_on.is_(None))
    return list(db.session.scalars(query.order_by(Membership.id)))


def is_member(consortium_id: int, organisation_id: int) -> bool:
    """Whether an organisation is an active member of a consortium."""
    query = select(Membership.id).where(
        Membership.consortium_id == consortium_id,
        Membership.organisation_id == organisation_id,
        Membership.left_on.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def involved(project: Project) -> list[Organisation]:
    """The lead and the participants of a project: who can answer for a milestone."""
    query = select(Organisation).where(
        or_(
            Organisation.id == project.lead_id,
            Organisation.id.in_(select(Participant.organisation_id).where(Participant.project_id == project.id)),
        )
    )
    return list(db.session.scalars(query.order_by(Organisation.id)))


def outside(project: Project) -> list[Organisation]:
    """The active members of the consortium that take no part in a project yet."""
    inside = {part.organisation_id for part in project.participants}
    return [firm for firm in members(project.consortium_id) if firm.id not in inside]


def planned_money(project: Project, besides: Participant | None = None) -> Decimal:
    """The planned money of all participants together, or of the others `besides` one, in yuan."""
    query = select(func.sum(Participant.budget)).where(Participant.project_id == project.id)
    if besides is not None:
        query = query.where(Participant.id != besides.id)
    return db.session.scalar(query) or Decimal("0.00")


@keeps_files
def evidence_of(project_id: int, organisation_id: int) -> Select[Any]:
    """The evidence that a firm gave for milestones of a project, newest first."""
    query = select(Evidence).join(MilestoneReport, MilestoneReport.id == Evidence.report_id)
    query = query.join(Milestone, Milestone.id == MilestoneReport.milestone_id)
    return query.where(Milestone.project_id == project_id, Evidence.organisation_id == organisation_id).order_by(
        Evidence.id.desc()
    )


def owners(thing: Any) -> list[User]:
    """The people who report for the organisation that answers for a milestone (or for what else a firm answers for)."""
    return seated(thing.consortium_id, Action.REPORT, {thing.organisation_id})


def able(thing: Any, action: Action) -> list[User]:
    """The people of other organisations who can do something with a milestone (or with what else a firm answers for)."""
    return [person for person, _ in others(thing, action)]


# What waits


def waiting(actor: Any, on: date | None = None) -> list[Waiting]:
    """What waits for a person: milestones of the own organisation to report, reports to verify, and what was verified to accept."""
    on = on or clock.today()
    last = on + timedelta(days=lights.rules_on(on).soon)
    mine = within(actor, _open_milestones(), Milestone, Action.REPORT).where(
        Project.stage == "running", Milestone.state.in_(("planned", "returned")), ~_resting("suspended", "closed"),
        or_(Milestone.due_on <= last, Milestone.state == "returned"),
    )  # fmt: skip
    found = [_to_report(milestone, on) for milestone in db.session.scalars(mine)]
    for action, state, what in (
        (Action.VERIFY, "reported", _l("Verify the report on a milestone")),
        (Action.ACCEPT, "verified", _l("Accept a milestone that was verified")),
    ):
        theirs = within(actor, _open_milestones(), Milestone, action).where(
            Milestone.state == state, ~_resting("closed"), Milestone.id.notin_(_reported_by(actor))
        )
        for_others = (m for m in db.session.scalars(theirs) if m.organisation_id not in houses(actor, m.consortium_id))
        found += [_waiting(what, milestone, "act", "clipboard-check", "#verify") for milestone in for_others]
    return found


def _resting(*stages: str) -> ColumnElement[bool]:
    """The milestones of consortia whose stage refuses the step, see `workflow.may_not_report` and `while_open`."""
    return Milestone.consortium_id.in_(select(Consortium.id).where(Consortium.stage.in_(stages)))


def _reported_by(actor: Any) -> Select[Any]:
    """The milestones on which a person's own report waits, see `workflow.four_eyes`."""
    return select(MilestoneReport.milestone_id).where(
        MilestoneReport.reported_by_id == actor.id, MilestoneReport.outcome.in_(("", "verified"))
    )


def _open_milestones() -> Select[Any]:
    query = select(Milestone).join(Project, Project.id == Milestone.project_id)
    return query.options(joinedload(Milestone.project).load_only(Project.title_zh, Project.title_en)).order_by(
        Milestone.due_on, Milestone.id
    )


def _to_report(milestone: Milestone, on: date) -> Waiting:
    if milestone.due_on < on:
        return _waiting(_l("Report a milestone that is late"), milestone, "bad", "alert-triangle", "/report")
    if milestone.state == "returned":
        return _waiting(_l("Report a returned milestone again"), milestone, "warn", "rotate-clockwise", "/report")
    return _waiting(_l("Report a milestone that is due soon"), milestone, "warn", "calendar-due", "/report")


def _waiting(what: Lazy, milestone: Milestone, tone: str, icon: str, place: str) -> Waiting:
    return Waiting(
        what, f"M{milestone.number} {either(milestone.title_zh, milestone.title_en)}", href=f"/milestones/{milestone.id}{place}", due_on=milestone.due_on, tone=tone,
        icon=icon, where=either(milestone.project.title_zh, milestone.project.title_en),
    )  # fmt: skip


def plannable(actor: Actor) -> list[Any]:
    """The consortia in which a person may start projects: number, names and reference."""
    tables = {seat.consortium_id for seat in actor.seats if Action.PLAN in GRANTS[Role(seat.role)]}
    if not tables:
        return []
    query = select(*_NAMED).where(Consortium.id.in_(sorted(tables)), Consortium.stage.notin_(("closing", "closed")))
    return list(db.session.execute(query.order_by(Consortium.reference)))


def tables_of(actor: Actor, chosen: str | None = None) -> list[Any]:
    """The consortia by which a list is filtered: number, names and reference; of more than can be chosen from, only the chosen one."""
    query: Any = within(actor, select(*_NAMED), Consortium)
    found = list(db.session.execute(query.order_by(Consortium.reference).limit(MOST_OFFERED + 1)))
    if len(found) <= MOST_OFFERED:
        return found
    number = whole(chosen)
    return list(db.session.execute(query.where(Consortium.id == number))) if number else []


def history(project: Project, reader: Actor, limit: int = 40) -> list[Event]:
    """What happened to a project and all that belongs to it, as far as a person may see it, and was said about it, newest first."""
    kinds: dict[str, Any] = {"milestone": Milestone, "participant": Participant}
    about = [
        and_(Event.subject_kind == kind, Event.subject_id.in_(select(model.id).where(model.project_id == project.id)))
        for kind, model in kinds.items()
    ]
    own = and_(Event.subject_kind == "project", Event.subject_id == project.id)
    mine = (Event.chain == f"c{project.consortium_id}", or_(own, *about), since(Event.subject_kind, Event.subject_id))
    done = select(Event.id).where(*mine)
    told = [done, *touching(reader, project), said_of(reader, project, *project.milestones)]
    query = select(Event).where(Event.id.in_(union_all(*told)))
    return list(db.session.scalars(query.order_by(Event.id.desc()).limit(limit)))


def told_of(reader: Actor, thing: Any) -> Select[int] | None:
    """What happened to the projects of a consortium, their participants and their milestones, also to those that are gone."""
    if not isinstance(thing, Consortium) or not allowed(reader, Action.VIEW, thing):
        return None
    # None of them is ever kept from an authority, so what is told of one that was removed is not either.
    kinds = [model.__tablename__ for model in (Project, Participant, Milestone)]
    return select(Event.id).where(Event.chain == f"c{thing.id}", Event.subject_kind.in_(kinds))


def organisation(number: int) -> Organisation | None:
    """One organisation of the directory."""
    return db.session.get(Organisation, number)


def references() -> Iterator[tuple[str, str]]:
    """Reference and title of every project, for the list of references."""
    for project in db.session.scalars(select(Project).order_by(Project.id)):
        yield project.reference, project.title


REFERENCES = (("project", references),)
