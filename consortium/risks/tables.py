"""The registers of risks, issues and actions: the columns of page, CSV and sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from consortium.core import clock
from consortium.core.terms import label
from consortium.core.words import _l, _ln
from consortium.documents.tables import Column, Table
from consortium.projects.tables import titled
from consortium.risks.bands import WORDS, bands_on
from consortium.risks.models import ActionItem, Issue, Risk, RiskState
from consortium.risks.queries import SCORE, named
from consortium.risks.workflow import ACTION, ISSUE, RISK


def band(row: Risk | RiskState, on: date | None = None) -> tuple[object, str]:
    """Word and tone of the band in which a risk lies."""
    return WORDS[bands_on(on or clock.today()).of(row.score)]


def state(row: Any) -> tuple[object, str]:
    """Word and tone of the state of a risk, or of what became of it; what is overdue says so."""
    life = {"risk": RISK, "risk_state": RISK, "issue": ISSUE, "action_item": ACTION}[row.__tablename__]
    if row.state == "open" and getattr(row, "due_on", None) is not None and row.due_on < clock.today():
        return _l("Overdue"), "bad"
    return life.word(row.state), life.tone(row.state)


def days(row: Any) -> object:
    """How far away the day is, for what is still to be done."""
    if row.state != "open":
        return ""
    left = (row.due_on - clock.today()).days
    return (
        _ln("%(num)s day late", "%(num)s days late", -left)
        if left < 0
        else _ln("in %(num)s day", "in %(num)s days", left)
    )


RISKS = Table(
    "risks",
    _l("Risks of this project"),
    (
        Column("title", _l("Risk"), lambda r: f"{r.mark} {titled(r)}", "link", Risk.number, lambda r: f"/risks/{r.id}",
               note=lambda r: _l("kept to its organisation") if r.kept_to_id else ""),
        Column("kind", _l("Kind"), lambda r: label(r.kind), sort=Risk.kind, wide=True),
        Column("organisation", _l("Owner"), lambda r: titled(r.organisation), wide=True, note=lambda r: r.person.name if r.person else ""),
        Column("foreseen", _l("Whether foreseen"), lambda r: _l("Foreseen") if r.foreseen else _l("Not foreseen"), sort=Risk.foreseen, wide=True),
        Column("likelihood", _l("Likelihood"), lambda r: r.likelihood, "count", Risk.likelihood, wide=True),
        Column("impact", _l("Impact"), lambda r: r.impact, "count", Risk.impact, wide=True),
        Column("score", _l("Score"), lambda r: r.score, "count", SCORE),
        Column("band", _l("Band"), lambda r: band(r)[0], "status", tone=lambda r: band(r)[1]),
        Column("state", _l("State"), lambda r: state(r)[0], "status", Risk.state, tone=lambda r: state(r)[1]),
        Column("raised_on", _l("Raised on"), lambda r: r.raised_on, "day", Risk.raised_on, wide=True),
        Column("mitigation", _l("What is done about it"), lambda r: r.mitigation, wide=True),
    ),
)  # fmt: skip

ISSUES = Table(
    "issues",
    _l("Issues of this project"),
    (
        Column("title", _l("Issue"), lambda i: f"{i.mark} {titled(i)}", "link", Issue.number, lambda i: f"/issues/{i.id}",
               note=lambda i: i.risk.mark if i.risk else ""),
        Column("organisation", _l("Owner"), lambda i: titled(i.organisation), wide=True),
        Column("raised_on", _l("Raised on"), lambda i: i.raised_on, "day", Issue.raised_on, wide=True),
        Column("due_on", _l("Due"), lambda i: i.due_on, "day", Issue.due_on, note=days),
        Column("state", _l("State"), lambda i: state(i)[0], "status", Issue.state, tone=lambda i: state(i)[1]),
        Column("settled_on", _l("Settled on"), lambda i: i.settled_on, "day", Issue.settled_on, wide=True),
    ),
)  # fmt: skip

ACTIONS = Table(
    "actions",
    _l("Action items of this project"),
    (
        Column("what", _l("Action"), lambda a: a.what, "link", ActionItem.what, lambda a: f"/actions/{a.id}", note=lambda a: a.about.mark),
        Column("organisation", _l("Who does it"), lambda a: titled(a.organisation), wide=True, note=lambda a: a.person.name if a.person else ""),
        Column("raiser", _l("Asked for by"), lambda a: titled(a.raiser), wide=True),
        Column("due_on", _l("Due"), lambda a: a.due_on, "day", ActionItem.due_on, note=days),
        Column("state", _l("State"), lambda a: state(a)[0], "status", ActionItem.state, tone=lambda a: state(a)[1]),
        Column("done_on", _l("Done on"), lambda a: None if a.state == "withdrawn" else a.done_on, "day", ActionItem.done_on, wide=True),
    ),
)  # fmt: skip

#: How one risk stood from period to period.
STATES = Table(
    "risk",
    _l("How this risk stood"),
    (
        Column("period", _l("Period"), lambda s: named(s.risk.rhythm, s.period)),
        Column("likelihood", _l("Likelihood"), lambda s: s.likelihood, "count"),
        Column("impact", _l("Impact"), lambda s: s.impact, "count"),
        Column("score", _l("Score"), lambda s: s.score, "count"),
        Column("band", _l("Band"), lambda s: band(s, s.noted_on)[0], "status", tone=lambda s: band(s, s.noted_on)[1]),
        Column("state", _l("State"), lambda s: state(s)[0], "status", tone=lambda s: state(s)[1]),
        Column("note", _l("Note"), lambda s: s.note, wide=True),
        Column("noted_by", _l("Said by"), lambda s: s.noted_by.name, wide=True, note=lambda s: s.noted_on.isoformat()),
    ),
)  # fmt: skip
