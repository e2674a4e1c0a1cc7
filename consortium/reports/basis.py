"""All rows that a status report is made of, read once; figures and tables are made from these and from nothing else.

Milestones stand here as they stood at the end of the day of the cut-off (docs/decisions/0016-cut-off.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.agreements.facts import Pair, pair
from consortium.consortia.models import Consortium, Membership
from consortium.core import clock, words
from consortium.core.words import Lazy
from consortium.projects import dangers, lights
from consortium.projects.facts import of_consortium
from consortium.projects.hindsight import Seen, seen
from consortium.projects.lights import Standing, Verdict
from consortium.projects.models import Evidence, MilestoneReport, Project
from consortium.reports import queries


@dataclass(frozen=True)
class Basis:
    """The rows of one consortium as they stood at the end of `on`, the day of the cut-off."""

    consortium: Consortium
    starts_on: date
    ends_on: date
    on: date
    projects: list[Project]
    milestones: list[Seen]
    members: list[Membership]
    #: How many dangers stood over each project (`projects.dangers`).
    dangers: dict[int, int] = field(default_factory=dict)
    #: What was worked out from these rows and is asked for more than once.
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def active(self) -> list[Membership]:
        """Members on the day of the cut-off."""
        return [member for member in self.members if member.left_on is None or member.left_on > self.on]

    @property
    def verdict(self) -> Verdict:
        """The light of the consortium, from those of its projects."""
        parts = [(self.verdict_of(project).light, project.budget) for project in self.projects]
        return lights.of_consortium(parts, self.on)

    def verdict_of(self, project: Project) -> Verdict:
        """The light of one project."""
        standing = lights.standing(self.of(project), self.on)
        return lights.of_project(project.stage, standing, self.on, self.dangers.get(project.id, 0))

    @property
    def standing(self) -> Standing:
        """How all milestones stand together."""
        return lights.standing(self.milestones, self.on)

    @property
    def committed(self) -> Decimal:
        """The contributions of the active members, in yuan."""
        return sum((member.contribution for member in self.active), Decimal("0.00"))

    def of(self, project: Project) -> list[Seen]:
        """The milestones of one project."""
        return [milestone for milestone in self.milestones if milestone.project_id == project.id]

    def reference(self, milestone: Seen) -> str:
        """`P01-M03`: how papers name a milestone; the project is named beside it in full."""
        return f"{self.project(milestone).reference.rpartition('-')[2]}-M{milestone.number:02d}"

    def project(self, milestone: Seen) -> Project:
        """The project of a milestone."""
        return next(project for project in self.projects if project.id == milestone.project_id)

    def state(self, milestone: Seen) -> str:
        """What the state of a milestone is called at the cut-off: `late` is one of them, whether it was returned or never reported."""
        return "late" if lights.is_late(milestone, self.on) else milestone.state

    def days_late(self, milestone: Seen) -> int:
        """Days since an unreported milestone was due."""
        return (self.on - milestone.due_on).days if lights.is_late(milestone, self.on) else 0

    def in_period(self, day: date | None) -> bool:
        """Whether a day lies in the period of the report."""
        return day is not None and self.starts_on <= day <= self.ends_on

    def accepted(self) -> list[Seen]:
        """Milestones that are accepted."""
        return [milestone for milestone in self.milestones if lights.is_accepted(milestone, self.on)]

    def late(self) -> list[Seen]:
        """Milestones whose day has passed without a report."""
        return [milestone for milestone in self.milestones if lights.is_late(milestone, self.on)]

    def evidence(self) -> list[tuple[Seen, Evidence]]:
        """All files that prove a milestone."""
        return [
            (milestone, file) for milestone in self.milestones for word in milestone.reports for file in word.evidence
        ]


def gather(consortium: Consortium, starts_on: date, ends_on: date) -> Basis:
    """Read what a report on a period is made of, as of its last day, or of today while it lasts."""
    on, projects = min(clock.today(), ends_on), of_consortium(consortium.id)
    milestones = [seen(row, on) for row in queries.milestones([project.id for project in projects])]
    members = [member for member in queries.everybody(consortium, starts_on) if member.joined_on <= on]
    over = dangers.over([project.id for project in projects], on)
    return Basis(consortium, starts_on, ends_on, on, projects, milestones, members, over)


def last_report(milestone: Seen) -> MilestoneReport | None:
    """What was reported on a milestone last."""
    return milestone.reports[-1] if milestone.reports else None


def both(sentence: Lazy | str) -> Pair:
    """A sentence of the platform in both languages, for a paper."""
    if not isinstance(sentence, Lazy):
        return pair(sentence, sentence)
    with words.reading_in("zh_Hans"):
        chinese = str(sentence)
    return pair(chinese, sentence.english)
