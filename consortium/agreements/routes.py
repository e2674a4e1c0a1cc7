"""The pages of agreements."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.agreements import clauses, facts, queries, services, tables
from consortium.agreements.forms import DrawUpForm
from consortium.agreements.models import Agreement
from consortium.consortia.models import Consortium
from consortium.core.access import Action
from consortium.core.words import _l
from consortium.web.door import Door
from consortium.web.pages import filled, listing, page

bp = Door("agreements", __name__)


@bp.page("/consortia/<id:id>/agreements", can=Action.VIEW, of=Consortium)
def index(consortium: Consortium) -> ResponseReturnValue:
    """All versions of the agreement of a consortium."""
    return listing(
        tables.VERSIONS, queries.versions(current_user, consortium), "agreements/index.html", consortium=consortium
    )


@bp.page("/consortia/<id:id>/agreements/new", can=Action.ISSUE, of=Consortium, methods=("GET", "POST"))
def new(consortium: Consortium) -> ResponseReturnValue:
    """What the next version will say, and the button that draws it up."""
    form = DrawUpForm()
    return filled(
        form, lambda: services.draw_up(current_user, consortium, **form.values()), "agreements/new.html",
        to=lambda agreement: url_for(".show", id=agreement.id), said=_l("The agreement is drawn up; its paper is being made."),
        consortium=consortium, members=queries.members(consortium), projects=facts.projects_of(consortium),
        number=queries.last_number(consortium) + 1, obstacles=services.obstacles(consortium), clauses=clauses.all_clauses(),
    )  # fmt: skip


@bp.page("/agreements/<id:id>", can=Action.VIEW, of=Agreement)
def show(agreement: Agreement) -> ResponseReturnValue:
    """One version: its paper, and what it says."""
    return page(
        "agreements/show.html", agreement=agreement, consortium=agreement.consortium, paper=agreement.paper,
        job=queries.job_of(agreement.paper), said=agreement.paper.facts, total=Decimal(agreement.paper.facts["total"]),
        events=feed(timeline(agreement), agreement), languages=tables.LANGUAGES,
    )  # fmt: skip
