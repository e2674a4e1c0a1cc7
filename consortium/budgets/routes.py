"""Pages about the money of a project: budget and spending, what does not fit together, and moves."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.budgets import queries, services, tables
from consortium.budgets.forms import MoveForm, begun
from consortium.budgets.models import BudgetMove
from consortium.budgets.portrait import MoneyPortrait, said_of
from consortium.core.access import Action
from consortium.plans import queries as plans
from consortium.projects.models import Project
from consortium.web.door import Door
from consortium.web.pages import exported, filled, listing, page

bp = Door("budgets", __name__)


@bp.page("/projects/<id:id>/money", can=Action.VIEW, of=Project)
def show(project: Project) -> ResponseReturnValue:
    """Budget and spending by organisation, head, source and year; `?table=` says which table a file holds."""
    portrait, asked = MoneyPortrait(current_user, project), request.args.get("table", "")
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        if asked in tables.AXES:
            return exported(tables.AXES[asked], portrait.rows(asked), wanted)
        if asked == "crossing":
            return exported(tables.crossing_file(portrait.columns), portrait.crossed, wanted)
        return exported(tables.PLACES, portrait.places, wanted)
    return page(
        "budgets/show.html", project=project, portrait=portrait, axes=tables.AXES, crossing=tables.crossing(portrait.columns)
    )  # fmt: skip


@bp.page("/projects/<id:id>/moves", can=Action.VIEW, of=Project)
def moves(project: Project) -> ResponseReturnValue:
    """The moves of planned money."""
    portrait = MoneyPortrait(current_user, project)
    return listing(tables.MOVES, queries.moves(current_user, project), "budgets/moves.html", project=project, portrait=portrait)  # fmt: skip


@bp.page("/projects/<id:id>/moves/new", can=Action.PROPOSE, of=Project, methods=("GET", "POST"))
def move(project: Project) -> ResponseReturnValue:
    """Move planned money; `?from=` names the row that it comes from."""
    portrait = MoneyPortrait(current_user, project)
    chosen = next((row for row in portrait.movable if str(row.id) == request.args.get("from")), None)
    form = MoveForm(portrait, plans.nodes(project), **begun(chosen))
    return filled(form, lambda: services.move(current_user, form.allocation, **form.values()), "budgets/move.html", to_moves,
                  said_of, project=project, portrait=portrait)  # fmt: skip


def to_moves(made: BudgetMove) -> str:
    """The change request that a move became, else the list of moves."""
    return f"/changes/{made.request_id}" if made.request_id else f"/projects/{made.project_id}/moves"
