"""What the pages of a register, a risk, an issue and an action show: asked when a template needs it, and only once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from markupsafe import Markup

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed
from consortium.core.words import _l
from consortium.core.workflow import Workflow
from consortium.documents import charts
from consortium.projects.models import Project
from consortium.projects.portrait import steps
from consortium.projects.queries import organisation
from consortium.risks import queries, tables
from consortium.risks.bands import Bands, bands_on
from consortium.risks.matrix_view import drawn
from consortium.risks.models import ActionItem, Issue, Risk, RiskState
from consortium.risks.workflow import ACTION, ISSUE, STANDING


class RegisterPortrait:
    """The page of the risks of a project for one reader."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.actor, self.project, self.bands = actor, project, bands_on(clock.today())

    @cached_property
    def counts(self) -> dict[tuple[int, int], int]:
        """How many risks that stand lie in each field, by (impact, likelihood)."""
        return queries.matrix(queries.of_project(self.actor, self.project).where(Risk.state.in_(STANDING)))

    @property
    def standing(self) -> int:
        """How many risks stand."""
        return sum(self.counts.values())

    def in_band(self, band: str) -> int:
        """How many of them lie in a band."""
        return sum(count for (impact, likelihood), count in self.counts.items() if self.bands.of(impact * likelihood) == band)  # fmt: skip

    def href(self, likelihood: int, impact: int) -> str:
        """The rows behind a field."""
        return f"/projects/{self.project.id}/risks?state=standing&likelihood={likelihood}&impact={impact}#register"

    @property
    def picture(self) -> Markup:
        """The matrix."""
        return drawn(self.counts, self.bands, self.href)

    @cached_property
    def tracks(self) -> bool:
        """Whether the reader can enter risks and issues."""
        return self.project.stage != "stopped" and self.project.consortium.stage != "closed" and queries.tracks(self.actor, self.project)  # fmt: skip


class Portrait:
    """What the pages of one thing have in common."""

    life: Workflow

    def __init__(self, actor: Actor, thing: Any) -> None:
        self.actor, self.thing = actor, thing

    @cached_property
    def owner(self) -> Any:
        """The organisation that answers for it."""
        return organisation(self.thing.organisation_id)

    @property
    def tracks(self) -> bool:
        """Whether the reader may change it now."""
        rests = self.thing.project.stage == "stopped" or self.thing.consortium.stage == "closed"
        return not rests and allowed(self.actor, Action.TRACK, self.thing)

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of its state."""
        return tables.state(self.thing)

    def state_of(self, item: ActionItem) -> tuple[object, str]:
        """Word and tone of the state of an action."""
        return tables.state(item)

    @cached_property
    def steps(self) -> list[Any]:
        """The steps that the reader may take, each with what stands in its way."""
        return list(steps(self.actor, self.life, self.thing))

    @cached_property
    def actions(self) -> list[ActionItem]:
        """What is to be done about it."""
        return queries.actions_about(self.actor, self.thing)

    @cached_property
    def events(self) -> list[dict[str, object]]:
        """What happened to it, newest first."""
        return feed(timeline(self.thing, reader=self.actor), self.thing)


class RiskPortrait(Portrait):
    """The page of one risk for one reader."""

    thing: Risk

    @cached_property
    def bands(self) -> Bands:
        """The bands of today."""
        return bands_on(clock.today())

    @property
    def band(self) -> tuple[object, str]:
        """Word and tone of its band."""
        return tables.band(self.thing)

    @cached_property
    def states(self) -> list[RiskState]:
        """How it stood from period to period, oldest first."""
        return queries.states(self.thing)

    @property
    def picture(self) -> Markup | None:
        """Its score over the periods; nothing while there is only one."""
        # Of a period that was noted more than once the last word counts.
        last = {queries.named(self.thing.rhythm, row.period): row.score for row in self.states}
        if len(last) < 2:
            return None
        labels, scores = list(last), list(last.values())
        said = "; ".join(f"{label}: {score}" for label, score in zip(labels, scores, strict=True))
        row = charts.Series(str(_l("Score")), scores, tone="accent")
        limit = charts.Series(str(_l("High from %(score)s", score=self.bands.red_from)), [self.bands.red_from] * len(scores), dash="3 2", tone="red")  # fmt: skip
        return charts.line(str(_l("Score by period")), said, labels, [row, limit])

    @cached_property
    def issues(self) -> list[Issue]:
        """What it has become."""
        return [row for row in queries.issues_of(self.thing) if allowed(self.actor, Action.VIEW, row)]


class IssuePortrait(Portrait):
    """The page of one issue for one reader."""

    thing: Issue
    life = ISSUE


class ActionPortrait(Portrait):
    """The page of one action for one reader."""

    thing: ActionItem
    life = ACTION

    @property
    def gives(self) -> bool:
        """Whether the reader lets others do it."""
        rests = self.thing.project.stage == "stopped" or self.thing.consortium.stage == "closed"
        return self.thing.state == "open" and not rests and allowed(self.actor, Action.PLAN, self.thing)

    @cached_property
    def ways(self) -> dict[str, object | None]:
        """The names of the steps that the reader may take, each with what stands in its way."""
        return {step.name: obstacle for step, obstacle in self.steps}
