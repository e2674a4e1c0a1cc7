"""Sums over firms that others read, never so small that one of them finds another's part by subtracting its own (docs/decisions/0020)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

#: So many firms have to stand behind a sum: of two, each knows the other's part.
LEAST = 3

Key = TypeVar("Key", bound=Hashable)
#: What a firm has under a key by the end of a period, and how much of it came within the period.
Part = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Together(Generic[Key]):
    """Keys that are shown as one, with their sum by the end of the period and within it, and the number of firms behind it."""

    keys: tuple[Key, ...]
    until: Decimal
    within: Decimal
    firms: int


def together(parts: Mapping[Key, Mapping[int, Part]]) -> list[Together[Key]]:
    """The sums by key, in the order of the keys; those that too few firms stand behind are one, at the end, with as much as it needs.

    What nobody has is left out. Empty where even all together tell too much. Two reports in a row are not to be subtracted either,
    so that within the period either nobody adds to a sum, or enough firms do.
    """
    filled = {key: firms for key, found in parts.items() if (firms := _having(found))}
    alone = [key for key, firms in filled.items() if _tells_little([firms])]
    rest = [key for key in filled if key not in alone]
    while rest and alone and not _tells_little([filled[key] for key in rest]):
        # The smallest of those that could stand alone, so that as much as possible still does.
        key = min(alone, key=lambda one: _sums([filled[one]])[0])
        alone.remove(key)
        rest.append(key)
    if rest and not _tells_little([filled[key] for key in rest]):
        return []
    groups = [(key,) for key in alone] + ([tuple(key for key in filled if key in rest)] if rest else [])
    return [_shown(keys, [filled[key] for key in keys]) for keys in groups]


def _shown(keys: tuple[Key, ...], found: list[dict[int, Part]]) -> Together[Key]:
    return Together(keys, *_sums(found), len(_firms(found)))


def open_sum(found: Mapping[int, Part]) -> Decimal | None:
    """The sum by the end of the period; None where it would tell too much, and where nobody has anything."""
    having = _having(found)
    return _sums([having])[0] if having and _tells_little([having]) else None


def merged(found: Iterable[Mapping[int, Part]]) -> dict[int, Part]:
    """What firms have under several keys at once."""
    none = Decimal("0.00")
    whole: dict[int, Part] = {}
    for firms in found:
        for firm, (until, within) in firms.items():
            before = whole.get(firm, (none, none))
            whole[firm] = (before[0] + until, before[1] + within)
    return whole


def _having(found: Mapping[int, Part]) -> dict[int, Part]:
    return {firm: part for firm, part in found.items() if part[0] or part[1]}


def _firms(found: Iterable[Mapping[int, Part]]) -> set[int]:
    return {firm for firms in found for firm in firms}


def _tells_little(found: list[dict[int, Part]]) -> bool:
    """Whether enough firms stand behind a sum, and behind what came to it."""
    adding = {firm for firms in found for firm, (_, within) in firms.items() if within}
    return len(_firms(found)) >= LEAST and (not adding or len(adding) >= LEAST)


def _sums(found: Iterable[Mapping[int, Part]]) -> tuple[Decimal, Decimal]:
    parts = [part for firms in found for part in firms.values()]
    none = Decimal("0.00")
    return sum((until for until, _ in parts), none), sum((within for _, within in parts), none)
