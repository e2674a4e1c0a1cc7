"""The part of each firm in a node: its person-months and its planned money."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from consortium.activity.services import record
from consortium.core.access import GRANTS, Action, Actor, Role
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.typed import MOST_MONTHS
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.plans import queries
from consortium.plans.models import Allocation, CostCategory, Effort, MoneySource, Node
from consortium.projects.models import Project
from consortium.projects.replanning import replans
from consortium.projects.services import still_open


@replans("effort.assign")
def assign(actor: Actor, node: Node, organisation: Organisation, *, months: Decimal) -> Effort:
    """Let a firm work in a node with so many person-months (none is possible), or change how many."""
    project = node.project
    still_open(project)
    taking_part(project, organisation, "organisation", "organisation_id")
    if not months.is_finite() or not 0 <= months <= MOST_MONTHS:
        raise Refused("", months=_l("Person-months lie between 0 and %(most)s.", most=f"{MOST_MONTHS:,}"))
    if months != months.quantize(Decimal("0.01")):
        raise Refused("", months=_l("Person-months have at most two decimals."))
    row = next((effort for effort in node.efforts if effort.organisation_id == organisation.id), None)
    before = None if row is None else row.months
    if row is None:
        row = Effort(consortium_id=node.consortium_id, organisation_id=organisation.id, node=node, months=months)
        db.session.add(row)
    row.months = months
    if before != months:
        record(actor, "planned the work", node, row, project, organisation=str(organisation), months=[before, months])
    return row


@replans("effort.unassign")
def unassign(actor: Actor, effort: Effort, *, reason: str = "") -> Node:
    """Let a firm work in a node no longer."""
    node, firm = effort.node, db.session.get_one(Organisation, effort.organisation_id)
    still_open(node.project)
    node.efforts.remove(effort)
    record(
        actor, "took the work", node, effort, node.project, organisation=str(firm), months=[effort.months, None], reason=reason,
    )  # fmt: skip
    return node


@replans("money.allocate")
def allocate(
    actor: Actor, node: Node, organisation: Organisation, *, category: CostCategory, source: MoneySource, amount: Decimal
) -> Allocation:  # fmt: skip
    """Plan money of a firm in a node, in yuan, under a head and from a source, or change how much."""
    project = node.project
    still_open(project)
    taking_part(project, organisation, "organisation", "organisation_id")
    if not amount.is_finite() or amount < 0:
        raise Refused("", amount=_l("The amount must not be negative."))
    key = (organisation.id, category, source)
    row = next((one for one in node.allocations if (one.organisation_id, one.category, one.source) == key), None)
    _within_share(project, organisation, row, amount)
    before = None if row is None else row.amount
    if row is None:
        row = Allocation(
            consortium_id=node.consortium_id, organisation_id=organisation.id, node=node, category=category, source=source, amount=amount,
        )  # fmt: skip
        db.session.add(row)
    row.amount = amount
    if before != amount:
        record(actor, "planned the money", row, node, project, organisation=str(organisation), amount=[before, amount])
    return row


@replans("money.deallocate")
def deallocate(actor: Actor, allocation: Allocation, *, reason: str = "") -> Node:
    """Take planned money of a firm out of a node."""
    node, firm = allocation.node, db.session.get_one(Organisation, allocation.organisation_id)
    still_open(node.project)
    node.allocations.remove(allocation)
    record(
        actor, "took the money", allocation, node, node.project, organisation=str(firm), amount=[allocation.amount, None], reason=reason,
    )  # fmt: skip
    return node


def taking_part(project: Project, organisation: Organisation, *fields: str) -> None:
    """Refuse a firm that takes no part in the project."""
    # Of the rows at hand: an import asks this for each of its rows.
    if organisation.id not in {project.lead_id, *(part.organisation_id for part in project.participants)}:
        sentence = _l("%(name)s does not take part in this project. Let it join first.", name=str(organisation))
        raise Refused("", **dict.fromkeys(fields, sentence))


def people_of(project: Project, firms: Iterable[int]) -> list[User]:
    """The people who report for some firms at the table of a project."""
    may = [role for role in Role if Action.REPORT in GRANTS[role]]
    seats = select(Seat.user_id).where(
        Seat.consortium_id == project.consortium_id, Seat.role.in_(may), Seat.organisation_id.in_(sorted(firms))
    )
    return list(db.session.scalars(select(User).where(User.id.in_(seats), User.active).order_by(User.id)))


def _within_share(project: Project, organisation: Organisation, row: Allocation | None, amount: Decimal) -> None:
    """A firm's money over all nodes stays within what it was given in the project, where that was said, and that of all within the budget."""
    more = queries.allocated(project, None, row) + amount - project.budget
    if more > 0:
        sentence = _l("All nodes together would get %(over)s yuan more than the project has.", over=f"{more:,.2f}")
        raise Refused("", amount=sentence)
    share = queries.share_of(project, organisation.id)
    over = queries.allocated(project, organisation.id, row) + amount - share
    if share > 0 and over > 0:
        sentence = _l(
            "%(name)s has %(share)s yuan in this project; this is %(over)s yuan more.",
            name=str(organisation), share=f"{share:,.2f}", over=f"{over:,.2f}",
        )  # fmt: skip
        raise Refused("", amount=sentence)
