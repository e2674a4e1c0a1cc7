"""What baselines and change requests allow and refuse."""

import datetime
from contextlib import suppress
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.activity.models import Event, Notification, OutboxMail
from consortium.baselines import deciding, queries, services
from consortium.baselines.comparing import differences
from consortium.baselines.layout import LISTS, rows_of
from consortium.baselines.models import ChangeKind, ChangeRequest
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused
from consortium.core.search import SearchEntry
from consortium.outputs import services as outputs
from consortium.plans import queries as plans_queries
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, LinkKind, MoneySource
from consortium.projects import replanning
from consortium.projects import services as projects
from consortium.projects.models import Milestone, Project
from tests.baselines.furniture import amended, values_of, worded

pytestmark = pytest.mark.slow

DAY = datetime.date(2027, 7, 9)


def node(ours: Any, number: str = "1") -> Any:
    return plans_queries.node(ours.project, number)


def effort(ours: Any, number: str, firm: Any) -> Any:
    """The work of a firm in a node."""
    return next(row for row in node(ours, number).efforts if row.organisation_id == firm.id)


def add(ours: Any, number: str, **more: Any) -> Any:
    project = ours.project
    values = {
        "number": number, "parent": None, "title_zh": f"新课题{number}", "title_en": "", "lead": ours.firms[0], "starts_on": project.starts_on,
        "ends_on": project.ends_on,
    }  # fmt: skip
    return plans.add_node(ours.coordinator, project, **{**values, **more})


def handed_in(ours: Any, request: ChangeRequest) -> ChangeRequest:
    return services.submit(ours.coordinator, worded(ours.coordinator, request, "试"))


def approve(ours: Any, request: ChangeRequest, words: str = "理事会决议 2026-12") -> ChangeRequest:
    return services.decide(ours.coordinator, handed_in(ours, request), outcome="approve", decision=words)


def traces() -> list[int]:
    """How many events, notifications, mails and entries of the search there are."""
    return [
        db.session.scalar(select(func.count()).select_from(one)) or 0 for one in (Event, Notification, OutboxMail, SearchEntry)
    ]  # fmt: skip


# Freezing


def test_the_first_freezing_approves_and_holds_every_list(ours: SimpleNamespace) -> None:
    assert replanning.is_frozen(ours.project) and not replanning.is_frozen(ours.free)
    kept = queries.latest(ours.project)
    assert kept is not None and kept.title == "B1 晨星任务书" and kept.digest == services.digest(kept.rows)
    assert {name: len(rows) for name, rows in kept.rows.items()} == {
        "project": 1, "participants": 3, "nodes": 3, "effort": 3, "budget": 3, "links": 0, "milestones": 3, "deliverables": 3, "indicators": 3, "ties": 3,
    }  # fmt: skip
    assert kept.rows["budget"][0] == {
        "node": "1", "organisation": ours.firms[0].code, "category": "labour", "source": "own", "year": 0, "amount": "17531.25",
    }  # fmt: skip
    shadow = queries.PLAN_SHADOW(ours.project)
    assert shadow is not None and shadow["2"] == (ours.project.starts_on, ours.project.ends_on)
    assert queries.PLAN_SHADOW(ours.free) is None


def test_freezing_asks_for_milestones_and_a_day_that_has_come(ours: SimpleNamespace) -> None:
    for milestone in list(ours.free.milestones):
        db.session.delete(milestone)
    db.session.flush()
    with pytest.raises(NotNow, match="no milestones"):
        services.freeze(ours.coordinator, ours.free, name="一", as_of=clock.today())
    with pytest.raises(Refused) as refused:
        services.freeze(ours.coordinator, ours.project, name="二", as_of=clock.today() + datetime.timedelta(days=1))
    assert "as_of" in refused.value.fields
    with pytest.raises(Refused):
        services.freeze(ours.coordinator, ours.project, name="二", as_of=clock.today() - datetime.timedelta(days=1))


def test_a_later_baseline_comes_of_a_change_and_waits_for_open_requests(ours: SimpleNamespace) -> None:
    with pytest.raises(NotNow, match="the same as"):
        services.freeze(ours.coordinator, ours.project, name="二", as_of=clock.today())
    with replanning.at_once():
        amended(ours.coordinator, ours.project.milestones[0], weight=33)
    request = handed_in(ours, amended(ours.coordinator, ours.project.milestones[0], weight=44))
    with pytest.raises(NotNow, match="waits for its decision"):
        services.freeze(ours.coordinator, ours.project, name="二", as_of=clock.today())
    services.withdraw(ours.coordinator, request)
    assert services.freeze(ours.coordinator, ours.project, name="二", as_of=clock.today()).number == 2


def test_the_lists_are_asked_by_a_constant_number_of_statements(ours: SimpleNamespace, inside: Any) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    rows_of(ours.project)
    assert len(asked) == len(LISTS)


# Proposing


def test_what_changes_an_approved_plan_is_proposed_and_leaves_no_trace(ours: SimpleNamespace) -> None:
    before, milestone = traces(), ours.project.milestones[0]
    request = amended(ours.coordinator, milestone, due_on=DAY, title_zh="绝无仅有之名")
    assert isinstance(request, ChangeRequest) and request.state == "draft" and milestone.due_on != DAY
    assert [(line["field"], line["after"]) for line in request.lines] == [
        ("title_zh", "绝无仅有之名"),
        ("due_on", "2027-07-09"),
    ]
    after = traces()
    assert after == [before[0] + 1, *before[1:]], "one event on the request, nothing else"
    assert not db.session.scalar(select(SearchEntry.id).where(SearchEntry.title.contains("绝无仅有")))
    db.session.commit()


def test_a_free_plan_changes_at_once_but_a_milestone_is_waived_by_request_only(ours: SimpleNamespace) -> None:
    milestone = ours.free.milestones[-1]
    assert amended(ours.coordinator, milestone, weight=77) is milestone and milestone.weight == 77
    own = next(row for row in ours.free.milestones if row.state == "planned")
    request: Any = projects.waive(ours.coordinator, own, reason="不再需要")
    assert own.state == "planned" and request.reason == "不再需要"
    assert [(line["field"], line["before"], line["after"]) for line in request.lines] == [("waived", "no", "yes")]
    approve(ours, request)
    assert own.state == "waived"


def test_what_the_service_refuses_is_refused_to_the_proposer(ours: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        amended(ours.coordinator, ours.project.milestones[0], due_on=datetime.date(2031, 1, 1))
    assert "due_on" in refused.value.fields
    with pytest.raises(NotNow, match="nothing to propose"):
        amended(ours.coordinator, ours.project.milestones[0])
    assert queries.draft_of(ours.coordinator, ours.project) is None


def test_further_changes_join_the_draft_each_tried_after_those_before(ours: SimpleNamespace) -> None:
    first: Any = add(ours, "7")
    second: Any = amended(ours.coordinator, ours.project.milestones[0], weight=3)
    assert (
        second is first and len(first.asked) == 2 and {line["list"] for line in first.lines} == {"nodes", "milestones"}
    )
    with pytest.raises(Refused) as refused:
        add(ours, "7")
    assert "number" in refused.value.fields
    another: Any = services.propose_own(
        ours.member, ours.project.milestones[1], **values_of(ours.project.milestones[1], weight=4)
    )
    assert another is not first
    approve(ours, first)
    assert node(ours, "7").title_zh == "新课题7" and ours.project.milestones[0].weight == 3


def test_a_draft_that_fits_no_more_says_so(ours: SimpleNamespace) -> None:
    add(ours, "7")
    with replanning.at_once():
        add(ours, "7", title_zh="别人的")
    with pytest.raises(NotNow, match="does not fit the plan any more"):
        amended(ours.coordinator, ours.project.milestones[0], weight=3)


def test_members_propose_for_their_own_things_only(ours: SimpleNamespace) -> None:
    first, second = ours.project.milestones[0], ours.project.milestones[1]
    with pytest.raises(NotNow, match="another organisation"):
        services.propose_own(ours.member, first, **values_of(first, weight=4))
    request = services.propose_own(ours.member, second, **values_of(second, due_on=DAY))
    assert request.proposed_for_id == ours.firms[1].id
    assert replanning.may_propose(ours.member, second) and not replanning.may_propose(ours.member, first)
    assert not replanning.may_propose(ours.coordinator, second)
    free = ours.free.milestones[0]
    with pytest.raises(NotNow, match="not approved yet"):
        services.propose_own(ours.member, free, **values_of(free, weight=4))


def test_files_are_no_part_of_a_request(ours: SimpleNamespace) -> None:
    import io

    from consortium.core.uploads import examine

    with pytest.raises(NotNow, match="Files"):
        services.propose(
            ours.coordinator, ours.project, "milestone.amend", (), {"file": examine("a.txt", io.BytesIO(b"abc\n"))}
        )


def test_many_calls_become_one_request_with_one_comparison(ours: SimpleNamespace) -> None:
    before = traces()
    with services.collected(ours.coordinator, ours.project, "导入计划") as found:
        package = add(ours, "8")
        task = add(ours, "8.1", parent=package)
        plans.assign(ours.coordinator, task, ours.firms[1], months=Decimal("2.00"))
        plans.link(ours.coordinator, before=node(ours), after=task, kind=LinkKind.START_START, lag=2)
        amended(ours.coordinator, ours.project.milestones[0], weight=9)
    request = found.request
    assert request is not None and request.summary == "导入计划" and len(request.asked) == 5
    assert traces() == [before[0] + 1, *before[1:]] and node(ours, "8") is None
    approve(ours, request)
    assert node(ours, "8.1").parent.number == "8" and node(ours, "8.1").efforts[0].months == Decimal("2.00")
    with services.collected(ours.coordinator, ours.project) as nothing:
        pass
    assert nothing.request is None


def test_what_was_collected_is_gone_when_one_call_fails(ours: SimpleNamespace) -> None:
    with pytest.raises(Refused), services.collected(ours.coordinator, ours.project):
        add(ours, "8")
        add(ours, "8")
    assert node(ours, "8") is None and not db.session.scalar(select(func.count(ChangeRequest.id)))


def test_in_a_free_plan_collected_calls_are_just_done(ours: SimpleNamespace) -> None:
    with services.collected(ours.coordinator, ours.free) as found:
        amended(ours.coordinator, ours.free.milestones[-1], weight=9)
    assert found.request is None and ours.free.milestones[-1].weight == 9


# The life


def test_a_request_is_handed_in_with_words_and_by_its_proposer(ours: SimpleNamespace) -> None:
    request: Any = amended(ours.coordinator, ours.project.milestones[1], weight=4)
    with pytest.raises(NotNow, match="what is to change and why"):
        services.submit(ours.coordinator, request)
    own = services.propose_own(
        ours.member, ours.project.milestones[1], **values_of(ours.project.milestones[1], weight=5)
    )
    with pytest.raises(NotNow, match="who proposed"):
        services.write(ours.coordinator, own, kind=own.kind, summary="别", reason="别")
    with pytest.raises(NotNow, match="who proposed"):
        services.submit(ours.coordinator, own)
    worded(ours.member, own, "试")
    services.submit(ours.member, own)
    told = set(db.session.scalars(select(Notification.user_id).where(Notification.href == f"/changes/{own.id}")))
    assert told == {ours.coordinator.id}
    with pytest.raises(Denied):
        services.decide(ours.member, own, outcome="approve", decision="")
    with pytest.raises(NotNow, match="not possible any more"):
        services.write(ours.member, own, kind=own.kind, summary="别", reason="别")


def test_who_decides_on_what(ours: SimpleNamespace) -> None:
    project = ours.project
    values = {name: getattr(project, name) for name in (
        "kind", "title_zh", "title_en", "objective", "area", "starts_on", "budget", "trl_start", "trl_target")}  # fmt: skip
    request: Any = projects.amend(
        ours.coordinator, project, lead=ours.firms[0], ends_on=project.ends_on + datetime.timedelta(days=90), **values
    )
    assert request.kind is ChangeKind.PERIOD
    with pytest.raises(Refused) as refused:
        services.write(ours.coordinator, request, kind=ChangeKind.ROUTE, summary="延期", reason="设备到货晚")
    assert "kind" in refused.value.fields
    handed_in(ours, request)
    with pytest.raises(Refused) as refused:
        services.decide(ours.coordinator, request, outcome="approve", decision=" ")
    assert "decision" in refused.value.fields and request.state == "submitted"
    services.decide(ours.coordinator, request, outcome="approve", decision="工信函〔2026〕12号，2026-11-20")
    assert project.ends_on == datetime.date(2028, 3, 30)
    assert deciding.extension([]) is None


def test_a_rejection_says_why_and_the_plan_stays(ours: SimpleNamespace) -> None:
    milestone = ours.project.milestones[1]
    own = services.propose_own(ours.member, milestone, **values_of(milestone, weight=5))
    worded(ours.member, own, "试")
    services.submit(ours.member, own)
    with pytest.raises(Refused):
        services.decide(ours.coordinator, own, outcome="reject", decision="")
    services.decide(ours.coordinator, own, outcome="reject", decision="理由不足")
    assert (own.state, own.decision, milestone.weight) == ("rejected", "理由不足", 10)
    assert ours.member.id in set(db.session.scalars(select(Notification.user_id)))
    with pytest.raises(NotNow):
        services.decide(ours.coordinator, own, outcome="approve", decision="")


def test_a_stale_request_names_the_line_and_can_be_renewed(ours: SimpleNamespace) -> None:
    milestone = ours.project.milestones[1]
    request: Any = handed_in(ours, amended(ours.coordinator, milestone, weight=5))
    with replanning.at_once():
        amended(ours.coordinator, milestone, weight=6)
    with pytest.raises(NotNow, match="Weight"):
        services.decide(ours.coordinator, request, outcome="approve", decision="")
    assert request.state == "submitted" and milestone.weight == 6
    services.renew(ours.coordinator, request)
    assert request.lines[0]["before"] == 6
    services.decide(ours.coordinator, request, outcome="approve", decision="")
    assert milestone.weight == 5


def test_a_number_that_was_given_meanwhile_is_noticed(ours: SimpleNamespace) -> None:
    values = values_of(ours.project.milestones[0], title_zh="新里程碑")
    request: Any = handed_in(ours, projects.plan_milestone(ours.coordinator, ours.project, **values))
    with replanning.at_once():
        other = projects.plan_milestone(ours.coordinator, ours.project, **values)
        projects.remove_milestone(ours.coordinator, other, reason="多余")
    with pytest.raises(NotNow, match="The plan has changed"):
        services.decide(ours.coordinator, request, outcome="approve", decision="")
    db.session.commit()
    assert [row.title_zh for row in db.session.get_one(Project, ours.project.id).milestones].count("新里程碑") == 0


def test_what_is_gone_is_told(ours: SimpleNamespace) -> None:
    extra = node(ours, "3")
    request: Any = handed_in(ours, plans.assign(ours.coordinator, extra, ours.firms[0], months=Decimal("1.00")))
    with replanning.at_once():
        for row in db.session.scalars(select(outputs.Tie)).all():
            outputs.untie(ours.coordinator, row)
        for one in [*outputs.queries.indicators(ours.project)]:
            outputs.remove_indicator(ours.coordinator, one, reason="删")
        for thing in db.session.scalars(
            select(outputs.Deliverable).where(outputs.Deliverable.project_id == ours.project.id)
        ).all():
            outputs.remove_deliverable(ours.coordinator, thing, reason="删")
        plans.remove_node(ours.coordinator, extra, reason="删")
    with pytest.raises(NotNow, match="cannot be carried out any more"):
        services.decide(ours.coordinator, request, outcome="approve", decision="决议 1")


def test_what_waits(ours: SimpleNamespace) -> None:
    milestone = ours.project.milestones[1]
    own = services.propose_own(ours.member, milestone, **values_of(milestone, weight=5))
    assert [one.href for one in queries.waiting(ours.member)] == [f"/changes/{own.id}"]
    assert not queries.waiting(ours.coordinator)
    services.submit(ours.member, worded(ours.member, own, "试"))
    assert [one.href for one in queries.waiting(ours.coordinator)] == [f"/changes/{own.id}"]
    assert not queries.waiting(ours.member) and not queries.waiting(ours.other_member)


# The same as doing it at once


def deeds(ours: Any, choices: list[int]) -> None:
    """A sequence of changes that depends on the numbers alone."""
    milestones = sorted(ours.project.milestones, key=lambda row: row.number)
    for step, choice in enumerate(choices):
        kind, place = choice % 6, choice // 6 % 3
        firm = ours.firms[place]
        if kind == 0:
            amended(ours.coordinator, milestones[place], weight=20 + step)
        elif kind == 1:
            add(ours, f"N{step}", lead=firm)
        elif kind == 2:
            plans.reassign(ours.coordinator, effort(ours, str(place + 1), firm), months=Decimal(f"{step + 1}.25"))
        elif kind == 3:
            projects.plan_milestone(
                ours.coordinator, ours.project, **values_of(milestones[place], title_zh=f"里程碑{step}")
            )
        elif kind == 4:
            with suppress(Refused):  # there already
                plans.allocate(ours.coordinator, node(ours, str(place + 1)), firm, category=CostCategory.OPERATING, source=MoneySource.LOCAL,
                               amount=Decimal(f"{step + 1}00.10"))  # fmt: skip
        else:
            projects.change_part(ours.coordinator, next(p for p in ours.project.participants if p.organisation_id == firm.id), task=f"任务{step}",
                                 budget=Decimal(f"{900 + step}000.00"))  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_a_proposal_that_is_approved_gives_what_doing_it_gives(ours: SimpleNamespace, seed: int) -> None:
    import random

    choices = [random.Random(seed).randrange(18) for _ in range(8)]
    start = rows_of(ours.project, services.NAMES)
    savepoint = db.session.begin_nested()
    with replanning.at_once():
        deeds(ours, choices)
    done = rows_of(ours.project, services.NAMES)
    savepoint.rollback()
    db.session.expire_all()
    assert rows_of(ours.project, services.NAMES) == start
    deeds(ours, choices)
    request = queries.draft_of(ours.coordinator, ours.project)
    assert request is not None and rows_of(ours.project, services.NAMES) == start
    approve(ours, request)
    assert rows_of(ours.project, services.NAMES) == done
    assert [line.kept for line in differences(start, done)] == request.lines
    db.session.commit()


def test_milestones_are_read_again_after_a_trial(ours: SimpleNamespace) -> None:
    count = len(ours.project.milestones)
    projects.plan_milestone(ours.coordinator, ours.project, **values_of(ours.project.milestones[0], title_zh="不留"))
    assert (
        len(ours.project.milestones)
        == count
        == db.session.scalar(select(func.count(Milestone.id)).where(Milestone.project_id == ours.project.id))
    )


def test_an_approved_change_is_told_as_a_whole(ours: SimpleNamespace) -> None:
    with services.collected(ours.coordinator, ours.project, "导入计划") as found:
        for number in ("8", "9"):
            add(ours, number, lead=ours.firms[1])
        plans.reassign(ours.coordinator, effort(ours, "2", ours.firms[1]), months=Decimal("7.00"))
    request = handed_in(ours, found.request)
    before = db.session.scalar(select(func.count(Notification.id)).where(Notification.user_id == ours.member.id))
    services.decide(ours.coordinator, request, outcome="approve", decision="决议")
    after = db.session.scalar(select(func.count(Notification.id)).where(Notification.user_id == ours.member.id))
    assert after - before == 1
