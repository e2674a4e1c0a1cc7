"""The status reports of the demonstration: on what, when, and in whose words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Narrative:
    """A report on a period; without `submitted` it is still being written."""

    table: str
    period: tuple[str, str]
    opened: str
    submitted: str
    zh: str
    en: str


REPORTS = (
    Narrative(
        "sic", ("2026-04-01", "2026-06-30"), "2026-07-03", "2026-07-10",
        "本季度联合体总体进展正常。8 英寸外延厚度均匀性指标通过验收，位错演化模型通过专家评审；示范车型与工况已经确定。\n\n"
        "主要风险：界面态密度首次提交因评审组构成不完整被退回，江左理工大学已补充用户单位意见并重新提交；中试线切磨抛工艺贯通比计划晚 4 天。\n\n"
        "下季度重点：完成沟槽栅器件第一轮流片，交付首批工程样件模块，启动台架 1000 小时耐久试验。",
        "The consortium is on track. The evenness of 8-inch epitaxy was accepted, the model of dislocations passed its review, and the vehicles and "
        "driving cycles of the demonstration are defined.\n\n"
        "Main risk: the density of interface states was returned once, since no user sat among the reviewers; Jiangzuo University has added an opinion "
        "and reported again. The pilot line ran through four days later than planned.\n\n"
        "Next quarter: the first full run of the trench device, the first engineering modules, and the start of the endurance test.",
    ),
    Narrative(
        "sic", ("2026-07-01", "2026-09-30"), "2026-10-09", "",
        "(草稿)第一轮全流程流片按期完成，静态特性达到预期；首批 200 只工程样件模块交付阜野电驱。双面散热封装热阻报告被退回，需补充样品数量。\n\n"
        "待补充：经费执行情况、下季度计划。",
        "(Draft) The first full run of wafers was finished in time, and 200 engineering modules were delivered. The report on thermal resistance was "
        "returned, since it covered too few samples.\n\nTo be added: money spent, and the plan for the next quarter.",
    ),
    Narrative(
        "control", ("2026-07-01", "2026-09-30"), "2026-10-12", "2026-10-16",
        "本季度完成实时性测评规范第一版和首条窑炉控制系统离线联调，控制行为基线模型通过评审。内核中断响应指标已提交验证。\n\n"
        "主要风险：首条窑炉切换上线因停窑窗口推迟，预计延至 12 月；组态工程签名下载首次提交被退回，签名验证失败场景需补充测试。\n\n"
        "下季度重点：完成 40 种协议识别验收，运行时支持全部五种编程语言，开展第一轮渗透测试。",
        "The first edition of the rules for real-time testing is finished, the control of the first kiln was tested off line, and the baseline model "
        "passed its review. The interrupt latency is reported and waits for verification.\n\n"
        "Main risks: the first kiln could not be switched over, since the window in which it stands still has moved, probably to December; the signed "
        "download of projects was returned, because failing signatures had not been tried.\n\n"
        "Next quarter: forty protocols, all five languages in the runtime, and the first round of penetration tests.",
    ),
)  # fmt: skip
