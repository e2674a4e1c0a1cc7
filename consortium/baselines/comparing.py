"""What is different between two plans, field by field. Pure: no database, no clock, and no judgement on what may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consortium.baselines.layout import BY_NAME, EVERY, List, Rows, in_order, whole, whole_key

#: The field under which a whole row was added or removed; `after` or `before` is then the row.
ROW = ""


@dataclass(frozen=True)
class Line:
    """One difference: `field` of the row `key` of a list. With `field` blank the whole row is new (`after`) or gone (`before`)."""

    list: str
    key: tuple[Any, ...]
    field: str
    before: Any
    after: Any

    @property
    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "list": self.list,
            "key": list(self.key),
            "field": self.field,
            "before": self.before,
            "after": self.after,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Line:
        """As it was kept."""
        one, field = BY_NAME[kept["list"]], kept["field"]
        before, after = (
            whole(one, side) if field == ROW and isinstance(side, dict) else side
            for side in (kept["before"], kept["after"])
        )
        return cls(one.name, whole_key(one, kept["key"]), field, before, after)


def differences(before: Rows, after: Rows, lists: Sequence[List] = EVERY) -> list[Line]:
    """All differences, in the order of the lists and of their keys; a list that one side does not have at all is not compared."""
    found: list[Line] = []
    for one in lists:
        if one.name in before and one.name in after:
            found += _of_list(one, before[one.name], after[one.name])
    return found


def _of_list(one: List, before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]) -> list[Line]:
    old, new = _by_key(one, before), _by_key(one, after)
    lines: list[Line] = []
    for row in in_order(one, {**old, **new}.values()):
        key = _key(one, row)
        if key not in old or key not in new:
            lines.append(Line(one.name, key, ROW, old.get(key), new.get(key)))
            continue
        # A field that the layout got later is missing in old baselines, and then says nothing.
        names = [field.name for field in one.fields if field.name in old[key] and field.name in new[key]]
        pairs = ((name, old[key][name], new[key][name]) for name in names)
        lines += [Line(one.name, key, name, was, will) for name, was, will in pairs if was != will]
    return lines


def applied(rows: Rows, lines: Iterable[Line], lists: Sequence[List] = EVERY) -> Rows:
    """The rows with the lines carried out on them; ValueError where a line does not find what it says was there."""
    found = {name: dict(_by_key(one, rows[name])) for one in lists if (name := one.name) in rows}
    for line in lines:
        table = found[line.list]
        if not holds(line, table.get(line.key)):
            raise ValueError(f"{line.list} {line.key} is not as the line says.")
        if line.field != ROW:
            table[line.key] = {**table[line.key], line.field: line.after}
        elif line.after is None:
            del table[line.key]
        else:
            table[line.key] = dict(line.after)
    return {one.name: in_order(one, found[one.name].values()) for one in lists if one.name in found}


def holds(line: Line, row: Mapping[str, Any] | None) -> bool:
    """Whether a row (None: there is none) is still as it was before the line."""
    if line.field == ROW:
        return row == line.before if line.before is not None else row is None
    return row is not None and row.get(line.field) == line.before


def broken(rows: Rows, lines: Iterable[Line], lists: Sequence[List] = EVERY) -> list[Line]:
    """The lines that do not hold any more."""
    found = {one.name: _by_key(one, rows[one.name]) for one in lists if one.name in rows}
    return [line for line in lines if not holds(line, found[line.list].get(line.key))]


def _by_key(one: List, rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {_key(one, row): row for row in (whole(one, row) for row in rows)}


def _key(one: List, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in one.key)
