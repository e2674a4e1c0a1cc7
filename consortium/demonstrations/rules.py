"""Rules on the insurance of first products as dated data, by province.

A rule is a JSON file beside this one: `code`, `province` ("" for the whole country), `from` (the first day on which it holds), `name`,
`source`, `mark` (C confirmed by the text, H high, M middling, D our own derivation), and what it pays for: `kinds` of product, the
part by recognition, the highest rate, and the years in a row where it says how many. What readiness a trial asks
for is said by `maturity.scale`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from consortium.core.terms import either
from consortium.demonstrations.models import ProductKind, Recognition

SHIPPED = Path(__file__).with_name("rule_data")


@dataclass(frozen=True)
class Rule:
    """A rule with where it comes from; parts and rates are parts of one."""

    code: str
    province: str
    since: date
    names: tuple[str, str]
    sources: tuple[str, str]
    mark: str
    most_rate: Decimal = Decimal(0)
    most_years: int = 0
    parts: tuple[tuple[Recognition, Decimal], ...] = ()
    kinds: tuple[ProductKind, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return either(*self.names)

    @property
    def source(self) -> str:
        """Where it comes from, in the reader's language."""
        return either(*self.sources)

    @property
    def asks_for_checking(self) -> bool:
        """Whether the text itself was not confirmed, so that the authority has to be asked."""
        return self.mark != "C"

    def part(self, kind: ProductKind, level: Recognition) -> Decimal:
        """The part of the premium that public money pays at most, for a product of that kind and recognition; none for a kind of which it says nothing."""
        return dict(self.parts).get(level, Decimal(0)) if kind in self.kinds else Decimal(0)


def insurance(province: str, on: date) -> Rule:
    """The rule of a province on a day; where it has none of its own, that of the whole country."""
    found = [rule for rule in shipped() if rule.province in ("", province)]
    holding = [rule for rule in found if rule.since <= on] or sorted(found, key=lambda rule: rule.since)[:1]
    return max(holding, key=lambda rule: (rule.province != "", rule.since))


@cache
def shipped() -> tuple[Rule, ...]:
    """All rules, by their code."""
    return tuple(parse(path.read_text("utf-8")) for path in sorted(SHIPPED.glob("*.json")))


def parse(content: str) -> Rule:
    """A rule from the text of its file."""
    said = json.loads(content, parse_float=Decimal)
    if said["mark"] not in ("C", "H", "M", "D"):
        raise ValueError(f"The mark of {said['code']} is none of C, H, M and D.")
    parts = tuple((Recognition(level), Decimal(part)) for level, part in said.get("part", {}).items())
    return Rule(
        said["code"], said["province"], date.fromisoformat(said["from"]), (said["name"]["zh"], said["name"]["en"]),
        (said["source"]["zh"], said["source"]["en"]), said["mark"], Decimal(said.get("most_rate", "0")), int(said.get("most_years", 0)), parts,
        tuple(ProductKind(kind) for kind in said.get("kinds", ())),
    )  # fmt: skip
