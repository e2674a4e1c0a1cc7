"""Forms on the plan; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.plans import calendars, money_rules
from consortium.plans.models import CostCategory, Link, LinkKind, MoneySource, Node, Profile
from consortium.plans.tables import named
from consortium.projects.forms import Staffed
from consortium.projects.models import Project
from consortium.web.fields import ChoiceField, CountField, DayField, LineField, MoneyField, MonthsField, TextField
from consortium.web.forms import Edit, Form


class ArrangeForm(Form):
    """How the levels are called, and which days count."""

    profile = ChoiceField(
        _l("Names of the levels"), Profile, required=True, description=_l("Only the words change, never the tree.")
    )
    calendar = ChoiceField(
        _l("Working calendar"), calendars.available, required=True,
        description=_l("Lags and floats are counted in the working days of this calendar."),
    )  # fmt: skip
    money_profile = ChoiceField(
        _l("Money profile"), money_rules.available, required=True, default=money_rules.INSTEAD,
        description=_l("It says which heads money is planned under, how far indirect costs go, and what may be moved at once."),
    )  # fmt: skip


class ArrangeEdit(ArrangeForm, Edit):
    """The same on a plan that was arranged before."""


class NodeForm(Staffed):
    """What is done, by whom and when."""

    PARAMETER = "lead"

    parent_id = ChoiceField(_l("Lies in"), blank=_l("At the top of the tree"))
    number = LineField(_l("Number"), 20, required=True, description=_l("As in the task contract: 1, 1.2, WP1, T1.2."))
    title_zh = LineField(_l("Title in Chinese"), 200, description=_l("One of the two titles is enough; papers show both."))  # fmt: skip
    title_en = LineField(_l("Title in English"), 300)
    organisation_id = ChoiceField(
        _l("Leading organisation"), required=True, description=_l("Who takes part in the project can lead.")
    )
    starts_on = DayField(_l("Begins on"), required=True)
    ends_on = DayField(_l("Ends on"), required=True)
    objective = TextField(_l("What is to be reached"), 4000, rows=4)

    def __init__(self, firms: Iterable[Organisation], nodes: Iterable[Node], **kwargs: Any) -> None:
        self.nodes = {node.id: node for node in nodes}
        super().__init__(firms, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self.parent_id.choices = [(number, named(node)) for number, node in self.nodes.items()]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        above = found.pop("parent_id")
        return {**found, "parent": None if above is None else self.nodes[above]}


class NodeEdit(NodeForm, Edit):
    """The same on a node that exists."""


class WorkForm(Staffed):
    """A firm in a node."""

    organisation_id = ChoiceField(
        _l("Organisation"), required=True, description=_l("Who takes part in the project can work in it.")
    )
    months = MonthsField(
        _l("Planned work"), required=True,
        description=_l("One is a month of one person's full work; 0 where an organisation takes part without counted work."),
    )  # fmt: skip


class WorkEdit(Edit):
    """Other person-months of a firm in a node."""

    months = MonthsField(_l("Planned work"), required=True)


class MoneyForm(Staffed):
    """Money of a firm in a node."""

    organisation_id = ChoiceField(_l("Organisation"), required=True)
    category = ChoiceField(_l("Head"), required=True)
    source = ChoiceField(_l("Source"), MoneySource, required=True)
    year = ChoiceField(_l("Year"), required=True, default="0", description=_l("Money that is not split by years stands under none."))  # fmt: skip
    amount = MoneyField(
        _l("Planned money"), required=True, description=_l("Only this organisation, coordinators, experts and auditors see it.")
    )  # fmt: skip

    def __init__(self, project: Project, firms: Iterable[Organisation], **kwargs: Any) -> None:
        self.project = project
        super().__init__(firms, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self.category.choices = money_rules.profile_of(self.project).choices()
        years = range(self.project.starts_on.year, self.project.ends_on.year + 1)
        self.year.choices = [("0", _l("Not split by years")), *((str(year), str(year)) for year in years)]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {**found, "category": CostCategory(found["category"]), "year": int(found["year"])}


class MoneyEdit(Edit):
    """Another amount."""

    amount = MoneyField(_l("Planned money"), required=True)


class LinkFields(Form):
    """Which ends wait for each other, and how long."""

    kind = ChoiceField(_l("Which ends"), LinkKind, required=True, default=LinkKind.FINISH_START)
    lag = CountField(
        _l("Working days between"), min=-3650, max=3650, required=True, default=0,
        description=_l("0: right after. A number below zero lets them overlap."),
    )  # fmt: skip


class LinkForm(LinkFields):
    """What a node waits for."""

    before_id = ChoiceField(_l("Waits for"), required=True)

    def __init__(self, nodes: Iterable[Node], **kwargs: Any) -> None:
        self.nodes = {node.id: node for node in nodes}
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self.before_id.choices = [(number, named(node)) for number, node in self.nodes.items()]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "before_id"}

    @property
    def before(self) -> Node:
        """The node that was chosen."""
        return self.nodes[self.before_id.data]


class LinkEdit(LinkFields, Edit):
    """The same on a link that exists."""

    def __init__(self, *, obj: Link, **kwargs: Any) -> None:
        super().__init__(obj=obj, **kwargs)
