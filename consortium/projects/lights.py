"""How projects and consortia stand: progress, and a light that shows its reasons. Pure: no database, no clock.

Planned value is the weight of what is due, earned value the weight of what is accepted; the schedule performance index is
earned by planned (domain.md 4.1). Waived milestones weigh nothing. Grey says that nothing is known, and is never green.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_DOWN, Decimal
from operator import attrgetter
from typing import Any

from consortium.core.shares import percent
from consortium.core.terms import Light
from consortium.core.words import Lazy, _l, _ln

#: States in which a milestone is still to be reported, and in which a report on it stands.
AHEAD, REPORTED = ("planned", "returned"), ("reported", "verified", "accepted")
TONES = {Light.GREEN: "ok", Light.AMBER: "warn", Light.RED: "bad", Light.GREY: "none"}


@dataclass(frozen=True)
class Rules:
    """Thresholds that hold from a day: shares as Decimal 0 to 1, slips in days; `mark` is the confidence in the source.

    Marks: C confirmed by the text, H high, M middling, D our own derivation from practice.
    """

    effective_from: date
    source: str
    mark: str
    green_index: Decimal
    amber_index: Decimal
    most_slip: int
    red_share: Decimal
    amber_share: Decimal
    soon: int


#: Dated rules, oldest first. A new rule is a new row; old lights keep the rule of their day.
RULES: tuple[Rules, ...] = (
    Rules(
        effective_from=date(2000, 1, 1), source="Earned value practice; see the manual, “Lights”", mark="D",
        green_index=Decimal("0.95"), amber_index=Decimal("0.85"), most_slip=30,
        red_share=Decimal("0.30"), amber_share=Decimal("0.20"), soon=30,
    ),
)  # fmt: skip


def rules_on(day: date) -> Rules:
    """The rules that are in force on a day."""
    return [rules for rules in RULES if rules.effective_from <= day][-1]


@dataclass(frozen=True)
class Standing:
    """What is known of some milestones at the end of a day: weights (`total`, `due`, `accepted`), counts, and worst slip in days.

    `past` counts those whose day is over, and `in_time` those of them that were reached (see `is_in_time`) by their day.
    """

    milestones: int = 0
    total: int = 0
    due: int = 0
    accepted: int = 0
    late: int = 0
    slip: int = 0
    waiting: int = 0
    done: int = 0
    past: int = 0
    in_time: int = 0

    @property
    def running(self) -> int:
        """How many are neither accepted nor late."""
        return self.milestones - self.done - self.late

    @property
    def on_time(self) -> Decimal | None:
        """The part of those whose day is over that was reached by its day, 0 to 1; None where there is none."""
        return Decimal(self.in_time) / self.past if self.past else None

    @property
    def progress(self) -> Decimal | None:
        """The accepted part of the whole weight, 0 to 1; None where nothing is planned."""
        return Decimal(self.accepted) / self.total if self.total else None

    @property
    def planned(self) -> Decimal | None:
        """The due part of the whole weight, 0 to 1; None where nothing is planned."""
        return Decimal(self.due) / self.total if self.total else None

    @property
    def index(self) -> Decimal | None:
        """Schedule performance index; None while nothing is due."""
        return Decimal(self.accepted) / self.due if self.due else None

    def __add__(self, other: Standing) -> Standing:
        return Standing(
            self.milestones + other.milestones, self.total + other.total, self.due + other.due, self.accepted + other.accepted,
            self.late + other.late, max(self.slip, other.slip), self.waiting + other.waiting, self.done + other.done,
            self.past + other.past, self.in_time + other.in_time,
        )  # fmt: skip


#: All figures of a standing, in the order of its fields.
_FIGURES = attrgetter(*(field.name for field in fields(Standing)))
_SLIP = [field.name for field in fields(Standing)].index("slip")


def together(parts: Iterable[Standing]) -> Standing:
    """The same as adding them one by one, quicker where they are many."""
    columns = list(zip(*map(_FIGURES, parts), strict=True))
    return Standing(*(max(c) if n == _SLIP else sum(c) for n, c in enumerate(columns)))


@dataclass(frozen=True)
class Verdict:
    """A light and the sentences that say why."""

    light: Light
    reasons: tuple[Lazy, ...]

    @property
    def tone(self) -> str:
        """The tone of its word on a page."""
        return TONES[self.light]


def counts(stage: str) -> bool:
    """Whether a project in a stage counts, as `standings.counted` asks it of the database; in a stopped one nothing is late."""
    return stage != "stopped"


def is_accepted(milestone: Any, on: date) -> bool:
    """Whether a milestone was accepted by the end of a day."""
    return milestone.state == "accepted" and milestone.accepted_on is not None and milestone.accepted_on <= on


def is_waiting(milestone: Any, on: date) -> bool:
    """Whether a report waited to be verified and accepted at the end of a day."""
    reported = milestone.state in REPORTED and milestone.reported_on is not None and milestone.reported_on <= on
    return reported and not is_accepted(milestone, on)


def is_reported(milestone: Any, on: date) -> bool:
    """Whether a report stood at the end of a day, accepted or waiting; a returned report is none."""
    return is_accepted(milestone, on) or is_waiting(milestone, on)


def is_late(milestone: Any, on: date) -> bool:
    """Whether the day has passed and nothing is reported."""
    return milestone.state != "waived" and milestone.due_on < on and not is_reported(milestone, on)


def reached_on(milestone: Any) -> date | None:
    """The day on which it was reached, as the report says that stands; reports of earlier years bear only the day on which they were made."""
    return (milestone.reached_on or milestone.reported_on) if milestone.state in REPORTED else None


def is_in_time(milestone: Any, on: date) -> bool:
    """Whether it was due before a day, and reached by its own day.

    Where it is accepted, the day counts on which it was reached; before that the one on which it was reported. A returned report does not count.
    """
    if milestone.state not in REPORTED or milestone.reported_on is None:
        return False
    day = reached_on(milestone) if milestone.state == "accepted" else milestone.reported_on
    return bool(day <= milestone.due_on < on)


def is_due_soon(milestone: Any, on: date) -> bool:
    """Whether something is to be reported within the next days."""
    return milestone.state in AHEAD and 0 <= (milestone.due_on - on).days <= rules_on(on).soon


def is_slipping(milestone: Any) -> bool:
    """Whether who answers for it expects it after its day, and says why; a day that was moved since then may have caught up."""
    return milestone.state in AHEAD and milestone.expected_on is not None and milestone.expected_on > milestone.due_on


def standing(milestones: Iterable[Any], on: date) -> Standing:
    """How some milestones stood at the end of a day; `standings.standing` asks the database for the same."""
    rows = [milestone for milestone in milestones if milestone.state != "waived"]
    late = [milestone.due_on for milestone in rows if is_late(milestone, on)]
    accepted = [milestone.weight for milestone in rows if is_accepted(milestone, on)]
    return Standing(
        milestones=len(rows),
        total=sum(milestone.weight for milestone in rows),
        due=sum(milestone.weight for milestone in rows if milestone.due_on <= on),
        accepted=sum(accepted),
        late=len(late),
        slip=(on - min(late)).days if late else 0,
        waiting=sum(is_waiting(milestone, on) for milestone in rows),
        done=len(accepted),
        past=sum(milestone.due_on < on for milestone in rows),
        in_time=sum(is_in_time(milestone, on) for milestone in rows),
    )


def progress(project: Any, on: date) -> Decimal:
    """The accepted part of a project's weight, 0 to 1."""
    return standing(project.milestones, on).progress or Decimal(0)


def of_standing(found: Standing, on: date, dangers: int = 0) -> Verdict:
    """The light of a running plan, over which so many `dangers` stand (see `projects.dangers`): one that is known is red, whatever else is not."""
    rules = rules_on(on)
    if not found.milestones:
        plan = Verdict(Light.GREY, (_l("No milestone is planned, so nothing is known."),))
    elif _is_silent(found):
        plan = Verdict(Light.GREY, (_l("Nothing was due yet, and nothing is reported."),))
    else:
        plan = Verdict(_colour(found, rules), tuple(_reasons(found, rules)))
    if not dangers:
        return plan
    sentence = _ln("%(num)s risk in the high band is open or has occurred.", "%(num)s risks in the high band are open or have occurred.", dangers)  # fmt: skip
    return Verdict(Light.RED, (sentence, *plan.reasons))


def light_of(stage: str, found: Standing, on: date, dangers: int = 0) -> Light:
    """The same light as `of_project`, without its sentences."""
    if stage in ("draft", "stopped"):
        return Light.GREY
    if dangers:
        return Light.RED
    if not found.milestones or _is_silent(found):
        return Light.GREY
    return _colour(found, rules_on(on))


def _is_silent(found: Standing) -> bool:
    return not found.due and not found.accepted and not found.waiting


def _colour(found: Standing, rules: Rules) -> Light:
    index = found.index
    if found.slip > rules.most_slip or (index is not None and index < rules.amber_index):
        return Light.RED
    if found.late or (index is not None and index < rules.green_index):
        return Light.AMBER
    return Light.GREEN


def _reasons(found: Standing, rules: Rules) -> Iterable[Lazy]:
    if found.late:
        yield _ln(
            "%(num)s milestone is late; days late: %(days)s.", "%(num)s milestones are late; most days late: %(days)s.", found.late,
            days=found.slip,
        )  # fmt: skip
    if found.waiting:
        yield _ln(
            "%(num)s report waits to be verified or accepted.", "%(num)s reports wait to be verified or accepted.", found.waiting
        )  # fmt: skip
    index = found.index
    if index is None:
        yield _l("Nothing was due yet; what is reported is ahead of the plan.")
    elif index < rules.green_index:
        yield _l(
            "Schedule index %(index)s: weight %(accepted)s of %(due)s due is accepted; green needs %(green)s, below %(red)s is red.",
            index=_two(index), accepted=found.accepted, due=found.due, green=rules.green_index, red=rules.amber_index,
        )  # fmt: skip
    else:
        yield _l("Schedule index %(index)s: weight %(accepted)s accepted, %(due)s due.",
                 index=_two(index), accepted=found.accepted, due=found.due)  # fmt: skip


def of_project(stage: str, found: Standing, on: date, dangers: int = 0) -> Verdict:
    """The light of a project in a stage: what has not begun, or was stopped, has none."""
    if stage == "draft":
        return Verdict(Light.GREY, (_l("The project has not begun yet."),))
    if stage == "stopped":
        return Verdict(Light.GREY, (_l("The project was stopped."),))
    return of_standing(found, on, dangers)


def of_consortium(parts: Sequence[tuple[Light, Decimal]], on: date) -> Verdict:
    """The light of a consortium from its projects' lights and weights (their budgets; equal where none is given)."""
    known = [(light, weight) for light, weight in parts if light is not Light.GREY]
    if not known:
        return Verdict(Light.GREY, (_l("No project has anything to show yet."),))
    rules = rules_on(on)
    red, amber = _share(known, {Light.RED}), _share(known, {Light.RED, Light.AMBER})
    reds = sum(light is Light.RED for light, _ in known)
    ambers = sum(light is Light.AMBER for light, _ in known)
    greens, greys = len(known) - reds - ambers, len(parts) - len(known)
    light = Light.RED if red >= rules.red_share else Light.AMBER if reds or amber >= rules.amber_share else Light.GREEN
    reasons = [
        _l("Projects: %(red)s off track, %(amber)s to watch, %(green)s on track.", red=reds, amber=ambers, green=greens),
        _l("Off-track projects hold %(share)s %% of the budgets; from %(most)s %% the consortium is off track.",
           share=percent(red), most=percent(rules.red_share)),
    ]  # fmt: skip
    if greys:
        reasons.append(_ln("%(num)s project has no data.", "%(num)s projects have no data.", greys))
    return Verdict(light, tuple(reasons))


def _share(parts: Sequence[tuple[Light, Decimal]], lights: set[Light]) -> Decimal:
    """The weight of some lights in the whole."""
    whole = sum((weight for _, weight in parts), Decimal(0))
    if not whole:
        return Decimal(sum(light in lights for light, _ in parts)) / len(parts)
    return sum((weight for light, weight in parts if light in lights), Decimal(0)) / whole


def _two(value: Decimal) -> str:
    """Cut, not rounded, so that 0.949 is not shown as the 0.95 that it misses."""
    return str(value.quantize(Decimal("0.01"), ROUND_DOWN))
