"""How pages of all features show talk: the words of events, where remarks are found, and the card under each thing."""

from __future__ import annotations

from consortium.core.features import Card, FoundAs, ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "answered a question": _l("answered a question about %(subject)s"),
    "asked a question": _l("asked a question about %(subject)s"),
    "began a thread": _l("said something about %(subject)s"),
    "closed a thread": _l("closed a talk about %(subject)s"),
    "reopened a thread": _l("reopened a talk about %(subject)s"),
    "went on with a thread": _l("said more about %(subject)s"),
}

TOLD_AS = {
    "remark": ToldAs("message", "/remarks/{}"),
    "thread": ToldAs("message", "/threads/{}"),
}

FOUND_AS = {
    "remark": FoundAs(_l("Questions and remarks"), "message", "/remarks/{}", 55),
}

#: By the table of the thing; `discussions.talk` fills it, since things lie above.
CARDS: dict[str, tuple[Card, ...]] = {}
