"""The form of a month: a field for each node and for each head and source, made for the firm at hand."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import HiddenField

from consortium.core.errors import Refused
from consortium.core.terms import label
from consortium.core.words import _l
from consortium.logbook import voucher_sheets
from consortium.logbook.models import MonthlyLog
from consortium.logbook.portrait import MonthPortrait
from consortium.logbook.services import effort_cell, money_cell
from consortium.logbook.sheets import LONGEST_NOTE
from consortium.plans.tables import named
from consortium.web.fields import CountField, FilesField, MoneyField, MonthsField, TextField
from consortium.web.forms import Edit

#: What the names of the fields of this form begin with, as `services` names the cells.
BEGINNINGS = ("effort_", "spent_")


class Kept:
    """What is kept of a month, by the names of the fields; `version` is 0 while nothing is."""

    def __init__(self, portrait: MonthPortrait, begin: dict[str, Any] | None = None) -> None:
        self.version = portrait.log.version if portrait.log is not None else 0
        self.note = portrait.log.note if portrait.log is not None else ""
        self.people = (portrait.log.people or None) if portrait.log is not None else None
        self.sheet: list[Any] = []
        self.__dict__.update(portrait.values(portrait.log) if begin is None else begin)


class LogForm(Edit):
    """What a firm worked and spent in a month."""

    note = TextField(
        _l("Notes on progress"), LONGEST_NOTE, rows=4,
        description=_l("What was reached, what went slower than planned, and why."),
    )  # fmt: skip
    people = CountField(
        _l("People who worked"), max=100_000,
        description=_l("Only where more people worked than the plan needs in this month. One person working full time for a month is 1.00 person-months."),
    )  # fmt: skip
    sheet = FilesField(
        _l("Filled-in sheet"), most=1, kinds=("xlsx",), size=2_000_000,
        description=_l("Its values come into the fields above. Nothing is saved before you have looked at them."),
    )  # fmt: skip

    vouchers = HiddenField()

    def __init__(self, portrait: MonthPortrait, obj: Kept, **kwargs: Any) -> None:
        self.portrait = portrait
        cells: list[tuple[str, Any]] = [(effort_cell(node), MonthsField(named(node))) for node, _ in portrait.nodes]
        for head, source in portrait.keys:
            words = _l("%(head)s, %(source)s", head=label(head), source=label(source))
            cells.append((money_cell((head, source)), MoneyField(words)))
        # WTForms makes the fields of an instance from this list of its class.
        unbound: list[Any] = type(self)._unbound_fields  # type: ignore[has-type, misc]
        self._unbound_fields = [*cells, *unbound]
        super().__init__(obj=obj, **kwargs)

    def compare(self) -> None:
        super().compare()
        for name in ("sheet", "vouchers"):
            self[name].__dict__.pop("theirs", None)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        gone = [
            name for name, typed in request.form.items()
            if name.startswith(BEGINNINGS) and name not in self._fields and typed.strip()
        ]  # fmt: skip
        if gone:
            self.form_errors.append(
                _l(
                    "The plan has changed meanwhile: you typed work on a node in which your organisation works no longer."
                )
            )
        return good and not gone

    @property
    def brought(self) -> list[dict[str, str]]:
        """The vouchers of a sheet that wait to be saved."""
        try:
            return voucher_sheets.said(self.vouchers.data or "")
        except Refused:
            return []

    def bring(self, actor: Any, log: MonthlyLog) -> MonthlyLog:
        """Enter these vouchers in the month."""
        nodes = {node.number: node.id for node, _ in self.portrait.nodes}
        return voucher_sheets.bring(actor, log, voucher_sheets.said(self.vouchers.data or ""), nodes)

    def values(self) -> dict[str, Any]:
        return {
            "month": self.portrait.month,
            "organisation": self.portrait.firm,
            "note": self.note.data,
            "people": self.people.data,
            "efforts": {node: self[effort_cell(node)].data for node, _ in self.portrait.nodes},
            "spending": {key: self[money_cell(key)].data for key in self.portrait.keys},
        }
