"""What pages of changes show, and do not show."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from consortium.baselines import services
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.core import clock
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.outputs import services as outputs
from consortium.outputs.models import Deliverable, Direction, Dissemination, Tie
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.models import Node
from consortium.projects.models import Milestone, Project
from tests import factories
from tests.baselines.furniture import amended
from tests.baselines.test_pages import body

pytestmark = pytest.mark.slow


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


@pytest.mark.parametrize("how", ["renumbered", "removed", "opened"])
def test_an_authority_does_not_learn_of_what_was_internal_once(
    sign_in: Any, ours: Any, world: Any, kept: int, inside: Callable[[], Any], how: str
) -> None:
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        thing = db.session.scalar(select(Deliverable).where(Deliverable.project_id == kept, Deliverable.number == "D1"))
        firm = db.session.get_one(Organisation, thing.organisation_id)

        def changed(request: Any) -> int:
            services.submit(actor, services.write(actor, request, kind=request.kind, summary="改", reason="因"))
            return int(services.decide(actor, request, outcome="approve", decision="决议 1").id)

        def amend(**more: Any) -> Any:
            node = db.session.get(Node, thing.node_id)
            names = ("number", "title_zh", "title_en", "kind", "level", "due_on")
            values = {name: getattr(thing, name) for name in names} | {"node": node, "organisation": firm, **more}
            return outputs.amend_deliverable(actor, thing, **values)

        numbers = [changed(amend(title_zh="晨星机密之名"))]
        if how == "removed":
            tie = db.session.scalar(select(Tie).where(Tie.deliverable_id == thing.id))
            numbers += [changed(outputs.untie(actor, tie))]
            numbers += [changed(outputs.remove_deliverable(actor, thing, reason="删"))]
        elif how == "renumbered":
            numbers += [changed(amend(number="D99"))]
        else:
            numbers += [changed(amend(title_zh="晨星公开之名")), changed(amend(level=Dissemination.PUBLIC))]
        services.freeze(actor, db.session.get_one(Project, kept), name="二", as_of=clock.today())
        last = db.session.scalars(
            select(Baseline.id).where(Baseline.project_id == kept).order_by(Baseline.id.desc())
        ).first()
        db.session.commit()
    officer, pages = sign_in(world.people.officer), [f"/changes/{number}" for number in numbers]
    assert {officer.get(page + part).status_code for page in pages for part in ("", "/state")} == {404}
    for page in (
        f"/projects/{kept}/baselines",
        f"/projects/{kept}/baselines?as=csv",
        *(f"/projects/{kept}/compare?from={pair}" for pair in ("1", "1&to=2", "2&to=1", "2&to=1&as=csv")),
    ):
        answer = officer.get(page)
        assert answer.status_code == 200 and "晨星机密之名" not in body(answer) and "晨星成果1" not in body(answer), (
            page
        )
        assert "CR1" not in body(answer), page
    assert "CR1" in body(sign_in(ours.people.auditor).get(f"/projects/{kept}/baselines?as=csv"))
    assert "晨星机密之名" in body(sign_in(ours.people.coordinator).get(pages[0]))
    shown = body(officer.get(f"/baselines/{last}?list=deliverables"))
    assert ("晨星公开之名" in shown) is (how == "opened") and "晨星机密之名" not in shown


def test_a_draft_of_which_nothing_is_left_says_so(
    sign_in: Any, ours: Any, kept: int, inside: Callable[[], Any]
) -> None:
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        package = db.session.scalar(select(Node).where(Node.project_id == kept, Node.number == "1"))
        for months in ("9.00", "3.50"):
            request: Any = plans.reassign(actor, package.efforts[0], months=Decimal(months))
        number = request.id
        db.session.commit()
    page = body(sign_in(ours.people.coordinator).get(f"/changes/{number}"))
    assert "Nothing would change, so there is nothing to propose." in page


def test_of_a_mixed_request_an_authority_reads_only_what_is_open(
    sign_in: Any, ours: Any, world: Any, kept: int, inside: Callable[[], Any]
) -> None:
    """Neither its title, which names the first thing that it changes, nor the words of its proposer: they may speak of what is internal."""
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        thing = db.session.scalar(select(Deliverable).where(Deliverable.project_id == kept, Deliverable.number == "D1"))
        names = ("number", "title_zh", "title_en", "kind", "level")
        values = {name: getattr(thing, name) for name in names} | {"node": db.session.get(Node, thing.node_id)}
        firm = db.session.get_one(Organisation, thing.organisation_id)
        outputs.amend_deliverable(actor, thing, **values, organisation=firm, due_on=factories.TODAY)
        request: Any = outputs.plan_indicator(
            actor, thing.project, number="K9", node=None, organisation=firm, title_zh="晨星公开之检测", title_en="", unit="%",
            direction=Direction.AT_LEAST, value_start="1", value_mid="2", value_end="3", method="检测",
        )  # fmt: skip
        assert "D1" in str(request.title), "events name it by its first difference"
        services.write(actor, request, kind=request.kind, summary="晨星机密之题", reason="晨星机密之因")
        services.submit(actor, request)
        number = request.id
        db.session.commit()
    lists, page = f"/projects/{kept}/baselines", f"/changes/{number}"

    def all_that_it_says(browser: Any) -> str:
        answers = [browser.get(way) for way in (lists, f"{lists}?as=csv", page, f"{page}/state")]
        assert {answer.status_code for answer in answers} == {200}
        return "".join(body(answer) for answer in answers)

    officer = sign_in(world.people.officer)
    for decided in (False, True):
        if decided:
            with inside():
                actor, request = (
                    db.session.get_one(User, ours.people.coordinator.id),
                    db.session.get_one(ChangeRequest, number),
                )
                services.decide(actor, request, outcome="approve", decision="晨星机密之决")
                db.session.commit()
        said, known = all_that_it_says(officer), all_that_it_says(sign_in(ours.people.auditor))
        assert "晨星机密" not in said and "D1" not in said and "晨星公开之检测" in said and "CR1" in said
        assert "晨星机密之题" in known and "晨星机密之因" in known and ("晨星机密之决" in known) is decided


def test_an_authority_reads_a_request_that_is_open_with_its_words(
    sign_in: Any, ours: Any, world: Any, kept: int, milestones: list[int], inside: Callable[[], Any]
) -> None:
    with inside():
        actor = db.session.get_one(User, ours.people.coordinator.id)
        request: Any = amended(actor, db.session.get_one(Milestone, milestones[1]), means="晨星公开之检测")
        services.submit(actor, services.write(actor, request, kind=request.kind, summary="晨星之题", reason="晨星之因"))
        number = request.id
        db.session.commit()
    page = body(sign_in(world.people.officer).get(f"/changes/{number}"))
    assert "晨星之题" in page and "晨星之因" in page, "what is open is open to authorities with its words"
