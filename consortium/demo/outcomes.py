"""Background, results with their owners, and what is registered of them in the demonstration; all is invented, the numbers too."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from consortium.core import uploads
from consortium.core.identifiers import patent_check
from consortium.demo import cast, evidence
from consortium.demo.changing import WORK
from consortium.results import services
from consortium.results.models import BackgroundKind as Brings
from consortium.results.models import OutcomeKind as Kind
from consortium.results.models import ResultKind as Made
from consortium.results.models import StandardKind, StandardRole


@dataclass(frozen=True)
class Brought:
    """Background of a firm in a project, with the limits of its use; without `need` it is kept out."""

    work: str
    firm: str
    number: str
    zh: str
    en: str
    kind: Brings
    need: str
    limits: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Found:
    """A result: the shares that are proposed a week later, who agrees after how many days (with `!` who disputes), and what is proposed next."""

    work: str
    firm: str
    number: str
    zh: str
    en: str
    kind: Made
    on: str
    shares: str
    words: str
    critical: bool = False
    piece: str = ""
    built_on: str = ""
    unlisted: str = ""
    why: str = ""
    then: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class Entry:
    """An outcome: its number (of a patent the serial), the days of application and grant, and the fields of its kind."""

    work: str
    firm: str
    kind: Kind
    zh: str
    en: str
    number: str
    applied: str = ""
    granted: str = ""
    result: str = ""
    shares: str = ""
    entered: str = ""
    lapsed: str = ""
    more: dict[str, Any] = field(default_factory=dict)


BROUGHT = (
    Brought("substrate", "lishi", "B1", "8 英寸长晶炉热场结构", "Thermal field of the 8-inch furnace", Brings.PATENT, "晶体生长试验。Growing crystals.", "仅限本项目；量产另行许可。For this project alone; production by a licence of its own.", "专利族 LS-HZ-03"),
    Brought("substrate", "danyun", "B1", "厚膜外延气流模型", "Flow model of thick epitaxy", Brings.KNOW_HOW, "外延工艺开发。Developing the epitaxy.", "不得用于其他设备；不提供源代码。Not on other equipment; no source code."),
    Brought("substrate", "jiangzuo", "B1", "位错密度仿真程序", "Simulation of dislocations", Brings.SOFTWARE, "位错演化研究。Research on dislocations.", "科研使用免费；商业使用协商许可费。Free for research; a fee for commercial use.", "V2.4"),
    Brought("substrate", "danyun", "B2", "外延炉控制软件", "Control software of the reactor", Brings.SOFTWARE, ""),
    Brought("kernel", "qingxi", "B1", "微内核调度器 3.x", "Microkernel scheduler 3.x", Brings.SOFTWARE, "内核与运行时集成。Joining kernel and runtime.", "仅以二进制形式提供。As binaries only.", "V3.2"),
    Brought("kernel", "hongwei", "B1", "现场总线协议栈", "Field bus stack", Brings.SOFTWARE, "运行时开发。Developing the runtime.", "", "V5.1"),
    Brought("machine", "weichuan", "B1", "热误差补偿算法", "Compensation of thermal errors", Brings.KNOW_HOW, "整机精度补偿。Compensating the machine.", "项目结束后两年内有效。For two years after the project."),
    Brought("mosfet", "jichuan", "B1", "平面栅器件结构", "Structure of the planar gate", Brings.PATENT, ""),
    Brought("security", "pantuo", "B1", "固件签名密钥管理模块", "Management of keys that sign firmware", Brings.SOFTWARE, "", identifier="V2.0"),
)  # fmt: skip

FOUND = (
    Found("substrate", "lishi", "R1", "8 英寸导电型碳化硅晶体", "8-inch conductive silicon carbide crystal", Made.MATERIAL, "2026-02-20", "lishi 60, danyun 40", "有效厚度 21 毫米的导电型晶体及其生长方法。",
          True, built_on="lishi-B1", then=("2026-10-12", "lishi 50, danyun 30, taihu 20", "danyun 9")),
    Found("substrate", "jiangzuo", "R2", "基平面位错演化模型", "Model of basal-plane dislocations", Made.METHOD, "2026-06-10", "jiangzuo 1/3, lishi 1/3, danyun 1/3", "从籽晶到外延层的位错演化模型。",
          piece="D1.4", built_on="jiangzuo-B1"),
    Found("substrate", "danyun", "R3", "30 微米厚膜外延工艺", "Process for 30 µm epitaxy", Made.PROCESS, "2026-09-15", "danyun 70, lishi! 30", "厚度不均匀性 2.4% 的厚膜外延工艺。", True, built_on="danyun-B1",
          unlisted="外延炉厂商提供的气路控制配方。Gas recipes of the maker of the reactor.", why="衬底预处理步骤由我方完成，份额应为 45%。The substrates were prepared by us; our share should be 45 %."),
    Found("mosfet", "jiangzuo", "R1", "氮化退火界面钝化方法", "Passivation by nitridation", Made.METHOD, "2026-05-20", "jiangzuo 50, jichuan 50", "界面态密度低于 2×10¹¹ 的退火方法。", True, piece="D2.1"),
    Found("inverter", "jichuan", "R1", "1200 V 主驱模块工程样件", "Engineering sample of the 1200 V main inverter module", Made.PRODUCT, "2026-07-10", "jichuan 65, yizhou 35", "用于示范车型的半桥模块。", True, piece="D2.1"),
    Found("kernel", "qingxi", "R1", "硬实时内核", "Hard real-time kernel", Made.SOFTWARE, "2026-05-06", "qingxi 80, linghai 20", "最坏中断响应 4.6 微秒的微内核。", True, piece="D1.2", built_on="qingxi-B1"),
    Found("kernel", "hongwei", "R2", "控制器运行时", "Controller runtime", Made.SOFTWARE, "2026-06-08", "hongwei 100", "支持梯形图与结构化文本的运行时。", True, built_on="hongwei-B1 qingxi-B1"),
    Found("security", "hongwei", "R1", "控制器可信启动固件", "Firmware with trusted start", Made.SOFTWARE, "2026-05-25", "hongwei 60, pantuo 40", "从引导到应用逐级校验的固件。", piece="D2.1", built_on="pantuo-B1"),
    Found("kiln", "hongwei", "R1", "窑炉智能控制系统", "Intelligent control of kilns", Made.PRODUCT, "2026-08-28", "hongwei 75, luyang 25", "窑温、气氛与传动一体化控制系统。", True, piece="D2.1"),
    Found("machine", "weichuan", "R1", "主轴热误差试验台", "Test stand for thermal errors", Made.DEVICE, "2026-10-20", "weichuan 50, liyue 50", "转速、负载和温度可控的试验台。", piece="D3.1", built_on="weichuan-B1"),
)  # fmt: skip

REGISTER = (
    Entry("substrate", "lishi", Kind.INVENTION, "一种大尺寸碳化硅晶体生长方法", "A way to grow large silicon carbide crystals", "20251 9900011", "2025-12-03", "2026-08-14", "R1", more={"people": "林知远、顾砚秋", "grant_number": "CN119900011B", "pct": "PCT/CN2026/990011"}),
    Entry("substrate", "danyun", Kind.INVENTION, "一种厚膜外延生长的流场控制方法", "Control of the flow in thick epitaxy", "20261 9900027", "2026-03-18", result="R3", shares="danyun 70, lishi 30", more={"people": "沈亦澄"}),
    Entry("substrate", "taihu", Kind.UTILITY, "一种晶圆减薄夹具", "A fixture for thinning wafers", "20262 9900032", "2026-02-11", "2026-09-04", more={"people": "钱若谷"}),
    Entry("substrate", "jiangzuo", Kind.PAPER, "碳化硅基平面位错的演化", "How basal-plane dislocations evolve", "10.99999/inv.2026.0411", "2026-04-11", "2026-08-02", "R2", more={"people": "许鹤鸣、林知远", "body": "演示学报（虚构）"}),
    Entry("substrate", "hengzhun", Kind.STANDARD, "8 英寸碳化硅晶圆检测方法", "Inspecting 8-inch silicon carbide wafers", "", "2026-03-02", shares="hengzhun 50, lishi 50", more={"standard": StandardKind.ASSOCIATION, "role": StandardRole.LEAD, "body": "演示行业协会（虚构）"}),
    Entry("mosfet", "jiangzuo", Kind.INVENTION, "一种沟槽栅界面氮化退火方法", "Annealing the interface of a trench gate", "20261 9900043", "2026-05-28", result="R1", more={"people": "许鹤鸣"}),
    Entry("mosfet", "jichuan", Kind.LAYOUT, "1200 V 栅驱动电路布图设计", "Layout of a 1200 V gate driver", "BS.269900017", "2026-02-20", "2026-06-30", more={"people": "陆闻笙"}),
    Entry("inverter", "yizhou", Kind.DESIGN, "双面散热功率模块外观", "Look of a module cooled on both sides", "20263 9900058", "2026-04-08", "2026-08-21", "R1", more={"people": "蒋牧之"}),
    Entry("inverter", "fuye", Kind.FOREIGN_PATENT, "逆变器冷却结构", "Cooling of an inverter", "US 19/990,017", "2026-06-16", more={"people": "程予安", "body": "USPTO"}),
    Entry("kernel", "qingxi", Kind.SOFTWARE, "晴溪硬实时内核软件", "Qingxi hard real-time kernel", "2026SR9900101", "2026-05-06", "2026-07-17", "R1", more={"edition": "V1.0", "people": "章念初"}),
    Entry("kernel", "hongwei", Kind.SOFTWARE, "弘桅控制器运行时软件", "Hongwei controller runtime", "2026SR9900102", "2026-06-08", "2026-08-25", "R2", more={"edition": "V1.0"}),
    Entry("kernel", "linghai", Kind.PAPER, "硬实时调度的可调度性证明", "A proof of schedulability", "10.99999/inv.2026.0320", "2026-03-20", result="R1", more={"people": "区明远", "body": "演示会议（虚构）"}),
    Entry("kernel", "wenheng", Kind.STANDARD, "工业控制器实时性测评规范", "Testing the real-time behaviour of controllers", "T/INV 012-2026", "2026-01-12", "2026-10-09", shares="wenheng 40, qingxi 30, hongwei 30", more={"standard": StandardKind.ASSOCIATION, "role": StandardRole.LEAD, "body": "演示行业协会（虚构）"}),
    Entry("security", "pantuo", Kind.INVENTION, "一种工控协议异常指令识别方法", "Finding abnormal commands in industrial protocols", "20261 9900069", "2026-01-15", more={"people": "冼若川"}, lapsed="2026-09-30"),
    Entry("security", "pantuo", Kind.INVENTION, "一种控制器固件逐级校验方法", "Checking the firmware of a controller step by step", "20261 9900074", "2026-07-02", result="R1", shares="pantuo 100", more={"people": "冼若川"}),
    Entry("security", "hongwei", Kind.SOFTWARE, "弘桅可信启动软件", "Hongwei trusted start", "2026SR9900103", "2026-06-24", "2026-09-02", "R1", shares="hongwei 60, luyang 40", more={"edition": "V1.0"}),
    Entry("kiln", "hongwei", Kind.NEW_PRODUCT, "窑炉智能控制系统新产品鉴定", "New product: intelligent kiln control", "", "2026-09-01", result="R1", more={"body": "演示鉴定委员会（虚构）"}),
    Entry("kernel", "qingxi", Kind.AWARD, "工业软件创新成果奖二等奖", "Second prize for industrial software", "INV-2026-07", "", "2026-09-18", "R1", more={"people": "章念初、区明远", "body": "演示学会（虚构）"}),
)  # fmt: skip

#: What firms earned: work, firm, year, sales, profit, tax, exports, imports replaced, told on.
EARNED = (
    ("substrate", "lishi", 2026, "8600000.00", "920000.00", "310000.00", "0.00", "6400000.00", "2026-11-12"),
    ("inverter", "jichuan", 2026, "3200000.00", "260000.00", "118000.00", "450000.00", "2100000.00", "2026-11-13"),
    ("kernel", "qingxi", 2026, "1450000.00", "380000.00", "91000.00", "0.00", "1450000.00", "2026-11-16"),
)
WEEK, PATIENCE = timedelta(days=7), timedelta(days=4)


def plan(story: Any) -> None:
    """Put all of it into the story: background a month after the begin, results a week after they were made, outcomes when they were applied for."""
    for brought in BROUGHT:
        story.on(date.fromisoformat(WORK[brought.work].begun) + 4 * WEEK, partial(_declare, story, brought))
    for found in FOUND:
        day = max(date.fromisoformat(found.on) + WEEK, date.fromisoformat(WORK[found.work].begun) + 5 * WEEK)
        story.on(day, partial(_enter, story, found))
        _plan_answers(story, found, found.shares, day)
        if found.then[0]:
            story.on(found.then[0], partial(_propose, story, found, found.then[1]))
            firm, days = found.then[2].split()
            story.on(
                date.fromisoformat(found.then[0]) + timedelta(days=int(days)), partial(_answer, story, found, firm, "")
            )
    for entry in REGISTER:
        _plan_entry(story, entry)
    for work, firm, year, sales, profit, tax, export, replaced, day_told in EARNED:
        story.on(day_told, partial(_tell, story, work, firm, year, (sales, profit, tax, export, replaced)))


def _plan_answers(story: Any, found: Found, shares: str, day: date) -> None:
    for firm, _, disputes in _parts(shares):
        if firm != found.firm:
            day += PATIENCE
            story.on(day, partial(_answer, story, found, firm, found.why if disputes else ""))


def _plan_entry(story: Any, entry: Entry) -> None:
    result = next((found for found in FOUND if (found.work, found.number) == (entry.work, entry.result)), None)
    begun = date.fromisoformat(WORK[entry.work].begun) + 6 * WEEK
    known = date.fromisoformat(result.on) + 2 * WEEK if result else begun
    entered = max(known, begun, date.fromisoformat(entry.applied or entry.granted) + WEEK)
    story.on(entered, partial(_register, story, entry, entered))
    if entry.granted and date.fromisoformat(entry.granted) > entered:
        story.on(date.fromisoformat(entry.granted) + WEEK, partial(_grant, story, entry))
    if entry.lapsed:
        story.on(entry.lapsed, partial(_refuse, story, entry))


def _parts(shares: str) -> list[tuple[str, Fraction, bool]]:
    """`lishi 60, danyun! 40`: firm, share, and whether it disputes."""
    found = []
    for part in shares.split(", "):
        name, share = part.split()
        exact = Fraction(share) if "/" in share else Fraction(int(share), 100)
        found.append((name.rstrip("!"), exact, name.endswith("!")))
    return found


def _shares(story: Any, shares: str) -> dict[Any, Fraction]:
    return {story.made["firm", firm]: share for firm, share, _ in _parts(shares)} if shares else {}


def _declare(story: Any, brought: Brought) -> None:
    work = WORK[brought.work]
    row = services.declare(
        cast.speaker(story, work, brought.firm), story.made["work", work.zh], organisation=story.made["firm", brought.firm], number=brought.number,
        title_zh=brought.zh, title_en=brought.en, kind=brought.kind, identifier=brought.identifier, needed_for=brought.need, limits=brought.limits,
        included=bool(brought.need),
    )  # fmt: skip
    story.made["background", (brought.work, f"{brought.firm}-{brought.number}")] = row


def _enter(story: Any, found: Found) -> None:
    work = WORK[found.work]
    speaker = cast.speaker(story, work, found.firm)
    piece = story.made["piece", (found.work, found.piece)] if found.piece else None
    result = services.enter_result(
        speaker, story.made["work", work.zh], organisation=story.made["firm", found.firm], number=found.number, title_zh=found.zh, title_en=found.en,
        description=found.words, kind=found.kind, made_on=date.fromisoformat(found.on), critical=found.critical, deliverable=piece, uses_unlisted=found.unlisted,
        backgrounds=[story.made["background", (found.work, key)] for key in found.built_on.split()], shares=_shares(story, found.shares),
    )  # fmt: skip
    story.made["result", (found.work, found.number)] = result
    lines = ["Demonstration: invented content", found.en, f"Result {found.number}"]
    file = uploads.examine(f"{found.number.lower()}-{found.work}.pdf", io.BytesIO(evidence.small_pdf(lines)))
    services.add_files(speaker, result, files=[file], free_of_secrets=True)


def _propose(story: Any, found: Found, shares: str) -> None:
    result = story.made["result", (found.work, found.number)]
    services.propose(cast.speaker(story, WORK[found.work], found.firm), result, shares=_shares(story, shares))


def _answer(story: Any, found: Found, firm: str, why: str) -> None:
    result, number = story.made["result", (found.work, found.number)], story.made["firm", firm].id
    owner = next(owner for owner in result.owners if owner.organisation_id == number)
    services.answer(cast.speaker(story, WORK[found.work], firm), owner, "dispute" if why else "agree", reason=why)


def _register(story: Any, entry: Entry, entered: date) -> None:
    work = WORK[entry.work]
    granted = date.fromisoformat(entry.granted) if entry.granted else None
    known = granted if granted is not None and granted <= entered else None
    row = services.enter_outcome(
        cast.speaker(story, work, entry.firm), story.made["work", work.zh], organisation=story.made["firm", entry.firm], kind=entry.kind,
        result=story.made["result", (entry.work, entry.result)] if entry.result else None, title_zh=entry.zh, title_en=entry.en, number=_number(entry),
        applied_on=date.fromisoformat(entry.applied) if entry.applied else None, granted_on=known, shares=_shares(story, entry.shares),
        **{name: value for name, value in entry.more.items() if name != "grant_number" or known},
    )  # fmt: skip
    story.made["outcome", (entry.work, entry.zh)] = row


def _number(entry: Entry) -> str:
    """The number; that of a patent with its check character."""
    if entry.kind in (Kind.INVENTION, Kind.UTILITY, Kind.DESIGN):
        digits = entry.number.replace(" ", "")
        return f"{digits}.{patent_check(digits)}"
    return entry.number


def _grant(story: Any, entry: Entry) -> None:
    row = story.made["outcome", (entry.work, entry.zh)]
    services.move_outcome(
        cast.speaker(story, WORK[entry.work], entry.firm),
        row,
        "grant",
        on_day=date.fromisoformat(entry.granted),
        grant_number=entry.more.get("grant_number", ""),
    )


def _refuse(story: Any, entry: Entry) -> None:
    row = story.made["outcome", (entry.work, entry.zh)]
    services.move_outcome(
        cast.speaker(story, WORK[entry.work], entry.firm), row, "refuse", on_day=date.fromisoformat(entry.lapsed)
    )


def _tell(story: Any, work: str, firm: str, year: int, amounts: tuple[str, ...]) -> None:
    sales, profit, tax, export, replaced = (Decimal(amount) for amount in amounts)
    services.keep_effect(
        cast.speaker(story, WORK[work], firm), story.made["work", WORK[work].zh], organisation=story.made["firm", firm], year=year, sales=sales, profit=profit, tax=tax,
        export=export, import_replaced=replaced, proof="专项审计报告（演示）。Audit report (demonstration).",
    )  # fmt: skip
