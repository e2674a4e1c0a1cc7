"""What the page of a project's money shows to one reader."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.budgets import contradictions, queries, tables
from consortium.budgets.queries import Cube, Figures
from consortium.budgets.tables import Crossed, Place, Row
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed
from consortium.core.terms import label
from consortium.core.words import Lazy, _l
from consortium.documents import charts
from consortium.documents.charts import Series
from consortium.plans import money_rules
from consortium.plans.models import Allocation, CostCategory, MoneySource
from consortium.plans.money_rules import MoneyProfile
from consortium.projects.models import Project
from consortium.projects.tables import titled
from consortium.projects.workflow import OPEN

#: Of one place the name under which crossings keep it.
NO_HEAD = _l("No head")


class MoneyPortrait:
    """The money of one project for one reader."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project

    @cached_property
    def firms(self) -> frozenset[int] | None:
        """The organisations whose money is open to the reader; None where all of it is."""
        return queries.open_to(self.actor, self.project)

    @property
    def sees_all(self) -> bool:
        """Whether nobody's money is kept from the reader."""
        return self.firms is None

    @cached_property
    def profile(self) -> MoneyProfile:
        """The heads and rules of the project's money."""
        return money_rules.profile_of(self.project)

    @property
    def rules(self) -> list[tuple[object, list[object], money_rules.Said]]:
        """The rules that hold here: what each is about, what it says, and where it comes from."""
        moves = self.profile.moves
        said: list[object] = [
            _l("%(before)s to %(after)s: %(who)s", before=_listed(self.profile, pair.sources), after=_listed(self.profile, pair.targets), who=_MOVERS[pair.by])
            for pair in moves.pairings
        ]  # fmt: skip
        if moves.share is not None:
            said.append(_l("at most %(percent)s %% of the money of an organisation", percent=f"{(moves.share * 100).normalize():f}"))  # fmt: skip
        if not moves.across_sources:
            said.append(_l("never from one source to another"))
        base = _l("Base: direct costs without %(heads)s", heads=_listed(self.profile, self.profile.indirect.less))
        return [
            (_l("Heads"), [self.profile.name], self.profile),
            (_l("Most of indirect costs"), [*money_rules.formula(self.profile), base], self.profile.indirect),
            (_l("Moved at once"), said, moves),
        ]

    @cached_property
    def cube(self) -> Cube:
        """All places that the reader may see."""
        return Cube(self.project, self.firms)

    @cached_property
    def total(self) -> Figures:
        """All of them together."""
        return self.cube.total

    @cached_property
    def names(self) -> dict[int, Any]:
        """The organisations of the places."""
        return queries.firms_of(self.cube.by(0))

    @cached_property
    def contradictions(self) -> list[contradictions.Contradiction]:
        """What does not fit together."""
        return contradictions.contradictions(self.actor, self.project, self.cube)

    @cached_property
    def heads(self) -> list[CostCategory]:
        """The heads of the profile, and whatever else has money."""
        found = self.cube.by(1)
        own = list(self.profile.categories)
        return own + [head for head in CostCategory if head in found and head not in own]

    def rows(self, axis: str) -> list[Row]:
        """The lines of one of the four tables; the total is the last."""
        found = {"member": self._members, "category": self._heads, "source": self._sources, "year": self._years}[axis]()
        total = self.total
        if axis == "category":
            # What was paid out stands under no head.
            total = Figures(total.planned, total.spent, total.claimed, total.accepted)
        return [*found, Row(_l("Together"), total)] if found else []

    def _members(self) -> list[Row]:
        rows = [Row(titled(self.names[firm]), here, f"/organisations/{firm}") for firm, here in self.cube.by(0).items()]
        return sorted(rows, key=lambda row: (-row.figures.planned, row.href or ""))

    def _heads(self) -> list[Row]:
        found = self.cube.by(1)
        return [Row(self.profile.called(head), found[head]) for head in self.heads if head in found]

    def _sources(self) -> list[Row]:
        found = self.cube.by(2)
        return [Row(label(source), found[source]) for source in MoneySource if source in found]

    def _years(self) -> list[Row]:
        found = self.cube.by(3)
        return [Row(tables.year_word(year), found[year]) for year in sorted(found)]

    @property
    def places(self) -> list[Place]:
        """Every place in words, in a fixed order."""
        order = {head: place for place, head in enumerate(CostCategory)}
        found = sorted(self.cube.places.items(), key=lambda pair: (pair[0][0], order.get(pair[0][1], 99), pair[0][2].value, pair[0][3]))  # type: ignore[arg-type]  # fmt: skip
        return [
            Place(titled(self.names[firm]), NO_HEAD if head is None else self.profile.called(head), label(source), tables.year_word(year), here)
            for (firm, head, source, year), here in found if here
        ]  # fmt: skip

    # The crossing

    @property
    def columns(self) -> list[tuple[str, object]]:
        """The heads across."""
        return [(head.value, self.profile.called(head)) for head in self.heads]

    @cached_property
    def crossed(self) -> list[Crossed]:
        """Organisations and heads; the total is the last."""
        cells: dict[int, dict[str, tuple[Decimal, Decimal]]] = {}
        sums: dict[str, tuple[Decimal, Decimal]] = {}
        for (firm, head), here in self.cube.by(0, 1).items():
            if head is None:
                continue
            cells.setdefault(firm, {})[head.value] = (here.planned, here.spent)
            planned, spent = sums.get(head.value, (queries.NONE, queries.NONE))
            sums[head.value] = (planned + here.planned, spent + here.spent)
        rows = [Crossed(titled(self.names[firm]), found, f"/organisations/{firm}") for firm, found in cells.items()]
        rows.sort(key=lambda row: (-row.total[0], row.href or ""))
        return [*rows, Crossed(_l("Together"), sums)] if rows else []

    @property
    def chart(self) -> Any:
        """Planned, spent and accepted money by head, in wan yuan."""
        found = self.cube.by(1)
        heads = [head for head in self.heads if head in found]
        names = [self.profile.called(head) for head in heads]

        def series(word: object, name: str) -> Series:
            return Series(str(word), [(getattr(found[head], name) / 10000).quantize(Decimal("0.01")) for head in heads])

        said = "; ".join(
            str(_l("%(head)s: planned %(planned)s, spent %(spent)s", head=name, planned=f"{found[head].planned:,.2f}", spent=f"{found[head].spent:,.2f}"))
            for head, name in zip(heads, names, strict=True)
        )  # fmt: skip
        return charts.bars(
            str(_l("Planned and spent money by head, in wan yuan")), said, names,
            [series(_l("In the plan"), "planned"), series(_l("Spent"), "spent"), series(_l("Accepted of claims"), "accepted")], width=520,
        )  # fmt: skip

    # What is beside it

    @cached_property
    def index(self) -> queries.CostIndex | None:
        """The cost index, for who sees all money."""
        return queries.cost_index(self.project, clock.today()) if self.sees_all else None

    @property
    def can_move(self) -> bool:
        """Whether the reader may move planned money."""
        return (
            self.project.stage in OPEN
            and allowed(self.actor, Action.PROPOSE, self.project)
            and queries.can_move(self.actor, self.project)
        )

    @cached_property
    def movable(self) -> list[Allocation]:
        """The planned money that the reader may move."""
        return queries.movable(self.actor, self.project)


_MOVERS = {"firm": _l("the organisation itself"), "lead": _l("the lead unit of the project")}


def _listed(profile: MoneyProfile, heads: Sequence[CostCategory] | frozenset[CostCategory]) -> str:
    return ", ".join(head.code for head in profile.heads if head.category in heads)


def on_project(actor: Actor, project: Project) -> list[contradictions.Contradiction] | None:
    """The contradictions in the money of a project that a person may see, for other pages; nothing where there are none."""
    return contradictions.contradictions(actor, project) or None


def said_of(move: Any) -> Lazy:
    """What is told to who moved money."""
    if move.request is not None:
        return _l("%(why)s So it waits as the draft of a change request; hand it in there.", why=move.beyond)
    return _l("The money is moved.")
