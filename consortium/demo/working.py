"""How the projects of the demonstration go: started, planned, reported on, verified."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from consortium.core.access import Role
from consortium.demo import evidence
from consortium.demo.people import PEOPLE
from consortium.demo.projects import MEANS, Goal, Work
from consortium.demo.tables import TABLES
from consortium.projects import services

COURSE = re.compile(r"([rbaw])([+-]?\d+)")
#: Who speaks for a firm when it reports, in this order.
SPEAKERS = (Role.MEMBER, Role.COORDINATOR)


def plan(story: Any, work: Work) -> None:
    """Put the life of one project and of its milestones into the story."""
    story.on(work.started, lambda: _start(story, work))
    if work.begun:
        story.on(work.begun, lambda: services.move(_coordinator(story, work), story.made["work", work.zh], "begin"))
    for day, level, reason in work.reached:
        story.on(day, partial(_reach, story, work, level, reason))
    for number, goal in enumerate(work.goals, 1):
        _plan_goal(story, work, goal, number)


def _start(story: Any, work: Work) -> None:
    coordinator, first, last = _coordinator(story, work), *(date.fromisoformat(day) for day in work.period)
    project = services.start(
        coordinator, story.made["table", work.table], kind=work.kind, title_zh=work.zh, title_en=work.en, objective=work.objective, area=work.area,
        lead=story.made["firm", work.lead], starts_on=first, ends_on=last, budget=Decimal(work.budget), trl_start=work.levels[0],
        trl_target=work.levels[1],
    )  # fmt: skip
    story.made["work", work.zh] = project
    for share in work.shares:
        services.join(
            coordinator, project, story.made["firm", share.firm], task=share.task, budget=Decimal(share.budget)
        )
    for goal in work.goals:
        story.made["goal", (work.zh, goal.zh)] = services.plan_milestone(
            coordinator, project, organisation=story.made["firm", goal.firm], title_zh=goal.zh, title_en=goal.en, due_on=date.fromisoformat(goal.due),
            weight=goal.weight, means=MEANS[goal.means],
        )  # fmt: skip


def _reach(story: Any, work: Work, level: int, reason: str) -> None:
    services.reach_level(_coordinator(story, work), story.made["work", work.zh], trl_now=level, reason=reason)


def _plan_goal(story: Any, work: Work, goal: Goal, number: int) -> None:
    """What became of a milestone: each step of its course counts its days from the one before, the first from the day it was due."""
    day, reports = date.fromisoformat(goal.due), 0
    for step, days in COURSE.findall(goal.course):
        day += timedelta(days=int(days))
        if step == "r":
            reports += 1
            story.on(day, partial(_report, story, work, goal, number, reports > 1))
        elif step == "a":
            story.on(
                day,
                lambda: services.accept(
                    _verifier(story, work, goal), _milestone(story, work, goal), note=evidence.ACCEPTED
                ),
            )
        elif step == "b":
            story.on(
                day,
                lambda: services.send_back(
                    _verifier(story, work, goal), _milestone(story, work, goal), reason=evidence.REASONS[goal.means]
                ),
            )
        else:
            story.on(
                day,
                lambda: services.waive(
                    _coordinator(story, work), _milestone(story, work, goal), reason=evidence.WAIVED
                ),
            )


def _report(story: Any, work: Work, goal: Goal, number: int, again: bool) -> None:
    speaker = next(p for role in SPEAKERS for p in PEOPLE if p.firm == goal.firm and (work.table, role) in p.seats)
    files = evidence.files(goal, number, again)
    services.report(
        story.made["person", speaker.key], _milestone(story, work, goal), note=evidence.note(goal, again), files=files, free_of_secrets=True,
    )  # fmt: skip


def _milestone(story: Any, work: Work, goal: Goal) -> Any:
    return story.made["goal", (work.zh, goal.zh)]


def _coordinator(story: Any, work: Work) -> Any:
    return story.made["person", next(table.coordinator for table in TABLES if table.key == work.table)]


def _verifier(story: Any, work: Work, goal: Goal) -> Any:
    """An expert for what is tested or reviewed and for what the lead does itself, the coordinator for the rest; never the own house."""
    table = next(table for table in TABLES if table.key == work.table)
    experts = [p for p in PEOPLE if (work.table, Role.EXPERT) in p.seats and p.firm != goal.firm]
    if goal.means in ("test", "review") or goal.firm == table.members[0].firm:
        return story.made["person", experts[0].key]
    return story.made["person", table.coordinator]
