"""What people do to a plan, drawn by lot: every service that changes one, proposals and their life, files, monthly logs, and other chairs.

Each step passes the door that its page has; whoever is likely to get through is looked for, since by chance hardly anything would happen.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consortium.activity import services as activity
from consortium.baselines import drafting, services, working
from consortium.baselines.comparing import Line, broken
from consortium.baselines.layout import rows_of
from consortium.baselines.models import ChangeKind, ChangeRequest
from consortium.core import clock
from consortium.core.access import Action, Role, allowed, require
from consortium.core.db import db
from consortium.exchange import services as exchange
from consortium.exchange import working as exchanging
from consortium.exchange.models import PlanImport
from consortium.logbook import queries as logs
from consortium.logbook import services as logbook
from consortium.logbook.models import MonthlyLog
from consortium.outputs import services as outputs
from consortium.outputs.models import Deliverable, DeliverableKind, Direction, Dissemination
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, LinkKind, MoneySource, Node
from consortium.projects import services as projects
from consortium.projects.models import Milestone, Project
from tests import factories
from tests.baselines.drawing import Dice

ROLES = (Role.COORDINATOR, Role.MEMBER, Role.EXPERT, Role.SIGNATORY, Role.AUDITOR)
#: Every service that changes a plan, as pages call it.
CHANGES: dict[str, Callable[..., Any]] = {
    "project.amend": projects.amend, "plan.arrange": plans.arrange, "part.join": projects.join, "part.change": projects.change_part,
    "part.leave": projects.leave, "node.add": plans.add_node, "node.amend": plans.amend_node, "node.remove": plans.remove_node,
    "effort.assign": plans.assign, "effort.change": plans.reassign, "effort.unassign": plans.unassign, "money.allocate": plans.allocate,
    "money.change": plans.reallocate, "money.deallocate": plans.deallocate, "link.add": plans.link, "link.amend": plans.amend_link,
    "link.remove": plans.unlink, "milestone.plan": projects.plan_milestone, "milestone.amend": projects.amend_milestone,
    "milestone.remove": projects.remove_milestone, "milestone.waive": projects.waive, "milestone.tie": outputs.tie,
    "milestone.untie": outputs.untie, "deliverable.plan": outputs.plan_deliverable, "deliverable.amend": outputs.amend_deliverable,
    "deliverable.remove": outputs.remove_deliverable, "indicator.plan": outputs.plan_indicator, "indicator.amend": outputs.amend_indicator,
    "indicator.remove": outputs.remove_indicator,
}  # fmt: skip
#: What is often refused is tried more often.
SELDOM = (
    "node.amend", "node.remove", "node.remove", "link.add", "link.add", "part.leave", "deliverable.remove", "effort.change",
    *["milestone.waive"] * 6,
)  # fmt: skip
#: What people do, by how often; a change of the plan is one of `CHANGES`.
WHAT = {
    "change": 30, "own": 5, "freeze": 2, "submit": 7, "approve": 6, "reject": 4, "withdraw": 5, "take out": 7, "renew": 6, "export": 2,
    "bring": 5, "take": 2, "undo": 4, "keep": 4, "confirm": 2, "reopen": 2, "move": 3,
}  # fmt: skip
#: What often comes next, so that things come to an end.
NEXT = {
    "": (("freeze",), 0.3), "change": (("submit",), 0.25), "own": (("submit",), 0.4), "submit": (("approve", "approve", "approve", "reject"), 0.8), "bring": (("take",), 0.9),
    "take": (("undo", "submit"), 0.95), "undo": (("submit",), 0.9), "approve": (("undo", "renew"), 0.6), "confirm": (("reopen", "keep"), 0.6),
    "keep": (("confirm",), 0.3),
}  # fmt: skip


@dataclass
class Walk(Dice):
    """One walk: what was tried last, and by which verb of the plan."""

    last: str = ""
    verb: str = ""

    def who(self, action: Action, thing: Any, fits: Callable[[Any], bool] = lambda person: True) -> Any:
        """Somebody who passes the door, mostly; anybody else is sent away by it."""
        able = (
            [person for person in self.people if allowed(person, action, thing) and fits(person)]
            if self.likely()
            else []
        )
        person = self.one(able or self.people)
        require(person, action, thing)
        return person

    # Steps

    def step(self) -> tuple[str, Any]:
        """One step of one person; answers what was done and who did it, None where there was nothing to do it with."""
        some, odds = NEXT.get(self.last, ((), 0))
        what = self.one(some)
        for _ in range(6):
            self.verb = ""
            if not what or not self.likely(odds):
                what = self.chance.choices(list(WHAT), list(WHAT.values()))[0]
            # What is refused is tried again: `last` stays what it was.
            self.last, person = what, getattr(self, what.replace(" ", "_"))()
            if person is not None:
                break
            what = None
        return self.last, person

    def change(self) -> Any:
        self.verb = self.one((*CHANGES, *SELDOM))
        return self._changed(self.verb)

    def _changed(self, verb: str) -> Any:
        about, what = verb.split(".")
        drawn = self.drawn(about, what)
        if drawn is None or drawn[0] is None:
            return None
        thing, others, values = drawn
        # The door of all these pages asks for the right to plan; a waiver is asked for by the firm itself, too.
        person = self.who(Action.PROPOSE if verb == "milestone.waive" else Action.PLAN, thing)
        CHANGES[verb](person, thing, *others, **values)
        return person

    # Baselines and proposals

    def freeze(self) -> Any:
        person = self.who(Action.DECIDE, self.project)
        services.freeze(person, self.project, name=self.word("任务书"), as_of=clock.today())
        return person

    def own(self) -> Any:
        """Somebody proposes another value of a thing, mostly of the own firm."""
        thing = self.row(self.one((Node, Milestone, Deliverable)))
        if thing is None:
            return None
        person = self.who(Action.PROPOSE, thing, lambda one: services.not_own(one, thing) is None)
        services.propose_own(person, thing, **self.other(services.AMENDED_BY[thing.__tablename__], thing))
        return person

    def _request(self, *states: str) -> Any:
        found = [row for row in self.rows(ChangeRequest) if not self.likely() or row.state in states]
        return self.one(found[-1:] if self.likely(0.6) else found[-3:])

    def submit(self) -> Any:
        if (request := self._request("draft")) is None:
            return None
        person = self.who(Action.PROPOSE, request, lambda one: one.id == request.proposed_by_id)
        kind = request.kind if self.likely() else self.one(ChangeKind)
        services.submit(
            person, services.write(person, request, kind=kind, summary=self.word("变更"), reason=self.word("因"))
        )
        return person

    def approve(self) -> Any:
        return self._decide("approve")

    def reject(self) -> Any:
        return self._decide("reject")

    def _decide(self, outcome: str) -> Any:
        if (request := self._request("submitted")) is None:
            return None
        person = self.who(Action.DECIDE, request)
        working.decide(person, request, outcome=outcome, decision=self.word("决议") if self.likely() else "")
        return person

    def withdraw(self) -> Any:
        if (request := self._request("draft", "submitted")) is None:
            return None
        person = self.who(Action.PROPOSE, request, lambda one: one.id == request.proposed_by_id)
        services.withdraw(person, request)
        return person

    def renew(self) -> Any:
        now = rows_of(self.project, services.NAMES)
        old = [
            row
            for row in self.rows(ChangeRequest)
            if row.state in ("draft", "submitted") and broken(now, map(Line.of, row.lines))
        ]
        if (request := self.one(old) or self._request("draft", "submitted")) is None:
            return None
        person = self.who(Action.PROPOSE, request, lambda one: one.id == request.proposed_by_id)
        services.renew(person, request)
        return person

    def take_out(self) -> Any:
        if (request := self._request("draft")) is None:
            return None
        person = self.who(Action.PROPOSE, request, lambda one: one.id == request.proposed_by_id)
        drafting.take_out(
            person, request, place=self.chance.randrange(len(request.asked) + 1), with_others=self.likely(0.5)
        )
        return person

    # Files

    def export(self) -> Any:
        """Take the plan out, as far as the reader sees it; an earlier plan comes in again this way."""
        person, kind = self.who(Action.VIEW, self.project), self.one(("xlsx", "zip"))
        self.files.append((f"plan.{kind}", exchange.export(person, self.project, kind)))
        return person

    def bring(self) -> Any:
        if not self.files:
            return None
        person = self.who(Action.PLAN, self.project)
        exchange.bring(
            person,
            exchange.look(person, self.project, self.one(self.files), None if self.likely(0.5) else self.likely(0.5)),
        )
        return person

    def _import(self, state: str) -> Any:
        return self.one([row for row in self.rows(PlanImport) if not self.likely() or row.state == state][-2:])

    def take(self) -> Any:
        if (row := self._import("previewed")) is None:
            return None
        person, removes = self.who(Action.PLAN, row), self.likely(0.5)
        seen = exchange.preview_of(person, row, removes).seen if self.likely() else "0" * 64
        exchanging.take(person, row, removes=removes, seen=seen)
        return person

    def undo(self) -> Any:
        if (row := self._import("imported")) is None:
            return None
        person = self.who(Action.PLAN, row)
        exchanging.undo(person, row)
        return person

    # Monthly logs

    def keep(self) -> Any:
        firm, month = self.firm(), datetime.date(2026, self.chance.randrange(8, 12), 1)
        # A month that was kept before is often kept again, and must not be if it is confirmed.
        if (log := self.one(self.rows(MonthlyLog))) is not None and self.likely(0.6):
            firm, month = next(one for one in self.firms if one.id == log.organisation_id), log.month
        person = self.who(Action.VIEW, self.project, lambda one: firm in logs.reporting(one, self.project))
        nodes = [node for node, _ in logs.worked(self.project, firm.id)] or self.rows(Node)
        logbook.keep(
            person, self.project, organisation=firm if self.likely() else None, month=month, note=self.word("进展"),
            efforts={node: self._months(None) for node in nodes[: self.chance.randrange(3)]},
            spending={(self.one(CostCategory), self.one(MoneySource)): self._amount(None)}, people=100_000,
        )  # fmt: skip
        return person

    def confirm(self) -> Any:
        return self._log("confirm", "open")

    def reopen(self) -> Any:
        return self._log("reopen", "confirmed")

    def _log(self, step: str, state: str) -> Any:
        log = self.one(row for row in self.rows(MonthlyLog) if not self.likely() or row.state == state)
        if log is None:
            return None
        person = self.who(Action.REPORT, log)
        logbook.move(person, log, step, reason="少记" if self.likely() else "")
        return person

    # Other chairs

    def move(self) -> Any:
        """Sit down somewhere else: another firm, another role. One coordinator stays, or nothing would happen any more."""
        return self.seated(self.one(self.people), self.firm(), self.one(ROLES))

    def seated(self, person: Any, firm: Any, role: Role) -> Any:
        here = {
            one: [seat for seat in one.seats if seat.consortium_id == self.project.consortium_id] for one in self.people
        }
        others = [
            one for one, seats in here.items() for seat in seats if one is not person and seat.role is Role.COORDINATOR
        ]
        if not here[person] or not (others or role is Role.COORDINATOR):
            return None
        for seat in here[person]:
            seat.organisation_id, seat.role = firm.id, role
        activity.record("test", "moved", person, *here[person])
        return person


def begun(project: Project, firms: list[Any], people: list[Any]) -> tuple[str, bytes]:
    """A small plan of three firms, a fourth that may join, and two more who sit where coordinators do; answers the plan as a file."""
    who, before = people[0], None
    for firm in (firms[0], firms[2]):
        people.append(factories.user(f"副{firm.name_zh}", firm))
        factories.seat(people[-1], project.consortium, firm, Role.COORDINATOR)
    for place, firm in enumerate(firms, start=1):
        node = plans.add_node(who, project, number=str(place), parent=before if place == 3 else None, title_zh=f"课题{place}", title_en="", lead=firm,
                              starts_on=project.starts_on, ends_on=project.ends_on, objective="目标")  # fmt: skip
        plans.assign(who, node, firm, months=Decimal("3.50"))
        plans.allocate(
            who, node, firm, category=CostCategory.LABOUR, source=MoneySource.OWN, amount=Decimal(f"{place}7531.25")
        )
        if place == 2:
            plans.link(who, before, node, kind=LinkKind.FINISH_START, lag=1)
        before = node
        thing = outputs.plan_deliverable(
            who, project, number=f"D{place}", node=node, organisation=firm, title_zh=f"成果{place}", title_en="", kind=DeliverableKind.REPORT,
            level=Dissemination.INTERNAL if place == 1 else Dissemination.SENSITIVE, due_on=project.ends_on,
        )  # fmt: skip
        outputs.tie(who, project.milestones[place - 1], thing)
        outputs.plan_indicator(who, project, number=f"K{place}", node=None, organisation=firm, title_zh=f"指标{place}", title_en="", unit="%",
                               direction=Direction.AT_LEAST, value_start="1", value_mid="2", value_end="3", method="检测")  # fmt: skip
    firms.append(factories.organisation("后来单位"))
    factories.member(project.consortium, firms[-1])
    db.session.flush()
    return "plan.xlsx", exchange.export(who, project, "xlsx")
