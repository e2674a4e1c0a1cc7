"""What the pages of one deliverable and of one indicator show: asked when a template needs it, and only once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core.access import Action, Actor, allowed
from consortium.outputs import queries, tables
from consortium.outputs.models import Deliverable, Indicator, Reading, Submission
from consortium.outputs.workflow import DELIVERABLE, at_work
from consortium.projects.models import Milestone
from consortium.projects.portrait import steps
from consortium.projects.queries import organisation
from consortium.projects.replanning import may_propose
from consortium.projects.workflow import OPEN, while_open


class Portrait:
    """What both have in common."""

    def __init__(self, actor: Actor, thing: Any) -> None:
        self.actor, self.thing = actor, thing

    def may_read(self, word: Any) -> bool:
        """Whether the reader may see the words and files that a firm gave."""
        return allowed(self.actor, Action.EVIDENCE, word)

    @property
    def plans(self) -> bool:
        """Whether the reader may change the plan of the thing."""
        return allowed(self.actor, Action.PLAN, self.thing) and self.thing.project.stage in OPEN

    @cached_property
    def owner(self) -> Any:
        """The organisation that answers for it."""
        return organisation(self.thing.organisation_id)

    @cached_property
    def events(self) -> list[dict[str, object]]:
        """What happened to it, newest first."""
        return feed(timeline(self.thing, reader=self.actor), self.thing)


class DeliverablePortrait(Portrait):
    """The page of one deliverable for one reader."""

    thing: Deliverable

    @property
    def proposes(self) -> bool:
        """Whether the reader changes it by proposals."""
        return may_propose(self.actor, self.thing)

    @cached_property
    def submissions(self) -> list[Submission]:
        """All submissions, newest first."""
        return queries.submissions(self.thing)

    @property
    def latest(self) -> int | None:
        """The number of the last submission."""
        return self.submissions[0].id if self.submissions else None

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of the state."""
        return tables.state(self.thing)

    @cached_property
    def steps(self) -> dict[str, object | None]:
        """The names of the steps that the reader may take, each with what stands in its way."""
        return {step.name: obstacle for step, obstacle in steps(self.actor, DELIVERABLE, self.thing)}

    @cached_property
    def serves(self) -> list[Milestone]:
        """The milestones that depend on it."""
        return queries.served_by(self.thing)


class IndicatorPortrait(Portrait):
    """The page of one indicator for one reader."""

    thing: Indicator

    @cached_property
    def readings(self) -> list[Reading]:
        """All actual values, newest first."""
        return queries.readings(self.thing)

    @property
    def standing(self) -> tuple[object, str]:
        """Whether the target is reached."""
        return tables.standing(self.thing)

    @cached_property
    def obstacle(self) -> object | None:
        """What stands in the way of noting a value."""
        return while_open(at_work)(self.actor, self.thing)
