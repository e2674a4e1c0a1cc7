"""Chapters of a report that are tables of plain cells: written once, and shown alike by page, paper, workbook and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from consortium.agreements.facts import Facts, Pair, pair
from consortium.reports.basis import Basis

#: What the cells of a column are: `text` a pair of texts, the others plain text (`money` yuan, `months` person-months, `share` a part of one).
Kind = Literal["text", "code", "money", "months", "count", "number", "share", "day"]
Chapter = Callable[[Basis], Facts]
#: A table with more rows is long: page and paper list so many of them, and so many of what a figure follows from; workbook, CSV and the facts hold all.
MOST, LISTED, RECORDS = 200, 100, 50


def column(name: str, zh: str, en: str, kind: Kind = "text") -> Facts:
    """One column of a table."""
    return {"name": name, "label": pair(zh, en), "kind": kind}


def printed(count: int, fresh: Sequence[int] | None = None, most: int = LISTED) -> Facts:
    """Of a long table the places of the rows that page and paper list, and what is said of the others; nothing of one that stands whole.

    `fresh` are the places of what is new or changed in the period, where that is known: the others were in a report before.
    """
    if count <= MOST:
        return {}
    listed = list(range(count) if fresh is None else fresh)[:most]
    left = count - len(listed)
    more = pair(
        f"{'另有' if listed else '共有'} {left} 条，见本报告的 Excel 文件。",
        f"{left} {'more ' if listed else ''}{'is' if left == 1 else 'are'} in the Excel file of this report.",
    )
    return {"printed": listed, "more": more}


def table(
    name: str, caption: Pair, columns: Iterable[Facts], rows: Iterable[Iterable[Any]], total: Iterable[Any] = (), fresh: Iterable[bool] | None = None,
) -> Facts:  # fmt: skip
    """One table: as many cells in each row, and in the line below them if there is one, as there are columns.

    Where it is long, page and paper list what is `fresh`, which is said of each row.
    """
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
    places = None if fresh is None else [place for place, new in enumerate(fresh) if new]
    return found | printed(len(found["rows"]), places)


def chapter(name: str, title: Pair, nothing: Pair, tables: Iterable[Facts], notes: Iterable[Pair] = ()) -> Facts:
    """A chapter: `nothing` is said in place of its tables where all of them are empty."""
    filled = [one for one in tables if one["rows"]]
    return {"id": name, "title": title, "notes": list(notes) if filled else [nothing], "tables": filled}
