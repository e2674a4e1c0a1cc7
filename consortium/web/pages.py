"""What all pages share: rendering, lists with exports, the words and marks that templates use."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy import Select, func

from consortium.config import TOP
from consortium.core import clock, features, words
from consortium.core.access import Action, allowed, only_visits
from consortium.core.db import db
from consortium.core.features import Tab
from consortium.core.shares import percent
from consortium.core.terms import label
from consortium.documents.tables import Table, to_csv, to_xlsx
from consortium.web.forms import Form, carry
from consortium.web.rows import grid, rows

STATIC = str(TOP / "static")
PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Entry:
    """One item of the side navigation, offered to those who may; `count` answers a number to show beside it.

    `tables` says that it lists what lies at tables: who only visits demonstrations has nothing there.
    """

    label: object
    icon: str
    endpoint: str
    can: Action
    order: int
    count: Callable[[Any], int] | None = None
    hot: bool = False
    tables: bool = False


@dataclass
class Item:
    """An entry as one page shows it."""

    label: object
    icon: str
    href: str
    current: bool
    count: int | None
    hot: bool


def page(template: str, status: int = 200, **context: Any) -> ResponseReturnValue:
    """A page of HTML."""
    return render_template(template, **context), status


def filled(
    form: Form, act: Callable[[], Any], template: str, to: Callable[[Any], str], said: object = "", **context: Any,
) -> ResponseReturnValue:  # fmt: skip
    """A page with a form: shows it, does what it asks and goes on `to` the outcome, or shows it again with its sentences."""
    outcome = carry(form, act)
    if outcome is None:
        return page(template, form.status, form=form, **context)
    if said:
        flash(str(said(outcome) if callable(said) else _told(outcome, said)), "ok")
    return redirect(address(outcome) if is_proposal(outcome) else to(outcome), 303)


def is_proposal(made: Any) -> bool:
    """Whether a service kept what was asked as a proposal, because the plan is approved, and did not do it."""
    return bool(getattr(made, "is_proposal", False))


def address(made: Any, place: str = "") -> str:
    """The page of whatever row came back from a service (`TOLD_AS` of its feature); without one `place` of its project."""
    shown = features.joined("shown", "TOLD_AS").get(type(made).__tablename__)
    if shown is not None and shown.address:
        return str(shown.address.format(made.id))
    if (project := getattr(made, "project_id", None)) is not None:
        return f"/projects/{project}{place}"
    for way in ("node", "milestone", "deliverable", "indicator"):
        if (owner := getattr(made, way, None)) is not None:
            return address(owner, place)
    raise LookupError(f"No page shows a {type(made).__name__}: give it an address in TOLD_AS.")


def said(made: Any, sentence: object) -> object:
    """What was done, or what a proposal says of itself: a change of an approved plan is decided on first."""
    return made.said if is_proposal(made) else sentence


_told = said


@dataclass
class Sheet:
    """One page of a list: its rows, how many there are in all, and where one is."""

    rows: list[Any]
    total: int
    number: int
    size: int
    sort: str

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))


def listing(table: Table, query: Select[Any], template: str, **context: Any) -> ResponseReturnValue:
    """A list: as a page of HTML, or whole as CSV or XLSX when the address says `?as=csv` or `?as=xlsx`."""
    sort = request.args.get("sort", "")
    column = next((c for c in table.columns if c.sort is not None and c.name == sort.lstrip("-")), None)
    if column is not None:
        # Rows that are equal in this keep one order on all pages, which a database promises for no other reason.
        ways = (column.sort, query.column_descriptions[0]["entity"].id)
        query = query.order_by(None).order_by(*(way.desc() if sort.startswith("-") else way for way in ways))
    wanted = request.args.get("as", "")
    if wanted in ("csv", "xlsx"):
        return exported(table, db.session.execute(query.execution_options(yield_per=500)).scalars(), wanted)
    total = _total(query)
    number = min(max(1, request.args.get("page", 1, type=int)), max(1, -(-total // PAGE_SIZE)))
    rows = _one_page(query, number, ordered=column is not None)
    sheet = Sheet(rows, total, number, PAGE_SIZE, sort if column is not None else "")
    return page(template, table=table, sheet=sheet, **context)


def _total(query: Select[Any]) -> int:
    """How many rows a list has; counted without what they are shown and ordered with."""
    counted = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return db.session.scalar(counted, execution_options={"whole": True}) or 0


def _one_page(query: Select[Any], number: int, ordered: bool) -> list[Any]:
    """One page of a list; its rows are chosen by their numbers first, so that only they are joined with what they show.

    The order of its own lies in an index; for one that the reader asked for (`ordered`) all rows are gone through.
    """
    model = query.column_descriptions[0]["entity"]
    chosen = query.with_only_columns(model.id).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    numbers = list(db.session.scalars(chosen, execution_options={"whole": ordered}))
    if not numbers:
        return []
    shown = query.where(model.id.in_(numbers)).order_by(None)
    shown._where_criteria = shown._where_criteria[-1:]  # what they were chosen by has been asked already
    rows = {row.id: row for row in db.session.scalars(shown).unique()}
    return [rows[number] for number in numbers if number in rows]


def exported(table: Table, rows: Any, wanted: str) -> Response:
    """A list whole, as `csv` or `xlsx`."""
    name = f"{table.name}-{clock.today():%Y%m%d}.{wanted}"
    if wanted == "xlsx":
        answer = Response(to_xlsx(table, rows), mimetype=XLSX)
    else:
        answer = Response("".join(to_csv(table, rows)), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def download(content: bytes, name: str, mimetype: str) -> Response:
    """Bytes to be saved, never to be shown in the browser as a page of this platform."""
    answer = Response(content, mimetype=mimetype)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def money(value: Decimal | None, unit: str = "") -> str:
    """An amount in yuan with separators, or in 万元 with two decimals."""
    if value is None:
        return "—"
    return f"{value / 10000:,.2f}" if unit == "wan" else f"{value:,.2f}"


def day(value: datetime.date | None) -> str:
    """A day as people of both languages write it: 2026-11-22."""
    return value.isoformat() if value else "—"


def moment(value: datetime.datetime | None) -> str:
    """A moment in the zone of the platform."""
    return f"{clock.local(value):%Y-%m-%d %H:%M}" if value else "—"


def either(zh: str, en: str) -> str:
    """The one of two names that the reader's language asks for, else the other."""
    return (zh or en) if locale() == "zh-Hans" else (en or zh)


def locale() -> str:
    """The reader's language as HTML names it."""
    return "zh-Hans" if words.language().startswith("zh") else "en"


@cache
def _manifest(folder: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((Path(folder) / "built" / "manifest.json").read_text("utf-8"))
    return found


def asset(name: str) -> str:
    """The address of a built static file, with its content's hash in the name."""
    return f"/static/built/{_manifest(STATIC)[name]}"


@lru_cache(1024)
def icon(name: str, css: str = "") -> Markup:
    """One sign of the sprite; made once, since a page shows dozens."""
    place = f"{asset('icons.svg')}#{name}"
    return Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>').format(
        f"ico {css}".rstrip(), place
    )


def navigation() -> list[Item]:
    """The side navigation for whoever is signed in."""
    actor = current_user._get_current_object()
    if not actor.is_authenticated:
        return []
    at_large: dict[Action, bool] = {}
    visits = only_visits(actor)
    items: list[Item] = []
    of_projects: Item | None = None
    for entry, home in _entries():
        if entry.can not in at_large:
            at_large[entry.can] = allowed(actor, entry.can)
        if at_large[entry.can] and not (visits and entry.tables):
            count = entry.count(actor) if entry.count else None
            items.append(Item(entry.label, entry.icon, home, _is_in(home), count, entry.hot))
            if entry.endpoint == "projects.index":
                of_projects = items[-1]
    if of_projects and not any(item.current for item in items):
        of_projects.current = _is_of_project()
    return items


def _entries() -> list[tuple[Entry, str]]:
    """All entries in their order with their addresses, which are the same in every request below the same prefix."""
    known: dict[str, list[tuple[Entry, str]]] = current_app.extensions.setdefault("addressed", {})
    if request.script_root not in known:
        entries = sorted(current_app.extensions["entries"], key=lambda entry: entry.order)
        known[request.script_root] = [(entry, url_for(entry.endpoint)) for entry in entries]
    return known[request.script_root]


def _is_in(home: str) -> bool:
    """Whether the page in front lies below the address of an entry; the desk at `/` is nobody's parent."""
    here = request.script_root + request.path
    return here == home or (home != f"{request.script_root}/" and here.startswith(f"{home}/"))


def _is_of_project() -> bool:
    """Whether the page in front is of a feature that adds pages to each project."""
    return request.blueprint in {tab.endpoint.partition(".")[0] for tab in all_tabs()}


def project_tabs(project: Any, current: str = "") -> list[tuple[object, str, bool]]:
    """The pages of a project: word, address, and whether it is the one in front (`current` names its endpoint)."""
    here = current or request.endpoint
    return [(tab.label, url_for(tab.endpoint, id=project.id), tab.endpoint == here) for tab in all_tabs()]


def all_tabs() -> list[Tab]:
    """What features declare as pages of a project, in their order."""
    tabs = [tab for some in features.declared("shown", "PROJECT_TABS") for tab in some]
    return sorted((tab for tab in tabs if tab.endpoint in current_app.view_functions), key=lambda tab: tab.order)


@dataclass(frozen=True)
class Part:
    """A card of another feature on the page of a thing: the macro `cards_of` of `components/cards.html` includes its template."""

    template: str
    thing: Any
    found: Any


def cards_of(thing: Any, place: str = "") -> list[Part]:
    """What features above add to the page of a thing for the reader."""
    actor, kind = current_user._get_current_object(), type(thing).__tablename__
    parts = (Part(card.template, thing, card.found(actor, thing)) for card in features.cards(kind, place))
    return [part for part in parts if part.found is not None]


def equip(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.globals.update(
        asset=asset, money=money, day=day, moment=moment, label=label, icon=icon, table_rows=rows, either=either, clock=clock, percent=percent, project_tabs=project_tabs, parts_of=cards_of, grid_rows=grid,
        allowed=lambda action, thing=None: allowed(current_user._get_current_object(), Action(action), thing), csrf_token=generate_csrf,
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def shared() -> dict[str, Any]:
        actor = current_user._get_current_object()
        theme = actor.theme if actor.is_authenticated else session.get("theme", "")
        return {"locale": locale(), "theme": theme or "auto", "navigation": navigation, "g": g}
