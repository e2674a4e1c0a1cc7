"""The heads and rules of money as dated data: which categories there are, how far indirect costs go, what may be moved at once.

A profile is a JSON file `<CODE>.json` beside this module; files in `DATA_DIR/money` add profiles, or replace those of the platform
by their code. What it computes is pure; `profile_of` alone asks the plan of a project which profile it has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from consortium import config
from consortium.core.dated import Sheet, Shelf
from consortium.core.errors import Refused
from consortium.core.terms import either, label
from consortium.core.words import Lazy, _l
from consortium.plans import queries
from consortium.plans.models import CostCategory
from consortium.projects.models import Project

#: The profile that counts where that of a plan cannot be used.
INSTEAD = "CN-2021"
FEN, NONE = Decimal("0.01"), Decimal("0.00")
#: Who may move money at once: the organisation that answers for it, or the lead unit of the project.
MOVERS = ("firm", "lead")


@dataclass(frozen=True)
class Said:
    """Where a rule comes from, and how sure that is (C, H, M, D)."""

    source: tuple[str, str]
    mark: str

    @property
    def words(self) -> str:
        """The source in the reader's language."""
        return either(*self.source)

    @property
    def asks_for_checking(self) -> bool:
        """Whether it is to be checked with the authority."""
        return self.mark != "C"


@dataclass(frozen=True)
class Head:
    """A category with its code and name in a profile."""

    category: CostCategory
    code: str
    names: tuple[str, str]

    @property
    def name(self) -> str:
        """Code and name in the reader's language."""
        return f"{self.code} {either(*self.names)}"


@dataclass(frozen=True)
class Indirect(Said):
    """The cap of indirect costs: shares of direct costs less some categories, by bands (`up_to` None: without end)."""

    less: frozenset[CostCategory]
    bands: tuple[tuple[Decimal | None, Decimal], ...]


@dataclass(frozen=True)
class Pairing:
    """Between which categories somebody moves money at once."""

    sources: frozenset[CostCategory]
    targets: frozenset[CostCategory]
    by: str


@dataclass(frozen=True)
class Moves(Said):
    """What may be moved at once; `share` is the largest part of an organisation's planned money that may be, None without such a limit."""

    pairings: tuple[Pairing, ...]
    across_sources: bool
    across_years: bool
    across_nodes: bool
    share: Decimal | None


@dataclass(frozen=True)
class Figure(Said):
    """A single figure of a profile."""

    value: Decimal


@dataclass(frozen=True)
class MoneyProfile(Said):
    """One set of heads and rules."""

    code: str
    names: tuple[str, str]
    valid_from: date
    heads: tuple[Head, ...]
    indirect: Indirect
    moves: Moves
    full_time: Figure
    warn_below: Figure

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return either(*self.names)

    @property
    def categories(self) -> tuple[CostCategory, ...]:
        """Its categories in their order."""
        return tuple(head.category for head in self.heads)

    def called(self, category: CostCategory) -> str:
        """A category as this profile calls it; one that it does not have by its word."""
        found = next((head.name for head in self.heads if head.category is category), None)
        return found if found is not None else label(category)

    def choices(self) -> list[tuple[str, str]]:
        """Its categories, for forms."""
        return [(head.category.value, head.name) for head in self.heads]

    def may_move(self, before: CostCategory, after: CostCategory) -> tuple[str, ...]:
        """Who moves money from one category to another at once (of `MOVERS`); nobody where that takes a change request."""
        if before is after:
            return MOVERS
        found = {one.by for one in self.moves.pairings if before in one.sources and after in one.targets}
        return tuple(mover for mover in MOVERS if mover in found or (mover == "lead" and "firm" in found))


def profile(code: str) -> MoneyProfile:
    """The profile of a code; refuses one that is not there, or whose file is wrong, in a sentence."""
    return PROFILES.get(code)


def profile_of(project: Project) -> MoneyProfile:
    """The profile of a project; that of the platform where its own cannot be used."""
    return usable(queries.plan_of(project).money_profile)


def in_use(project: Project) -> tuple[MoneyProfile, object | None]:
    """The profile that counts in a project, and why its own cannot be used, in a sentence; None where it can."""
    code = queries.plan_of(project).money_profile
    return usable(code), problem_with(code)


def problem_with(code: str) -> object | None:
    """Why a profile cannot be used, in a sentence; None where it can."""
    try:
        profile(code)
    except Refused as problem:
        return problem.message
    return None


def usable(code: str) -> MoneyProfile:
    """The profile of a code, or what counts in its place."""
    return PROFILES.in_force(code, INSTEAD)


def cap(profile: MoneyProfile, amounts: Mapping[CostCategory, Decimal]) -> Decimal:
    """How much indirect cost there may be beside some direct costs, in yuan, rounded down to the fen."""
    base = sum(
        (
            amount
            for head, amount in amounts.items()
            if head is not CostCategory.INDIRECT and head not in profile.indirect.less
        ),
        NONE,
    )
    total, below = Decimal(0), Decimal(0)
    for up_to, share in profile.indirect.bands:
        top = base if up_to is None else min(base, up_to)
        if top > below:
            total += (top - below) * share
        if up_to is None or base <= up_to:
            break
        below = up_to
    return total.quantize(FEN, ROUND_DOWN)


def formula(profile: MoneyProfile) -> list[Lazy]:
    """The cap of indirect costs in words, a line for each band."""
    found: list[Lazy] = []
    below = NONE
    for up_to, share in profile.indirect.bands:
        percent = f"{(share * 100).normalize():f}"
        if up_to is None and not below:
            found.append(_l("%(percent)s %% of the base", percent=percent))
        elif up_to is None:
            found.append(_l("%(percent)s %% of what lies above %(below)s yuan", percent=percent, below=f"{below:,.0f}"))
        elif not below:
            found.append(
                _l("%(percent)s %% of the first %(above)s yuan of the base", percent=percent, above=f"{up_to:,.0f}")
            )
        else:
            found.append(_l("%(percent)s %% of what lies between %(below)s and %(above)s yuan", percent=percent, below=f"{below:,.0f}", above=f"{up_to:,.0f}"))  # fmt: skip
        below = up_to or below
    return found


def available() -> list[tuple[str, str]]:
    """Code and name of every profile that can be used, for forms."""
    return [(code, found.name) for code, found in PROFILES.usable()]


def _made(sheet: Sheet) -> MoneyProfile:
    heads = tuple(_head(sheet, entry) for entry in sheet.rows("categories"))
    categories = [head.category for head in heads]
    if len(set(categories)) < len(categories) or CostCategory.INDIRECT not in categories or len(categories) < 2:
        raise sheet.wrong(_l("“categories” has to list each category once, “indirect” among them"))
    return MoneyProfile(
        **_said(sheet), code=str(sheet.get("code")), names=sheet.pair("name"), valid_from=sheet.day(sheet.get("valid_from")), heads=heads,
        indirect=_indirect(sheet.part("indirect"), categories), moves=_moves(sheet.part("moves"), categories),
        full_time=_figure(sheet.part("effort"), "full_time"), warn_below=_figure(sheet.part("execution"), "warn_below"),
    )  # fmt: skip


def _head(sheet: Sheet, entry: Any) -> Head:
    code = entry.get("code") if isinstance(entry, dict) else None
    if not isinstance(code, str) or not 0 < len(code) <= 10:
        raise sheet.wrong(_l("each entry of “categories” has to say “category”, “code” and “name”"))
    return Head(_category(sheet, entry.get("category")), code, Sheet(entry, sheet.refusal).pair("name"))


def _indirect(sheet: Sheet, known: Collection[CostCategory]) -> Indirect:
    bands: list[tuple[Decimal | None, Decimal]] = []
    for entry in sheet.rows("bands"):
        if not isinstance(entry, dict):
            raise sheet.wrong(_l("each entry of “bands” has to say “up_to” and “share”"))
        up_to, share = entry.get("up_to"), _number(sheet, entry.get("share"))
        bands.append((None if up_to is None else _number(sheet, up_to), share))
    ends = [end for end, _ in bands]
    if not bands or ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted(set(ends[:-1]), key=lambda end: end or NONE):  # fmt: skip
        raise sheet.wrong(_l("“bands” has to rise, and its last entry has no end"))
    if any(not 0 <= share <= 1 for _, share in bands):
        raise sheet.wrong(_l("a share lies between 0 and 1"))
    return Indirect(**_said(sheet), less=_categories(sheet, "less", known), bands=tuple(bands))


def _moves(sheet: Sheet, known: Collection[CostCategory]) -> Moves:
    pairings = []
    for entry in sheet.rows("among"):
        if not isinstance(entry, dict) or entry.get("by") not in MOVERS:
            raise sheet.wrong(_l("each entry of “among” has to say “from”, “to” and “by” (firm or lead)"))
        pair = Sheet(entry, sheet.refusal)
        pairings.append(Pairing(_categories(pair, "from", known), _categories(pair, "to", known), entry["by"]))
    flags = [sheet.get(key) for key in ("across_sources", "across_years", "across_nodes")]
    if any(not isinstance(flag, bool) for flag in flags):
        raise sheet.wrong(_l("“across_sources”, “across_years” and “across_nodes” have to be true or false"))
    share = None if sheet.get("share") is None else _number(sheet, sheet.get("share"))
    if share is not None and not 0 <= share <= 1:
        raise sheet.wrong(_l("a share lies between 0 and 1"))
    return Moves(
        **_said(sheet), pairings=tuple(pairings), across_sources=bool(flags[0]), across_years=bool(flags[1]), across_nodes=bool(flags[2]), share=share
    )  # fmt: skip


def _figure(sheet: Sheet, key: str) -> Figure:
    return Figure(**_said(sheet), value=_number(sheet, sheet.get(key)))


def _said(sheet: Sheet) -> dict[str, Any]:
    return {"mark": sheet.mark, "source": sheet.pair("source")}


def _categories(sheet: Sheet, key: str, known: Collection[CostCategory]) -> frozenset[CostCategory]:
    found = frozenset(_category(sheet, entry) for entry in sheet.rows(key))
    if found - set(known):
        raise sheet.wrong(_l("“%(key)s” names a category that the profile does not have", key=key))
    return found


def _category(sheet: Sheet, entry: Any) -> CostCategory:
    try:
        return CostCategory(entry)
    except ValueError:
        raise sheet.wrong(_l("%(word)s is no category", word=str(entry)[:40])) from None


def _number(sheet: Sheet, entry: Any) -> Decimal:
    try:
        if not isinstance(entry, str) or not (found := Decimal(entry)).is_finite() or found < 0 or found > 10**13:
            raise ValueError
    except (ValueError, InvalidOperation):
        raise sheet.wrong(_l("%(number)s is not a number in quotation marks", number=str(entry)[:20])) from None
    return found


PROFILES = Shelf(
    Path(__file__).with_name("money_data"), lambda: config.current().folder / "money", _made,
    missing=lambda code: _l("There is no money profile %(code)s.", code=code),
    unreadable=lambda name: _l("The money profile %(name)s cannot be read.", name=name),
    unusable=lambda name, why: _l("The money profile %(name)s cannot be used: %(why)s.", name=name, why=why),
)  # fmt: skip
