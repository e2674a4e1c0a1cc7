"""A large import is done by a job: once, whole or not at all, for who still may, and told where people look."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from consortium.activity.models import Event, Notification
from consortium.activity.services import record
from consortium.activity.verbs import feed
from consortium.baselines import drafting
from consortium.baselines.layout import rows_of
from consortium.baselines.models import ChangeRequest
from consortium.baselines.services import decide, freeze, renew, submit, withdraw, write
from consortium.core import clock, words
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.exchange import services
from consortium.exchange.models import PlanImport
from consortium.exchange.planning import Carrying
from consortium.jobs import queue, worker
from consortium.jobs.models import Job
from consortium.jobs.services import claim
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.plans import services as plans
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.replanning import AT_ONCE
from tests import factories
from tests.exchange.furniture import HEADS
from tests.exchange.plans import operator, workbook

pytestmark = pytest.mark.slow

DAY = datetime.date
FROM, TO = DAY(2026, 2, 1), DAY(2027, 6, 30)
MANY = AT_ONCE + 1


def nodes(count: int, first: int = 1) -> list[list[Any]]:
    """Rows of so many nodes under the first one."""
    return [[str(number), None if number == first else str(first), "节点", "", "晨星牵头", FROM, TO, ""] for number in range(first, first + count)]  # fmt: skip


@pytest.fixture
def desk(
    app: Flask, world: Any, inside: Callable[[], Any], sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SimpleNamespace]:
    """A coordinator's browser; wake-up calls are only written down, and `work` answers them as a worker does."""
    calls: list[int] = []
    monkeypatch.setattr(queue, "wake", calls.append)
    monkeypatch.setattr(worker, "_app", app)
    home = f"/projects/{world.ours.project.id}"

    def work() -> None:
        while calls:
            worker.do(calls.pop(0))

    yield SimpleNamespace(
        browser=sign_in(world.ours.people.coordinator), home=home, project=world.ours.project.id, calls=calls, work=work, inside=inside,
        person=world.ours.people.coordinator.id,
    )  # fmt: skip


def brought(desk: SimpleNamespace, rows: list[list[Any]], name: str = "plan.xlsx", **sheets: Any) -> str:
    """The page of a file that was brought."""
    content = workbook({"nodes": [HEADS, *rows], **sheets})
    answer = desk.browser.post(f"{desk.home}/import", data={"files": (io.BytesIO(content), name)}, content_type="multipart/form-data")  # fmt: skip
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def confirmed(desk: SimpleNamespace, at: str) -> Any:
    """What comes of confirming what the page shows."""
    seen = re.search(r'name="seen" value="(\w+)"', desk.browser.get(at).text)
    assert seen is not None
    return desk.browser.post(at, data={"removes": "", "seen": seen[1]})


def count(desk: SimpleNamespace) -> int:
    with desk.inside():
        return len(rows_of(db.session.get_one(Project, desk.project))["nodes"])


def states(desk: SimpleNamespace) -> tuple[list[str], list[str]]:
    """The states of imports and of jobs."""
    with desk.inside():
        imports = list(db.session.scalars(select(PlanImport.state).order_by(PlanImport.id)))
        return imports, list(db.session.scalars(select(Job.state).where(Job.kind == "plan import").order_by(Job.id)))


def test_a_large_import_and_its_undoing_go_on_by_themselves(desk: SimpleNamespace) -> None:
    at = brought(desk, nodes(MANY))
    assert "goes on by itself" in desk.browser.get(at).text
    answer = confirmed(desk, at)
    assert answer.status_code == 303 and answer.location == at
    page = desk.browser.get(at).text
    assert "The plan is being imported" in page and "Import all of this" not in page and "every 2s" in page
    assert "Being imported" in desk.browser.get(f"{desk.home}/imports").text
    assert "Import of the file “plan.xlsx”" in desk.browser.get("/").text
    part = desk.browser.get(f"{at}/state")
    assert "HX-Refresh" not in part.headers and "every 2s" in part.text and count(desk) == 0
    desk.work()
    assert count(desk) == MANY and states(desk) == (["imported"], ["done"])
    part = desk.browser.get(f"{at}/state")
    assert part.headers["HX-Refresh"] == "true" and "every 2s" not in part.text
    assert "Undo this import" in desk.browser.get(at).text
    with desk.inside():
        event = db.session.scalars(select(Event).where(Event.verb == "imported a plan")).one()
        assert event.actor_id == desk.person and event.facts["counts"] == {"nodes": [MANY, 0, 0]}
        told = list(db.session.scalars(select(Notification).where(Notification.href == f"{desk.home}/plan")))
        assert told and len({row.user_id for row in told}) == len(told)
    assert desk.browser.post(f"{at}/undo").status_code == 303
    page = desk.browser.get(at).text
    assert "The import is being undone" in page and "Undo this import" not in page and count(desk) == MANY
    assert desk.browser.post(f"{at}/undo").status_code == 409
    desk.work()
    assert count(desk) == 0 and states(desk) == (["undone"], ["done", "done"])


def test_a_small_one_is_done_at_once(desk: SimpleNamespace) -> None:
    at = brought(desk, nodes(AT_ONCE))
    assert confirmed(desk, at).status_code == 303
    assert count(desk) == AT_ONCE and desk.calls == [] and states(desk) == (["imported"], [])
    assert desk.browser.post(f"{at}/undo").status_code == 303 and count(desk) == 0 and desk.calls == []


def test_a_second_job_for_the_same_import_cannot_be_asked_for(desk: SimpleNamespace) -> None:
    at = brought(desk, nodes(MANY))
    seen = re.search(r'name="seen" value="(\w+)"', desk.browser.get(at).text)[1]  # type: ignore[index]
    assert desk.browser.post(at, data={"removes": "", "seen": seen}).status_code == 303
    again = desk.browser.post(at, data={"removes": "", "seen": seen})
    assert again.status_code == 409 and "This file is being imported" in again.text
    assert desk.browser.post(f"{at}/undo").status_code == 409
    assert states(desk) == (["importing"], ["queued"])
    with desk.inside():
        row = db.session.scalars(select(PlanImport)).one()
        with pytest.raises(services.NotNow):
            services.take(operator(row.project), row, removes=False, seen=seen)


def test_what_is_refused_is_told_on_the_page_and_can_be_asked_for_again(desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    add, refused = plans.add_node, ["150", "151"]

    def picky(actor: Any, project: Any, *, number: str, **values: Any) -> Any:
        if number in refused:
            raise Refused("", title_zh="This node is not wanted.")
        return add(actor, project, number=number, **values)

    monkeypatch.setattr(plans, "add_node", picky)
    at = brought(desk, nodes(MANY))
    assert confirmed(desk, at).status_code == 303
    desk.work()
    assert count(desk) == 0 and states(desk) == (["previewed"], ["failed"])
    for address in (at, "/"):
        page = desk.browser.get(address).text
        assert "nodes!C151: This node is not wanted. 1 more cell or row is wrong." in page, page
    assert "Import all of this" in desk.browser.get(at).text
    with desk.inside():
        row = db.session.scalars(select(PlanImport)).one()
        assert "broke off the import" in db.session.scalars(select(Event.verb).where(Event.subject_id == row.id)).all()
    refused.clear()
    assert confirmed(desk, at).status_code == 303
    desk.work()
    assert count(desk) == MANY and states(desk) == (["imported"], ["failed", "done"])
    assert "not wanted" not in desk.browser.get(at).text.partition('id="history"')[0]


def test_the_right_is_asked_again_when_the_job_runs(desk: SimpleNamespace) -> None:
    at = brought(desk, nodes(MANY))
    confirmed(desk, at)
    with desk.inside():
        for seat in db.session.scalars(select(Seat).where(Seat.user_id == desk.person)):
            db.session.delete(seat)
            record("test", "took the seat", seat)
        db.session.commit()
    desk.work()
    assert count(desk) == 0 and states(desk) == (["previewed"], ["failed"])
    with desk.inside():
        assert "may not change the plan any more" in str(db.session.scalars(select(Job.problem)).first())


def test_a_plan_that_changed_meanwhile_refuses_the_job(desk: SimpleNamespace) -> None:
    at = brought(desk, nodes(MANY))
    confirmed(desk, at)
    with desk.inside():
        project = db.session.get_one(Project, desk.project)
        lead = db.session.get_one(Organisation, project.lead_id)
        plans.add_node(operator(project), project, number="1", parent=None, title_zh="别的", title_en="", lead=lead, starts_on=FROM, ends_on=TO)  # fmt: skip
        db.session.commit()
    desk.work()
    assert count(desk) == 1 and states(desk) == (["previewed"], ["failed"])
    page = desk.browser.get(at).text
    assert "The plan has changed since this preview was made" in page and "Import all of this" in page


def test_a_worker_that_is_killed_leaves_nothing_and_another_does_it(
    desk: SimpleNamespace, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed(desk, brought(desk, nodes(MANY)))
    (number,) = desk.calls
    carried = Carrying.carry

    class Killed(BaseException):
        """As if the process ended here."""

    def half(self: Carrying) -> None:
        carried(self)
        raise Killed

    monkeypatch.setattr(Carrying, "carry", half)
    with pytest.raises(Killed):
        worker.do(number)
    monkeypatch.setattr(Carrying, "carry", carried)
    assert count(desk) == 0 and states(desk) == (["importing"], ["running"])
    worker.do(number)
    assert states(desk)[1] == ["running"], "its lease has not run out yet"
    with clock.at(factories.NOW + datetime.timedelta(minutes=2)):
        worker.reap()
    assert count(desk) == MANY and states(desk) == (["imported"], ["done"])
    worker.do(number)
    with desk.inside():
        assert db.session.scalar(select(func.count(Event.id)).where(Event.verb == "imported a plan")) == 1


def test_thrice_broken_off_it_can_be_confirmed_again(desk: SimpleNamespace, app: Flask) -> None:
    at = brought(desk, nodes(MANY))
    confirmed(desk, at)
    (number,) = desk.calls
    for minutes in (0, 2, 4):
        with clock.at(factories.NOW + datetime.timedelta(minutes=minutes)), desk.inside():
            assert claim(number)
    with clock.at(factories.NOW + datetime.timedelta(minutes=6)):
        worker.reap()
    assert states(desk) == (["previewed"], ["failed"]) and "three times" in desk.browser.get(at).text


def test_who_asked_takes_it_back(desk: SimpleNamespace) -> None:
    at = brought(desk, nodes(MANY))
    confirmed(desk, at)
    (number,) = desk.calls
    assert f"/jobs/{number}/cancel" in desk.browser.get(at).text
    assert desk.browser.post(f"/jobs/{number}/cancel").location == at
    desk.work()
    assert count(desk) == 0 and states(desk) == (["previewed"], ["cancelled"])
    page = desk.browser.get(at).text
    assert "Taken back by" in page and "Import all of this" in page


def test_a_large_import_into_an_approved_plan_becomes_a_request_that_each_reads_in_his_language(
    desk: SimpleNamespace, sign_in: Callable[..., Any], world: Any
) -> None:
    with desk.inside():
        freeze(db.session.get_one(User, desk.person), db.session.get_one(Project, desk.project), name="批准", as_of=DAY(2026, 11, 22))  # fmt: skip
        db.session.commit()
    at = brought(desk, nodes(MANY))
    confirmed(desk, at)
    with words.reading_in("zh_Hans"):
        desk.work()
    assert states(desk) == (["proposed"], ["done"]) and count(desk) == 0
    with desk.inside():
        request = db.session.scalars(select(ChangeRequest)).one()
        number = request.id
        assert request.proposed_by_id == desk.person and request.title == "CR1 Import of the file “plan.xlsx”"
        with words.reading_in("zh_Hans"):
            assert "Import" not in str(request.title) and "plan.xlsx" in str(request.title)
            (line,) = feed([db.session.scalars(select(Event).where(Event.verb == "proposed the change")).one()])
            assert "Import" not in str(line["text"]) and "plan.xlsx" in str(line["text"])
    assert "Import of the file “plan.xlsx”" in desk.browser.get(f"/changes/{number}").text
    chinese = sign_in(world.ours.people.coordinator, "zh").get(f"/changes/{number}").text
    assert "Import of the file" not in chinese and "plan.xlsx" in chinese
    assert f"/changes/{number}" in desk.browser.get(at).text


@pytest.fixture
def proposed(desk: SimpleNamespace) -> int:
    """A large import into an approved plan, as a request that is handed in."""
    with desk.inside():
        freeze(db.session.get_one(User, desk.person), db.session.get_one(Project, desk.project), name="批准", as_of=DAY(2026, 11, 22))  # fmt: skip
        db.session.commit()
    effort = [("node", "organisation", "months"), *([str(number), "晨星成员", 1] for number in range(2, 60))]
    confirmed(desk, brought(desk, nodes(MANY), effort=effort))
    desk.work()
    with desk.inside():
        request, person = db.session.scalars(select(ChangeRequest)).one(), db.session.get_one(User, desk.person)
        write(person, request, kind=request.kind, summary=request.summary, reason="导入")
        submit(person, request)
        db.session.commit()
        return request.id


def approve(desk: SimpleNamespace, number: int) -> Any:
    """What comes of approving a request as its page shows it."""
    page = desk.browser.get(f"/changes/{number}").text
    version = re.findall(r'name="version"[^>]*value="(\d+)"', page)[-1]
    answer = {"version": version, "outcome": "approve", "decision": "理事会第 1 号决议"}
    return desk.browser.post(f"/changes/{number}/decide", data=answer)


def of_requests(desk: SimpleNamespace) -> tuple[list[str], list[str]]:
    """The states of requests and of the jobs that approve them."""
    with desk.inside():
        jobs = select(Job.state).where(Job.kind == "plan change").order_by(Job.id)
        return list(db.session.scalars(select(ChangeRequest.state))), list(db.session.scalars(jobs))


def test_a_large_request_is_carried_out_by_a_job(desk: SimpleNamespace, proposed: int) -> None:
    assert approve(desk, proposed).status_code == 303
    page = desk.browser.get(f"/changes/{proposed}").text
    assert "The approval is being carried out" in page and "Approve and carry out" not in page and "every 2s" in page
    assert "Approval of “CR1 Import of the file" in desk.browser.get("/").text
    assert "HX-Refresh" not in desk.browser.get(f"/changes/{proposed}/state").headers
    with desk.inside():
        person, request = db.session.get_one(User, desk.person), db.session.get_one(ChangeRequest, proposed)
        for act in (
            lambda: decide(person, request, outcome="approve", decision="x"),
            lambda: withdraw(person, request),
        ):
            with pytest.raises(services.NotNow) as refusal:
                act()
            assert "being carried out" in str(refusal.value.message)
    assert count(desk) == 0 and of_requests(desk) == (["submitted"], ["queued"])
    desk.work()
    assert count(desk) == MANY and of_requests(desk) == (["approved"], ["done"])
    assert desk.browser.get(f"/changes/{proposed}/state").headers["HX-Refresh"] == "true"
    with desk.inside():
        request = db.session.get_one(ChangeRequest, proposed)
        assert (request.decided_by_id, request.decision) == (desk.person, "理事会第 1 号决议")
        assert len(rows_of(request.project)["effort"]) == 58
        assert db.session.scalar(select(func.count(Event.id)).where(Event.verb == "planned the work")) == 58


def test_a_large_request_that_does_not_fit_any_more_says_so(desk: SimpleNamespace, proposed: int, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    approve(desk, proposed)
    add = replanning.VERBS["node.add"]

    def picky(actor: Any, project: Any, **values: Any) -> Any:
        if values["number"] == "120":
            raise Refused("", title_zh="This node is not wanted.")
        return add(actor, project, **values)

    monkeypatch.setitem(replanning.VERBS, "node.add", picky)
    desk.work()
    assert count(desk) == 0 and of_requests(desk) == (["submitted"], ["failed"])
    page = desk.browser.get(f"/changes/{proposed}").text
    assert page.count("It cannot be carried out any more: This node is not wanted.") >= 2, "on top, and in its history"
    assert "Approve and carry out" in page
    monkeypatch.setitem(replanning.VERBS, "node.add", add)
    approve(desk, proposed)
    desk.work()
    assert count(desk) == MANY and of_requests(desk) == (["approved"], ["failed", "done"])


def test_the_right_to_decide_is_asked_again_when_the_job_runs(desk: SimpleNamespace, proposed: int) -> None:
    approve(desk, proposed)
    with desk.inside():
        db.session.get_one(User, desk.person).active = False
        record("test", "closed the account", db.session.get_one(User, desk.person))
        db.session.commit()
    desk.work()
    assert count(desk) == 0 and of_requests(desk) == (["submitted"], ["failed"])


def step(desk: SimpleNamespace, number: int, name: str, **sent: Any) -> Any:
    """What comes of a step with a request as its page shows it."""
    version = re.findall(r'name="version"[^>]*value="(\d+)"', desk.browser.get(f"/changes/{number}").text)[-1]
    return desk.browser.post(f"/changes/{number}/{name}", data={"version": version, **sent})


@pytest.fixture
def drafted(desk: SimpleNamespace, proposed: int) -> int:
    """The same as a draft."""
    with desk.inside():
        request = db.session.get_one(ChangeRequest, proposed)
        request.state = "draft"
        record("test", "amended", request)
        db.session.commit()
    return proposed


def test_a_large_request_is_renewed_by_a_job(desk: SimpleNamespace, drafted: int) -> None:
    """While it is tried nothing else is done with it; rows are written in batches and its events are for nothing."""
    assert step(desk, drafted, "renew").status_code == 303
    page = desk.browser.get(f"/changes/{drafted}").text
    assert "The request is being tried on the plan as it is now" in page and "goes on by itself" in page
    assert "every 2s" in page and "Keep the draft" not in page
    assert of_requests(desk) == (["draft"], ["queued"])
    with desk.inside():
        person, request = db.session.get_one(User, desk.person), db.session.get_one(ChangeRequest, drafted)
        for act in (
            lambda: submit(person, request), lambda: withdraw(person, request), lambda: renew(person, request),
            lambda: drafting.take_out(person, request, place=0), lambda: write(person, request, kind=request.kind, summary="x", reason="x"),
        ):  # fmt: skip
            with pytest.raises(services.NotNow, match="being tried"):
                act()
        lines, events = request.lines, db.session.scalar(select(func.count(Event.id)))
        request.lines = lines[:-1]
        record("test", "amended", request)
        db.session.commit()
    desk.work()
    assert of_requests(desk) == (["draft"], ["failed"]), "the request is not the one that was to be renewed"
    assert "has changed since this was asked for" in desk.browser.get(f"/changes/{drafted}").text
    step(desk, drafted, "renew")
    desk.work()
    assert of_requests(desk) == (["draft"], ["failed", "done"]) and count(desk) == 0
    page = desk.browser.get(f"/changes/{drafted}").text
    assert "ended without changing anything" not in page and "Keep the draft" in page
    with desk.inside():
        assert db.session.get_one(ChangeRequest, drafted).lines == lines
        told = select(Event.verb).where(Event.id > events)
        assert list(db.session.scalars(told.order_by(Event.id))) == [
            "amended",
            "broke off the change",
            "renewed the change",
        ]


def test_a_change_is_taken_out_of_a_large_draft_by_a_job(desk: SimpleNamespace, drafted: int, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    with desk.inside():
        asked = db.session.get_one(ChangeRequest, drafted).asked
        place = next(at for at, call in enumerate(asked) if call["verb"] == "effort.assign")
    refused = step(desk, drafted, "take-out", place="0")
    assert refused.status_code == 422 and "These build on it" in refused.text and of_requests(desk)[1] == []
    assign, called = replanning.VERBS["effort.assign"], list[int]()

    def picky(actor: Any, node: Any, organisation: Any, *, months: Any) -> Any:
        called.append(1)
        if len(called) == 20:
            raise Refused("", months="This work is not wanted.")
        return assign(actor, node, organisation, months=months)

    monkeypatch.setitem(replanning.VERBS, "effort.assign", picky)
    assert step(desk, drafted, "take-out", place=str(place)).status_code == 303
    desk.work()
    assert of_requests(desk) == (["draft"], ["failed"])
    page = desk.browser.get(f"/changes/{drafted}").text
    assert re.search(r"“Plan person-months: 2\d [^”]*”: This work is not wanted. Take that out first", page)
    monkeypatch.setitem(replanning.VERBS, "effort.assign", assign)
    step(desk, drafted, "take-out", place=str(place))
    assert of_requests(desk)[1] == ["failed", "queued"]
    desk.work()
    with desk.inside():
        left = db.session.get_one(ChangeRequest, drafted).asked
        assert left == asked[:place] + asked[place + 1 :]
    assert of_requests(desk) == (["draft"], ["failed", "done"]) and count(desk) == 0


def test_a_request_that_is_tried_once_more_writes_in_batches(desk: SimpleNamespace, drafted: int) -> None:
    """A row costs no more than when it is carried out: no event, no notification, no statement of its own for each look at the whole."""
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    with desk.inside():
        person, request = db.session.get_one(User, desk.person), db.session.get_one(ChangeRequest, drafted)
        event.listen(db.engine, "before_cursor_execute", note)
        renew(person, request)
        drafting.take_out(person, request, place=len(request.asked) - 1)
        event.remove(db.engine, "before_cursor_execute", note)
        rows = 2 * (MANY + 58)
        assert len(asked) < 3 * rows, len(asked)
        assert sum(one.startswith(("INSERT INTO event ", "INSERT INTO notification")) for one in asked) <= 2


def test_a_refusal_is_told_until_the_import_goes_on_without_that_job(desk: SimpleNamespace) -> None:
    """A job that was taken back says nothing of what is imported at once afterwards."""
    confirmed(desk, brought(desk, nodes(150)))
    desk.work()
    at = brought(desk, nodes(90, first=500), name="second.xlsx")
    for removes in ("1", ""):
        page = desk.browser.get(f"{at}?chosen=1{'&removes=1' if removes else ''}").text
        seen = re.search(r'name="seen" value="(\w+)"', page)
        assert seen and desk.browser.post(at, data={"removes": removes, "seen": seen[1]}).status_code == 303
        if removes:
            with desk.inside():
                number = db.session.scalar(select(Job.id).where(Job.state == "queued"))
            desk.browser.post(f"/jobs/{number}/cancel")
            assert "ended without changing anything" in desk.browser.get(at).text
    assert states(desk)[0] == ["imported", "imported"] and count(desk) == 240
    assert "ended without changing anything" not in desk.browser.get(at).text


def test_why_something_was_removed_is_read_in_ones_own_language(desk: SimpleNamespace) -> None:
    at = brought(desk, nodes(2))
    confirmed(desk, at)
    assert desk.browser.post(f"{at}/undo").status_code == 303
    with desk.inside():
        events = list(db.session.scalars(select(Event).where(Event.verb == "removed")))
        assert {str(line["note"]) for line in feed(events)} == {"Undo of the import of “plan.xlsx”"}
        with words.reading_in("zh_Hans"):
            notes = {str(line["note"]) for line in feed(events)}
            assert len(notes) == 1 and "Undo" not in notes.pop()


def test_rows_are_written_in_batches(desk: SimpleNamespace) -> None:
    """A row and its event are one statement each, and a look whether its number is free another; looks at the whole of the plan come once."""

    def statements(first: int, size: int) -> int:
        some = nodes(size, first)
        work = [("node", "organisation", "months"), *([row[0], "晨星成员", 1] for row in some)]
        links = [("before", "after", "kind", "lag"), *([some[at][0], some[at + 1][0], "fs", 0] for at in range(1, size - 1))]  # fmt: skip
        content = workbook({"nodes": [HEADS, *some], "effort": work, "links": links})
        with desk.inside():
            project = db.session.get_one(Project, desk.project)
            preview = services.look(operator(project), project, ("a.xlsx", content), False)
            row = services.bring(operator(project), preview)
            asked: list[str] = []

            def note(*args: Any) -> None:
                asked.append(args[2])

            event.listen(db.engine, "before_cursor_execute", note)
            services.take(operator(project), row, removes=False, seen=preview.seen)
            db.session.commit()
            event.remove(db.engine, "before_cursor_execute", note)
            return len(asked)

    small, large = statements(1, 20), statements(1001, 60)
    assert (large - small) / (3 * 40) < 3, (small, large)
