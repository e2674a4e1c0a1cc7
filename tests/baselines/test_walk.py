"""Whatever people do to a plan, in whatever order and from whatever chair: it changes by those who may, as it was decided, and each change is told."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consortium.activity import services as activity
from consortium.baselines import services
from consortium.baselines.layout import rows_of
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import Denied, Missing, Problem
from consortium.core.noted import noted
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.projects.replanning import VERBS
from tests.baselines.walking import CHANGES, WHAT, Walk, begun
from tests.baselines.watching import PLAN, Watch, codes

STEPS = 42
NAMES = ("coordinator", "member", "other_member", "expert", "signatory", "auditor")


@contextmanager
def undone() -> Iterator[None]:
    """What happens meanwhile is taken back."""
    part = db.session.begin_nested()
    try:
        yield
    finally:
        if part.is_active:
            part.rollback()
        db.session.expire_all()


def begun_at(world: Any) -> tuple[Walk, Watch]:
    """The people of our table, an officer, and somebody of another table, around a small plan."""
    ours = world.ours
    people = [db.session.get_one(User, getattr(ours.people, name).id) for name in NAMES]
    people += [
        db.session.get_one(User, person.id) for person in (world.people.officer, world.theirs.people.coordinator)
    ]
    firms = [db.session.get_one(Organisation, getattr(ours, name).id) for name in ("lead", "member", "other")]
    project = db.session.get_one(Project, ours.project.id)
    file = begun(project, firms, people)
    return Walk(random.Random(), project, firms, people, [file]), Watch(project, codes())


def stepped(walk: Walk, watch: Watch, old: Any, counts: Counter[str]) -> Any:
    """One step, what must hold after it, and the moment after it."""
    session = db.session()
    told, changed = len(noted(session, "told")), len(noted(session, "changed"))
    part = session.begin_nested()
    try:
        what, person = walk.step()
        session.flush()
    except Problem as problem:
        part.rollback()
        new = watch.look()
        watch.refused(old, new)
        counts["sent away" if isinstance(problem, Denied | Missing) else "refused"] += 1
        counts["confirmed stays"] += "This month is confirmed" in str(problem)
        counts["own not approved"] += "You proposed this change yourself" in str(problem)
        return new
    silent = [
        row
        for row in noted(session, "changed")[changed:]
        if (activity.kind(row), row.id) not in set(noted(session, "told")[told:])
    ]
    assert not silent, f"{what} {walk.verb}: {silent}"
    part.commit()
    new = watch.look()
    if person is None:
        watch.refused(old, new)
        return new
    watch.holds(person, old, new)
    if new.event > old.event or what in ("export", "renew"):
        counts[what] += 1
    if new.event > old.event and walk.verb:
        counts[walk.verb] += 1
        counts["waiver of a free plan"] += walk.verb == "milestone.waive" and not old.frozen
        counts["asked" if new.plan == old.plan else "done"] += 1
    return new


#: What has to happen at least, so that the walk proves something; steps and changes are counted when they took place.
LEAST = {
    **dict.fromkeys(WHAT, 4), "verbs": len(CHANGES) - 4, "done": 40, "asked": 40, "sent away": 20, "refused": 50, "own not approved": 3,
    "asked by a member": 3, "approved by another": 10, "approved by rule": 2, "approved alone": 1, "carried out": 20, "imported": 5, "undone": 4,
    "as proposals": 1, "waiver of a free plan": 2, "opened again": 3, "confirmed stays": 2,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whatever_is_done_to_a_plan_is_allowed_decided_and_told(inside: Callable[[], Any], world: Any) -> None:
    counts: Counter[str] = Counter()

    @settings(
        max_examples=22,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
    )
    @given(seed=st.integers(0, 2**32))
    def run(seed: int) -> None:
        with undone():
            walk = replace(first, chance=random.Random(seed), files=list(first.files))
            # In some walks others decide, too, and in some nobody else.
            for person in walk.people[-2:]:
                if walk.likely(0.5):
                    walk.seated(person, walk.firm(), Role.MEMBER)
            seen_by = replace(watch, before_import={}, judged={})
            seen = seen_by.look()
            for _ in range(STEPS):
                seen = stepped(walk, seen_by, seen, counts)
            counts.update(seen_by.judged)

    assert CHANGES.keys() == VERBS.keys()
    with inside():
        first, watch = begun_at(world)
        kept = rows_of(first.project, services.NAMES)
        by_key = {
            name: {tuple(row[part] for part in PLAN[name][1]): row for row in rows} for name, rows in kept.items()
        }
        assert watch.look().plan == by_key, "a planned column that no baseline keeps"
        run()
        db.session.rollback()
    counts["as proposals"] = counts["imported frozen"] + counts["undone frozen"]
    counts["verbs"] = sum(counts[verb] > 0 for verb in CHANGES)
    rare = {what: counts[what] for what, least in LEAST.items() if counts[what] < least}
    assert not rare, rare
