"""Every check that needs no running platform; all of them are run, and the failed ones are named at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import migrations
import translations
from programs import TOP, python

LONG = 400  # lines


def layers() -> int:
    """Who imports whom, by the contracts in pyproject.toml."""
    from importlinter.cli import lint_imports

    return lint_imports(config_filename=str(TOP / "pyproject.toml"), cache_dir=str(TOP / ".import_linter_cache"))


def sizes() -> None:
    """Name modules that have grown too long to be known; a hint and no failure."""
    for file in sorted((*(TOP / "consortium").rglob("*.py"), *(TOP / "tests").rglob("*.py"))):
        lines = len(file.read_text("utf-8").splitlines())
        if lines > LONG:
            print(f"  hint: {file.relative_to(TOP)} has {lines} lines; above {LONG} a module wants to be two")


def decisions() -> list[Path]:
    """The modules in which rules stand, which are typed strictly."""
    consortium = TOP / "consortium"
    return sorted({*consortium.glob("core/*.py"), *consortium.glob("*/services.py"), *consortium.glob("*/workflow.py")})


CHECKS: dict[str, Callable[[], int]] = {
    "style": lambda: python("ruff", "check", "--quiet", "."),
    "format": lambda: python("ruff", "format", "--check", "--output-format=concise", "."),
    "types": lambda: python("mypy", "--no-error-summary", *decisions()),
    "layers": layers,
    "templates": lambda: python("djlint", "--lint", "--quiet", "templates"),
    "translations": translations.check,
    "migrations": migrations.check,
}


def main(names: list[str]) -> int:
    """Run the named checks, or all of them; exit status 0 if every one passed."""
    failed = []
    for name in names or CHECKS:
        began = time.monotonic()
        try:
            status = CHECKS[name]()
        except SystemExit as ended:
            if isinstance(ended.code, str):
                print(ended.code)
            status = 1 if ended.code else 0
        print(f"{'FAILED' if status else 'ok':>6}  {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if status:
            failed.append(name)
    sizes()
    if failed:
        print(f"lint failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
