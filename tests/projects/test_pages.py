"""The pages of projects and milestones, as people use them."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from consortium.activity.models import Event, Notification
from consortium.activity.services import record
from consortium.core.db import db
from consortium.people.models import User
from consortium.projects import services
from consortium.projects.models import Evidence, Milestone, Participant, Project
from tests import factories

pytestmark = pytest.mark.slow

NEW = {
    "kind": "joint_rd", "title_zh": "碳化硅外延片", "title_en": "", "objective": "缺陷密度降到一半", "area": "ic", "starts_on": "2026-12-01",
    "ends_on": "2028-11-30", "budget": "120万", "trl_start": "3", "trl_target": "7",
}  # fmt: skip
REPORT = {"note": "样机通过测试", "reached_on": "2026-11-20", "free_of_secrets": "y"}


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no {name} in the page"
    return found[1]


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


@pytest.fixture
def reported(ours: Any, inside: Callable[[], Any]) -> int:
    """Our member's milestone, reported."""
    with inside():
        milestone = db.session.get(Milestone, ours.milestone.id)
        person = db.session.get(services.queries.User, ours.people.member.id)
        services.report(person, milestone, note="已完成，见附件", files=[services_file()])
        db.session.commit()
    return int(ours.milestone.id)


def services_file() -> Any:
    from consortium.core import uploads

    return uploads.examine("报告.txt", io.BytesIO("测试数据".encode()))


def test_all_pages_open_for_the_coordinator(sign_in: Any, ours: Any, reported: int, inside: Callable[[], Any]) -> None:
    with inside():
        part = db.session.scalar(select(Participant.id).where(Participant.project_id == ours.project.id))
    project, milestone, late = ours.project.id, ours.milestone.id, ours.others_milestone.id
    paths = [
        "/projects", "/milestones", f"/projects/{project}", f"/projects/{project}/edit", f"/projects/{project}/level",
        f"/projects/{project}/participants/new", f"/projects/{project}/milestones/new", f"/consortia/{ours.consortium.id}/projects/new",
        f"/participants/{part}/edit", f"/participants/{part}/leave", f"/milestones/{milestone}", f"/milestones/{late}/edit",
        f"/milestones/{late}/remove", f"/milestones/{late}/waive",
    ]  # fmt: skip
    for language in ("en", "zh-CN"):
        browser = sign_in(ours.people.coordinator, language)
        for path in paths:
            assert browser.get(path).status_code == 200, path


@pytest.mark.parametrize("wanted", ["light=red", "light=grey", "light=nonsense", "stage=running", "area=ic", "kind=joint_rd", "q=晨星", "q=%25", "consortium=99999999999999999999", "consortium=abc", "sort=-title", "sort=budget", "page=9"])  # fmt: skip
def test_lists_can_be_filtered(sign_in: Any, ours: Any, wanted: str) -> None:
    assert sign_in(ours.people.member).get(f"/projects?{wanted}").status_code == 200


def test_the_filters_of_milestones(sign_in: Any, ours: Any) -> None:
    browser = sign_in(ours.people.coordinator)
    late, soon = body(browser.get("/milestones?state=late")), body(browser.get("/milestones?state=soon"))
    assert "晨星里程碑乙" in late and "晨星里程碑甲" not in late
    assert "晨星里程碑甲" in soon and "晨星里程碑乙" not in soon
    assert "暮云" not in late + soon
    assert "晨星里程碑丙" in body(browser.get("/milestones?state=accepted"))


@pytest.mark.parametrize("path", ["/projects", "/projects?light=red", "/milestones", "/projects?as=csv"])
def test_a_longer_list_asks_no_more(sign_in: Any, ours: Any, inside: Callable[[], Any], path: str) -> None:
    browser = sign_in(ours.people.coordinator)

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
        base = db.session.get(Project, ours.project.id)
        for number in range(6):
            what = factories.project(base.consortium, base.lead, f"项目{number}")
            for day in range(4):
                factories.milestone(what, base.lead, f"{day}", factories.TODAY - timedelta(days=40 + day))
        db.session.commit()
    assert asked() <= before


@pytest.mark.parametrize("path", ["/projects", "/milestones"])
def test_lists_are_exported_as_they_are_seen(sign_in: Any, ours: Any, path: str) -> None:
    browser = sign_in(ours.people.member, "zh-CN")
    csv = body(browser.get(f"{path}?as=csv"))
    assert "晨星" in csv and "暮云" not in csv
    assert browser.get(f"{path}?as=xlsx").get_data()[:2] == b"PK"


def test_a_coordinator_starts_a_project(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    browser = sign_in(ours.people.coordinator)
    path = f"/consortia/{ours.consortium.id}/projects/new"
    answer = browser.post(path, data={**NEW, "lead_id": ours.member.id}, follow_redirects=True)
    assert answer.status_code == 200 and "碳化硅外延片" in body(answer) and "120.00" in body(answer)
    with inside():
        made = db.session.scalar(select(Project).where(Project.title_zh == "碳化硅外延片"))
        assert made is not None and str(made.budget) == "1200000.00" and made.stage == "draft"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"budget": "1.234"}, "at most two decimals"),
        ({"budget": "sNaN"}, "Write the amount"),
        ({"starts_on": "2026-02-30"}, "does not exist"),
        ({"ends_on": "2026-11-01"}, "after the start"),
        ({"trl_target": "3"}, "above the level at the start"),
        ({"trl_target": "99"}, "not on the list"),
        ({"title_zh": "甲\x00乙"}, "NUL"),
        ({"objective": "长" * 100_000}, "at most 4,000 fit"),
        ({"objective": ""}, "Please fill in"),
        ({"lead_id": "999999"}, "not on the list"),
    ],
)
def test_bad_input_is_answered_at_its_field_and_kept(
    sign_in: Any, ours: Any, wrong: dict[str, str], sentence: str, inside: Callable[[], Any]
) -> None:
    browser = sign_in(ours.people.coordinator)
    answer = browser.post(
        f"/consortia/{ours.consortium.id}/projects/new",
        data={**NEW, "lead_id": ours.lead.id, "title_en": "Kept as typed", **wrong},
    )
    assert answer.status_code == 422
    assert sentence in body(answer) and "Kept as typed" in body(answer)
    with inside():
        assert db.session.scalar(select(Project).where(Project.title_en == "Kept as typed")) is None


def test_an_edit_of_what_somebody_else_changed(sign_in: Any, ours: Any) -> None:
    mine, theirs = sign_in(ours.people.coordinator), sign_in(ours.people.coordinator)
    path = f"/projects/{ours.project.id}/edit"
    version = hidden(body(mine.get(path)), "version")
    values = {
        **NEW,
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "budget": "9000000",
        "lead_id": ours.lead.id,
        "version": version,
    }
    assert theirs.post(path, data={**values, "title_zh": "别人的标题"}).status_code == 303
    answer = mine.post(path, data={**values, "title_zh": "我的标题"})
    assert answer.status_code == 409
    assert "我的标题" in body(answer) and "别人的标题" in body(answer)
    fresh = hidden(body(answer), "version")
    assert mine.post(path, data={**values, "title_zh": "我的标题", "version": fresh}).status_code == 303


def test_a_member_reports_with_a_file_a_second_verifies_and_the_coordinator_accepts(
    sign_in: Any, ours: Any, inside: Callable[[], Any]
) -> None:
    member, coordinator = sign_in(ours.people.member), sign_in(ours.people.coordinator)
    path = f"/milestones/{ours.milestone.id}"
    assert member.get(f"{path}/report").status_code == 200
    files = [(io.BytesIO(b"%PDF-1.7 sample"), "检测报告.pdf"), (io.BytesIO("数据".encode()), "data.txt")]
    answer = member.post(f"{path}/report", data={**REPORT, "files": files}, follow_redirects=True)
    assert answer.status_code == 200 and "检测报告.pdf" in body(answer)
    with inside():
        file = db.session.scalar(select(Evidence).where(Evidence.name == "检测报告.pdf"))
        assert file is not None
        number, digest = file.id, file.sha256
    assert digest[:12] in body(answer)
    saved = coordinator.get(f"/evidence/{number}")
    assert saved.get_data() == b"%PDF-1.7 sample" and saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    second = sign_in(ours.people.other_member)
    assert second.get(f"/evidence/{number}").get_data() == b"%PDF-1.7 sample"
    sent = {"note": "现场看过", "report_id": hidden(body(second.get(path)), "report_id")}
    found = second.post(f"{path}/verify", data={**sent, "decision": "verify"}, follow_redirects=True)
    assert found.status_code == 200 and "Verified" in body(found) and 'value="accept"' not in body(found)
    assert second.post(f"{path}/accept", data={**sent, "decision": "accept"}).status_code == 403
    page = body(coordinator.get(path))
    assert "Reached on 2026-11-20" in page and "现场看过" in page and 'value="verify"' not in page
    found = coordinator.post(
        f"{path}/accept",
        data={"decision": "accept", "note": "", "report_id": hidden(page, "report_id")},
        follow_redirects=True,
    )
    assert found.status_code == 200 and "Accepted" in body(found)
    assert "2026-11-20" in body(coordinator.get("/milestones?as=csv"))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"note": ""}, "Say in a sentence or two"),
        ({"files": ""}, "Add a file that shows it"),
        ({"reached_on": "2026-11-23"}, "must not lie in the future"),
        ({"reached_on": "2024-12-31"}, "before the start of the project"),
        ({"free_of_secrets": ""}, "Please confirm this"),
        ({"files": [(io.BytesIO(b"<script>alert(1)</script>"), "report.txt")]}, "holds markup or a script"),
        ({"files": [(io.BytesIO(b"MZ\x90\x00"), "report.pdf")]}, "not what its name says"),
        ({"files": [(io.BytesIO(b""), "report.pdf")]}, "is empty"),
        ({"files": [(io.BytesIO(b"x"), "report.exe")]}, "of a kind that is not taken"),
    ],
)
def test_a_report_that_cannot_be_taken(
    sign_in: Any, ours: Any, sent: dict[str, Any], sentence: str, inside: Callable[[], Any]
) -> None:
    file = (io.BytesIO("数据".encode()), "data.txt")
    values = {**REPORT, "note": "照样保留的文字", "files": [file], **sent}
    answer = sign_in(ours.people.member).post(
        f"/milestones/{ours.milestone.id}/report", data={k: v for k, v in values.items() if v != ""}
    )
    assert answer.status_code == 422
    assert sentence in body(answer)
    assert "note" in sent or "照样保留的文字" in body(answer)
    with inside():
        assert db.session.get(Milestone, ours.milestone.id).state == "planned"
        assert db.session.scalar(select(Evidence.id)) is None


def test_returning_needs_a_reason_and_the_owner_reads_it(sign_in: Any, ours: Any, reported: int) -> None:
    coordinator, member = sign_in(ours.people.coordinator), sign_in(ours.people.member)
    number = hidden(body(coordinator.get(f"/milestones/{reported}")), "report_id")
    answer = coordinator.post(
        f"/milestones/{reported}/verify", data={"decision": "return", "note": "", "report_id": number}
    )
    assert answer.status_code == 422 and "Say what is missing" in body(answer)
    answer = coordinator.post(
        f"/milestones/{reported}/verify", data={"decision": "return", "note": "缺少第三方报告", "report_id": number}
    )
    assert answer.status_code == 303
    assert "缺少第三方报告" in body(member.get(f"/milestones/{reported}/report"))


def test_two_people_verify_at_once(sign_in: Any, ours: Any, reported: int) -> None:
    first, second = sign_in(ours.people.coordinator), sign_in(ours.people.expert)
    sent = {
        "decision": "verify",
        "note": "第二个人写的话",
        "report_id": hidden(body(second.get(f"/milestones/{reported}")), "report_id"),
    }
    assert first.post(f"/milestones/{reported}/verify", data=sent).status_code == 303
    answer = second.post(f"/milestones/{reported}/verify", data=sent)
    assert answer.status_code == 409 and "not possible any more" in body(answer) and "第二个人写的话" in body(answer)
    assert 'value="accept"' in body(answer)  # what is to be done now, with the same words


@pytest.mark.parametrize(("who", "steps"), [("other_member", ("verify",)), ("expert", ("verify", "accept"))])
def test_what_was_typed_stays_where_somebody_else_took_the_last_step(
    sign_in: Any, ours: Any, reported: int, who: str, steps: tuple[str, ...]
) -> None:
    """A member has nothing more to do with what is verified, and an expert nothing with what is accepted: the page still has the words."""
    path, first, late = f"/milestones/{reported}", sign_in(ours.people.coordinator), sign_in(getattr(ours.people, who))
    sent = {"note": "很长的核验意见", "report_id": hidden(body(late.get(path)), "report_id")}
    for step in steps:
        answer = first.post(f"{path}/{step}", data={**sent, "note": "看过", "decision": step})
        assert answer.status_code == 303
    decision = "return" if steps[-1] == "verify" else "turn_down"
    answer = late.post(f"{path}/{steps[-1]}", data={**sent, "decision": decision})
    assert answer.status_code == 409 and "很长的核验意见" in body(answer) and "copy what you still need" in body(answer)


def test_a_newer_report_is_read_and_then_verified_with_the_words_that_were_typed(
    sign_in: Any, ours: Any, reported: int, inside: Callable[[], Any]
) -> None:
    browser, path = sign_in(ours.people.coordinator), f"/milestones/{reported}"
    old = hidden(body(browser.get(path)), "report_id")
    with inside():
        milestone, member, expert = (
            db.session.get(Milestone, reported),
            db.session.get(services.queries.User, ours.people.member.id),
            db.session.get(services.queries.User, ours.people.expert.id),
        )
        services.send_back(expert, milestone, reason="补充")
        services.report(member, milestone, note="第二次上报", files=[services_file()])
        db.session.commit()
    sent = {"decision": "verify", "note": "我写的核验意见", "report_id": old}
    answer = browser.post(f"{path}/verify", data=sent)
    assert answer.status_code == 409 and "A newer report" in body(answer)
    assert "我写的核验意见" in body(answer) and "第二次上报" in body(answer)
    new = hidden(body(answer), "report_id")
    assert new != old and body(answer).count('name="report_id"') == 1
    assert 'data-autosave="verify"' in body(answer)  # one draft of the milestone, whichever report it is about
    assert browser.post(f"{path}/verify", data={**sent, "report_id": new}).status_code == 303


def test_the_second_of_two_reporters_sees_what_the_first_said(sign_in: Any, ours: Any, reported: int) -> None:
    browser = sign_in(ours.people.member)
    sent = {**REPORT, "note": "第二个人的上报", "files": [(io.BytesIO("数据".encode()), "data.txt")]}
    answer = browser.post(f"/milestones/{reported}/report", data=sent)
    assert answer.status_code == 409
    shown = body(answer)
    assert "第二个人的上报" in shown and "Reported already by" in shown and "已完成，见附件" in shown


def test_a_firm_says_why_it_is_late_and_everybody_reads_it(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    member, other = sign_in(ours.people.member), sign_in(ours.people.other_member)
    path = f"/milestones/{ours.milestone.id}"
    assert f"{path}/slip" in body(member.get(path)) and f"{path}/slip" not in body(other.get(path))
    assert other.get(f"{path}/slip").status_code == 403
    sent = {
        "slip_reason": "炉体检修推迟",
        "expected_on": "2027-02-01",
        "version": hidden(body(member.get(f"{path}/slip")), "version"),
    }
    refused = member.post(f"{path}/slip", data={**sent, "expected_on": "2020-01-01"})
    assert refused.status_code == 422 and "no delay" in body(refused) and "炉体检修推迟" in body(refused)
    assert member.post(f"{path}/slip", data=sent).status_code == 303
    for place in (path, f"/projects/{ours.project.id}", f"/projects/{ours.project.id}/matrix", "/milestones"):
        assert "炉体检修推迟" in body(other.get(place)) and "2027-02-01" in body(other.get(place)), place
    assert member.post(f"{path}/slip", data={**sent, "slip_reason": "别的原因"}).status_code == 409
    sent["version"] = hidden(body(member.get(f"{path}/slip")), "version")
    assert member.post(f"{path}/slip", data=sent).status_code == 303
    with inside():
        assert db.session.scalar(select(func.count(Event.id)).where(Event.verb == "explained the delay")) == 1
        told_of = select(func.count(Notification.id)).where(Notification.href == path).group_by(Notification.user_id)
        assert set(db.session.scalars(told_of)) == {1}, "who tells the same once more has told nothing"
        told = db.session.scalar(select(Event).where(Event.verb == "explained the delay"))
        assert told is not None and told.facts["expected_on"] == "2027-02-01"


def test_a_long_reason_in_chinese_is_cut_and_not_left_out(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    with inside():
        row = db.session.get_one(Milestone, ours.milestone.id)
        row.slip_reason, row.expected_on = "关键部件供应商延期交付，" * 20, row.due_on + timedelta(days=60)
        record("test", "amended", row)
        db.session.commit()
    page = body(sign_in(ours.people.coordinator, "zh").get("/milestones"))
    found = re.search(r"(关键部件[^<]*)…", page)
    assert found and len(found[1]) == 159


def test_who_may_not(sign_in: Any, ours: Any, world: Any, reported: int) -> None:
    member, other, stranger = (
        sign_in(p) for p in (ours.people.member, ours.people.other_member, world.theirs.people.coordinator)
    )
    for step, decision in (("verify", "verify"), ("accept", "accept")):
        sent = {"decision": decision, "report_id": "1"}
        answer = member.post(f"/milestones/{reported}/{step}", data=sent)
        assert answer.status_code == (409 if step == "verify" else 403)
    assert "Your organisation reported this milestone itself" in body(member.get(f"/milestones/{reported}"))
    assert other.post(f"/milestones/{reported}/report", data=REPORT).status_code == 403
    assert stranger.get(f"/milestones/{reported}").status_code == 404
    assert stranger.get(f"/projects/{ours.project.id}").status_code == 404
    assert member.get(f"/projects/{ours.project.id}/edit").status_code == 403


def test_members_outside_of_the_project_see_that_but_not_what_was_reported(
    sign_in: Any, ours: Any, reported: int, inside: Callable[[], Any]
) -> None:
    with inside():
        number = db.session.scalar(select(Evidence.id))
        part = db.session.scalar(
            select(Participant).where(
                Participant.project_id == ours.project.id, Participant.organisation_id == ours.other.id
            )
        )
        record("test", "left", part)
        db.session.delete(part)
        db.session.commit()
    other = sign_in(ours.people.other_member)
    page = body(other.get(f"/milestones/{reported}"))
    assert "已完成，见附件" not in page and "报告.txt" not in page and "Reported" in page
    assert other.get(f"/evidence/{number}").status_code == 403
    assert "已完成，见附件" in body(sign_in(ours.people.auditor).get(f"/milestones/{reported}"))


def test_money_of_another_member_is_not_shown(sign_in: Any, ours: Any) -> None:
    page = body(sign_in(ours.people.member).get(f"/projects/{ours.project.id}"))
    assert page.count("1,234,567.89") == 1 and page.count("not shown to you") == 2
    assert "3,703,703.67" not in page
    assert "3,703,703.67" in body(sign_in(ours.people.coordinator).get(f"/projects/{ours.project.id}"))


def test_a_step_that_is_not_possible_is_told_on_the_page(sign_in: Any, ours: Any) -> None:
    browser = sign_in(ours.people.coordinator)
    answer = browser.post(f"/projects/{ours.project.id}/steps/complete", data={})
    assert answer.status_code == 409 and "neither accepted nor waived" in body(answer)
    answer = browser.post(f"/projects/{ours.project.id}/steps/stop", data={"reason": ""})
    assert answer.status_code == 422 and "Say why" in body(answer)
    assert browser.post(f"/projects/{ours.project.id}/steps/nonsense", data={}).status_code == 409
    assert browser.post(f"/projects/{ours.project.id}/steps/stop", data={"reason": "资金中断"}).status_code == 303


def test_planning_amending_and_removing_a_milestone(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    browser = sign_in(ours.people.coordinator)
    values = {
        "title_zh": "新节点",
        "title_en": "",
        "organisation_id": ours.member.id,
        "due_on": "2027-03-31",
        "weight": "20",
        "means": "检测报告",
    }
    path = f"/projects/{ours.project.id}/milestones/new"
    assert browser.post(path, data={**values, "due_on": "2030-01-01"}).status_code == 422
    assert browser.post(path, data={**values, "weight": "0"}).status_code == 422
    assert browser.post(path, data=values).status_code == 303
    with inside():
        number = db.session.scalar(select(Milestone.id).where(Milestone.title_zh == "新节点"))
    page = body(browser.get(f"/milestones/{number}/edit"))
    assert (
        browser.post(
            f"/milestones/{number}/edit", data={**values, "weight": "30", "version": hidden(page, "version")}
        ).status_code
        == 303
    )
    assert browser.post(f"/milestones/{number}/remove", data={"reason": ""}).status_code == 422
    assert browser.post(f"/milestones/{number}/remove", data={"reason": "合并"}).status_code == 303
    assert browser.get(f"/milestones/{number}").status_code == 404


def events_of(inside: Callable[[], Any], number: int) -> list[Event]:
    """What is told of a project itself, oldest first."""
    with inside():
        query = select(Event).where(Event.subject_kind == "project", Event.subject_id == number)
        return list(db.session.scalars(query.order_by(Event.id)))


def test_what_was_removed_is_told_with_its_reason_and_leads_nowhere(
    sign_in: Any, ours: Any, inside: Callable[[], Any]
) -> None:
    browser, project = sign_in(ours.people.coordinator), f"/projects/{ours.project.id}"
    values = {
        "title_zh": "多余节点",
        "title_en": "",
        "organisation_id": ours.lead.id,
        "due_on": "2027-03-31",
        "weight": "20",
        "means": "报告",
    }
    assert browser.post(f"{project}/milestones/new", data=values).status_code == 303
    with inside():
        number = db.session.scalar(select(Milestone.id).where(Milestone.title_zh == "多余节点"))
    place = f'href="/milestones/{number}"'
    assert place in body(browser.get(project)) and place in body(browser.get("/"))
    assert browser.post(f"/milestones/{number}/remove", data={"reason": "与他项合并"}).status_code == 303
    for page in (project, "/"):
        shown = body(browser.get(page))
        assert "removed 多余节点 from the plan" in shown and "planned 多余节点" in shown and place not in shown
    assert "与他项合并" in body(browser.get(project))


def test_who_left_a_project_is_told_with_the_reason(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    browser, project = sign_in(ours.people.coordinator), f"/projects/{ours.project.id}"
    with inside():
        for row in db.session.scalars(select(Milestone).where(Milestone.organisation_id == ours.member.id)):
            row.organisation_id = ours.lead.id
            record("test", "amended", row)
        part = db.session.scalar(
            select(Participant.id).where(Participant.project_id == ours.project.id, Participant.organisation_id == ours.member.id)
        )  # fmt: skip
        db.session.commit()
    assert browser.post(f"/participants/{part}/leave", data={"reason": "转入其他项目"}).status_code == 303
    shown = body(browser.get(project))
    assert "took an organisation out of the project" in shown and "晨星成员 (invented) · 转入其他项目" in shown


def test_a_level_below_the_start_stays_when_something_else_is_amended(
    sign_in: Any, ours: Any, inside: Callable[[], Any]
) -> None:
    browser, place = sign_in(ours.people.coordinator), f"/projects/{ours.project.id}"

    def level() -> int:
        with inside():
            return int(db.session.get_one(Project, ours.project.id).trl_now)

    def send(**changed: str) -> int:
        version = hidden(body(browser.get(f"{place}/edit")), "version")
        same = {**NEW, "title_zh": "晨星项目", "title_en": "晨星项目 (invented)", "objective": "晨星项目的目标", "starts_on": "2026-01-01",
                "ends_on": "2027-12-31", "budget": "8000000", "lead_id": ours.lead.id}  # fmt: skip
        return int(browser.post(f"{place}/edit", data={**same, "version": version, **changed}).status_code)

    with inside():
        person = db.session.get_one(User, ours.people.coordinator.id)
        services.reach_level(person, db.session.get_one(Project, ours.project.id), trl_now=2, reason="复测未通过")
        db.session.commit()
    assert (send(), level()) == (303, 2)
    assert (send(title_zh="新标题"), level()) == (303, 2)
    assert (send(trl_start="4"), level()) == (303, 4)
    assert events_of(inside, ours.project.id)[-1].facts["trl_now"] == [2, 4]


def test_the_same_level_with_new_evidence_is_told(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    browser, place = sign_in(ours.people.coordinator), f"/projects/{ours.project.id}"
    with inside():
        person = db.session.get_one(User, ours.people.coordinator.id)
        services.reach_level(person, db.session.get_one(Project, ours.project.id), trl_now=4, reason="第三方复测报告")
        db.session.commit()
    told = events_of(inside, ours.project.id)[-1].facts
    assert told.items() >= {"trl_before": 4, "trl_now": 4, "reason": "第三方复测报告"}.items()
    shown = body(browser.get(place))
    assert "confirmed the readiness level of" in shown and "第三方复测报告" in shown


def test_a_milestone_tells_what_happened_and_leads_to_the_pages_of_its_project(
    sign_in: Any, ours: Any, reported: int
) -> None:
    page = body(sign_in(ours.people.coordinator).get(f"/milestones/{reported}"))
    assert 'id="history"' in page and "reported" in page[page.index('id="history"') :]
    assert f'href="/projects/{ours.project.id}/deliverables"' in page
