"""The form of a month: a field for each node and for each head and source, made for the firm at hand."""

from __future__ import annotations

from typing import Any

from flask import request

from consortium.core.terms import label
from consortium.core.words import _l
from consortium.logbook.portrait import MonthPortrait
from consortium.logbook.sheets import LONGEST_NOTE
from consortium.plans.tables import named
from consortium.web.fields import FilesField, MoneyField, MonthsField, TextField
from consortium.web.forms import Edit

#: What the names of the fields of this form begin with, as `services` names the cells.
BEGINNINGS = ("effort_", "spent_")


class Kept:
    """What is kept of a month, by the names of the fields; `version` is 0 while nothing is."""

    def __init__(self, portrait: MonthPortrait, begin: dict[str, Any] | None = None) -> None:
        self.version = portrait.log.version if portrait.log is not None else 0
        self.note = portrait.log.note if portrait.log is not None else ""
        self.sheet: list[Any] = []
        self.__dict__.update(portrait.values(portrait.log) if begin is None else begin)


class LogForm(Edit):
    """What a firm worked and spent in a month."""

    note = TextField(
        _l("Notes on progress"), LONGEST_NOTE, rows=4,
        description=_l("What was reached, what went slower than planned, and why."),
    )  # fmt: skip
    sheet = FilesField(
        _l("Filled-in sheet"), most=1, kinds=("xlsx",), size=2_000_000,
        description=_l("Its values come into the fields above. Nothing is saved before you have looked at them."),
    )  # fmt: skip

    def __init__(self, portrait: MonthPortrait, obj: Kept, **kwargs: Any) -> None:
        self.portrait = portrait
        cells: list[tuple[str, Any]] = []
        for cell in portrait.cells:
            if cell.node is not None:
                cells.append((cell.name, MonthsField(named(cell.node))))
            elif cell.key is not None:
                head, source = cell.key
                cells.append(
                    (cell.name, MoneyField(_l("%(head)s, %(source)s", head=label(head), source=label(source))))
                )
        # WTForms makes the fields of an instance from this list of its class.
        unbound: list[Any] = type(self)._unbound_fields  # type: ignore[has-type, misc]
        self._unbound_fields = [*cells, *unbound]
        super().__init__(obj=obj, **kwargs)

    def compare(self) -> None:
        super().compare()
        self.sheet.__dict__.pop("theirs", None)

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

    def values(self) -> dict[str, Any]:
        cells = self.portrait.cells
        return {
            "month": self.portrait.month,
            "organisation": self.portrait.firm,
            "note": self.note.data,
            "efforts": {cell.node: self[cell.name].data for cell in cells if cell.node is not None},
            "spending": {cell.key: self[cell.name].data for cell in cells if cell.key is not None},
        }
