"""The list of the versions of an agreement."""

from __future__ import annotations

from consortium.agreements.models import Agreement
from consortium.core import clock
from consortium.core.words import Lazy, _l
from consortium.documents.models import Paper
from consortium.documents.tables import Column, Table

LANGUAGES: dict[str, Lazy] = {"both": _l("Chinese and English"), "zh": _l("Chinese"), "en": _l("English")}
#: The words and tones for the states of a paper.
STATES: dict[str, tuple[Lazy, str]] = {
    "requested": (_l("In preparation"), "act"),
    "issued": (_l("Issued"), "ok"),
    "failed": (_l("Failed"), "bad"),
}

VERSIONS = Table("agreements", _l("Versions of the agreement"), (
    Column("reference", _l("Reference"), lambda row: row.reference, href=lambda row: f"/agreements/{row.id}"),
    Column("number", _l("Version"), lambda row: row.number, kind="count", sort=Agreement.number),
    Column("language", _l("Language"), lambda row: LANGUAGES[row.language], wide=True),
    Column("drawn_up_on", _l("Drawn up"), lambda row: clock.local(row.created_at).date(), kind="day", sort=Agreement.created_at),
    Column("state", _l("Paper"), lambda row: STATES[row.paper.state][0], kind="status", tone=lambda row: STATES[row.paper.state][1]),
    Column("pages", _l("Pages"), lambda row: row.paper.pages, kind="count", wide=True),
    Column("sha256", _l("SHA-256"), lambda row: row.paper.sha256 and f"{row.paper.sha256[:16]}…", wide=True),
))  # fmt: skip


def state_of(paper: Paper) -> tuple[Lazy, str]:
    """The word and tone for the state of a paper."""
    return STATES[paper.state]
