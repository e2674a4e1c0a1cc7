"""The form of a voucher; the names of its fields are the parameters of the services."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField

from consortium.core.errors import Problem
from consortium.core.terms import either, label
from consortium.core.words import _l
from consortium.logbook.models import Voucher
from consortium.logbook.portrait import MonthPortrait
from consortium.plans.models import MoneySource
from consortium.plans.queries import NodeRow
from consortium.projects.forms import declaration
from consortium.web.fields import ChoiceField, DayField, FilesField, LineField, ManyChoiceField, MoneyField, TextField
from consortium.web.forms import Edit, Form


class VoucherForm(Form):
    """What was paid, to whom, when, and what shows it."""

    voucher_on = DayField(_l("Date of the voucher"), required=True)
    number = LineField(_l("Number of the voucher or invoice"), 60, required=True)
    payee = LineField(_l("Paid to"), 200, required=True, description=_l("The supplier, or the person who was paid."))
    amount = MoneyField(
        _l("Amount"), required=True, description=_l("What counts for this project; 1.2万 is understood, too.")
    )
    category = ChoiceField(_l("Head"), required=True)
    source = ChoiceField(_l("Source of money"), MoneySource, required=True)
    node_id = ChoiceField(_l("Belongs to"), blank=_l("The whole project"))
    note = TextField(_l("What it was for"), 2000, rows=2)
    free_of_secrets = declaration()
    files = FilesField(
        _l("Invoice or receipt"), most=5, kept_if="free_of_secrets",
        description=_l("Up to 5 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."),
    )  # fmt: skip
    further = BooleanField(
        _l("It is a further part of that invoice"),
        description=_l("Where one invoice is split over heads, sources or nodes. It gets the files of the first part."),
    )  # fmt: skip
    known_because = TextField(
        _l("Why it is right though it is known already"), 2000, rows=2,
        description=_l("Only for a voucher or a file that is known on this platform already, such as an invoice whose cost two projects share."),
    )  # fmt: skip

    def __init__(self, portrait: MonthPortrait, **kwargs: Any) -> None:
        self.heads = portrait.heads
        self.nodes: dict[int, NodeRow] = {node.id: node for node, _ in portrait.nodes}
        self.asks_why = self.asks_part = False
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["category"].choices = [(head, label(head)) for head in self.heads]
        self["node_id"].choices = [
            (number, f"{node.number} {either(node.title_zh, node.title_en)}") for number, node in self.nodes.items()
        ]
        super().process(*args, **kwargs)

    def refuse(self, problem: Problem) -> None:
        super().refuse(problem)
        self.asks_why |= "known_because" in problem.fields
        self.asks_part |= "further" in problem.fields


class VoucherEdit(VoucherForm, Edit):
    """The same on a voucher that exists; `gone` are files of it that are taken away."""

    further = None
    gone = ManyChoiceField(_l("Take these files away"))

    def __init__(self, portrait: MonthPortrait, *, obj: Voucher, **kwargs: Any) -> None:
        self.there = list(obj.files)
        super().__init__(portrait, obj=_Said(obj), **kwargs)
        self.asks_why = bool(obj.known_because)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["gone"].choices = [(file.id, file.name) for file in self.there]
        super().process(*args, **kwargs)

    def compare(self) -> None:
        super().compare()
        for name in ("files", "gone", "free_of_secrets"):
            self[name].__dict__.pop("theirs", None)


class _Said:
    """A voucher as its form begins: without its files, which are not chosen again."""

    def __init__(self, row: Voucher) -> None:
        names = (
            "voucher_on",
            "number",
            "payee",
            "amount",
            "category",
            "source",
            "node_id",
            "note",
            "known_because",
            "version",
        )
        self.__dict__.update({name: getattr(row, name) for name in names})
