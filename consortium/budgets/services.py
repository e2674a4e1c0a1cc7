"""Moving planned money: at once within the limits of the money profile, by a change request beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consortium.activity.services import record
from consortium.baselines.services import collected
from consortium.budgets import queries
from consortium.budgets.models import BudgetMove, Moved
from consortium.core.access import Action, Actor, allowed, require, stake
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.words import Lazy, _l
from consortium.plans import money_rules
from consortium.plans import queries as plans_queries
from consortium.plans import services as plans
from consortium.plans.models import Allocation, CostCategory, MoneySource, Node
from consortium.plans.money_rules import MoneyProfile
from consortium.plans.work import in_term
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.services import refuse, still_open

FEN = Decimal("0.01")


@dataclass(frozen=True)
class Target:
    """Where money is to stand."""

    node: Node
    category: CostCategory
    source: MoneySource
    year: int


def move(
    actor: Actor, allocation: Allocation, *, node: Node, category: CostCategory, source: MoneySource, year: int, amount: Decimal, reason: str
) -> BudgetMove:  # fmt: skip
    """Move planned money of a firm elsewhere in its project; beyond the limits this becomes a draft of a change request (`request`).

    The total of the firm and of the project stays, and indirect costs stay within their cap.
    """
    project, target = allocation.node.project, Target(node, category, source, year)
    replanning.hold(project)
    still_open(project)
    firm = plans_queries.firm(allocation)
    _may_move(actor, project, firm.id)
    _sensible(allocation, target, amount, reason)
    profile = money_rules.profile_of(project)
    _within_cap(actor, project, profile, allocation, target, amount)
    row = BudgetMove(
        consortium_id=project.consortium_id, organisation_id=firm.id, project=project, how=Moved.FREE_PLAN, node_number=allocation.node.number,
        category=allocation.category, source=allocation.source, year=allocation.year, to_node_number=node.number, to_category=category,
        to_source=source, to_year=year, amount=amount, reason=reason.strip(), moved_by_id=getattr(actor, "id", None),
    )  # fmt: skip
    if not replanning.is_frozen(project):
        _shift(actor, allocation, target, amount)
    elif (why := beyond(actor, profile, allocation, target, amount)) is None:
        row.how = Moved.WITHIN_LIMITS
        with replanning.at_once():
            _shift(actor, allocation, target, amount)
    else:
        row.how, row.beyond = Moved.REQUESTED, why
        with collected(actor, project, _l("Planned money is moved: “%(node)s”", node=allocation.node.title)) as found:
            _shift(actor, allocation, target, amount)
        if found.request is not None:
            found.request.reason = row.reason
            row.request = found.request
    db.session.add(row)
    record(actor, "moved planned money", row)
    return row


def beyond(actor: Actor, profile: MoneyProfile, allocation: Allocation, target: Target, amount: Decimal) -> Lazy | None:
    """Why a move needs a change request; None where it is done at once."""
    rules, project = profile.moves, allocation.node.project
    if allocation.source is not target.source and not rules.across_sources:
        return _l("Money does not move from one source to another without a decision.")
    if allocation.year != target.year and not rules.across_years:
        return _l("Money does not move from one year to another without a decision.")
    if allocation.node_id != target.node.id and not rules.across_nodes:
        return _l("Money does not move from one node to another without a decision.")
    movers = profile.may_move(allocation.category, target.category)
    if not movers:
        return _l("Between these heads money does not move without a decision.")
    if "firm" not in movers and not _leads(actor, project):
        return _l("Between these heads only the lead unit of the project or a coordinator moves money at once.")
    if rules.share is not None and allocation.category is not target.category:
        firm = allocation.organisation_id
        most = (rules.share * plans_queries.allocated(project, firm)).quantize(FEN, "ROUND_DOWN")
        if queries.moved_at_once(project, firm) + amount > most:
            return _l(
                "At most %(most)s yuan of this organisation move between heads without a decision; more was moved then.",
                most=f"{most:,.2f}",
            )
    return None


def _leads(actor: Actor, project: Project) -> bool:
    """Whether a person speaks for the lead unit of a project, or plans it."""
    return allowed(actor, Action.PLAN, project) or allowed(actor, Action.REPORT, stake(project, project.lead_id))


def _may_move(actor: Actor, project: Project, firm: int) -> None:
    """A firm moves its own money, who plans the project that of all."""
    require(actor, Action.EVIDENCE, stake(project, firm))
    if not allowed(actor, Action.PLAN, project):
        require(actor, Action.REPORT, stake(project, firm))
        require(actor, Action.PROPOSE, project)


def _sensible(allocation: Allocation, target: Target, amount: Decimal, reason: str) -> None:
    if not amount.is_finite() or amount <= 0:
        raise Refused("", amount=_l("The amount has to be above zero."))
    if amount != amount.quantize(FEN):
        raise Refused("", amount=_l("Money has at most two decimals (fen)."))
    if amount > allocation.amount:
        raise Refused("", amount=_l("Only %(amount)s yuan are planned there.", amount=f"{allocation.amount:,.2f}"))
    if not reason.strip():
        raise Refused(
            "",
            reason=_l(
                "Say why; whoever examines the money will read it, and all members where a change request is needed."
            ),
        )
    if target.node.project_id != allocation.node.project_id:
        refuse(_l("Both have to belong to the same project."), "node", "node_id")
    in_term(target.node.project, target.year)
    here = (allocation.node_id, allocation.category, allocation.source, allocation.year)
    if here == (target.node.id, target.category, target.source, target.year):
        raise Refused("", category=_l("The money stands there already. Choose another head, year or node."))


def _within_cap(
    actor: Actor, project: Project, profile: MoneyProfile, allocation: Allocation, target: Target, amount: Decimal
) -> None:
    """Indirect costs do not pass their cap by a move: neither those of the firm nor, for who sees all money, those of the project."""
    if allocation.category is target.category:
        return
    scopes: list[tuple[frozenset[int] | None, Lazy]] = [
        (frozenset({allocation.organisation_id}), _l("Indirect costs of this organisation would pass their cap by %(over)s yuan.")),
    ]  # fmt: skip
    if queries.open_to(actor, project) is None:
        scopes.append((None, _l("Indirect costs of the project would pass their cap by %(over)s yuan.")))
    rows = queries.planned((project.id,))
    for firms, sentence in scopes:
        before: dict[CostCategory, Decimal] = {}
        for (_, firm, head, *_), planned in rows.items():
            if firms is None or firm in firms:
                before[head] = before.get(head, Decimal(0)) + planned
        after = dict(before)
        after[allocation.category] = after.get(allocation.category, Decimal(0)) - amount
        after[target.category] = after.get(target.category, Decimal(0)) + amount
        over = over_cap(profile, after)
        # What was above its cap before may come down step by step.
        if over > 0 and over > over_cap(profile, before):
            raise Refused("", amount=Lazy(sentence.message, {"over": f"{over:,.2f}"}))


def over_cap(profile: MoneyProfile, amounts: dict[CostCategory, Decimal]) -> Decimal:
    """By how much indirect costs pass their cap; zero or below where they do not."""
    return amounts.get(CostCategory.INDIRECT, Decimal(0)) - money_rules.cap(profile, amounts)


def _shift(actor: Any, allocation: Allocation, target: Target, amount: Decimal) -> None:
    """Lower one row of the plan and raise another, or make it."""
    firm = plans_queries.firm(allocation)
    plans.reallocate(actor, allocation, amount=allocation.amount - amount)
    key = (firm.id, target.category, target.source, target.year)
    rows = (one for one in target.node.allocations if (one.organisation_id, one.category, one.source, one.year) == key)
    if (there := next(rows, None)) is not None:
        plans.reallocate(actor, there, amount=there.amount + amount)
    else:
        plans.allocate(
            actor, target.node, firm, category=target.category, source=target.source, amount=amount, year=target.year
        )
