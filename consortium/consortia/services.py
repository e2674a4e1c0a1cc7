"""What is done with consortia: founding, members, bodies, the way through the stages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from consortium.activity import services as activity
from consortium.activity.services import record
from consortium.consortia import queries
from consortium.consortia.invitations import accept_invitation, invite, join_table, open_link, withdraw_invitation
from consortium.consortia.models import Body, BodySeat, Consortium, Membership, TechnologyArea
from consortium.consortia.obstacles import obstacles
from consortium.consortia.seating import admit, give_seat, must_be_open
from consortium.consortia.workflow import LIFE
from consortium.core import clock, scope
from consortium.core.access import Role, at_table
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.terms import BodyKind, ConsortiumKind, CoreArea, MemberRole, OrganisationKind, label
from consortium.core.words import _l, called
from consortium.core.workflow import Step
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User

__all__ = [
    "accept_invitation", "admit", "advance", "amend", "change_part", "dissolve_body", "found", "give_seat", "invite", "join_table",
    "name_liability_unit", "open_link", "release", "seat_in_body", "set_up_body", "unseat", "withdraw_invitation",
]  # fmt: skip

PREFIX = {ConsortiumKind.INNOVATION_CONSORTIUM: "IC", ConsortiumKind.ALLIANCE: "AL"}
#: Of these bodies a consortium has one.
SINGLE = {BodyKind.COUNCIL, BodyKind.CHAIR, BodyKind.SECRETARIAT}
#: Seats of these bodies may be filled from outside.
OPEN_TO_OTHERS = {BodyKind.EXPERT, BodyKind.SUPERVISOR}


def found(
    actor: Any, *, kind: ConsortiumKind, name_zh: str, name_en: str, purpose_zh: str, purpose_en: str, areas: list[CoreArea],
    starts_on: date | None, ends_on: date | None,
) -> Consortium:  # fmt: skip
    """Found a consortium that the actor's organisation leads and the actor coordinates."""
    lead = db.session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    if lead is None or lead.kind is OrganisationKind.AUTHORITY:
        raise Refused(
            _l(
                "Only people of an organisation that can lead may found a consortium. Ask the administrator to enter yours."
            )
        )
    _check(name_zh, name_en, areas, starts_on, ends_on)
    consortium = Consortium(
        reference=f"new-{uuid4().hex[:24]}", kind=kind, name_zh=name_zh, name_en=name_en, purpose_zh=purpose_zh, purpose_en=purpose_en,
        starts_on=starts_on, ends_on=ends_on, region=lead.region, province=lead.province, stage="draft",
        areas=[TechnologyArea(area=area) for area in areas],
    )  # fmt: skip
    db.session.add(consortium)
    db.session.flush()
    here = scope.current()
    if here is not None:
        here.admit(consortium.id)
    consortium.reference = f"{PREFIX[kind]}-{clock.today().year}-{consortium.id:04d}"
    record(actor, "founded", consortium, *consortium.areas, kind=kind.value, areas=consortium.area_codes)
    give_seat(actor, consortium, db.session.get_one(User, actor.id), lead, Role.COORDINATOR, anew=True)
    admit(actor, consortium, lead, role=MemberRole.LEAD)
    return consortium


def amend(
    actor: Any, consortium: Consortium, *, name_zh: str, name_en: str, purpose_zh: str, purpose_en: str, areas: list[CoreArea],
    starts_on: date | None, ends_on: date | None, kind: ConsortiumKind | None = None,
) -> Consortium:  # fmt: skip
    """Change what a consortium is about; its kind only while it is a draft or forming."""
    must_be_open(consortium)
    _check(name_zh, name_en, areas, starts_on, ends_on)
    if kind and kind is not consortium.kind and consortium.stage not in ("draft", "forming"):
        raise Refused(kind=_l("The kind was agreed on and cannot be changed any more."))
    values = {
        "kind": kind or consortium.kind, "name_zh": name_zh, "name_en": name_en, "purpose_zh": purpose_zh, "purpose_en": purpose_en,
        "starts_on": starts_on, "ends_on": ends_on,
    }  # fmt: skip
    changes = {
        name: [getattr(consortium, name), value] for name, value in values.items() if getattr(consortium, name) != value
    }
    gone, new = _change_areas(consortium, areas)
    if gone or new:
        changes["areas"] = [[area.area.value for area in gone], [area.area.value for area in new]]
    if not changes:
        return consortium
    for name, value in values.items():
        setattr(consortium, name, value)
    db.session.flush()
    record(actor, "amended", consortium, *gone, *new, changes=changes)
    return consortium


def change_part(
    actor: Any, membership: Membership, *, role: MemberRole, tasks_zh: str, tasks_en: str, contribution: Decimal | None,
) -> Membership:  # fmt: skip
    """Change what a member does and brings; the lead stays the lead, and there is no second one."""
    consortium = _table_of(membership)
    if membership.left_on is not None:
        raise NotNow(_l("This member has left the consortium."))
    if role is not membership.role:
        if membership.role is MemberRole.LEAD:
            raise Refused(
                role=_l("A consortium has exactly one lead enterprise, so the lead cannot take another part.")
            )
        if role is MemberRole.LEAD:
            raise Refused(
                role=_l("The consortium has a lead enterprise already: %(name)s.", name=_lead_name(consortium))
            )
    values = {"role": role, "tasks_zh": tasks_zh, "tasks_en": tasks_en, "contribution": contribution or Decimal("0.00")}
    changes = {
        name: [getattr(membership, name), value] for name, value in values.items() if getattr(membership, name) != value
    }
    if changes:
        for name, value in values.items():
            setattr(membership, name, value)
        record(actor, "changed the part", membership, organisation=_firm(membership.organisation_id), changes=changes)
    return membership


def release(actor: Any, membership: Membership, *, left_on: date, reason: str) -> Membership:
    """End a membership; the people and body seats of that member go with it."""
    consortium = _table_of(membership)
    if membership.left_on is not None:
        raise NotNow(_l("This member has left the consortium already."))
    if membership.role is MemberRole.LEAD:
        raise Refused(_l("The lead enterprise cannot leave, since a consortium always has one."))
    if left_on < membership.joined_on:
        raise Refused(left_on=_l("The member joined only on %(day)s.", day=membership.joined_on.isoformat()))
    if left_on > clock.today():
        raise Refused(left_on=_l("This day lies in the future; release the member when it has come."))
    if not reason.strip():
        raise Refused(reason=_l("Please give the reason; the others will read it."))
    firm = membership.organisation_id
    if consortium.liability_unit_id == firm:
        raise Refused(_l("This member bears the outside liability. Name another unit first."))
    if found := obstacles("release", membership):
        raise Refused(found[0])
    membership.left_on = left_on
    here = (Seat.consortium_id == consortium.id, Seat.organisation_id == firm)
    chairs = list(db.session.scalars(select(Seat).where(*here)))
    posts = list(
        db.session.scalars(
            select(BodySeat).where(BodySeat.consortium_id == consortium.id, BodySeat.organisation_id == firm)
        )
    )
    record(actor, "released", membership, *chairs, *posts, organisation=_firm(firm), left_on=left_on, reason=reason)
    for row in (*chairs, *posts):
        db.session.delete(row)
    db.session.flush()
    for chair in chairs:
        db.session.expire(chair.user, ["seats"])
    return membership


def set_up_body(actor: Any, consortium: Consortium, *, kind: BodyKind, name_zh: str = "", name_en: str = "") -> Body:
    """Set up a body; of council, chair and secretariat there is one."""
    must_be_open(consortium)
    if kind in SINGLE and db.session.scalar(
        select(Body.id).where(Body.consortium_id == consortium.id, Body.kind == kind)
    ):
        raise Refused(kind=_l("There is one already: %(body)s.", body=label(kind)))
    if not name_zh and not name_en:
        name_zh, name_en = label(kind, "zh"), label(kind, "en")
    body = Body(consortium_id=consortium.id, kind=kind, name_zh=name_zh, name_en=name_en)
    db.session.add(body)
    record(actor, "set up", body, kind=kind.value)
    return body


def dissolve_body(actor: Any, body: Body) -> Consortium:
    """Take away a body in which nobody sits."""
    consortium = _table_of(body)
    if body.seats:
        raise NotNow(_l("Somebody still sits in this body. Empty its seats first."))
    if body.kind in (BodyKind.COUNCIL, BodyKind.SECRETARIAT) and consortium.stage not in ("draft", "forming"):
        raise NotNow(_l("The agreement asks for a council and a secretariat, so this body stays."))
    record(actor, "dissolved the body", body, kind=body.kind.value)
    db.session.delete(body)
    return consortium


def seat_in_body(
    actor: Any, body: Body, *, organisation: Organisation | int, person: str, post: str = "", full_time: bool = False
) -> BodySeat:
    """Fill a seat of a body with a person of a member; experts and supervisors may also come from outside."""
    consortium = _table_of(body)
    firm = _organisation(organisation)
    if body.kind not in OPEN_TO_OTHERS and queries.member_of(consortium, firm.id) is None:
        raise Refused(organisation=_l("%(name)s is not a member of this consortium.", name=called(firm)))
    if not person.strip():
        raise Refused(person=_l("Please give the name of the person."))
    if body.kind is BodyKind.CHAIR and body.seats:
        raise Refused(person=_l("The chair is taken, by %(name)s.", name=body.seats[0].person))
    seat = BodySeat(
        consortium_id=body.consortium_id,
        organisation_id=firm.id,
        body=body,
        person=person,
        post=post,
        full_time=full_time,
    )
    db.session.add(seat)
    db.session.flush()
    record(actor, "seated", body, seat, person=person, post=post, organisation=firm)
    return seat


def unseat(actor: Any, seat: BodySeat) -> Body:
    """Empty a seat of a body."""
    _table_of(seat)
    body = seat.body
    record(actor, "unseated", body, seat, person=seat.person)
    body.seats.remove(seat)
    db.session.flush()
    return body


def name_liability_unit(actor: Any, consortium: Consortium, organisation: Organisation | int) -> Consortium:
    """Name the member that answers to third parties."""
    must_be_open(consortium)
    firm = _organisation(organisation)
    if queries.member_of(consortium, firm.id) is None:
        raise Refused(organisation=_l("%(name)s is not a member of this consortium.", name=called(firm)))
    if consortium.liability_unit_id != firm.id:
        consortium.liability_unit_id = firm.id
        record(actor, "named the liability unit", consortium, organisation=firm)
    return consortium


def advance(
    actor: Any, consortium: Consortium, step: str, *, reason: str = "", filing_number: str = "", filed_on: date | None = None,
) -> Step:  # fmt: skip
    """Move a consortium along its life; filing takes number and day, some steps a reason."""
    facts: dict[str, Any] = {}
    row = LIFE.step(step)
    if row.name == "file" and consortium.stage == "agreed":
        if not filing_number.strip():
            raise Refused(filing_number=_l("Please give the number under which the authority filed the consortium."))
        if filed_on is None or filed_on > clock.today():
            raise Refused(filed_on=_l("Please give the day of the filing; it cannot lie in the future."))
        facts = {"filing_number": filing_number, "filed_on": filed_on}
        consortium.filing_number, consortium.filed_on = filing_number, filed_on
    if row.name == "suspend":
        consortium.stage_before = consortium.stage
    taken = activity.advance(actor, LIFE, consortium, step, reason, **facts)
    others = {seat.user for seat in queries.seats(consortium) if seat.user_id != actor.id and at_table(seat)}
    sentence = _l(
        "%(consortium)s is now at the stage “%(stage)s”.", consortium=called(consortium), stage=LIFE.word(taken.target)
    )
    activity.notify(sorted(others, key=lambda person: person.id), sentence, f"/consortia/{consortium.id}", consortium)
    return taken


def _check(name_zh: str, name_en: str, areas: list[CoreArea], starts_on: date | None, ends_on: date | None) -> None:
    problems: dict[str, object] = {}
    if not name_zh and not name_en:
        problems["name_zh"] = _l("Please give the name, in Chinese, in English, or both.")
    if not areas:
        problems["areas"] = _l("Please choose at least one technology area.")
    if starts_on and ends_on and ends_on <= starts_on:
        problems["ends_on"] = _l("The consortium would end before it begins; please check both dates.")
    if problems:
        raise Refused(**problems)


def _change_areas(consortium: Consortium, areas: list[CoreArea]) -> tuple[list[TechnologyArea], list[TechnologyArea]]:
    gone = [row for row in consortium.areas if row.area not in areas]
    kept = {row.area for row in consortium.areas}
    new = [TechnologyArea(area=area, consortium_id=consortium.id) for area in areas if area not in kept]
    for row in gone:
        consortium.areas.remove(row)
    consortium.areas.extend(new)
    return gone, new


def _table_of(row: Any) -> Consortium:
    """The consortium of a row, which must not be closed."""
    consortium = db.session.get_one(Consortium, row.consortium_id)
    must_be_open(consortium)
    return consortium


def _organisation(organisation: Organisation | int) -> Organisation:
    if isinstance(organisation, Organisation):
        return organisation
    found = db.session.get(Organisation, organisation)
    if found is None:
        raise Refused(organisation=_l("This choice is not on the list; please choose again."))
    return found


def _firm(organisation_id: int) -> Organisation:
    return db.session.get_one(Organisation, organisation_id)


def _lead_name(consortium: Consortium) -> str:
    lead = queries.lead_of(consortium)
    return str(_firm(lead.organisation_id)) if lead else "–"
