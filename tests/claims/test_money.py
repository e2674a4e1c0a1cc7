"""Over whatever firms and coordinators do: what is claimed and what is not is what was spent, nothing is accepted twice or beyond its cap, to the fen."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from consortium.activity import services as activity
from consortium.claims import queries, services
from consortium.claims.indirect import by_source, parted, room
from consortium.claims.models import Claim, PaymentKind
from consortium.claims.queries import HOLDING, NONE, accepted, claimed
from consortium.claims.statement import Statement
from consortium.claims.workflow import COUNTED
from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.core.noted import noted
from consortium.logbook import queries as logbook
from consortium.logbook import services as logs
from consortium.logbook import vouchers
from consortium.logbook.models import LoggedSpending, MonthlyLog, Voucher
from consortium.plans.models import CostCategory, MoneySource
from consortium.plans.money_rules import PROFILES, cap, profile_of
from tests.claims.conftest import loaded
from tests.logbook.furniture import a_log

FIRMS = (("lead", "coordinator"), ("member", "member"), ("other", "other_member"))
JUDGES = ("coordinator", "expert", "member", "other_member", "auditor")
HEADS = (CostCategory.EQUIPMENT, CostCategory.OPERATING, CostCategory.LABOUR, CostCategory.INDIRECT)
SOURCES = (MoneySource.CENTRAL, MoneySource.OWN, MoneySource.LOCAL)
WHAT = ("voucher", "voucher", "voucher", "typed", "confirm", "confirm", "confirm", "claim", "claim", "submit", "submit", "submit", "query", "accept", "accept",
        "reject", "take out", "discard", "amend", "amend", "remove", "reopen", "pay")  # fmt: skip
amounts = st.integers(0, 10**12).map(lambda fen: Decimal(fen).scaleb(-2))


@given(amounts, st.dictionaries(st.integers(0, 6), amounts, max_size=6))
def test_nothing_is_lost_where_an_amount_is_parted(amount: Decimal, weights: dict[int, Decimal]) -> None:
    parts = parted(amount, weights)
    assert sum(parts.values(), NONE) == (amount if sum(weights.values()) else 0)
    if amount <= sum(weights.values()):
        assert all(0 <= part <= weights[key] for key, part in parts.items())


@given(
    st.sampled_from(["CN-2021", "EU-2021"]),
    st.dictionaries(st.tuples(st.sampled_from(list(CostCategory)), st.sampled_from(SOURCES)), amounts),
    amounts,
)
def test_indirect_costs_stay_below_their_cap_and_fall_on_the_sources_of_what_carries_them(
    code: str, direct: Any, taken: Decimal
) -> None:
    rules, heads = PROFILES.parse((PROFILES.shipped / f"{code}.json").read_bytes(), f"{code}.json"), {}
    for (head, _), amount in direct.items():
        heads[head] = heads.get(head, NONE) + amount
    found = room(rules, heads, taken)
    assert 0 <= found.left <= found.allowed == cap(rules, heads) and found.left + taken >= found.allowed
    if found.left:
        parts = by_source(rules, found.left, direct)
        assert sum(parts.values()) == found.left and set(parts) <= {source for _, source in direct}


def steps_of(seed: int) -> list[tuple[str, random.Random]]:
    chance = random.Random(seed)
    return [(chance.choice(WHAT), random.Random(chance.random())) for _ in range(90)]


@contextmanager
def undone() -> Iterator[None]:
    part = db.session().begin_nested()
    try:
        yield
    finally:
        if part.is_active:
            part.rollback()


def picked(model: Any, chance: random.Random, **wanted: Any) -> Any:
    found = list(db.session.scalars(select(model).filter_by(**wanted).order_by(model.id)))
    return chance.choice(found) if found else None


def person_of(rows: Any, thing: Any) -> Any:
    return next(getattr(rows.people, who) for firm, who in FIRMS if getattr(rows, firm).id == thing.organisation_id)


def amount(chance: random.Random) -> Decimal:
    return Decimal(chance.randrange(1, 500_000_00)).scaleb(-2)


def voucher(chance: random.Random, log: MonthlyLog) -> dict[str, Any]:
    return {"voucher_on": log.month.replace(day=chance.randrange(1, 28)), "number": str(chance.randrange(10**6)), "payee": "某", "category": chance.choice(HEADS),
            "source": chance.choice(SOURCES), "amount": amount(chance)}  # fmt: skip


def act(rows: Any, what: str, chance: random.Random) -> None:
    """One deed of somebody; mostly where it can be done, since by chance hardly anything would happen."""
    firm, who = chance.choice(FIRMS)
    person, firm = getattr(rows.people, who), getattr(rows, firm)
    month = datetime.date(2026, chance.randrange(1, 4), 1)
    log = logbook.log_of(rows.project, firm.id, month)
    if what == "typed" or log is None:
        a_log(person, rows.project, firm, month, money=str(amount(chance)))
    elif what == "voucher":
        vouchers.enter(person, log, **voucher(chance, log))
    elif what in ("confirm", "reopen"):
        row = picked(MonthlyLog, chance, state="open" if what == "confirm" else "confirmed") or log
        logs.move(person_of(rows, row), row, what, reason="补录")
    elif what == "claim":
        first, indirect = datetime.date(2026, 1, 1), chance.choice((None, None, NONE))
        services.draw_up(person, rows.project, starts_on=first, ends_on=month, indirect=indirect)
    elif what == "take out" and (
        claim := picked(Claim, chance, state="queried") or picked(Claim, chance, state="draft")
    ):
        services.take_out(person_of(rows, claim), claim, [line.id for line in claim.lines if chance.random() < 0.5])
    elif what == "submit" and (claim := picked(Claim, chance, state="queried") or picked(Claim, chance, state="draft")):
        asked = {line.id: "答" for line in claim.lines}
        drop = [line.id for line in claim.lines if chance.random() < 0.3] if claim.state == "queried" else []
        services.submit(person_of(rows, claim), claim, note="请款", answers=asked, drop=drop)
    elif what == "discard" and (claim := picked(Claim, chance, state="draft")):
        services.discard(person_of(rows, claim), claim)
    elif what in ("query", "accept", "reject") and (claim := picked(Claim, chance, state="submitted")):
        judge = getattr(
            rows.people,
            chance.choice(JUDGES)
            if chance.random() < 0.3
            else "coordinator"
            if claim.organisation_id != rows.lead.id
            else "expert",
        )
        cuts = {
            line.id: min(amount(chance), line.amount) if chance.random() < 0.4 else line.amount for line in claim.lines
        }
        services.decide(
            judge, claim, decision=what, note="看过", word_id=None, accepted=cuts, reasons=dict.fromkeys(cuts, "说明")
        )
    elif what in ("amend", "remove") and (row := picked(Voucher, chance)):
        owner = person_of(rows, row)
        if what == "amend":
            vouchers.amend(owner, row, **{**voucher(chance, row.log), "number": row.number})
        else:
            vouchers.remove(owner, row)
    elif what == "pay":
        services.note_payment(
            rows.people.coordinator, rows.project, kind=PaymentKind.PAID_OUT, organisation=firm, paid_on=month, amount=amount(chance),
            source=chance.choice(SOURCES), reference="",
        )  # fmt: skip


def holds(rows: Any) -> None:
    """What must be true after each step."""
    project, all_claims = rows.project, list(db.session.scalars(select(Claim)))
    here = MonthlyLog.project_id == project.id
    typed = sum((row.amount for row in db.session.scalars(select(LoggedSpending))), NONE)
    rows_ = list(db.session.scalars(select(Voucher)))
    whole = typed + sum((row.amount for row in rows_), NONE)
    for by in (("firm",), ("category",), ("source",), ("month",), ("firm", "category", "source")):
        assert sum(logbook.spent(by, here).values(), NONE) == whole
    live = [line for claim in all_claims for line in claim.lines if line.live]
    assert len({line.voucher_id for line in live}) == len(live) and all(
        line.amount == line.voucher.amount for line in live
    )
    held = {line.voucher_id for line in live}
    assert (
        sum((line.amount for line in live), NONE) + sum((row.amount for row in rows_ if row.id not in held), NONE)
        == whole - typed
    )
    for claim in all_claims:
        assert claim.lines and all(line.live == (claim.state in HOLDING) for line in claim.lines)
        assert (accepted(claim) or NONE) <= claimed(claim)
        if claim.state == "accepted":
            assert all((line.accepted < line.amount) == bool(line.reason) for line in claim.lines)
            assert (
                claim.words[-1].verifier_id != claim.organisation_id
                and claim.words[-1].verified_by_id != claim.words[-1].reported_by_id
            )
            assert claim.organisation_id not in {
                claim.words[-1].verified_by.organisation_id,
                *(seat.organisation_id for seat in claim.words[-1].verified_by.seats),
            }
    sums = queries.sums([project.id])
    for part, states, of in ((sums.claimed, COUNTED, claimed), (sums.accepted, ("accepted",), accepted)):
        assert queries.total(part) == sum((of(claim) or NONE for claim in all_claims if claim.state in states), NONE)
    for name, _ in FIRMS:
        firm = getattr(rows, name)
        for states, told in ((COUNTED, False), (("accepted",), True)):
            heads = queries.direct(project, firm.id, states, accepted=told)
            assert queries.indirect(project, firm.id, states, accepted=told) <= cap(profile_of(project), heads)
        found = Statement(project, firm)
        assert found.together.spent == logbook.spent(("firm",), here).get((firm.id,), NONE)
        assert found.paid + found.due == found.together.accepted + found.advance


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_any_sequence_of_deeds_keeps_the_money(inside: Callable[[], Any], world: Any) -> None:
    counts: dict[str, int] = {}

    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
    )
    @given(seed=st.integers(0, 2**32))
    def run(seed: int) -> None:
        with undone():
            rows = loaded(world.ours)
            for what, chance in steps_of(seed):
                session = db.session()
                told, changed = len(noted(session, "told")), len(noted(session, "changed"))
                part = session.begin_nested()
                try:
                    act(rows, what, chance)
                    session.flush()
                except Problem:
                    part.rollback()
                    continue
                spoken, touched = noted(session, "told")[told:], noted(session, "changed")[changed:]
                assert not [row for row in touched if (activity.kind(row), row.id) not in spoken], what
                part.commit()
                counts[what] = counts.get(what, 0) + bool(touched)
                if what in ("submit", "query", "accept", "reject", "take out", "discard") or chance.random() < 0.15:
                    holds(rows)
            holds(rows)

    with inside():
        run()
        db.session.rollback()
    assert min(counts.get(what, 0) for what in WHAT) > 2, counts
