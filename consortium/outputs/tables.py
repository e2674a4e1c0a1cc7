"""The lists of deliverables and of assessment indicators: the columns of page, CSV and sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from consortium.core import clock
from consortium.core.errors import Refused
from consortium.core.terms import label
from consortium.core.words import _l, _ln
from consortium.documents.tables import Column, Table
from consortium.outputs.models import Deliverable, Direction, Indicator, Reading
from consortium.outputs.values import as_good, number
from consortium.outputs.workflow import DELIVERABLE, OPEN
from consortium.projects import lights
from consortium.projects.tables import titled


def state(row: Any, on: date | None = None) -> tuple[object, str]:
    """The word and tone in which a deliverable is shown: late and due soon are derived, never stored."""
    left = ((row.due_on) - (on or clock.today())).days
    if row.state in OPEN and lights.counts(row.project.stage):
        if left < 0:
            return (_l("Returned, late") if row.state == "returned" else _l("Late")), "bad"
        if row.state == "pending" and left <= lights.rules_on(on or clock.today()).soon:
            return _l("Due soon"), "warn"
    return DELIVERABLE.word(row.state), DELIVERABLE.tone(row.state)


def days(row: Any) -> object:
    """How far away the day is, for what is still to be handed in."""
    today = clock.today()
    if row.state not in OPEN or not lights.counts(row.project.stage):
        return ""
    left = (row.due_on - today).days
    if left < 0:
        return _ln("%(num)s day late", "%(num)s days late", -left)
    return _ln("in %(num)s day", "in %(num)s days", left) if left <= lights.rules_on(today).soon else ""


def latest(indicator: Indicator) -> Reading | None:
    """The actual value that counts: of the last day, and of that day the last one."""
    return max(indicator.readings, key=lambda row: (row.on_day, row.id), default=None)


def standing(indicator: Indicator, on: date | None = None) -> tuple[object, str]:
    """Whether the target is reached, in words and tone; without an actual value nothing is known."""
    row = latest(indicator)
    if row is None:
        return _l("No data"), "none"
    if indicator.direction is Direction.IN_WORDS:
        return _l("See the words"), "act"
    try:
        value = number(row.value)
        if as_good(indicator.direction, value, number(indicator.value_end)):
            return _l("Target reached"), "ok"
        halfway = bool(indicator.value_mid) and as_good(indicator.direction, value, number(indicator.value_mid))
    except Refused:
        return _l("Not comparable"), "none"
    if indicator.project.ends_on < (on or clock.today()):
        return _l("Target missed"), "bad"
    return (_l("Mid-term value reached"), "act") if halfway else (_l("Not reached yet"), "warn")


def measured(indicator: Indicator) -> str:
    """The latest actual value, or nothing."""
    row = latest(indicator)
    return row.value if row else ""


DELIVERABLES = Table(
    "deliverables",
    _l("Deliverables"),
    (
        Column("title", _l("Deliverable"), lambda d: f"{d.number} {titled(d)}", "link", Deliverable.number, lambda d: f"/deliverables/{d.id}",
               note=lambda d: d.project.reference),
        Column("project", _l("Project"), lambda d: titled(d.project), "link", href=lambda d: f"/projects/{d.project_id}/deliverables", wide=True),
        Column("organisation", _l("Answers for it"), lambda d: titled(d.organisation), wide=True),
        Column("kind", _l("Type"), lambda d: label(d.kind), sort=Deliverable.kind, wide=True),
        Column("level", _l("Dissemination"), lambda d: label(d.level), sort=Deliverable.level, wide=True),
        Column("due_on", _l("Due"), lambda d: d.due_on, "day", Deliverable.due_on, note=days),
        Column("state", _l("State"), lambda d: state(d)[0], "status", Deliverable.state, tone=lambda d: state(d)[1]),
        Column("submitted_on", _l("Submitted on"), lambda d: d.submitted_on, "day", Deliverable.submitted_on, wide=True),
        Column("accepted_on", _l("Accepted"), lambda d: d.accepted_on, "day", Deliverable.accepted_on, wide=True),
    ),
)  # fmt: skip

#: The same on the page of one project.
OF_PROJECT = Table("deliverables", _l("Deliverables of this project"), [
    replace(column, note=None) if column.name == "title" else column for column in DELIVERABLES.columns if column.name != "project"
])  # fmt: skip

INDICATORS = Table(
    "indicators",
    _l("Assessment indicators of this project"),
    (
        Column("title", _l("Indicator"), lambda i: f"{i.number} {titled(i)}", "link", href=lambda i: f"/indicators/{i.id}"),
        Column("organisation", _l("Answers for it"), lambda i: titled(i.organisation), wide=True),
        Column("unit", _l("Unit of measure"), lambda i: i.unit, wide=True),
        Column("direction", _l("Target is"), lambda i: label(i.direction), wide=True),
        Column("value_start", _l("At the start"), lambda i: i.value_start, wide=True),
        Column("value_mid", _l("At mid-term"), lambda i: i.value_mid, wide=True),
        Column("value_end", _l("At the end"), lambda i: i.value_end, wide=True),
        Column("measured", _l("Latest actual value"), measured, note=lambda i: getattr(latest(i), "on_day", None) or ""),
        Column("standing", _l("Whether reached"), lambda i: standing(i)[0], "status", tone=lambda i: standing(i)[1]),
    ),
)  # fmt: skip
