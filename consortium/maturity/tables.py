"""The ladder of a project and the history of one element: the columns of page, CSV and sheet."""

from __future__ import annotations

from typing import Any

from consortium.core.terms import label
from consortium.core.words import _l, listed
from consortium.documents.tables import Column, Table
from consortium.maturity.models import Assessment
from consortium.maturity.queries import Element
from consortium.maturity.workflow import ASSESSMENT
from consortium.projects.models import Project
from consortium.projects.tables import titled


def name(row: Element) -> str:
    """What a row of the ladder is about."""
    if isinstance(row.thing, Project):
        return str(_l("The project as a whole"))
    return f"{row.thing.number} {titled(row.thing)}"


def href(row: Element) -> str:
    """Its page."""
    return f"/projects/{row.thing.id}/readiness#own" if isinstance(row.thing, Project) else f"/results/{row.thing.id}"


def standing(row: Element) -> tuple[object, str]:
    """Whether the target is reached, in word and tone."""
    if row.now is None:
        return _l("Not assessed"), "none"
    if row.fell and row.confirmed[-1].falls:
        return _l("Fell"), "bad"
    return (_l("Target reached"), "ok") if row.now >= row.target else (_l("On the way"), "act")


def state(row: Assessment) -> tuple[object, str]:
    """Word and tone of the state of an assessment."""
    return ASSESSMENT.word(row.state), ASSESSMENT.tone(row.state)


def evidence(row: Assessment) -> str:
    """The kinds of evidence of an assessment by level."""
    return listed(f"{proof.level}: {label(proof.kind)}" for proof in row.proofs)


def _last(row: Element) -> Any:
    return row.confirmed[-1] if row.confirmed else None


LADDER = Table(
    "readiness",
    _l("Readiness levels of this project"),
    (
        Column("title", _l("Element"), name, "link", href=href, note=lambda e: _l("critical") if e.critical else ""),
        Column("start", _l("Start level"), lambda e: e.start, "count", wide=True),
        Column("now", _l("Now"), lambda e: e.now, "count"),
        Column("target", _l("Target"), lambda e: e.target, "count"),
        Column("standing", _l("Whether reached"), lambda e: standing(e)[0], "status", tone=lambda e: standing(e)[1],
               note=lambda e: _l("level %(level)s waits to be confirmed", level=e.proposed.level) if e.proposed else ""),
        Column("proven", _l("Levels with evidence"), lambda e: listed(str(n) for n in sorted(e.proven)), wide=True),
        Column("assessed_on", _l("Assessed on"), lambda e: getattr(_last(e), "assessed_on", None), "day", wide=True),
        Column("assessor", _l("Assessor"), lambda e: f"{_last(e).assessor} · {_last(e).assessor_house}" if _last(e) else "", wide=True),
    ),
)  # fmt: skip

HISTORY = Table(
    "assessments",
    _l("Assessments"),
    (
        Column("level", _l("Readiness level"), lambda a: f"{a.level_before} → {a.level}", "link", href=lambda a: f"/assessments/{a.id}", note=lambda a: _l("fell") if a.falls else ""),
        Column("assessed_on", _l("Assessed on"), lambda a: a.assessed_on, "day"),
        Column("assessor", _l("Assessor"), lambda a: f"{a.assessor} · {a.assessor_house}", wide=True),
        Column("evidence", _l("Evidence"), evidence, wide=True),
        Column("state", _l("State"), lambda a: state(a)[0], "status", tone=lambda a: state(a)[1]),
        Column("verified_by", _l("Found by"), lambda a: a.verified_by.name if a.verified_by else "", wide=True),
    ),
)  # fmt: skip
