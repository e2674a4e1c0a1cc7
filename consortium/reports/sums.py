"""Work and money of all firms of a report's projects, summed so that no sum tells what one firm has (docs/decisions/0020)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from consortium.agreements.facts import Facts, Pair, pair, word
from consortium.claims import queries as claims
from consortium.core.db import db
from consortium.core.disclosure import Past, Together, Told, parts, showing, tells_little, together
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
#: All of it under one key: what the lines of sums tell, which are the same in all tables.
WHOLE = 5
#: What each firm has by what lies at a place of the keys; and a column of a table: the name of its amounts, and the place.
Axis = dict[Hashable, dict[int, Decimal]]
Column = tuple[str, int]
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


@dataclass(frozen=True)
class Reckoned:
    """What the sums of a report are made of, worked out once: by column what firms have, what was told of it, and how it is shown."""

    now: dict[Column, Axis]
    told: dict[Column, Told[Any]]
    #: What firms had by the report before, of which a report that is written anew tells the difference.
    before: dict[Column, Told[Any]]
    effort: list[Together[Any]]
    rows: dict[int, list[Together[Any]]]
    columns: list[str]


def reckoned(basis: Basis) -> Reckoned:
    """The sums of a report; worked out at the first call, and kept with what the report is made of."""
    found = basis.kept.get("sums")
    if not isinstance(found, Reckoned):
        found = basis.kept["sums"] = _reckoned(basis)
    return found


def _reckoned(basis: Basis) -> Reckoned:
    now, (told, before) = axes(_cubes(basis)), known(basis)
    rows = _tables(now, told)
    return Reckoned(
        now, told, before,
        effort=together(parts(now["effort", PROJECT], told["effort", PROJECT]), told["effort", PROJECT].past),
        rows=rows,
        columns=[name for name in WORDS if name == "spent" or _open(now, told, rows, name)],
    )  # fmt: skip


def behind(basis: Basis) -> dict[str, Any]:
    """What is told of by the tables of a report, by firm, as it is kept beside it and never shown: later reports are judged by it."""
    found = reckoned(basis)
    told = dict(found.told)
    for (name, place), axis in found.now.items():
        groups = found.effort if name == "effort" else found.rows[place] if name in found.columns else []
        told[name, place] = showing(axis, [one.keys for one in groups], told[name, place])
    return {f"{name}/{place}": _packed(one) for (name, place), one in told.items() if one.past}


def effort(basis: Basis) -> Facts:
    """Person-months by project: planned, logged by the end of the period, and what came since the last report."""
    planned = planned_effort([project.id for project in basis.projects])
    found = reckoned(basis)
    before = found.before["effort", PROJECT].last
    rows: list[list[Any]] = []
    for one in found.effort:
        whole = sum((planned.get(int(str(key)), NONE) for key in one.keys), NONE)
        within = one.until - _sum(before, one.keys)
        if not one.firms and not whole:
            continue
        rows.append([*_project(basis, one), two(whole), two(one.until), two(within), part(one.until, whole)])
    columns = [
        column("project", "编号", "No.", "code"), column("title", "项目", "Project"), column("planned", "计划人月", "Planned", "months"),
        column("logged", "已投入", "Logged", "months"), column("within", "自上次报告", "Since the last report", "months"), column("used", "投入率", "Used", "share"),
    ]  # fmt: skip
    caption = pair("各项目人月", "Person-months by project")
    nothing = (
        TOO_FEW if found.now["effort", PROJECT] else pair("尚无已填报的人月。", "No person-months are logged yet.")
    )
    return chapter("effort", EFFORT, nothing, [_summed("effort_by_project", caption, columns, rows, 3, 2)], [CUT])


def money(basis: Basis) -> Facts:
    """Money by project, head, source and year: spent, and as far as that can be shown planned, claimed, accepted and paid."""
    found = reckoned(basis)
    tables = [
        _money(basis, "money_by_project", pair("各项目支出（元）", "Spending by project (CNY)"), PROJECT, _project),
        _money(basis, "money_by_category", pair("各科目支出（元）", "Spending by category (CNY)"), HEAD, _named),
        _money(basis, "money_by_source", pair("各资金来源支出（元）", "Spending by source (CNY)"), SOURCE, _named),
        _money(basis, "money_by_year", pair("各年度支出（元）", "Spending by year (CNY)"), YEAR, _year),
    ]
    nothing = TOO_FEW if found.now["spent", PROJECT] else pair("尚无已填报的支出。", "No spending is logged yet.")
    return chapter("money", MONEY, nothing, tables, [CUT])


MONEY, EFFORT = pair("经费", "Money"), pair("人力投入", "Effort")
PLACES = (PROJECT, HEAD, SOURCE, YEAR)
NAMES = {HEAD: ("科目", "Category"), SOURCE: ("来源", "Source"), YEAR: ("年度", "Year")}
WORDS = {
    "planned": pair("预算", "Planned"), "spent": pair("已支出", "Spent"), "claimed": pair("已请款", "Claimed"),
    "accepted": pair("已核准", "Accepted"), "paid": pair("已拨付", "Paid"),
}  # fmt: skip


def _tables(now: Mapping[Column, Axis], told: Mapping[Column, Told[Any]]) -> dict[int, list[Together[Any]]]:
    """The rows of all tables of money; none where the line of sums, which each of them has, would tell too much."""
    whole = together(parts(now["spent", WHOLE], told["spent", WHOLE]), told["spent", WHOLE].past)
    rows = {place: _rows(now, told, place) if whole else [] for place in PLACES}
    return {**rows, WHOLE: whole if any(rows.values()) else []}


def _rows(now: Mapping[Column, Axis], told: Mapping[Column, Told[Any]], place: int) -> list[Together[Any]]:
    """The rows of a table: what spending lets be told apart, and below it what is planned and not begun."""
    spent_, planned = ("spent", place), ("planned", place)
    begun = together(parts(now[spent_], told[spent_]), told[spent_].past)
    if not begun or place == YEAR:
        return begun
    there = {key for one in begun for key in one.keys}
    ahead = {key: firms for key, firms in parts(now[planned], told[planned]).items() if key not in there}
    return [*begun, *together(ahead)]


#: Axes on which a column says nothing: a payment has no head, and a plan that is not split has no year.
WITHOUT = {"paid": HEAD, "planned": YEAR}


def _open(
    now: Mapping[Column, Axis], told: Mapping[Column, Told[Any]], rows: Mapping[int, Sequence[Together[Any]]], name: str
) -> bool:
    """Whether a column can be shown in all tables: one hidden cell would be told by the sums of another table."""
    places = [place for place in PLACES if WITHOUT.get(name) != place]
    if not any(now[name, place] for place in places):
        return False
    return all(
        tells_little(
            parts(now[name, place], told[name, place]), [one.keys for one in rows[place]], told[name, place].past
        )
        for place in places
    )


def _sum(axis: Mapping[Any, Mapping[int, Decimal]], keys: Iterable[Any]) -> Decimal:
    return sum((amount for key in keys for amount in axis.get(key, {}).values()), NONE)


def _money(
    basis: Basis, name: str, caption: Pair, place: int, named: Callable[[Basis, Together[Any]], list[Any]]
) -> Facts:
    """One table of money: its rows by what lies at a place of the keys, as spending lets them be told apart."""
    found = reckoned(basis)
    columns = [key for key in found.columns if WITHOUT.get(key) != place]
    cells = [
        [*named(basis, one), *(two(_sum(found.now[key, place], one.keys)) for key in columns)]
        for one in found.rows[place]
        # Where nobody stands behind a row all is gone that it told; what is planned there stays planned.
        if one.firms or any(_sum(found.now[key, place], one.keys) for key in columns)
    ]
    first = (
        [column("project", "编号", "No.", "code"), column("title", "项目", "Project")]
        if place == PROJECT
        else [column("what", *NAMES[place])]
    )
    return _summed(
        name, caption, [*first, *(column(key, WORDS[key]["zh"], WORDS[key]["en"], "money") for key in columns)], cells
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


def axes(cubes: Mapping[str, Cube]) -> dict[Column, Axis]:
    """What each firm has by what lies at each place of the keys, in the order in which it stands in tables."""
    found: dict[Column, Axis] = {}
    for name, cube in cubes.items():
        for place in (PROJECT,) if name == "effort" else (*PLACES, WHOLE) if name == "spent" else PLACES:
            axis: Axis = {}
            for key, amount in cube.items():
                if amount and (what := "" if place == WHOLE else key[place]) is not None:
                    firms = axis.setdefault(what, {})
                    firms[key[FIRM]] = firms.get(key[FIRM], NONE) + amount
            found[name, place] = {one: axis[one] for one in sorted(axis, key=_order)}
    return found


def _order(one: Any) -> Any:
    return ORDER.get(one, one)


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


def known(basis: Basis) -> tuple[dict[Column, Told[Any]], dict[Column, Told[Any]]]:
    """What all reports have told of each column, and what those have but the one on this period, which may be submitted once more."""
    query = select(StatusReport.starts_on, StatusReport.ends_on, StatusReport.behind).where(
        StatusReport.consortium_id == basis.consortium.id, StatusReport.behind.is_not(None)
    )
    query = query.order_by(StatusReport.submitted_at.desc(), StatusReport.id.desc())
    found = [
        ((first, last) == (basis.starts_on, basis.ends_on), kept)
        for first, last, kept in db.session.execute(query.limit(2))
    ]
    # A report that was taken up again is the newest, or another has been submitted since, which knows of it.
    before: dict[str, Any] = next((kept for own, kept in found if not own), {})
    return _told(found[0][1] if found else {}), _told(before)


def _told(kept: Mapping[str, Any]) -> dict[Column, Told[Any]]:
    """What was told, as it is kept with a report."""
    found: dict[Column, Told[Any]] = {("effort", PROJECT): Told(), ("spent", WHOLE): Told()} | {
        (name, place): Told() for name in WORDS for place in PLACES
    }
    for text, one in kept.items():
        name, _, number = text.partition("/")
        if not number:
            continue
        place = int(number)
        last: Axis = {}
        for key, firm, amount in one["last"]:
            last.setdefault(_meant(place, key), {})[firm] = Decimal(amount)
        past = [
            Past(
                tuple(tuple(_meant(place, key) for key in group) for group in shown["groups"]),
                {_meant(place, key): frozenset(firms) for key, firms in shown["changed"]},
            )
            for shown in one["past"]
        ]
        found[name, place] = Told({key: last[key] for key in sorted(last, key=_order)}, tuple(past))
    return found


def _packed(told: Told[Any]) -> dict[str, Any]:
    """What is told, as it can be kept as JSON."""
    return {
        "last": [[_plain(key), firm, two(amount)] for key, firms in told.last.items() for firm, amount in sorted(firms.items())],
        "past": [
            {
                "groups": [[_plain(key) for key in group] for group in one.groups],
                "changed": [[_plain(key), sorted(firms)] for key, firms in one.changed.items()],
            }
            for one in told.past
        ],
    }  # fmt: skip


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
