"""What does not fit together in the results of a project: said in sentences, each with the page where it can be mended."""

from __future__ import annotations

from dataclasses import dataclass

from consortium.core.terms import either
from consortium.core.words import Lazy, _l, listed
from consortium.projects.models import Project
from consortium.results import queries

#: So many of one kind are told; who settles them sees the next ones.
MOST = 5


@dataclass(frozen=True)
class Contradiction:
    """A sentence, and the page where it can be mended."""

    sentence: Lazy
    href: str


def of(project: Project) -> list[Contradiction]:
    """Background that no list holds, background that was kept out and is used, holders who own nothing of the result, and parts that differ from what was agreed."""
    found = []
    for result in queries.unlisted(project, MOST):
        sentence = _l(
            "Result %(number)s says that it uses background outside of the list: “%(words)s”. Whoever brings it in declares it, with its limits.",
            number=result.number, words=_short(result.uses_unlisted),
        )  # fmt: skip
        found.append(Contradiction(sentence, f"/results/{result.id}"))
    for use in queries.uses_of_excluded(project, MOST):
        sentence = _l(
            "Result %(number)s builds on background %(background)s, which its owner keeps out of the project.",
            number=use.result.number, background=use.background.title,
        )  # fmt: skip
        found.append(Contradiction(sentence, f"/results/{use.result_id}"))
    for outcome, firms in queries.strangers(project, MOST):
        sentence = _l(
            "%(names)s holds a part of “%(title)s”, but owns no share of the result that it comes from.",
            names=listed(either(firm.name_zh, firm.name_en) for firm in firms), title=outcome.title_zh or outcome.title_en,
        )  # fmt: skip
        found.append(Contradiction(sentence, f"/outcomes/{outcome.id}"))
    for outcome in queries.differing(project, MOST):
        sentence = _l(
            "The holders of “%(title)s” or their parts are others than the owners of the result that it comes from agreed on.",
            title=outcome.title_zh or outcome.title_en,
        )  # fmt: skip
        found.append(Contradiction(sentence, f"/outcomes/{outcome.id}"))
    return found


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
