"""To undo an import of an approved plan is proposed like any other change."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from consortium.baselines import services
from consortium.baselines.layout import rows_of
from consortium.baselines.models import ChangeRequest
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import NotNow
from consortium.exchange import services as exchange
from consortium.plans import services as plans
from tests.baselines.furniture import worded


def test_to_undo_an_import_is_proposed_once_at_a_time(ours: SimpleNamespace) -> None:
    person, project = ours.coordinator, ours.free
    plans.add_node(
        person, project, number="Z1", parent=None, title_zh="留下", title_en="", lead=ours.firms[0], starts_on=project.starts_on,
        ends_on=project.ends_on,
    )  # fmt: skip
    before = rows_of(project)
    content = exchange.export(person, project, "xlsx")
    with db.session.begin_nested() as tried:
        plans.remove_node(person, next(one for one in plans.queries.nodes(project) if one.number == "Z1"), reason="试")
        gone = exchange.export(person, project, "xlsx")
        tried.rollback()
    db.session.expire_all()
    assert content != gone
    preview = exchange.look(person, project, ("plan.xlsx", gone), True)
    row: Any = exchange.bring(person, preview)
    exchange.take(person, row, removes=True, seen=preview.seen)
    assert row.state == "imported" and rows_of(project) != before
    services.freeze(person, project, name="批准", as_of=clock.today())
    first = exchange.undo(person, row)
    assert isinstance(first, ChangeRequest) and first.whole and row.request is first
    with pytest.raises(NotNow, match="proposed already"):
        exchange.undo(person, row)
    services.withdraw(person, first)
    second: Any = exchange.undo(person, row)
    assert second is not first and row.request is second
    db.session.commit()
    services.decide(person, services.submit(person, worded(person, second, "撤")), outcome="approve", decision="决议 1")
    assert rows_of(project) == before
    with pytest.raises(NotNow):
        exchange.undo(person, row)
