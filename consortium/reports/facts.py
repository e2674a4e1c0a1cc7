"""The facts of a status report: plain values, from which page, PDF, XLSX and CSV are made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from consortium.agreements.facts import Facts, furniture, identity, iso, pair, share, word, yuan
from consortium.consortia.models import Consortium, Membership
from consortium.consortia.workflow import LIFE
from consortium.core.regions import regions
from consortium.core.shares import cut
from consortium.core.terms import MemberRole
from consortium.projects import lights
from consortium.projects.facts import project as project_facts
from consortium.projects.hindsight import Seen
from consortium.projects.models import Project
from consortium.reports import contents, figures, summing_up
from consortium.reports.basis import Basis, both, gather
from consortium.reports.chapters import printed
from consortium.reports.models import StatusReport

TEMPLATE = "status_report/2"
STATES = {
    "accepted": pair("已通过", "accepted"),
    "verified": pair("已核验", "verified"),
    "reported": pair("已上报", "reported"),
    "returned": pair("已退回", "returned"),
    "late": pair("逾期", "late"),
    "planned": pair("计划中", "planned"),
    "waived": pair("免予考核", "waived"),
}
RETURNED_LATE = pair("已退回，逾期", "returned, late")


def status_report(
    report: StatusReport, *, reference: str, version: str, address: str, author: str, basis: Basis | None = None, sums: bool = True,
) -> Facts:  # fmt: skip
    """All that a report says, as of the end of its period, from what is recorded now; `author` is who wrote its words.

    Without `sums` it does not work out what is kept from those who see the work and money of their own organisation alone.
    """
    basis = basis or gather(report.consortium, report.starts_on, report.ends_on)
    chapters = contents.all_of(basis, sums=sums)
    found = [*figures.all_of(basis), *summing_up.all_of(chapters)]
    return {
        "kind": "status_report",
        "template": TEMPLATE,
        "title": pair("进展报告", "Status report"),
        "consortium": identity(report.consortium) | table(basis),
        "period": {"label": pair(report.label_zh, report.label_en), "starts_on": iso(report.starts_on), "ends_on": iso(report.ends_on),
                   "as_of": iso(basis.on)},
        "coverage": coverage(basis),
        "light": light(basis.verdict),
        "figures": [figure.facts() for figure in found],
        "evidence": [figure.evidence() for figure in found],
        "milestones": [milestone(basis, row) for row in basis.milestones],
        "projects": [project(basis, row) for row in basis.projects],
        "money": [money(member, basis.committed) for member in basis.active],
        "money_total": yuan(basis.committed),
        "chapters": chapters,
        "members": [
            {"name": m.organisation.names_pair, "role": word(m.role), "kind": word(m.organisation.kind), "joined_on": iso(m.joined_on),
             "left_on": iso(m.left_on)} for m in basis.members
        ],
        "narrative": pair(report.narrative_zh, report.narrative_en),
        "narrative_by": author,
        "counts": counts(basis),
        "printed": {
            "milestones": printed(len(basis.milestones), [place for place, row in enumerate(basis.milestones) if moved(basis, row)]),
            "projects": printed(len(basis.projects)), "money": printed(len(basis.active)), "members": printed(len(basis.members)),
        },
    } | furniture(report.consortium, reference, version, "both", address)  # fmt: skip


def table(basis: Basis) -> Facts:
    """What a report says of the consortium beyond its identity."""
    consortium: Consortium = basis.consortium
    lead = next((member for member in basis.active if member.role is MemberRole.LEAD), None)
    place = regions().get(consortium.region) or regions().get(f"{consortium.province}0000")
    return {
        "stage": {"code": consortium.stage, **both(LIFE.word(consortium.stage))},
        "lead": lead.organisation.names_pair if lead else pair("", ""),
        "region": pair(place.zh, place.en) if place else pair("", ""),
    }


def light(verdict: lights.Verdict) -> Facts:
    """A light with its reasons."""
    return {
        "colour": str(verdict.light),
        "word": word(verdict.light),
        "reasons": [both(reason) for reason in verdict.reasons],
    }


def coverage(basis: Basis) -> Facts:
    """How many of the members that had something to report by now have done so; what is due on the last day counts, though not late yet."""
    due = [row for row in basis.milestones if row.state != "waived" and row.due_on <= basis.on]
    asked = {row.organisation_id: row.organisation for row in due}
    silent = {row.organisation_id for row in due if not lights.is_reported(row, basis.on)}
    missing = [firm.names_pair for number, firm in asked.items() if number in silent]
    return {"reported": len(asked) - len(missing), "of": len(asked), "missing": missing}


def milestone(basis: Basis, row: Seen) -> Facts:
    """One milestone; a waived one weighs nothing. Why it was returned is for its own organisation and its verifiers, not for a paper."""
    state = basis.state(row)
    words = RETURNED_LATE if state == "late" and row.state == "returned" else STATES[state]
    return {
        "id": row.id,
        "reference": basis.reference(row),
        "project": basis.project(row).reference,
        "title": pair(row.title_zh, row.title_en),
        "owner": row.organisation.names_pair,
        "due_on": iso(row.due_on),
        "weight": "0" if row.state == "waived" else str(row.weight),
        "state": {"code": state, **words},
        "days_late": basis.days_late(row),
        "reached_on": iso(lights.reached_on(row)) or "",
        "accepted_on": iso(row.accepted_on) if state == "accepted" else "",
    }


def moved(basis: Basis, row: Seen) -> bool:
    """Whether a milestone is late, or was due, reached or accepted in the period."""
    days = (row.due_on, lights.reached_on(row), row.accepted_on)
    return lights.is_late(row, basis.on) or any(basis.in_period(day) for day in days)


def project(basis: Basis, row: Project) -> Facts:
    """One project with its standing and its light."""
    standing = lights.standing(basis.of(row), basis.on)
    shown = light(basis.verdict_of(row))
    return project_facts(row) | {
        "progress": part(standing.progress),
        "planned": part(standing.planned),
        "light": shown,
        "reasons": shown["reasons"],
    }


def part(value: Decimal | None) -> str:
    """A part of one as text; nothing planned is nothing done."""
    return str(cut(value or Decimal(0)))


def money(member: Membership, whole: Decimal) -> Facts:
    """What one member committed."""
    return {
        "organisation": member.organisation.names_pair,
        "planned": yuan(member.contribution),
        "share": share(member.contribution, whole),
    }


def counts(basis: Basis) -> dict[str, Any]:
    """How many milestones are in which state."""
    states = [basis.state(row) for row in basis.milestones]
    return {code: states.count(code) for code in STATES if code != "waived" or "waived" in states}
