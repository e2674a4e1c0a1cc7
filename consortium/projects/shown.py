"""How pages of all features show projects and milestones: the words of events, and where rows are found."""

from __future__ import annotations

from consortium.core.features import FoundAs, Tab, ToldAs
from consortium.core.words import _l
from consortium.projects.workflow import REMOVING  # noqa: F401  (the feed asks for it here)

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "accepted": _l("accepted %(subject)s"),
    "assessed the level": _l("noted a new readiness level of %(subject)s"),
    "began the work": _l("started the work on %(subject)s"),
    "confirmed the level": _l("confirmed the readiness level of %(subject)s"),
    "changed the task": _l("changed the task or money of a participant"),
    "explained the delay": _l("said why %(subject)s is late, and when it is expected"),
    "completed the project": _l("completed %(subject)s"),
    "let take part": _l("let an organisation take part in the project"),
    "planned": _l("planned %(subject)s"),
    "removed": _l("removed %(subject)s from the plan"),
    "reported": _l("reported %(subject)s"),
    "resumed the project": _l("resumed the work on %(subject)s"),
    "returned": _l("returned the report on %(subject)s"),
    "started": _l("started %(subject)s"),
    "stopped the project": _l("stopped %(subject)s"),
    "took out of the project": _l("took an organisation out of the project"),
    "verified": _l("verified the report on %(subject)s"),
    "waived": _l("waived %(subject)s"),
}

TOLD_AS = {
    "project": ToldAs("flask", "/projects/{}"),
    "milestone": ToldAs("flag-3", "/milestones/{}"),
}

FOUND_AS = {
    "project": FoundAs(_l("Projects"), "flask", "/projects/{}", 30),
    "milestone": FoundAs(_l("Milestones"), "flag-3", "/milestones/{}", 40),
}

#: Pages of a project; features above add theirs.
PROJECT_TABS = (Tab(_l("Overview"), "projects.show", 10),)
