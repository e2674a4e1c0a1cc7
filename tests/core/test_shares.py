"""A percentage says the same on pages and in papers, and never more than is there."""

from decimal import Decimal

import pytest

from consortium.core.shares import cut, percent


@pytest.mark.parametrize(
    ("share", "shown"),
    [("0", "0.0"), ("0.6248", "62.4"), ("0.9996", "99.9"), ("0.99999999", "99.9"), ("1", "100.0"), ("0.0004", "0.0"), ("0.07", "7.0")],
)  # fmt: skip
def test_a_percentage_is_cut(share, shown):
    assert percent(share) == percent(Decimal(share)) == shown
    assert percent(cut(Decimal(share))) == shown
