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
from consortium.core.errors import Problem, Stale
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

NEEDS = {
    "say": Action.REPORT, "verify": Action.VERIFY, "return": Action.VERIFY, "accept": Action.ACCEPT, "turn_down": Action.ACCEPT,
    "slip": Action.REPORT, "waive": Action.PLAN,
}  # fmt: skip
OPEN = {
    "say": ("planned", "pending", "returned"),
    "verify": ("reported",),
    "return": ("reported", "submitted"),
    "accept": ("verified", "submitted"),
    "turn_down": ("verified",),
    "slip": ("planned", "returned"),
    "waive": ("planned", "returned"),
}
WHAT = (
    "say",
    "say",
    "say",
    "verify",
    "verify",
    "verify",
    "accept",
    "accept",
    "return",
    "turn_down",
    "amend",
    "move",
    "waive",
    "slip",
)
#: Which word was read: the last, none in particular, or the one before the last, which is no longer the one to judge.
READ = ("last", "any", "before")


def steps_of(seed: int) -> list[tuple[str, int, int, bool, str]]:
    """What, who, on what, whether somebody who may is looked for, since by chance hardly anything would happen, and which word was read."""
    chance = random.Random(seed)
    return [
        (chance.choice(WHAT), chance.randrange(6), chance.randrange(9), chance.random() < 0.85, chance.choice(READ))
        for _ in range(42)
    ]


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


def said_of(thing: Any) -> list[Any]:
    return list(thing.reports if isinstance(thing, Milestone) else thing.submissions)


def check(actor: Any, thing: Any, decision: str, read: str) -> None:
    """Verify, accept or return the word that was read; one that a newer word has followed is never judged."""
    said = said_of(thing)
    words = {"last": said[-1:], "before": said[-2:-1]}.get(read, [])
    number = words[0].id if words else None
    if isinstance(thing, Milestone):
        projects.check(actor, thing, decision=decision, note="看过", report_id=number)
    elif decision in ("accept", "return"):
        outputs.verify(actor, thing, decision=decision, note="看过", submission_id=number)
    else:
        return
    assert read != "before" or not words, "a word that a newer one has followed was judged"


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


def act(ours: Any, things: list[Any], step: tuple[str, int, int, bool, str]) -> None:
    """One step of one person."""
    what, who, which, likely, read = step
    people = [getattr(ours, name) for name in PEOPLE]
    person, thing = people[who], things[which % len(things)]
    if likely and what in NEEDS:
        fits = [(p, t) for t in things if t.state in OPEN[what] for p in people if allowed(p, NEEDS[what], t)]
        person, thing = fits[(who * 7 + which) % len(fits)] if fits else (person, thing)
    if what == "move":
        move(ours, person, which)
    elif what == "say":
        say(person, thing)
    elif what == "slip":
        if isinstance(thing, Milestone) and allowed(person, Action.REPORT, thing):
            later = thing.due_on + datetime.timedelta(days=30 + which)
            projects.slip(person, thing, slip_reason="设备晚到", expected_on=later)
    elif what in ("verify", "return", "accept", "turn_down"):
        check(person, thing, what, read)
    elif what == "amend":
        amend(person, thing)
    elif isinstance(thing, Milestone) and allowed(person, Action.PLAN, thing) and which < 3:
        projects.waive(person, thing, reason="不再需要")


def words() -> list[Any]:
    return [*db.session.scalars(select(MilestoneReport)), *db.session.scalars(select(Submission))]


def holds(things: list[Any], seen: dict[Any, tuple[int, set[int]]]) -> None:
    """What must be true after each step."""
    for word in words():
        if word.outcome:
            assert word.verified_by_id is not None and word.verified_by_id != word.reported_by_id
            assert word.verifier_id != word.organisation_id
            firm, houses = seen.setdefault((type(word), word.id), (word.organisation_id, houses_of(word.verified_by)))
            assert firm not in houses, "somebody of the same organisation verified it"
            decided(word, seen)
        else:
            assert word.verified_by_id is None and word.verified_at is None
    for thing in things:
        said = said_of(thing)
        if thing.state == "accepted":
            assert said[-1].outcome == "accepted" and thing.accepted_on == TODAY
            assert isinstance(said[-1], Submission) or said[-1].decided_at is not None, "accepted and never verified"
        if thing.state in ("reported", "submitted", "verified"):
            assert said[-1].outcome == ("verified" if thing.state == "verified" else "")


def decided(word: Any, seen: dict[Any, tuple[int, set[int]]]) -> None:
    """The second step on a milestone is taken by nobody of the organisation that reported either."""
    if isinstance(word, MilestoneReport) and word.decided_at is not None:
        assert word.outcome in ("accepted", "returned") and word.decided_by_id != word.reported_by_id
        assert word.decider_id != word.organisation_id
        firm, houses = seen.setdefault(("decided", word.id), (word.organisation_id, houses_of(word.decided_by)))
        assert firm not in houses, "somebody of the same organisation accepted it"


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
            seen: dict[Any, tuple[int, set[int]]] = {}
            told = events()
            for step in steps_of(seed):
                session = db.session()
                told_before, changed_before = len(noted(session, "told")), len(noted(session, "changed"))
                part = session.begin_nested()
                try:
                    with at_once():
                        act(ours, things, step)
                    session.flush()
                except Problem as problem:
                    counts["stale"] = counts.get("stale", 0) + isinstance(problem, Stale)
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
    assert min(counts.get(what, 0) for what in (*NEEDS, "move", "amend", "waive", "stale")) > 5, counts


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
