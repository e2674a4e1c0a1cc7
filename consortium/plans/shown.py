"""How pages of all features show the plan of a project: the words of events, where nodes are found, the tab of a project."""

from __future__ import annotations

from consortium.core.features import FoundAs, Tab, ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "arranged the plan": _l("arranged the levels and the calendar of the plan of %(subject)s"),
    "linked": _l("added the link %(subject)s"),
    "planned the money": _l("planned money of an organisation"),
    "planned the work": _l("planned person-months in %(subject)s"),
    "took the money": _l("took planned money of an organisation out of the plan"),
    "took the work": _l("took an organisation out of %(subject)s"),
    "unlinked": _l("removed the link %(subject)s"),
}

TOLD_AS = {
    "plan": ToldAs("list-tree"),
    "plan_node": ToldAs("subtask", "/nodes/{}"),
    "plan_effort": ToldAs("users"),
    "plan_allocation": ToldAs("coin-yuan"),
    "plan_link": ToldAs("link"),
}

FOUND_AS = {
    "plan_node": FoundAs(_l("Work packages and tasks"), "subtask", "/nodes/{}", 35),
}

#: The page of the plan, beside the others of a project.
PROJECT_TABS = (Tab(_l("Plan"), "plans.show", 20), Tab(_l("Gantt"), "gantt.show", 30))
