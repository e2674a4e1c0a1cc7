"""Whatever people do, in whatever order and from whatever chair: four eyes hold, and no change is left without its event."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from consortium.activity import services as activity
from consortium.activity.models import Event
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.core.noted import noted
from consortium.outputs import services as outputs
from consortium.outputs.models import Deliverable, Submission
from consortium.projects import services as projects
from consortium.projects.models import Milestone, MilestoneReport
from consortium.projects.replanning import at_once
from tests.factories import TODAY
from tests.outputs.conftest import Loaded, text
from tests.outputs.furniture import a_deliverable

PEOPLE = ("coordinator", "member_", "other_member", "expert", "signatory", "auditor")
FIRMS = ("lead", "member", "other")
ROLES = ("member", "expert", "coordinator")

NEEDS = {"say": Action.REPORT, "accept": Action.VERIFY, "return": Action.VERIFY}
OPEN = {
    "say": ("planned", "pending", "returned"),
    "accept": ("reported", "submitted"),
    "return": ("reported", "submitted"),
}
WHAT = ("say", "say", "accept", "accept", "return", "return", "amend", "move", "waive")


def steps_of(seed: int) -> list[tuple[str, int, int, bool]]:
    """What, who, on what, and whether somebody who may is looked for, since by chance hardly anything would happen."""
    chance = random.Random(seed)
    return [(chance.choice(WHAT), chance.randrange(6), chance.randrange(9), chance.random() < 0.8) for _ in range(24)]


@contextmanager
def undone() -> Iterator[None]:
    """What happens meanwhile is taken back, as the door does when an answer is no good."""
    session = db.session()
    part = session.begin_nested()
    try:
        yield
    finally:
        if part.is_active:
            part.rollback()


def say(actor: Any, thing: Any) -> None:
    """Report a milestone, or submit a deliverable."""
    if isinstance(thing, Milestone):
        projects.report(actor, thing, note="完成", files=[text()])
    else:
        outputs.submit(actor, thing, note="完成", files=[text()])


def check(actor: Any, thing: Any, decision: str) -> None:
    """Accept or return it."""
    verify: Callable[..., Any] = projects.verify if isinstance(thing, Milestone) else outputs.verify
    word = "report_id" if isinstance(thing, Milestone) else "submission_id"
    verify(actor, thing, decision=decision, note="看过", **{word: None})


def amend(actor: Any, thing: Any) -> None:
    """Change the day and the weight, or the day, of what is planned."""
    if not allowed(actor, Action.PLAN, thing):
        return
    day = thing.due_on + datetime.timedelta(days=1)
    shared = {
        "organisation": db.session.get_one(type(thing).organisation.property.mapper.class_, thing.organisation_id),
        "title_zh": "改",
        "title_en": "",
        "due_on": day,
    }
    if isinstance(thing, Milestone):
        projects.amend_milestone(actor, thing, weight=7, means="报告", **shared)
    else:
        outputs.amend_deliverable(
            actor, thing, number=thing.number, node=None, kind=thing.kind, level=thing.level, **shared
        )


def move(ours: Any, person: Any, place: int) -> None:
    """Sit down somewhere else: another firm, another role."""
    firm, role = getattr(ours, FIRMS[place % 3]), ROLES[place // 3]
    person.organisation_id = firm.id
    for seat in person.seats:
        seat.organisation_id, seat.role = firm.id, role
    activity.record("test", "moved", person, *person.seats)


def act(ours: Any, things: list[Any], step: tuple[str, int, int, bool]) -> None:
    """One step of one person."""
    what, who, which, likely = step
    people = [getattr(ours, name) for name in PEOPLE]
    person, thing = people[who], things[which % len(things)]
    if likely and what in NEEDS:
        fits = [(p, t) for t in things if t.state in OPEN[what] for p in people if allowed(p, NEEDS[what], t)]
        person, thing = fits[(who * 7 + which) % len(fits)] if fits else (person, thing)
    if what == "move":
        move(ours, person, which)
    elif what == "say":
        say(person, thing)
    elif what in ("accept", "return"):
        check(person, thing, what)
    elif what == "amend":
        amend(person, thing)
    elif isinstance(thing, Milestone) and allowed(person, Action.PLAN, thing) and which < 3:
        projects.waive(person, thing, reason="不再需要")


def words() -> list[Any]:
    return [*db.session.scalars(select(MilestoneReport)), *db.session.scalars(select(Submission))]


def holds(things: list[Any], seen: dict[tuple[type, int], tuple[int, set[int]]]) -> None:
    """What must be true after each step."""
    for word in words():
        if word.outcome:
            assert word.verified_by_id is not None and word.verified_by_id != word.reported_by_id
            assert word.verifier_id != word.organisation_id
            firm, houses = seen.setdefault((type(word), word.id), (word.organisation_id, houses_of(word.verified_by)))
            assert firm not in houses, "somebody of the same organisation verified it"
        else:
            assert word.verified_by_id is None and word.verified_at is None
    for thing in things:
        said = thing.reports if isinstance(thing, Milestone) else thing.submissions
        if thing.state == "accepted":
            assert said[-1].outcome == "accepted" and thing.accepted_on == TODAY
        if thing.state in ("reported", "submitted"):
            assert said[-1].outcome == ""


def houses_of(person: Any) -> set[int]:
    return {person.organisation_id, *(seat.organisation_id for seat in person.seats)}


@pytest.mark.slow
def test_any_sequence_of_steps_keeps_four_eyes_and_tells_what_happened(inside: Callable[[], Any], world: Any) -> None:
    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
    )
    @given(seed=st.integers(0, 2**32))
    def run(seed: int) -> None:
        with undone():
            ours = Loaded(world.ours)
            things = [*milestones(ours), *deliverables(ours)]
            seen: dict[tuple[type, int], tuple[int, set[int]]] = {}
            told = events()
            for step in steps_of(seed):
                session = db.session()
                told_before, changed_before = len(noted(session, "told")), len(noted(session, "changed"))
                part = session.begin_nested()
                try:
                    with at_once():
                        act(ours, things, step)
                    session.flush()
                except Problem:
                    part.rollback()
                    assert events() == told
                    continue
                changed, spoken = noted(session, "changed")[changed_before:], noted(session, "told")[told_before:]
                assert not [row for row in changed if (activity.kind(row), row.id) not in spoken]
                part.commit()
                assert events() > told or not changed
                told = events()
                holds(things, seen)
                counts[step[0]] = counts.get(step[0], 0) + bool(changed)

    counts: dict[str, int] = {}
    with inside():
        run()
        db.session.rollback()
    assert min(counts.get(what, 0) for what in ("say", "accept", "return", "move", "amend", "waive")) > 5, counts


def events() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Event)) or 0)


def milestones(ours: Any) -> list[Milestone]:
    query = (
        select(Milestone)
        .where(Milestone.project_id == ours.project.id, Milestone.state == "planned")
        .order_by(Milestone.id)
    )
    lead = projects.plan_milestone(
        ours.coordinator,
        ours.project,
        organisation=ours.lead,
        title_zh="牵头节点",
        title_en="",
        due_on=TODAY,
        weight=5,
        means="报告",
    )
    return [*db.session.scalars(query.where(Milestone.id != lead.id)), lead]


def deliverables(ours: Any) -> list[Deliverable]:
    return [
        a_deliverable(ours.coordinator, ours.project, firm, f"D{firm.id}")
        for firm in (ours.lead, ours.member, ours.other)
    ]
