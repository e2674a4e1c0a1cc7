"""The charts of the papers, drawn from their facts in the languages of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from markupsafe import Markup

from consortium.core.shares import percent
from consortium.documents import charts
from consortium.documents.charts import Bar, Mark, Series

Facts = Mapping[str, Any]
Tongues = Sequence[str]

STATE_TONES = {
    "accepted": "green",
    "verified": "blue",
    "reported": "blue",
    "returned": "amber",
    "late": "red",
    "planned": "grey",
}
#: In the ring each state has a tone of its own.
RING_TONES = {**STATE_TONES, "verified": "brand"}
LIGHT_TONES = {"green": "green", "amber": "amber", "red": "red", "grey": "grey"}
STATE_WORDS = {
    "accepted": {"zh": "已通过", "en": "accepted"},
    "verified": {"zh": "已核验", "en": "verified"},
    "reported": {"zh": "已上报", "en": "reported"},
    "returned": {"zh": "已退回", "en": "returned"},
    "late": {"zh": "逾期", "en": "late"},
    "planned": {"zh": "计划中", "en": "planned"},
}


def spoken(pair: Any, tongues: Tongues) -> str:
    """A text pair as one line in the languages of the paper; the other language where it has none of these."""
    if not isinstance(pair, Mapping):
        return str(pair or "")
    texts = [str(pair[tongue]) for tongue in tongues if pair.get(tongue)]
    texts = texts or [str(pair[tongue]) for tongue in ("zh", "en") if pair.get(tongue)]
    return " ".join(dict.fromkeys(texts))


def within(facts: Facts, reference: str) -> str:
    """How a paper names a project or milestone of its own consortium: `P01-M03` for `IC-2025-0001-P01-M03`."""
    return str(reference).removeprefix(f"{facts['consortium']['reference']}-")


def state_tone(milestone: Facts) -> str:
    """The colour of a milestone; red for what is late, whatever its state is called."""
    code = str(milestone["state"]["code"])
    if milestone.get("days_late") and code not in ("accepted", "verified", "reported"):
        return "red"
    return STATE_TONES.get(code, "grey")


def progress_curve(facts: Facts, tongues: Tongues) -> Markup:
    """Cumulative weight of the milestones that were due, and of those accepted, month by month, in per cent."""
    milestones, day = facts["milestones"], facts["period"]["as_of"]
    cutoff = day[:7]
    weights = [Decimal(str(row.get("weight") or 0)) for row in milestones]
    total = sum(weights) or Decimal(1)
    months = _months(
        [row["due_on"] for row in milestones] + [row["accepted_on"] for row in milestones if row.get("accepted_on")]
    )
    due, done = dict.fromkeys(months, Decimal(0)), dict.fromkeys(months, Decimal(0))
    for row, weight in zip(milestones, weights, strict=True):
        due[row["due_on"][:7]] += weight
        if row.get("accepted_on"):
            done[row["accepted_on"][:7]] += weight
    planned = [value * 100 / total for value in accumulate(due.values())]
    earned = [
        value * 100 / total if month <= cutoff else None
        for month, value in zip(months, accumulate(done.values()), strict=True)
    ]
    # a month's value stands at its end, so that a day lies between the one before and its own
    now = max(months.index(cutoff) - 1 + int(day[8:]) / 31, 0) if cutoff in months else None
    last = next((value for value in reversed(earned) if value is not None), Decimal(0))
    due_now = (
        sum((weight for row, weight in zip(milestones, weights, strict=True) if row["due_on"] <= day), Decimal(0))
        * 100
        / total
    )
    title = spoken({"zh": "计划进度与实际进度", "en": "Planned and earned progress"}, tongues)
    description = spoken(
        {
            "zh": f"截至 {day}，实际进度 {percent(last / 100)} %，计划进度 {percent(due_now / 100)} %。",
            "en": f"By {day} {percent(last / 100)} % is earned and {percent(due_now / 100)} % was planned.",
        },
        tongues,
    )
    series = [
        Series(spoken({"zh": "计划", "en": "Planned"}, tongues), planned, dash="4 2.4", tone="brand"),
        Series(spoken({"zh": "实际", "en": "Earned"}, tongues), earned, area=True, tone="brand-2", until=now),
    ]
    label = f"{spoken({'zh': '截止', 'en': 'cut-off'}, tongues)} {day}"
    return charts.line(title, description, months, series, width=330, unit="%", mark=now, mark_label=label)


def _months(days: Sequence[str]) -> list[str]:
    """Every month, as `2026-11`, from the one before the first day to that of the last; at most ten years."""
    if not days:
        return ["–", "– "]
    first, last = min(days), max(days)
    start, end = int(first[:4]) * 12 + int(first[5:7]) - 2, int(last[:4]) * 12 + int(last[5:7]) - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(max(start, end - 119), end + 1)]


def milestone_states(facts: Facts, tongues: Tongues) -> Markup:
    """How many milestones are in which state."""
    counts = facts["counts"]
    slices = [
        (spoken(STATE_WORDS[code], tongues), int(counts.get(code) or 0), RING_TONES[code])
        for code in RING_TONES
        if code in counts
    ]
    total = sum(count for _, count, _ in slices)
    title = spoken({"zh": "里程碑状态", "en": "Milestones by state"}, tongues)
    words = "; ".join(f"{label}: {count}" for label, count, _ in slices)
    return charts.donut(
        title, words, slices, centre=(str(total), spoken({"zh": "里程碑", "en": "milestones"}, tongues[:1]))
    )


def project_plan(facts: Facts, tongues: Tongues) -> Markup:
    """The projects over the calendar, with what is done and with their milestones where the facts have them."""
    marks: dict[str, list[Mark]] = {}
    for row in facts.get("milestones") or ():
        marks.setdefault(row["project"], []).append(Mark(date.fromisoformat(row["due_on"]), state_tone(row)))
    bars = [
        Bar(
            f"{within(facts, row['reference'])} · {spoken(row['title'], tongues[:1])}",
            date.fromisoformat(row["starts_on"]),
            date.fromisoformat(row["ends_on"]),
            Decimal(row.get("progress") or 0),
            "brand-2",
            marks.get(row["reference"], ()),
        )
        for row in facts["projects"]
        if row.get("starts_on") and row.get("ends_on")
    ]
    title = spoken({"zh": "项目时间线", "en": "Timeline of the projects"}, tongues)
    words = "; ".join(f"{row['reference']}: {row['starts_on']} – {row['ends_on']}" for row in facts["projects"])
    label = spoken({"zh": "截止", "en": "cut-off"}, tongues)
    today = date.fromisoformat(facts.get("period", {}).get("as_of") or facts["cutoff"][:10])
    return charts.gantt(title, words, bars, today=today, today_label=f"{label} {today}", width=496, label_width=190)


def contributions(facts: Facts, tongues: Tongues) -> Markup:
    """Committed money by organisation, in 万元 (CNY 10,000)."""
    entries = [
        (spoken(row["organisation"], tongues[:1]), Decimal(row["planned"]), f"{Decimal(row['planned']) / 10000:,.1f}")
        for row in facts["money"]
    ]
    title = spoken({"zh": "各单位投入（万元）", "en": "Contributions (CNY 10,000)"}, tongues)
    words = "; ".join(f"{label}: {amount}" for label, _, amount in entries)
    return charts.ranking(title, words, entries, width=520)
