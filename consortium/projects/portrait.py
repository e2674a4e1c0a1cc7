"""What the pages of one project and of one milestone show: asked when a template needs it, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from markupsafe import Markup

from consortium.activity.verbs import told
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed
from consortium.core.terms import Light
from consortium.core.words import _l
from consortium.core.workflow import Step, Workflow
from consortium.documents import charts
from consortium.documents.tables import Table
from consortium.projects import lights, queries
from consortium.projects.lights import Standing, Verdict
from consortium.projects.models import Milestone, MilestoneReport, Participant, Project
from consortium.projects.tables import PLAN, state, titled
from consortium.projects.workflow import MILESTONE, PROJECT

INKS = {"ok": "green", "act": "blue", "warn": "amber", "bad": "red", "plan": "brand-3", "none": "grey"}
ICONS = {
    "reported": "flag-3", "accepted": "circle-check", "returned": "rotate-clockwise", "waived": "ban", "planned": "calendar-event",
    "started": "rocket", "began the work": "player-play", "stopped the project": "player-pause", "let take part": "user-plus",
    "completed the project": "award", "assessed the level": "trending-up", "amended": "pencil", "removed": "trash",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One who takes part: `money` is None for whoever may not see it."""

    organisation: Any
    task: str
    money: Decimal | None
    row: Participant | None
    leads: bool


@dataclass(frozen=True)
class Deed:
    """One line of a timeline."""

    who: str
    text: object
    at: Any
    icon: str
    href: str = ""
    note: object = ""


def steps(actor: Actor, workflow: Workflow, thing: Any) -> Iterator[tuple[Step, object | None]]:
    """The steps that a person may take from here, each with what stands in its way."""
    for step in workflow.following(thing):
        if allowed(actor, step.action, thing):
            yield step, step.obstacle(actor, thing)


class ProjectPortrait:
    """The page of one project for one reader."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.actor, self.project, self.today = actor, project, clock.today()

    @cached_property
    def milestones(self) -> list[Milestone]:
        """All milestones, soonest first."""
        return queries.plan(self.project)

    @cached_property
    def standing(self) -> Standing:
        """How the milestones stand today."""
        return lights.standing(self.milestones, self.today)

    @cached_property
    def verdict(self) -> Verdict:
        """The light and its reasons."""
        return lights.of_project(self.project.stage, self.standing, self.today)

    @cached_property
    def parts(self) -> list[Part]:
        """Lead first, then all others; money only of those whose evidence the reader may see."""
        found = [
            Part(row.organisation, row.task, self._money(row), row, row.organisation_id == self.project.lead_id)
            for row in queries.participants(self.project)
        ]
        if not any(part.leads for part in found):
            found.append(Part(self.project.lead, "", None, None, True))
        return sorted(found, key=lambda part: not part.leads)

    def _money(self, row: Participant) -> Decimal | None:
        return row.budget if allowed(self.actor, Action.EVIDENCE, row) else None

    @property
    def planned_money(self) -> Decimal | None:
        """The participants' money together, for whoever may see all of it."""
        if any(part.row is not None and part.money is None for part in self.parts):
            return None
        return sum((part.money for part in self.parts if part.money is not None), Decimal("0.00"))

    @property
    def steps(self) -> list[tuple[Step, object | None]]:
        """The steps that the reader may take."""
        return list(steps(self.actor, PROJECT, self.project))

    @property
    def stage_word(self) -> object:
        """The word for the stage."""
        return PROJECT.word(self.project.stage)

    @property
    def stage_tone(self) -> str:
        """The tone of the stage."""
        return PROJECT.tone(self.project.stage)

    @property
    def plan_table(self) -> Table:
        """The columns in which the milestones are shown."""
        return PLAN

    def says(self, step: Step) -> object | None:
        """What will happen when a dangerous step is taken."""
        return _l("Its milestones can no longer be reported, and the authority sees it as stopped.") if step.name == "stop" else None

    @property
    def stages(self) -> list[object]:
        """The names of the way, and `stopped` only where it happened."""
        names = [PROJECT.word(stage) for stage in ("draft", "running", "completed")]
        return [*names[:2], PROJECT.word("stopped")] if self.project.stage == "stopped" else names

    @property
    def gantt(self) -> Markup:
        """Milestones on the calendar, a row for each organisation; the table of milestones says the same."""
        rows = [self._bar(titled(self.project), self.milestones, self.verdict.light)]
        firms = {milestone.organisation_id: milestone.organisation for milestone in self.milestones}
        for number, firm in firms.items():
            own = [milestone for milestone in self.milestones if milestone.organisation_id == number]
            rows.append(self._bar(titled(firm), own, None))
        return charts.gantt(
            str(_l("Time line of the project")), str(_l("Each diamond is a milestone; the table below lists them all.")), rows,
            today=self.today, today_label=self.today.isoformat(), width=760, label_width=190,
        )  # fmt: skip

    def _bar(self, words: str, own: list[Milestone], light: Light | None) -> charts.Bar:
        found = lights.standing(own, self.today)
        marks = [charts.Mark(m.due_on, INKS[state(m, self.today)[1]], f"M{m.number}") for m in own]
        first: date = self.project.starts_on if light else min(m.due_on for m in own)
        last: date = self.project.ends_on if light else max(m.due_on for m in own)
        return charts.Bar(words, first, last, found.progress or 0, "brand-2" if light else "brand-3", marks)

    @property
    def history(self) -> list[Deed]:
        """What happened, newest first."""
        deeds = []
        for event in queries.history(self.project):
            href = f"/milestones/{event.subject_id}" if event.subject_kind == "milestone" and event.verb != "removed" else ""
            note = event.facts.get("organisation", "")
            icon = ICONS.get(event.verb, "history")
            deeds.append(Deed(event.actor_name, told(event.verb, event.subject_name), event.happened_at, icon, href, note))
        return deeds


class MilestonePortrait:
    """The page of one milestone for one reader."""

    def __init__(self, actor: Actor, milestone: Milestone) -> None:
        self.actor, self.milestone = actor, milestone

    @cached_property
    def reports(self) -> list[MilestoneReport]:
        """All reports, newest first."""
        return queries.reports(self.milestone)

    def may_read(self, report: MilestoneReport) -> bool:
        """Whether the reader may see the words and files of a report."""
        return allowed(self.actor, Action.EVIDENCE, report)

    @property
    def owner(self) -> Any:
        """The organisation that answers for the milestone."""
        return queries.organisation(self.milestone.organisation_id)

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of the state."""
        return state(self.milestone)

    @cached_property
    def steps(self) -> dict[str, object | None]:
        """The names of the steps that the reader may take, each with what stands in its way."""
        return {step.name: obstacle for step, obstacle in steps(self.actor, MILESTONE, self.milestone)}
