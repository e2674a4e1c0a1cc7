"""The pages of the plan: what they show to whom, and what they say to what is wrong."""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from consortium.core.db import db
from consortium.plans import queries
from consortium.plans.models import Allocation, Effort, Link, Node
from consortium.projects.models import Project

pytestmark = pytest.mark.slow

FIELDS = {
    "number": "3", "title_zh": "新课题", "title_en": "", "parent_id": "", "starts_on": "2026-03-01", "ends_on": "2026-06-30", "objective": "目标文字",
}  # fmt: skip


@pytest.fixture
def coordinator(sign_in: Callable[..., Any], world: Any) -> Any:
    return sign_in(world.ours.people.coordinator)


def node(inside: Callable[[], Any], number: int) -> dict[str, Any]:
    with inside():
        row = db.session.get_one(Node, number)
        return {
            key: getattr(row, key) for key in ("number", "title_zh", "parent_id", "starts_on", "ends_on", "version")
        }


def count(inside: Callable[[], Any], model: type) -> int:
    with inside():
        return db.session.query(model).count()


def test_the_coordinator_draws_up_a_plan_by_the_pages(coordinator: Any, world: Any, inside: Any) -> None:
    number, lead, firm = world.ours.project.id, world.ours.lead.id, world.ours.member.id
    page = f"/projects/{number}/nodes/new"
    assert 'value="1"' in coordinator.get(page).text
    sent = coordinator.post(page, data={**FIELDS, "number": "1", "organisation_id": lead})
    assert sent.status_code == 303
    first = sent.headers["Location"]
    assert "新课题" in coordinator.get(first).text
    below = f"{page}?parent={first.rsplit('/', 1)[1]}"
    assert 'value="1.1"' in coordinator.get(below).text
    sent = coordinator.post(
        below, data={**FIELDS, "number": "1.1", "parent_id": first.rsplit("/", 1)[1], "organisation_id": firm}
    )
    task = sent.headers["Location"]
    assert coordinator.post(f"{task}/effort/new", data={"organisation_id": firm, "months": "１２.5"}).status_code == 303
    money = {"organisation_id": firm, "category": "labour", "source": "own", "amount": "1万"}
    assert coordinator.post(f"{task}/money/new", data=money).status_code == 303
    shown = coordinator.get(task).text
    assert "12.50" in shown and "10,000.00" in shown
    plan = coordinator.get(f"/projects/{number}/plan").text
    assert plan.index("1 新课题") < plan.index("1.1 新课题") and 'aria-current="page"' in plan
    sent = coordinator.post(f"/projects/{number}/nodes/new", data={**FIELDS, "number": "2", "organisation_id": lead})
    second = sent.headers["Location"]
    tied = coordinator.post(
        f"{second}/links/new", data={"before_id": task.rsplit("/", 1)[1], "kind": "fs", "lag": "-2"}
    )
    assert tied.status_code == 303 and "1.1 新课题" in coordinator.get(second).text
    assert "2 新课题" in coordinator.get(task).text
    assert count(inside, Link) == 1 and count(inside, Effort) == 1 and count(inside, Allocation) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": "1"}, "The number 1 is taken"), ({"number": "x" * 21}, "21 characters long"), ({"number": "  "}, "Please fill in “Number”"),
        ({"title_zh": ""}, "Give a title in Chinese or in English"), ({"ends_on": "2026-02-01"}, "must not lie before the start"),
        ({"starts_on": "2025-12-31"}, "has to lie within"), ({"ends_on": "2028-01-01"}, "has to lie within"),
        ({"starts_on": "31.12.2026"}, "Write the date"), ({"parent_id": "999999"}, "This choice is not on the list"),
        ({"organisation_id": "999999"}, "This choice is not on the list"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_node_is_said_at_its_field(coordinator: Any, world: Any, inside: Any, plan: dict[str, int], wrong: dict[str, str], sentence: str) -> None:  # fmt: skip
    before = count(inside, Node)
    sent = {**FIELDS, "organisation_id": str(world.ours.lead.id), **wrong}
    answer = coordinator.post(f"/projects/{world.ours.project.id}/nodes/new", data=sent)
    assert answer.status_code == 422 and sentence in answer.text, answer.text[-3000:]
    assert "目标文字" in answer.text and count(inside, Node) == before
    if "starts_on" in wrong or "ends_on" in wrong:
        assert next(iter(wrong.values())) in answer.text


def test_days_of_a_task_lie_within_what_it_lies_in(
    coordinator: Any, world: Any, inside: Any, plan: dict[str, int]
) -> None:
    edit = coordinator.get(f"/nodes/{plan['one']}/edit").text
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', edit).group(1)
    sent = {**FIELDS, "number": "1", "organisation_id": world.ours.lead.id, "version": version}
    answer = coordinator.post(f"/nodes/{plan['one']}/edit", data=sent)
    assert answer.status_code == 422 and "lies in it and takes from" in answer.text
    assert node(inside, plan["one"])["version"] == int(version)
    below = {
        **FIELDS,
        "number": "1.2",
        "parent_id": plan["one"],
        "organisation_id": world.ours.lead.id,
        "ends_on": "2029-01-01",
    }
    answer = coordinator.post(f"/projects/{world.ours.project.id}/nodes/new", data=below)
    assert answer.status_code == 422 and "has to lie within “1 节点1”" in answer.text


def test_a_node_is_not_offered_a_place_in_itself(coordinator: Any, plan: dict[str, int]) -> None:
    offered = coordinator.get(f"/nodes/{plan['one']}/edit").text
    choices = re.search(r'<select[^>]*name="parent_id".*?</select>', offered, re.DOTALL).group(0)
    assert "2 节点2" in choices and "节点1.1" not in choices and ">1 节点1<" not in choices


@pytest.mark.parametrize(
    ("address", "sent", "sentence"),
    [
        ("/nodes/{task}/effort/new", {"months": "-1"}, "lie between 0 and"), ("/nodes/{task}/effort/new", {"months": "1.005"}, "at most two decimals"),
        ("/nodes/{task}/effort/new", {"months": "sNaN"}, "Write person-months with digits"), ("/nodes/{task}/effort/new", {"months": "100001"}, "lie between 0 and"),
        ("/nodes/{task}/money/new", {"category": "labour", "source": "own", "amount": "-5"}, "must not be negative"),
        ("/nodes/{task}/money/new", {"category": "equipment", "source": "own", "amount": "1233567.90"}, "this is 0.01 yuan more"),
        ("/nodes/{task}/money/new", {"category": "feast", "source": "own", "amount": "5"}, "This choice is not on the list"),
    ],
)  # fmt: skip
def test_work_and_money_beyond_what_is_possible(coordinator: Any, world: Any, inside: Any, plan: dict[str, int], address: str, sent: Any, sentence: str) -> None:  # fmt: skip
    data = {"organisation_id": world.ours.member.id, **sent}
    answer = coordinator.post(address.format_map(plan), data=data)
    assert answer.status_code == 422 and sentence in answer.text, answer.text[-2500:]
    typed = sent.get("months") or sent["amount"]
    assert f'value="{typed}"' in answer.text
    assert count(inside, Allocation) == 1
    with inside():
        assert db.session.get_one(Effort, plan["effort"]).months == Decimal("12.50")


def test_a_ring_is_refused_with_its_names(coordinator: Any, inside: Any, plan: dict[str, int]) -> None:
    answer = coordinator.post(
        f"/nodes/{plan['task']}/links/new", data={"before_id": plan["two"], "kind": "ss", "lag": "77"}
    )
    assert answer.status_code == 422 and "2 → 1.1 → 2" in answer.text and 'value="77"' in answer.text
    assert count(inside, Link) == 1


def test_a_node_with_others_in_it_is_not_removed(coordinator: Any, inside: Any, plan: dict[str, int]) -> None:
    answer = coordinator.post(f"/nodes/{plan['one']}/remove", data={"reason": "不再需要"})
    assert answer.status_code == 409 and "Other nodes lie in this one" in answer.text and "不再需要" in answer.text
    assert coordinator.post(f"/nodes/{plan['task']}/remove", data={"reason": ""}).status_code == 422
    answer = coordinator.post(f"/nodes/{plan['task']}/remove", data={"reason": "不再需要"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/plan")
    assert count(inside, Effort) == count(inside, Allocation) == count(inside, Link) == 0
    assert coordinator.get(f"/nodes/{plan['task']}").status_code == 404


def test_two_who_change_one_node_at_once(coordinator: Any, world: Any, inside: Any, plan: dict[str, int]) -> None:
    page = f"/nodes/{plan['two']}/edit"
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', coordinator.get(page).text).group(1)
    sent = {
        **FIELDS,
        "number": "2",
        "organisation_id": world.ours.other.id,
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "version": version,
    }
    assert coordinator.post(page, data={**sent, "title_zh": "甲的题目"}).status_code == 303
    second = coordinator.post(page, data={**sent, "title_zh": "乙的题目", "organisation_id": world.ours.member.id})
    assert (
        second.status_code == 409
        and "甲的题目" in second.text
        and "乙的题目" in second.text
        and "晨星研究院" in second.text
    )
    assert node(inside, plan["two"])["title_zh"] == "甲的题目"
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', second.text).group(1)
    assert coordinator.post(page, data={**sent, "title_zh": "乙的题目", "version": version}).status_code == 303


@pytest.mark.parametrize(
    ("address", "field"),
    [("/efforts/{effort}/edit", "months"), ("/allocations/{money}/edit", "amount"), ("/links/{link}/edit", "lag")],
)
def test_two_who_change_one_figure_at_once(coordinator: Any, plan: dict[str, int], address: str, field: str) -> None:
    page = address.format_map(plan)
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', coordinator.get(page).text).group(1)
    sent = {"version": version, "kind": "fs"}
    assert coordinator.post(page, data={**sent, field: "7"}).status_code == 303
    second = coordinator.post(page, data={**sent, field: "8"})
    assert (
        second.status_code == 409 and 'value="8"' in second.text and "Saved by somebody else meanwhile" in second.text
    )


def test_money_is_seen_by_whom_it_concerns(
    sign_in: Callable[..., Any], world: Any, inside: Any, plan: dict[str, int]
) -> None:
    people = world.ours.people
    for person, sees in (
        (people.member, True),
        (people.coordinator, True),
        (people.expert, True),
        (people.auditor, True),
        (people.other_member, False),
    ):
        browser = sign_in(person)
        for page in (f"/nodes/{plan['task']}", f"/projects/{world.ours.project.id}/plan?as=csv"):
            assert ("1,000.00" in (text := browser.get(page).text) or "1000.00" in text) is sees, (person, page)
        assert "12.50" in browser.get(f"/nodes/{plan['task']}").text
    waiting = sign_in(people.other_member).get(f"/nodes/{plan['two']}").text
    assert "1.1 节点1.1" in waiting and "晨星成员" in waiting


def test_members_read_the_plan_and_change_nothing(
    sign_in: Callable[..., Any], world: Any, plan: dict[str, int]
) -> None:
    browser = sign_in(world.ours.people.member)
    shown = browser.get(f"/projects/{world.ours.project.id}/plan").text
    assert "节点1.1" in shown and "nodes/new" not in shown and "plan/settings" not in shown
    for address in (
        "/nodes/{one}/edit",
        "/nodes/{one}/remove",
        "/efforts/{effort}/edit",
        "/allocations/{money}/edit",
        "/links/{link}/remove",
    ):
        assert browser.get(address.format_map(plan)).status_code == 403
    assert sign_in(world.theirs.people.coordinator).get(f"/nodes/{plan['one']}").status_code == 404


def test_the_levels_are_called_as_the_profile_says(coordinator: Any, world: Any, plan: dict[str, int]) -> None:
    page = f"/projects/{world.ours.project.id}/plan"
    assert "Sub-project" in coordinator.get(page).text
    sent = coordinator.post(f"{page}/settings", data={"profile": "european", "calendar": "WEEK"})
    assert sent.status_code == 303
    assert "Work package" in coordinator.get(page).text and "Sub-project" not in coordinator.get(page).text
    again = re.search(r'name="version"[^>]*value="([0-9]+)"', coordinator.get(f"{page}/settings").text).group(1)
    wrong = coordinator.post(f"{page}/settings", data={"profile": "european", "calendar": "MARS", "version": again})
    assert wrong.status_code == 422


def test_the_export_holds_what_the_page_shows(coordinator: Any, world: Any, plan: dict[str, int]) -> None:
    page = f"/projects/{world.ours.project.id}/plan"
    rows = list(csv.DictReader(io.StringIO(coordinator.get(f"{page}?as=csv").text.lstrip("\ufeff"))))
    assert [row["Number"] for row in rows] == ["1", "1.1", "2"]
    assert [row["Person-months in all"] for row in rows] == ["12.50", "12.50", "0.00"]
    few = list(
        csv.DictReader(io.StringIO(coordinator.get(f"{page}?as=csv&firm={world.ours.other.id}").text.lstrip("\ufeff")))
    )
    assert [row["Number"] for row in few] == ["2"]
    assert coordinator.get(f"{page}?as=xlsx").data[:2] == b"PK"
    assert coordinator.get(f"{page}?firm=99999999999999999999&as=csv").status_code == 200


def test_the_search_finds_nodes(coordinator: Any, plan: dict[str, int]) -> None:
    assert f"/nodes/{plan['task']}" in coordinator.get("/search?q=节点1.1").text


def test_every_tab_of_a_project_leads_somewhere(coordinator: Any, app: Any, world: Any) -> None:
    from consortium.core import features

    endpoints = [tab.endpoint for tabs in features.declared("shown", "PROJECT_TABS") for tab in tabs]
    assert "plans.show" in endpoints and not set(endpoints) - set(app.view_functions)
    page = coordinator.get(f"/projects/{world.ours.project.id}").text
    assert page.count('aria-current="page"') >= 1 and f"/projects/{world.ours.project.id}/plan" in page


def test_a_project_is_not_moved_off_its_plan(coordinator: Any, world: Any, inside: Any, plan: dict[str, int]) -> None:
    page = f"/projects/{world.ours.project.id}/edit"
    shown = coordinator.get(page).text
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', shown).group(1)
    with inside():
        row = db.session.get_one(Project, world.ours.project.id)
        sent = {
            name: getattr(row, name)
            for name in (
                "kind",
                "title_zh",
                "title_en",
                "objective",
                "area",
                "lead_id",
                "budget",
                "trl_start",
                "trl_target",
            )
        }
    sent |= {"starts_on": "2026-01-01", "ends_on": "2027-06-30", "version": version}
    answer = coordinator.post(page, data=sent)
    assert answer.status_code == 422 and "would lie outside of this period: 1 节点1" in answer.text
    assert "2027-06-30" in answer.text


def test_a_firm_with_work_in_the_plan_stays(coordinator: Any, world: Any, inside: Any, plan: dict[str, int]) -> None:
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        part = next(row for row in project.participants if row.organisation_id == world.ours.member.id)
        for milestone in project.milestones:
            milestone.organisation_id = world.ours.lead.id
        from consortium.activity.services import record

        record("test", "amended", project, *project.milestones)
        db.session.commit()
        number = part.id
    answer = coordinator.post(f"/participants/{number}/leave", data={"reason": "退出"})
    assert answer.status_code == 409 and "1.1 节点1.1" in answer.text
    less = coordinator.get(f"/participants/{number}/edit").text
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', less).group(1)
    answer = coordinator.post(
        f"/participants/{number}/edit", data={"task": "任务", "budget": "999.99", "version": version}
    )
    assert answer.status_code == 422 and "0.01 yuan more are planned" in answer.text
    assert queries.natural("2") < queries.natural("10")


def test_a_change_of_an_approved_plan_waits_as_a_proposal(
    coordinator: Any, world: Any, inside: Any, plan: dict[str, int]
) -> None:
    from consortium.baselines import services as baselines
    from consortium.people.models import User
    from tests.factories import TODAY

    with inside():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        baselines.freeze(actor, db.session.get_one(Project, world.ours.project.id), name="批准的计划", as_of=TODAY)
        db.session.commit()
    asked = [
        (f"/projects/{world.ours.project.id}/nodes/new", {**FIELDS, "organisation_id": world.ours.lead.id}),
        (f"/nodes/{plan['two']}/effort/new", {"organisation_id": world.ours.member.id, "months": "3"}),
        (f"/nodes/{plan['two']}/money/new", {"organisation_id": world.ours.member.id, "category": "labour", "source": "own", "amount": "5"}),
        (f"/links/{plan['link']}/remove", {"reason": "不再等待"}), (f"/nodes/{plan['task']}/remove", {"reason": "合并"}),
        (f"/projects/{world.ours.project.id}/plan/settings", {"profile": "european", "calendar": "CN"}),
    ]  # fmt: skip
    before = {model: count(inside, model) for model in (Node, Effort, Allocation, Link)}
    for page, sent in asked:
        answer = coordinator.post(page, data=sent)
        assert answer.status_code == 303, (page, answer.text[-2000:])
        shown = coordinator.get(answer.headers["Location"])
        assert shown.status_code == 200 and "this is only a draft of a change request" in shown.text, (
            page,
            answer.headers["Location"],
        )
    assert {model: count(inside, model) for model in before} == before


def test_two_who_let_the_same_firm_work_in_a_node_hear_of_each_other(sign_in, world, plan, inside):
    browser, place = sign_in(world.ours.people.coordinator), f"/nodes/{plan['two']}/effort/new"
    typed = {"organisation_id": world.ours.member.id, "months": "12"}
    assert browser.post(place, data=typed).status_code == 303
    answer = browser.post(place, data=typed | {"months": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "already, with 12.00 person-months" in page and 'value="1' in page
    with inside():
        rows = db.session.scalars(select(Effort).where(Effort.node_id == plan["two"])).all()
        assert [row.months for row in rows] == [Decimal("12.00")]
