"""An invented plan of any size as plain rows, for what is drawn and reckoned without a database."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from consortium.plans import calendars, gantt
from consortium.plans.calendars import Calendar

TODAY = date(2026, 11, 22)
FIRMS = (
    ("苏州衡石精密装备股份有限公司", "Suzhou Hengshi Precision Equipment Co., Ltd."), ("宁波凌岳伺服驱动有限公司", "Ningbo Lingyue Servo Drives Co., Ltd."),
    ("合肥启衡工业软件有限公司", "Hefei Qiheng Industrial Software Co., Ltd."), ("江南先进制造研究院", "Jiangnan Institute of Advanced Manufacturing"),
    ("东陵理工大学", "Dongling University of Technology"),
)  # fmt: skip
PACKAGES = (("总体设计与需求", "Requirements and overall design"), ("直线电机与伺服驱动", "Linear motors and servo drives"), ("数控系统内核", "Kernel of the numerical control"),
            ("可靠性试验平台", "Reliability test platform"), ("在机测量与误差补偿", "On-machine measurement and error compensation"), ("示范产线", "Demonstration line"))  # fmt: skip
STEPS = (("方案与指标冻结", "Design and targets frozen"), ("样件试制", "Samples made"), ("台架试验", "Bench tests"), ("小批量试制与一致性验证", "Pilot series, consistency verified"),
         ("现场验证报告", "Report of the trial on site"))  # fmt: skip


def shipped(code: str = "CN") -> Calendar:
    """A calendar of the platform, read without its settings."""
    return calendars.CALENDARS.parse((calendars.CALENDARS.shipped / f"{code}.json").read_bytes(), f"{code}.json")


def plan(
    size: int, *, titles: Sequence[tuple[str, str]] = STEPS, links: bool = True, baseline: bool = True
) -> gantt.Given:
    """A plan of about `size` nodes: packages with their steps, one after the other, and some waits between firms."""
    dice = random.Random(size)
    project = SimpleNamespace(
        reference="IC-2026-0001-P01", title_zh="高端五轴数控系统联合攻关", title_en="Joint development of a high-end five-axis control system",
        starts_on=date(2026, 1, 5), ends_on=date(2028, 12, 29),
    )  # fmt: skip
    firms = [SimpleNamespace(id=number, names_pair={"zh": zh, "en": en}) for number, (zh, en) in enumerate(FIRMS, 1)]
    nodes: list[Any] = []
    arrows: list[Any] = []
    each = 6 if size > 20 else 4
    while len(nodes) < size:
        number = sum(node.parent is None for node in nodes) + 1
        begin = project.starts_on + timedelta(days=dice.randrange(0, 330))
        firm = firms[(number - 1) % len(firms)]
        package = _node(nodes, str(number), PACKAGES[(number - 1) % len(PACKAGES)], None, firm)
        day = begin
        for step in range(1, each):
            child = _node(
                nodes,
                f"{number}.{step}",
                titles[(step - 1) % len(titles)],
                package,
                firms[(number - 1 + (step == 3)) % len(firms)],
            )
            child.starts_on, child.ends_on = day, min(day + timedelta(days=dice.randrange(40, 150)), project.ends_on)
            if step > 1 and links:
                arrows.append(_link(nodes[-2], child, "fs", 0))
            day = child.ends_on + timedelta(days=dice.choice((1, 1, 1, 20)))
            if day > date(2028, 9, 1):
                break
        package.starts_on, package.ends_on = begin, max(node.ends_on for node in nodes if node.parent is package)
    if links:
        steps = [node for node in nodes if node.parent is not None]
        for before, after in zip(steps[2::7], steps[9::7], strict=False):
            arrows.append(_link(before, after, dice.choice(("fs", "ss", "ff")), dice.choice((0, 5))))
    milestones = [_milestone(number, node, dice) for number, node in enumerate([n for n in nodes if n.parent][2::3], 1)]
    tied = {row.id: [row.node.number] for row in milestones}
    milestones += [_milestone(len(milestones) + 1, node, dice) for node in nodes[:1]]
    shadow = {
        node.number: (
            node.starts_on - timedelta(days=dice.choice((0, 0, 14, 30))),
            node.ends_on - timedelta(days=dice.choice((0, 0, 20, 45))),
        )
        for node in nodes
    }
    return gantt.Given(project, nodes, arrows, milestones, shipped(), TODAY, tied, shadow if baseline else {})


def _node(nodes: list[Any], number: str, title: tuple[str, str], parent: Any, firm: Any) -> Any:
    row = SimpleNamespace(
        id=len(nodes) + 1, number=number, title_zh=title[0], title_en=title[1], parent=parent, organisation=firm, organisation_id=firm.id,
        starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 5),
    )  # fmt: skip
    nodes.append(row)
    return row


def _link(before: Any, after: Any, kind: str, lag: int) -> Any:
    return SimpleNamespace(before=before, after=after, kind=kind, lag=lag)


def _milestone(number: int, node: Any, dice: random.Random) -> Any:
    past = node.ends_on < TODAY
    state = dice.choice(("accepted", "accepted", "reported", "returned", "planned")) if past else "planned"
    day = node.ends_on if state in ("accepted", "reported") else None
    return SimpleNamespace(
        id=number, number=number, title_zh=f"里程碑 {number}", title_en=f"Milestone {number}", due_on=node.ends_on, state=state, weight=10, node=node,
        reported_on=day, reached_on=day, accepted_on=day if state == "accepted" else None, expected_on=None, slip_reason="", organisation_id=node.organisation_id,
    )  # fmt: skip


def paper(size: int, *, form: str = "A3", language: str = "both", **more: Any) -> dict[str, Any]:
    """The facts of the paper of such a plan."""
    return gantt.facts(plan(size, **more)) | {
        "kind": "gantt", "template": "gantt/1", "size": form, "title": {"zh": "项目甘特图", "en": "Gantt chart"}, "id": "IC-2026-0001-P01-G01",
        "version": "1", "language": language, "lead_language": "zh", "issued_on": "2026-11-22", "cutoff": "2026-11-22T08:00:00Z", "chain_head": "7d" * 32,
        "verify_url": "https://platform.example/verify/IC-2026-0001-P01-G01",
        "platform": {"zh": "优质企业创新联合体协作平台", "en": "Consortium Collaboration Platform"},
        "consortium": {"reference": "IC-2026-0001", "name": {"zh": "长三角高端数控装备创新联合体", "en": "Yangtze Delta Innovation Consortium for Machine Tools"}},
    }  # fmt: skip
