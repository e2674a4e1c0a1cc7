"""How pages of all features show imports of plans: the words of events."""

from __future__ import annotations

from consortium.core.features import ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "brought a plan": _l("brought the file %(subject)s for an import"),
    "imported a plan": _l("imported the plan %(subject)s"),
    "proposed an import": _l("proposed the import of %(subject)s"),
    "undid an import": _l("undid the import of %(subject)s"),
}

TOLD_AS = {"plan_import": ToldAs("file-spreadsheet", "/imports/{}")}
