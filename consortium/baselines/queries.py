"""What is asked about baselines and change requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import defer, joinedload

from consortium.activity.models import Event, Touched
from consortium.activity.waiting import Waiting
from consortium.baselines.layout import BY_NAME, code_of, scheme_and_code
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import GRANTS, Action, Actor, Role, allowed, stake, within
from consortium.core.db import db
from consortium.core.identifiers import Scheme
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable, Dissemination, Indicator, Tie
from consortium.people.models import User
from consortium.people.queries import seated
from consortium.plans.models import Allocation, Effort, Link, Node
from consortium.projects.models import Milestone, Participant, Project

Shadow = dict[str, tuple[date, date]]


def baselines(project: Project) -> list[Baseline]:
    """The baselines of a project, newest first, without their rows."""
    query = (
        select(Baseline)
        .where(Baseline.project_id == project.id)
        .options(defer(Baseline.rows), joinedload(Baseline.frozen_by))
    )
    return list(db.session.scalars(query.order_by(Baseline.number.desc())))


def latest(project: Project) -> Baseline | None:
    """The last baseline of a project."""
    query = select(Baseline).where(Baseline.project_id == project.id).order_by(Baseline.number.desc()).limit(1)
    return db.session.scalar(query)


def numbered(project: Project, number: int) -> Baseline | None:
    """The baseline of a number."""
    return db.session.scalar(select(Baseline).where(Baseline.project_id == project.id, Baseline.number == number))


def is_approved(project: Project) -> bool:
    """Whether the plan of a project was frozen, and so changes by requests only."""
    return db.session.scalar(select(Baseline.id).where(Baseline.project_id == project.id).limit(1)) is not None


#: Of what a plan is made, and what is done with it that leaves the plan as it is.
_PLAN = tuple(
    model.__tablename__ for model in (Project, Participant, Node, Effort, Allocation, Link, Milestone, Deliverable, Indicator, Tie)
)  # fmt: skip
_BESIDE_THE_PLAN = (
    "accepted", "assessed the level", "began the work", "confirmed the level", "explained the delay", "noted a value", "reported", "returned",
    "submitted", "verified",
)  # fmt: skip


def unchanged_since(project: Project, today: date) -> date:
    """The day of the last event that changed the plan of a project, on whose evening it stood as it stands now; today where none is known."""
    own = select(Milestone.id).where(Milestone.project_id == project.id)
    of_it = or_(
        and_(Event.subject_kind == Project.__tablename__, Event.subject_id == project.id),
        # What milestones depend on is told of the milestone alone.
        and_(Event.subject_kind == Milestone.__tablename__, Event.subject_id.in_(own)),
        Event.id.in_(
            select(Touched.event_id).where(Touched.kind == Project.__tablename__, Touched.thing_id == project.id)
        ),
    )
    changes = Event.subject_kind.in_(_PLAN), Event.verb.not_in(_BESIDE_THE_PLAN)
    query = select(func.max(Event.happened_at)).where(Event.chain == f"c{project.consortium_id}", of_it, *changes)
    last = db.session.scalar(query)
    return clock.local(last).date() if last else today


def shadow(project: Project) -> Shadow | None:
    """First and last day of each node (by its number) as the latest baseline has them; None without a baseline."""
    found = latest(project)
    if found is None:
        return None
    return {
        row["number"]: (date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])) for row in found.rows["nodes"]
    }  # fmt: skip


#: What the drawing of a plan shows behind its bars.
PLAN_SHADOW: Callable[[Project], Shadow | None] = shadow


# Change requests


def requests(actor: Actor, project: Project) -> Select[tuple[ChangeRequest]]:
    """The change requests of a project that a person may see, newest first, without what they would change."""
    query = select(ChangeRequest).where(ChangeRequest.project_id == project.id).options(
        defer(ChangeRequest.asked), defer(ChangeRequest.lines), joinedload(ChangeRequest.proposed_by).load_only(User.name),
        joinedload(ChangeRequest.proposed_for).load_only(Organisation.name_zh, Organisation.name_en),
    )  # fmt: skip
    kept = [number for number, whole in kept_from(actor, project).items() if whole]
    if kept:
        query = query.where(ChangeRequest.id.not_in(kept))
    return within(actor, query, ChangeRequest).order_by(ChangeRequest.number.desc())


def knows_internal(actor: Actor, project: Project) -> bool:
    """Whether a reader gets to know of internal deliverables."""
    return allowed(actor, Action.VIEW, stake(project, internal=True))


def kept_from(actor: Actor, project: Project) -> dict[int, bool]:
    """The requests that speak of internal deliverables, for a reader who does not get to know of these, each with whether that is all that it says."""
    if knows_internal(actor, project):
        return {}
    numbers = ever_internal(project)
    query = select(ChangeRequest.id, ChangeRequest.lines).where(ChangeRequest.project_id == project.id)
    found = {}
    for request, lines in db.session.execute(query):
        inside = [_deliverable(line) in numbers for line in lines]
        if any(inside):
            found[request] = all(inside)
    return found


def _deliverable(line: dict[str, Any]) -> Any:
    """The number of the deliverable of which a kept line speaks; None where it speaks of none."""
    key = dict(zip(BY_NAME[line["list"]].key, line["key"], strict=True))
    return key["number"] if line["list"] == "deliverables" else key.get("deliverable")


def draft_of(actor: Any, project: Project) -> ChangeRequest | None:
    """The last open draft of a person in a project that further changes join."""
    query = select(ChangeRequest).where(
        ChangeRequest.project_id == project.id, ChangeRequest.state == "draft", ChangeRequest.proposed_by_id == actor.id, ~ChangeRequest.whole
    )  # fmt: skip
    return db.session.scalar(query.order_by(ChangeRequest.number.desc()).limit(1))


def next_number(model: type[Baseline] | type[ChangeRequest], project: Project) -> int:
    """The next number in a project; two who ask at once do not get the same."""
    db.session.refresh(project, ["version"], with_for_update=True)
    return (db.session.scalar(select(func.max(model.number)).where(model.project_id == project.id)) or 0) + 1


def undecided(project: Project) -> int:
    """How many requests wait for their decision."""
    query = select(func.count(ChangeRequest.id)).where(
        ChangeRequest.project_id == project.id, ChangeRequest.state == "submitted"
    )
    return db.session.scalar(query) or 0


def approved_since(baseline: Baseline) -> int:
    """How many requests were approved after a baseline was frozen."""
    query = select(func.count(ChangeRequest.id)).where(
        ChangeRequest.project_id == baseline.project_id, ChangeRequest.state == "approved", ChangeRequest.decided_at >= baseline.frozen_at
    )  # fmt: skip
    return db.session.scalar(query) or 0


def approved_lines(project: Project) -> list[Any]:
    """What the approved requests of a project changed."""
    query = select(ChangeRequest.lines).where(ChangeRequest.project_id == project.id, ChangeRequest.state == "approved")
    return list(db.session.scalars(query))


def ever_internal(project: Project) -> set[str]:
    """The numbers under which the plan of a project has, or had at any time, an internal deliverable.

    An approved plan changes by requests only, so its baselines and requests tell of every number that was given or taken away.
    """
    level = Dissemination.INTERNAL.value
    now = select(Deliverable.number).where(
        Deliverable.project_id == project.id, Deliverable.level == Dissemination.INTERNAL
    )
    found = set(db.session.scalars(now))
    for rows in db.session.scalars(select(Baseline.rows).where(Baseline.project_id == project.id)):
        found.update(row["number"] for row in rows.get("deliverables", ()) if row["level"] == level)
    for lines in db.session.scalars(select(ChangeRequest.lines).where(ChangeRequest.project_id == project.id)):
        for line in lines:
            if line["list"] == "deliverables":
                sides = (line["before"], line["after"])
                levels = (
                    sides if line["field"] == "level" else [side["level"] for side in sides if isinstance(side, dict)]
                )
                found.update(line["key"] if level in levels else ())
    return found


def firms_of(names: Iterable[str | None]) -> dict[str, Organisation]:
    """Organisations by what they are called in rows (`layout.code_of`)."""
    wanted: dict[Scheme, set[str]] = {}
    for name in names:
        if name:
            scheme, code = scheme_and_code(name)
            wanted.setdefault(scheme, set()).add(code)
    if not wanted:
        return {}
    each = [
        and_(Organisation.scheme == scheme, Organisation.code.in_(sorted(codes))) for scheme, codes in wanted.items()
    ]
    return {code_of(firm): firm for firm in db.session.scalars(select(Organisation).where(or_(*each)))}


def house_of(actor: Any, project: Project, action: Action = Action.PROPOSE) -> int:
    """The organisation for which a person proposes at the table of a project."""
    houses = [
        seat.organisation_id for seat in actor.seats if seat.consortium_id == project.consortium_id and action in GRANTS[Role(seat.role)]
    ]  # fmt: skip
    return int(houses[0] if houses else actor.organisation_id)


def people_who(project: Project, action: Action, firms: Iterable[int] | None = None) -> list[User]:
    """The people at the table of a project who may do something, or those of them who sit there for some organisations."""
    return seated(project.consortium_id, action, firms)


def waiting(actor: Actor) -> list[Waiting]:
    """What waits for a person: requests to decide on, and own drafts to hand in."""
    open_tables = ChangeRequest.consortium_id.not_in(select(Consortium.id).where(Consortium.stage == "closed"))
    query = select(ChangeRequest).where(open_tables).order_by(ChangeRequest.id).options(
        defer(ChangeRequest.asked), defer(ChangeRequest.lines), joinedload(ChangeRequest.project).load_only(Project.title_zh, Project.title_en),
    )  # fmt: skip
    deciding = within(actor, query, ChangeRequest, Action.DECIDE).where(ChangeRequest.state == "submitted")
    found = [
        _waiting(_l("Decide on a change of the plan"), one, "act", "gavel") for one in db.session.scalars(deciding)
    ]
    mine = within(actor, query, ChangeRequest, Action.PROPOSE).where(
        ChangeRequest.state == "draft", ChangeRequest.proposed_by_id == getattr(actor, "id", None)
    )
    return found + [
        _waiting(_l("Hand in a change that you proposed"), one, "plan", "git-merge") for one in db.session.scalars(mine)
    ]


def _waiting(what: object, request: ChangeRequest, tone: str, icon: str) -> Waiting:
    project = request.project
    return Waiting(
        what,
        request.title,
        href=f"/changes/{request.id}",
        tone=tone,
        icon=icon,
        where=either(project.title_zh, project.title_en),
    )
