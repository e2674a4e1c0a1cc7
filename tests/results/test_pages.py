"""The pages of results, shares, outcomes, background and effects, as people use them."""

import io
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.results import services
from consortium.results.models import Effect, Outcome, OutcomeFile, Result, ResultFile, ResultOwner
from tests.results.furniture import a_file, a_patent_number, a_result, an_effect, an_outcome, some_background

pytestmark = pytest.mark.slow

THIRD = Fraction(1, 3)


class Made:
    """Numbers of rows that were made and committed."""

    def __init__(self, table: Any) -> None:
        project = db.session.get_one(Project, table.project.id)
        lead, member, other = (
            db.session.get_one(Organisation, getattr(table, name).id) for name in ("lead", "member", "other")
        )
        reporter, stranger = (
            db.session.get_one(User, getattr(table.people, name).id) for name in ("member", "other_member")
        )
        brought = some_background(
            stranger, project, other, "B1", title_zh="晨星控制算法", title_en="", limits="不得用于产品"
        )
        out = some_background(stranger, project, other, "B2", title_zh="晨星源代码", title_en="", included=False)
        row = a_result(
            reporter, project, member, "R1", title_zh="晨星外延片", title_en="", backgrounds=[brought, out], uses_unlisted="晨星旧版软件", critical=True,
            shares=dict.fromkeys((lead, member, other), THIRD),
        )  # fmt: skip
        services.add_files(reporter, row, files=[a_file("晨星检测.txt", "检测")])
        outcome = an_outcome(
            reporter, project, member, number="200310102344.5", title_zh="晨星专利", title_en="", result=row
        )
        services.add_outcome_files(reporter, outcome, files=[a_file("晨星证书.txt", "证书")])
        an_effect(reporter, project, member, 2026, proof="晨星审计")
        self.project, self.result, self.outcome, self.background, self.out = (
            project.id,
            row.id,
            outcome.id,
            brought.id,
            out.id,
        )
        self.owners = {owner.organisation_id: owner.id for owner in row.owners}
        self.versions = {owner.organisation_id: owner.version for owner in row.owners}
        self.files = (db.session.scalar(select(ResultFile.id)), db.session.scalar(select(OutcomeFile.id)))
        db.session.commit()


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


@pytest.fixture
def made(ours: Any, inside: Callable[[], Any]) -> Made:
    with inside():
        return Made(ours)


def new_result(ours: Any, **more: str) -> dict[str, str]:
    values = {
        "organisation_id": str(ours.member.id), "number": "R7", "title_zh": "新成果", "title_en": "", "kind": "product", "made_on": "2026-10-01", "description": "说明",
        "deliverable_id": "", "uses_unlisted": "",
    }  # fmt: skip
    return {**values, **more}


def test_all_pages_open(sign_in: Any, ours: Any, made: Made) -> None:
    project = made.project
    open_to_all = [
        "/results", "/outcomes", f"/projects/{project}/results", f"/projects/{project}/outcomes", f"/projects/{project}/background",
        f"/projects/{project}/effects", f"/results/{made.result}", f"/outcomes/{made.outcome}", f"/background/{made.background}",
    ]  # fmt: skip
    own = [
        f"/projects/{project}/results/new", f"/projects/{project}/outcomes/new", f"/projects/{project}/background/new", f"/projects/{project}/effects/new",
        f"/results/{made.result}/edit", f"/results/{made.result}/remove", f"/results/{made.result}/shares", f"/results/{made.result}/files",
        f"/outcomes/{made.outcome}/edit", f"/outcomes/{made.outcome}/remove", f"/outcomes/{made.outcome}/files",
        *(f"/outcomes/{made.outcome}/steps/{step}" for step in ("grant", "refuse")),
        *(f"/projects/{project}/outcomes/new?kind={kind}" for kind in ("invention", "software", "layout", "standard", "paper", "award", "registration")),
    ]  # fmt: skip
    for language in ("en", "zh-CN"):
        for person in (ours.people.member, ours.people.coordinator, ours.people.expert):
            browser = sign_in(person, language)
            for path in open_to_all:
                assert browser.get(path).status_code == 200, path
        browser = sign_in(ours.people.member, language)
        for path in own:
            assert browser.get(path).status_code == 200, path
    owner = sign_in(ours.people.other_member)
    for path in (f"/background/{made.background}/edit", f"/background/{made.background}/remove"):
        assert owner.get(path).status_code == 200, path
    expert = sign_in(ours.people.expert)
    for path in own[:4]:
        assert expert.get(path).status_code == 409, path


@pytest.mark.parametrize("wanted", ["state=agreed", "state=nonsense", "kind=product", "class=I", "class=X", "critical=yes", "owner=1", "owner=abc",
                                    "owner=99999999999999999999", "q=%25", "consortium=1", "sort=-title", "page=9"])  # fmt: skip
def test_lists_can_be_filtered(sign_in: Any, ours: Any, made: Made, wanted: str) -> None:
    browser = sign_in(ours.people.member)
    for path in ("/results", "/outcomes", f"/projects/{made.project}/results", f"/projects/{made.project}/outcomes"):
        assert browser.get(f"{path}?{wanted}").status_code == 200


def test_filters_narrow_and_files_hold_what_is_seen(sign_in: Any, ours: Any, made: Made) -> None:
    browser = sign_in(ours.people.member)
    assert (
        "晨星外延片" in browser.get("/results?critical=yes&as=csv").text
        and "晨星外延片" not in browser.get("/results?state=agreed&as=csv").text
    )
    assert "1/3" in browser.get("/results?as=csv").text
    assert (
        "晨星专利" in browser.get(f"/outcomes?owner={ours.other.id}&as=csv").text
        and "晨星专利" not in browser.get("/outcomes?class=I&as=csv").text
    )
    assert "不得用于产品" in browser.get(f"/projects/{made.project}/background?as=csv").text
    for path in ("/results", "/outcomes", f"/projects/{made.project}/background", f"/projects/{made.project}/effects"):
        assert browser.get(f"{path}?as=xlsx").get_data()[:2] == b"PK"


def test_a_result_is_entered_with_thirds_and_its_owners_are_asked(
    sign_in: Any, ours: Any, inside: Any, made: Made
) -> None:
    browser = sign_in(ours.people.member)
    firms = (ours.lead, ours.member, ours.other)
    sent = browser.post(
        f"/projects/{made.project}/results/new",
        data=new_result(ours, backgrounds=str(made.background), **{f"share_{firm.id}": "1/3" for firm in firms}),
    )
    assert sent.status_code == 303, sent.text
    shown = browser.get(sent.headers["Location"]).text
    assert "Owners are asked" in shown and "1/3" in shown and "晨星控制算法" in shown
    with inside():
        row = db.session.scalars(select(Result).where(Result.number == "R7")).one()
        assert sum(owner.share for owner in row.owners) == 1
    assert "new shares" not in shown
    waiting = sign_in(ours.people.other_member).get("/waiting").text
    assert "新成果" in waiting and f"/results/{row.id}#shares" in waiting


@pytest.mark.parametrize(
    ("parts", "said"),
    [(("60", "30", ""), "10 % are still missing"), (("1/3", "1/3", "33.3"), "1/3000 are still missing"), (("60", "60", ""), "20 % too much"), (("x", "", ""), "as a fraction such as 1/3"),
     (("1/0", "", ""), "A fraction divides"), (("101", "", ""), "at most the whole"), (("-1", "", ""), "as a fraction such as 1/3"), (("33.33333", "", ""), "as a fraction such as 1/3")],
)  # fmt: skip
def test_shares_that_do_not_add_up_are_refused_at_the_field_and_kept(
    sign_in: Any, ours: Any, inside: Any, made: Made, parts: tuple[str, ...], said: str
) -> None:
    browser = sign_in(ours.people.member)
    cells = {f"share_{firm.id}": text for firm, text in zip((ours.lead, ours.member, ours.other), parts, strict=True)}
    sent = browser.post(f"/projects/{made.project}/results/new", data=new_result(ours, **cells))
    assert sent.status_code == 422 and said in sent.text and 'aria-invalid="true"' in sent.text
    assert all(f'value="{text}"' in sent.text for text in parts if text)
    with inside():
        assert db.session.scalars(select(Result).where(Result.number == "R7")).first() is None


def test_each_owner_agrees_on_the_page_and_nobody_else(sign_in: Any, ours: Any, inside: Any, made: Made) -> None:
    lead, other = sign_in(ours.people.coordinator), sign_in(ours.people.other_member)
    for browser, firm in (
        (other, ours.lead),
        (sign_in(ours.people.expert), ours.other),
        (sign_in(ours.people.auditor), ours.other),
    ):
        assert (
            browser.post(
                f"/shares/{made.owners[firm.id]}/steps/agree", data={"version": made.versions[firm.id]}
            ).status_code
            == 403
        )
    for browser, firm in ((lead, ours.lead), (other, ours.other)):
        assert (
            browser.post(
                f"/shares/{made.owners[firm.id]}/steps/agree", data={"version": made.versions[firm.id]}
            ).status_code
            == 303
        )
    with inside():
        assert db.session.get_one(Result, made.result).state == "agreed"
    assert "Agreed by all" in other.get(f"/results/{made.result}").text


def test_a_share_that_was_proposed_anew_meanwhile_is_not_agreed_to_unread(
    sign_in: Any, ours: Any, inside: Any, made: Made
) -> None:
    with inside():
        result = db.session.get_one(Result, made.result)
        lead, member, other = (db.session.get_one(Organisation, row.id) for row in (ours.lead, ours.member, ours.other))
        # The other firm's own third stays as it is, and yet it has to look again.
        shares = {lead: Fraction(1, 6), member: Fraction(1, 2), other: THIRD}
        services.propose(db.session.get_one(User, ours.people.member.id), result, shares=shares)
        db.session.commit()
    sent = sign_in(ours.people.other_member).post(
        f"/shares/{made.owners[ours.other.id]}/steps/agree", data={"version": made.versions[ours.other.id]}
    )
    assert sent.status_code == 409
    with inside():
        assert db.session.get_one(ResultOwner, made.owners[ours.other.id]).state == "asked"


def test_a_dispute_without_a_reason_is_refused_and_with_one_all_read_it(sign_in: Any, ours: Any, made: Made) -> None:
    browser, way = sign_in(ours.people.other_member), f"/shares/{made.owners[ours.other.id]}/steps/dispute"
    assert browser.post(way, data={"version": made.versions[ours.other.id], "reason": " "}).status_code == 422
    assert (
        browser.post(way, data={"version": made.versions[ours.other.id], "reason": "算法由我方提供"}).status_code == 303
    )
    shown = sign_in(ours.people.member).get(f"/results/{made.result}").text
    assert "Disputed" in shown and "算法由我方提供" in shown
    assert "Settle the disputed shares" in sign_in(ours.people.member).get("/waiting").text


def test_contradictions_are_pointed_out(sign_in: Any, ours: Any, made: Made) -> None:
    browser = sign_in(ours.people.auditor)
    for path in ("results", "outcomes", "background"):
        shown = browser.get(f"/projects/{made.project}/{path}").text
        assert "晨星旧版软件" in shown and "keeps out of the project" in shown
    assert "It uses background that is not on the list" in browser.get(f"/results/{made.result}").text


@pytest.mark.parametrize(
    ("kind", "cells", "said"),
    [("invention", {"number": "200310102344.6"}, "check character 13 would be 5"), ("invention", {"number": a_patent_number(1)[:-1] + ("0" if a_patent_number(1)[-1] != "0" else "1")}, "typing error"),
     ("invention", {"number": ""}, "known by its number"), ("invention", {"number": "ZL200310102344.5"}, "on the register already"),
     ("software", {"number": "2023SR01"}, "2023SR0123456"), ("layout", {"number": "BX.1"}, "BS. and eight or nine digits"),
     ("paper", {"number": "11.1/x"}, "A DOI begins with 10."), ("standard", {"number": "X 1", "standard": "national", "role": "lead"}, "GB/T 22900-2022"),
     ("standard", {"number": ""}, "Please choose")],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused_at_its_field(
    sign_in: Any, ours: Any, inside: Any, made: Made, kind: str, cells: dict[str, str], said: str
) -> None:
    browser = sign_in(ours.people.member)
    data = {"organisation_id": str(ours.member.id), "title_zh": "错号成果", "title_en": "", "result_id": "", **cells}
    sent = browser.post(f"/projects/{made.project}/outcomes/new?kind={kind}", data=data)
    assert sent.status_code == 422 and said in sent.text and "错号成果" in sent.text
    with inside():
        assert db.session.scalars(select(Outcome).where(Outcome.title_zh == "错号成果")).first() is None


def test_an_outcome_is_entered_moved_and_counted(sign_in: Any, ours: Any, made: Made) -> None:
    browser = sign_in(ours.people.member)
    data = {"organisation_id": str(ours.member.id), "title_zh": "新专利", "title_en": "", "result_id": str(made.result), "number": a_patent_number(77), "applied_on": "2025-03-01",
            "people": "张三、李四", f"share_{ours.member.id}": "60", f"share_{ours.other.id}": "40", f"place_{ours.other.id}": "1"}  # fmt: skip
    sent = browser.post(f"/projects/{made.project}/outcomes/new?kind=invention", data=data)
    assert sent.status_code == 303, sent.text
    way = sent.headers["Location"]
    shown = browser.get(way).text
    assert (
        "60 %" in shown
        and "counts once it is in force" in shown
        and shown.index('<td class="n">1</td>') < shown.index("40 %") < shown.index("60 %")
    )
    assert browser.post(f"{way}/steps/grant", data={"version": "1", "on_day": "2027-01-01"}).status_code == 422
    assert (
        browser.post(
            f"{way}/steps/grant",
            data={"version": "1", "on_day": "2026-09-01", "grant_number": "CN112345678B", "note": ""},
        ).status_code
        == 303
    )
    assert "Granted" in browser.get(way).text and "新专利" in browser.get("/outcomes?class=I&as=csv").text


def test_files_are_for_the_own_firm_and_those_who_see_all(sign_in: Any, ours: Any, made: Made) -> None:
    ways = [f"/result-files/{made.files[0]}", f"/outcome-files/{made.files[1]}"]
    for way in ways:
        assert (
            sign_in(ours.people.member).get(way).status_code == sign_in(ours.people.auditor).get(way).status_code == 200
        )
        assert sign_in(ours.people.other_member).get(way).status_code == 403
    assert "晨星检测" not in sign_in(ours.people.other_member).get(f"/results/{made.result}").text


def test_files_are_added_on_the_page(sign_in: Any, ours: Any, made: Made) -> None:
    browser = sign_in(ours.people.member)
    for way in (f"/results/{made.result}", f"/outcomes/{made.outcome}"):
        file = (io.BytesIO("又一份".encode()), "又一份.txt")
        assert (
            browser.post(
                f"{way}/files", data={"free_of_secrets": "y", "files": file}, content_type="multipart/form-data"
            ).status_code
            == 303
        )
        assert "又一份.txt" in browser.get(way).text
        assert browser.post(f"{way}/files", data={"free_of_secrets": "y"}).status_code == 422


def test_what_a_firm_earned_is_on_no_page_of_another(sign_in: Any, ours: Any, inside: Any, made: Made) -> None:
    pages = [f"/projects/{made.project}/effects", f"/projects/{made.project}/effects?as=csv", f"/projects/{made.project}/results", f"/projects/{made.project}/effects/new?year=2026",
             f"/consortia/{ours.consortium.id}", f"/projects/{made.project}", "/", f"/search?q={'晨星审计'}"]  # fmt: skip
    other = sign_in(ours.people.other_member)
    for way in pages:
        shown = other.get(way).text
        assert (
            "1,000.00" not in shown
            and "晨星审计" not in shown.replace("q=晨星审计", "").replace('value="晨星审计"', "")
        ) or way.startswith("/search"), way
    assert (
        "1,000.00" in sign_in(ours.people.member).get(pages[0]).text
        and "1,000.00" in sign_in(ours.people.coordinator).get(pages[0]).text
    )
    assert "1,000.00" in sign_in(ours.people.member).get(pages[3]).text
    with inside():
        assert db.session.scalars(select(Effect)).one().proof == "晨星审计"


def test_a_result_is_amended_and_removed_with_a_reason(sign_in: Any, ours: Any, inside: Any, made: Made) -> None:
    browser = sign_in(ours.people.member)
    sent = browser.post(f"/projects/{made.project}/results/new", data=new_result(ours))
    way = sent.headers["Location"]
    data = {**new_result(ours, title_zh="改名成果", backgrounds=str(made.background)), "version": "1"}
    assert browser.post(f"{way}/edit", data=data).status_code == 303
    assert "改名成果" in browser.get(way).text and "晨星控制算法" in browser.get(way).text
    assert browser.post(f"{way}/edit", data=data).status_code == 409
    assert browser.post(f"{way}/remove", data={"reason": ""}).status_code == 422
    assert browser.post(f"{way}/remove", data={"reason": "误录"}).status_code == 303
    assert browser.get(way).status_code == 404


def test_the_deliverable_says_what_came_from_it(sign_in: Any, ours: Any, inside: Any, made: Made) -> None:
    from consortium.outputs import services as outputs
    from tests.outputs.furniture import a_deliverable

    with inside():
        project, firm = db.session.get_one(Project, ours.project.id), db.session.get_one(Organisation, ours.member.id)
        boss, person = (db.session.get_one(User, getattr(ours.people, name).id) for name in ("coordinator", "member"))
        handed = a_deliverable(boss, project, firm, "D1")
        outputs.submit(person, handed, note="在此", files=[a_file("样机.txt", "样机")])
        a_result(person, project, firm, "R8", title_zh="来自交付物", title_en="", deliverable=handed)
        number = handed.id
        db.session.commit()
    assert "来自交付物" in sign_in(ours.people.coordinator).get(f"/deliverables/{number}").text


def test_who_plans_corrects_the_holders_on_a_page_and_others_do_not(sign_in: Any, ours: Any, made: Made) -> None:
    coordinator = sign_in(ours.people.coordinator)
    assert f"/outcomes/{made.outcome}/holders" in coordinator.get(f"/outcomes/{made.outcome}").text
    assert coordinator.get(f"/outcomes/{made.outcome}/holders").status_code == 200
    member = sign_in(ours.people.member)
    assert f"/outcomes/{made.outcome}/holders" not in member.get(f"/outcomes/{made.outcome}").text
    assert member.get(f"/outcomes/{made.outcome}/holders").status_code == 403
    assert coordinator.get(f"/results/{made.result}/critical").status_code == 200
    assert member.get(f"/results/{made.result}/critical").status_code == 403


def test_who_opened_a_form_before_the_holders_were_corrected_is_told_so(
    sign_in: Any, ours: Any, inside: Any, made: Made
) -> None:
    from consortium.results import services

    member, way = sign_in(ours.people.member), f"/outcomes/{made.outcome}"
    page = member.get(f"{way}/edit").text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    with inside():
        outcome, boss = db.session.get_one(Outcome, made.outcome), db.session.get_one(User, ours.people.coordinator.id)
        firms = [db.session.get_one(Organisation, getattr(ours, name).id) for name in ("member", "lead")]
        services.hold_anew(boss, outcome, shares=dict.fromkeys(firms, Fraction(1, 2)))
        said = {"title_zh": outcome.title_zh, "title_en": outcome.title_en, "number": outcome.number}
        db.session.commit()
    answer = member.post(f"{way}/edit", data={**said, "version": version, f"share_{ours.member.id}": "100"})
    assert answer.status_code == 409


def test_who_plans_takes_an_outcome_off_and_others_do_not(sign_in: Any, ours: Any, made: Made) -> None:
    way = f"/outcomes/{made.outcome}"
    member, boss = sign_in(ours.people.member), sign_in(ours.people.coordinator)
    assert f"{way}/take-off" not in member.get(way).text and member.get(f"{way}/take-off").status_code == 403
    assert f"{way}/take-off" in boss.get(way).text and boss.get(f"{way}/take-off").status_code == 200
    assert boss.post(f"{way}/take-off", data={"reason": ""}).status_code == 422
    assert boss.post(f"{way}/take-off", data={"reason": "误录"}).status_code == 303
    assert boss.get(way).status_code == 404
