"""How pages of all features show organisations: the words of events, and where rows are found."""

from __future__ import annotations

from consortium.core.features import FoundAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "imported": _l("took %(subject)s over from a public source"),
    "registered": _l("registered %(subject)s"),
    "titled": _l("noted a title of %(subject)s"),
    "updated from its source": _l("brought %(subject)s up to its public source"),
}

FOUND_AS = {
    "organisation": FoundAs(_l("Organisations"), "building-factory-2", "/organisations/{}", 20),
}
