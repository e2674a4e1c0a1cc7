"""From the founding of a consortium to the ministry that verifies its report, by real people's browsers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import steps
from tests.journeys.running import Running
from tests.journeys.visitor import Visitor

#: Each crossing founds a consortium of its own, so that all of them can share one running platform.
PLANS = {
    (1440, "zh"): steps.Plan(
        1,
        "青石车规功率模块创新联合体",
        "Qingshi Consortium for Automotive Power Modules",
        "苏州青砚封测有限公司",
        "Suzhou Qingyan Packaging and Test Co., Ltd.",
    ),
    (390, "en"): steps.Plan(
        2,
        "白鹭器件可靠性创新联合体",
        "Egret Consortium for Device Reliability",
        "苏州白桥检测设备有限公司",
        "Suzhou Baiqiao Test Equipment Co., Ltd.",
    ),
    (390, "zh"): steps.Plan(
        3,
        "云杉精密轴承创新联合体",
        "Spruce Consortium for Precision Bearings",
        "苏州松岭轴承材料有限公司",
        "Suzhou Songling Bearing Materials Co., Ltd.",
    ),
    (1440, "en"): steps.Plan(
        4,
        "北极星光刻材料创新联合体",
        "Polaris Consortium for Lithography Materials",
        "苏州星渚电子化学品有限公司",
        "Suzhou Xingzhu Electronic Chemicals Co., Ltd.",
    ),
}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("width", "language"), PLANS)
def test_from_founding_to_the_verified_report(
    platform: Running, visit: Callable[..., Visitor], tmp_path: Path, width: int, language: str
) -> None:
    plan, how = PLANS[width, language], {"width": width, "language": language}
    coordinator, firm, officer = visit(**how), visit(**how), visit(**how)
    coordinator.go("/login", "login").sign_in("coordinator@demo.example").look("desk", both_themes=True)
    consortium = steps.found(coordinator, plan)
    link = steps.invite(coordinator, platform, consortium, plan)
    steps.accept(firm, link, plan)
    steps.gather(coordinator, consortium)
    steps.draw_up(coordinator, consortium)
    steps.bring_to_work(coordinator, consortium)
    coordinator.look("consortium", both_themes=True)
    project, milestone = steps.start_project(coordinator, consortium, plan)
    coordinator.look("project", both_themes=True)

    evidence = tmp_path / "老化试验报告.pdf"
    evidence.write_bytes(steps.pdf())
    steps.report(firm, milestone, [evidence])
    steps.verify(coordinator, milestone, "return", "缺少样品编号。 The numbers of the samples are missing.")
    steps.report(firm, milestone, [evidence], again=True)
    steps.verify(coordinator, milestone, "verify", "与检测报告一致。 In line with the test report.")
    steps.verify(coordinator, milestone, "accept", "同意通过。 Agreed.")
    coordinator.look("milestone", both_themes=True).go(f"/projects/{project}", "project-progress")

    report, paper = steps.write_report(coordinator, consortium)
    officer.sign_in("officer@demo.example")
    steps.oversee(officer, consortium, report, paper, tmp_path)
