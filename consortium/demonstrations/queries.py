"""What is asked about demonstrations. Amounts, insurance and files are asked for with `Action.INSPECT` on the demonstration first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core.access import GRANTS, Action, Actor, Role, allowed, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.demonstrations.models import (
    Confirmation,
    Demonstration,
    DemonstrationFile,
    DemonstrationIndicator,
    Matter,
    ProductKind,
    Purpose,
)
from consortium.demonstrations.workflow import DEMONSTRATION, REMATCHED, has_file, matter_at, said_of_this
from consortium.organisations.models import Organisation
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.projects.testimony import keeps_files
from consortium.results.models import Result, ResultOwner

FIRM = (Organisation.name_zh, Organisation.name_en)
WORK = (Project.title_zh, Project.title_en, Project.reference)


def of(actor: Actor) -> Select[tuple[Demonstration]]:
    """All demonstrations that a person may see, the newest first, with what their list shows."""
    query = select(Demonstration).options(
        joinedload(Demonstration.project).load_only(*WORK),
        joinedload(Demonstration.organisation).load_only(*FIRM),
        joinedload(Demonstration.user_organisation).load_only(*FIRM),
        *reckoned(),
    )
    return within(actor, query, Demonstration, Action.VISIT).order_by(Demonstration.id.desc())


def reckoned() -> tuple[Any, ...]:
    """What hours, failures and indicators are reckoned from, loaded at once for many."""
    return (
        selectinload(Demonstration.steps),
        selectinload(Demonstration.records),
        selectinload(Demonstration.failures),
        selectinload(Demonstration.indicators).selectinload(DemonstrationIndicator.readings),
    )


def fill(demonstration: Demonstration) -> Demonstration:
    """Load at once what the page of a demonstration reckons from."""
    query = select(Demonstration).where(Demonstration.id == demonstration.id).options(*reckoned())
    db.session.scalars(query).one()
    return demonstration


def of_project(actor: Actor, project: Project) -> Select[tuple[Demonstration]]:
    """The same of one project."""
    return of(actor).where(Demonstration.project_id == project.id)


def of_result(actor: Actor, result: Result) -> list[Demonstration]:
    """The demonstrations of one result that a person may see."""
    return list(db.session.scalars(of(actor).where(Demonstration.result_id == result.id)))


def narrowed(query: Select[Any], wanted: Mapping[str, str]) -> Select[Any]:
    """The list as its filter asks; words that fit nothing give nothing."""
    if stage := wanted.get("stage"):
        query = query.where(Demonstration.stage == stage[:20].replace("\0", ""))
    if kind := wanted.get("kind"):
        query = query.where(Demonstration.kind.in_([one for one in ProductKind if one.value == kind]))
    if region := wanted.get("region"):
        query = query.where(Demonstration.site_region.startswith(region[:2].replace("\0", ""), autoescape=True))
    if typed := wanted.get("q", "")[:200].replace("\0", "").strip():
        columns = (Demonstration.title_zh, Demonstration.title_en, Demonstration.site_name)
        found = columns[0].icontains(typed, autoescape=True)
        for column in columns[1:]:
            found = found | column.icontains(typed, autoescape=True)
        query = query.where(found)
    return query


def next_number(consortium_id: int) -> int:
    """The number of the next demonstration of a consortium."""
    query = select(func.max(Demonstration.number)).where(Demonstration.consortium_id == consortium_id)
    return (db.session.scalar(query) or 0) + 1


def makers(actor: Actor, project: Project) -> list[Organisation]:
    """The firms of a project for which a person may begin a demonstration."""
    firms = involved(project)
    if any(_may(seat, project) and seat.role == Role.COORDINATOR for seat in actor.seats):
        return firms
    own = {seat.organisation_id for seat in actor.seats if _may(seat, project)}
    return [firm for firm in firms if firm.id in own]


def _may(seat: Any, project: Project) -> bool:
    return seat.consortium_id == project.consortium_id and Action.DEMONSTRATE in GRANTS[Role(seat.role)]


def own_results(demonstration: Demonstration) -> list[Result]:
    """The results that a demonstration can show: those of its project that the maker leads or owns a share of, and the one that it shows."""
    maker = demonstration.organisation_id
    own = or_(
        Result.organisation_id == maker,
        Result.owners.any(ResultOwner.organisation_id == maker),
        Result.id == demonstration.result_id,
    )
    query = select(Result).where(Result.project_id == demonstration.project_id, own)
    return list(db.session.scalars(query.order_by(Result.id)))


def results(project: Project) -> list[Result]:
    """The results of a project, from which a demonstration can come."""
    return list(db.session.scalars(select(Result).where(Result.project_id == project.id).order_by(Result.id)))


def organisation(number: int) -> Organisation:
    """An organisation of the directory."""
    return db.session.get_one(Organisation, number)


def files_of(demonstration: Demonstration) -> list[DemonstrationFile]:
    """The files of a demonstration with who added them, oldest first."""
    query = select(DemonstrationFile).where(DemonstrationFile.demonstration_id == demonstration.id)
    return list(
        db.session.scalars(query.options(joinedload(DemonstrationFile.added_by)).order_by(DemonstrationFile.id))
    )


def said_of(demonstration: Demonstration) -> list[Confirmation]:
    """What the user organisation said, newest first."""
    query = select(Confirmation).where(Confirmation.demonstration_id == demonstration.id)
    query = query.options(joinedload(Confirmation.said_by), joinedload(Confirmation.organisation).load_only(*FIRM))
    return list(db.session.scalars(query.order_by(Confirmation.id.desc())))


def told_of(reader: Actor, thing: Any) -> Select[int] | None:
    """What happened to the demonstrations of a consortium, for who reads the consortium."""
    if not isinstance(thing, Consortium) or not allowed(reader, Action.VIEW, thing):
        return None
    return select(Event.id).where(Event.chain == f"c{thing.id}", Event.subject_kind == Demonstration.__tablename__)


@keeps_files
def evidence_of(project_id: int, organisation_id: int) -> Select[Any]:
    """The files of a firm in demonstrations of a project, newest first; the report of the user is not the maker's to use again."""
    query = select(DemonstrationFile).join(Demonstration, Demonstration.id == DemonstrationFile.demonstration_id)
    own = (DemonstrationFile.organisation_id == organisation_id, DemonstrationFile.purpose != Purpose.USER_REPORT)
    query = query.where(Demonstration.project_id == project_id, *own)
    return query.order_by(DemonstrationFile.id.desc())


# What waits


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """What a person has to confirm for the user organisation: a matching at a site that is named, or a trial whose certificate is there; nothing of which it said its word as it stands."""
    own = {
        (seat.consortium_id, seat.organisation_id) for seat in actor.seats if Action.CONFIRM in GRANTS[Role(seat.role)]
    }
    if not own:
        return []
    query = select(Demonstration).options(
        selectinload(Demonstration.confirmations), selectinload(Demonstration.files), selectinload(Demonstration.steps),
        selectinload(Demonstration.indicators).selectinload(DemonstrationIndicator.readings),
        joinedload(Demonstration.consortium).load_only(Consortium.name_zh, Consortium.name_en, Consortium.stage),
    )  # fmt: skip
    query = query.where(
        Demonstration.stage.in_(("candidate", *REMATCHED, "trial")),
        Demonstration.user_organisation_id.in_(sorted({firm for _, firm in own})),
    )
    rows = db.session.scalars(within(actor, query, Demonstration, Action.CONFIRM).order_by(Demonstration.id))
    return [_to_confirm(row) for row in rows if (row.consortium_id, row.user_organisation_id) in own and _waits(row)]


def _waits(row: Demonstration) -> bool:
    if row.consortium.stage in ("suspended", "closed"):
        return False
    matter = matter_at(row)
    if matter is None or said_of_this(row, matter):
        return False
    return bool(row.site_name) if matter is Matter.MATCHING else has_file(row, Purpose.CERTIFICATE)


def _to_confirm(row: Demonstration) -> Waiting:
    what = _l("Confirm the acceptance") if row.stage == "trial" else _l("Confirm the matching")
    table = row.consortium
    return Waiting(
        what, either(row.title_zh, row.title_en), href=f"/demonstrations/{row.id}", icon="building-factory-2",
        where=either(table.name_zh, table.name_en),
    )  # fmt: skip


def by_stage(rows: list[Demonstration]) -> dict[str, int]:
    """How many of some demonstrations stand in which stage, in the order of the stages."""
    return {stage: sum(row.stage == stage for row in rows) for stage in DEMONSTRATION.states}
