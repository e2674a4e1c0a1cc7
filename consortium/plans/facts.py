"""What the Gantt chart of a project says, read from the database as plain values: for its page, and for its paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from consortium.agreements.facts import furniture, identity, pair
from consortium.core import clock, features
from consortium.core.errors import Refused
from consortium.plans import calendars, gantt, queries
from consortium.plans.calendars import Calendar
from consortium.plans.models import Plan
from consortium.projects import lights
from consortium.projects.models import Project

TEMPLATE = "gantt/1"
FORMATS = ("A3", "A4")
#: What counts where the calendar of a plan cannot be used.
INSTEAD = "WEEK"


def chart(project: Project) -> tuple[gantt.Facts, Calendar, object]:
    """The facts of the chart as of today, their calendar, and what is wrong with the calendar of the plan, if anything is."""
    calendar, problem = calendar_of(queries.plan_of(project))
    rows = queries.tree(project)
    given = gantt.Given(
        project, rows, queries.waits(project, rows), queries.shown_milestones(project), calendar, clock.today(), _tied(project),
        _shadow(project), lights.counts(project.stage),
    )  # fmt: skip
    return gantt.facts(given), calendar, problem


def calendar_of(plan: Plan) -> tuple[Calendar, object]:
    """The calendar in which the days of a plan count, and what is wrong with its own one where another counts in its place."""
    try:
        return calendars.calendar(plan.calendar), None
    except Refused as problem:
        return calendars.calendar(INSTEAD), problem.message


def _tied(project: Project) -> dict[int, list[str]]:
    """By milestone, the numbers of the nodes that it belongs to; the features above say so."""
    found: dict[int, list[str]] = {}
    for ask in features.declared("queries", "TIED_MILESTONES"):
        for milestone, numbers in ask(project).items():
            found.setdefault(milestone, []).extend(numbers)
    return found


def _shadow(project: Project) -> dict[str, tuple[date, date]]:
    """By number, the approved term of each node; the features above say so."""
    found: dict[str, tuple[date, date]] = {}
    for ask in features.declared("queries", "PLAN_SHADOW"):
        found |= ask(project) or {}
    return found


def paper(project: Project, *, reference: str, version: str, size: str, language: str, address: str) -> dict[str, Any]:
    """The facts of the paper."""
    own = identity(project.consortium)
    return chart(project)[0] | {
        "kind": "gantt",
        "template": TEMPLATE,
        "title": pair("项目甘特图", "Gantt chart"),
        "size": size,
        "consortium": {"reference": own["reference"], "name": own["name"]},
    } | furniture(project.consortium, reference, version, language, address)  # fmt: skip
