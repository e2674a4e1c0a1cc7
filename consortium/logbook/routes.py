"""Pages of monthly logs: all of a project, the month that is filled in, one that is kept, and its vouchers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from consortium.core import clock
from consortium.core.access import Action, allowed
from consortium.core.errors import NotNow, Refused
from consortium.core.terms import choices
from consortium.core.words import _l
from consortium.discussions.talk import talk
from consortium.documents import archive
from consortium.logbook import expenditure, queries, services, sheets, tables
from consortium.logbook import vouchers as keeping
from consortium.logbook.forms import Kept, LogForm
from consortium.logbook.kept import LogPortrait
from consortium.logbook.models import MonthlyLog, Voucher, VoucherFile
from consortium.logbook.portrait import LogsPortrait, MonthPortrait, month_to_log
from consortium.logbook.queries import last_day
from consortium.logbook.rows import Rows
from consortium.logbook.voucher_forms import VoucherEdit, VoucherForm
from consortium.organisations.models import Organisation
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.forms import ReasonForm
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.web.door import Door
from consortium.web.forms import Form
from consortium.web.pages import XLSX, download, exported, filled, listing, page

bp = Door("logbook", __name__)
talk(bp, MonthlyLog, "/logs/<id:id>")


def to_log(log: Any) -> str:
    """The page of a log."""
    return url_for("logbook.log", id=log.id)


def to_voucher(log: Any) -> str:
    """The form of a voucher in a log."""
    return url_for("logbook.enter", id=log.id)


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
    onwards = request.form.get("then") == "voucher"
    bare = onwards or bool(form.vouchers.data)
    way = to_voucher if onwards else to_log
    return filled(form, lambda: form.bring(current_user, services.keep(current_user, project, **form.values(), bare=bare)), "logbook/month.html", way,
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


# Vouchers


@bp.page("/projects/<id:id>/vouchers", can=Action.VIEW, of=Project)
def vouchers(project: Project) -> ResponseReturnValue:
    """The vouchers of a project that the reader may see, with search, filters and files."""
    query = expenditure.narrowed(expenditure.of_project(current_user, project), request.args)
    return listing(
        tables.VOUCHERS, query, "logbook/vouchers.html", project=project, heads=choices(CostCategory), sources=choices(MoneySource),
        firms=involved(project), sees_all=allowed(current_user, Action.EVIDENCE, project),
    )  # fmt: skip


@bp.page("/logs/<id:id>/vouchers/new", can=Action.REPORT, of=MonthlyLog, methods=("GET", "POST"))
def enter(log: MonthlyLog) -> ResponseReturnValue:
    """Enter a voucher in a month."""
    form = VoucherForm(_month_of(log), data={"voucher_on": min(clock.today(), last_day(log.month))})
    return filled(form, lambda: keeping.enter(current_user, log, **form.values()), "logbook/voucher_form.html", _to_month,
                  _said_of, log=log, voucher=None)  # fmt: skip


@bp.page("/vouchers/<id:id>", can=Action.EVIDENCE, of=Voucher)
def voucher(voucher: Voucher) -> ResponseReturnValue:
    """One voucher with its files."""
    return page("logbook/voucher.html", voucher=voucher, portrait=LogPortrait(current_user, voucher.log))


@bp.page("/vouchers/<id:id>/edit", can=Action.REPORT, of=Voucher, methods=("GET", "POST"))
def amend(voucher: Voucher) -> ResponseReturnValue:
    """Amend a voucher of a month that is not confirmed."""
    form = VoucherEdit(_month_of(voucher.log), obj=voucher)
    return filled(form, lambda: keeping.amend(current_user, voucher, **form.values()), "logbook/voucher_form.html", _to_month,
                  _said_of, log=voucher.log, voucher=voucher)  # fmt: skip


@bp.page("/vouchers/<id:id>/remove", can=Action.REPORT, of=Voucher, methods=("GET", "POST"))
def remove(voucher: Voucher) -> ResponseReturnValue:
    """Take a voucher out of a month that is not confirmed."""
    form = Form()
    return filled(form, lambda: keeping.remove(current_user, voucher), "logbook/voucher_remove.html", to_log,
                  _l("The voucher is removed."), log=voucher.log, voucher=voucher)  # fmt: skip


@bp.page("/voucher-files/<id:id>", can=Action.EVIDENCE, of=VoucherFile)
def voucher_file(file: VoucherFile) -> ResponseReturnValue:
    """A file of a voucher, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")


def _to_month(voucher: Voucher) -> str:
    """The month of a voucher."""
    return to_log(voucher.log) + "#vouchers"


def _said_of(voucher: Voucher) -> object:
    """What is said after a voucher was kept."""
    if voucher.known_because:
        return _l("The voucher is kept. It or its file is known on this platform already; the coordinator was told.")
    return _l("The voucher is kept.")


def _month_of(log: MonthlyLog) -> MonthPortrait:
    return MonthPortrait(log.project, queries.firm(log.organisation_id), log.month, at_hand=False)


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
    typed = {cell.name: form[cell.name]._value() for cell in portrait.cells} | {
        "note": form.note._value(),
        "people": form.people._value(),
        "vouchers": form.vouchers.data or "",
    }
    sent = MultiDict({**typed, **values, "version": str(form.version.data or kept.version)})
    return LogForm(portrait, kept, formdata=sent), {**context, "read": upload.name}
