"""The rows of `make bench` about plans: pages of a large one, a monthly log, and the import of 2,000 rows."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
SAVE = "save of a monthly log (form and save)"
#: A month that the timed rounds leave alone.
UNUSED = "/projects/{}/log?month=2026-11"
#: How many rows of each list are imported: 2,000 together.
IMPORTED = {"nodes": 500, "effort": 1350, "milestones": 150}


def cases(project: int) -> tuple[tuple[str, str, str], ...]:
    """The pages of the large plan."""
    at = f"/projects/{project}"
    return (
        ("project page, 200 milestones, 500 nodes", "coordinator", at),
        ("plan of 500 nodes", "coordinator", f"{at}/plan"),
        ("Gantt of 500 nodes, 1,000 links", "coordinator", f"{at}/gantt"),
        ("person-months of 500 nodes x 40 members", "coordinator", f"{at}/effort"),
        ("matrix of 40 members x 200 milestones", "coordinator", f"{at}/matrix"),
    )


def form(project: int, number: int) -> str:
    """The address of the log of one of the months from January to October 2026."""
    return f"/projects/{project}/log?month=2026-{number % 10 + 1:02d}"


def month(version: int, number: int) -> dict[str, str]:
    """The fields of a monthly log with one more note."""
    return {"version": str(version), "note": f"进展{number}", "effort_51": "0.50"}


def saving(browser: Any, at: str, token: str) -> Callable[[int], tuple[int, bytes, str]]:
    """Open the form of a month and save it, as a person does."""

    def save(number: int) -> tuple[int, bytes, str]:
        address = form(int(at.rpartition("/")[2]), number)
        page = browser.ask("GET", address)[1]
        found = re.search(rb'name="version"[^>]*value="([^"]*)"', page)
        fields = month(int(found.group(1)) if found else 0, number)
        return tuple(browser.ask("POST", address, {"csrf_token": token, **fields}))  # type: ignore[return-value]

    return save


def brought(folder: str, key: str) -> tuple[int, float, float]:
    """Rows, CPU seconds and seconds of importing them into an empty project of the seeded data."""
    env = {**os.environ, "DATA_DIR": folder, "SECRET_KEY": key, "PYTHONPATH": str(TOP)}
    file = Path(folder) / "plan.xlsx"
    code = "import sys; from tools.bench_plan import write; write(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], cwd=TOP, env=env, check=True, capture_output=True, text=True
    )
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import-plan", str(file), "--project", "RD-2026-EMPTY"]
    subprocess.run(command, cwd=TOP, env=env, check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return int(json.loads(done.stdout.splitlines()[-1])), cpu, wall


def write(file: str) -> None:
    """Write 2,000 rows of the large plan as a workbook, and print how many there are."""
    from sqlalchemy import select

    from consortium.app import create_app
    from consortium.core.scope import everything

    app = create_app()  # first of all, since it knows in which order the features come
    from consortium.baselines.layout import rows_of
    from consortium.core.db import db
    from consortium.exchange import workbook
    from consortium.exchange.queries import by_reference
    from consortium.organisations.models import Organisation

    with app.app_context(), everything("measured rows are taken out"):
        found = rows_of(by_reference("RD-2026-LARGE"))
        rows = {name: some[: IMPORTED[name]] for name, some in found.items() if name in IMPORTED}
        names = {firm.code: firm.name_zh for firm in db.session.scalars(select(Organisation))}
        content = workbook.to_xlsx(rows, lambda field, value: names.get(value, ""), "measured")
        Path(file).write_bytes(content)
    print(json.dumps(sum(len(some) for some in rows.values())))
