"""What is asked about risks, issues and actions: registers, the matrix, how they stood on a day, and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import GRANTS, Action, Actor, Role, allowed, stake, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.typed import whole
from consortium.core.words import Lazy, _l
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.projects import lights
from consortium.projects.dangers import counts_dangers
from consortium.projects.models import Milestone, Project
from consortium.projects.queries import involved
from consortium.projects.workflow import houses
from consortium.risks.bands import Bands, bands_on
from consortium.risks.models import ActionItem, Issue, Rhythm, Risk, RiskState
from consortium.risks.workflow import STANDING

FIRM = (Organisation.name_zh, Organisation.name_en)
WORK = (Project.title_zh, Project.title_en, Project.reference, Project.stage)
SCORE = Risk.likelihood * Risk.impact


def kept_for_themselves(issues: Iterable[Issue]) -> set[int]:
    """The numbers of those issues that were entered as kept, and not because their risk was."""
    query = select(Event.subject_id, Event.facts).where(
        Event.verb == "raised an issue", Event.subject_kind == Issue.__tablename__, Event.subject_id.in_([row.id for row in issues])
    )  # fmt: skip
    return {row[0] for row in db.session.execute(query) if row[1].get("kept")}


def told_of(reader: Actor, thing: Any) -> Select[int] | None:
    """What happened to the risks, issues and actions of a consortium that are open to all of its table."""
    if not isinstance(thing, Consortium) or not allowed(reader, Action.VIEW, thing):
        return None
    models: tuple[Any, ...] = (Risk, Issue, ActionItem)
    open_ones = (
        and_(Event.subject_kind == m.__tablename__, Event.subject_id.in_(select(m.id).where(m.consortium_id == thing.id, m.kept_to_id.is_(None))))
        for m in models
    )  # fmt: skip
    return select(Event.id).where(Event.chain == f"c{thing.id}", or_(*open_ones))


# Periods


def first_of(rhythm: Rhythm, day: date) -> date:
    """The first day of the month or quarter in which a day lies."""
    month = day.month if rhythm is Rhythm.MONTH else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def periods(rhythm: Rhythm, last: date, today: date) -> list[date]:
    """The periods of which it can still be said how a risk stood: from the `last` one that is noted until today, newest first."""
    found: list[date] = []
    period = first_of(rhythm, today)
    while period > last and len(found) < 12:
        found.append(period)
        period = first_of(rhythm, period - timedelta(days=1))
    return [*found, last]


def named(rhythm: Rhythm, period: date) -> str:
    """`2026-10`, or `2026 Q4`."""
    return f"{period:%Y-%m}" if rhythm is Rhythm.MONTH else f"{period.year} Q{(period.month + 2) // 3}"


# Risks


def of_project(actor: Actor, project: Project) -> Select[tuple[Risk]]:
    """The register of a project as far as a person may see it, what stands and is worst first."""
    query = select(Risk).where(Risk.project_id == project.id).options(
        joinedload(Risk.organisation).load_only(*FIRM), joinedload(Risk.person).load_only(User.name),
        joinedload(Risk.project).load_only(*WORK),
    )  # fmt: skip
    settled = case((Risk.state.in_(STANDING), 0), (Risk.state == "mitigated", 1), else_=2)
    return within(actor, query, Risk).order_by(settled, SCORE.desc(), Risk.number)


def narrowed(query: Select[Any], wanted: Mapping[str, str], on: date) -> Select[Any]:
    """The register as its filter asks; words that fit nothing give nothing, unknown values are passed over."""
    state = wanted.get("state")
    if state == "standing":
        query = query.where(Risk.state.in_(STANDING))
    elif state:
        query = query.where(Risk.state == state)
    if kind := wanted.get("kind"):
        query = query.where(Risk.kind.cast(db.String) == kind)
    if (condition := in_band(bands_on(on), wanted.get("band", ""))) is not None:
        query = query.where(condition)
    for name, column in (
        ("firm", Risk.organisation_id), ("likelihood", Risk.likelihood), ("impact", Risk.impact),
    ):  # fmt: skip
        if (number := whole(wanted.get(name))) is not None:
            query = query.where(column == number)
    if (foreseen := wanted.get("foreseen")) in ("yes", "no"):
        query = query.where(Risk.foreseen.is_(foreseen == "yes"))
    if typed := wanted.get("q", "")[:200].replace("\0", ""):
        parts = (Risk.title_zh, Risk.title_en, Risk.description, Risk.mitigation)
        query = query.where(or_(*(column.icontains(typed, autoescape=True) for column in parts)))
    return query


def in_band(bands: Bands, band: str, score: Any = SCORE) -> ColumnElement[bool] | None:
    """The condition on a score for a band; None where there is no such band."""
    amber, red = score >= bands.amber_from, score >= bands.red_from
    found: dict[str, ColumnElement[bool]] = {"red": red, "amber": and_(amber, ~red), "green": ~amber}
    return found.get(band)


def matrix(query: Select[Any]) -> dict[tuple[int, int], int]:
    """How many risks of a register lie in each field, by (impact, likelihood); two statements would not agree, so it is one."""
    asked = query.with_only_columns(Risk.impact, Risk.likelihood, maintain_column_froms=True).order_by(None)
    return dict(Counter((row[0], row[1]) for row in db.session.execute(asked)))


def states(risk: Risk) -> list[RiskState]:
    """How a risk stood from period to period, oldest first, with who said so."""
    query = select(RiskState).where(RiskState.risk_id == risk.id).options(joinedload(RiskState.noted_by).load_only(User.name))  # fmt: skip
    return list(db.session.scalars(query.order_by(RiskState.period, RiskState.id)))


def last_state(risk: Risk) -> RiskState:
    """How a risk stands by what was noted last; there is always something."""
    return db.session.scalars(
        select(RiskState)
        .where(RiskState.risk_id == risk.id)
        .order_by(RiskState.period.desc(), RiskState.id.desc())
        .limit(1)
    ).one()


def next_number(project: Project, model: Any) -> int:
    """The number of a new risk or issue of a project."""
    return (db.session.scalar(select(func.max(model.number)).where(model.project_id == project.id)) or 0) + 1


# How risks stood at the end of a day


def stood(on: date) -> Select[Any]:
    """The states that counted at the end of a day, one for each risk that there was: the last of those noted by then."""
    return select(RiskState).where(_counts(on))


def closed_on(risks: Iterable[int], on: date) -> dict[int, date]:
    """The days on which some risks, that were closed at the end of a day, came to be so: what is noted of a closed one afterwards closes it no second time."""
    query = select(RiskState.risk_id, RiskState.state, RiskState.noted_on)
    query = query.where(RiskState.risk_id.in_(sorted(risks)), RiskState.noted_on <= on).order_by(RiskState.id)
    found: dict[int, date] = {}
    for number, state, day in db.session.execute(query):
        if state == "closed":
            found.setdefault(number, day)
        else:
            found.pop(number, None)
    return found


def _counts(on: date) -> ColumnElement[bool]:
    # Nothing is noted of a period before the last one, so what was noted last is of the newest period.
    newest = select(func.max(RiskState.id)).where(RiskState.noted_on <= on)
    return RiskState.id.in_(newest.group_by(RiskState.risk_id))


@counts_dangers
def dangers(on: date) -> Select[Any]:
    """How many risks in the high band stood over each project at the end of a day."""
    red = RiskState.likelihood * RiskState.impact >= bands_on(on).red_from
    columns: tuple[Any, ...] = (RiskState.project_id.label("project_id"), func.count().label("dangers"))
    return select(*columns).where(_counts(on), RiskState.state.in_(STANDING), red).group_by(RiskState.project_id)


# Issues and actions


def issues(actor: Actor, project: Project) -> Select[tuple[Issue]]:
    """The issues of a project that a person may see, what is open and due first before the others."""
    query = select(Issue).where(Issue.project_id == project.id).options(
        joinedload(Issue.organisation).load_only(*FIRM), joinedload(Issue.risk), joinedload(Issue.project).load_only(*WORK),
    )  # fmt: skip
    return within(actor, query, Issue).order_by(case((Issue.state == "open", 0), else_=1), Issue.due_on, Issue.number)


def actions(actor: Actor, project: Project) -> Select[tuple[ActionItem]]:
    """The actions of a project that a person may see, what is open and due first before the others."""
    query = select(ActionItem).where(ActionItem.project_id == project.id)
    return within(actor, _shown(query), ActionItem).order_by(_unfinished(), ActionItem.due_on, ActionItem.id)


def actions_about(actor: Actor, thing: Risk | Issue) -> list[ActionItem]:
    """What is to be done about a risk or an issue."""
    column = ActionItem.risk_id if isinstance(thing, Risk) else ActionItem.issue_id
    query = within(actor, _shown(select(ActionItem).where(column == thing.id)), ActionItem)
    return list(db.session.scalars(query.order_by(_unfinished(), ActionItem.due_on, ActionItem.id)))


def by_state(query: Select[Any], model: Any, wanted: Mapping[str, str], on: date) -> Select[Any]:
    """A list of issues or actions as its filter asks: by state, `overdue` among them."""
    state = wanted.get("state")
    if state == "overdue":
        return query.where(model.state == "open", model.due_on < on)
    return query.where(model.state == state) if state else query


def open_risks(actor: Actor, project: Project) -> Iterable[Risk]:
    """The risks of a project that are not closed, for choosing one."""
    return db.session.scalars(within(actor, select(Risk).where(Risk.project_id == project.id, Risk.state != "closed"), Risk).order_by(Risk.number))  # fmt: skip


def _unfinished() -> ColumnElement[int]:
    return case((ActionItem.state == "open", 0), (ActionItem.state == "done", 1), else_=2)


def _shown(query: Select[Any]) -> Select[Any]:
    return query.options(
        joinedload(ActionItem.organisation).load_only(*FIRM), joinedload(ActionItem.raiser).load_only(*FIRM),
        joinedload(ActionItem.person).load_only(User.name), joinedload(ActionItem.risk), joinedload(ActionItem.issue),
        joinedload(ActionItem.project).load_only(*WORK),
    )  # fmt: skip


def issues_of(risk: Risk) -> list[Issue]:
    """What a risk has become."""
    query = select(Issue).where(Issue.risk_id == risk.id).options(joinedload(Issue.project).load_only(*WORK))
    return list(db.session.scalars(query.order_by(Issue.number)))


# Whom it concerns


def trackable(actor: Actor, project: Project) -> list[Organisation]:
    """The organisations of a project for which a person keeps risks."""
    return [firm for firm in involved(project) if allowed(actor, Action.TRACK, stake(project, firm.id))]


def tracks(actor: Actor, project: Project) -> bool:
    """Whether a person keeps risks of a project for any organisation."""
    return bool(trackable(actor, project)) if _sits(actor, project) else False


def _sits(actor: Actor, project: Project) -> bool:
    return any(
        seat.consortium_id == project.consortium_id and Action.TRACK in GRANTS[Role(seat.role)] for seat in actor.seats
    )


def people_of(consortium_id: int, firms: Iterable[int]) -> list[User]:
    """The people who sit at a table for some organisations: who can answer for a risk or an action."""
    seats = select(Seat.user_id).where(Seat.consortium_id == consortium_id, Seat.organisation_id.in_(sorted(firms)))
    return list(db.session.scalars(select(User).where(User.id.in_(seats), User.active).order_by(User.name, User.id)))


def sits_for(person: User, consortium_id: int, organisation_id: int) -> bool:
    """Whether a person sits at a table for an organisation."""
    return any(seat.consortium_id == consortium_id and seat.organisation_id == organisation_id for seat in person.seats)


def milestones_named(project: Project) -> list[Milestone]:
    """The milestones of a project that a risk can concern, by their numbers."""
    return list(db.session.scalars(select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.number)))  # fmt: skip


# What waits


def waiting(actor: Any, on: date | None = None) -> list[Waiting]:
    """What waits for a person: actions to do and to check, issues of the own organisation, and risks of which nothing is said for this period."""
    on = on or clock.today()
    last = on + timedelta(days=lights.rules_on(on).soon)
    found = [_to_do(row, on) for row in _mine(actor, last)]
    found += [
        _waiting(_l("Check what was done"), row, "act", "clipboard-check", row.due_on) for row in _to_check(actor)
    ]
    for row in db.session.scalars(_own(actor, Issue).where(Issue.state == "open", Issue.due_on <= last)):
        late = row.due_on < on
        what = _l("Resolve an issue that is overdue") if late else _l("Resolve an issue")
        found.append(_waiting(what, row, "bad" if late else "warn", "alert-triangle" if late else "alert-circle", row.due_on))  # fmt: skip
    return found + [_waiting(_l("Say how a risk stands in this period"), row, "warn", "alert-triangle", None) for row in _silent(actor, on)]  # fmt: skip


def _own(actor: Actor, model: Any) -> Select[Any]:
    """Rows of the own organisations in projects that run."""
    seats = {(s.consortium_id, s.organisation_id) for s in actor.seats if Action.REPORT in GRANTS[Role(s.role)]}
    whose = or_(
        *(and_(model.consortium_id == table, model.organisation_id == firm) for table, firm in sorted(seats)), false()
    )
    query = select(model).join(Project, Project.id == model.project_id).where(Project.stage == "running", whose)
    resting = select(Consortium.id).where(Consortium.stage.in_(("suspended", "closed")))
    query = query.where(model.consortium_id.notin_(resting))
    return query.options(joinedload(model.project).load_only(*WORK)).order_by(model.id)


def _mine(actor: Any, last: date) -> Iterable[ActionItem]:
    query = _own(actor, ActionItem).where(ActionItem.state == "open", ActionItem.due_on <= last)
    query = query.where(or_(ActionItem.person_id.is_(None), ActionItem.person_id == actor.id))
    return db.session.scalars(query.options(joinedload(ActionItem.risk), joinedload(ActionItem.issue)))


def _to_check(actor: Any) -> Iterable[ActionItem]:
    tables = {s.consortium_id for s in actor.seats if Action.PROPOSE in GRANTS[Role(s.role)]}
    query = select(ActionItem).join(Project, Project.id == ActionItem.project_id)
    query = query.where(
        ActionItem.consortium_id.in_(sorted(tables)), ActionItem.state == "done", Project.stage != "stopped"
    )
    query = query.where(or_(ActionItem.done_by_id.is_(None), ActionItem.done_by_id != actor.id))
    query = query.options(joinedload(ActionItem.risk), joinedload(ActionItem.issue), joinedload(ActionItem.project).load_only(*WORK))  # fmt: skip
    rows = db.session.scalars(within(actor, query, ActionItem).order_by(ActionItem.id))
    return [row for row in rows if row.raiser_id in houses(actor, row.consortium_id)]


def _silent(actor: Any, on: date) -> list[Risk]:
    """Standing risks of the own organisations of which the last thing said is older than the current period."""
    rows = db.session.scalars(_own(actor, Risk).where(Risk.state.in_(STANDING)).options(selectinload(Risk.states)))
    return [row for row in rows if row.states and row.states[-1].period < first_of(row.rhythm, on)]


def _to_do(row: ActionItem, on: date) -> Waiting:
    if row.due_on < on:
        return _waiting(_l("Finish an action that is overdue"), row, "bad", "alert-triangle", row.due_on)
    return _waiting(_l("Finish an action"), row, "warn", "calendar-due", row.due_on)


def _waiting(what: Lazy, row: Any, tone: str, icon: str, due_on: date | None) -> Waiting:
    ways = {"risk": "risks", "issue": "issues", "action_item": "actions"}
    about = (
        f"{row.title} {row.what}" if isinstance(row, ActionItem) else f"{row.mark} {either(row.title_zh, row.title_en)}"
    )
    return Waiting(
        what, about, href=f"/{ways[row.__tablename__]}/{row.id}", due_on=due_on, tone=tone, icon=icon,
        where=either(row.project.title_zh, row.project.title_en),
    )  # fmt: skip
