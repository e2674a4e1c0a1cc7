"""The form of a move of planned money; the names of the fields are the parameters of the service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consortium.budgets.portrait import MoneyPortrait
from consortium.budgets.tables import year_word
from consortium.core.terms import label
from consortium.core.words import _l
from consortium.plans.models import Allocation, CostCategory, MoneySource, Node
from consortium.plans.tables import named
from consortium.projects.tables import titled
from consortium.web.fields import ChoiceField, MoneyField, TextField
from consortium.web.forms import Form


class MoveForm(Form):
    """From where to where, how much, and why."""

    allocation_id = ChoiceField(_l("Moved from"), required=True)
    node_id = ChoiceField(_l("To the node"), required=True)
    category = ChoiceField(_l("To the head"), required=True)
    source = ChoiceField(
        _l("To the source"), MoneySource, required=True, description=_l("Public money stays ear-marked: another source takes a decision.")
    )  # fmt: skip
    year = ChoiceField(_l("To the year"), required=True)
    amount = MoneyField(_l("Amount"), required=True, description=_l("The total of the organisation stays as it is."))
    reason = TextField(
        _l("Reason"), 2000, rows=3, required=True,
        description=_l("Within the limits your organisation and whoever examines the money read it. Beyond them it is the reason of a change request, which all members of the consortium read."),
    )  # fmt: skip

    def __init__(self, portrait: MoneyPortrait, nodes: Iterable[Node], **kwargs: Any) -> None:
        self.portrait = portrait
        self.rows: dict[int, Allocation] = {row.id: row for row in portrait.movable}
        self.nodes = {node.id: node for node in nodes}
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        profile, project = self.portrait.profile, self.portrait.project
        self.allocation_id.choices = [(number, _told(row, profile)) for number, row in self.rows.items()]
        self.node_id.choices = [(number, named(node)) for number, node in self.nodes.items()]
        self.category.choices = profile.choices()
        years = (0, *range(project.starts_on.year, project.ends_on.year + 1))
        self.year.choices = [(str(year), year_word(year)) for year in years]
        super().process(*args, **kwargs)

    @property
    def allocation(self) -> Allocation:
        """The row that was chosen."""
        chosen: Any = self.allocation_id.data
        return self.rows[chosen]

    def values(self) -> dict[str, Any]:
        found = super().values()
        found.pop("allocation_id")
        node, year = self.nodes[found.pop("node_id")], int(found["year"])
        return {**found, "node": node, "category": CostCategory(found["category"]), "year": year}


def begun(row: Allocation | None) -> dict[str, Any]:
    """What a form starts with when it is opened for one row."""
    if row is None:
        return {}
    return {"allocation_id": row.id, "node_id": row.node_id, "source": row.source, "year": str(row.year)}


def _told(row: Allocation, profile: Any) -> str:
    parts = (row.node.number, titled(row.organisation), profile.called(row.category), label(row.source), year_word(row.year), f"¥{row.amount:,.2f}")  # fmt: skip
    return " · ".join(str(part) for part in parts)
