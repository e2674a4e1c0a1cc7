"""The pages of docs/ that are made from the code say what the code says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from consortium.core.terms import LABELS
from tests.rules.source import TOP

sys.path.insert(0, str(TOP / "tools"))
import docs

BOLD = re.compile(r"\*\*([^*]+)\*\*")
LINK = re.compile(r"\]\(([^)#:\s]+)(#[^)]*)?\)")


def dead_links(page: Path) -> list[str]:
    """Links of a page to files that are not there."""
    return [link[1] for link in LINK.finditer(page.read_text("utf-8")) if not (page.parent / link[1]).exists()]


def test_generated_pages_are_up_to_date(app: Flask) -> None:
    with app.app_context():
        found = docs.stale(TOP / "docs")
    assert not found, "\n".join(found)


def test_a_page_that_is_old_or_missing_is_named_with_the_command(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        for name, make in docs.PAGES.items():
            (tmp_path / name).write_text(make(), "utf-8")
        assert docs.stale(tmp_path) == []
        (tmp_path / "access.md").write_text("# Everybody may do everything\n", "utf-8")
        (tmp_path / "routes.md").unlink()
        assert docs.stale(tmp_path) == [
            "docs/access.md is out of date: make docs",
            "docs/routes.md is missing: make docs",
        ]


def test_every_role_and_right_is_explained() -> None:
    from consortium.core.access import Action, Role

    assert set(docs.ROLES) == set(Role)
    assert all(action.opens for action in Action)


PAGES = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), *TOP.glob("deploy/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    assert not dead_links(page)


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("[here](page.md) [gone](gone.md#part) [far](https://example.org)", "utf-8")
    assert dead_links(tmp_path / "page.md") == ["gone.md"]


def test_manuals_exist_in_both_languages_with_the_same_chapters() -> None:
    for user in ("coordinator", "member", "ministry"):
        chapters = {
            language: [
                line
                for line in (TOP / f"docs/manual/{user}.{language}.md").read_text("utf-8").splitlines()
                if line.startswith("#")
            ]
            for language in ("en", "zh")
        }
        assert len(chapters["en"]) == len(chapters["zh"]), user


def unknown_words(text: str, language: str) -> list[str]:
    """Words in bold type that stand on no page."""
    with (TOP / "consortium/translations/zh_Hans/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = [message for message in read_po(file) if message.id]
    said = [message.id if language == "en" else message.string for message in catalogue]
    known = {word for words in said for word in ([words] if isinstance(words, str) else words)}
    known |= {pair[language == "en"] for labels in LABELS.values() for pair in labels.values()}
    return [word for word in BOLD.findall(text) if word not in known]


@pytest.mark.parametrize("page", sorted(TOP.glob("docs/manual/*.md")), ids=lambda page: page.name)
def test_words_in_bold_stand_on_the_pages(page: Path) -> None:
    """Who renames a button finds here which manual speaks of it."""
    assert not unknown_words(page.read_text("utf-8"), page.stem.rpartition(".")[2])


def test_a_word_that_no_page_has_is_found() -> None:
    assert unknown_words("Press **Found the consortium**, then **Fly to the moon**.", "en") == ["Fly to the moon"]
    assert unknown_words("点击**确认组建**，再点**飞向月球**。", "zh") == ["飞向月球"]
