"""Forms on demonstrations, one for each part of the record; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, HiddenField

from consortium.core import typed
from consortium.core.errors import Problem, Refused, Stale
from consortium.core.regions import region_choices
from consortium.core.terms import either, label
from consortium.core.words import _l
from consortium.demonstrations.models import Matter, ProductKind, Purpose, Recognition, SubsidyStep
from consortium.organisations.models import Organisation
from consortium.outputs.models import Direction
from consortium.projects.forms import LEVELS, Staffed, declaration
from consortium.results.models import Result
from consortium.web.fields import (
    ChoiceField,
    CountField,
    DayField,
    FilesField,
    LineField,
    MoneyField,
    MonthsField,
    ShareField,
    TextField,
)
from consortium.web.forms import Edit, Form

#: More than a century has; what a period has is said by the service.
MOST_HOURS = Decimal(1_000_000)
FILES_HINT = _l(
    "Up to 10 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."
)


class HoursField(MonthsField):
    """Hours as Decimal with 2 decimals, at least 0; None when blank."""

    def read(self, text: str) -> Decimal:
        try:
            return typed.months(text, MOST_HOURS)
        except Refused:
            raise Refused(_l("Write the hours with digits and at most two decimals, such as 412.5.")) from None


class FromResult(Form):
    """A form in which the result is chosen that is demonstrated, or none."""

    def __init__(self, results: Iterable[Result] = (), **kwargs: Any) -> None:
        self.results = {row.id: row for row in results}
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["result_id"].choices = [
            (n, f"{row.number} {either(row.title_zh, row.title_en)}") for n, row in self.results.items()
        ]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        number = found.pop("result_id")
        return {**found, "result": None if number is None else self.results[number]}


def _result() -> ChoiceField:
    return ChoiceField(_l("Result that is shown"), blank=_l("None, or it is not entered yet"))


class BeginForm(Staffed, FromResult):
    """A new candidate."""

    title_zh = LineField(_l("Product in Chinese"), 200, description=_l("One of the two names is enough."))
    title_en = LineField(_l("Product in English"), 300)
    organisation_id = ChoiceField(
        _l("Maker"), required=True, description=_l("The organisation of the project that answers for the product.")
    )
    result_id = _result()
    kind = ChoiceField(_l("Kind"), ProductKind, required=True)
    level = ChoiceField(_l("Recognition"), Recognition, required=True)
    catalogue = LineField(
        _l("Item of the catalogue"),
        300,
        description=_l("As the catalogue of first sets, batches or versions names it."),
    )
    trl_start = ChoiceField(_l("Readiness level (TRL) at the start"), LEVELS, required=True)

    def __init__(self, firms: Iterable[Organisation], results: Iterable[Result], **kwargs: Any) -> None:
        super().__init__(firms, results=results, **kwargs)


class ProductForm(FromResult, Edit):
    """What the product is."""

    title_zh, title_en, result_id = BeginForm.title_zh, BeginForm.title_en, BeginForm.result_id
    kind, level, catalogue, trl_start = BeginForm.kind, BeginForm.level, BeginForm.catalogue, BeginForm.trl_start


class SiteForm(Edit):
    """Who uses it, where, and what it replaces."""

    user_organisation_id = ChoiceField(
        _l("User organisation"), blank=_l("Not known yet"),
        description=_l("It is chosen from the directory, and its people confirm with their own accounts."),
    )  # fmt: skip
    site_name = LineField(_l("Site"), 200, description=_l("Such as a works, a line or a mine."))
    site_region = ChoiceField(_l("Region"), region_choices, blank=_l("Not given"))
    site_address = LineField(_l("Address"), 300)
    replaces = LineField(
        _l("What it replaces"), 300, description=_l("Such as an imported machine of a maker and type.")
    )

    def __init__(self, firms: Iterable[tuple[int, str]], lookup: Any, **kwargs: Any) -> None:
        self.firms, self.lookup = list(firms), lookup
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["user_organisation_id"].choices = self.firms
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        number = found.pop("user_organisation_id")
        found["site_region"] = found["site_region"] or ""
        return {**found, "user_organisation": None if number is None else self.lookup(number)}


class ContractForm(Edit):
    """What was agreed with the user."""

    contract_number = LineField(_l("Number of the contract"), 80)
    contract_on = DayField(_l("Day of the contract"))
    contract_price = MoneyField(
        _l("Price"), description=_l("Only the maker, the user, coordinators, auditors and authorities see it.")
    )


class DaysForm(Edit):
    """The days until the trial."""

    delivered_on = DayField(_l("Delivered on"))
    installed_on = DayField(_l("Installed on"))
    commissioned_on = DayField(_l("Commissioned on"))
    trial_on = DayField(_l("First day of the trial"))


class InsuranceForm(Edit):
    """The insurance of a first product."""

    insurer = LineField(_l("Insurer"), 200)
    policy = LineField(_l("Number of the policy"), 80)
    insured_sum = MoneyField(_l("Insured sum"))
    insured_rate = ShareField(_l("Rate"))
    premium = MoneyField(_l("Premium paid"))
    insured_from = DayField(_l("Insured from"))
    insured_to = DayField(_l("Insured until"))


class ConclusionForm(Edit):
    """What was learnt, and how it was promoted."""

    lessons = TextField(_l("Lessons"), 4000, rows=5)
    promotion = TextField(
        _l("Promotion"), 4000, rows=4, description=_l("The catalogue, list or programme in which it was taken up.")
    )
    promoted_on = DayField(_l("Promoted on"))


class IndicatorForm(Form):
    """What the contract promises."""

    title_zh = LineField(_l("Name in Chinese"), 200)
    title_en = LineField(_l("Name in English"), 300)
    direction = ChoiceField(
        _l("Target is"), lambda: [(one, label(one)) for one in (Direction.AT_LEAST, Direction.AT_MOST)], required=True
    )
    unit = LineField(_l("Unit of measure"), 40, description=_l("Such as μm, MPa or pieces a year."))
    contract_value = LineField(_l("By contract"), 60, required=True)
    reference_value = LineField(
        _l("Of what it replaces"), 60, description=_l("The value of the product that stood there before.")
    )


class IndicatorEdit(IndicatorForm, Edit):
    """The same on an indicator that exists."""


class WithFiles(Form):
    """A form by which files are added."""

    free_of_secrets = declaration()
    files = FilesField(_l("Files"), most=10, kept_if="free_of_secrets", description=FILES_HINT)


class MeasureForm(WithFiles):
    """A measured value."""

    value = LineField(_l("Measured value"), 60, required=True)
    unit = LineField(_l("Unit of measure"), 40, description=_l("The unit of the indicator; anything else is refused."))
    on_day = DayField(_l("On the day"), required=True)
    note = TextField(_l("Note"), 2000, rows=2)


class FilesForm(WithFiles):
    """Files of one purpose."""

    purpose = ChoiceField(
        _l("What they are"), lambda: [(one, label(one)) for one in Purpose if one is not Purpose.MEASUREMENT], required=True
    )  # fmt: skip


class ConfirmForm(WithFiles):
    """What a person of the user organisation says of what the page shows; `read` is the digest of that."""

    read = HiddenField(filters=[lambda typed: typed or ""])
    decision = ChoiceField(
        _l("Your word"), (("agree", _l("I confirm it")), ("object", _l("I do not confirm it"))), required=True
    )
    words = TextField(
        _l("In words"), 2000, rows=4, required=_l("Say in a sentence what you confirm, or why you do not."),
        description=_l("Your name and organisation stand under it; the maker and the consortium read it."),
    )  # fmt: skip

    def __init__(self, matter: Matter | None, shown: str = "", **kwargs: Any) -> None:
        self.shown = shown
        super().__init__(**kwargs)
        if not self.is_submitted():
            self.read.data = shown
        self.files.label.text = label(Purpose.USER_REPORT)
        if matter is Matter.MATCHING:
            del self.files, self.free_of_secrets

    def refuse(self, problem: Problem) -> None:
        super().refuse(problem)
        if isinstance(problem, Stale):
            # What is shown again is what is there now, and the typed words stay.
            self.read.data = self.shown


class RecordForm(Form):
    """Operating hours of a period."""

    starts_on = DayField(_l("From"), required=True)
    ends_on = DayField(_l("Until"), required=True)
    hours = HoursField(_l("Operating hours"), required=True)
    output = LineField(_l("What was made"), 200, description=_l("Such as 12,400 wafers."))


class RecordEdit(RecordForm, Edit):
    """The same to correct what was recorded; it builds on the demonstration as it was when the form was opened."""

    reason = TextField(_l("Why it is corrected"), 2000, rows=3, required=_l("Say why; the others will read it."))

    def __init__(self, *, obj: Any, **kwargs: Any) -> None:
        super().__init__(obj=obj, **kwargs)
        self.operation, self.row = obj, obj.demonstration

    def compare(self) -> None:
        """Beside what was typed stands what was recorded."""
        whole, self.row = self.row, self.operation
        super().compare()
        self.row = whole
        self["reason"].theirs = None


class FailureForm(Form):
    """A failure."""

    happened_on = DayField(_l("Happened on"), required=True)
    what = LineField(_l("What failed"), 300, required=True)
    downtime = HoursField(_l("Downtime"), required=True)
    cause = TextField(_l("Cause"), 2000, rows=3)
    mended_on = DayField(_l("Mended on"), description=_l("Blank while it is not mended."))


class FailureEdit(FailureForm, Edit):
    """The same on a failure that was recorded."""


class FollowUpForm(Form):
    """A year after the acceptance."""

    year = CountField(_l("Year"), min=2000, max=2199, required=True)
    in_use = BooleanField(_l("Still in use at the site"))
    words = TextField(_l("How it fared"), 2000, rows=4, required=True)


class SubsidyForm(Form):
    """A step to public money."""

    step = ChoiceField(_l("Step"), SubsidyStep, required=True, description=_l("First qualification, then money."))
    on_day = DayField(_l("On the day"), required=True)
    amount = MoneyField(_l("Amount"), description=_l("Of the money; blank for the qualification."))
    reference = LineField(_l("Notice or number"), 120)


class OrderForm(Form):
    """A follow-on order."""

    customer = LineField(_l("Customer"), 200, required=True)
    on_day = DayField(_l("On the day"), required=True)
    amount = MoneyField(
        _l("Amount"), description=_l("Only the maker, the user, coordinators, auditors and authorities see it.")
    )
    replicates = BooleanField(_l("The same product for another site"))


class RemovalForm(Form):
    """Why something is taken away."""

    reason = TextField(_l("Reason"), 2000, rows=3, required=_l("Say why; the others will read it."))


class StepForm(Form):
    """A step that may ask why, and another trial for its first day."""

    reason = TextField(_l("Reason"), 2000, rows=3)
    trial_on = DayField(
        _l("First day of the new trial"),
        description=_l("Nothing that was measured, recorded or added for the trial before counts for this one."),
    )


#: Suffixes of fields that are no money.
UNITS: Mapping[str, object] = {"hours": _l("hours"), "downtime": _l("hours")}
