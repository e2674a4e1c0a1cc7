"""What is asked about results, whose they are, what is registered of them, and the background on which they build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core.access import GRANTS, Action, Actor, Role, allowed, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.typed import whole
from consortium.core.words import _l, _ln
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
    firm, answer = whole(wanted.get("owner")), wanted.get("answer")
    if firm is not None or answer:
        owned = select(ResultOwner.result_id)
        owned = owned if firm is None else owned.where(ResultOwner.organisation_id == firm)
        query = query.where(Result.id.in_(owned.where(ResultOwner.state == answer) if answer else owned))
    return _narrowed(query, Result, wanted)


def _narrowed(query: Select[Any], model: Any, wanted: Mapping[str, str]) -> Select[Any]:
    for name, column in (("consortium", model.consortium_id), ("project", model.project_id)):
        if (number := whole(wanted.get(name))) is not None:
            query = query.where(column == number)
    if typed := wanted.get("q", "")[:200].replace("\0", ""):
        parts = (model.title_zh, model.title_en, model.number)
        query = query.where(or_(*(column.icontains(typed, autoescape=True) for column in parts)))
    return query


def handed_by(actor: Any, result: Result) -> bool:
    """Whether a person has handed a result from one firm to another."""
    query = select(Event.id).where(
        Event.subject_kind == Result.__tablename__, Event.subject_id == result.id, Event.verb == "handed over", Event.actor_id == actor.id
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


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


def unlisted(project: Project, most: int) -> list[Result]:
    """The first results that say that they use background outside of the list."""
    query = select(Result).where(Result.project_id == project.id, Result.uses_unlisted != "")
    return sorted(db.session.scalars(query.order_by(Result.id).limit(most)), key=lambda row: natural(row.number))


def uses_of_excluded(project: Project, most: int) -> list[BackgroundUse]:
    """The first uses of background that its owner keeps out of the project."""
    query = select(BackgroundUse).join(Background, Background.id == BackgroundUse.background_id)
    query = query.where(Background.project_id == project.id, Background.included.is_(False))
    query = query.options(joinedload(BackgroundUse.result), joinedload(BackgroundUse.background))
    return list(db.session.scalars(query.order_by(BackgroundUse.id).limit(most)))


#: Of one outcome: what the same organisation owns of the result, and whether any holder owns nothing of it.
_SAME = and_(ResultOwner.result_id == Outcome.result_id, ResultOwner.organisation_id == OutcomeOwner.organisation_id)
_HOLDS = OutcomeOwner.outcome_id == Outcome.id
_OWNS = exists().where(_SAME).correlate(Outcome, OutcomeOwner)
_STRANGE = exists().where(_HOLDS, ~_OWNS).correlate(Outcome)


def strangers(project: Project, most: int) -> list[tuple[Outcome, list[Organisation]]]:
    """The first outcomes of which somebody is a holder who owns no share of the result that they come from, with who that is."""
    query = select(Outcome).join(Result, Result.id == Outcome.result_id)
    query = query.where(Outcome.project_id == project.id, Result.state != "unowned", _STRANGE)
    rows = list(db.session.scalars(query.order_by(Outcome.id).limit(most)))
    who = select(Outcome.id, Organisation).join(OutcomeOwner, _HOLDS)
    who = who.join(Organisation, Organisation.id == OutcomeOwner.organisation_id)
    who = who.where(Outcome.id.in_([row.id for row in rows]), ~_OWNS).order_by(Outcome.id, OutcomeOwner.place)
    found: dict[int, list[Organisation]] = {row.id: [] for row in rows}
    for number, firm in db.session.execute(who):
        found[number].append(firm)
    return [(row, found[row.id]) for row in rows]


def differing(project: Project, most: int) -> list[Outcome]:
    """The first outcomes whose holders or shares are not those that all owners of the result agreed on, beside those of `strangers`."""
    query = select(Outcome).join(Result, Result.id == Outcome.result_id)
    query = query.where(Outcome.project_id == project.id, Result.state == "agreed", ~_STRANGE)
    # Parts are equal where crosswise products are; of 32 bits each they need 64.
    here, there = cast(OutcomeOwner.part, BigInteger) * ResultOwner.of, cast(ResultOwner.part, BigInteger) * OutcomeOwner.of  # fmt: skip
    other = exists().where(_HOLDS, _SAME, here != there).correlate(Outcome)
    held = exists().where(_HOLDS, _SAME).correlate(Outcome, ResultOwner)
    missing = exists().where(ResultOwner.result_id == Outcome.result_id, ~held).correlate(Outcome)
    return list(db.session.scalars(query.where(or_(other, missing)).order_by(Outcome.id).limit(most)))


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


#: So many results of one project wait each for itself; more of them wait as one, with the list of them.
EACH = 5


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """What waits for a person: shares that the own organisation is asked about, and disputes and given up shares of results that it leads; three statements."""
    open_tables = select(Consortium.id).where(Consortium.stage != "closed")
    asked = select(Result.id, *_of_many(ResultOwner.organisation_id)).join(
        ResultOwner, Result.id == ResultOwner.result_id
    )
    asked = within(actor, asked, ResultOwner, Action.REPORT).where(
        ResultOwner.state == "asked", Result.state != "agreed", ResultOwner.consortium_id.in_(open_tables)
    )
    led = within(actor, select(Result.id, *_of_many(Result.organisation_id)), Result, Action.REPORT)
    led = led.where(Result.consortium_id.in_(open_tables))
    given_up = select(ResultOwner.result_id).where(ResultOwner.state == "released")
    found = [
        _waiting(_l("Agree to your organisation's share of a result, or dispute it"), row, "act", "chart-pie") if times <= EACH
        else _gathered(
            _ln("Agree to your organisation's share of %(num)s result, or dispute it", "Agree to your organisation's shares of %(num)s results, or dispute them", times),
            row, f"owner={firm}&answer=asked", "act", "chart-pie",
        )
        for row, firm, times in _first_of_many(asked)
    ]  # fmt: skip
    found += [
        _waiting(_l("Settle the disputed shares of a result"), row, "bad", "alert-triangle") if times <= EACH
        else _gathered(_ln("Settle the disputed shares of %(num)s result", "Settle the disputed shares of %(num)s results", times), row, "state=disputed", "bad", "alert-triangle")
        for row, _, times in _first_of_many(led.where(Result.state == "disputed"))
    ]  # fmt: skip
    return found + [
        _waiting(_l("Propose new shares of a result, of which one was given up"), row, "act", "chart-pie") if times <= EACH
        else _gathered(_ln("Propose new shares of %(num)s result, of which one was given up", "Propose new shares of %(num)s results, of which one was given up", times), row, "answer=released", "act", "chart-pie")
        for row, _, times in _first_of_many(led.where(Result.state == "proposed", Result.id.in_(given_up)))
    ]  # fmt: skip


def _of_many(firm: Any) -> tuple[Any, ...]:
    """Columns beside a result: the firm, which one it is of that firm's in its project, and of how many."""
    per: dict[str, Any] = {"partition_by": (Result.project_id, firm)}
    place = func.row_number().over(order_by=Result.id, **per)
    return firm.label("firm"), place.label("place"), func.count().over(**per).label("times")


def _first_of_many(query: Select[Any]) -> Iterator[tuple[Result, int, int]]:
    """Each result where they are few, else the first of them; with the firm, and how many there are."""
    of = query.subquery()
    rows = select(Result, of.c.firm, of.c.times).join(of, of.c.id == Result.id)
    rows = rows.where(or_(of.c.times <= EACH, of.c.place == 1)).order_by(Result.id)
    work = joinedload(Result.project).load_only(Project.title_zh, Project.title_en)
    for row in db.session.execute(rows.options(work)):
        yield row[0], row[1], row[2]


def _gathered(what: Any, row: Result, wanted: str, tone: str, icon: str) -> Waiting:
    about = either(row.project.title_zh, row.project.title_en)
    return Waiting(what, about, href=f"/projects/{row.project_id}/results?{wanted}", tone=tone, icon=icon)


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
