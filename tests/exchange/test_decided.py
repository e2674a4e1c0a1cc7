"""An import into an approved plan follows what is decided on its change request, and so does its undoing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.baselines import drafting
from consortium.baselines.layout import rows_of
from consortium.baselines.models import ChangeRequest
from consortium.baselines.services import decide, freeze, submit, withdraw, write
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import NotNow
from consortium.exchange import services
from consortium.exchange.models import PlanImport
from consortium.people.models import User
from consortium.projects import services as projects
from consortium.projects.models import Project
from tests.baselines.furniture import values_of
from tests.exchange.furniture import HEADS
from tests.exchange.plans import workbook
from tests.exchange.test_imports import EFFORT, node

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(inside: Callable[[], Any], world: Any) -> Iterator[SimpleNamespace]:
    """Our first project with an approved plan, inside a session."""
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        person = db.session.get_one(User, world.ours.people.coordinator.id)
        freeze(person, project, name="批准", as_of=clock.today())
        yield SimpleNamespace(project=project, person=person)
        db.session.rollback()


def looked(desk: SimpleNamespace) -> Any:
    content = workbook({"nodes": [HEADS, node("1"), node("1.1", "1")], "effort": [EFFORT, ["1.1", "晨星成员", 3]]})
    return services.look(desk.person, desk.project, ("a.xlsx", content), False, tried=True)


def taken(desk: SimpleNamespace, row: PlanImport) -> ChangeRequest:
    """The change request that comes of carrying an import out, handed in."""
    seen = services.preview_of(desk.person, row, False).seen
    return handed_in(desk, services.take(desk.person, row, removes=False, seen=seen))


def handed_in(desk: SimpleNamespace, request: Any) -> ChangeRequest:
    assert isinstance(request, ChangeRequest)
    return submit(desk.person, write(desk.person, request, kind=request.kind, summary=request.summary, reason="导入"))


def settle(desk: SimpleNamespace, request: ChangeRequest, outcome: str = "approve") -> None:
    decide(desk.person, request, outcome=outcome, decision="理事会第 1 号决议")
    db.session.commit()


def brought(desk: SimpleNamespace) -> PlanImport:
    row = services.bring(desk.person, looked(desk))
    assert isinstance(row, PlanImport)
    return row


def said(row: PlanImport) -> list[str]:
    return [str(one["text"]) for one in feed(timeline(row), row)]


def test_it_is_imported_when_its_request_is_approved_and_undone_when_that_is(desk: SimpleNamespace) -> None:
    before, row = rows_of(desk.project), brought(desk)
    settle(desk, taken(desk, row))
    assert row.state == "imported" and rows_of(desk.project) != before and "imported the plan a.xlsx" in said(row)[0]
    assert services.cannot_undo(row) is None
    undoing = handed_in(desk, services.undo(desk.person, row))
    assert row.state == "imported"
    with pytest.raises(NotNow, match="proposed already"):
        services.undo(desk.person, row)
    settle(desk, undoing)
    assert row.state == "undone" and rows_of(desk.project) == before and "undid the import of a.xlsx" in said(row)[0]
    with pytest.raises(NotNow, match="Only an import that was carried out"):
        services.undo(desk.person, row)


@pytest.mark.parametrize("how", ["reject", "withdraw"])
def test_what_was_not_approved_can_be_imported_again(desk: SimpleNamespace, how: str) -> None:
    row = brought(desk)
    request = taken(desk, row)
    if how == "reject":
        settle(desk, request, "reject")
    else:
        withdraw(desk.person, request)
    assert row.state == "previewed" and "change request was not approved" in said(row)[0]
    settle(desk, taken(desk, row))
    assert row.state == "imported"


def test_what_was_taken_out_of_its_request_is_not_said_to_be_imported(desk: SimpleNamespace) -> None:
    row = brought(desk)
    assert row.counts == {"nodes": [2, 0, 0], "effort": [1, 0, 0]}
    seen = services.preview_of(desk.person, row, False).seen
    request: Any = services.take(desk.person, row, removes=False, seen=seen)
    (place,) = (at for at, call in enumerate(request.asked) if call["verb"] == "effort.assign")
    drafting.take_out(desk.person, request, place=place)
    settle(desk, handed_in(desk, request))
    assert row.state == "imported" and row.counts == {"nodes": [2, 0, 0]}
    told = timeline(row)[0]
    assert told.facts["counts"] == row.counts and "imported a part of the plan a.xlsx" in said(row)[0]


def test_an_import_of_which_the_plan_after_it_is_not_known_says_so(desk: SimpleNamespace) -> None:
    """Those that were decided on before imports followed their requests never had it kept."""
    row = brought(desk)
    settle(desk, taken(desk, row))
    row.after_digest = None
    assert "was not kept, so it cannot be undone" in str(services.cannot_undo(row))


def test_an_undoing_that_is_rejected_leaves_it_imported(desk: SimpleNamespace) -> None:
    row = brought(desk)
    settle(desk, taken(desk, row))
    settle(desk, handed_in(desk, services.undo(desk.person, row)), "reject")
    assert row.state == "imported" and services.cannot_undo(row) is None


def test_to_undo_it_takes_back_nothing_that_changed_while_it_waited(desk: SimpleNamespace) -> None:
    """What the plan was before an import is what it was when that was approved, not when it was proposed."""
    row = brought(desk)
    request = taken(desk, row)
    other = next(one for one in desk.project.milestones if one.state == "planned")
    settle(desk, handed_in(desk, projects.amend_milestone(desk.person, other, **values_of(other, means="现场抽检"))))
    settle(desk, request)
    settle(desk, handed_in(desk, services.undo(desk.person, row)))
    assert row.state == "undone" and other.means == "现场抽检" and not rows_of(desk.project)["nodes"]


def test_the_page_of_an_import_offers_to_undo_it(
    sign_in: Callable[..., Any], world: Any, inside: Callable[[], Any]
) -> None:
    browser, home = sign_in(world.ours.people.coordinator), f"/projects/{world.ours.project.id}"
    with inside():
        person = db.session.get_one(User, world.ours.people.coordinator.id)
        freeze(person, db.session.get_one(Project, world.ours.project.id), name="批准", as_of=clock.today())
        db.session.commit()
    content = workbook({"nodes": [HEADS, node("1")]})
    at = browser.post(
        f"{home}/import", data={"files": (io.BytesIO(content), "a.xlsx")}, content_type="multipart/form-data"
    ).location
    with inside():
        desk = SimpleNamespace(
            project=db.session.get_one(Project, world.ours.project.id),
            person=db.session.get_one(User, world.ours.people.coordinator.id),
        )
        row = db.session.get_one(PlanImport, int(at.rsplit("/", 1)[1]))
        request = taken(desk, row)
        settle(desk, request)
    page = browser.get(at).text
    assert "Undo this import" in page and "Imported" in page and "waits as a change request" not in page
    assert browser.post(f"{at}/undo").location.startswith("/changes/")
