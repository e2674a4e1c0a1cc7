"""What holds of a plan whatever is done to it, in whatever order; and rings, found as the textbook finds them."""

import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.plans import queries, schedule, services, tree
from consortium.plans.calendars import calendar
from consortium.plans.models import LinkKind, Node

DAY = datetime.timedelta(days=1)
PLACES = st.integers(0, 30)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.none() | PLACES, PLACES, PLACES), st.tuples(st.just("amend"), st.none() | PLACES, PLACES, PLACES),
        st.tuples(st.just("remove"), PLACES, PLACES, PLACES), st.tuples(st.just("link"), PLACES, PLACES, PLACES),
        st.tuples(st.just("unlink"), PLACES, PLACES, PLACES),
    ), max_size=30,
)  # fmt: skip


def perform(desk: Any, step: Any) -> None:
    """One step of a random sequence, on whatever nodes there are."""
    what, one, two, three = step
    nodes = queries.nodes(desk.project)

    def pick(place: int | None) -> Node | None:
        return None if place is None or not nodes else nodes[place % len(nodes)]

    first = desk.project.starts_on
    term = {"starts_on": first + (two % 7) * DAY, "ends_on": first + (two % 7 + three % 9) * DAY}
    if what == "add":
        desk.add(str(two % 12), pick(one), **term)
    elif nodes and what == "amend":
        desk.amend(pick(two), number=str(three % 12), parent=pick(one), **term)
    elif nodes and what == "remove":
        services.remove_node(desk.actor, pick(one), reason="试")
    elif nodes and what == "link":
        desk.tie(pick(one), pick(two), list(LinkKind)[three % 4])
    elif what == "unlink" and (links := queries.links(desk.project)):
        services.unlink(desk.actor, links[one % len(links)])


def holds(desk: Any) -> None:
    """What is true of every plan."""
    rows = db.session.execute(
        select(Node.id, Node.parent_id, Node.number, Node.starts_on, Node.ends_on).where(
            Node.project_id == desk.project.id
        )
    ).all()
    found = {row.id: row for row in rows}
    assert len({row.number for row in rows}) == len(rows)
    assert len(queries.nodes(desk.project)) == len(rows), "an orphan, or a ring of parents"
    for row in rows:
        outer = found[row.parent_id] if row.parent_id else desk.project
        assert outer.starts_on <= row.starts_on <= row.ends_on <= outer.ends_on
        assert len(tree.above(row.id, {key: one.parent_id for key, one in found.items()})) < tree.DEEPEST
    links = queries.links(desk.project)
    assert all(link.before_id in found and link.after_id in found for link in links)
    assert not tree.cycle(
        {key: row.parent_id for key, row in found.items()}, [(x.before_id, x.after_id) for x in links]
    )
    tasks = [
        schedule.Task(str(row.id), row.starts_on, row.ends_on, row.parent_id and str(row.parent_id)) for row in rows
    ]
    waits = [schedule.Wait(str(x.before_id), str(x.after_id), str(x.kind), x.lag) for x in links]
    schedule.schedule(tasks, waits, calendar("CN"))


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_nothing_that_is_done_breaks_the_tree(desk: Any, steps: list[Any]) -> None:
    with db.session.begin_nested() as all_of_it:
        for step in steps:
            with db.session.begin_nested() as one:
                try:
                    perform(desk, step)
                    db.session.flush()
                except Problem:
                    one.rollback()
            db.session.expire_all()
        holds(desk)
        all_of_it.rollback()
    db.session.expire_all()


def ring_by_leaves(parents: dict[int, int | None], links: list[tuple[int, int]]) -> bool:
    """The textbook way: each link multiplied over all that lies in both ends, then leaf after leaf is taken away."""
    inner = set(parents.values())
    leaves = {
        key: [leaf for leaf in parents if leaf not in inner and (leaf == key or key in tree.above(leaf, parents))]
        for key in parents
    }
    waits: dict[int, set[int]] = {leaf: set() for leaf in parents if leaf not in inner}
    for before, after in links:
        for leaf in leaves[after]:
            waits[leaf] |= set(leaves[before])
    while free := [leaf for leaf, others in waits.items() if not others & waits.keys()]:
        for leaf in free:
            del waits[leaf]
    return bool(waits)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.none() | st.integers(0, 8), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=8),
)
def test_rings_are_those_of_the_textbook(above: list[int | None], pairs: list[tuple[int, int]]) -> None:
    parents = {key: parent if parent is not None and parent < key else None for key, parent in enumerate(above)}
    links = [(a, b) for a, b in pairs if a in parents and b in parents and a != b]
    ring = tree.cycle(parents, links)
    assert bool(ring) is ring_by_leaves(parents, links)
    if ring:
        assert ring[0] == ring[-1] and len(ring) >= 2
        for here, there in pairwise(ring):
            assert (here, there) in links or parents[here] == there or parents[there] == here
