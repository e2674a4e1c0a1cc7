"""Kinds of what does not fit that a slip of the platform or of its files brings about, and those of claims, payments and vouchers: each is told, to whom it may be."""

from __future__ import annotations

import ast
import datetime
import inspect
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from consortium import config
from consortium.budgets import contradictions as told
from consortium.budgets import queries
from consortium.budgets.contradictions import KINDS, contradictions
from consortium.claims import services as claims
from consortium.claims.models import Claim, PaymentKind
from consortium.logbook import services as logbook
from consortium.logbook.queries import log_of
from consortium.plans import money_rules
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource, Profile
from tests.budgets.conftest import OCTOBER, Purse
from tests.logbook.furniture import a_voucher

H, S = CostCategory, MoneySource


def said(purse: Purse, kind: str, person: Any = None, seen: Any = None) -> list[str]:
    """The English sentences of one kind that a person is told; the coordinator where nobody is named."""
    found = contradictions(person or purse.actor, purse.project, seen)
    return [str(one.sentence) for one in found if one.kind == kind]


def test_each_kind_that_is_told_is_on_the_list_and_each_on_the_list_is_told() -> None:
    """`term` and `exit` are put together in a list before they are told."""
    words: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(told))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_tell":
            assert isinstance(node.args[0], ast.Constant), ast.unparse(node)
            words.add(str(node.args[0].value))
    assert words == set(KINDS) and len(KINDS) == len(set(KINDS))


def test_sums_that_differ_are_told_to_who_sees_them_all(purse: Purse) -> None:
    """No deed brings this about: the sums are made of the same rows, so that one of them is spoilt here."""
    purse.plan("100.00", H.OPERATING)
    purse.spend("10.00", H.OPERATING)
    assert not said(purse, "triangle", seen=queries.Cube(purse.project, None))
    spoilt = queries.Cube(purse.project, None)
    next(iter(spoilt.by(2, 3).values())).spent += Decimal("0.01")
    [sentence] = said(purse, "triangle", seen=spoilt)
    assert "by organisation, head, source and year differ" in sentence
    assert contradictions(purse.actor, purse.project, spoilt)[0].tone == "bad"


def test_a_profile_whose_file_was_taken_away_is_told_with_the_one_that_counts_instead(purse: Purse) -> None:
    """An operator's own profile, by which a project was planned, and which is gone after that."""
    own = config.current().folder / "money"
    own.mkdir(exist_ok=True)
    shipped = json.loads((Path(money_rules.__file__).parent / "money_data" / "CN-2021.json").read_text("utf-8"))
    file = own / "OWN-2026.json"
    try:
        file.write_text(json.dumps(shipped | {"code": "OWN-2026"}), "utf-8")
        plans.arrange(purse.actor, purse.project, profile=Profile.CHINESE, calendar="CN", money_profile="OWN-2026")
        purse.plan("100.00")
        assert not said(purse, "profile")
    finally:
        file.unlink()
    [sentence] = said(purse, "profile")
    assert "OWN-2026" in sentence and money_rules.profile("CN-2021").name in sentence
    assert said(purse, "profile", purse.people.member) == [sentence]


def accepted(purse: Purse) -> Claim:
    """A claim on one voucher with the indirect costs that the rule allows beside it, accepted whole."""
    log = purse.spend("1.00", H.LABOUR)
    a_voucher(purse.people.member, log, "V1", "1000.00", category=H.OPERATING)
    logbook.confirm(purse.people.member, log)
    claim = claims.draw_up(purse.people.member, purse.project, starts_on=OCTOBER, ends_on=OCTOBER)
    claims.submit(purse.people.member, claim, note="请款")
    return claims.accept(purse.people.coordinator, claim)


def test_more_accepted_than_logged_is_told_until_the_overheads_are_logged(purse: Purse) -> None:
    accepted(purse)
    assert said(purse, "accepted") == said(purse, "accepted", purse.people.member)
    [sentence] = said(purse, "accepted")
    assert "1,300.00 yuan of its claims are accepted, but only 1,001.00 are logged as spent" in sentence
    assert not said(purse, "accepted", purse.people.other_member)
    log = log_of(purse.project, purse.member.id, OCTOBER)
    assert log is not None
    logbook.reopen(purse.people.member, log, reason="补记间接费用")
    logbook.keep(purse.people.member, purse.project, month=OCTOBER, note="", efforts={}, spending={(H.INDIRECT, S.OWN): Decimal("300.00")})  # fmt: skip
    assert not said(purse, "accepted")


@pytest.mark.parametrize(("planned", "tells"), [("300.00", False), ("299.99", True)])
def test_more_paid_out_than_planned_is_told(purse: Purse, planned: str, tells: bool) -> None:
    purse.plan(planned)
    claims.note_payment(
        purse.people.coordinator, purse.project, kind=PaymentKind.PAID_OUT, organisation=purse.member, paid_on=datetime.date(2026, 10, 5),
        amount=Decimal("300.00"), source=S.CENTRAL, reference="回单 1",
    )  # fmt: skip
    found = said(purse, "paid")
    assert bool(found) is tells and found == said(purse, "paid", purse.people.member)
    assert all("300.00 yuan were paid out to it, but only 299.99 are planned" in sentence for sentence in found)
    assert not said(purse, "paid", purse.people.other_member)


def test_a_voucher_that_was_known_before_is_told_to_its_firm_and_the_coordinator(purse: Purse) -> None:
    a_voucher(purse.people.other_member, purse.spend("1.00", person=purse.people.other_member), "FP-1", "70.00")
    assert not said(purse, "voucher")
    row = a_voucher(purse.people.member, purse.spend("1.00"), "FP-1", "71.00", known_because="两家分摊")
    [sentence] = said(purse, "voucher")
    assert purse.member.name_en in sentence and "FP-1 was known on this platform before" in sentence
    assert said(purse, "voucher", purse.people.member) and not said(purse, "voucher", purse.people.other_member)
    [one] = [one for one in contradictions(purse.actor, purse.project) if one.kind == "voucher"]
    assert one.href == f"/vouchers/{row.id}"
