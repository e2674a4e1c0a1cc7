"""Sums that others read: nothing is lost in them, and nobody finds another's part by subtraction."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.core.disclosure import LEAST, Told, parts, showing, tells_little, together


def D(text: str) -> tuple[Decimal, Decimal]:
    """An amount that all came within the period."""
    return Decimal(text), Decimal(text)


amounts = st.decimals(0, 1000, places=2, allow_nan=False)
pieces = st.tuples(amounts, st.booleans()).map(lambda found: (found[0], found[0] if found[1] else Decimal("0.00")))
tables = st.dictionaries(st.sampled_from("abcdef"), st.dictionaries(st.integers(1, 6), pieces, max_size=6), max_size=6)


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


# Several reports in a row

Amounts = dict[str, dict[int, Decimal]]


def told_by(reports: list[Amounts]) -> list[list[tuple[tuple[str, ...], Decimal]]]:
    """The rows of the table of each report, each made with what was shown before."""
    told: Told[str] = Told()
    shown = []
    for now in reports:
        rows = together(parts(now, told), told.past)
        shown.append([(one.keys, one.until) for one in rows])
        told = showing(now, [one.keys for one in rows], told)
    return shown


def amounts_of(**keys: dict[int, int]) -> Amounts:
    return {key: {firm: Decimal(amount) for firm, amount in firms.items()} for key, firms in keys.items()}


def test_what_stood_together_does_not_part_where_that_tells_what_two_firms_had() -> None:
    first = amounts_of(P1={1: 10, 2: 20, 3: 30}, P2={1: 500, 2: 600, 3: 700}, P3={1: 7, 2: 4321})
    then = first | amounts_of(P3={1: 8, 2: 4421, 4: 50})
    before, after = told_by([first, then])
    assert [keys for keys, _ in before] == [("P2",), ("P1", "P3")]
    assert [keys for keys, _ in after] == [("P2",), ("P1", "P3")], (
        "P1 has not changed, so P3 alone would tell what it was"
    )


def test_what_stood_alone_is_not_joined_where_that_tells_what_two_firms_have() -> None:
    first = amounts_of(P1={1: 10, 2: 20, 3: 30}, P2={1: 500, 2: 600, 3: 700})
    _, after = told_by([first, first | amounts_of(P3={1: 7, 2: 4321})])
    assert after == [], "whatever P3 is put together with was told before"


def test_what_stood_together_parts_once_enough_firms_are_on_each_side() -> None:
    first = amounts_of(P1={1: 10, 2: 20, 3: 30}, P2={1: 500, 2: 600, 3: 700}, P3={1: 7, 2: 8})
    then = amounts_of(P1={1: 11, 2: 21, 3: 31}, P2={1: 500, 2: 600, 3: 700}, P3={1: 8, 2: 9, 4: 5})
    later = then | amounts_of(P4={4: 1, 5: 1, 6: 1})
    assert [keys for keys, _ in told_by([first, then, later])[2]] == [("P2",), ("P4",), ("P1", "P3")]
    joined = amounts_of(P1={1: 10, 2: 20, 3: 30}, P3={1: 7, 2: 8, 4: 9})
    one, two = amounts_of(P1={1: 10, 2: 20, 3: 30}), joined
    assert [keys for keys, _ in told_by([one, two])[1]] == [("P1",), ("P3",)]


def test_the_report_before_the_last_is_not_subtracted_either() -> None:
    first = amounts_of(P1={1: 10, 2: 20, 3: 30}, P3={1: 7, 2: 4321})
    then = first | amounts_of(P3={1: 8, 2: 4422, 3: 5})
    # By the second report three firms stand behind P3, but the first, less P1, would still tell what two of them had.
    assert [[keys for keys, _ in one] for one in told_by([first, then, then])] == [[("P1", "P3")]] * 3


def test_what_is_gone_is_not_told_by_what_stays() -> None:
    first = amounts_of(P1={1: 10, 2: 20, 3: 30}, P3={1: 7, 2: 4321})
    assert told_by([first, amounts_of(P1=first["P1"])])[1] == []


def test_columns_of_a_table_follow_its_rows_only_as_far_as_that_tells_little() -> None:
    first = amounts_of(P1={1: 10, 2: 20, 3: 30}, P3={1: 7, 2: 4321})
    told = showing(first, [("P1", "P3")], Told())
    then = parts(first | amounts_of(P3={1: 8, 2: 4422, 3: 5}), told)
    assert tells_little(then, [("P1", "P3")], told.past) and not tells_little(then, [("P1",), ("P3",)], told.past)


FIRMS, KEYS = range(1, 6), "abcd"
changes = st.dictionaries(st.tuples(st.sampled_from(KEYS), st.sampled_from(FIRMS)), st.integers(-20, 60), max_size=9)


@settings(max_examples=400, deadline=None)
@given(st.lists(changes, min_size=2, max_size=4))
def test_no_firm_finds_the_part_of_another_in_any_reports(turns: list[dict[tuple[str, int], int]]) -> None:
    """Whoever knows all rows of all reports, what one firm has, and even who has changed what, solves nothing for one other firm."""
    have: dict[tuple[str, int], int] = {}
    last: dict[tuple[str, int], int] = {}
    told: Told[str] = Told()
    rows: list[dict[Any, Fraction]] = []  # each shown sum by what came of whom under which key at which time
    came: list[dict[tuple[str, int], int]] = []
    for turn in turns:
        for at, amount in turn.items():
            have[at] = max(have.get(at, 0) + amount, 0)
        now = {key: {firm: Decimal(have[key, firm]) for firm in FIRMS if have.get((key, firm))} for key in KEYS}
        groups = [one.keys for one in together(parts(now, told), told.past)]
        told = showing(now, groups, told)
        if not groups:
            continue
        came.append({at: have[at] - last.get(at, 0) for at in have if have[at] != last.get(at, 0)})
        last = dict(have)
        for group in groups:
            for since in (range(len(came)), range(len(came) - 1, len(came))):
                rows.append({(*at, time): Fraction(1) for time in since for at in came[time] if at[0] in group})
    for reader in FIRMS:
        known = [{at: one for at, one in row.items() if at[1] != reader} for row in rows]
        whole = rank(known)
        for other in FIRMS:
            if other != reader:
                assert rank([{at: one for at, one in row.items() if at[1] != other} for row in known]) == whole


def rank(rows: list[dict[Any, Fraction]]) -> int:
    """How many of these sums do not follow from the others."""
    left, found = [dict(row) for row in rows if row], 0
    while left:
        pivot = left.pop()
        if not pivot:
            continue
        found += 1
        at, by = next(iter(pivot.items()))
        for place, row in enumerate(left):
            if at in row:
                times = row[at] / by
                less = {one: row.get(one, Fraction(0)) - times * pivot.get(one, Fraction(0)) for one in {*row, *pivot}}
                left[place] = {one: value for one, value in less.items() if value}
    return found
