"""The pages of baselines and change requests, as people use them."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from consortium.baselines import services
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.core import clock
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.models import Allocation, Node
from consortium.projects import replanning
from consortium.projects.models import Milestone, Project
from tests.baselines.furniture import more, values_of

pytestmark = pytest.mark.slow


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]*)"', page)
    assert found, "no version in the page"
    return found[1]


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


def proposed(browser: Any, milestone: int, **more: str) -> str:
    """The address of the request that came of amending a milestone."""
    page = browser.get(f"/milestones/{milestone}/edit")
    assert page.status_code == 200
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', body(page)))
    chosen = re.search(r'<option value="(\d+)" selected', body(page)) or re.search(
        r'<option selected value="(\d+)"', body(page)
    )
    assert chosen
    fields |= {"organisation_id": chosen[1], "means": "第三方检测报告", **more}
    answer = browser.post(f"/milestones/{milestone}/edit", data=fields)
    assert answer.status_code == 303, body(answer)
    return str(answer.headers["Location"])


def hand_in(browser: Any, address: str, **more: str) -> Any:
    words = {
        "kind": "route",
        "summary": "推迟一个月",
        "reason": "设备到货晚",
        "version": version(body(browser.get(address))),
        **more,
    }
    return browser.post(f"{address}/submit", data=words)


def test_freezing_comparing_and_all_pages(sign_in: Any, ours: Any, inside: Callable[[], Any]) -> None:
    project = ours.project.id
    for language in ("en", "zh-CN"):
        browser = sign_in(ours.people.coordinator, language)
        assert browser.get(f"/projects/{project}/baselines").status_code == 200
        assert browser.get(f"/projects/{project}/compare").status_code == 200
    browser = sign_in(ours.people.coordinator)
    page = body(browser.get(f"/projects/{project}/baselines/new"))
    assert "This approves the plan" in page
    answer = browser.post(f"/projects/{project}/baselines/new", data={"name": "任务书", "as_of": "2026-11-22"})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    for name in (
        "",
        "?list=milestones",
        "?list=budget",
        "?list=nonsense",
        "?list=milestones&as=csv",
        "?list=milestones&as=xlsx",
    ):
        assert browser.get(address + name).status_code == 200, name
    assert "晨星里程碑甲" in body(browser.get(f"{address}?list=milestones&as=csv"))
    again = browser.post(f"/projects/{project}/baselines/new", data={"name": "再", "as_of": "2026-11-22"})
    assert again.status_code == 409 and "nothing to freeze" in body(again)
    for wrong in ({"name": "", "as_of": ""}, {"name": "二", "as_of": "2027-01-01"}):
        assert browser.post(f"/projects/{project}/baselines/new", data=wrong).status_code == 422


def test_a_change_from_its_form_to_its_effect(
    sign_in: Any, ours: Any, kept: int, milestones: list[int], inside: Callable[[], Any]
) -> None:
    browser = sign_in(ours.people.coordinator)
    address = proposed(browser, milestones[1], due_on="2027-08-01")
    page = body(browser.get(address))
    assert (
        "The plan is approved, so this is only a draft of a change request" in page
        and "2027-08-01" in page
        and "2027-06-02" in page
    )
    assert "Check with the authority" in page
    assert hand_in(browser, address, reason="").status_code == 422
    assert hand_in(browser, address).status_code == 303
    answer = browser.post(
        f"{address}/decide", data={"outcome": "approve", "decision": "", "version": version(body(browser.get(address)))}
    )
    assert answer.status_code == 303
    assert "2027-08-01" in body(browser.get(f"/milestones/{milestones[1]}"))
    page = body(browser.get(address))
    assert "Approved" in page and "Freeze a new baseline" in page
    assert (
        browser.post(f"/projects/{kept}/baselines/new", data={"name": "变更后", "as_of": "2026-11-22"}).status_code
        == 303
    )
    for query in ("", "?from=1&to=2", "?from=2&to=1", "?from=1&to=today&list=milestones"):
        page = body(browser.get(f"/projects/{kept}/compare{query}"))
        assert ("2027-08-01" in page) is (query != ""), query
    for wrong in ("?from=9", "?from=x", "?from=1&to=9", "?from=²"):
        assert browser.get(f"/projects/{kept}/compare{wrong}").status_code == 404
    csv = body(browser.get(f"/projects/{kept}/compare?from=1&to=2&as=csv")).splitlines()
    assert len(csv) == 2 and csv[1].endswith("2027-06-02,2027-08-01")
    sheet = zipfile.ZipFile(io.BytesIO(browser.get(f"/projects/{kept}/compare?from=1&to=2&as=xlsx").data))
    assert b"2027-08-01" in b"".join(sheet.read(name) for name in sheet.namelist())


def test_deleted_rows_stand_in_a_comparison(sign_in: Any, ours: Any, kept: int, milestones: list[int]) -> None:
    browser = sign_in(ours.people.coordinator)
    with_ties = body(
        browser.post(f"/milestones/{milestones[0]}/remove", data={"reason": "不再需要"}, follow_redirects=True)
    )
    assert "Removed" in with_ties and "晨星获批里程碑1" in with_ties, "a proposal, with all its fields"


def test_what_is_refused_is_refused_at_the_form(
    sign_in: Any, ours: Any, milestones: list[int], inside: Callable[[], Any]
) -> None:
    browser = sign_in(ours.people.coordinator)
    page = body(browser.get(f"/milestones/{milestones[0]}/edit"))
    fields = {
        "title_zh": "绝不丢失",
        "organisation_id": str(ours.lead.id),
        "due_on": "2031-01-01",
        "weight": "5",
        "means": "报告",
        "version": version(page),
    }
    answer = browser.post(f"/milestones/{milestones[0]}/edit", data=fields)
    assert answer.status_code == 422 and "has to lie within" in body(answer) and "绝不丢失" in body(answer)
    with inside():
        assert not db.session.scalar(select(ChangeRequest.id))


def test_a_member_proposes_for_its_own_things(
    sign_in: Any, ours: Any, kept: int, milestones: list[int], inside: Callable[[], Any]
) -> None:
    browser = sign_in(ours.people.member)
    assert "Propose a change" in body(browser.get(f"/milestones/{milestones[1]}"))
    assert "Propose a change" not in body(browser.get(f"/milestones/{milestones[0]}"))
    assert "another organisation" in body(browser.get(f"/milestones/{milestones[0]}/propose"))
    with inside():
        node = db.session.scalar(select(Node.id).where(Node.project_id == kept, Node.number == "2"))
        thing = db.session.scalar(
            select(Deliverable.id).where(Deliverable.project_id == kept, Deliverable.number == "D2")
        )
    for address in (f"/nodes/{node}/propose", f"/deliverables/{thing}/propose", f"/milestones/{milestones[1]}/propose"):
        page = body(browser.get(address))
        assert "Write what should stand there instead" in page, address
        assert f'href="{address}"' in body(browser.get(address.removesuffix("/propose")))
    sent = {"title_zh": "晨星成果改名", "organisation_id": str(ours.member.id), "node_id": str(node), "number": "D2", "kind": "report", "level": "sensitive",
            "due_on": "2027-06-30", "version": version(body(browser.get(f"/deliverables/{thing}/propose")))}  # fmt: skip
    answer = browser.post(f"/deliverables/{thing}/propose", data=sent)
    assert answer.status_code == 303, body(answer)
    address = answer.headers["Location"]
    assert browser.post(f"/milestones/{milestones[0]}/propose", data={"version": "1"}).status_code in (409, 422)
    assert hand_in(browser, address).status_code == 303
    assert browser.post(f"{address}/decide", data={"outcome": "approve", "version": "3"}).status_code == 403
    decider = sign_in(ours.people.coordinator)
    assert "Decide on a change of the plan" in body(decider.get("/waiting"))
    shown = body(decider.get(address))
    refused = decider.post(f"{address}/decide", data={"outcome": "reject", "decision": "", "version": version(shown)})
    assert refused.status_code == 422
    assert (
        decider.post(
            f"{address}/decide", data={"outcome": "reject", "decision": "理由不足", "version": version(shown)}
        ).status_code
        == 303
    )
    assert "理由不足" in body(browser.get(address))


def test_only_the_button_that_is_pressed_says_how_it_is_decided(
    sign_in: Any, ours: Any, milestones: list[int], inside: Callable[[], Any]
) -> None:
    """A browser sends every control of a form; what it sends twice is taken from the first."""
    browser = sign_in(ours.people.coordinator)
    address = proposed(browser, milestones[0], weight="55")
    hand_in(browser, address)
    shown = body(browser.get(address))
    refused = browser.post(f"{address}/decide", data={"outcome": "reject", "decision": "", "version": version(shown)})
    for page in (shown, body(refused)):
        controls = re.findall(r'<(\w+)[^>]*name="outcome"[^>]*value="(\w*)"', page)
        assert controls == [("button", "approve"), ("button", "reject")]
    for outcome in ("", "else"):
        words = {"outcome": outcome, "decision": "意见", "version": version(shown)}
        assert browser.post(f"{address}/decide", data=words).status_code == 422
    with inside():
        assert db.session.scalars(select(ChangeRequest.state).order_by(ChangeRequest.id.desc())).first() == "submitted"


def test_two_decide_at_once(sign_in: Any, ours: Any, milestones: list[int], inside: Callable[[], Any]) -> None:
    first, second = sign_in(ours.people.coordinator), sign_in(ours.people.coordinator)
    address = proposed(first, milestones[0], weight="55")
    hand_in(first, address)
    seen = version(body(first.get(address)))
    words = {"outcome": "approve", "decision": "第一个", "version": seen}
    assert first.post(f"{address}/decide", data=words).status_code == 303
    answer = second.post(f"{address}/decide", data={**words, "outcome": "reject", "decision": "第二个意见"})
    assert answer.status_code == 409 and "第一个" in body(answer)
    with inside():
        assert db.session.get_one(Milestone, milestones[0]).weight == 55


def test_a_stale_request_is_told_and_renewed_by_its_proposer(
    sign_in: Any, ours: Any, milestones: list[int], inside: Callable[[], Any]
) -> None:
    browser = sign_in(ours.people.coordinator)
    address = proposed(browser, milestones[0], weight="55")
    hand_in(browser, address)
    with inside(), replanning.at_once():
        from consortium.projects import services as projects

        row = db.session.get_one(Milestone, milestones[0])
        projects.amend_milestone(db.session.get_one(User, ours.people.coordinator.id), row, **values_of(row, weight=66))
        db.session.commit()
    page = body(browser.get(address))
    assert "The plan has changed since this was proposed" in page
    words = {"outcome": "approve", "decision": "", "version": version(page)}
    answer = browser.post(f"{address}/decide", data=words)
    assert answer.status_code == 409 and "is not as it was" in body(answer)
    assert browser.post(f"{address}/renew", data={"version": version(page)}).status_code == 303
    words["version"] = version(body(browser.get(address)))
    assert browser.post(f"{address}/decide", data=words).status_code == 303


def test_a_request_that_was_seen_before_it_was_renewed_is_not_decided_unseen(
    sign_in: Any, ours: Any, milestones: list[int]
) -> None:
    browser = sign_in(ours.people.coordinator)
    address = proposed(browser, milestones[0], weight="55")
    seen = version(body(browser.get(address)))
    proposed(browser, milestones[1], weight="44")
    answer = browser.post(f"{address}/submit", data={"kind": "route", "summary": "一", "reason": "二", "version": seen})
    assert answer.status_code == 409 and "Somebody else changed this" in body(answer)


def test_money_of_other_firms_is_hidden_wherever_rows_are_shown(
    sign_in: Any, ours: Any, world: Any, kept: int, inside: Callable[[], Any]
) -> None:
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        for place in ("1", "2"):
            node = db.session.scalar(select(Node).where(Node.project_id == kept, Node.number == place))
            row = db.session.scalar(select(Allocation).where(Allocation.node_id == node.id))
            request: Any = plans.reallocate(actor, row, amount=row.amount - 1)
        services.submit(actor, services.write(actor, request, kind=request.kind, summary="份额", reason="调整"))
        services.decide(actor, request, outcome="approve", decision="决议 1")
        services.freeze(actor, db.session.get_one(Project, kept), name="二", as_of=clock.today())
        number, baselines = request.id, list(db.session.scalars(select(Baseline.id).where(Baseline.project_id == kept)))
        db.session.commit()
    pages = [
        f"/changes/{number}", f"/projects/{kept}/compare?from=1&to=2", f"/projects/{kept}/compare?from=1&to=2&as=csv", f"/projects/{kept}/baselines",
        *(f"/baselines/{one}?list={name}{as_}" for one in baselines for name in ("budget", "participants") for as_ in ("", "&as=csv")),
    ]  # fmt: skip
    people = {
        "coordinator": ("17531", "27531"),
        "member": ("27531",),
        "other_member": (),
        "expert": ("17531", "27531"),
        "auditor": ("17531", "27531"),
    }
    for name, seen in people.items():
        browser = sign_in(getattr(ours.people, name))
        together = "".join(body(browser.get(page)) for page in pages).replace(",", "")
        for amount in ("17531", "27531"):
            assert (amount in together) is (amount in seen), (name, amount)
        # The share of each firm in the project as well: all have the same here, so they are counted.
        shares = body(browser.get(f"/baselines/{baselines[0]}?list=participants")).replace(",", "").count("1234567.89")
        assert shares == (1 if "member" in name else 3), name
    assert "not shown to you" in body(sign_in(ours.people.member).get(f"/changes/{number}"))
    officer = sign_in(world.people.officer_elsewhere)
    assert all(officer.get(page).status_code == 404 for page in pages)


def test_an_authority_does_not_learn_of_internal_deliverables_or_of_drafts(sign_in: Any, ours: Any, world: Any, kept: int, milestones: list[int],
                                                                          inside: Callable[[], Any]) -> None:  # fmt: skip
    draft = proposed(sign_in(ours.people.coordinator), milestones[0], weight="55")
    with inside():
        from consortium.consortia.models import Consortium

        db.session.get_one(Consortium, ours.consortium.id)
        baseline = db.session.scalar(select(Baseline.id).where(Baseline.project_id == kept))
    officer = sign_in(world.people.officer)
    page = officer.get(f"/baselines/{baseline}?list=deliverables")
    assert page.status_code == 200
    assert "晨星成果1" not in body(page) and "晨星成果2" in body(page)
    assert "D1" not in body(officer.get(f"/baselines/{baseline}?list=ties&as=csv"))
    assert officer.get(draft).status_code == 404
    assert "CR1" not in body(officer.get(f"/projects/{kept}/baselines"))
    assert sign_in(ours.people.member).get(draft).status_code == 200


def test_lists_ask_no_more_when_they_are_longer(sign_in: Any, ours: Any, kept: int, inside: Callable[[], Any]) -> None:
    browser = sign_in(ours.people.coordinator)

    def asked(path: str) -> int:
        found: list[str] = []

        def count(*given: Any) -> None:
            found.append(given[2])

        with inside():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", count)
        assert browser.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", count)
        return len(found)

    def grow(times: int) -> None:
        with inside():
            project = db.session.get_one(Project, ours.project.id)
            people = tuple(
                db.session.get_one(User, getattr(ours.people, name).id) for name in ("coordinator", "member")
            )
            more(project, db.session.get_one(Organisation, ours.member.id), people, times)
            db.session.commit()

    paths = (f"/projects/{kept}/baselines", f"/projects/{kept}/compare?from=1", "/waiting")
    grow(1)
    asked(paths[0])  # the first page of a process prepares more than it shows
    before = [asked(path) for path in paths]
    grow(3)
    assert [asked(path) for path in paths] == before


def test_a_changed_baseline_is_found(sign_in: Any, ours: Any, kept: int, inside: Callable[[], Any]) -> None:
    with inside():
        row = db.session.scalar(select(Baseline).where(Baseline.project_id == kept))
        number = row.id
        db.session.connection().exec_driver_sql(
            f"UPDATE baseline SET rows = replace(rows, '3.50', '4.50') WHERE id = {number}"
        )
        db.session.commit()
    assert "not the ones that were frozen" in body(sign_in(ours.people.expert).get(f"/baselines/{number}"))
