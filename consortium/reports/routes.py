"""The pages of status reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.agreements.queries import job_of
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import Action, allowed
from consortium.core.errors import Problem
from consortium.core.regions import provinces
from consortium.core.terms import CoreArea, choices
from consortium.core.words import _l
from consortium.documents.typesetting import figure
from consortium.reports import contents, facts, periods, queries, services, tables
from consortium.reports.forms import NarrativeForm, PeriodForm
from consortium.reports.models import StatusReport
from consortium.reports.papers import papers  # noqa: F401  (a second door of this feature, see MORE)
from consortium.reports.workflow import LIFE
from consortium.web.door import Door
from consortium.web.forms import carry
from consortium.web.pages import Entry, filled, listing, page

bp = Door("reports", __name__)
MORE = ("papers",)
NAVIGATION = (Entry(_l("Reports"), "report", "reports.index", Action.SIGNED_IN, 40, tables=True),)


def to_report(report: StatusReport) -> str:
    """The address of a report."""
    return url_for("reports.show", id=report.id)


@bp.page("/reports", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """All reports that the reader may see."""
    return listing(
        tables.REPORTS, queries.of(current_user, request.args), "reports/index.html", provinces=[(p.code, p.name()) for p in provinces()],
        areas=choices(CoreArea), states=[(name, word) for name, (word, _) in LIFE.states.items()], years=[(year, year) for year in queries.years(current_user)],
    )  # fmt: skip


@bp.page("/consortia/<id:id>/reports", can=Action.VIEW, of=Consortium)
def of_consortium(consortium: Consortium) -> ResponseReturnValue:
    """The reports of one consortium."""
    return listing(
        tables.REPORTS, queries.of(current_user, {}, consortium), "reports/of_consortium.html", consortium=consortium
    )


@bp.page("/consortia/<id:id>/reports/new", can=Action.ISSUE, of=Consortium, methods=("GET", "POST"))
def new(consortium: Consortium) -> ResponseReturnValue:
    """Begin a report; the last full quarter is offered."""
    starts_on, ends_on = periods.last_quarter(clock.today())
    form = PeriodForm(starts_on=starts_on, ends_on=ends_on)
    return filled(form, lambda: services.open_report(current_user, consortium, **form.values()), "reports/new.html",
                  to=to_report, said=_l("The report is opened. Its figures are as of the last day of the period, or of today while it lasts."),
                  consortium=consortium)  # fmt: skip


@bp.page("/reports/<id:id>", can=Action.VIEW, of=StatusReport)
def show(report: StatusReport) -> ResponseReturnValue:
    """One report: live while it is being written, and as it was frozen afterwards."""
    form = NarrativeForm(obj=report)
    form.renew()
    return page("reports/show.html", form=form, **_shown(report))


@bp.page("/reports/<id:id>/write", can=Action.ISSUE, of=StatusReport, methods=("POST",))
def write(report: StatusReport) -> ResponseReturnValue:
    """Keep what was written."""
    form = NarrativeForm(obj=report)
    return _asked(
        report, form, lambda: services.write(current_user, report, **form.values()), _l("Your words are kept.")
    )


@bp.page("/reports/<id:id>/draft", can=Action.ISSUE, of=StatusReport, methods=("POST",))
def draft(report: StatusReport) -> ResponseReturnValue:
    """Keep what is being typed; answers a part of the page."""
    form = NarrativeForm(obj=report)
    problem: object = None
    try:
        if form.validate_on_submit():
            form.fresh()
            services.write(current_user, report, **form.values())
    except Problem as refusal:
        form.status, problem = refusal.status, refusal.message
    return page("reports/_kept.html", form.status, report=report, form=form, problem=problem, now=clock.now())


@bp.page("/reports/<id:id>/submit", can=Action.ISSUE, of=StatusReport, methods=("POST",))
def submit(report: StatusReport) -> ResponseReturnValue:
    """Keep what was written, freeze the figures, and have the paper made."""
    form = NarrativeForm(obj=report)
    return _asked(
        report, form, lambda: services.submit(current_user, services.write(current_user, report, **form.values())),
        _l("The report is submitted; its paper is being made."),
    )  # fmt: skip


@bp.page("/reports/<id:id>/reopen", can=Action.ISSUE, of=StatusReport, methods=("POST",))
def reopen(report: StatusReport) -> ResponseReturnValue:
    """Write on at a report whose paper failed."""
    return redirect(to_report(services.reopen(current_user, report)), 303)


def _asked(
    report: StatusReport, form: NarrativeForm, act: Callable[[], StatusReport], said: object
) -> ResponseReturnValue:
    """Do what the form asks; what the page shows is worked out only where it has to be shown again."""
    if carry(form, act) is None:
        return page("reports/show.html", form.status, form=form, **_shown(report))
    flash(str(said), "ok")
    return redirect(to_report(report), 303)


def _shown(report: StatusReport) -> dict[str, Any]:
    """What the page of a report shows: its facts, frozen or live; sums over firms are for all once its paper is issued."""
    paper = report.paper if report.state == "submitted" else None
    sums = (paper is not None and paper.state == "issued") or allowed(current_user, Action.EVIDENCE, report)
    said = (
        paper.facts
        if paper
        else facts.status_report(report, reference=report.reference, version="0", address="", author="", sums=sums)
    )
    if not sums:
        said = contents.without_sums(said)
    return {
        "report": report, "consortium": report.consortium, "shown": said, "paper": report.paper, "job": job_of(report.paper) if report.paper else None,
        "writing": report.state == "drafting" and allowed(current_user, Action.ISSUE, report), "events": feed(timeline(report), report),
        "state": tables.state(report), "period": tables.period(report), "figure": figure,
    }  # fmt: skip
