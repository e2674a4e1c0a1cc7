"""Whatever anybody does in whatever order: nothing is accepted without certificate, report and the word of the user's own people, and each change is told."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from consortium.activity.models import Event
from consortium.activity.services import _refuse_silence
from consortium.core.access import Action, Role, require
from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.demonstrations import operating, services, supporting
from consortium.demonstrations.models import Matter, Purpose
from consortium.demonstrations.reckoning import latest
from consortium.demonstrations.workflow import DEMONSTRATION, confirmed, has_file
from tests import factories
from tests.demonstrations.furniture import a_demonstration, a_file, fulfilled, on_trial, placed, promised, ready, signed

pytestmark = pytest.mark.slow

DAY = datetime.date(2026, 10, 1)
AFTER = ("accepted", "stable_operation", "replicated", "promoted")
Deed = Callable[[Any, Any, Any], Any]


def _measure(actor: Any, row: Any, _dice: Any) -> Any:
    return [operating.measure(actor, one, value="96", unit="%", on_day=DAY, files=[a_file()]) for one in row.indicators]


#: What can be done to a demonstration: the action that its door asks for, and the deed.
DEEDS: dict[str, tuple[Action, Deed]] = {
    "place": (Action.DEMONSTRATE, lambda a, r, d: placed(a, r, d.works if d.coin else d.other)),
    "sign": (Action.DEMONSTRATE, lambda a, r, d: signed(a, r)),
    "promise": (Action.DEMONSTRATE, lambda a, r, d: promised(a, r)),
    "take back": (Action.DEMONSTRATE, lambda a, r, d: operating.remove_indicator(a, r.indicators[-1], reason="录错") if r.indicators else None),
    "correct": (Action.DEMONSTRATE, lambda a, r, d: operating.correct(a, r.records[0], starts_on=DAY, ends_on=DAY, hours=Decimal(9), output="", reason="录错") if r.records else None),
    "measure": (Action.DEMONSTRATE, _measure),
    "certificate": (Action.DEMONSTRATE, lambda a, r, d: services.add_files(a, r, purpose=Purpose.CERTIFICATE, files=[a_file("证书.txt")])),
    "report": (Action.DEMONSTRATE, lambda a, r, d: services.add_files(a, r, purpose=Purpose.USER_REPORT, files=[a_file("报告.txt")])),
    "agree": (Action.CONFIRM, lambda a, r, d: services.confirm(a, r, decision="agree", words="同意", files=[a_file("使用.txt")] if r.stage == "trial" and d.coin else [])),
    "object": (Action.CONFIRM, lambda a, r, d: services.confirm(a, r, decision="object", words="不同意")),
    "run": (Action.DEMONSTRATE, lambda a, r, d: operating.run(a, r, starts_on=DAY, ends_on=DAY, hours=Decimal(8))),
    "fail": (Action.DEMONSTRATE, lambda a, r, d: operating.fail(a, r, happened_on=DAY, what="停机", downtime=Decimal(1))),
    "order": (Action.DEMONSTRATE, lambda a, r, d: supporting.order(a, r, customer="客户", on_day=DAY, amount=Decimal(5), replicates=d.coin)),
    "conclude": (Action.DEMONSTRATE, lambda a, r, d: services.conclude(a, r, lessons="", promotion="目录", promoted_on=DAY)),
}  # fmt: skip
STEPS = [step.name for step in DEMONSTRATION.steps]
WHO = ("coordinator", "member_", "other_member", "expert", "auditor", "signatory", "site", "mole", "friend")
deeds = st.tuples(st.sampled_from(WHO), st.sampled_from([*DEEDS, *STEPS, *STEPS]), st.booleans())


def look(row: Any) -> tuple[Any, ...]:
    """All that a deed could change."""
    db.session.flush()
    db.session.expire(row)
    own = tuple(getattr(row, column.key) for column in row.__mapper__.columns if column.key != "version")
    kept = (
        row.steps,
        row.indicators,
        row.records,
        row.failures,
        row.files,
        row.confirmations,
        row.subsidies,
        row.orders,
        row.follow_ups,
    )
    return (*own, *(len(rows) for rows in kept), sum(len(one.readings) for one in row.indicators))


def told() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def holds(row: Any, people: Any) -> None:
    """What is accepted was proven, and the user's own people said so."""
    if row.stage in AFTER:
        assert has_file(row, Purpose.CERTIFICATE) and has_file(row, Purpose.USER_REPORT)
        assert row.indicators and all(latest(one) for one in row.indicators)
        word = next(word for word in reversed(row.confirmations) if word.matter is Matter.ACCEPTANCE)
        assert word.agrees and confirmed(row, Matter.ACCEPTANCE) is word
    for word in row.confirmations:
        assert word.said_by_id in {people.site.id, people.other_member.id}
        assert word.organisation_id != row.organisation_id and word.said_by.organisation_id == word.organisation_id


def take(people: Any, row: Any, who: str, what: str, coin: bool) -> None:
    """One deed through its door; what is refused changes nothing and is told of nothing, what is done is told."""
    people.coin, actor = coin, getattr(people, who)
    before, events = look(row), told()
    nested = db.session.begin_nested()
    try:
        if what in DEEDS:
            require(actor, DEEDS[what][0], row)
            DEEDS[what][1](actor, row, people)
        else:
            require(actor, Action.DEMONSTRATE, row)
            services.move(actor, row, what, reason="因为", trial_on=datetime.date(2026, 10, 2) if coin else None)
        nested.commit()
    except Problem:
        nested.rollback()
        assert look(row) == before and told() == events
        return
    assert (look(row) == before) == (told() == events), what
    holds(row, people)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
@given(st.lists(deeds, max_size=30), st.integers(0, 2))
def test_nothing_is_accepted_without_its_proof(ours: Any, walk: list[tuple[str, str, bool]], near: int) -> None:
    outer = db.session.begin_nested()
    try:
        row = a_demonstration(ours.coordinator, ours.project, ours.member)
        ready(row)
        if near:  # by lot alone hardly any walk would come so far
            on_trial(ours.coordinator, ours.site, row, ours.works)
        if near > 1:
            fulfilled(ours.coordinator, row)
        for name, firm in (("mole", ours.member), ("friend", ours.lead)):
            person = factories.user(name, firm)
            db.session.flush()
            factories.seat(person, ours.consortium, ours.works, Role.SITE)
            db.session.expire(person, ["seats"])
            setattr(ours, name, person)
        for who, what, coin in walk:
            take(ours, row, who, what, coin)
        _refuse_silence(db.session())
    finally:
        outer.rollback()


def test_the_walk_can_arrive(ours: Any, row: Any) -> None:
    """The deeds of the walk, in their right order, lead to the end: else it would prove nothing."""
    on_trial(ours.coordinator, ours.site, row, ours.works)
    ours.mole = ours.friend = ours.auditor
    way = [("member_", "measure"), ("member_", "certificate"), ("site", "agree"), ("coordinator", "accept"), ("member_", "run"), ("member_", "stabilise"),
           ("member_", "order"), ("coordinator", "replicate"), ("member_", "conclude"), ("coordinator", "promote")]  # fmt: skip
    for who, what in way:
        take(ours, row, who, what, True)
    assert row.stage == "promoted"
