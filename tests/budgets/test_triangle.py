"""Over whatever is planned, moved, spent, claimed, paid, proposed and decided: organisations, heads, sources and years come to the same to the fen."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.baselines import services as baselines
from consortium.baselines.models import ChangeRequest
from consortium.budgets import queries, services, tables
from consortium.budgets.models import BudgetMove, Moved
from consortium.budgets.portrait import MoneyPortrait
from consortium.budgets.services import over_cap
from consortium.claims import services as claims
from consortium.claims.models import Claim, PaymentKind
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.logbook import services as logs
from consortium.logbook import vouchers
from consortium.logbook.models import LoggedSpending, MonthlyLog, Voucher
from consortium.plans import money_rules
from consortium.plans import services as plans
from consortium.plans.models import Allocation, MoneySource, Node
from consortium.projects import replanning
from tests.budgets.conftest import Purse

pytestmark = pytest.mark.slow

DEEDS = (
    "plan",
    "plan",
    "move",
    "move",
    "move",
    "spend",
    "spend",
    "voucher",
    "confirm",
    "claim",
    "accept",
    "pay",
    "freeze",
    "decide",
    "exit",
    "correct",
)
SOURCES = (MoneySource.CENTRAL, MoneySource.OWN)
FIRMS = (("lead", "coordinator"), ("member", "member"), ("other", "other_member"))


class Walk:
    """Random deeds of the people of one table; what they may not do is refused and changes nothing."""

    def __init__(self, world: Any, seed: int) -> None:
        self.purse, self.chance = Purse(world), random.Random(seed)
        if self.chance.random() < 0.5:
            self.purse.european()
        self.project, self.people = self.purse.project, self.purse.people
        self.heads = money_rules.profile_of(self.project).categories
        self.done: set[str] = set()
        self.purse.node("1"), self.purse.node("2")

    def amount(self, most: int = 2_000_000) -> Decimal:
        return Decimal(self.chance.randrange(1, most)).scaleb(-2)

    def picked(self, model: Any, *conditions: Any) -> Any:
        found = list(db.session.scalars(select(model).where(*conditions).order_by(model.id)))
        return self.chance.choice(found) if found else None

    def person(self, row: Any) -> Any:
        return next(
            getattr(self.people, who) for firm, who in FIRMS if getattr(self.purse, firm).id == row.organisation_id
        )

    def step(self) -> None:
        """One deed, in a savepoint as a request has it."""
        deed, part = self.chance.choice(DEEDS), db.session.begin_nested()
        before = self.planned() if deed == "move" else None
        caps = self.caps() if deed == "move" else {}
        frozen = replanning.is_frozen(self.project)
        try:
            done = getattr(self, f"_{deed}")()
            db.session.flush()
            part.commit()
        except Problem:
            part.rollback()
            return
        if done is None:
            return
        self.done.add(deed if deed != "move" else done.how.value)
        if before is not None:
            assert self.planned() == before, "A move changed the total."
            if done.how is not Moved.REQUESTED:
                assert all(over <= max(caps[firm], Decimal(0)) for firm, over in self.caps().items()), (
                    "A move passed the cap."
                )
            assert done.how is Moved.FREE_PLAN if not frozen else done.how is not Moved.FREE_PLAN

    def planned(self) -> Any:
        query: Any = select(Allocation.organisation_id, func.sum(Allocation.amount)).group_by(
            Allocation.organisation_id
        )
        return sorted(tuple(row) for row in db.session.execute(query) if row[1])

    def caps(self) -> dict[int, Decimal]:
        cube, profile = queries.Cube(self.project, None), money_rules.profile_of(self.project)
        return {
            firm.id: over_cap(profile, cube.heads("planned", firm.id))
            for firm in (self.purse.lead, self.purse.member, self.purse.other)
        }

    # Deeds

    def _plan(self) -> Any:
        firm = getattr(self.purse, self.chance.choice(FIRMS)[0])
        years = (0, 0, self.project.starts_on.year, self.project.ends_on.year)
        return self.purse.plan(
            str(self.amount()),
            self.chance.choice(self.heads),
            firm,
            self.chance.choice(SOURCES),
            self.chance.choice(years),
            self.chance.choice("12"),
        )

    def _correct(self) -> Any:
        row = self.picked(Allocation)
        return row and plans.reallocate(self.people.coordinator, row, amount=self.amount())

    def _move(self) -> Any:
        row = self.picked(Allocation, Allocation.amount > 0)
        who = row and self.chance.choice((self.people.coordinator, self.person(row)))
        much = row and min(self.amount(), row.amount)
        return row and services.move(
            who, row, node=self.picked(Node), category=self.chance.choice(self.heads), source=row.source if self.chance.random() < 0.8 else SOURCES[0],
            year=row.year, amount=much, reason="价格",
        )  # fmt: skip

    def _spend(self) -> Any:
        who, month = self.chance.choice(FIRMS)[1], datetime.date(2026, self.chance.randrange(1, 11), 1)
        return self.purse.spend(
            str(self.amount()),
            self.chance.choice(self.heads),
            getattr(self.people, who),
            month,
            self.chance.choice(SOURCES),
        )

    def _voucher(self) -> Any:
        log = self.picked(MonthlyLog, MonthlyLog.state == "open")
        return log and vouchers.enter(
            self.person(log), log, voucher_on=log.month.replace(day=9), number=str(self.chance.randrange(10**9)), payee="某", category=self.chance.choice(self.heads),
            source=self.chance.choice(SOURCES), amount=self.amount(),
        )  # fmt: skip

    def _confirm(self) -> Any:
        log = self.picked(MonthlyLog, MonthlyLog.state == "open")
        return log and logs.confirm(self.person(log), log)

    def _claim(self) -> Any:
        who = getattr(self.people, self.chance.choice(FIRMS)[1])
        claim = self.picked(Claim, Claim.state == "draft")
        if claim is not None:
            return claims.submit(self.person(claim), claim, note="请款")
        return claims.draw_up(
            who, self.project, starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 10, 1)
        )

    def _accept(self) -> Any:
        claim = self.picked(Claim, Claim.state == "submitted")
        judge = claim and (
            self.people.expert if claim.organisation_id == self.purse.lead.id else self.people.coordinator
        )
        return claim and claims.accept(judge, claim)

    def _pay(self) -> Any:
        return claims.note_payment(
            self.people.coordinator, self.project, kind=self.chance.choice(list(PaymentKind)), organisation=self.purse.member, paid_on=datetime.date(2026, 10, 5),
            amount=self.amount(), source=self.chance.choice(SOURCES), reference="",
        )  # fmt: skip

    def _freeze(self) -> Any:
        return (
            baselines.freeze(self.people.coordinator, self.project, name="B", as_of=clock.today())
            if self.chance.random() < 0.4
            else None
        )

    def _decide(self) -> Any:
        asked = self.picked(ChangeRequest, ChangeRequest.state == "draft")
        if asked is None:
            return None
        baselines.write(asked.proposed_by, asked, kind=asked.kind, summary="调剂", reason="价格")
        baselines.submit(asked.proposed_by, asked)
        return baselines.decide(
            self.people.coordinator, asked, outcome=self.chance.choice(("approve", "reject")), decision="决议 8 号"
        )

    def _exit(self) -> Any:
        row = self.picked(Allocation)
        return row and plans.deallocate(self.people.coordinator, row, reason="退出")

    # What has to hold

    def holds(self) -> None:
        """The triangle, by sums that are made in another way: of the rows themselves."""
        whole = queries.Cube(self.project, None)
        total = whole.total
        assert whole.closes
        assert total.planned == self.sum(Allocation) and total.spent == self.sum(LoggedSpending) + self.sum(Voucher)
        parts = [
            queries.Cube(self.project, frozenset({firm.id}))
            for firm in (self.purse.lead, self.purse.member, self.purse.other)
        ]
        assert sum((part.total for part in parts), queries.Figures()) == total
        portrait = MoneyPortrait(self.people.coordinator, self.project)
        for axis in tables.AXES:
            *rows, last = portrait.rows(axis) or [tables.Row("", queries.Figures())]
            shown = sum((row.figures for row in rows), queries.Figures())
            assert (shown.planned, shown.spent, shown.claimed, shown.accepted) == (
                total.planned,
                total.spent,
                total.claimed,
                total.accepted,
            ), axis
            assert (last.figures.planned, last.figures.spent) == (total.planned, total.spent), axis
        if portrait.crossed:
            assert portrait.crossed[-1].total == (total.planned, total.spent)
            assert (
                tuple(map(sum, zip(*(row.total for row in portrait.crossed[:-1]), strict=True)))
                == portrait.crossed[-1].total
            )
        assert total.accepted <= total.claimed

    def sum(self, model: Any) -> Decimal:
        found: Decimal | None = db.session.scalar(
            select(func.sum(model.amount)).where(model.consortium_id == self.project.consortium_id)
        )
        return found or Decimal(0)


@pytest.mark.parametrize("seed", range(4))
def test_the_triangle_closes(inside: Callable[[], Any], world: Any, seed: int) -> None:
    with inside():
        walk = Walk(world, seed)
        for _ in range(40):
            walk.step()
            walk.holds()
        assert len(walk.done) >= 6, walk.done
        assert db.session.scalar(select(func.count(BudgetMove.id))), "Nothing was moved."
        db.session.rollback()
