"""That PostgreSQL too can read the page of a long list in the order of its index."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event

from consortium.core.db import db

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("who", "address", "index"),
    [
        ("officer", "/milestones", "ix_milestone_ordered"),
        ("officer", "/milestones?state=late", "ix_milestone_ordered"),
        ("coordinator", "/milestones", "ix_milestone_listed"),
    ],
)
def test_the_page_of_a_list_needs_no_sorting(
    app: Any, world: Any, sign_in: Any, who: str, address: str, index: str
) -> None:
    person = world.people.officer if who == "officer" else world.ours.people.coordinator
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert sign_in(person).get(address).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    (statement, parameters), *more = [
        one for one in sent if " ".join(one[0].split()).startswith("SELECT milestone.id FROM")
    ]
    assert not more
    with app.app_context(), db.engine.connect() as connection:
        # The test world is so small that sorting it is cheap; asked is whether it could be left out.
        for way in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
        connection.rollback()
    assert any(index in step for step in plan), plan
    assert not any("Sort" in step for step in plan), plan
