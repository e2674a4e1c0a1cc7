"""Two reports that are submitted at the same moment: the second is judged by what the first has told."""

from __future__ import annotations

import datetime
import threading
from contextlib import ExitStack, suppress
from decimal import Decimal
from typing import Any

import pytest

from consortium.activity import services as activity
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.logbook import services as logbook
from consortium.people.models import User
from consortium.plans.models import CostCategory, MoneySource
from consortium.reports import services
from consortium.reports.models import StatusReport
from tests import factories
from tests.claims.conftest import loaded

pytestmark = pytest.mark.postgres

DAY = datetime.date
#: So long one waits for the other where both have judged.
PATIENCE = 0.5


def opened(app: Any) -> ExitStack:
    """A session of its own that is rolled back at the end."""
    parts = ExitStack()
    for part in (app.app_context(), everything("one of two"), clock.at(factories.NOW)):
        parts.enter_context(part)
    parts.callback(db.session.rollback)
    return parts


def drafts(app: Any, world: Any) -> tuple[int, list[int]]:
    """After a first report three firms log August and one October; the coordinator, and the drafts on both periods."""
    with opened(app):
        rows = loaded(world.ours)
        boss = rows.people.coordinator
        people = {"lead": boss, "member": rows.people.member, "other": rows.people.other_member}

        def log(firm: str, month: datetime.date, amount: str) -> None:
            spending = {(CostCategory.LABOUR, MoneySource.OWN): Decimal(amount)}
            kept = logbook.keep(people[firm], rows.project, organisation=getattr(rows, firm), month=month, note="进展", efforts={}, spending=spending)  # fmt: skip
            logbook.confirm(people[firm], kept)

        def draft(first: datetime.date, last: datetime.date) -> StatusReport:
            report = services.open_report(boss, rows.project.consortium, starts_on=first, ends_on=last)
            return services.write(boss, report, narrative_zh="按计划推进。", narrative_en="")

        for firm in people:
            log(firm, DAY(2026, 3, 1), "100")
        services.submit(boss, draft(DAY(2026, 1, 1), DAY(2026, 3, 31)))
        for firm in people:
            log(firm, DAY(2026, 8, 1), "10")
        log("other", DAY(2026, 10, 1), "4321")
        found = [draft(DAY(2026, 7, 1), DAY(2026, 9, 30)).id, draft(DAY(2026, 10, 1), DAY(2026, 10, 31)).id]
        db.session.commit()
        return boss.id, found


def test_two_reports_at_once_do_not_tell_by_their_difference(app: Any, fresh: None, world: Any, monkeypatch: Any) -> None:  # fmt: skip
    monkeypatch.setattr("consortium.jobs.queue.wake", lambda number: None)
    with app.app_context():
        db.engine.dispose()
    boss, numbers = drafts(app, world)
    judged, waited, append = threading.Barrier(2), threading.local(), activity._append
    outcomes: dict[int, str] = {}

    def wait_for_the_other(chain: str, some: Any) -> None:
        if not getattr(waited, "done", False):
            waited.done = True
            with suppress(threading.BrokenBarrierError):
                judged.wait(PATIENCE)
        append(chain, some)

    def submit(number: int) -> None:
        try:
            with opened(app):
                services.submit(db.session.get_one(User, boss), db.session.get_one(StatusReport, number))
                db.session.commit()
                outcomes[number] = "done"
        except Exception as error:  # told to the test, not to the thread
            outcomes[number] = f"{type(error).__name__}: {error}"

    monkeypatch.setattr(activity, "_append", wait_for_the_other)
    threads = [threading.Thread(target=submit, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes.values()) == {"done"}
    with opened(app):
        papers = [db.session.get_one(StatusReport, number).paper for number in numbers]
        money = [next(one for one in paper.facts["chapters"] if one["id"] == "money") for paper in papers if paper]
        assert sorted(bool(one["tables"]) for one in money) == [False, True]
