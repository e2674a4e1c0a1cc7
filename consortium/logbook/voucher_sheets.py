"""The vouchers of a month as the second sheet of its workbook, which comes back with new and changed ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.baselines.layout import BY_NAME, Field
from consortium.core import typed, words
from consortium.core.access import Actor
from consortium.core.errors import Refused
from consortium.core.terms import label
from consortium.core.words import _l
from consortium.documents.tables import Column, Table
from consortium.exchange.cells import Firms, Troubles, letter, read
from consortium.exchange.workbook import Grid
from consortium.logbook import expenditure, vouchers
from consortium.logbook.known import mark_of
from consortium.logbook.models import MonthlyLog, Voucher
from consortium.logbook.portrait import MonthPortrait
from consortium.plans.models import CostCategory, MoneySource

TITLE = _l("Vouchers of the month")
#: How many vouchers one workbook brings at most.
MOST = 500
FIELDS = (
    Field("voucher_on", _l("Date of the voucher"), "day"), Field("number", _l("Number"), "line"), Field("payee", _l("Paid to"), "line"),
    Field("category", _l("Head"), "choice:CostCategory"), Field("source", _l("Source"), "choice:MoneySource"), Field("amount", _l("Amount (yuan)"), "money"),
    Field("node", _l("Node"), "line"), Field("note", _l("What it was for"), "text"),
)  # fmt: skip
NEEDED = ("voucher_on", "number", "payee", "category", "source", "amount")
LENGTHS = {"number": 60, "payee": 200, "node": 20, "note": 2000}
_NOBODY = Firms(())
Said = dict[str, str]


def sheet(portrait: MonthPortrait) -> tuple[Table, list[Voucher]]:
    """The sheet with the vouchers that are kept."""
    return Table("vouchers", TITLE, COLUMNS), expenditure.vouchers_of(portrait.log) if portrait.log is not None else []


COLUMNS = tuple(
    Column(field.name, field.label, value, "day" if field.kind == "day" else "money" if field.kind == "money" else "text")
    for field, value in zip(FIELDS, (
        lambda v: v.voucher_on, lambda v: v.number, lambda v: v.payee, lambda v: label(v.category), lambda v: label(v.source), lambda v: v.amount,
        lambda v: v.node.number if v.node else None, lambda v: v.note or None,
    ), strict=True)
)  # fmt: skip


# Reading


def taken(found: Sequence[Grid], portrait: MonthPortrait, troubles: Troubles) -> str:
    """The vouchers of a workbook that are new or differ from those that are kept, as text for the form; what is wrong goes to `troubles`."""
    grid = next((one for one in found if _folded(one.title) in _spoken(TITLE)), None)
    if grid is None or not grid.rows:
        return ""
    places = {field.name: place for field in FIELDS if (place := _place(grid, field)) is not None}
    if lacking := next((field for field in FIELDS if field.name in NEEDED and field.name not in places), None):
        troubles.add(
            grid.title,
            1,
            "",
            "",
            _l(
                "The sheet of the vouchers has no column “%(name)s”. Download the workbook here, and leave its first row as it is.",
                name=lacking.label,
            ),
        )
        return ""
    numbers = {node.number for node, _ in portrait.nodes}
    rows: list[Said] = []
    stood: set[tuple[str, ...]] = set()
    for number, cells in grid.rows:
        row = _row(grid, number, cells, places, numbers, troubles)
        spot = _place_of(row)
        if row.keys() >= set(NEEDED) and spot in stood:
            troubles.add(
                grid.title,
                number,
                letter(places["number"]),
                row["number"],
                _l("This voucher stands in the sheet twice."),
            )
        stood.add(spot)
        rows.append(row)
    rows = _parts(rows, _kept(portrait.log))
    if len(rows) > MOST:
        troubles.add(grid.title, None, "", "", _l("At most %(most)s vouchers can be brought at once.", most=MOST))
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def _row(
    grid: Grid, number: int, cells: Sequence[Any], places: Mapping[str, int], nodes: set[str], troubles: Troubles
) -> Said:
    row: Said = {}
    for field in FIELDS:
        place = places.get(field.name)
        cell = cells[place] if place is not None and place < len(cells) else None
        try:
            if place is not None and (number, letter(place)) in set(grid.formulas):
                raise Refused(_l("This is a formula. Put its value here."))
            blank = cell is None or (isinstance(cell, str) and not cell.strip())
            if blank and field.name in NEEDED:
                raise Refused(_l("Please fill in “%(label)s”.", label=field.label))
            row[field.name] = (
                "" if blank else _fitting(field.name, read(BY_NAME["budget"], _readable(field), cell, _NOBODY), nodes)
            )
        except Refused as problem:
            troubles.add(grid.title, number, letter(place or 0), cell, problem.message)
    return row


def _readable(field: Field) -> Field:
    """The field as cells are read: names and numbers as text of several lines, whose length is looked at here."""
    return (
        field
        if field.enum is not None or field.kind != "line"
        else Field(field.name if field.name == "number" else "text", field.label, "text")
    )


def _fitting(name: str, value: str, nodes: set[str]) -> str:
    if name in LENGTHS:
        value = (typed.text if name == "note" else typed.line)(value, LENGTHS[name])
    if name == "node" and value not in nodes:
        raise Refused(_l("Your organisation works in no node with this number."))
    return value


def _place(grid: Grid, field: Field) -> int | None:
    spoken = _spoken(field.label)
    return next(
        (place for place, head in enumerate(grid.head) if head is not None and _folded(str(head)) in spoken), None
    )


def _mark(row: Said) -> str:
    return mark_of(row.get("number", ""), row.get("payee", ""))


def _place_of(row: Said) -> tuple[str, ...]:
    """What no two rows of a sheet have in common: the invoice, and where a part of it stands."""
    return _mark(row), *(row.get(name, "") for name in ("category", "source", "node"))


def _parts(rows: Sequence[Said], kept: Mapping[str, list[Said]]) -> list[Said]:
    """The rows that are new or changed, each with the number of the part of its invoice: where one stands already, else the next."""
    free = {mark: list(parts) for mark, parts in kept.items()}
    last = {mark: int(parts[-1]["part"]) for mark, parts in kept.items()}
    found: list[Said] = []
    for same in (True, False):  # first the parts that stay where they are, then those that moved or are new
        for row in rows:
            if "part" in row:
                continue
            there = free.setdefault(_mark(row), [])
            old = (
                next((one for one in there if _place_of(one) == _place_of(row)), None)
                if same
                else next(iter(there), None)
            )
            if old is not None:
                there.remove(old)
                row["part"] = old["part"]
                if row != old:
                    found.append(row)
            elif not same:
                last[_mark(row)] = last.get(_mark(row), 0) + 1
                row["part"] = str(last[_mark(row)])
                found.append(row)
    return found


def _kept(log: MonthlyLog | None) -> dict[str, list[Said]]:
    """The parts of each invoice that are kept, in their order."""
    rows = expenditure.vouchers_of(log) if log is not None else []
    found: dict[str, list[Said]] = {}
    for row in sorted(rows, key=lambda row: row.part):
        found.setdefault(row.mark, []).append(_said(row))
    return found


def _said(row: Voucher) -> Said:
    return {
        "part": str(row.part), "voucher_on": row.voucher_on.isoformat(), "number": row.number, "payee": row.payee, "category": row.category.value, "source": row.source.value,
        "amount": f"{row.amount:.2f}", "node": row.node.number if row.node else "", "note": row.note,
    }  # fmt: skip


def _spoken(word: object) -> set[str]:
    found = set()
    for tongue in ("en", "zh_Hans"):
        with words.reading_in(tongue):
            found.add(_folded(str(word)))
    return found


def _folded(text: str) -> str:
    return " ".join(text.translate(typed.NARROW).casefold().split())


# Keeping


def said(text: str) -> list[Said]:
    """The vouchers that a form carries; Refused where that is none of ours."""
    try:
        found = json.loads(text) if text.strip() else []
        rows = [{name: row[name] for name in ("part", *(field.name for field in FIELDS))} for row in found]
        if len(rows) > MOST or not all(isinstance(value, str) for row in rows for value in row.values()):
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused(
            _l("The vouchers of the sheet could not be read again. Please choose the sheet once more.")
        ) from None
    return rows


def bring(actor: Actor, log: MonthlyLog, rows: Sequence[Said], nodes: Mapping[str, int]) -> MonthlyLog:
    """Enter the vouchers of a sheet in a month, and amend those that it has already."""
    kept = {(row.mark, str(row.part)): row for row in expenditure.vouchers_of(log)}
    for row in rows:
        try:
            values = dict(_values(row, nodes))
            there = kept.get((mark_of(values["number"], values["payee"]), row["part"]))
            if there is None:
                vouchers.enter(actor, log, **values, further=row["part"] != "1")
            else:
                vouchers.amend(actor, there, **values, known_because=there.known_because)
        except Refused as problem:
            sentence = next(iter(problem.fields.values()), problem.message)
            raise Refused(_l("Voucher %(number)s: %(sentence)s", number=row["number"], sentence=sentence)) from None
    return log


def _values(row: Said, nodes: Mapping[str, int]) -> Iterator[tuple[str, Any]]:
    try:
        yield "category", CostCategory(row["category"])
        yield "source", MoneySource(row["source"])
    except ValueError:
        raise Refused(_l("There is no such head or source of money.")) from None
    yield "voucher_on", _day(row["voucher_on"])
    yield "amount", _money(row["amount"])
    for name in ("number", "payee"):
        yield name, typed.line(row[name], LENGTHS[name])
    yield "note", typed.text(row["note"], LENGTHS["note"])
    if row["node"] and row["node"] not in nodes:
        raise Refused(_l("Your organisation works in no node with this number."))
    yield "node_id", nodes.get(row["node"])


def _day(text: str) -> date:
    return typed.day(text)


def _money(text: str) -> Decimal:
    return typed.money(text)
