"""What the pages of a ladder and of an assessment show: asked when a template needs it, and only once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from markupsafe import Markup

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core.access import Action, Actor, allowed
from consortium.maturity import queries, tables
from consortium.maturity.ladder_view import drawn
from consortium.maturity.models import Assessment
from consortium.maturity.queries import Element
from consortium.maturity.scale import Gate, Level, Scale, gate, scale
from consortium.maturity.workflow import ASSESSMENT, may_not_assess
from consortium.projects.models import Project
from consortium.projects.portrait import steps
from consortium.projects.queries import organisation
from consortium.projects.workflow import while_open
from consortium.results.models import Result


class LadderPortrait:
    """The readiness of a project for one reader."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project

    @cached_property
    def rows(self) -> list[Element]:
        """The project as a whole, its critical results, the others."""
        return queries.ladder(self.project)

    @property
    def shown(self) -> list[Element]:
        """The rows of the picture: those on which the level of the project depends, and itself where none does."""
        critical = [row for row in self.rows if row.critical]
        return critical or self.rows[:1]

    @property
    def picture(self) -> Markup:
        """The ladder."""
        return drawn(self.shown)

    @property
    def unassessed(self) -> int:
        """How many critical results have no confirmed level yet."""
        return sum(row.critical and row.now is None for row in self.rows)

    @property
    def lowest(self) -> list[str]:
        """The critical results that hold the project where it is."""
        critical = [row for row in self.rows if row.critical and row.now is not None]
        return [tables.name(row) for row in critical if row.now == min(r.now or 0 for r in critical)]

    @property
    def as_a_whole(self) -> bool:
        """Whether the project as a whole was assessed and confirmed."""
        return self.rows[0].now is not None

    @cached_property
    def own(self) -> list[Assessment]:
        """The assessments of the project as a whole, newest first."""
        return queries.assessments(self.project)

    @cached_property
    def assesses(self) -> bool:
        """Whether the reader can assess the project as a whole now."""
        return may_assess(self.actor, self.project)

    @property
    def scale(self) -> Scale:
        """The nine levels."""
        return scale()

    @property
    def gate(self) -> Gate:
        """What a demonstration application asks for."""
        return gate("demonstration")


class AssessmentPortrait:
    """The page of one assessment for one reader."""

    def __init__(self, actor: Actor, row: Assessment) -> None:
        self.actor, self.row = actor, row

    @property
    def thing(self) -> Project | Result:
        """What is assessed."""
        return self.row.result or self.row.project

    @property
    def owner(self) -> Any:
        """The organisation that answers for it."""
        return organisation(self.row.organisation_id)

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of its state."""
        return tables.state(self.row)

    @property
    def level(self) -> Level:
        """What its level means."""
        return scale().levels[self.row.level]

    @cached_property
    def steps(self) -> dict[str, object | None]:
        """The names of the steps that the reader may take, each with what stands in its way."""
        return {step.name: obstacle for step, obstacle in steps(self.actor, ASSESSMENT, self.row)}

    @property
    def reads_files(self) -> bool:
        """Whether the reader may see the files."""
        return allowed(self.actor, Action.EVIDENCE, self.row)

    @cached_property
    def events(self) -> list[dict[str, object]]:
        """What happened to it, newest first."""
        return feed(timeline(self.row, reader=self.actor), self.row)


def may_assess(actor: Actor, thing: Project | Result) -> bool:
    """Whether a person can assess a thing now."""
    return queries.may_assess(actor, thing) and while_open(may_not_assess)(actor, thing) is None
