"""Forms on baselines and change requests; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField

from consortium.baselines.models import ChangeKind
from consortium.core.words import _l
from consortium.web.fields import ChoiceField, DayField, LineField, TextField
from consortium.web.forms import Edit, Form


class FreezeForm(Form):
    """A state of the plan that is kept."""

    name = LineField(
        _l("Name"), 120, required=True, description=_l("Such as “Task contract” or “After the mid-term check”.")
    )
    as_of = DayField(
        _l("As of"),
        required=True,
        description=_l("The day as of which the plan stands so: today, or a day since its last change."),
    )


class DraftForm(Edit):
    """What a change is about, and why."""

    kind = ChoiceField(_l("Kind"), ChangeKind, required=True, description=_l("Who decides follows from it."))
    summary = LineField(_l("What is to change"), 200, required=True)
    reason = TextField(
        _l("Why"), 4000, required=True, rows=4, description=_l("Who decides and who is affected reads it.")
    )


class TakeOutForm(Edit):
    """One of the changes of a draft, by its place; `names` are all of them."""

    place = ChoiceField(_l("Which change"), required=True)
    with_others = BooleanField(_l("Take these out as well"))

    def __init__(self, names: Iterable[object], **kwargs: Any) -> None:
        self.names = list(enumerate(names))
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["place"].choices = [(place, f"{place + 1}. {name}") for place, name in self.names]
        super().process(*args, **kwargs)

    def compare(self) -> None:
        """The draft as it is now is listed anew; there is nothing else to compare."""


class DecideForm(Edit):
    """What was decided on a request."""

    outcome = ChoiceField(_l("Decision"), (("approve", _l("Approve")), ("reject", _l("Reject"))), required=True)
    decision = TextField(_l("Words on the decision"), 2000, rows=3)


class StepForm(Edit):
    """A step that needs no words; it is taken on the request as it was seen."""
