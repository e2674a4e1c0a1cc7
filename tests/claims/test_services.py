"""The life of a claim: what it takes, what is asked, what is accepted, and what is paid."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from consortium.activity.models import Event, Notification
from consortium.activity.services import record
from consortium.claims import queries, services
from consortium.claims.models import Claim, ClaimLine, PaymentKind
from consortium.claims.portrait import ClaimPortrait
from consortium.claims.queries import accepted, claimed
from consortium.claims.statement import Statement
from consortium.claims.tables import state
from consortium.consortia.models import Consortium
from consortium.core.access import Action, Role
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused, Stale
from consortium.logbook import services as logbook
from consortium.logbook import vouchers
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.workflow import others
from tests import factories
from tests.claims.conftest import OCTOBER, text
from tests.claims.furniture import a_claim
from tests.logbook.furniture import a_log, a_voucher

pytestmark = pytest.mark.slow
D = Decimal


@pytest.fixture
def draft(rows: Any) -> Claim:
    """Two vouchers of 1,000 of the member's October, and 30 % for indirect costs."""
    return a_claim(rows.people.member, rows.project, rows.member, OCTOBER)


@pytest.fixture
def handed(rows: Any, draft: Claim) -> Claim:
    services.submit(rows.people.member, draft, note="请款", files=[text("合同.txt")])
    return draft


def test_a_claim_takes_the_vouchers_of_confirmed_months_once_and_indirect_costs_by_the_rule(
    rows: Any, draft: Claim
) -> None:
    assert (draft.number, draft.state, [line.amount for line in draft.lines]) == (1, "draft", [D("1000.00")] * 2)
    assert [(share.source, share.amount) for share in draft.shares] == [(MoneySource.OWN, D("600.00"))]
    assert claimed(draft) == D("2600.00") and accepted(draft) is None
    with pytest.raises(Refused, match="no voucher to claim"):
        services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    log = a_log(rows.people.member, rows.project, rows.member, datetime.date(2026, 9, 1))
    a_voucher(rows.people.member, log, "S1")
    with pytest.raises(Refused, match="no voucher to claim"):  # not confirmed
        services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER.replace(month=9), ends_on=OCTOBER)
    db.session.commit()


def test_indirect_costs_are_claimed_by_rule_and_never_by_voucher_or_beyond_it(rows: Any) -> None:
    log = a_log(rows.people.member, rows.project, rows.member)
    a_voucher(rows.people.member, log, "E1", "1000.00", category=CostCategory.EQUIPMENT)
    a_voucher(rows.people.member, log, "L1", "100.01", source=MoneySource.CENTRAL)
    a_voucher(rows.people.member, log, "I1", "500.00", category=CostCategory.INDIRECT)
    logbook.confirm(rows.people.member, log)
    with pytest.raises(Refused) as refusal:
        services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER, indirect=D("30.01"))
    assert "30.00" in str(refusal.value.fields["indirect"])
    db.session.rollback()
    log = a_log(rows.people.member, rows.project, rows.member)
    a_voucher(rows.people.member, log, "E1", "1000.00", category=CostCategory.EQUIPMENT)
    a_voucher(rows.people.member, log, "L1", "100.01", source=MoneySource.CENTRAL)
    a_voucher(rows.people.member, log, "I1", "500.00", category=CostCategory.INDIRECT)
    logbook.confirm(rows.people.member, log)
    claim = services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    assert {line.voucher.number for line in claim.lines} == {"E1", "L1"}
    assert [(share.source, share.amount) for share in claim.shares] == [(MoneySource.CENTRAL, D("30.00"))]


def test_a_claim_is_queried_answered_and_accepted_in_part(rows: Any, handed: Claim) -> None:
    first, second = handed.lines
    services.query(rows.people.coordinator, handed, reason="请补充合同", questions={first.id: "买的什么？"})
    assert handed.state == "queried" and first.question == "买的什么？" and "买的什么？" in handed.words[-1].reason
    with pytest.raises(Refused) as refusal:
        services.submit(rows.people.member, handed, note="见附件")
    assert list(refusal.value.fields) == [f"answer_{first.id}"]
    services.submit(
        rows.people.member, handed, note="见附件", answers={first.id: "气体"}, files=[text("补充.txt", "合同")]
    )
    assert handed.state == "submitted" and first.answer == "气体" and handed.submitted_on == datetime.date(2026, 11, 22)
    with pytest.raises(Refused) as refusal:
        services.accept(rows.people.coordinator, handed, accepted={first.id: D("400.00"), second.id: D("1000.01")})
    assert set(refusal.value.fields) == {f"reason_{first.id}", f"accepted_{second.id}"}
    services.accept(
        rows.people.coordinator,
        handed,
        accepted={first.id: D("400.00"), second.id: D("0.00")},
        reasons={first.id: "超标准", second.id: "与项目无关"},
    )
    assert (first.verdict, second.verdict) == ("cut", "refused") and accepted(handed) == D("520.00")
    assert str(state(handed)[0]) == "Accepted in part"
    told = [
        note.message
        for note in db.session.scalars(select(Notification).where(Notification.user_id == rows.people.member.id))
    ]
    assert len(told) == 2 and not any("400" in message for message in told)
    events = list(db.session.scalars(select(Event).where(Event.subject_kind == "claim")))
    assert [event.verb for event in events] == [
        "drew up a claim",
        "handed in a claim",
        "queried a claim",
        "handed in a claim",
        "accepted a claim",
    ]
    assert not any(
        money in str(event.facts) for event in events for money in ("400.00", "520.00", "2600.00", "1000.00")
    )
    db.session.commit()


def test_a_queried_voucher_can_be_taken_out_and_takes_its_indirect_costs_along(rows: Any, handed: Claim) -> None:
    first, second = handed.lines
    services.query(rows.people.coordinator, handed, reason="", questions={first.id: "何用"})
    services.submit(rows.people.member, handed, note="撤下", drop=[first.id])
    assert [line.id for line in handed.lines] == [second.id] and claimed(handed) == D("1300.00")
    again = services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    assert claimed(again) == D("1300.00") and again.number == 2
    db.session.commit()


def test_a_rejected_claim_frees_its_vouchers_and_an_accepted_one_does_not(rows: Any, handed: Claim) -> None:
    with pytest.raises(Refused):
        services.reject(rows.people.coordinator, handed, reason=" ")
    services.reject(rows.people.coordinator, handed, reason="缺票")
    again = services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    assert again.number == 2 and claimed(again) == D("2600.00")
    services.submit(rows.people.member, again, note="再次")
    services.accept(rows.people.expert, again)
    with pytest.raises(Refused, match="no voucher"):
        services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)


def test_a_draft_is_discarded_and_a_submitted_claim_is_not(rows: Any, draft: Claim) -> None:
    assert services.discard(rows.people.member, draft) is rows.project
    again = services.draw_up(rows.people.member, rows.project, starts_on=OCTOBER, ends_on=OCTOBER)
    services.submit(rows.people.member, again, note="请款")
    with pytest.raises(NotNow):
        services.discard(rows.people.member, again)
    db.session.commit()


def test_a_claimed_voucher_does_not_change(rows: Any, draft: Claim) -> None:
    row = draft.lines[0].voucher
    logbook.reopen(rows.people.member, row.log, reason="补录")
    with pytest.raises(NotNow, match="stands in claim #1"):
        vouchers.remove(rows.people.member, row)


def test_two_claims_cannot_hold_one_voucher(rows: Any, draft: Claim) -> None:
    line = draft.lines[0]
    other = Claim(consortium_id=draft.consortium_id, organisation_id=draft.organisation_id, project_id=draft.project_id, number=9, starts_on=OCTOBER, ends_on=OCTOBER, state="draft")  # fmt: skip
    other.lines = [
        ClaimLine(
            consortium_id=draft.consortium_id,
            organisation_id=draft.organisation_id,
            voucher_id=line.voucher_id,
            live=True,
            amount=line.amount,
        )
    ]
    db.session.add(other)
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize("name", ["member", "signatory"])
def test_nobody_without_the_right_decides(rows: Any, handed: Claim, name: str) -> None:
    with pytest.raises(Denied):
        services.accept(getattr(rows.people, name), handed)


def test_nobody_of_the_claiming_organisation_decides(rows: Any) -> None:
    for person, firm, judge in (
        (rows.people.other_member, rows.other, rows.people.expert),
        (rows.people.coordinator, rows.lead, rows.people.coordinator),
    ):
        claim = a_claim(person, rows.project, firm, OCTOBER)
        services.submit(person, claim, note="请款")
        for decide in (
            services.accept,
            lambda who, what: services.query(who, what, reason="问"),
            lambda who, what: services.reject(who, what, reason="否"),
        ):
            with pytest.raises(NotNow, match="organisation handed in this claim itself"):
                decide(judge, claim)


def test_who_read_an_older_word_reads_the_newer_one_first(rows: Any, handed: Claim) -> None:
    old = handed.words[-1].id
    services.query(rows.people.coordinator, handed, reason="问", word_id=old)
    services.submit(rows.people.member, handed, note="答")
    db.session.expire(handed, ["words"])
    with pytest.raises(Stale):
        services.accept(rows.people.expert, handed, word_id=old)


def pay(rows: Any, **more: Any) -> Any:
    values: dict[str, Any] = {"kind": PaymentKind.PAID_OUT, "organisation": rows.member, "paid_on": datetime.date(2026, 11, 1), "amount": D("3000.00"),
                              "source": MoneySource.CENTRAL, "reference": "回单"}  # fmt: skip
    return services.note_payment(rows.people.coordinator, rows.project, **{**values, **more})


def test_a_statement_adds_up_and_an_advance_is_shown_as_one(rows: Any, handed: Claim) -> None:
    pay(rows)
    pay(rows, kind=PaymentKind.ARRIVED, organisation=rows.lead, amount=D("9000.00"))
    found = Statement(rows.project, rows.member)
    assert (found.paid, found.advance, found.together.claimed, found.together.accepted) == (
        D("3000.00"),
        D("3000.00"),
        D("2600.00"),
        D("0.00"),
    )
    services.accept(rows.people.coordinator, handed)
    found = Statement(rows.project, rows.member)
    assert (found.advance, found.due, found.together.accepted) == (D("400.00"), D("0.00"), D("2600.00"))
    assert found.together.spent == D("4500.00")  # 2,500 without voucher
    sums = queries.sums([rows.project.id])
    assert queries.total(sums.arrived) == D("9000.00") and queries.total(sums.claimed, head=CostCategory.INDIRECT) == D(
        "600.00"
    )
    before = queries.sums([rows.project.id], last=datetime.date(2026, 11, 21))
    assert not before.claimed and not before.accepted and queries.total(before.paid) == D("3000.00")
    within = queries.sums([rows.project.id], first=datetime.date(2026, 11, 2))
    assert {part for _, part in within.paid.values()} == {D("0.00")}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"amount": D("0")}, "amount"), ({"amount": D("1.005")}, "amount"), ({"paid_on": datetime.date(2026, 11, 23)}, "paid_on"),
     ({"kind": PaymentKind.ARRIVED}, "organisation_id")],
)  # fmt: skip
def test_payments_that_cannot_be_are_refused_at_their_field(rows: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        pay(rows, **wrong)
    assert list(refusal.value.fields) == [field]


def test_a_payment_is_taken_back(rows: Any) -> None:
    row = pay(rows)
    with pytest.raises(Refused):
        services.remove_payment(rows.people.coordinator, row, reason="")
    services.remove_payment(rows.people.coordinator, row, reason="记错")
    assert queries.total(queries.sums([rows.project.id]).paid) == 0
    db.session.commit()


def test_what_waits(rows: Any, handed: Claim) -> None:
    def whats(person: Any) -> list[str]:
        return [str(one.what) for one in queries.waiting(person)]

    assert whats(rows.people.coordinator) == ["Decide on a claim"] and whats(rows.people.member) == []
    services.query(rows.people.coordinator, handed, reason="问")
    assert whats(rows.people.coordinator) == [] and whats(rows.people.member) == ["Answer what is asked about a claim"]
    assert whats(rows.people.other_member) == []


def test_the_page_shows_the_formula(rows: Any, handed: Claim) -> None:
    portrait = ClaimPortrait(rows.people.member, handed)
    assert (portrait.room.base, portrait.room.allowed, portrait.room.left) == (D("2000.00"), D("600.00"), D("600.00"))


def claim_of(rows: Any, month: int, amount: str, indirect: Decimal | None = None) -> Claim:
    """A draft of the member on one voucher of a month."""
    day, person = OCTOBER.replace(month=month), rows.people.member
    log = a_log(person, rows.project, rows.member, day, money="0.00")
    a_voucher(person, log, f"Z{month}", amount)
    logbook.confirm(person, log)
    return services.draw_up(person, rows.project, starts_on=day, ends_on=day, indirect=indirect)


def carried(claim: Claim) -> Decimal:
    return sum((share.amount for share in claim.shares), D("0.00"))


def test_a_claim_carries_no_indirect_costs_beside_the_draft_of_another(rows: Any) -> None:
    large, small = claim_of(rows, 6, "1000000.00", D("0.00")), claim_of(rows, 7, "10.00")
    assert carried(small) == D("3.00")
    services.discard(rows.people.member, large)
    services.submit(rows.people.member, small, note="请款")
    assert claimed(small) == D("13.00")


def test_indirect_costs_that_no_longer_fit_are_cut_on_handing_in_and_it_says_so(rows: Any) -> None:
    large = claim_of(rows, 6, "1000000.00", D("0.00"))
    services.submit(rows.people.member, large, note="请款")
    small = claim_of(rows, 7, "10.00")
    assert carried(small) == D("300003.00")
    services.reject(rows.people.coordinator, large, reason="缺票")
    assert carried(small) == D("300003.00")  # a draft claims nothing yet
    word = services.submit(rows.people.member, small, note="请款")
    assert carried(small) == D("3.00") and "3.00 yuan" in word.note
    db.session.commit()


@pytest.mark.parametrize("decided", [False, True])
def test_other_claims_keep_within_the_cap_when_one_is_rejected(rows: Any, decided: bool) -> None:
    large = claim_of(rows, 6, "1000000.00", D("0.00"))
    services.submit(rows.people.member, large, note="请款")
    small = claim_of(rows, 7, "10.00")
    services.submit(rows.people.member, small, note="请款")
    assert carried(small) == D("300003.00")
    if decided:
        services.accept(rows.people.coordinator, small)
        assert accepted(small) == D("13.00")
    services.reject(rows.people.coordinator, large, reason="缺票")
    assert carried(small) == D("3.00") and claimed(small) == D("13.00")
    told = [row.message for row in db.session.scalars(select(Notification).where(Notification.user_id == rows.people.member.id))]  # fmt: skip
    assert any("cut" in message for message in told) and not any("300" in message for message in told)
    db.session.commit()


def test_other_claims_keep_within_the_cap_when_vouchers_are_taken_out(rows: Any) -> None:
    person, day = rows.people.member, OCTOBER.replace(month=6)
    log = a_log(person, rows.project, rows.member, day, money="0.00")
    a_voucher(person, log, "Y1", "1000000.00")
    a_voucher(person, log, "Y2", "100.00")
    logbook.confirm(person, log)
    large = services.draw_up(person, rows.project, starts_on=day, ends_on=day, indirect=D("0.00"))
    services.submit(person, large, note="请款")
    small = claim_of(rows, 7, "10.00")
    services.submit(person, small, note="请款")
    services.query(rows.people.coordinator, large, reason="问")
    services.take_out(person, large, [next(line.id for line in large.lines if line.amount > 1000)])
    assert carried(small) + carried(large) == D("33.00")


def test_who_handed_it_in_first_does_not_decide_later_for_another_organisation(rows: Any, handed: Claim) -> None:
    person = rows.people.member
    services.query(rows.people.coordinator, handed, reason="问")
    colleague = factories.user("colleague", rows.member)
    db.session.flush()
    factories.seat(colleague, db.session.get_one(Consortium, handed.consortium_id), rows.member, Role.MEMBER)
    db.session.flush()
    db.session.expire(colleague, ["seats"])
    services.submit(colleague, handed, note="答")
    db.session.expire(handed, ["words"])
    person.organisation_id = rows.other.id
    for seat in person.seats:
        seat.role, seat.organisation_id = Role.EXPERT, rows.other.id
    record("test", "amended", person, *person.seats)
    with pytest.raises(NotNow):
        services.accept(person, handed)
    services.accept(rows.people.expert, handed)


def test_who_belongs_to_no_organisation_that_confirmed_it_does_not_decide_on_money(rows: Any, handed: Claim) -> None:
    expert = rows.people.expert
    expert.organisation_id = None
    record("test", "amended", expert)
    with pytest.raises(NotNow, match="confirmed yet"):
        services.accept(expert, handed)
    assert expert not in [person for person, _ in others(handed, Action.SETTLE, handed.words, housed=True)]
