"""What the pages of a project's results, of one result and of one outcome show: asked when a template needs it, and only once."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed
from consortium.projects import levels
from consortium.projects.models import Project
from consortium.projects.portrait import steps
from consortium.projects.queries import organisation
from consortium.projects.tables import titled
from consortium.projects.workflow import while_open
from consortium.results import classes, contradictions, known, queries, tables, tallies
from consortium.results.counting import Counts
from consortium.results.kinds import NATURES, Nature
from consortium.results.models import Background, Outcome, Result, ResultOwner
from consortium.results.sharing import shown
from consortium.results.workflow import OUTCOME, RESULT, SHARE, begun


class ProjectResults:
    """What the pages of a project's results have in common, for one reader."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project

    @cached_property
    def own(self) -> list[Any]:
        """The organisations of the project for which the reader can enter something."""
        return queries.speaking_for(self.actor, self.project)

    @cached_property
    def obstacle(self) -> object | None:
        """What stands in the way of entering something."""
        return while_open(begun)(self.actor, self.project)

    @property
    def enters(self) -> bool:
        """Whether the reader can enter results and outcomes."""
        return bool(self.own) and self.obstacle is None

    @property
    def declares(self) -> bool:
        """Whether the reader can put background on the list; also before the project has begun."""
        return bool(self.own) and while_open()(self.actor, self.project) is None

    @cached_property
    def counts(self) -> Counts:
        """How many there are, each counted once."""
        return tallies.counts(self.project.consortium, clock.today(), project=self.project)

    @cached_property
    def contradictions(self) -> list[contradictions.Contradiction]:
        """What does not fit together."""
        return contradictions.of(self.project)

    @cached_property
    def rules(self) -> classes.Rules:
        """The rules of the classes of today."""
        return classes.on(clock.today())

    @cached_property
    def holdings(self) -> list[tuple[Any, Any]]:
        """Each firm with what it owns and holds of the project, also one that takes no part any more."""
        firms = queries.firms(self.counts.by_firm)
        return [(firms[number], held) for number, held in self.counts.by_firm.items()]

    @property
    def owning(self) -> list[Any]:
        """The firms that own or hold something of the project, for the filter of its list."""
        return [firm for firm, _ in self.holdings]

    @cached_property
    def taking_part(self) -> set[int]:
        """The numbers of the firms that take part in the project."""
        return {firm.id for firm in queries.possible_owners(self.project)}


class Portrait:
    """What the pages of single things have in common."""

    def __init__(self, actor: Actor, thing: Any) -> None:
        self.actor, self.thing = actor, thing

    @cached_property
    def firm(self) -> Any:
        """The organisation that leads it, or that entered it."""
        return organisation(self.thing.organisation_id)

    @cached_property
    def obstacle(self) -> object | None:
        """What stands in the way of changing it."""
        return while_open()(self.actor, self.thing)

    @property
    def edits(self) -> bool:
        """Whether the reader may change it."""
        return allowed(self.actor, Action.REPORT, self.thing) and self.obstacle is None

    @property
    def hands_over(self) -> bool:
        """Whether the reader gives it to another firm."""
        return allowed(self.actor, Action.PLAN, self.thing) and self.obstacle is None

    def may_read(self, file: Any) -> bool:
        """Whether the reader may take a file away."""
        return allowed(self.actor, Action.EVIDENCE, file)

    @cached_property
    def events(self) -> list[dict[str, object]]:
        """What happened to it, newest first."""
        return feed(timeline(self.thing, reader=self.actor), self.thing)


class ResultPortrait(Portrait):
    """The page of one result for one reader."""

    thing: Result

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of where its ownership stands."""
        return tables.state(self.thing)

    @cached_property
    def owners(self) -> list[ResultOwner]:
        """The owners in their order."""
        return queries.owners(self.thing)

    @property
    def parts(self) -> list[tuple[str, Any, str]]:
        """The shares as a bar, each in the tone of its owner's word."""
        return [(titled(owner.organisation), owner.share, SHARE.tone(owner.state)) for owner in self.owners]

    @property
    def legend(self) -> list[tuple[object, str]]:
        """What the tones of the bar say."""
        return list(SHARE.states.values())

    def part(self, owner: ResultOwner) -> Decimal:
        """An owner's share as a part of one, for a bar."""
        return Decimal(owner.part) / Decimal(owner.of)

    def shown(self, owner: ResultOwner) -> str:
        """An owner's share in words."""
        return shown(owner.share)

    def word(self, owner: ResultOwner) -> tuple[object, str]:
        """Word and tone of an owner's answer."""
        return SHARE.word(owner.state), SHARE.tone(owner.state)

    def steps(self, owner: ResultOwner) -> list[Any]:
        """The steps that the reader can take on the share of an own firm."""
        return [step for step, obstacle in steps(self.actor, SHARE, owner) if obstacle is None]

    @property
    def proposes(self) -> bool:
        """Whether the reader can propose shares."""
        return any(
            step.name == "propose" and obstacle is None for step, obstacle in steps(self.actor, RESULT, self.thing)
        )

    @property
    def marks(self) -> bool:
        """Whether the reader says if it is critical, once a level of it was confirmed."""
        planned = allowed(self.actor, Action.PLAN, self.thing) and levels.confirmed(self.thing) is not None
        return planned and while_open(begun)(self.actor, self.thing) is None

    @cached_property
    def background(self) -> list[Background]:
        """The background on which it builds."""
        return queries.built_on(self.thing)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What is registered, published or awarded of it."""
        return queries.of_result(self.actor, self.thing)

    @property
    def standing(self) -> Any:
        """How an outcome is shown."""
        return tables.standing


class OutcomePortrait(Portrait):
    """The page of one outcome for one reader."""

    thing: Outcome

    @property
    def corrects(self) -> bool:
        """Whether the reader corrects whose it is."""
        return allowed(self.actor, Action.PLAN, self.thing) and self.obstacle is None

    @property
    def nature(self) -> Nature:
        """The words of its kind."""
        return NATURES[self.thing.kind]

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of its state."""
        return tables.standing(self.thing)

    @cached_property
    def owners(self) -> list[Any]:
        """Its holders in their order, each with the share in words."""
        firms = {firm.id: firm for firm in queries.possible_owners(self.thing.project, self.thing.owners)}
        return [
            (owner.place, firms[owner.organisation_id], shown(owner.share), owner.share) for owner in self.thing.owners
        ]

    @property
    def steps(self) -> list[Any]:
        """The steps that the reader can take."""
        return [step for step, obstacle in steps(self.actor, OUTCOME, self.thing) if obstacle is None]

    @cached_property
    def rules(self) -> classes.Rules:
        """The rules of the classes of today."""
        return classes.on(clock.today())

    @property
    def class_name(self) -> str:
        """`I`, `II` or nothing."""
        return self.rules.class_of(self.thing.kind, self.thing.transferred_in)

    @property
    def beyond(self) -> list[Any]:
        """The holders for whom it does not count, by their place."""
        return [firm for place, firm, *_ in self.owners if not self.rules.counts_for(place)]

    @cached_property
    def elsewhere(self) -> int:
        """In how many other consortia the same number is entered; told to those alone who can look into it."""
        knows = allowed(self.actor, Action.REPORT, self.thing) or allowed(self.actor, Action.MANAGE, self.thing)
        return known.elsewhere(self.thing) if knows else 0
