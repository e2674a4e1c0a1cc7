"""What people do with talk: say, ask, answer, close, reopen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from consortium.activity.services import advance, kind, notify, record
from consortium.consortia.seating import must_be_open
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.words import Lazy, _l, called
from consortium.discussions import queries
from consortium.discussions.models import Remark, Thread
from consortium.discussions.queries import Speaker
from consortium.discussions.workflow import THREAD, speaks_for
from consortium.organisations.models import Organisation

#: The longest that one person says at once, in characters.
MOST_WORDS = 4000


def say(actor: Any, subject: Any, *, words: str) -> Thread:
    """Begin a thread about a thing with a remark."""
    thread = _begin(actor, subject, words, question=False)
    _tell(actor, thread, words, ())
    return thread


def ask(actor: Any, subject: Any, *, words: str, asked: Organisation, due_on: date) -> Thread:
    """Ask a member of the consortium about a thing; the answer is due by a day."""
    if asked.id not in {firm.id for firm in queries.organisations(subject.consortium_id)}:
        sentence = _l("%(name)s is not an active member of the consortium.", name=str(asked))
        raise Refused("", asked=sentence, asked_id=sentence)
    kept_to = queries.kept_to(subject)
    if kept_to is not None and asked.id not in {
        firm.id for firm in queries.organisations(subject.consortium_id, kept_to)
    }:
        sentence = _l("Nobody of %(name)s sees this, so it cannot be asked about it.", name=str(asked))
        raise Refused("", asked=sentence, asked_id=sentence)
    if due_on < clock.today():
        raise Refused("", due_on=_l("This day is over. Leave at least today for the answer."))
    thread = _begin(actor, subject, words, question=True, asked_id=asked.id, due_on=due_on)
    _tell(actor, thread, words, ())
    return thread


def answer(actor: Any, thread: Thread, *, words: str) -> Thread:
    """Say something in a thread; a question that a person of the asked organisation speaks to is answered."""
    must_be_open(thread.consortium)
    if thread.state == "closed":
        raise NotNow(_l("This is closed. Who began it, or a coordinator, can reopen it."))
    spoke = {remark.author_id for remark in queries.remarks(thread)}
    remark = _remark(actor, thread, words, _kept_to(thread))
    if thread.question and thread.state == "open" and thread.asked_id in speaks_for(actor, thread.consortium_id):
        THREAD.move(actor, thread, "answer")
        record(actor, "answered a question", thread, remark, *_subject(thread), to=thread.state)
    else:
        record(actor, "went on with a thread", thread, remark, *_subject(thread))
    _tell(actor, thread, words, spoke)
    return thread


def move(actor: Any, thread: Thread, step: str) -> Thread:
    """Take a thread one step (`close`, `reopen`) along its life; who took part is told."""
    if step == "answer":
        raise NotNow(_l("A question is answered by words. Write them below."))
    advance(actor, THREAD, thread, step)
    sentences = {"close": _l("%(who)s closed: %(about)s", **_named(actor, thread)), "reopen": _l("%(who)s reopened: %(about)s", **_named(actor, thread))}  # fmt: skip
    spoke = {remark.author_id for remark in queries.remarks(thread)}
    for speaker in queries.speakers(thread.consortium_id, thread.kept_to_id):
        if speaker.user.id in spoke or (step == "reopen" and _is_asked(speaker, thread)):
            _notify(actor, thread, [speaker], sentences[step])
    return thread


def follow(subject: Any) -> list[Any]:
    """Let what was said about a thing be open to whom the thing is open to now; answers the rows that changed, for the event of who changed the thing."""
    kept_to = queries.kept_to(subject)
    found = db.session.scalars(select(Thread).where(queries.about(subject)).options(selectinload(Thread.remarks)))
    changed: list[Any] = []
    for thread in found.unique():
        rows: list[Any] = [thread, *thread.remarks]
        changed += [row for row in rows if row.kept_to_id != kept_to]
    for row in changed:
        row.kept_to_id = kept_to
    return changed


def _begin(actor: Any, subject: Any, words: str, **more: Any) -> Thread:
    must_be_open(subject.consortium)
    if kind(subject) not in queries.TALKED_OF:
        raise NotNow(_l("Nothing can be said about this."))
    thread = Thread(
        consortium_id=subject.consortium_id, subject_kind=kind(subject), subject_id=subject.id, opened_by_id=actor.id, state="open",
        kept_to_id=queries.kept_to(subject), **queries.names_of(subject), **more,
    )  # fmt: skip
    remark = _remark(actor, thread, words, thread.kept_to_id)
    db.session.add(thread)
    db.session.flush()
    record(actor, "asked a question" if thread.question else "began a thread", thread, remark, subject)
    return thread


def _remark(actor: Any, thread: Thread, words: str, kept_to: int | None) -> Remark:
    if not words.strip():
        raise Refused("", words=_l("Write what you want to say."))
    if len(words) > MOST_WORDS:
        raise Refused("", words=_l("At most %(most)s characters can be said at once.", most=f"{MOST_WORDS:,}"))
    own = speaks_for(actor, thread.consortium_id)
    firm = thread.asked_id if thread.asked_id in own else next(iter(own), None)
    remark = Remark(
        consortium_id=thread.consortium_id, thread=thread, author_id=actor.id, said_for_id=firm, said_at=clock.now(), words=words,
        kept_to_id=kept_to,
    )  # fmt: skip
    db.session.add(remark)
    return remark


def _kept_to(thread: Thread) -> int | None:
    """To which firm its thing is kept now; what a removed thing was stays with the thread."""
    found = _subject(thread)
    return queries.kept_to(found[0]) if found else thread.kept_to_id


def _subject(thread: Thread) -> tuple[Any, ...]:
    """What events name among the others; nothing when the thing was removed."""
    found = queries.subject_of(thread)
    return () if found is None else (found,)


def _tell(actor: Any, thread: Thread, words: str, spoke: Iterable[int]) -> None:
    """Tell those who are mentioned, the people of the asked organisation, and who spoke before: each once, by the closest reason."""
    people = queries.speakers(thread.consortium_id, thread.kept_to_id)
    mentioned = {person.id for person in queries.mentioned(words, (speaker.user for speaker in people))}
    values = _named(actor, thread)
    for speaker in people:
        if speaker.user.id in mentioned:
            sentence = _l("%(who)s mentions you: %(about)s", **values)
        elif _is_asked(speaker, thread) and thread.state == "open" and not spoke:
            day = thread.due_on.isoformat() if thread.due_on else ""
            sentence = _l("%(who)s asks your organisation, for an answer by %(day)s: %(about)s", day=day, **values)
        elif _is_asked(speaker, thread) or speaker.user.id in set(spoke):
            sentence = _l("%(who)s said something: %(about)s", **values)
        else:
            continue
        _notify(actor, thread, [speaker], sentence)


def _is_asked(speaker: Speaker, thread: Thread) -> bool:
    return thread.question and thread.asked_id in {firm.id for firm in speaker.firms}


def _notify(actor: Any, thread: Thread, people: list[Speaker], sentence: Lazy) -> None:
    others = [speaker.user for speaker in people if speaker.user.id != actor.id]
    notify(others, sentence, f"/threads/{thread.id}", thread)


def _named(actor: Any, thread: Thread) -> dict[str, object]:
    return {"who": actor.name, "about": called(thread)}
