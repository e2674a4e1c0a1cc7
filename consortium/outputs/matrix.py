"""Members and milestones, crossed: who has to reach what, when, and who is behind; who is late stands first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from sqlalchemy import select

from consortium.consortia.models import Consortium, Membership
from consortium.core import clock
from consortium.core.db import db
from consortium.core.terms import either, label
from consortium.core.words import _l, listed
from consortium.documents.tables import Column, Table
from consortium.organisations.models import Organisation
from consortium.projects import lights
from consortium.projects.lights import Standing, Verdict
from consortium.projects.models import Milestone, Participant, Project
from consortium.projects.tables import state

#: More milestones than these stand in months.
MOST_COLUMNS = 24
WAYS = ("milestone", "month")


@dataclass(frozen=True)
class Spot:
    """A milestone in its cell: its short name where the column does not bear it, the word and tone of its state, where it leads."""

    name: str
    word: object
    tone: str
    href: str
    title: str

    def __str__(self) -> str:
        return f"{self.name} {self.word}".strip()


@dataclass(frozen=True)
class Head:
    """A column: a milestone or a month."""

    key: Any
    name: str
    note: str = ""
    href: str = ""


@dataclass
class Line:
    """A firm with how its milestones stand, and its cells by the keys of the columns."""

    name: str
    href: str
    standing: Standing
    verdict: Verdict
    cells: dict[Any, list[Spot]] = field(default_factory=lambda: defaultdict(list))

    @property
    def index(self) -> str:
        """The schedule performance index, cut to two decimals; "" while nothing is due."""
        found = self.standing.index
        return "" if found is None else str(found.quantize(Decimal("0.01"), ROUND_DOWN))

    @property
    def note(self) -> object:
        """What stands under the name."""
        found = self.standing
        if not found.milestones:
            return _l("no milestone")
        return _l("%(done)s of %(all)s accepted", done=found.done, all=found.milestones)

    @property
    def facts(self) -> list[tuple[object, str]]:
        """Light with its tone, late ones and index."""
        return [
            (label(self.verdict.light), self.verdict.tone),
            (self.standing.late, ""),
            (self.index or "–", ""),
        ]


@dataclass(frozen=True)
class Matrix:
    """The whole: columns, lines, and by what the columns are made."""

    heads: list[Head]
    lines: list[Line]
    by: str

    @property
    def whole(self) -> Standing:
        """All lines together."""
        return sum((line.standing for line in self.lines), Standing())


def of_project(project: Project, by: str = "") -> Matrix:
    """The lead and the participants of a project against its milestones; two statements."""
    inside = select(Participant.organisation_id).where(Participant.project_id == project.id)
    firms = _firms((Organisation.id == project.lead_id) | Organisation.id.in_(inside))
    return _crossed(_milestones(Milestone.project_id == project.id), firms, by, stage=project.stage)


def of_consortium(consortium: Consortium, by: str = "") -> Matrix:
    """The members of a consortium against the milestones of all its projects that count; two statements."""
    inside = select(Membership.organisation_id).where(Membership.consortium_id == consortium.id, Membership.left_on.is_(None))  # fmt: skip
    firms = _firms(Organisation.id.in_(inside))
    return _crossed(_milestones(Milestone.consortium_id == consortium.id, Project.stage != "stopped"), firms, by)


def _firms(condition: Any) -> list[Any]:
    query = select(Organisation.id, Organisation.name_zh, Organisation.name_en).where(condition)
    return list(db.session.execute(query.order_by(Organisation.id)))


def _milestones(*conditions: Any) -> list[Any]:
    """Plain rows: a matrix of 8,000 cells has no use for objects."""
    query = select(
        Milestone.id, Milestone.number, Milestone.title_zh, Milestone.title_en, Milestone.organisation_id, Milestone.due_on, Milestone.state,
        Milestone.weight, Milestone.reported_on, Milestone.reached_on, Milestone.accepted_on, Milestone.expected_on, Milestone.slip_reason, Project.stage, Project.reference, Project.id.label("project_id"),
    ).join(Project, Project.id == Milestone.project_id)  # fmt: skip
    return list(db.session.execute(query.where(*conditions).order_by(Milestone.due_on, Milestone.id)))


def _crossed(rows: list[Any], firms: Iterable[Any], by: str, stage: str = "") -> Matrix:
    """Lines for all firms (and for those that have a milestone and left), late ones first."""
    today, by = clock.today(), by if by in WAYS else ("month" if len(rows) > MOST_COLUMNS else "milestone")
    several = len({row.project_id for row in rows}) > 1
    own: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        own[row.organisation_id].append(row)
    named = {firm.id: firm for firm in firms}
    if gone := own.keys() - named.keys():
        named |= {firm.id: firm for firm in _firms(Organisation.id.in_(sorted(gone)))}
    lines = [_line(firm, own[number], by, several, today, stage) for number, firm in named.items()]
    return Matrix(_heads(rows, by, several), sorted(lines, key=_urgency), by)


def _line(firm: Any, rows: list[Any], by: str, several: bool, today: date, stage: str) -> Line:
    found = lights.standing((row for row in rows if lights.counts(row.stage)), today)
    # What has not begun has no light of its own, and gives none to its firms; its milestones are counted all the same.
    begun = (
        found
        if stage
        else lights.standing((row for row in rows if lights.counts(row.stage) and row.stage != "draft"), today)
    )
    verdict = lights.of_project(stage, found, today) if stage else lights.of_standing(begun, today)
    line = Line(either(firm.name_zh, firm.name_en), f"/organisations/{firm.id}", found, verdict)
    for row in rows:
        word, tone = state(row, today, row.stage)
        name = "" if by == "milestone" else _short(row, several)
        line.cells[_key(row, by)].append(Spot(name, word, tone, f"/milestones/{row.id}", _titled(row, several)))
    return line


def _titled(row: Any, several: bool) -> str:
    """Name and title, and where it is expected late also when, and why."""
    title = f"{_short(row, several)} {either(row.title_zh, row.title_en)}"
    if not lights.is_slipping(row):
        return title
    late = _l("expected on %(day)s: %(reason)s", day=row.expected_on.isoformat(), reason=row.slip_reason)
    return f"{title} · {late}"


def _urgency(line: Line) -> tuple[Any, ...]:
    found = line.standing
    index = found.index
    return (-found.late, -found.slip, index is None, index or Decimal(0), not found.milestones, line.name)


def _heads(rows: list[Any], by: str, several: bool) -> list[Head]:
    if by == "month":
        return [Head(key, key) for key in sorted({_key(row, by) for row in rows})]
    return [Head(row.id, _short(row, several), row.due_on.isoformat(), f"/milestones/{row.id}") for row in rows]


def _key(row: Any, by: str) -> Any:
    return row.id if by == "milestone" else row.due_on.isoformat()[:7]


def _short(row: Any, several: bool) -> str:
    """`M3`, and with the end of the project's reference (`P01 M3`) where several projects are shown."""
    return f"{row.reference.rpartition('-')[2]} M{row.number}" if several else f"M{row.number}"


def table(found: Matrix) -> Table:
    """The columns of the file: what the page shows."""
    facts = (
        Column("organisation", _l("Organisation"), lambda line: line.name),
        Column("light", _l("Light"), lambda line: label(line.verdict.light)),
        Column("late", _l("Late"), lambda line: line.standing.late, "count"),
        Column("done", _l("Accepted"), lambda line: line.standing.done, "count"),
        Column("milestones", _l("Milestones"), lambda line: line.standing.milestones, "count"),
        Column("due", _l("Weight due"), lambda line: line.standing.due, "count"),
        Column("accepted", _l("Weight accepted"), lambda line: line.standing.accepted, "count"),
        Column("index", _l("SPI"), lambda line: line.index),
    )
    return Table("matrix", _l("Members and milestones"), (*facts, *(_column(head) for head in found.heads)))


def _column(head: Head) -> Column:
    return Column(str(head.key), f"{head.name} {head.note}".strip(), lambda line: listed(line.cells.get(head.key, ())))
