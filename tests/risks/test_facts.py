"""Risks and levels as plain values of a period, as they were noted by its end."""

import datetime
import json
from typing import Any

from consortium.activity.services import timeline
from consortium.core import clock
from consortium.maturity import facts as levels
from consortium.maturity import services as maturity
from consortium.risks import facts, services
from consortium.risks import queries as risk_queries
from tests import factories
from tests.maturity.furniture import assessed
from tests.risks.furniture import a_risk, an_action, an_issue, stand

TODAY = factories.TODAY
FIRST, LAST = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)


def at(day: datetime.date) -> Any:
    return clock.at(datetime.datetime.combine(day, datetime.time(4), datetime.UTC))


def test_what_happened_after_the_last_day_does_not_count(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member, likelihood=5, impact=4, title_zh="断供")
    a_risk(ours.other_member, ours.project, ours.other, kept=True, title_zh="秘密")
    issue = an_issue(ours.member_, ours.project, ours.member, risk=risk)
    item = an_action(ours.coordinator, issue, ours.member)
    with at(datetime.date(2026, 12, 20)):
        stand(ours.member_, risk, 1, 1, "close")
        services.move_issue(ours.member_, issue, "resolve", reason="已解决")
        services.move_action(ours.member_, item, "finish", reason="完成")
    said = facts.section(ours.consortium, FIRST, LAST)
    wanted = {
        "standing": 2,
        "high": 1,
        "medium": 1,
        "low": 0,
        "kept": 1,
        "new": 2,
        "settled": 0,
        "issues": 1,
        "actions": 1,
    }
    assert {name: said["counts"][name] for name in wanted} == wanted
    assert said["matrix"][0] == [0, 0, 0, 1, 0] and sum(map(sum, said["matrix"])) == 2
    assert [row["title"]["zh"] for row in said["top"]] == ["断供"] and said["top"][0]["band"] == "red"
    assert "秘密" not in json.dumps(said, ensure_ascii=False)
    with at(datetime.date(2026, 12, 31)):
        later = facts.section(ours.consortium, datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))["counts"]
    assert (later["standing"], later["settled"], later["new"], later["issues"], later["actions"]) == (1, 1, 0, 0, 0)
    ours.project.stage = "stopped"
    assert facts.section(ours.consortium, FIRST, LAST)["counts"]["standing"] == 0


def test_levels_of_a_period(ours: Any) -> None:
    first = assessed(ours.coordinator, ours.project, 5)
    maturity.confirm(ours.expert, first)
    with at(datetime.date(2026, 12, 10)):
        maturity.confirm(ours.expert, assessed(ours.coordinator, ours.project, 3, note="复测未通过"))
    (november,) = levels.section(ours.consortium, FIRST, LAST)["projects"]
    assert (november["start"], november["before"], november["now"], november["target"]) == (3, 4, 5, 7)
    assert [(one["before"], one["level"], one["falls"]) for one in november["changes"]] == [(4, 5, False)]
    december = levels.section(ours.consortium, datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))
    (row,) = december["projects"]
    assert (row["before"], row["now"], december["counts"]["falls"], december["counts"]["rises"]) == (5, 3, 1, 0)
    (before,) = levels.section(ours.consortium, datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))["projects"]
    assert (before["before"], before["now"], before["changes"]) == (4, 4, [])
    json.dumps(december)


def test_a_period_that_is_noted_again_later_leaves_what_was_known_before(ours: Any) -> None:
    with at(datetime.date(2026, 11, 2)):
        risk = a_risk(ours.member_, ours.project, ours.member, likelihood=1, impact=1)
    day = datetime.date(2026, 11, 15)
    before = facts.section(ours.consortium, FIRST, day)["counts"]
    stand(ours.member_, risk, 5, 5)
    assert facts.section(ours.consortium, FIRST, day)["counts"] == before and before["low"] == 1
    assert facts.section(ours.consortium, FIRST, LAST)["counts"]["high"] == 1
    assert [row.score for row in risk_queries.states(risk)] == [1, 25]


def test_a_kept_issue_has_no_place_in_the_timeline_of_an_open_risk(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    an_issue(ours.member_, ours.project, ours.member, risk=risk, kept=True)
    assert "raised an issue" not in [event.verb for event in timeline(risk, reader=ours.other_member)]
    an_issue(ours.member_, ours.project, ours.member, risk=risk)
    assert "raised an issue" in [event.verb for event in timeline(risk, reader=ours.other_member)]
