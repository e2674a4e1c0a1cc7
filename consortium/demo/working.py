"""How the projects of the demonstration go: started, planned, reported on, verified."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from consortium.activity.services import in_one_go
from consortium.baselines import services as baselines
from consortium.core import clock
from consortium.demo import cast, evidence, outputs, planning
from consortium.demo.projects import MEANS, Goal, Work
from consortium.projects import services

COURSE = re.compile(r"([rvdbaw])([+-]?\d+)")


def plan(story: Any, work: Work) -> None:
    """Put the life of one project and of its milestones into the story."""
    story.on(work.started, lambda: _start(story, work))
    story.on(work.started, lambda: _draw_up(story, work))
    if work.begun:
        story.on(work.begun, lambda: services.move(cast.coordinator(story, work), story.made["work", work.zh], "begin"))
    for number, goal in enumerate(work.goals, 1):
        _plan_goal(story, work, goal, number)
    outputs.plan(story, work)


def _start(story: Any, work: Work) -> None:
    coordinator, first, last = cast.coordinator(story, work), *(date.fromisoformat(day) for day in work.period)
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


def _draw_up(story: Any, work: Work) -> None:
    """The whole plan; what was done by hundreds of strokes is written down together."""
    with in_one_go():
        planning.draw_up(story, work)
        outputs.draw_up(story, work)


def _plan_goal(story: Any, work: Work, goal: Goal, number: int) -> None:
    """What became of a milestone: each step of its course counts its days from the one before, the first from the day it was due."""
    day, reports = date.fromisoformat(goal.due), 0
    steps = {"v": _verify, "a": _accept, "b": _send_back, "d": _turn_down, "w": _waive}
    for step, days in COURSE.findall(goal.course):
        before, day = day, day + timedelta(days=int(days))
        if step == "r":
            reports += 1
            story.on(day, partial(_report, story, work, goal, number, reports > 1))
            continue
        if step == "a":
            # Somebody of another firm verifies it half-way to its acceptance.
            story.on(before + (day - before) / 2, partial(_verify, story, work, goal))
        story.on(day, partial(steps[step], story, work, goal))
    if goal.slip:
        story.on(goal.slip[0], partial(_slip, story, work, goal))


def _report(story: Any, work: Work, goal: Goal, number: int, again: bool) -> None:
    files = evidence.files(goal, number, again)
    services.report(
        cast.speaker(story, work, goal.firm), _milestone(story, work, goal), note=evidence.note(goal, again), files=files, free_of_secrets=True,
        reached_on=clock.today() - timedelta(days=2),
    )  # fmt: skip


def _verify(story: Any, work: Work, goal: Goal) -> None:
    services.verify(cast.partner(story, work, goal.firm), _milestone(story, work, goal), note=evidence.VERIFIED)


def _accept(story: Any, work: Work, goal: Goal) -> None:
    services.accept(_judge(story, work, goal), _milestone(story, work, goal), note=evidence.ACCEPTED)


def _send_back(story: Any, work: Work, goal: Goal) -> None:
    services.send_back(_judge(story, work, goal), _milestone(story, work, goal), reason=evidence.REASONS[goal.means])


def _turn_down(story: Any, work: Work, goal: Goal) -> None:
    services.turn_down(_judge(story, work, goal), _milestone(story, work, goal), reason=evidence.REASONS[goal.means])


def _slip(story: Any, work: Work, goal: Goal) -> None:
    _, expected, why = goal.slip
    who = cast.speaker(story, work, goal.firm)
    services.slip(who, _milestone(story, work, goal), slip_reason=why, expected_on=date.fromisoformat(expected))


def _judge(story: Any, work: Work, goal: Goal) -> Any:
    return cast.verifier(story, work, goal.firm, goal.means in ("test", "review"))


def _waive(story: Any, work: Work, goal: Goal) -> None:
    """A milestone is let go by a change request, which the lead unit decides on."""
    coordinator = cast.coordinator(story, work)
    request: Any = services.waive(coordinator, _milestone(story, work, goal), reason=evidence.WAIVED)
    summary = f"免予考核：{goal.zh} · Waived: {goal.en}"
    baselines.write(coordinator, request, kind=request.kind, summary=summary, reason=request.reason)
    baselines.decide(coordinator, baselines.submit(coordinator, request), outcome="approve", decision=evidence.WAIVED)


def _milestone(story: Any, work: Work, goal: Goal) -> Any:
    return story.made["goal", (work.zh, goal.zh)]
