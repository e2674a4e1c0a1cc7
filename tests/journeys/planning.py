"""What people do on the plan of a project, step by step: draw it up, report, hand in, change it by a request, log a month."""

from __future__ import annotations

import datetime
import functools
import io
from pathlib import Path

from PIL import Image

from consortium.demo.firms import FIRMS, credit_code
from tests.exchange.plans import workbook
from tests.journeys import steps
from tests.journeys.visitor import Visitor

#: The firms of the plan, by the keys of the demo, who stand behind them, and what they do.
FIRST, SECOND = "lishi", "danyun"
TITLES = (("外延衬底制备", "Substrates"), ("厚膜外延验证", "Verification of epitaxy"))
RISE = "0.5"
NODES = ("number", "parent", "title_zh", "title_en", "lead", "starts_on", "ends_on", "objective")


@functools.cache
def photo() -> bytes:
    """A real picture as a phone would take it."""
    kept = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(kept, "PNG")
    return kept.getvalue()


def said(visitor: Visitor, pair: tuple[str, str]) -> str:
    """The one of two names that the visitor reads."""
    return pair[0] if visitor.language == "zh" else pair[1]


def start(coordinator: Visitor) -> int:
    """A project of two firms in the consortium of the demo; answers its number."""
    coordinator.go("/consortia/1/projects/new").fill(
        kind="joint_rd", title_zh="宽禁带外延量产验证", title_en="Epitaxy in quantity", objective="外延片良率达到九成。", area="ic",
        lead_id=coordinator.option("lead_id", steps.named(coordinator, FIRST)), starts_on=steps.day(-90), ends_on=steps.day(500), budget="300万",
        trl_start="4", trl_target="7",
    ).send()  # fmt: skip
    project = coordinator.id()
    coordinator.go(f"/projects/{project}/participants/new").fill(
        organisation_id=coordinator.option("organisation_id", steps.named(coordinator, SECOND)),
        task="厚膜外延。",
        budget="80万",
    ).send()
    for page in ("plan", "gantt", "effort", "matrix", "deliverables", "indicators", "baselines", "compare", "logs"):
        coordinator.go(f"/projects/{project}/{page}", f"empty-{page}")
    return project


def draw_up(coordinator: Visitor, project: int) -> list[int]:
    """Two nodes of two firms, work and money in them, and the second waits for the first; answers their numbers."""
    nodes = []
    for place, (key, names) in enumerate(zip((FIRST, SECOND), TITLES, strict=True)):
        coordinator.go(f"/projects/{project}/plan").press(f"a[href='/projects/{project}/nodes/new']", "node-new")
        coordinator.fill(
            number=str(place + 1), title_zh=names[0], title_en=names[1], starts_on=steps.day(-90 + 130 * place), ends_on=steps.day(30 + 130 * place),
            organisation_id=coordinator.option("organisation_id", steps.named(coordinator, key)), objective="达到任务书要求。",
        ).send("node-added")  # fmt: skip
        nodes.append(coordinator.id())
        coordinator.press(f"a[href='/nodes/{nodes[-1]}/effort/new']", "work-new").fill(
            organisation_id=coordinator.option("organisation_id", steps.named(coordinator, key)), months="12.5"
        ).send()
        assert "12.50" in coordinator.text()
    coordinator.press(f"a[href='/nodes/{nodes[1]}/money/new']", "money-new").fill(
        organisation_id=coordinator.option("organisation_id", steps.named(coordinator, SECOND)), category="labour", source="own", amount="35万",
    ).send()  # fmt: skip
    assert "350,000.00" in coordinator.text()
    coordinator.press(f"a[href='/nodes/{nodes[1]}/links/new']", "link-new")
    coordinator.fill(before_id=coordinator.option("before_id", said(coordinator, TITLES[0])), kind="fs", lag="5").send(
        "node-linked"
    )
    assert (
        said(coordinator, TITLES[0]) in coordinator.page.locator("#links, [aria-labelledby=links]").first.inner_text()
    )
    with coordinator.expecting(422):  # the first cannot wait for the second as well
        coordinator.go(f"/nodes/{nodes[0]}/links/new")
        coordinator.fill(before_id=coordinator.option("before_id", said(coordinator, TITLES[1])), kind="fs", lag="0")
        coordinator.send("link-in-a-circle")
    assert "1 → 2 → 1" in coordinator.text() or "2 → 1 → 2" in coordinator.text(), coordinator.text()
    return nodes


def promise(coordinator: Visitor, project: int) -> tuple[int, int]:
    """A deliverable of the second firm, and a milestone of the first that depends on it; answers both numbers."""
    coordinator.go(f"/projects/{project}/deliverables").press(f"a[href='/projects/{project}/deliverables/new']")
    coordinator.fill(
        number="D1", title_zh="外延片样片", title_en="Samples of epitaxy", kind="product", level="sensitive", due_on=steps.day(20),
        organisation_id=coordinator.option("organisation_id", steps.named(coordinator, SECOND)), node_id=coordinator.option("node_id", said(coordinator, TITLES[1])),
    ).send("deliverable-planned")  # fmt: skip
    deliverable = coordinator.id()
    coordinator.go(f"/projects/{project}/milestones/new").fill(
        title_zh="首批衬底交付验证", title_en="First substrates delivered", due_on=steps.day(14), weight="100", means="现场照片与检测报告。",
        organisation_id=coordinator.option("organisation_id", steps.named(coordinator, FIRST)),
    ).send()  # fmt: skip
    coordinator.go(f"/projects/{project}").press(f"form[action='/projects/{project}/steps/begin'] button")
    listed = coordinator.page.locator("[aria-labelledby=milestones] a[href^='/milestones/']").first.get_attribute(
        "href"
    )
    assert listed
    milestone = int(listed.rsplit("/", 1)[1])
    coordinator.go(f"/milestones/{milestone}/ties", "ties").fill(thing=coordinator.option("thing", "D1")).send(
        "ties-made"
    )
    assert "D1" in coordinator.page.locator("main .att").first.inner_text()
    return deliverable, milestone


def look_over(visitor: Visitor, project: int) -> None:
    """The plan drawn over time, crossed with firms, and as a file."""
    visitor.go(f"/projects/{project}/plan", "plan", both_themes=True).go(
        f"/projects/{project}/gantt", "gantt", both_themes=True
    )
    assert said(visitor, TITLES[1]) in visitor.page.locator("main").inner_text()
    visitor.go(f"/projects/{project}/effort", "effort").go(f"/projects/{project}/matrix", "matrix")
    visitor.go(f"/projects/{project}/plan")
    table = Path(visitor.saved("a[href*='as=csv']").path()).read_text("utf-8-sig")
    assert all(names[0] in table for names in TITLES)


def report(member: Visitor, milestone: int, folder: Path) -> None:
    """Report the milestone with a photo."""
    picture = folder / "现场照片.png"
    picture.write_bytes(photo())
    member.go(f"/milestones/{milestone}").press(f"a[href='/milestones/{milestone}/report']", "report-with-ties")
    member.fill(note="首批衬底已交付，照片为到货现场。", files=[str(picture)], free_of_secrets=True).send(
        "reported-with-photo"
    )
    assert "现场照片.png" in member.text()


def verify(visitor: Visitor, thing: str, note: str, decision: str = "accept") -> None:
    """Read what was handed in, and verify or accept it, as a person of another organisation."""
    visitor.go(thing, "to-verify")
    saved = visitor.saved(visitor.page.locator("a[href^='/evidence/'], a[href^='/submitted/']").first)
    assert Path(saved.path()).read_bytes() in (photo(), steps.pdf())
    visitor.fill(note=note).press(f"button[name=decision][value={decision}]", f"{decision}-done")
    assert note in visitor.text()


def hand_in(member: Visitor, deliverable: int, folder: Path) -> None:
    """Submit the deliverable with its file."""
    paper = folder / "样片检测报告.pdf"
    paper.write_bytes(steps.pdf())
    member.go(f"/deliverables/{deliverable}").press(f"a[href='/deliverables/{deliverable}/submit']", "submit")
    member.fill(note="样片二十片，与计划一致。", files=[str(paper)], free_of_secrets=True).send("submitted")
    assert "样片检测报告.pdf" in member.text()


def bring_in(coordinator: Visitor, project: int, folder: Path) -> None:
    """A third node by a workbook: looked at first, then imported as a whole."""
    firm = next(number for number, firm in enumerate(FIRMS, 101) if firm.key == FIRST)
    code = credit_code(firm, FIRMS[firm - 101].kind, FIRMS[firm - 101].region)
    row = ["3", None, "量产导入", "Ramp-up", code, steps.TODAY, steps.TODAY + datetime.timedelta(days=200), ""]
    book = folder / "补充任务.xlsx"
    book.write_bytes(workbook({"nodes": [NODES, row]}))
    coordinator.go(f"/projects/{project}/plan").press(f"a[href='/projects/{project}/imports']", "imports")
    coordinator.press(coordinator.page.locator(f"a[href='/projects/{project}/import']").first, "import")
    coordinator.fill(files=str(book)).send("import-preview")
    assert "Ramp-up" in coordinator.text()
    coordinator.send("imported").go(f"/projects/{project}/plan", "plan-imported")
    assert ("量产导入" if coordinator.language == "zh" else "Ramp-up") in coordinator.text()


def freeze(coordinator: Visitor, project: int) -> None:
    """Approve the plan; from then on it changes by requests."""
    coordinator.go(f"/projects/{project}/baselines", "baselines-none").press(
        f"a[href='/projects/{project}/baselines/new']", "freeze"
    )
    coordinator.fill(name="任务书 Task contract").send("baseline")
    assert "任务书 Task contract" in coordinator.page.locator("h1").inner_text()


def propose(member: Visitor, node: int) -> int:
    """The own node is to end later; answers the number of the request."""
    member.go(f"/nodes/{node}").press(f"a[href='/nodes/{node}/propose']", "propose")
    member.fill(ends_on=steps.day(175)).send("change-draft")
    change = member.id()
    member.fill(summary="外延验证延长两周", reason="设备到货推迟。").press(
        "button[formaction$='/submit']", "change-submitted"
    )
    assert "/changes/" in member.page.url and steps.day(175) in member.text()
    return change


def decide(coordinator: Visitor, change: int, node: int) -> None:
    """Find the request, see what it would change, approve it; the plan is changed then."""
    coordinator.go(f"/changes/{change}", "change-to-decide").fill(decision="同意。 Agreed.")
    coordinator.press("button[name=outcome][value=approve]", "change-approved")
    assert steps.day(175) in coordinator.go(f"/nodes/{node}", "node-changed").text()


def compare(visitor: Visitor, project: int) -> None:
    """The plan of today beside the approved one."""
    visitor.go(f"/projects/{project}/baselines", "baselines").press(f"a[href='/projects/{project}/compare']", "compare")
    told = visitor.text()
    assert steps.day(160) in told and steps.day(175) in told, told


def log(member: Visitor, project: int, node: int) -> None:
    """A month of work and money, kept and then confirmed."""
    member.go(f"/projects/{project}/logs", "logs-member").press(f"a[href^='/projects/{project}/log']", "log-month")
    effort = member.page.locator("main input[name^='effort_']").first
    spent = member.page.locator("main input[name^='spent_']:visible").first
    effort.fill(RISE)
    spent.fill("1.5万")
    member.fill(note="设备安装完成。").press("main .form-foot button[type=submit].btn-primary", "log-kept")
    assert "0.50" in member.text() and "15,000.00" in member.text(), member.text()
    member.press("form[action$='/steps/confirm'] button", "log-confirmed").go(f"/projects/{project}/logs", "logs-kept")
