"""A person at a browser, who notices what no person should meet: barriers, refused scripts, errors, pages that do not fit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, Request, Response

from consortium.demo.people import PASSWORD
from tests.journeys.running import TOP

AXE = TOP / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {1440: 900, 390: 844}
LANGUAGES = {"zh": ("zh-CN", "zh-Hans"), "en": ("en-US", "en")}
#: Where pictures of the pages are put, for people who look at them; empty: nowhere.
SHOTS = os.environ.get("JOURNEY_SHOTS", "")

WATCH = "document.addEventListener('securitypolicyviolation', (event) => window.noticed(`${event.violatedDirective} ${event.blockedURI}`))"
JUDGE = """(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false}).then((found) =>
  found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} ${node.any.map((check) => check.message).join('; ')}`)))"""
RUNS_OVER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > width + 1).slice(0, 5)
    .map((one) => `${one.tagName.toLowerCase()}.${one.className} ends at ${Math.round(one.getBoundingClientRect().right)} of ${width}`);
}"""


@dataclass
class Visitor:
    """One person in one browser context; everything noticed is gathered in `troubles` as sentences."""

    browser: Browser
    base: str
    width: int = 1440
    language: str = "zh"
    theme: str = "light"
    troubles: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    #: Statuses that the step under way may be answered with, besides those below 400.
    expected: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        locale, self.spoken = LANGUAGES[self.language]
        self.context: BrowserContext = self.browser.new_context(
            locale=locale, viewport={"width": self.width, "height": SIZES[self.width]}, color_scheme=self.theme, reduced_motion="reduce",
            accept_downloads=True,
        )  # fmt: skip
        self.context.set_default_timeout(20_000)
        self.context.expose_function("noticed", lambda what: self.troubles.append(f"CSP at {self.page.url}: {what}"))
        self.context.add_init_script(WATCH)
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script at {self.page.url}: {error}"))

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and f"{address.scheme}://{address.netloc}" != self.base:
            self.troubles.append(f"{self.page.url} asks another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.request.method} {response.url}: {response.status}")

    def _said(self, message: Any) -> None:
        # The browser repeats each answer of 400 and above here; `_answered` has judged it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console at {self.page.url}: {message.text}")

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """A step that is to be refused."""
        self.expected = set(statuses)
        yield
        self.expected = set()

    def go(self, path: str, name: str = "", *, both_themes: bool = False) -> Visitor:
        """Open an address of the platform and look at the page."""
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self.look(name, both_themes=both_themes)

    def look(self, name: str = "", *, both_themes: bool = False) -> Visitor:
        """Judge the page as it is now; `name` is that of its picture."""
        self.page.wait_for_load_state("load")
        place = urlsplit(self.page.url).path
        self.seen.append(place)
        spoken = self.page.evaluate("document.documentElement.lang")
        if spoken != self.spoken:
            self.troubles.append(f"{place} is in {spoken}, not in {self.spoken}")
        self.troubles += [f"{place} at {self.width}: {what}" for what in self.page.evaluate(RUNS_OVER)]
        for theme in ("light", "dark") if both_themes else (self.theme,):
            self.page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
            self.troubles += [f"axe at {place} ({theme}, {self.width}): {what}" for what in self.barriers()]
            self._picture(name, theme)
        self.page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", self.theme)
        return self

    def barriers(self) -> list[str]:
        """What axe finds on the page. Evaluated by the debugger, which the page's CSP does not concern."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text())
        found: list[str] = self.page.evaluate(JUDGE, RULES)
        return found

    def _picture(self, name: str, theme: str) -> None:
        if SHOTS and name:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / f"{name}-{self.width}-{self.language}-{theme}.png", full_page=True)

    def fill(self, **fields: Any) -> Visitor:
        """Type into the fields of the page by their names: text, a value of a list, True for a box, paths for files."""
        for name, value in fields.items():
            control = self.page.locator(f"main [name='{name}']")
            kind = control.first.evaluate("(one) => one.type || one.tagName.toLowerCase()")
            if kind == "checkbox":
                for one in [value] if isinstance(value, (str, bool)) else value:
                    (
                        control if isinstance(one, bool) else self.page.locator(f"main [name='{name}'][value='{one}']")
                    ).check()
            elif kind == "file":
                control.set_input_files(value)
            elif kind.startswith("select"):
                control.select_option(value)
            else:
                control.fill(value)
        return self

    def option(self, name: str, words: str) -> str:
        """The value of the entry of a list that holds these words."""
        value = self.page.locator(f"main select[name='{name}'] option", has_text=words).first.get_attribute("value")
        assert value, f"{words} is not offered in {name}"
        return value

    def press(self, what: Locator | str, name: str = "") -> Visitor:
        """Press a button or follow a link that leads to another page, and look at that."""
        found = self.page.locator(what).first if isinstance(what, str) else what
        with self.page.expect_navigation():
            found.click()
        return self.look(name)

    def send(self, name: str = "") -> Visitor:
        """Send the one form of the page."""
        return self.press("main .form-foot button[type=submit].btn-primary", name)

    def saved(self, what: Locator | str) -> Download:
        """What a button has the browser save."""
        found = self.page.locator(what) if isinstance(what, str) else what
        with self.page.expect_download() as waiting:
            found.click()
        return waiting.value

    def sign_in(self, email: str, password: str = PASSWORD) -> Visitor:
        """Sign in by the form, wherever one was asked to."""
        if urlsplit(self.page.url).path != "/login":
            self.go("/login")
        self.fill(email=email, password=password).press("main form[name=login_user_form] button[type=submit]")
        assert urlsplit(self.page.url).path != "/login", self.page.locator("main").inner_text()
        return self

    def until(self, condition: Callable[[], bool], seconds: int = 150, what: str = "it") -> None:
        """Wait for something that the platform does in the background."""
        for _ in range(seconds * 2):
            if condition():
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(
            f"{what} did not happen within {seconds} s at {self.page.url}: {self.page.locator('main').inner_text()[:600]}"
        )

    def id(self) -> int:
        """The number in the address of the page."""
        found = re.search(r"/(\d+)", urlsplit(self.page.url).path)
        assert found, f"{self.page.url} has no number: {self.page.locator('main').inner_text()[:800]}"
        return int(found[1])

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()
