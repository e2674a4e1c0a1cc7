"""Pages of monthly logs: all of a project, the month that is filled in, one that is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from consortium.core.access import Action
from consortium.core.errors import NotNow, Refused
from consortium.core.words import _l
from consortium.discussions.talk import talk
from consortium.logbook import queries, services, sheets, tables
from consortium.logbook.forms import Kept, LogForm
from consortium.logbook.models import MonthlyLog
from consortium.logbook.portrait import LogPortrait, LogsPortrait, MonthPortrait, month_to_log
from consortium.logbook.rows import Rows
from consortium.organisations.models import Organisation
from consortium.projects.forms import ReasonForm
from consortium.projects.models import Project
from consortium.web.door import Door
from consortium.web.pages import XLSX, download, exported, filled, page

bp = Door("logbook", __name__)
talk(bp, MonthlyLog, "/logs/<id:id>")


def to_log(log: Any) -> str:
    """The page of a log."""
    return url_for("logbook.log", id=log.id)


@bp.page("/projects/<id:id>/logs", can=Action.VIEW, of=Project)
def logs(project: Project) -> ResponseReturnValue:
    """The months of the own firm, and for those who see all the firms against the months, also as CSV and XLSX."""
    portrait = LogsPortrait(current_user, project, request.args.get("year", ""))
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        return exported(tables.LOGS, portrait.rows, wanted)
    return page(
        "logbook/logs.html",
        project=project,
        portrait=portrait,
        table=tables.crossing(portrait.shown),
        totals=tables.totals(portrait.shown),
    )


@bp.page("/projects/<id:id>/log", can=Action.VIEW, of=Project, methods=("GET", "POST"))
def month(project: Project) -> ResponseReturnValue:
    """Log a month: `?month=2026-10`, `?firm=` of several own ones, `?copy=1` begins with the values of the last log."""
    portrait = _asked(project)
    form = LogForm(portrait, Kept(portrait, portrait.values(portrait.last) if request.args.get("copy") else None))
    context: dict[str, Any] = {
        "project": project,
        "portrait": portrait,
        "own": queries.reporting(current_user, project),
        "rows": Rows(portrait.last.title if portrait.last else ""),
        "troubles": [],
        "read": "",
    }
    if form.is_submitted() and form.sheet.data:
        form, context = _from_sheet(form, context)
        return page("logbook/month.html", form.status, form=form, **context)
    return filled(form, lambda: services.keep(current_user, project, **form.values()), "logbook/month.html", to_log,
                  _l("The month is kept. Confirm it when its figures are final."), **context)  # fmt: skip


@bp.page("/projects/<id:id>/log.xlsx", can=Action.VIEW, of=Project)
def sheet(project: Project) -> ResponseReturnValue:
    """The month as a sheet to fill in elsewhere."""
    portrait = _asked(project)
    return download(sheets.written(portrait), f"{project.reference}-{portrait.title}.xlsx", XLSX)


@bp.page("/logs/<id:id>", can=Action.EVIDENCE, of=MonthlyLog)
def log(log: MonthlyLog) -> ResponseReturnValue:
    """A month that is kept."""
    return page(
        "logbook/log.html",
        form=ReasonForm(formdata=None),
        log=log,
        portrait=LogPortrait(current_user, log),
        rows=Rows(),
    )


@bp.page("/logs/<id:id>/steps/<step>", can=Action.REPORT, of=MonthlyLog, methods=("POST",))
def advance(log: MonthlyLog, step: str) -> ResponseReturnValue:
    """Confirm a month, or open it again."""
    form = ReasonForm()
    return filled(form, lambda: services.move(current_user, log, step, **form.values()), "logbook/log.html", to_log,
                  _l("Done."), log=log, portrait=LogPortrait(current_user, log), rows=Rows())  # fmt: skip


# What is asked for


def _asked(project: Project) -> MonthPortrait:
    """The month and the firm that the address names, or the ones that it is likely to mean."""
    firm = _firm(project)
    months = queries.months_of(project)
    if not (wanted := request.args.get("month", "")):
        there = {one.month for one in queries.sums(current_user, project) if one.organisation_id == firm.id}
        found = month_to_log(project, months, there)
    else:
        found = next((month for month in months if f"{month:%Y-%m}" == wanted), None)
    if found is None:
        raise Refused(_none_of(project, months))
    return MonthPortrait(project, firm, found)


def _none_of(project: Project, months: list[date]) -> object:
    if not months:
        return _l("The project begins on %(day)s; there is no month to log yet.", day=project.starts_on.isoformat())
    return _l(
        "Months from %(first)s to %(last)s can be logged in this project.",
        first=f"{months[0]:%Y-%m}",
        last=f"{months[-1]:%Y-%m}",
    )


def _firm(project: Project) -> Organisation:
    own = queries.reporting(current_user, project)
    if not own:
        raise NotNow(_l("You log for no organisation of this project."))
    return next((firm for firm in own if str(firm.id) == request.args.get("firm")), own[0])


def _from_sheet(form: LogForm, context: dict[str, Any]) -> tuple[LogForm, dict[str, Any]]:
    """The form with the values of a sheet, not saved; or as it was typed, with all that is wrong with the sheet."""
    upload, portrait = form.sheet.data[0], form.portrait
    troubles: list[Any] = []
    try:
        values, troubles = sheets.taken(upload.name, upload.file.read(), portrait)
        if troubles:
            raise Refused(sheets.told(troubles))
    except Refused as problem:
        form.refuse(Refused("", sheet=problem.message))
        return form, {**context, "troubles": troubles}
    kept = Kept(portrait)
    typed = {cell.name: form[cell.name]._value() for cell in portrait.cells} | {"note": form.note._value()}
    sent = MultiDict({**typed, **values, "version": str(form.version.data or kept.version)})
    return LogForm(portrait, kept, formdata=sent), {**context, "read": upload.name}
