"""How pages of all features show agreements: the words of events, and where rows are found."""

from __future__ import annotations

from consortium.core.features import ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "drew up": _l("drew up the agreement %(subject)s"),
}

TOLD_AS = {
    "agreement": ToldAs("writing-sign", "/agreements/{}"),
}
