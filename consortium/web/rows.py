"""The body of a list as HTML, written without the template engine: a list of 50 rows has 400 cells, and each costs there ten times as much."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from consortium.core.shares import percent
from consortium.documents.tables import Column, Table


def rows(table: Table, items: Iterable[Any], row_id: str | None = None) -> Markup:
    """The rows of a table; every value is escaped here, and a day, an amount or a number is written as `web.pages` writes it."""
    cells = [_writer(column, head=position == 0) for position, column in enumerate(table.columns)]
    pieces: list[str] = []
    for item in items:
        pieces.append(f'<tr id="{escape(row_id)}-{escape(item.id)}">' if row_id else "<tr>")
        pieces += [cell(item) for cell in cells]
        pieces.append("</tr>\n")
    return Markup("".join(pieces))  # noqa: S704  (each value was escaped when it was written)


def _writer(column: Column, head: bool) -> Callable[[Any], str]:
    """What writes the cells of one column; what is the same in every row is made once."""
    marks = f"{'first' if head else f'k-{column.kind}'}{' n' if column.numeric else ''}{' wide' if column.wide else ''}"
    start, end = (f'<th scope="row" class="{marks}">', "</th>") if head else (f'<td class="{marks}">', "</td>")
    depth_of = column.depth
    nothing = str(
        Markup('<span class="none" aria-hidden="true">–</span><span class="visually-hidden">{}</span>').format(
            _("not given")
        )
    )
    value_of, link_to, note_of = column.value, column.href, column.note
    shown = SHOWN.get(column.kind) or (_status(column) if column.kind == "status" else _text)

    def cell(item: Any) -> str:
        value = value_of(item)
        if value is None or value == "":
            text = nothing
        else:
            text = shown(value, item)
            href = link_to(item) if link_to else None
            if href:
                text = f'<a class="name" href="{escape(href)}">{text}</a>'
        if note_of:
            text += f'<span class="meta">{escape(note_of(item))}</span>'
        begin = start.replace('class="', f'class="in-{min(depth_of(item), 5)} ', 1) if depth_of else start
        return begin + text + end

    return cell


def _text(value: Any, _item: Any) -> str:
    # A plain str: what Markup is added to would be escaped as well.
    return f"{escape(value)}"


def _status(column: Column) -> Callable[[Any, Any], str]:
    return lambda value, item: f'<span class="st st-{escape(column.colour(item))}">{escape(value)}</span>'


def _day(value: datetime.date, _item: Any) -> str:
    return f'<time datetime="{value.isoformat()}">{value.isoformat()}</time>'


def _money(value: Decimal, _item: Any) -> str:
    return f"{value:,.2f}"


def _count(value: int, _item: Any) -> str:
    return f"{value:,}"


def _share(value: Decimal, _item: Any) -> str:
    part = f"{percent(value)}%"
    bar = f'<rect class="sh-none" width="100%" height="5" rx="2.5"/><rect class="sh-act" width="{part}" height="5" rx="2.5"/>'
    return f'{part}<svg class="mini" width="100%" height="5" aria-hidden="true" focusable="false">{bar}</svg>'


SHOWN: dict[str, Callable[[Any, Any], str]] = {"day": _day, "money": _money, "count": _count, "share": _share}


def grid(heads: Iterable[Any], lines: Iterable[Any]) -> Markup:
    """The rows of a wide grid: a line has name, href, note, `facts` (words, tone or "") and cells by the keys of the heads.

    What stands in a cell has name, word, tone, href and title, and is one link each.
    """
    keys = [head.key for head in heads]
    pieces: list[str] = []
    for line in lines:
        pieces.append(
            f'<tr><th scope="row" class="first"><a class="name" href="{escape(line.href)}">{escape(line.name)}</a>'
        )
        pieces.append(f'<span class="meta">{escape(line.note)}</span></th>')
        for words, tone in line.facts:
            shown = f'<span class="st st-{tone}">{escape(words)}</span>' if tone else escape(words)
            pieces.append(f'<td class="{"" if tone else "n"}">{shown}</td>')
        for key in keys:
            spots = line.cells.get(key)
            pieces.append(f"<td>{''.join(map(_spot, spots))}</td>" if spots else "<td></td>")
        pieces.append("</tr>\n")
    return Markup("".join(pieces))  # noqa: S704  (each value was escaped when it was written)


def _spot(spot: Any) -> str:
    name = f"{escape(spot.name)} " if spot.name else ""
    link = f'href="{escape(spot.href)}" title="{escape(spot.title)}"'
    return f'<a class="st st-{escape(spot.tone)}" {link}>{name}{escape(spot.word)}</a>'
