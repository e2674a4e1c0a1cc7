"""The page of a node, the chart and its files reckon a plan in one way."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.plans import facts, queries, services
from consortium.plans.models import LinkKind, Profile
from consortium.plans.portrait import NodePortrait, PlanPortrait
from consortium.plans.schedule import Timing


def invent(desk: Any, chance: Random) -> None:
    """A tree of twelve nodes with links of all kinds, anywhere in the project."""
    nodes: list[Any] = []
    for number in range(12):
        parent = chance.choice([None, *nodes[:4]])
        outer = parent or desk.project
        start = outer.starts_on + timedelta(days=chance.randrange((outer.ends_on - outer.starts_on).days + 1))
        end = min(outer.ends_on, start + timedelta(days=chance.randrange(60)))
        nodes.append(desk.add(f"N{number}", parent, starts_on=start, ends_on=end))
    for _ in range(14):
        try:
            desk.tie(*chance.sample(nodes, 2), kind=chance.choice(list(LinkKind)), lag=chance.randrange(-5, 9))
        except Refused:
            continue


def seen(desk: Any) -> dict[str, tuple[Any, ...]]:
    """What the page of each node says."""
    found = {}
    for node in queries.nodes(desk.project):
        term = NodePortrait(desk.actor, node).term
        assert isinstance(term, Timing)
        days = (term.early_start, term.early_finish, term.late_start, term.late_finish)
        found[node.number] = (*(day.isoformat() for day in days), term.float, term.free, term.critical)
    return found


def drawn(desk: Any) -> dict[str, tuple[Any, ...]]:
    """What the chart says."""
    names = ("early_start", "early_finish", "late_start", "late_finish", "float", "free", "critical")
    return {row["number"]: tuple(row[name] for name in names) for row in facts.chart(desk.project)[0]["rows"]}


@pytest.mark.parametrize("seed", range(4))
def test_every_node_has_the_float_that_the_chart_gives_it(desk: Any, seed: int) -> None:
    invent(desk, Random(seed))
    assert seen(desk) == drawn(desk)
    told, portrait = facts.chart(desk.project)[0], PlanPortrait(desk.actor, desk.project)
    assert {one["number"]: one["days"] for one in told["conflicts"]} == {
        number: conflict.days for number, conflict in portrait.conflicts.items()
    }


def test_a_long_project_does_not_take_the_critical_path_away(desk: Any) -> None:
    project = desk.project
    node = desk.add("1", ends_on=project.starts_on + timedelta(days=20))
    term = NodePortrait(desk.actor, node).term
    assert term is not None and (term.float, term.critical) == (0, True)
    found = facts.chart(project)[0]
    calendar = facts.calendar_of(queries.plan_of(project))[0]
    assert found["spare"] == calendar.count(node.ends_on + timedelta(days=1), project.ends_on) > 200
    desk.amend(node, ends_on=project.ends_on)
    assert facts.chart(project)[0]["spare"] == 0


def test_work_that_ends_after_the_project_says_by_how_much(desk: Any) -> None:
    one, two = desk.add("1"), desk.add("2", starts_on=desk.project.ends_on - timedelta(days=6))
    desk.tie(one, two)
    assert facts.chart(desk.project)[0]["spare"] == -two_days(desk, two) < 0


def two_days(desk: Any, node: Any) -> int:
    return facts.calendar_of(queries.plan_of(desk.project))[0].count(node.starts_on, node.ends_on)


def test_without_its_calendar_a_plan_counts_by_weekends_everywhere(desk: Any) -> None:
    desk.tie(desk.add("1", ends_on=desk.project.starts_on + timedelta(days=30)), desk.add("2"))
    plan = services.arrange(desk.actor, desk.project, profile=Profile.CHINESE, calendar="WEEK")
    weekends = seen(desk)
    plan.calendar = "GONE"
    db.session.flush()
    assert seen(desk) == drawn(desk) == weekends
    assert PlanPortrait(desk.actor, desk.project).calendar[1] is not None
