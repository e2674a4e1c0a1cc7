"""What templates and the code beside them may not say: nothing inline, nothing unescaped, nothing foreign. (Pages: also tests/web/test_look.py.)"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.rules.source import TOP, calls, trees

TEMPLATES = sorted(
    path for path in (TOP / "templates").rglob("*.*") if path.suffix in {".html", ".xml", ".txt", ".svg"}
)
#: Templates of papers are read by the renderer alone, which has no network and no scripts; they may carry style sheets.
PRINTED = {"documents"}
UNSAFE = {
    r"\|\s*safe\b": "markup made by a macro or a chart function, which escapes what it is given",
    r"{%-?\s*autoescape\s+false": "nothing: texts are escaped everywhere",
    r"\sstyle\s*=\s*[\"']": "a class in static/app.css",
    r"<style\b": "static/app.css",
    r"<script(?![^>]*\ssrc=)": "static/app.js with a data-attribute",
    r"\son[a-z]{3,}\s*=\s*[\"']": "static/app.js with a data-attribute",
    r"hx-on\b": "static/app.js with a data-attribute",
    r"hx-vals\s*=\s*[\"']js:": "plain JSON: js: needs eval",
    r"javascript:": "a button",
    r"(?:src|href|action|poster)\s*=\s*[\"'](?:https?:)?//": "a file of our own: pages ask nothing of strangers",
    r"@import|url\(\s*[\"']?(?:https?:)?//": "a file of our own",
}
#: Modules whose functions make SVG or HTML out of numbers and escaped texts: pictures, icons, the rows of lists, sentences of the catalogue.
MAKERS = re.compile(r"(documents/|charts|drawing|tiles|gantt_view|/rows\.py|web/(pages|speech)\.py)")


def faults(text: str, printed: bool = False) -> list[str]:
    """What a template should say instead."""
    return [
        f"{pattern}: write {instead}"
        for pattern, instead in UNSAFE.items()
        if not (printed and "style" in pattern) and re.search(pattern, text)
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(TOP / "templates")))
def test_templates_are_clean(path: Path) -> None:
    parts = path.relative_to(TOP / "templates").parts
    found = faults(path.read_text("utf-8"), printed=bool(PRINTED & set(parts)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "sample",
    ["{{ name|safe }}", "{% autoescape false %}", '<p style="x">', "<style>", "<script>x</script>", '<a onclick="x">', '<a hx-on:click="x">',
     "<a hx-vals='js:{}'>", '<a href="javascript:x">', '<img src="//cdn.test/x.png">', '<form action="https://cdn.test">', "@import 'x'"],
)  # fmt: skip
def test_an_unclean_template_is_found(sample: str) -> None:
    assert faults(sample)


def markups(path: str, tree: ast.Module) -> list[str]:
    """Texts that are declared to be safe HTML outside of the modules that make pictures."""
    return [
        f"{path}:{line}"
        for line, name, _ in calls(tree)
        if name.split(".")[-1] in {"Markup", "HTMLString"} and not MAKERS.search(path)
    ]


def test_only_makers_of_pictures_declare_markup() -> None:
    found = [line for path, tree in trees().items() for line in markups(path, tree)]
    assert not found, f"Write a macro in templates/components instead: {found}"


def test_a_declared_markup_is_found() -> None:
    assert markups("projects/routes.py", ast.parse("x = markupsafe.Markup(name)"))


def test_style_and_script_ask_nothing_of_strangers() -> None:
    for name in ("app.css", "app.js"):
        text = (TOP / "static" / name).read_text("utf-8")
        assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}/", re.sub(r"http://www\.w3\.org/\S+", "", text)), (
            name
        )
        assert not re.search(r"\beval\(|new Function\(|innerHTML\s*=", text), name
