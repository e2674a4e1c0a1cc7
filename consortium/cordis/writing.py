"""How a project of CORDIS is written down here: the organisations, the consortium, its memberships, and the event that tells of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from consortium.activity.services import record
from consortium.consortia.models import Consortium, Membership, TechnologyArea
from consortium.cordis import meaning
from consortium.cordis.index import Index
from consortium.core import clock
from consortium.core.db import db
from consortium.core.identifiers import Scheme
from consortium.core.terms import ConsortiumKind, CoreArea, MemberRole
from consortium.organisations import services as directory
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User

#: Who takes over: the import itself. It is no account, so nobody can sign in as it.
ACTOR = "CORDIS import"
#: What CORDIS does not say of an organisation, and an import therefore leaves as it is.
OURS = ("name_zh", "industry", "ownership", "founded_on", "domicile", "representative")

Tally = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Member:
    """What an organisation does in a project: its PIC, role, contribution in euro, and days."""

    firm: str
    role: MemberRole
    contribution: Decimal
    joined_on: date
    left_on: date | None

    def columns(self) -> dict[str, Any]:
        """The columns of its membership."""
        return {
            "role": self.role,
            "contribution": self.contribution,
            "joined_on": self.joined_on,
            "left_on": self.left_on,
        }


def take_over(
    number: str, values: dict[str, Any], areas: list[CoreArea], members: Sequence[Member], index: Index
) -> tuple[Tally, list[str]]:
    """Write a project with all that belongs to it; answers what was made or changed, and the organisations dealt with."""
    tally: Tally = Counter()
    firms, dealt = _organisations([member.firm for member in members], index, tally)
    wanted = {firms[member.firm].id: member for member in members}
    consortium = db.session.scalar(
        select(Consortium).where(Consortium.source == meaning.SOURCE, Consortium.external_id == number)
    )
    if consortium is None:
        _found(number, values, areas, wanted)
        tally["consortia", "made"] += 1
        tally["memberships", "made"] += len(wanted)
    else:
        _compare(consortium, values, areas, wanted, tally)
    return tally, dealt


def _organisations(codes: list[str], index: Index, tally: Tally) -> tuple[dict[str, Organisation], list[str]]:
    """The organisations of these PICs, registered or amended where that was not done yet in this import."""
    query = select(Organisation).where(Organisation.scheme == Scheme.PIC, Organisation.code.in_(codes))
    known = {firm.code: firm for firm in db.session.scalars(query)}
    dealt = []
    for code in codes:
        if index.settled(code):
            continue
        values = meaning.organisation(index.firm(code))
        firm = known.get(code)
        if firm is None:
            known[code] = directory.register(ACTOR, scheme=Scheme.PIC, code=code, **values)
        tally["organisations", "made" if firm is None else _amended(firm, values)] += 1
        dealt.append(code)
    return known, dealt


def _amended(firm: Organisation, values: dict[str, Any]) -> str:
    """Bring an organisation up to what CORDIS says of it, unless its own people keep it here."""
    said = {name: value for name, value in values.items() if name not in OURS}
    if all(getattr(firm, name) == value for name, value in said.items()):
        return "unchanged"
    if db.session.scalar(select(User.id).where(User.organisation_id == firm.id).limit(1)):
        return "unchanged"
    directory.amend(ACTOR, firm, **said, **{name: getattr(firm, name) for name in OURS})
    return "changed"


def _found(number: str, values: dict[str, Any], areas: list[CoreArea], wanted: dict[int, Member]) -> None:
    consortium = Consortium(
        reference=f"EU-{number}", kind=ConsortiumKind.INNOVATION_CONSORTIUM, source=meaning.SOURCE, external_id=number,
        areas=[TechnologyArea(area=area) for area in areas], **values,
    )  # fmt: skip
    db.session.add(consortium)
    db.session.flush()
    rows = [
        Membership(consortium_id=consortium.id, organisation_id=firm, **member.columns())
        for firm, member in wanted.items()
    ]
    db.session.add_all(rows)
    record(
        ACTOR,
        "imported",
        consortium,
        *consortium.areas,
        *rows,
        source=meaning.SOURCE,
        number=number,
        areas_guessed=areas,
    )


def _compare(
    consortium: Consortium, values: dict[str, Any], areas: list[CoreArea], wanted: dict[int, Member], tally: Tally
) -> None:
    """Bring a consortium that was imported before up to its source, unless people work with it here."""
    held = {}
    for row in db.session.scalars(
        select(Membership).where(Membership.consortium_id == consortium.id).order_by(Membership.id)
    ):
        held[row.organisation_id] = row
    changes = {
        name: [getattr(consortium, name), value] for name, value in values.items() if getattr(consortium, name) != value
    }
    regrouped = {area.area for area in consortium.areas} != set(areas)
    differing = [firm for firm, member in wanted.items() if firm not in held or _differs(held[firm], member)]
    vanished = [row for firm, row in held.items() if firm not in wanted and row.left_on is None]
    same = not (changes or regrouped or differing or vanished)
    if same or db.session.scalar(select(Seat.id).where(Seat.consortium_id == consortium.id).limit(1)):
        tally["consortia", "unchanged"] += 1
        tally["memberships", "unchanged"] += len(wanted)
        return
    for name, (_, value) in changes.items():
        setattr(consortium, name, value)
    touched: list[Any] = _regroup(consortium, areas) if regrouped else []
    touched += _rejoin(consortium, {firm: wanted[firm] for firm in differing}, held, vanished)
    record(ACTOR, "updated from its source", consortium, *touched, source=meaning.SOURCE, changes=changes)
    tally["consortia", "changed"] += 1
    made = sum(firm not in held for firm in differing)
    tally.update({
        ("memberships", "made"): made, ("memberships", "changed"): len(differing) - made,
        ("memberships", "unchanged"): len(wanted) - len(differing),
    })  # fmt: skip


def _differs(row: Membership, member: Member) -> bool:
    return any(getattr(row, name) != value for name, value in member.columns().items())


def _regroup(consortium: Consortium, areas: list[CoreArea]) -> list[Any]:
    """Put other technology areas in the place of those that were guessed before."""
    gone = list(consortium.areas)
    consortium.areas.clear()
    db.session.flush()
    consortium.areas.extend(TechnologyArea(area=area) for area in areas)
    db.session.flush()
    return [*gone, *consortium.areas]


def _rejoin(
    consortium: Consortium, wanted: dict[int, Member], held: dict[int, Membership], vanished: list[Membership]
) -> list[Any]:
    """Change memberships; a lead comes last, since there is never more than one."""
    for row in vanished:
        row.left_on = max(row.joined_on, clock.today())
    db.session.flush()
    rows = []
    for firm, member in sorted(
        wanted.items(), key=lambda pair: pair[1].role is MemberRole.LEAD and pair[1].left_on is None
    ):
        row = held.get(firm)
        if row is None:
            row = Membership(consortium_id=consortium.id, organisation_id=firm, **member.columns())
            db.session.add(row)
        else:
            for name, value in member.columns().items():
                setattr(row, name, value)
        db.session.flush()
        rows.append(row)
    return [*vanished, *rows]
