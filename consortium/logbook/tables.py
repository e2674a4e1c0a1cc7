"""The logs of a project: firms crossed with months, the list for files, and the sheet of one month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from consortium.core.terms import label
from consortium.core.words import _l
from consortium.documents.tables import Column, Table
from consortium.logbook.models import Voucher
from consortium.logbook.workflow import LOG
from consortium.projects.tables import titled

#: One row for each log.
LOGS = Table(
    "logs",
    _l("Monthly logs of this project"),
    (
        Column("month", _l("Month"), lambda row: f"{row.sum.month:%Y-%m}"),
        Column("organisation", _l("Organisation"), lambda row: titled(row.firm)),
        Column("code", _l("Code of the organisation"), lambda row: row.firm.code),
        Column("state", _l("State"), lambda row: LOG.word(row.sum.state)),
        Column("months", _l("Person-months"), lambda row: row.sum.months, "money"),
        Column("money", _l("Spent (yuan)"), lambda row: row.sum.money, "money"),
    ),
)


#: One row for each voucher.
VOUCHERS = Table(
    "vouchers",
    _l("Vouchers of this project"),
    (
        Column("voucher_on", _l("Date of the voucher"), lambda v: v.voucher_on, "day", Voucher.voucher_on),
        Column("number", _l("Number"), lambda v: v.title, "link", Voucher.number, href=lambda v: f"/vouchers/{v.id}"),
        Column("payee", _l("Paid to"), lambda v: v.payee, sort=Voucher.payee, wide=True),
        Column("organisation", _l("Organisation"), lambda v: titled(v.organisation), wide=True),
        Column("category", _l("Head"), lambda v: label(v.category), sort=Voucher.category, wide=True),
        Column("source", _l("Source"), lambda v: label(v.source), sort=Voucher.source, wide=True),
        Column("node", _l("Node"), lambda v: v.node.number if v.node else "", wide=True),
        Column("amount", _l("Amount (yuan)"), lambda v: v.amount, "money", Voucher.amount),
        Column("files", _l("Files"), lambda v: len(v.evidence), "count", wide=True),
        Column("known", _l("Known already"), lambda v: v.known_because, wide=True),
    ),
)  # fmt: skip


def yuan(amount: Any) -> str:
    """An amount as small lines show it."""
    return f"¥{amount:,.2f}"


def crossing(months: Sequence[date]) -> Table:
    """Person-months and money of firms (down) by month (across); the rows are `portrait.Line`."""
    columns = [_month(month) for month in months]
    return Table("logs", _l("Person-months and spending by organisation and month"), (_first(), *_whole(), *columns))


def totals(months: Sequence[date]) -> Table:
    """The last line of the crossing: all firms together."""
    columns = [replace(_month(month), kind="text", href=None) for month in months]
    return Table("totals", _l("Together"), (_first(), *_whole(), *columns))


def _month(month: date) -> Column:
    def of(name: str) -> Callable[[Any], Any]:
        return lambda line: getattr(line, name)(month)

    return Column(
        f"m{month:%Y%m}", f"{month:%Y-%m}", of("word"), "status", href=of("href"), tone=of("tone"), note=of("note")
    )


def _first() -> Column:
    return Column("organisation", _l("Organisation"), lambda line: line.name)


def _whole() -> tuple[Column, Column]:
    return (
        Column("months", _l("Person-months in all"), lambda line: line.months, "money", wide=True),
        Column("money", _l("Spent in all (yuan)"), lambda line: line.money, "money", wide=True),
    )


#: The month of a firm as a sheet to fill in; the rows are `sheets.Row`.
SHEET_COLUMNS = (
    Column("month", _l("Month"), lambda row: row.month),
    Column("organisation", _l("Code of the organisation"), lambda row: row.code),
    Column("what", _l("What"), lambda row: row.what),
    Column("item", _l("Node or head"), lambda row: row.item),
    Column("source", _l("Source"), lambda row: row.source),
    Column("name", _l("Name"), lambda row: row.name),
    Column("last", _l("Last logged"), lambda row: row.last, "money"),
    Column("value", _l("This month"), lambda row: row.value, "money"),
    Column("so_far", _l("So far"), lambda row: row.so_far, "money"),
    Column("planned", _l("By plan"), lambda row: row.planned, "money"),
)
