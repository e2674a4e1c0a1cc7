"""Page, lists and report tell one level of a project after every step, and of every past day the level that the page told then."""

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Problem, Refused
from consortium.maturity import facts, queries, services
from consortium.maturity.portrait import LadderPortrait
from consortium.projects import services as projects
from consortium.results import services as results
from tests import factories
from tests.maturity.furniture import assessed
from tests.maturity.test_services import at, result

TODAY = factories.TODAY


def report(ours: Any, first: datetime.date, last: datetime.date) -> tuple[int, int]:
    """The level of the project at the beginning and at the end of a period, as the report tells it."""
    rows = facts.section(ours.consortium, first, last)["projects"]
    found = next(row for row in rows if row["reference"] == ours.project.reference)
    return found["before"], found["now"]


def told(ours: Any) -> int:
    """The level now, after page and report were compared."""
    day = clock.today()
    assert report(ours, day, day)[1] == ours.project.trl_now == queries.followed(ours.project)
    return int(ours.project.trl_now)


def start_at(ours: Any, level: int) -> None:
    """Amend the project so that it begins at another level."""
    names = (
        "kind",
        "title_zh",
        "title_en",
        "objective",
        "area",
        "lead",
        "starts_on",
        "ends_on",
        "budget",
        "trl_target",
    )
    projects.amend(ours.coordinator, ours.project, trl_start=level, **{name: getattr(ours.project, name) for name in names})  # fmt: skip


def test_page_and_report_agree_after_every_step(ours: Any) -> None:
    assert (told(ours), ours.project.trl_start) == (4, 3)
    plain = result(ours, ours.member, "R2")
    services.confirm(ours.coordinator, assessed(ours.member_, plain, 5))
    assert told(ours) == 4, "a result that is not critical lifts nothing, in no report either"
    first = result(ours, ours.member, "R1", critical=True)
    made = assessed(ours.member_, first, 6)
    assert told(ours) == 4
    services.confirm(ours.coordinator, made)
    assert told(ours) == 6
    results.mark_critical(ours.coordinator, first, critical=False, reason="不再关键")
    assert told(ours) == 4, "nothing that was assessed holds it any more, so it stands where it stood before"
    page = LadderPortrait(ours.coordinator, ours.project)
    assert not page.lowest and not page.as_a_whole
    results.mark_critical(ours.coordinator, first, critical=True, reason="仍是关键")
    assert told(ours) == 6
    services.confirm(ours.coordinator, assessed(ours.member_, first, 2, note="失败"))
    assert told(ours) == 2
    services.confirm(ours.expert, assessed(ours.coordinator, ours.project, 5))
    assert told(ours) == 2
    results.mark_critical(ours.coordinator, first, critical=False, reason="改用另一路线")
    assert told(ours) == 5 and LadderPortrait(ours.coordinator, ours.project).as_a_whole


def test_a_start_that_is_said_anew_lifts_where_a_project_falls_back_to(ours: Any) -> None:
    first = result(ours, ours.member, "R1", critical=True)
    services.confirm(ours.coordinator, assessed(ours.member_, first, 6))
    start_at(ours, 5)
    assert told(ours) == 6
    results.mark_critical(ours.coordinator, first, critical=False, reason="不再关键")
    assert told(ours) == 5
    start_at(ours, 6)
    assert told(ours) == 6


def test_the_own_firm_does_not_lift_the_project_to_where_it_stood_before(ours: Any) -> None:
    low = result(ours, ours.lead, "R1", critical=True)
    services.confirm(ours.expert, assessed(ours.coordinator, low, 2, note="失败"))
    assert told(ours) == 2
    with pytest.raises(Refused) as refused:
        results.mark_critical(ours.coordinator, low, critical=False, reason="不再关键")
    assert "critical" in refused.value.fields and low.critical and told(ours) == 2


def test_of_a_past_day_the_report_tells_what_the_page_told_then(ours: Any) -> None:
    first, seen = result(ours, ours.member, "R1", critical=True), {TODAY: told(ours)}
    for days, level in ((2, 6), (5, 3)):
        with at(TODAY + datetime.timedelta(days=days)):
            services.confirm(ours.coordinator, assessed(ours.member_, first, level))
            seen[clock.today()] = told(ours)
    with at(TODAY + datetime.timedelta(days=7)):
        results.mark_critical(ours.coordinator, first, critical=False, reason="不再关键")
        seen[clock.today()] = told(ours)
    assert list(seen.values()) == [4, 6, 3, 4]
    with at(TODAY + datetime.timedelta(days=9)):
        for day, level in seen.items():
            assert report(ours, day + datetime.timedelta(days=1), day + datetime.timedelta(days=1)) == (level, level)
            assert report(ours, day, day)[1] == level


ACTS = st.lists(
    st.tuples(st.sampled_from(["assess", "confirm", "return", "critical", "start"]), st.integers(0, 2), st.integers(2, 8)),
    max_size=14,
)  # fmt: skip


@pytest.mark.slow
@given(ACTS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_page_and_report_agree_whatever_is_done(ours: Any, acts: list[tuple[str, int, int]]) -> None:
    part = db.session.begin_nested()
    things = [ours.project, *(result(ours, ours.member, f"T{n}", critical=n == 1) for n in (1, 2))]
    for what, which, level in acts:
        thing, inner = things[which], db.session.begin_nested()
        try:
            if what == "assess":
                assessed(ours.member_ if which else ours.coordinator, thing, level)
            elif what == "start":
                start_at(ours, min(level, ours.project.trl_target))
            elif what == "critical" and which:
                results.mark_critical(ours.coordinator, thing, critical=not thing.critical, reason="说明")
            elif (row := queries.proposed(thing)) is not None:
                services.judge(ours.expert, row, decision="confirm" if what == "confirm" else "return", note="看过")
            inner.commit()
        except Problem:
            inner.rollback()
            db.session.expire_all()
        told(ours)
    part.rollback()
