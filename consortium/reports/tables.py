"""The list of status reports."""

from __future__ import annotations

from consortium.agreements.tables import state_of
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.regions import regions
from consortium.core.terms import is_chinese
from consortium.core.words import Lazy, _l
from consortium.documents.tables import Column, Table
from consortium.reports.models import StatusReport
from consortium.reports.workflow import LIFE

NOT_YET: tuple[Lazy, str] = (_l("Not submitted"), "plan")


def name(table: Consortium) -> str:
    """The consortium in the reader's language."""
    return (table.name_zh or table.name_en) if is_chinese() else (table.name_en or table.name_zh)


def period(report: StatusReport) -> str:
    """The period in the reader's language."""
    return report.label_zh if is_chinese() else report.label_en


def province(report: StatusReport) -> str | None:
    """The province of the consortium."""
    place = regions().get(f"{report.consortium.province}0000")
    return place.name() if place else None


def state(report: StatusReport) -> tuple[object, str]:
    """Word and tone: of the paper once it was asked for."""
    if report.state == "drafting":
        return LIFE.word("drafting"), LIFE.tone("drafting")
    return state_of(report.paper) if report.paper else NOT_YET


REPORTS = Table("status-reports", _l("Status reports"), (
    Column("reference", _l("Report"), lambda row: row.reference, sort=StatusReport.reference, href=lambda row: f"/reports/{row.id}", note=period),
    Column("consortium", _l("Consortium"), lambda row: name(row.consortium), href=lambda row: f"/consortia/{row.consortium_id}"),
    Column("province", _l("Province"), province, wide=True),
    Column("starts_on", _l("From"), lambda row: row.starts_on, kind="day", sort=StatusReport.starts_on, wide=True),
    Column("ends_on", _l("To"), lambda row: row.ends_on, kind="day", sort=StatusReport.ends_on),
    Column("submitted_on", _l("Submitted on"), lambda row: clock.local(row.submitted_at).date() if row.submitted_at and row.state != "drafting" else None, kind="day",
           sort=StatusReport.submitted_at, wide=True),
    Column("state", _l("State"), lambda row: state(row)[0], kind="status", tone=lambda row: state(row)[1]),
))  # fmt: skip
