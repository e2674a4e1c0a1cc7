"""How the consortia of the demonstration come to be: founding, members and seats, bodies, invitations, the way to the filing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from consortium.agreements import services as agreements
from consortium.consortia import services as consortia
from consortium.core.access import Role
from consortium.core.terms import MemberRole
from consortium.demo.people import PASSWORD, PEOPLE, Person
from consortium.demo.tables import Guest, Part, Table
from consortium.people.belonging import decide


def plan(story: Any, table: Table) -> None:
    """Put the life of one consortium into the story."""

    def advance(step: str, **facts: Any) -> None:
        consortia.advance(*_here(story, table), step, **facts)

    story.on(table.founded, lambda: _found(story, table))
    story.on(table.founded, lambda: advance("form"))
    for part in table.members[1:]:
        story.on(part.joined, partial(_admit, story, table, part))
    story.on(table.bodies_on, lambda: _set_up(story, table))
    for guest in table.guests:
        _plan_guest(story, table, guest)
    if not table.agreed:
        return
    story.on(
        table.bodies_on,
        lambda: consortia.name_liability_unit(*_here(story, table), story.made["firm", table.liability]),
    )
    story.on(table.agreed, lambda: agreements.draw_up(*_here(story, table), language="both"))
    story.on(table.agreed, lambda: advance("agree"))
    story.on(
        table.filed,
        lambda: advance("file", filing_number=table.filing_number, filed_on=date.fromisoformat(table.filed)),
    )
    story.on(table.operating, lambda: advance("operate"))


def _here(story: Any, table: Table) -> tuple[Any, Any]:
    """The coordinator and the consortium."""
    return story.made["person", table.coordinator], story.made["table", table.key]


def _found(story: Any, table: Table) -> None:
    coordinator = story.made["person", table.coordinator]
    row = consortia.found(
        coordinator, kind=table.kind, name_zh=table.zh, name_en=table.en, purpose_zh=table.purpose_zh, purpose_en=table.purpose_en,
        areas=list(table.areas), starts_on=date.fromisoformat(table.starts), ends_on=date.fromisoformat(table.ends),
    )  # fmt: skip
    story.made["table", table.key] = row
    lead = table.members[0]
    membership = next(member for member in row.memberships if member.role is MemberRole.LEAD)
    said = {"tasks_zh": lead.zh, "tasks_en": lead.en, "contribution": Decimal(lead.contribution)}
    consortia.change_part(coordinator, membership, role=MemberRole.LEAD, **said)
    members = {part.firm for part in table.members[1:]}
    for person in PEOPLE:
        if person.firm not in members:
            _take_seats(story, table, person)


def _admit(story: Any, table: Table, part: Part) -> None:
    """A member joins, and its people take their seats."""
    said = {"tasks_zh": part.zh, "tasks_en": part.en, "contribution": Decimal(part.contribution)}
    consortia.admit(*_here(story, table), story.made["firm", part.firm], role=part.role, **said)
    for person in PEOPLE:
        if person.firm == part.firm:
            _take_seats(story, table, person)


def _take_seats(story: Any, table: Table, person: Person) -> None:
    for where, role in person.seats:
        if where == table.key and role is not Role.COORDINATOR:
            consortia.give_seat(
                *_here(story, table), story.made["person", person.key], story.made["firm", person.firm], role
            )


def _set_up(story: Any, table: Table) -> None:
    coordinator, row = _here(story, table)
    for panel in table.bodies:
        body = consortia.set_up_body(coordinator, row, kind=panel.kind, name_zh=panel.zh, name_en=panel.en)
        for firm, person, post, full_time in panel.seats:
            organisation = story.made["firm", firm]
            consortia.seat_in_body(
                coordinator, body, organisation=organisation, person=person, post=post, full_time=full_time
            )


def _plan_guest(story: Any, table: Table, guest: Guest) -> None:
    key = ("invitation", (guest.email, guest.day))

    def invite() -> None:
        story.made[key] = consortia.invite(
            *_here(story, table), email=guest.email, role=guest.role, member_role=guest.part, organisation=story.made.get(("firm", guest.firm)),
            organisation_name=guest.unregistered, message=guest.message,
        )  # fmt: skip

    def accept() -> None:
        story.made["guest", guest.email] = consortia.accept_invitation(
            *story.made[key], name=guest.name, password=PASSWORD
        )

    story.on(guest.day, invite)
    later = date.fromisoformat(guest.day) + timedelta(days=3)
    if guest.then == "withdrawn":
        story.on(
            later, lambda: consortia.withdraw_invitation(story.made["person", table.coordinator], story.made[key][0])
        )
    if guest.then == "accepted":
        story.on(later, accept)
        if colleague := next((person for person in PEOPLE if guest.firm and person.firm == guest.firm), None):
            story.on(
                later + timedelta(days=1),
                lambda: decide(story.made["person", colleague.key], story.made["guest", guest.email], "confirm"),
            )
