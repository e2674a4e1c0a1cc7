"""Who is at the table: members, and the people who sit there for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from consortium.activity.services import record
from consortium.consortia import queries
from consortium.consortia.models import Consortium, Membership
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.terms import MemberRole, OrganisationKind
from consortium.core.words import _l, called
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User

#: What a person can be at the table of a consortium.
AT_TABLE = (Role.COORDINATOR, Role.MEMBER, Role.SIGNATORY, Role.EXPERT, Role.AUDITOR, Role.SITE)
#: Those who sit there for a member.
FOR_MEMBER = {Role.COORDINATOR, Role.MEMBER, Role.SIGNATORY}


def must_be_open(consortium: Consortium) -> None:
    """Refuse to change what is closed."""
    if consortium.stage == "closed":
        raise NotNow(_l("The consortium is closed; nothing can be changed any more."))


def admit(
    actor: Any, consortium: Consortium, organisation: Organisation | int, *, role: MemberRole, tasks_zh: str = "", tasks_en: str = "",
    contribution: Decimal | None = Decimal("0.00"), joined_on: date | None = None,
) -> Membership:  # fmt: skip
    """Make a registered organisation a member."""
    must_be_open(consortium)
    firm = organisation if isinstance(organisation, Organisation) else db.session.get(Organisation, organisation)
    if firm is None:
        raise Refused(organisation=_l("This choice is not on the list; please choose again."))
    if firm.kind is OrganisationKind.AUTHORITY:
        raise Refused(organisation=_l("An authority oversees consortia and cannot be a member."))
    if queries.member_of(consortium, firm.id) is not None:
        raise Refused(organisation=_l("%(name)s is a member already.", name=called(firm)))
    may_lead(consortium, role)
    day = joined_on or clock.today()
    if consortium.ends_on and day > consortium.ends_on:
        raise Refused(
            joined_on=_l(
                "The consortium ends on %(day)s; nobody can join after that.", day=consortium.ends_on.isoformat()
            )
        )
    membership = Membership(
        consortium_id=consortium.id, organisation_id=firm.id, role=role, tasks_zh=tasks_zh, tasks_en=tasks_en,
        contribution=contribution or Decimal("0.00"), joined_on=day,
    )  # fmt: skip
    db.session.add(membership)
    record(
        actor,
        "admitted",
        membership,
        organisation=firm,
        role=role.value,
        joined_on=day,
        contribution=membership.contribution,
    )
    return membership


def may_lead(consortium: Consortium, role: MemberRole | None, field: str = "role") -> None:
    """Refuse a second lead."""
    if role is not MemberRole.LEAD:
        return
    lead = queries.lead_of(consortium)
    if lead is not None:
        name = str(db.session.get_one(Organisation, lead.organisation_id))
        raise Refused(**{field: _l("The consortium has a lead enterprise already: %(name)s.", name=name)})


def give_seat(
    actor: Any, consortium: Consortium, user: User, organisation: Organisation, role: Role, *, anew: bool = False
) -> Seat:
    """Give a person a place at the table for an organisation; `anew` when the organisation becomes a member only now."""
    must_be_open(consortium)
    if role not in AT_TABLE:
        raise Refused(role=_l("Nobody sits at the table of a consortium in this role."))
    if role in FOR_MEMBER and not anew and queries.member_of(consortium, organisation.id) is None:
        raise Refused(organisation=_l("%(name)s is not a member of this consortium.", name=called(organisation)))
    if queries.has_seat(user, consortium, organisation, role):
        raise Refused(role=_l("%(name)s has this seat already.", name=user.name))
    seat = Seat(user_id=user.id, consortium_id=consortium.id, organisation_id=organisation.id, role=role)
    db.session.add(seat)
    db.session.flush()
    db.session.expire(user, ["seats"])
    record(actor, "gave a seat", consortium, seat, person=user.name, role=role.value, organisation=organisation)
    return seat
