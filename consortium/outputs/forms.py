"""Forms on deliverables and indicators; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from consortium.core.terms import either
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable, DeliverableKind, Direction, Dissemination
from consortium.plans.models import Node
from consortium.projects.forms import Finding, Staffed, WithFiles, declaration, files_again, word_read
from consortium.web.fields import ChoiceField, DayField, FilesField, LineField, TextField
from consortium.web.forms import Edit, Form


class Placed(Staffed):
    """A form in which a firm of the project and a node of its plan (or none) are chosen."""

    def __init__(self, firms: Iterable[Organisation], nodes: Iterable[Node], **kwargs: Any) -> None:
        self.nodes = {node.id: node for node in nodes}
        super().__init__(firms, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["node_id"].choices = [
            (n, f"{node.number} {either(node.title_zh, node.title_en)}") for n, node in self.nodes.items()
        ]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        node = found.pop("node_id")
        return {**found, "node": None if node is None else self.nodes[node]}


class DeliverableForm(Placed):
    """What is handed over, by whom and when."""

    number = LineField(_l("Number"), 20, required=True, description=_l("As the contract names it, such as D1.2."))
    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    organisation_id = ChoiceField(
        _l("Answers for it"), required=True, description=_l("Who takes part in the project can answer for it.")
    )
    node_id = ChoiceField(_l("Belongs to"), blank=_l("The whole project"))
    kind = ChoiceField(_l("Type"), DeliverableKind, required=True)
    level = ChoiceField(
        _l("Dissemination"),
        Dissemination,
        required=True,
        description=_l(
            "Public: everybody may come to know it. Sensitive: the consortium and its authority. Internal: the consortium alone."
        ),
    )
    due_on = DayField(_l("Due on"), required=True)


class DeliverableEdit(DeliverableForm, Edit):
    """The same on a deliverable that exists."""


class SubmitForm(WithFiles):
    """A firm's word that a deliverable is there."""

    note = TextField(
        _l("What is handed in"),
        4000,
        rows=5,
        required=_l("Say in a sentence or two what is handed in."),
        description=_l("What it is, its version, and where it differs from the plan."),
    )
    free_of_secrets = declaration()
    files = FilesField(
        _l("Files"),
        most=10,
        kept_if="free_of_secrets",
        description=_l(
            "Up to 10 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."
        ),
    )
    again = files_again()


class CheckForm(Finding):
    """What another organisation's person finds in a submission."""

    decision = ChoiceField(_l("Decision"), (("accept", _l("Accept")), ("return", _l("Return"))), required=True)
    note = TextField(
        _l("Finding"),
        4000,
        rows=4,
        description=_l("To return the deliverable, say what is missing. To accept it, a note is optional."),
    )
    WORD = "submission_id"
    submission_id = word_read()


class IndicatorForm(Placed):
    """What a project is measured by."""

    number = LineField(_l("Number"), 20, required=True, description=_l("As the contract names it, such as K1."))
    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    organisation_id = ChoiceField(
        _l("Answers for it"), required=True, description=_l("Who takes part in the project can answer for it.")
    )
    node_id = ChoiceField(_l("Belongs to"), blank=_l("The whole project"))
    direction = ChoiceField(
        _l("Target is"),
        Direction,
        required=True,
        description=_l("At least or at most a number; or a text, where no number says it."),
    )
    unit = LineField(_l("Unit of measure"), 40, description=_l("Such as μm, MPa or pieces a year."))
    value_start = LineField(_l("Value at the start"), 100)
    value_mid = LineField(_l("Value at mid-term"), 100)
    value_end = LineField(
        _l("Value at the end"), 100, required=True, description=_l("Numbers such as 12.5, 1,234 or 1e-6.")
    )
    method = TextField(
        _l("How it is assessed"),
        2000,
        rows=3,
        description=_l("Third-party test report, user's certificate, expert review or test on site."),
    )


class IndicatorEdit(IndicatorForm, Edit):
    """The same on an indicator that exists."""


class ReadingForm(WithFiles):
    """An actual value of a day, with what shows it."""

    value = LineField(_l("Actual value"), 100, required=True)
    on_day = DayField(_l("On the day"), required=True)
    note = TextField(_l("Note"), 2000, rows=3, description=_l("How it was measured, and by whom."))
    free_of_secrets = declaration()
    files = FilesField(
        _l("Evidence"),
        most=10,
        kept_if="free_of_secrets",
        description=_l(
            "Up to 10 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."
        ),
    )
    again = files_again()


class TieForm(Form):
    """On what else a milestone depends."""

    thing = ChoiceField(
        _l("Depends on"),
        required=True,
        description=_l("A deliverable or a node of the plan; each can serve several milestones."),
    )

    def __init__(self, things: Mapping[str, Deliverable | Node], **kwargs: Any) -> None:
        self.things = things
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["thing"].choices = [
            (key, f"{row.number} {either(row.title_zh, row.title_en)}") for key, row in self.things.items()
        ]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        return {"thing": self.things[super().values()["thing"]]}


class ConfirmForm(Form):
    """A step that asks only whether it is meant."""
