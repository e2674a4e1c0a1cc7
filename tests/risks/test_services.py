"""Risks from period to period, issues and actions with a second pair of eyes, and the light that follows them."""

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from consortium.core import clock
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Problem, Refused
from consortium.core.terms import Light
from consortium.core.workflow import Workflow
from consortium.desk.queries import seated as tables_of_desk
from consortium.projects import dangers, lights, standings
from consortium.projects import queries as projects
from consortium.projects.models import Project
from consortium.projects.tables import verdict
from consortium.risks import queries, services
from consortium.risks.bands import GREEN, RED, all_bands, bands_on
from consortium.risks.models import ActionItem, Rhythm, Risk, RiskState
from consortium.risks.workflow import ACTION, ISSUE, RISK, STANDING
from tests import factories
from tests.risks.furniture import DUE, a_risk, an_action, an_issue, stand

TODAY = factories.TODAY


def at(day: datetime.date) -> Any:
    return clock.at(datetime.datetime.combine(day, datetime.time(4), datetime.UTC))


def test_bands_are_dated_and_say_whence() -> None:
    assert all(bands.mark in "CHMD" and all(bands.source) for bands in all_bands())
    assert [bands_on(TODAY).of(score) for score in (1, 5, 6, 14, 15, 25)] == [
        "green",
        "green",
        "amber",
        "amber",
        "red",
        "red",
    ]


def test_a_risk_keeps_every_word_on_a_period_and_the_last_counts(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    assert (risk.mark, [row.period for row in queries.states(risk)]) == ("R1", [datetime.date(2026, 11, 1)])
    stand(ours.member_, risk, 4, 4)
    stand(ours.member_, risk, 4, 5)
    assert [(row.likelihood, row.impact) for row in queries.states(risk)][1:] == [(4, 4), (4, 5)]
    assert queries.last_state(risk).impact == 5
    with at(datetime.date(2027, 1, 9)):
        offered = queries.periods(risk.rhythm, queries.last_state(risk).period, clock.today())
        assert [queries.named(risk.rhythm, period) for period in offered] == ["2027-01", "2026-12", "2026-11"]
        stand(ours.member_, risk, 2, 2, "mitigate")
        with pytest.raises(Refused) as refused:
            services.note_state(ours.member_, risk, period=datetime.date(2026, 12, 1), likelihood=1, impact=1)
        assert "period" in refused.value.fields
    assert [(row.state, row.score) for row in queries.states(risk)][-2:] == [("open", 20), ("mitigated", 4)]
    assert (risk.state, risk.score) == ("mitigated", 4)


def test_quarters_have_their_own_periods() -> None:
    days = [datetime.date(2026, month, 17) for month in (1, 3, 4, 12)]
    assert [queries.named(Rhythm.QUARTER, queries.first_of(Rhythm.QUARTER, day)) for day in days] == ["2026 Q1", "2026 Q1", "2026 Q2", "2026 Q4"]  # fmt: skip
    found = queries.periods(Rhythm.QUARTER, datetime.date(2025, 10, 1), datetime.date(2026, 11, 22))
    assert [queries.named(Rhythm.QUARTER, day) for day in found] == ["2026 Q4", "2026 Q3", "2026 Q2", "2026 Q1", "2025 Q4"]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title_zh": "", "title_en": ""}, "title_zh"),
        ({"likelihood": 6}, "likelihood"),
        ({"impact": 0}, "impact"),
        ({"person": "expert"}, "person_id"),
    ],
)
def test_what_breaks_a_rule_is_said_at_its_field(ours: Any, values: dict[str, Any], field: str) -> None:
    values = {**values, **({"person": ours.expert} if "person" in values else {})}
    with pytest.raises(Refused) as refused:
        a_risk(ours.member_, ours.project, ours.member, **values)
    assert field in refused.value.fields
    assert db.session.scalar(select(func.count()).select_from(Risk)) == 0


def test_a_change_of_likelihood_needs_its_reason(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    for step in (None, "occur"):
        with pytest.raises(Refused) as refused:
            stand(ours.member_, risk, 5, 5, step, "")
        assert "note" in refused.value.fields


def test_members_keep_their_own_and_the_coordinator_all(ours: Any) -> None:
    with pytest.raises(Denied):
        a_risk(ours.member_, ours.project, ours.other)
    assert a_risk(ours.coordinator, ours.project, ours.other).organisation_id == ours.other.id
    assert queries.trackable(ours.member_, ours.project) == [ours.member]
    assert len(queries.trackable(ours.coordinator, ours.project)) == 3
    assert not queries.trackable(ours.expert, ours.project)


def test_a_kept_risk_is_for_its_firm_and_those_who_see_all(ours: Any, world: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member, kept=True, title_zh="保密风险")
    officer = db.session.get_one(type(ours.coordinator), world.people.officer.id)
    sees = {
        who: allowed(who, Action.VIEW, risk)
        for who in (ours.member_, ours.coordinator, ours.expert, ours.other_member, officer)
    }
    assert list(sees.values()) == [True, True, True, False, True]
    for who, may in sees.items():
        assert bool(db.session.scalars(queries.of_project(who, ours.project)).all()) is may
    issue = an_issue(ours.member_, ours.project, ours.member, risk=risk)
    assert issue.kept_to_id == ours.member.id
    with pytest.raises(Refused) as refused:
        an_action(ours.member_, risk, ours.other)
    assert "organisation_id" in refused.value.fields
    action = an_action(ours.member_, risk, ours.member)
    values = {
        name: getattr(risk, name)
        for name in ("title_zh", "title_en", "description", "kind", "foreseen", "rhythm", "mitigation")
    }
    services.amend_risk(ours.member_, risk, organisation=ours.member, kept=False, **values)
    assert (issue.kept_to_id, action.kept_to_id) == (None, None)
    an_action(ours.member_, risk, ours.other)
    with pytest.raises(Refused) as refused:
        services.amend_risk(ours.member_, risk, organisation=ours.member, kept=True, **values)
    assert "kept" in refused.value.fields


def test_who_asked_for_an_action_checks_it(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    item = an_action(ours.member_, risk, ours.other, person=ours.other_member)
    with pytest.raises(Denied):
        services.move_action(ours.member_, item, "finish", reason="完成")
    with pytest.raises(Refused) as refused:
        services.move_action(ours.other_member, item, "finish", reason=" ")
    assert "reason" in refused.value.fields
    services.move_action(ours.other_member, item, "finish", reason="已换型号")
    with pytest.raises(NotNow):
        services.move_action(ours.other_member, item, "check")
    services.move_action(ours.member_, item, "return", reason="缺报告")
    assert item.state == "open"
    services.move_action(ours.other_member, item, "finish", reason="补报告")
    assert [w.about for w in queries.waiting(ours.member_) if "Check" in w.what.message] == ["R1 处理"]
    services.move_action(ours.member_, item, "check")
    assert (item.state, item.checked_by_id) == ("checked", ours.member_.id)


def test_what_waits_is_what_one_can_do(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    issue = an_issue(ours.coordinator, ours.project, ours.member)
    an_action(ours.coordinator, issue, ours.member, person=ours.member_)
    assert {w.href for w in queries.waiting(ours.member_, DUE)} == {f"/issues/{issue.id}", f"/actions/{issue.actions[0].id}", f"/risks/{risk.id}"}  # fmt: skip
    assert queries.waiting(ours.member_, TODAY - datetime.timedelta(days=60)) == []
    assert not queries.waiting(ours.other_member, DUE)
    services.move_issue(ours.member_, issue, "resolve", reason="已解决")
    assert f"/issues/{issue.id}" not in {w.href for w in queries.waiting(ours.member_, DUE)}


def test_nothing_is_tracked_in_a_stopped_project(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    ours.project.stage = "stopped"
    for act in (
        lambda: stand(ours.member_, risk, 3, 3),
        lambda: a_risk(ours.member_, ours.project, ours.member),
        lambda: an_action(ours.member_, risk, ours.member),
    ):
        with pytest.raises(NotNow):
            act()
    ours.project.stage = "running"


# The light


def everywhere(project: Project, on: datetime.date) -> dict[str, Light]:
    """The light of a project as rows, the database, the list and its own page say it."""
    rows = lights.standing(project.milestones, on)
    over = dangers.over([project.id], on).get(project.id, 0)
    found = {
        "rows": lights.of_project(project.stage, rows, on, over).light,
        "quick": lights.light_of(project.stage, rows, on, over),
        "all": lights.light_of(project.stage, rows, on, dangers.over(None, on).get(project.id, 0)),
    }
    twins = [light for light in Light if project.id in db.session.scalars(standings.with_light(light, on)).all()]
    assert len(twins) == 1
    found["database"] = twins[0]
    return found


def test_an_open_high_risk_makes_the_light_red_and_says_so(ours: Any) -> None:
    project = factories.project(ours.consortium, ours.lead, "无里程碑项目")
    factories.participant(project, ours.member)
    assert set(everywhere(project, TODAY).values()) == {Light.GREY}
    risk = a_risk(ours.member_, project, ours.member, likelihood=5, impact=3)
    assert set(everywhere(project, TODAY).values()) == {Light.RED}
    assert set(everywhere(project, TODAY - datetime.timedelta(days=1)).values()) == {Light.GREY}
    said = lights.of_project(project.stage, lights.standing([], TODAY), TODAY, 1)
    assert [str(reason) for reason in said.reasons] == [
        "1 risk in the high band is open or has occurred.",
        "No milestone is planned, so nothing is known.",
    ]
    listed = db.session.scalars(projects.of(ours.coordinator).where(Project.id == project.id).execution_options(populate_existing=True)).one()  # fmt: skip
    assert listed.dangers == 1 and verdict(listed).light is Light.RED
    stand(ours.member_, risk, 5, 3, "occur")
    assert set(everywhere(project, TODAY).values()) == {Light.RED}
    stand(ours.member_, risk, 5, 3, "mitigate")
    assert set(everywhere(project, TODAY).values()) == {Light.GREY}
    for stage in ("draft", "stopped"):
        stand(ours.member_, risk, 5, 3, "reopen")
        project.stage = stage
        assert set(everywhere(project, TODAY).values()) == {Light.GREY}
        project.stage = "running"
        stand(ours.member_, risk, 5, 3, "mitigate")


def test_the_consortium_counts_it_as_off_track(ours: Any) -> None:
    for milestone in ours.project.milestones:
        milestone.state = "waived"
    db.session.flush()
    before = standings.consortium_verdicts([ours.consortium.id], TODAY)[ours.consortium.id]
    a_risk(ours.member_, ours.project, ours.member, likelihood=5, impact=5)
    after = standings.consortium_verdicts([ours.consortium.id], TODAY)[ours.consortium.id]
    assert before.light is not Light.RED and after.light is Light.RED
    assert (
        next(row for row in tables_of_desk(ours.coordinator) if row.consortium.id == ours.consortium.id).light
        is Light.RED
    )


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 5), st.integers(1, 5), st.sampled_from([None, "mitigate", "occur", "reopen", "close"]), st.integers(0, 50)),
    max_size=12,
)  # fmt: skip


@pytest.mark.slow
@given(STEPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_matrix_the_register_and_the_lights_agree(
    ours: Any, steps: list[tuple[int, int, int, str | None, int]]
) -> None:
    part = db.session.begin_nested()
    project = factories.project(ours.consortium, ours.lead, "随机风险项目")
    day, made = TODAY, []
    for which, likelihood, impact, step, later in steps:
        day += datetime.timedelta(days=later)
        with at(day):
            if which >= len(made):
                made.append(a_risk(ours.coordinator, project, ours.lead, likelihood=likelihood, impact=impact, rhythm=Rhythm.QUARTER if later % 2 else Rhythm.MONTH))  # fmt: skip
                continue
            try:
                stand(ours.coordinator, made[which], likelihood, impact, step)
            except Problem:
                db.session.expire(made[which])
    register = list(db.session.scalars(queries.of_project(ours.expert, project)))
    counts = queries.matrix(queries.of_project(ours.expert, project))
    assert sum(counts.values()) == len(register) == len(made)
    for (impact, likelihood), count in counts.items():
        asked = {"likelihood": str(likelihood), "impact": str(impact)}
        assert len(list(db.session.scalars(queries.narrowed(queries.of_project(ours.expert, project), asked, day)))) == count  # fmt: skip
    bands = bands_on(day)
    for name in ("green", "amber", "red"):
        listed = list(db.session.scalars(queries.narrowed(queries.of_project(ours.expert, project), {"band": name}, day)))  # fmt: skip
        assert {row.id for row in listed} == {row.id for row in register if bands.of(row.score) == name}
    for row in register:
        last = queries.states(row)[-1]
        assert (last.state, last.likelihood, last.impact) == (row.state, row.likelihood, row.impact)
        periods = [one.period for one in queries.states(row)]
        assert periods == sorted(periods)
    expected = sum(row.state in STANDING and bands.of(row.score) == RED for row in register)
    assert dangers.over([project.id], day).get(project.id, 0) == expected
    for on in (day, TODAY, TODAY - datetime.timedelta(days=1), day - datetime.timedelta(days=31)):
        assert len(set(everywhere(project, on).values())) == 1
    part.rollback()


def ways(life: Workflow, start: str) -> set[str]:
    found, grown = {start}, True
    while grown:
        more = {step.target for step in life.steps if set(step.sources) & found} - found
        found, grown = found | more, bool(more)
    return found


@pytest.mark.parametrize("life", [RISK, ISSUE, ACTION], ids=lambda life: life.name)
def test_every_state_can_be_reached(life: Workflow) -> None:
    assert ways(life, "open") == set(life.states)


def test_the_states_of_a_risk_belong_to_it(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    row = db.session.scalars(select(RiskState)).one()
    assert (row.risk_id, row.project_id, row.organisation_id) == (risk.id, ours.project.id, ours.member.id)
    assert GREEN != RED and not db.session.scalars(select(ActionItem)).all()
