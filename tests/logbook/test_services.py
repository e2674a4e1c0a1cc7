"""Keeping, confirming and opening a month: what is kept, what is refused, what is told."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from consortium.activity.models import Event, Notification
from consortium.activity.services import record
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Problem, Refused
from consortium.logbook import queries, services
from consortium.logbook.models import LoggedEffort, LoggedSpending, MonthlyLog
from consortium.logbook.portrait import LogsPortrait
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects import services as projects
from consortium.projects.replanning import at_once

pytestmark = pytest.mark.slow

OCTOBER = datetime.date(2026, 10, 1)
LABOUR = (CostCategory.LABOUR, MoneySource.OWN)


def keep(rows: Any, actor: Any = None, **more: Any) -> MonthlyLog:
    values: dict[str, Any] = {
        "month": OCTOBER,
        "note": "样机装调",
        "efforts": {rows.nodes["1"]: Decimal("1.50")},
        "spending": {LABOUR: Decimal("2500.00")},
        "people": 60,
    }
    return services.keep(actor or rows.people.member, rows.project, **{**values, **more})


def events(verb: str = "logged") -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.verb == verb).order_by(Event.id)))


def test_a_month_is_kept_and_told_by_its_totals(rows: Any) -> None:
    log = keep(
        rows,
        efforts={rows.nodes["1"]: Decimal("1.50"), rows.nodes["1.10"]: Decimal("0.25")},
        month=datetime.date(2026, 10, 17),
    )
    assert (log.month, log.state, log.organisation_id) == (OCTOBER, "open", rows.member.id)
    assert services.worked(log) == Decimal("1.75") and services.spent(log) == Decimal("2500.00")
    [told] = events()
    assert told.facts["months"] == ["0.00", "1.75"] and told.facts["money"] == ["0.00", "2500.00"]
    assert {kind for kind, _ in told.others} == {"logged_effort", "logged_spending"}
    db.session.commit()


def test_what_became_empty_goes_and_what_changed_is_told_once(rows: Any) -> None:
    log = keep(rows, efforts={rows.nodes["1"]: Decimal("1.50"), rows.nodes["1.10"]: Decimal("0.25")})
    version = log.version
    again = keep(
        rows, efforts={rows.nodes["1"]: Decimal("1.50"), rows.nodes["1.10"]: None}, spending={LABOUR: Decimal("0.00")}
    )
    assert again is log and [row.node_id for row in log.efforts] == [rows.nodes["1"].id] and log.spending == []
    assert log.version == version + 1 and len(events()) == 2
    assert events()[-1].facts["months"] == ["1.75", "1.50"] and events()[-1].facts["money"] == ["2500.00", "0.00"]
    db.session.commit()


@pytest.mark.parametrize("people", [None, 3])
def test_effort_above_full_time_is_refused_at_its_field(rows: Any, people: int | None) -> None:
    """The plan needs some people in October; where more worked, the firm says how many, and nobody works more than full time."""
    planned = queries.people_in(queries.people_needed(rows.project)[rows.member.id], OCTOBER)
    there = max(planned, people or 0)
    node, other = rows.nodes["1"], rows.nodes["1.10"]
    with pytest.raises(Refused) as refused:
        keep(rows, efforts={node: Decimal(there), other: Decimal("0.01")}, people=people)
    assert set(refused.value.fields) == {"people", f"effort_{node.id}"}
    assert f"{there}.00" in str(refused.value.fields["people"]) and not db.session.scalars(select(MonthlyLog)).all()
    assert services.worked(keep(rows, efforts={node: Decimal(there)}, people=people)) == there
    assert keep(rows, efforts={node: Decimal(there + 1)}, people=there + 1).people == there + 1


def test_saving_twice_tells_nothing_new(rows: Any) -> None:
    version = keep(rows).version
    assert keep(rows).version == version and len(events()) == 1


@pytest.mark.parametrize("months", ["-0.01", "NaN", "Infinity", "1.005", "100000.01"])
def test_person_months_that_cannot_be_are_refused_at_their_field(rows: Any, months: str) -> None:
    with pytest.raises(Refused) as refusal:
        keep(rows, efforts={rows.nodes["1"]: Decimal(months)})
    assert list(refusal.value.fields) == [f"effort_{rows.nodes['1'].id}"] and not events()


@pytest.mark.parametrize("amount", ["-1", "NaN", "0.001", "1E+17"])
def test_amounts_that_cannot_be_are_refused_at_their_field(rows: Any, amount: str) -> None:
    with pytest.raises(Refused) as refusal:
        keep(rows, spending={LABOUR: Decimal(amount)})
    assert list(refusal.value.fields) == ["spent_labour_own"] and not events()


@pytest.mark.parametrize(("month", "words"), [((2026, 12), "future"), ((2025, 12), "outside"), ((2031, 1), "future")])
def test_months_lie_inside_the_project_and_not_in_the_future(rows: Any, month: tuple[int, int], words: str) -> None:
    with pytest.raises(Refused, match=words):
        keep(rows, month=datetime.date(*month, 1))


def test_the_present_month_can_be_logged(rows: Any) -> None:
    assert keep(rows, month=datetime.date(2026, 11, 1)).title == "2026-11"


def test_a_month_in_which_nothing_was_done_says_so(rows: Any) -> None:
    with pytest.raises(Refused, match="Nothing is filled in"):
        keep(rows, note=" ", efforts={}, spending={})
    assert keep(rows, note="设备检修停工", efforts={}, spending={}).efforts == []


def test_nobody_logs_on_a_node_in_which_his_firm_does_not_work(rows: Any) -> None:
    with pytest.raises(Refused) as refusal:
        keep(rows, efforts={rows.nodes["2"]: Decimal("1.00")})
    assert "does not work in" in str(next(iter(refusal.value.fields.values())))


def test_what_was_logged_can_be_logged_on_after_the_plan_changed(rows: Any) -> None:
    keep(rows)
    with at_once():
        plans.unassign(rows.people.coordinator, rows.nodes["1"].efforts[0])
    assert services.worked(keep(rows, efforts={rows.nodes["1"]: Decimal("2.00")})) == Decimal("2.00")


def test_each_logs_for_the_own_firm_alone(rows: Any) -> None:
    for person, firm in (
        ("member", "other"),
        ("coordinator", "member"),
        ("other_member", "member"),
        ("auditor", "lead"),
        ("expert", "other"),
        ("signatory", "member"),
    ):
        with pytest.raises(Denied):
            keep(rows, getattr(rows.people, person), organisation=getattr(rows, firm))
    with pytest.raises(Problem):
        keep(rows, rows.stranger)
    assert not events()
    assert keep(rows, rows.people.coordinator, efforts={}).organisation_id == rows.lead.id


def test_a_firm_outside_of_the_project_logs_nothing(rows: Any) -> None:
    part = next(part for part in rows.project.participants if part.organisation_id == rows.member.id)
    db.session.delete(part)
    db.session.flush()
    with pytest.raises(NotNow, match="no part"):
        keep(rows)
    with pytest.raises(NotNow, match="does not take part"):
        keep(rows, organisation=rows.member)
    db.session.rollback()


def test_only_once_the_project_is_at_work(rows: Any) -> None:
    rows.project.stage = "draft"
    with pytest.raises(NotNow, match="not begun"):
        keep(rows)


def test_a_confirmed_month_is_not_changed_until_it_is_opened_again(rows: Any) -> None:
    log = services.confirm(rows.people.member, keep(rows))
    assert log.state == "confirmed" and events("confirmed the month")[0].facts["money"] == "2500.00"
    for act in (lambda: keep(rows, note="x"), lambda: services.confirm(rows.people.member, log)):
        with pytest.raises(NotNow):
            act()
    with pytest.raises(Refused):
        services.reopen(rows.people.member, log, reason=" ")
    services.reopen(rows.people.member, log, reason="设备费多记12万元")
    assert keep(rows, note="x").note == "x"
    [told] = db.session.scalars(select(Notification).where(Notification.message.contains("opened its log")))
    assert told.user_id == rows.people.coordinator.id
    # The consortium's timeline shows reasons to all; this one names money.
    assert "reason" not in events("opened the month again")[0].facts


@pytest.mark.parametrize("person", ["coordinator", "other_member", "auditor", "expert", "signatory"])
def test_only_the_own_firm_confirms(rows: Any, person: str) -> None:
    log = keep(rows)
    with pytest.raises(Denied):
        services.confirm(getattr(rows.people, person), log)


def test_more_than_planned_is_kept_and_named(rows: Any) -> None:
    assert queries.beyond(keep(rows)) == []
    log = keep(rows, efforts={rows.nodes["1"]: Decimal("3.01"), rows.nodes["1.10"]: Decimal("0.10")})
    assert [(node.number, done, plan) for node, done, plan in queries.beyond(log)] == [
        ("1", Decimal("3.01"), Decimal("3.00")), ("1.10", Decimal("0.10"), Decimal("0.00")),
    ]  # fmt: skip


def test_a_node_with_logged_work_stays_in_the_plan(rows: Any) -> None:
    keep(rows)
    with at_once(), pytest.raises(NotNow, match="1 monthly log"):
        plans.remove_node(rows.people.coordinator, rows.nodes["1"], reason="不再需要")


def test_missing_months_wait_for_the_own_firm_alone(rows: Any) -> None:
    keep(rows, month=datetime.date(2026, 9, 1))

    def months(person: Any) -> list[str]:
        return [str(item.what)[-7:] for item in queries.waiting(person)]

    assert months(rows.people.member) == ["2026-10", "2026-08", "2026-07"]
    assert months(rows.people.coordinator) == [] and months(rows.people.auditor) == []
    assert [str(item.what)[-7:] for item in queries.waiting(rows.people.member, datetime.date(2026, 10, 31))] == [
        "2026-08",
        "2026-07",
        "2026-06",
    ]
    assert "2026-10" in [
        str(item.what)[-7:] for item in queries.waiting(rows.people.member, datetime.date(2026, 11, 1))
    ]
    rows.project.stage = "stopped"
    assert months(rows.people.member) == []


def test_sums_are_shown_to_whom_they_may_be(rows: Any) -> None:
    keep(rows)
    keep(rows, rows.people.other_member, efforts={rows.nodes["2"]: Decimal("0.50")})
    for person, firms in (
        ("coordinator", {rows.member.id, rows.other.id}),
        ("member", {rows.member.id}),
        ("signatory", {rows.member.id}),
        ("auditor", {rows.member.id, rows.other.id}),
    ):
        assert {one.organisation_id for one in queries.sums(getattr(rows.people, person), rows.project)} == firms
    assert queries.sums(rows.stranger, rows.project) == []
    shown = queries.planned_against_logged(rows.people.other_member, rows.nodes["1.10"])
    assert shown == [] and queries.planned_against_logged(rows.people.other_member, rows.nodes["1"]) == []
    assert queries.planned_against_logged(rows.people.auditor, rows.nodes["1"]) == [
        (rows.member, Decimal("3.00"), Decimal("1.50"))
    ]


Amounts = st.decimals(min_value=0, max_value=99999, places=2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(1, 10),
            Amounts,
            Amounts,
            st.dictionaries(
                st.tuples(st.sampled_from(CostCategory), st.sampled_from(MoneySource)), Amounts, max_size=5
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_sums_of_rows_are_the_totals_whatever_was_saved_before(rows: Any, saved: list[Any]) -> None:
    with db.session.begin_nested() as step:
        wanted: dict[int, tuple[Decimal, Decimal]] = {}
        for month, first, second, money in saved:
            efforts = {rows.nodes["1"]: first, rows.nodes["1.10"]: second}
            keep(rows, month=datetime.date(2026, month, 1), efforts=efforts, spending=money, people=10**6)
            before = len(events())
            keep(rows, month=datetime.date(2026, month, 1), efforts=efforts, spending=money, people=10**6)
            assert len(events()) == before
            wanted[month] = (first + second, sum(money.values(), Decimal(0)))
        assert {
            one.month.month: (one.months, one.money) for one in queries.sums(rows.people.member, rows.project)
        } == wanted
        figures = queries.logged(rows.project)
        assert figures.months_of(rows.member.id) == sum(found[0] for found in wanted.values())
        assert figures.money_of(rows.member.id) == sum(found[1] for found in wanted.values())
        assert all(row.months > 0 for row in db.session.scalars(select(LoggedEffort)))
        assert all(row.amount > 0 for row in db.session.scalars(select(LoggedSpending)))
        step.rollback()


def missing(rows: Any) -> int:
    """The figure on the page of the logs."""
    return LogsPortrait(rows.people.coordinator, rows.project).missing


def test_months_not_logged_are_those_that_wait_on_desks(rows: Any) -> None:
    due = queries.due_months(rows.project)
    assert due.keys() == {rows.member.id, rows.other.id} and missing(rows) == 20
    assert due[rows.member.id] == queries.span(datetime.date(2026, 1, 1), datetime.date(2026, 10, 31))
    for person, firm in (("member", rows.member), ("other_member", rows.other)):
        for month in due[firm.id]:
            nodes = {rows.nodes["1" if firm is rows.member else "2"]: Decimal("0.10")}
            keep(rows, getattr(rows.people, person), month=month, efforts=nodes)
        assert queries.waiting(getattr(rows.people, person)) == []
    assert missing(rows) == 0
    rows.project.stage = "draft"
    assert queries.due_months(rows.project) == {}


def test_a_project_is_not_moved_away_from_logged_months(rows: Any) -> None:
    keep(rows, month=datetime.date(2026, 1, 1))
    keep(rows, month=datetime.date(2026, 3, 1))
    for node in rows.nodes.values():
        node.starts_on = datetime.date(2026, 5, 1)
        record(None, "amended", node)
    names = (
        "kind",
        "title_zh",
        "title_en",
        "objective",
        "area",
        "lead",
        "ends_on",
        "budget",
        "trl_start",
        "trl_target",
    )
    values = {name: getattr(rows.project, name) for name in names}
    with pytest.raises(Refused) as refused:
        projects.amend(rows.people.coordinator, rows.project, **values, starts_on=datetime.date(2026, 2, 10))
    assert str(refused.value.fields["starts_on"]).endswith("would lie outside of this period: 2026-01.")
    projects.amend(rows.people.coordinator, rows.project, **values, starts_on=datetime.date(2026, 1, 20))
    assert queries.months_of(rows.project)[0] == datetime.date(2026, 1, 1)


def test_a_stopped_project_is_logged_up_to_the_day_of_its_stop(rows: Any) -> None:
    with clock.at(datetime.datetime(2026, 8, 15, 3, tzinfo=datetime.UTC)):
        projects.move(rows.people.coordinator, rows.project, "stop", reason="停")
    assert queries.months_of(rows.project)[-1] == datetime.date(2026, 8, 1)
    keep(rows, month=datetime.date(2026, 8, 1))
    with pytest.raises(Refused, match="last month to log is 2026-08"):
        keep(rows, month=datetime.date(2026, 9, 1))
    assert all(months[-1] == datetime.date(2026, 8, 1) for months in queries.due_months(rows.project).values())
    projects.move(rows.people.coordinator, rows.project, "resume", reason="续")
    assert queries.months_of(rows.project)[-1] == datetime.date(2026, 11, 1)
