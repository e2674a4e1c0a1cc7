"""`make bench`: what pages and papers cost, at two sizes of data, beside the floor in the same run; writes docs/performance.md."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))
from tools import bench_claims, bench_money, bench_plan, bench_results  # noqa: E402
from tools.bench_seed import PASSWORD, PROJECTS  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
SIZES = {"small": 100, "large": 1000}
ROUNDS = 30
KEY = "a key for measuring only, nothing else"


@dataclass
class Measured:
    """One row: CPU milliseconds of the server, and wall times in milliseconds."""

    cpu: float
    p50: float
    p95: float
    size: int
    queries: int = 0


def port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spent(pid: int) -> float:
    """Seconds of CPU of a process and all below it."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
            waiting += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
    return total


@contextlib.contextmanager
def running(command: list[str], env: dict[str, str], address: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block; with an address, once it answers there."""
    process = subprocess.Popen(
        command, cwd=TOP, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while address and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", address), 1):
                break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def granian(target: str, at: int) -> list[str]:
    """The server as it is used, with one worker, so that its CPU is easy to read."""
    return [str(TOP / ".venv/bin/granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(at), "--workers", "1",
            "--blocking-threads", "4", "--no-ws", target]  # fmt: skip


class Browser:
    """A very small browser: one connection, cookies, and the tokens of forms."""

    def __init__(self, at: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", at, timeout=60)
        self.cookies: dict[str, str] = {}
        self.used = time.monotonic()

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Status, body and the address of a redirect."""
        body = urlencode(fields) if fields is not None else None
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Language": "zh-CN"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.used > 2:  # a server closes a connection that nobody uses
            self.connection.close()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        content = answer.read()
        self.used = time.monotonic()
        return answer.status, content, answer.headers.get("Location") or ""

    def token(self, path: str) -> str:
        """The token of the form on a page."""
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", path)[1])
        if not found:
            raise RuntimeError(f"{path} has no form")
        return found.group(1).decode()

    def sign_in(self, who: str) -> None:
        """Sign in as one of the measured people."""
        fields = {"email": f"{who}@bench.example", "password": PASSWORD, "csrf_token": self.token("/login")}
        status, _, to = self.ask("POST", "/login", fields)
        if status not in (302, 303) or "login" in to:
            raise RuntimeError(f"{who} could not sign in: {status} {to}")


def measure(pid: int, act, rounds: int = ROUNDS) -> Measured:  # type: ignore[no-untyped-def]
    """Do something many times and tell what it cost the server."""
    for number in range(-5, 0):
        act(number)
    walls, size, before = [], 0, spent(pid)
    for number in range(rounds):
        started = time.perf_counter()
        status, body, _ = act(number)
        walls.append((time.perf_counter() - started) * 1000)
        if status >= 400:
            raise RuntimeError(f"status {status}: {body[:300]!r}")
        size = len(body)
    cpu = (spent(pid) - before) / rounds * 1000
    return Measured(cpu, statistics.median(walls), statistics.quantiles(walls, n=20)[18], size)


CASES = (
    ("list of 50 milestones", "officer", "/milestones"),
    ("list of 50 consortia", "officer", "/consortia"),
    ("detail of a milestone", "coordinator", "/milestones/1"),
    ("detail of a project", "coordinator", "/projects/1"),
    ("desk", "coordinator", "/"),
    ("dashboard (portfolio)", "officer", "/portfolio"),
    ("search", "officer", "/search?q=" + "%E6%B5%8B%E9%87%8F"),
)
#: What is created, and where.
CREATE, NEW = "create with event (milestone)", "/projects/1/milestones/new"


def milestone(number: int) -> dict[str, str]:
    """The fields of a new milestone."""
    return {"title_zh": f"新里程碑{number}", "title_en": "", "organisation_id": "1", "due_on": "2027-06-01", "weight": "10", "means": "第三方检测报告"}  # fmt: skip


def pages(env: dict[str, str], folder: str, consortia: int) -> dict[str, Measured]:
    """All page cases on one database."""
    at = port()
    env = {**env, "DATA_DIR": folder, "PORT": str(at), "SECRET_KEY": KEY}
    results: dict[str, Measured] = {}
    with running(granian("wsgi:app", at), env, at) as server:
        people = {}
        for who in ("coordinator", "officer"):
            people[who] = Browser(at)
            people[who].sign_in(who)
        for name, who, path in (
            CASES
            + bench_plan.cases(consortia * PROJECTS + 1)
            + bench_results.cases(consortia * PROJECTS + 1)
            + bench_money.cases(consortia * PROJECTS + 1)
            + bench_claims.cases(consortia * PROJECTS + 1)
        ):
            results[name] = measure(server.pid, lambda _n, who=who, path=path: people[who].ask("GET", path))
        browser, token = people["coordinator"], people["coordinator"].token(NEW)
        results[CREATE] = measure(
            server.pid, lambda number: browser.ask("POST", NEW, {"csrf_token": token, **milestone(number)})
        )
        at_plan = f"/projects/{consortia * PROJECTS + 1}"
        results[bench_plan.SAVE] = measure(server.pid, bench_plan.saving(browser, at_plan, token))
    for name, count in queries(folder, consortia).items():
        results[name].queries = count
    return results


def queries(folder: str, consortia: int) -> dict[str, int]:
    """How many statements each page asks of the database."""
    code = """
import itertools, json, sys
from sqlalchemy import Engine, event
from consortium.app import create_app
from tools import bench_claims, bench_money, bench_plan, bench_results
from tools.bench import CASES, CREATE, NEW, PROJECTS, milestone
project = int(sys.argv[1]) * PROJECTS + 1
app = create_app(RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
numbers = itertools.count(100000)
seen = []
event.listen(Engine, "before_cursor_execute", lambda c, cur, sql, *rest: seen.append(sql))
found = {}
def browser_of(who):
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = f"{1 if who == 'coordinator' else 2:064d}", True
    return browser
def counted(name, act):
    act()
    seen.clear()
    answer = act()
    assert answer.status_code < 400, (name, answer.status_code)
    found[name] = sum(not sql.startswith(("BEGIN", "PRAGMA")) for sql in seen)
for name, who, path in CASES + bench_plan.cases(project) + bench_results.cases(project) + bench_money.cases(project) + bench_claims.cases(project):
    counted(name, lambda browser=browser_of(who): browser.get(path))
coordinator = browser_of("coordinator")
counted(CREATE, lambda: coordinator.post(NEW, data=milestone(next(numbers))))
saves = iter((lambda: coordinator.get(bench_plan.form(project, 0)), lambda: coordinator.post(bench_plan.UNUSED.format(project), data=bench_plan.month(0, 1))))
counted(bench_plan.SAVE, lambda: next(saves)())
print(json.dumps(found))
"""
    import json

    done = subprocess.run([sys.executable, "-c", code, str(consortia)], cwd=TOP, env={**os.environ, "DATA_DIR": folder, "SECRET_KEY": KEY, "PYTHONPATH": str(TOP)},
                          capture_output=True, text=True, check=True)  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def floor() -> Measured:
    """Flask's bare hello on the same server."""
    at = port()
    with running(granian("tools.bench_hello:app", at), {}, at) as server:
        browser = Browser(at)
        return measure(server.pid, lambda _: browser.ask("GET", "/"), 2000)


def papers(folder: str) -> list[tuple[str, float, float, float, int]]:
    """For both papers: seconds from click to ready, CPU of the renderer, ratio to plain WeasyPrint on the same HTML, pages."""
    from consortium.documents import typesetting
    from consortium.documents.pdf import Renderer
    from tests.documents import samples

    results = []
    with Renderer() as renderer:
        for kind, facts in (("agreement", samples.agreement()), ("status_report", samples.status_report())):
            template = facts["template"]
            renderer.render(template, facts)
            started = time.perf_counter()
            made = renderer.render(template, facts)
            wall = time.perf_counter() - started
            page = Path(folder) / f"{kind}.html"
            page.write_text(typesetting.html(template, facts), "utf-8")
            done = subprocess.run([sys.executable, "-m", "tools.bench_plain", str(page), f"{kind}.css"], cwd=TOP,
                                  capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(TOP)})  # fmt: skip
            plain = float(done.stdout.split()[-1])
            results.append((kind, wall, made.cpu, made.cpu / plain, made.pages))
    return results


#: Quarters of which the coordinator reports, one a click.
QUARTERS = (("2026-04-01", "2026-06-30"), ("2026-07-01", "2026-09-30"))


def clicked(folder: str) -> dict[str, list[float]]:
    """Seconds from the click to the issued paper, through web, queue, worker, renderer and archive: the first, and the next."""
    at = port()
    env = {"DATA_DIR": folder, "PORT": str(at), "SECRET_KEY": KEY}
    results: dict[str, list[float]] = {}
    for kind, asks in (
        ("agreement", draws_up),
        ("status report", submits),
    ):  # a worker for each, so that both have a first
        with running(granian("wsgi:app", at), env, at), running([sys.executable, "-m", "consortium.worker"], env):
            browser = Browser(at)
            browser.sign_in("coordinator")
            time.sleep(3)
            results[kind] = [ready(browser, asks(browser, turn)) for turn in (0, 1)]
    return results


def draws_up(browser: Browser, _turn: int) -> tuple[str, dict[str, str]]:
    """The click that asks for an agreement: address and fields."""
    path = "/consortia/1/agreements/new"
    return path, {"csrf_token": browser.token(path), "language": "both"}


def submits(browser: Browser, turn: int) -> tuple[str, dict[str, str]]:
    """The click that submits a report, once it is opened: address and fields."""
    path, (first, last) = "/consortia/1/reports/new", QUARTERS[turn]
    _, _, to = browser.ask("POST", path, {"csrf_token": browser.token(path), "starts_on": first, "ends_on": last})
    fields = {
        "csrf_token": browser.token(to),
        "version": "1",
        "narrative_zh": "按计划推进。",
        "narrative_en": "On plan.",
    }
    return f"{to}/submit", fields


def ready(browser: Browser, click: tuple[str, dict[str, str]]) -> float:
    """Seconds from a click that asks for a paper to its link."""
    started = time.perf_counter()
    status, body, to = browser.ask("POST", *click)
    if status != 303:
        raise RuntimeError(f"{click[0]} asked for no paper: {status} {body[:300]!r}")
    while time.perf_counter() < started + 120:
        if b"/pdf" in browser.ask("GET", to)[1]:
            return time.perf_counter() - started
        time.sleep(0.1)
    raise RuntimeError(f"the paper of {click[0]} was not ready after two minutes")


def written(floor: Measured, small: dict[str, Measured], large: dict[str, Measured], papers_: list[tuple[str, float, float, float, int]],
            clicks: dict[str, list[float]], brought: dict[str, tuple[int, float, float]]) -> str:  # fmt: skip
    """The page of the documentation."""
    commit = (
        subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=TOP, capture_output=True, text=True).stdout.strip()
        or "unknown"
    )
    lines = [
        "# What it costs", "",
        f"Written by `make bench` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, commit {commit}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}, SQLite. One server process; CPU of the server alone; times in milliseconds. "
        "Compare ratios within one run; machines differ and are noisy.", "",
        f"Data: {SIZES['small']} consortia with {SIZES['small'] * 5} projects and {SIZES['small'] * 50} milestones, and ten times that.", "",
        "## Pages", "",
        "| page | CPU | p50 | p95 | queries | bytes | CPU at ten times the data | p50 | p95 | growth |", "|---|---|---|---|---|---|---|---|---|---|",
        f"| Flask's bare hello (the floor) | {floor.cpu:.2f} | {floor.p50:.2f} | {floor.p95:.2f} | 0 | {floor.size} | | | | |",
    ]  # fmt: skip
    for name, one in small.items():
        ten = large[name]
        lines.append(f"| {name} | {one.cpu:.1f} | {one.p50:.1f} | {one.p95:.1f} | {one.queries or ''} | {one.size} | {ten.cpu:.1f} | {ten.p50:.1f} "
                     f"| {ten.p95:.1f} | {ten.cpu / one.cpu:.2f} |")  # fmt: skip
    lines += [
        "",
        "## Papers",
        "",
        "| paper | pages | renderer, seconds | CPU, seconds | ratio to plain WeasyPrint on the same HTML |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {kind.replace('_', ' ')} | {count} | {wall:.2f} | {cpu:.2f} | {ratio:.2f} |"
        for kind, wall, cpu, ratio, count in papers_
    ]
    lines += [
        "",
        "Click to ready, through web, queue, worker, renderer and archive, in seconds; of a consortium of some 40 firms and 250 milestones:",
        "",
    ]
    lines += ["| paper | the first after the start | the next |", "|---|---|---|"]
    lines += [f"| {kind} | {first:.1f} | {after:.1f} |" for kind, (first, after) in clicks.items()]
    (count, cpu, wall), (_, more_cpu, more_wall) = brought["small"], brought["large"]
    lines += ["", "Import of a plan by `flask import-plan`, the start of the program included, in seconds:", ""]
    lines += ["| rows | CPU | wall | CPU at ten times the data | wall | growth |", "|---|---|---|---|---|---|"]
    lines += [f"| {count} | {cpu:.1f} | {wall:.1f} | {more_cpu:.1f} | {more_wall:.1f} | {more_cpu / cpu:.2f} |", ""]
    return "\n".join(lines)


def main() -> None:
    """Measure everything and write it down."""
    folder = tempfile.mkdtemp(prefix="bench-")
    try:
        results = {}
        for name, count in SIZES.items():
            data = f"{folder}/{name}"
            subprocess.run(
                [sys.executable, "-m", "tools.bench_seed", data, str(count)],
                cwd=TOP,
                check=True,
                env={**os.environ, "PYTHONPATH": str(TOP)},
            )
            results[name] = pages({}, data, count)
            print(f"pages on {name} data measured", flush=True)
        brought = {name: bench_plan.brought(f"{folder}/{name}", KEY) for name in SIZES}
        text = written(floor(), results["small"], results["large"], papers(folder), clicked(f"{folder}/small"), brought)
        (TOP / "docs" / "performance.md").write_text(text, "utf-8")
        print(text)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
