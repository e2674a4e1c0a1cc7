"""What can go wrong with a paper, in a sentence each."""

from __future__ import annotations

from typing import ClassVar

from consortium.core.errors import Problem
from consortium.core.words import Lazy, _l


class PaperError(Problem):
    """A paper that could not be made; `facts` fill the places of the sentence."""

    status = 422
    sentence: ClassVar[Lazy] = _l("The paper could not be made.")

    def __init__(self, **facts: str | int) -> None:
        super().__init__(Lazy(self.sentence.message, facts))
        self.facts = facts


class TooLarge(PaperError):
    """More pages, bytes or resources than the limits allow."""

    sentence = _l("The paper is too large: %(what)s is limited to %(limit)s. Choose a shorter period or fewer rows.")


class TooSlow(PaperError):
    """No result in time."""

    sentence = _l(
        "The paper was not ready after %(seconds)s seconds and was stopped. Choose a shorter period or fewer rows."
    )


class Busy(PaperError):
    """All renderers had work for longer than one may wait."""

    sentence = _l("All renderers are busy. Try again in a few minutes.")


class OutOfMemory(PaperError):
    """The renderer reached its limit of memory."""

    sentence = _l(
        "The paper needs more than %(megabytes)s MB of memory and was stopped. Choose a shorter period or fewer rows."
    )


class Broken(PaperError):
    """The facts, the template or the renderer is not as it has to be."""

    sentence = _l("The paper could not be made from these facts: %(reason)s.")


class Forbidden(PaperError):
    """The document asked for something outside of the print folder."""

    sentence = _l("The paper refers to something that it may not read: %(url)s.")


class MissingGlyph(PaperError):
    """Characters that no font of the papers has."""

    sentence = _l("These characters cannot be printed, because no font of the papers has them: %(characters)s.")


KINDS: dict[str, type[PaperError]] = {
    kind.__name__: kind for kind in (PaperError, TooLarge, TooSlow, Busy, OutOfMemory, Broken, Forbidden, MissingGlyph)
}
