"""What is asked about vouchers: lists of them, those of a month, their files, and the period in which they count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.consortia.models import Membership
from consortium.core import clock
from consortium.core.access import Action, Actor, within
from consortium.core.db import db
from consortium.core.typed import whole
from consortium.logbook.models import MonthlyLog, Voucher, VoucherFile
from consortium.logbook.queries import FIRM, Money, over_on
from consortium.plans.models import Node
from consortium.projects.models import Project
from consortium.projects.testimony import keeps_files


def eligible(project: Project) -> tuple[date, date]:
    """The first and the last day whose vouchers count: the project's period up to today, of one that was stopped or completed up to that day."""
    return project.starts_on, min(project.ends_on, clock.today(), over_on(project) or date.max)


def left_on(consortium_id: int, organisation_id: int) -> date | None:
    """The day on which a firm left the consortium, unless it is a member."""
    query = select(Membership.left_on).where(
        Membership.consortium_id == consortium_id, Membership.organisation_id == organisation_id
    )
    days = list(db.session.scalars(query))
    return None if not days or None in days else max(day for day in days if day is not None)


def vouchers_of(log: MonthlyLog) -> list[Voucher]:
    """The vouchers of a month by day, with their files and nodes."""
    query = select(Voucher).where(Voucher.log_id == log.id).options(*_shown())
    return list(db.session.scalars(query.order_by(Voucher.voucher_on, Voucher.id)))


def of_project(actor: Actor, project: Project) -> Select[tuple[Voucher]]:
    """The vouchers of a project that a person may see, latest first."""
    query = select(Voucher).where(Voucher.project_id == project.id)
    query = query.options(
        joinedload(Voucher.organisation).load_only(*FIRM),
        joinedload(Voucher.log).load_only(MonthlyLog.month, MonthlyLog.state),
        *_shown(),
    )
    return within(actor, query, Voucher, Action.EVIDENCE).order_by(Voucher.voucher_on.desc(), Voucher.id.desc())


def _shown() -> tuple[Any, ...]:
    named = joinedload(Voucher.node).load_only(Node.number, Node.title_zh, Node.title_en)
    return named, selectinload(Voucher.files), joinedload(Voucher.first).selectinload(Voucher.files)


def narrowed(query: Select[Any], wanted: Mapping[str, str]) -> Select[Any]:
    """The list of vouchers as its filter asks; words that fit nothing give nothing."""
    for name in ("category", "source"):
        if value := wanted.get(name):
            query = query.where(getattr(Voucher, name).cast(db.String) == value)
    if (number := whole(wanted.get("firm"))) is not None:
        query = query.where(Voucher.organisation_id == number)
    if wanted.get("known"):
        query = query.where(Voucher.known_because != "")
    if typed := wanted.get("q", "")[:200].replace("\0", ""):
        parts: tuple[ColumnElement[Any], ...] = (Voucher.number, Voucher.payee, Voucher.note)  # type: ignore[assignment]
        query = query.where(or_(*(column.icontains(typed, autoescape=True) for column in parts)))
    return query


def by_key(log: MonthlyLog) -> dict[Money, Any]:
    """The money of a month's vouchers by head and source, in yuan."""
    query = select(Voucher.category, Voucher.source, func.sum(Voucher.amount)).where(Voucher.log_id == log.id)
    return {(row[0], row[1]): row[2] for row in db.session.execute(query.group_by(Voucher.category, Voucher.source))}


@keeps_files
def filed_by(project_id: int, organisation_id: int) -> Select[Any]:
    """The files of a firm's vouchers in a project, newest first."""
    query = select(VoucherFile).where(
        VoucherFile.project_id == project_id, VoucherFile.organisation_id == organisation_id
    )
    return query.order_by(VoucherFile.id.desc())
