"""What is asked about deliverables, assessment indicators, and what milestones depend on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.typed import whole
from consortium.core.words import Lazy, _l
from consortium.organisations.models import Organisation
from consortium.outputs.models import (
    Deliverable,
    Indicator,
    Reading,
    ReadingFile,
    Submission,
    SubmittedFile,
    Tie,
)
from consortium.outputs.workflow import OPEN
from consortium.plans.models import Node
from consortium.plans.tree import natural
from consortium.projects import lights
from consortium.projects.models import SETTLED, Milestone, Project
from consortium.projects.standings import counted
from consortium.projects.testimony import keeps_files
from consortium.projects.workflow import houses

FIRM = (Organisation.name_zh, Organisation.name_en)
WORK = (Project.title_zh, Project.title_en, Project.reference, Project.stage, Project.ends_on)


def told_of(reader: Actor, thing: Any) -> Select[int] | None:
    """What happened to the indicators of a consortium, also to those that are gone.

    Deliverables can be kept from authorities, and what is told of one does not say whether it was so then; only its own page tells of it.
    """
    if not isinstance(thing, Consortium) or not allowed(reader, Action.VIEW, thing):
        return None
    return select(Event.id).where(Event.chain == f"c{thing.id}", Event.subject_kind == Indicator.__tablename__)


# Deliverables


def deliverables(actor: Actor) -> Select[tuple[Deliverable]]:
    """All deliverables that a person may see, what is open and soonest first, with what their list shows."""
    query = select(Deliverable).options(
        joinedload(Deliverable.project).load_only(*WORK), joinedload(Deliverable.organisation).load_only(*FIRM),
    )  # fmt: skip
    settled = case((Deliverable.state == "accepted", 1), else_=0)
    return within(actor, query, Deliverable).order_by(settled, Deliverable.due_on, Deliverable.id)


def of_project(actor: Actor, project: Project) -> Select[tuple[Deliverable]]:
    """The same of one project."""
    return deliverables(actor).where(Deliverable.project_id == project.id)


def late_by(on: date) -> ColumnElement[bool]:
    """The day has passed and nothing lies there."""
    return and_(Deliverable.state.in_(OPEN), Deliverable.due_on < on, _counted())


def due_soon(on: date) -> ColumnElement[bool]:
    """To be handed in within the next days."""
    last = on + timedelta(days=lights.rules_on(on).soon)
    return and_(Deliverable.state.in_(OPEN), Deliverable.due_on.between(on, last), _counted())


def _counted() -> ColumnElement[bool]:
    return Deliverable.project_id.in_(select(Project.id).where(counted()))


def narrowed(query: Select[Any], wanted: Mapping[str, str], on: date) -> Select[Any]:
    """The list of deliverables as its filter asks; words that fit nothing give nothing."""
    state = wanted.get("state")
    derived = {"late": late_by, "soon": due_soon}
    if state in derived:
        query = query.where(derived[state](on))
    elif state:
        query = query.where(Deliverable.state == state)
    for name in ("level", "kind"):
        if value := wanted.get(name):
            query = query.where(getattr(Deliverable, name).cast(db.String) == value)
    for name, column in (("consortium", Deliverable.consortium_id), ("project", Deliverable.project_id), ("firm", Deliverable.organisation_id)):  # fmt: skip
        if (number := whole(wanted.get(name))) is not None:
            query = query.where(column == number)
    if typed := wanted.get("q", "")[:200].replace("\0", ""):
        parts = (Deliverable.title_zh, Deliverable.title_en, Deliverable.number)
        query = query.where(or_(*(column.icontains(typed, autoescape=True) for column in parts)))
    return query


def submissions(deliverable: Deliverable) -> list[Submission]:
    """All submissions of a deliverable, newest first, with their files and people."""
    query = select(Submission).where(Submission.deliverable_id == deliverable.id).options(
        selectinload(Submission.files), joinedload(Submission.reported_by), joinedload(Submission.verified_by),
        joinedload(Submission.verifier), joinedload(Submission.organisation),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Submission.id.desc())))


def taken(project: Project, model: Any, number: str, row: Any = None) -> Any:
    """Another row of a project that has a number already."""
    found = db.session.scalar(select(model).where(model.project_id == project.id, model.number == number))
    return None if found is row else found


# Indicators


def indicators(project: Project) -> list[Indicator]:
    """The assessment indicators of a project in the order of their numbers, with their readings."""
    query = select(Indicator).where(Indicator.project_id == project.id).options(
        joinedload(Indicator.organisation).load_only(*FIRM), joinedload(Indicator.project).load_only(*WORK),
        selectinload(Indicator.readings).load_only(Reading.value, Reading.on_day, Reading.indicator_id),
    )  # fmt: skip
    return sorted(db.session.scalars(query), key=lambda row: natural(row.number))


def readings(indicator: Indicator) -> list[Reading]:
    """All actual values of an indicator, newest first, with their files and people."""
    query = select(Reading).where(Reading.indicator_id == indicator.id).options(
        selectinload(Reading.files), joinedload(Reading.noted_by), joinedload(Reading.organisation).load_only(*FIRM),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Reading.on_day.desc(), Reading.id.desc())))


# What milestones depend on


def tied_to(milestone: Milestone) -> list[Tie]:
    """All on which a milestone depends; it goes when the milestone is taken out of the plan."""
    return list(db.session.scalars(select(Tie).where(Tie.milestone_id == milestone.id).order_by(Tie.id)))


GOES_WITH_A_MILESTONE = tied_to


def tied_nodes(project: Project) -> dict[int, list[str]]:
    """By milestone, the numbers of the nodes that it is tied to, directly or through a deliverable that lies in a node."""
    query = select(Tie.milestone_id, Node.number).join(Milestone, Milestone.id == Tie.milestone_id)
    query = query.outerjoin(Deliverable, Deliverable.id == Tie.deliverable_id)
    query = query.join(Node, Node.id == func.coalesce(Tie.node_id, Deliverable.node_id))
    found: dict[int, list[str]] = {}
    for milestone, number in db.session.execute(query.where(Milestone.project_id == project.id).distinct()):
        found.setdefault(milestone, []).append(number)
    return {milestone: sorted(numbers, key=natural) for milestone, numbers in sorted(found.items())}


TIED_MILESTONES = tied_nodes


def ties_of(actor: Actor, milestone: Milestone) -> list[Tie]:
    """What a milestone depends on, as far as a person may know of it."""
    found = db.session.scalars(select(Tie).where(Tie.milestone_id == milestone.id).options(*_ends()).order_by(Tie.id))
    return [tie for tie in found if tie.deliverable is None or allowed(actor, Action.VIEW, tie.deliverable)]


def open_nodes(actor: Actor, milestone: Milestone, nodes: Iterable[Node], on: date) -> set[int]:
    """Those of some nodes that are not finished: a deliverable in it or another milestone is open, or, where there is none of these, its term."""
    terms = {node.id: node.ends_on for node in nodes}
    kept: Select[Any] = select(Deliverable.node_id, Deliverable.state)
    handed = within(actor, kept, Deliverable)
    reached = select(Tie.node_id, Milestone.state).join(Milestone, Milestone.id == Tie.milestone_id)
    rows = [
        *db.session.execute(handed.where(Deliverable.node_id.in_(sorted(terms)))),
        *db.session.execute(reached.where(Tie.node_id.in_(sorted(terms)), Milestone.id != milestone.id)),
    ]
    found = {number for number, state in rows if state not in SETTLED}
    return found | {number for number, end in terms.items() if end >= on and number not in {row[0] for row in rows}}


def served_by(thing: Any) -> list[Milestone]:
    """The milestones that depend on a deliverable or on a node, soonest first."""
    column = Tie.deliverable_id if isinstance(thing, Deliverable) else Tie.node_id
    query = select(Milestone).join(Tie, Tie.milestone_id == Milestone.id).where(column == thing.id)
    return list(db.session.scalars(query.options(joinedload(Milestone.project).load_only(*WORK)).order_by(Milestone.due_on, Milestone.id)))  # fmt: skip


def _ends() -> tuple[Any, ...]:
    return (
        joinedload(Tie.node).joinedload(Node.organisation).load_only(*FIRM),
        joinedload(Tie.deliverable).options(
            joinedload(Deliverable.organisation).load_only(*FIRM), joinedload(Deliverable.project).load_only(*WORK)
        ),
    )


def tied(milestone: Milestone, thing: Any) -> bool:
    """Whether a milestone depends on a node or a deliverable already."""
    column = Tie.deliverable_id if isinstance(thing, Deliverable) else Tie.node_id
    return db.session.scalar(select(Tie.id).where(Tie.milestone_id == milestone.id, column == thing.id)) is not None


def to_tie(milestone: Milestone) -> dict[str, Any]:
    """What a milestone could depend on and does not yet: nodes and deliverables of its project, by `node-7` and `deliverable-9`."""
    there = {(tie.node_id, tie.deliverable_id) for tie in db.session.scalars(select(Tie).where(Tie.milestone_id == milestone.id))}  # fmt: skip
    found: dict[str, Any] = {}
    kinds: tuple[tuple[str, Any], ...] = (("deliverable", Deliverable), ("node", Node))
    for kind, model in kinds:
        rows = db.session.scalars(select(model).where(model.project_id == milestone.project_id))
        for row in sorted(rows, key=lambda row: natural(row.number)):
            if ((None, row.id) if kind == "deliverable" else (row.id, None)) not in there:
                found[f"{kind}-{row.id}"] = row
    return found


def nodes_named(project: Project) -> list[Node]:
    """The nodes of a project with their numbers and titles, in natural order."""
    query = select(Node).where(Node.project_id == project.id)
    query = query.options(load_only(Node.number, Node.title_zh, Node.title_en, Node.project_id))
    return sorted(db.session.scalars(query), key=lambda row: natural(row.number))


# Files that can serve once more


@keeps_files
def submitted_by(project_id: int, organisation_id: int) -> Select[Any]:
    """The files that a firm submitted with deliverables of a project, newest first."""
    query = select(SubmittedFile).join(Submission, Submission.id == SubmittedFile.submission_id)
    query = query.join(Deliverable, Deliverable.id == Submission.deliverable_id)
    query = query.where(Deliverable.project_id == project_id, SubmittedFile.organisation_id == organisation_id)
    return query.order_by(SubmittedFile.id.desc())


@keeps_files
def read_by(project_id: int, organisation_id: int) -> Select[Any]:
    """The files with which a firm shows values of indicators of a project, newest first."""
    query = select(ReadingFile).join(Reading, Reading.id == ReadingFile.reading_id)
    query = query.join(Indicator, Indicator.id == Reading.indicator_id)
    query = query.where(Indicator.project_id == project_id, ReadingFile.organisation_id == organisation_id)
    return query.order_by(ReadingFile.id.desc())


# What waits


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """What waits for a person: deliverables of the own organisation to hand in, and what others handed in to verify."""
    on = on or clock.today()
    last = on + timedelta(days=lights.rules_on(on).soon)
    mine = within(actor, _at_work(), Deliverable, Action.REPORT).where(
        Project.stage == "running", Deliverable.state.in_(OPEN), ~_resting("suspended", "closed"),
        or_(Deliverable.due_on <= last, Deliverable.state == "returned"),
    )  # fmt: skip
    theirs = within(actor, _at_work(), Deliverable, Action.ACCEPT).where(
        Deliverable.state == "submitted", ~_resting("closed")
    )
    found = [_to_submit(row, on) for row in db.session.scalars(mine)]
    for_others = (
        row for row in db.session.scalars(theirs) if row.organisation_id not in houses(actor, row.consortium_id)
    )
    what = _l("Verify a deliverable")
    return found + [_waiting(what, row, "act", "clipboard-check", "#verify") for row in for_others]


def _resting(*stages: str) -> ColumnElement[bool]:
    return Deliverable.consortium_id.in_(select(Consortium.id).where(Consortium.stage.in_(stages)))


def _at_work() -> Select[Any]:
    query = select(Deliverable).join(Project, Project.id == Deliverable.project_id)
    shown = joinedload(Deliverable.project).load_only(Project.title_zh, Project.title_en)
    return query.options(shown).order_by(Deliverable.due_on, Deliverable.id)


def _to_submit(row: Deliverable, on: date) -> Waiting:
    if row.due_on < on:
        return _waiting(_l("Submit a deliverable that is late"), row, "bad", "alert-triangle", "/submit")
    if row.state == "returned":
        return _waiting(_l("Submit a returned deliverable again"), row, "warn", "rotate-clockwise", "/submit")
    return _waiting(_l("Submit a deliverable that is due soon"), row, "warn", "calendar-due", "/submit")


def _waiting(what: Lazy, row: Deliverable, tone: str, icon: str, place: str) -> Waiting:
    return Waiting(
        what, f"{row.number} {either(row.title_zh, row.title_en)}", href=f"/deliverables/{row.id}{place}", due_on=row.due_on, tone=tone,
        icon=icon, where=either(row.project.title_zh, row.project.title_en),
    )  # fmt: skip
