"""Money around a demonstration: its insurance, the two steps to a subsidy, and the orders that follow. No amount stands in an event."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.terms import label
from consortium.core.typed import percent
from consortium.core.words import _l
from consortium.demonstrations import rules
from consortium.demonstrations.keeping import at_work, changed, claim
from consortium.demonstrations.models import Demonstration, FollowOnOrder, Subsidy, SubsidyStep
from consortium.demonstrations.rules import Rule
from consortium.demonstrations.services import amounts
from consortium.organisations.models import Organisation

FEN = Decimal("0.01")


def rule_of(demonstration: Demonstration, maker: Organisation) -> Rule:
    """The rule on insurance by which the premium of a product is paid: that of the maker's province, of the day on which it was insured."""
    return rules.insurance(maker.province, demonstration.insured_from or clock.today())


def most_money(demonstration: Demonstration, rule: Rule) -> Decimal | None:
    """The most that public money pays of the premium, in yuan; None while there is no premium."""
    if demonstration.premium is None:
        return None
    return (demonstration.premium * rule.part(demonstration.kind, demonstration.level)).quantize(FEN, ROUND_HALF_UP)


def insure(
    actor: Actor, demonstration: Demonstration, *, insurer: str, policy: str, insured_sum: Decimal | None, insured_rate: Decimal | None,
    premium: Decimal | None, insured_from: date | None, insured_to: date | None,
) -> Demonstration:  # fmt: skip
    """Keep the insurance: the maker insures, the user benefits."""
    at_work(actor, demonstration)
    amounts(insured_sum=insured_sum, premium=premium)
    if any(row.step is SubsidyStep.MONEY for row in demonstration.subsidies) and premium != demonstration.premium:
        raise Refused("", premium=_l("Money was paid for this premium already, so it stays."))
    if insured_from and insured_to and insured_to < insured_from:
        raise Refused("", insured_to=_l("The last day must not lie before the first."))
    if insured_sum is not None and premium is not None and premium > insured_sum:
        raise Refused("", premium=_l("The premium is larger than the insured sum."))
    facts = changed(
        demonstration, insurer=insurer, policy=policy, insured_rate=insured_rate, insured_from=insured_from, insured_to=insured_to
    )  # fmt: skip
    # A rate beside a sum would tell a premium; both are open to maker, user and those who see all.
    if "insured_rate" in facts:
        facts["insured_rate"] = True
    for name, amount in (("insured_sum", insured_sum), ("premium", premium)):
        if getattr(demonstration, name) != amount:
            setattr(demonstration, name, amount)
            facts[name] = True
    if facts:
        record(actor, "insured the product", demonstration, **facts)
    return demonstration


def subsidise(
    actor: Actor, demonstration: Demonstration, *, maker: Organisation, step: SubsidyStep, on_day: date, amount: Decimal | None, reference: str = ""
) -> Demonstration:  # fmt: skip
    """Note a step to public money for the premium: first that it qualifies, then the money, within the rule of the province."""
    at_work(actor, demonstration)
    rule = rule_of(demonstration, maker)
    if demonstration.premium is None or demonstration.insured_from is None:
        raise Refused("", step=_l("Fill in the insurance with its premium and first day before."))
    if on_day > clock.today():
        raise Refused("", on_day=_l("The day must not lie in the future."))
    if on_day < demonstration.insured_from:
        raise Refused("", on_day=_l("The insurance begins on %(day)s.", day=demonstration.insured_from.isoformat()))
    if step is SubsidyStep.QUALIFICATION:
        _qualifies(demonstration, rule)
        amount = None
    else:
        _pays(demonstration, rule, on_day, amount)
    row = Subsidy(
        consortium_id=demonstration.consortium_id, organisation_id=demonstration.organisation_id, demonstration=demonstration, step=step, on_day=on_day,
        amount=amount, reference=reference,
    )  # fmt: skip
    db.session.add(row)
    # Two steps at once would both fit below what is paid at most: the second is told that the record changed.
    claim(demonstration)
    record(actor, "took a step to a subsidy", demonstration, row, step=step, on_day=on_day, rule=rule.code)
    return demonstration


def order(
    actor: Actor, demonstration: Demonstration, *, customer: str, on_day: date, amount: Decimal | None, replicates: bool
) -> Demonstration:
    """Note an order that came of the demonstration."""
    at_work(actor, demonstration)
    if not customer.strip():
        raise Refused("", customer=_l("Say who ordered."))
    if on_day > clock.today():
        raise Refused("", on_day=_l("The day must not lie in the future."))
    if demonstration.contract_on is None or on_day < demonstration.contract_on:
        raise Refused("", on_day=_l("A follow-on order comes after the contract of the demonstration."))
    amounts(amount=amount)
    row = FollowOnOrder(
        consortium_id=demonstration.consortium_id, organisation_id=demonstration.organisation_id, demonstration=demonstration, customer=customer.strip(),
        on_day=on_day, amount=amount, replicates=replicates,
    )  # fmt: skip
    db.session.add(row)
    claim(demonstration)
    record(actor, "noted an order", demonstration, row, on_day=on_day, replicates=replicates)
    return demonstration


# What has to hold


def _qualifies(demonstration: Demonstration, rule: Rule) -> None:
    if any(row.step is SubsidyStep.QUALIFICATION for row in demonstration.subsidies):
        raise Refused("", step=_l("That it qualifies is noted already."))
    _within(demonstration, rule)


def _within(demonstration: Demonstration, rule: Rule) -> None:
    """Refuse what the rule does not pay for: asked at the qualification, and again before any money, as the insurance may have changed."""
    if demonstration.kind not in rule.kinds:
        raise Refused("", step=_l("The rule is about other products than those of the kind “%(kind)s”. Check with the authority.", kind=label(demonstration.kind)))  # fmt: skip
    if rule.part(demonstration.kind, demonstration.level) == 0:
        raise Refused("", step=_l("The rule pays nothing for a product of this recognition. Check with the authority."))
    rate = demonstration.insured_rate
    if rate is None or rate > rule.most_rate:
        raise Refused("", step=_l("The rate of the insurance is not known, or above %(most)s %%, the most that the rule pays for. Check with the authority.",
                                  most=percent(rule.most_rate)))  # fmt: skip
    first, last = demonstration.insured_from, demonstration.insured_to
    if first is None or last is None:
        raise Refused("", step=_l("Fill in the first and the last day of the insurance before."))
    if rule.most_years and last >= _years_after(first, rule.most_years):
        raise Refused("", step=_l("The insurance lasts longer than %(years)s years, the most that the rule pays for. Check with the authority.",
                                  years=str(rule.most_years)))  # fmt: skip


def _pays(demonstration: Demonstration, rule: Rule, on_day: date, amount: Decimal | None) -> None:
    qualified = [row for row in demonstration.subsidies if row.step is SubsidyStep.QUALIFICATION]
    if not qualified:
        raise Refused("", step=_l("The money comes second: note first that the product qualifies."))
    if on_day < qualified[0].on_day:
        raise Refused("", on_day=_l("The money cannot come before the qualification of %(day)s.", day=qualified[0].on_day.isoformat()))  # fmt: skip
    _within(demonstration, rule)
    if not amount:
        raise Refused("", amount=_l("Give the amount that was paid."))
    amounts(amount=amount)
    most = (most_money(demonstration, rule) or Decimal(0)) - sum(
        (row.amount or Decimal(0) for row in demonstration.subsidies), Decimal(0)
    )
    if amount > most:
        raise Refused("", amount=_l("The rule pays %(part)s %% of the premium; ¥%(most)s is left of that. Check with the authority.",
                                    part=percent(rule.part(demonstration.kind, demonstration.level)), most=f"{most:,.2f}"))  # fmt: skip


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
