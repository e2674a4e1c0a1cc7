"""One journey without a mouse: sign in, find the milestone on the desk, report it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consortium.demo.people import PASSWORD
from tests.journeys.running import Running
from tests.journeys.visitor import Visitor

MOST_STEPS = 120
VISIBLE = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  // A link that covers a whole row has its ring on the box that covers it.
  const ring = [null, '::after'].some((part) => {
    const style = getComputedStyle(one, part);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
  // The button inside of a day's field opens the calendar; the browser draws its ring, which no page can ask for.
  const inside = one.type === 'date' && !one.matches(':focus');
  return (ring || inside) && box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


def tab_to(visitor: Visitor, wanted: str) -> None:
    """Press Tab until the control is reached; on the way each focus has to be seen."""
    keyboard, page = visitor.page.keyboard, visitor.page
    for _ in range(MOST_STEPS):
        keyboard.press("Tab")
        place = page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert page.evaluate(VISIBLE), f"the focus is not seen at {page.url} on {place}"
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by {MOST_STEPS} Tabs at {page.url}")


def press(visitor: Visitor, key: str = "Enter") -> None:
    """Press a key that leads to another page, and judge that."""
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press(key)
    visitor.look()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "zh")])
def test_a_milestone_is_reported_by_keyboard_alone(
    platform: Running, visit: Callable[..., Visitor], width: int, language: str
) -> None:
    member = visit(width=width, language=language).go("/login")
    keyboard, page = member.page.keyboard, member.page
    page.evaluate("document.activeElement.blur()")
    tab_to(member, "[name=email]")
    keyboard.type("member@demo.example" if width > 1000 else "member2@demo.example")
    tab_to(member, "[name=password]")
    keyboard.type(PASSWORD)
    tab_to(member, "[name=remember]")
    keyboard.press("Space")
    press(member)

    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')"), "the first Tab offers to skip the navigation"
    keyboard.press("Enter")
    tab_to(member, "[aria-labelledby=waiting] a[href^='/milestones/']")
    press(member)
    if not page.url.endswith("/report"):
        tab_to(member, "a[href$='/report']")
        press(member)
    tab_to(member, "[name=note]")
    keyboard.type("The samples passed; the test report names them one by one.")
    tab_to(member, "[name=free_of_secrets]")
    keyboard.press("Space")
    if page.locator("details:not([open]) [name=again]").count():  # many files lie folded
        tab_to(member, "details:has([name=again]) > summary")
        keyboard.press("Enter")
    tab_to(member, "[name=again]")  # a file that the firm added before shows this, too
    keyboard.press("Space")
    tab_to(member, ".form-foot button[type=submit]")
    press(member)
    assert "one by one" in member.text()

    # The list is narrowed with the arrows of a select.
    member.go("/milestones")
    tab_to(member, "main select")
    before = page.evaluate("document.activeElement.value")
    keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") != before
    tab_to(member, "main form button[type=submit]")
    press(member)
    assert "=" in page.url
