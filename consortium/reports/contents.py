"""What the chapters of a report hold, in the order in which they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from consortium.agreements.facts import Facts, Pair, pair
from consortium.demonstrations import facts as demonstrations
from consortium.maturity import facts as maturity
from consortium.reports import sums
from consortium.reports.basis import Basis
from consortium.reports.chapters import Chapter, chapter, column, table
from consortium.results import facts as results
from consortium.risks import facts as risks

#: What nobody measured is no zero.
UNKNOWN = pair("无数据", "No data")
CODE, TITLE = column("project", "项目", "Project", "code"), column("title", "名称", "Title")


def ready(basis: Basis) -> Facts:
    """Readiness levels of the projects and of their critical results, and what changed in the period."""
    found = maturity.section(basis.consortium, basis.starts_on, basis.on)
    levels, elements, changes = [], [], []
    for work in found["projects"]:
        levels.append([
            work["reference"], work["title"], str(work["start"]), str(work["before"]), str(work["now"]), str(work["target"]),
            _elements(work["elements"]),
        ])  # fmt: skip
        if len(work["elements"]) > MANY:
            elements += [
                [work["reference"], one["number"], one["title"], str(one["now"] or "")] for one in work["elements"]
            ]
        for one in work["changes"]:
            evidence = pair(
                "、".join(kind["zh"] for kind in one["evidence"]), ", ".join(kind["en"] for kind in one["evidence"])
            )
            changes.append(
                [work["reference"], one["element"], str(one["before"]), str(one["level"]), one["on"], evidence]
            )
    tables = [
        table("levels", pair("各项目技术成熟度（TRL）", "Readiness levels (TRL) by project"), [
            CODE, TITLE, column("start", "起始", "Start", "number"), column("before", "期初", "Before the period", "number"),
            column("now", "现在", "Now", "number"), column("target", "目标", "Target", "number"), column("elements", "关键成果", "Critical results"),
        ], levels),
        table("elements", pair("关键成果的等级", "Levels of critical results"), [
            CODE, column("number", "编号", "No.", "code"), TITLE, column("now", "现在", "Now", "number"),
        ], elements, fresh=[False] * len(elements)),
        table("level_changes", pair("本期确认的等级变化", "Levels confirmed in the period"), [
            CODE, column("element", "对象", "Of"), column("before", "原等级", "Before", "number"), column("level", "现等级", "Level", "number"),
            column("on", "确认日期", "Confirmed on", "day"), column("evidence", "证明材料", "Evidence"),
        ], changes),
    ]  # fmt: skip
    source = pair(
        f"项目等级为其关键成果等级的最低值；等级依据：{found['scale']['source']['zh']}",
        f"The level of a project is the lowest of its critical results; scale: {found['scale']['source']['en']}",
    )
    return chapter(
        "readiness",
        pair("技术成熟度", "Readiness"),
        pair("尚无项目。", "There is no project yet."),
        tables,
        [_checked(source, found["scale"]["mark"])],
    )


#: So many critical results of a project are named in one cell; of more it counts how many are at each level, and a table of its own names them.
MANY = 12


def _elements(listed: Sequence[Facts]) -> Pair:
    """The critical results of a project with their levels."""
    if len(listed) <= MANY:
        named = [f"{one['number']} {one['now'] or '–'}" for one in listed]
        return pair("、".join(named), ", ".join(named))
    counts = sorted(Counter(one["now"] or 0 for one in listed).items())
    return pair(
        "、".join(f"{level or '未评定'}：{count} 项" for level, count in counts),
        ", ".join(f"{count} at {level}" if level else f"{count} not assessed" for level, count in counts),
    )


def endangered(basis: Basis) -> Facts:
    """Risks by band, the worst of them, and what is open of issues and actions."""
    found = risks.section(basis.consortium, basis.starts_on, basis.on)
    counts = found["counts"]
    listed = [
        (pair("高风险", "High"), "high"), (pair("中风险", "Medium"), "medium"), (pair("低风险", "Low"), "low"), (pair("本期新增", "New in this period"), "new"),
        (pair("本期关闭", "Closed in this period"), "settled"), (pair("未解决问题", "Open issues"), "issues"), (pair("其中逾期", "of these overdue"), "issues_overdue"),
        (pair("未完成行动", "Open actions"), "actions"), (pair("其中逾期", "of these overdue"), "actions_overdue"),
    ]  # fmt: skip
    anything = any(counts.values())
    tables = [
        table("risk_counts", pair("风险、问题与行动", "Risks, issues and actions"), [column("what", "事项", "What"), column("count", "数量", "Number", "count")],
              [[name, str(counts[key])] for name, key in listed] if anything else []),
        table("risks", pair("主要风险", "The worst risks"), [
            CODE, column("number", "编号", "No.", "code"), TITLE, column("owner", "责任单位", "Owner"), column("score", "分值", "Score", "number"),
            column("band", "等级", "Band"), column("state", "状态", "State"), column("raised_on", "提出日期", "Raised on", "day"),
        ], [
            [row["project"], row["number"], row["title"], row["owner"], str(row["score"]), row["band_word"], row["state"], row["raised_on"]] for row in found["top"]
        ]),
        table("issues", pair("未解决的问题", "Open issues"), [
            CODE, column("number", "编号", "No.", "code"), TITLE, column("owner", "责任单位", "Owner"), column("due_on", "期限", "Due on", "day"),
        ], [[row["project"], row["number"], row["title"], row["owner"], row["due_on"]] for row in found["issues"]]),
        table("actions", pair("未完成的行动", "Open actions"), [
            CODE, column("what", "行动", "What"), column("owner", "责任单位", "Owner"), column("due_on", "期限", "Due on", "day"),
        ], [[row["project"], pair(row["what"], row["what"]), row["owner"], row["due_on"]] for row in found["actions"]]),
    ]  # fmt: skip
    source = pair(
        f"分值＝可能性×影响，{found['bands']['amber_from']} 起为中，{found['bands']['red_from']} 起为高；依据：{found['bands']['source']['zh']}",
        f"Score = likelihood x impact, medium from {found['bands']['amber_from']}, high from {found['bands']['red_from']}; source: {found['bands']['source']['en']}",
    )
    return chapter(
        "risks",
        pair("风险", "Risks"),
        pair("尚无登记的风险。", "No risk is registered yet."),
        tables,
        [_checked(source, found["bands"]["mark"])],
    )


def _checked(source: Pair, mark: str) -> Pair:
    """A source, and where it is not confirmed that it has to be checked."""
    if mark == "C":
        return source
    return pair(f"{source['zh']}（请向主管部门核实）", f"{source['en']} (check with the authority)")


def owned(basis: Basis) -> Facts:
    """Results with their owners, and patents, standards, papers and the like, each counted once."""
    found = results.section(basis.consortium, basis.starts_on, basis.on)
    kinds = [[row["kind"], str(row["total"]), str(row["in_force"]), str(row["new"])] for row in found["kinds"]]
    tables = [
        table("results", pair("成果与权属", "Results and their owners"), [
            CODE, column("number", "编号", "No.", "code"), TITLE, column("owners", "权利人与份额", "Owners and shares"), column("state", "权属状态", "Ownership"),
            column("made_on", "形成日期", "Made on", "day"),
        ], [[row["project"], row["number"], row["title"], _holders(row["owners"]), row["state"], row["made_on"] or ""] for row in found["results"]],
        fresh=[row["changed"] for row in found["results"]]),
        table("outcome_kinds", pair("知识产权与其他成果（各计一次）", "Patents, standards, papers and the like, each counted once"), [
            column("kind", "类别", "Kind"), column("total", "总数", "In all", "count"), column("in_force", "已授权或已发布", "In force", "count"),
            column("new", "本期新增", "New in this period", "count"),
        ], kinds, [pair("合计", "Total"), *(str(sum(int(row[place]) for row in kinds)) for place in (1, 2, 3))] if kinds else []),
        table("outcomes", pair("知识产权与其他成果清单", "List of patents, standards, papers and the like"), [
            CODE, column("number", "编号", "No.", "code"), TITLE, column("kind", "类别", "Kind"), column("owners", "权利人", "Holders"),
            column("state", "状态", "State"), column("since", "申请或发布", "Applied or published", "day"),
        ], [
            [row["project"], row["number"], row["title"], row["kind"], _holders(row["owners"]), row["state"], row["applied_on"] or row["granted_on"] or ""]
            for row in found["outcomes"]
        ], fresh=[row["changed"] for row in found["outcomes"]]),
    ]  # fmt: skip
    return chapter(
        "results",
        pair("成果与知识产权", "Results and intellectual property"),
        pair("尚无登记的成果。", "No result is registered yet."),
        tables,
    )


def shown(basis: Basis) -> Facts:
    """Demonstration applications by stage, and each with its hours, failures and indicators."""
    found = demonstrations.section(basis.consortium, basis.starts_on, basis.on)
    tables = [
        table("demonstrations", pair("示范应用", "Demonstration applications"), [
            column("number", "编号", "No.", "code"), column("product", "产品", "Product"), column("kind", "类型", "Kind"), column("user", "用户单位", "User"),
            column("stage", "阶段", "Stage"), column("hours", "运行小时", "Hours", "number"), column("mtbf", "平均故障间隔（小时）", "MTBF (hours)", "number"),
            column("met", "达标指标", "Indicators met"),
        ], [
            [row["number"], row["product"], row["kind"], row["user"], row["stage"]["name"], row["hours"], row["mtbf"], _of(row["met"], row["indicators"]) if row["met"] is not None else UNKNOWN]
            for row in found["rows"]
        ]),
    ]  # fmt: skip
    return chapter(
        "demonstrations",
        pair("示范应用", "Demonstrations"),
        pair("尚无示范应用。", "There is no demonstration yet."),
        tables,
    )


#: All chapters, as they stand between the projects and the members.
CONTENTS: tuple[Chapter, ...] = (sums.money, sums.effort, ready, owned, shown, endangered)


#: The chapters that sum over firms, and the figures that they give.
SUMS, OF_SUMS = {"money": sums.MONEY, "effort": sums.EFFORT}, ("F8", "F9")
LATER = pair(
    "报告签发后列出合计；在此之前逐日变化的合计会透露是哪家单位填报的。",
    "Sums stand here once the report is issued; before that they would change from day to day, and tell whose log changed them.",
)


def all_of(basis: Basis, *, sums: bool = True) -> list[Facts]:
    """The chapters of a report; where sums are not wanted, those that sum over firms say when there will be any."""
    return [
        one(basis) if sums or one.__name__ not in SUMS else chapter(one.__name__, SUMS[one.__name__], LATER, ())
        for one in CONTENTS
    ]


def without_sums(said: Facts) -> Facts:
    """What a report whose paper is not issued says to those who see the work and money of their own organisation alone."""
    chapters = [{**one, "tables": [], "notes": [LATER]} if one["id"] in SUMS else one for one in said["chapters"]]
    figures = [{**one, "value": "", "note": pair("", "")} if one["id"] in OF_SUMS else one for one in said["figures"]]
    evidence = [{**one, "records": [], "rows": []} if one["figure"] in OF_SUMS else one for one in said["evidence"]]
    return {**said, "chapters": chapters, "figures": figures, "evidence": evidence}


def _holders(owners: Iterable[Any]) -> Pair:
    """Owners with their shares, one text in each language."""
    listed = list(owners)
    return pair(
        *(
            ("；" if tag == "zh" else "; ").join(
                f"{one['name'][tag] or one['name']['zh'] or one['name']['en']} {one['share']}" for one in listed
            )
            for tag in ("zh", "en")
        )
    )


def _of(some: int, whole: int) -> Pair:
    return pair(f"{some}/{whole}", f"{some}/{whole}") if whole else pair("", "")
