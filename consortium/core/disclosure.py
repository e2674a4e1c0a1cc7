"""Sums over firms that others read, never so small that one of them finds another's part by subtracting its own (docs/decisions/0020)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

#: So many firms have to stand behind a sum: of two, each knows the other's part.
LEAST = 3
NONE = Decimal("0.00")

Key = TypeVar("Key", bound=Hashable)
#: What a firm has under a key by the end of a period, and how much of it came since its sums were shown last.
Part = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Together(Generic[Key]):
    """Keys that are shown as one, with their sum by the end of the period and within it, and the number of firms behind it."""

    keys: tuple[Key, ...]
    until: Decimal
    within: Decimal
    firms: int


@dataclass(frozen=True)
class Past(Generic[Key]):
    """A table that was shown: which keys stood together in it, and which firms had changed what is under a key since it was shown before."""

    groups: tuple[tuple[Key, ...], ...]
    changed: Mapping[Key, frozenset[int]]


@dataclass(frozen=True)
class Told(Generic[Key]):
    """What is known of a table from all the times it was shown: what each firm had the last time, and how it stood each time."""

    last: Mapping[Key, Mapping[int, Decimal]] = field(default_factory=dict)
    past: tuple[Past[Key], ...] = ()


def parts(now: Mapping[Key, Mapping[int, Decimal]], told: Told[Key]) -> dict[Key, dict[int, Part]]:
    """What firms have now, with what came since the table was shown last, whatever day it is about."""
    found: dict[Key, dict[int, Part]] = {}
    for key in dict.fromkeys((*now, *told.last)):
        new, old = now.get(key, {}), told.last.get(key, {})
        found[key] = {
            firm: (new.get(firm, NONE), new.get(firm, NONE) - old.get(firm, NONE)) for firm in sorted({*new, *old})
        }
    return found


def showing(now: Mapping[Key, Mapping[int, Decimal]], groups: Iterable[tuple[Key, ...]], told: Told[Key]) -> Told[Key]:
    """What is known once a table is shown in these groups; nothing new where it has none."""
    shown = tuple(groups)
    if not shown:
        return told
    changed = {
        key: frozenset(firm for firm, (_, within) in firms.items() if within)
        for key, firms in parts(now, told).items() if any(within for _, within in firms.values())
    }  # fmt: skip
    if not changed and told.past and shown == told.past[-1].groups:
        return told
    last = {key: having for key, firms in now.items() if (having := {firm: one for firm, one in firms.items() if one})}
    return Told(last, (*told.past, Past(shown, changed)))


def together(found: Mapping[Key, Mapping[int, Part]], past: Sequence[Past[Key]] = ()) -> list[Together[Key]]:
    """The sums by key, in the order of the keys; those that too few firms stand behind are one, at the end, with as much as it needs.

    What nobody has is left out, but for what somebody had when it was shown (with no firms behind it). Empty where even all together tell too much. What was shown before is not to be subtracted either:
    since then either nobody adds to a sum, or enough firms do, and keys that stood together part only where enough firms stand
    behind each side of every difference that parting makes.
    """
    filled = _filled(found, past)
    alone = [key for key, firms in filled.items() if not firms or _tells_little([firms])]
    rest = [key for key in filled if key not in alone]
    while rest and alone and not _tells_little([filled[key] for key in rest]):
        # The smallest of those that could stand alone, so that as much as possible still does.
        key = min(alone, key=lambda one: _sums([filled[one]])[0] if filled[one] else Decimal("Infinity"))
        alone.remove(key)
        rest.append(key)
    if rest and not _tells_little([filled[key] for key in rest]):
        return []
    groups = [{key} for key in alone] + ([set(rest)] if rest else [])
    while parting := _parting(groups, past):
        first, *others = sorted(parting, key=lambda one: (_sums(filled[key] for key in groups[one])[0], one))
        groups[others[0]] |= groups[first]
        del groups[first]
    order = {key: place for place, key in enumerate(filled)}
    listed = [tuple(sorted(group, key=lambda one: order[one])) for group in groups]
    listed.sort(key=lambda keys: (len(keys) > 1, order[keys[0]]))
    return [_shown(keys, [filled[key] for key in keys]) for keys in listed]


def tells_little(
    found: Mapping[Key, Mapping[int, Part]], groups: Sequence[tuple[Key, ...]], past: Sequence[Past[Key]] = ()
) -> bool:
    """Whether all of it can be shown in groups that something else has made."""
    filled = _filled(found, past)
    if set(filled) - {key for group in groups for key in group}:
        return False
    for group in groups:
        having = [filled[key] for key in group if key in filled]
        if _firms(having) and not _tells_little(having):
            return False
    return not _parting([set(group) for group in groups], past)


def _parting(groups: Sequence[set[Key]], past: Sequence[Past[Key]]) -> list[int]:
    """Groups (their places) that part what too few firms had changed at some time before; none where all may stand.

    What came at some time can be told as finely as all groups since then divide it. Where enough firms stand behind each piece
    at each time, they do behind every sum and difference that can be made of all that was ever shown.
    """
    place = {key: number for number, group in enumerate(groups) for key in group}
    seen: dict[Key, tuple[int, ...]] = {key: () for one in past for key in one.changed}
    for one in reversed(past):
        stood = {key: number for number, group in enumerate(one.groups) for key in group}
        seen = {key: (*since, stood.get(key, -1)) for key, since in seen.items()}
        pieces: dict[tuple[int, ...], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        for key, firms in one.changed.items():
            pieces[seen[key]][place.get(key, -1)] |= firms
        for piece in pieces.values():
            small = [number for number, firms in piece.items() if len(firms) < LEAST]
            if small and len(piece) > 1:
                return [small[0], *(number for number in piece if number != small[0])]
    return []


def _shown(keys: tuple[Key, ...], found: list[dict[int, Part]]) -> Together[Key]:
    return Together(keys, *_sums(found), len(_firms(found)))


def _filled(found: Mapping[Key, Mapping[int, Part]], past: Sequence[Past[Key]]) -> dict[Key, dict[int, Part]]:
    """The keys under which firms have something, or had when it was shown: that it is gone is told by what stays."""
    known = {key for one in past for key in one.changed}
    filled = {key: firms for key, there in found.items() if (firms := _having(there)) or key in known}
    return filled | {key: {} for one in past for key in one.changed if key not in filled}


def _having(found: Mapping[int, Part]) -> dict[int, Part]:
    return {firm: part for firm, part in found.items() if part[0] or part[1]}


def _firms(found: Iterable[Mapping[int, Part]]) -> set[int]:
    return {firm for firms in found for firm in firms}


def _tells_little(found: list[dict[int, Part]]) -> bool:
    """Whether enough firms stand behind a sum, and behind what came to it."""
    adding = {firm for firms in found for firm, (_, within) in firms.items() if within}
    return len(_firms(found)) >= LEAST and (not adding or len(adding) >= LEAST)


def _sums(found: Iterable[Mapping[int, Part]]) -> tuple[Decimal, Decimal]:
    listed = [part for firms in found for part in firms.values()]
    return sum((until for until, _ in listed), NONE), sum((within for _, within in listed), NONE)
