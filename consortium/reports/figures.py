"""The figures of a status report: each with an id, a value, and the records that it follows from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from consortium.agreements.facts import Pair, pair
from consortium.core import clock, shares
from consortium.projects.hindsight import Seen
from consortium.reports.basis import Basis, last_report
from consortium.reports.chapters import RECORDS, printed

Record = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """One figure: `value` is a plain number as text, empty where nothing is known; `rule` says how it follows from `records`."""

    id: str
    label: Pair
    value: str
    unit: str
    note: Pair
    rule: Pair
    records: list[Record] = field(default_factory=list)
    #: The places of those that page and paper list where there are many.
    listed: list[int] | None = None

    def facts(self) -> dict[str, Any]:
        """The figure as the facts have it."""
        return {"id": self.id, "label": self.label, "value": self.value, "unit": self.unit, "note": self.note}

    def evidence(self) -> dict[str, Any]:
        """What it follows from: as records for a table, and as lines for a page or a sheet."""
        rows = [" · ".join(dict.fromkeys(self.rule.values())), *map(line, self.records)]
        listed = printed(len(self.records), self.listed, RECORDS)
        return {"figure": self.id, "rule": self.rule, "records": self.records, "rows": rows} | listed


def record(reference: str, title: Pair, what: Pair, *, on: object = "", who: str = "", sha256: str = "") -> Record:
    """One record behind a figure: what it is called, what it says, on which day, who, and the hash of a file."""
    return {"reference": reference, "title": title, "what": what, "on": str(on or ""), "who": who, "sha256": sha256}


def line(found: Record) -> str:
    """A record as one line in both languages."""
    named = [found["reference"]] if found["reference"] else [found["title"]["zh"], found["title"]["en"]]
    parts = [*named, found["what"]["zh"], found["what"]["en"], found["on"], found["who"]]
    if found["sha256"]:
        parts.append(f"SHA-256 {found['sha256']}")
    return " · ".join(dict.fromkeys(part for part in parts if part))


def counted(count: int, one: str, many: str = "") -> str:
    """`1 organisation`, `9 organisations`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def percent(part: int, whole: int) -> str:
    """A part of a whole in per cent, as text; empty where there is no whole."""
    return shares.percent(Decimal(part) / whole) if whole else ""


def earned(basis: Basis) -> Figure:
    """The weight of the accepted milestones in that of all."""
    standing = basis.standing
    value, planned = percent(standing.accepted, standing.total), percent(standing.due, standing.total)
    rule = pair(
        f"已通过里程碑权重 {standing.accepted} ÷ 全部里程碑权重 {standing.total} = {value or '–'} %",
        f"Weight of the accepted milestones, {standing.accepted}, ÷ weight of all, {standing.total} = {value or '–'} %",
    )
    note = pair(f"计划 {planned or '–'} %", f"{planned or '–'} % was planned")
    records = [_weighed(basis, row) for row in basis.accepted()]
    return Figure("F1", pair("实际进度", "Earned progress"), value, "%", note, rule, records)


def planned(basis: Basis) -> Figure:
    """The weight of the milestones that are due in that of all."""
    standing = basis.standing
    value = percent(standing.due, standing.total)
    rule = pair(
        f"已到期里程碑权重 {standing.due} ÷ 全部里程碑权重 {standing.total} = {value or '–'} %",
        f"Weight of the milestones due, {standing.due}, ÷ weight of all, {standing.total} = {value or '–'} %",
    )
    records = [_weighed(basis, row) for row in basis.milestones if row.state != "waived" and row.due_on <= basis.on]
    note = pair(f"截至 {basis.on} 应完成", f"due by {basis.on}")
    return Figure("F2", pair("计划进度", "Planned progress"), value, "%", note, rule, records)


def accepted(basis: Basis) -> Figure:
    """How many milestones are accepted, of how many."""
    found = basis.accepted()
    within = sum(basis.in_period(row.accepted_on) for row in found)
    note = pair(f"本期通过 {within} 个", f"{within} in this period")
    rule = pair(
        f"截至 {basis.on} 经其他单位核验通过的里程碑",
        f"Milestones that another organisation verified and accepted by {basis.on}",
    )
    records = [_verified(basis, row) for row in found]
    return Figure(
        "F3",
        pair("已通过里程碑", "Milestones accepted"),
        str(len(found)),
        f"/ {basis.standing.milestones}",
        note,
        rule,
        records,
    )


def late(basis: Basis) -> Figure:
    """How many milestones are late."""
    found = basis.late()
    worst = max((basis.days_late(row) for row in found), default=0)
    note = pair(f"最长逾期 {worst} 天", f"{counted(worst, 'day')} at most") if found else pair("无逾期", "none is late")
    rule = pair(
        f"截至 {basis.on} 到期日已过而未提交的里程碑", f"Milestones whose day had passed by {basis.on} without a report"
    )
    records = []
    for row in found:
        days = basis.days_late(row)
        what = pair(f"逾期 {days} 天", f"{counted(days, 'day')} late")
        records.append(record(basis.reference(row), title_of(row), what, on=row.due_on, who=_owner(row)))
    return Figure("F4", pair("逾期里程碑", "Milestones late"), str(len(found)), "", note, rule, records)


def ten_thousands(amount: Decimal) -> str:
    """Yuan in 万元 (ten thousand yuan), exactly and without trailing zeros, as text."""
    shown = f"{amount / 10000:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def money(basis: Basis) -> Figure:
    """What the active members committed."""
    members = basis.active
    note = pair(f"{len(members)} 家单位", counted(len(members), "organisation"))
    label = pair("协议投入（万元）", "Committed money (CNY 10,000)")
    rule = pair("在册成员单位协议投入之和", "The sum of what the present members committed")
    records = [
        record("", member.organisation.names_pair, pair(amount := f"{member.contribution:,.2f}", amount))
        for member in members
    ]
    return Figure("F5", label, ten_thousands(basis.committed), "", note, rule, records)


def members(basis: Basis) -> Figure:
    """How many members there are."""
    joined = sum(basis.in_period(member.joined_on) for member in basis.members)
    left = sum(basis.in_period(member.left_on) for member in basis.members)
    note = pair(f"本期加入 {joined} 家，退出 {left} 家", f"{joined} joined and {left} left in this period")
    rule = pair(f"截至 {basis.on} 已加入且未退出的单位", f"Organisations that had joined and not left by {basis.on}")
    records = [
        record("", member.organisation.names_pair, pair("加入", "joined"), on=member.joined_on)
        for member in basis.active
    ]
    return Figure("F6", pair("成员单位", "Members"), str(len(basis.active)), "", note, rule, records)


def evidence(basis: Basis) -> Figure:
    """How many files prove milestones; named by their hashes, since names may tell more than others may know."""
    found = basis.evidence()
    proven = len({milestone.id for milestone, _ in found})
    rule = pair(
        "随里程碑上报提交的文件，以 SHA-256 标识", "Files handed in with reports on milestones, named by their SHA-256"
    )
    records = [
        record(
            basis.reference(row), title_of(row), pair(kind := f"{file.kind.upper()} · {file.size:,} B", kind),
            on=clock.local(file.created_at).date(), who=_owner(row), sha256=file.sha256,
        )
        for row, file in found
    ]  # fmt: skip
    note = pair(f"涉及 {proven} 个里程碑", f"for {counted(proven, 'milestone')}")
    return Figure("F7", pair("证明材料", "Evidence files"), str(len(found)), "", note, rule, records)


#: In the order of the paper; the first four stand on its cover.
FIGURES: tuple[Callable[[Basis], Figure], ...] = (earned, planned, accepted, late, money, members, evidence)


def all_of(basis: Basis) -> list[Figure]:
    """All figures of a report."""
    return [figure(basis) for figure in FIGURES]


def title_of(milestone: Seen) -> Pair:
    """The title of a milestone."""
    return pair(milestone.title_zh, milestone.title_en)


def _owner(milestone: Seen) -> str:
    firm = milestone.organisation
    return str(firm.short or firm)


def _weighed(basis: Basis, milestone: Seen) -> Record:
    """A milestone and its weight."""
    what = pair(f"权重 {milestone.weight}", f"weight {milestone.weight}")
    return record(basis.reference(milestone), title_of(milestone), what)


def _verified(basis: Basis, milestone: Seen) -> Record:
    """Who said that a milestone is reached, and who agreed."""
    word, what = last_report(milestone), pair("", "")
    if word is not None:
        who = word.reported_by.name
        what = pair(f"{who}填报", f"reported by {who}")
        if word.verifier is not None:
            firm = word.verifier.short or word.verifier
            what = pair(f"{what['zh']}，{firm}核验", f"{what['en']}, verified for {firm}")
        if word.decider is not None:
            firm = word.decider.short or word.decider
            what = pair(f"{what['zh']}，{firm}通过", f"{what['en']}, accepted for {firm}")
    return record(
        basis.reference(milestone), title_of(milestone), what, on=milestone.accepted_on, who=_owner(milestone)
    )
