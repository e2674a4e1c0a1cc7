"""What holds of each kind of outcome: the words of its states and days, which fields it has, how its number is checked and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consortium.core import identifiers
from consortium.core.words import Lazy, _l
from consortium.results.models import OutcomeKind as Kind

#: The life of an outcome; the word of each state depends on its kind.
STATES = ("pending", "in_force", "refused", "ended")
TONES = {"pending": "act", "in_force": "ok", "refused": "none", "ended": "none"}


@dataclass(frozen=True)
class Nature:
    """The words of the four states, of its two days and of its number; the fields that only some kinds have; and the check of its number."""

    states: tuple[Lazy, Lazy, Lazy, Lazy]
    applied: Lazy
    granted: Lazy
    number: Lazy
    fields: tuple[str, ...] = ()
    check: Callable[[str], str] | None = None
    #: Numbers of kinds with one family are compared with each other.
    family: str = ""
    needs_number: bool = True

    def word(self, state: str) -> Lazy:
        """The word of a state."""
        return self.states[STATES.index(state)]


PATENT_STATES = (_l("Applied for"), _l("Granted"), _l("Refused or withdrawn"), _l("Lapsed"))
REGISTERED_STATES = (_l("Applied for"), _l("Registered"), _l("Refused or withdrawn"), _l("Deleted"))
STANDARD_STATES = (_l("Being prepared"), _l("Published"), _l("Given up"), _l("Abolished"))
PAPER_STATES = (_l("Submitted"), _l("Published"), _l("Refused or withdrawn"), _l("Retracted"))
AWARD_STATES = (_l("Nominated"), _l("Awarded"), _l("Not awarded"), _l("Taken back"))
OTHER_STATES = (_l("Being prepared"), _l("Certified"), _l("Given up"), _l("Ended"))
PATENT_FIELDS = ("people", "grant_number", "pct", "licence", "transferred_in")


def _patent(kind: str) -> Nature:
    return Nature(
        PATENT_STATES, _l("Application date"), _l("Date of grant"), _l("Application number"), PATENT_FIELDS,
        lambda typed: identifiers.patent_of(kind, typed), "cn",
    )  # fmt: skip


def _other(word: Lazy, fields: tuple[str, ...] = ("people", "body"), needs_number: bool = False) -> Nature:
    return Nature(OTHER_STATES, _l("Taken up on"), _l("Certified on"), word, fields, needs_number=needs_number)


NATURES: dict[Kind, Nature] = {
    Kind.INVENTION: _patent("invention"), Kind.UTILITY: _patent("utility"), Kind.DESIGN: _patent("design"),
    Kind.FOREIGN_PATENT: Nature(PATENT_STATES, _l("Application date"), _l("Date of grant"), _l("Application number"), ("people", "body", "pct", "licence", "transferred_in")),
    Kind.SOFTWARE: Nature(REGISTERED_STATES, _l("Completed on"), _l("Registered on"), _l("Registration number"), ("people", "edition", "licence", "transferred_in"), identifiers.software_copyright, needs_number=False),
    Kind.LAYOUT: Nature(REGISTERED_STATES, _l("Application date"), _l("Registered on"), _l("Registration number"), ("people", "licence", "transferred_in"), identifiers.layout_design, needs_number=False),
    Kind.STANDARD: Nature(STANDARD_STATES, _l("Taken up on"), _l("Published on"), _l("Number of the standard or of its plan"), ("standard", "role", "body", "people"), needs_number=False),
    Kind.PAPER: Nature(PAPER_STATES, _l("Submitted on"), _l("Published on"), _l("DOI"), ("people", "body"), identifiers.doi, needs_number=False),
    Kind.SCIENCE_REPORT: _other(_l("Number of the report")),
    Kind.AWARD: Nature(AWARD_STATES, _l("Nominated on"), _l("Awarded on"), _l("Number of the certificate"), ("people", "body"), needs_number=False),
    Kind.NEW_PRODUCT: _other(_l("Number of the certificate")), Kind.NEW_PROCESS: _other(_l("Number of the certificate")),
    Kind.REGISTRATION: _other(_l("Registration number"), needs_number=True),
}  # fmt: skip
#: Fields of which a kind has only those in its `fields`.
SPECIAL = ("people", "body", "edition", "standard", "role", "pct", "licence", "transferred_in", "grant_number")


def checked(kind: Kind, number: str, standard: Any = None) -> str:
    """The number of an outcome as it is kept; Refused with what is wrong with it."""
    if not number.strip():
        return ""
    if kind is Kind.STANDARD:
        return identifiers.standard(standard.value, number) if standard is not None else number.strip()
    check = NATURES[kind].check
    return check(number) if check is not None else identifiers.registration(number)


def key_of(kind: Kind, number: str) -> str | None:
    """By what an outcome is known again, however its number is written; None where it has no number."""
    if not number:
        return None
    bare = "".join(character for character in number.upper() if character.isalnum())
    return f"{NATURES[kind].family or kind.value}:{bare}"[:160]
