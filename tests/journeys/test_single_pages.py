"""Every page that stands by itself: each at both widths and in both languages; the main ones in all four pairs of them, and in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.running import Running
from tests.journeys.visitor import Visitor

ALL_FOUR = [(width, language) for width in (1440, 390) for language in ("zh", "en")]
#: Where pages that are not main ones are judged.
CROSSED = {(1440, "en"), (390, "zh")}

#: Pages by who opens them; the first of a consortium, a project and so on of the demo. Those in MAIN are judged in both themes.
PAGES = {
    "": ("/login", "/reset", "/verify"),
    "coordinator": (
        "/", "/waiting", "/notifications", "/search?q=碳化", "/search?q=§", "/me", "/consortia", "/consortia/new", "/consortia/1", "/consortia/1/members",
        "/consortia/1/bodies", "/consortia/1/timeline", "/consortia/1/invitations", "/consortia/1/agreements", "/consortia/1/agreements/new",
        "/consortia/1/reports", "/consortia/1/reports/new", "/projects", "/projects/1", "/projects/1/edit", "/projects/1/readiness", "/milestones", "/milestones/7",
        "/organisations", "/organisations/1", "/organisations/new", "/reports", "/reports/1", "/change",
        "/projects/1/plan", "/projects/1/plan/settings", "/projects/1/gantt", "/projects/1/effort", "/projects/1/matrix", "/projects/1/deliverables",
        "/projects/1/deliverables/new", "/projects/1/indicators", "/projects/1/indicators/new", "/projects/1/baselines", "/projects/1/baselines/new",
        "/projects/1/compare", "/projects/1/logs", "/projects/1/import", "/projects/1/imports", "/projects/1/nodes/new", "/nodes/1", "/nodes/1/edit",
        "/nodes/1/effort/new", "/nodes/1/money/new", "/nodes/1/links/new", "/deliverables", "/deliverables/8", "/indicators/1", "/baselines/1", "/changes/7",
        "/logs/1", "/threads/3", "/consortia/1/threads", "/consortia/1/matrix", "/milestones/7/ties",
    ),
    "member": ("/projects/1/log", "/projects/1/logs", "/projects/1/plan", "/milestones/7/report", "/milestones/7/slip", "/deliverables/1", "/deliverables/3/submit", "/nodes/2/propose", "/milestones/7/propose"),
    "expert": ("/", "/projects/1/gantt", "/threads/3"),
    "officer": ("/", "/portfolio", "/portfolio/organisations", "/portfolio/projects", "/portfolio/milestones", "/consortia/1", "/reports/1"),
    "administrator": ("/", "/people", "/people/new", "/people/2"),
}  # fmt: skip
MAIN = {
    "/",
    "/consortia/1",
    "/projects/1",
    "/projects/1/plan",
    "/projects/1/gantt",
    "/nodes/1",
    "/milestones/7",
    "/portfolio",
    "/reports/1",
    "/login",
}


def named(who: str, path: str) -> str:
    """The name of the page's picture."""
    return "-".join(["page", who or "nobody", *(part for part in path.partition("?")[0].split("/") if part)])


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize(("width", "language"), ALL_FOUR)
def test_pages_are_without_barriers(
    platform: Running, visit: Callable[..., Visitor], who: str, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language)
    if who:
        visitor.sign_in(f"{who}@demo.example")
    for path in PAGES[who]:
        if path in MAIN or (width, language) in CROSSED:
            visitor.go(path, named(who, path), both_themes=path in MAIN)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "zh")])
def test_pages_that_refuse_are_without_barriers(
    platform: Running, visit: Callable[..., Visitor], width: int, language: str
) -> None:
    stranger = visit(width=width, language=language)
    with stranger.expecting(404, 422):
        stranger.go("/nowhere", "refused-nobody").go("/verify/NOT-OURS", "verify-unknown").go(
            "/invitations/broken", "invitation-broken"
        )
        stranger.go("/login").fill(email="nobody@demo.example", password="wrong wrong wrong")
        stranger.press("form[name=login_user_form] button[type=submit]", "login-refused")
    member = visit(width=width, language=language).sign_in("member@demo.example")
    with member.expecting(403, 404, 422):
        member.go("/consortia/2", "refused-missing").go("/consortia/1/members/new", "refused-denied")
        member.go("/consortia/new").send("found-refused")
        assert member.page.locator("main .problem").count() >= 2


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "zh")])
def test_chosen_files_outlive_a_refusal(
    platform: Running, visit: Callable[..., Visitor], tmp_path: Path, width: int, language: str
) -> None:
    """Without the declaration the browser sends nothing and forgets nothing; what is refused afterwards shows the files that wait."""
    photo = tmp_path / "现场照片.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100_000))
    member = visit(width=width, language=language).sign_in(
        "member@demo.example" if width > 1000 else "member2@demo.example"
    )
    member.press("[aria-labelledby=waiting] a[href^='/milestones/']")
    if not member.page.url.endswith("/report"):
        member.press("a[href$='/report']")
    chooser, button = member.page.locator("main input[type=file]"), ".form-foot button[type=submit]"
    chooser.set_input_files(str(photo))
    member.page.click(button)
    assert member.page.evaluate("document.activeElement.name") == "free_of_secrets", "the browser asks for the tick"
    assert chooser.evaluate("(one) => one.files.length") == 1
    with member.expecting(422):
        member.fill(free_of_secrets=True).press(button, "report-refused")
    assert photo.name in member.page.locator(".kept").inner_text()
    assert member.page.locator(".kept input:checked").count() == 1


@pytest.mark.browser
def test_the_watch_notices_what_it_watches_for(platform: Running, visit: Callable[..., Visitor]) -> None:
    """A picture without words, an inline script, a foreign address, an error, a page too wide: each is told of."""
    visitor = visit(width=390, language="en").go("/login")
    assert not visitor.troubles
    visitor.page.evaluate("""() => {
      document.querySelector('main').insertAdjacentHTML('beforeend', '<img id="mute" src="/static/none.svg"><div id="wide">wide</div>');
      const script = document.createElement('script');
      script.textContent = 'window.broken = 1';
      document.body.append(script);
      document.getElementById('wide').style.width = '900px';
      fetch('https://elsewhere.example/').catch(() => undefined);
      setTimeout(() => { throw new Error('a mistake'); }, 0);
    }""")
    visitor.page.wait_for_timeout(500)
    visitor.look()
    told, visitor.troubles = "\n".join(visitor.troubles), []
    for sign in ("script-src", "connect-src", "image-alt", "ends at", "a mistake", "/static/none.svg: 404"):
        assert sign in told, f"{sign} went unnoticed: {told}"
