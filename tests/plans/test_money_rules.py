"""Heads and rules of money: what the profiles of the platform say, how far indirect costs go, and files that operators add."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.plans import money_rules, services
from consortium.plans.models import Allocation, CostCategory, MoneySource, Profile
from tests.plans.conftest import Desk

CHINA, EUROPE = (
    money_rules.PROFILES.parse((money_rules.PROFILES.shipped / f"{code}.json").read_bytes(), f"{code}.json") for code in ("CN-2021", "EU-2021")
)  # fmt: skip
AMOUNTS = st.decimals(0, 50_000_000, places=2)
SPENDING = st.dictionaries(st.sampled_from(CostCategory), AMOUNTS)
H = CostCategory


@pytest.mark.parametrize(
    ("base", "cap"),
    [("0.00", "0.00"), ("0.03", "0.00"), ("1000000.00", "300000.00"), ("5000000.00", "1500000.00"), ("5000000.10", "1500000.02"),
     ("10000000.00", "2750000.00"), ("12000000.00", "3150000.00"), ("30000000.00", "6750000.00")],
)  # fmt: skip
def test_the_bands_of_china(base: str, cap: str) -> None:
    """domain.md 4.3: 0.30*min(base,5e6) + 0.25*clip(base-5e6,0,5e6) + 0.20*max(base-1e7,0), the base being direct costs less equipment."""
    assert money_rules.cap(CHINA, {H.OPERATING: Decimal(base), H.EQUIPMENT: Decimal(9), H.INDIRECT: Decimal(7)}) == Decimal(cap)  # fmt: skip


@given(SPENDING)
def test_the_formula_of_the_field_and_the_bands_agree(amounts: dict[CostCategory, Decimal]) -> None:
    base = sum((much for head, much in amounts.items() if head not in (H.EQUIPMENT, H.INDIRECT)), Decimal(0))
    five, ten = Decimal(5_000_000), Decimal(10_000_000)
    exact = (
        Decimal("0.30") * min(base, five)
        + Decimal("0.25") * min(max(base - five, Decimal(0)), five)
        + Decimal("0.20") * max(base - ten, Decimal(0))
    )
    cap = money_rules.cap(CHINA, amounts)
    assert cap <= exact < cap + Decimal("0.01")


@given(SPENDING)
def test_the_flat_rate_of_europe(amounts: dict[CostCategory, Decimal]) -> None:
    out = (H.SUBCONTRACTING, H.OTHER_COSTS, H.INDIRECT)
    base = sum((much for head, much in amounts.items() if head not in out), Decimal(0))
    cap = money_rules.cap(EUROPE, amounts)
    assert cap <= base / 4 < cap + Decimal("0.01")


@given(SPENDING, st.sampled_from(CostCategory), AMOUNTS)
def test_more_direct_cost_never_lowers_a_cap(amounts: dict[CostCategory, Decimal], head: CostCategory, more: Decimal) -> None:  # fmt: skip
    raised = {**amounts, head: amounts.get(head, Decimal(0)) + more}
    for profile in (CHINA, EUROPE):
        low, high = money_rules.cap(profile, amounts), money_rules.cap(profile, raised)
        assert low <= high <= low + more
        assert high == high.quantize(Decimal("0.01"))


def test_who_moves_what_at_once() -> None:
    assert CHINA.may_move(H.OPERATING, H.LABOUR) == ("firm", "lead")
    assert CHINA.may_move(H.OPERATING, H.EQUIPMENT) == CHINA.may_move(H.EQUIPMENT, H.LABOUR) == ("lead",)
    assert CHINA.may_move(H.LABOUR, H.INDIRECT) == CHINA.may_move(H.INDIRECT, H.LABOUR) == ()
    assert EUROPE.may_move(H.TRAVEL, H.PERSONNEL) == EUROPE.may_move(H.SUBCONTRACTING, H.TRAVEL) == ("firm", "lead")
    assert EUROPE.may_move(H.PERSONNEL, H.SUBCONTRACTING) == EUROPE.may_move(H.PERSONNEL, H.INDIRECT) == ()
    assert CHINA.moves.share is None and EUROPE.moves.share == Decimal("0.20")


def test_every_rule_says_where_it_comes_from_and_how_sure_that_is() -> None:
    for profile in (CHINA, EUROPE):
        for rule in (profile, profile.indirect, profile.moves, profile.full_time, profile.warn_below):
            assert all(rule.source) and rule.mark in "CHMD" and rule.asks_for_checking == (rule.mark != "C")
    assert len(money_rules.formula(CHINA)) == 3 and [str(one) for one in money_rules.formula(EUROPE)] == ["25 % of the base"]  # fmt: skip


def broken(**changes: Any) -> str:
    said = json.loads((money_rules.PROFILES.shipped / "EU-2021.json").read_text("utf-8")) | {"code": "X"} | changes
    with pytest.raises(Refused) as refusal:
        money_rules.PROFILES.parse(json.dumps(said).encode(), "X.json")
    return str(refusal.value.message)


def test_a_wrong_file_is_refused_in_a_sentence() -> None:
    def about(part: str, **changes: Any) -> dict[str, Any]:
        said = json.loads((money_rules.PROFILES.shipped / "EU-2021.json").read_text("utf-8"))
        return {part: said[part] | changes}

    assert "name of the file" in broken(code="Y")
    assert "each category once" in broken(categories=[])
    assert "is no category" in broken(categories=[{"category": "beer", "code": "Z", "name": {"en": "Beer"}}])
    assert "has to rise" in broken(**about("indirect", bands=[{"up_to": "5", "share": "0.2"}]))
    assert "between 0 and 1" in broken(**about("indirect", bands=[{"up_to": None, "share": "1.2"}]))
    assert "quotation marks" in broken(**about("indirect", bands=[{"up_to": None, "share": 0.25}]))
    assert "does not have" in broken(**about("indirect", less=["equipment"]))
    assert "from" in broken(**about("moves", among=[{"from": [], "to": [], "by": "anyone"}]))
    assert "true or false" in broken(**about("moves", across_years="yes"))
    assert "2026-10-01" in broken(valid_from="soon")
    assert "confidence" in broken(mark="Z")
    for content, name in ((b"[]", "X.json"), (b"{", "X.json")):
        with pytest.raises(Refused):
            money_rules.PROFILES.parse(content, name)


# The profile of a plan


def test_a_plan_has_the_heads_of_its_profile(desk: Desk) -> None:
    node = desk.add("1")
    assert money_rules.profile_of(desk.project).code == "CN-2021"
    with pytest.raises(Refused) as refusal:
        desk.pay(node, desk.member, "10.00", CostCategory.TRAVEL)
    assert "no such head" in str(refusal.value.fields["category"])
    row = desk.pay(node, desk.member, "10.00", CostCategory.LABOUR)
    settings = {"profile": Profile.EUROPEAN, "calendar": "CN"}
    with pytest.raises(Refused) as refusal:
        services.arrange(desk.actor, desk.project, **settings, money_profile="EU-2021")
    assert "Labour" in str(refusal.value.fields["money_profile"])
    with pytest.raises(Refused) as refusal:
        services.arrange(desk.actor, desk.project, **settings, money_profile="XX")
    assert "XX" in str(refusal.value.fields["money_profile"])
    services.deallocate(desk.actor, row)
    services.arrange(desk.actor, desk.project, **settings, money_profile="EU-2021")
    assert services.arrange(desk.actor, desk.project, **settings).money_profile == "EU-2021"
    desk.pay(node, desk.member, "10.00", CostCategory.TRAVEL)


def test_money_is_planned_by_years_and_none_lies_outside_of_the_project(desk: Desk) -> None:
    node, year = desk.add("1"), desk.project.starts_on.year
    values: dict[str, Any] = {"category": CostCategory.LABOUR, "source": MoneySource.OWN, "amount": Decimal("5.01")}
    for one in (0, year):
        services.allocate(desk.actor, node, desk.member, **values, year=one)
    with pytest.raises(Refused) as refusal:
        services.allocate(desk.actor, node, desk.member, **values, year=year)
    assert "in this year already" in str(refusal.value.fields["organisation"])
    with pytest.raises(Refused) as refusal:
        services.allocate(desk.actor, node, desk.member, **values, year=desk.project.ends_on.year + 1)
    assert "lies outside" in str(refusal.value.fields["year"])
    assert db.session.scalar(select(func.sum(Allocation.amount)).where(Allocation.node_id == node.id)) == Decimal("10.02")  # fmt: skip


def test_the_form_offers_the_heads_and_years_of_the_project(world: Any, inside: Any, sign_in: Any) -> None:
    with inside():
        desk = Desk(world.ours)
        services.arrange(desk.actor, desk.project, profile=Profile.EUROPEAN, calendar="CN", money_profile="EU-2021")
        node = desk.add("1").id
        member, last = desk.member.id, desk.project.ends_on.year
        db.session.commit()
    browser = sign_in(world.ours.people.coordinator)
    url = f"/nodes/{node}/money/new"
    page = browser.get(url).text
    assert 'value="subcontracting"' in page and 'value="labour"' not in page and f'value="{last}"' in page
    sent = {"organisation_id": member, "category": "travel", "source": "own", "year": last, "amount": "12.34"}
    assert browser.post(url, data=sent).status_code == 303
    with inside():
        row = db.session.scalars(select(Allocation)).one()
        assert (row.category, row.year, row.amount) == (CostCategory.TRAVEL, last, Decimal("12.34"))
    wrong = browser.post(url, data={**sent, "category": "labour"})
    assert wrong.status_code == 422 and "This choice is not on the list" in wrong.text and 'value="12.34"' in wrong.text
    assert str(last) in browser.get(f"/nodes/{node}").text
