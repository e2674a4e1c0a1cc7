"""Whose an outcome is: no firm loses its part by another one's hand, and nobody overwrites what was changed meanwhile."""

import datetime
from fractions import Fraction
from typing import Any

import pytest

from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.results import services
from consortium.results.models import Outcome
from tests.results.furniture import a_patent_number, a_result, an_outcome, some_background
from tests.results.test_services import HALF, THIRD, amended

D = datetime.date


def held(outcome: Outcome) -> dict[int, Fraction]:
    return {row.organisation_id: row.share for row in outcome.owners}


def amend(actor: Any, outcome: Outcome, **more: Any) -> Outcome:
    names = ("title_zh", "title_en", "number", "applied_on", "granted_on", "note")
    return services.amend_outcome(actor, outcome, **{**{name: getattr(outcome, name) for name in names}, **more})


def test_a_part_of_another_firm_becomes_less_by_itself_or_by_who_plans(ours: Any) -> None:
    halves = {ours.member: HALF, ours.other: HALF}
    outcome = an_outcome(ours.member_, ours.project, ours.member, shares=halves)
    least = {ours.member: Fraction(999_999, 1_000_000), ours.other: Fraction(1, 1_000_000)}
    with pytest.raises(Refused) as refused:
        amend(ours.member_, outcome, shares=least)
    assert "50 %" in str(refused.value.fields[f"share_{ours.other.id}"])
    assert set(held(outcome).values()) == {HALF}
    amend(ours.member_, outcome, shares={ours.member: THIRD, ours.other: 2 * THIRD})
    services.hold_anew(ours.coordinator, outcome, shares=least)
    assert held(outcome)[ours.other.id] == Fraction(1, 1_000_000)


def test_an_outcome_that_others_hold_is_taken_off_by_who_plans(ours: Any) -> None:
    outcome = an_outcome(ours.member_, ours.project, ours.member, shares={ours.member: HALF, ours.other: HALF})
    with pytest.raises(NotNow, match="named as holders"):
        services.remove_outcome(ours.member_, outcome, reason="误录")
    assert db.session.get(Outcome, outcome.id) is outcome
    alone = an_outcome(ours.member_, ours.project, ours.member, number=a_patent_number(2))
    services.remove_outcome(ours.member_, alone, reason="误录")
    services.remove_outcome(ours.coordinator, outcome, reason="误录")
    again = an_outcome(ours.member_, ours.project, ours.member, number=a_patent_number(1))
    assert held(again) == {ours.member.id: Fraction(1)}


def test_a_change_of_holders_or_background_alone_makes_an_open_form_stale(ours: Any) -> None:
    halves = {ours.member: HALF, ours.other: HALF}
    outcome = an_outcome(ours.member_, ours.project, ours.member, shares=halves)
    read = outcome.version
    services.hold_anew(ours.coordinator, outcome, shares={ours.member: THIRD, ours.other: 2 * THIRD})
    db.session.flush()
    assert outcome.version == read + 1
    amend(ours.member_, outcome, places={ours.other: 1, ours.member: 2})
    assert outcome.version == read + 2
    amend(ours.member_, outcome)
    assert outcome.version == read + 2, "nothing was changed"
    result = a_result(ours.member_, ours.project, ours.member, "R9")
    brought = some_background(ours.member_, ours.project, ours.member, "B9")
    db.session.flush()
    read = result.version
    amended(ours, result, backgrounds=[brought])
    db.session.flush()
    assert result.version == read + 1
    amended(ours, result, backgrounds=[brought])
    db.session.flush()
    assert result.version == read + 1


def test_no_day_of_an_outcome_lies_after_its_end(ours: Any) -> None:
    outcome = an_outcome(ours.member_, ours.project, ours.member, applied_on=D(2026, 1, 5))
    services.move_outcome(ours.member_, outcome, "grant", on_day=D(2026, 3, 1))
    services.move_outcome(ours.member_, outcome, "lapse", on_day=D(2026, 5, 1))
    with pytest.raises(Refused) as refused:
        amend(ours.member_, outcome, granted_on=D(2026, 9, 1))
    assert list(refused.value.fields) == ["granted_on"] and outcome.granted_on == D(2026, 3, 1)
    amend(ours.member_, outcome, granted_on=D(2026, 5, 1))
    given_up = an_outcome(ours.member_, ours.project, ours.member, number=a_patent_number(2))
    services.move_outcome(ours.member_, given_up, "refuse", on_day=D(2026, 5, 1))
    with pytest.raises(Refused) as refused:
        amend(ours.member_, given_up, applied_on=D(2026, 6, 1))
    assert list(refused.value.fields) == ["applied_on"]


def test_a_wrong_number_of_announcement_is_said_at_its_field(ours: Any) -> None:
    outcome = an_outcome(ours.member_, ours.project, ours.member)
    with pytest.raises(Refused) as refused:
        services.move_outcome(ours.member_, outcome, "grant", on_day=D(2026, 10, 1), grant_number="nonsense")
    assert list(refused.value.fields) == ["grant_number"] and outcome.state == "pending"
    services.move_outcome(ours.member_, outcome, "grant", on_day=D(2026, 10, 1), grant_number="CN112345678B")
    assert outcome.grant_number == "CN112345678B"
