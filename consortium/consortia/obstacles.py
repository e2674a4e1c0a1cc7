"""What other parts of the platform know that stands in the way of a consortium; they lie above, so they register their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Answer = Callable[..., list[object]]

#: What is asked, each with the things that an answer gets: `agree` and `close` the consortium, `release` the membership,
#: `replan` the project whose plan is about to change, `complete` the project, `leave` the participant,
#: `part` the participant with its new money in yuan, `budget` the project with its new money, `reschedule` the project with its
#: new first and last day, `remove_node` the node, `remove_result` the result.
ASKED = (
    "agree",
    "close",
    "release",
    "replan",
    "complete",
    "leave",
    "part",
    "budget",
    "reschedule",
    "remove_node",
    "change_voucher",
    "remove_voucher",
    "remove_result",
)
_answers: dict[str, list[Answer]] = defaultdict(list)


def stands_in_the_way_of(what: str) -> Callable[[Answer], Answer]:
    """Register who can answer, in sentences, what stands in the way of `what` (`agreements` and `projects` do)."""
    if what not in ASKED:
        raise ValueError(f"Nobody asks what stands in the way of {what!r}.")

    def keep(answer: Answer) -> Answer:
        _answers[what].append(answer)
        return answer

    return keep


def obstacles(what: str, *things: Any) -> list[object]:
    """The sentences that stand in the way; none where nobody above knows of any."""
    return [sentence for answer in _answers[what] for sentence in answer(*things)]
