"""Forms for talk; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consortium.core.terms import either
from consortium.core.words import _l
from consortium.discussions.queries import kept_to
from consortium.discussions.services import MOST_WORDS
from consortium.organisations.models import Organisation
from consortium.web.fields import ChoiceField, DayField, TextField
from consortium.web.forms import Form

HINT = _l(
    "Everybody at the table of the consortium reads it, authorities do not. Write @ and a name to tell that person."
)


KEPT_HINT = _l(
    "Whoever sees this thing reads it, and nobody else; authorities do not. Write @ and a name to tell that person."
)


class Spoken(Form):
    """Words, with who reads them."""

    def kept(self, thing: Any) -> None:
        """Say who reads what is said about a thing that is kept to one firm."""
        if kept_to(thing) is not None:
            self["words"].description = KEPT_HINT


class SayForm(Spoken):
    """What a person says."""

    words = TextField(
        _l("Your words"), MOST_WORDS, rows=4, required=_l("Write what you want to say."), description=HINT
    )


class AskForm(Spoken):
    """A question to a member of the consortium."""

    words = TextField(
        _l("Your question"), MOST_WORDS, rows=5, required=_l("Write what you want to know."), description=HINT
    )
    asked_id = ChoiceField(
        _l("Who is asked"),
        required=True,
        description=_l("Its people are told, and the question stands on their desks."),
    )
    due_on = DayField(_l("Answer by"), required=True)

    def __init__(self, firms: Iterable[Organisation], **kwargs: Any) -> None:
        self.firms = {firm.id: firm for firm in firms}
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["asked_id"].choices = [(n, either(firm.name_zh, firm.name_en)) for n, firm in self.firms.items()]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {**{name: found[name] for name in ("words", "due_on")}, "asked": self.firms[found["asked_id"]]}
