"""The pages of risks, issues and actions, as people use them."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from consortium.activity.services import record
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.risks.models import ActionItem, Issue, Risk
from tests.risks.furniture import a_risk, an_action

pytestmark = pytest.mark.slow

NEW = {"title_zh": "交期风险", "title_en": "", "description": "可能晚到", "kind": "supply", "rhythm": "month", "mitigation": "第二来源", "likelihood": "4",
       "impact": "4", "person_id": "", "milestone_id": "", "node_id": ""}  # fmt: skip


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


@pytest.fixture
def made(inside: Callable[[], Any], ours: Any) -> Any:
    """A red risk of the member, a kept one, and an action that the coordinator asked the member for."""
    with inside():
        project = db.session.get_one(Project, ours.project.id)
        firm = db.session.get_one(Organisation, ours.member.id)
        boss, member = (db.session.get_one(User, getattr(ours.people, name).id) for name in ("coordinator", "member"))
        red = a_risk(member, project, firm, title_zh="红色风险", likelihood=5, impact=4)
        kept = a_risk(member, project, firm, title_zh="保密风险", kept=True)
        item = an_action(boss, red, firm, what="更换供应商")
        found = {"red": red.id, "kept": kept.id, "action": item.id}
        db.session.commit()
    return found


def test_a_member_enters_a_risk_and_says_how_it_stands(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    browser, place = sign_in(ours.people.member), f"/projects/{ours.project.id}/risks"
    page = body(browser.get(f"{place}/new"))
    assert "晨星成员" in page and "晨星研究院" not in page.split('name="organisation_id"')[1].split("</select>")[0]
    sent = browser.post(f"{place}/new", data={**NEW, "organisation_id": ours.member.id, "title_zh": ""})
    assert sent.status_code == 422 and "第二来源" in body(sent) and "Give a title" in body(sent)
    done = browser.post(f"{place}/new", data={**NEW, "organisation_id": ours.member.id})
    assert done.status_code == 303
    risk = done.location
    assert browser.get(f"{risk}/state").status_code == 200
    version = re.search(r'name="version"[^>]*value="(\d+)"', body(browser.get(f"{risk}/state")))
    state = {
        "version": version[1] if version else "",
        "period": "2026-11-01",
        "likelihood": "5",
        "impact": "5",
        "step": "",
        "note": "",
    }
    refused = browser.post(f"{risk}/state", data=state)
    assert refused.status_code == 422 and "Say why likelihood or impact" in body(refused)
    assert browser.post(f"{risk}/state", data={**state, "note": "断供", "step": "occur"}).status_code == 303
    shown = body(browser.get(risk))
    assert "断供" in shown and "Occurred" in shown and "5 × impact 5 = 25" in shown
    assert "Off track" in body(browser.get(f"/projects/{ours.project.id}"))
    issue = browser.post(
        f"/projects/{ours.project.id}/issues/new",
        data={"title_zh": "断供", "title_en": "", "what": "停产", "risk_id": risk.rpartition("/")[2], "organisation_id": ours.member.id, "due_on": "2026-12-20"},
    )  # fmt: skip
    assert issue.status_code == 303
    assert browser.post(f"{issue.location}/steps/resolve", data={"reason": ""}).status_code == 422
    assert browser.post(f"{issue.location}/steps/resolve", data={"reason": "换供应商"}).status_code == 303
    with inside():
        assert db.session.scalars(select(Issue)).one().state == "resolved"


def test_the_matrix_leads_to_its_rows(sign_in: Any, ours: Any, made: Any) -> None:
    browser, place = sign_in(ours.people.coordinator), f"/projects/{ours.project.id}/risks"
    page = body(browser.get(place))
    links = set(re.findall(rf'href="({place}\?state=standing&amp;likelihood=(\d)&amp;impact=(\d)#register)"', page))
    assert {(one[1], one[2]) for one in links} == {("5", "4"), ("3", "3")}
    for address, _, _ in links:
        rows = body(browser.get(address.replace("&amp;", "&").partition("#")[0]))
        assert "1 row" in rows
    assert "Check with the authority" in page
    listed = list(csv.DictReader(io.StringIO(body(browser.get(f"{place}?as=csv&band=red")).lstrip("\ufeff"))))
    assert [(row["Risk"], row["Score"], row["Band"]) for row in listed] == [("R1 A risk", "20", "High")]


def test_a_kept_risk_is_hidden_from_the_others(sign_in: Any, ours: Any, made: Any, world: Any) -> None:
    place = f"/projects/{ours.project.id}"
    for who, status in ((ours.people.other_member, 403), (ours.people.member, 200), (ours.people.expert, 200), (world.people.officer, 200), (ours.people.signatory, 200)):  # fmt: skip
        browser = sign_in(who, "zh")
        assert browser.get(f"/risks/{made['kept']}").status_code == status
        pages = [body(browser.get(f"{place}{rest}")) for rest in ("", "/risks", "/risks?as=csv", "/actions")]
        pages.append(body(browser.get("/search?q=保密风险")))
        assert any(
            "保密风险" in page.replace("q=保密风险", "").replace('value="保密风险"', "") for page in pages[:3]
        ) is (status == 200)
    other = sign_in(ours.people.other_member, "zh")
    assert f"/risks/{made['kept']}" not in body(other.get("/search?q=保密风险"))


def test_an_action_goes_from_asked_to_checked(sign_in: Any, ours: Any, made: Any, inside: Callable[[], Any]) -> None:
    place, member, boss = f"/actions/{made['action']}", sign_in(ours.people.member), sign_in(ours.people.coordinator)
    assert place in body(member.get("/"))
    assert boss.post(f"{place}/finish", data={"reason": "x"}).status_code == 403
    assert member.post(f"{place}/finish", data={"reason": ""}).status_code == 422
    assert member.post(f"{place}/finish", data={"reason": "已换"}).status_code == 303
    assert member.post(f"{place}/check", data={"decision": "check"}).status_code == 409
    assert place in body(boss.get("/"))
    assert boss.post(f"{place}/check", data={"decision": "return", "reason": ""}).status_code == 422
    assert boss.post(f"{place}/check", data={"decision": "check", "reason": ""}).status_code == 303
    with inside():
        assert db.session.get_one(ActionItem, made["action"]).state == "checked"


def test_the_list_of_projects_asks_no_more_for_lights_of_many(sign_in: Any, ours: Any, made: Any, app: Any) -> None:
    browser, sent = sign_in(ours.people.coordinator), []
    browser.get("/projects")
    with app.app_context():
        engine = db.engine
    note = lambda *args: sent.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    page = body(browser.get("/projects"))
    event.remove(engine, "before_cursor_execute", note)
    assert "Off track" in page
    assert not [one for one in sent if one.startswith("SELECT anon") and "risk_state" in one]


def test_who_keeps_risks_for_nobody_is_told_so(sign_in: Any, ours: Any, made: Any) -> None:
    auditor = sign_in(ours.people.auditor)
    assert auditor.get(f"/projects/{ours.project.id}/risks").status_code == 200
    answer = auditor.get(f"/projects/{ours.project.id}/risks/new")
    assert answer.status_code == 409 and "no organisation of this project" in body(answer)
    assert auditor.post(f"/risks/{made['red']}/state", data={}).status_code == 403
    assert not [
        risk for risk in (made["red"],) if "Enter a risk" in body(auditor.get(f"/projects/{ours.project.id}/risks"))
    ]


def test_a_milestone_shows_the_risks_that_concern_it(
    sign_in: Any, ours: Any, made: Any, inside: Callable[[], Any]
) -> None:
    with inside():
        for name in ("red", "kept"):
            db.session.get_one(Risk, made[name]).milestone_id = ours.milestone.id
        record("test", "amended", db.session.get_one(Risk, made["red"]), db.session.get_one(Risk, made["kept"]))
        db.session.commit()
    assert "保密风险" in body(sign_in(ours.people.member, "zh").get(f"/milestones/{ours.milestone.id}"))
    shown = body(sign_in(ours.people.other_member, "zh").get(f"/milestones/{ours.milestone.id}"))
    assert "红色风险" in shown and "保密风险" not in shown
