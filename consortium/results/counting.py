"""Counting results and outcomes, each once: by kind, class, project and holder. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from consortium.results.classes import FIRST, NONE, SECOND, Rules
from consortium.results.models import OutcomeKind


@dataclass(frozen=True)
class Held:
    """A firm's part of something, and its place among the holders."""

    firm: int
    share: Fraction
    place: int


@dataclass(frozen=True)
class Counted:
    """An outcome as it is counted."""

    project: int
    kind: OutcomeKind
    transferred_in: bool
    applied_on: date | None
    granted_on: date | None
    ended_on: date | None
    state: str
    entered_on: date
    holders: tuple[Held, ...]

    @property
    def begins_on(self) -> date:
        """From when on there is something to count: its first day, or where none is known the day on which it was entered."""
        return min((day for day in (self.applied_on, self.granted_on) if day is not None), default=self.entered_on)

    def state_on(self, day: date) -> str:
        """How it stood on a day, as far as its dates tell."""
        ended = self.ended_on is not None and self.ended_on <= day
        if self.granted_on is not None and self.granted_on <= day:
            return "ended" if ended else "in_force"
        return "refused" if ended else "pending"


@dataclass(frozen=True)
class Made:
    """A result as it is counted."""

    project: int
    made_on: date
    state: str
    agreed_on: date | None
    critical: bool
    owners: tuple[Held, ...]

    def state_on(self, day: date) -> str:
        """How its ownership stood on a day, as far as its dates tell."""
        if self.state == "agreed" and (self.agreed_on is None or self.agreed_on > day):
            return "proposed"
        return self.state


@dataclass
class Sum:
    """How many there are, how many are in force, how many came since the first day, and how many are of each class."""

    total: int = 0
    in_force: int = 0
    new: int = 0
    first: int = 0
    second: int = 0

    def add(self, in_force: bool, new: bool, name: str) -> None:
        """One more; `name` is its class."""
        self.total += 1
        self.in_force += in_force
        self.new += new
        self.first += name == FIRST
        self.second += name == SECOND


@dataclass
class Holding(Sum):
    """The same of one firm, with the sum of its shares; `results` and `owned` are the results of which it owns a share, and those shares."""

    share: Fraction = Fraction(0)
    results: int = 0
    owned: Fraction = Fraction(0)


@dataclass
class Counts:
    """All of it, as it stood on a day."""

    outcomes: Sum = field(default_factory=Sum)
    by_kind: dict[OutcomeKind, Sum] = field(default_factory=dict)
    by_project: dict[int, Sum] = field(default_factory=dict)
    by_firm: dict[int, Holding] = field(default_factory=dict)
    results: int = 0
    results_new: int = 0
    critical: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    results_by_project: dict[int, int] = field(default_factory=dict)


def count(
    outcomes: Iterable[Counted], results: Iterable[Made], rules: Rules, on: date, first: date | None = None
) -> Counts:
    """What there was on a day; what came later does not count."""
    found = Counts(by_kind={kind: Sum() for kind in OutcomeKind})
    for row in outcomes:
        if row.begins_on <= on:
            _outcome(found, row, rules, on, first)
    for made in results:
        if made.made_on <= on:
            _result(found, made, on, first)
    return found


def _outcome(found: Counts, row: Counted, rules: Rules, on: date, first: date | None) -> None:
    in_force = row.state_on(on) == "in_force"
    new = first is not None and row.begins_on >= first
    name = rules.class_of(row.kind, row.transferred_in) if in_force else NONE
    for one in (found.outcomes, found.by_kind[row.kind], found.by_project.setdefault(row.project, Sum())):
        one.add(in_force, new, name)
    for held in row.holders:
        holding = found.by_firm.setdefault(held.firm, Holding())
        holding.add(in_force, new, name if rules.counts_for(held.place) else NONE)
        holding.share += held.share


def _result(found: Counts, made: Made, on: date, first: date | None) -> None:
    found.results += 1
    found.results_new += first is not None and made.made_on >= first
    found.critical += made.critical
    state = made.state_on(on)
    found.by_state[state] = found.by_state.get(state, 0) + 1
    found.results_by_project[made.project] = found.results_by_project.get(made.project, 0) + 1
    for held in made.owners:
        holding = found.by_firm.setdefault(held.firm, Holding())
        holding.results += 1
        holding.owned += held.share
