"""Pages on which a plan is taken out as a file, and brought in again."""

from __future__ import annotations

from typing import Any

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.core.access import Action
from consortium.core.words import Lazy, _l
from consortium.documents.archive import fetch
from consortium.exchange import queries, services, tables, working
from consortium.exchange.forms import ConfirmForm, ImportForm
from consortium.exchange.models import PlanImport
from consortium.exchange.portrait import ImportPortrait
from consortium.projects.models import Project
from consortium.web.door import Door
from consortium.web.forms import Form
from consortium.web.pages import XLSX, address, download, filled, listing, page, said

bp = Door("exchange", __name__)
MEDIA = {"xlsx": XLSX, "zip": "application/zip"}


@bp.page("/projects/<id:id>/export", can=Action.VIEW, of=Project)
def export(project: Project) -> ResponseReturnValue:
    """The plan as a workbook, or with `?as=zip` as CSV files, as far as the reader may see it."""
    kind = "zip" if request.args.get("as") == "zip" else "xlsx"
    return download(services.export(current_user, project, kind), f"{project.reference}-plan.{kind}", MEDIA[kind])


@bp.page("/projects/<id:id>/import", can=Action.PLAN, of=Project, methods=("GET", "POST"))
def bring(project: Project) -> ResponseReturnValue:
    """Bring a file with a plan; it is looked at first, and nothing is changed yet."""
    form, portrait = ImportForm(), ImportPortrait(current_user, project)
    return filled(form, lambda: services.bring(current_user, portrait.look(form.files.data)), "exchange/bring.html", _place, _outcome,
                  project=project, portrait=portrait)  # fmt: skip


def _place(made: Any) -> str:
    return url_for("plans.show", id=made.id) if isinstance(made, Project) else address(made)


def _outcome(made: Any) -> object:
    if isinstance(made, Project):
        return _l("The file says what the plan says: 0 changes.")
    return _l("Nothing is changed yet: look at the preview, then confirm.")


@bp.page("/projects/<id:id>/imports", can=Action.PLAN, of=Project)
def index(project: Project) -> ResponseReturnValue:
    """All imports into the plan of a project."""
    return listing(tables.IMPORTS, queries.imports(current_user, project), "exchange/index.html", project=project)


@bp.page("/imports/<id:id>", can=Action.PLAN, of=PlanImport, methods=("GET", "POST"))
def show(row: PlanImport) -> ResponseReturnValue:
    """What a file would change, with the button that does it; afterwards what it changed."""
    form = ConfirmForm()
    chosen = "removes" in request.args if "chosen" in request.args else None
    wanted = form.removes.data if form.is_submitted() else chosen
    portrait = ImportPortrait(current_user, row.project, row, wanted)
    return filled(form, lambda: working.take(current_user, row, **form.values()), "exchange/show.html", address, _done(_l("The plan is imported.")),
                  row=row, project=row.project, portrait=portrait, undoing=Form(formdata=None))  # fmt: skip


@bp.page("/imports/<id:id>/undo", can=Action.PLAN, of=PlanImport, methods=("POST",))
def undo(row: PlanImport) -> ResponseReturnValue:
    """Make the plan what it was before an import."""
    portrait = ImportPortrait(current_user, row.project, row)
    return filled(Form(), lambda: working.undo(current_user, row), "exchange/show.html", address,
                  _done(_l("The import is undone; the plan is as it was before.")), row=row, project=row.project, portrait=portrait, undoing=Form(formdata=None))  # fmt: skip


def _done(sentence: Lazy) -> Any:
    """What is said of an import: that it is done, waits as a proposal, or goes on by itself."""
    going_on = _l(
        "This is much at once, so it goes on by itself. You can leave the page; you find it here and on your desk."
    )
    return lambda made: going_on if getattr(made, "state", "") in working.UNDER_WAY else said(made, sentence)


@bp.page("/imports/<id:id>/state", can=Action.PLAN, of=PlanImport)
def state(row: PlanImport) -> ResponseReturnValue:
    """How far a large import is, as a part of its page; when it has ended, the whole page is told."""
    portrait = ImportPortrait(current_user, row.project, row)
    answer = make_response(page("exchange/_under_way.html", row=row, portrait=portrait))
    if not portrait.under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.page("/imports/<id:id>/file", can=Action.PLAN, of=PlanImport)
def file(row: PlanImport) -> ResponseReturnValue:
    """The file as it was brought."""
    return download(
        fetch(row.key),
        row.name if "." in row.name and " + " not in row.name else "plan.zip",
        "application/octet-stream",
    )
