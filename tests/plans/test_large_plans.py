"""What keeps the pages of a large plan quick: plain rows in place of objects, and no statement more for more nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from consortium.core.db import db
from consortium.logbook.models import LoggedEffort, LoggedSpending
from consortium.plans import queries
from consortium.plans.models import Allocation, Effort, Link, LinkKind, Node
from tests.plans.conftest import Desk

pytestmark = pytest.mark.slow

SHOWING = ("plan", "effort", "gantt", "gantt?zoom=week", "gantt?critical=1", "plan?firm={firm}")


def grow(desk: Desk, first: int, packages: int) -> None:
    """Packages of two tasks in which two firms work, one waiting for the other."""
    for number in range(first, first + packages):
        above = desk.add(str(number), lead=desk.lead)
        begin, end = (
            desk.add(f"{number}.{place}", above, lead=firm) for place, firm in ((10, desk.other), (2, desk.member))
        )
        for node in (begin, end):
            desk.work(node, desk.member, "1.25")
            desk.pay(node, desk.member, "1000.00")
        desk.work(end, desk.other, "0.00")
        desk.tie(begin, end, LinkKind.START_START)


@contextmanager
def watched() -> Iterator[tuple[list[str], list[str]]]:
    """The statements that are asked, and the kinds of the objects that are made of a plan's rows."""
    statements, objects = [], []
    models = (Node, Effort, Allocation, Link, LoggedEffort, LoggedSpending)

    def asked(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    def made(row: Any, _context: Any) -> None:
        objects.append(type(row).__name__)

    event.listen(db.engine, "before_cursor_execute", asked)
    for model in models:
        event.listen(model, "load", made)
    try:
        yield statements, objects
    finally:
        event.remove(db.engine, "before_cursor_execute", asked)
        for model in models:
            event.remove(model, "load", made)


def opened(browser: Any, app: Any, address: str) -> tuple[int, list[str]]:
    """How many statements a page asks, and what it makes objects of."""
    browser.get(address)  # what is kept in the process is there
    with app.app_context(), watched() as (statements, objects):
        assert browser.get(address).status_code == 200
    return len(statements), objects


def test_plain_rows_say_what_the_objects_say(desk: Desk) -> None:
    grow(desk, 8, 3)
    nodes, rows = queries.nodes(desk.project), queries.tree(desk.project)
    same = ("id", "parent_id", "number", "title_zh", "title_en", "title", "starts_on", "ends_on", "organisation_id")
    assert [[getattr(node, name) for name in same] for node in nodes] == [
        [getattr(row, name) for name in same] for row in rows
    ]
    assert [row.number for row in rows][:4] == ["8", "8.2", "8.10", "9"], "in the order of the tree, as people count"
    for node, row in zip(nodes, rows, strict=True):
        assert (node.parent and node.parent.number) == (row.parent and row.parent.number)
        assert [child.id for child in node.children] == [child.id for child in row.children]
        assert node.organisation.names_pair == row.organisation.names_pair and row.depth == row.number.count(".")
        assert [(one.id, one.organisation_id, one.months) for one in node.efforts] == [
            (one.id, one.organisation_id, one.months) for one in row.efforts
        ]
    links, waits = queries.links(desk.project), queries.waits(desk.project, rows)
    assert [(one.id, one.before_id, one.after_id, one.kind, one.lag, one.title) for one in links] == [
        (one.id, one.before.id, one.after.id, one.kind, one.lag, one.title) for one in waits
    ]


def test_the_work_of_one_firm_stands_in_the_whole_tree(desk: Desk) -> None:
    grow(desk, 1, 2)
    whole, own = queries.tree(desk.project), queries.tree(desk.project, desk.other.id)
    assert [row.id for row in own] == [row.id for row in whole]
    assert {one.organisation_id for row in own for one in row.efforts} == {desk.other.id}
    assert sum(len(row.efforts) for row in own) == 2


@pytest.mark.parametrize("path", SHOWING)
def test_a_larger_plan_asks_no_more_and_is_shown_without_objects(
    app: Any, world: Any, sign_in: Callable[..., Any], inside: Callable[[], Any], path: str
) -> None:
    address = f"/projects/{world.ours.project.id}/{path.format(firm=world.ours.member.id)}"
    browser, found = sign_in(world.ours.people.coordinator), []
    for first, packages in ((1, 1), (2, 5)):
        with inside():
            grow(Desk(world.ours), first, packages)
            db.session.commit()
        found.append(opened(browser, app, address))
    (few, _), (many, objects) = found
    assert many == few, "more nodes must not ask for more statements"
    assert not objects, (
        f"a page that only shows the plan made {len(objects)} objects of its rows: {sorted(set(objects))}"
    )


def test_the_form_of_a_month_makes_no_objects_either(
    app: Any, world: Any, sign_in: Callable[..., Any], inside: Callable[[], Any]
) -> None:
    project = world.ours.project.id
    with inside():
        grow(Desk(world.ours), 1, 4)
        db.session.commit()
        rows = [row for row in queries.tree(Desk(world.ours).project, world.ours.member.id) if row.efforts]
    browser = sign_in(world.ours.people.member)
    for month in ("2026-09", "2026-10"):  # the month before is shown beside the one at hand
        typed = {f"effort_{row.id}": "0.25" for row in rows} | {"version": "0", "note": ""}
        assert browser.post(f"/projects/{project}/log?month={month}", data=typed).status_code == 303
    _, objects = opened(browser, app, f"/projects/{project}/log?month=2026-10")
    assert len(rows) == 8 and not objects, sorted(set(objects))
    page = browser.get(f"/projects/{project}/log?month=2026-10").text
    assert page.count('value="0.25"') == 8 and page.count("0.50 / 1.25") == 8, (
        "typed here, and logged so far in both months"
    )
