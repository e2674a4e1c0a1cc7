"""A test that does not run passes nothing: what tests may lack stands here with its reason, all the rest is made by the set-up."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests import needs
from tests.rules.source import TOP, called

#: The only places where a test may be left out, once each, and why.
ALLOWED = {
    "needs.py": "`made_by_setup` leaves out what the set-up makes, and fails where the set-up has run",
    "cordis/test_cordis.py": "the real files of CORDIS lie beside the checkout, and no set-up may fetch them",
}
LEAVING_OUT = {"skip", "skipif", "importorskip", "xfail", "SkipTest", "skipTest", "skipIf", "skipUnless"}


def left_out(tree: ast.AST) -> list[tuple[int, str]]:
    """Where tests are left out, or look for a program by themselves and check less where it is missing."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (node.attr in LEAVING_OUT or called(node) == "shutil.which"):
            found.append((node.lineno, called(node)))
        elif isinstance(node, ast.ImportFrom) and node.module in ("pytest", "unittest", "shutil"):
            taken = {name.name for name in node.names} & {*LEAVING_OUT, "which"}
            found += [(node.lineno, f"{node.module}.{name}") for name in sorted(taken)]
    return found


def test_tests_are_left_out_in_known_places_only() -> None:
    found: Counter[str] = Counter()
    places = []
    for path in sorted((TOP / "tests").rglob("*.py")):
        name = path.relative_to(TOP / "tests").as_posix()
        for line, what in left_out(ast.parse(path.read_text("utf-8"))):
            found[name] += 1
            places.append(f"tests/{name}:{line} {what}")
    assert found == Counter(ALLOWED.keys()), (
        "Ask tests.needs.made_by_setup(…), with what tools/system.py finds; or give the reason in ALLOWED:\n"
        + "\n".join(places)
    )


@pytest.mark.parametrize(
    "line",
    [
        'pytest.skip("no browser here")', 'pytest.importorskip("numpy")', "mark = pytest.mark.skipif(True, reason='x')", "from pytest import skip",
        "@pytest.mark.skip\ndef test_a(): ...", "@pytest.mark.xfail(reason='later')\ndef test_a(): ...", "raise unittest.SkipTest('x')",
        "if shutil.which('pdftotext'): ...", "from shutil import which",
    ],
)  # fmt: skip
def test_leaving_out_is_seen(line: str) -> None:
    assert len(left_out(ast.parse(line))) == 1


def test_what_the_set_up_makes_is_left_out_on_a_desk_and_fails_where_it_has_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    needs.made_by_setup(True, "the kite is not built")
    with pytest.raises(BaseException, match=r"the kite is not built \(make kites\)") as desk:
        needs.made_by_setup(False, "the kite is not built", by="make kites")
    monkeypatch.setenv("CI", "true")
    needs.made_by_setup(True, "the kite is not built")
    with pytest.raises(BaseException, match=r"the kite is not built \(make kites\)") as there:
        needs.made_by_setup(False, "the kite is not built", by="make kites")
    assert (desk.typename, there.typename) == ("Skipped", "Failed")


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The set-up on a machine that has none of the programs, and where nobody may install them."""
    monkeypatch.syspath_prepend(str(TOP / "tools"))
    made = importlib.import_module("setup")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(made.system, "may_install", lambda: False)
    monkeypatch.setattr(made.system, "servers", lambda: None)
    return made


def test_programs_that_cannot_be_had_end_the_set_up(setup: ModuleType) -> None:
    with pytest.raises(SystemExit) as ended:
        setup.for_testing()
    for command in ("chromium", "postgresql", "default-jdk-headless"):
        assert f"sudo apt-get install {command}" in str(ended.value)


def test_programs_are_installed_where_that_is_allowed(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(setup.system, "may_install", lambda: True)
    monkeypatch.setattr(setup.system, "release", lambda: "debian")
    monkeypatch.setattr(setup.system, "NO_CLUSTER", Path(setup.os.environ["PATH"], "cluster", "none.conf"))
    monkeypatch.setattr(setup.system, "apt", lambda *packages: bool(asked.extend(packages)) or True)
    setup.for_testing()
    assert asked == ["chromium", "postgresql", "default-jdk-headless"]


def test_a_browser_that_is_named_has_to_be_there(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert setup.system.chromium() is None
    assert "CHROMIUM names /nowhere/chromium" in setup.system.browser()
