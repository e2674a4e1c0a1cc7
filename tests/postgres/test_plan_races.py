"""Two who change one plan at the same moment: what holds of all of it holds afterwards, and nobody is lost between the locks.

Each race is run with the lock of `projects.replanning`, and once more without it, where it has to go wrong: else it would prove nothing.
"""

import datetime
import io
import threading
from contextlib import suppress
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from consortium.activity import services as activity
from consortium.activity.models import Event
from consortium.activity.services import exported
from consortium.activity.verify_chain import verify
from consortium.baselines import services as baselines
from consortium.baselines.layout import EVERY, rows_of
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.baselines.services import digest
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.core.scope import everything
from consortium.core.uploads import examine
from consortium.exchange import services as exchange
from consortium.exchange.models import PlanImport
from consortium.logbook import services as logbook
from consortium.logbook.models import MonthlyLog
from consortium.organisations.models import Organisation
from consortium.outputs import services as outputs
from consortium.outputs.models import Deliverable, DeliverableKind, Dissemination
from consortium.people.models import User
from consortium.plans import queries, services
from consortium.plans.models import CostCategory, Link, LinkKind, MoneySource, Node
from consortium.projects import replanning
from consortium.projects import services as projects
from consortium.projects.models import Milestone, Participant, Project
from tests import factories
from tests.exchange.furniture import HEADS
from tests.exchange.plans import workbook

pytestmark = pytest.mark.postgres

DAY = datetime.date
FROM, TO = DAY(2026, 1, 1), DAY(2027, 12, 31)
#: So long one waits for the other at the point where both have judged; with the lock the other never comes there.
PATIENCE = 0.4

with_and_without = pytest.mark.parametrize("locked", [True, False], ids=["locked", "without the lock"])


class Race:
    """A project of our table, and people who do something with it at once."""

    def __init__(self, app, world, monkeypatch):
        self.app, self.world, self.patch = app, world, monkeypatch
        with self.opened():
            ours = world.ours
            row = factories.project(
                self.row(Consortium, ours.consortium.id), self.firm("lead"), "争用", budget=Decimal("1000.00")
            )
            row.participants[0].budget = Decimal("100.00")
            for name, budget in (("member", "600.00"), ("other", "300.00")):
                factories.participant(row, self.firm(name), Decimal(budget))
            factories.milestone(row, self.firm("member"), "争用里程碑", DAY(2027, 6, 30))
            db.session.commit()
            self.number = row.id

    def opened(self):
        """A session of somebody."""
        outer = self

        class Opened:
            def __enter__(self):
                self.parts = (outer.app.app_context(), everything("one of two"), clock.at(factories.NOW))
                for part in self.parts:
                    part.__enter__()

            def __exit__(self, *_):
                db.session.rollback()
                for part in reversed(self.parts):
                    part.__exit__(None, None, None)

        return Opened()

    @staticmethod
    def row(model, number):
        return db.session.get_one(model, number)

    @property
    def project(self):
        return self.row(Project, self.number)

    def firm(self, name):
        return self.row(Organisation, getattr(self.world.ours, name).id)

    def person(self, name="coordinator"):
        return self.row(User, getattr(self.world.ours.people, name).id)

    def node(self, number):
        return queries.node(self.project, number)

    def plan(self, *numbers, **more):
        """Nodes, each below the one whose number its own begins with."""
        with self.opened():
            for number in numbers:
                parent = self.node(number.rpartition(".")[0]) if "." in number else None
                self.add(number, parent, **more)
            db.session.commit()

    def add(self, number, parent=None, **more):
        values = {
            "title_zh": f"节点{number}",
            "title_en": "",
            "lead": self.firm("lead"),
            "starts_on": FROM,
            "ends_on": TO,
        }
        return services.add_node(self.person(), self.project, number=number, parent=parent, **{**values, **more})

    def amend(self, node, **more):
        values = {
            "number": node.number, "parent": node.parent, "title_zh": node.title_zh, "title_en": node.title_en, "starts_on": node.starts_on,
            "ends_on": node.ends_on, "objective": node.objective, "lead": self.row(Organisation, node.organisation_id),
        }  # fmt: skip
        return services.amend_node(self.person(), node, **{**values, **more})

    def pay(self, node, amount, head=CostCategory.LABOUR, firm="member"):
        return services.allocate(
            self.person(), node, self.firm(firm), category=head, source=MoneySource.OWN, amount=Decimal(amount)
        )

    def freeze(self):
        return baselines.freeze(self.person(), self.project, name="争用基线", as_of=factories.TODAY)

    def frozen(self):
        with self.opened():
            self.freeze()
            db.session.commit()

    def proposed(self, change, kind=None):
        """The number of a request that waits for its decision."""
        with self.opened():
            made = change()
            made = baselines.write(self.person(), made, kind=made.kind, summary="争用变更", reason="因为")
            baselines.submit(self.person(), made)
            db.session.commit()
            return made.id

    def decide(self, number):
        request = self.row(ChangeRequest, number)
        return lambda: baselines.decide(self.person(), request, outcome="approve", decision="理事会决议 2026-7 号")

    def run(self, *deeds, locked=True):
        """Do all at once; each deed reads what its page shows and answers what it does then. Answers what came of each, in their order."""
        outcomes, ready = [""] * len(deeds), threading.Barrier(len(deeds))
        judged, append = threading.Barrier(len(deeds)), activity._append
        waited = threading.local()

        def wait_for_the_other(chain, some):
            # Here all rows were judged and written, and the chain of events would line the two up.
            if not getattr(waited, "done", False):
                waited.done = True
                with suppress(threading.BrokenBarrierError):
                    judged.wait(PATIENCE)
            append(chain, some)

        def do(place, deed):
            try:
                with self.opened():
                    act = deed()
                    ready.wait(10)
                    try:
                        made = act()
                        db.session.commit()
                        outcomes[place] = "proposed" if getattr(made, "state", "") == "draft" else "done"
                    except Problem as problem:
                        outcomes[place] = type(problem).__name__
                    except (StaleDataError, IntegrityError, ObjectDeletedError):  # `web.forms` tells all three as 409
                        outcomes[place] = "Stale"
            except Exception as error:  # told to the test, not to the thread
                outcomes[place] = f"{type(error).__name__}: {error}"

        with self.patch.context() as patch:
            patch.setattr(activity, "_append", wait_for_the_other)
            if not locked:
                patch.setattr(replanning, "hold", lambda project: None)
            threads = [threading.Thread(target=do, args=pair) for pair in enumerate(deeds)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return outcomes


@pytest.fixture
def race(app, fresh, world, monkeypatch):
    with app.app_context():
        db.engine.dispose()  # the connection that migrated waits for locks for a moment only
    made = Race(app, world, monkeypatch)
    yield made
    with made.opened():
        chain = f"c{world.ours.consortium.id}"
        count, _ = verify(
            [
                exported(one)
                for one in db.session.scalars(select(Event).where(Event.chain == chain).order_by(Event.number))
            ]
        )
        assert count  # whatever happened, the record of it is whole


# Money


@with_and_without
def test_two_amounts_stay_within_the_share_of_their_firm(race, locked):
    race.plan("1", "2")

    def paying(number):
        def deed():
            node = race.node(number)
            return lambda: race.pay(node, "400.00")

        return deed

    outcomes = race.run(paying("1"), paying("2"), locked=locked)
    with race.opened():
        planned = queries.allocated(race.project, race.firm("member").id)
    if locked:
        assert sorted(outcomes) == ["Refused", "done"] and planned == Decimal("400.00")
    else:
        assert planned == Decimal("800.00")


def test_one_amount_typed_by_two(race):
    race.plan("1")

    def paying(amount):
        def deed():
            node = race.node("1")
            assert not node.allocations  # the page showed them
            return lambda: race.pay(node, amount)

        return deed

    outcomes = race.run(paying("100.00"), paying("200.00"))
    with race.opened():
        (row,) = race.node("1").allocations
        # The later one hears of the earlier one, and changes nothing of it.
        assert sorted(outcomes) == ["Refused", "done"]
        assert row.amount == Decimal("100.00" if outcomes[0] == "done" else "200.00")


@with_and_without
def test_an_amount_and_a_smaller_budget_of_the_project(race, locked):
    """Where nothing was said of shares the budget of the project is what binds the money in its nodes."""
    race.plan("1")
    with race.opened():
        for part in race.project.participants:
            projects.change_part(race.person(), part, task="分工", budget=Decimal("0.00"))
        db.session.commit()

    def paying():
        node = race.node("1")
        assert node.project.budget == Decimal("1000.00")
        return lambda: race.pay(node, "900.00")

    def cutting():
        row = race.project
        return lambda: _amend(race, row, budget=Decimal("500.00"))

    outcomes = race.run(paying, cutting, locked=locked)
    with race.opened():
        planned, budget = queries.allocated(race.project, None), race.project.budget
    if locked:
        assert sorted(outcomes) == ["Refused", "done"] and planned <= budget
    else:
        assert planned > budget


def _amend(race, row, **more):
    names = (
        "kind",
        "title_zh",
        "title_en",
        "objective",
        "area",
        "lead",
        "starts_on",
        "ends_on",
        "budget",
        "trl_start",
        "trl_target",
    )
    return projects.amend(race.person(), row, **{**{name: getattr(row, name) for name in names}, **more})


# The tree and its links


@with_and_without
def test_two_links_make_no_ring(race, locked):
    race.plan("1", "2")

    def linking(before, after):
        def deed():
            ends = race.node(before), race.node(after)
            return lambda: services.link(race.person(), *ends, kind=LinkKind.FINISH_START, lag=0)

        return deed

    outcomes = race.run(linking("1", "2"), linking("2", "1"), locked=locked)
    with race.opened():
        links = db.session.scalar(select(func.count(Link.id)).where(Link.project_id == race.number))
    assert links == (1 if locked else 2)
    assert not locked or sorted(outcomes) == ["Refused", "done"]


@with_and_without
def test_two_moves_put_no_node_into_itself(race, locked):
    race.plan("1", "2")

    def moving(number, into):
        def deed():
            node, parent = race.node(number), race.node(into)
            assert not node.children and not parent.children  # the page showed the tree
            return lambda: race.amend(node, parent=parent)

        return deed

    outcomes = race.run(moving("1", "2"), moving("2", "1"), locked=locked)
    with race.opened():
        at_the_top = [node.number for node in (race.node("1"), race.node("2")) if node.parent_id is None]
    assert len(at_the_top) == (1 if locked else 0)
    assert not locked or sorted(outcomes) == ["Refused", "done"]


def _adding(race):
    parent = race.node("1")
    assert parent.ends_on == TO and not parent.children
    return lambda: race.add("1.1", parent, starts_on=DAY(2027, 1, 1))


def _shortening(race):
    node = race.node("1")
    assert not node.children  # the page showed the tree
    return lambda: race.amend(node, ends_on=DAY(2026, 12, 31))


@with_and_without
@pytest.mark.parametrize("turned", [False, True])
def test_a_child_stays_inside_of_what_is_shortened(race, locked, turned):
    race.plan("1")
    deeds = [lambda: _adding(race), lambda: _shortening(race)]
    outcomes = race.run(*deeds[:: -1 if turned else 1], locked=locked)
    with race.opened():
        parent, child = race.node("1"), race.node("1.1")
        inside = child is None or child.ends_on <= parent.ends_on
    assert inside is locked
    assert not locked or sorted(outcomes) == ["Refused", "done"]


def test_a_milestone_stays_inside_of_a_project_that_is_shortened(race):
    def planning():
        row = race.project
        assert row.ends_on == TO
        return lambda: projects.plan_milestone(
            race.person(),
            row,
            organisation=race.firm("member"),
            title_zh="末尾",
            title_en="",
            due_on=TO,
            weight=5,
            means="",
        )

    def shortening():
        row = race.project
        assert len(row.milestones) == 1
        return lambda: _amend(race, row, ends_on=DAY(2027, 6, 30))

    outcomes = race.run(planning, shortening)
    with race.opened():
        last = max(one.due_on for one in race.project.milestones)
        assert last <= race.project.ends_on, outcomes


def test_a_child_and_the_removal_of_its_parent(race):
    race.plan("1")

    def removing():
        node = race.node("1")
        assert not node.children
        return lambda: services.remove_node(race.person(), node, reason="不再需要")

    for deeds in ((lambda: _adding(race), removing), (removing, lambda: _adding(race))):
        outcomes = race.run(*deeds)
        with race.opened():
            parent, child = race.node("1"), race.node("1.1")
            assert outcomes.count("done") == 1, outcomes
            # One is there with the other, or neither is.
            assert (parent is None) == (child is None), outcomes
            assert all(":" not in one for one in outcomes), outcomes
            if parent is None:
                race.add("1")
            else:
                services.remove_node(race.person(), child, reason="再来")
            db.session.commit()


def test_a_firm_leaves_while_work_is_given_to_it(race):
    race.plan("1")

    def leaving():
        part = db.session.scalar(
            select(Participant).where(
                Participant.project_id == race.number, Participant.organisation_id == race.world.ours.other.id
            )
        )
        return lambda: projects.leave(race.person(), part, reason="退出")

    def assigning():
        node = race.node("1")
        assert len(node.project.participants) == 3
        return lambda: services.assign(race.person(), node, race.firm("other"), months=Decimal("2.00"))

    outcomes = race.run(leaving, assigning)
    with race.opened():
        firms = {part.organisation_id for part in race.project.participants}
        assert {row.organisation_id for row in race.node("1").efforts} <= firms, outcomes
        assert outcomes.count("done") == 1


def test_a_project_is_completed_while_a_deliverable_is_planned(race):
    with race.opened():
        for one in race.project.milestones:
            one.state = "accepted"
            activity.record("test", "accepted", one)
        db.session.commit()

    def completing():
        row = race.project
        return lambda: projects.move(race.person(), row, "complete")

    def planning():
        row = race.project
        assert row.stage == "running"
        return lambda: outputs.plan_deliverable(
            race.person(), row, number="D1", node=None, organisation=race.firm("member"), title_zh="交付物", title_en="", kind=DeliverableKind.REPORT,
            level=Dissemination.PUBLIC, due_on=TO,
        )  # fmt: skip

    outcomes = race.run(completing, planning)
    with race.opened():
        there = db.session.scalar(select(func.count(Deliverable.id)).where(Deliverable.project_id == race.number))
        assert not (race.project.stage == "completed" and there), outcomes
        assert outcomes.count("done") == 1


# Freezing and deciding


@with_and_without
def test_a_plan_is_frozen_with_all_of_a_change_or_nothing_of_it(race, locked):
    race.plan("1")

    def freezing():
        race.project
        return race.freeze

    def renaming():
        node = race.node("1")
        return lambda: race.amend(node, title_zh="改名")

    outcomes = race.run(freezing, renaming, locked=locked)
    with race.opened():
        baseline = db.session.scalars(select(Baseline).where(Baseline.project_id == race.number)).one()
        (frozen,) = baseline.rows["nodes"]
        now = race.node("1").title_zh
        same = baseline.digest == digest(rows_of(race.project, [one.name for one in EVERY]))
    if locked:
        # Whichever came first: what is frozen is what stands there, and a change after it waits.
        assert same and outcomes in (["done", "done"], ["done", "proposed"])
        assert frozen["title_zh"] == now == ("改名" if outcomes[1] == "done" else "节点1")
    else:
        assert not same


def test_a_plan_is_frozen_while_its_project_is_amended(race):
    def freezing():
        assert race.project.budget == Decimal("1000.00")
        return race.freeze

    def amending():
        row = race.project
        return lambda: _amend(race, row, budget=Decimal("1200.00"))

    outcomes = race.run(freezing, amending)
    with race.opened():
        baseline = db.session.scalars(select(Baseline).where(Baseline.project_id == race.number)).one()
        assert baseline.rows["project"][0]["budget"] == f"{race.project.budget:.2f}", outcomes
        assert outcomes[0] == "done" and outcomes[1] in ("done", "proposed")


def test_one_request_is_approved_once(race):
    race.plan("1")
    race.frozen()
    number = race.proposed(lambda: race.amend(race.node("1"), title_zh="批准"))
    outcomes = race.run(lambda: race.decide(number), lambda: race.decide(number))
    assert sorted(outcomes) in (["NotNow", "done"], ["Stale", "done"])
    with race.opened():
        told = select(func.count(Event.id)).where(
            Event.subject_kind == "change_request", Event.subject_id == number, Event.verb == "approved the change"
        )
        assert db.session.scalar(told) == 1 and race.node("1").title_zh == "批准"


@with_and_without
def test_two_requests_that_exclude_each_other_are_approved_at_once(race, locked):
    race.plan("1")
    race.frozen()
    longer = race.proposed(lambda: _adding(race)())
    shorter = race.proposed(lambda: _shortening(race)())
    outcomes = race.run(lambda: race.decide(longer), lambda: race.decide(shorter), locked=locked)
    with race.opened():
        parent, child = race.node("1"), race.node("1.1")
        inside = child is None or child.ends_on <= parent.ends_on
        states = sorted(race.row(ChangeRequest, one).state for one in (longer, shorter))
    if locked:
        assert sorted(outcomes) == ["NotNow", "done"] and inside and states == ["approved", "submitted"]


def test_deciding_and_proposing_do_not_wait_for_each_other(race):
    """Whoever changes a plan holds it before the chain of events; the other way round two would stop each other."""
    race.plan("1", "2")
    race.frozen()
    for turn in range(3):
        number = race.proposed(lambda turn=turn: race.amend(race.node("1"), title_zh=f"第{turn}次"))

        def proposing(turn=turn):
            node = race.node("2")
            return lambda: race.amend(node, title_zh=f"另{turn}次")

        outcomes = race.run(lambda number=number: race.decide(number), proposing)
        assert outcomes == ["done", "proposed"]
        with race.opened():
            (draft,) = db.session.scalars(
                select(ChangeRequest).where(ChangeRequest.project_id == race.number, ChangeRequest.state == "draft")
            )
            baselines.withdraw(race.person(), draft)
            db.session.commit()


def test_a_request_is_approved_while_the_plan_is_frozen_again(race):
    race.plan("1")
    race.frozen()
    number = race.proposed(lambda: race.amend(race.node("1"), title_zh="再冻结"))

    def freezing():
        race.project
        return race.freeze

    outcomes = race.run(lambda: race.decide(number), freezing)
    with race.opened():
        last = db.session.scalars(
            select(Baseline).where(Baseline.project_id == race.number).order_by(Baseline.number.desc())
        ).first()
        titles = {row["title_zh"] for row in last.rows["nodes"]}
    assert outcomes[0] == "done"
    # Either it is in the new baseline, or there was nothing to freeze yet.
    assert (outcomes[1], titles) in (("done", {"再冻结"}), ("NotNow", {"节点1"}))


# Imports


def _brought(race, title="导入"):
    """The number and the digest of a preview."""
    with race.opened():
        sheet = workbook({"nodes": [HEADS, ["1", None, title, "", str(race.firm("lead")), FROM, TO, ""]]})
        row = exchange.bring(race.person(), exchange.look(race.person(), race.project, ("a.xlsx", sheet), tried=True))
        db.session.commit()
        return row.id, exchange.preview_of(race.person(), row, False).seen


def _taking(race, number, seen):
    def deed():
        row = race.row(PlanImport, number)
        assert row.state == "previewed"
        return lambda: exchange.take(race.person(), row, removes=False, seen=seen)

    return deed


@pytest.mark.parametrize("approved", [False, True])
def test_one_file_is_imported_once(race, approved):
    if approved:
        race.frozen()
    number, seen = _brought(race)
    outcomes = race.run(_taking(race, number, seen), _taking(race, number, seen))
    with race.opened():
        row = race.row(PlanImport, number)
        made = db.session.scalar(select(func.count(ChangeRequest.id)).where(ChangeRequest.project_id == race.number))
        nodes = db.session.scalar(select(func.count(Node.id)).where(Node.project_id == race.number))
        state = row.state
    good = "proposed" if approved else "done"
    assert outcomes.count(good) == 1 and {*outcomes} - {good} <= {"Stale", "NotNow"}
    assert (state, made, nodes) == (("proposed", 1, 0) if approved else ("imported", 0, 1))


def test_a_file_is_imported_while_the_plan_is_changed(race):
    race.plan("1")
    number, seen = _brought(race)

    def amending():
        node = race.node("1")
        return lambda: race.amend(node, title_zh="手改")

    outcomes = race.run(_taking(race, number, seen), amending)
    with race.opened():
        # Each was made on the plan that it saw; who came second is told.
        assert sorted(outcomes) == ["Stale", "done"], outcomes
        assert race.node("1").title_zh == ("导入" if outcomes[0] == "done" else "手改")


def test_an_import_is_undone_once_and_not_over_a_change(race):
    number, seen = _brought(race)
    assert race.run(_taking(race, number, seen)) == ["done"]

    def undoing():
        row = race.row(PlanImport, number)
        assert exchange.cannot_undo(row) is None
        return lambda: exchange.undo(race.person(), row)

    def amending():
        node = race.node("1")
        return lambda: race.amend(node, title_zh="手改")

    outcomes = race.run(undoing, amending)
    assert outcomes.count("done") == 1 and all(":" not in one for one in outcomes), outcomes
    with race.opened():
        node = race.node("1")
        assert (node is None) == (outcomes[0] == "done") and (node is None or node.title_zh == "手改")
        if node is not None:
            race.amend(node, title_zh="导入")
            db.session.commit()
            assert race.row(PlanImport, number).state == "imported"
    if outcomes[0] != "done":
        again = race.run(undoing, undoing)
        assert again.count("done") == 1 and all(":" not in one for one in again), again


# What firms log and report


def test_one_month_is_logged_by_two(race):
    race.plan("1")
    with race.opened():
        services.assign(race.person(), race.node("1"), race.firm("member"), months=Decimal("2.00"))
        db.session.commit()

    def logging(months):
        def deed():
            project, node = race.project, race.node("1")
            return lambda: logbook.keep(
                race.person("member"), project, month=DAY(2026, 10, 1), note=f"{months}", efforts={node: Decimal(months)}, spending={},
                organisation=race.firm("member"),
            )  # fmt: skip

        return deed

    outcomes = race.run(logging("1.00"), logging("0.50"))
    assert sorted(outcomes) == ["Stale", "done"]
    outcomes = race.run(logging("0.70"), logging("0.80"))
    assert sorted(outcomes) == ["Stale", "done"]
    with race.opened():
        (log,) = db.session.scalars(select(MonthlyLog).where(MonthlyLog.project_id == race.number))
        assert [row.months for row in log.efforts] == [Decimal("0.70" if outcomes[0] == "done" else "0.80")]
        assert log.note == f"{log.efforts[0].months}"


def test_a_month_is_logged_on_a_node_that_goes(race):
    race.plan("1")
    with race.opened():
        services.assign(race.person(), race.node("1"), race.firm("member"), months=Decimal("2.00"))
        db.session.commit()

    def logging():
        project, node = race.project, race.node("1")
        return lambda: logbook.keep(
            race.person("member"), project, month=DAY(2026, 10, 1), note="", efforts={node: Decimal("1.00")}, spending={}, organisation=race.firm("member")
        )  # fmt: skip

    def removing():
        node = race.node("1")
        return lambda: services.remove_node(race.person(), node, reason="不再需要")

    outcomes = race.run(logging, removing)
    assert outcomes.count("done") == 1 and all(":" not in one for one in outcomes), outcomes
    with race.opened():
        assert (race.node("1") is None) == (outcomes[1] == "done")


def _report(race, milestone):
    proof = examine("a.txt", io.BytesIO("数据\n".encode()))
    return projects.report(race.person("member"), milestone, note="完成", files=[proof])


def test_one_report_is_verified_or_returned(race):
    with race.opened():
        milestone = race.project.milestones[0]
        _report(race, milestone)
        db.session.commit()
        number = milestone.id

    def verifying(decision):
        def deed():
            row = race.row(Milestone, number)
            assert row.state == "reported" and len(row.reports) == 1
            return lambda: projects.check(
                race.person("expert"), row, decision=decision, note="核验", report_id=row.reports[0].id
            )

        return deed

    outcomes = race.run(verifying("verify"), verifying("return"))
    assert sorted(outcomes) == ["Stale", "done"]
    with race.opened():
        row = race.row(Milestone, number)
        assert row.state == row.reports[0].outcome == ("verified" if outcomes[0] == "done" else "returned")


def test_a_milestone_is_removed_while_it_is_reported(race):
    with race.opened():
        number = race.project.milestones[0].id

    def reporting():
        row = race.row(Milestone, number)
        return lambda: _report(race, row)

    def removing():
        row = race.row(Milestone, number)
        assert not row.reports
        return lambda: projects.remove_milestone(race.person(), row, reason="不再需要")

    outcomes = race.run(reporting, removing)
    assert outcomes.count("done") == 1 and all(":" not in one for one in outcomes), outcomes
