"""The rows of a month as HTML, written without the template engine: a firm can work in hundreds of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from consortium.core.terms import label
from consortium.core.words import _l
from consortium.logbook.portrait import Cell
from consortium.plans.tables import named


class Rows:
    """Writes the parts of rows in the reader's language, whose sentences are looked up once; `last` is the month at hand, if there is one."""

    def __init__(self, last: str = "") -> None:
        self.last = f"{escape(last)}{escape(_l(': '))}" if last else ""
        self.beyond = f'<span class="st st-warn">{escape(_l("more than planned"))}</span>'
        self.nothing = f'<span class="none" aria-hidden="true">–</span><span class="visually-hidden">{escape(_l("not given"))}</span>'
        # Escaped with their places in them, which are filled with numbers and days alone.
        self.planned, self.alone = str(escape(_l("so far %(sum)s of %(plan)s"))), str(escape(_l("so far %(sum)s")))
        self.term = str(escape(_l("%(first)s to %(last)s")))

    def amount(self, value: Decimal | None) -> str:
        """A number with two decimals, or that there is none."""
        return self.nothing if value is None else f"{value:,.2f}"

    def against(self, row: Cell) -> Markup:
        """So far and planned; what is beyond the plan says so."""
        warned = f"<div>{self.beyond}</div>" if row.node and row.beyond else ""
        return Markup(f"{row.so_far:,.2f} / {self.amount(row.planned)}{warned}")  # noqa: S704 - numbers and own words

    def at_hand(self, row: Cell) -> Markup:
        """The same on one line, for small screens; what is nothing is left out."""
        before = f"{self.last}{row.last:,.2f} · " if self.last and row.last else ""
        told = ""
        if row.planned:
            told = self.planned % {"sum": f"{row.so_far:,.2f}", "plan": f"{row.planned:,.2f}"}
        elif row.so_far:
            told = self.alone % {"sum": f"{row.so_far:,.2f}"}
        warned = f" {self.beyond}" if row.node and row.beyond else ""
        return Markup(f'<span class="meta d-md-none">{before}{told}{warned}</span>')  # noqa: S704 - as above

    def entries(self, cells: Iterable[Cell], form: Any, troubles: Callable[[Any, Any], str]) -> Markup:
        """The rows in which something is typed; `troubles` writes what is wrong with a field, or was saved by others meanwhile."""
        return Markup("".join(self._entry(row, form[row.name], troubles) for row in cells))  # noqa: S704 - written here

    def _entry(self, row: Cell, field: Any, troubles: Callable[[Any, Any], str]) -> str:
        words, note = "", ""
        if row.node is not None:
            days = {"first": row.node.starts_on.isoformat(), "last": row.node.ends_on.isoformat()}
            words, note = named(row.node), f'<span class="meta">{self.term % days}</span>'
        elif row.key is not None:
            words = label(row.key[0])
        return (
            f'<tr><th scope="row" class="first">{escape(words)}{note}{self.at_hand(row)}</th><td class="n wide">{self.amount(row.last)}</td>'
            f'<td class="n">{_control(field, troubles)}</td><td class="n wide">{self.against(row)}</td></tr>\n'
        )


def _control(field: Any, troubles: Callable[[Any, Any], str]) -> str:
    """A field in a cell of a table: its label is read out, and what is wrong stands below it."""
    name, wrong = escape(field.id), bool(field.errors)
    marks = f' aria-describedby="{name}-error" aria-invalid="true"' if wrong else ""
    below = troubles(field, None) if wrong or hasattr(field, "theirs") else ""
    return (
        f'<label class="visually-hidden" for="{name}">{escape(field.label.text)}</label><input type="text" class="form-control num'
        f'{" is-invalid" if wrong else ""}" id="{name}" name="{name}" value="{escape(field._value())}" size="10" inputmode="decimal"'
        f' autocomplete="off"{marks}>{below}'
    )
