"""Programs and libraries of the operating system: found, installed with apt where that is allowed, or named."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Debian's way to say: install, but start no service (101 is "forbidden by policy").
START_POLICY = Path("/usr/sbin/policy-rc.d")
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/no-main-cluster.conf")
QUIET = ("-q", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "-o", "Dpkg::Options::=--force-confold")


def may_install() -> bool:
    """Whether this process may use apt: it is root on a system that has it."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt(*packages: str) -> bool:
    """Install Debian packages without questions and without starting a service; answers whether it worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    own_policy = not START_POLICY.exists()
    if own_policy:
        START_POLICY.write_text("#!/bin/sh\nexit 101\n")
        START_POLICY.chmod(0o755)
    try:
        for _ in range(2):
            done = subprocess.run(
                ["apt-get", "install", *QUIET, *packages], env=environment, capture_output=True, text=True
            )
            if done.returncode == 0:
                return True
            subprocess.run(["apt-get", "update", "-q"], env=environment, capture_output=True)
    finally:
        if own_policy:
            START_POLICY.unlink(missing_ok=True)
    print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
    return False


def install(what: str, *packages: str, required: bool = False) -> str | None:
    """Install packages where that is allowed; else answer the sentence that says what to do, or end with it."""
    command = "apt-get install " + " ".join(packages)
    if may_install():
        print(f"· {what} is missing: {command} …", flush=True)
        if apt(*packages):
            return None
        sentence = f"{what}: “{command}” failed."
    else:
        sentence = f"{what} is missing, and only root may install it here:\n  sudo {command}"
    if required:
        sys.exit(f"\n{sentence}\n\nAfter that, run make again.\n")
    return sentence


def chromium() -> Path | None:
    """The browser of the tests: the one that CHROMIUM names, or else Chromium or Chrome on the path."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).is_file() else None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((Path(program) for program in map(shutil.which, names) if program), None)


def servers() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them outside of the path, one folder a version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = (program.parent for program in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def java() -> Path | None:
    """A JDK that can run a source file, which a JRE cannot, of version 17 or newer."""
    program = shutil.which("java")
    if program is None:
        return None
    said = subprocess.run([program, "--list-modules"], capture_output=True, text=True).stdout
    compiler = re.search(r"^jdk\.compiler@(\d+)", said, re.MULTILINE)
    return Path(program) if compiler and int(compiler[1]) >= 17 else None


def browser() -> str | None:
    """Make sure of a Chromium; answers a sentence where there is none."""
    if chromium():
        return None
    if os.environ.get("CHROMIUM"):
        return f"Browser tests cannot run: CHROMIUM names {os.environ['CHROMIUM']}, which is no file."
    if "ubuntu" in release() and may_install():
        # Ubuntu's package only wraps a snap, which needs a running snapd and cannot read /tmp.
        return "Browser tests cannot run: install Chromium or Chrome, or name one with CHROMIUM=/path."
    return lacking("Browser tests", install("Chromium", "chromium"))


def postgresql() -> str | None:
    """Make sure of PostgreSQL's programs, without a running service; answers a sentence where there are none."""
    if servers():
        return None
    if may_install():
        NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        if not NO_CLUSTER.exists():
            NO_CLUSTER.write_text("# The tests make clusters of their own.\ncreate_main_cluster = false\n")
    return lacking("PostgreSQL tests", install("PostgreSQL", "postgresql"))


def jdk() -> str | None:
    """Make sure of a JDK; answers a sentence where there is none."""
    if java():
        return None
    return lacking("veraPDF tests", install("A JDK of version 17 or newer", "default-jdk-headless"))


def lacking(tests: str, sentence: str | None) -> str | None:
    """The sentence, with the tests that cannot run."""
    return sentence and f"{tests} cannot run: {sentence}"


def release() -> str:
    """The system's own description of itself, in lower case; empty where it has none."""
    file = Path("/etc/os-release")
    return file.read_text().lower() if file.exists() else ""
