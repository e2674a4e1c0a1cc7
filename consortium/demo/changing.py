"""How approved plans of the demonstration change: frozen, proposed, decided on, frozen again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.baselines import services
from consortium.demo import cast
from consortium.demo.projects import WORKS, Work
from consortium.outputs import services as outputs
from consortium.outputs.models import DeliverableKind, Dissemination
from consortium.plans import services as plans
from consortium.plans.models import LinkKind

WORK = {work.key: work for work in WORKS}

#: When a plan was frozen: project, day, name.
FROZEN = (
    ("substrate", "2025-07-16", "批复计划 · Approved plan"), ("mosfet", "2025-09-04", "批复计划 · Approved plan"),
    ("kernel", "2025-11-13", "批复计划 · Approved plan"), ("security", "2025-12-04", "批复计划 · Approved plan"),
    ("machine", "2026-08-07", "启动版计划 · Plan at the start"), ("substrate", "2026-07-06", "年中调整 · Mid-year adjustment"),
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """A change that somebody asks for: of which project, by which deed; `then` is what became of it, each on its day."""

    key: str
    work: str
    firm: str
    day: str
    deed: Callable[[Any, Work, Any], Any]
    summary: str
    reason: str
    submitted: str = ""
    then: str = ""
    on: str = ""
    said: str = ""


def _thicker(story: Any, work: Work, who: Any) -> None:
    """The epitaxy takes longer, the pilot line gets a task more, one deliverable goes and another comes."""
    project, taihu = story.made["work", work.zh], story.made["firm", "taihu"]
    node = _node(story, work, "3.2")
    plans.amend_node(
        who, node, number="3.2", parent=node.parent, title_zh=node.title_zh, title_en=node.title_en, lead=story.made["firm", "danyun"],
        starts_on=node.starts_on, ends_on=date(2026, 11, 30), objective=node.objective,
    )  # fmt: skip
    task = plans.add_node(
        who, project, number="2.3", parent=_node(story, work, "2"), title_zh="晶圆崩边与应力控制", title_en="Chipping and stress of wafers",
        lead=taihu, starts_on=date(2026, 8, 3), ends_on=date(2026, 12, 31),
    )  # fmt: skip
    plans.link(who, _node(story, work, "2.1"), task, kind=LinkKind.FINISH_START, lag=10)
    outputs.remove_deliverable(
        who,
        story.made["piece", (work.key, "D3.9")],
        reason="设备已统一采购，不再需要。The equipment is bought already.",
    )
    outputs.plan_deliverable(
        who, project, number="D2.3", node=task, organisation=taihu, title_zh="晶圆边缘质量控制规程", title_en="Rules for the edges of wafers",
        kind=DeliverableKind.PROCESS, level=Dissemination.INTERNAL, due_on=date(2026, 12, 18),
    )  # fmt: skip


def _more_packaging(story: Any, work: Work, who: Any) -> Any:
    return plans.reassign(who, _work_in(_node(story, work, "3.2"), story.made["firm", "yizhou"]), months=Decimal(26))


def _more_analysis(story: Any, work: Work, who: Any) -> Any:
    return plans.reassign(who, _work_in(_node(story, work, "2.2"), story.made["firm", "taihu"]), months=Decimal(19))


def _work_in(node: Any, firm: Any) -> Any:
    """The work of a firm in a node."""
    return next(effort for effort in node.efforts if effort.organisation_id == firm.id)


def _later_goal(place: int, due: date) -> Callable[[Any, Work, Any], Any]:
    """Another day for a milestone of the own firm."""

    def propose(story: Any, work: Work, who: Any) -> Any:
        goal = work.goals[place - 1]
        return services.propose_own(
            who, story.made["goal", (work.zh, goal.zh)], organisation=story.made["firm", goal.firm], title_zh=goal.zh, title_en=goal.en, due_on=due,
            weight=goal.weight, means=story.made["goal", (work.zh, goal.zh)].means,
        )  # fmt: skip

    return propose


def _kept_up(story: Any, work: Work, who: Any) -> Any:
    """A task of the kernel goes on until its work package ends."""
    node = _node(story, work, "T1.2")
    return services.propose_own(
        who, node, number=node.number, parent=node.parent, title_zh="板级支持包（含维护）", title_en="Board support packages and their upkeep",
        lead=story.made["firm", "qingxi"], starts_on=node.starts_on, ends_on=date(2026, 10, 30), objective="随内核版本持续维护。\nKept up with each release.",
    )  # fmt: skip


WISHES = (
    Wish("thicker", "substrate", "", "2026-06-22", _thicker, "调整厚膜外延进度，增设晶圆崩边控制任务 · Epitaxy takes longer, a task for edges is added",
         "中试线贯通后发现边缘崩边是厚膜外延缺陷的主要来源，需要先行解决。\nThe pilot line showed that chipped edges cause most defects of thick epitaxy.",
         "2026-06-23", "approve", "2026-06-30", "牵头单位技术例会同意，工期仍在课题期限之内。Agreed by the lead; the sub-project still ends in time."),
    Wish("packaging", "mosfet", "", "2026-09-02", _more_packaging, "增加封装样品人月 · More person-months for packages",
         "用户单位要求样品数量由 30 只增加到 60 只。\nThe user asks for 60 samples in place of 30.",
         "2026-09-03", "approve", "2026-09-11", "理事会 2026 年第 3 次会议纪要，2026-09-10（演示）· Minutes of the council 3/2026 (demonstration)"),
    Wish("defects", "substrate", "danyun", "2026-09-08", _later_goal(9, date(2027, 10, 29)), "致命缺陷里程碑延期两个月 · Two more months for killer defects",
         "厚膜外延首批样片推迟，缺陷优化时间不足。\nThe first samples of thick epitaxy come later.", "2026-09-08", "reject", "2026-09-16",
         "下游装车节点已定，请通过增加炉次赶回进度。The vehicles are fitted on a fixed day; please make up for it with more runs."),
    Wish("pipes", "substrate", "lishi", "2026-10-12", _later_goal(7, date(2026, 12, 15)), "微管密度里程碑延期 · More time for micropipes",
         "第三方检测排期推后。\nThe independent test was put off.", "2026-10-12", "withdraw", "2026-10-19"),
    Wish("atlas", "substrate", "taihu", "2026-11-12", _later_goal(10, date(2027, 3, 15)), "缺陷图谱里程碑延至 3 月 · The atlas of defects in March",
         "新增崩边样品后，样本量由 100 片增加到 140 片。\nWith the chipped edges there are 140 wafers and not 100.", "2026-11-13"),
    Wish("upkeep", "kernel", "qingxi", "2026-11-16", _kept_up, "板级支持包延续维护 · Board support is kept up",
         "内核优化期间需要同步维护板级支持包。\nWhile the kernel is made faster, its board support changes with it.", "2026-11-17"),
    Wish("analysis", "substrate", "", "2026-11-19", _more_analysis, "增加失效分析人月（拟提交理事会）· More person-months for failure analysis", "待理事会材料齐备后提交。\nTo be handed in with the papers for the council."),
)  # fmt: skip


def plan(story: Any) -> None:
    """Put baselines and change requests into the story."""
    for key, day, name in FROZEN:
        story.on(day, lambda key=key, day=day, name=name: _freeze(story, WORK[key], day, name))
    for wish in WISHES:
        story.on(wish.day, lambda wish=wish: _wish(story, wish))
        if wish.submitted:
            story.on(
                wish.submitted, lambda wish=wish: services.submit(_proposer(story, wish), story.made["wish", wish.key])
            )
        if wish.then:
            story.on(wish.on, lambda wish=wish: _decide(story, wish))


def _freeze(story: Any, work: Work, day: str, name: str) -> None:
    services.freeze(
        cast.coordinator(story, work), story.made["work", work.zh], name=name, as_of=date.fromisoformat(day)
    )


def _wish(story: Any, wish: Wish) -> None:
    """Something is asked for, and its proposer says what it is about and why."""
    work, who = WORK[wish.work], _proposer(story, wish)
    if wish.deed is _thicker:
        with services.collected(who, story.made["work", work.zh], wish.summary) as found:
            wish.deed(story, work, who)
        request: Any = found.request
    else:
        request = wish.deed(story, work, who)
    story.made["wish", wish.key] = services.write(
        who, request, kind=request.kind, summary=wish.summary, reason=wish.reason
    )


def _decide(story: Any, wish: Wish) -> None:
    request = story.made["wish", wish.key]
    if wish.then == "withdraw":
        services.withdraw(_proposer(story, wish), request)
    else:
        services.decide(cast.coordinator(story, WORK[wish.work]), request, outcome=wish.then, decision=wish.said)


def _proposer(story: Any, wish: Wish) -> Any:
    work = WORK[wish.work]
    return cast.speaker(story, work, wish.firm) if wish.firm else cast.coordinator(story, work)


def _node(story: Any, work: Work, number: str) -> Any:
    return story.made["node", (work.key, number)]
