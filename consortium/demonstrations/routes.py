"""Pages of demonstrations: the list, one of them, and a form for each part of its record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.core.access import Action
from consortium.core.errors import NotNow
from consortium.core.regions import provinces
from consortium.core.terms import choices
from consortium.core.words import Lazy, _l
from consortium.demonstrations import forms, operating, queries, services, supporting, tables
from consortium.demonstrations.models import (
    Demonstration,
    DemonstrationFile,
    DemonstrationIndicator,
    Failure,
    OperatingRecord,
    ProductKind,
)
from consortium.demonstrations.portrait import DemonstrationPortrait
from consortium.demonstrations.workflow import DEMONSTRATION, matter_at
from consortium.discussions.talk import talk
from consortium.documents import archive
from consortium.organisations import queries as directory
from consortium.projects.models import Project
from consortium.web.door import Door
from consortium.web.pages import Entry, download, filled, listing, page

NAVIGATION = (Entry(_l("Demonstrations"), "building-factory-2", "demonstrations.index", Action.VISIT, 32),)

bp = Door("demonstrations", __name__)
talk(bp, Demonstration, "/demonstrations/<id:id>", mark="S")
BOTH = ("GET", "POST")
SAVED = _l("Saved.")


def home(row: Any) -> str:
    """The page of a demonstration, or of the one that a row belongs to."""
    return url_for("demonstrations.show", id=getattr(row, "demonstration", row).id)


def _part(
    row: Demonstration, form: Any, act: Callable[[], Any], heading: Lazy, label: Lazy, said: Lazy = SAVED, **context: Any
) -> ResponseReturnValue:  # fmt: skip
    """The form of one part of the record."""
    return filled(form, act, "demonstrations/part.html", home, said, demonstration=row, heading=heading, label=label, **context)  # fmt: skip


def _filters() -> dict[str, Any]:
    return {
        "states": [(stage, words[0]) for stage, words in DEMONSTRATION.states.items()],
        "kinds": choices(ProductKind),
        "regions": [(place.code, place.name()) for place in provinces()],
    }


# Lists


@bp.page("/demonstrations", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """All demonstrations that the reader may see."""
    query = queries.narrowed(queries.of(current_user), request.args)
    return listing(tables.DEMONSTRATIONS, query, "demonstrations/index.html", project=None, **_filters())


@bp.page("/projects/<id:id>/demonstrations", can=Action.VIEW, of=Project)
def of_project(project: Project) -> ResponseReturnValue:
    """Those of one project."""
    query = queries.narrowed(queries.of_project(current_user, project), request.args)
    makers = queries.makers(current_user, project)
    return listing(tables.DEMONSTRATIONS, query, "demonstrations/index.html", project=project, makers=makers, **_filters())  # fmt: skip


@bp.page("/projects/<id:id>/demonstrations/new", can=Action.VIEW, of=Project, methods=BOTH)
def begin(project: Project) -> ResponseReturnValue:
    """Enter a candidate for a firm of the project."""
    if not (makers := queries.makers(current_user, project)):
        raise NotNow(_l("You can enter no product for an organisation of this project."))
    form = forms.BeginForm(makers, queries.results(project))
    return filled(form, lambda: services.begin(current_user, project, **form.values()), "demonstrations/begin.html", home,
                  _l("The candidate is entered. Say next who uses it, and where."), project=project)  # fmt: skip


# One of them


@bp.page("/demonstrations/<id:id>", can=Action.VISIT, of=Demonstration)
def show(demonstration: Demonstration) -> ResponseReturnValue:
    """One demonstration with its record."""
    portrait = DemonstrationPortrait(current_user, demonstration)
    return page("demonstrations/show.html", form=forms.StepForm(formdata=None), demonstration=demonstration, portrait=portrait)  # fmt: skip


@bp.page("/demonstrations/<id:id>/steps/<step>", can=Action.DEMONSTRATE, of=Demonstration, methods=("POST",))
def advance(demonstration: Demonstration, step: str) -> ResponseReturnValue:
    """Take it one step along its life."""
    form = forms.StepForm()
    return filled(form, lambda: services.move(current_user, demonstration, step, **form.values()), "demonstrations/show.html", home,
                  _l("Done."), demonstration=demonstration, portrait=DemonstrationPortrait(current_user, demonstration))  # fmt: skip


@bp.page("/demonstrations/<id:id>/confirm", can=Action.CONFIRM, of=Demonstration, methods=BOTH)
def confirm(demonstration: Demonstration) -> ResponseReturnValue:
    """Confirm matching or acceptance for the user organisation."""
    portrait = DemonstrationPortrait(current_user, demonstration)
    form = forms.ConfirmForm(matter_at(demonstration), portrait.digest)
    return filled(form, lambda: services.confirm(current_user, demonstration, **form.values()), "demonstrations/confirm.html", home,
                  _l("Your word is recorded."), demonstration=demonstration, portrait=portrait)  # fmt: skip


@bp.page("/demonstration-files/<id:id>", can=Action.INSPECT, of=DemonstrationFile)
def file(file: DemonstrationFile) -> ResponseReturnValue:
    """A file, to be saved."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")


# Parts of the record


@bp.page("/demonstrations/<id:id>/product", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def product(demonstration: Demonstration) -> ResponseReturnValue:
    """What the product is."""
    form = forms.ProductForm(results=queries.own_results(demonstration), obj=demonstration)
    return _part(demonstration, form, lambda: services.amend(current_user, demonstration, **form.values()), _l("Product"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/site", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def site(demonstration: Demonstration) -> ResponseReturnValue:
    """Who uses it, and where."""
    firms = directory.choices({demonstration.organisation_id})
    form = forms.SiteForm(firms, queries.organisation, obj=demonstration)
    return _part(demonstration, form, lambda: services.place(current_user, demonstration, **form.values()), _l("User and site"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/contract", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def contract(demonstration: Demonstration) -> ResponseReturnValue:
    """The contract with the user."""
    form = forms.ContractForm(obj=demonstration)
    return _part(demonstration, form, lambda: services.contract(current_user, demonstration, **form.values()), _l("Contract"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/days", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def days(demonstration: Demonstration) -> ResponseReturnValue:
    """The days until the trial."""
    form = forms.DaysForm(obj=demonstration)
    return _part(demonstration, form, lambda: services.schedule(current_user, demonstration, **form.values()), _l("Delivery, installation, trial"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/insurance", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def insurance(demonstration: Demonstration) -> ResponseReturnValue:
    """The insurance."""
    form = forms.InsuranceForm(obj=demonstration)
    return _part(demonstration, form, lambda: supporting.insure(current_user, demonstration, **form.values()), _l("Insurance"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/conclusion", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def conclusion(demonstration: Demonstration) -> ResponseReturnValue:
    """Lessons and promotion."""
    form = forms.ConclusionForm(obj=demonstration)
    return _part(demonstration, form, lambda: services.conclude(current_user, demonstration, **form.values()), _l("Lessons and promotion"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/files/new", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def add_files(demonstration: Demonstration) -> ResponseReturnValue:
    """Add certificate, report or other files."""
    form = forms.FilesForm()
    return _part(demonstration, form, lambda: services.add_files(current_user, demonstration, **form.values()), _l("Add files"), _l("Add"),
                 _l("The files are added."))  # fmt: skip


# Operation


@bp.page("/demonstrations/<id:id>/indicators/new", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def add_indicator(demonstration: Demonstration) -> ResponseReturnValue:
    """Add what the contract promises."""
    form = forms.IndicatorForm()
    return _part(demonstration, form, lambda: operating.add_indicator(current_user, demonstration, **form.values()), _l("Add an indicator"), _l("Add"))  # fmt: skip


@bp.page("/demonstration-indicators/<id:id>/edit", can=Action.DEMONSTRATE, of=DemonstrationIndicator, methods=BOTH)
def edit_indicator(indicator: DemonstrationIndicator) -> ResponseReturnValue:
    """Amend an indicator."""
    form = forms.IndicatorEdit(obj=indicator)
    return _part(indicator.demonstration, form, lambda: operating.amend_indicator(current_user, indicator, **form.values()),
                 _l("Amend the indicator"), _l("Save"))  # fmt: skip


@bp.page("/demonstration-indicators/<id:id>/remove", can=Action.DEMONSTRATE, of=DemonstrationIndicator, methods=BOTH)
def remove_indicator(indicator: DemonstrationIndicator) -> ResponseReturnValue:
    """Remove an indicator that was entered by mistake."""
    form = forms.RemovalForm()
    return _part(indicator.demonstration, form, lambda: operating.remove_indicator(current_user, indicator, **form.values()),
                 _l("Remove the indicator"), _l("Remove it"), _l("The indicator is removed."), indicator=indicator, tone="danger")  # fmt: skip


@bp.page("/demonstration-indicators/<id:id>/measure", can=Action.DEMONSTRATE, of=DemonstrationIndicator, methods=BOTH)
def measure(indicator: DemonstrationIndicator) -> ResponseReturnValue:
    """Note a measured value."""
    form = forms.MeasureForm(data={"unit": indicator.unit})
    return _part(indicator.demonstration, form, lambda: operating.measure(current_user, indicator, **form.values()),
                 _l("Note a measured value"), _l("Note the value"), indicator=indicator)  # fmt: skip


@bp.page("/demonstrations/<id:id>/records/new", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def run(demonstration: Demonstration) -> ResponseReturnValue:
    """Record operating hours."""
    form = forms.RecordForm()
    return _part(demonstration, form, lambda: operating.run(current_user, demonstration, **form.values()), _l("Record operation"), _l("Record"))  # fmt: skip


@bp.page("/operating-records/<id:id>/edit", can=Action.DEMONSTRATE, of=OperatingRecord, methods=BOTH)
def correct(operation: OperatingRecord) -> ResponseReturnValue:
    """Correct operating hours."""
    form = forms.RecordEdit(obj=operation)
    return _part(operation.demonstration, form, lambda: operating.correct(current_user, operation, **form.values()), _l("Correct the hours"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/failures/new", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def fail(demonstration: Demonstration) -> ResponseReturnValue:
    """Record a failure."""
    form = forms.FailureForm()
    return _part(demonstration, form, lambda: operating.fail(current_user, demonstration, **form.values()), _l("Record a failure"), _l("Record"))  # fmt: skip


@bp.page("/demonstration-failures/<id:id>/edit", can=Action.DEMONSTRATE, of=Failure, methods=BOTH)
def explain(failure: Failure) -> ResponseReturnValue:
    """Say more of a failure."""
    form = forms.FailureEdit(obj=failure)
    return _part(failure.demonstration, form, lambda: operating.explain(current_user, failure, **form.values()), _l("Amend the failure"), _l("Save"))  # fmt: skip


@bp.page("/demonstrations/<id:id>/years/new", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def follow_up(demonstration: Demonstration) -> ResponseReturnValue:
    """Follow up a year."""
    form = forms.FollowUpForm()
    return _part(demonstration, form, lambda: operating.follow_up(current_user, demonstration, **form.values()), _l("Follow up a year"), _l("Record"))  # fmt: skip


# Money


@bp.page("/demonstrations/<id:id>/subsidies/new", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def subsidise(demonstration: Demonstration) -> ResponseReturnValue:
    """Note a step to a subsidy of the premium."""
    form, portrait = forms.SubsidyForm(), DemonstrationPortrait(current_user, demonstration)
    return _part(demonstration, form, lambda: supporting.subsidise(current_user, demonstration, maker=portrait.maker, **form.values()),
                 _l("Note a step to the subsidy"), _l("Note it"), portrait=portrait)  # fmt: skip


@bp.page("/demonstrations/<id:id>/orders/new", can=Action.DEMONSTRATE, of=Demonstration, methods=BOTH)
def order(demonstration: Demonstration) -> ResponseReturnValue:
    """Note a follow-on order."""
    form = forms.OrderForm()
    return _part(demonstration, form, lambda: supporting.order(current_user, demonstration, **form.values()), _l("Note a follow-on order"), _l("Note it"))  # fmt: skip
