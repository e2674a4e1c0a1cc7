"""The list of imports into a plan: the columns of page, CSV and sheet."""

from __future__ import annotations

from consortium.baselines.layout import BY_NAME
from consortium.core.words import _l, _ln, listed
from consortium.documents.tables import Column, Table
from consortium.exchange.models import PlanImport

#: Word and tone of each state.
STATES = {
    "previewed": (_l("Not carried out"), "plan"),
    "importing": (_l("Being imported"), "act"),
    "undoing": (_l("Being undone"), "act"),
    "imported": (_l("Imported"), "ok"),
    "proposed": (_l("Became a change request"), "act"),
    "undone": (_l("Undone"), "none"),
}


def counted(row: PlanImport) -> str:
    """What an import changed, in words: list by list, how many rows came, changed and went."""
    return " · ".join(f"{BY_NAME[name].label} {_deeds(*some)}" for name, some in row.counts.items() if any(some))


def _deeds(more: int, other: int, less: int) -> str:
    """What happened to rows of one list, without what did not."""
    return listed(
        words
        for words, number in (
            (_ln("%(num)s added", "%(num)s added", more), more),
            (_ln("%(num)s changed", "%(num)s changed", other), other),
            (_ln("%(num)s removed", "%(num)s removed", less), less),
        )
        if number
    )


IMPORTS = Table("plan-imports", _l("Imports into this plan"), (
    Column("name", _l("File"), lambda row: row.name, "link", PlanImport.name, lambda row: f"/imports/{row.id}", note=counted),
    Column("state", _l("State"), lambda row: STATES[row.state][0], "status", PlanImport.state, tone=lambda row: STATES[row.state][1]),
    Column("imported_by", _l("By"), lambda row: row.imported_by.name if row.imported_by else "", wide=True),
    Column("imported_at", _l("On"), lambda row: row.imported_at and row.imported_at.date(), "day", PlanImport.imported_at, wide=True),
    Column("sha256", _l("SHA-256"), lambda row: f"{row.sha256[:12]}…", wide=True),
))  # fmt: skip
