"""Lights are never kinder than the facts, and SQL and Python agree."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consortium.core.db import db
from consortium.core.terms import Light
from consortium.projects import lights, standings
from consortium.projects.models import Project
from consortium.projects.workflow import MILESTONE
from tests import factories

TODAY = datetime.date(2026, 11, 22)
ORDER = {Light.GREEN: 0, Light.AMBER: 1, Light.RED: 2}


@dataclass(frozen=True)
class Planned:
    """A milestone, as far as lights look at it."""

    state: str
    due_on: datetime.date
    weight: int
    reported_on: datetime.date | None
    accepted_on: datetime.date | None
    reached_on: datetime.date | None = None


def around(first: int, last: int) -> st.SearchStrategy[datetime.date]:
    return st.dates(TODAY + datetime.timedelta(days=first), TODAY + datetime.timedelta(days=last))


@st.composite
def milestones(draw: Any) -> Planned:
    state = draw(st.sampled_from(list(MILESTONE.states)))
    reported = draw(around(-200, 0)) if state in ("reported", "verified", "accepted", "returned") else None
    reached = draw(st.none() | st.dates(TODAY - datetime.timedelta(days=300), reported)) if reported else None
    accepted = draw(st.dates(reported, TODAY)) if state == "accepted" else None
    return Planned(state, draw(around(-200, 200)), draw(st.integers(1, 100)), reported, accepted, reached)


plans = st.lists(milestones(), max_size=12)


@given(plans)
def test_grey_is_never_green(plan: list[Planned]) -> None:
    found = lights.standing(plan, TODAY)
    verdict = lights.of_standing(found, TODAY)
    assert verdict.reasons
    known = found.due or found.accepted or found.waiting
    assert (verdict.light is Light.GREY) is (not known)
    if verdict.light is Light.GREEN:
        assert not found.late


@given(plans)
def test_accepting_one_more_never_makes_it_worse(plan: list[Planned]) -> None:
    before = lights.of_standing(lights.standing(plan, TODAY), TODAY).light
    for index, milestone in enumerate(plan):
        if milestone.state in ("accepted", "waived"):
            continue
        better = [
            *plan[:index],
            replace(milestone, state="accepted", reported_on=TODAY, accepted_on=TODAY),
            *plan[index + 1 :],
        ]
        after = lights.of_standing(lights.standing(better, TODAY), TODAY).light
        assert after is not Light.GREY
        assert before is Light.GREY or ORDER[after] <= ORDER[before]


@given(plans, st.integers(1, 200))
def test_time_alone_never_makes_it_better(plan: list[Planned], days: int) -> None:
    before = lights.of_standing(lights.standing(plan, TODAY), TODAY).light
    later = TODAY + datetime.timedelta(days=days)
    after = lights.of_standing(lights.standing(plan, later), later).light
    assert before is Light.GREY or ORDER[after] >= ORDER[before]


def test_the_borders_are_those_of_the_rules() -> None:
    def light(**values: int) -> Light:
        return lights.of_standing(lights.Standing(milestones=3, total=300, **values), TODAY).light

    assert light(due=100, accepted=95) is Light.GREEN
    assert light(due=100, accepted=94) is Light.AMBER
    assert light(due=100, accepted=85) is Light.AMBER
    assert light(due=100, accepted=84) is Light.RED
    assert light(due=100, accepted=100, late=1, slip=1) is Light.AMBER
    assert light(due=100, accepted=100, late=1, slip=30) is Light.AMBER
    assert light(due=100, accepted=100, late=1, slip=31) is Light.RED
    assert light() is Light.GREY
    assert light(waiting=1) is Light.GREEN


def test_a_share_that_misses_green_is_not_shown_as_if_it_did_not() -> None:
    verdict = lights.of_standing(lights.Standing(milestones=2, total=2000, due=1000, accepted=949), TODAY)
    assert verdict.light is Light.AMBER and "0.94" in str(verdict.reasons[0])


def test_a_consortium_is_red_by_money_and_never_green_with_a_red_project() -> None:
    red, green, grey = Light.RED, Light.GREEN, Light.GREY
    assert lights.of_consortium([], TODAY).light is grey
    assert lights.of_consortium([(grey, Decimal(5))], TODAY).light is grey
    assert lights.of_consortium([(green, Decimal(99)), (red, Decimal(1))], TODAY).light is Light.AMBER
    assert lights.of_consortium([(green, Decimal(1)), (red, Decimal(1))], TODAY).light is red
    assert lights.of_consortium([(green, Decimal(0)), (grey, Decimal(0))], TODAY).light is green


def test_all_rules_say_from_when_and_whence() -> None:
    assert all(rules.source and rules.mark in "CHMD" for rules in lights.RULES)
    assert [rules.effective_from for rules in lights.RULES] == sorted(rules.effective_from for rules in lights.RULES)


def test_the_database_gives_the_same_standing_and_the_same_lights(inside: Callable[[], Any], world: Any) -> None:
    plans = [[], [("planned", 10, 40)], [("accepted", -90, 95), ("planned", -2, 5)], [("accepted", -90, 95), ("returned", -1, 5)],
             [("reported", -50, 10)], [("planned", -31, 10), ("accepted", -40, 990)], [("waived", -31, 10)],
             [("accepted", -3, 10), ("reported", 4, 10)], [("verified", -5, 10), ("accepted", -30, 20)]]  # fmt: skip
    with inside():
        base = db.session.get(Project, world.ours.project.id)
        made = []
        for number, plan in enumerate(plans):
            what = factories.project(base.consortium, base.lead, f"计划{number}")
            for title, (state, due, weight) in enumerate(plan):
                row = factories.milestone(
                    what, base.lead, str(title), TODAY + datetime.timedelta(days=due), state, min(weight, 100)
                )
                if title % 2:  # said to be reached before it was reported, and reported late
                    row.reached_on, row.reported_on = (
                        row.reported_on,
                        row.reported_on and row.reported_on + datetime.timedelta(days=2),
                    )
            made.append(what.id)
        db.session.flush()
        db.session.expire_all()
        for on in (TODAY, TODAY - datetime.timedelta(days=20), TODAY + datetime.timedelta(days=35)):
            found = standings.standing(made, on)
            for number in made:
                what = db.session.get(Project, number)
                assert found[number] == lights.standing(what.milestones, on), (on, what.title)
                light = lights.of_project(what.stage, found[number], on).light
                for other in Light:
                    shown = db.session.scalars(standings.with_light(other, on)).all()
                    assert (number in shown) is (other is light), (on, what.title, other)
                late = {m.id for m in what.milestones if lights.is_late(m, on)}
                assert (
                    set(
                        db.session.scalars(
                            standings.select(standings.Milestone.id).where(
                                standings.late_by(on), standings.Milestone.project_id == number
                            )
                        )
                    )
                    == late
                )
        db.session.rollback()
