"""Forms about consortia."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale
from wtforms import BooleanField, PasswordField

from consortium.consortia.models import Consortium
from consortium.consortia.seating import AT_TABLE
from consortium.core import clock
from consortium.core.terms import BodyKind, ConsortiumKind, CoreArea, MemberRole, label
from consortium.core.words import _l, listed
from consortium.core.workflow import Step
from consortium.organisations.forms import Identity, RegisterForm
from consortium.people.services import SHORTEST_PASSWORD
from consortium.web.fields import ChoiceField, DayField, LineField, ManyChoiceField, MoneyField, TextField
from consortium.web.forms import Edit, Form

Pairs = Iterable[tuple[Any, Any]]


class Offering(Form):
    """A form that offers organisations to choose from."""

    def __init__(self, choices: Pairs, **kwargs: Any) -> None:
        self.offered = list(choices)
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """What was sent is read by what is offered."""
        self.organisation.choices = self.offered
        super().process(*args, **kwargs)


class About:
    """The fields that founding and amending share."""

    kind = ChoiceField(_l("Kind"), ConsortiumKind, required=True)
    name_zh = LineField(_l("Chinese name"), max=200, render_kw={"lang": "zh-Hans"})
    name_en = LineField(_l("English name"), max=300, render_kw={"lang": "en"})
    purpose_zh = TextField(
        _l("Purpose in Chinese"),
        description=_l("What is to be achieved, for whom, and by when; it stands in the agreement."),
        render_kw={"lang": "zh-Hans"},
    )
    purpose_en = TextField(_l("Purpose in English"), render_kw={"lang": "en"})
    areas = ManyChoiceField(
        _l("Technology areas"), CoreArea, required=_l("Please choose at least one technology area.")
    )
    starts_on = DayField(_l("Start"), description=_l("Such as 2026-11-22; can be set later."))
    ends_on = DayField(_l("End"), description=_l("Three years are usual; blank for an alliance without end."))


class FoundForm(Form):
    """A new consortium."""

    kind, name_zh, name_en = About.kind, About.name_zh, About.name_en
    purpose_zh, purpose_en, areas = About.purpose_zh, About.purpose_en, About.areas
    starts_on, ends_on = About.starts_on, About.ends_on


class AmendForm(Edit):
    """What a consortium is about."""

    kind, name_zh, name_en = About.kind, About.name_zh, About.name_en
    purpose_zh, purpose_en, areas = About.purpose_zh, About.purpose_en, About.areas
    starts_on, ends_on = About.starts_on, About.ends_on

    def __init__(self, *, obj: Consortium, **kwargs: Any) -> None:
        super().__init__(obj=obj, **kwargs)
        if not self.is_submitted():
            self.areas.data = self._areas_now()

    def _areas_now(self) -> list[CoreArea]:
        held = {row.area for row in self.row.areas}
        return [area for area in CoreArea if area in held]

    def compare(self) -> None:
        """As with every edit; areas are rows of their own and are compared as such."""
        super().compare()
        now = self._areas_now()
        if now == self.areas.data:
            del self.areas.theirs
        else:
            self.areas.theirs = listed(label(area) for area in now)


class AdmitForm(Offering):
    """A registered organisation becomes a member."""

    organisation = ChoiceField(
        _l("Organisation"),
        required=True,
        description=_l("Only registered organisations stand here; others are invited or registered first."),
    )
    role = ChoiceField(_l("Part"), MemberRole, required=True)
    tasks_zh = TextField(_l("Tasks in Chinese"), rows=3, render_kw={"lang": "zh-Hans"})
    tasks_en = TextField(_l("Tasks in English"), rows=3, render_kw={"lang": "en"})
    contribution = MoneyField(
        _l("Contribution"), description=_l("Money and what counts as money, in yuan; 120万 is understood.")
    )
    joined_on = DayField(_l("Joins on"), description=_l("Blank means today."))


class PartForm(Edit):
    """What a member does and brings."""

    role = ChoiceField(_l("Part"), MemberRole, required=True)
    tasks_zh = TextField(_l("Tasks in Chinese"), rows=3, render_kw={"lang": "zh-Hans"})
    tasks_en = TextField(_l("Tasks in English"), rows=3, render_kw={"lang": "en"})
    contribution = MoneyField(
        _l("Contribution"), description=_l("Money and what counts as money, in yuan; 120万 is understood.")
    )


class ReleaseForm(Form):
    """A member leaves."""

    left_on = DayField(_l("Leaves on"), required=True, default=clock.today)
    reason = TextField(_l("Reason"), rows=3, required=True, description=_l("The others will read it."))


class BodyForm(Form):
    """A new body."""

    kind = ChoiceField(_l("Kind"), BodyKind, required=True)
    name_zh = LineField(
        _l("Chinese name"), max=120, description=_l("Blank: as the kind is called."), render_kw={"lang": "zh-Hans"}
    )
    name_en = LineField(_l("English name"), max=120, render_kw={"lang": "en"})


class BodySeatForm(Offering):
    """A person takes a seat in a body."""

    organisation = ChoiceField(_l("Organisation"), required=True)
    person = LineField(_l("Person"), max=120, required=True)
    post = LineField(_l("Post"), max=120, description=_l("Such as chair, secretary-general or chief scientist."))
    full_time = BooleanField(_l("Works full time for this body"))


class LiabilityForm(Offering):
    """Who answers to third parties."""

    organisation = ChoiceField(
        _l("External liability unit"),
        required=True,
        description=_l("The member that signs contracts with third parties and answers to them."),
    )


class InviteForm(Offering):
    """An invitation by mail."""

    email = LineField(
        _l("Mail address"), max=254, required=True, description=_l("The link works once, for this address, for fourteen days."),
        render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
    role = ChoiceField(
        _l("Seat"),
        lambda: [(role, label(role)) for role in AT_TABLE],
        required=True,
        description=_l("What the person will be at this table."),
    )
    organisation = ChoiceField(
        _l("Registered organisation"),
        blank=_l("Not registered yet"),
        description=_l("For which the person takes the seat."),
    )
    organisation_name = LineField(
        _l("Name of the organisation"),
        max=200,
        description=_l("If it is not registered yet; the invited person registers it."),
    )
    member_role = ChoiceField(
        _l("Part"), lambda: [(role, label(role)) for role in MemberRole if role is not MemberRole.LEAD], blank=_l("None, or it is a member already"),
        description=_l("The part that the organisation takes with the acceptance."),
    )  # fmt: skip
    message = TextField(_l("Message"), max=2000, rows=3, description=_l("Stands on the page that the link opens."))


class StepForm(Form):
    """What a step of the life cycle asks for: a reason, or number and day of the filing."""

    filing_number = LineField(
        _l("Number of the filing"), max=80, required=True, description=_l("As the authority gave it.")
    )
    filed_on = DayField(_l("Day of the filing"), required=True, description=_l("Such as 2026-11-22."))
    reason = TextField(
        _l("Reason"),
        max=2000,
        rows=3,
        required=_l("Please give the reason; the others will read it."),
        description=_l("The others will read it."),
    )

    def __init__(self, step: Step, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if step.name != "file":
            del self.filing_number, self.filed_on
        if not step.reason:
            del self.reason


class AcceptForm(RegisterForm):
    """What an invited person types: name and password without an account, the organisation when it is not registered."""

    name = LineField(_l("Your name"), max=120, required=True, render_kw={"autocomplete": "name"})
    password = PasswordField(
        _l("Password"),
        description=_l("At least %(least)s characters; a sentence of some words is good.", least=SHORTEST_PASSWORD),
        render_kw={"autocomplete": "new-password", "data-keep-out": ""},
    )
    kind = Identity.kind_or_none

    def __init__(self, *, account: bool, organisation: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.password.flags.required = True
        if not account:
            del self.name, self.password
        if not organisation:
            for name in [name for name in self._fields if name not in ("csrf_token", "name", "password")]:
                del self[name]

    def values(self) -> dict[str, Any]:
        """As the service takes it."""
        kept = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        for name in ("country", "code", "password"):
            if name in kept:
                kept[name] = kept[name] or ""
        return kept


def reader() -> str:
    """The language in which an invited person reads, to be kept with the account."""
    return str(get_locale())
