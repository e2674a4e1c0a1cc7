"""A status report as a workbook and as CSV, made from the facts of its paper and from nothing else, so that all figures are equal.

Both are in Chinese and English at once, like the paper: a file does not depend on who takes it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

import xlsxwriter

from consortium.documents.tables import FORMATS, WIDTHS, Column, Kind, Table, sheet_title, to_csv, write_cell

Facts = dict[str, Any]


def number(text: str | None) -> Decimal | str | None:
    """A number that the facts keep as text, exactly; other text as it is."""
    if text in (None, ""):
        return None
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return text


def day(iso: str | None) -> date | None:
    """A day that the facts keep as text."""
    return date.fromisoformat(iso) if iso else None


def two(pair: Any) -> str:
    """Both languages of a text, Chinese first."""
    if not isinstance(pair, dict):
        return str(pair or "")
    return " / ".join(dict.fromkeys(text for text in (pair.get("zh"), pair.get("en")) if text))


def _column(name: str, label: str, value: Callable[[Facts], Any], kind: Kind = "text") -> Column:
    return Column(name, label, value, kind=kind)


FIGURES = Table("figures", "关键数字 Figures", (
    _column("id", "编号 Id", lambda row: row["id"]),
    _column("label", "指标 Figure", lambda row: two(row["label"])),
    _column("value", "数值 Value", lambda row: number(row["value"])),
    _column("unit", "单位 Unit", lambda row: row["unit"]),
    _column("note", "说明 Note", lambda row: two(row["note"])),
))  # fmt: skip
MILESTONES = Table("milestones", "里程碑 Milestones", (
    _column("reference", "编号 Reference", lambda row: row["reference"]),
    _column("project", "项目 Project", lambda row: row["project"]),
    _column("title", "里程碑 Milestone", lambda row: two(row["title"])),
    _column("owner", "责任单位 Owner", lambda row: two(row["owner"])),
    _column("due_on", "到期 Due", lambda row: day(row["due_on"]), "day"),
    _column("weight", "权重 Weight", lambda row: number(row["weight"]), "count"),
    _column("state", "状态 State", lambda row: two(row["state"])),
    _column("days_late", "逾期天数 Days late", lambda row: row["days_late"], "count"),
    _column("reached_on", "达成日期 Reached", lambda row: day(row.get("reached_on", "")), "day"),
    _column("accepted_on", "通过日期 Accepted", lambda row: day(row["accepted_on"]), "day"),
))  # fmt: skip
PROJECTS = Table("projects", "项目 Projects", (
    _column("reference", "编号 Reference", lambda row: row["reference"]),
    _column("title", "项目 Project", lambda row: two(row["title"])),
    _column("lead", "负责单位 Lead", lambda row: two(row["lead"])),
    _column("starts_on", "开始 From", lambda row: day(row["starts_on"]), "day"),
    _column("ends_on", "结束 To", lambda row: day(row["ends_on"]), "day"),
    _column("progress", "进度 Progress", lambda row: number(row["progress"]), "share"),
    _column("planned", "计划 Planned", lambda row: number(row["planned"]), "share"),
    _column("budget", "预算（元） Budget (CNY)", lambda row: number(row["budget"]), "money"),
    _column("light", "状态 State", lambda row: two(row["light"]["word"])),
    _column("reasons", "理由 Reasons", lambda row: " ".join(two(reason) for reason in row["reasons"])),
))  # fmt: skip
MONEY = Table("money", "资金 Money", (
    _column("organisation", "单位 Organisation", lambda row: two(row["organisation"])),
    _column("planned", "协议投入（元） Committed (CNY)", lambda row: number(row["planned"]), "money"),
    _column("share", "份额 Share", lambda row: number(row["share"]), "share"),
))  # fmt: skip
MEMBERS = Table("members", "成员单位 Members", (
    _column("name", "单位 Organisation", lambda row: two(row["name"])),
    _column("kind", "类别 Kind", lambda row: two(row["kind"])),
    _column("role", "角色 Role", lambda row: two(row["role"])),
    _column("joined_on", "加入 Joined", lambda row: day(row["joined_on"]), "day"),
    _column("left_on", "退出 Left", lambda row: day(row["left_on"]), "day"),
))  # fmt: skip
EVIDENCE = Table("evidence", "数据来源 Evidence", (
    _column("figure", "指标 Figure", lambda row: row["figure"]),
    _column("row", "记录 Record", lambda row: row["row"]),
))  # fmt: skip
PROOF = Table("proof", "报告 Report", (
    _column("name", "项 Item", lambda row: row[0]),
    _column("value", "内容 Content", lambda row: row[1]),
))  # fmt: skip

#: One line a value: what a CSV can hold without several tables in one file.
LINES = Table("report", "进展报告 Status report", (
    _column("part", "部分 Part", lambda row: row[0]),
    _column("reference", "编号 Reference", lambda row: row[1]),
    _column("name", "名称 Name", lambda row: row[2]),
    _column("value", "数值 Value", lambda row: row[3]),
    _column("unit", "单位 Unit", lambda row: row[4]),
    _column("note", "说明 Note", lambda row: row[5]),
))  # fmt: skip


def proof(facts: Facts) -> list[tuple[str, str]]:
    """What a file says of the paper that it belongs to."""
    return [
        ("报告编号 Reference", facts["id"]),
        ("联合体 Consortium", two(facts["consortium"]["name"])),
        (
            "报告期 Period",
            f"{two(facts['period']['label'])} ({facts['period']['starts_on']} – {facts['period']['ends_on']})",
        ),
        ("状态截至 States as of", facts["period"]["as_of"]),
        ("数据读取 Records read at", facts["cutoff"]),
        ("总体状态 Overall", two(facts["light"]["word"])),
        *(("理由 Reason", two(reason)) for reason in facts["light"]["reasons"]),
        ("填报情况 Reports received", f"{facts['coverage']['reported']} / {facts['coverage']['of']}"),
        ("记录链首 Head of the record chain", facts["chain_head"]),
        ("验证网址 Address for verification", facts["verify_url"]),
        ("文字说明 Narrative", facts["narrative"]["zh"]),
        ("Narrative", facts["narrative"]["en"]),
    ]


#: How the columns of chapters are kept in files, by what their cells are.
KINDS: dict[str, Kind] = {"money": "money", "months": "money", "share": "share", "day": "day", "count": "count"}


def chapters(facts: Facts) -> Iterator[tuple[Table, list[Any]]]:
    """The tables of the chapters, each with its rows and its line of sums; papers of before have none."""
    for chapter in facts.get("chapters", ()):
        for listed in chapter["tables"]:
            columns = [
                _column(
                    one["name"],
                    " ".join(dict.fromkeys(one["label"].values())),
                    partial(cell, place, one["kind"]),
                    KINDS.get(one["kind"], "text"),
                )
                for place, one in enumerate(listed["columns"])
            ]
            rows = [*listed["rows"], *([listed["total"]] if listed["total"] else [])]
            yield Table(listed["name"], two(listed["caption"]), tuple(columns)), rows


def cell(place: int, kind: str, row: list[Any]) -> Any:
    """One cell of a chapter's table as files keep it: numbers and days as such."""
    value = row[place]
    if kind == "day":
        return day(value)
    return two(value) if kind in ("text", "code") else number(value)


def pages(facts: Facts) -> list[tuple[Table, list[Any]]]:
    """The sheets of the workbook with their rows."""
    sources = [{"figure": source["figure"], "row": row} for source in facts["evidence"] for row in source["rows"]]
    return [
        (PROOF, proof(facts)), (FIGURES, facts["figures"]), (PROJECTS, facts["projects"]), (MILESTONES, facts["milestones"]),
        (MONEY, facts["money"]), *chapters(facts), (MEMBERS, facts["members"]), (EVIDENCE, sources),
    ]  # fmt: skip


def lines(facts: Facts) -> Iterator[tuple[str, str, str, Any, str, str]]:
    """Every value of the report as a line."""
    for name, content in proof(facts):
        yield "报告 Report", facts["id"], name, content, "", ""
    for row in facts["figures"]:
        yield "指标 Figure", row["id"], two(row["label"]), number(row["value"]), row["unit"], two(row["note"])
    for row in facts["projects"]:
        name = two(row["title"])
        yield "项目进度 Progress", row["reference"], name, number(row["progress"]), "", two(row["light"]["word"])
        yield "项目计划 Planned", row["reference"], name, number(row["planned"]), "", ""
        yield "项目预算 Budget", row["reference"], name, number(row["budget"]), "元 CNY", ""
    for row in facts["milestones"]:
        late = f"逾期 {row['days_late']} 天 days late" if row["days_late"] else row["accepted_on"] or ""
        yield (
            "里程碑 Milestone",
            row["reference"],
            two(row["title"]),
            number(row["weight"]),
            "权重 weight",
            f"{two(row['state'])} · {row['due_on']} {late}".strip(),
        )
    for row in facts["money"]:
        yield "协议投入 Committed", "", two(row["organisation"]), number(row["planned"]), "元 CNY", row["share"]
    yield "协议投入合计 Committed in all", "", "", number(facts["money_total"]), "元 CNY", ""
    for table, rows in chapters(facts):
        yield from _each_number(table, rows)
    for row in facts["members"]:
        yield "成员单位 Member", "", two(row["name"]), None, "", f"{two(row['role'])} · {row['joined_on']}"


def _each_number(table: Table, rows: list[Any]) -> Iterator[tuple[str, str, str, Any, str, str]]:
    """A line for each number of a table: what the row is called, and in place of the unit what the number says."""
    for row in table.rows(rows):
        named = [str(value) for value in row if isinstance(value, str) and value]
        for column, value in zip(table.columns, row, strict=True):
            if isinstance(value, Decimal):
                yield str(table.caption), named[0] if named else "", " · ".join(named[1:]), value, str(column.label), ""


def csv(facts: Facts) -> bytes:
    """The report as CSV in UTF-8 with a byte order mark."""
    return "".join(to_csv(LINES, lines(facts))).encode()


def xlsx(facts: Facts) -> bytes:
    """The report as a workbook; the same facts give the same bytes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    created = datetime.fromisoformat(facts["cutoff"]).astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": f"{facts['id']} {two(facts['title'])}", "created": created})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    looks = {kind: book.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
    for table, rows in pages(facts):
        _page(book, table, rows, head, looks)
    book.close()
    return stream.getvalue()


def _page(book: Any, table: Table, rows: list[Any], head: Any, looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(sheet_title(str(table.caption)))
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, WIDTHS[column.kind])
        sheet.write_string(0, position, str(column.label), head)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(table.rows(rows), 1):
        for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            write_cell(sheet, line, position, value, looks.get(column.kind))
