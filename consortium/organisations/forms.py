"""Forms of the directory."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import get_locale
from wtforms import BooleanField

from consortium.core.identifiers import Scheme
from consortium.core.industries import industry_choices
from consortium.core.regions import provinces, region_choices
from consortium.core.terms import OrganisationKind, Ownership, Tier, is_chinese
from consortium.core.words import _l
from consortium.web.fields import ChoiceField, CodeField, DayField, LineField
from consortium.web.forms import Edit, Form

#: Codes that CLDR has beside those of ISO 3166-1: unions, parts of countries, and two for testing.
NO_PLACES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
#: As Chinese authorities write them.
CHINESE_NAMES = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}


def countries() -> list[tuple[str, str]]:
    """Countries and regions by their two letters, China first, then by name."""
    names = {
        code: name
        for code, name in get_locale().territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_PLACES
    }
    if is_chinese():
        names.update(CHINESE_NAMES)
    return sorted(names.items(), key=lambda pair: (pair[0] != "CN", pair[1]))


class Identity:
    """The fields that registering, amending and accepting an invitation share."""

    scheme = ChoiceField(_l("Kind of code"), Scheme, required=True, default=Scheme.USCC)
    code = CodeField(
        _l("Code"),
        scheme="scheme",
        required=True,
        description=_l("Check characters are verified; spaces do not matter."),
    )
    kind_or_none = ChoiceField(_l("Kind"), OrganisationKind, blank=_l("As the code says"))
    kind = ChoiceField(_l("Kind"), OrganisationKind, required=True)
    name_zh = LineField(
        _l("Chinese name"),
        max=200,
        description=_l("In full, as on the licence and the seal."),
        render_kw={"lang": "zh-Hans"},
    )
    name_en = LineField(_l("English name"), max=300, render_kw={"lang": "en"})
    short = LineField(_l("Short name"), max=40, description=_l("For tables and charts."))
    country = ChoiceField(_l("Country or region"), countries, required=True, default="CN")
    region = ChoiceField(_l("Place of registration"), region_choices, description=_l("For organisations in China."))
    industry = ChoiceField(_l("Industry"), industry_choices, description=_l("Section or division of GB/T 4754."))
    ownership = ChoiceField(_l("Ownership"), Ownership)
    founded_on = DayField(_l("Founded on"), description=_l("Such as 2011-05-30."))
    domicile = LineField(
        _l("Domicile"), max=300, description=_l("It stands in the agreement as the address for service.")
    )
    representative = LineField(_l("Legal representative"), max=120)
    website = LineField(_l("Website"), max=300, description=_l("Such as https://www.example.cn."))


class RegisterForm(Form):
    """A new organisation."""

    scheme, code, kind = Identity.scheme, Identity.code, Identity.kind_or_none
    name_zh, name_en, short = Identity.name_zh, Identity.name_en, Identity.short
    country, region, industry = Identity.country, Identity.region, Identity.industry
    ownership, founded_on, domicile = Identity.ownership, Identity.founded_on, Identity.domicile
    representative, website = Identity.representative, Identity.website
    sure = BooleanField(_l("I have checked this, and it is right as it stands."))

    def values(self) -> dict[str, Any]:
        """As the service takes it."""
        return {**super().values(), "country": self.country.data or "", "code": self.code.data or ""}


class AmendForm(Edit):
    """What is known of an organisation; its code stays."""

    kind = Identity.kind
    name_zh, name_en, short = Identity.name_zh, Identity.name_en, Identity.short
    country, region, industry = Identity.country, Identity.region, Identity.industry
    ownership, founded_on, domicile = Identity.ownership, Identity.founded_on, Identity.domicile
    representative, website = Identity.representative, Identity.website


class TitleForm(Form):
    """A title that an authority has given."""

    tier = ChoiceField(_l("Title"), Tier, required=True)
    batch = LineField(_l("Batch"), max=60, description=_l("As published, such as “fifth batch”."))
    valid_from = DayField(_l("Valid from"), required=True, description=_l("Such as 2026-11-22."))
    valid_to = DayField(_l("Valid until"), description=_l("Blank if it does not end."))
    source = LineField(
        _l("Source"), max=300, required=True, description=_l("The notice of the authority: its number or its address.")
    )


def chosen(enum: type[StrEnum], value: str) -> Any:
    """The member that an address names, or None."""
    return next((member for member in enum if member.value == value), None)


def province_choices() -> list[tuple[str, str]]:
    """Provinces by the two digits that rows keep."""
    return [(region.code[:2], region.name()) for region in provinces()]
