"""Rows of the crossing of nodes and firms as HTML, as `web.rows` writes those of lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape


def crossed(firms: Sequence[Any], rows: Iterable[Any]) -> Markup:
    """A row for each of `rows` (`plans.portrait.Crossed`) with a cell for each firm; a cell without work is empty, since most are, and the total of a row without any is a dash."""
    places = {firm.id: place for place, firm in enumerate(firms)}
    written = []
    for row in rows:
        cells = ["<td></td>"] * len(places)
        for firm, months in row.months.items():
            cells[places[firm]] = f'<td class="k-money n">{months:,.2f}</td>'
        name = escape(row.name)
        head = f'<a class="name" href="{row.href}">{name}</a>' if row.href else name
        total = f"{row.total:,.2f}" if row.months else "–"
        written.append(
            f'<tr><th scope="row" class="in-{min(row.depth, 5)} first">{head}</th>{"".join(cells)}<td class="k-money n">{total}</td></tr>\n'
        )
    return Markup("".join(written))  # noqa: S704 - each value was escaped
