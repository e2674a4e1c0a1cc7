"""What keeps pages readable and free of inline code: contrast of the colours, the strict policy, icons that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from consortium.web.build import ICONS, hashed_name, icon_names, symbol
from tests.needs import made_by_setup

ROOT = Path(__file__).resolve().parents[2]
STYLE = (ROOT / "static" / "app.css").read_text("utf-8")
PAGES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if "documents" not in path.parts and "mail" not in path.parts
]
NAMES = icon_names((ROOT / "static" / "icons.txt").read_text("utf-8"))

TEXT = 4.5  # WCAG 2.2, 1.4.3
SHAPE = 3.0  # WCAG 2.2, 1.4.11
TEXTS = [
    "ink/bg",
    "ink/card",
    "ink/soft",
    "ink/hover",
    "ink/warn-soft",
    "ink/bad-soft",
    "ink/ok-soft",
    "ink2/bg",
    "ink2/card",
    "ink2/hover",
    "ink2/none-soft",
    "brand/card",
    "brand/bg",
    "brand/soft",
    "ok/ok-soft",
    "ok/card",
    "warn/warn-soft",
    "warn/card",
    "bad/bad-soft",
    "bad/card",
    "none/none-soft",
    "copper/card",
    "side-ink/side",
    "side-dim/side",
]
SHAPES = [
    "edge/card",
    "edge/bg",
    "brand2/card",
    "brand2/bg",
    "plan/card",
    "fill-ok/card",
    "fill-act/card",
    "fill-warn/card",
    "fill-bad/card",
]


def tokens(selector: str) -> dict[str, str]:
    block = STYLE[STYLE.index(selector) :]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[: block.index("\n}")]))


LIGHT = tokens(":root {")
THEMES = {"light": LIGHT, "dark": {**LIGHT, **tokens("[data-bs-theme=dark] {")}}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_says():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", TEXTS)
def test_text_can_be_read(theme, pair):
    one, other = (THEMES[theme][name] for name in pair.split("/"))
    assert contrast(one, other) >= TEXT, f"{pair} in the {theme} theme: choose colours that differ more in app.css."


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", SHAPES)
def test_shapes_can_be_seen(theme, pair):
    one, other = (THEMES[theme][name] for name in pair.split("/"))
    assert contrast(one, other) >= SHAPE, f"{pair} in the {theme} theme: choose colours that differ more in app.css."


INLINE = {
    r"\sstyle\s*=": "a class in static/app.css",
    r"<style": "static/app.css",
    r"<script(?![^>]*\ssrc=)": "static/app.js with a data-attribute",
    r"\son[a-z]+\s*=\s*[\"']": "static/app.js with a data-attribute",
    r"hx-on": "static/app.js with a data-attribute",
    r"hx-trigger=\"[^\"]*\[": "a trigger without a filter, which needs eval",
    r"(?:src|href)=\"(?:https?:)?//": "a file of our own: pages ask nothing of strangers",
    r"data-bs-toggle": "<details> or dialog_button: Bootstrap's script is not loaded",
}


def inline(text: str) -> list[str]:
    return [instead for pattern, instead in INLINE.items() if re.search(pattern, text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_keep_to_the_policy(path):
    assert not inline(path.read_text("utf-8")), f"Write instead: {inline(path.read_text('utf-8'))}"


@pytest.mark.parametrize(
    "sample",
    ['<p style="color:red">', "<style>p{}</style>", "<script>go()</script>", '<a onclick="go()">', '<p hx-on:click="go()">',
     '<p hx-trigger="keyup[ctrlKey]">', '<img src="https://elsewhere.test/x.png">', '<a data-bs-toggle="dropdown">'],
)  # fmt: skip
def test_the_policy_test_finds_what_it_is_for(sample):
    assert inline(sample)


def test_every_icon_that_a_template_names_is_in_the_sprite():
    named = {
        (path.name, name)
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""\bicon\("([a-z0-9-]+)"|icon_name="([a-z0-9-]+)\"""", path.read_text("utf-8"))
        for name in name
        if name
    }
    missing = sorted((page, name) for page, name in named if name not in NAMES)
    assert not missing, f"Add these to static/icons.txt: {missing}"


def test_every_listed_icon_exists():
    made_by_setup(ICONS.is_dir(), "the icons are not installed")
    assert [name for name in NAMES if not (ICONS / f"{name}.svg").is_file()] == []


def test_a_symbol_keeps_the_drawing_and_nothing_else():
    drawing = '<!-- c --><svg\n class="x"\n stroke="currentColor">\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n  <path d="M12 5l0 14" />\n</svg>\n'
    assert symbol("plus", drawing) == '<symbol id="plus" viewBox="0 0 24 24"><path d="M12 5l0 14" /></symbol>'


def test_names_change_with_the_content():
    assert hashed_name("app.css", b"a") != hashed_name("app.css", b"b")
    assert re.fullmatch(r"app\.[0-9a-f]{12}\.css", hashed_name("app.css", b"a"))
