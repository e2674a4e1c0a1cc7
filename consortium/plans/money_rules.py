"""The heads and rules of money as dated data: which categories there are, how far indirect costs go, what may be moved at once.

A profile is a JSON file `<CODE>.json` beside this module; files in `DATA_DIR/money` add profiles, or replace those of the platform
by their code. What it computes is pure; `profile_of` alone asks the plan of a project which profile it has.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from consortium import config
from consortium.core.errors import Refused
from consortium.core.terms import either, label
from consortium.core.words import Lazy, _l
from consortium.plans import queries
from consortium.plans.calendars import MARKS
from consortium.plans.models import CostCategory
from consortium.projects.models import Project

SHIPPED = Path(__file__).with_name("money_data")
LARGEST_FILE = 1 << 20
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
    path = files().get(code)
    if path is None:
        raise Refused(_l("There is no money profile %(code)s.", code=code))
    return _read(path)


def profile_of(project: Project) -> MoneyProfile:
    """The profile of a project; that of the platform where its own cannot be used."""
    return usable(queries.plan_of(project).money_profile)


def usable(code: str) -> MoneyProfile:
    """The profile of a code, or the one that counts in its place."""
    try:
        return profile(code)
    except Refused:
        return profile(INSTEAD)


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
    return [(code, found.name) for code, found in _all() if isinstance(found, MoneyProfile)]


def problems() -> list[object]:
    """What is wrong with the profiles that the operator added, a sentence each."""
    return [found.message for _, found in _all() if isinstance(found, Refused)]


def files() -> dict[str, Path]:
    """The file of each profile, the operator's before those of the platform."""
    own = config.current().folder / "money"
    return {path.stem: path for folder in (SHIPPED, own) for path in sorted(folder.glob("*.json"))}


def _all() -> Iterator[tuple[str, MoneyProfile | Refused]]:
    for code, path in files().items():
        try:
            yield code, _read(path)
        except Refused as problem:
            yield code, problem


def _read(path: Path) -> MoneyProfile:
    try:
        about = path.stat()
        return _parsed(path, about.st_mtime_ns, about.st_size)
    except OSError:
        raise Refused(_l("The money profile %(name)s cannot be read.", name=path.name)) from None


@lru_cache(64)
def _parsed(path: Path, _changed: int, size: int) -> MoneyProfile:
    """A file is read again when it has changed."""
    if size > LARGEST_FILE:
        raise _wrong(path.name, _l("it is larger than a money profile can be"))
    return parse(path.read_bytes(), path.name)


def parse(content: bytes, name: str) -> MoneyProfile:
    """A profile from the bytes of its file; refuses in a sentence that says what is wrong."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise _wrong(name, _l("it is not JSON")) from None
    if not isinstance(said, dict):
        raise _wrong(name, _l("it has to be an object"))
    code = said.get("code")
    if code != name.removesuffix(".json") or not str(code).isascii() or not 0 < len(str(code)) <= 40:
        raise _wrong(name, _l("“code” has to be the name of the file"))
    heads = tuple(_head(entry, name) for entry in _list(said, "categories", name))
    categories = [head.category for head in heads]
    if len(set(categories)) < len(categories) or CostCategory.INDIRECT not in categories or len(categories) < 2:
        raise _wrong(name, _l("“categories” has to list each category once, “indirect” among them"))
    return MoneyProfile(
        **_said(said, name), code=str(code), names=_pair(said, "name", name), valid_from=_day(said.get("valid_from"), name), heads=heads,
        indirect=_indirect(_part(said, "indirect", name), categories, name), moves=_moves(_part(said, "moves", name), categories, name),
        full_time=_figure(_part(said, "effort", name), "full_time", name), warn_below=_figure(_part(said, "execution", name), "warn_below", name),
    )  # fmt: skip


def _head(entry: Any, name: str) -> Head:
    code = entry.get("code") if isinstance(entry, dict) else None
    if not isinstance(code, str) or not 0 < len(code) <= 10:
        raise _wrong(name, _l("each entry of “categories” has to say “category”, “code” and “name”"))
    return Head(_category(entry.get("category"), name), code, _pair(entry, "name", name))


def _indirect(said: dict[str, Any], known: Collection[CostCategory], name: str) -> Indirect:
    bands: list[tuple[Decimal | None, Decimal]] = []
    for entry in _list(said, "bands", name):
        if not isinstance(entry, dict):
            raise _wrong(name, _l("each entry of “bands” has to say “up_to” and “share”"))
        up_to, share = entry.get("up_to"), _number(entry.get("share"), name)
        bands.append((None if up_to is None else _number(up_to, name), share))
    ends = [end for end, _ in bands]
    if not bands or ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted(set(ends[:-1]), key=lambda end: end or NONE):  # fmt: skip
        raise _wrong(name, _l("“bands” has to rise, and its last entry has no end"))
    if any(not 0 <= share <= 1 for _, share in bands):
        raise _wrong(name, _l("a share lies between 0 and 1"))
    return Indirect(**_said(said, name), less=_categories(said, "less", known, name), bands=tuple(bands))


def _moves(said: dict[str, Any], known: Collection[CostCategory], name: str) -> Moves:
    pairings = []
    for entry in _list(said, "among", name):
        if not isinstance(entry, dict) or entry.get("by") not in MOVERS:
            raise _wrong(name, _l("each entry of “among” has to say “from”, “to” and “by” (firm or lead)"))
        pairings.append(
            Pairing(_categories(entry, "from", known, name), _categories(entry, "to", known, name), entry["by"])
        )
    flags = [said.get(key) for key in ("across_sources", "across_years", "across_nodes")]
    if any(not isinstance(flag, bool) for flag in flags):
        raise _wrong(name, _l("“across_sources”, “across_years” and “across_nodes” have to be true or false"))
    share = None if said.get("share") is None else _number(said["share"], name)
    if share is not None and not 0 <= share <= 1:
        raise _wrong(name, _l("a share lies between 0 and 1"))
    return Moves(
        **_said(said, name), pairings=tuple(pairings), across_sources=bool(flags[0]), across_years=bool(flags[1]), across_nodes=bool(flags[2]), share=share
    )  # fmt: skip


def _figure(said: dict[str, Any], key: str, name: str) -> Figure:
    return Figure(**_said(said, name), value=_number(said.get(key), name))


def _said(said: dict[str, Any], name: str) -> dict[str, Any]:
    if said.get("mark") not in MARKS:
        raise _wrong(name, _l("“mark” has to be C, H, M or D, the confidence in the source"))
    return {"source": _pair(said, "source", name), "mark": said["mark"]}


def _categories(said: dict[str, Any], key: str, known: Collection[CostCategory], name: str) -> frozenset[CostCategory]:
    found = frozenset(_category(entry, name) for entry in _list(said, key, name))
    if found - set(known):
        raise _wrong(name, _l("“%(key)s” names a category that the profile does not have", key=key))
    return found


def _category(entry: Any, name: str) -> CostCategory:
    try:
        return CostCategory(entry)
    except ValueError:
        raise _wrong(name, _l("%(word)s is no category", word=str(entry)[:40])) from None


def _number(entry: Any, name: str) -> Decimal:
    try:
        if not isinstance(entry, str) or not (found := Decimal(entry)).is_finite() or found < 0 or found > 10**13:
            raise ValueError
    except (ValueError, InvalidOperation):
        raise _wrong(name, _l("%(number)s is not a number in quotation marks", number=str(entry)[:20])) from None
    return found


def _day(entry: Any, name: str) -> date:
    try:
        if not isinstance(entry, str) or len(entry) != 10:
            raise ValueError
        return date.fromisoformat(entry)
    except ValueError:
        raise _wrong(name, _l("%(day)s is not a day like 2026-10-01", day=str(entry)[:20])) from None


def _part(said: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    found = said.get(key)
    if not isinstance(found, dict):
        raise _wrong(name, _l("“%(key)s” has to be an object", key=key))
    return found


def _list(said: dict[str, Any], key: str, name: str) -> list[Any]:
    found = said.get(key)
    if not isinstance(found, list):
        raise _wrong(name, _l("“%(key)s” has to be a list", key=key))
    return found


def _pair(said: dict[str, Any], key: str, name: str) -> tuple[str, str]:
    found = said.get(key)
    texts = (found.get("zh", ""), found.get("en", "")) if isinstance(found, dict) else (None, None)
    if not all(isinstance(text, str) and len(text) <= 300 for text in texts) or not any(texts):
        raise _wrong(name, _l("“%(key)s” has to be a text in zh or en", key=key))
    return str(texts[0]), str(texts[1])


def _wrong(name: str, why: Lazy) -> Refused:
    return Refused(_l("The money profile %(name)s cannot be used: %(why)s.", name=name, why=why))
