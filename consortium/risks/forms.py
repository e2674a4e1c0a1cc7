"""Forms on risks, issues and actions; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import BooleanField

from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.outputs.forms import Placed
from consortium.people.models import User
from consortium.plans.models import Node
from consortium.projects.forms import Staffed
from consortium.projects.models import Milestone
from consortium.projects.tables import titled
from consortium.risks.models import Rhythm, Risk, RiskKind
from consortium.web.fields import ChoiceField, DayField, LineField, TextField
from consortium.web.forms import Edit, Form

LIKELIHOODS = (
    (1, _l("1 Rare")), (2, _l("2 Unlikely")), (3, _l("3 Possible")), (4, _l("4 Likely")), (5, _l("5 Almost certain")),
)  # fmt: skip
IMPACTS = (
    (1, _l("1 Hardly felt")), (2, _l("2 Small")), (3, _l("3 Noticeable")), (4, _l("4 Large")), (5, _l("5 Endangers the project")),
)  # fmt: skip


class Owned(Staffed):
    """A form in which a firm and, if wanted, a person of it are chosen."""

    def __init__(self, firms: Iterable[Organisation], people: Iterable[User], **kwargs: Any) -> None:
        self.people = {person.id: person for person in people}
        super().__init__(firms, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["person_id"].choices = [(n, person.name) for n, person in self.people.items()]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        person = found.pop("person_id")
        return {**found, "person": self.people.get(person)}


class RiskEditing(Placed):
    """What a risk is, and who owns it."""

    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    description = TextField(
        _l("What may happen, and why"), 4000, rows=4, required=_l("Say what may happen, and what it would do.")
    )
    kind = ChoiceField(_l("Kind"), RiskKind, required=True)
    foreseen = BooleanField(_l("Foreseen: it is in the list of the agreement or of the plan as it began"))
    rhythm = ChoiceField(
        _l("How often its state is said"), Rhythm, required=True, description=_l("The register keeps one state for each period.")
    )  # fmt: skip
    mitigation = TextField(_l("What is done about it"), 4000, rows=4, required=_l("Say what is done so that it does not happen, or does less."))  # fmt: skip
    organisation_id = ChoiceField(
        _l("Owner"), required=True, description=_l("Who takes part in the project can own a risk.")
    )
    person_id = ChoiceField(_l("Person"), blank=_l("Nobody in particular"))
    milestone_id = ChoiceField(_l("Milestone that it concerns"), blank=_l("None in particular"))
    node_id = ChoiceField(_l("Node of the plan that it concerns"), blank=_l("The whole project"))
    kept = BooleanField(_l("Keep it between this organisation, the coordinator, experts, auditors and authorities"))

    def __init__(
        self,
        firms: Iterable[Organisation],
        nodes: Iterable[Node],
        milestones: Iterable[Milestone],
        people: Iterable[User],
        **kwargs: Any,
    ) -> None:
        self.milestones = {milestone.id: milestone for milestone in milestones}
        self.people = {person.id: person for person in people}
        super().__init__(firms, nodes, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["milestone_id"].choices = [(n, f"M{m.number} {titled(m)}") for n, m in self.milestones.items()]
        self["person_id"].choices = [(n, person.name) for n, person in self.people.items()]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        milestone, person = found.pop("milestone_id"), found.pop("person_id")
        return {**found, "milestone": self.milestones.get(milestone), "person": self.people.get(person)}


class RiskForm(RiskEditing):
    """The same with how it stands at first."""

    likelihood = ChoiceField(_l("Likelihood"), LIKELIHOODS, required=True)
    impact = ChoiceField(_l("Impact"), IMPACTS, required=True)


class RiskEdit(RiskEditing, Edit):
    """The same on a risk that exists."""


class StateForm(Edit):
    """How a risk stands in a period."""

    period = ChoiceField(_l("Period"), required=True)
    likelihood = ChoiceField(_l("Likelihood"), LIKELIHOODS, required=True)
    impact = ChoiceField(_l("Impact"), IMPACTS, required=True)
    step = ChoiceField(_l("State"), blank=_l("It stays as it is"))
    note = TextField(
        _l("Note"), 4000, rows=4, description=_l("What changed and why; needed where likelihood, impact or state are another than before.")
    )  # fmt: skip

    def __init__(self, periods: Iterable[tuple[date, str]], steps: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        self.periods, self.steps = list(periods), list(steps)
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["period"].choices, self["step"].choices = self.periods, self.steps
        super().process(*args, **kwargs)


class IssueForm(Staffed):
    """What went wrong, and who resolves it by when."""

    title_zh = LineField(_l("Title in Chinese"), 200)
    title_en = LineField(_l("Title in English"), 300)
    what = TextField(_l("What has happened"), 4000, rows=4, required=_l("Say what happened, and what it does to the project."))  # fmt: skip
    risk_id = ChoiceField(_l("Risk that has occurred"), blank=_l("None that was in the register"))
    organisation_id = ChoiceField(
        _l("Owner"), required=True, description=_l("Who takes part in the project can own an issue.")
    )
    due_on = DayField(_l("To be resolved by"), required=True)
    kept = BooleanField(_l("Keep it between this organisation, the coordinator, experts, auditors and authorities"))

    def __init__(self, firms: Iterable[Organisation], risks: Iterable[Risk], **kwargs: Any) -> None:
        self.risks = {risk.id: risk for risk in risks}
        super().__init__(firms, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self["risk_id"].choices = [(n, f"{risk.mark} {titled(risk)}") for n, risk in self.risks.items()]
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        risk = found.pop("risk_id")
        return {**found, "risk": self.risks.get(risk)}


class ActionForm(Owned):
    """What is to be done, by whom and when."""

    what = LineField(_l("What is to be done"), 500, required=_l("Say what is to be done."))
    organisation_id = ChoiceField(_l("Who does it"), required=True)
    person_id = ChoiceField(_l("Person"), blank=_l("Nobody in particular"))
    due_on = DayField(_l("Due on"), required=True)


class GiveForm(Owned, Edit):
    """Who does an action from now on."""

    organisation_id = ChoiceField(_l("Who does it"), required=True)
    person_id = ChoiceField(_l("Person"), blank=_l("Nobody in particular"))
    reason = TextField(_l("Reason"), 2000, rows=3, required=True, description=_l("All who see the action read it."))


class DoneForm(Form):
    """What was done about an action."""

    reason = TextField(_l("What was done"), 2000, rows=4, required=_l("Say what was done, or what is missing; the others will read it."))  # fmt: skip


class LookForm(Form):
    """What who asked for an action finds."""

    decision = ChoiceField(_l("Decision"), (("check", _l("It is done")), ("return", _l("Not done yet"))), required=True)
    reason = TextField(_l("Finding"), 2000, rows=3, description=_l("Needed where it is not done yet."))

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {"step": found["decision"], "reason": found["reason"]}
