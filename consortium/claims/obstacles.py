"""What claims stand in the way of: changing a voucher that one of them holds."""

from __future__ import annotations

from consortium.claims import queries
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.words import _l
from consortium.logbook.models import Voucher


@stands_in_the_way_of("change_voucher")
def held(voucher: Voucher) -> list[object]:
    """A claim that is not rejected holds the voucher: what it asks for must not change under it."""
    claim = queries.holding(voucher)
    if claim is None:
        return []
    return [
        _l(
            "This voucher stands in claim #%(number)s of %(period)s. Take it out of the claim first.",
            number=claim.number,
            period=claim.period,
        )
    ]
