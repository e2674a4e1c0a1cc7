"""The Gantt chart of a project: its page, and asking for its paper."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.agreements.tables import LANGUAGES
from consortium.core.access import Action
from consortium.core.words import _l
from consortium.plans import facts, papers
from consortium.plans.gantt_view import GanttView
from consortium.projects.models import Project
from consortium.web.door import Door
from consortium.web.fields import ChoiceField
from consortium.web.forms import Form
from consortium.web.pages import exported, filled, page

gantt = Door("gantt", __name__)


class SheetForm(Form):
    """On what, and in which language."""

    size = ChoiceField(_l("Sheets"), choices=[(size, _l("%(size)s landscape", size=size)) for size in facts.FORMATS], default="A3", required=True)  # fmt: skip
    language = ChoiceField(_l("Language of the paper"), choices=list(LANGUAGES.items()), default="both", required=True)


@gantt.page("/projects/<id:id>/gantt", can=Action.VIEW, of=Project)
def show(project: Project) -> ResponseReturnValue:
    """The chart and its table; `?as=csv` and `?as=xlsx` give the table as it is shown."""
    view = GanttView(project, request.args)
    if (wanted := request.args.get("as", "")) in ("csv", "xlsx"):
        return exported(view.table, view.rows, wanted)
    return page("plans/gantt.html", project=project, view=view)


@gantt.page("/projects/<id:id>/gantt/paper", can=Action.ISSUE, of=Project, methods=("GET", "POST"))
def paper(project: Project) -> ResponseReturnValue:
    """Ask for the chart as a paper."""
    form = SheetForm()
    return filled(form, lambda: papers.draw(current_user, project, **form.values()), "plans/gantt_paper.html",
                  lambda made: url_for("papers.show", id=made.id), _l("The chart is being drawn as a paper."), project=project)  # fmt: skip
