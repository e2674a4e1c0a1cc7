"""How events are told: the past-tense verb of an event, and the words in which a timeline shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consortium.activity.models import Event
from consortium.core import features
from consortium.core.terms import either
from consortium.core.words import Lazy


def told(verb: str, subject: str) -> object:
    """The words for an event; a verb without words is shown as it is."""
    words = features.joined("shown", "VERBS").get(verb)
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
