"""What is asked about results, whose they are, what is registered of them, and the background on which they build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core.access import GRANTS, Action, Actor, Role, allowed, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.typed import whole
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable
from consortium.plans.tree import natural
from consortium.projects.models import Project
from consortium.projects.queries import involved, members
from consortium.projects.testimony import keeps_files
from consortium.results import classes
from consortium.results.models import (
    Background,
    BackgroundUse,
    Effect,
    Outcome,
    OutcomeFile,
    OutcomeOwner,
    Result,
    ResultFile,
    ResultOwner,
)

FIRM = (Organisation.name_zh, Organisation.name_en)
WORK = (Project.title_zh, Project.title_en, Project.reference, Project.stage)


def told_of(reader: Actor, thing: Any) -> Select[int] | None:
    """What happened to the results, outcomes and background of a consortium, also to those that are gone; never what was earned with them."""
    if not isinstance(thing, Consortium) or not allowed(reader, Action.VIEW, thing):
        return None
    kinds = [model.__tablename__ for model in (Result, ResultOwner, Outcome, Background)]
    return select(Event.id).where(Event.chain == f"c{thing.id}", Event.subject_kind.in_(kinds))


# Results


def results(actor: Actor) -> Select[tuple[Result]]:
    """All results that a person may see, disputed ones first, then the newest, with what their list shows."""
    query = select(Result).options(
        joinedload(Result.project).load_only(*WORK), joinedload(Result.organisation).load_only(*FIRM),
        selectinload(Result.owners).joinedload(ResultOwner.organisation).load_only(*FIRM),
    )  # fmt: skip
    return within(actor, query, Result).order_by(
        case((Result.state == "disputed", 0), else_=1), Result.made_on.desc(), Result.id
    )


def results_narrowed(query: Select[Any], wanted: Mapping[str, str]) -> Select[Any]:
    """The list of results as its filter asks; words that fit nothing give nothing."""
    for name in ("state", "kind"):
        if value := wanted.get(name):
            query = query.where(getattr(Result, name).cast(db.String) == value)
    if wanted.get("critical"):
        query = query.where(Result.critical)
    if (firm := whole(wanted.get("owner"))) is not None:
        query = query.where(Result.id.in_(select(ResultOwner.result_id).where(ResultOwner.organisation_id == firm)))
    return _narrowed(query, Result, wanted)


def _narrowed(query: Select[Any], model: Any, wanted: Mapping[str, str]) -> Select[Any]:
    for name, column in (("consortium", model.consortium_id), ("project", model.project_id)):
        if (number := whole(wanted.get(name))) is not None:
            query = query.where(column == number)
    if typed := wanted.get("q", "")[:200].replace("\0", ""):
        parts = (model.title_zh, model.title_en, model.number)
        query = query.where(or_(*(column.icontains(typed, autoescape=True) for column in parts)))
    return query


def owners(result: Result) -> list[ResultOwner]:
    """The owners of a result in their order, with the people who answered."""
    query = select(ResultOwner).where(ResultOwner.result_id == result.id)
    query = query.options(joinedload(ResultOwner.organisation).load_only(*FIRM), joinedload(ResultOwner.answered_by))
    return list(db.session.scalars(query.order_by(ResultOwner.place, ResultOwner.id)))


def named(project: Project) -> list[Result]:
    """The results of a project in natural order of their numbers."""
    found = db.session.scalars(select(Result).where(Result.project_id == project.id))
    return sorted(found, key=lambda row: natural(row.number))


def deliverables(project: Project) -> list[Deliverable]:
    """The deliverables of a project from which a result can have come: those that were handed in."""
    query = select(Deliverable).where(Deliverable.project_id == project.id, Deliverable.state != "pending")
    return sorted(db.session.scalars(query), key=lambda row: natural(row.number))


def taken(project: Project, number: str, row: Result | None = None) -> Result | None:
    """Another result of a project that has a number already."""
    found = db.session.scalar(select(Result).where(Result.project_id == project.id, Result.number == number))
    return None if found is row else found


# Background


def background(project: Project) -> list[Background]:
    """What members declare to bring into a project, by firm and number, with the results that build on it."""
    query = select(Background).where(Background.project_id == project.id).options(
        joinedload(Background.organisation).load_only(*FIRM), selectinload(Background.uses).joinedload(BackgroundUse.result),
        joinedload(Background.project).load_only(*WORK),
    )  # fmt: skip
    return sorted(db.session.scalars(query), key=lambda row: (row.organisation_id, natural(row.number)))


def same_number(
    project: Project, organisation_id: int, number: str, row: Background | None = None
) -> Background | None:
    """Other background of a firm that has a number already."""
    query = select(Background).where(Background.project_id == project.id, Background.organisation_id == organisation_id)
    found = db.session.scalar(query.where(Background.number == number))
    return None if found is row else found


def built_on(result: Result) -> list[Background]:
    """The background on which a result builds."""
    query = select(Background).join(BackgroundUse, BackgroundUse.background_id == Background.id)
    query = query.where(BackgroundUse.result_id == result.id).options(
        joinedload(Background.organisation).load_only(*FIRM)
    )
    return sorted(db.session.scalars(query), key=lambda row: (row.organisation_id, natural(row.number)))


def unlisted(project: Project) -> list[Result]:
    """The results that say that they use background outside of the list."""
    query = select(Result).where(Result.project_id == project.id, Result.uses_unlisted != "")
    return sorted(db.session.scalars(query), key=lambda row: natural(row.number))


def uses_of_excluded(project: Project) -> list[BackgroundUse]:
    """The uses of background that its owner keeps out of the project."""
    query = select(BackgroundUse).join(Background, Background.id == BackgroundUse.background_id)
    query = query.where(Background.project_id == project.id, Background.included.is_(False))
    query = query.options(joinedload(BackgroundUse.result), joinedload(BackgroundUse.background))
    return list(db.session.scalars(query.order_by(BackgroundUse.id)))


def strangers(project: Project) -> list[tuple[Outcome, list[Organisation]]]:
    """The outcomes of which somebody is a holder who owns no share of the result that they come from."""
    same = and_(ResultOwner.result_id == Outcome.result_id, ResultOwner.organisation_id == OutcomeOwner.organisation_id)
    query = select(Outcome, Organisation).join(OutcomeOwner, OutcomeOwner.outcome_id == Outcome.id)
    query = query.join(Organisation, Organisation.id == OutcomeOwner.organisation_id).join(
        Result, Result.id == Outcome.result_id
    )
    query = query.outerjoin(ResultOwner, same).where(
        Outcome.project_id == project.id, Result.state != "unowned", ResultOwner.id.is_(None)
    )
    found: dict[int, tuple[Outcome, list[Organisation]]] = {}
    for outcome, firm in db.session.execute(query.order_by(Outcome.id, OutcomeOwner.place)):
        found.setdefault(outcome.id, (outcome, []))[1].append(firm)
    return list(found.values())


def differing(project: Project) -> list[Outcome]:
    """The outcomes whose holders or shares are not those that all owners of the result agreed on, beside those of `strangers`."""
    query = select(Outcome).join(Result, Result.id == Outcome.result_id).where(
        Outcome.project_id == project.id, Result.state == "agreed"
    )  # fmt: skip
    query = query.options(selectinload(Outcome.owners), joinedload(Outcome.result).selectinload(Result.owners))
    known = {outcome.id for outcome, _ in strangers(project)}
    return [
        row for row in db.session.scalars(query.order_by(Outcome.id))
        if row.id not in known and row.result is not None
        and {one.organisation_id: one.share for one in row.owners} != {one.organisation_id: one.share for one in row.result.owners}
    ]  # fmt: skip


# Outcomes


def outcomes(actor: Actor) -> Select[tuple[Outcome]]:
    """All outcomes that a person may see, the newest first, with what their list shows."""
    query = select(Outcome).options(
        joinedload(Outcome.project).load_only(*WORK), joinedload(Outcome.organisation).load_only(*FIRM),
        selectinload(Outcome.owners).joinedload(OutcomeOwner.organisation).load_only(*FIRM),
    )  # fmt: skip
    return within(actor, query, Outcome).order_by(Outcome.id.desc())


def outcomes_narrowed(query: Select[Any], wanted: Mapping[str, str], on: date) -> Select[Any]:
    """The list of outcomes as its filter asks."""
    for name in ("state", "kind"):
        if value := wanted.get(name):
            query = query.where(getattr(Outcome, name).cast(db.String) == value)
    if value := wanted.get("class"):
        query = query.where(of_class(value, on))
    if (firm := whole(wanted.get("owner"))) is not None:
        query = query.where(Outcome.id.in_(select(OutcomeOwner.outcome_id).where(OutcomeOwner.organisation_id == firm)))
    return _narrowed(query, Outcome, wanted)


def of_class(name: str, on: date) -> ColumnElement[bool]:
    """What counts as Class `I` or `II` by the rules of a day."""
    rules = classes.on(on)
    kinds = Outcome.kind.in_(sorted(rules.kinds.get(name, ())))
    own = Outcome.transferred_in.is_(False) if not rules.transferred_in_counts else Outcome.id.is_not(None)
    return and_(kinds, own, Outcome.state == "in_force")


def of_result(actor: Actor, result: Result) -> list[Outcome]:
    """What is registered, published or awarded of one result."""
    return list(db.session.scalars(outcomes(actor).where(Outcome.result_id == result.id)))


def same_key(consortium_id: int, key: str, row: Outcome | None = None) -> Outcome | None:
    """The outcome of a consortium that has a number already."""
    found = db.session.scalar(select(Outcome).where(Outcome.consortium_id == consortium_id, Outcome.key == key))
    return None if found is row else found


# What was earned


def effects(actor: Actor, project: Project) -> list[Effect]:
    """What firms earned with the results of a project, as far as a person may see it, newest first."""
    query = within(actor, select(Effect), Effect, Action.EVIDENCE).where(Effect.project_id == project.id)
    query = query.options(joinedload(Effect.organisation).load_only(*FIRM))
    return list(db.session.scalars(query.order_by(Effect.year.desc(), Effect.organisation_id)))


def effect_of(project: Project, organisation_id: int, year: int) -> Effect | None:
    """What a firm said of one year."""
    query = select(Effect).where(Effect.project_id == project.id, Effect.organisation_id == organisation_id)
    return db.session.scalar(query.where(Effect.year == year))


# Firms


def speaking_for(actor: Actor, project: Project) -> list[Organisation]:
    """The organisations of a project for which a person can enter something."""
    own = {
        s.organisation_id
        for s in actor.seats
        if s.consortium_id == project.consortium_id and Action.REPORT in GRANTS[Role(s.role)]
    }
    return [firm for firm in involved(project) if firm.id in own]


def possible_owners(project: Project, owned: Iterable[ResultOwner | OutcomeOwner] = ()) -> list[Organisation]:
    """Who can own a share: who takes part in the project, and who owns one already."""
    there = {firm.id: firm for firm in involved(project)}
    missing = sorted({row.organisation_id for row in owned} - set(there))
    if missing:
        there |= {
            firm.id: firm for firm in db.session.scalars(select(Organisation).where(Organisation.id.in_(missing)))
        }
    return list(there.values())


def able_to_lead(project: Project) -> list[Organisation]:
    """Who can answer for a result or an outcome from now on: who takes part in the project, and is a member still."""
    still = {firm.id for firm in members(project.consortium_id)}
    return [firm for firm in involved(project) if firm.id in still]


def firms(numbers: Iterable[int]) -> dict[int, Organisation]:
    """Organisations by their numbers, also those that left."""
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(sorted(numbers))))
    return {row.id: row for row in rows}


def holders(actor: Actor, consortium_id: int | None = None) -> list[Organisation]:
    """The organisations that hold an outcome or own a result somewhere that a person may see, for filters."""
    held = within(actor, select(OutcomeOwner.organisation_id), OutcomeOwner)
    owned = within(actor, select(ResultOwner.organisation_id), ResultOwner)
    query = select(Organisation).where(or_(Organisation.id.in_(held), Organisation.id.in_(owned)))
    return list(db.session.scalars(query.order_by(Organisation.id).limit(200)))


# Files that can serve once more


@keeps_files
def shown_by(project_id: int, organisation_id: int) -> Select[Any]:
    """The files with which a firm shows results of a project, newest first."""
    query = select(ResultFile).join(Result, Result.id == ResultFile.result_id)
    query = query.where(Result.project_id == project_id, ResultFile.organisation_id == organisation_id)
    return query.order_by(ResultFile.id.desc())


@keeps_files
def certified_by(project_id: int, organisation_id: int) -> Select[Any]:
    """The files with which a firm shows outcomes of a project, newest first."""
    query = select(OutcomeFile).join(Outcome, Outcome.id == OutcomeFile.outcome_id)
    query = query.where(Outcome.project_id == project_id, OutcomeFile.organisation_id == organisation_id)
    return query.order_by(OutcomeFile.id.desc())


# What waits


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """What waits for a person: shares that the own organisation is asked about, and disputes of results that it leads."""
    open_tables = select(Consortium.id).where(Consortium.stage != "closed")
    asked = within(
        actor, select(ResultOwner).join(Result, Result.id == ResultOwner.result_id), ResultOwner, Action.REPORT
    )
    asked = asked.where(
        ResultOwner.state == "asked", Result.state != "agreed", ResultOwner.consortium_id.in_(open_tables)
    )
    shown = joinedload(ResultOwner.result).joinedload(Result.project).load_only(Project.title_zh, Project.title_en)
    found = [
        _waiting(_l("Agree to your organisation's share of a result, or dispute it"), row.result, "act", "chart-pie")
        for row in db.session.scalars(asked.options(shown).order_by(ResultOwner.id))
    ]
    disputed = within(actor, select(Result), Result, Action.REPORT).where(
        Result.state == "disputed", Result.consortium_id.in_(open_tables)
    )
    project = joinedload(Result.project).load_only(Project.title_zh, Project.title_en)
    what = _l("Settle the disputed shares of a result")
    return found + [
        _waiting(what, row, "bad", "alert-triangle")
        for row in db.session.scalars(disputed.options(project).order_by(Result.id))
    ]


def _waiting(what: Any, row: Result, tone: str, icon: str) -> Waiting:
    return Waiting(
        what, f"{row.number} {either(row.title_zh, row.title_en)}", href=f"/results/{row.id}#shares", tone=tone, icon=icon,
        where=either(row.project.title_zh, row.project.title_en),
    )  # fmt: skip


def entered(project: Project) -> tuple[int, int, int]:
    """How many results, outcomes and background a project has."""
    found = [
        db.session.scalar(select(func.count()).select_from(model).where(model.project_id == project.id)) or 0
        for model in (Result, Outcome, Background)
    ]
    return found[0], found[1], found[2]
