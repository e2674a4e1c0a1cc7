"""No page changes an approved plan: whatever is sent to it, the plan stays as it is, or a request waits for its decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from consortium.baselines.layout import EVERY, rows_of
from consortium.baselines.models import ChangeRequest
from consortium.baselines.services import digest
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.projects.models import Project
from consortium.projects.replanning import project_of
from consortium.web.door import entrances
from tests import factories
from tests.rules.test_access import arguments
from tests.rules.walk import Walk, walk
from tests.web.test_input import Found, forms, plausible

#: Who decides on a request changes the plan by it; that is what requests are for.
DECIDES = "baselines.decide"


@pytest.fixture(scope="module")
def platform(app: Flask) -> Iterator[Walk]:
    made = walk(app, app.extensions["world"])
    with clock.at(factories.NOW):
        yield made


def frozen(platform: Walk) -> Project:
    """The project of our table whose plan is approved."""
    name = f"{platform.world.ours.canary}获批项目"
    return next(row for row in db.session.scalars(select(Project)) if row.title_zh == name)


def plan(platform: Walk) -> tuple[str, int]:
    """The digest of the plan, and how many requests there are."""
    with platform.app.app_context(), everything("a test looks at the plan"):
        project = frozen(platform)
        asked = len(list(db.session.scalars(select(ChangeRequest.id).where(ChangeRequest.project_id == project.id))))
        return digest(rows_of(project, [one.name for one in EVERY])), asked


def pages(platform: Walk) -> Iterator[str]:
    """All pages of the project and of each thing that belongs to it."""
    with platform.app.app_context(), everything("a test looks for pages"):
        number = frozen(platform).id
        doors = [door for door in entrances() if "GET" in door.methods and door.of is not None]
        things: dict[Any, list[int]] = {}
        for door in doors:
            if door.of not in things:
                rows = db.session.scalars(select(door.of)).all()
                things[door.of] = [row.id for row in rows if _project(row) == number][:3]
    adapter = platform.app.url_map.bind("localhost")
    for door in doors:
        for row in things[door.of]:
            for values in list(arguments(door.rule, None, platform))[:1]:
                yield adapter.build(door.endpoint, {**values, "id": row})


def _project(row: Any) -> int | None:
    try:
        return int(project_of(row).id) if hasattr(row, "consortium_id") else None
    except LookupError:
        return None


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whatever_is_sent_the_plan_stays(platform: Walk) -> None:
    before, adapter = plan(platform), platform.app.url_map.bind("localhost")
    found: dict[tuple[str, str], Found] = {}
    for who in ("coordinator", "member"):
        for address in pages(platform):
            answer = platform.walkers[who].client.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for form in forms(answer.get_data(as_text=True), address):
                    found.setdefault((who, form.action), form)
    wrong, taken, asked = [], set(), set()
    for (who, action), form in found.items():
        endpoint = adapter.match(action.partition("?")[0], method="POST")[0] if action.startswith("/") else ""
        if endpoint.startswith(("security.", "people.", DECIDES)):
            continue
        typed = {name: f"{value}改" if not value.isascii() else value for name, value in plausible(form).items()}
        answer = platform.walkers[who].client.post(action, data={**plausible(form), **typed})
        if answer.status_code >= 400:
            continue
        taken.add(endpoint)
        now = plan(platform)
        if now[0] != before[0]:
            wrong.append(f"{who}: {endpoint} ({action}) changed the plan")
        if now[1] > before[1]:
            asked.add(endpoint)
        platform.renew()
    assert {"plans.edit", "projects.edit", "outputs.edit"} <= asked and len(taken) > 15, (sorted(asked), sorted(taken))
    assert not wrong, "\n".join(wrong)
