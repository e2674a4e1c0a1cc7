"""A demonstration from its entry over the matching to the acceptance, which the user organisation confirms with its own account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import steps
from tests.journeys.running import Running
from tests.journeys.visitor import Visitor

#: The user organisation of the demo, at no table, and its person.
USER, PERSON = "chengyuan", "site@demo.example"


def moved(keeper: Visitor, row: int, step: str, name: str = "") -> None:
    """Take a step by its button."""
    keeper.go(f"/demonstrations/{row}").press(f"form[action$='/demonstrations/{row}/steps/{step}'] button", name)


def entered(keeper: Visitor) -> int:
    """A candidate with its user and site in the project of the first demonstration; answers its number."""
    keeper.go("/demonstrations", "demonstrations").press("main a[href='/demonstrations/1']", "demonstration-of-demo")
    keeper.press(".crumb a[href^='/projects/']").press(".tabs a[href$='/demonstrations']", "demonstrations-of-project")
    keeper.press(".acts a[href$='/demonstrations/new']", "demonstration-new").fill(
        title_zh="车载充电机", title_en="On-board charger", organisation_id=keeper.option("organisation_id", steps.named(keeper, "fuye")),
        kind="first_set", level="national", trl_start="6",
    ).send("demonstration-candidate")  # fmt: skip
    row = keeper.id()
    keeper.press(f"a[href='/demonstrations/{row}/site']", "demonstration-site").fill(
        user_organisation_id=keeper.option("user_organisation_id", "澄塬"),
        site_name="公交三车间",
        site_region="321000",
        replaces="进口充电机",
    ).send()
    return row


def confirmed(user: Visitor, row: int, name: str, report: Path | None = None) -> None:
    """The user organisation finds on its desk what waits, and confirms it."""
    user.go("/", f"desk-{name}").press(f"main a[href='/demonstrations/{row}']", f"asked-{name}")
    user.press(f".acts a[href='/demonstrations/{row}/confirm']", f"confirm-{name}").fill(
        decision="agree", words="现场运行正常，同意。 We agree."
    )
    if report is not None:
        user.fill(free_of_secrets=True, files=report)
    user.send(f"confirmed-{name}")
    assert "We agree." in user.text()


def installed(keeper: Visitor, row: int) -> None:
    """Contract, days and an indicator, and the steps to the trial."""
    page = f"/demonstrations/{row}"
    keeper.go(f"{page}/contract", "demonstration-contract").fill(
        contract_number="CY-77", contract_on=steps.day(-90), contract_price="260万"
    ).send()
    keeper.go(f"{page}/days", "demonstration-days").fill(
        delivered_on=steps.day(-80),
        installed_on=steps.day(-70),
        commissioned_on=steps.day(-66),
        trial_on=steps.day(-60),
    ).send()
    keeper.go(f"{page}/indicators/new", "demonstration-indicator").fill(
        title_zh="充电效率",
        title_en="Efficiency",
        direction="at_least",
        unit="%",
        contract_value="95",
        reference_value="92",
    ).send()
    for step in ("contract", "deliver", "install", "try_out"):
        moved(keeper, row, step, f"demonstration-{step}")


def proven(keeper: Visitor, row: int, folder: Path) -> None:
    """Hours, a failure, a measured value and the certificate."""
    page, proof = f"/demonstrations/{row}", folder / "certificate.pdf"
    proof.write_bytes(steps.pdf())
    keeper.go(f"{page}/records/new", "demonstration-hours").fill(
        starts_on=steps.day(-60), ends_on=steps.day(-31), hours="412.5", output="1.9万公里"
    ).send()
    keeper.go(f"{page}/failures/new", "demonstration-failure").fill(
        happened_on=steps.day(-40), what="风机停转", downtime="3", cause="轴承", mended_on=steps.day(-40)
    ).send()
    measure = "main a[href^='/demonstration-indicators/'][href$='/measure']"
    keeper.press(measure, "demonstration-measure").fill(
        value="96.1", on_day=steps.day(-5), free_of_secrets=True, files=proof
    ).send()
    keeper.go(f"{page}/files/new", "demonstration-files").fill(
        purpose="certificate", free_of_secrets=True, files=proof
    ).send()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_from_the_match_to_the_acceptance(platform: Running, visit: Callable[..., Visitor], tmp_path: Path) -> None:
    keeper = visit(width=1440, language="en").sign_in("coordinator@demo.example")
    user = visit(width=1440, language="en").sign_in(PERSON)
    phone = visit(width=390, language="zh").sign_in("member@demo.example")

    row = entered(keeper)
    confirmed(user, row, "matching")
    moved(keeper, row, "match", "demonstration-matched")
    installed(keeper, row)
    proven(keeper, row, tmp_path)
    keeper.go(f"/demonstrations/{row}", "demonstration-not-yet")
    assert "missing" in keeper.text() and not keeper.page.locator("form[action$='/steps/accept']").count()
    report = tmp_path / "user-report.pdf"
    report.write_bytes(steps.pdf())
    confirmed(user, row, "acceptance", report)
    moved(keeper, row, "accept", "demonstration-accepted")
    assert "Accepted by the user" in keeper.text() and "412.50" in keeper.text() and "1 of 1" in keeper.text()
    assert "¥2,600,000.00" in user.go(f"/demonstrations/{row}").text()
    phone.go(f"/demonstrations/{row}", "demonstration-phone").go("/demonstrations", "demonstrations-phone")
    with user.expecting(403):
        user.page.goto(f"{user.base}/consortia/1")
        assert "Your role does not allow this" in user.text()
