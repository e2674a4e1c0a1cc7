"""Indirect costs of claims by the rule of a money profile: how much there may be, and how it falls on sources. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from consortium.plans.models import CostCategory, MoneySource
from consortium.plans.money_rules import MoneyProfile, cap

FEN, NONE = Decimal("0.01"), Decimal("0.00")
Key = TypeVar("Key", bound=Hashable)
Direct = Mapping[tuple[CostCategory, MoneySource], Decimal]


@dataclass(frozen=True)
class Room:
    """How much indirect cost a claim may carry: the direct costs that count (`base`), what they allow in all, and what others took of it."""

    base: Decimal
    allowed: Decimal
    taken: Decimal

    @property
    def left(self) -> Decimal:
        """What this claim may carry."""
        return max(self.allowed - self.taken, NONE)


def room(profile: MoneyProfile, direct: Mapping[CostCategory, Decimal], taken: Decimal) -> Room:
    """The room beside all direct costs of a firm in a project so far, of which other claims have `taken` some."""
    base = sum((amount for head, amount in direct.items() if counts(profile, head)), NONE)
    return Room(base, cap(profile, direct), taken)


def counts(profile: MoneyProfile, head: CostCategory) -> bool:
    """Whether direct costs under a head carry indirect ones."""
    return head is not CostCategory.INDIRECT and head not in profile.indirect.less


def by_source(profile: MoneyProfile, amount: Decimal, direct: Direct) -> dict[MoneySource, Decimal]:
    """An amount of indirect costs, on the sources of the direct costs that carry it; where none do, on those of all."""
    return {source: part for source, part in parted(amount, weights_of(profile, direct)).items() if part}


def weights_of(profile: MoneyProfile, direct: Direct) -> dict[MoneySource, Decimal]:
    """The direct costs that carry indirect ones, by source; where none do, all of them."""
    weights: dict[MoneySource, Decimal] = {}
    for carrying in (True, False):
        for (head, source), spent in direct.items():
            if counts(profile, head) or not carrying:
                weights[source] = weights.get(source, NONE) + spent
        if weights:
            break
    return weights


def bounded(amount: Decimal, weights: Mapping[Key, Decimal], most: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """An amount parted by weights to the fen, no part beyond its bound: what one cannot take goes to the others that have weight, and else to none."""
    free = {key: weight for key, weight in weights.items() if weight > 0 and most.get(key, NONE) > 0}
    found: dict[Key, Decimal] = {}
    left = min(amount, sum((most[key] for key in free), NONE))
    while free:
        parts = parted(left, free)
        full = [key for key, part in parts.items() if part > most[key]]
        if not full:
            return found | parts
        for key in full:
            found[key] = most[key]
            left -= most[key]
            del free[key]
    return found


def parted(amount: Decimal, weights: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """An amount parted by weights to the fen: nothing is lost, and no part exceeds its weight where the amount does not exceed them all."""
    whole = sum(weights.values(), NONE)
    if not whole:
        return {}
    fen, units = int(amount / FEN), {key: int(weight / FEN) for key, weight in weights.items()}
    total = sum(units.values())
    shares = {key: divmod(fen * unit, total) for key, unit in units.items()}
    rest = fen - sum(share for share, _ in shares.values())
    largest = sorted(shares, key=lambda key: shares[key][1], reverse=True)[:rest]
    return {key: Decimal(share + (key in largest)).scaleb(-2) for key, (share, _) in shares.items()}
