"""Who decides on which change of an approved plan, as dated rules with their source. Pure: no database, no clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

from consortium.baselines.comparing import ROW, Line
from consortium.baselines.layout import BY_NAME, Rows
from consortium.baselines.models import ChangeKind
from consortium.core.terms import define
from consortium.core.words import Lazy, _l

NATIONAL = _l("Practice of national research and development programmes")
AGREEMENT = _l("Consortium agreements: the division of tasks stands in an annex")


class Decider(StrEnum):
    """Who decides on a change; a later one outranks an earlier one."""

    LEAD = auto()
    COUNCIL = auto()
    AUTHORITY = auto()


define({
    Decider.LEAD: ("牵头单位", "The lead unit"), Decider.COUNCIL: ("理事会与受影响的成员", "The council and the affected members"),
    Decider.AUTHORITY: ("主管部门", "The authority"),
})  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """Who decides on a kind of change from a day on. `mark` is the confidence in the source, as in `projects.lights`.

    `written`: the decision has a number and a date of its own. An extension is applied for `months_before` the end at the latest, once if
    `once`, and for at most `longest` months; these three say nothing where they are 0 or False.
    """

    kind: ChangeKind
    effective_from: date
    decider: Decider
    source: Lazy
    mark: str
    written: bool = True
    months_before: int = 0
    once: bool = False
    longest: int = 0

    @property
    def official(self) -> bool:
        """Whether it was read in the text itself; of all others the authority has to be asked."""
        return self.mark in ("C", "V")


_SINCE = date(2000, 1, 1)
#: Dated rules, oldest first of each kind. A new rule is a new row; old decisions keep the rule of their day.
RULES: tuple[Rule, ...] = (
    Rule(ChangeKind.ROUTE, _SINCE, Decider.LEAD, NATIONAL, "H", written=False),
    Rule(ChangeKind.SHARE, _SINCE, Decider.COUNCIL, AGREEMENT, "D"),
    Rule(ChangeKind.GOAL, _SINCE, Decider.AUTHORITY, NATIONAL, "H"),
    Rule(ChangeKind.PERIOD, _SINCE, Decider.AUTHORITY, NATIONAL, "M", months_before=6, once=True, longest=12),
    Rule(ChangeKind.MONEY, _SINCE, Decider.AUTHORITY, NATIONAL, "H"),
    Rule(ChangeKind.LEAD, _SINCE, Decider.AUTHORITY, NATIONAL, "H"),
)  # fmt: skip


def rule_on(kind: ChangeKind, day: date) -> Rule:
    """The rule that is in force for a kind on a day."""
    return [rule for rule in RULES if rule.kind is kind and rule.effective_from <= day][-1]


def outranks(one: ChangeKind, other: ChangeKind, day: date) -> bool:
    """Whether a kind is decided higher up than another."""
    order = list(Decider)
    return order.index(rule_on(one, day).decider) > order.index(rule_on(other, day).decider)


#: What a change of a field means, the weightiest first: the list, its fields (none: all), whether only whole rows count.
_MEANING: tuple[tuple[ChangeKind, str, frozenset[str]], ...] = (
    (ChangeKind.LEAD, "project", frozenset({"lead"})),
    (ChangeKind.LEAD, "participants", frozenset({ROW})),
    (ChangeKind.PERIOD, "project", frozenset({"starts_on", "ends_on"})),
    (ChangeKind.GOAL, "project", frozenset({"objective", "trl_target"})),
    (ChangeKind.GOAL, "indicators", frozenset()),
    (ChangeKind.MONEY, "project", frozenset({"budget"})),
    (ChangeKind.SHARE, "participants", frozenset()),
    (ChangeKind.SHARE, "budget", frozenset()),
    (ChangeKind.SHARE, "effort", frozenset()),
    (ChangeKind.SHARE, "nodes", frozenset({"lead"})),
    (ChangeKind.SHARE, "milestones", frozenset({"organisation"})),
    (ChangeKind.SHARE, "deliverables", frozenset({"organisation"})),
)


def suggested(lines: Iterable[Line]) -> ChangeKind:
    """The weightiest kind that fits what would be different."""
    found = list(lines)
    if _sum(found) != 0:
        found = [*found, Line("project", (), "budget", None, None)]
    order = [ChangeKind.LEAD, ChangeKind.PERIOD, ChangeKind.GOAL, ChangeKind.MONEY, ChangeKind.SHARE]
    kinds = {
        kind for line in found for kind, name, fields in _MEANING if line.list == name and (not fields or line.field in fields)
    }  # fmt: skip
    return next((kind for kind in order if kind in kinds), ChangeKind.ROUTE)


#: Fields of milestones that say how much each counts in progress and lights.
_COUNTING = frozenset({ROW, "weight", "waived"})


def counts(lines: Iterable[Line]) -> bool:
    """Whether a change makes milestones count otherwise (waived, weighed anew, added, removed), so that figures change and no work was done."""
    return any(line.list == "milestones" and line.field in _COUNTING for line in lines)


def _sum(lines: Iterable[Line]) -> Decimal:
    """By how much the planned money of all firms together grows, in yuan."""
    total = Decimal("0.00")
    for line in lines:
        if line.list == "budget" and line.field in (ROW, "amount"):
            total += grown(line)
    return total


def grown(line: Line) -> Decimal:
    """By how much a difference raises planned money, in yuan."""
    before, after = ((side["amount"] if isinstance(side, dict) else side) for side in (line.before, line.after))
    return Decimal(after or "0.00") - Decimal(before or "0.00")


def extension(lines: Iterable[Line]) -> tuple[date, date] | None:
    """The last day of the project before and after, where it becomes later."""
    for line in lines:
        if line.list == "project" and line.field == "ends_on" and line.after > line.before:
            return date.fromisoformat(line.before), date.fromisoformat(line.after)
    return None


def too_late(lines: Iterable[Line], today: date) -> Lazy | None:
    """An extension is applied for before the project ends."""
    found = extension(lines)
    if found and today > found[0]:
        return _l(
            "The project ended on %(day)s. An extension has to be applied for before that.", day=found[0].isoformat()
        )
    return None


def cautions(kind: ChangeKind, lines: Iterable[Line], day: date, extended: int = 0) -> Iterator[Lazy]:
    """What the rule of a kind says and this request does not keep; `extended` counts the extensions before."""
    rule, found = rule_on(kind, day), extension(lines)
    if found is None:
        return
    before, after = found
    if rule.months_before and _months(day, before) < rule.months_before:
        yield _l(
            "National programmes want an extension to be applied for at least %(months)s months before the end.",
            months=rule.months_before,
        )
    if rule.once and extended:
        yield _l("National programmes extend a project once, and this one was extended before.")
    if rule.longest and _later(before, rule.longest) < after:
        yield _l("National programmes extend a project by at most %(months)s months.", months=rule.longest)


def _months(first: date, last: date) -> int:
    """Whole months from a day to another."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def affected(lines: Iterable[Line], rows: Rows) -> set[str]:
    """The codes of the organisations whose part of the plan changes; `rows` is the plan before."""
    owners = {
        "node": {row["number"]: row["lead"] for row in rows.get("nodes", ())},
        "milestone": {row["number"]: row["organisation"] for row in rows.get("milestones", ())},
    }
    kept = {(name, *(row[part] for part in BY_NAME[name].key)): row for name in rows for row in rows[name]}
    found: set[str | None] = set()
    for line in lines:
        one = BY_NAME[line.list]
        key = dict(zip(one.key, line.key, strict=True))
        sides = [
            side for side in (key, line.before, line.after, kept.get((line.list, *line.key))) if isinstance(side, dict)
        ]
        for field in one.fields:
            told = [side.get(field.name) for side in sides]
            told += [line.before, line.after] if line.field == field.name else []
            if field.kind == "organisation":
                found.update(told)
            elif line.list in ("links", "ties"):
                found.update(owners.get(field.kind, {}).get(value) for value in told)
    return {code for code in found if code}
