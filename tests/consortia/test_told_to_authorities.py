"""What an officer of an authority reads on the timeline of a filed consortium: what happened to all that may be seen, also to what is gone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.services import record
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.outputs import services as outputs
from consortium.outputs.models import DeliverableKind, Direction, Dissemination
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.projects import services as projects
from consortium.projects.models import Milestone, Project
from consortium.web.pages import PAGE_SIZE
from tests.baselines.furniture import values_of


@pytest.fixture
def removed(inside: Callable[[], Any], world: Any) -> int:
    """Things of a plan that came and went again; the number of the consortium."""
    with inside():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        project = db.session.get_one(Project, world.ours.project.id)
        firm = db.session.get_one(Organisation, world.ours.lead.id)
        first = db.session.scalar(select(Milestone).where(Milestone.project_id == project.id))
        extra: Any = projects.plan_milestone(
            actor, project, **values_of(first, organisation=firm, title_zh="晨星多余里程碑", title_en="")
        )
        projects.remove_milestone(actor, extra, reason="晨星与另一项合并")
        node: Any = plans.add_node(actor, project, number="77", parent=None, title_zh="晨星多余课题", title_en="", lead=firm, starts_on=project.starts_on,
                                   ends_on=project.ends_on)  # fmt: skip
        plans.remove_node(actor, node, reason="晨星不再做")
        for number, level in (
            ("D71", Dissemination.INTERNAL),
            ("D72", Dissemination.PUBLIC),
            ("D73", Dissemination.INTERNAL),
        ):
            thing: Any = outputs.plan_deliverable(actor, project, number=number, node=None, organisation=firm, title_zh=f"晨星成果{number}", title_en="",
                                                  kind=DeliverableKind.REPORT, level=level, due_on=project.ends_on)  # fmt: skip
        outputs.remove_deliverable(actor, thing, reason="晨星内部原因")
        gone: Any = outputs.plan_indicator(actor, project, number="K71", node=None, organisation=firm, title_zh="晨星多余指标", title_en="", unit="%",
                                           direction=Direction.AT_LEAST, value_start="1", value_mid="2", value_end="3", method="检测")  # fmt: skip
        outputs.remove_indicator(actor, gone, reason="晨星重复")
        db.session.commit()
        return int(project.consortium_id)


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_an_officer_reads_of_what_was_removed(sign_in: Any, world: Any, removed: int) -> None:
    page = text(sign_in(world.people.officer).get(f"/consortia/{removed}/timeline"))
    for words in (
        "removed 晨星多余里程碑 from the plan",
        "晨星与另一项合并",
        "removed 77 晨星多余课题 from the plan",
        "removed K71 晨星多余指标",
    ):
        assert words in page, words
    assert "removed" in text(sign_in(world.people.officer).get(f"/consortia/{removed}"))
    members = text(sign_in(world.ours.people.member).get(f"/consortia/{removed}/timeline"))
    assert "晨星多余里程碑 from the plan" in members and "晨星成果D73" in members


def test_but_not_of_what_is_kept_from_authorities(sign_in: Any, world: Any, removed: int) -> None:
    officer = sign_in(world.people.officer)
    for page in (f"/consortia/{removed}/timeline", f"/consortia/{removed}"):
        shown = text(officer.get(page))
        assert "晨星成果" not in shown and "晨星内部原因" not in shown, (
            "nobody can say of what is gone whether it was internal"
        )
    assert sign_in(world.people.officer_elsewhere).get(f"/consortia/{removed}/timeline").status_code == 404


def test_other_timelines_are_as_they_were(sign_in: Any, world: Any, removed: int) -> None:
    page = text(sign_in(world.people.officer).get(f"/milestones/{world.ours.milestone.id}"))
    assert "晨星多余课题" not in page


def test_a_long_timeline_leads_to_what_is_older(sign_in: Any, world: Any, removed: int, inside: Any) -> None:
    with inside():
        table = db.session.get_one(Consortium, removed)
        for number in range(PAGE_SIZE):
            record(None, "amended", table, reason=f"第{number}次整理")
        db.session.commit()
    browser, address = sign_in(world.ours.people.member), f"/consortia/{removed}/timeline"
    first = text(browser.get(address))
    assert "第0次整理" in first and "晨星多余里程碑" not in first and "Newer" not in first
    assert f'rel="next" href="{address}?page=2"' in first
    second = text(browser.get(f"{address}?page=2"))
    assert "晨星多余里程碑" in second and "第0次整理" not in second and f'rel="prev" href="{address}?page=1"' in second
    assert "Older" not in second
    for query in ("?page=99", "?page=-1", "?page=x", "?page=99999999999999999999"):
        assert text(browser.get(address + query))
