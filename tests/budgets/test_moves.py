"""Moves of planned money: at once within the limits of the profile, by a change request beyond them, and never against the cap."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.baselines import queries as baselines
from consortium.baselines import services
from consortium.baselines.portrait import ComparisonPortrait
from consortium.budgets.models import BudgetMove, Moved
from consortium.budgets.portrait import said_of
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Denied, Refused
from consortium.plans.models import Allocation, CostCategory, MoneySource
from tests.budgets.conftest import Purse

pytestmark = pytest.mark.slow

H, S = CostCategory, MoneySource


def rows(purse: Purse) -> dict[Any, Decimal]:
    return {
        (row.organisation_id, row.category, row.source, row.year): row.amount
        for row in db.session.scalars(select(Allocation))
        if row.node.project_id == purse.project.id
    }


def row(purse: Purse, head: CostCategory = H.LABOUR) -> Allocation:
    return db.session.scalars(
        select(Allocation).where(Allocation.organisation_id == purse.member.id, Allocation.category == head)
    ).one()


def test_within_the_limits_money_moves_at_once_also_in_an_approved_plan(frozen: Purse) -> None:
    total = sum(rows(frozen).values())
    made = frozen.move(row(frozen), "1234.56", year=2026)
    assert (made.how, made.request, made.amount) == (Moved.WITHIN_LIMITS, None, Decimal("1234.56"))
    now, firm = rows(frozen), frozen.member.id
    assert now[firm, H.LABOUR, S.OWN, 0] == Decimal("98765.44")
    assert now[firm, H.OPERATING, S.OWN, 2026] == Decimal("1234.56")
    frozen.move(row(frozen), "0.44", year=2026)
    assert rows(frozen)[firm, H.OPERATING, S.OWN, 2026] == Decimal("1235.00")
    assert sum(rows(frozen).values()) == total


def test_the_comparison_calls_it_moved_and_not_changed(frozen: Purse) -> None:
    first = baselines.latest(frozen.project)
    assert first is not None
    frozen.move(row(frozen), "1234.56")
    seen = ComparisonPortrait(frozen.actor, frozen.project, first, None)
    assert [change.what for change in seen.changes] == ["moved", "moved"]
    assert [str(change.word) for change in seen.changes] == ["Moved within limits"] * 2
    asked = frozen.move(row(frozen), "5.00", H.EQUIPMENT)
    assert asked.how is Moved.REQUESTED
    request = services.submit(frozen.people.member, services.write(frozen.people.member, asked.request, kind=asked.request.kind, summary="调剂", reason="价格"))  # fmt: skip
    services.decide(frozen.actor, request, outcome="approve", decision="理事会决议 9 号")
    seen = ComparisonPortrait(frozen.actor, frozen.project, first, None)
    assert sorted(change.what for change in seen.changes) == ["changed", "changed", "moved"]


def test_beyond_the_limits_it_is_the_draft_of_a_request(frozen: Purse) -> None:
    before = rows(frozen)
    for values in ({"head": H.EQUIPMENT}, {"source": S.LOAN}, {"head": H.INDIRECT}):
        try:
            made = frozen.move(row(frozen), "100.00", **values)
        except Refused:
            assert values == {"head": H.INDIRECT}
            continue
        assert made.how is Moved.REQUESTED and made.request.state == "draft" and made.request.reason == "价格变化"
        assert rows(frozen) == before
        assert str(said_of(made)).startswith("Between these heads" if "head" in values else "Money does not move")
    coordinator = frozen.move(row(frozen), "100.00", H.EQUIPMENT, person=frozen.actor)
    assert coordinator.how is Moved.WITHIN_LIMITS


def test_while_the_plan_is_free_all_of_it_moves(purse: Purse) -> None:
    made = purse.move(purse.plan("100.00"), "40.00", H.EQUIPMENT, source=S.CENTRAL)
    assert made.how is Moved.FREE_PLAN and rows(purse)[purse.member.id, H.EQUIPMENT, S.CENTRAL, 0] == Decimal("40.00")


def test_the_share_of_a_profile_is_all_that_moves_at_once(purse: Purse) -> None:
    purse.european()
    planned = purse.plan("1000.00", H.PERSONNEL)
    services.freeze(purse.actor, purse.project, name="GA", as_of=clock.today())
    assert purse.move(planned, "150.00", H.TRAVEL).how is Moved.WITHIN_LIMITS
    assert purse.move(planned, "50.01", H.TRAVEL).how is Moved.REQUESTED
    assert purse.move(planned, "50.00", H.TRAVEL).how is Moved.WITHIN_LIMITS
    assert purse.move(planned, "10.00", H.PERSONNEL, year=2026).how is Moved.WITHIN_LIMITS
    assert purse.move(planned, "1.00", H.SUBCONTRACTING).how is Moved.REQUESTED


def test_a_move_never_takes_indirect_costs_above_their_cap(purse: Purse) -> None:
    labour = purse.plan("1000.00")
    purse.plan("300.00", H.INDIRECT)
    with pytest.raises(Refused) as refusal:
        purse.move(labour, "0.01", H.EQUIPMENT, person=purse.actor)
    assert "pass their cap by 0.01 yuan" in str(refusal.value.fields["amount"])
    assert purse.move(labour, "500.00").amount == 500


@pytest.mark.parametrize(
    ("amount", "more", "field", "sentence"),
    [("0.00", {}, "amount", "above zero"), ("-1.00", {}, "amount", "above zero"), ("1.005", {}, "amount", "two decimals"), ("100000.01", {}, "amount", "Only 100,000.00"),
     ("1.00", {"reason": "  "}, "reason", "Say why"), ("1.00", {"head": H.LABOUR}, "category", "there already"), ("NaN", {}, "amount", "above zero"),
     ("1.00", {"year": 1999}, "year", "lies outside")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(frozen: Purse, amount: str, more: Any, field: str, sentence: str) -> None:  # fmt: skip
    before = rows(frozen)
    with pytest.raises(Refused) as refusal:
        frozen.move(row(frozen), amount, **more)
    assert sentence in str(refusal.value.fields[field])
    db.session.expire_all()
    assert rows(frozen) == before and db.session.scalar(select(func.count(BudgetMove.id))) == 0


def test_the_lead_unit_moves_its_money_between_heads_of_the_lead(frozen: Purse) -> None:
    frozen.project.lead_id = frozen.member.id
    assert frozen.move(row(frozen), "100.00", H.EQUIPMENT).how is Moved.WITHIN_LIMITS


def test_others_do_not_move_it(frozen: Purse) -> None:
    for person in (frozen.people.other_member, frozen.people.expert, frozen.people.auditor):
        with pytest.raises(Denied):
            frozen.move(row(frozen), "1.00", person=person)


def test_the_page_of_a_move(inside: Any, world: Any, sign_in: Any) -> None:
    with inside():
        purse = Purse(world)
        planned, others = purse.plan("100000.00"), purse.plan("77777.27", firm=purse.other)
        services.freeze(purse.actor, purse.project, name="任务书", as_of=clock.today())
        project, node, planned, other = purse.project.id, planned.node_id, planned.id, others.id
        db.session.commit()
    member = sign_in(world.ours.people.member)
    url = f"/projects/{project}/moves/new"
    page = member.get(f"{url}?from={planned}").text
    assert "77,777.27" not in page and "100,000.00" in page and "check with the authority" in page
    assert "all members of the consortium read" in page  # the reason, where it becomes that of a change request
    sent = {"allocation_id": planned, "node_id": node, "category": "operating", "source": "own", "year": "0", "amount": "10.00", "reason": "价格"}  # fmt: skip
    wrong = member.post(url, data={**sent, "amount": "10.001"})
    assert wrong.status_code == 422 and 'value="10.001"' in wrong.text and "at most two decimals" in wrong.text
    assert member.post(url, data={**sent, "allocation_id": other}).status_code == 422
    done = member.post(url, data=sent)
    assert done.status_code == 303 and done.location.endswith(f"/projects/{project}/moves")
    assert "Moved within limits" in member.get(done.location).text
    asked = member.post(url, data={**sent, "category": "equipment"})
    assert asked.status_code == 303 and "/changes/" in asked.location
    shown = member.get(f"/projects/{project}/moves").text
    assert "CR1" in shown and "10.00" in shown
    found = re.findall(r'<th scope="col" class="([^"]*)">([^<]*)</th>', shown)
    heads = {word.strip(): kind.strip() for kind, word in found}
    # On a small screen stands what was moved; whose it is has room on a large one.
    assert [heads[word] for word in ("Moved from", "Moved to", "Amount (yuan)", "Organisation")] == [
        "",
        "",
        "n",
        "wide",
    ]
    assert "价格" not in sign_in(world.ours.people.other_member).get(f"/projects/{project}/moves").text
