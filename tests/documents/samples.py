"""Facts of both papers as the features give them; all firms and people are invented."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from consortium.documents.capitals import amount_in_capitals
from tests.documents.clauses import CLAUSES

Facts = dict[str, Any]


def pair(zh: str, en: str) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": zh, "en": en}


PLATFORM = pair("优质企业创新联合体协作平台", "Consortium Collaboration Platform")
FIRMS = [
    ("苏州衡石精密装备股份有限公司", "Suzhou Hengshi Precision Equipment Co., Ltd.", "衡石精密", "领航企业", "leading enterprise", "江苏省苏州市工业园区星澜街188号", "沈嘉树", "16800000.00", "0.3500"),
    ("宁波凌岳伺服驱动有限公司", "Ningbo Lingyue Servo Drives Co., Ltd.", "凌岳伺服", "单项冠军企业", "single champion", "浙江省宁波市北仑区松涛路26号", "陆知远", "9600000.00", "0.2000"),
    ("合肥启衡工业软件有限公司", "Hefei Qiheng Industrial Software Co., Ltd.", "启衡软件", "专精特新“小巨人”企业", "little giant", "安徽省合肥市高新区云飞路9号", "方若琳", "7200000.00", "0.1500"),
    ("江南先进制造研究院", "Jiangnan Institute of Advanced Manufacturing", "江南制造院", "科研院所", "research institute", "江苏省无锡市滨湖区学术路5号", "顾维钧", "4800000.00", "0.1000"),
    ("东陵理工大学", "Dongling University of Technology", "东陵理工", "高等学校", "university", "湖北省武汉市洪山区珞桂路77号", "祁思远", "3600000.00", "0.0750"),
    ("成都明序测控技术有限公司", "Chengdu Mingxu Measurement and Control Co., Ltd.", "明序测控", "专精特新中小企业", "specialised SME", "四川省成都市双流区银杏路310号", "廖一鸣", "3600000.00", "0.0750"),
    ("沈阳云翼航空部件有限公司", "Shenyang Yunyi Aviation Components Co., Ltd.", "云翼航空", "示范应用单位", "demonstration user", "辽宁省沈阳市浑南区航翼路1号", "薛文博", "2400000.00", "0.0500"),
]  # fmt: skip
TASKS = [
    pair(
        "总体设计、整机集成与产业化；承担秘书处日常工作。",
        "Overall design, integration and industrialisation; runs the secretariat.",
    ),
    pair(
        "高响应直线电机与伺服驱动器的研制和小批量试制。",
        "Development and pilot production of high-response linear motors and servo drives.",
    ),
    pair(
        "数控系统内核、工艺数据库与仿真软件开发。",
        "Kernel of the numerical control, process database and simulation software.",
    ),
    pair(
        "关键功能部件可靠性试验方法与试验平台建设。",
        "Reliability test methods and test benches for key functional parts.",
    ),
    pair(
        "误差补偿理论、热变形建模与人才联合培养。",
        "Theory of error compensation, thermal modelling, joint training of engineers.",
    ),
    pair("在机测量装置与精度溯源方法研究。", "On-machine measuring devices and traceability of accuracy."),
    pair(
        "航空结构件产线示范应用与用户验证报告。",
        "Demonstration on an aviation parts line and the user's validation report.",
    ),
]
ROLES = [pair("牵头单位", "lead"), *[pair("成员单位", "member")] * 5, pair("应用单位", "user")]
CODES = ["91320594MA1XQ7KT3M", "91330206MA2AE8RL5C", "91340100MA8PB2WH7X", "12320211466007521P", "12420000420103662D", "91510122MA6CK4NG1R", "91210112MA0YF5JU9E"]  # fmt: skip
AREAS = [pair("高端仪器设备", "high-end instruments and equipment"), pair("基础零部件", "basic parts"), pair("基础软件", "basic software")]  # fmt: skip
PROJECTS = [
    ("P-2026-0001", "高端五轴数控系统联合攻关", "Joint development of a high-end five-axis control system", "衡石精密", "2026-01-10", "2028-03-31", "18600000.00", 4, 8, "0.6240", "0.7000", "amber"),
    ("P-2026-0002", "高响应直线电机与伺服驱动", "High-response linear motors and servo drives", "凌岳伺服", "2026-02-01", "2027-11-30", "9800000.00", 5, 8, "0.5500", "0.5400", "green"),
    ("P-2026-0003", "在机测量与误差补偿", "On-machine measurement and error compensation", "明序测控", "2026-03-15", "2027-12-31", "6400000.00", 3, 7, "0.4100", "0.4300", "green"),
    ("P-2026-0004", "功能部件可靠性试验平台", "Reliability test platform for functional parts", "江南制造院", "2026-05-01", "2028-06-30", "7200000.00", 4, 7, "0.2200", "0.3800", "red"),
    ("P-2026-0005", "航空结构件产线示范应用", "Demonstration on an aviation structural parts line", "云翼航空", "2027-01-15", "2028-09-30", "6000000.00", 7, 9, "0.0000", "0.0000", "grey"),
]  # fmt: skip


def consortium() -> Facts:
    """The invented consortium that both papers are about."""
    return {
        "reference": "C-2026-0001", "kind": "innovation_consortium",
        "name": pair("长三角高端数控装备创新联合体", "Yangtze Delta Innovation Consortium for High-end Machine Tools"),
        "purpose": pair(
            "围绕高端五轴数控机床“卡点”部件与数控系统，组织整机、部件、软件、材料和用户单位协同攻关，形成自主可控的整机与成套应用方案，并在航空结构件产线开展示范应用。",
            "To develop jointly the parts and the control system that high-end five-axis machine tools depend on, from laboratory proof to a qualified machine, and to demonstrate it on a line for aviation structural parts.",
        ),
        "areas": AREAS, "starts_on": "2026-01-01", "ends_on": "2028-12-31",
        "liability_unit": pair(FIRMS[0][0], FIRMS[0][1]),
    }  # fmt: skip


def agreement() -> Facts:
    """An agreement of seven parties."""
    parties = [
        {
            "n": number, "name": pair(zh, en), "code": CODES[number - 1], "scheme": "USCC", "kind": pair(kind_zh, kind_en),
            "role": ROLES[number - 1], "domicile": domicile, "representative": person, "short": short,
            "tasks": TASKS[number - 1], "contribution": amount, "contribution_capitals": amount_in_capitals(amount),
            "share": share,
        }
        for number, (zh, en, short, kind_zh, kind_en, domicile, person, amount, share) in enumerate(FIRMS, 1)
    ]  # fmt: skip
    total = str(sum(Decimal(firm[7]) for firm in FIRMS))
    clauses = [
        {
            "code": f"CL{number:02d}", "number": number, "title": pair(zh, en),
            "paragraphs": [
                {"number": f"{number}.{place}", "zh": text_zh, "en": text_en}
                for place, (text_zh, text_en) in enumerate(paragraphs, 1)
            ],
            "notes": [],
        }
        for number, (zh, en, paragraphs) in enumerate(CLAUSES, 1)
    ]  # fmt: skip
    clauses[7]["notes"] = [
        {
            "mark": "*",
            **pair(
                "共有成果的实施方式可由各方另行约定。",
                "The Parties may agree otherwise on the exploitation of joint Results.",
            ),
        }
    ]
    seats = [
        {"organisation": pair(firm[0], firm[1]), "person": firm[6], "post": "理事长" if place == 0 else "理事"}
        for place, firm in enumerate(FIRMS[:5])
    ]
    return {
        "kind": "agreement", "template": "agreement/1", "id": "AG-2026-0001", "version": "1", "language": "both",
        "title": pair("创新联合体合作协议", "Innovation Consortium Agreement"), "issued_on": "2026-11-22",
        "cutoff": "2026-11-22T08:00:00Z", "chain_head": "7d" * 32,
        "verify_url": "https://platform.example/verify/AG-2026-0001", "platform": PLATFORM,
        "consortium": consortium(), "parties": parties, "total": total, "total_capitals": amount_in_capitals(total),
        "bodies": [
            {"name": pair("理事会", "Council"), "seats": seats},
            {
                "name": pair("技术委员会", "Technical committee"),
                "seats": [
                    {"organisation": pair(FIRMS[4][0], FIRMS[4][1]), "person": "祁思远", "post": "主任"},
                    {"organisation": pair(FIRMS[2][0], FIRMS[2][1]), "person": "方若琳", "post": "委员"},
                ],
            },
        ],
        "projects": [
            {
                "reference": reference, "title": pair(zh, en), "area": AREAS[place % 3], "lead": lead, "starts_on": starts,
                "ends_on": ends, "budget": budget, "trl_start": trl_start, "trl_target": trl_target,
            }
            for place, (reference, zh, en, lead, starts, ends, budget, trl_start, trl_target, *_) in enumerate(PROJECTS)
        ],
        "clauses": clauses,
    }  # fmt: skip


STATES = {
    "accepted": pair("已通过", "accepted"), "reported": pair("已提交", "reported"), "late": pair("逾期", "late"),
    "planned": pair("计划中", "planned"), "returned": pair("已退回", "returned"),
}  # fmt: skip
MILESTONES = [
    (0, "需求规格与总体方案评审", "Requirements and overall design reviewed", 0, "2026-03-20", "5", "accepted", "2026-03-18"),
    (0, "数控系统内核首版发布", "First release of the control kernel", 2, "2026-06-30", "12", "accepted", "2026-07-06"),
    (0, "五轴联动样机下线", "Five-axis prototype assembled", 0, "2026-09-15", "15", "accepted", "2026-09-12"),
    (0, "整机连续运行500小时", "Prototype runs 500 hours without failure", 0, "2026-11-10", "10", "late", ""),
    (0, "工艺数据库覆盖三类材料", "Process database covers three materials", 2, "2027-03-31", "8", "planned", ""),
    (1, "直线电机电磁方案冻结", "Electromagnetic design of the motor frozen", 1, "2026-04-30", "6", "accepted", "2026-04-28"),
    (1, "伺服驱动器样件交付", "Servo drive samples delivered", 1, "2026-08-31", "10", "accepted", "2026-09-02"),
    (1, "推力波动小于0.5%验证", "Force ripple below 0.5 % verified", 1, "2026-11-18", "8", "reported", ""),
    (1, "小批量试制50台", "Pilot series of 50 units", 1, "2027-06-30", "12", "planned", ""),
    (2, "在机测头样件", "Sample of the on-machine probe", 5, "2026-07-15", "6", "accepted", "2026-07-15"),
    (2, "热误差模型首轮验证", "First validation of the thermal error model", 4, "2026-10-31", "7", "returned", ""),
    (2, "空间精度补偿软件", "Software for volumetric compensation", 5, "2027-04-30", "8", "planned", ""),
    (3, "可靠性试验大纲发布", "Reliability test programme issued", 3, "2026-08-20", "4", "accepted", "2026-08-25"),
    (3, "主轴试验台建成", "Spindle test bench built", 3, "2026-10-15", "9", "late", ""),
    (3, "加速寿命试验数据集", "Data set of the accelerated life test", 3, "2027-05-31", "9", "planned", ""),
    (4, "示范产线方案确认", "Demonstration line plan confirmed", 6, "2027-03-15", "5", "planned", ""),
    (4, "示范产线连续运行三个月", "Demonstration line runs for three months", 6, "2028-06-30", "16", "planned", ""),
]  # fmt: skip


def _column(name: str, zh: str, en: str, kind: str = "text") -> Facts:
    return {"name": name, "label": pair(zh, en), "kind": kind}


#: Chapters with a column of each kind, a line of sums, and one that has nothing to show.
CHAPTERS: list[Facts] = [
    {
        "id": "effort", "title": pair("人力投入", "Effort"), "notes": [pair("不足三家单位的合计已合并。", "Sums of fewer than three organisations are put together.")],
        "tables": [{
            "name": "effort_by_project", "caption": pair("各项目人月", "Person-months by project"),
            "columns": [_column("project", "编号", "No.", "code"), _column("title", "项目", "Project"), _column("planned", "计划人月", "Planned", "months"),
                        _column("used", "投入率", "Used", "share"), _column("firms", "单位数", "Organisations", "count")],
            "rows": [["P01", pair("五轴联动整机", "Five-axis machine"), "823.00", "0.624", "18"], ["P02", pair("伺服驱动器", "Servo drive"), "26.50", "0.057", "3"]],
            "total": ["", pair("合计", "Total"), "849.50", "0.607", "18"],
        }],
    },
    {
        "id": "readiness", "title": pair("技术成熟度", "Readiness"), "notes": [],
        "tables": [{
            "name": "levels", "caption": pair("各项目技术成熟度", "Readiness levels by project"),
            "columns": [_column("title", "项目", "Project"), _column("now", "现在", "Now", "number"), _column("on", "评定日期", "Assessed on", "day"),
                        _column("spent", "已支出（元）", "Spent (CNY)", "money")],
            "rows": [[pair("五轴联动整机", "Five-axis machine"), "6", "2026-09-12", "12345678.90"]],
            "total": [],
        }],
    },
    {"id": "risks", "title": pair("风险", "Risks"), "notes": [pair("尚无登记的风险。", "No risk is registered yet.")], "tables": []},
]  # fmt: skip


def status_report() -> Facts:
    """A report on the third quarter of the same consortium."""
    facts = deepcopy(consortium())
    facts |= {
        "stage": {"code": "operating", **pair("运行中", "operating")},
        "lead": pair(FIRMS[0][0], FIRMS[0][1]),
        "region": "320000",
    }
    milestones = [
        {
            "id": place, "reference": f"M-2026-{place:04d}", "project": PROJECTS[project][0], "title": pair(zh, en),
            "owner": pair(FIRMS[owner][2], FIRMS[owner][1]), "due_on": due, "weight": weight,
            "state": {"code": state, **STATES[state]}, "days_late": {4: 12, 14: 38}.get(place, 0),
            "accepted_on": accepted,
        }
        for place, (project, zh, en, owner, due, weight, state, accepted) in enumerate(MILESTONES, 1)
    ]  # fmt: skip
    words = {"amber": pair("需关注", "at risk"), "green": pair("正常", "on track"), "red": pair("滞后", "late"), "grey": pair("未开始", "not started")}  # fmt: skip
    reasons = {
        "amber": [pair("1个里程碑逾期12天：整机连续运行500小时。", "One milestone is 12 days late: prototype runs 500 hours.")],
        "red": [pair("里程碑“主轴试验台建成”逾期38天，进度低于计划16个百分点。", "The spindle test bench is 38 days late; progress is 16 points behind plan.")],
    }  # fmt: skip
    counts = {code: sum(row[6] == code for row in MILESTONES) for code in STATES}
    return {
        "kind": "status_report", "template": "status_report/2", "id": "SR-2026-0001", "version": "1", "language": "both",
        "title": pair("进展报告", "Status report"), "issued_on": "2026-11-22", "cutoff": "2026-11-22T08:00:00Z",
        "chain_head": "7d" * 32, "verify_url": "https://platform.example/verify/SR-2026-0001", "platform": PLATFORM,
        "consortium": facts,
        "period": {"label": pair("2026年第三季度", "Third quarter 2026"), "starts_on": "2026-07-01", "ends_on": "2026-09-30", "as_of": "2026-11-22"},
        "coverage": {"reported": 6, "of": 7, "missing": [pair(FIRMS[6][0], FIRMS[6][1])]},
        "light": {
            "colour": "amber", "word": words["amber"],
            "reasons": [
                pair("2个里程碑逾期，占总权重的12.7%。", "Two milestones are late; they carry 12.7 % of the weight."),
                pair("1个项目滞后：功能部件可靠性试验平台。", "One project is late: the reliability test platform."),
                pair("1家成员单位未提交本期进展。", "One member has not reported for the period."),
            ],
        },
        "figures": [
            {"id": "F1", "label": pair("实际进度", "Earned progress"), "value": "38.7", "unit": "%", "note": pair("计划 51.3 %", "planned 51.3 %")},
            {"id": "F2", "label": pair("已通过里程碑", "Milestones accepted"), "value": str(counts["accepted"]), "unit": f"/ {len(MILESTONES)}", "note": pair("本期通过 4 个", "4 in this period")},
            {"id": "F3", "label": pair("逾期里程碑", "Milestones late"), "value": str(counts["late"]), "unit": "", "note": pair("最长逾期 38 天", "38 days at most")},
            {"id": "F4", "label": pair("协议投入（万元）", "Committed money (CNY 10,000)"), "value": "4,800", "unit": "", "note": pair("7家单位", "7 organisations")},
            {"id": "F5", "label": pair("在研项目", "Projects under way"), "value": "4", "unit": "/ 5", "note": pair("1个未开始", "1 not started")},
            {"id": "F6", "label": pair("成员单位", "Members"), "value": "7", "unit": "", "note": pair("本期无变动", "no change in the period")},
        ],
        "milestones": milestones,
        "projects": [
            {
                "reference": reference, "title": pair(zh, en), "lead": lead, "starts_on": starts, "ends_on": ends,
                "progress": progress, "planned": planned, "budget": budget,
                "light": {"colour": colour, "word": words[colour], "reasons": reasons.get(colour, [])},
                "reasons": reasons.get(colour, []),
            }
            for reference, zh, en, lead, starts, ends, budget, _, _, progress, planned, colour in PROJECTS
        ],
        "money": [{"organisation": pair(firm[0], firm[1]), "planned": firm[7], "share": firm[8]} for firm in FIRMS],
        "money_total": str(sum(Decimal(firm[7]) for firm in FIRMS)),
        "chapters": CHAPTERS,
        "members": [
            {"name": pair(firm[0], firm[1]), "role": ROLES[place], "joined_on": "2026-01-01", "left_on": None, "kind": pair(firm[3], firm[4])}
            for place, firm in enumerate(FIRMS)
        ],
        "narrative": pair(
            "本期完成五轴联动样机下线，主要精度指标达到设计要求；伺服驱动器样件通过交付验收。\n\n受进口轴承交付推迟影响，主轴试验台建设滞后。江南先进制造研究院已启用国产替代方案，预计2026年12月中旬建成；可靠性试验计划相应顺延，不影响项目总体完成时间。\n\n下一阶段重点：完成整机500小时连续运行考核，冻结示范产线方案，启动三类典型材料工艺数据库建设。",
            "The five-axis prototype left the assembly hall in this period and meets the main requirements on accuracy; samples of the servo drive were accepted.\n\nThe spindle test bench is late because imported bearings were delivered late. The institute has changed to a domestic supplier and expects the bench in mid-December 2026; the test programme moves with it, the end of the project does not.\n\nNext: finish the 500-hour run, freeze the plan of the demonstration line, and begin the process database for three materials.",
        ),
        "narrative_by": "沈嘉树",
        "counts": counts,
        "evidence": [
            {"figure": "F1", "rows": ["Σ weight × accepted ÷ Σ weight = 58 ÷ 150 = 38.7 %", "M-2026-0001 (5), M-2026-0002 (12), M-2026-0003 (15), M-2026-0006 (6), M-2026-0007 (10), M-2026-0010 (6), M-2026-0013 (4) …"]},
            {"figure": "F2", "rows": [f"M-2026-{place:04d} accepted {row[7]}" for place, row in enumerate(MILESTONES, 1) if row[6] == "accepted"]},
            {"figure": "F3", "rows": ["M-2026-0004 due 2026-11-10, 12 days", "M-2026-0014 due 2026-10-15, 38 days"]},
            {"figure": "F4", "rows": [f"{firm[2]} {firm[7]}" for firm in FIRMS]},
        ],
    }  # fmt: skip


def of_length(milestones: int) -> Facts:
    """A status report with that many milestones, for measuring."""
    facts = status_report()
    rows = facts["milestones"]
    facts["milestones"] = [
        {**deepcopy(rows[place % len(rows)]), "id": place + 1, "reference": f"M-2026-{place + 1:04d}"}
        for place in range(milestones)
    ]
    return facts


LONG = pair("环洞庭湖新能源汽车高压碳化硅功率模块与智能电驱动总成创新联合体", "Dongting Lake Innovation Consortium for High-voltage Silicon Carbide Power Modules and Intelligent Electric Drive Assemblies")  # fmt: skip
MOST = "9999999999.99"


def long_firms(count: int = 12) -> list[dict[str, str]]:
    """Names as long as firms have them."""
    return [
        pair(
            f"湘北第{number}精密半导体材料与器件制造（集团）股份有限公司",
            f"Northern Xiang No. {number} Precision Semiconductor Materials and Devices Manufacturing (Group) Co., Ltd.",
        )
        for number in range(1, count + 1)
    ]


def long_agreement(count: int = 12) -> Facts:
    """An agreement of many parties with long names, 22 clauses and the largest amounts."""
    facts = agreement()
    role, tasks = pair("示范应用单位", "Demonstration user"), pair(TASKS[0]["zh"] * 2, " ".join([TASKS[0]["en"]] * 2))
    facts["parties"] = [
        {
            **facts["parties"][place % 7], "n": place + 1, "name": name, "role": role, "tasks": tasks, "contribution": MOST, "share": "0.0833",
            "contribution_capitals": amount_in_capitals(MOST), "domicile": "湖南省岳阳市城陵矶综合保税区松阳湖片区云港路" + "1号标准厂房" * 2,
            "representative": "欧阳" + "远航" * (place % 3 + 1), "short": "湘北精密半导体",
        }
        for place, name in enumerate(long_firms(count))
    ]  # fmt: skip
    total = str(Decimal(MOST) * count)
    facts |= {"total": total, "total_capitals": amount_in_capitals(total)}
    facts["consortium"] |= {"name": LONG, "reference": "IC-2026-0001", "liability_unit": long_firms(1)[0]}
    facts["clauses"] = [
        {
            **clause, "number": number,
            "paragraphs": [{**words, "number": f"{number}.{place}"} for place, words in enumerate(clause["paragraphs"], 1)],
        }
        for number, clause in enumerate((facts["clauses"] * 2)[:22], 1)
    ]  # fmt: skip
    for place, project in enumerate(facts["projects"], 1):
        project |= {"reference": f"IC-2026-0001-P{place:02d}", "lead": long_firms(5)[place - 1], "budget": MOST}
    return facts


def long_record(reference: str, title: dict[str, str], what: dict[str, str], **more: str) -> Facts:
    """One record behind a figure."""
    return {"reference": reference, "title": title, "what": what, "on": "", "who": "", "sha256": "", **more}


def long_status_report() -> Facts:
    """A report on 25 milestones with references as they are made, long names and the largest amounts, and with records."""
    facts, firms = status_report(), long_firms()
    facts["consortium"] |= {"name": LONG, "reference": "IC-2026-0001", "lead": firms[0]}
    for place, row in enumerate(facts["projects"], 1):
        reason = pair(
            "进度指数0.78：应完成权重46，已通过36；达到0.95为绿灯，低于0.85为红灯。",
            "Schedule index 0.78: weight 36 of 46 due is accepted; green needs 0.95, below 0.85 is red.",
        )
        row |= {
            "reference": f"IC-2026-0001-P{place:02d}", "lead": firms[place], "budget": MOST,
            "title": pair(row["title"]["zh"] + "及其车规级可靠性验证", row["title"]["en"] + " and its verification for automotive use"),
            "light": {"colour": row["light"]["colour"], "word": pair("严重偏离", "Needs attention"), "reasons": [reason]}, "reasons": [reason],
        }  # fmt: skip
    rows = facts["milestones"]
    facts["milestones"] = [
        {
            **rows[place % len(rows)], "id": place + 1, "project": f"IC-2026-0001-P{place % 5 + 1:02d}", "owner": firms[place % 12],
            "reference": f"IC-2026-0001-P{place % 5 + 1:02d}-M{place + 1:02d}",
        }
        for place in range(25)
    ]  # fmt: skip
    facts["money"] = [{"organisation": name, "planned": MOST, "share": "0.0833"} for name in firms]
    facts["money_total"] = str(Decimal(MOST) * 12)
    facts["members"] = [
        {"name": name, "role": pair("示范应用单位", "Demonstration user"), "kind": pair("新型研发机构", "New-type R&D body"), "joined_on": "2026-01-01", "left_on": "2026-11-01"}
        for name in firms
    ]  # fmt: skip
    facts["coverage"] = {"reported": 1, "of": 3, "missing": firms[:2]}
    facts["figures"][3] |= {"value": "999999.999999", "unit": ""}
    facts["figures"].append(
        {
            "id": "F7",
            "label": pair("证明材料", "Evidence files"),
            "value": "50",
            "unit": "",
            "note": pair("涉及 25 个里程碑", "for 25 milestones"),
        }
    )
    weights = [
        long_record(row["reference"], row["title"], pair(f"权重 {row['weight']}", f"weight {row['weight']}"))
        for row in facts["milestones"]
    ]
    verified = [
        {**record, "what": pair("欧阳远航填报，湘北精密半导体核验", "reported by 欧阳远航, verified for 湘北精密半导体"), "on": "2026-07-06", "who": "湘北精密半导体"}
        for record in weights[:12]
    ]  # fmt: skip
    files = [
        {**record, "what": pair("XLSX · 12,345,678 B", "XLSX · 12,345,678 B"), "on": "2026-07-06", "who": "湘北精密半导体", "sha256": "c0ffee" * 10 + "beef"}
        for record in weights for _ in range(2)
    ]  # fmt: skip
    committed = [long_record("", name, pair("9,999,999,999.99", "9,999,999,999.99")) for name in firms]
    rule = pair(
        "已通过里程碑权重 76 ÷ 全部里程碑权重 300 = 25.3 %",
        "Weight of the accepted milestones, 76, ÷ weight of all, 300 = 25.3 %",
    )
    found = {"F1": weights, "F2": verified, "F3": [], "F4": committed, "F7": files}
    facts["evidence"] = [
        {"figure": figure, "rule": rule, "records": records, "rows": []} for figure, records in found.items()
    ]
    return facts
