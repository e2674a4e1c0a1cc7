"""The pages of deliverables, indicators and the matrix, as people use them."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from consortium.core.db import db
from consortium.core.terms import Light
from consortium.organisations.models import Organisation
from consortium.outputs import matrix, services
from consortium.outputs.models import Deliverable, Dissemination, Indicator, Reading, SubmittedFile, Tie
from consortium.people.models import User
from consortium.projects.models import Evidence, Milestone, Project
from consortium.projects.replanning import at_once
from tests import factories
from tests.outputs.conftest import text
from tests.outputs.furniture import a_deliverable, an_indicator

pytestmark = pytest.mark.slow

NEW = {
    "number": "D1.1",
    "title_zh": "测试报告",
    "title_en": "",
    "node_id": "",
    "kind": "report",
    "level": "sensitive",
    "due_on": "2026-12-20",
}
MEASURE = {"number": "K1", "title_zh": "良率", "title_en": "", "node_id": "", "direction": "at_least", "unit": "%", "value_start": "80", "value_mid": "90",
           "value_end": "95", "method": "第三方检测"}  # fmt: skip


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def a_file(name: str = "成果.txt", content: str = "成果") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content.encode()), name


class Made:
    """Numbers of rows that were made and committed."""

    def __init__(self, table: Any) -> None:
        project, (_lead, member, other) = (
            db.session.get_one(Project, table.project.id),
            (db.session.get_one(Organisation, row.id) for row in (table.lead, table.member, table.other)),
        )
        boss, reporter = (
            db.session.get_one(User, getattr(table.people, name).id) for name in ("coordinator", "member")
        )
        row = a_deliverable(boss, project, member, "D1", title_zh="晨星样机")
        internal = a_deliverable(boss, project, other, "D2", title_zh="晨星内部报告", level=Dissemination.INTERNAL)
        self.word = services.submit(reporter, row, note="样机在此", files=[text("样机.txt", "样机")]).id
        indicator = an_indicator(boss, project, member, "K1", title_zh="晨星良率")
        services.read_off(
            reporter, indicator, value="92", on_day=factories.TODAY, note="测得", files=[text("测量.txt", "测量")]
        )
        tie = services.tie.__wrapped__(boss, db.session.get_one(Milestone, table.milestone.id), row)  # type: ignore[attr-defined]
        services.tie.__wrapped__(boss, db.session.get_one(Milestone, table.milestone.id), internal)  # type: ignore[attr-defined]
        self.project, self.deliverable, self.internal, self.indicator, self.tie = (
            project.id,
            row.id,
            internal.id,
            indicator.id,
            tie.id,
        )
        self.file = db.session.scalar(select(SubmittedFile.id))
        db.session.commit()


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


@pytest.fixture
def made(ours: Any, inside: Callable[[], Any]) -> Made:
    with inside():
        return Made(ours)


def test_all_pages_open_for_the_coordinator(sign_in: Any, ours: Any, made: Made) -> None:
    paths = [
        "/deliverables", f"/projects/{made.project}/deliverables", f"/projects/{made.project}/deliverables/new", f"/deliverables/{made.deliverable}",
        f"/deliverables/{made.internal}/edit", f"/deliverables/{made.internal}/remove", f"/projects/{made.project}/indicators",
        f"/projects/{made.project}/indicators/new", f"/indicators/{made.indicator}", f"/indicators/{made.indicator}/edit",
        f"/indicators/{made.indicator}/remove", f"/milestones/{ours.milestone.id}/ties", f"/ties/{made.tie}/remove", f"/projects/{made.project}/matrix",
        f"/projects/{made.project}/matrix?by=month", f"/consortia/{ours.consortium.id}/matrix", f"/milestones/{ours.milestone.id}",
    ]  # fmt: skip
    for language in ("en", "zh-CN"):
        browser = sign_in(ours.people.coordinator, language)
        for path in paths:
            assert browser.get(path).status_code == 200, path
    member = sign_in(ours.people.member)
    for path in (
        f"/indicators/{made.indicator}/readings/new",
        f"/milestones/{ours.milestone.id}/report",
        f"/deliverables/{made.deliverable}/submit",
    ):
        assert member.get(path).status_code == 200, path


@pytest.mark.parametrize("wanted", ["state=late", "state=soon", "state=submitted", "state=nonsense", "level=public", "kind=report", "firm=abc",
                                    "firm=99999999999999999999", "q=%25", "consortium=1", "sort=-due_on", "page=9"])  # fmt: skip
def test_lists_can_be_filtered(sign_in: Any, ours: Any, made: Made, wanted: str) -> None:
    browser = sign_in(ours.people.member)
    for path in ("/deliverables", f"/projects/{made.project}/deliverables"):
        assert browser.get(f"{path}?{wanted}").status_code == 200


def test_filters_narrow_and_files_hold_what_is_seen(sign_in: Any, ours: Any, made: Made) -> None:
    browser = sign_in(ours.people.member)
    path = f"/projects/{made.project}/deliverables"
    assert ">D1 " in body(browser.get(f"{path}?state=submitted")) and ">D2 " not in body(
        browser.get(f"{path}?state=submitted")
    )
    assert "D2 " not in body(browser.get(f"{path}?firm={ours.member.id}&as=csv"))
    assert browser.get(f"{path}?as=xlsx").get_data()[:2] == b"PK"
    for other in (
        f"/projects/{made.project}/indicators",
        f"/projects/{made.project}/matrix",
        f"/consortia/{ours.consortium.id}/matrix",
    ):
        assert (
            "晨星" in body(browser.get(f"{other}?as=csv")) and browser.get(f"{other}?as=xlsx").get_data()[:2] == b"PK"
        )


def test_a_coordinator_plans_and_a_member_hands_in_on_one_form(sign_in: Any, ours: Any, inside: Any) -> None:
    boss, member = sign_in(ours.people.coordinator), sign_in(ours.people.member)
    answer = boss.post(f"/projects/{ours.project.id}/deliverables/new", data={**NEW, "organisation_id": ours.member.id})
    assert answer.status_code == 303, body(answer)
    address = answer.headers["Location"]
    sent = {"note": "第一版", "free_of_secrets": "y", "files": [a_file()]}
    assert member.post(f"{address}/submit", data=sent, content_type="multipart/form-data").status_code == 303
    seen = body(boss.get(address))
    assert "第一版" in seen and 'id="verify"' in seen
    word = re.search(r'name="submission_id"[^>]*value="(\d+)"', seen)
    assert word and seen.count('name="submission_id"') == 1
    assert (
        boss.post(f"{address}/verify", data={"decision": "accept", "note": "", "submission_id": word[1]}).status_code
        == 303
    )
    with inside():
        row = db.session.scalars(select(Deliverable)).one()
        assert (row.state, row.number) == ("accepted", "D1.1")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"number": ""}, "Please fill in"), ({"due_on": "2031-01-01"}, "within the project"), ({"level": "secret"}, "not on the list"),
     ({"node_id": "9999"}, "not on the list"), ({"number": "D1"}, "taken by"), ({"due_on": "2026-02-30"}, "does not exist")],
)  # fmt: skip
def test_bad_input_is_answered_at_its_field_and_kept(
    sign_in: Any, ours: Any, made: Made, wrong: dict[str, str], sentence: str
) -> None:
    answer = sign_in(ours.people.coordinator).post(
        f"/projects/{made.project}/deliverables/new",
        data={**NEW, "organisation_id": ours.member.id, "title_en": "Kept as typed", **wrong},
    )
    assert answer.status_code == 422 and sentence in body(answer) and "Kept as typed" in body(answer)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"value_end": "九十五"}, "Write a number"),
        ({"value_mid": "99"}, "asks for more"),
        ({"value_end": ""}, "Please fill in"),
    ],
)
def test_an_indicator_is_refused_at_its_field(sign_in: Any, ours: Any, wrong: dict[str, str], sentence: str) -> None:
    browser = sign_in(ours.people.coordinator)
    path = f"/projects/{ours.project.id}/indicators/new"
    answer = browser.post(path, data={**MEASURE, "organisation_id": ours.member.id, **wrong})
    assert answer.status_code == 422 and sentence in body(answer)
    assert browser.post(path, data={**MEASURE, "organisation_id": ours.member.id}).status_code == 303


def test_a_value_is_noted_with_a_file_that_is_there_already(sign_in: Any, ours: Any, made: Made, inside: Any) -> None:
    browser = sign_in(ours.people.member)
    path = f"/indicators/{made.indicator}/readings/new"
    digest = re.search(r'value="([0-9a-f]{64})"', body(browser.get(path)))
    assert digest
    sent = {"value": "96", "on_day": "2026-11-20", "note": "", "free_of_secrets": "y"}
    assert browser.post(path, data={**sent, "again": digest[1]}).status_code == 303
    with inside():
        assert [
            file.sha256 for file in db.session.scalars(select(Reading).order_by(Reading.id.desc())).first().files
        ] == [digest[1]]
    answer = browser.post(path, data={**sent, "again": "0" * 64})
    assert answer.status_code == 422 and "not on the list" in body(answer)


def test_a_milestone_is_reported_with_a_file_that_is_there_already(
    sign_in: Any, ours: Any, made: Made, inside: Any
) -> None:
    browser = sign_in(ours.people.member)
    path = f"/milestones/{ours.milestone.id}/report"
    page = body(browser.get(path))
    digest = re.search(r'value="([0-9a-f]{64})"', page)
    assert digest and "样机.txt" in page and "not accepted yet" in page
    assert browser.post(path, data={"note": "完成", "free_of_secrets": "y", "again": digest[1]}).status_code == 303
    with inside():
        assert [row.sha256 for row in db.session.scalars(select(Evidence).order_by(Evidence.id))][-1] == digest[1]


def test_a_file_that_declares_itself_secret_is_refused_and_not_kept(
    sign_in: Any, ours: Any, made: Made, app: Any
) -> None:
    from pathlib import Path

    stored = Path(app.config["PLATFORM"].folder) / "files"
    before = sum(1 for _ in stored.rglob("*"))
    answer = sign_in(ours.people.member).post(
        f"/milestones/{ours.milestone.id}/report", data={"note": "完成", "free_of_secrets": "y", "files": [a_file("附件.txt", "机密★1年\n正文")]},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 422 and "机密★" in body(answer) and "完成" in body(answer)
    assert sum(1 for _ in stored.rglob("*")) == before


def test_two_people_change_one_deliverable_and_the_second_is_told(sign_in: Any, ours: Any, made: Made) -> None:
    browser, path = sign_in(ours.people.coordinator), f"/deliverables/{made.internal}/edit"
    version = re.search(r'name="version"[^>]*value="(\d+)"', body(browser.get(path)))
    assert version
    sent = {**NEW, "number": "D2", "organisation_id": ours.other.id, "version": version[1]}
    assert browser.post(path, data={**sent, "title_zh": "先到的"}).status_code == 303
    answer = browser.post(path, data={**sent, "title_zh": "后到的"})
    assert answer.status_code == 409 and "先到的" in body(answer) and "后到的" in body(answer)


def test_words_and_files_are_for_the_own_firm_and_those_who_check(sign_in: Any, ours: Any, made: Made) -> None:
    assert "样机在此" in body(sign_in(ours.people.member).get(f"/deliverables/{made.deliverable}"))
    assert "样机在此" not in body(sign_in(ours.people.other_member).get(f"/deliverables/{made.deliverable}"))
    answer = sign_in(ours.people.expert).get(f"/submitted/{made.file}")
    assert (
        answer.status_code == 200
        and answer.headers["Content-Disposition"].startswith("attachment")
        and answer.mimetype == "application/octet-stream"
    )
    assert sign_in(ours.people.other_member).get(f"/submitted/{made.file}").status_code == 403


def test_an_internal_deliverable_is_unknown_to_officers(sign_in: Any, ours: Any, world: Any, made: Made) -> None:
    officer = sign_in(world.people.officer, "zh-CN")
    assert officer.get(f"/deliverables/{made.internal}").status_code == 404
    for path in ("/deliverables", "/deliverables?as=csv", f"/projects/{made.project}/deliverables", f"/milestones/{ours.milestone.id}", f"/projects/{made.project}",
                 f"/consortia/{ours.consortium.id}", f"/consortia/{ours.consortium.id}/timeline", "/search?q=晨星", f"/deliverables/{made.deliverable}"):  # fmt: skip
        answer = officer.get(path)
        assert answer.status_code == 200 and "晨星内部报告" not in body(answer), path
    address = f'href="/deliverables/{made.internal}"'
    assert address not in body(officer.get("/search?q=内部报告")) and address in body(
        sign_in(ours.people.auditor).get("/search?q=内部报告")
    )
    assert f'href="/deliverables/{made.deliverable}"' in body(officer.get("/search?q=晨星样机"))


def test_the_verifier_of_a_milestone_is_warned_of_what_is_not_accepted(sign_in: Any, ours: Any, made: Made) -> None:
    address = f"/milestones/{ours.milestone.id}"
    sent = {"note": "完成", "reached_on": "2026-11-20", "free_of_secrets": "y", "files": [a_file()]}
    assert sign_in(ours.people.member).post(f"{address}/report", data=sent).status_code == 303
    boss = sign_in(ours.people.coordinator)
    page = body(boss.get(address))
    assert "not accepted yet" in page and "D1 A deliverable" in page and "Depends on" in page
    assert (
        boss.post(
            f"/deliverables/{made.deliverable}/verify",
            data={"decision": "accept", "note": "", "submission_id": made.word},
        ).status_code
        == 303
    )
    page = body(boss.get(address))
    word = re.search(r'name="report_id"[^>]*value="(\d+)"', page)
    assert page.count('name="report_id"') == 1
    assert (
        word
        and boss.post(f"{address}/verify", data={"decision": "verify", "note": "", "report_id": word[1]}).status_code
        == 303
    )


def test_a_newer_submission_is_read_and_then_accepted_with_the_words_that_were_typed(
    sign_in: Any, ours: Any, made: Made, inside: Any
) -> None:
    boss, address = sign_in(ours.people.coordinator), f"/deliverables/{made.deliverable}"
    with inside():
        row = db.session.get_one(Deliverable, made.deliverable)
        expert, member = (db.session.get_one(User, person.id) for person in (ours.people.expert, ours.people.member))
        services.send_back(expert, row, reason="补充")
        services.submit(member, row, note="第二版", files=[text("二.txt", "第二版")])
        db.session.commit()
    sent = {"decision": "accept", "note": "我写的意见", "submission_id": made.word}
    answer = boss.post(f"{address}/verify", data=sent)
    word = re.search(r'name="submission_id"[^>]*value="(\d+)"', body(answer))
    assert answer.status_code == 409 and word and int(word[1]) != made.word
    assert "我写的意见" in body(answer) and "第二版" in body(answer) and 'data-autosave="check"' in body(answer)
    assert boss.post(f"{address}/verify", data={**sent, "submission_id": word[1]}).status_code == 303


def test_what_was_typed_stays_where_somebody_else_accepted(sign_in: Any, ours: Any, made: Made) -> None:
    address, sent = f"/deliverables/{made.deliverable}/verify", {"submission_id": made.word}
    first, late = sign_in(ours.people.coordinator), sign_in(ours.people.expert)
    assert first.post(address, data={**sent, "decision": "accept", "note": "好"}).status_code == 303
    answer = late.post(address, data={**sent, "decision": "return", "note": "很长的意见"})
    assert answer.status_code == 409 and "很长的意见" in body(answer) and "copy what you still need" in body(answer)


def test_the_second_of_two_who_hand_in_sees_what_the_first_said(sign_in: Any, ours: Any, made: Made) -> None:
    sent = {"note": "第二个人写的", "free_of_secrets": "y", "files": [a_file()]}
    answer = sign_in(ours.people.member).post(f"/deliverables/{made.deliverable}/submit", data=sent)
    assert answer.status_code == 409
    assert all(words in body(answer) for words in ("第二个人写的", "Submitted already by", "样机在此"))


def test_a_member_of_another_firm_verifies_milestones_and_accepts_no_deliverable(
    sign_in: Any, ours: Any, made: Made
) -> None:
    other = sign_in(ours.people.other_member)
    sent = {"decision": "accept", "note": "", "submission_id": made.word}
    assert other.post(f"/deliverables/{made.deliverable}/verify", data=sent).status_code == 403


def test_a_milestone_says_for_whom_it_waits(sign_in: Any, ours: Any, made: Made, inside: Any) -> None:
    with inside():
        mine = db.session.get_one(Milestone, ours.others_milestone.id)
        theirs = db.session.get_one(Deliverable, made.deliverable)
        assert mine.organisation_id != theirs.organisation_id
        name = db.session.get_one(Organisation, theirs.organisation_id).name_en
        boss = db.session.get_one(User, ours.people.coordinator.id)
        with at_once():
            services.tie(boss, mine, theirs)
        db.session.commit()
    browser, path = sign_in(ours.people.coordinator), f"/milestones/{ours.others_milestone.id}"
    shown = body(browser.get(path))
    assert "Waits for:" in shown and f"<b>{name}</b>" in shown
    sent = {"decision": "accept", "note": "", "submission_id": made.word}
    assert browser.post(f"/deliverables/{made.deliverable}/verify", data=sent).status_code == 303
    assert "Waits for:" not in body(browser.get(path))


def test_ties_are_made_and_taken_away(sign_in: Any, ours: Any, made: Made, inside: Any) -> None:
    boss, path = sign_in(ours.people.coordinator), f"/milestones/{ours.others_milestone.id}/ties"
    assert boss.post(path, data={"thing": ""}).status_code == 422
    assert boss.post(path, data={"thing": "deliverable-999"}).status_code == 422
    assert boss.post(path, data={"thing": f"deliverable-{made.deliverable}"}).status_code == 303
    assert boss.post(f"/ties/{made.tie}/remove", data={}).status_code == 303
    with inside():
        assert {row.milestone_id for row in db.session.scalars(select(Tie))} == {
            ours.milestone.id,
            ours.others_milestone.id,
        }
    assert "took away something that 晨星里程碑甲" in body(boss.get(f"/consortia/{ours.consortium.id}/timeline"))


# The matrix


def test_who_is_late_stands_first_with_the_index_of_each(sign_in: Any, ours: Any) -> None:
    page = body(sign_in(ours.people.coordinator).get(f"/projects/{ours.project.id}/matrix"))
    rows = re.findall(r'<tr><th scope="row" class="first">.*?</tr>', page, re.DOTALL)
    assert len(rows) == 3 and "晨星研究院" in rows[0] and "Late" in rows[0] and "0.00" in rows[0]
    lead = next(row for row in rows if "晨星牵头" in row)
    assert "1.00" in lead and "Accepted" in lead and f'href="/milestones/{ours.milestone.id}"' in page
    assert "weight accepted ÷ weight due" in page


def test_a_large_matrix_stands_in_months_and_asks_no_more(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    browser, path = sign_in(ours.people.coordinator), f"/projects/{ours.project.id}/matrix"

    def asked() -> int:
        seen: list[str] = []
        with inside():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", hook := lambda *args: seen.append(args[2]))
        assert browser.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", hook)
        return len(seen)

    asked()
    before = asked()
    with inside():
        project = db.session.get_one(Project, ours.project.id)
        for number in range(37):
            firm = factories.organisation(f"第{number}家")
            factories.participant(project, firm)
            for day in range(5):
                factories.milestone(
                    project,
                    firm,
                    f"节点{number}-{day}",
                    factories.TODAY + day * (factories.TODAY - factories.TODAY.replace(day=1)),
                )
        db.session.commit()
    assert asked() <= before
    page = body(browser.get(path))
    assert ">2026-11</th>" in page and page.count("<tr>") >= 40
    assert body(browser.get(f"{path}?by=milestone")).count("<td></td>") > 40 * 150


def test_indicators_say_whether_they_are_reached(sign_in: Any, ours: Any, made: Made, inside: Any) -> None:
    page = body(sign_in(ours.people.auditor).get(f"/projects/{made.project}/indicators"))
    assert "Mid-term value reached" in page and "st-act" in page
    with inside():
        row = db.session.get_one(Indicator, made.indicator)
        assert row.readings[0].value == "92"


def test_a_project_that_has_not_begun_gives_its_firms_no_light(ours: Any, inside: Callable[[], Any]) -> None:
    with inside():
        project = db.session.get_one(Project, ours.project.id)
        seen = {line.name: line.verdict.light for line in matrix.of_consortium(project.consortium).lines}
        assert Light.RED in seen.values()
        for other in db.session.scalars(select(Project).where(Project.consortium_id == project.consortium_id)):
            other.stage = "draft"
        whole = matrix.of_consortium(project.consortium)
        assert {line.verdict.light for line in whole.lines} == {Light.GREY}
        assert whole.whole.late, "what is late is told all the same"
        db.session.rollback()
