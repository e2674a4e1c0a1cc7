"""The portfolio of an authority: the whole first, and the rows behind each number."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.consortia.models import FILED
from consortium.consortia.workflow import LIFE
from consortium.core import clock
from consortium.core.access import Action
from consortium.core.terms import CoreArea, choices
from consortium.core.words import _l
from consortium.documents.tables import to_csv, to_xlsx
from consortium.people import queries as people
from consortium.people.tables import areas, regions
from consortium.portfolio import facts, queries, tables
from consortium.portfolio.queries import Wanted
from consortium.projects.tables import MILESTONES, PROJECTS
from consortium.web.door import Door
from consortium.web.pages import PAGE_SIZE, XLSX, Entry, Sheet, download, either, listing, page

bp = Door("portfolio", __name__)

NAVIGATION = (Entry(_l("Portfolio"), "chart-bar", "portfolio.index", Action.OVERSEE, 15),)

#: Which milestones a list may be asked for, and its heading.
WHICH: dict[str, Any] = {
    "all": _l("Milestones of the portfolio"),
    "done": _l("Accepted milestones"),
    "running": _l("Milestones under way"),
    "late": _l("Late milestones"),
    "due": _l("Milestones whose day has come"),
    "in_time": _l("Milestones reported on time"),
}


@bp.page("/portfolio", can=Action.OVERSEE)
def index() -> ResponseReturnValue:
    """All consortia of the remit: figures, provinces, areas, list; or the list as a file."""
    wanted, found = Wanted.of(request.args), queries.facts(current_user)
    figures = facts.figures(found, wanted)
    rows, sort = tables.ordered(figures.rows, request.args.get("sort", ""))
    if request.args.get("as") in ("csv", "xlsx"):
        return _file(rows, request.args["as"])
    return page(
        "portfolio/index.html", wanted=wanted, sheet=_sheet(rows, sort), table=tables.PORTFOLIO, whole=figures.whole,
        firms=queries.count_firms(current_user, wanted), areas=figures.areas, tiles=figures.tiles,
        provinces=tables.PROVINCES, stages=[(stage, LIFE.word(stage)) for stage in FILED],
        reports=queries.reports(current_user, wanted), remits=people.remits_of(current_user), regions_of=regions, areas_of=areas,
        region_pairs=[(code, either(zh, en)) for code, zh, en in facts.regions_of(found)], area_pairs=choices(CoreArea),
        amount=tables.amount(figures.whole.money),
    )  # fmt: skip


@bp.page("/portfolio/organisations", can=Action.OVERSEE)
def organisations() -> ResponseReturnValue:
    """The member organisations behind the number."""
    wanted = Wanted.of(request.args)
    return listing(
        tables.FIRMS,
        queries.firms(current_user, wanted),
        "portfolio/rows.html",
        wanted=wanted,
        heading=tables.FIRMS.caption,
    )


@bp.page("/portfolio/projects", can=Action.OVERSEE)
def projects() -> ResponseReturnValue:
    """The projects behind the number."""
    wanted = Wanted.of(request.args)
    return listing(
        PROJECTS,
        queries.works(current_user, wanted),
        "portfolio/rows.html",
        wanted=wanted,
        heading=_l("Projects of the portfolio"),
    )


@bp.page("/portfolio/milestones", can=Action.OVERSEE)
def milestones() -> ResponseReturnValue:
    """The milestones behind the numbers."""
    wanted, which = Wanted.of(request.args), request.args.get("which", "all")
    query = queries.milestones(current_user, wanted, which, clock.today())
    return listing(MILESTONES, query, "portfolio/rows.html", wanted=wanted, heading=WHICH.get(which, WHICH["all"]))


def _sheet(rows: list[Any], sort: str) -> Sheet:
    """One page of rows that are at hand."""
    last = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return Sheet(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], len(rows), number, PAGE_SIZE, sort)


def _file(rows: list[Any], kind: str) -> ResponseReturnValue:
    name, table = f"{tables.PORTFOLIO.name}-{clock.today():%Y%m%d}.{kind}", tables.PORTFOLIO_FILE
    if kind == "xlsx":
        return download(to_xlsx(table, rows), name, XLSX)
    return download("".join(to_csv(table, rows)).encode(), name, "text/csv; charset=utf-8")
