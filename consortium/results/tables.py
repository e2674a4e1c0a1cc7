"""The lists of results, outcomes, background and yearly effects: columns once, for pages, CSV and sheets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from consortium.core import clock
from consortium.core.terms import label
from consortium.core.words import _l, listed
from consortium.documents.tables import Column, Table
from consortium.projects.tables import titled
from consortium.results import classes
from consortium.results.kinds import NATURES, TONES
from consortium.results.models import Background, Outcome, Result
from consortium.results.sharing import shown
from consortium.results.workflow import RESULT


def state(row: Result) -> tuple[object, str]:
    """The word and tone in which the ownership of a result is shown."""
    return RESULT.word(row.state), RESULT.tone(row.state)


def standing(row: Outcome) -> tuple[object, str]:
    """The word, of its kind, and the tone in which an outcome is shown."""
    return NATURES[row.kind].word(row.state), TONES[row.state]


def class_word(row: Outcome) -> object:
    """`Class I`, `Class II` or nothing, by the rules of today; only what is in force has one."""
    if row.state != "in_force":
        return ""
    name = classes.on(clock.today()).class_of(row.kind, row.transferred_in)
    return {"I": _l("Class I"), "II": _l("Class II")}.get(name, "")


def owned_by(row: Any) -> str:
    """The owners with their shares, in their order."""
    return listed(f"{titled(owner.organisation)} {shown(owner.share)}" for owner in row.owners)


def yes_or_no(value: bool) -> object:
    """A tick in words."""
    return _l("Yes") if value else _l("No")


RESULTS = Table(
    "results",
    _l("Results"),
    (
        Column("title", _l("Result"), lambda r: f"{r.number} {titled(r)}", "link", Result.number, lambda r: f"/results/{r.id}", note=lambda r: r.project.reference),
        Column("project", _l("Project"), lambda r: titled(r.project), "link", href=lambda r: f"/projects/{r.project_id}/results", wide=True),
        Column("kind", _l("Kind"), lambda r: label(r.kind), sort=Result.kind, wide=True),
        Column("critical", _l("Critical technology element"), lambda r: yes_or_no(r.critical), sort=Result.critical, wide=True),
        Column("organisation", _l("Led by"), lambda r: titled(r.organisation), wide=True),
        Column("owners", _l("Owners"), owned_by),
        Column("state", _l("Whose it is"), lambda r: state(r)[0], "status", Result.state, tone=lambda r: state(r)[1]),
        Column("made_on", _l("Made on"), lambda r: r.made_on, "day", Result.made_on, wide=True),
        Column("agreed_on", _l("Agreed on"), lambda r: r.agreed_on, "day", Result.agreed_on, wide=True),
    ),
)  # fmt: skip

OUTCOMES = Table(
    "outcomes",
    _l("Outcomes"),
    (
        Column("title", _l("Outcome"), titled, "link", Outcome.title_zh, lambda o: f"/outcomes/{o.id}", note=lambda o: o.number),
        Column("kind", _l("Kind"), lambda o: label(o.kind), sort=Outcome.kind),
        Column("number", _l("Number"), lambda o: o.number, sort=Outcome.number, wide=True),
        Column("class", _l("Class"), class_word, wide=True),
        Column("owners", _l("Holders"), owned_by, wide=True),
        Column("state", _l("State"), lambda o: standing(o)[0], "status", Outcome.state, tone=lambda o: standing(o)[1]),
        Column("applied_on", _l("Applied for on"), lambda o: o.applied_on, "day", Outcome.applied_on, wide=True),
        Column("granted_on", _l("Granted on"), lambda o: o.granted_on, "day", Outcome.granted_on, wide=True),
        Column("project", _l("Project"), lambda o: titled(o.project), "link", href=lambda o: f"/projects/{o.project_id}/outcomes", wide=True),
        Column("organisation", _l("Answers for it"), lambda o: titled(o.organisation), wide=True),
    ),
)  # fmt: skip

BACKGROUND = Table(
    "background",
    _l("Background of this project"),
    (
        Column("title", _l("Background"), lambda b: f"{b.number} {titled(b)}", "link", Background.number, lambda b: f"/background/{b.id}", note=lambda b: b.identifier),
        Column("organisation", _l("Brought in by"), lambda b: titled(b.organisation)),
        Column("kind", _l("Kind"), lambda b: label(b.kind), wide=True),
        Column("identifier", _l("Identifier"), lambda b: b.identifier, wide=True),
        Column("included", _l("On the list as"), lambda b: _l("Included") if b.included else _l("Kept out"), "status", tone=lambda b: "ok" if b.included else "none"),
        Column("needed_for", _l("Needed for"), lambda b: b.needed_for, wide=True),
        Column("limits", _l("Limits of its use"), lambda b: b.limits, wide=True),
        Column("used", _l("Results that build on it"), lambda b: listed(use.result.number for use in b.uses), wide=True),
    ),
)  # fmt: skip

EFFECTS = Table(
    "effects",
    _l("Economic effects by year"),
    (
        Column("year", _l("Year"), lambda e: e.title, "link", href=lambda e: f"/projects/{e.project_id}/effects/new?year={e.year}"),
        Column("organisation", _l("Organisation"), lambda e: titled(e.organisation)),
        Column("sales", _l("New sales"), lambda e: e.sales, "money"),
        Column("profit", _l("Profit"), lambda e: e.profit, "money", wide=True),
        Column("tax", _l("Tax paid"), lambda e: e.tax, "money", wide=True),
        Column("export", _l("Exports among them"), lambda e: e.export, "money", wide=True),
        Column("import_replaced", _l("Imports replaced"), lambda e: e.import_replaced, "money", wide=True),
        Column("proof", _l("Proof"), lambda e: e.proof, wide=True),
    ),
)  # fmt: skip


def _inside(table: Table, name: str, caption: object) -> Table:
    """The same on the pages of one project."""
    columns = [
        replace(c, note=None) if c.name == "title" and table is RESULTS else c
        for c in table.columns
        if c.name != "project"
    ]
    return Table(name, caption, columns)


RESULTS_OF_PROJECT = _inside(RESULTS, "results", _l("Results of this project"))
OUTCOMES_OF_PROJECT = _inside(OUTCOMES, "outcomes", _l("Outcomes of this project"))
