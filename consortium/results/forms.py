"""Forms on results, shares, outcomes, background and effects; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from wtforms import BooleanField

from consortium.core import clock
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.projects.forms import Staffed, WithFiles, declaration, files_again
from consortium.results.kinds import NATURES, SPECIAL
from consortium.results.models import BackgroundKind, Outcome, OutcomeKind, ResultKind, StandardKind, StandardRole
from consortium.results.services import share_cell
from consortium.results.sharing import share, written
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
from consortium.web.fields import Typed as Read
from consortium.web.forms import Edit, Form


class PartField(Read):
    """An exact part of one, typed as a percentage or a fraction; None when blank."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        options["render_kw"] = {"spellcheck": "false", **(options.get("render_kw") or {})}
        super().__init__(label, **options)

    def read(self, text: str) -> Fraction:
        return share(text)

    def write(self, value: Fraction) -> str:
        return written(value)


def place_cell(firm: Organisation) -> str:
    """The name of the field for the place of a holder."""
    return f"place_{firm.id}"


class Kept:
    """A row as the form shows it: what it says, and beside it values under the names of other fields."""

    def __init__(self, row: Any, **beside: Any) -> None:
        self.row, self.beside = row, beside

    def __getattr__(self, name: str) -> Any:
        beside = self.__dict__["beside"]
        return beside[name] if name in beside else getattr(self.__dict__["row"], name)


class Shared(Form):
    """A form with a field for the share of each firm that can own one, and if `PLACES` for its place."""

    PLACES = False

    def __init__(self, possible: Iterable[Organisation], **kwargs: Any) -> None:
        self.possible = list(possible)
        cells: list[tuple[str, Any]] = []
        for firm in self.possible:
            name = either(firm.name_zh, firm.name_en)
            cells.append((share_cell(firm), PartField(_l("Share of %(name)s", name=name))))
            if self.PLACES:
                cells.append((place_cell(firm), CountField(_l("Place of %(name)s", name=name), min=1, max=99)))
        # WTForms makes the fields of an instance from this list of its class.
        unbound: list[Any] = type(self)._unbound_fields  # type: ignore[has-type, misc]
        self._unbound_fields = [*(pair for pair in unbound if self.wanted(pair[0])), *cells]
        super().__init__(**kwargs)

    def wanted(self, name: str) -> bool:
        """Whether the form has a field."""
        return True

    def values(self) -> dict[str, Any]:
        found = super().values()
        shares = {firm: found.pop(share_cell(firm)) for firm in self.possible}
        if self.PLACES:
            found["places"] = {firm: found.pop(place_cell(firm)) for firm in self.possible}
        return {**found, "shares": shares}


class SharesForm(Shared, Edit):
    """Whose a result is."""


class AnswerForm(Edit):
    """A firm's word on its share."""

    reason = TextField(_l("Reason"), 2000, rows=3)


class Described(Form):
    """What is said of a result."""

    number = LineField(_l("Number"), 20, required=True, description=_l("As the project names it, such as R1."))
    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    kind = ChoiceField(_l("Kind"), ResultKind, required=True)
    made_on = DayField(_l("Made on"), required=True, description=_l("The day from which the result was there."))
    description = TextField(_l("What it is"), 4000, rows=4, description=_l("What it does, and what is new about it."))
    critical = BooleanField(_l("It is a critical technology element of the project"))
    deliverable_id = ChoiceField(_l("Came from the deliverable"), blank=_l("None"))
    backgrounds = ManyChoiceField(_l("Builds on background of the list"))
    uses_unlisted = TextField(
        _l("Background that is not on the list"), 2000, rows=2,
        description=_l("Name what else it builds on. It is shown as a contradiction until its owner has declared it."),
    )  # fmt: skip

    deliverables: Mapping[int, Any]
    listed: Mapping[int, Any]

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["deliverable_id"].choices = [
            (n, f"{row.number} {either(row.title_zh, row.title_en)}") for n, row in self.deliverables.items()
        ]
        self["backgrounds"].choices = [
            (n, f"{either(row.organisation.name_zh, row.organisation.name_en)} · {row.number} {either(row.title_zh, row.title_en)}"
                + ("" if row.included else f" ({_l('Kept out')})"))
            for n, row in self.listed.items()
        ]  # fmt: skip
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        chosen = found.pop("deliverable_id")
        found["deliverable"] = None if chosen is None else self.deliverables[chosen]
        return {**found, "backgrounds": [self.listed[number] for number in found["backgrounds"]]}


class ResultForm(Described, Shared, Staffed):
    """A new result, with whose it is."""

    organisation_id = ChoiceField(
        _l("Led by"), required=True, description=_l("It proposes whose the result is, and keeps what is said of it.")
    )

    def __init__(
        self,
        own: Iterable[Organisation],
        possible: Iterable[Organisation],
        deliverables: Iterable[Any],
        listed: Iterable[Any],
        **kwargs: Any,
    ) -> None:
        self.deliverables, self.listed = {row.id: row for row in deliverables}, {row.id: row for row in listed}
        super().__init__(possible=possible, firms=own, **kwargs)


class ResultEdit(Described, Edit):
    """The same on a result that exists; whose it is has a form of its own."""

    def __init__(self, deliverables: Iterable[Any], listed: Iterable[Any], **kwargs: Any) -> None:
        self.deliverables, self.listed = {row.id: row for row in deliverables}, {row.id: row for row in listed}
        super().__init__(**kwargs)


class CriticalForm(Edit):
    """Whether a result is critical, for who plans the project."""

    critical = BooleanField(_l("It is a critical technology element of the project"))
    reason = TextField(_l("Reason"), 2000, rows=3, required=True, description=_l("All members read it."))


class HandForm(Staffed, Edit):
    """Who answers for a result or an outcome from now on."""

    organisation_id = ChoiceField(_l("Who answers for it from now on"), required=True)
    reason = TextField(_l("Reason"), 2000, rows=3, required=True, description=_l("All members read it."))


def held(outcome: Outcome, possible: Iterable[Organisation]) -> Kept:
    """An outcome with what its holders hold, by the names of the fields."""
    cells: dict[str, Any] = {name: None for firm in possible for name in (share_cell(firm), place_cell(firm))}
    for owner in outcome.owners:
        cells |= {f"share_{owner.organisation_id}": owner.share, f"place_{owner.organisation_id}": owner.place}
    return Kept(outcome, **cells)


class Registered(Shared):
    """What is said of an outcome of a kind; a kind has only its own fields."""

    PLACES = True

    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    standard = ChoiceField(_l("Whose standard"), StandardKind, required=True)
    role = ChoiceField(_l("Part in it"), StandardRole, required=True)
    number = LineField(_l("Number"), 120)
    edition = LineField(_l("Version"), 40, description=_l("Such as V1.0."))
    applied_on = DayField(_l("Application date"))
    granted_on = DayField(_l("Date of grant"))
    grant_number = LineField(_l("Number of announcement"), 60, description=_l("Such as CN112345678B."))
    pct = LineField(_l("International application (PCT)"), 40, description=_l("Such as PCT/CN2023/012345."))
    people = LineField(_l("Inventors or authors"), 400, description=_l("Their names in order; no identity numbers."))
    body = LineField(
        _l("Published or given by"), 200, description=_l("The journal, committee, office or awarding body.")
    )
    licence = TextField(_l("Licences"), 2000, rows=2, description=_l("To whom, for what and until when."))
    transferred_in = BooleanField(_l("It was bought or transferred in, and not made by its holders"))
    result_id = ChoiceField(_l("Comes from the result"), blank=_l("None"))
    note = TextField(_l("Note"), 2000, rows=2)

    def __init__(
        self, kind: OutcomeKind, possible: Iterable[Organisation], results: Iterable[Any], **kwargs: Any
    ) -> None:
        self.kind, self.results = kind, {row.id: row for row in results}
        super().__init__(possible=possible, **kwargs)
        nature = NATURES[kind]
        for name, words in (("number", nature.number), ("applied_on", nature.applied), ("granted_on", nature.granted)):
            self[name].label.text = words
        self["number"].flags.required = nature.needs_number

    def wanted(self, name: str) -> bool:
        return name not in SPECIAL or name in NATURES[self.kind].fields

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["result_id"].choices = [
            (n, f"{row.number} {either(row.title_zh, row.title_en)}") for n, row in self.results.items()
        ]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        chosen = found.pop("result_id")
        return {**found, "result": None if chosen is None else self.results[chosen]}


class OutcomeForm(Registered, Staffed):
    """A new outcome."""

    organisation_id = ChoiceField(_l("Entered by"), required=True)

    def __init__(
        self,
        kind: OutcomeKind,
        own: Iterable[Organisation],
        possible: Iterable[Organisation],
        results: Iterable[Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(kind=kind, possible=possible, results=results, firms=own, **kwargs)

    def values(self) -> dict[str, Any]:
        return {"kind": self.kind, **super().values()}


class HoldersForm(Shared, Edit):
    """Whose an outcome is, for who plans the project."""

    PLACES = True


class OutcomeEdit(Registered, Edit):
    """The same on an outcome that exists."""


class StepForm(Edit):
    """A step along the life of an outcome."""

    on_day = DayField(_l("On the day"))
    grant_number = LineField(_l("Number of announcement"), 60, description=_l("Such as CN112345678B."))
    note = TextField(_l("Note"), 2000, rows=2)

    def __init__(self, obj: Any, **kwargs: Any) -> None:
        super().__init__(obj=Kept(obj, note="", grant_number="", on_day=None), **kwargs)


class BackgroundForm(Form):
    """What a firm brings in, or keeps out."""

    number = LineField(_l("Number"), 20, required=True, description=_l("Your own, such as B1."))
    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    kind = ChoiceField(_l("Kind"), BackgroundKind, required=True)
    identifier = LineField(
        _l("Identifier"),
        100,
        description=_l("The number of the patent, the version of the software; what names it beyond doubt."),
    )
    included = ChoiceField(
        _l("On the list as"), ((True, _l("Included: the others may use it for the project, within its limits")), (False, _l("Kept out: it must not be used"))),
        required=_l("Choose whether it is included or kept out."),
    )  # fmt: skip
    needed_for = TextField(
        _l("Needed for"), 2000, rows=3, description=_l("The work, or the result that cannot be used without it.")
    )
    limits = TextField(
        _l("Limits of its use"),
        2000,
        rows=3,
        description=_l(
            "Such as: for the project alone, not for products; no source code; against a licence fee. Blank: none."
        ),
    )


class BackgroundNew(BackgroundForm, Staffed):
    """The same, new, for one of the own firms."""

    organisation_id = ChoiceField(_l("Brought in by"), required=True)


class BackgroundEdit(BackgroundForm, Edit):
    """The same on background that is declared."""


class EffectForm(Staffed):
    """What the own firm earned with the results in a year."""

    organisation_id = ChoiceField(_l("Organisation"), required=True)
    year = CountField(_l("Year"), min=1990, max=2199, required=True)
    sales = MoneyField(_l("New sales"), description=_l("In yuan; 120万 is understood, too."))
    export = MoneyField(_l("Exports among them"))
    profit = MoneyField(_l("Profit"), min=None)
    tax = MoneyField(_l("Tax paid"))
    import_replaced = MoneyField(_l("Imports replaced"))
    proof = TextField(_l("Proof"), 2000, rows=2, description=_l("The audit report or certificate that shows it."))

    def __init__(self, own: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(firms=own, **kwargs)


class ShownForm(WithFiles):
    """Files that show a result or an outcome."""

    free_of_secrets = declaration()
    files = FilesField(
        _l("Files"), most=10, kept_if="free_of_secrets",
        description=_l("Up to 10 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."),
    )  # fmt: skip
    again = files_again()


def this_year() -> int:
    """The year that is told of by itself."""
    return clock.today().year
