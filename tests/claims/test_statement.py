"""The statement of a member: the same figures on page, in files and in the paper, which is open to its firm and to those who see all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from pypdf import PdfReader
from sqlalchemy import select

from consortium.activity.models import Event
from consortium.claims import facts, papers, services
from consortium.claims.statement import Statement
from consortium.core.db import db
from consortium.core.errors import Denied, Missing, NotNow, Refused
from consortium.core.features import papers as kinds
from consortium.documents import fonts
from consortium.documents.models import Paper
from consortium.documents.pdf import facts_hash
from consortium.jobs import worker
from consortium.jobs.models import Job
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from tests.claims.conftest import OCTOBER, loaded, text
from tests.claims.furniture import a_claim
from tests.demonstrations.furniture import a_site_user
from tests.needs import made_by_setup

pytestmark = pytest.mark.slow

FIRM_AMOUNTS = ("2,600.00", "2600.00", "2500.00", "90,000.00", "90000.00", "777.77")


def body(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


def sheet(content: bytes, place: int) -> list[list[Any]]:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(place).to_python()


@pytest.fixture
def planned(world: Any, inside: Callable[[], Any]) -> Any:
    """Two nodes in which the member works with 30 and 2 person-months, and 90,000 yuan for labour."""
    with inside():
        rows = loaded(world.ours)
        coordinator, project = rows.people.coordinator, rows.project
        for number, months in (("1", "30.00"), ("2", "2.00")):
            node = plans.add_node(
                coordinator, project, number=number, parent=None, title_zh=f"工作{number}", title_en=f"Work {number}", lead=rows.member,
                starts_on=project.starts_on, ends_on=project.ends_on,
            )  # fmt: skip
            plans.assign(coordinator, node, rows.member, months=Decimal(months))
            if number == "1":
                plans.allocate(coordinator, node, rows.member, category=CostCategory.LABOUR, source=MoneySource.CENTRAL, amount=Decimal("90000.00"))  # fmt: skip
        db.session.commit()
    return f"/projects/{world.ours.project.id}/statement"


@pytest.fixture
def made(world: Any, planned: str, inside: Callable[[], Any]) -> SimpleNamespace:
    """A claim of the member that is accepted in part, money that was paid out to it, and the paper of its statement."""
    with inside():
        rows = loaded(world.ours)
        judge = rows.people.coordinator
        claim = a_claim(rows.people.member, rows.project, rows.member, OCTOBER)
        services.submit(rows.people.member, claim, note="请款", files=[text("合同.txt")])
        line = claim.lines[0].id
        services.accept(judge, claim, accepted={line: Decimal("1.00")}, reasons={line: "超标准"})
        services.note_payment(
            judge, rows.project, kind=services.PaymentKind.PAID_OUT, organisation=rows.member, paid_on=OCTOBER, amount=Decimal("777.77"),
            source=MoneySource.CENTRAL, reference="回单7",
        )  # fmt: skip
        paper = papers.ask(rows.people.member, rows.project, rows.member, language="both")
        db.session.commit()
        return SimpleNamespace(
            page=planned, id=paper.id, reference=paper.reference, firm=rows.member.id, project=rows.project.id, name=rows.member.name_zh,
            digest=paper.facts_digest, facts=paper.facts,
        )  # fmt: skip


def issued(app: Any, inside: Any, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the job make the paper."""
    made_by_setup(any(fonts.FOLDER.glob("*.ttf")), "the print fonts are not built")
    monkeypatch.setattr(worker, "_app", app)
    with inside():
        job = db.session.scalars(select(Job.id).where(Job.kind == "paper", Job.subject_id == number)).one()
    worker.do(job)


def words_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_what_a_sheet_brings_in_stands_unchanged_on_page_sheet_and_paper(
    planned: str, world: Any, sign_in: Any, inside: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = sign_in(world.ours.people.member)
    log = planned.replace("/statement", "/log")
    lines = sheet(firm.get(f"{log}.xlsx?month=2026-10").data, 0)
    value = lines[0].index("This month")
    for line in lines:
        if "Work" in line:
            line[value] = 26.50 if "1" in line else 1.50  # by the number of the node
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet("log")
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            page.write(row, column, cell)
    book.close()
    stream.seek(0)
    form = {"note": "十月", "version": "0", "sheet": (stream, "十月.xlsx")}
    asked = firm.post(f"{log}?month=2026-10", data=form, content_type="multipart/form-data")
    typed = dict(re.findall(r'name="((?:effort|spent)_\w+)"[^>]*?value="([^"]*)"', body(asked)))
    assert sorted(filter(None, typed.values())) == ["1.50", "26.50"]
    assert (
        firm.post(f"{log}?month=2026-10", data={**typed, "note": "十月", "version": "0", "people": "28"}).status_code
        == 303
    )
    shown = body(firm.get(planned))
    assert all(f">{months}<" in shown for months in ("26.50", "1.50", "28.00", "30.00", "32.00"))
    effort = sheet(firm.get(f"{planned}?as=xlsx").data, 1)
    assert [row[1:] for row in effort[1:]] == [[30.0, 26.5], [2.0, 1.5], [32.0, 28.0]]
    answer = firm.post(f"{planned}/paper", data={"language": "en"})
    number = int(answer.location.rsplit("/", 1)[1])
    issued(app, inside, number, monkeypatch)
    paper = words_of(firm.post(f"/papers/{number}/pdf").data)
    assert re.search(r"Work 1\s*30\.00\s*26\.50", paper) and re.search(r"Work 2\s*2\.00\s*1\.50", paper)
    assert re.search(r"Together\s*32\.00\s*28\.00", paper)


def test_money_is_the_same_on_page_in_files_and_in_the_paper(
    made: Any, world: Any, sign_in: Any, inside: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = sign_in(world.ours.people.member)
    rows = list(csv.reader(io.StringIO(body(firm.get(f"{made.page}?as=csv")).lstrip("\ufeff"))))[1:]
    assert [row[1:] for row in sheet(firm.get(f"{made.page}?as=xlsx").data, 0)[1:]] == [
        [float(cell) for cell in row[1:]] for row in rows
    ]
    said = made.facts
    names = ("planned", "spent", "claimed", "accepted")
    assert [row[1:] for row in rows] == [[line[name] for name in names] for line in (*said["heads"], said["together"])]
    assert said["together"]["planned"] == "90000.00" and said["paid"] == "777.77"
    assert (
        said["claims"][0]["claimed"] == said["together"]["claimed"] and said["claims"][0]["state"]["code"] == "in part"
    )
    assert said["claims"][0]["accepted"] == said["together"]["accepted"]
    page = body(firm.get(made.page))
    feet = re.findall(r"<tfoot>.*?</tfoot>", page, re.DOTALL)
    assert len(feet) == 2 and all("Together" in foot for foot in feet) and page.count(">Together<") == 2
    assert f"{len(said['heads'])} rows" in page and f"{len(rows)} rows" not in page
    issued(app, inside, made.id, monkeypatch)
    paper = words_of(firm.post(f"/papers/{made.id}/pdf").data)
    for row in rows:
        printed = [f"{Decimal(cell):,.2f}" for cell in row[1:]]
        assert all(f">{cell}<" in page for cell in printed)
        assert re.search(r"\s*".join(map(re.escape, printed)), paper), row
    assert "777.77" in page and "777.77" in paper and "回单7" in paper
    assert "check with the authority" in " ".join(paper.split()) and "CN-2021" in paper


def test_the_paper_says_what_the_statement_says(made: Any, inside: Any, world: Any) -> None:
    with inside():
        rows = loaded(world.ours)
        found = Statement(rows.project, rows.member)
        said = facts.paper(found, reference="X", version="1", language="both", address="")
        assert {key: said[key] for key in ("heads", "together", "effort", "claims", "payments", "paid", "due")} == {
            key: made.facts[key] for key in ("heads", "together", "effort", "claims", "payments", "paid", "due")
        }
        assert [head["head"]["code"] for head in said["heads"]] == ["D1", "D2", "D3", "I1"]
        with pytest.raises(Refused):
            papers.ask(rows.people.member, rows.project, rows.member, language="fr")


def test_only_its_firm_and_those_who_see_all_come_near_the_paper(
    made: Any, world: Any, sign_in: Any, inside: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(app, inside, made.id, monkeypatch)
    with inside():
        site, _ = a_site_user(loaded(world.ours).project.consortium)
        db.session.commit()
        site = SimpleNamespace(id=site.id, fs_uniquifier=site.fs_uniquifier)
    ours, theirs, others = world.ours.people, world.theirs.people, world.people
    open_, denied, missing = 200, 403, 404
    people = [
        (ours.member, open_), (ours.signatory, open_), (ours.coordinator, open_), (ours.auditor, open_), (others.officer, open_), (ours.expert, open_),
        (ours.other_member, denied), (site, denied), (theirs.coordinator, missing), (theirs.member, missing), (others.officer_elsewhere, missing),
        (others.administrator, missing), (others.staff, missing),
    ]  # fmt: skip
    secret = (*FIRM_AMOUNTS, made.name, "回单7", made.facts["seal"])
    for person, status in people:
        browser = sign_in(person)
        met = [browser.get(f"/papers/{made.id}"), browser.get(f"/papers/{made.id}/state")]
        takes = denied if person is ours.expert else status
        files = [browser.post(f"/papers/{made.id}/{form}") for form in ("pdf", "json")]
        assert {answer.status_code for answer in met} <= ({status, missing} if person is site else {status})
        assert {answer.status_code for answer in files} <= ({takes, missing} if person is site else {takes})
        if status != open_:
            for answer in (*met, *files):
                assert not [word for word in secret if word in body(answer)]
    assert sign_in(ours.member).post(f"/papers/{made.id}/xlsx").status_code == missing
    nobody = app.test_client()
    assert nobody.get(f"/papers/{made.id}").status_code == 302
    assert nobody.post(f"/papers/{made.id}/pdf").status_code in (302, 401)
    for shown in (
        body(nobody.get(f"/verify/{made.reference}")),
        body(sign_in(ours.other_member).get(f"/verify/{made.reference}")),
    ):
        assert made.reference in shown and not [word for word in secret if word in shown]


@pytest.mark.parametrize("who", ["other_member", "member", "signatory", "coordinator"])
def test_it_stands_on_pages_of_those_alone_who_may_read_it(who: str, made: Any, world: Any, sign_in: Any) -> None:
    browser, table = sign_in(getattr(world.ours.people, who)), world.ours.consortium.id
    ways = ("/", f"/consortia/{table}", f"/consortia/{table}/timeline", f"/projects/{made.project}", f"/projects/{made.project}/claims", f"/search?q={made.reference}",
            made.page, f"{made.page}?firm={made.firm}", "/notifications", "/agreements", "/reports")  # fmt: skip
    found = {way for way in ways if made.reference in body(browser.get(way)).replace(f'value="{made.reference}"', "")}
    if who == "other_member":
        assert not found - {f"/search?q={made.reference}"}
        assert f"/papers/{made.id}" not in body(browser.get(f"/search?q={made.reference}"))
    else:
        assert {f"{made.page}?firm={made.firm}", f"/consortia/{table}/timeline"} <= found


def test_papers_are_asked_for_by_those_who_sit_there_and_may_read_them(
    made: Any, world: Any, sign_in: Any, inside: Any
) -> None:
    ask = f"{made.page}/paper?firm={made.firm}"
    for who in ("member", "signatory", "coordinator", "auditor", "expert"):
        browser = sign_in(getattr(world.ours.people, who))
        assert "/statement/paper" in body(browser.get(f"{made.page}?firm={made.firm}"))
        assert browser.get(ask).status_code == 200
        answer = browser.post(ask, data={"language": "zh"})
        assert answer.status_code == 303 and browser.get(answer.location).status_code == 200
        assert browser.post(ask, data={"language": "fr"}).status_code == 422
    officer = sign_in(world.people.officer)
    shown = body(officer.get(f"{made.page}?firm={made.firm}"))
    assert made.reference in shown and "/statement/paper" not in shown and officer.get(ask).status_code == 409
    # Another member asks for its own, whatever the address says.
    answer = sign_in(world.ours.people.other_member).post(ask, data={"language": "zh"})
    with inside():
        paper = db.session.get_one(Paper, int(answer.location.rsplit("/", 1)[1]))
        assert paper.kept_to_id == world.ours.other.id and paper.facts["firm"]["code"] != made.facts["firm"]["code"]
        rows = loaded(world.ours)
        with pytest.raises(Denied):
            papers.ask(rows.people.other_member, rows.project, rows.member, language="zh")
        officer = db.session.get_one(type(rows.people.member), world.people.officer.id)
        with pytest.raises(NotNow):
            papers.ask(officer, rows.project, rows.member, language="zh")


def test_amounts_cannot_be_tried_until_the_public_digest_fits(made: Any, inside: Any, world: Any) -> None:
    assert len(made.facts["seal"]) == 32 and facts_hash(made.facts) == made.digest
    with inside():
        rows = loaded(world.ours)
        again = papers.ask(rows.people.member, rows.project, rows.member, language="both")
        assert again.facts["seal"] != made.facts["seal"] and again.reference != made.reference
        told = [event.facts for event in db.session.scalars(select(Event).where(Event.subject_kind == "paper"))]
        assert told and not [word for word in FIRM_AMOUNTS if word in str(told)]
        db.session.rollback()


def test_the_command_prints_a_statement(made: Any, inside: Any, world: Any) -> None:
    with inside():
        rows = loaded(world.ours)
        ask = kinds()["statement"].facts_for
        assert ask(made.reference) == ("statement/1", made.facts)
        template, said = ask(f"{rows.project.reference}/{rows.member.code}")
        assert template == "statement/1" and said["together"] == made.facts["together"] and said["version"] == "0"
        with pytest.raises(Missing):
            ask(rows.project.reference)
