"""The demonstration is told day by day, through the services, by the people who would have done each thing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from consortium.activity.models import OutboxMail
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.demo import (
    changing,
    claims,
    contradicting,
    firms,
    founding,
    maturity,
    money,
    months,
    outcomes,
    people,
    risks,
    showing,
    talking,
    working,
)
from consortium.demo.narratives import REPORTS, Narrative
from consortium.demo.people import accounts, is_demo
from consortium.demo.projects import WORKS
from consortium.demo.tables import TABLES
from consortium.people.models import User
from consortium.reports import services as reports

__all__ = ["Story", "accounts", "build", "is_demo", "is_empty"]

BEGIN = "2025-02-17"
#: Where the story stands; whatever is late by then only gets later.
TODAY = date(2026, 11, 22)
STEP = timedelta(minutes=7)
MORNING = datetime.time(9)

Deed = Callable[[], object]


@dataclass
class Story:
    """Deeds by day; what was made in them is found again by kind and key."""

    deeds: list[tuple[date, Deed]] = field(default_factory=list)
    made: dict[tuple[str, Any], Any] = field(default_factory=dict)

    def on(self, day: str | date, deed: Deed) -> None:
        """Let a deed happen on a day, after those that were planned for that day before it."""
        when = date.fromisoformat(day) if isinstance(day, str) else day
        if when >= TODAY:
            raise ValueError(f"The story ends on {TODAY}; nothing can happen on {when}.")
        self.deeds.append((when, deed))

    def tell(self, say: Callable[[str], object]) -> None:
        """Let everything happen in order, seven minutes apart from nine in the morning."""
        before, moment = None, datetime.datetime.min.replace(tzinfo=datetime.UTC)
        for day, deed in sorted(self.deeds, key=lambda planned: planned[0]):
            if before is None or day.year != before.year:
                say(f"  {day.year}")
            moment = (
                moment + STEP
                if day == before
                else datetime.datetime.combine(day, MORNING, clock.zone).astimezone(datetime.UTC)
            )
            before = day
            with clock.at(moment):
                deed()


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    return db.session.scalar(select(User.id).limit(1)) is None


def build(say: Callable[[str], object] = str) -> None:
    """Build everything in one transaction; `say` is told how far it is."""
    with everything("the demonstration is built for all consortia"):
        story = Story()
        story.on(BEGIN, lambda: _begin(story))
        for table in TABLES:
            founding.plan(story, table)
        for work in WORKS:
            working.plan(story, work)
        changing.plan(story)
        talking.plan(story)
        months.plan(story)
        claims.plan(story)
        money.plan(story)
        maturity.plan(story)
        risks.plan(story)
        showing.plan(story)
        outcomes.plan(story)
        contradicting.plan(story)
        for narrative in REPORTS:
            _plan_report(story, narrative)
        story.tell(say)
        # What was told by mail in the story was never sent, and must not be once there is a mail server.
        db.session.execute(update(OutboxMail).values(state="kept"))
        db.session.commit()


def _begin(story: Story) -> None:
    """The directory and the accounts, before anything is founded."""
    administrator = people.open_administrator()
    entered = firms.register(administrator)
    story.made.update({("firm", key): firm for key, firm in entered.items()})
    story.made.update({("person", key): user for key, user in people.open_accounts(administrator, entered).items()})


def _plan_report(story: Story, said: Narrative) -> None:
    key = ("report", (said.table, said.period))
    coordinator = next(table.coordinator for table in TABLES if table.key == said.table)
    first, last = (date.fromisoformat(day) for day in said.period)

    def begin() -> None:
        actor = story.made["person", coordinator]
        story.made[key] = reports.open_report(actor, story.made["table", said.table], starts_on=first, ends_on=last)
        reports.write(actor, story.made[key], narrative_zh=said.zh, narrative_en=said.en)

    story.on(said.opened, begin)
    if said.submitted:
        story.on(said.submitted, lambda: reports.submit(story.made["person", coordinator], story.made[key]))
