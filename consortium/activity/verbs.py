"""How events are told: the past-tense verb of an event, and the words in which a timeline shows it."""

from __future__ import annotations

from consortium.core.words import Lazy, _l

#: One line for each verb, sorted; `%(subject)s` is what it was done to.
VERBS: dict[str, Lazy] = {
    "accepted the invitation": _l("accepted the invitation to the consortium"),
    "admitted": _l("admitted a member"),
    "agreed": _l("confirmed that the agreement stands"),
    "amended": _l("amended %(subject)s"),
    "began to operate": _l("started the work of the consortium"),
    "changed profile": _l("changed the profile of %(subject)s"),
    "changed the part": _l("changed the part of a member"),
    "closed account": _l("closed the account of %(subject)s"),
    "closed": _l("closed the consortium"),
    "dissolved the body": _l("dissolved %(subject)s"),
    "filed": _l("filed the consortium with the authority"),
    "founded": _l("founded %(subject)s"),
    "gave a seat": _l("gave a person a seat at the table"),
    "gave remit": _l("gave %(subject)s a remit"),
    "invited": _l("invited %(subject)s"),
    "named the liability unit": _l("named the unit that bears outside liability"),
    "opened account": _l("opened an account for %(subject)s"),
    "opened for members": _l("opened the consortium for members"),
    "registered": _l("registered %(subject)s"),
    "released": _l("released a member"),
    "reopened account": _l("opened the account of %(subject)s again"),
    "resumed": _l("resumed the work of the consortium"),
    "seated": _l("filled a seat in %(subject)s"),
    "set up": _l("set up %(subject)s"),
    "signed in": _l("signed in"),
    "suspended": _l("suspended the consortium"),
    "titled": _l("noted a title of %(subject)s"),
    "took back to forming": _l("took the consortium back to forming"),
    "unseated": _l("emptied a seat in %(subject)s"),
    "winds up": _l("began to wind up the consortium"),
    "withdrew the invitation": _l("withdrew the invitation of %(subject)s"),
}


def told(verb: str, subject: str) -> object:
    """The words for an event; a verb without words is shown as it is."""
    words = VERBS.get(verb)
    if words is None:
        return f"{verb} {subject}"
    return Lazy(words.message, {"subject": subject}) if "%(subject)s" in words.message else words
