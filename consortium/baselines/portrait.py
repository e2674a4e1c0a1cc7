"""What pages show of baselines, comparisons and change requests, each for one reader.

Kept rows are plain values that no wall guards, so what a reader may not see is taken out here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from consortium.activity.services import timeline
from consortium.activity.verbs import feed, told
from consortium.baselines import deciding, drafting, effect, queries, tables, workflow
from consortium.baselines.comparing import ROW, Line, applied, broken, differences
from consortium.baselines.deciding import Rule, grown
from consortium.baselines.effect import Effect
from consortium.baselines.layout import BY_NAME, EVERY, List, Rows, rows_of
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.baselines.services import NAMES, digest
from consortium.baselines.tables import Change, Names
from consortium.baselines.workflow import LIFE, OPEN, not_mine
from consortium.core import clock, features
from consortium.core.access import Action, Actor, Stake, allowed
from consortium.core.errors import Missing, Refused
from consortium.core.terms import either, label
from consortium.core.words import Lazy, _l, listed
from consortium.documents.tables import Table
from consortium.outputs.models import Dissemination
from consortium.plans import calendars
from consortium.plans.calendars import Calendar
from consortium.plans.facts import INSTEAD
from consortium.projects.models import Project
from consortium.projects.portrait import steps
from consortium.projects.workflow import MOST_NAMED


class Eyes:
    """What one reader may see of kept rows: the money of firms whose evidence is open to him, and no internal deliverable for an authority."""

    def __init__(self, actor: Actor, project: Project, names: Names, *sides: Rows) -> None:
        self.actor, self.project, self.names = actor, project, names
        self._open: dict[str, bool] = {}
        self._sides = sides

    @cached_property
    def unknown(self) -> set[str]:
        """The numbers of the deliverables of which the reader does not get to know, also those of older plans."""
        if self._sees(internal=True):
            return set()
        kept = {
            row["number"] for side in self._sides for row in side.get("deliverables", ()) if row["level"] == Dissemination.INTERNAL.value
        }  # fmt: skip
        return kept | queries.ever_internal(self.project)

    @cached_property
    def _open_today(self) -> Rows:
        """The rows of today that speak of such a number, and of a deliverable that is open by now."""
        now = rows_of(self.project, ("deliverables", "ties"))
        closed = {row["number"] for row in now["deliverables"] if row["level"] == Dissemination.INTERNAL.value}
        return {
            "deliverables": [row for row in now["deliverables"] if row["number"] not in closed],
            "ties": [row for row in now["ties"] if row["deliverable"] not in closed],
        }

    def _is_unknown(self, one: List, row: dict[str, Any]) -> bool:
        told = row["number"] if one.name == "deliverables" else row.get("deliverable")
        return told in self.unknown and row not in self._open_today[one.name]

    def open_to(self, code: str) -> bool:
        """Whether the reader may see the money of a firm."""
        if code not in self._open:
            firm = self.names.firms.get(code)
            stake = Stake(self.project.consortium_id, firm.id if firm else None, self.project.consortium)
            self._open[code] = allowed(self.actor, Action.EVIDENCE, stake)
        return self._open[code]

    def row(self, one: List, row: dict[str, Any]) -> dict[str, Any] | None:
        """A row without what is hidden; None where all of it is."""
        if self._is_unknown(one, row):
            return None
        hidden = {field.name for field in one.fields if field.private}
        if not hidden or self.open_to(row["organisation"]):
            return row
        return None if one.private else {name: value for name, value in row.items() if name not in hidden}

    def rows(self, one: List, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows of a list that are shown."""
        return [seen for row in rows if (seen := self.row(one, row)) is not None]

    def only_part_of(self, one: List) -> bool:
        """Whether rows of a list may be hidden from the reader; whether there are any is not said."""
        if one.name in ("deliverables", "ties"):
            return not self._sees(internal=True)
        return one.private and not self._sees(Action.EVIDENCE)

    def _sees(self, action: Action = Action.VIEW, **more: Any) -> bool:
        return allowed(self.actor, action, Stake(self.project.consortium_id, None, self.project.consortium, **more))

    def lines(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The differences that are shown."""
        for line in lines:
            one = BY_NAME[line.list]
            if line.field == ROW:
                sides = [side and self.row(one, side) for side in (line.before, line.after)]
                if any(sides):
                    yield Line(line.list, line.key, ROW, *sides)
            elif self.row(one, {**dict(zip(one.key, line.key, strict=True)), line.field: line.after}) is not None and (
                not one.field(line.field).private or self.open_to(self._owner(one, line))
            ):
                yield line

    @staticmethod
    def _owner(one: List, line: Line) -> str:
        return str(line.key[one.key.index("organisation")])


def days_of(code: str | None) -> Calendar:
    """The working calendar by which a plan is reckoned, as on its Gantt chart."""
    try:
        return calendars.calendar(code or "CN")
    except Refused:
        return calendars.calendar(INSTEAD)


def grouped(found: Iterable[Change]) -> list[tuple[List, list[Change]]]:
    """Differences by list."""
    return [(one, list(some)) for one, some in groupby(found, key=lambda change: change.list)]


class BaselinePortrait:
    """The page of one baseline: one of its lists at a time."""

    def __init__(self, actor: Actor, baseline: Baseline, wanted: str = "") -> None:
        self.actor, self.baseline = actor, baseline
        self.list = BY_NAME.get(wanted, BY_NAME["nodes"])
        self.names = Names.of(baseline.rows)
        self.eyes = Eyes(actor, baseline.project, self.names, baseline.rows)

    @cached_property
    def lists(self) -> list[tuple[List, int]]:
        """All lists with the number of their rows that the reader may see."""
        return [(one, len(self.eyes.rows(one, self.baseline.rows.get(one.name, ())))) for one in EVERY]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the list in front."""
        return self.eyes.rows(self.list, self.baseline.rows.get(self.list.name, ()))

    @property
    def hidden(self) -> int:
        """How many of its rows are not shown."""
        return len(self.baseline.rows.get(self.list.name, ())) - len(self.rows)

    @property
    def table(self) -> Table:
        """Its columns."""
        return tables.sheet(self.list, self.names)

    @property
    def unharmed(self) -> bool:
        """Whether the rows are still those that were frozen."""
        return digest(self.baseline.rows) == self.baseline.digest


class ComparisonPortrait:
    """Two states of a plan beside each other; `second` None is today."""

    def __init__(
        self, actor: Actor, project: Project, first: Baseline, second: Baseline | None, wanted: str = ""
    ) -> None:
        self.first, self.second, self.wanted = first, second, wanted if wanted in BY_NAME else ""
        before: Rows = first.rows
        after: Rows = second.rows if second else rows_of(project, NAMES)
        self.names = Names.of({name: [*before.get(name, ()), *after.get(name, ())] for name in NAMES})
        eyes = Eyes(actor, project, self.names, before, after)
        self.lines = list(eyes.lines(differences(before, after)))
        self.titles = tables.titles_of(before, after)

    @cached_property
    def changes(self) -> list[Change]:
        """What is different in the lists that were asked for."""
        lines = [line for line in self.lines if self.wanted in ("", line.list)]
        found, moved = tables.changes(lines, self.names, self.titles), self._moved()
        return [
            replace(change, what="moved") if change.list.name == "budget" and change.row in moved else change
            for change in found
        ]

    def _moved(self) -> set[str]:
        """The rows of planned money that differ from a baseline by moves within the limits alone: nobody had to approve these."""
        if self.second is not None or not any(line.list == "budget" for line in self.lines):
            return set()
        net: dict[tuple[Any, ...], Decimal] = {}
        for ask in features.declared("queries", "MOVED_AT_ONCE"):
            for key, more in ask(self.first.project, self.first.frozen_at).items():
                net[key] = net.get(key, Decimal(0)) + more
        lines = [
            line for line in self.lines if line.list == "budget" and net.get(line.key) and grown(line) == net[line.key]
        ]
        return {self.names.key(BY_NAME["budget"], line.key) for line in lines}

    @property
    def groups(self) -> list[tuple[List, list[Change]]]:
        """The same by list."""
        return grouped(self.changes)

    @property
    def counts(self) -> list[tuple[object, int, str]]:
        """How many rows were added, changed and removed: word, number, tone."""
        return [
            (word, sum(change.what == what for change in self.changes), tone)
            for what, (word, tone) in tables.CHANGES.items()
        ]


class RequestPortrait:
    """The page of one change request."""

    def __init__(self, actor: Actor, request: ChangeRequest) -> None:
        self.actor, self.request, self.project = actor, request, request.project
        kept = queries.kept_from(actor, self.project).get(request.id)
        if kept:
            raise Missing(_l("There is nothing at this address, or it is not yours to see."))
        #: Whether a part of it is kept from the reader, so that its words may not be read either: they may speak of that part.
        self.is_partly = kept is not None
        self.all_lines = [Line.of(line) for line in request.lines]

    @property
    def title(self) -> object:
        """How it is called for the reader."""
        return tables.brief(self.request) if self.is_partly else self.request.title

    @cached_property
    def now(self) -> Rows:
        """The lists as they are today, as far as the request speaks of them."""
        asked = {line.list for line in self.all_lines} | {"nodes", "milestones"}
        return rows_of(self.project, [name for name in NAMES if name in asked])

    @cached_property
    def names(self) -> Names:
        """The organisations that it speaks of."""
        return Names.of(self.now, self.all_lines)

    @cached_property
    def lines(self) -> list[Line]:
        """What would be (or was made) different, as far as the reader may see it."""
        return list(Eyes(self.actor, self.project, self.names, self.now).lines(self.all_lines))

    @cached_property
    def titles(self) -> dict[tuple[Any, ...], str]:
        """The titles of the rows that it speaks of, by list and key."""
        named: Rows = {}
        for line in self.lines:
            named.setdefault(line.list, []).extend(side for side in (line.before, line.after) if isinstance(side, dict))
        return tables.titles_of(self.now, named)

    @property
    def groups(self) -> list[tuple[List, list[Change]]]:
        """The same by list, in words."""
        return grouped(tables.changes(self.lines, self.names, self.titles))

    @cached_property
    def effect(self) -> Effect | None:
        """What it would do to the schedule; None where it is settled, or does not fit the plan any more."""
        if self.request.state not in OPEN or self.stale or not self.all_lines:
            return None
        if not effect.touches(self.all_lines):
            return Effect()
        before = rows_of(self.project, effect.LISTS)
        after = applied(before, [line for line in self.all_lines if line.list in effect.LISTS])
        return effect.effect(before, after, days_of)

    def node(self, number: str) -> str:
        """A node of the schedule in words."""
        return f"{number} {self.titles.get(('nodes', number), '')}".strip()

    def firm(self, code: str) -> str:
        """An organisation in words."""
        return self.names.firm(self.names.firms[code]) if code in self.names.firms else code

    @property
    def hidden(self) -> int:
        """How many differences are not shown to the reader."""
        return len(self.all_lines) - len(self.lines)

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of the state."""
        return LIFE.word(self.request.state), LIFE.tone(self.request.state)

    @property
    def rule(self) -> Rule:
        """The rule by which it is (or was) decided."""
        decided = self.request.decided_at
        return deciding.rule_on(self.request.kind, clock.local(decided).date() if decided else clock.today())

    @property
    def cautions(self) -> list[Lazy]:
        """What its kind asks for and it does not keep, while it is open."""
        if self.request.state not in OPEN:
            return []
        before = sum(
            deciding.extension(Line.of(line) for line in lines) is not None for lines in queries.approved_lines(self.project)
        )  # fmt: skip
        return list(deciding.cautions(self.request.kind, self.all_lines, clock.today(), before))

    @property
    def affected(self) -> str:
        """The organisations whose part of the plan it changes."""
        told = self.lines if self.is_partly else self.all_lines
        firms = queries.firms_of(deciding.affected(told, self.now)).values()
        return listed(either(firm.name_zh, firm.name_en) for firm in firms)

    @cached_property
    def stale(self) -> Lazy | None:
        """What is not any more as it was when the change was proposed."""
        if self.request.state not in OPEN:
            return None
        gone = broken(self.now, self.lines if self.is_partly else self.all_lines)
        return tables.told(gone[0]) if gone else None

    @property
    def is_mine(self) -> bool:
        """Whether the reader proposed it."""
        return not_mine(self.actor, self.request) is None

    @cached_property
    def steps(self) -> dict[str, object | None]:
        """The names of the steps that the reader may take, each with what stands in its way."""
        return {step.name: obstacle for step, obstacle in steps(self.actor, LIFE, self.request)}

    @cached_property
    def calls(self) -> list[Lazy]:
        """The single changes that a draft gathers, for its writer."""
        return drafting.named(self.request.asked) if drafting.obstacle(self.actor, self.request) is None else []

    @property
    def history(self) -> list[dict[str, object]]:
        """What happened to it, newest first."""
        events = timeline(self.request, reader=self.actor)
        if queries.knows_internal(self.actor, self.project):
            return feed(events, self.request)
        # An event keeps the name that a request had then, which may tell of what an authority does not get to know.
        return [
            {**said, "text": told(event.verb, str(self.title)), "note": ""}
            for event, said in zip(events, feed(events), strict=True)
        ]

    @property
    def decider(self) -> str:
        """Who decides, in words."""
        return label(self.rule.decider)

    @cached_property
    def approvers(self) -> str:
        """The people who may approve it, while it is open."""
        if self.request.state not in OPEN:
            return ""
        return listed([one.name for one in workflow.approvers(self.request)][:MOST_NAMED])


class TakenOut:
    """The page on which a change is taken out of a draft; `wanted` is its place as an address has it."""

    def __init__(self, actor: Actor, request: ChangeRequest, wanted: str = "") -> None:
        self.request, self.obstacle = request, drafting.obstacle(actor, request)
        plain = wanted.isascii() and wanted.isdigit() and len(wanted) < 6
        self.place = int(wanted) if plain and int(wanted) < len(request.asked) else None

    @cached_property
    def names(self) -> list[Lazy]:
        """What each change of the draft does."""
        return [] if self.obstacle else drafting.named(self.request.asked)

    @property
    def others(self) -> list[Lazy]:
        """Those that build on it, and would go as well."""
        places = [] if self.place is None or self.obstacle else drafting.built_on(self.request.asked, self.place)
        return [self.names[place] for place in places]

    @property
    def is_last(self) -> bool:
        """Whether nothing would be left."""
        return self.place is not None and len(self.others) + 1 == len(self.names)
