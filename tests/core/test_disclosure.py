"""Sums that others read: nothing is lost in them, and nobody finds another's part by subtraction."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from consortium.core.disclosure import LEAST, together


def D(text: str) -> tuple[Decimal, Decimal]:
    """An amount that all came within the period."""
    return Decimal(text), Decimal(text)


amounts = st.decimals(0, 1000, places=2, allow_nan=False)
parts = st.tuples(amounts, st.booleans()).map(lambda found: (found[0], found[0] if found[1] else Decimal("0.00")))
tables = st.dictionaries(st.sampled_from("abcdef"), st.dictionaries(st.integers(1, 6), parts, max_size=6), max_size=6)


def test_what_three_firms_stand_behind_is_shown() -> None:
    (found,) = together({"labour": {1: D("1.00"), 2: D("2.00"), 3: D("3.50")}})
    assert (found.keys, found.until, found.firms) == (("labour",), Decimal("6.50"), 3)


def test_what_two_firms_stand_behind_is_put_together_with_the_smallest_other() -> None:
    three = {1: D("5.00"), 2: D("5.00"), 3: D("5.00")}
    large = {1: D("50.00"), 2: D("50.00"), 3: D("50.00")}
    found = together({"labour": three, "equipment": {1: D("9.00"), 2: D("1.00")}, "operating": large})
    assert [one.keys for one in found] == [("operating",), ("labour", "equipment")]
    assert found[1].until == Decimal("25.00")


def test_two_firms_are_never_summed() -> None:
    assert together({"labour": {1: D("1.00"), 2: D("2.00")}, "equipment": {1: D("3.00")}}) == []


def test_what_one_firm_added_in_the_period_is_not_told_by_two_reports() -> None:
    before = (Decimal("5.00"), Decimal("0.00"))
    assert together({"labour": {1: before, 2: before, 3: D("7.00")}}) == []
    assert together({"labour": {1: before, 2: before, 3: before}})[0].until == Decimal("15.00")


@given(tables)
def test_either_all_is_shown_and_every_sum_has_enough_firms_or_nothing(
    found: dict[str, dict[int, tuple[Decimal, Decimal]]],
) -> None:
    shown = together(found)
    keys = [key for one in shown for key in one.keys]
    assert len(keys) == len(set(keys))
    filled = {key for key, firms in found.items() if any(until or within for until, within in firms.values())}
    assert not shown or set(keys) == filled
    for one in shown:
        behind = {firm for key in one.keys for firm, part in found[key].items() if any(part)}
        adding = {firm for key in one.keys for firm, (_, within) in found[key].items() if within}
        assert len(behind) >= LEAST and (not adding or len(adding) >= LEAST) and one.firms == len(behind)
        assert one.until == sum((until for key in one.keys for until, _ in found[key].values()), Decimal(0))
    everybody = {firm for firms in found.values() for firm, part in firms.items() if any(part)}
    newly = {firm for firms in found.values() for firm, (_, within) in firms.items() if within}
    assert bool(shown) == (len(everybody) >= LEAST and (not newly or len(newly) >= LEAST))
