"""How pages of all features show status reports: the words of events, and where rows are found."""

from __future__ import annotations

from consortium.core.features import ToldAs
from consortium.core.words import _l

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "opened report": _l("opened the status report %(subject)s"),
    "reopened": _l("took up %(subject)s again"),
    "submitted": _l("submitted %(subject)s"),
}

TOLD_AS = {
    "status_report": ToldAs("report-analytics", "/reports/{}"),
}
