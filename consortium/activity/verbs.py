"""How events are told: the past-tense verb of an event, and the words in which a timeline shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consortium.activity.models import Event
from consortium.core import features, words
from consortium.core.terms import either
from consortium.core.words import Lazy, read


def told(verb: str, subject: str) -> object:
    """The words for an event; a verb without words is shown as it is."""
    sentence = features.joined("shown", "VERBS").get(verb)
    if sentence is None:
        return f"{verb} {subject}"
    if "“%(subject)s”" in words.translate(sentence.message, {}):  # marks inside of marks are those of the second rank
        subject = subject.replace("“", "‘").replace("”", "’")
    return Lazy(sentence.message, {"subject": subject}) if "%(subject)s" in sentence.message else sentence


def named(event: Event, about: Any = None) -> str:
    """The name that the subject of an event had, in the reader's language as far as it had one.

    Where the event kept one name only, the row `about` helps if it is the subject and still bears that name.
    """
    if said := _said((event.facts or {}).get("subject")):
        return said
    if about is None or (event.subject_kind, event.subject_id) != (type(about).__tablename__, about.id):
        return event.subject_name
    for zh, en in (("name_zh", "name_en"), ("title_zh", "title_en")):
        both = getattr(about, zh, ""), getattr(about, en, "")
        if event.subject_name in filter(None, both):
            return either(*both)
    return event.subject_name


def _pair(fact: object) -> str:
    """A name that was kept in both languages, in the reader's; nothing where it is none."""
    return either(fact["zh"], fact["en"]) if isinstance(fact, dict) and fact.keys() == {"zh", "en"} else ""


def feed(events: Iterable[Event], about: Any = None) -> list[dict[str, object]]:
    """Events as timelines show them: who, text, at, and as note whom it was about and for what reason; `about` is the row at hand."""
    return [
        {
            "who": event.actor_name,
            "text": told(event.verb, named(event, about)),
            "at": event.happened_at,
            "note": " · ".join(
                filter(None, (_said(event.facts.get(fact)) for fact in ("person", "organisation", "reason")))
            ),
        }
        for event in events
    ]


def _said(fact: object) -> str:
    """A text, a sentence or a name as it is for the reader; nothing where it is none."""
    return str(read(fact)) if isinstance(fact, str) else _pair(fact)
