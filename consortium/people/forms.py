"""Forms about accounts."""

from __future__ import annotations

from typing import Any

from consortium.core import words
from consortium.core.regions import provinces
from consortium.core.terms import CoreArea
from consortium.core.words import _l
from consortium.people import queries
from consortium.web.fields import ChoiceField, LineField, ManyChoiceField, TextField
from consortium.web.forms import Edit, Form

LANGUAGES = (("zh_Hans", "简体中文"), ("en", "English"))
THEMES = (("light", _l("Light colours")), ("dark", _l("Dark colours")))


def province_pairs() -> list[tuple[str, str]]:
    """Provinces by the two digits that a remit keeps, in the reader's language."""
    return [(region.code[:2], region.name(words.language())) for region in provinces()]


def authority_pairs() -> list[tuple[Any, str]]:
    """The authorities of the directory."""
    return [(authority.id, str(authority)) for authority in queries.authorities()]


class ProfileForm(Edit):
    """What a person says of himself, and how pages are shown to him."""

    name = LineField(_l("Your name"), max=120, required=True, description=_l("Others see it beside what you do."))
    post = LineField(_l("Post"), max=120, description=_l("Such as project manager or deputy director."))
    locale = ChoiceField(_l("Language"), LANGUAGES, blank=_l("As my browser asks"))
    theme = ChoiceField(_l("Colours"), THEMES, blank=_l("As my device is set"))


def employer_pairs() -> list[tuple[Any, str]]:
    """The organisations whose people can lead and take part: all that are no authorities."""
    return queries.employers()


class AccountForm(Form):
    """A new account: whose it is, and for which organisation."""

    email = LineField(_l("Mail address"), max=254, required=True, description=_l("The link for setting a password is sent there."),
                      render_kw={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"})  # fmt: skip
    name = LineField(_l("Name of the person"), max=120, required=True)
    post = LineField(_l("Post"), max=120)
    locale = ChoiceField(_l("Language"), LANGUAGES, blank=_l("As the browser asks"))
    organisation = ChoiceField(
        _l("Organisation"), employer_pairs, required=_l("Please choose the organisation that the person works for.")
    )

    def values(self) -> dict[str, Any]:
        """As the services take it: the organisation itself instead of its number."""
        chosen = super().values()
        return {
            **chosen,
            "organisation": queries.organisation(chosen["organisation"]),
            "locale": chosen["locale"] or "",
        }


class OfficerForm(AccountForm):
    """A new account for an officer of an authority, with a remit."""

    organisation = ChoiceField(
        _l("Authority"), authority_pairs, required=_l("Please choose the authority that the officer works for.")
    )
    regions = ManyChoiceField(
        _l("Regions of the remit"), province_pairs, description=_l("None chosen means all regions.")
    )
    areas = ManyChoiceField(
        _l("Technology areas of the remit"), CoreArea, description=_l("None chosen means all areas.")
    )


class ClosingForm(Form):
    """Why an account is closed."""

    reason = TextField(_l("Reason"), max=500, rows=3, required=_l("Please say why the account is closed."),
                       description=_l("It is kept in the record of the platform."))  # fmt: skip
