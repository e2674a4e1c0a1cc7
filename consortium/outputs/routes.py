"""Pages about deliverables, assessment indicators, what milestones depend on, and members crossed with milestones."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import Action
from consortium.core.terms import choices
from consortium.core.words import _l
from consortium.discussions.talk import talk
from consortium.documents import archive
from consortium.outputs import matrix as crossed
from consortium.outputs import queries, services, tables
from consortium.outputs.forms import (
    CheckForm,
    ConfirmForm,
    DeliverableEdit,
    DeliverableForm,
    IndicatorEdit,
    IndicatorForm,
    ReadingForm,
    SubmitForm,
    TieForm,
)
from consortium.outputs.models import (
    Deliverable,
    DeliverableKind,
    Dissemination,
    Indicator,
    ReadingFile,
    SubmittedFile,
    Tie,
)
from consortium.outputs.portrait import DeliverablePortrait, IndicatorPortrait
from consortium.outputs.workflow import DELIVERABLE
from consortium.projects.forms import ReasonForm
from consortium.projects.models import Milestone, Project
from consortium.projects.queries import involved, tables_of
from consortium.projects.routes import to_milestone
from consortium.projects.testimony import earlier
from consortium.projects.workflow import OPEN
from consortium.web.door import Door
from consortium.web.pages import address, download, exported, filled, listing, page

bp = Door("outputs", __name__)
talk(bp, Deliverable, "/deliverables/<id:id>")
talk(bp, Indicator, "/indicators/<id:id>")

GETS_POSTS = ("GET", "POST")


def _choices(project: Project) -> dict[str, Any]:
    return {"firms": involved(project), "nodes": queries.nodes_named(project)}


def _filters() -> dict[str, Any]:
    return {
        "states": DELIVERABLE.states.items(),
        "levels": choices(Dissemination),
        "kinds": choices(DeliverableKind),
        "open_stages": OPEN,
    }


# Deliverables


@bp.page("/deliverables", can=Action.SIGNED_IN)
def deliverables() -> ResponseReturnValue:
    """All deliverables that the reader may see: what is late, what is due soon."""
    query = queries.narrowed(queries.deliverables(current_user), request.args, clock.today())
    offered = tables_of(current_user, request.args.get("consortium"))
    return listing(tables.DELIVERABLES, query, "outputs/deliverables.html", offered=offered, **_filters())


@bp.page("/projects/<id:id>/deliverables", can=Action.VIEW, of=Project)
def of_project(project: Project) -> ResponseReturnValue:
    """The deliverables of one project."""
    query = queries.narrowed(queries.of_project(current_user, project), request.args, clock.today())
    return listing(
        tables.OF_PROJECT, query, "outputs/of_project.html", project=project, firms=involved(project), **_filters()
    )


@bp.page("/projects/<id:id>/deliverables/new", can=Action.PLAN, of=Project, methods=GETS_POSTS)
def plan(project: Project) -> ResponseReturnValue:
    """Plan a deliverable."""
    form = DeliverableForm(**_choices(project))
    return filled(form, lambda: services.plan_deliverable(current_user, project, **form.values()), "outputs/plan.html", address,
                  _l("The deliverable is planned."), project=project)  # fmt: skip


@bp.page("/deliverables/<id:id>", can=Action.VIEW, of=Deliverable)
def deliverable(deliverable: Deliverable) -> ResponseReturnValue:
    """One deliverable with what was submitted."""
    portrait = DeliverablePortrait(current_user, deliverable)
    return page(
        "outputs/deliverable.html",
        form=CheckForm(portrait.latest, formdata=None),
        deliverable=deliverable,
        portrait=portrait,
    )


@bp.page("/deliverables/<id:id>/edit", can=Action.PLAN, of=Deliverable, methods=GETS_POSTS)
def edit(deliverable: Deliverable) -> ResponseReturnValue:
    """Amend a deliverable."""
    form = DeliverableEdit(**_choices(deliverable.project), obj=deliverable)
    return filled(form, lambda: services.amend_deliverable(current_user, deliverable, **form.values()), "outputs/edit.html", address,
                  _l("The deliverable is amended."), thing=deliverable)  # fmt: skip


@bp.page("/deliverables/<id:id>/remove", can=Action.PLAN, of=Deliverable, methods=GETS_POSTS)
def remove(deliverable: Deliverable) -> ResponseReturnValue:
    """Take a deliverable out of the plan."""
    form = ReasonForm()
    return filled(form, lambda: services.remove_deliverable(current_user, deliverable, **form.values()), "outputs/remove.html",
                  to_deliverables, _l("The deliverable is removed."), thing=deliverable)  # fmt: skip


@bp.page("/deliverables/<id:id>/submit", can=Action.REPORT, of=Deliverable, methods=GETS_POSTS)
def submit(deliverable: Deliverable) -> ResponseReturnValue:
    """Hand in a deliverable."""
    form = SubmitForm(earlier(deliverable.project_id, deliverable.organisation_id))
    return filled(form, lambda: services.submit(current_user, deliverable, **form.values()), "outputs/submit.html",
                  lambda word: address(word.deliverable), _l("It is handed in. Another organisation verifies it."),
                  deliverable=deliverable, portrait=DeliverablePortrait(current_user, deliverable))  # fmt: skip


@bp.page("/deliverables/<id:id>/verify", can=Action.ACCEPT, of=Deliverable, methods=("POST",))
def verify(deliverable: Deliverable) -> ResponseReturnValue:
    """Accept or return what was read."""
    form = CheckForm(DeliverablePortrait(current_user, deliverable).latest)
    return filled(form, lambda: services.verify(current_user, deliverable, **form.values()), "outputs/deliverable.html", address,
                  _l("Your finding is recorded."), deliverable=deliverable, portrait=DeliverablePortrait(current_user, deliverable))  # fmt: skip


@bp.page("/submitted/<id:id>", can=Action.EVIDENCE, of=SubmittedFile)
def submitted(file: SubmittedFile) -> ResponseReturnValue:
    """A file of a submission, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")


def to_deliverables(made: Any) -> str:
    """The deliverables of a project."""
    return url_for("outputs.of_project", id=made.id)


# Indicators


@bp.page("/projects/<id:id>/indicators", can=Action.VIEW, of=Project)
def indicators(project: Project) -> ResponseReturnValue:
    """The assessment indicators of one project, with whether their targets are reached."""
    rows = queries.indicators(project)
    if request.args.get("as") in ("csv", "xlsx"):
        return exported(tables.INDICATORS, rows, request.args["as"])
    return page("outputs/indicators.html", project=project, rows=rows, table=tables.INDICATORS, open_stages=OPEN)


@bp.page("/projects/<id:id>/indicators/new", can=Action.PLAN, of=Project, methods=GETS_POSTS)
def plan_indicator(project: Project) -> ResponseReturnValue:
    """Plan an indicator."""
    form = IndicatorForm(**_choices(project))
    return filled(form, lambda: services.plan_indicator(current_user, project, **form.values()), "outputs/plan_indicator.html", address,
                  _l("The indicator is planned."), project=project)  # fmt: skip


@bp.page("/indicators/<id:id>", can=Action.VIEW, of=Indicator)
def indicator(indicator: Indicator) -> ResponseReturnValue:
    """One indicator with its actual values."""
    return page("outputs/indicator.html", indicator=indicator, portrait=IndicatorPortrait(current_user, indicator))


@bp.page("/indicators/<id:id>/edit", can=Action.PLAN, of=Indicator, methods=GETS_POSTS)
def edit_indicator(indicator: Indicator) -> ResponseReturnValue:
    """Amend an indicator."""
    form = IndicatorEdit(**_choices(indicator.project), obj=indicator)
    return filled(form, lambda: services.amend_indicator(current_user, indicator, **form.values()), "outputs/edit.html", address,
                  _l("The indicator is amended."), thing=indicator)  # fmt: skip


@bp.page("/indicators/<id:id>/remove", can=Action.PLAN, of=Indicator, methods=GETS_POSTS)
def remove_indicator(indicator: Indicator) -> ResponseReturnValue:
    """Take an indicator out of the plan."""
    form = ReasonForm()
    return filled(form, lambda: services.remove_indicator(current_user, indicator, **form.values()), "outputs/remove.html",
                  lambda made: url_for("outputs.indicators", id=made.id), _l("The indicator is removed."), thing=indicator)  # fmt: skip


@bp.page("/indicators/<id:id>/readings/new", can=Action.REPORT, of=Indicator, methods=GETS_POSTS)
def read_off(indicator: Indicator) -> ResponseReturnValue:
    """Note an actual value."""
    form = ReadingForm(earlier(indicator.project_id, indicator.organisation_id), data={"on_day": clock.today()})
    return filled(form, lambda: services.read_off(current_user, indicator, **form.values()), "outputs/read_off.html",
                  lambda reading: address(reading.indicator), _l("The value is noted."), indicator=indicator,
                  portrait=IndicatorPortrait(current_user, indicator))  # fmt: skip


@bp.page("/readings/<id:id>", can=Action.EVIDENCE, of=ReadingFile)
def reading_file(file: ReadingFile) -> ResponseReturnValue:
    """A file that shows a value, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")


# What milestones depend on


@bp.page("/milestones/<id:id>/ties", can=Action.PLAN, of=Milestone, methods=GETS_POSTS)
def ties(milestone: Milestone) -> ResponseReturnValue:
    """Say on which deliverables and nodes a milestone depends."""
    form = TieForm(queries.to_tie(milestone))
    return filled(form, lambda: services.tie(current_user, milestone, **form.values()), "outputs/ties.html",
                  lambda _: url_for("outputs.ties", id=milestone.id), _l("The milestone depends on it now."), milestone=milestone,
                  queries=queries)  # fmt: skip


@bp.page("/ties/<id:id>/remove", can=Action.PLAN, of=Tie, methods=GETS_POSTS)
def untie(tie: Tie) -> ResponseReturnValue:
    """Let a milestone depend on something no longer."""
    form = ConfirmForm()
    return filled(form, lambda: services.untie(current_user, tie), "outputs/untie.html", to_milestone,
                  _l("The milestone does not depend on it any more."), tie=tie)  # fmt: skip


# Members and milestones


@bp.page("/projects/<id:id>/matrix", can=Action.VIEW, of=Project)
def matrix(project: Project) -> ResponseReturnValue:
    """The firms of a project against its milestones."""
    found = crossed.of_project(project, request.args.get("by", ""))
    if request.args.get("as") in ("csv", "xlsx"):
        return exported(crossed.table(found), found.lines, request.args["as"])
    return page("outputs/matrix.html", project=project, consortium=project.consortium, matrix=found)


@bp.page("/consortia/<id:id>/matrix", can=Action.VIEW, of=Consortium)
def matrix_of_consortium(consortium: Consortium) -> ResponseReturnValue:
    """The members of a consortium against the milestones of its projects."""
    found = crossed.of_consortium(consortium, request.args.get("by", ""))
    if request.args.get("as") in ("csv", "xlsx"):
        return exported(crossed.table(found), found.lines, request.args["as"])
    return page("outputs/matrix.html", project=None, consortium=consortium, matrix=found)
