"""How pages of all features show accounts: the words of events."""

from __future__ import annotations

from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "changed profile": _l("changed the profile of %(subject)s"),
    "closed account": _l("closed the account of %(subject)s"),
    "declined a person": _l("did not confirm that a person belongs to %(subject)s"),
    "gave remit": _l("gave %(subject)s a remit"),
    "made a password link": _l("made a link for a new password of %(subject)s"),
    "opened account": _l("opened an account for %(subject)s"),
    "reopened account": _l("opened the account of %(subject)s again"),
    "signed in": _l("signed in"),
    "took in a person": _l("confirmed that a person belongs to %(subject)s"),
}
