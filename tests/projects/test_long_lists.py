"""Long lists are read in the order of an index: how many rows there are beyond the page does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event
from sqlalchemy.dialects import sqlite

from consortium.core.db import db
from consortium.projects.models import SETTLED, SETTLED_LAST

#: The order of a list of 50 must come out of an index; of some rows found by number it may be made.
SORTED = "USE TEMP B-TREE FOR ORDER BY"


@contextmanager
def asked(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plans(app: Flask, browser: FlaskClient, address: str, table: str) -> dict[str, list[str]]:
    """How SQLite finds the page of a list and counts it: the plan of each statement that reads numbers or counts of a table."""
    with asked(app) as sent:
        assert browser.get(address).status_code == 200
    with app.app_context():
        url = db.engine.url
    engine = create_engine(url)
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for statement, parameters in sent:
            flat = " ".join(statement.split())
            if flat.startswith((f"SELECT {table}.id FROM", f"SELECT count(*) AS count_1 FROM {table} ")):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                found[flat] = [str(row[3]) for row in rows]
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("who", "address", "table", "index"),
    [
        ("officer", "/milestones", "milestone", "ix_milestone_ordered"),
        ("officer", "/milestones?page=2", "milestone", "ix_milestone_ordered"),
        ("officer", "/milestones?state=late", "milestone", "ix_milestone_ordered"),
        ("officer", "/milestones?state=open", "milestone", "ix_milestone_ordered"),
        ("officer", "/portfolio/milestones?which=late&region=32", "milestone", "ix_milestone_ordered"),
        ("coordinator", "/milestones", "milestone", "ix_milestone_listed"),
        ("officer", "/consortia", "consortium", ""),
        ("officer", "/projects", "project", "project"),
    ],
)
def test_the_page_of_a_list_is_read_in_the_order_of_an_index(
    app: Flask, world: Any, sign_in: Callable[..., FlaskClient], who: str, address: str, table: str, index: str
) -> None:
    person = world.people.officer if who == "officer" else world.ours.people.coordinator
    found = plans(app, sign_in(person), address, table)
    page = [plan for statement, plan in found.items() if f"{table}.id FROM" in statement]
    assert len(page) == 1, list(found)
    assert not any(SORTED in step for step in page[0]), page[0]
    # Gone through in its order until 50 are found: an index, or the table itself where the order is that of its numbers.
    of_table = [step for step in page[0] if step.startswith((f"SCAN {table}", f"SEARCH {table} "))]
    assert all("INDEX" in step for step in of_table) or not index, page[0]
    assert any(index in step for step in of_table), page[0]


@pytest.mark.parametrize("address", ["/milestones", "/milestones?state=open"])
def test_a_list_is_counted_from_an_index_and_asks_once_whose_a_row_is(
    app: Flask, world: Any, sign_in: Callable[..., FlaskClient], address: str
) -> None:
    found = plans(app, sign_in(world.people.officer), address, "milestone")
    (statement, plan), *more = [(one, plan) for one, plan in found.items() if "count(*)" in one]
    assert not more
    assert "SEARCH milestone USING COVERING INDEX" in plan[0], plan
    assert statement.count("FROM consortium AS overseen") == 1, statement
    assert "ORDER BY" not in statement


def test_what_counts_as_settled_is_what_the_index_is_made_of() -> None:
    written = str(SETTLED_LAST.compile(dialect=sqlite.dialect()))
    assert written == "milestone.state = 'accepted' OR milestone.state = 'waived'"
    assert SETTLED == ("accepted", "waived")
