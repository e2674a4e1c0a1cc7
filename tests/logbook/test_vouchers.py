"""Vouchers: what is kept, what is refused at which field, what is known elsewhere, and that nobody hears what another firm has."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from consortium.activity.models import Event, Notification
from consortium.activity.services import record
from consortium.consortia.models import Membership
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Problem, Refused
from consortium.logbook import known, queries, services, voucher_sheets, vouchers
from consortium.logbook.kept import LogPortrait
from consortium.logbook.models import MonthlyLog, Voucher, VoucherFile
from consortium.logbook.portrait import LogsPortrait, MonthPortrait
from consortium.plans.models import CostCategory, MoneySource
from tests.claims.conftest import loaded, text
from tests.logbook.furniture import MONEY, a_log, a_voucher

pytestmark = pytest.mark.slow
OCTOBER = datetime.date(2026, 10, 1)
OTHER_WORDS = "known on this platform already"


@pytest.fixture
def log(rows: Any) -> MonthlyLog:
    return a_log(rows.people.member, rows.project, rows.member, money="2500.00")


def refused(act: Callable[[], Any]) -> dict[str, str]:
    """The fields at which something is refused, and nothing is left of it."""
    before = db.session.query(Voucher).count()
    part = db.session.begin_nested()
    with pytest.raises(Refused) as refusal:
        act()
    part.rollback()
    assert db.session.query(Voucher).count() == before
    return {name: str(sentence) for name, sentence in refusal.value.fields.items()}


def test_spending_is_typed_sums_and_vouchers_wherever_it_is_asked_for(rows: Any, log: MonthlyLog) -> None:
    a_voucher(rows.people.member, log, "A1", "1000.01")
    a_voucher(rows.people.member, log, "A2", "99.99", category=CostCategory.EQUIPMENT, source=MoneySource.CENTRAL)
    whole, firm = Decimal("3600.00"), rows.member.id
    assert services.spent(log) == whole
    assert queries.spent_so_far(rows.project, firm) == {
        MONEY: Decimal("3500.01"),
        (CostCategory.EQUIPMENT, MoneySource.CENTRAL): Decimal("99.99"),
    }
    assert queries.logged(rows.project).money_of(firm) == whole
    assert [one.money for one in queries.sums(rows.people.coordinator, rows.project)] == [whole]
    assert LogsPortrait(rows.people.coordinator, rows.project).together.money == whole
    assert sum(amount for _, amount in LogPortrait(rows.people.member, log).money) == whole
    month = MonthPortrait(rows.project, rows.member, OCTOBER)
    assert month.total(cell for _, _, cells in month.money for cell in cells).so_far == whole
    for by in (("firm",), ("category",), ("source",), ("month",), ("category", "source", "month")):
        assert sum(queries.spent(by, MonthlyLog.project_id == rows.project.id).values()) == whole
    db.session.commit()


def test_a_voucher_is_amended_and_removed_and_each_is_told_without_amounts(rows: Any, log: MonthlyLog) -> None:
    row = a_voucher(rows.people.member, log, "A1", "1000.00")
    values = {"voucher_on": row.voucher_on, "number": "A1", "payee": "供应商", "category": MONEY[0], "source": MONEY[1]}
    vouchers.amend(
        rows.people.member,
        row,
        **values,
        amount=Decimal("12.34"),
        files=[text("新.txt", "另一")],
        gone=[row.files[0].id],
    )
    assert [file.name for file in row.files] == ["新.txt"] and services.spent(log) == Decimal("2512.34")
    assert vouchers.remove(rows.people.member, row) is log and services.spent(log) == Decimal("2500.00")
    assert db.session.scalars(select(VoucherFile)).all() == []
    told = list(db.session.scalars(select(Event).where(Event.verb.contains("voucher"))))
    assert [event.verb for event in told] == ["entered a voucher", "amended a voucher", "removed a voucher"]
    assert not any(amount in str(event.facts) for event in told for amount in ("1000.00", "12.34"))
    db.session.commit()


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "0.001", "1E+17"])
def test_amounts_that_cannot_be_are_refused_at_their_field(rows: Any, log: MonthlyLog, amount: str) -> None:
    assert list(refused(lambda: a_voucher(rows.people.member, log, "A1", amount))) == ["amount"]


@pytest.mark.parametrize(
    ("day", "words"),
    [("2026-09-30", "does not lie in 2026-10"), ("2025-12-31", "eligible period"), ("2026-11-23", "eligible period")],
)
def test_days_lie_in_the_month_and_in_the_eligible_period(rows: Any, log: MonthlyLog, day: str, words: str) -> None:
    found = refused(lambda: a_voucher(rows.people.member, log, "A1", voucher_on=datetime.date.fromisoformat(day)))
    assert words in found["voucher_on"]


def test_vouchers_after_the_exit_of_a_firm_do_not_count(rows: Any, log: MonthlyLog) -> None:
    seat = db.session.scalars(select(Membership).where(Membership.organisation_id == rows.member.id)).one()
    seat.left_on = datetime.date(2026, 10, 11)
    record("test", "released", seat)
    assert (
        "left the consortium on 2026-10-11" in refused(lambda: a_voucher(rows.people.member, log, "A1"))["voucher_on"]
    )
    a_voucher(rows.people.member, log, "A1", voucher_on=datetime.date(2026, 10, 11))


def test_a_confirmed_month_is_closed(rows: Any, log: MonthlyLog) -> None:
    row = a_voucher(rows.people.member, log, "A1")
    services.confirm(rows.people.member, log)
    for act in (lambda: a_voucher(rows.people.member, log, "A2"), lambda: vouchers.remove(rows.people.member, row)):
        with pytest.raises(NotNow, match="confirmed"):
            act()
    with pytest.raises(Denied):
        a_voucher(rows.people.other_member, log, "A3")


@pytest.mark.parametrize(("number", "payee"), [("A1", "供应商"), (" a-1 ", "供应商"), ("Ａ１", "供应 商")])
def test_the_same_invoice_twice_in_a_project_is_refused_and_says_where(
    rows: Any, log: MonthlyLog, number: str, payee: str
) -> None:
    a_voucher(rows.people.member, log, "A1")
    september = a_log(rows.people.member, rows.project, rows.member, datetime.date(2026, 9, 1))
    found = refused(
        lambda: a_voucher(rows.people.member, september, number, payee=payee, files=[], known_because="同一张")
    )
    assert "2026-10" in found["number"] and "A1" in found["number"]


OPERATING = CostCategory.OPERATING


def test_one_invoice_is_split_over_heads_and_its_parts_have_its_files(rows: Any, log: MonthlyLog) -> None:
    person = rows.people.member
    first = a_voucher(person, log, "A1", "600.00", files=[text()])
    found = refused(lambda: a_voucher(person, log, "A1", "400.00", category=OPERATING, files=[]))
    assert set(found) == {"number", "further"}
    for wrong, field in (({}, "category"), ({"category": OPERATING, "voucher_on": log.month}, "voucher_on")):
        assert set(refused(lambda wrong=wrong: a_voucher(person, log, "A1", "400.00", further=True, files=[], **wrong))) == {field}  # fmt: skip
    part = a_voucher(
        person, log, "a-1", "400.00", further=True, category=OPERATING, files=[text(), text("明细.txt", "明细")]
    )
    third = a_voucher(person, log, "A1", "1.00", further=True, source=MoneySource.CENTRAL, files=[])
    db.session.flush()
    assert [one.part for one in (first, part, third)] == [1, 2, 3] and part.title == "a-1 (2)"
    assert part.files == [] and [file.name for file in part.evidence] == ["发票.txt", "明细.txt"]
    assert sum(queries.spent(("log",), MonthlyLog.id == log.id).values()) >= Decimal("1001.00")
    # Parts of one invoice are nothing that is known elsewhere.
    assert LogPortrait(rows.people.coordinator, log).doubled == set()
    with pytest.raises(NotNow, match="other parts"):
        vouchers.remove(person, first)
    vouchers.remove(person, part)
    db.session.flush()
    assert a_voucher(person, log, "A1", "2.00", further=True, category=OPERATING, files=[]).part == 4
    db.session.commit()


def test_parts_of_an_invoice_keep_what_they_have_in_common(rows: Any, log: MonthlyLog) -> None:
    person = rows.people.member
    first = a_voucher(person, log, "A1", "600.00")
    part = a_voucher(person, log, "A1", "400.00", further=True, category=OPERATING, files=[])
    names = ("voucher_on", "number", "payee", "category", "source", "amount")
    for row in (first, part):
        said = {name: getattr(row, name) for name in names}
        other = first if row is part else part
        for change, field in (({"number": "A2"}, "number"), ({"voucher_on": log.month}, "voucher_on"), ({"category": other.category}, "category")):  # fmt: skip
            assert set(refused(lambda said=said, change=change, row=row: vouchers.amend(person, row, **{**said, **change}))) == {field}  # fmt: skip
        vouchers.amend(person, row, **{**said, "amount": Decimal("5.00")})
    vouchers.remove(person, part)
    vouchers.amend(person, first, **{**{name: getattr(first, name) for name in names}, "number": "A2"})
    assert first.number == "A2"


def test_a_part_of_an_invoice_that_another_firm_has_is_known(rows: Any, log: MonthlyLog) -> None:
    other = rows.people.other_member
    a_voucher(other, a_log(other, rows.project, rows.other), "A1", files=[])
    a_voucher(rows.people.member, log, "A1", files=[], known_because="分摊")
    part = a_voucher(rows.people.member, log, "A1", further=True, category=OPERATING, files=[])
    assert part.known_because == "分摊"
    assert len(LogPortrait(rows.people.coordinator, log).doubled) == 2


def test_a_further_part_is_entered_on_the_page(world: Any, inside: Any, sign_in: Any) -> None:
    number, browser = pages(world, inside), sign_in(world.ours.people.member)
    way = f"/logs/{number}/vouchers/new"
    assert 'name="further"' not in browser.get(way).text
    assert browser.post(way, data=FORM).status_code == 303
    again = browser.post(way, data={**FORM, "category": "operating", "amount": "99.00"})
    assert again.status_code == 422 and 'name="further"' in again.text and "99.00" in again.text
    assert (
        browser.post(way, data={**FORM, "category": "operating", "amount": "99.00", "further": "y"}).status_code == 303
    )
    shown = browser.get("/vouchers/1").text
    assert "A1 (2)" in shown and "99.00" in shown and "A1 (2)" in browser.get(f"/logs/{number}").text
    assert 'name="further"' not in browser.get("/vouchers/2/edit").text


def test_the_same_file_twice_in_a_project_is_refused_and_says_where(rows: Any, log: MonthlyLog) -> None:
    a_voucher(rows.people.member, log, "A1", files=[text()])
    found = refused(lambda: a_voucher(rows.people.member, log, "B2", files=[text("改名.txt")], known_because="同一张"))
    assert "改名.txt" in found["files"] and "A1" in found["files"]


@pytest.mark.parametrize("same", ["number", "file"])
@pytest.mark.parametrize("table", ["ours", "theirs"])
def test_what_another_firm_has_is_only_known(rows: Any, world: Any, log: MonthlyLog, table: str, same: str) -> None:
    other = loaded(getattr(world, table))
    theirs = a_log(other.people.other_member, other.project, other.other)
    first = a_voucher(
        other.people.other_member, theirs, "B7" if same == "file" else "A1", files=[text()] if same == "file" else []
    )
    again = {"files": [text("我方.txt")] if same == "file" else []}
    found = refused(lambda: a_voucher(rows.people.member, log, "A1", **again))
    assert list(found) == ["known_because"] and OTHER_WORDS in found["known_because"]
    assert not any(
        word in found["known_because"] for word in ("B7", other.other.name_zh, "2026", other.project.title_zh)
    )
    row = a_voucher(rows.people.member, log, "A1", known_because="两个项目分摊", **again)
    assert row.known_because == "两个项目分摊" and first.known_because == ""
    [told] = [note for note in db.session.scalars(select(Notification)) if OTHER_WORDS in note.message]
    assert told.user_id == rows.people.coordinator.id and told.href == f"/vouchers/{row.id}"
    # The coordinator of this consortium sees the own row flagged, and no other; the firm does not.
    assert (
        LogPortrait(rows.people.coordinator, log).doubled == {row.id}
        and LogPortrait(rows.people.member, log).doubled == set()
    )
    db.session.commit()


def test_a_reason_that_nothing_asks_for_is_not_kept(rows: Any, log: MonthlyLog) -> None:
    assert a_voucher(rows.people.member, log, "A1", known_because="多写的").known_because == ""


def test_two_at_once_cannot_both_enter_the_same_invoice(
    rows: Any, log: MonthlyLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_voucher(rows.people.member, log, "A1", files=[text()])
    for blind, again in (
        ("same_mark", {"number": "A1", "files": []}),
        ("same_file", {"number": "A2", "files": [text()]}),
    ):
        with monkeypatch.context() as patched, pytest.raises(IntegrityError):
            patched.setattr(known, blind, lambda *_: None)
            part = db.session.begin_nested()
            try:
                a_voucher(rows.people.member, log, **again)
                db.session.flush()
            finally:
                part.rollback()


FORM = {
    "voucher_on": "2026-10-12", "number": "A1", "payee": "供应商甲", "amount": "1,200.50", "category": "labour", "source": "own", "node_id": "",
    "note": "耗材", "free_of_secrets": "y",
}  # fmt: skip


def pages(world: Any, inside: Callable[[], Any]) -> int:
    with inside():
        found = loaded(world.ours)
        number = a_log(found.people.member, found.project, found.member, money="2500.00").id
        db.session.commit()
    return number


def test_a_voucher_goes_through_the_pages_with_its_file(world: Any, inside: Any, sign_in: Any) -> None:
    import io

    number, browser = pages(world, inside), sign_in(world.ours.people.member)
    sent = browser.post(
        f"/logs/{number}/vouchers/new", data={**FORM, "files": (io.BytesIO("发票甲".encode()), "发票甲.txt")}
    )
    assert sent.status_code == 303 and sent.location.endswith(f"/logs/{number}#vouchers")
    shown = browser.get(f"/logs/{number}").get_data(as_text=True)
    assert "3,700.50" in shown and "供应商甲" in shown and "发票甲.txt" in shown
    assert browser.get("/voucher-files/1").data.decode() == "发票甲"
    assert "A1" in browser.get(f"/projects/{world.ours.project.id}/vouchers?as=csv").get_data(as_text=True)
    edit = browser.get("/vouchers/1/edit").get_data(as_text=True)
    version = edit.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert browser.post("/vouchers/1/edit", data={**FORM, "amount": "1", "version": version}).status_code == 303
    assert "2,501.00" in browser.get(f"/logs/{number}").get_data(as_text=True)
    assert browser.post("/vouchers/1/edit", data={**FORM, "amount": "2", "version": version}).status_code == 409
    assert browser.post("/vouchers/1/remove").status_code == 303
    assert browser.get("/vouchers/1").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [("amount", "1.005", "two decimals"), ("amount", "-5", "negative"), ("amount", "0", "above zero"), ("voucher_on", "2026-09-01", "does not lie in"), ("payee", " ", "Paid to")],
)  # fmt: skip
def test_bad_input_stands_at_its_field_and_keeps_what_was_typed(
    world: Any, inside: Any, sign_in: Any, field: str, typed: str, words: str
) -> None:
    number, browser = pages(world, inside), sign_in(world.ours.people.member)
    answer = browser.post(f"/logs/{number}/vouchers/new", data={**FORM, field: typed})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'id="{field}-error"' in shown and words in shown and "耗材" in shown
    with inside():
        assert not db.session.scalars(select(Voucher)).all()


def test_a_file_that_says_of_itself_that_it_is_secret_is_refused(world: Any, inside: Any, sign_in: Any) -> None:
    import io

    number, browser = pages(world, inside), sign_in(world.ours.people.member)
    answer = browser.post(
        f"/logs/{number}/vouchers/new", data={**FORM, "files": (io.BytesIO("机密★5年".encode()), "x.txt")}
    )
    assert answer.status_code == 422 and 'id="files-error"' in answer.get_data(as_text=True)


def test_vouchers_of_others_are_nowhere(world: Any, inside: Any, sign_in: Any) -> None:
    with inside():
        found = loaded(world.ours)
        theirs = a_log(found.people.other_member, found.project, found.other)
        row = a_voucher(found.people.other_member, theirs, "KANARI-1", "7777.77", payee="金丝雀商行")
        ids = row.id, row.files[0].id
        db.session.commit()
    browser, project = sign_in(world.ours.people.member), world.ours.project.id
    for way in (f"/projects/{project}/vouchers", f"/projects/{project}/logs", f"/projects/{project}/vouchers?as=csv", f"/projects/{project}", f"/projects/{project}/vouchers?q=KANARI", "/desk", "/search?q=KANARI"):  # fmt: skip
        shown = browser.get(way).get_data(as_text=True).replace('value="KANARI"', "").replace("“KANARI”", "")
        assert not any(word in shown for word in ("KANARI-1", "7,777.77", "7777.77", "金丝雀商行")), way
    for way in (f"/vouchers/{ids[0]}", f"/vouchers/{ids[0]}/edit", f"/voucher-files/{ids[1]}"):
        assert browser.get(way).status_code == 403, way


def test_saving_a_month_leads_on_to_its_first_voucher(world: Any, inside: Any, sign_in: Any) -> None:
    browser, project = sign_in(world.ours.people.member), world.ours.project.id
    sent = browser.post(f"/projects/{project}/log?month=2026-10", data={"note": "", "version": "0", "then": "voucher"})
    assert sent.status_code == 303 and sent.location.endswith("/vouchers/new")
    assert browser.post(sent.location, data=FORM).status_code == 303


def test_marks_do_not_mix_number_and_payee() -> None:
    assert known.mark_of("1-2", "3") != known.mark_of("1", "2-3")
    assert known.mark_of("1", "23") != known.mark_of("12", "3") and known.mark_of("。", "x") != known.mark_of("！", "x")
    assert issubclass(Refused, Problem)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("记-1-23", "记-12-3", False), ("2026-1-11", "2026-11-1", False), ("记-1-23", "记 1.23", True), ("2344 2000 01", "2344200001", True),
        ("1_2", "12", False), ("1_2", "1-2", True), ("FP－0417", "fp0417", True), ("No. 12/3", "no12-3", True),
    ],
)  # fmt: skip
def test_signs_between_digits_keep_numbers_apart(one: str, other: str, same: bool) -> None:
    assert (known.mark_of(one, "某公司") == known.mark_of(other, "某公司")) is same


# By the second sheet of the month


def a_book(content: bytes, *rows: tuple[Any, ...], **changed: Any) -> Any:
    """The workbook that was downloaded, with rows of vouchers added and values of its first sheet filled in."""
    import io

    import python_calamine
    import xlsxwriter

    there = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream)
    days = made.add_format({"num_format": "yyyy-mm-dd"})
    for title in there.sheet_names:
        page = made.add_worksheet(title)
        found = there.get_sheet_by_name(title).to_python()
        more = rows if title == there.sheet_names[1] else ()
        for number, row in enumerate([*found, *more]):
            for place, cell in enumerate(row):
                value = changed.get(str(row[3]), cell) if title == there.sheet_names[0] and place == 7 else cell
                if isinstance(value, datetime.date):
                    page.write_datetime(number, place, datetime.datetime.combine(value, datetime.time()), days)
                elif value not in ("", None):
                    page.write(number, place, value)
    made.close()
    stream.seek(0)
    return stream


def hidden(shown: str) -> str:
    from html import unescape

    return (
        unescape(shown.split('name="vouchers"')[1].split('value="')[1].split('"', maxsplit=1)[0])
        if 'name="vouchers"' in shown
        else ""
    )


def test_vouchers_and_person_months_go_through_the_workbook_and_come_back_the_same(
    world: Any, inside: Any, sign_in: Any, planned: Any
) -> None:
    browser, project = sign_in(world.ours.people.member), world.ours.project.id
    way, sheet = f"/projects/{project}/log?month=2026-10", f"/projects/{project}/log.xlsx?month=2026-10"
    book = a_book(
        browser.get(sheet).data, ("2026-10-12", "S-1", "供应商", "Labour", "单位自筹", 100.1, "1.10", "气体"), (datetime.date(2026, 10, 13), 77, "另一", "设备费", "own", "26.50", "", ""),
        **{"1": 26.5, "1.10": "1.50"},
    )  # fmt: skip
    shown = browser.post(way, data={"version": "0", "sheet": (book, "十月.xlsx")}).get_data(as_text=True)
    assert 'value="26.50"' in shown and 'value="1.50"' in shown and "S-1" in shown and "100.10" in shown
    efforts = {f"effort_{planned['1']}": "26.50", f"effort_{planned['1.10']}": "1.50"}
    assert (
        browser.post(
            way, data={"version": "0", "note": "", "people": "28", **efforts, "vouchers": hidden(shown)}
        ).status_code
        == 303
    )
    page = browser.get("/logs/1").get_data(as_text=True)
    assert all(word in page for word in ("26.50", "1.50", "S-1", "126.60"))
    assert "28.00" in browser.get(f"/projects/{project}/logs?as=csv").get_data(as_text=True)
    with inside():
        kept = {row.number: (row.amount, row.category, row.node_id) for row in db.session.scalars(select(Voucher))}
    assert kept == {
        "S-1": (Decimal("100.10"), CostCategory.LABOUR, planned["1.10"]),
        "77": (Decimal("26.50"), CostCategory.EQUIPMENT, None),
    }
    # Back again unchanged: nothing is new; and with one amount changed: that one alone.
    back = browser.get(sheet).data
    again = browser.post(way, data={"version": "1", "sheet": (a_book(back), "x.xlsx")}).get_data(as_text=True)
    assert hidden(again) == "" and 'value="26.50"' in again and 'value="1.50"' in again


def test_parts_of_an_invoice_go_through_the_workbook(world: Any, inside: Any, sign_in: Any, planned: Any) -> None:
    browser, project = sign_in(world.ours.people.member), world.ours.project.id
    way, sheet = f"/projects/{project}/log?month=2026-10", f"/projects/{project}/log.xlsx?month=2026-10"
    first, more = ("2026-10-12", "S-1", "甲", "Labour", "own", 600, "", ""), ("2026-10-12", "s 1", "甲", "Operating", "own", 400, "", "")  # fmt: skip

    def sent(*rows: Any) -> Any:
        return browser.post(way, data={"version": "0", "sheet": (a_book(browser.get(sheet).data, *rows), "x.xlsx")})

    shown = sent(first, more).text
    assert [row["part"] for row in json.loads(hidden(shown))] == ["1", "2"]
    assert browser.post(way, data={"version": "0", "note": "", "vouchers": hidden(shown)}).status_code == 303
    with inside():
        kept = [
            (row.part, row.amount, row.first_id) for row in db.session.scalars(select(Voucher).order_by(Voucher.id))
        ]
    assert kept == [(1, Decimal(600), None), (2, Decimal(400), 1)]
    assert hidden(sent().text) == "", "nothing is new in what was downloaded"
    twice = sent(more)
    assert twice.status_code == 422 and "stands in the sheet twice" in twice.text
    third = json.loads(hidden(sent(("2026-10-12", "S-1", "甲", "Equipment", "own", 5, "", "")).text))
    assert [(row["part"], row["amount"]) for row in third] == [("3", "5.00")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_part_that_moves_in_the_sheet_stays_the_part_that_it_is(order: tuple[int, int]) -> None:
    def row(head: str, amount: str, part: str = "") -> dict[str, str]:
        found = {"number": "S-1", "payee": "甲", "category": head, "source": "own", "node": "", "amount": amount}
        return found | ({"part": part} if part else {})

    kept = {known.mark_of("S-1", "甲"): [row("labour", "600.00", "1"), row("operating", "400.00", "4")]}
    sheet = [("labour", "600.00"), ("equipment", "401.00"), ("travel", "1.00")]
    moved = voucher_sheets._parts([row(*sheet[place]) for place in order], kept)
    assert moved == [row("equipment", "401.00", "4")]
    assert [one["part"] for one in voucher_sheets._parts([row(*one) for one in sheet], kept)] == ["4", "5"]


@pytest.mark.parametrize(
    ("row", "words"),
    [(("2026-10-12", "S-1", "甲", "Labour", "own", "1.005", "", ""), "two decimals"), (("2026-10-12", "", "甲", "Labour", "own", 1, "", ""), "Number"),
     (("soon", "S-1", "甲", "Labour", "own", 1, "", ""), "day"), (("2026-10-12", "S-1", "甲", "Bribes", "own", 1, "", ""), "Write one of these"),
     (("2026-10-12", "S-1", "甲", "Labour", "own", 1, "2", ""), "works in no node")],
)  # fmt: skip
def test_what_is_wrong_with_a_voucher_of_the_sheet_is_said_at_its_cell(
    world: Any, inside: Any, sign_in: Any, planned: Any, row: Any, words: str
) -> None:
    browser, project = sign_in(world.ours.people.member), world.ours.project.id
    book = a_book(browser.get(f"/projects/{project}/log.xlsx?month=2026-10").data, row)
    answer = browser.post(f"/projects/{project}/log?month=2026-10", data={"version": "0", "sheet": (book, "十月.xlsx")})
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "[1]",
        "[{}]",
        '["x"]',
        "null",
        '[{"voucher_on":"2026-09-01","number":"N","payee":"P","category":"labour","source":"own","amount":"1","node":"","note":"","part":"1"}]',
    ],
)
def test_vouchers_that_a_form_carries_are_looked_at_again(
    world: Any, inside: Any, sign_in: Any, planned: Any, sent: str
) -> None:
    browser, project = sign_in(world.ours.people.member), world.ours.project.id
    answer = browser.post(
        f"/projects/{project}/log?month=2026-10", data={"version": "0", "note": "留着", "vouchers": sent}
    )
    assert answer.status_code == 422 and "留着" in answer.get_data(as_text=True)
    with inside():
        assert not db.session.scalars(select(MonthlyLog)).all()
