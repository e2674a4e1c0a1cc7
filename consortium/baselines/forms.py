"""Forms on baselines and change requests; the names of the fields are the parameters of the services."""

from __future__ import annotations

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
        _l("As of"), required=True, description=_l("The day as of which the plan was agreed; not in the future.")
    )


class DraftForm(Edit):
    """What a change is about, and why."""

    kind = ChoiceField(_l("Kind"), ChangeKind, required=True, description=_l("Who decides follows from it."))
    summary = LineField(_l("What is to change"), 200, required=True)
    reason = TextField(
        _l("Why"), 4000, required=True, rows=4, description=_l("Who decides and who is affected reads it.")
    )


class DecideForm(Edit):
    """What was decided on a request."""

    outcome = ChoiceField(_l("Decision"), (("approve", _l("Approve")), ("reject", _l("Reject"))), required=True)
    decision = TextField(_l("Words on the decision"), 2000, rows=3)


class StepForm(Edit):
    """A step that needs no words; it is taken on the request as it was seen."""
