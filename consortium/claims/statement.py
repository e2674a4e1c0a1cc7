"""Where a firm stands in a project: its money by head and its work by node. The page, the files and the paper of a statement are all made of this."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.claims import queries
from consortium.claims.queries import NONE
from consortium.logbook import queries as logbook
from consortium.organisations.models import Organisation
from consortium.plans.models import CostCategory
from consortium.plans.money_rules import MoneyProfile, profile_of
from consortium.projects.models import Project


def advance_of(sums: queries.Sums, firm: int) -> Decimal:
    """What was paid out to a firm beyond what was accepted of its claims."""
    return max(queries.total(sums.paid, firm=firm) - queries.total(sums.accepted, firm=firm), NONE)


@dataclass(frozen=True)
class Row:
    """One head of a statement; `head` None is all together."""

    head: CostCategory | None
    planned: Decimal
    spent: Decimal
    claimed: Decimal
    accepted: Decimal


@dataclass(frozen=True)
class Work:
    """The person-months of a firm in one node, planned (None where the plan gives it no work there) and logged; `node` None is all together."""

    node: Any
    planned: Decimal | None
    logged: Decimal


class Statement:
    """Where a firm stands in a project: budget, spent, claimed, accepted, paid, and effort planned and worked."""

    def __init__(self, project: Project, firm: Organisation) -> None:
        self.project, self.firm = project, firm

    @cached_property
    def profile(self) -> MoneyProfile:
        """The rules of money of the project."""
        return profile_of(self.project)

    @cached_property
    def sums(self) -> queries.Sums:
        """What was claimed, accepted, paid and arrived in the project."""
        return queries.sums([self.project.id])

    @cached_property
    def rows(self) -> list[Row]:
        """One row for each head that the profile has or that has money, and all together."""
        planned = _by_head(logbook.planned_money(self.project, self.firm.id))
        spent = _by_head(logbook.spent_so_far(self.project, self.firm.id))
        rows = []
        for head in dict.fromkeys((*self.profile.categories, *CostCategory)):
            claimed, accepted = (
                queries.total(part, firm=self.firm.id, head=head) for part in (self.sums.claimed, self.sums.accepted)
            )
            row = Row(head, planned.get(head, NONE), spent.get(head, NONE), claimed, accepted)
            if head in self.profile.categories or row != Row(head, NONE, NONE, NONE, NONE):
                rows.append(row)
        return rows

    @property
    def together(self) -> Row:
        """All heads."""
        names = ("planned", "spent", "claimed", "accepted")
        return Row(None, *(sum((getattr(row, name) for row in self.rows), NONE) for name in names))

    @property
    def by_head(self) -> list[Row]:
        """The heads, and all together."""
        return [*self.rows, self.together]

    @property
    def paid(self) -> Decimal:
        """What was paid out to the firm."""
        return queries.total(self.sums.paid, firm=self.firm.id)

    @property
    def advance(self) -> Decimal:
        """What was paid out beyond what is accepted."""
        return advance_of(self.sums, self.firm.id)

    @property
    def due(self) -> Decimal:
        """What is accepted and not paid out yet."""
        return max(self.together.accepted - self.paid, NONE)

    @cached_property
    def effort(self) -> list[Work]:
        """The nodes in which the firm works: person-months planned, and worked."""
        done = logbook.worked_so_far(self.project, self.firm.id)
        return [
            Work(node, planned, done.get(node.id, NONE)) for node, planned in logbook.worked(self.project, self.firm.id)
        ]

    @property
    def effort_together(self) -> Work:
        """All nodes."""
        planned = sum((row.planned for row in self.effort if row.planned is not None), NONE)
        return Work(None, planned, sum((row.logged for row in self.effort), NONE))

    @property
    def by_node(self) -> list[Work]:
        """The nodes, and all together."""
        return [*self.effort, self.effort_together]


def _by_head(money: dict[Any, Decimal]) -> dict[CostCategory, Decimal]:
    found: dict[CostCategory, Decimal] = {}
    for (head, _), amount in money.items():
        found[head] = found.get(head, NONE) + amount
    return found
