"""The lists of projects and of milestones: the columns of page, CSV and sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from consortium.core import clock
from consortium.core.shares import cut
from consortium.core.terms import is_chinese, label
from consortium.core.words import _l, _ln
from consortium.documents.tables import Column, Table
from consortium.projects import dangers, lights
from consortium.projects.lights import Verdict
from consortium.projects.models import Milestone, Project
from consortium.projects.workflow import MILESTONE, PROJECT


def titled(thing: Any) -> str:
    """The title (or name) of a thing in the reader's language, else in the other."""
    zh, en = (thing.title_zh, thing.title_en) if hasattr(thing, "title_zh") else (thing.name_zh, thing.name_en)
    return str((zh or en) if is_chinese() else (en or zh))


def verdict(project: Any) -> Verdict:
    """The light of a project whose milestones are loaded."""
    today = clock.today()
    known = dangers.over([project.id], today).get(project.id, 0) if project.dangers is None else project.dangers
    return lights.of_project(project.stage, lights.standing(project.milestones, today), today, known)


def state(milestone: Any, on: date | None = None, stage: str = "") -> tuple[object, str]:
    """The word and tone in which a milestone is shown: late and due soon are derived, never stored; `stage` is that of its project."""
    on = on or clock.today()
    if not lights.counts(stage or milestone.project.stage):
        return MILESTONE.word(milestone.state), MILESTONE.tone(milestone.state)
    if lights.is_late(milestone, on):
        return (_l("Returned, late") if milestone.state == "returned" else _l("Late")), "bad"
    if milestone.state == "planned" and lights.is_due_soon(milestone, on):
        return _l("Due soon"), "warn"
    return MILESTONE.word(milestone.state), MILESTONE.tone(milestone.state)


def days(milestone: Any) -> object:
    """How far away the day is, for what is still to be reported."""
    today = clock.today()
    if milestone.state not in lights.AHEAD or not lights.counts(milestone.project.stage):
        return ""
    left = (milestone.due_on - today).days
    if lights.is_slipping(milestone):
        day = milestone.expected_on.isoformat()
        if left < 0:
            return _ln(
                "%(num)s day late, expected on %(day)s", "%(num)s days late, expected on %(day)s", -left, day=day
            )
        return _l("expected on %(day)s", day=day)
    if left < 0:
        return _ln("%(num)s day late", "%(num)s days late", -left)
    return _ln("in %(num)s day", "in %(num)s days", left) if left <= lights.rules_on(today).soon else ""


def why_late(milestone: Any) -> object:
    """Why it will be late, or is, as who answers for it says; its page has the whole of a long one."""
    if not lights.is_slipping(milestone):
        return ""
    # By characters: Chinese has no spaces at which it could be cut.
    said = " ".join(milestone.slip_reason.split())
    return said if len(said) <= 160 else f"{said[:159]}…"


PROJECTS = Table(
    "projects",
    _l("Projects"),
    (
        Column(
            "title",
            _l("Project"),
            titled,
            "link",
            Project.title_zh,
            lambda p: f"/projects/{p.id}",
            note=lambda p: p.reference,
        ),
        Column("consortium", _l("Consortium"), lambda p: titled(p.consortium), wide=True),
        Column("kind", _l("Kind"), lambda p: label(p.kind), sort=Project.kind, wide=True),
        Column("area", _l("Technology area"), lambda p: label(p.area), sort=Project.area, wide=True),
        Column("lead", _l("Lead"), lambda p: titled(p.lead), wide=True),
        Column("light", _l("Light"), lambda p: label(verdict(p).light), "status", tone=lambda p: verdict(p).tone),
        Column(
            "stage",
            _l("Stage"),
            lambda p: PROJECT.word(p.stage),
            "status",
            Project.stage,
            tone=lambda p: PROJECT.tone(p.stage),
            wide=True,
        ),
        Column("progress", _l("Progress"), lambda p: cut(lights.progress(p, clock.today())), "share"),
        Column("ends_on", _l("Ends"), lambda p: p.ends_on, "day", Project.ends_on, wide=True),
        Column("budget", _l("Budget (yuan)"), lambda p: p.budget, "money", Project.budget, wide=True),
    ),
)

MILESTONES = Table(
    "milestones",
    _l("Milestones"),
    (
        Column("title", _l("Milestone"), lambda m: f"M{m.number} {titled(m)}", "link", Milestone.title_zh, lambda m: f"/milestones/{m.id}",
               note=lambda m: m.project.reference),
        Column("project", _l("Project"), lambda m: titled(m.project), "link", href=lambda m: f"/projects/{m.project_id}", wide=True),
        Column("organisation", _l("Answers for it"), lambda m: titled(m.organisation), wide=True),
        Column("due_on", _l("Due"), lambda m: m.due_on, "day", Milestone.due_on, note=days),
        Column("state", _l("State"), lambda m: state(m)[0], "status", Milestone.state, tone=lambda m: state(m)[1], note=why_late),
        Column("weight", _l("Weight"), lambda m: m.weight, "count", Milestone.weight, wide=True),
        Column("reached_on", _l("Reached on"), lights.reached_on, "day", Milestone.reached_on, wide=True),
        Column("reported_on", _l("Reported on"), lambda m: m.reported_on, "day", Milestone.reported_on, wide=True),
        Column("accepted_on", _l("Accepted"), lambda m: m.accepted_on, "day", Milestone.accepted_on, wide=True),
    ),
)  # fmt: skip

TITLE = Column(
    "title", _l("Milestone"), lambda m: f"M{m.number} {titled(m)}", "link", href=lambda m: f"/milestones/{m.id}"
)
#: The milestones of one project, as they stand on its page.
PLAN = Table("plan", _l("Milestones of this project"), [
    TITLE, *(replace(column, sort=None) for column in MILESTONES.columns if column.name not in ("title", "project", "accepted_on"))
])  # fmt: skip
