"""How events are told: the past-tense verb of an event, and the words in which a timeline shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consortium.activity.models import Event
from consortium.core.terms import either
from consortium.core.words import Lazy, _l

#: One line for each verb, sorted; `%(subject)s` is what it was done to.
VERBS: dict[str, Lazy] = {
    "accepted the invitation": _l("accepted the invitation to the consortium"),
    "accepted": _l("accepted %(subject)s"),
    "admitted": _l("admitted a member"),
    "agreed": _l("confirmed that the agreement stands"),
    "amended": _l("amended %(subject)s"),
    "assessed the level": _l("noted a new readiness level of %(subject)s"),
    "began the work": _l("started the work on %(subject)s"),
    "began to operate": _l("started the work of the consortium"),
    "changed profile": _l("changed the profile of %(subject)s"),
    "changed the part": _l("changed the part of a member"),
    "changed the task": _l("changed the task or money of a participant"),
    "closed account": _l("closed the account of %(subject)s"),
    "closed": _l("closed the consortium"),
    "completed the project": _l("completed %(subject)s"),
    "declined a person": _l("did not confirm that a person belongs to %(subject)s"),
    "dissolved the body": _l("dissolved %(subject)s"),
    "downloaded": _l("downloaded %(subject)s"),
    "drew up": _l("drew up the agreement %(subject)s"),
    "failed": _l("could not make the paper %(subject)s"),
    "filed": _l("filed the consortium with the authority"),
    "founded": _l("founded %(subject)s"),
    "gave a seat": _l("gave a person a seat at the table"),
    "gave remit": _l("gave %(subject)s a remit"),
    "imported": _l("took %(subject)s over from a public source"),
    "invited": _l("invited %(subject)s"),
    "issued": _l("issued the paper %(subject)s"),
    "let take part": _l("let an organisation take part in the project"),
    "made a password link": _l("made a link for a new password of %(subject)s"),
    "named the liability unit": _l("named the unit that bears outside liability"),
    "opened account": _l("opened an account for %(subject)s"),
    "opened for members": _l("opened the consortium for members"),
    "opened report": _l("opened the status report %(subject)s"),
    "planned": _l("planned %(subject)s"),
    "registered": _l("registered %(subject)s"),
    "released": _l("released a member"),
    "removed": _l("removed %(subject)s from the plan"),
    "reopened": _l("took up %(subject)s again"),
    "reopened account": _l("opened the account of %(subject)s again"),
    "reported": _l("reported %(subject)s"),
    "requested": _l("asked for the paper %(subject)s"),
    "resumed the project": _l("resumed the work on %(subject)s"),
    "resumed": _l("resumed the work of the consortium"),
    "returned": _l("returned the report on %(subject)s"),
    "seated": _l("filled a seat in %(subject)s"),
    "set up": _l("set up %(subject)s"),
    "signed in": _l("signed in"),
    "started": _l("started %(subject)s"),
    "stopped the project": _l("stopped %(subject)s"),
    "submitted": _l("submitted %(subject)s"),
    "suspended": _l("suspended the consortium"),
    "titled": _l("noted a title of %(subject)s"),
    "took in a person": _l("confirmed that a person belongs to %(subject)s"),
    "took back to forming": _l("took the consortium back to forming"),
    "took out of the project": _l("took an organisation out of the project"),
    "unseated": _l("emptied a seat in %(subject)s"),
    "updated from its source": _l("brought %(subject)s up to its public source"),
    "waived": _l("waived %(subject)s"),
    "winds up": _l("began to wind up the consortium"),
    "withdrew the invitation": _l("withdrew the invitation of %(subject)s"),
}


def told(verb: str, subject: str) -> object:
    """The words for an event; a verb without words is shown as it is."""
    words = VERBS.get(verb)
    if words is None:
        return f"{verb} {subject}"
    return Lazy(words.message, {"subject": subject}) if "%(subject)s" in words.message else words


def named(event: Event, about: Any = None) -> str:
    """The name of what an event is about, in the reader's language where it is the row `about` and still bears the name."""
    if about is None or (event.subject_kind, event.subject_id) != (type(about).__tablename__, about.id):
        return event.subject_name
    for zh, en in (("name_zh", "name_en"), ("title_zh", "title_en")):
        pair = getattr(about, zh, ""), getattr(about, en, "")
        if event.subject_name in filter(None, pair):
            return either(*pair)
    return event.subject_name


def feed(events: Iterable[Event], about: Any = None) -> list[dict[str, object]]:
    """Events as timelines show them: who, text, at, and as note whom it was about and for what reason; `about` is the row at hand."""
    return [
        {
            "who": event.actor_name,
            "text": told(event.verb, named(event, about)),
            "at": event.happened_at,
            "note": " · ".join(
                str(event.facts[fact])
                for fact in ("person", "organisation", "reason")
                if _is_words(event.facts.get(fact))
            ),
        }
        for event in events
    ]


def _is_words(fact: object) -> bool:
    return isinstance(fact, str) and bool(fact)
