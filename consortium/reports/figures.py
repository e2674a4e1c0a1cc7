"""The figures of a status report: each with an id, a value, and the records that it follows from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from consortium.agreements.facts import Pair, pair, yuan
from consortium.projects.models import Milestone
from consortium.reports.basis import Basis, last_report

Rows = list[str]


@dataclass(frozen=True)
class Figure:
    """One figure: `value` is a plain number as text, empty where nothing is known."""

    id: str
    label: Pair
    value: str
    unit: str
    note: Pair
    rows: Rows

    def facts(self) -> dict[str, Any]:
        """The figure as the facts have it."""
        return {"id": self.id, "label": self.label, "value": self.value, "unit": self.unit, "note": self.note}


def percent(part: int, whole: int) -> str:
    """A part of a whole in per cent with one decimal, as text; empty where there is no whole."""
    return str((Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)) if whole else ""


def earned(basis: Basis) -> Figure:
    """The weight of the accepted milestones in that of all."""
    standing = basis.standing
    value, planned = percent(standing.accepted, standing.total), percent(standing.due, standing.total)
    rows = [f"Σ 已通过权重 accepted weight {standing.accepted} ÷ Σ 权重 weight {standing.total} = {value or '–'} %"]
    rows += [f"{basis.reference(row)} · 权重 weight {row.weight} · {row.accepted_on}" for row in basis.accepted()]
    note = pair(f"计划 {planned or '–'} %", f"{planned or '–'} % was planned")
    return Figure("F1", pair("实际进度", "Earned progress"), value, "%", note, rows)


def planned(basis: Basis) -> Figure:
    """The weight of the milestones that are due in that of all."""
    standing = basis.standing
    value = percent(standing.due, standing.total)
    rows = [f"Σ 到期权重 due weight {standing.due} ÷ Σ 权重 weight {standing.total} = {value or '–'} %"]
    rows += [
        f"{basis.reference(row)} · 权重 weight {row.weight} · 到期 due {row.due_on}"
        for row in basis.milestones
        if row.state != "waived" and row.due_on <= basis.on
    ]
    note = pair(f"截至 {basis.on} 应完成", f"due by {basis.on}")
    return Figure("F2", pair("计划进度", "Planned progress"), value, "%", note, rows)


def accepted(basis: Basis) -> Figure:
    """How many milestones are accepted, of how many."""
    found = basis.accepted()
    within = sum(basis.in_period(row.accepted_on) for row in found)
    note = pair(f"本期通过 {within} 个", f"{within} in this period")
    rows = [_verified(basis, row) for row in found]
    return Figure("F3", pair("已通过里程碑", "Milestones accepted"), str(len(found)), f"/ {basis.standing.milestones}", note, rows)


def late(basis: Basis) -> Figure:
    """How many milestones are late."""
    found = basis.late()
    worst = max((basis.days_late(row) for row in found), default=0)
    note = pair(f"最长逾期 {worst} 天", f"{worst} days at most") if found else pair("无逾期", "none is late")
    rows = [
        f"{basis.reference(row)} · 到期 due {row.due_on} · 逾期 {basis.days_late(row)} 天 days late · {_owner(row)}" for row in found
    ]
    return Figure("F4", pair("逾期里程碑", "Milestones late"), str(len(found)), "", note, rows)


def ten_thousands(amount: Decimal) -> str:
    """Yuan in 万元 (ten thousand yuan), exactly and without trailing zeros, as text."""
    shown = f"{amount / 10000:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def money(basis: Basis) -> Figure:
    """What the active members committed."""
    members = basis.active
    rows = [f"{member.organisation} · {yuan(member.contribution)}" for member in members]
    note = pair(f"{len(members)} 家单位", f"{len(members)} organisations")
    label = pair("协议投入（万元）", "Committed money (CNY 10,000)")
    return Figure("F5", label, ten_thousands(basis.committed), "", note, rows)


def members(basis: Basis) -> Figure:
    """How many members there are."""
    joined = sum(basis.in_period(member.joined_on) for member in basis.members)
    left = sum(basis.in_period(member.left_on) for member in basis.members)
    note = pair(f"本期加入 {joined} 家，退出 {left} 家", f"{joined} joined and {left} left in this period")
    rows = [f"{member.organisation} · 加入 joined {member.joined_on}" for member in basis.active]
    return Figure("F6", pair("成员单位", "Members"), str(len(basis.active)), "", note, rows)


def evidence(basis: Basis) -> Figure:
    """How many files prove milestones; named by their hashes, since names may tell more than others may know."""
    found = basis.evidence()
    proven = len({milestone.id for milestone, _ in found})
    rows = [f"{basis.reference(row)} · {file.kind} · {file.size} B · SHA-256 {file.sha256}" for row, file in found]
    note = pair(f"涉及 {proven} 个里程碑", f"for {proven} milestones")
    return Figure("F7", pair("证明材料", "Evidence files"), str(len(found)), "", note, rows)


#: In the order of the paper; the first four stand on its cover.
FIGURES: tuple[Callable[[Basis], Figure], ...] = (earned, planned, accepted, late, money, members, evidence)


def all_of(basis: Basis) -> list[Figure]:
    """All figures of a report."""
    return [figure(basis) for figure in FIGURES]


def _owner(milestone: Milestone) -> str:
    firm = milestone.organisation
    return str(firm.short or firm)


def _verified(basis: Basis, milestone: Milestone) -> str:
    """Who said so, who agreed, and the hashes of what was shown."""
    parts = [f"{basis.reference(milestone)} · 通过 accepted {milestone.accepted_on} · {_owner(milestone)}"]
    word = last_report(milestone)
    if word is not None:
        parts.append(f"填报 reported by {word.reported_by.name}")
        if word.verifier is not None:
            parts.append(f"核验 verified for {word.verifier.short or word.verifier}")
        parts += [f"SHA-256 {file.sha256[:16]}" for file in word.evidence]
    return " · ".join(parts)
