"""The record of a demonstration: days, measured values, hours, failures, and the two steps to a subsidy."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.core.db import db
from consortium.core.errors import Problem, Refused
from consortium.demonstrations import operating, reckoning, rules, services, supporting
from consortium.demonstrations.models import DemonstrationFile, ProductKind, Recognition, SubsidyStep
from tests.demonstrations.furniture import DAYS, a_demonstration, a_file, on_trial, signed


def said(problem: Problem, *names: str) -> None:
    """A refusal stands at these fields and at no other."""
    assert set(problem.fields) == set(names), problem.fields


@pytest.mark.parametrize(("days", "field"), [
    ({"delivered_on": datetime.date(2026, 1, 31)}, "delivered_on"), ({"installed_on": datetime.date(2026, 3, 1)}, "installed_on"),
    ({"commissioned_on": datetime.date(2026, 3, 19)}, "commissioned_on"), ({"trial_on": datetime.date(2026, 3, 24)}, "trial_on"),
    ({"trial_on": datetime.date(2027, 1, 1)}, "trial_on"),
])  # fmt: skip
def test_days_come_in_their_order(ours: Any, row: Any, days: dict[str, Any], field: str) -> None:
    services.contract(
        ours.coordinator, row, contract_number="1", contract_on=datetime.date(2026, 2, 1), contract_price=None
    )
    with pytest.raises(Refused) as found:
        services.schedule(ours.coordinator, row, **{**DAYS, **days})
    said(found.value, field)
    assert row.trial_on is None and row.delivered_on is None


def test_a_contract_after_the_delivery_is_refused_at_its_day(ours: Any, row: Any) -> None:
    signed(ours.coordinator, row)
    with pytest.raises(Refused) as found:
        services.contract(
            ours.coordinator, row, contract_number="2", contract_on=datetime.date(2026, 3, 3), contract_price=None
        )
    said(found.value, "contract_on")
    assert row.contract_number == "HT-1"


def test_what_a_stage_needs_stays(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    with pytest.raises(Refused) as found:
        services.schedule(
            ours.coordinator, row, delivered_on=None, installed_on=None, commissioned_on=None, trial_on=None
        )
    said(found.value, *DAYS)
    with pytest.raises(Refused) as found:
        services.place(
            ours.coordinator,
            row,
            user_organisation=ours.lead,
            site_name="别处",
            site_region="",
            site_address="",
            replaces="",
        )
    said(found.value, "user_organisation_id")
    with pytest.raises(Refused) as found:
        services.place(
            ours.coordinator,
            row,
            user_organisation=ours.member,
            site_name="别处",
            site_region="",
            site_address="",
            replaces="",
        )
    said(found.value, "user_organisation_id")


@pytest.mark.parametrize(("values", "field"), [
    ({"unit": "kg"}, "unit"), ({"value": "about 90"}, "value"), ({"on_day": datetime.date(2027, 1, 1)}, "on_day"),
    ({"on_day": datetime.date(2026, 3, 1)}, "on_day"), ({"files": []}, "files"),
])  # fmt: skip
def test_a_measured_value_is_a_number_in_the_unit_of_its_indicator(ours: Any, row: Any, values: dict[str, Any], field: str) -> None:  # fmt: skip
    on_trial(ours.coordinator, ours.site, row, ours.works)
    good = {"value": "96", "unit": "%", "on_day": datetime.date(2026, 5, 1), "files": [a_file()]}
    with pytest.raises(Refused) as found:
        operating.measure(ours.coordinator, row.indicators[0], **{**good, **values})
    said(found.value, field)
    assert (
        row.indicators[0].readings == [] and db.session.scalar(select(func.count()).select_from(DemonstrationFile)) == 0
    )


def test_hours_fit_into_their_period_and_no_period_counts_twice(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    first, last = datetime.date(2026, 5, 1), datetime.date(2026, 5, 2)
    for hours, field in ((Decimal("48.01"), "hours"), (Decimal(-1), "hours"), (Decimal("1.234"), "hours")):
        with pytest.raises(Refused) as found:
            operating.run(ours.coordinator, row, starts_on=first, ends_on=last, hours=hours)
        said(found.value, field)
    operating.run(ours.coordinator, row, starts_on=first, ends_on=last, hours=Decimal(48))
    with pytest.raises(Refused) as found:
        operating.run(ours.coordinator, row, starts_on=last, ends_on=datetime.date(2026, 5, 9), hours=Decimal(1))
    said(found.value, "starts_on")
    with pytest.raises(Refused) as found:
        operating.run(
            ours.coordinator,
            row,
            starts_on=datetime.date(2026, 3, 31),
            ends_on=datetime.date(2026, 4, 2),
            hours=Decimal(1),
        )
    said(found.value, "starts_on")


def test_days_do_not_contradict_what_is_noted(ours: Any, row: Any) -> None:
    boss = ours.coordinator
    on_trial(boss, ours.site, row, ours.works)
    failure = operating.fail(boss, row, happened_on=datetime.date(2026, 4, 9), what="停机", downtime=Decimal(1))

    def explained(day: datetime.date) -> Any:
        return operating.explain(
            boss, failure, happened_on=day, what="停机", downtime=Decimal(1), cause="", mended_on=None
        )

    with pytest.raises(Refused) as found:
        explained(datetime.date(2026, 3, 31))
    said(found.value, "happened_on")
    assert failure.happened_on == datetime.date(2026, 4, 9)
    explained(datetime.date(2026, 4, 8))
    operating.run(boss, row, starts_on=datetime.date(2026, 4, 5), ends_on=datetime.date(2026, 4, 30), hours=Decimal(9))
    operating.measure(
        boss, row.indicators[0], value="96", unit="%", on_day=datetime.date(2026, 3, 22), files=[a_file()]
    )
    for field, day in (("trial_on", datetime.date(2026, 4, 6)), ("installed_on", datetime.date(2026, 3, 23))):
        with pytest.raises(Refused) as found:
            services.schedule(boss, row, **{**DAYS, field: day})
        said(found.value, field)
    services.schedule(boss, row, **{**DAYS, "trial_on": datetime.date(2026, 4, 5)})


def test_hours_before_the_trial_is_noted_keep_its_first_day(ours: Any, row: Any) -> None:
    signed(ours.coordinator, row)
    operating.run(ours.coordinator, row, starts_on=DAYS["trial_on"], ends_on=DAYS["trial_on"], hours=Decimal(9))
    with pytest.raises(Refused) as found:
        services.schedule(ours.coordinator, row, **{**DAYS, "trial_on": None})
    said(found.value, "trial_on")


def test_mtbf_is_hours_by_failures_and_nothing_where_nothing_is_known(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    assert reckoning.running(row).mtbf is None
    operating.run(
        ours.coordinator,
        row,
        starts_on=datetime.date(2026, 5, 1),
        ends_on=datetime.date(2026, 5, 31),
        hours=Decimal(700),
    )
    assert reckoning.running(row).mtbf is None
    for day in (3, 9, 17):
        operating.fail(
            ours.coordinator, row, happened_on=datetime.date(2026, 5, day), what="停机", downtime=Decimal("2.5")
        )
    db.session.flush()
    db.session.expire(row)
    found = reckoning.running(row)
    assert (found.hours, found.failures, found.downtime, found.mtbf) == (
        Decimal(700),
        3,
        Decimal("7.5"),
        Decimal("233.3"),
    )
    assert reckoning.running(row, datetime.date(2026, 5, 10)).mtbf is None


def test_the_money_comes_after_the_qualification_and_within_the_rule(ours: Any, row: Any) -> None:
    maker = ours.member

    def step(which: SubsidyStep, day: int, amount: str | None) -> None:
        supporting.subsidise(
            ours.coordinator,
            row,
            maker=maker,
            step=which,
            on_day=datetime.date(2026, 5, day),
            amount=None if amount is None else Decimal(amount),
        )

    def insure(rate: str, until: int = 2029) -> None:
        supporting.insure(ours.coordinator, row, insurer="甲", policy="P", insured_sum=Decimal(4000000), insured_rate=Decimal(rate), premium=Decimal(100000),
                          insured_from=datetime.date(2026, 3, 1), insured_to=datetime.date(until, 2, 28))  # fmt: skip

    with pytest.raises(Refused) as found:
        step(SubsidyStep.QUALIFICATION, 1, None)
    said(found.value, "step")
    insure("0.031")
    for which, amount in ((SubsidyStep.MONEY, "1"), (SubsidyStep.QUALIFICATION, None)):
        with pytest.raises(Refused) as found:
            step(which, 1, amount)
        said(found.value, "step")
    insure("0.03", 2030)
    with pytest.raises(Refused) as found:
        step(SubsidyStep.QUALIFICATION, 1, None)
    assert "years" in str(found.value.fields["step"])
    insure("0.03")
    step(SubsidyStep.QUALIFICATION, 4, None)
    for day, amount, field in ((3, "1", "on_day"), (5, None, "amount"), (5, "80000.01", "amount")):
        with pytest.raises(Refused) as found:
            step(SubsidyStep.MONEY, day, amount)
        said(found.value, field)
    step(SubsidyStep.MONEY, 5, "50000")
    with pytest.raises(Refused):
        step(SubsidyStep.MONEY, 6, "30000.01")
    step(SubsidyStep.MONEY, 6, "30000")


def test_a_province_has_its_own_rule() -> None:
    day = datetime.date(2026, 5, 1)
    assert rules.insurance("32", day).code == "CN-2019"
    own = rules.insurance("33", day)
    assert (own.code, own.most_rate) == ("ZJ", Decimal("0.02"))
    assert [own.part(ProductKind.FIRST_SET, level) for level in Recognition] == [
        Decimal("0.90"),
        Decimal("0.80"),
        Decimal("0.70"),
        Decimal(0),
    ]
    assert all(rule.asks_for_checking == (rule.mark != "C") and any(rule.sources) for rule in rules.shipped())


def test_the_rules_pay_for_recognised_first_sets_alone() -> None:
    for rule in rules.shipped():
        paid = {(kind, level) for kind in ProductKind for level in Recognition if rule.part(kind, level)}
        assert paid == {(ProductKind.FIRST_SET, level) for level in Recognition if level is not Recognition.NONE}


@pytest.mark.parametrize(("product", "insurance", "piece"), [
    ({"kind": ProductKind.OTHER}, {}, "other products"), ({"kind": ProductKind.FIRST_BATCH}, {}, "other products"),
    ({"level": Recognition.NONE}, {}, "pays nothing"), ({}, {"insured_to": None}, "last day"), ({}, {"insured_rate": None}, "rate"),
])  # fmt: skip
def test_what_the_rule_does_not_pay_for_does_not_qualify(ours: Any, product: dict[str, Any], insurance: dict[str, Any], piece: str) -> None:  # fmt: skip
    row = a_demonstration(ours.coordinator, ours.project, ours.member, **product)
    supporting.insure(ours.coordinator, row, **{**INSURED, **insurance})
    with pytest.raises(Refused) as found:
        subsidised(ours, row, SubsidyStep.QUALIFICATION, None)
    said(found.value, "step")
    assert piece in str(found.value.fields["step"]) and row.subsidies == []


@pytest.mark.parametrize("insurance", [{"insured_rate": Decimal("0.2")}, {"insured_to": datetime.date(2040, 1, 1)}, {"insured_to": None}])  # fmt: skip
def test_no_money_for_what_qualified_and_was_changed(ours: Any, row: Any, insurance: dict[str, Any]) -> None:
    supporting.insure(ours.coordinator, row, **INSURED)
    subsidised(ours, row, SubsidyStep.QUALIFICATION, None)
    supporting.insure(ours.coordinator, row, **{**INSURED, **insurance})
    with pytest.raises(Refused) as found:
        subsidised(ours, row, SubsidyStep.MONEY, "80000.00")
    said(found.value, "step")
    supporting.insure(ours.coordinator, row, **INSURED)
    services.amend(ours.coordinator, row, title_zh=row.title_zh, title_en="", kind=ProductKind.OTHER, level=row.level, trl_start=6, catalogue="", result=None)  # fmt: skip
    with pytest.raises(Refused):
        subsidised(ours, row, SubsidyStep.MONEY, "80000.00")


INSURED: dict[str, Any] = {
    "insurer": "甲", "policy": "P", "insured_sum": Decimal(4000000), "insured_rate": Decimal("0.025"), "premium": Decimal(100000),
    "insured_from": datetime.date(2026, 3, 1), "insured_to": datetime.date(2027, 2, 28),
}  # fmt: skip


def subsidised(ours: Any, row: Any, step: SubsidyStep, amount: str | None) -> Any:
    return supporting.subsidise(
        ours.coordinator, row, maker=ours.member, step=step, on_day=datetime.date(2026, 5, 1), amount=None if amount is None else Decimal(amount),
    )  # fmt: skip
