"""Counting results and outcomes, each once: by kind, class, project and holder. Pure."""

from __future__ import annotations

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
    entered_on: date

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

    def add(self, times: int, in_force: bool, new: bool, name: str) -> None:
        """So many more, all alike; `name` is their class."""
        self.total += times
        self.in_force += times * in_force
        self.new += times * new
        self.first += times * (name == FIRST)
        self.second += times * (name == SECOND)


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


class Tally:
    """Counts what there was on a day, alike things together; what came later does not count."""

    def __init__(self, rules: Rules, on: date, first: date | None = None) -> None:
        self.rules, self.on, self.first = rules, on, first
        self.found = Counts(by_kind={kind: Sum() for kind in OutcomeKind})

    def _new(self, day: date) -> bool:
        return self.first is not None and day >= self.first

    def _said(self, row: Counted) -> tuple[bool, bool, str]:
        """Whether it is in force, whether it is new, and its class."""
        in_force = row.state_on(self.on) == "in_force"
        return (
            in_force,
            self._new(row.begins_on),
            self.rules.class_of(row.kind, row.transferred_in) if in_force else NONE,
        )

    def _holding(self, firm: int) -> Holding:
        return self.found.by_firm.setdefault(firm, Holding())

    def outcome(self, row: Counted, times: int = 1) -> None:
        """Outcomes that are alike."""
        if row.begins_on <= self.on:
            for one in (
                self.found.outcomes,
                self.found.by_kind[row.kind],
                self.found.by_project.setdefault(row.project, Sum()),
            ):
                one.add(times, *self._said(row))

    def held(self, row: Counted, part: Held, times: int = 1) -> None:
        """What a firm holds of such outcomes."""
        if row.begins_on <= self.on:
            in_force, new, name = self._said(row)
            holding = self._holding(part.firm)
            holding.add(times, in_force, new, name if self.rules.counts_for(part.place) else NONE)
            holding.share += part.share * times

    def result(self, made: Made, times: int = 1) -> None:
        """Results that are alike."""
        if made.made_on <= self.on:
            found, state = self.found, made.state_on(self.on)
            found.results += times
            found.results_new += times * self._new(made.made_on)
            found.critical += times * made.critical
            found.by_state[state] = found.by_state.get(state, 0) + times
            found.results_by_project[made.project] = found.results_by_project.get(made.project, 0) + times

    def owned(self, made: Made, part: Held, times: int = 1) -> None:
        """What a firm owns of such results."""
        if made.made_on <= self.on:
            holding = self._holding(part.firm)
            holding.results += times
            holding.owned += part.share * times
