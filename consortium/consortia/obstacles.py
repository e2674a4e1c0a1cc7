"""What other parts of the platform know that stands in the way of a consortium; they lie above, so they register their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Answer = Callable[..., list[object]]

#: What is asked, each with the things that an answer gets: `agree` and `close` the consortium, `release` the membership.
ASKED = ("agree", "close", "release")
_answers: dict[str, list[Answer]] = defaultdict(list)


def stands_in_the_way_of(what: str) -> Callable[[Answer], Answer]:
    """Register who can answer, in sentences, what stands in the way of `what` (`agreements` and `projects` do)."""
    if what not in ASKED:
        raise ValueError(f"Nobody asks what stands in the way of {what!r}.")

    def keep(answer: Answer) -> Answer:
        _answers[what].append(answer)
        return answer

    return keep


def obstacles(what: str, thing: Any) -> list[object]:
    """The sentences that stand in the way; none where nobody above knows of any."""
    return [sentence for answer in _answers[what] for sentence in answer(thing)]
