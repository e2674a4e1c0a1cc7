"""Forms on projects and milestones; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired

from consortium.core import clock
from consortium.core.errors import Problem, Stale
from consortium.core.terms import CoreArea, ProjectKind, is_chinese
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.web.fields import (
    ChoiceField,
    CountField,
    DayField,
    FilesField,
    LineField,
    ManyChoiceField,
    MoneyField,
    TextField,
)
from consortium.web.forms import Edit, Form

LEVELS = (
    (1, _l("1 Basic principle reported")), (2, _l("2 Concept formulated")), (3, _l("3 Key function proven")),
    (4, _l("4 Breadboard validated in the laboratory")), (5, _l("5 Component validated in a relevant environment")),
    (6, _l("6 Prototype shown in a relevant environment")), (7, _l("7 Prototype shown in operation")),
    (8, _l("8 System complete and qualified")), (9, _l("9 System proven in operation")),
)  # fmt: skip


class Staffed(Form):
    """A form in which one of some organisations is chosen, by the field that `CHOSEN` names and as the parameter `PARAMETER`."""

    CHOSEN, PARAMETER = "organisation_id", "organisation"

    def __init__(self, firms: Iterable[Organisation], **kwargs: Any) -> None:
        self.firms = {firm.id: firm for firm in firms}
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        chinese = is_chinese()
        names = [(n, (f.name_zh or f.name_en) if chinese else (f.name_en or f.name_zh)) for n, f in self.firms.items()]
        self[self.CHOSEN].choices = names
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        if self.CHOSEN in found:
            found[self.PARAMETER] = self.firms[found.pop(self.CHOSEN)]
        return found


class ProjectForm(Staffed):
    """What is said when a project is started."""

    CHOSEN, PARAMETER = "lead_id", "lead"

    kind = ChoiceField(_l("Kind"), ProjectKind, required=True)
    title_zh = LineField(
        _l("Title in Chinese"), 200, description=_l("One of the two titles is enough; papers show both.")
    )
    title_en = LineField(_l("Title in English"), 300)
    objective = TextField(_l("What is to be reached"), 4000, required=True)
    area = ChoiceField(_l("Core technology area"), CoreArea, required=True)
    lead_id = ChoiceField(
        _l("Leading organisation"), required=True, description=_l("Members of the consortium can lead.")
    )
    starts_on = DayField(_l("Begins on"), required=True)
    ends_on = DayField(_l("Ends on"), required=True)
    budget = MoneyField(
        _l("Budget"), required=True, description=_l("All money of the project; 120万 is understood, too.")
    )
    trl_start = ChoiceField(_l("Readiness level (TRL) at the start"), LEVELS, required=True)
    trl_target = ChoiceField(_l("Readiness level (TRL) to be reached"), LEVELS, required=True)


class ProjectEdit(ProjectForm, Edit):
    """The same on a project that exists."""


class JoinForm(Staffed):
    """Who takes part, with what and for how much."""

    organisation_id = ChoiceField(
        _l("Organisation"), required=True, description=_l("Active members of the consortium can take part.")
    )
    task = TextField(_l("Task"), 2000, required=True, rows=4)
    budget = MoneyField(
        _l("Planned money"),
        required=True,
        description=_l("Only this organisation, coordinators, experts and auditors see it."),
    )


class PartForm(Edit):
    """A participant's task and money."""

    task = TextField(_l("Task"), 2000, required=True, rows=4)
    budget = MoneyField(_l("Planned money"), required=True)


class MilestoneForm(Staffed):
    """What is to be reached, by whom and when."""

    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    organisation_id = ChoiceField(
        _l("Answers for it"), required=True, description=_l("Who takes part in the project can answer for it.")
    )
    due_on = DayField(_l("Due on"), required=True)
    weight = CountField(
        _l("Weight"),
        min=1,
        max=100,
        required=True,
        default=10,
        description=_l("1 to 100; progress counts weights, not milestones."),
    )
    means = TextField(
        _l("Means of verification"), 2000, required=True, rows=3,
        description=_l("How others will see that it is reached: third-party test report, user's certificate, expert review."),
    )  # fmt: skip


class MilestoneEdit(MilestoneForm, Edit):
    """The same on a milestone that exists."""


class ReasonForm(Form):
    """A step that asks why."""

    reason = TextField(_l("Reason"), 2000, rows=3)


class WithFiles(Form):
    """A form with `files`, and with those that the own firm added to the project before (`again`), by their SHA-256."""

    def __init__(self, before: Iterable[Any] = (), **kwargs: Any) -> None:
        self.before = list(before)
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["again"].choices = [
            (file.sha256, f"{file.name} · {clock.local(file.created_at):%Y-%m-%d}") for file in self.before
        ]
        super().process(*args, **kwargs)


def files_again() -> ManyChoiceField:
    """The field by which a file serves several things."""
    return ManyChoiceField(
        _l("Files that your organisation added to this project before"),
        description=_l("One file can serve several items; tick what shows this, too. It is kept once."),
    )


def declaration() -> BooleanField:
    """The declaration without which no file is stored. The browser itself asks for it, so that no chosen file is sent in vain."""
    sentence = _l("Please confirm this. State secrets must not be entered into this platform.")
    return BooleanField(
        _l("Neither my words nor the files contain state secrets."),
        validators=[DataRequired(sentence)],
        render_kw={"data-needed": sentence},
    )


class ReportForm(WithFiles):
    """A member's word that a milestone is reached."""

    note = TextField(
        _l("What was reached"), 4000, rows=6, required=_l("Say in a sentence or two what was reached."),
        description=_l("Figures and facts, and where the evidence shows them."),
    )  # fmt: skip
    reached_on = DayField(
        _l("Reached on"), required=True, description=_l("The day on which it was reached, not the day of this report.")
    )
    free_of_secrets = declaration()
    files = FilesField(
        _l("Evidence"), most=10, kept_if="free_of_secrets",
        description=_l("Up to 10 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."),
    )  # fmt: skip
    again = files_again()


class Finding(Form):
    """What another organisation's person finds in what was said last; `WORD` names the hidden field with the number of that word.

    Where a newer word came in meanwhile, the form that is shown again is about that one, and what was typed stays.
    """

    WORD = "report_id"

    def __init__(self, latest: int | None = None, **kwargs: Any) -> None:
        self.latest = latest
        super().__init__(**kwargs)
        if not self.is_submitted():
            self[self.WORD].data = latest

    def refuse(self, problem: Problem) -> None:
        super().refuse(problem)
        if isinstance(problem, Stale):
            self[self.WORD].data = self.latest


def word_read() -> HiddenField:
    """The number of the word that was read; what is no number is none."""
    return HiddenField(
        filters=[lambda typed: int(typed) if str(typed or "").isdigit() and len(str(typed)) < 19 else None]
    )


class VerifyForm(Finding):
    """What another organisation's person finds in a report, in the first of two steps."""

    decision = ChoiceField(_l("Decision"), (("verify", _l("Verify")), ("return", _l("Return"))), required=True)
    note = TextField(
        _l("Finding"),
        4000,
        rows=4,
        description=_l("To return the report, say what is missing. To verify it, a note is optional."),
    )
    report_id = word_read()


class AcceptForm(Finding):
    """Whether what was verified is accepted."""

    decision = ChoiceField(_l("Decision"), (("accept", _l("Accept")), ("turn_down", _l("Return"))), required=True)
    note = TextField(
        _l("Finding"),
        4000,
        rows=4,
        description=_l("To return the report, say what is missing. To accept it, a note is optional."),
    )
    report_id = word_read()


class SlipForm(Edit):
    """Why a milestone will be late, or is, and when it is expected."""

    slip_reason = TextField(
        _l("Why it is late"), 2000, rows=4, required=_l("Say why; the others will read it."),
        description=_l("Whoever sees the milestone reads this, the authority included."),
    )  # fmt: skip
    expected_on = DayField(_l("Expected on"), required=True)
