"""How changes join a draft, and what becomes of it."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from consortium.baselines import asking, queries, services
from consortium.baselines.layout import rows_of
from consortium.core import words
from consortium.core.db import db
from consortium.core.errors import NotNow
from consortium.outputs import services as outputs
from consortium.plans import calendars
from consortium.plans import queries as plans_queries
from consortium.plans import services as plans
from consortium.plans.models import LinkKind, Profile
from consortium.projects import replanning
from tests.baselines.furniture import amended, worded
from tests.baselines.test_services import add, approve, effort, node

pytestmark = pytest.mark.slow


def test_a_second_edit_of_the_same_thing_keeps_the_first(ours: SimpleNamespace) -> None:
    milestone, kept = ours.project.milestones[0], ours.project.milestones[0].weight
    first: Any = amended(ours.coordinator, milestone, weight=77)
    # The form is opened again: it still shows the weight of the plan.
    second: Any = amended(ours.coordinator, milestone, title_zh="后来的标题", weight=kept)
    assert second is first and [(line["field"], line["after"]) for line in first.lines] == [
        ("title_zh", "后来的标题"), ("weight", 77),
    ]  # fmt: skip
    package = node(ours, "2")
    values = {name: getattr(package, name) for name in ("number", "parent", "title_en", "starts_on", "ends_on")}
    for more in (
        {"title_zh": package.title_zh, "objective": "新目标"},
        {"title_zh": "新名", "objective": package.objective},
    ):
        plans.amend_node(ours.coordinator, package, lead=ours.firms[1], **values, **more)
    plan = plans_queries.plan_of(ours.project)
    other = next(code for code, _ in calendars.available() if code != plan.calendar)
    arranged = ((Profile.EUROPEAN, plan.calendar), (plan.profile, other))
    for profile, calendar in arranged:
        plans.arrange(ours.coordinator, ours.project, profile=profile, calendar=calendar)
    approve(ours, first)
    assert (milestone.weight, milestone.title_zh) == (77, "后来的标题")
    assert (package.objective, package.title_zh) == ("新目标", "新名")
    plan = plans_queries.plan_of(ours.project)
    assert (plan.profile, plan.calendar) == (Profile.EUROPEAN, other)


def test_every_service_that_amends_can_be_filled_from_its_row(ours: SimpleNamespace) -> None:
    with replanning.at_once():
        link = plans.link(ours.coordinator, node(ours), node(ours, "2"), kind=LinkKind.START_START, lag=1)
        plans.arrange(ours.coordinator, ours.project, profile=Profile.CHINESE, calendar="CN")
    rows: dict[str, Any] = {
        "project.amend": ours.project, "plan.arrange": ours.project, "part.change": ours.project.participants[0], "node.amend": node(ours),
        "milestone.amend": ours.project.milestones[1], "indicator.amend": outputs.queries.indicators(ours.project)[0], "link.amend": link,
        "effort.change": effort(ours, "1", ours.firms[0]), "money.change": node(ours).allocations[0],
        "deliverable.amend": db.session.scalar(select(outputs.Deliverable).where(outputs.Deliverable.project_id == ours.project.id).limit(1)),
    }  # fmt: skip
    ends = (".amend", ".change", ".arrange")
    assert set(rows) == set(asking.AMENDS) == {verb for verb in replanning.VERBS if verb.endswith(ends)}
    before = rows_of(ours.project, services.NAMES)
    for verb, row in rows.items():
        act = replanning.VERBS[verb]
        found = asking.widened(verb, act, [row], {})
        # A single figure is meant even where the plan says the same: it may take back what the draft made of it.
        assert asking.narrowed(verb, [row], found) == (found if len(found) == 1 else {})
        act(ours.coordinator, row, **found)
    db.session.flush()
    assert rows_of(ours.project, services.NAMES) == before


def test_a_draft_of_which_nothing_is_left_is_withdrawn(ours: SimpleNamespace) -> None:
    row = effort(ours, "1", ours.firms[0])
    request: Any = plans.reassign(ours.coordinator, row, months=Decimal("9.00"))
    again: Any = plans.reassign(ours.coordinator, row, months=Decimal("3.50"))
    assert again is request and (request.state, request.lines) == ("withdrawn", [])
    assert queries.draft_of(ours.coordinator, ours.project) is None
    db.session.commit()


def test_a_request_without_lines_is_not_handed_in(ours: SimpleNamespace) -> None:
    request: Any = amended(ours.coordinator, ours.project.milestones[0], weight=77)
    worded(ours.coordinator, request, "试").lines = []
    with pytest.raises(NotNow, match="nothing to propose"):
        services.submit(ours.coordinator, request)


def test_no_later_change_joins_what_was_collected(ours: SimpleNamespace) -> None:
    with services.collected(ours.coordinator, ours.project, "导入计划") as found:
        add(ours, "8")
    assert found.request is not None and found.request.whole
    other: Any = amended(ours.coordinator, ours.project.milestones[0], weight=9)
    assert other is not found.request and len(found.request.asked) == 1
    assert amended(ours.coordinator, ours.project.milestones[1], weight=9) is other


def test_a_summary_speaks_the_language_of_its_reader_until_it_is_worded(ours: SimpleNamespace) -> None:
    firm = ours.firms[0]
    request: Any = plans.reassign(ours.coordinator, effort(ours, "1", firm), months=Decimal("9.00"))
    db.session.commit()
    assert "Effort" in str(request.title) and "Person-months" in str(request.summary)
    assert firm.name_zh in str(request.summary)
    with words.reading_in("zh_Hans"):
        assert "Person-months" not in str(request.title) and firm.name_zh in str(request.summary)
        # Another change by a reader of the other language renews it; unchanged words leave it a sentence.
        amended(ours.coordinator, ours.project.milestones[0], weight=9)
        services.write(ours.coordinator, request, kind=request.kind, summary=str(request.summary), reason="因")
    db.session.commit()
    assert "Effort" in str(request.summary) and str(request.summary).endswith("(+1)")
    worded(ours.coordinator, request, "试")
    amended(ours.coordinator, ours.project.milestones[1], weight=9)
    assert request.summary == "试变更" and request.title.endswith(" 试变更")
