"""A consortium from the draft to the filing: founding, members, bodies, stages."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select

from consortium.consortia import services
from consortium.consortia.models import Body, Consortium, Membership
from consortium.consortia.workflow import LIFE, lacks_for_agreement
from consortium.core import access
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.terms import BodyKind, ConsortiumKind, CoreArea, MemberRole
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.projects.models import Project

FORM = {
    "kind": "innovation_consortium", "name_zh": "试建功率器件创新联合体", "name_en": "Trial Power Devices", "purpose_zh": "攻克一项关键技术",
    "purpose_en": "", "areas": ["ic", "basic_mat"], "starts_on": "2026年12月1日", "ends_on": "2029-11-30",
}  # fmt: skip


def found(browser, **changes):
    answer = browser.post("/consortia/new", data={**FORM, **changes})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return int(answer.location.rsplit("/", 1)[1])


def row(model, number):
    return db.session.get_one(model, number)


def test_a_coordinator_founds_a_consortium_and_sits_at_it(sign_in, world, inside):
    browser = sign_in(world.ours.people.coordinator)
    number = found(browser)
    page = browser.get(f"/consortia/{number}").get_data(as_text=True)
    assert "Trial Power Devices" in page and "Draft" in page
    with inside():
        table = row(Consortium, number)
        assert table.reference == f"IC-2026-{number:04d}"
        assert (table.lead.id, table.province) == (world.ours.lead.id, "32")
        assert set(table.area_codes) == {"ic", "basic_mat"}
        assert db.session.scalar(select(Seat.role).where(Seat.consortium_id == number)) is Role.COORDINATOR
    assert "Trial Power Devices" in browser.get("/consortia").get_data(as_text=True)
    for stranger in (world.ours.people.member, world.theirs.people.coordinator, world.people.officer):
        assert sign_in(stranger).get(f"/consortia/{number}").status_code == 404
        assert "Trial Power Devices" not in sign_in(stranger).get("/consortia").get_data(as_text=True)


def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(sign_in, world):
    browser = sign_in(world.ours.people.coordinator)
    for changes, sentence in (
        ({"ends_on": "2026-11-30"}, "end before it begins"), ({"starts_on": "2026-02-30"}, "does not exist"), ({"areas": []}, "at least one technology area"),
        ({"name_zh": "", "name_en": ""}, "Please give the name"), ({"name_zh": "长" * 100_000}, "at most 200 fit"),
        ({"purpose_zh": "甲\u202e乙"}, "writing direction"), ({"kind": "club"}, "not on the list"),
    ):  # fmt: skip
        answer = browser.post("/consortia/new", data={**FORM, "purpose_en": "kept as typed", **changes})
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422 and sentence in text and "kept as typed" in text, sentence


def test_founding_needs_an_organisation(sign_in, world):
    assert sign_in(world.people.administrator).post("/consortia/new", data=FORM).status_code == 403
    assert sign_in(world.people.officer).get("/consortia/new").status_code == 403


def test_the_way_from_draft_to_filed(sign_in, world, inside):
    browser = sign_in(world.ours.people.coordinator)
    number = found(browser)
    step = f"/consortia/{number}/steps"
    assert browser.post(f"{step}/agree").status_code == 409
    assert browser.post(f"{step}/form").status_code == 303
    page = browser.get(f"/consortia/{number}").get_data(as_text=True)
    for lack in (
        "At least 2 members besides the lead",
        "university or research institute",
        "outside liability is not named",
        "no council",
        "no secretariat",
    ):
        assert lack in page, lack
    assert "At least 2 members" in browser.post(f"{step}/agree").get_data(as_text=True)
    for firm, part in ((world.ours.member.id, "core"), (world.ours.other.id, "partner")):
        form = {
            "organisation": firm,
            "role": part,
            "tasks_zh": "任务",
            "tasks_en": "",
            "contribution": "120万",
            "joined_on": "",
        }
        assert browser.post(f"/consortia/{number}/members/new", data=form).status_code == 303
    for kind in ("council", "secretariat"):
        assert (
            browser.post(
                f"/consortia/{number}/bodies/new", data={"kind": kind, "name_zh": "", "name_en": ""}
            ).status_code
            == 303
        )
    assert browser.post(f"/consortia/{number}/liability", data={"organisation": world.ours.lead.id}).status_code == 303
    page = browser.get(f"{step}/agree").get_data(as_text=True)
    assert page.count("No agreement has been drawn up yet.") == 1 and "no council" not in page
    refused = browser.post(f"{step}/agree")
    assert refused.status_code == 409 and "No agreement has been drawn up yet." in refused.get_data(as_text=True)
    assert browser.post(f"/consortia/{number}/agreements/new", data={"language": "both"}).status_code == 303
    assert browser.post(f"{step}/agree").status_code == 303
    assert "Number of the filing" in browser.get(f"{step}/file").get_data(as_text=True)
    assert browser.post(f"{step}/file", data={"filing_number": "", "filed_on": "2027-01-01"}).status_code == 422
    assert "cannot lie in the future" in browser.post(
        f"{step}/file", data={"filing_number": "苏科 1 号", "filed_on": "2027-01-01"}
    ).get_data(as_text=True)
    assert (
        browser.post(f"{step}/file", data={"filing_number": "苏科 1 号", "filed_on": "2026-11-20"}).status_code == 303
    )
    assert "Trial Power Devices" in sign_in(world.people.officer).get(f"/consortia/{number}").get_data(as_text=True)
    assert sign_in(world.people.officer_elsewhere).get(f"/consortia/{number}").status_code == 404
    assert browser.post(f"{step}/suspend", data={"reason": ""}).status_code == 422
    assert browser.post(f"{step}/suspend", data={"reason": "资金未到位"}).status_code == 303
    assert browser.post(f"{step}/resume").status_code == 409
    assert browser.post(f"{step}/refile").status_code == 303
    assert browser.post(f"{step}/operate").status_code == 303
    with inside():
        assert row(Consortium, number).stage == "operating"
    assert "资金未到位" in browser.get(f"/consortia/{number}/timeline").get_data(as_text=True)
    assert browser.post(f"{step}/wind_up", data={"reason": "任务完成"}).status_code == 303
    assert browser.post(f"{step}/close").status_code == 303
    assert browser.post(f"/consortia/{number}/bodies/new", data={"kind": "expert"}).status_code == 409


def test_only_who_manages_moves_a_consortium(sign_in, world):
    number = world.ours.consortium.id
    assert (
        sign_in(world.ours.people.member).post(f"/consortia/{number}/steps/suspend", data={"reason": "x"}).status_code
        == 403
    )
    assert (
        sign_in(world.theirs.people.coordinator)
        .post(f"/consortia/{number}/steps/suspend", data={"reason": "x"})
        .status_code
        == 404
    )
    assert (
        sign_in(world.people.officer).post(f"/consortia/{number}/steps/suspend", data={"reason": "x"}).status_code
        == 403
    )
    assert sign_in(world.ours.people.coordinator).post(f"/consortia/{number}/steps/nonsense").status_code == 409


def test_every_step_says_what_it_means():
    from consortium.consortia.workflow import MEANS

    assert {step.name for step in LIFE} == set(MEANS)
    assert all(step.action is access.Action.MANAGE and step.verb for step in LIFE)
    assert {step.target for step in LIFE} | {"draft"} == set(LIFE.states)


def test_there_is_exactly_one_lead(sign_in, world, inside):
    browser = sign_in(world.ours.people.coordinator)
    number = world.ours.consortium.id
    with inside():
        members = {
            m.organisation_id: m.id
            for m in db.session.scalars(select(Membership).where(Membership.consortium_id == number))
        }
        firm = db.session.scalar(select(Organisation.id).where(Organisation.name_zh == "孤舟无席公司"))
    form = {"organisation": firm, "role": "lead", "tasks_zh": "", "tasks_en": "", "contribution": "1", "joined_on": ""}
    answer = browser.post(f"/consortia/{number}/members/new", data=form)
    assert answer.status_code == 422 and "has a lead enterprise already: 晨星牵头" in answer.get_data(as_text=True)
    part = {"version": 1, "tasks_zh": "", "tasks_en": "", "contribution": "1.00"}
    answer = browser.post(f"/memberships/{members[world.ours.member.id]}", data={**part, "role": "lead"})
    assert answer.status_code == 422 and "has a lead enterprise already" in answer.get_data(as_text=True)
    answer = browser.post(f"/memberships/{members[world.ours.lead.id]}", data={**part, "role": "core"})
    assert answer.status_code == 422 and "exactly one lead" in answer.get_data(as_text=True)
    answer = browser.post(
        f"/memberships/{members[world.ours.lead.id]}/release", data={"left_on": "2026-11-20", "reason": "x"}
    )
    assert answer.status_code == 422 and "cannot leave" in answer.get_data(as_text=True)


def test_a_part_is_changed_and_a_stale_edit_loses_nothing(sign_in, world, inside):
    browser = sign_in(world.ours.people.coordinator)
    with inside():
        member = db.session.scalar(
            select(Membership).where(
                Membership.consortium_id == world.ours.consortium.id, Membership.role == MemberRole.CORE
            )
        )
        number, version = member.id, member.version
    form = {
        "version": version,
        "role": "core",
        "tasks_zh": "第一次的任务",
        "tasks_en": "",
        "contribution": "3,500,000.00",
    }
    assert browser.post(f"/memberships/{number}", data={**form, "contribution": "1.005"}).status_code == 422
    assert browser.post(f"/memberships/{number}", data={**form, "contribution": "sNaN"}).status_code == 422
    assert browser.post(f"/memberships/{number}", data=form).status_code == 303
    answer = browser.post(f"/memberships/{number}", data={**form, "tasks_zh": "第二次的任务"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "第一次的任务" in text and "第二次的任务" in text


def test_a_stale_amendment_shows_both_and_can_be_saved_again(sign_in, world, inside):
    browser = sign_in(world.ours.people.coordinator)
    number = world.ours.consortium.id
    with inside():
        version = row(Consortium, number).version
    form = {**FORM, "version": version, "name_zh": "先改的名字"}
    assert browser.post(f"/consortia/{number}/amend", data=form).status_code == 303
    later = {**form, "name_zh": "后改的名字"}
    answer = browser.post(f"/consortia/{number}/amend", data=later)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "先改的名字" in text and "后改的名字" in text
    assert text.count("Saved by somebody else meanwhile") == 1
    fresh = text.split('name="version"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    assert (
        browser.post(f"/consortia/{number}/amend", data={**later, "version": fresh, "areas": ["netsec"]}).status_code
        == 303
    )
    with inside():
        assert row(Consortium, number).area_codes == ["netsec"]


def test_a_released_member_loses_its_seats(sign_in, world, inside):
    browser, number = sign_in(world.ours.people.coordinator), world.ours.consortium.id
    member = sign_in(world.ours.people.member)
    assert member.get(f"/consortia/{number}").status_code == 200
    with inside():
        part = db.session.scalar(
            select(Membership.id).where(
                Membership.consortium_id == number, Membership.organisation_id == world.ours.member.id
            )
        )
        council = db.session.scalar(select(Body.id).where(Body.consortium_id == number, Body.kind == BodyKind.COUNCIL))
    seat = {"organisation": world.ours.member.id, "person": "测试理事", "post": "理事", "full_time": "y"}
    assert browser.post(f"/bodies/{council}/seats/new", data=seat).status_code == 303
    assert "测试理事" in browser.get(f"/consortia/{number}/bodies").get_data(as_text=True)
    address = f"/memberships/{part}/release"
    assert "joined only on" in browser.post(address, data={"left_on": "2025-01-01", "reason": "退出"}).get_data(
        as_text=True
    )
    assert "in the future" in browser.post(address, data={"left_on": "2027-01-01", "reason": "退出"}).get_data(
        as_text=True
    )
    assert browser.post(address, data={"left_on": "2026-11-20", "reason": ""}).status_code == 422
    open_ones = browser.get(address).get_data(as_text=True)
    refused = browser.post(address, data={"left_on": "2026-11-20", "reason": "退出"})
    assert refused.status_code == 422
    for page in (open_ones, refused.get_data(as_text=True)):
        assert "answers for milestones that are neither accepted nor waived: 晨星里程碑甲" in page
    request = browser.post(f"/milestones/{world.ours.milestone.id}/waive", data={"reason": "退出"}).headers["Location"]
    words = {"kind": "route", "summary": "不再考核", "reason": "退出"}
    assert browser.post(f"{request}/submit", data={**words, "version": "1"}).status_code == 303
    assert (
        browser.post(f"{request}/decide", data={"outcome": "approve", "decision": "同意", "version": "3"}).status_code
        == 303
    )
    assert browser.post(address, data={"left_on": "2026-11-20", "reason": "退出"}).status_code == 303
    assert member.get(f"/consortia/{number}").status_code == 404
    assert "测试理事" not in browser.get(f"/consortia/{number}/bodies").get_data(as_text=True)
    assert browser.post(address, data={"left_on": "2026-11-20", "reason": "退出"}).status_code == 409


def test_a_member_that_leads_a_project_stays(inside, world):
    with inside():
        actor, project = row(User, world.ours.people.coordinator.id), row(Project, world.ours.project.id)
        part = db.session.scalar(select(Membership).where(Membership.organisation_id == world.ours.other.id))
        project.lead_id = world.ours.other.id
        leaving = {"left_on": part.joined_on, "reason": "退出"}
        with refused("leads projects that are neither completed nor stopped: 晨星项目"):
            services.release(actor, part, **leaving)
        project.stage = "stopped"
        services.release(actor, part, **leaving)
        assert part.left_on


def test_nothing_is_closed_over_running_projects(sign_in, world, inside):
    browser, number = sign_in(world.ours.people.coordinator), world.ours.consortium.id
    step = f"/consortia/{number}/steps"
    assert browser.post(f"{step}/wind_up", data={"reason": "任务完成"}).status_code == 303
    sentence = "These projects are neither completed nor stopped: 晨星项目"
    assert sentence in browser.get(f"{step}/close").get_data(as_text=True)
    answer = browser.post(f"{step}/close")
    assert answer.status_code == 409 and sentence in answer.get_data(as_text=True)
    assert browser.post(f"/projects/{world.ours.project.id}/steps/stop", data={"reason": "结束"}).status_code == 303
    assert browser.post(f"{step}/close").status_code == 303


def test_bodies(sign_in, world, inside):
    browser, number = sign_in(world.ours.people.coordinator), world.ours.consortium.id
    again = browser.post(f"/consortia/{number}/bodies/new", data={"kind": "council"})
    assert again.status_code == 422 and "There is one already" in again.get_data(as_text=True)
    assert (
        browser.post(
            f"/consortia/{number}/bodies/new", data={"kind": "expert", "name_zh": "技术专家委员会"}
        ).status_code
        == 303
    )
    with inside():
        council, expert = (
            db.session.scalar(select(Body.id).where(Body.consortium_id == number, Body.kind == kind))
            for kind in ("council", "expert")
        )
        outsider = db.session.scalar(select(Organisation.id).where(Organisation.name_zh == "暮云研究院"))
    seat = {"organisation": outsider, "person": "外部专家", "post": ""}
    assert browser.post(f"/bodies/{council}/seats/new", data=seat).status_code == 422
    assert browser.post(f"/bodies/{expert}/seats/new", data=seat).status_code == 303
    assert browser.post(f"/bodies/{expert}/dissolve").status_code == 409
    assert browser.post(f"/bodies/{council}/dissolve").status_code == 409
    with inside():
        number_of_seat = row(Body, expert).seats[0].id
    assert browser.post(f"/body-seats/{number_of_seat}/empty").status_code == 303
    assert browser.post(f"/bodies/{expert}/dissolve").status_code == 303


@contextmanager
def refused(sentence):
    """The service refuses with this sentence, at a field or at the top."""
    with pytest.raises(Refused) as caught:
        yield
    assert sentence in " ".join(str(words) for words in (caught.value.message, *caught.value.fields.values()))


def test_services_refuse_by_themselves(inside, world):
    with inside():
        actor, table = row(User, world.ours.people.coordinator.id), row(Consortium, world.ours.consortium.id)
        lead, stranger = row(Organisation, world.ours.lead.id), row(Organisation, world.theirs.lead.id)
        assert lacks_for_agreement(table) == []
        with refused("is a member already"):
            services.admit(actor, table, lead, role=MemberRole.CORE)
        with refused("not a member of this consortium"):
            services.give_seat(actor, table, actor, stranger, Role.MEMBER)
        with refused("has this seat already"):
            services.give_seat(actor, table, actor, lead, Role.COORDINATOR)
        with refused("in this role"):
            services.give_seat(actor, table, actor, lead, Role.OFFICER)
        with refused("not a member"):
            services.name_liability_unit(actor, table, stranger)
        table.stage = "closed"
        with pytest.raises(NotNow, match="closed"):
            services.admit(actor, table, stranger, role=MemberRole.CORE)
        made = services.found(
            actor, kind=ConsortiumKind.ALLIANCE, name_zh="试联盟", name_en="", purpose_zh="", purpose_en="", areas=[CoreArea.IC], starts_on=None, ends_on=None,
        )  # fmt: skip
        assert made.reference.startswith("AL-2026-")
        with pytest.raises(NotNow, match="purpose"):
            services.advance(actor, made, "form")
