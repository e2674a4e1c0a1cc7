"""Facts of the statement of a member as its feature gives them, short and long; all invented, like the other samples."""

from __future__ import annotations

from decimal import Decimal

from tests.documents.samples import FIRMS, PLATFORM, PROJECTS, Facts, consortium, pair

MOST = "9999999999.99"
HEADS = (("D1", "设备费", "Equipment"), ("D2", "业务费", "Operating costs"), ("D3", "劳务费", "Labour"), ("I1", "间接费用", "Indirect costs"))  # fmt: skip
MONEY = (("1200000.00", "846300.50", "610000.00", "598000.50"), ("2400000.00", "1105220.15", "980000.00", "980000.00"),
         ("1850000.00", "720000.00", "0.00", "0.00"), ("600000.00", "0.00", "152400.00", "148000.00"))  # fmt: skip
NODES = (("2.1", "直线电机电磁设计", "Electromagnetic design of the linear motor", "30.00", "26.50"), ("2.2", "驱动器样件", "Samples of the drive", "12.00", "1.50"),
         ("2.3", "联合调试", "Joint commissioning", None, "0.25"))  # fmt: skip
NAMES = ("planned", "spent", "claimed", "accepted")
STATES = {
    "accepted": (pair("已核准", "Accepted"), "green"), "in part": (pair("部分核准", "Accepted in part"), "amber"),
    "queried": (pair("质询中", "Queried"), "amber"), "rejected": (pair("已驳回", "Rejected"), "red"),
}  # fmt: skip


def claim(number: int, period: str, claimed: str, accepted: str | None, state: str) -> Facts:
    """One claim."""
    said, colour = STATES[state]
    return {
        "number": number, "period": period, "submitted_on": "2026-10-08", "decided_on": None if state == "queried" else "2026-10-20", "claimed": claimed,
        "accepted": accepted, "state": {"code": state, **said}, "colour": colour,
    }  # fmt: skip


def statement() -> Facts:
    """The statement of the second firm in its project."""
    own, project, firm = consortium(), PROJECTS[1], FIRMS[1]
    return {
        "kind": "statement", "template": "statement/1", "id": "C-2026-0001-P-2026-0002-S01", "version": "1", "language": "both", "seal": "5e" * 16,
        "title": pair("单位对账单", "Statement of an organisation"), "issued_on": "2026-11-22", "cutoff": "2026-11-22T08:00:00Z", "chain_head": "7d" * 32,
        "verify_url": "https://platform.example/verify/C-2026-0001-P-2026-0002-S01", "platform": PLATFORM, "today": "2026-11-22",
        "consortium": {"reference": own["reference"], "name": own["name"]}, "firm": {"name": pair(firm[0], firm[1]), "code": "91330206MA2AE8RL5C"},
        "project": {"reference": project[0], "title": pair(project[1], project[2]), "starts_on": project[4], "ends_on": project[5]},
        "profile": {
            "code": "CN-2021", "name": pair("国家科研经费（设备费、业务费、劳务费、间接费用）", "Chinese research money (equipment, operating, labour, indirect)"),
            "source": pair("《国务院办公厅关于改革完善中央财政科研经费管理的若干意见》（国办发〔2021〕32号）", "General Office of the State Council, opinions on managing central research funds (国办发〔2021〕32号)"),
            "mark": "H", "check": True,
        },
        "heads": [
            {"head": {"code": code, **pair(zh, en)}, **dict(zip(NAMES, money, strict=True))}
            for (code, zh, en), money in zip(HEADS, MONEY, strict=True)
        ],
        "together": {name: str(sum(Decimal(row[place]) for row in MONEY)) for place, name in enumerate(NAMES)},
        "paid": "1500000.00", "advance": "0.00", "due": "226000.50",
        "effort": [{"number": number, "title": pair(zh, en), "planned": planned, "logged": logged} for number, zh, en, planned, logged in NODES],
        "effort_together": {"planned": "42.00", "logged": "28.25"},
        "claims": [
            claim(1, "2026-02 – 2026-06", "1400000.00", "1400000.00", "accepted"), claim(2, "2026-07", "90000.00", None, "rejected"),
            claim(3, "2026-07 – 2026-09", "342400.00", "326000.50", "in part"), claim(4, "2026-10", "0.00", None, "queried"),
        ],
        "payments": [
            {"paid_on": "2026-07-02", "source": pair("中央财政", "Central budget"), "reference": "20260702-0019", "amount": "1000000.00"},
            {"paid_on": "2026-10-28", "source": pair("地方财政", "Local budget"), "reference": "", "amount": "500000.00"},
        ],
    }  # fmt: skip


def long_statement() -> Facts:
    """One with long names, the largest amounts and many rows."""
    facts = statement()
    largest = dict.fromkeys(NAMES, MOST)
    facts["firm"]["name"] = pair(
        "中国科学院上海微系统与信息技术研究所长三角先进材料产业技术创新中心",
        "Yangtze Delta Innovation Center for Advanced Materials Industry and Technology",
    )
    facts["project"]["title"] = pair(facts["project"]["title"]["zh"] * 4, facts["project"]["title"]["en"] * 4)
    facts["heads"] = [{**line, **largest} for line in facts["heads"]]
    facts |= {
        "together": largest,
        "paid": MOST,
        "advance": MOST,
        "effort_together": {"planned": "99999.99", "logged": "99999.99"},
    }
    facts["effort"] = [
        {"number": f"2.{place}.10.4", "title": pair("关键功能部件可靠性试验方法与试验平台建设" * 2, "Reliability test methods and test benches for key functional parts " * 2), "planned": "9999.99", "logged": "9999.99"}
        for place in range(40)
    ]  # fmt: skip
    facts["claims"] = [claim(place, "2026-01 – 2026-12", MOST, MOST, "in part") for place in range(1, 25)]
    facts["payments"] = [
        {**facts["payments"][0], "amount": MOST, "reference": "20260702001900000000" * 3} for _ in range(20)
    ]
    return facts


def empty_statement() -> Facts:
    """One of a firm with which nothing happened yet."""
    none = dict.fromkeys(NAMES, "0.00")
    facts = statement()
    facts["heads"] = [{**line, **none} for line in facts["heads"]]
    return facts | {
        "together": none, "paid": "0.00", "due": "0.00", "effort": [], "claims": [], "payments": [], "effort_together": {"planned": "0.00", "logged": "0.00"},
    }  # fmt: skip
