"""All rows that a status report is made of, read once; figures and tables are made from these and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortium.agreements.facts import Pair, pair
from consortium.consortia.models import Consortium, Membership
from consortium.core import clock, words
from consortium.core.words import Lazy
from consortium.projects import lights
from consortium.projects.facts import of_consortium
from consortium.projects.lights import Standing, Verdict
from consortium.projects.models import Evidence, Milestone, MilestoneReport, Project
from consortium.projects.queries import consortium_verdicts
from consortium.reports import queries


@dataclass(frozen=True)
class Basis:
    """The rows of one consortium as they stand at the end of `on`, the day of the cut-off."""

    consortium: Consortium
    starts_on: date
    ends_on: date
    on: date
    projects: list[Project]
    milestones: list[Milestone]
    members: list[Membership]
    verdict: Verdict

    @property
    def active(self) -> list[Membership]:
        """Members on the day of the cut-off."""
        return [member for member in self.members if member.left_on is None or member.left_on > self.on]

    @property
    def standing(self) -> Standing:
        """How all milestones stand together."""
        return lights.standing(self.milestones, self.on)

    @property
    def committed(self) -> Decimal:
        """The contributions of the active members, in yuan."""
        return sum((member.contribution for member in self.active), Decimal("0.00"))

    def of(self, project: Project) -> list[Milestone]:
        """The milestones of one project."""
        return [milestone for milestone in self.milestones if milestone.project_id == project.id]

    def reference(self, milestone: Milestone) -> str:
        """`P01-M03`: how papers name a milestone; the project is named beside it in full."""
        return f"{self.project(milestone).reference.rpartition('-')[2]}-M{milestone.number:02d}"

    def project(self, milestone: Milestone) -> Project:
        """The project of a milestone."""
        return next(project for project in self.projects if project.id == milestone.project_id)

    def state(self, milestone: Milestone) -> str:
        """What the state of a milestone is called at the cut-off: `late` is one of them."""
        if milestone.state == "waived":
            return "waived"
        if lights.is_accepted(milestone, self.on):
            return "accepted"
        if lights.is_waiting(milestone, self.on):
            return "reported"
        if milestone.state == "returned":
            return "returned"
        return "late" if lights.is_late(milestone, self.on) else "planned"

    def days_late(self, milestone: Milestone) -> int:
        """Days since an unreported milestone was due."""
        return (self.on - milestone.due_on).days if lights.is_late(milestone, self.on) else 0

    def in_period(self, day: date | None) -> bool:
        """Whether a day lies in the period of the report."""
        return day is not None and self.starts_on <= day <= self.ends_on

    def accepted(self) -> list[Milestone]:
        """Milestones that are accepted."""
        return [milestone for milestone in self.milestones if lights.is_accepted(milestone, self.on)]

    def late(self) -> list[Milestone]:
        """Milestones whose day has passed without a report."""
        return [milestone for milestone in self.milestones if lights.is_late(milestone, self.on)]

    def evidence(self) -> list[tuple[Milestone, Evidence]]:
        """All files that prove a milestone."""
        return [
            (milestone, file) for milestone in self.milestones for word in milestone.reports for file in word.evidence
        ]


def gather(consortium: Consortium, starts_on: date, ends_on: date) -> Basis:
    """Read what a report on a period is made of; the standing is that of today."""
    on, projects = clock.today(), of_consortium(consortium.id)
    return Basis(
        consortium, starts_on, ends_on, on, projects, queries.milestones([project.id for project in projects]),
        queries.everybody(consortium, starts_on), consortium_verdicts([consortium.id], on)[consortium.id],
    )  # fmt: skip


def last_report(milestone: Milestone) -> MilestoneReport | None:
    """What was reported on a milestone last."""
    return milestone.reports[-1] if milestone.reports else None


def both(sentence: Lazy | str) -> Pair:
    """A sentence of the platform in both languages, for a paper."""
    if not isinstance(sentence, Lazy):
        return pair(sentence, sentence)
    with words.reading_in("zh_Hans"):
        chinese = str(sentence)
    return pair(chinese, sentence.english)
