"""What is asked about status reports and their papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium, Membership, TechnologyArea
from consortium.core import clock
from consortium.core.access import Action, Actor, within
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.core.terms import CoreArea, either
from consortium.core.words import _l
from consortium.documents.models import Paper
from consortium.projects.models import Evidence, Milestone, MilestoneReport
from consortium.reports.models import StatusReport

#: What is remembered of a paper for the public: that it exists, and what its bytes are. Never what it says.
PUBLIC = (
    Paper.kind,
    Paper.reference,
    Paper.state,
    Paper.sha256,
    Paper.issued_at,
    Paper.pages,
    Paper.size,
    Paper.facts_digest,
)


def of(
    actor: Actor, wanted: Mapping[str, str] | None = None, consortium: Consortium | None = None
) -> Select[tuple[StatusReport]]:
    """The reports that a person may see, newest period first; `wanted` filters by region, area, state, year and words."""
    query = select(StatusReport).join(Consortium, Consortium.id == StatusReport.consortium_id).options(
        joinedload(StatusReport.consortium), joinedload(StatusReport.paper).defer(Paper.facts)
    )  # fmt: skip
    if consortium is not None:
        query = query.where(StatusReport.consortium_id == consortium.id)
    query = _narrowed(query, wanted or {})
    return within(actor, query, StatusReport).order_by(StatusReport.ends_on.desc(), StatusReport.reference.desc())


def _narrowed(query: Select[Any], wanted: Mapping[str, str]) -> Select[Any]:
    if province := wanted.get("region", "")[:2]:
        query = query.where(Consortium.province == province)
    if (area := wanted.get("area")) in {str(member) for member in CoreArea}:
        query = query.where(
            Consortium.id.in_(select(TechnologyArea.consortium_id).where(TechnologyArea.area == CoreArea(area)))
        )
    if state := wanted.get("state"):
        query = query.where(StatusReport.state == state)
    year = wanted.get("year", "")
    if len(year) == 4 and year.isascii() and year.isdigit() and year > "1900":
        query = query.where(
            StatusReport.starts_on <= date(int(year), 12, 31), StatusReport.ends_on >= date(int(year), 1, 1)
        )
    if words := wanted.get("q", "")[:200].replace("\0", ""):
        columns = (
            Consortium.name_zh,
            Consortium.name_en,
            StatusReport.reference,
            StatusReport.label_zh,
            StatusReport.label_en,
        )
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    return query


def years(actor: Actor) -> list[int]:
    """The years that visible reports are about, newest first."""
    found = db.session.execute(
        within(actor, select(StatusReport.starts_on, StatusReport.ends_on).distinct(), StatusReport)
    )
    return sorted({day.year for row in found for day in row}, reverse=True)


def covering(consortium: Consortium, starts_on: date, ends_on: date) -> StatusReport | None:
    """The report of a consortium on exactly this period."""
    return db.session.scalar(
        select(StatusReport).where(
            StatusReport.consortium_id == consortium.id,
            StatusReport.starts_on == starts_on,
            StatusReport.ends_on == ends_on,
        )
    )


def report_by(reference: str) -> StatusReport | None:
    """The report of a reference."""
    return db.session.scalar(select(StatusReport).where(StatusReport.reference == reference))


def latest(consortium: Consortium) -> StatusReport | None:
    """The report on the newest period: a submitted one before one that is being written."""
    query = select(StatusReport).where(StatusReport.consortium_id == consortium.id)
    order = (StatusReport.state == "submitted").desc(), StatusReport.ends_on.desc(), StatusReport.id.desc()
    return db.session.scalar(query.order_by(*order).limit(1))


def everybody(consortium: Consortium, starts_on: date) -> list[Membership]:
    """Members who took part at any time since a day, in the order of joining, with their organisations."""
    query = select(Membership).where(
        Membership.consortium_id == consortium.id, or_(Membership.left_on.is_(None), Membership.left_on >= starts_on)
    )
    return list(
        db.session.scalars(
            query.options(joinedload(Membership.organisation)).order_by(Membership.joined_on, Membership.id)
        )
    )


def milestones(project_ids: list[int]) -> list[Milestone]:
    """The milestones of projects by due date, each with its owner, and its reports with evidence and verifier."""
    query = select(Milestone).where(Milestone.project_id.in_(project_ids)).options(
        joinedload(Milestone.organisation),
        selectinload(Milestone.reports).options(
            joinedload(MilestoneReport.verifier), joinedload(MilestoneReport.decider), joinedload(MilestoneReport.reported_by), selectinload(MilestoneReport.evidence).options(
                load_only(Evidence.sha256, Evidence.kind, Evidence.size, Evidence.created_at)
            ),
        ),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Milestone.due_on, Milestone.id)).unique())


def paper_public(reference: str) -> Any:
    """What anyone may know of the paper of a reference, as a row of PUBLIC; None where there is none that was issued."""
    with everything("the public may ask whether a paper is genuine"):
        return db.session.execute(
            select(*PUBLIC).where(Paper.reference == reference, Paper.state == "issued")
        ).one_or_none()


def paper_by_digest(sha256: str) -> Any:
    """What anyone may know of the paper that consists of these bytes."""
    with everything("the public may ask whether a paper is genuine"):
        return db.session.execute(
            select(*PUBLIC).where(Paper.sha256 == sha256, Paper.state == "issued").limit(1)
        ).one_or_none()


def open_events(reader: Actor) -> ColumnElement[bool]:
    """Of the events about papers those about what is not kept to other firms, and all other events."""
    return or_(Event.subject_kind != Paper.__tablename__, Event.subject_id.in_(within(reader, select(Paper.id), Paper)))


def waiting(actor: Actor) -> list[Waiting]:
    """Reports that coordinators can finish since their period is over, and reports whose paper failed."""
    query = select(StatusReport).outerjoin(Paper, StatusReport.paper_id == Paper.id).options(
        joinedload(StatusReport.paper).defer(Paper.facts), joinedload(StatusReport.consortium)
    )  # fmt: skip
    written = and_(StatusReport.state == "drafting", StatusReport.ends_on < clock.today())
    query = query.where(or_(written, Paper.state == "failed")).order_by(StatusReport.ends_on)
    return [_waits(report) for report in db.session.scalars(within(actor, query, StatusReport, Action.ISSUE))]


def _waits(report: StatusReport) -> Waiting:
    failed = report.state != "drafting"
    what = (
        _l("Write the report on again: its paper could not be made")
        if failed
        else _l("Finish and submit the status report")
    )
    return Waiting(
        what,
        report.reference,
        href=f"/reports/{report.id}",
        tone="bad" if failed else "act",
        icon="report",
        where=either(report.consortium.name_zh, report.consortium.name_en),
    )


def references() -> Iterator[tuple[str, str]]:
    """All reports, as `flask refs` lists them."""
    for report in db.session.scalars(
        select(StatusReport).order_by(StatusReport.reference).options(joinedload(StatusReport.consortium))
    ):
        yield report.reference, f"{report.label_zh} {report.consortium}"


#: What `flask refs` lists.
REFERENCES = (("status-report", references),)
