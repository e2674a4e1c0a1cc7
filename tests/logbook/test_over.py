"""A project that was completed before its time has no more months to log."""

import datetime
from typing import Any

import pytest

from consortium.activity.services import record
from consortium.core import clock
from consortium.logbook import queries
from consortium.logbook.portrait import LogsPortrait
from tests import factories

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
