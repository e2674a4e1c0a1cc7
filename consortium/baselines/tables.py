"""The lists of baselines and change requests, and how rows and differences of a plan are written in words."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from consortium.baselines import queries
from consortium.baselines.comparing import ROW, Line
from consortium.baselines.layout import BY_NAME, Field, List, Rows
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.baselines.workflow import LIFE
from consortium.core import clock
from consortium.core.terms import either, label
from consortium.core.words import Lazy, _l
from consortium.documents.tables import Column, Kind, Table
from consortium.organisations.models import Organisation


def _day(moment: datetime | None) -> date | None:
    """The day of a moment in the zone of the platform."""
    return clock.local(moment).date() if moment else None


BASELINES = Table("baselines", _l("Baselines"), (
    Column("name", _l("Baseline"), lambda b: b.title, "link", Baseline.number, lambda b: f"/baselines/{b.id}"),
    Column("as_of", _l("As of"), lambda b: b.as_of, "day", Baseline.as_of),
    Column("frozen_by", _l("Frozen by"), lambda b: b.frozen_by.name, wide=True),
    Column("digest", _l("SHA-256"), lambda b: f"{b.digest[:12]}…", wide=True),
))  # fmt: skip


def brief(request: ChangeRequest) -> str:
    """What a request is called for a reader who does not get to know of all that it would change."""
    return f"CR{request.number} {label(request.kind)}"


def requests(partly: Container[int] = ()) -> Table:
    """Change requests; of those `partly` open to the reader neither title nor words of people are told."""

    def name(request: ChangeRequest) -> Any:
        return brief(request) if request.id in partly else request.title

    return Table("change-requests", _l("Change requests"), (
    Column("summary", _l("Change request"), name, "link", ChangeRequest.number, lambda r: f"/changes/{r.id}"),
    Column("kind", _l("Kind"), lambda r: label(r.kind), sort=ChangeRequest.kind, wide=True),
    Column("state", _l("State"), lambda r: LIFE.word(r.state), "status", ChangeRequest.state, tone=lambda r: LIFE.tone(r.state)),
    Column("proposed_by", _l("Proposed by"), lambda r: r.proposed_by.name, note=lambda r: either(r.proposed_for.name_zh, r.proposed_for.name_en), wide=True),
    Column("submitted_at", _l("Handed in"), lambda r: _day(r.submitted_at), "day", ChangeRequest.submitted_at, wide=True),
    Column("decided_at", _l("Decided"), lambda r: _day(r.decided_at), "day", ChangeRequest.decided_at, wide=True),
))  # fmt: skip


REQUESTS = requests()

#: How values of the layout stand in columns; all others are text.
_KINDS: dict[str, Kind] = {"day": "day", "count": "count"}
#: What became of a row: its word and tone.
CHANGES = {
    "added": (_l("Added"), "ok"),
    "removed": (_l("Removed"), "bad"),
    "changed": (_l("Changed"), "act"),
    "moved": (_l("Moved within limits"), "ok"),
}


class Names:
    """The names of the organisations that rows and lines speak of by their codes, asked at once."""

    def __init__(self, codes: Iterable[str | None] = ()) -> None:
        self.firms = queries.firms_of(codes)

    @classmethod
    def of(cls, rows: Rows, lines: Iterable[Line] = ()) -> Names:
        """Those of some lists and lines."""
        found = {row[field.name] for name in rows for field in _with_firms(BY_NAME[name]) for row in rows[name]}
        for line in lines:
            one = BY_NAME[line.list]
            for field in _with_firms(one):
                found.update(side[field.name] for side in (line.before, line.after) if isinstance(side, dict))
                if field.name == line.field:
                    found.update((line.before, line.after))
                if field.name in one.key:
                    found.add(line.key[one.key.index(field.name)])
        return cls(found)

    def value(self, field: Field, value: Any) -> str:
        """A value in words; nothing is an empty text."""
        if value is None or value == "":
            return ""
        if field.enum is not None:
            return label(field.enum(value))
        if field.kind == "organisation":
            found = self.firms.get(value)
            return self.firm(found) if found else str(value)
        if field.kind == "milestone":
            return f"M{value}"
        if field.kind == "flag":
            return str(_l("Yes") if value == "yes" else _l("No"))
        if field.kind == "money":
            return f"{Decimal(value):,.2f}"
        return str(value)

    def firm(self, firm: Organisation) -> str:
        """An organisation in words."""
        return either(firm.name_zh, firm.name_en)

    def key(self, one: List, key: Sequence[Any], briefly: bool = False) -> str:
        """The key of a row in words; `briefly` leaves out what tells of the money of a firm."""
        if one.name == "milestones":
            return f"M{key[0]}"
        pairs = [(one.field(name), part) for name, part in zip(one.key, key, strict=True)]
        if briefly and one.private:
            pairs = pairs[:1]
        return " · ".join(filter(None, (self.value(field, part) for field, part in pairs)))


def _with_firms(one: List) -> list[Field]:
    return [field for field in one.fields if field.kind == "organisation"]


class BothNames(Names):
    """Organisations by their names in both languages, for words that are kept for readers of either."""

    def firm(self, firm: Organisation) -> str:
        """Both names."""
        return " / ".join(dict.fromkeys(filter(None, (firm.name_zh, firm.name_en))))


def told(line: Line, *, both: bool = False) -> Lazy:
    """A difference without its values, in words that all may read; `both` for readers of either language, as it is to be kept."""
    one, names = BY_NAME[line.list], (BothNames if both else Names).of({}, [line])
    values = {"list": one.label, "row": names.key(one, line.key, briefly=True)}
    if line.field == ROW:
        return (
            _l("%(list)s %(row)s (new)", **values)
            if line.before is None
            else _l("%(list)s %(row)s (removed)", **values)
        )
    return _l("%(list)s %(row)s: %(field)s", field=one.field(line.field).label, **values)


def summed_up(lines: Sequence[Line]) -> Lazy:
    """The first thing that would be different, and how many more; its proposer can say it better."""
    first, more = told(lines[0], both=True), len({(line.list, line.key) for line in lines}) - 1
    return _l("%(first)s (+%(more)s)", first=first, more=more) if more else first


@dataclass(frozen=True)
class Cell:
    """One field of a row, before and after, in words."""

    field: object
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """A row that differs: its list, its name, what became of it (a key of `CHANGES`), and its fields."""

    list: List
    row: str
    title: str
    what: str
    cells: tuple[Cell, ...]

    @property
    def word(self) -> object:
        """What became of it, in a word."""
        return CHANGES[self.what][0]

    @property
    def tone(self) -> str:
        """The tone of the word."""
        return CHANGES[self.what][1]


def changes(lines: Iterable[Line], names: Names, titles: Mapping[tuple[Any, ...], str]) -> list[Change]:
    """Differences as rows with their fields; `titles` are those of rows by list and key."""
    found: list[Change] = []
    for line in lines:
        one = BY_NAME[line.list]
        row, title = names.key(one, line.key), titles.get((line.list, *line.key), "")
        if line.field == ROW:
            side, added = line.before or line.after, line.before is None
            cells = tuple(
                Cell(field.label, "" if added else words, words if added else "")
                for field in one.fields if field.name not in one.key and field.name in side and (words := names.value(field, side[field.name]))
            )  # fmt: skip
            found.append(Change(one, row, title, "added" if added else "removed", cells))
            continue
        field = one.field(line.field)
        cell = Cell(field.label, names.value(field, line.before), names.value(field, line.after))
        if found and (found[-1].list, found[-1].row, found[-1].what) == (one, row, "changed"):
            found[-1] = Change(one, row, title, "changed", (*found[-1].cells, cell))
        else:
            found.append(Change(one, row, title, "changed", (cell,)))
    return found


def titles_of(*sides: Rows) -> dict[tuple[Any, ...], str]:
    """The titles of the rows that have one, by list and key; those of the later side hold."""
    return {
        (name, *(row[part] for part in BY_NAME[name].key)): either(row["title_zh"], row["title_en"])
        for rows in sides for name in rows if any(field.name == "title_zh" for field in BY_NAME[name].fields) for row in rows[name]
    }  # fmt: skip


#: What a file of differences holds: a line a field; a row that came or went without fields stands for itself.
DIFFERENCES = Table("differences", _l("What is different"), (
    Column("list", _l("List"), lambda pair: pair[0].list.label),
    Column("row", _l("Row"), lambda pair: pair[0].row),
    Column("title", _l("Name"), lambda pair: pair[0].title),
    Column("what", _l("What became of it"), lambda pair: pair[0].word),
    Column("field", _l("Field"), lambda pair: pair[1].field if pair[1] else ""),
    Column("before", _l("Before"), lambda pair: pair[1].before if pair[1] else ""),
    Column("after", _l("After"), lambda pair: pair[1].after if pair[1] else ""),
))  # fmt: skip


def flat(found: Iterable[Change]) -> list[tuple[Change, Cell | None]]:
    """Differences as the lines of a file."""
    return [(change, cell) for change in found for cell in (change.cells or (None,))]


def sheet(one: List, names: Names) -> Table:
    """A list of a baseline as a table; its rows are those that were kept."""
    return Table(one.name, one.label, [_column(field, names, wide=place > 3) for place, field in enumerate(one.fields)])


def _column(field: Field, names: Names, wide: bool) -> Column:
    return Column(field.name, field.label, _reader(field, names), _column_kind(field), wide=wide)


def _column_kind(field: Field) -> Kind:
    return "money" if field.kind in ("money", "months") else _KINDS.get(field.kind, "text")


def _reader(field: Field, names: Names) -> Callable[[Mapping[str, Any]], Any]:
    """What reads a field of a kept row as the value of its column."""

    def cell(row: Mapping[str, Any]) -> Any:
        value = row.get(field.name)
        if value is None or value == "":
            return None
        if field.kind == "day":
            return date.fromisoformat(value)
        if field.kind in ("money", "months"):
            return Decimal(value)
        return value if field.kind == "count" else names.value(field, value)

    return cell
