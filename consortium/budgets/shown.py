"""How pages of all features show the money of a project: the words of events, the tab of a project, and what does not fit together.

The feed does not tell of moves (no `TOLD_AS`): they are of one firm.
"""

from __future__ import annotations

from consortium.budgets.portrait import on_project
from consortium.core.features import Card, Tab
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {"moved planned money": _l("moved planned money of %(subject)s")}

PROJECT_TABS = (Tab(_l("Money"), "budgets.show", 75),)

#: On the page of a project, and wherever money of it is shown (`cards_of(project, "money")`).
CARDS = {
    "project": (
        Card("budgets/_contradictions.html", on_project, order=20),
        Card("budgets/_contradictions.html", on_project, place="money", order=20),
    ),
}
