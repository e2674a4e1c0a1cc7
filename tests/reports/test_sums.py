"""The tables of money of several reports in a row: what their lines of sums tell together, and that they all tell the same."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.core.disclosure import LEAST, Told, showing
from consortium.plans.models import CostCategory, MoneySource
from consortium.reports import sums
from consortium.reports.sums import HEAD, PLACES, PROJECT, SOURCE, WHOLE, WORDS, Cube

LABOUR, OPERATING = CostCategory.LABOUR, CostCategory.OPERATING
NONE = Decimal("0.00")


def cube(*rows: tuple[int, int, CostCategory, int]) -> Cube:
    """Money by project, firm and head."""
    return {(project, firm, head, MoneySource.OWN, 2026): Decimal(amount) for project, firm, head, amount in rows if amount}  # fmt: skip


class Reports:
    """Reports in a row, each made with what those before it have told."""

    def __init__(self) -> None:
        self.told: dict[Any, Told[Any]] = {(name, place): Told() for name in WORDS for place in (*PLACES, WHOLE)}

    def next(self, spent: Cube, planned: Cube | None = None) -> dict[int, list[Any]]:
        """The rows of the tables of one more report."""
        nothing: Cube = {}
        self.planned = planned or nothing
        now = sums.axes({"spent": spent, "planned": self.planned, "claimed": nothing, "accepted": nothing, "paid": nothing})  # fmt: skip
        rows = sums._tables(now, self.told)
        for place, groups in rows.items():
            self.told["spent", place] = showing(now["spent", place], [one.keys for one in groups], self.told["spent", place])  # fmt: skip
        self.made = sums.Reckoned(
            now, self.told, {}, [], rows, [name for name in ("planned", "spent") if now[name, PROJECT]]
        )
        return {place: rows[place] for place in PLACES}

    def printed(self, place: int, column: str) -> tuple[list[str], str]:
        """A column of a table as the last report prints it, and its sum."""
        basis: Any = SimpleNamespace(kept={"sums": self.made})
        table = sums._money(
            basis, "table", {"zh": "", "en": ""}, place, lambda _basis, one: [""] * (1 + (place == PROJECT))
        )
        at = [one["name"] for one in table["columns"]].index(column)
        return [row[at] for row in table["rows"]], table["total"][at]


def test_a_table_that_was_hidden_once_does_not_tell_by_its_sum_later() -> None:
    reports = Reports()
    first = [(1, 1, LABOUR, 100), (1, 1, OPERATING, 10), (1, 2, LABOUR, 200), (1, 2, OPERATING, 20), (1, 3, LABOUR, 300), (1, 3, OPERATING, 30)]  # fmt: skip
    assert all(reports.next(cube(*first)).values())
    # One firm moves ten from one head to the other: by heads nothing can be shown, the total is the same.
    moved = [(1, 1, LABOUR, 90), (1, 1, OPERATING, 20), *first[2:]]
    rows = reports.next(cube(*moved))
    assert rows[PROJECT] and not rows[HEAD]
    # By heads three firms have changed something since, but the total tells what two of them spent.
    spent = [*moved[:2], (1, 2, LABOUR, 207), first[3], first[4], (1, 3, OPERATING, 4351)]
    assert not any(reports.next(cube(*spent)).values())
    assert all(reports.next(cube((1, 1, LABOUR, 95), *spent[1:])).values())


def test_what_is_planned_stays_planned_where_all_spending_was_taken_back() -> None:
    reports, firms = Reports(), (1, 2, 3)
    planned = cube(*((project, firm, LABOUR, 1000) for project in (1, 3) for firm in firms))
    one, three = [(1, firm, LABOUR, 10 * firm) for firm in firms], [(3, firm, LABOUR, firm) for firm in firms]
    reports.next(cube(*one, *three), planned)
    for more in (5, 6):
        reports.next(cube(*((project, firm, head, amount + more) for project, firm, head, amount in one)), planned)
        totals = {reports.printed(place, "planned")[1] for place in (PROJECT, HEAD, SOURCE)}
        assert totals == {"6000.00"}
    assert reports.printed(PROJECT, "spent") == (["78.00", "0.00"], "78.00")


amounts = st.dictionaries(st.tuples(st.integers(1, 2), st.integers(1, 5), st.sampled_from((LABOUR, OPERATING))), st.integers(0, 60), max_size=8)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(amounts, min_size=2, max_size=5))
def test_between_two_sums_that_were_shown_nobody_or_enough_firms_have_changed(turns: list[dict[Any, int]]) -> None:
    reports, have, before = Reports(), dict[Any, int](), None
    for turn in turns:
        have |= turn
        spent = cube(*((*at, amount) for at, amount in have.items()))
        rows = reports.next(spent)
        if not any(rows.values()):
            continue
        shown = {place: sum((one.until for one in found), NONE) for place, found in rows.items() if found}
        assert set(shown.values()) == {sum(spent.values(), NONE)}
        firms = {firm: sum((amount for key, amount in spent.items() if key[1] == firm), NONE) for firm in range(1, 6)}
        changed = {firm for firm in firms if firms[firm] != (before or {}).get(firm, NONE)}
        assert not changed or len(changed) >= LEAST
        before = firms
