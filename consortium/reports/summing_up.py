"""The figures that chapters give: each says what stands in a table of the report, and its records are the rows of that table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from consortium.agreements.facts import Facts, Pair, pair
from consortium.reports.figures import Figure, Record, counted, record, ten_thousands

Chapters = dict[str, Facts]
NOTHING = pair("", "")


def effort(found: Chapters) -> Figure:
    """The person-months logged by the end of the period."""
    listed = _table(found, "effort", "effort_by_project")
    value, planned = _total(listed, "logged"), _total(listed, "planned")
    note = pair(f"计划 {planned} 人月", f"of {planned} planned") if value else _note(found, "effort")
    rule = pair("各项目已填报人月之和", "The sum of the person-months logged in the projects")
    records = [_row(listed, row, _cell(listed, row, "logged"), "人月", "person-months") for row in _rows(listed)]
    return Figure("F8", pair("已投入人月", "Person-months worked"), value, "", note, rule, records)


def spent(found: Chapters) -> Figure:
    """The money spent by the end of the period."""
    listed = _table(found, "money", "money_by_project")
    total = _total(listed, "spent")
    accepted = _total(listed, "accepted")
    note = (
        pair(f"已核准 {accepted} 元", f"CNY {accepted} accepted")
        if accepted
        else _note(found, "money")
        if not total
        else NOTHING
    )
    rule = pair("各项目已填报支出之和", "The sum of the spending logged in the projects")
    records = [_row(listed, row, _cell(listed, row, "spent"), "元", "yuan") for row in _rows(listed)]
    value = ten_thousands(Decimal(total)) if total else ""
    return Figure("F9", pair("已支出（万元）", "Spent (CNY 10,000)"), value, "", note, rule, records)


def outcomes(found: Chapters) -> Figure:
    """How many patents, standards, papers and the like there are, each counted once."""
    kinds, listed = _table(found, "results", "outcome_kinds"), _table(found, "results", "outcomes")
    total, new = _total(kinds, "total") or "0", _total(kinds, "new") or "0"
    rule = pair(
        "登记的知识产权与其他成果，同一件只计一次",
        "Patents, standards, papers and the like in the register, each counted once",
    )
    records = [
        record("-".join(filter(None, row[:2])), _cell(listed, row, "title"), _cell(listed, row, "kind"), on=_cell(listed, row, "since")) for row in _rows(listed)
    ]  # fmt: skip
    return Figure(
        "F10",
        pair("知识产权与其他成果", "Patents, standards, papers"),
        total,
        "",
        pair(f"本期新增 {new} 项", f"{new} in this period"),
        rule,
        records,
        (listed or {}).get("printed"),
    )


def results(found: Chapters) -> Figure:
    """How many results there are."""
    listed = _table(found, "results", "results")
    rows = _rows(listed)
    agreed = sum(_cell(listed, row, "state")["en"].lower().startswith("agreed") for row in rows)
    rule = pair("登记的成果", "Results in the register")
    records = [
        record(
            f"{row[0]}-{row[1]}",
            _cell(listed, row, "title"),
            _cell(listed, row, "state"),
            on=_cell(listed, row, "made_on"),
        )
        for row in rows
    ]
    return Figure(
        "F11",
        pair("成果", "Results"),
        str(len(rows)),
        "",
        pair(f"权属已确认 {agreed} 项", f"ownership of {agreed} agreed"),
        rule,
        records,
        (listed or {}).get("printed"),
    )


def demonstrations(found: Chapters) -> Figure:
    """How many demonstration applications there are."""
    listed = _table(found, "demonstrations", "demonstrations")
    rows = _rows(listed)
    rule = pair("已立项的示范应用", "Demonstration applications that were begun")
    records = [
        record(_cell(listed, row, "number"), _cell(listed, row, "product"), _cell(listed, row, "stage")) for row in rows
    ]
    users = len({tuple(_cell(listed, row, "user").values()) for row in rows} - {("", "")})
    note = pair(f"用户单位 {users} 家", counted(users, "user organisation"))
    return Figure("F12", pair("示范应用", "Demonstrations"), str(len(rows)), "", note, rule, records)


def levels(found: Chapters) -> Figure:
    """How many projects have reached the readiness level that they aim at."""
    listed = _table(found, "readiness", "levels")
    rows = _rows(listed)
    there = sum(int(_cell(listed, row, "now")) >= int(_cell(listed, row, "target")) for row in rows)
    rule = pair("技术成熟度（TRL）不低于目标的项目", "Projects whose readiness level (TRL) is at least their target")
    records = [
        record(_cell(listed, row, "project"), _cell(listed, row, "title"), pair(what := f"TRL {_cell(listed, row, 'now')} / {_cell(listed, row, 'target')}", what))
        for row in rows
    ]  # fmt: skip
    changes = _rows(_table(found, "readiness", "level_changes"))
    note = pair(f"本期确认 {len(changes)} 次", f"{counted(len(changes), 'assessment')} confirmed in this period")
    return Figure(
        "F13",
        pair("达到目标成熟度的项目", "Projects at their readiness target"),
        str(there),
        f"/ {len(rows)}",
        note,
        rule,
        records,
    )


def high_risks(found: Chapters) -> Figure:
    """How many high risks stand."""
    counts, listed = _table(found, "risks", "risk_counts"), _table(found, "risks", "risks")
    rows = _rows(counts)
    high, medium = (str(rows[place][1]) if rows else "0" for place in (0, 1))
    rule = pair(
        "未关闭的高风险；下列为公开登记的主要风险",
        "High risks that are not closed; listed are the worst that are open to all",
    )
    records = [
        record(f"{row[0]}-{row[1]}", _cell(listed, row, "title"), _cell(listed, row, "band"), on=_cell(listed, row, "raised_on")) for row in _rows(listed)
    ]  # fmt: skip
    return Figure(
        "F14", pair("高风险", "High risks"), high, "", pair(f"中风险 {medium} 项", f"{medium} medium"), rule, records
    )


#: In the order of the report, after those of its milestones and members.
OF_CHAPTERS: tuple[Callable[[Chapters], Figure], ...] = (
    effort,
    spent,
    outcomes,
    results,
    demonstrations,
    levels,
    high_risks,
)


def all_of(chapters: Sequence[Facts]) -> list[Figure]:
    """The figures of chapters."""
    found = {one["id"]: one for one in chapters}
    return [figure(found) for figure in OF_CHAPTERS]


def _table(found: Chapters, chapter: str, name: str) -> Facts | None:
    return next((one for one in found[chapter]["tables"] if one["name"] == name), None)


def _rows(listed: Facts | None) -> list[list[Any]]:
    return listed["rows"] if listed else []


def _place(listed: Facts, name: str) -> int:
    return next(place for place, one in enumerate(listed["columns"]) if one["name"] == name)


def _cell(listed: Facts | None, row: list[Any], name: str) -> Any:
    return row[_place(listed, name)] if listed else ""


def _total(listed: Facts | None, name: str) -> str:
    if not listed or not listed["total"] or all(one["name"] != name for one in listed["columns"]):
        return ""
    return str(listed["total"][_place(listed, name)])


def _row(listed: Facts | None, row: list[Any], value: str, zh: str, en: str) -> Record:
    said = f"{Decimal(value):,.2f}" if value else value
    return record(_cell(listed, row, "project"), _cell(listed, row, "title"), pair(f"{said} {zh}", f"{said} {en}"))


def _note(found: Chapters, chapter: str) -> Pair:
    """Why there is no figure."""
    notes: list[Pair] = found[chapter]["notes"]
    return notes[0] if not found[chapter]["tables"] and notes else NOTHING
