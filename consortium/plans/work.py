"""The part of each firm in a node: its person-months and its planned money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from consortium.activity.services import record
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.typed import MOST_MONTHS
from consortium.core.words import Lazy, _l, called
from consortium.organisations.models import Organisation
from consortium.plans import money_rules, queries
from consortium.plans.models import Allocation, CostCategory, Effort, MoneySource, Node
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.replanning import replans
from consortium.projects.services import change, refuse, still_open, takes_part
from consortium.projects.testimony import tell_firms


@replans("effort.assign")
def assign(actor: Actor, node: Node, organisation: Organisation, *, months: Decimal) -> Effort:
    """Let a firm that does not work in a node yet work in it, with so many person-months (none is possible)."""
    project = node.project
    still_open(project)
    takes_part(project, organisation)
    _months(months)
    there = next((effort for effort in node.efforts if effort.organisation_id == organisation.id), None)
    if there is not None:
        sentence = _l(
            "%(name)s works in it already, with %(months)s person-months. Change them there.", name=called(organisation), months=f"{there.months:,.2f}"
        )  # fmt: skip
        refuse(sentence, "organisation", "organisation_id")
    row = Effort(consortium_id=node.consortium_id, organisation_id=organisation.id, node=node, months=months)
    db.session.add(row)
    record(actor, "planned the work", node, row, project, organisation=organisation, months=[None, months])
    _tell(actor, node, organisation, _l("%(project)s: your organisation now works in “%(node)s”.", **named(node)))
    return row


@replans("effort.change")
def reassign(actor: Actor, effort: Effort, *, months: Decimal) -> Effort:
    """Change the person-months of a firm in a node."""
    node, firm = effort.node, queries.firm(effort)
    still_open(node.project)
    takes_part(node.project, firm, "months")
    _months(months)
    if changed := change(effort, {"months": months}):
        record(actor, "planned the work", node, effort, node.project, organisation=firm, **changed)
        _tell(
            actor,
            node,
            firm,
            _l("%(project)s: the person-months of your organisation in “%(node)s” were changed.", **named(node)),
        )
    return effort


@replans("effort.unassign")
def unassign(actor: Actor, effort: Effort, *, reason: str = "") -> Node:
    """Let a firm work in a node no longer."""
    node, firm = effort.node, queries.firm(effort)
    still_open(node.project)
    node.efforts.remove(effort)
    record(
        actor, "took the work", node, effort, node.project, organisation=firm, months=[effort.months, None], reason=reason,
    )  # fmt: skip
    _tell(actor, node, firm, _l("%(project)s: your organisation does not work in “%(node)s” any more.", **named(node)))
    return node


@replans("money.allocate")
def allocate(
    actor: Actor, node: Node, organisation: Organisation, *, category: CostCategory, source: MoneySource, amount: Decimal, year: int = 0
) -> Allocation:  # fmt: skip
    """Plan money of a firm in a node, in yuan, under a head, from a source and in a year (0: none in particular) in which none is planned yet."""
    project = node.project
    still_open(project)
    takes_part(project, organisation)
    _known_head(project, category)
    in_term(project, year)
    key = (organisation.id, category, source, year)
    there = next(
        (one for one in node.allocations if (one.organisation_id, one.category, one.source, one.year) == key), None
    )
    if there is not None:
        sentence = _l(
            "%(name)s has %(amount)s yuan under this head, from this source and in this year already. Change them there.",
            name=called(organisation), amount=f"{there.amount:,.2f}",
        )  # fmt: skip
        refuse(sentence, "organisation", "organisation_id")
    _amount(amount)
    planned = _afforded(project, organisation, amount)
    row = Allocation(
        consortium_id=node.consortium_id, organisation_id=organisation.id, node=node, category=category, source=source, amount=amount,
        year=year,
    )  # fmt: skip
    db.session.add(row)
    planned[organisation.id] = planned.get(organisation.id, Decimal(0)) + amount
    record(actor, "planned the money", row, node, project, organisation=organisation, amount=[None, amount])
    _tell(
        actor,
        node,
        organisation,
        _l("%(project)s: money was planned for your organisation in “%(node)s”.", **named(node)),
    )
    return row


@replans("money.change")
def reallocate(actor: Actor, allocation: Allocation, *, amount: Decimal) -> Allocation:
    """Change how much is planned for a firm in a node under a head and from a source."""
    node, firm = allocation.node, queries.firm(allocation)
    project = node.project
    still_open(project)
    takes_part(project, firm, "amount")
    _amount(amount)
    more = amount - allocation.amount
    planned = _afforded(project, firm, more)
    if changed := change(allocation, {"amount": amount}):
        planned[firm.id] = planned.get(firm.id, Decimal(0)) + more
        record(actor, "planned the money", allocation, node, project, organisation=firm, **changed)
        _tell(
            actor,
            node,
            firm,
            _l("%(project)s: the planned money of your organisation in “%(node)s” was changed.", **named(node)),
        )
    return allocation


@replans("money.deallocate")
def deallocate(actor: Actor, allocation: Allocation, *, reason: str = "") -> Node:
    """Take planned money of a firm out of a node."""
    node, firm = allocation.node, queries.firm(allocation)
    still_open(node.project)
    replanning.dropped("money", node.project)
    node.allocations.remove(allocation)
    record(
        actor, "took the money", allocation, node, node.project, organisation=firm, amount=[allocation.amount, None], reason=reason,
    )  # fmt: skip
    _tell(
        actor,
        node,
        firm,
        _l("%(project)s: planned money of your organisation was taken out of “%(node)s”.", **named(node)),
    )
    return node


def named(node: Node) -> dict[str, object]:
    """What sentences about a node say of it."""
    return {"project": called(node.project), "node": called(node)}


def _tell(actor: Actor, node: Node, firm: Organisation, sentence: Lazy) -> None:
    tell_firms(actor, node.project, {firm.id}, sentence, f"/nodes/{node.id}#work")


def _months(months: Decimal) -> None:
    if not months.is_finite() or not 0 <= months <= MOST_MONTHS:
        raise Refused("", months=_l("Person-months lie between 0 and %(most)s.", most=f"{MOST_MONTHS:,}"))
    if months != months.quantize(Decimal("0.01")):
        raise Refused("", months=_l("Person-months have at most two decimals."))


def _amount(amount: Decimal) -> None:
    if not amount.is_finite() or amount < 0:
        raise Refused("", amount=_l("The amount must not be negative."))


def _known_head(project: Project, category: CostCategory) -> None:
    found = replanning.kept_up("money profile", project, lambda: money_rules.profile_of(project))
    if category not in found.categories:
        sentence = _l("The money profile “%(profile)s” of this project has no such head.", profile=found.name)
        raise Refused("", category=sentence)


def in_term(project: Project, year: int) -> None:
    """Refuse a year in which a project does not run."""
    first, last = project.starts_on.year, project.ends_on.year
    if year and not first <= year <= last:
        sentence = _l("The project lasts from %(first)s to %(last)s; this year lies outside.", first=first, last=last)
        raise Refused("", year=sentence)


def _afforded(project: Project, organisation: Organisation, more: Decimal) -> dict[int, Decimal]:
    """The planned money of each firm so far, after seeing that `more` of it for one firm can be had."""
    planned: dict[int, Decimal] = replanning.kept_up("money", project, lambda: queries.allocated_by_firm(project))
    _within_share(project, organisation, planned, more)
    return planned


def _within_share(project: Project, organisation: Organisation, planned: Mapping[int, Decimal], more: Decimal) -> None:
    """A firm's money over all nodes stays within what it was given in the project, where that was said, and that of all within the budget."""
    over = sum(planned.values(), more) - project.budget
    if over > 0:
        sentence = _l("All nodes together would get %(over)s yuan more than the project has.", over=f"{over:,.2f}")
        raise Refused("", amount=sentence)
    share = replanning.kept_up("shares", project, lambda: queries.shares(project)).get(organisation.id, Decimal(0))
    over = planned.get(organisation.id, Decimal(0)) + more - share
    if share > 0 and over > 0:
        sentence = _l(
            "%(name)s has %(share)s yuan in this project; this is %(over)s yuan more.",
            name=called(organisation), share=f"{share:,.2f}", over=f"{over:,.2f}",
        )  # fmt: skip
        raise Refused("", amount=sentence)
