"""The demonstration is told day by day, through the services, by the people who would have done each thing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from consortium.agreements import services as agreements
from consortium.consortia import services as consortia
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.core.terms import MemberRole
from consortium.demo import evidence, firms, people
from consortium.demo.narratives import REPORTS, Narrative
from consortium.demo.people import accounts, is_demo
from consortium.demo.projects import MEANS, WORKS, Goal, Work
from consortium.demo.tables import TABLES, Guest, Table
from consortium.people.models import User
from consortium.projects import services as projects
from consortium.reports import services as reports

__all__ = ["accounts", "build", "is_demo", "is_empty"]

BEGIN = "2025-02-17"
TODAY = date(2026, 11, 22)
STEP = timedelta(minutes=7)
COURSE = re.compile(r"([rbaw])([+-]?\d+)")

Deed = Callable[[], object]


@dataclass
class Story:
    """Deeds by day; what was made in them is found again by its key."""

    deeds: list[tuple[date, Deed]] = field(default_factory=list)
    made: dict[Any, Any] = field(default_factory=dict)

    def on(self, day: str | date, deed: Deed) -> None:
        """Let a deed happen on a day, after those that were planned for that day before it."""
        self.deeds.append((date.fromisoformat(day) if isinstance(day, str) else day, deed))

    def tell(self, say: Callable[[str], object]) -> None:
        """Let everything happen in order, seven minutes apart from nine in the morning."""
        said, before, moment = "", None, datetime.datetime.min
        for day, deed in sorted(self.deeds, key=lambda planned: planned[0]):
            moment = moment + STEP if day == before else datetime.datetime.combine(day, datetime.time(9), clock.zone)
            before = day
            if said != (month := f"{day:%Y-%m}"):
                said = month
                say(f"  {month}")
            with clock.at(moment.astimezone(datetime.UTC)):
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
            _plan_table(story, table)
        for work in WORKS:
            _plan_work(story, work)
        for narrative in REPORTS:
            _plan_report(story, narrative)
        story.tell(say)
        db.session.commit()


def _begin(story: Story) -> None:
    administrator = people.open_administrator()
    entered = firms.register(administrator)
    story.made.update({("firm", key): firm for key, firm in entered.items()})
    opened = people.open_accounts(administrator, entered)
    story.made.update({("person", key): user for key, user in opened.items()})


# Consortia


def _plan_table(story: Story, table: Table) -> None:
    """Founding, members and their seats, bodies, invitations, and the way through the stages."""
    coordinator = ("person", table.coordinator)

    def here() -> tuple[Any, Any]:
        return story.made[coordinator], story.made["table", table.key]

    def firm(key: str) -> Any:
        return story.made["firm", key]

    story.on(table.founded, lambda: _found(story, table))
    for part in table.members[1:]:
        story.on(part.joined, lambda part=part: (
            consortia.admit(*here(), firm(part.firm), role=part.role, tasks_zh=part.zh, tasks_en=part.en, contribution=Decimal(part.contribution)),
            _seat(story, table, part.firm),
        ))  # fmt: skip
    story.on(table.bodies_on, lambda: _set_up(story, table))
    for guest in table.guests:
        story.on(guest.day, lambda guest=guest: _invite(story, table, guest))
    if table.liability:
        story.on(table.bodies_on, lambda: consortia.name_liability_unit(*here(), firm(table.liability)))
    if table.agreed:
        story.on(table.agreed, lambda: agreements.draw_up(*here(), language="both"))
        story.on(table.agreed, lambda: consortia.advance(*here(), "agree"))
        filing = {"filing_number": table.filing_number, "filed_on": date.fromisoformat(table.filed)}
        story.on(table.filed, lambda: consortia.advance(*here(), "file", **filing))
        story.on(table.operating, lambda: consortia.advance(*here(), "operate"))


def _found(story: Story, table: Table) -> None:
    coordinator = story.made["person", table.coordinator]
    row = consortia.found(
        coordinator, kind=table.kind, name_zh=table.zh, name_en=table.en, purpose_zh=table.purpose_zh, purpose_en=table.purpose_en,
        areas=list(table.areas), starts_on=date.fromisoformat(table.starts), ends_on=date.fromisoformat(table.ends),
    )  # fmt: skip
    story.made["table", table.key] = row
    lead = table.members[0]
    membership = next(member for member in row.memberships if member.role is MemberRole.LEAD)
    consortia.change_part(
        coordinator, membership, role=MemberRole.LEAD, tasks_zh=lead.zh, tasks_en=lead.en, contribution=Decimal(lead.contribution),
    )  # fmt: skip
    consortia.advance(coordinator, row, "form")
    _seat(story, table, lead.firm)
    members = {part.firm for part in table.members}
    for person in people.PEOPLE:
        if person.firm not in members:
            _take_seats(story, table, person)


def _seat(story: Story, table: Table, firm: str) -> None:
    """Give the people of a new member their seats."""
    for person in people.PEOPLE:
        if person.firm == firm:
            _take_seats(story, table, person)


def _take_seats(story: Story, table: Table, person: people.Person) -> None:
    row, coordinator = story.made["table", table.key], story.made["person", table.coordinator]
    for where, role in person.seats:
        if where == table.key and role is not Role.COORDINATOR:
            consortia.give_seat(coordinator, row, story.made["person", person.key], story.made["firm", person.firm], role)


def _set_up(story: Story, table: Table) -> None:
    row, coordinator = story.made["table", table.key], story.made["person", table.coordinator]
    for panel in table.bodies:
        body = consortia.set_up_body(coordinator, row, kind=panel.kind, name_zh=panel.zh, name_en=panel.en)
        for firm, person, post, full_time in panel.seats:
            organisation = story.made["firm", firm]
            consortia.seat_in_body(coordinator, body, organisation=organisation, person=person, post=post, full_time=full_time)


def _invite(story: Story, table: Table, guest: Guest) -> None:
    row, coordinator = story.made["table", table.key], story.made["person", table.coordinator]
    invitation, token = consortia.invite(
        coordinator, row, email=guest.email, role=guest.role, member_role=guest.part, organisation=story.made.get(("firm", guest.firm)),
        organisation_name=guest.unregistered, message=guest.message,
    )  # fmt: skip
    day = date.fromisoformat(guest.day)
    if guest.then == "withdrawn":
        story_end = day + timedelta(days=3)
        with clock.at(datetime.datetime.combine(story_end, datetime.time(10), clock.zone).astimezone(datetime.UTC)):
            consortia.withdraw_invitation(coordinator, invitation)
