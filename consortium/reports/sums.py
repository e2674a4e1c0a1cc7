"""Work and money of all firms of a report's projects, summed so that no sum tells what one firm has (docs/decisions/0020)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from consortium.agreements.facts import Facts, Pair, pair, word
from consortium.claims import queries as claims
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.core.disclosure import Part, Together, merged, open_sum, together
from consortium.core.shares import cut
from consortium.logbook.models import LoggedEffort, MonthlyLog
from consortium.logbook.queries import spent
from consortium.plans.models import Allocation, CostCategory, Effort, MoneySource, Node
from consortium.reports.basis import Basis
from consortium.reports.chapters import chapter, column, table
from consortium.reports.models import StatusReport

NONE = Decimal("0.00")
#: Amounts by project, firm, head, source and year; person-months by project and firm, with nothing in the other places.
Cube = dict[tuple[Any, ...], Decimal]
PROJECT, FIRM, HEAD, SOURCE, YEAR = range(5)
#: Heads and sources stand as the field lists them, numbers by their size.
ORDER: dict[Any, int] = {one: place for place, one in enumerate((*CostCategory, *MoneySource))}

CUT = pair(
    "为保护各单位的数据，少于三家单位的合计与其他项合并；与上次报告相比只有一两家单位变化的，同样处理。不能这样列出的栏目不列。",
    "So that no sum tells what one organisation has, those that fewer than three stand behind are put together with others, and so are those that only one or two have changed since the last report. A column that cannot be shown in this way is left out.",
)
TOO_FEW = pair(
    "为保护各单位的数据，不列出合计：填报单位，或自上次报告以来有变化的单位，不足三家。",
    "So that no sum tells what one organisation has, none is shown: fewer than three have logged, or have changed anything since the last report.",
)


def behind(basis: Basis) -> dict[str, list[list[Any]]]:
    """What stands behind the sums of a report, by firm, as it is kept beside it and never shown: the next report is compared with it."""
    return {
        name: [[*map(_plain, key), two(amount)] for key, amount in sorted(found.items(), key=str)]
        for name, found in _cubes(basis).items()
    }


def effort(basis: Basis) -> Facts:
    """Person-months by project: planned, logged by the end of the period, and what came since the last report."""
    planned = planned_effort([project.id for project in basis.projects])
    logged = _by(_parts(basis, {"effort": logged_effort(basis)})["effort"], PROJECT)
    rows: list[list[Any]] = []
    for one in together(logged):
        whole = sum((planned.get(int(str(key)), NONE) for key in one.keys), NONE)
        rows.append([*_project(basis, one), two(whole), two(one.until), two(one.within), part(one.until, whole)])
    columns = [
        column("project", "编号", "No.", "code"), column("title", "项目", "Project"), column("planned", "计划人月", "Planned", "months"),
        column("logged", "已投入", "Logged", "months"), column("within", "自上次报告", "Since the last report", "months"), column("used", "投入率", "Used", "share"),
    ]  # fmt: skip
    caption = pair("各项目人月", "Person-months by project")
    nothing = TOO_FEW if any(logged.values()) else pair("尚无已填报的人月。", "No person-months are logged yet.")
    return chapter(
        "effort",
        pair("人力投入", "Effort"),
        nothing,
        [_summed("effort_by_project", caption, columns, rows, 3, 2)],
        [CUT],
    )


def money(basis: Basis) -> Facts:
    """Money by project, head, source and year: spent, and as far as that can be shown planned, claimed, accepted and paid."""
    cubes = _cubes(basis)
    parts = _parts(basis, {name: cubes[name] for name in WORDS})
    rows = {place: _rows(parts, place) for place in (PROJECT, HEAD, SOURCE, YEAR)}
    columns = [name for name in WORDS if name == "spent" or _open(parts[name], rows, name)]
    tables = [
        _money(basis, "money_by_project", pair("各项目支出（元）", "Spending by project (CNY)"), parts, columns, PROJECT, rows[PROJECT], _project),
        _money(basis, "money_by_category", pair("各科目支出（元）", "Spending by category (CNY)"), parts, columns, HEAD, rows[HEAD], _named),
        _money(basis, "money_by_source", pair("各资金来源支出（元）", "Spending by source (CNY)"), parts, columns, SOURCE, rows[SOURCE], _named),
        _money(basis, "money_by_year", pair("各年度支出（元）", "Spending by year (CNY)"), parts, columns, YEAR, rows[YEAR], _year),
    ]  # fmt: skip
    nothing = TOO_FEW if cubes["spent"] else pair("尚无已填报的支出。", "No spending is logged yet.")
    return chapter("money", pair("经费", "Money"), nothing, tables, [CUT])


NAMES = {HEAD: ("科目", "Category"), SOURCE: ("来源", "Source"), YEAR: ("年度", "Year")}
WORDS = {
    "planned": pair("预算", "Planned"), "spent": pair("已支出", "Spent"), "claimed": pair("已请款", "Claimed"),
    "accepted": pair("已核准", "Accepted"), "paid": pair("已拨付", "Paid"),
}  # fmt: skip


def _rows(parts: Mapping[str, Mapping[tuple[Any, ...], Part]], place: int) -> list[Together[Any]]:
    """The rows of a table: what spending lets be told apart, and below it what is planned and not begun."""
    begun = together(_by(parts["spent"], place))
    there = {key for one in begun for key in one.keys}
    ahead = {key: firms for key, firms in _by(parts["planned"], place).items() if key not in there}
    return [*begun, *together(ahead)] if begun and place != YEAR else begun


#: Axes on which a column says nothing: a payment has no head, and a plan that is not split has no year.
WITHOUT = {"paid": HEAD, "planned": YEAR}


def _open(found: Mapping[tuple[Any, ...], Part], rows: Mapping[int, Sequence[Together[Any]]], name: str) -> bool:
    """Whether a column can be shown in all tables: one hidden cell would be told by the sums of another table."""
    if not found:
        return False
    for place, groups in rows.items():
        if place == WITHOUT.get(name):
            continue
        by = _by(found, place)
        if {key for key, firms in by.items() if any(any(one) for one in firms.values())} - {
            key for group in groups for key in group.keys
        }:
            return False
        for group in groups:
            cell = merged(by.get(key, {}) for key in group.keys)
            if any(any(one) for one in cell.values()) and open_sum(cell) is None:
                return False
    return True


def _money(
    basis: Basis, name: str, caption: Pair, parts: Mapping[str, Mapping[tuple[Any, ...], Part]], columns: Sequence[str], place: int,
    rows: Sequence[Together[Any]], named: Callable[[Basis, Together[Any]], list[Any]],
) -> Facts:  # fmt: skip
    """One table of money: its rows by what lies at a place of the keys, as spending lets them be told apart."""
    by = {key: _by(parts[key], place) for key in columns if WITHOUT.get(key) != place}
    cells = [
        [*named(basis, one), *(two(sum((until for until, _ in merged(found.get(key, {}) for key in one.keys).values()), NONE)) for found in by.values())]
        for one in rows
    ]  # fmt: skip
    first = (
        [column("project", "编号", "No.", "code"), column("title", "项目", "Project")]
        if place == PROJECT
        else [column("what", *NAMES[place])]
    )
    return _summed(
        name, caption, [*first, *(column(key, WORDS[key]["zh"], WORDS[key]["en"], "money") for key in by)], cells
    )


def _summed(
    name: str, caption: Pair, columns: list[Facts], rows: list[list[Any]], part_of: int = 0, whole: int = 0
) -> Facts:
    """A table with its line of sums."""
    total: list[Any] = []
    for place, one in enumerate(columns):
        if one["kind"] in ("money", "months"):
            total.append(two(sum((Decimal(row[place]) for row in rows), NONE)))
        elif one["kind"] == "share":
            total.append(part(Decimal(total[part_of]), Decimal(total[whole])))
        else:
            total.append(pair("合计", "Total") if one["kind"] == "text" else "")
    return table(name, caption, columns, rows, total)


def _by(found: Mapping[tuple[Any, ...], Part], place: int) -> dict[Hashable, dict[int, Part]]:
    """The parts of firms by what lies at a place of the keys."""
    keys = {key[place] for key in found if key[place] is not None}
    return {
        key: merged({row[FIRM]: part_} for row, part_ in found.items() if row[place] == key)
        for key in sorted(keys, key=lambda one: ORDER.get(one, one))
    }


def _project(basis: Basis, shown: Together[Any]) -> list[Any]:
    """The reference and the title of a project, or the numbers of those that are put together."""
    known = {project.id: project for project in basis.projects}
    there = [known[number] for number in shown.keys if number in known]
    if len(shown.keys) == 1 and there:
        return [
            there[0].reference,
            pair(there[0].title_zh or there[0].title_en, there[0].title_en or there[0].title_zh),
        ]
    # What the last report showed and this one no longer counts stays in the sums as a row, else the difference would tell it.
    listed = [project.reference.rpartition("-")[2] for project in there]
    gone = len(shown.keys) > len(there)
    zh, en = (
        [*listed, *(["不再计入的项目"] if gone else [])],
        [*listed, *(["projects that no longer count"] if gone else [])],
    )
    return [
        "",
        pair(
            f"{'、'.join(zh)}{' 合并' if len(zh) > 1 else ''}", f"{', '.join(en)}{' together' if len(en) > 1 else ''}"
        ),
    ]


def _named(basis: Basis, shown: Together[Any]) -> list[Any]:
    """The words of heads or sources."""
    words = [word(one) for one in shown.keys]
    return [pair("、".join(one["zh"] for one in words), ", ".join(one["en"] for one in words))]


def _year(basis: Basis, shown: Together[Any]) -> list[Any]:
    listed = sorted(str(year) for year in shown.keys)
    return [pair("、".join(listed), ", ".join(listed))]


def two(value: Decimal) -> str:
    """An amount, or person-months, with two decimals."""
    return f"{value:.2f}"


def part(some: Decimal, whole: Decimal) -> str:
    """A part of a whole, as text; empty where there is no whole."""
    return str(cut(some / whole)) if whole else ""


# What stands behind


def _cubes(basis: Basis) -> dict[str, Cube]:
    """All amounts by the end of the period."""
    numbers = [project.id for project in basis.projects]
    asked = claims.sums(numbers, date.min, basis.on)
    found = {
        name: {key: until for key, (until, _) in getattr(asked, name).items()}
        for name in ("claimed", "accepted", "paid")
    }
    return {
        "planned": planned_money(numbers),
        "spent": spent_money(numbers, basis.on),
        **found,
        "effort": logged_effort(basis),
    }


def _parts(basis: Basis, cubes: Mapping[str, Cube]) -> dict[str, dict[tuple[Any, ...], Part]]:
    """Amounts with what came to them since the last report that was submitted, whatever day or month it is about."""
    before = last_shown(basis.consortium)
    return {
        name: {key: (now.get(key, NONE), now.get(key, NONE) - old.get(key, NONE)) for key in sorted({*now, *old}, key=str)}
        for name, now in cubes.items() for old in [before.get(name, {})]
    }  # fmt: skip


def last_shown(consortium: Consortium) -> dict[str, Cube]:
    """What stood behind the report that was submitted last."""
    query = select(StatusReport.behind).where(
        StatusReport.consortium_id == consortium.id, StatusReport.behind.is_not(None)
    )
    kept = db.session.scalar(query.order_by(StatusReport.submitted_at.desc(), StatusReport.id.desc()).limit(1)) or {}
    return {
        name: {tuple(_meant(place, one) for place, one in enumerate(row[:-1])): Decimal(row[-1]) for row in rows}
        for name, rows in kept.items()
    }


def _plain(one: Any) -> Any:
    return one.value if isinstance(one, (CostCategory, MoneySource)) else one


def _meant(place: int, one: Any) -> Any:
    if one is None or place not in (HEAD, SOURCE):
        return one
    return CostCategory(one) if place == HEAD else MoneySource(one)


def planned_effort(project_ids: Iterable[int]) -> dict[int, Decimal]:
    """The planned person-months of projects."""
    query = select(Node.project_id, func.sum(Effort.months)).join(Node, Node.id == Effort.node_id)
    rows = db.session.execute(query.where(Node.project_id.in_(sorted(project_ids))).group_by(Node.project_id))
    return {row[0]: row[1] for row in rows}


def logged_effort(basis: Basis) -> Cube:
    """The person-months that firms logged in projects by the end of the month of the cut-off."""
    query = select(MonthlyLog.project_id, MonthlyLog.organisation_id, func.sum(LoggedEffort.months))
    query = query.join(MonthlyLog, MonthlyLog.id == LoggedEffort.log_id)
    query = query.where(
        MonthlyLog.project_id.in_([project.id for project in basis.projects]), MonthlyLog.month <= basis.on
    )
    rows = db.session.execute(query.group_by(MonthlyLog.project_id, MonthlyLog.organisation_id))
    return {(row[0], row[1], None, None, None): row[2] for row in rows}


def planned_money(project_ids: Iterable[int]) -> Cube:
    """The planned money of firms in projects, as the plan is now."""
    columns = (Node.project_id, Allocation.organisation_id, Allocation.category, Allocation.source, Allocation.year)
    query = select(*columns, func.sum(Allocation.amount)).join(Node, Node.id == Allocation.node_id)
    rows = db.session.execute(query.where(Node.project_id.in_(sorted(project_ids))).group_by(*columns))
    return {tuple(row[:5]): row[5] for row in rows}


def spent_money(project_ids: Iterable[int], last: date) -> Cube:
    """What firms spent in projects by the end of the month of a day."""
    found: Cube = {}
    rows = spent(
        ("project", "firm", "category", "source", "month"),
        MonthlyLog.project_id.in_(sorted(project_ids)),
        MonthlyLog.month <= last,
    )
    for (project, firm, head, source, month), amount in rows.items():
        key = (project, firm, head, source, month.year)
        found[key] = found.get(key, NONE) + amount
    return found
