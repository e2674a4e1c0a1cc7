"""The money of a month by real people's browsers: a firm logs, claims, is queried, answers, is accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import planning, steps
from tests.journeys.running import Running
from tests.journeys.visitor import Visitor

MONTH = steps.day(0)[:7]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("width", "language"), [(390, "zh")])
def test_from_a_month_with_vouchers_to_an_accepted_claim(
    platform: Running, visit: Callable[..., Visitor], tmp_path: Path, width: int, language: str
) -> None:
    coordinator = visit(width=width, language=language).sign_in("coordinator@demo.example")
    firm = visit(width=width, language=language).sign_in("member@demo.example")
    project = planning.start(coordinator)
    planning.draw_up(coordinator, project)
    begin(coordinator, project)
    firm.go(f"/projects/{project}/claims", "claims-empty")
    log(firm, project, tmp_path)
    claim = draw_up(firm, project, tmp_path)
    ask(coordinator, claim)
    answer(firm, claim)
    settle(coordinator, claim)
    pay(coordinator, project)
    firm.go(claim, "claim-accepted").go(f"/projects/{project}/statement", "statement").go(
        f"/projects/{project}/payments", "payments"
    )
    assert "1,300.00" in firm.go(f"/projects/{project}/statement").text()


def begin(coordinator: Visitor, project: int) -> None:
    """A milestone, and the start of the work."""
    planning.promise(coordinator, project)


def a_file(folder: Path, name: str) -> Path:
    """An invoice of its own content."""
    path = folder / name
    path.write_text(f"Invoice {name}, invented", "utf-8")
    return path


def log(firm: Visitor, project: int, folder: Path) -> None:
    """The present month: effort, and two vouchers with their files; then it is confirmed."""
    firm.go(f"/projects/{project}/log?month={MONTH}", "log")
    firm.page.locator("main input[name^='effort_']").first.fill("1.50")
    firm.page.locator("main input[name='people']").fill("2")
    firm.press("main .form-foot button[name=then]", "voucher-new")
    for place, (number, amount) in enumerate((("FP-001", "600"), ("FP-002", "400"))):
        if place:
            firm.press("a[href$='/vouchers/new']", "voucher-next")
        firm.fill(
            voucher_on=steps.day(0), number=number, payee="苏州映竹气体有限公司", amount=amount, category="operating", source="own", free_of_secrets=True,
            files=[a_file(folder, f"{number}.txt")],
        ).press("main .form-foot button[type=submit]", f"voucher-kept-{place}")  # fmt: skip
    assert "1,000.00" in firm.text() and "1.50" in firm.text()
    firm.press("form[action$='/steps/confirm'] button", "log-confirmed")


def draw_up(firm: Visitor, project: int, folder: Path) -> str:
    """A claim on both vouchers, handed in with a file; answers its address."""
    firm.go(f"/projects/{project}/claims").press(f"a[href='/projects/{project}/claims/new']", "claim-new")
    firm.press("main .form-foot button[type=submit]", "claim-draft")
    claim = f"/claims/{firm.id()}"
    assert "1,300.00" in firm.text()
    firm.press(f"a[href='{claim}/submit']", "claim-submit")
    firm.fill(note="本月试剂与气体。", free_of_secrets=True, files=[a_file(folder, "contract.txt")])
    firm.press("main .form-foot button[type=submit]", "claim-submitted")
    return claim


def ask(coordinator: Visitor, claim: str) -> None:
    """A question about the first voucher."""
    coordinator.go(claim, "claim-decide")
    coordinator.page.locator("main input[name^='reason_']").first.fill("请说明用途。")
    coordinator.press("button[name=decision][value=query]", "claim-queried")


def answer(firm: Visitor, claim: str) -> None:
    """The answer, and the claim again."""
    firm.go("/", "desk-queried").go(f"{claim}/submit", "claim-answer")
    firm.page.locator("main input[name^='answer_']").first.fill("用于外延炉。")
    firm.fill(note="已逐条答复。", free_of_secrets=True).press("main .form-foot button[type=submit]", "claim-again")


def settle(coordinator: Visitor, claim: str) -> None:
    """Both lines are accepted as they are."""
    coordinator.go(claim, "claim-decide-again").press("button[name=decision][value=accept]", "claim-settled")
    assert "1,300.00" in coordinator.text()


def pay(coordinator: Visitor, project: int) -> None:
    """What was accepted is paid."""
    coordinator.go(f"/projects/{project}/payments/new", "payment-new").fill(
        kind="paid_out", organisation_id=coordinator.option("organisation_id", steps.named(coordinator, planning.FIRST)), paid_on=steps.day(0),
        amount="1300", source="own", reference="HD-1",
    ).press("main .form-foot button[type=submit]", "payment-kept")  # fmt: skip
