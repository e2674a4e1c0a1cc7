"""A project that was completed: the months that had begun by then are still logged, confirmed and claimed, and no others; confirmed ones stay."""

import datetime
from typing import Any

import pytest

from consortium.activity.services import record
from consortium.claims import services as claims
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.logbook import queries, services
from consortium.logbook.portrait import LogsPortrait
from tests import factories
from tests.logbook.furniture import a_log, a_voucher

pytestmark = pytest.mark.slow


def test_a_completed_project_is_logged_up_to_the_day_of_its_completion(rows: Any) -> None:
    rows.project.stage = "completed"
    record(rows.people.coordinator, "completed the project", rows.project)
    assert rows.project.ends_on > clock.today()
    missing = []
    for days in (90, 180):
        with clock.at(factories.NOW + datetime.timedelta(days=days)):
            assert queries.months_of(rows.project)[-1] == datetime.date(2026, 11, 1)
            missing.append(LogsPortrait(rows.people.coordinator, rows.project).missing)
    assert missing[0] == missing[1] > 0, "what is missing does not grow"


def test_months_that_had_begun_are_logged_confirmed_and_claimed_after_the_end(rows: Any) -> None:
    member, october, november, december = rows.people.member, *(datetime.date(2026, month, 1) for month in (10, 11, 12))
    log = a_log(member, rows.project, rows.member, october)
    a_voucher(member, log, "L1", "1000.00")
    rows.project.stage = "completed"
    record(rows.people.coordinator, "completed the project", rows.project)
    with clock.at(factories.NOW + datetime.timedelta(days=30)):
        assert services.confirm(member, log).state == "confirmed"
        last = a_log(member, rows.project, rows.member, november)
        a_voucher(member, last, "L2", "10.00", voucher_on=november)
        services.confirm(member, last)
        claim = claims.draw_up(member, rows.project, starts_on=october, ends_on=november)
        assert {line.voucher.number for line in claim.lines} == {"L1", "L2"}
        with pytest.raises(Refused, match="2026-11"):
            a_log(member, rows.project, rows.member, december)
        with pytest.raises(NotNow, match="confirmed months stay"):
            services.reopen(member, log, reason="补录")
    db.session.rollback()
