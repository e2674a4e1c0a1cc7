"""How pages of all features show baselines and change requests: the words of events, and where rows are found."""

from __future__ import annotations

from consortium.core.features import Tab, ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "added to the change": _l("added more changes to the request %(subject)s"),
    "approved the change": _l("approved the change request %(subject)s"),
    "broke off the change": _l("did not carry out the change request %(subject)s"),
    "froze the plan": _l("froze the plan as %(subject)s"),
    "handed in the change": _l("handed in the change request %(subject)s"),
    "proposed the change": _l("proposed a change: %(subject)s"),
    "took out of the change": _l("took something out of the request %(subject)s"),
    "rejected the change": _l("rejected the change request %(subject)s"),
    "renewed the change": _l("renewed the change request %(subject)s"),
    "withdrew the change": _l("took back the change request %(subject)s"),
}

TOLD_AS = {
    "baseline": ToldAs("archive", "/baselines/{}"),
    "change_request": ToldAs("git-merge", "/changes/{}"),
}

PROJECT_TABS = (Tab(_l("Baselines and changes"), "baselines.index", 70),)
