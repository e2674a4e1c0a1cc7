"""Risks of the demonstration: named at a start, said of anew in four periods, what one of them became, and what was asked for; all is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from consortium.core import clock
from consortium.demo import cast
from consortium.demo.changing import WORK
from consortium.risks import queries, services
from consortium.risks.models import Rhythm, RiskKind

K = RiskKind


@dataclass(frozen=True)
class Danger:
    """A risk: raised on a day with likelihood and impact, and how it stood later: day, likelihood, impact, step, what was said."""

    key: str
    work: str
    firm: str
    kind: RiskKind
    zh: str
    en: str
    what: str
    done: str
    day: str
    at: tuple[int, int]
    course: tuple[tuple[str, int, int, str, str], ...] = ()
    foreseen: bool = True
    kept: bool = False
    rhythm: Rhythm = Rhythm.QUARTER
    goal: int = 0


DANGERS = (
    Danger(
        "cracks", "substrate", "lishi", K.TECHNICAL, "大尺寸晶体退火开裂", "Large crystals crack while they are annealed",
        "8 英寸晶体内应力大，退火时可能开裂，良率与进度都受影响。Stress in 8-inch crystals may crack them during annealing.",
        "分段退火，逐炉记录应力；备用炉次列入排产。Annealing in stages, stress recorded for each run, spare runs in the schedule.",
        "2026-02-10", (3, 4),
        (
            ("2026-04-14", 4, 4, "", "前两炉均出现边缘微裂，可能性上调。The first two runs cracked at the edge."),
            ("2026-07-14", 4, 4, "", "分段退火见效有限，继续跟踪。Annealing in stages helps little so far."),
            ("2026-10-27", 5, 4, "occur", "第七炉晶体退火开裂，已转入问题处理。The seventh crystal cracked; it is an issue now."),
        ), goal=7,
    ),
    Danger(
        "furnace", "substrate", "danyun", K.SUPPLY, "外延设备关键部件交期延长", "Key parts of the epitaxy reactor arrive late",
        "石墨基座单一来源，交期可能由 8 周延长到 16 周。Graphite susceptors come from a single source.",
        "签订第二来源的试用协议，提前两季度下单。A second source is on trial; orders go out two quarters ahead.",
        "2026-02-12", (4, 3),
        (
            ("2026-04-16", 3, 3, "", "首批备件到货。The first spares have arrived."),
            ("2026-07-16", 2, 3, "", "第二来源样件通过验证。Parts of the second source passed."),
            ("2026-10-14", 1, 3, "mitigate", "双来源供货已稳定两个季度。Two sources have delivered for two quarters."),
        ),
    ),
    Danger(
        "people", "substrate", "taihu", K.STAFF, "抛光工艺骨干流失", "Polishing specialists may leave",
        "两名骨干接到同行邀约。Two specialists have offers from elsewhere.", "签订留任协议，工艺文件由第二人复核。Agreements to stay; a second person reviews each process file.",
        "2026-04-09", (3, 3),
        (
            ("2026-07-09", 2, 3, "", "一人已续约。One has renewed the contract."),
            ("2026-10-09", 2, 2, "", "第二人已续约至 2028 年。The other stays until 2028."),
        ), foreseen=False, kept=True,
    ),
    Danger(
        "patent", "mosfet", "jichuan", K.LEGAL, "沟槽栅结构侵权风险", "The trench gate may touch a patent of others",
        "检索发现两项境外专利与元胞结构相近。Two foreign patents come near to the cell design.", "委托出具自由实施意见，准备规避设计。An opinion on freedom to operate, and a design around it.",
        "2026-03-04", (2, 5),
        (
            ("2026-05-20", 3, 5, "", "一项专利进入国家阶段。One of them has entered the national phase."),
            ("2026-08-12", 2, 5, "", "规避设计完成仿真。The design around it is simulated."),
            ("2026-11-04", 1, 5, "", "自由实施意见认为风险低。The opinion finds the risk low."),
        ),
    ),
    Danger(
        "chips", "kernel", "qingxi", K.SCHEDULE, "国产处理器样片延期", "Samples of a domestic processor are late",
        "第三种处理器的工程样片可能晚一个季度。Samples of the third processor may come a quarter late.", "先在仿真平台移植，样片到后再验证。Ported on an emulator first.",
        "2026-01-20", (3, 2),
        (
            ("2026-04-21", 2, 2, "", "样片已有明确到货日期。A date is fixed."),
            ("2026-07-21", 1, 1, "close", "样片到货并启动成功，风险结束。The samples arrived and start."),
        ),
    ),
    Danger(
        "sil", "kernel", "wenheng", K.TECHNICAL, "SIL 2 评估的证据不足", "Too little evidence for the SIL 2 assessment",
        "形式化验证只覆盖调度模块，评估机构可能要求扩大范围。The assessor may ask for more than the scheduler.", "每季度与评估机构对照清单。The list is compared with the assessor each quarter.",
        "2026-01-22", (2, 4),
        (
            ("2026-04-23", 2, 4, "", ""),
            ("2026-07-23", 3, 4, "", "评估机构提出增加总线协议栈。The assessor asks for the fieldbus stack as well."),
            ("2026-10-22", 3, 4, "", ""),
        ),
    ),
    Danger(
        "money", "security", "pantuo", K.MONEY, "协议样本采购超支", "Samples of protocols cost more than planned",
        "部分工控设备仅可整机采购。Some devices are sold as a whole only.", "向成员单位借用设备，优先覆盖前 40 种。Devices are borrowed from members.",
        "2026-03-12", (3, 2), (("2026-06-11", 2, 2, "", "已借到 11 种设备。Eleven devices are on loan."), ("2026-09-10", 1, 2, "mitigate", "不再需要采购。Nothing has to be bought.")),
        foreseen=False,
    ),
    Danger(
        "thermal", "machine", "weichuan", K.TECHNICAL, "热误差模型在车间环境失准", "The thermal model fails on the shop floor",
        "实验室恒温条件与用户车间差异大。The laboratory is far from a shop floor.", "在用户车间布设温度阵列采集一季。A season of data from a shop floor.",
        "2026-08-20", (3, 3),
        (
            ("2026-09-17", 3, 3, "", ""),
            ("2026-10-15", 3, 4, "", "首批车间数据偏差大于预期。The first data differ more than expected."),
            ("2026-11-12", 2, 4, "", "修正模型后偏差减半。The corrected model halves the error."),
        ), rhythm=Rhythm.MONTH,
    ),
    Danger(
        "drive", "machine", "jincen", K.SUPPLY, "试验台变频器缺货", "The inverter of the test stand is out of stock",
        "变频器交期不确定，影响丝杠对比试验。Its delivery is uncertain and holds up the comparison.", "改用租赁设备。A rented device takes its place.",
        "2026-08-24", (4, 4), (("2026-09-21", 5, 4, "occur", "到货推迟三周。It came three weeks late."), ("2026-10-26", 2, 2, "mitigate", "租赁设备已投入使用。The rented device runs.")),
        foreseen=False, rhythm=Rhythm.MONTH, goal=3,
    ),
)  # fmt: skip


def plan(story: Any) -> None:
    """Put all risks, what became of them, and what was asked for into the story."""
    for danger in DANGERS:
        story.on(danger.day, partial(_raise, story, danger))
        for day, likelihood, impact, step, note in danger.course:
            story.on(day, partial(_stand, story, danger, (likelihood, impact), step, note))
    story.on(
        "2026-10-27",
        partial(
            _issue,
            story,
            "cracks",
            "2026-12-10",
            "第七炉晶体退火开裂，需补长两炉，衬底里程碑顺延。The seventh crystal cracked; two more runs are needed.",
        ),
    )
    story.on(
        "2026-09-21",
        partial(
            _issue,
            story,
            "drive",
            "2026-10-30",
            "变频器晚到三周，对比试验停工。The inverter came three weeks late; the comparison stood still.",
        ),
    )
    story.on(
        "2026-10-26",
        partial(_settle, story, "drive", "resolve", "租用变频器，试验已恢复。A rented inverter lets the tests go on."),
    )
    for key, firm, day, due, what in (
        ("cracks", "lishi", "2026-10-28", "2026-11-16", "补长两炉晶体并提交应力记录。Grow two more crystals and record their stress."),
        ("cracks", "hengzhun", "2026-10-28", "2026-11-27", "复核退火曲线的应力测量方法。Check how stress is measured during annealing."),
        ("furnace", "danyun", "2026-04-16", "2026-06-30", "完成第二来源石墨基座的验证。Qualify the susceptors of the second source."),
        ("patent", "jichuan", "2026-05-20", "2026-07-31", "提交规避设计的仿真报告。Deliver the simulation of the design around the patent."),
        ("thermal", "weichuan", "2026-10-15", "2026-11-13", "在用户车间补采两周温度数据。Two more weeks of temperatures from the shop floor."),
    ):  # fmt: skip
        story.on(day, partial(_ask, story, key, firm, due, what))
    for day, key, firm, words in (
        ("2026-06-24", "furnace", "danyun", "两批样件通过验证，报告已存档。Two batches passed; the report is filed."),
        ("2026-07-28", "patent", "jichuan", "仿真完成，性能下降 3%。The simulation costs 3% of performance."),
        ("2026-11-11", "thermal", "weichuan", "两周数据已采集。Two weeks of data are there."),
    ):
        story.on(day, partial(_finish, story, key, firm, words))
    story.on("2026-06-26", lambda: services.move_action(_coordinator(story, "furnace"), story.made["deed", ("furnace", "danyun")], "check"))  # fmt: skip


def _of(key: str) -> Danger:
    return next(danger for danger in DANGERS if danger.key == key)


def _coordinator(story: Any, key: str) -> Any:
    return cast.coordinator(story, WORK[_of(key).work])


def _raise(story: Any, danger: Danger) -> None:
    work = WORK[danger.work]
    goal = story.made["goal", (work.zh, work.goals[danger.goal - 1].zh)] if danger.goal else None
    likelihood, impact = danger.at
    story.made["danger", danger.key] = services.raise_risk(
        cast.speaker(story, work, danger.firm), story.made["work", work.zh], organisation=story.made["firm", danger.firm], title_zh=danger.zh,
        title_en=danger.en, description=danger.what, kind=danger.kind, foreseen=danger.foreseen, rhythm=danger.rhythm, likelihood=likelihood,
        impact=impact, mitigation=danger.done, milestone=goal, kept=danger.kept,
    )  # fmt: skip


def _stand(story: Any, danger: Danger, at: tuple[int, int], step: str, note: str) -> None:
    risk, who = story.made["danger", danger.key], cast.speaker(story, WORK[danger.work], danger.firm)
    services.note_state(
        who,
        risk,
        period=queries.first_of(danger.rhythm, clock.today()),
        likelihood=at[0],
        impact=at[1],
        step=step or None,
        note=note,
    )


def _issue(story: Any, key: str, due: str, what: str) -> None:
    danger = _of(key)
    story.made["trouble", key] = services.raise_issue(
        cast.speaker(story, WORK[danger.work], danger.firm), story.made["work", WORK[danger.work].zh], organisation=story.made["firm", danger.firm],
        title_zh=danger.zh, title_en=danger.en, what=what, due_on=date.fromisoformat(due), risk=story.made["danger", key],
    )  # fmt: skip


def _settle(story: Any, key: str, step: str, words: str) -> None:
    danger = _of(key)
    services.move_issue(cast.speaker(story, WORK[danger.work], danger.firm), story.made["trouble", key], step, reason=words)  # fmt: skip


def _ask(story: Any, key: str, firm: str, due: str, what: str) -> None:
    about = story.made.get(("trouble", key)) or story.made["danger", key]
    story.made["deed", (key, firm)] = services.ask_for(
        _coordinator(story, key),
        about,
        what=what,
        organisation=story.made["firm", firm],
        person=None,
        due_on=date.fromisoformat(due),
    )


def _finish(story: Any, key: str, firm: str, words: str) -> None:
    who = cast.speaker(story, WORK[_of(key).work], firm)
    services.move_action(who, story.made["deed", (key, firm)], "finish", reason=words)
