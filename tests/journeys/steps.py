"""What people do at the platform in the course of the whole line, step by step, each in his own browser."""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from consortium.demo.firms import FIRMS
from tests import factories
from tests.journeys.running import Running
from tests.journeys.visitor import Visitor

PASSWORD = "a bridge over quiet water"
TODAY = datetime.date.today()


@dataclass(frozen=True)
class Plan:
    """What one run of the line is about; all of it is invented."""

    number: int
    zh: str
    en: str
    firm_zh: str
    firm_en: str

    @property
    def email(self) -> str:
        """The address of the person of the firm."""
        return f"person{self.number}@firm.example"


def day(days: int) -> str:
    """A day so many days from today, as it is typed."""
    return (TODAY + datetime.timedelta(days=days)).isoformat()


def named(visitor: Visitor, key: str) -> str:
    """How a firm of the demo is called in the visitor's language."""
    firm = next(firm for firm in FIRMS if firm.key == key)
    return firm.zh if visitor.language == "zh" else firm.en


@functools.cache
def pdf() -> bytes:
    """A real PDF of one blank page, always the same."""
    made, kept = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(kept)
    return kept.getvalue()


def found(coordinator: Visitor, plan: Plan) -> int:
    """Found a consortium, every field; answers its number."""
    coordinator.press(".acts a[href='/consortia/new']", "found")
    coordinator.fill(
        kind="innovation_consortium", name_zh=plan.zh, name_en=plan.en, purpose_zh="三年内形成可验证的样机与标准。", purpose_en="A verified prototype and a standard within three years.",
        areas=["basic_parts", "ic"], starts_on=day(-120), ends_on=day(900),
    ).send("consortium-draft")  # fmt: skip
    number = coordinator.id()
    assert plan.zh in coordinator.text() and plan.en in coordinator.text()
    coordinator.press(f"form[action$='/consortia/{number}/steps/form'] button")
    return number


def invite(coordinator: Visitor, platform: Running, number: int, plan: Plan) -> str:
    """Invite a person of a firm that is not registered; answers the link."""
    coordinator.go(f"/consortia/{number}/invitations").press(f"a[href='/consortia/{number}/invitations/new']", "invite")
    coordinator.fill(
        email=plan.email,
        role="member",
        organisation_name=plan.firm_zh,
        member_role="core",
        message="欢迎加入。 Welcome.",
    ).send("invitations")
    link = coordinator.page.locator(".copyable code").first.inner_text()
    assert link.startswith(coordinator.base)
    mailed = platform.ask("SELECT count(*) FROM outbox_mail WHERE recipient = ?", plan.email)[0][0]
    assert mailed == 1, "the invitation was not posted"
    return link


def accept(firm: Visitor, link: str, plan: Plan) -> None:
    """Open the link, register the organisation and oneself, and sign in."""
    firm.go(link, "accept")
    firm.fill(name="宁可为", password=PASSWORD, code="91320500000000000X", name_zh=plan.firm_zh)
    with firm.expecting(422):
        firm.send("accept-refused")
    assert firm.page.locator("main .problem").count() >= 1, "a wrong code is refused at its field"
    firm.fill(
        name="宁可为", password=PASSWORD, code=factories.code(76_000_000 + plan.number), name_zh=plan.firm_zh, name_en=plan.firm_en, short=plan.firm_zh[:4],
        region="320500", industry="C39", ownership="private", founded_on="2015-03-02", domicile="苏州市青石路 5 号", representative="宁致远",
        website="https://www.firm.example",
    ).send()  # fmt: skip
    firm.sign_in(plan.email, PASSWORD)
    firm.look("consortium-member")
    assert plan.zh in firm.page.content() or plan.en in firm.page.content()


def gather(coordinator: Visitor, number: int) -> None:
    """Admit further organisations, set up bodies with a seat, and name the liability unit."""
    for key, role in (("jiangzuo", "partner"), ("hengzhun", "service")):
        coordinator.go(f"/consortia/{number}/members").press(f"a[href='/consortia/{number}/members/new']", "admit")
        coordinator.fill(organisation=coordinator.option("organisation", named(coordinator, key)), role=role, tasks_zh="承担测试与验证。",
                         tasks_en="Tests and verification.", contribution="120万", joined_on=day(-30)).send("members")  # fmt: skip
        assert named(coordinator, key) in coordinator.text()
    for kind, zh, en in (("council", "理事会", "Council"), ("secretariat", "秘书处", "Secretariat")):
        coordinator.go(f"/consortia/{number}/bodies/new", "body").fill(kind=kind, name_zh=zh, name_en=en).send("bodies")
    coordinator.press(coordinator.page.locator("a[href*='/bodies/'][href$='/seats/new']").first, "body-seat")
    coordinator.fill(
        organisation=coordinator.option("organisation", named(coordinator, "jichuan")),
        person="林映川",
        post="理事长 Chair",
        full_time=True,
    ).send()
    coordinator.press(f"a[href='/consortia/{number}/liability']", "liability")
    coordinator.fill(organisation=coordinator.option("organisation", named(coordinator, "jichuan"))).send(
        "bodies-filled"
    )


def bring_to_work(coordinator: Visitor, number: int) -> None:
    """Agreed, filed, operating."""
    coordinator.go(f"/consortia/{number}", "consortium-forming")
    step = "form[action='/consortia/{}/{}'] button, a[href='/consortia/{}/{}']"
    for name in ("agree", "file", "operate"):
        path = f"steps/{name}"
        coordinator.press(step.format(number, path, number, path), f"step-{name}")
        if name == "file":
            coordinator.fill(filing_number="苏工信备〔2026〕18 号", filed_on=day(-1)).send("consortium-filed")
    assert coordinator.page.locator("h1 .st-ok").count() == 1, "the consortium operates"


def start_project(coordinator: Visitor, number: int, plan: Plan) -> tuple[int, int]:
    """Start a project, let the firm take part, plan a milestone for it, run; answers the numbers of project and milestone."""
    coordinator.go(f"/consortia/{number}/projects/new", "project-new")
    coordinator.fill(
        kind="joint_rd", title_zh="车规级模块可靠性攻关", title_en="Reliability of automotive modules", objective="寿命与失效率达到车规要求。", area="ic",
        lead_id=coordinator.option("lead_id", named(coordinator, "jichuan")), starts_on=day(-90), ends_on=day(500), budget="800万", trl_start="3", trl_target="7",
    ).send("project-draft")  # fmt: skip
    project = coordinator.id()
    firm = plan.firm_zh if coordinator.language == "zh" else plan.firm_en
    coordinator.go(f"/projects/{project}/participants/new", "project-join")
    coordinator.fill(
        organisation_id=coordinator.option("organisation_id", firm), task="外延片与失效分析。", budget="1234567.89"
    ).send()
    coordinator.go(f"/projects/{project}/milestones/new", "milestone-new")
    coordinator.fill(title_zh="首批样品通过 1000 小时老化", title_en="First samples pass 1,000 hours of ageing", due_on=day(14), weight="30", means="第三方检测报告。",
                     organisation_id=coordinator.option("organisation_id", firm)).send()  # fmt: skip
    coordinator.go(f"/projects/{project}").press(
        f"form[action='/projects/{project}/steps/begin'] button", "project-running"
    )
    milestone = coordinator.page.locator("[aria-labelledby=milestones] a[href^='/milestones/']").first.get_attribute(
        "href"
    )
    assert milestone, "the milestone is listed"
    return project, int(milestone.rsplit("/", 1)[1])


def report(firm: Visitor, milestone: int, files: list[Path], again: bool = False) -> None:
    """Report the milestone with its evidence, from the desk on."""
    firm.go("/", "desk-member" if not again else "desk-returned")
    firm.press(
        firm.page.locator(f"[aria-labelledby=waiting] a[href^='/milestones/{milestone}']").first,
        "milestone-planned" if not again else "milestone-returned",
    )
    if not firm.page.url.endswith("/report"):
        firm.press(firm.page.locator(f"a[href='/milestones/{milestone}/report']").first, "milestone-report")
    firm.fill(
        note="1000 小时老化全部通过,失效率见报告第 1 页。", files=[str(file) for file in files], free_of_secrets=True
    ).send("milestone-reported")
    assert all(file.name in firm.text() for file in files)


def verify(coordinator: Visitor, milestone: int, decision: str, note: str) -> None:
    """Find the report on the desk, read its evidence, and verify, accept or return it."""
    coordinator.go("/", "desk-coordinator")
    coordinator.press(
        coordinator.page.locator(f"[aria-labelledby=waiting] a[href^='/milestones/{milestone}']").first,
        "milestone-verify",
    )
    if decision == "return":  # without a reason it is refused where the reason belongs
        with coordinator.expecting(422):
            coordinator.press("button[name=decision][value=return]", "milestone-return-refused")
        assert coordinator.page.locator("main .problem").count() == 1
    saved = coordinator.saved(coordinator.page.locator("a[href^='/evidence/']").first)
    assert Path(saved.path()).read_bytes() == pdf()
    coordinator.fill(note=note).press(f"button[name=decision][value={decision}]", f"milestone-{decision}ed")
    assert note in coordinator.text()


def issued(visitor: Visitor) -> tuple[Path, str]:
    """Wait until the card of the page has become the paper, and take it; answers the PDF and the SHA-256 that the page tells."""
    card = "[id^='paper-']"
    visitor.until(
        lambda: visitor.page.locator(f"{card} form[action$='/pdf'], {card} .note-bad").count() > 0, what="the paper"
    )
    assert not visitor.page.locator(f"{card} .note-bad").count(), visitor.text()
    visitor.look()
    told = visitor.page.locator(f"{card} .copyable code").first.inner_text()
    path = Path(visitor.saved(f"{card} form[action$='/pdf'] button").path())
    content = path.read_bytes()
    assert content.startswith(b"%PDF-") and len(content) > 10_000
    assert hashlib.sha256(content).hexdigest() == told
    return path, told


def draw_up(coordinator: Visitor, number: int) -> None:
    """The agreement as a PDF."""
    coordinator.go(f"/consortia/{number}/agreements", "agreements").press(
        coordinator.page.locator(f"a[href='/consortia/{number}/agreements/new']").first, "agreement-new"
    )
    coordinator.fill(language="both").send("agreement-requested")
    issued(coordinator)
    coordinator.look("agreement")


def write_report(coordinator: Visitor, number: int) -> tuple[int, Path]:
    """Open a status report, write, submit, and take it away in all forms; answers its number and the PDF."""
    coordinator.go(f"/consortia/{number}/reports/new", "report-new").send("report-drafting")
    report = coordinator.id()
    before = coordinator.page.locator("#version").first.get_attribute("value")
    coordinator.fill(
        narrative_zh="本期首批样品通过老化试验,后续进入批量验证。",
        narrative_en="The first samples passed; verification in quantity follows.",
    )
    coordinator.until(
        lambda: coordinator.page.locator("#version").first.get_attribute("value") != before, 20, "keeping what is typed"
    )
    coordinator.go(f"/reports/{report}")
    assert coordinator.page.locator("[name=narrative_zh]").input_value().startswith("本期首批样品"), (
        "what was typed is kept"
    )
    coordinator.press("button[formaction$='/submit']", "report-requested")
    path, _ = issued(coordinator)
    coordinator.look("report", both_themes=True)
    sheet = Path(coordinator.saved("form[action$='/xlsx'] button").path()).read_bytes()
    table = Path(coordinator.saved("form[action$='/csv'] button").path()).read_text("utf-8-sig")
    reference = coordinator.page.locator("[id^='paper-'] dd").first.inner_text()
    assert sheet.startswith(b"PK") and reference in table
    return report, path


def oversee(officer: Visitor, number: int, report: int, own: Path, folder: Path) -> None:
    """The officer finds the consortium in the portfolio, takes its report, and verifies it; a file with one other bit is refused."""
    officer.look("desk-officer")
    officer.press(
        officer.page.locator("a[href='/portfolio']").first, "portfolio"
    ) if officer.width > 1000 else officer.go("/portfolio", "portfolio")
    assert officer.page.locator(f"[aria-labelledby=consortia] a[href='/consortia/{number}']").count() >= 1, (
        officer.text()
    )
    officer.go(f"/consortia/{number}", "consortium-officer").go(f"/reports/{report}", "report-officer")
    taken, _ = issued(officer)
    content = taken.read_bytes()
    assert content == own.read_bytes()
    genuine, altered = folder / "report.pdf", folder / "altered.pdf"
    genuine.write_bytes(content)
    middle = len(content) // 2
    altered.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    for path, tone in ((genuine, "ok"), (altered, "bad")):
        officer.go("/verify", "verify").fill(papers=str(path)).press(
            "main .form-foot button[type=submit]", f"verify-{tone}"
        )
        finding: Any = officer.page.locator(f"main .note-box.note-{tone}")
        assert finding.count() == 1 and len(finding.inner_text()) > 10, officer.text()
