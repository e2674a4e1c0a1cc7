"""What the pages of one project and of one milestone show: asked when a template needs it, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm.attributes import set_committed_value

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core import clock, features
from consortium.core.access import Action, Actor, allowed
from consortium.core.words import _l
from consortium.core.workflow import Step, Workflow
from consortium.documents.tables import Table
from consortium.projects import dangers, lights, queries
from consortium.projects.drawing import spot
from consortium.projects.lights import Standing, Verdict
from consortium.projects.models import Milestone, MilestoneReport, Participant, Project
from consortium.projects.replanning import may_propose
from consortium.projects.tables import PLAN, state, titled
from consortium.projects.workflow import MILESTONE, PROJECT, may_not_report, while_open

ICONS = {
    "reported": "flag-3", "verified": "clipboard-check", "explained the delay": "clock", "accepted": "circle-check", "returned": "rotate-clockwise", "waived": "ban", "planned": "calendar-event",
    "started": "rocket", "began the work": "player-play", "stopped the project": "player-pause", "let take part": "user-plus",
    "completed the project": "award", "assessed the level": "trending-up", "confirmed the level": "trending-up", "amended": "pencil", "removed": "trash",
    "took out of the project": "logout",
}  # fmt: skip

#: The looks of milestones on the calendar, by the tones of their states.
MARKS = {"ok": "ok", "act": "ok", "warn": "warn", "bad": "bad"}


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

    who: object
    text: object
    at: object
    note: object
    icon: str
    href: str = ""


@dataclass(frozen=True)
class Spot:
    """A milestone on the calendar: how it is read out, and how it is drawn."""

    said: str
    drawn: Markup


@dataclass(frozen=True)
class Line:
    """A row of the calendar: from `x`, so `wide`, and `done` of it, in percent of the width; `share` is 0 to 1."""

    name: object
    x: Decimal
    wide: Decimal
    done: Decimal
    share: Decimal
    spots: list[Spot]

    @property
    def words(self) -> str:
        """All its milestones, read out."""
        return str(_l("; ")).join(spot.said for spot in self.spots)


@dataclass(frozen=True)
class Calendar:
    """A time line: months as (percent, `2026-11`), today in percent or None, and its rows."""

    ticks: list[tuple[Decimal, str]]
    today: Decimal | None
    lines: list[Line]


def across(day: date, first: date, last: date) -> Decimal:
    """Where a day lies between two days, in percent."""
    return (Decimal((day - first).days) * 100 / max((last - first).days, 1)).quantize(Decimal("0.01"))


def ticks(first: date, last: date) -> list[tuple[Decimal, str]]:
    """At most seven first days of months between two days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next((step for step in (1, 2, 3, 4, 6, 12, 24) if months / step <= 7), 60)
    found = []
    for count in range(every, months + 1, every):
        year, month = divmod(first.month - 1 + count, 12)
        day = date(first.year + year, month + 1, 1)
        found.append((across(day, first, last), f"{day:%Y-%m}"))
    return found


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
        found = queries.plan(self.project)
        for milestone in found:  # each asks for its project, which is at hand; and it for them
            set_committed_value(milestone, "project", self.project)
        set_committed_value(self.project, "milestones", found)
        return found

    @cached_property
    def by_firm(self) -> dict[int, list[Milestone]]:
        """The milestones of each firm, soonest first."""
        found: dict[int, list[Milestone]] = {}
        for milestone in self.milestones:
            found.setdefault(milestone.organisation_id, []).append(milestone)
        return found

    @cached_property
    def standings(self) -> dict[int, Standing]:
        """How the milestones of each firm stand today."""
        return {number: lights.standing(own, self.today) for number, own in self.by_firm.items()}

    @cached_property
    def standing(self) -> Standing:
        """How all milestones stand today."""
        return sum(self.standings.values(), Standing())

    @cached_property
    def verdict(self) -> Verdict:
        """The light and its reasons."""
        over = dangers.over([self.project.id], self.today).get(self.project.id, 0)
        return lights.of_project(self.project.stage, self.standing, self.today, over)

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
        return (
            _l("Its milestones can no longer be reported, and the authority sees it as stopped.")
            if step.name == "stop"
            else None
        )

    @property
    def stages(self) -> list[object]:
        """The names of the way, and `stopped` only where it happened."""
        names = [PROJECT.word(stage) for stage in ("draft", "running", "completed")]
        return [*names[:2], PROJECT.word("stopped")] if self.project.stage == "stopped" else names

    @cached_property
    def calendar(self) -> Calendar:
        """Milestones over time, the whole project first and then a row for each organisation; the table says the same."""
        project = self.project
        first, last = project.starts_on, max([project.ends_on, *(m.due_on for m in self.milestones)])
        whole, spots = (first, last), {m.id: self._spot(m, across(m.due_on, first, last)) for m in self.milestones}
        rows = [
            _line(_l("Whole project"), self.standing, list(spots.values()), (project.starts_on, project.ends_on), whole)
        ]
        for number, own in self.by_firm.items():
            marks = [spots[milestone.id] for milestone in own]
            term = own[0].due_on, own[-1].due_on
            rows.append(_line(titled(own[0].organisation), self.standings[number], marks, term, whole))
        today = across(self.today, first, last) if first <= self.today <= last else None
        return Calendar(ticks(first, last), today, rows)

    def _spot(self, milestone: Milestone, x: Decimal) -> Spot:
        """Drawn once for both of its rows, and not by the template, since a project may have hundreds."""
        (word, tone), name, due = (
            state(milestone, self.today, self.project.stage),
            f"M{milestone.number}",
            f"{milestone.due_on}",
        )
        said = f"{name} {due} {word}"
        return Spot(said, spot(x, MARKS.get(tone, "plan"), f"{name} {titled(milestone)} · {due} · {word}"))

    @property
    def history(self) -> list[Deed]:
        """What happened, newest first; what was removed has no page any more, and says so before all else that is told of it."""
        events, told_as = queries.history(self.project, self.actor), features.joined("shown", "TOLD_AS")
        removing = {verb for verbs in features.declared("shown", "REMOVING") for verb in verbs}
        deeds, gone = [], {("project", self.project.id)}
        for event, line in zip(events, feed(events, self.project), strict=True):
            thing, shown = (event.subject_kind, event.subject_id), told_as.get(event.subject_kind)
            if event.verb in removing:
                gone.add(thing)
            href = shown.address.format(event.subject_id) if shown and shown.address and thing not in gone else ""
            icon = ICONS.get(event.verb) or (shown.icon if shown else "history")
            deeds.append(Deed(**line, icon=icon, href=href))
        return deeds


def _line(name: object, found: Standing, spots: list[Spot], term: tuple[date, date], whole: tuple[date, date]) -> Line:
    """A row of the calendar for milestones of a term inside of the whole one."""
    x, share = across(term[0], *whole), found.progress or Decimal(0)
    wide = across(term[1], *whole) - x
    return Line(name, x, wide, (wide * share).quantize(Decimal("0.01")), share, spots)


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
        return allowed(self.actor, Action.READ, report)

    @cached_property
    def events(self) -> list[dict[str, object]]:
        """What happened to it and to what belongs to it, newest first."""
        return feed(timeline(self.milestone, reader=self.actor), self.milestone)

    @property
    def proposes(self) -> bool:
        """Whether the reader changes this milestone by proposals."""
        return self.milestone.state in lights.AHEAD and may_propose(self.actor, self.milestone)

    @property
    def owner(self) -> Any:
        """The organisation that answers for the milestone."""
        return queries.organisation(self.milestone.organisation_id)

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of the state."""
        return state(self.milestone)

    @property
    def reached_on(self) -> date | None:
        """The day on which it was reached, as the report says that stands."""
        return lights.reached_on(self.milestone)

    @property
    def is_slipping(self) -> bool:
        """Whether it is expected after its day."""
        return lights.is_slipping(self.milestone)

    @property
    def explains(self) -> bool:
        """Whether the reader can say why it will be late, or is."""
        may = allowed(self.actor, Action.REPORT, self.milestone) and self.milestone.state in lights.AHEAD
        return may and while_open(may_not_report)(self.actor, self.milestone) is None

    @cached_property
    def latest(self) -> int | None:
        """The number of the last report."""
        return self.reports[0].id if self.reports else None

    @cached_property
    def steps(self) -> dict[str, object | None]:
        """The names of the steps that the reader may take, each with what stands in its way."""
        return {step.name: obstacle for step, obstacle in steps(self.actor, MILESTONE, self.milestone)}
