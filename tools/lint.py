"""Every check that needs no running platform; all of them are run, and the failed ones are named at the end."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from programs import TOP

LONG = 400  # lines


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


def tool(name: str, *words: str | Path) -> list[str]:
    """The command of a checking tool of this environment."""
    return [sys.executable, "-m", name, *map(str, words)]


def own(script: str) -> list[str]:
    """The command of a check that is a tool of the project."""
    return [sys.executable, str(TOP / "tools" / script), "check"]


# Each is a process of its own, and two of them work side by side; those that take longest begin.
CHECKS: dict[str, list[str]] = {
    "migrations": own("migrations.py"),
    "translations": own("translations.py"),
    "templates": tool("djlint", "--lint", "--quiet", "templates"),
    "types": tool("mypy", "--no-error-summary", *decisions()),
    "layers": [str(Path(sys.executable).with_name("lint-imports")), "--cache-dir", ".import_linter_cache"],
    "format": tool("ruff", "format", "--check", "--output-format=concise", "."),
    "style": tool("ruff", "check", "--quiet", "."),
}


def examined(name: str) -> tuple[bool, str]:
    """Run one check; whether it failed, and all that it said."""
    began = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    verdict = "FAILED" if done.returncode else "ok"
    return done.returncode != 0, f"{done.stdout}{verdict:>6}  {name} ({time.monotonic() - began:.1f} s)"


def main(names: list[str]) -> int:
    """Run the named checks, or all of them; exit status 0 if every one passed."""
    failed = []
    with ThreadPoolExecutor(2) as pool:
        begun = {pool.submit(examined, name): name for name in names or CHECKS}
        for done in as_completed(begun):
            wrong, said = done.result()
            print(said, flush=True)
            if wrong:
                failed.append(begun[done])
    sizes()
    if failed:
        print(f"lint failed: {', '.join(sorted(failed))}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
