"""Chapters of a report that are tables of plain cells: written once, and shown alike by page, paper, workbook and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from consortium.agreements.facts import Facts, Pair, pair
from consortium.reports.basis import Basis

#: What the cells of a column are: `text` a pair of texts, the others plain text (`money` yuan, `months` person-months, `share` a part of one).
Kind = Literal["text", "code", "money", "months", "count", "number", "share", "day"]
Chapter = Callable[[Basis], Facts]


def column(name: str, zh: str, en: str, kind: Kind = "text") -> Facts:
    """One column of a table."""
    return {"name": name, "label": pair(zh, en), "kind": kind}


def table(
    name: str, caption: Pair, columns: Iterable[Facts], rows: Iterable[Iterable[Any]], total: Iterable[Any] = ()
) -> Facts:
    """One table: as many cells in each row, and in the line below them if there is one, as there are columns."""
    found = {
        "name": name,
        "caption": caption,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "total": list(total),
    }
    for row in [*found["rows"], found["total"] or found["columns"]]:
        if len(row) != len(found["columns"]):
            raise ValueError(f"A row of {name} has {len(row)} cells for {len(found['columns'])} columns.")
    return found


def chapter(name: str, title: Pair, nothing: Pair, tables: Iterable[Facts], notes: Iterable[Pair] = ()) -> Facts:
    """A chapter: `nothing` is said in place of its tables where all of them are empty."""
    filled = [one for one in tables if one["rows"]]
    return {"id": name, "title": title, "notes": list(notes) if filled else [nothing], "tables": filled}
