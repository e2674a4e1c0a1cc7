"""What is asked before an agreement is drawn up."""

from __future__ import annotations

from consortium.agreements.tables import LANGUAGES
from consortium.core.words import _l
from consortium.web.fields import ChoiceField
from consortium.web.forms import Form


class DrawUpForm(Form):
    """The languages of the agreement; everything else is recorded already."""

    language = ChoiceField(
        _l("Language of the agreement"), choices=list(LANGUAGES.items()), default="both", required=True
    )
