"""The plans of the demonstration: credible, within the money, told in every state; and every page of them opens for everybody."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from consortium.baselines.comparing import differences
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.baselines.workflow import LIFE
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.discussions.models import Remark, Thread
from consortium.discussions.queries import mentioned
from consortium.logbook.models import MonthlyLog
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable, Direction, Dissemination, Indicator, Tie
from consortium.outputs.values import as_good, number
from consortium.outputs.workflow import DELIVERABLE
from consortium.people.models import User
from consortium.plans import facts
from consortium.plans.models import Allocation, CostCategory, Effort, Link, Node, Plan, Profile
from consortium.projects.models import Participant, Project
from tests.demo.conftest import NOON

pytestmark = pytest.mark.slow


def counted(rows: Any, model: Any) -> int:
    return int(rows.scalar(select(func.count()).select_from(model)))


def test_trees_have_nodes_with_titles_in_both_languages_and_one_is_european(rows: Any) -> None:
    nodes = list(rows.scalars(select(Node)))
    assert len(nodes) >= 60 and {node.project_id for node in nodes} == set(rows.scalars(select(Project.id)))
    assert all(node.title_zh and node.title_en for node in nodes)
    assert all(node.efforts for node in nodes if not node.children and node.number != "2.3")
    profiles = Counter(rows.scalars(select(Plan.profile)))
    assert profiles == {Profile.CHINESE: 7, Profile.EUROPEAN: 1}


def test_no_plan_contradicts_its_links_and_critical_paths_cross_firms(demo: Flask, rows: Any) -> None:
    crossing = 0
    assert counted(rows, Link) >= 60
    for project in rows.scalars(select(Project)):
        told, _, problem = facts.chart(project)
        assert problem is None and told["conflicts"] == [], project.title
        firms = {row["number"]: row["firm"]["zh"] for row in told["rows"]}
        assert told["path"], project.title
        crossing += len({firms[step] for step in told["path"]}) > 1
    assert crossing >= 6


def test_money_stays_within_what_each_firm_has_and_is_under_all_heads(rows: Any) -> None:
    planned: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for project, firm, amount in rows.execute(
        select(Node.project_id, Allocation.organisation_id, Allocation.amount).join(Node, Allocation.node_id == Node.id)
    ):
        planned[project, firm] += amount
    for part in rows.scalars(select(Participant)):
        assert 0 < planned[part.project_id, part.organisation_id] <= part.budget
    assert set(rows.scalars(select(Allocation.category))) == set(CostCategory)
    assert len(set(rows.scalars(select(Allocation.source)))) >= 5
    assert rows.scalar(select(func.min(Effort.months))) > 0


def test_deliverables_are_in_every_state_of_every_level_and_one_serves_two_milestones(rows: Any) -> None:
    listed = list(rows.scalars(select(Deliverable)))
    assert len(listed) >= 40
    assert {deliverable.state for deliverable in listed} == set(DELIVERABLE.states)
    assert {deliverable.level for deliverable in listed} == set(Dissemination)
    serving = Counter(rows.scalars(select(Tie.deliverable_id).where(Tie.deliverable_id.is_not(None))))
    assert max(serving.values()) == 2
    assert counted(rows, Tie) - sum(serving.values()) >= 20


def test_an_indicator_is_in_words_one_is_missed_and_one_has_no_value_yet(rows: Any) -> None:
    listed = list(rows.scalars(select(Indicator)))
    assert any(one.direction is Direction.IN_WORDS and one.readings for one in listed)
    assert any(not one.readings for one in listed)
    numbers = [one for one in listed if one.direction is not Direction.IN_WORDS and one.readings]
    reached = [as_good(one.direction, number(one.readings[-1].value), number(one.value_mid)) for one in numbers]
    assert not all(reached) and any(reached)


def test_two_baselines_of_one_project_differ_by_what_was_changed_added_and_removed(rows: Any) -> None:
    first = rows.scalars(select(Baseline).order_by(Baseline.id)).first()
    both = list(rows.scalars(select(Baseline).where(Baseline.project_id == first.project_id).order_by(Baseline.number)))
    assert len(both) == 2 and both[0].as_of < both[1].as_of
    lines = differences(both[0].rows, both[1].rows)
    assert any(line.before is None for line in lines) and any(line.after is None for line in lines)
    assert any(line.before and line.after for line in lines)


def test_a_change_request_is_in_every_state_and_says_why(rows: Any) -> None:
    asked = list(rows.scalars(select(ChangeRequest)))
    assert {request.state for request in asked} == set(LIFE.states)
    assert all(request.reason and request.summary and request.lines for request in asked)


def test_a_question_is_late_one_is_answered_and_somebody_is_mentioned(rows: Any) -> None:
    threads = list(rows.scalars(select(Thread)))
    assert any(one.question and one.state == "open" and one.due_on < clock.today() for one in threads)
    assert {one.state for one in threads} == {"open", "answered", "closed"}
    people = list(rows.scalars(select(User)))
    assert sum(bool(mentioned(remark.words, people)) for remark in rows.scalars(select(Remark))) >= 3


def test_months_are_confirmed_open_and_missing(rows: Any) -> None:
    logs = list(rows.scalars(select(MonthlyLog)))
    assert {log.state for log in logs} == {"open", "confirmed"}
    assert len({log.organisation_id for log in logs}) >= 6 and len({log.month for log in logs}) >= 12
    university = rows.scalar(select(Organisation).where(Organisation.short == "江左理工"))
    assert max(log.month for log in logs if log.organisation_id == university.id) == date(2026, 9, 1)
    assert max(log.month for log in logs) == date(2026, 11, 1)


# Pages

TABS = (
    "", "/plan", "/gantt", "/effort", "/deliverables", "/indicators", "/matrix", "/baselines", "/compare", "/compare?before=1&after=2", "/logs",
)  # fmt: skip
SEATED = ("coordinator", "member", "signatory", "expert", "auditor")
OFFICERS = ("officer", "ministry")
THINGS = {
    "nodes": Node, "deliverables": Deliverable, "indicators": Indicator, "changes": ChangeRequest, "baselines": Baseline,
}  # fmt: skip


@pytest.fixture
def visit(demo: Flask) -> Iterator[Any]:
    """A browser of somebody of the demonstration."""

    def browser(key: str, language: str = "en") -> Any:
        with demo.app_context(), everything("a test signs somebody in"):
            name = db.session.scalar(select(User.fs_uniquifier).where(User.email == f"{key}@demo.example"))
        made = demo.test_client()
        with made.session_transaction() as session:
            session.update(_user_id=name, _fresh=True, locale="zh_Hans" if language == "zh" else "en")
        return made

    with clock.at(NOON):
        yield browser


def things(demo: Flask) -> list[tuple[str, int]]:
    """Some rows of the first project: all baselines and requests that were handed in, the first ones of the others."""
    found = []
    with demo.app_context(), everything("a test looks for rows"):
        for path, model in THINGS.items():
            query = select(model.id).where(model.project_id == 1).order_by(model.id)
            if model is ChangeRequest:
                query = query.where(ChangeRequest.state != "draft")
            found += [(path, row) for row in db.session.scalars(query.limit(5))]
    return found


def answers(browser: Any, addresses: list[str]) -> dict[str, int]:
    found = {address: browser.get(address).status_code for address in addresses}
    return {address: status for address, status in found.items() if status != 200}


@pytest.mark.parametrize("person", SEATED)
def test_every_page_of_a_plan_opens_for_each_seat(demo: Flask, visit: Any, person: str) -> None:
    pages = [f"/projects/1{tab}" for tab in TABS] + [f"/{path}/{row}" for path, row in things(demo)]
    with demo.app_context(), everything("a test looks for talk"):
        talk = db.session.scalars(select(Thread.id).where(Thread.consortium_id == 1).order_by(Thread.id)).all()
    pages += ["/consortia/1/threads", *(f"/threads/{row}" for row in talk), "/deliverables", "/consortia/1/matrix"]
    assert answers(visit(person), pages) == {}


@pytest.mark.parametrize("person", OFFICERS)
def test_an_officer_reads_the_plan_but_nothing_internal_and_no_talk(demo: Flask, visit: Any, person: str) -> None:
    with demo.app_context(), everything("a test asks for what is internal"):
        hidden = db.session.scalars(select(Deliverable.id).where(Deliverable.level == Dissemination.INTERNAL)).all()
        talk = db.session.scalars(select(Thread.id).where(Thread.consortium_id == 1)).all()
    closed = {f"/deliverables/{row}" for row in hidden} | {f"/threads/{row}" for row in talk}
    pages = [f"/projects/1{tab}" for tab in TABS] + [f"/{path}/{row}" for path, row in things(demo)]
    browser = visit(person, "zh")
    assert answers(browser, [page for page in pages if page not in closed]) == {}
    assert answers(browser, sorted(closed)) == dict.fromkeys(closed, 404)


@pytest.mark.parametrize(("person", "project"), [("coordinator", 2), ("coordinator2", 3), ("coordinator3", 8)])
def test_every_tab_of_other_projects_opens_in_chinese(visit: Any, person: str, project: int) -> None:
    assert answers(visit(person, "zh"), [f"/projects/{project}{tab}" for tab in TABS]) == {}


def test_a_firm_reads_its_log_and_not_that_of_another(demo: Flask, visit: Any) -> None:
    with demo.app_context(), everything("a test looks for logs"):
        firms = dict(db.session.execute(select(Organisation.short, Organisation.id)).all())
        own, other = (
            db.session.scalar(select(MonthlyLog.id).where(MonthlyLog.organisation_id == firms[short]).limit(1)) for short in ("栎石晶体", "澹云外延")
        )  # fmt: skip
    browser = visit("member")
    assert browser.get(f"/logs/{own}").status_code == 200
    assert browser.get("/projects/1/log?month=2026-11").status_code == 200
    assert browser.get(f"/logs/{other}").status_code in (403, 404)
