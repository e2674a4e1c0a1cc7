"""The pages of claims, payments and statements, as people use them; and that nothing of one firm is on a page of another."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from consortium.claims import services
from consortium.claims.models import Claim, ClaimFile, ClaimLine, Payment
from consortium.core.db import db
from consortium.logbook.models import Voucher
from tests.claims.conftest import OCTOBER, loaded, text
from tests.claims.furniture import a_claim
from tests.logbook.furniture import a_log, a_voucher

pytestmark = pytest.mark.slow


def body(answer: Any) -> str:
    """What an answer says; of a sheet all its texts."""
    if "spreadsheet" in (answer.mimetype or ""):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def made(world: Any, inside: Callable[[], Any]) -> SimpleNamespace:
    """A claim of the member that is handed in, and one of the other firm, full of canaries."""
    with inside():
        rows = loaded(world.ours)
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        services.submit(rows.people.member, claim, note="请款", files=[text("合同.txt")])
        others = a_claim(rows.people.other_member, rows.project, rows.other, OCTOBER, "金丝雀")
        services.submit(rows.people.other_member, others, note="金丝雀请款", files=[text("金丝雀.txt", "金")])
        judge = rows.people.coordinator
        services.accept(
            judge, others, accepted={others.lines[0].id: Decimal("77.77")}, reasons={others.lines[0].id: "金丝雀超标"}
        )
        services.note_payment(
            judge, rows.project, kind=services.PaymentKind.PAID_OUT, organisation=rows.other, paid_on=OCTOBER, amount=others.lines[0].amount,
            source=others.shares[0].source, reference="金丝雀回单",
        )  # fmt: skip
        db.session.commit()
        return SimpleNamespace(
            project=rows.project.id, claim=claim.id, others=others.id, lines=[line.id for line in claim.lines], word=claim.words[-1].id,
            file=db.session.scalar(select(ClaimFile.id).where(ClaimFile.organisation_id == rows.other.id)), other=rows.other.id,
            payment=db.session.scalar(select(Payment.id)), firm=rows.member.id, other_names=(rows.other.name_zh, rows.other.name_en),
        )  # fmt: skip


def test_a_claim_goes_through_the_pages(world: Any, inside: Any, sign_in: Any) -> None:
    with inside():
        rows = loaded(world.ours)
        log = a_claim(rows.people.member, rows.project, rows.member, OCTOBER).lines[0].voucher.log
        services.discard(rows.people.member, db.session.scalars(select(Claim)).one())
        assert log.state == "confirmed"
        db.session.commit()
    project, ours = world.ours.project.id, world.ours.people
    firm, judge = sign_in(ours.member), sign_in(ours.coordinator)
    asked = firm.get(f"/projects/{project}/claims/new")
    assert "2026-10" in body(asked)
    sent = firm.post(
        f"/projects/{project}/claims/new",
        data={
            "organisation_id": world.ours.member.id,
            "starts_on": "2026-10-01",
            "ends_on": "2026-10-01",
            "indirect": "",
        },
    )
    way = sent.location
    assert (
        sent.status_code == 303 and "2,600.00" in body(firm.get(way)) and "30%" in body(firm.get(way)).replace(" ", "")
    )
    files = {"files": (io.BytesIO("合同".encode()), "合同.txt")}
    assert firm.post(f"{way}/submit", data={"note": "十月请款", "free_of_secrets": "y", **files}).status_code == 303
    page = body(judge.get(way))
    assert "十月请款" in page and "合同.txt" in page and "Accept as entered" in page
    with inside():
        lines = [line.id for line in db.session.scalars(select(ClaimLine).order_by(ClaimLine.id))]
        word = db.session.scalars(select(Claim)).one().words[-1].id
    values = (
        {f"accepted_{number}": "1000.00" for number in lines}
        | {f"reason_{number}": "" for number in lines}
        | {"word_id": str(word), "note": ""}
    )
    assert (
        judge.post(f"{way}/decide", data={**values, f"reason_{lines[0]}": "何用", "decision": "query"}).status_code
        == 303
    )
    hand = body(firm.get(f"{way}/submit"))
    assert "何用" in hand and f"answer_{lines[0]}" in hand
    assert firm.post(f"{way}/submit", data={"note": "已答", "free_of_secrets": "y"}).status_code == 422
    assert (
        firm.post(
            f"{way}/submit", data={"note": "已答", "free_of_secrets": "y", f"answer_{lines[0]}": "气体"}
        ).status_code
        == 303
    )
    with inside():
        values["word_id"] = str(db.session.scalars(select(Claim)).one().words[-1].id)
    wrong = judge.post(
        f"{way}/decide", data={**values, f"accepted_{lines[0]}": "5.00", "decision": "accept", "note": "留着"}
    )
    assert (
        wrong.status_code == 422
        and f"reason_{lines[0]}-error" in body(wrong)
        and "留着" in body(wrong)
        and 'value="5.00"' in body(wrong)
    )
    done = judge.post(
        f"{way}/decide",
        data={**values, f"accepted_{lines[0]}": "5.00", f"reason_{lines[0]}": "超标准", "decision": "accept"},
    )
    assert done.status_code == 303 and "1,306.50" in body(firm.get(way)) and "超标准" in body(firm.get(way))
    assert "1306.50" in body(firm.get(f"/projects/{project}/claims?as=csv"))
    assert "5.00" in body(firm.get(f"{way}?as=csv")) and firm.get(f"{way}?as=xlsx").status_code == 200
    statement = body(firm.get(f"/projects/{project}/statement"))
    assert "1,306.50" in statement and "2,600.00" in statement
    assert "301.50" in body(firm.get(f"/projects/{project}/statement?as=csv"))


def test_payments_are_noted_and_taken_back_on_pages(made: Any, world: Any, sign_in: Any) -> None:
    judge = sign_in(world.ours.people.coordinator)
    values = {
        "kind": "paid_out",
        "organisation_id": str(made.firm),
        "paid_on": "2026-11-01",
        "amount": "1,234.56",
        "source": "central",
        "reference": "回单1",
        "note": "",
    }
    assert judge.post(f"/projects/{made.project}/payments/new", data={**values, "amount": "1.234"}).status_code == 422
    assert judge.post(f"/projects/{made.project}/payments/new", data=values).status_code == 303
    assert "1,234.56" in body(judge.get(f"/projects/{made.project}/payments"))
    assert "1,234.56" in body(sign_in(world.ours.people.member).get(f"/projects/{made.project}/payments"))
    assert judge.post(f"/payments/{made.payment}/remove", data={"reason": ""}).status_code == 422
    assert judge.post(f"/payments/{made.payment}/remove", data={"reason": "记错"}).status_code == 303
    assert judge.get(f"/payments/{made.payment}/remove").status_code == 404


def test_claims_of_others_are_nowhere(made: Any, world: Any, sign_in: Any, inside: Any) -> None:
    """Nor their amounts: 77.77 accepted, 1,077.77 with the second line, 323.33 of indirect costs, 1,401.10 in all; 2,600.00 is the own claim's, too."""
    secret = ("金丝雀", "77.77", "1,401", "1401.10", "323.33", f"/claims/{made.others}")
    firm, project = sign_in(world.ours.people.member), made.project
    for way in (
        "/", "/desk", "/claims", "/claims?as=csv", "/claims?as=xlsx", f"/projects/{project}", f"/projects/{project}/claims", f"/projects/{project}/claims?as=csv",
        f"/projects/{project}/claims?firm={made.other}", f"/projects/{project}/payments", f"/projects/{project}/payments?as=xlsx", f"/projects/{project}/statement",
        f"/projects/{project}/statement?firm={made.other}", f"/projects/{project}/statement?firm={made.other}&as=csv", f"/projects/{project}/logs",
        f"/projects/{project}/vouchers", "/search?q=金丝", f"/consortia/{world.ours.consortium.id}", f"/claims/{made.claim}",
    ):  # fmt: skip
        shown = body(firm.get(way))
        assert not [word for word in secret if word in shown], way
    for way in (
        f"/claims/{made.others}",
        f"/claims/{made.others}?as=csv",
        f"/claims/{made.others}/submit",
        f"/claim-files/{made.file}",
        f"/claims/{made.others}/discard",
    ):
        answer = firm.get(way)
        assert answer.status_code == 403 and not [word for word in secret[:5] if word in body(answer)], way
    with inside():
        claimed = db.session.scalars(select(Voucher.id).where(Voucher.organisation_id == made.other)).first()
    assert firm.get(f"/vouchers/{claimed}").status_code == 403
    # Whoever sees all finds it at the same places: the test looks where something is.
    judge = sign_in(world.ours.people.auditor)
    assert "金丝雀" in body(judge.get(f"/claims/{made.others}")) and "1,401.10" in body(
        judge.get(f"/projects/{project}/claims")
    )
    assert "1,401.10" in body(judge.get(f"/projects/{project}/statement?firm={made.other}"))


def test_events_of_claims_are_told_on_no_page_of_the_others(made: Any, world: Any, sign_in: Any) -> None:
    firm = sign_in(world.ours.people.signatory)
    for way in (f"/projects/{made.project}", f"/consortia/{world.ours.consortium.id}", "/"):
        assert "claim" not in body(firm.get(way)).lower().replace("/claims", "").replace("claims</a>", ""), way


def test_the_list_filters_by_state_and_firm(made: Any, world: Any, sign_in: Any) -> None:
    judge = sign_in(world.ours.people.coordinator)
    for asked, there in (
        ("state=accepted", {made.others}),
        ("state=submitted", {made.claim}),
        (f"firm={made.firm}", {made.claim}),
        ("state=zz", set()),
    ):
        shown = body(judge.get(f"/projects/{made.project}/claims?{asked}"))
        assert {number for number in (made.claim, made.others) if f'"/claims/{number}"' in shown} == there


def test_a_doubled_voucher_is_flagged_to_who_decides_and_not_to_the_firm(
    made: Any, world: Any, inside: Any, sign_in: Any
) -> None:
    with inside():
        theirs = loaded(world.theirs)
        number = db.session.get_one(Claim, made.claim).lines[0].voucher.number
        a_voucher(
            theirs.people.member,
            a_log(theirs.people.member, theirs.project, theirs.member),
            number,
            known_because="分摊",
        )
        db.session.commit()
    assert "Known elsewhere, too" in body(sign_in(world.ours.people.coordinator).get(f"/claims/{made.claim}"))
    for person in (world.ours.people.member, world.ours.people.auditor):
        assert "Known elsewhere, too" not in body(sign_in(person).get(f"/claims/{made.claim}"))


def test_a_voucher_says_in_which_claim_it_stands(world: Any, inside: Callable[[], Any], sign_in: Any) -> None:
    with inside():
        rows = loaded(world.ours)
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        first = claim.lines[0]
        voucher, number = first.voucher_id, claim.id
        september = OCTOBER.replace(month=9)
        loose = a_voucher(
            rows.people.member, a_log(rows.people.member, rows.project, rows.member, september), "散单"
        ).id
        services.submit(rows.people.member, claim, note="请款")
        services.accept(
            rows.people.coordinator, claim, accepted={first.id: Decimal("123.45")}, reasons={first.id: "超标准"}
        )
        db.session.commit()
    for person in (world.ours.people.member, world.ours.people.coordinator):
        card = body(sign_in(person).get(f"/vouchers/{voucher}")).split('id="claim"')[1].split("</ul>")[0]
        assert f'href="/claims/{number}"' in card and "Accepted in part" in card and "accepted: 123.45 yuan" in card
    assert "It stands in no claim yet." in body(sign_in(world.ours.people.member).get(f"/vouchers/{loose}"))
    assert sign_in(world.ours.people.other_member).get(f"/vouchers/{voucher}").status_code == 403
