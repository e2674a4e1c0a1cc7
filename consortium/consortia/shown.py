"""How pages of all features show consortia and what belongs to them: the words of events, and where rows are found."""

from __future__ import annotations

from consortium.core.features import FoundAs, ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "accepted the invitation": _l("accepted the invitation to the consortium"),
    "admitted": _l("admitted a member"),
    "agreed": _l("confirmed that the agreement stands"),
    "began to operate": _l("started the work of the consortium"),
    "changed the part": _l("changed the part of a member"),
    "closed": _l("closed the consortium"),
    "dissolved the body": _l("dissolved %(subject)s"),
    "filed": _l("filed the consortium with the authority"),
    "founded": _l("founded %(subject)s"),
    "gave a seat": _l("gave a person a seat at the table"),
    "invited": _l("invited %(subject)s"),
    "named the liability unit": _l("named the unit that bears outside liability"),
    "opened for members": _l("opened the consortium for members"),
    "released": _l("released a member"),
    "resumed": _l("resumed the work of the consortium"),
    "seated": _l("filled a seat in %(subject)s"),
    "set up": _l("set up %(subject)s"),
    "suspended": _l("suspended the consortium"),
    "took back to forming": _l("took the consortium back to forming"),
    "unseated": _l("emptied a seat in %(subject)s"),
    "winds up": _l("began to wind up the consortium"),
    "withdrew the invitation": _l("withdrew the invitation of %(subject)s"),
}

TOLD_AS = {
    "consortium": ToldAs("affiliate", "/consortia/{}"),
    "body": ToldAs("gavel"),
}

FOUND_AS = {
    "consortium": FoundAs(_l("Consortia"), "affiliate", "/consortia/{}", 10),
}
