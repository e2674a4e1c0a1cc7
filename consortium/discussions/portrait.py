"""What pages show of talk: the card under a thing, and the page of one thread."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from consortium.core.access import Action, Actor, allowed
from consortium.core.terms import either
from consortium.core.workflow import Step
from consortium.discussions import queries
from consortium.discussions.models import Remark, Thread
from consortium.discussions.queries import Speaker
from consortium.discussions.tables import named, state
from consortium.discussions.workflow import THREAD

#: So many threads stand under a thing; the others in the list of the consortium.
MOST_THREADS = 20


class Talk:
    """What is said at one table, for one reader."""

    def __init__(self, actor: Actor, consortium_id: int, kept_to: int | None = None) -> None:
        self.actor, self.consortium_id, self.kept_to = actor, consortium_id, kept_to

    @cached_property
    def people(self) -> list[Speaker]:
        """Who can be mentioned."""
        return queries.speakers(self.consortium_id, self.kept_to)

    def pieces(self, words: str) -> list[tuple[str, bool]]:
        """Words cut into pieces, and whether each is a mention."""
        if "@" not in words and "＠" not in words:
            return [(words, False)]
        return queries.pieces(words, (speaker.user.name for speaker in self.people))

    def state(self, thread: Thread) -> tuple[object, str]:
        """Word and tone of a thread."""
        return state(thread)

    def named(self, row: Any) -> str:
        """The name of an organisation in the reader's language."""
        return named(row)


class Card(Talk):
    """What is said about one thing."""

    def __init__(self, actor: Actor, thing: Any) -> None:
        super().__init__(actor, thing.consortium_id, queries.kept_to(thing))
        self.thing = thing
        self.threads = queries.threads_of(actor, thing)
        self.speaks = allowed(actor, Action.DISCUSS, thing) and thing.consortium.stage != "closed"

    @property
    def shown(self) -> list[Thread]:
        """As many threads as the card has room for."""
        return self.threads[:MOST_THREADS]

    def way(self, verb: str) -> str:
        """Where something is said (`say`) or asked (`ask`) about the thing."""
        return f"{queries.way_to(self.thing)}/{verb}"


def found(actor: Actor, thing: Any) -> Card | None:
    """The card of a thing, for who may read what is said."""
    return Card(actor, thing) if queries.may_read(actor, thing) else None


class ThreadPortrait(Talk):
    """The page of one thread."""

    def __init__(self, actor: Actor, thread: Thread) -> None:
        super().__init__(actor, thread.consortium_id, thread.kept_to_id)
        self.thread = thread

    @cached_property
    def remarks(self) -> list[Remark]:
        """What was said, oldest first."""
        return queries.remarks(self.thread)

    @cached_property
    def subject(self) -> Any:
        """What it is about; None when it was removed."""
        return queries.subject_of(self.thread)

    @property
    def title(self) -> str:
        """The name of what it is about, as it is called now."""
        names = queries.names_of(self.subject) if self.subject is not None else None
        return named(self.thread) if names is None else either(names["title_zh"], names["title_en"])

    @property
    def href(self) -> str:
        """The page of what it is about."""
        return queries.way_to(self.subject) if self.subject else ""

    @property
    def speaks(self) -> bool:
        """Whether the reader may go on with it now."""
        open_to_all = self.thread.state != "closed" and self.thread.consortium.stage != "closed"
        return open_to_all and allowed(self.actor, Action.DISCUSS, self.thread)

    @property
    def answers(self) -> bool:
        """Whether the words of the reader answer the question."""
        step = THREAD.step("answer")
        return self.thread.question and self.thread.state == "open" and step.obstacle(self.actor, self.thread) is None

    @property
    def steps(self) -> list[Step]:
        """The steps that the reader may take by a button."""
        if not allowed(self.actor, Action.DISCUSS, self.thread):
            return []
        following = (step for step in THREAD.following(self.thread) if step.name != "answer")
        return [step for step in following if step.obstacle(self.actor, self.thread) is None]
