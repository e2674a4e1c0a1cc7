"""How many statements a page needs must not depend on how many rows it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from consortium.core.db import db
from consortium.core.scope import everything
from consortium.web.door import Entrance, entrances
from tests.furniture import more_work
from tests.rules.walk import Walk, Walker

MORE = 5
#: Pages that show several rows of something else than what they are about; everything with one address and no number is a list anyway.
READERS = ("coordinator", "officer", "administrator")


@contextmanager
def statements(walk: Walk) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    with walk.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def count(walk: Walk, client: FlaskClient, address: str) -> tuple[int, list[str]]:
    """Status and statements of a page that was asked for once before, so that nothing is counted that is only read once."""
    client.get(address)
    with statements(walk) as sent:
        status = client.get(address).status_code
    return status, sent


def pages(walk: Walk) -> list[tuple[Walker, str]]:
    """Who asks for what: all pages without a number, and all pages of one thing of ours, each as the readers."""
    with walk.app.app_context():
        doors: list[Entrance] = [door for door in entrances() if "GET" in door.methods]
    adapter, found = walk.app.url_map.bind("localhost"), []
    for door in doors:
        rest = door.rule.replace("<id:id>", "")
        if "<" in rest:
            continue
        thing = next((t for t in walk.things[door.of] if t.table == "ours"), None) if door.of is not None else None
        if door.of is not None and thing is None:
            continue
        address = adapter.build(door.endpoint, {"id": thing.id} if thing is not None else {})
        found += [
            (walk.walkers[name], way)
            for name in READERS
            for way in ((address, f"{address}?as=csv") if door.of is None else (address,))
        ]
    return found


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_pages_do_not_ask_once_for_each_row(platform: Walk, tell: list[str]) -> None:
    asked = pages(platform)
    before = {(who.name, address): count(platform, who.client, address) for who, address in asked}
    with platform.app.app_context(), everything("a test adds rows"):
        more_work(platform.world.ours, MORE)
        db.session.commit()
    grown, shown = [], []
    for who, address in asked:
        status, few = before[who.name, address]
        if status != 200:
            continue
        status, many = count(platform, who.client, address)
        assert status == 200, f"{who.name} {address}: {status}"
        if who.name == "coordinator":
            shown.append(f"{address} {len(many)}")
        if len(many) > len(few):
            # How many are asked for at once is no difference.
            few, many = ([re.sub(r"\((\?, )*\?\)", "(?)", statement) for statement in asked_] for asked_ in (few, many))
            extra = [statement for statement in set(many) if many.count(statement) > few.count(statement)]
            grown.append(f"{who.name} {address}: {len(few)} became {len(many)}; more often: {extra[0][-700:]}")
    tell.append(f"statements: {len(shown)} pages of a coordinator: " + ", ".join(shown))
    assert not grown, "Load it with selectinload or joinedload in the query:\n" + "\n".join(grown)


def test_a_question_for_each_row_would_be_counted(platform: Walk) -> None:
    from sqlalchemy import select

    from consortium.organisations.models import Organisation

    with platform.app.app_context(), statements(platform) as sent:
        for firm in db.session.scalars(select(Organisation).limit(5)):
            list(firm.names)
    assert len(sent) >= 6
