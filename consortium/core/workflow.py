"""Life cycles as tables: what may follow what, who may cause it, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from consortium.core.access import Action, Actor, require
from consortium.core.errors import NotNow
from consortium.core.words import _l

Obstacle = Callable[[Actor, Any], object | None]


@dataclass(frozen=True)
class Step:
    """One row of a life cycle; `unless` answers the sentence that stands in the way, or None."""

    name: str
    sources: tuple[str, ...]
    target: str
    action: Action
    label: object
    unless: Obstacle | None = None
    danger: bool = False
    reason: bool = False
    verb: str = ""

    def obstacle(self, actor: Actor, thing: Any) -> object | None:
        """The sentence that stands in the way, if any."""
        return self.unless(actor, thing) if self.unless else None


@dataclass(frozen=True)
class Workflow:
    """A life cycle: the name of the column, the names of its states in order with their words and tones, and the steps."""

    name: str
    column: str
    states: dict[str, tuple[object, str]]
    steps: tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def step(self, name: str) -> Step:
        """The step of that name; NotNow if the life cycle has none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise NotNow(_l("There is no such step."))

    def state(self, thing: Any) -> str:
        """Where the thing stands."""
        return str(getattr(thing, self.column))

    def word(self, state: str) -> object:
        """The word for a state."""
        return self.states[state][0]

    def tone(self, state: str) -> str:
        """The tone (ok, act, warn, bad, plan, none) of a state."""
        return self.states[state][1]

    def following(self, thing: Any) -> list[Step]:
        """Steps that may follow from here, whoever asks."""
        return [step for step in self.steps if self.state(thing) in step.sources]

    def move(self, actor: Actor, thing: Any, name: str) -> Step:
        """Check and move; `activity.advance` records it, too."""
        return self.place(thing, self.check(actor, thing, name))

    def check(self, actor: Actor, thing: Any, name: str) -> Step:
        """The step, if right (403), state (409) and obstacle (409 with its sentence) let it be taken now."""
        step = self.step(name)
        require(actor, step.action, thing)
        if self.state(thing) not in step.sources:
            raise NotNow(
                _l(
                    "This step is not possible any more: the state is now “%(state)s”.",
                    state=self.word(self.state(thing)),
                )
            )
        sentence = step.obstacle(actor, thing)
        if sentence is not None:
            raise NotNow(sentence)
        return step

    def place(self, thing: Any, step: Step) -> Step:
        """Put the thing where a checked step leads."""
        setattr(thing, self.column, step.target)
        return step
