"""Class I and Class II of intellectual property (Ⅰ类, Ⅱ类) as dated data: computed from what an outcome is, never typed.

A set of rules is a JSON file `<CODE>.json`; the one in force on a day is the latest that had begun. Files in `DATA_DIR/ip_classes` add
sets, or replace those of the platform by their code, as when the rules change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consortium import config
from consortium.core.dated import Sheet, Shelf
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.results.models import OutcomeKind

FIRST, SECOND, NONE = "I", "II", ""


@dataclass(frozen=True)
class Rules:
    """Which kinds are Class I and which Class II from a day on, and what else has to hold for a firm."""

    code: str
    effective_from: date
    source: tuple[str, str]
    kinds: dict[str, frozenset[str]]
    marks: dict[str, str]
    transferred_in_counts: bool
    first_holders: int | None

    def class_of(self, kind: OutcomeKind, transferred_in: bool = False) -> str:
        """`I`, `II` or nothing, by what it is and how it came to its holders."""
        if transferred_in and not self.transferred_in_counts:
            return NONE
        return next((name for name, kinds in self.kinds.items() if kind.value in kinds), NONE)

    def counts_for(self, place: int) -> bool:
        """Whether it counts for the holder who is named at a place."""
        return self.first_holders is None or place <= self.first_holders

    def asks_for_checking(self, name: str) -> bool:
        """Whether what is said of a class is not certain enough to be relied on without asking the authority."""
        return self.marks.get(name, "C") != "C"

    @property
    def named(self) -> str:
        """Its source in the reader's language."""
        return either(*self.source)


def on(day: date) -> Rules:
    """The rules that were in force on a day; before the first of them those of the first."""
    begun = [rules for rules in every() if rules.effective_from <= day]
    return begun[-1] if begun else every()[0]


def every() -> list[Rules]:
    """All sets of rules by their first day."""
    return sorted((found for _, found in CLASSES.usable()), key=lambda rules: (rules.effective_from, rules.code))


def _made(sheet: Sheet) -> Rules:
    begins, first = sheet.day(sheet.get("effective_from")), sheet.get("first_holders")
    if not isinstance(sheet.get("transferred_in_counts"), bool) or not (
        first is None or (type(first) is int and first > 0)
    ):
        raise sheet.wrong(_l("“transferred_in_counts” has to be true or false, “first_holders” a number or null"))
    classes = {FIRST: _class(sheet, "class_1"), SECOND: _class(sheet, "class_2")}
    if classes[FIRST][0] & classes[SECOND][0]:
        raise sheet.wrong(_l("a kind is in both classes"))
    return Rules(
        sheet.get("code"), begins, sheet.pair("source"), {key: kinds for key, (kinds, _) in classes.items()},
        {key: mark for key, (_, mark) in classes.items()}, sheet.get("transferred_in_counts"), first,
    )  # fmt: skip


def _class(sheet: Sheet, key: str) -> tuple[frozenset[str], str]:
    part, known = sheet.part(key), {kind.value for kind in OutcomeKind}
    kinds = part.get("kinds")
    if not isinstance(kinds, list) or not all(kind in known for kind in kinds):
        raise sheet.wrong(_l("“%(key)s” has to list kinds of outcomes", key=key))
    return frozenset(kinds), part.mark


CLASSES = Shelf(
    Path(__file__).with_name("class_data"), lambda: config.current().folder / "ip_classes", _made,
    missing=lambda code: _l("There are no classes %(code)s.", code=code),
    unreadable=lambda name: _l("The file of classes %(name)s cannot be read.", name=name),
    unusable=lambda name, why: _l("The file of classes %(name)s cannot be used: %(why)s.", name=name, why=why),
)  # fmt: skip
