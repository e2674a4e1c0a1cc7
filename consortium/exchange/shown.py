"""How pages of all features show imports of plans: the words of events."""

from __future__ import annotations

from consortium.core.features import ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "brought a plan": _l("brought the file %(subject)s for an import"),
    "asked to import": _l("asked for the import of %(subject)s"),
    "asked to undo": _l("asked to undo the import of %(subject)s"),
    "broke off the import": _l("broke off the work on %(subject)s"),
    "did not import": _l("did not carry out the import of %(subject)s, since its change request was not approved"),
    "imported a part of a plan": _l("imported a part of the plan %(subject)s"),
    "imported a plan": _l("imported the plan %(subject)s"),
    "proposed an import": _l("proposed the import of %(subject)s"),
    "undid an import": _l("undid the import of %(subject)s"),
}

TOLD_AS = {"plan_import": ToldAs("file-spreadsheet", "/imports/{}")}
