"""Files of dated data: what an operator adds counts, what is wrong is said and never stops anything, and a change is read at once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from consortium.core.dated import LARGEST_FILE, Sheet, Shelf
from consortium.core.errors import Refused
from consortium.core.words import _l
from consortium.plans import calendars, money_rules
from consortium.results import classes


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf[str]:
    for place in ("shipped", "own"):
        (tmp_path / place).mkdir()
    put(tmp_path / "shipped", "A", "ours")
    return Shelf(
        tmp_path / "shipped", lambda: tmp_path / "own", made, missing=lambda code: _l("none: %(code)s", code=code),
        unreadable=lambda name: _l("unreadable: %(name)s", name=name), unusable=lambda name, why: _l("%(name)s: %(why)s", name=name, why=why),
    )  # fmt: skip


def made(sheet: Sheet) -> str:
    assert sheet.mark
    return sheet.pair("word")[1]


def put(folder: Path, code: str, word: str, **more: Any) -> Path:
    path = folder / f"{code}.json"
    path.write_text(json.dumps({"code": code, "word": {"zh": "", "en": word}, "mark": "C", **more}), "utf-8")
    return path


def test_an_operator_replaces_and_adds_and_a_change_is_read_at_once(shelf: Shelf[str]) -> None:
    assert shelf.get("A") == "ours" and dict(shelf.usable()) == {"A": "ours"}
    put(shelf.own(), "A", "theirs")
    path = put(shelf.own(), "B", "more")
    assert dict(shelf.usable()) == {"A": "theirs", "B": "more"} and not shelf.problems()
    put(shelf.own(), "B", "changed")
    os.utime(path, ns=(1, 1))
    assert shelf.get("B") == "changed"


@pytest.mark.parametrize("wrong", ["{", "[]", '{"code": "B"}', '{"code": "A"}', '{"code": "A", "mark": "X"}', "x" * (LARGEST_FILE + 1)])  # fmt: skip
def test_what_is_wrong_is_said_and_the_file_of_the_platform_counts(shelf: Shelf[str], wrong: str) -> None:
    (shelf.own() / "A.json").write_text(wrong, "utf-8")
    (shelf.own() / "B.json").write_text(wrong, "utf-8")
    with pytest.raises(Refused):
        shelf.get("A")
    assert shelf.in_force("A", "A") == shelf.in_force("B", "A") == shelf.in_force("none", "A") == "ours"
    assert dict(shelf.usable()) == {"A": "ours"} and len(shelf.problems()) == 2


def test_a_code_that_is_a_way_out_of_the_folder_finds_nothing(shelf: Shelf[str]) -> None:
    put(shelf.shipped.parent, "C", "outside")
    assert shelf.in_force("../C", "A") == "ours"
    with pytest.raises(Refused, match="none"):
        shelf.get("../C")


def test_every_file_of_the_platform_can_be_used(app: Any) -> None:
    with app.app_context():
        for one in (calendars.CALENDARS, money_rules.PROFILES, classes.CLASSES):
            assert list(one.shipped.glob("*.json")) and not one.problems()


def test_classes_of_an_operator_that_cannot_be_read_do_not_stop_the_register(app: Any) -> None:
    with app.app_context():
        code, own = classes.every()[0].code, classes.CLASSES.own()
        before = classes.every()
        own.mkdir(exist_ok=True)
        try:
            (own / f"{code}.json").write_text("{", "utf-8")
            assert classes.every() == before and len(classes.CLASSES.problems()) == 1
        finally:
            (own / f"{code}.json").unlink()
