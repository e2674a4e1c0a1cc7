"""Deciding on a claim: nothing is decided by accident, nothing typed is thrown away, and what was decided can be looked at again."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.claims import queries, revising, services
from consortium.claims.indirect import bounded
from consortium.claims.models import Claim
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused
from consortium.logbook import services as logbook
from consortium.logbook import vouchers
from consortium.plans.models import CostCategory, MoneySource
from tests.claims.conftest import OCTOBER, loaded
from tests.claims.furniture import a_claim
from tests.logbook.furniture import a_log, a_voucher

pytestmark = pytest.mark.slow
D = Decimal


@pytest.fixture
def handed(rows: Any) -> Claim:
    """Two vouchers of 1,000 of the member's October, handed in."""
    claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
    services.submit(rows.people.member, claim, note="请款")
    return claim


def test_enter_in_a_field_decides_nothing_and_keeps_what_was_typed(world: Any, inside: Callable[[], Any], sign_in: Any) -> None:  # fmt: skip
    with inside():
        rows = loaded(world.ours)
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        services.submit(rows.people.member, claim, note="请款")
        number, line = claim.id, claim.lines[0].id
        db.session.commit()
    judge = sign_in(world.ours.people.coordinator)
    page = judge.get(f"/claims/{number}").get_data(as_text=True)
    form = page[page.index(f'action="/claims/{number}/decide"') :].split("</form>")[0]
    sent = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    first = re.findall(r'<button[^>]*type="submit" name="(\w+)" value="(\w*)"', form)[0]
    answer = judge.post(
        f"/claims/{number}/decide", data={**sent, f"reason_{line}": "买的什么？", "note": "看一看", **dict([first])}
    )
    again = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422 and 'id="decision-error"' in again
    assert "Choose what to do: accept, ask or reject." in again.split('id="decision-error"')[1].split("</div>")[0]
    assert 'value="买的什么？"' in again and "看一看" in again
    # Nor does who presses “Accept” with a question still there accept it.
    wrong = judge.post(f"/claims/{number}/decide", data={**sent, f"reason_{line}": "买的什么？", "decision": "accept"})
    assert wrong.status_code == 422 and f'id="reason_{line}-error"' in wrong.get_data(as_text=True)
    with inside():
        assert db.session.get_one(Claim, number).state == "submitted"


def test_a_blank_amount_is_asked_for_and_a_reason_needs_a_cut(rows: Any, handed: Claim) -> None:
    first, second = handed.lines
    with pytest.raises(Refused) as refusal:
        services.accept(
            rows.people.coordinator, handed, accepted={first.id: None, second.id: D("1000.00")}, reasons={second.id: "何用"}
        )  # fmt: skip
    assert set(refusal.value.fields) == {f"accepted_{first.id}", f"reason_{second.id}"}
    services.query(rows.people.coordinator, handed, reason="", questions={second.id: "何用"})
    assert second.question == "何用" and handed.state == "queried"


def carried(claim: Claim) -> dict[MoneySource, Decimal | None]:
    return {share.source: share.accepted for share in claim.shares}


def test_indirect_costs_are_accepted_only_where_direct_ones_are(rows: Any) -> None:
    person, judge = rows.people.member, rows.people.coordinator
    for month, refused, wanted in (
        (8, "C", {MoneySource.CENTRAL: D("0.00"), MoneySource.OWN: D("150.00")}),
        (9, "", {MoneySource.CENTRAL: D("150.00"), MoneySource.OWN: D("150.00")}),
        (10, "CO", {MoneySource.CENTRAL: D("0.00"), MoneySource.OWN: D("0.00")}),
    ):
        day = OCTOBER.replace(month=month)
        log = a_log(person, rows.project, rows.member, day)
        a_voucher(person, log, f"C{month}", "1000.00", source=MoneySource.CENTRAL)
        a_voucher(person, log, f"O{month}", "1000.00", source=MoneySource.OWN)
        logbook.confirm(person, log)
        claim = services.draw_up(person, rows.project, starts_on=day, ends_on=day, indirect=D("300.00"))
        services.submit(person, claim, note="请款")
        none = [line.id for line in claim.lines if line.voucher.number[0] in refused]
        services.accept(judge, claim, accepted=dict.fromkeys(none, D("0.00")), reasons=dict.fromkeys(none, "不予核准"))
        assert carried(claim) == wanted


def test_equipment_alone_carries_no_indirect_costs_of_refused_labour(rows: Any) -> None:
    """Where only heads are accepted that carry none, their source does not stand in for the one that was claimed."""
    person = rows.people.member
    log = a_log(person, rows.project, rows.member)
    a_voucher(person, log, "L", "1000.00", source=MoneySource.CENTRAL)
    a_voucher(person, log, "E", "1000.00", source=MoneySource.OWN, category=CostCategory.EQUIPMENT)
    logbook.confirm(person, log)
    claim = services.draw_up(person, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    services.submit(person, claim, note="请款")
    line = next(line for line in claim.lines if line.voucher.number == "L")
    services.accept(rows.people.coordinator, claim, accepted={line.id: D("0.00")}, reasons={line.id: "不予"})
    assert carried(claim) == {MoneySource.CENTRAL: D("0.00")}


FENS = st.integers(0, 10**12).map(lambda fen: D(fen).scaleb(-2))


@given(FENS, st.lists(st.tuples(FENS, FENS), max_size=5))
def test_what_is_parted_keeps_its_bounds_and_every_fen(amount: Decimal, each: list[tuple[Decimal, Decimal]]) -> None:
    weights, most = ({number: pair[place] for number, pair in enumerate(each)} for place in (0, 1))
    parts = bounded(amount, weights, most)
    room = sum((most[key] for key, weight in weights.items() if weight), D("0.00"))
    assert sum(parts.values(), D("0.00")) == min(amount, room)
    assert all(0 <= part <= most[key] and weights[key] for key, part in parts.items())
    assert all(part == part.quantize(D("0.01")) for part in parts.values())


def test_a_claim_that_its_firm_does_not_answer_is_rejected(rows: Any, handed: Claim) -> None:
    services.query(rows.people.coordinator, handed, reason="请补充合同")
    with pytest.raises(NotNow):
        services.accept(rows.people.coordinator, handed)
    services.reject(rows.people.expert, handed, reason="逾期未答")
    word = handed.words[-1]
    assert (handed.state, word.outcome) == ("rejected", "rejected")
    assert word.reason == f"{rows.people.coordinator.name}: 请补充合同\n逾期未答"  # the question is not lost
    assert services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER).number == 2


@pytest.mark.parametrize("queried", [False, True])
def test_a_firm_takes_its_claim_back_and_hands_it_in_again_or_gives_it_up(
    rows: Any, handed: Claim, queried: bool
) -> None:
    if queried:
        services.query(rows.people.coordinator, handed, reason="请补充合同")
    with pytest.raises(Denied):
        services.withdraw(rows.people.other_member, handed)
    services.withdraw(rows.people.member, handed)
    assert (handed.state, handed.submitted_on) == ("draft", None)
    assert not queries.sums([rows.project.id]).claimed
    with pytest.raises(NotNow):
        services.reject(rows.people.coordinator, handed, reason="否")
    services.submit(rows.people.member, handed, note="再次请款")
    db.session.expire(handed, ["words"])
    assert handed.state == "submitted" and len(handed.words) == (2)
    services.withdraw(rows.people.member, handed)
    services.discard(rows.people.member, handed)
    # What was said about it stays on record, and its vouchers are free.
    assert handed.state == "withdrawn" and len(handed.words) == 2
    assert handed not in queries.of_firm(rows.project, rows.member.id)
    assert services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER).number == 2
    db.session.commit()


def test_a_claim_that_is_decided_is_not_taken_back(rows: Any, handed: Claim) -> None:
    services.accept(rows.people.coordinator, handed)
    with pytest.raises(NotNow):
        services.withdraw(rows.people.member, handed)


def test_taking_back_and_rejecting_what_was_asked_have_pages(world: Any, inside: Callable[[], Any], sign_in: Any) -> None:  # fmt: skip
    with inside():
        rows = loaded(world.ours)
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        services.submit(rows.people.member, claim, note="请款")
        number = claim.id
        db.session.commit()
    firm, judge, way = sign_in(world.ours.people.member), sign_in(world.ours.people.coordinator), f"/claims/{number}"
    assert f'href="{way}/withdraw"' in firm.get(way).get_data(as_text=True)
    assert f'href="{way}/withdraw"' not in judge.get(way).get_data(as_text=True)
    assert judge.get(f"{way}/withdraw").status_code == 403
    assert firm.get(f"{way}/withdraw").status_code == 200 and firm.post(f"{way}/withdraw").status_code == 303
    assert firm.post(f"{way}/submit", data={"note": "再次", "free_of_secrets": "y"}).status_code == 303
    assert judge.post(f"{way}/decide", data={"decision": "query", "note": "请补充"}).status_code == 303
    page = judge.get(way).get_data(as_text=True)
    assert 'value="reject"' in page and 'value="accept"' not in page and 'name="accepted_' not in page
    assert 'value="reject"' not in firm.get(way).get_data(as_text=True)
    assert judge.post(f"{way}/decide", data={"decision": "reject", "note": ""}).status_code == 422
    assert judge.post(f"{way}/decide", data={"decision": "reject", "note": "逾期未答"}).status_code == 303
    assert "逾期未答" in firm.get(way).get_data(as_text=True)


def test_an_accepted_claim_is_taken_up_again_and_decided_anew(rows: Any, handed: Claim) -> None:
    judge, (first, second) = rows.people.coordinator, handed.lines
    services.accept(judge, handed, note="同意", accepted={first.id: D("400.00")}, reasons={first.id: "超标准"})
    with pytest.raises(Denied):
        revising.revise(rows.people.member, handed, reason="记错")
    with pytest.raises(Refused):
        revising.revise(judge, handed, reason=" ")
    revising.revise(judge, handed, reason="审计发现")
    assert (handed.state, handed.decided_on, first.accepted, first.verdict, first.reason) == (
        "submitted",
        None,
        None,
        "",
        "",
    )
    assert not queries.sums([rows.project.id]).accepted and handed.shares[0].accepted is None
    old, new = handed.words
    assert old.outcome == "accepted" and old.verified_by_id == judge.id and new.outcome == "" and new.note == old.note
    assert old.reason == f"同意\n{first.voucher.number}: ¥400.00 · 超标准\n{judge.name}: 审计发现"
    services.accept(rows.people.expert, handed, accepted={second.id: D("0.00")}, reasons={second.id: "退票"})
    assert queries.accepted(handed) == D("1300.00") and [share.accepted for share in handed.shares] == [D("300.00")]
    db.session.commit()


def test_nobody_of_the_claiming_firm_takes_its_claim_up_again(rows: Any) -> None:
    claim = a_claim(rows.people.coordinator, rows.project, rows.lead, OCTOBER)
    services.submit(rows.people.coordinator, claim, note="请款")
    services.accept(rows.people.expert, claim)
    with pytest.raises(NotNow, match="organisation handed in this claim itself"):
        revising.revise(rows.people.coordinator, claim, reason="记错")


def test_a_rejected_claim_is_taken_up_again_while_its_vouchers_are_free_and_unchanged(rows: Any, handed: Claim) -> None:
    member, judge = rows.people.member, rows.people.coordinator
    services.reject(judge, handed, reason="缺票")
    other = services.draw_up(member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    with pytest.raises(NotNow, match="another claim"):
        revising.revise(judge, handed, reason="看错")
    services.discard(member, other)
    line = handed.lines[0]
    line.voucher.amount += 1
    with pytest.raises(NotNow, match="changed since"):
        revising.revise(judge, handed, reason="看错")
    line.voucher.amount -= 1
    line.voucher.source = MoneySource.CENTRAL
    revising.revise(judge, handed, reason="看错")
    assert handed.state == "submitted" and all(line.live for line in handed.lines)
    assert {share.source: share.amount for share in handed.shares} == {
        MoneySource.CENTRAL: D("300.00"),
        MoneySource.OWN: D("300.00"),
    }
    with pytest.raises(Refused, match="no voucher"):
        services.draw_up(member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    services.accept(judge, handed)
    db.session.rollback()


def test_who_has_read_an_older_decision_does_not_take_the_claim_up_again(world: Any, inside: Callable[[], Any], sign_in: Any) -> None:  # fmt: skip
    with inside():
        rows = loaded(world.ours)
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        services.submit(rows.people.member, claim, note="请款")
        services.accept(rows.people.coordinator, claim)
        db.session.commit()
        way = f"/claims/{claim.id}"
    judge = sign_in(world.ours.people.coordinator)
    read = re.search(r'name="word_id"[^>]*value="(\d+)"', judge.get(f"{way}/revise").text)
    assert read is not None
    with inside():
        claim = db.session.get_one(Claim, int(way.rpartition("/")[2]))
        actor = loaded(world.ours).people.coordinator
        revising.revise(actor, claim, reason="审计发现")
        services.accept(actor, claim)
        db.session.commit()
    late = judge.post(f"{way}/revise", data={"reason": "看错", "word_id": read[1]})
    assert late.status_code == 409 and "看错" in late.text and "anew meanwhile" in unescape(late.text)
    assert judge.post(f"{way}/revise", data={"reason": "看错", "word_id": re.search(r'name="word_id"[^>]*value="(\d+)"', late.text)[1]}).status_code == 303  # type: ignore[index]  # fmt: skip


def test_a_rejected_claim_whose_vouchers_could_not_be_claimed_now_is_not_taken_up_again(rows: Any, handed: Claim) -> None:  # fmt: skip
    member, judge = rows.people.member, rows.people.coordinator
    services.reject(judge, handed, reason="缺票")
    voucher = handed.lines[0].voucher
    logbook.reopen(member, voucher.log, reason="更正")
    with pytest.raises(NotNow, match="opened again"):
        revising.revise(judge, handed, reason="看错")
    fields = ("voucher_on", "number", "payee", "source", "amount")
    vouchers.amend(member, voucher, category=CostCategory.INDIRECT, **{name: getattr(voucher, name) for name in fields})
    logbook.confirm(member, voucher.log)
    with pytest.raises(NotNow, match="changed since"):
        revising.revise(judge, handed, reason="看错")
    assert handed.state == "rejected"


def test_a_claim_on_which_accepted_indirect_costs_of_another_rest_is_taken_up_after_it(rows: Any) -> None:
    person, judge, claims = rows.people.member, rows.people.coordinator, []
    for month, amount, indirect in ((8, "100000.00", D("0.00")), (9, "10.00", D("30003.00"))):
        day = OCTOBER.replace(month=month)
        log = a_log(person, rows.project, rows.member, day)
        a_voucher(person, log, f"M{month}", amount)
        logbook.confirm(person, log)
        claim = services.draw_up(person, rows.project, starts_on=day, ends_on=day, indirect=indirect)
        services.submit(person, claim, note="请款")
        services.accept(judge, claim)
        claims.append(claim)
    large, small = claims
    assert [share.accepted for share in small.shares] == [D("30003.00")]
    with pytest.raises(NotNow, match="#2"):
        revising.revise(judge, large, reason="审计")
    assert large.state == "accepted"
    revising.revise(judge, small, reason="审计")
    revising.revise(judge, large, reason="审计")
    services.accept(judge, small)
    assert [share.accepted for share in small.shares] == [D("3.00")]


def test_what_is_said_of_a_claimed_voucher_is_what_can_be_done(rows: Any, handed: Claim) -> None:
    member, judge, voucher = rows.people.member, rows.people.coordinator, handed.lines[0].voucher
    logbook.reopen(member, voucher.log, reason="补录")

    def said() -> str:
        with pytest.raises(NotNow, match="stands in claim #1") as refusal:
            vouchers.remove(member, voucher)
        return str(refusal.value)

    assert "Take that claim back first" in said()
    services.query(judge, handed, reason="问")
    assert "when you answer" in said()
    services.withdraw(member, handed)
    assert "Discard that draft first" in said()
    services.submit(member, handed, note="请款")
    services.accept(judge, handed)
    assert "take it up again" in said()
    revising.revise(judge, handed, reason="退票")
    services.reject(judge, handed, reason="退票")
    with pytest.raises(NotNow, match="stays on record"):
        vouchers.remove(member, voucher)


def test_taking_up_again_has_a_page(world: Any, inside: Callable[[], Any], sign_in: Any) -> None:
    with inside():
        rows = loaded(world.ours)
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        services.submit(rows.people.member, claim, note="请款")
        services.accept(rows.people.coordinator, claim)
        number = claim.id
        db.session.commit()
    firm, judge, way = sign_in(world.ours.people.member), sign_in(world.ours.people.coordinator), f"/claims/{number}"
    assert f'href="{way}/revise"' in judge.get(way).get_data(as_text=True)
    assert f'href="{way}/revise"' not in firm.get(way).get_data(as_text=True)
    assert firm.get(f"{way}/revise").status_code == 403
    assert judge.get(f"{way}/revise").status_code == 200
    assert judge.post(f"{way}/revise", data={"reason": ""}).status_code == 422
    assert judge.post(f"{way}/revise", data={"reason": "审计发现"}).status_code == 303
    assert "审计发现" in firm.get(way).get_data(as_text=True) and 'value="accept"' in judge.get(way).get_data(
        as_text=True
    )


def test_what_a_firm_said_stands_once_on_a_claim_that_was_taken_up_again(world: Any, inside: Callable[[], Any], sign_in: Any) -> None:  # fmt: skip
    with inside():
        rows = loaded(world.ours)
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        services.submit(rows.people.member, claim, note="十月的采购款")
        services.accept(rows.people.coordinator, claim)
        revising.revise(rows.people.coordinator, claim, reason="审计发现")
        number = claim.id
        db.session.commit()
    judge = sign_in(world.ours.people.coordinator)
    card = judge.get(f"/claims/{number}").get_data(as_text=True).split('id="words"')[1].split("</ol>")[0]
    assert card.count("十月的采购款") == 1 and card.count("Waits for a new decision") == 1
    assert card.index("Taken up again") < card.index("十月的采购款") and "审计发现" in card
    with inside():
        claim = db.session.get_one(Claim, number)
        services.accept(loaded(world.ours).people.expert, claim, note="复核同意")
        db.session.commit()
    card = judge.get(f"/claims/{number}").get_data(as_text=True).split('id="words"')[1].split("</ol>")[0]
    assert "Waits for a new decision" not in card and card.index("复核同意") < card.index("十月的采购款")
