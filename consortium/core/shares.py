"""A part of one as it is shown: one decimal of a per cent, cut and never rounded, so that 99.96 is not shown as 100."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

EXACT = Decimal("0.001")


def cut(share: Decimal) -> Decimal:
    """A part of one with three decimals, which is what its percentage shows."""
    return share.quantize(EXACT, ROUND_DOWN)


def percent(share: Decimal | str) -> str:
    """`62.4` for 0.6248."""
    return f"{cut(Decimal(share)).scaleb(2):.1f}"
