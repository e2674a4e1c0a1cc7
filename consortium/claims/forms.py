"""Forms on claims and payments; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from consortium.agreements.tables import LANGUAGES
from consortium.claims.models import ClaimLine, PaymentKind
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.plans.models import MoneySource
from consortium.projects.forms import Finding, Staffed, WithFiles, declaration, files_again, word_read
from consortium.web.fields import ChoiceField, DayField, FilesField, LineField, ManyChoiceField, MoneyField, TextField
from consortium.web.forms import Form


class DrawUpForm(Staffed):
    """The months that are claimed, for which organisation, and with how much of indirect costs."""

    organisation_id = ChoiceField(_l("Organisation"), required=True)
    starts_on = ChoiceField(_l("First month"), required=True)
    ends_on = ChoiceField(_l("Last month"), required=True)
    indirect = MoneyField(
        _l("Indirect costs"), description=_l("Blank: as much as the rule of the project allows beside these vouchers.")
    )

    def __init__(self, firms: Iterable[Organisation], months: Sequence[date], **kwargs: Any) -> None:
        self.months = list(months)
        super().__init__(firms, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        for name in ("starts_on", "ends_on"):
            self[name].choices = [(month, f"{month:%Y-%m}") for month in self.months]
        super().process(*args, **kwargs)


class HandInForm(WithFiles):
    """A firm's word on what it claims, with answers to what was asked about lines."""

    note = TextField(
        _l("What is claimed"), 4000, rows=4, required=_l("Say in a sentence or two what is claimed, or answer what was asked."),
        description=_l("What the money was spent on; after a question, the answer to it."),
    )  # fmt: skip
    free_of_secrets = declaration()
    files = FilesField(
        _l("Further evidence"), most=10, kept_if="free_of_secrets",
        description=_l("Up to 10 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."),
    )  # fmt: skip
    again = files_again()
    drop = ManyChoiceField(_l("Take these vouchers out of the claim"))

    def __init__(self, lines: Sequence[ClaimLine], before: Iterable[Any] = (), **kwargs: Any) -> None:
        self.lines = list(lines)
        asked = [line for line in self.lines if line.question and not line.answer]
        unbound: list[Any] = type(self)._unbound_fields  # type: ignore[has-type, misc]
        cells = [
            (f"answer_{line.id}", LineField(_l("Answer on %(number)s", number=line.voucher.number), 2000))
            for line in asked
        ]
        self._unbound_fields = [*cells, *unbound]
        self.asked = asked
        super().__init__(before, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["drop"].choices = [(line.id, f"{line.voucher.number} · ¥{line.amount:,.2f}") for line in self.asked]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        names = ("note", "files", "again", "free_of_secrets", "drop")
        found = {name: self[name].data for name in names}
        return {**found, "answers": {line.id: self[f"answer_{line.id}"].data for line in self.asked}}


class ReviseForm(Finding):
    """Why a claim is taken up again, and the decision that was read."""

    WORD = "word_id"

    reason = TextField(_l("Reason"), 2000, rows=3)
    word_id = word_read()


class DecideForm(Finding):
    """What another organisation's person finds in a claim, as a whole and line by line."""

    WORD = "word_id"

    decision = ChoiceField(
        _l("Decision"), (("accept", _l("Accept")), ("query", _l("Ask")), ("reject", _l("Reject"))),
        required=_l("Choose what to do: accept, ask or reject."),
    )  # fmt: skip
    note = TextField(
        _l("Finding or question"), 4000, rows=3,
        description=_l("To ask, say here or at the lines what is to be explained. To reject the claim, say why."),
    )  # fmt: skip
    word_id = word_read()

    def __init__(self, lines: Sequence[ClaimLine], latest: int | None = None, **kwargs: Any) -> None:
        self.lines = list(lines)
        unbound: list[Any] = type(self)._unbound_fields  # type: ignore[has-type, misc]
        cells: list[tuple[str, Any]] = []
        for line in self.lines:
            number = line.voucher.number
            cells.append(
                (f"accepted_{line.id}", MoneyField(_l("Accepted of %(number)s", number=number), default=line.amount))
            )
            cells.append((f"reason_{line.id}", LineField(_l("Reason or question on %(number)s", number=number), 2000)))
        self._unbound_fields = [*cells, *unbound]
        super().__init__(latest, **kwargs)

    def values(self) -> dict[str, Any]:
        return {
            "decision": self.decision.data, "note": self.note.data, "word_id": self.word_id.data,
            "accepted": {line.id: self[f"accepted_{line.id}"].data for line in self.lines},
            "reasons": {line.id: self[f"reason_{line.id}"].data for line in self.lines},
        }  # fmt: skip


class PaymentForm(Staffed):
    """What arrived, or was paid out."""

    kind = ChoiceField(_l("What"), PaymentKind, required=True)
    organisation_id = ChoiceField(
        _l("Organisation"),
        required=True,
        description=_l("Who was paid; money that arrives comes to the leading organisation."),
    )
    paid_on = DayField(_l("Day"), required=True)
    amount = MoneyField(_l("Amount"), required=True)
    source = ChoiceField(_l("Source of money"), MoneySource, required=True)
    reference = LineField(_l("Reference of the bank"), 100)
    note = TextField(_l("Note"), 2000, rows=2)


class ConfirmForm(Form):
    """A step that asks only whether it is meant."""


class LanguageForm(Form):
    """In which language a paper is set."""

    language = ChoiceField(_l("Language of the paper"), choices=list(LANGUAGES.items()), default="both", required=True)
