"""What features declare of themselves for the pages of others; collected here, so that no lower feature names an upper one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import Any


@dataclass(frozen=True)
class FoundAs:
    """The group in which the search shows rows of a kind: its plural, its icon, the address of a row, its place among the groups."""

    label: object
    icon: str
    address: str
    order: int


@dataclass(frozen=True)
class ToldAs:
    """How the feed shows an event about a row of a kind: its icon, and the address of the row if it has a page."""

    icon: str
    address: str | None = None


@dataclass(frozen=True)
class Tab:
    """A page of a project beside its overview: its word, its endpoint (`plans.show`, which takes the project's number), its place in the row."""

    label: object
    endpoint: str
    order: int


@dataclass(frozen=True)
class Card:
    """A part that a feature adds to the pages of another's things: `found(actor, thing)` answers what the template shows, or None for nothing.

    A feature declares `CARDS = {"milestone": (Card(…),)}` by the tables of the things; the template gets `part.thing` and `part.found`.
    `place` names the part of the page that asks for it; "" is below everything else.
    """

    template: str
    found: Callable[[Any, Any], Any]
    place: str = ""
    order: int = 50


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper: its word, its name in `flask paper` and what that asks, and the files that its facts can be saved as.

    `issued` is called with a paper of the kind in the transaction that issues it, to tell those whom it concerns.
    """

    kind: str
    label: object
    command: str
    facts_for: Callable[[str], tuple[str, dict[str, Any]]]
    forms: Mapping[str, Callable[[dict[str, Any]], bytes]] = field(default_factory=dict)
    issued: Callable[[Any], None] | None = None


_entered: dict[str, None] = {}


def enter(feature: str) -> None:
    """A feature is there from now on; the app says so, lowest feature first."""
    _entered[feature] = None
    declared.cache_clear()
    joined.cache_clear()


@cache
def declared(part: str, name: str) -> tuple[Any, ...]:
    """What `consortium.<feature>.<part>` declares under a name, one of each feature that does, lowest first."""
    modules = [f"consortium.{feature}.{part}" for feature in _entered]
    found = [getattr(importlib.import_module(module), name, None) for module in modules if find_spec(module)]
    return tuple(one for one in found if one is not None)


@cache
def joined(part: str, name: str) -> Mapping[str, Any]:
    """The dictionaries that features declare under a name, as one; two that say the same key are a mistake."""
    found: dict[str, Any] = {}
    for one in declared(part, name):
        if twice := found.keys() & one.keys():
            raise LookupError(f"{name} of two features say {', '.join(sorted(twice))}.")
        found |= one
    return found


def cards(kind: str, place: str = "") -> list[Card]:
    """What features add at a place of the pages of a kind of thing, in its order."""
    found = [card for one in declared("shown", "CARDS") for card in one.get(kind, ()) if card.place == place]
    return sorted(found, key=lambda card: card.order)


def papers() -> Mapping[str, PaperKind]:
    """All kinds of paper, by the kind that is kept with each."""
    return {paper.kind: paper for listed in declared("services", "PAPERS") for paper in listed}
