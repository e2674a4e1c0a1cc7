"""How pages of all features show papers, and verbs that any feature may record: the words of events."""

from __future__ import annotations

from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "amended": _l("amended %(subject)s"),
    "downloaded": _l("downloaded %(subject)s"),
    "failed": _l("could not make the paper %(subject)s"),
    "issued": _l("issued the paper %(subject)s"),
    "requested": _l("asked for the paper %(subject)s"),
}
