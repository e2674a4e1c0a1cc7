"""A small world of invented firms and people: two consortia that must not know of each other, and everybody who might look."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from flask_security import hash_password

from consortium.activity.services import record
from consortium.consortia.models import Body, Consortium, Membership, TechnologyArea
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.identifiers import Scheme, organisation_check, uscc_check
from consortium.core.scope import current
from consortium.core.terms import BodyKind, ConsortiumKind, CoreArea, MemberRole, OrganisationKind, ProjectKind
from consortium.organisations.models import Organisation
from consortium.people.models import Remit, Seat, User
from consortium.projects.models import Milestone, Participant, Project

PASSWORD = "a quiet river in may"
TODAY = datetime.date(2026, 11, 22)
NOW = datetime.datetime(2026, 11, 22, 4, 0, tzinfo=datetime.UTC)

#: The reference of the first consortium of the world: the fourth thing that is numbered.
OURS = "IC-2026-0004"

_numbers = count(1)
_hash: list[str] = []


def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    if not _hash:
        _hash.append(hash_password(PASSWORD))
    return _hash[0]


def code(number: int, prefix: str = "91", region: str = "320500") -> str:
    """A unified social credit code with right check digits."""
    body = f"{number:08d}"
    start = prefix + region + body + organisation_check(body)
    return start + uscc_check(start)


def organisation(
    name: str, kind: OrganisationKind = OrganisationKind.ENTERPRISE, region: str = "320500", **more: Any
) -> Organisation:
    """An invented organisation."""
    number = next(_numbers)
    prefix = (
        "12"
        if kind in (OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE)
        else "11"
        if kind is OrganisationKind.AUTHORITY
        else "91"
    )
    row = Organisation(
        kind=kind, scheme=Scheme.USCC, code=code(number, prefix, region), name_zh=name, name_en=f"{name} (invented)", region=region,
        province=region[:2], domicile="测试路 1 号", representative="测试代表", **more,
    )  # fmt: skip
    db.session.add(row)
    record("test", "registered", row)
    return row


def user(name: str, firm: Organisation | None = None, **more: Any) -> User:
    """An invented person."""
    number = next(_numbers)
    row = User(
        email=f"person{number}@example.org", name=name, password=password_hash(), fs_uniquifier=f"{number:064d}", organisation_id=firm.id if firm else None,
        confirmed_at=clock.now(), **more,
    )  # fmt: skip
    db.session.add(row)
    record("test", "opened an account", row)
    return row


def consortium(
    name: str, lead: Organisation, stage: str = "operating", area: CoreArea = CoreArea.IC, **more: Any
) -> Consortium:
    """A consortium led by `lead`."""
    number = next(_numbers)
    row = Consortium(
        reference=f"IC-2026-{number:04d}", kind=ConsortiumKind.INNOVATION_CONSORTIUM, name_zh=name, name_en=f"{name} (invented)",
        purpose_zh=f"{name}的目的", purpose_en=f"The purpose of {name}", stage=stage, region=lead.region, province=lead.province,
        starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2028, 12, 31), liability_unit_id=lead.id, **more,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    current().admit(row.id)
    spot = TechnologyArea(consortium_id=row.id, area=area)
    db.session.add(spot)
    record("test", "founded", row, spot)
    db.session.expire(row, ["areas"])
    member(row, lead, MemberRole.LEAD, Decimal("12000000.00"))
    for kind in (BodyKind.COUNCIL, BodyKind.SECRETARIAT):
        body = Body(consortium_id=row.id, kind=kind, name_zh="理事会", name_en="Council")
        db.session.add(body)
        record("test", "set up", body)
    return row


def member(
    table: Consortium,
    firm: Organisation,
    role: MemberRole = MemberRole.CORE,
    contribution: Decimal = Decimal("3000000.00"),
) -> Membership:
    """A firm's membership."""
    row = Membership(
        consortium_id=table.id, organisation_id=firm.id, role=role, tasks_zh=f"{firm.name_zh}的任务", tasks_en="A task", contribution=contribution,
        joined_on=datetime.date(2026, 1, 1),
    )  # fmt: skip
    db.session.add(row)
    record("test", "admitted", row)
    return row


def seat(person: User, table: Consortium, firm: Organisation, role: Role) -> Seat:
    """A person's place at a table."""
    row = Seat(user_id=person.id, consortium_id=table.id, organisation_id=firm.id, role=role)
    db.session.add(row)
    record("test", "seated", row)
    return row


def project(table: Consortium, lead: Organisation, title: str, stage: str = "running", **more: Any) -> Project:
    """A running joint R&D project."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "kind": ProjectKind.JOINT_RD, "area": CoreArea.IC, "starts_on": datetime.date(2026, 1, 1), "ends_on": datetime.date(2027, 12, 31),
        "budget": Decimal("8000000.00"), "trl_start": 3, "trl_now": 4, "trl_target": 7,
    }  # fmt: skip
    row = Project(
        consortium_id=table.id, reference=f"RD-2026-{number:04d}", title_zh=title, title_en=f"{title} (invented)", lead_id=lead.id, stage=stage,
        objective=f"{title}的目标", **{**values, **more},
    )  # fmt: skip
    db.session.add(row)
    record("test", "started", row)
    participant(row, lead)
    return row


def participant(what: Project, firm: Organisation, budget: Decimal = Decimal("1234567.89")) -> Participant:
    """A firm that takes part in a project."""
    row = Participant(
        consortium_id=what.consortium_id,
        project_id=what.id,
        organisation_id=firm.id,
        task=f"{firm.name_zh}的分工",
        budget=budget,
    )
    db.session.add(row)
    record("test", "joined", row)
    return row


def milestone(
    what: Project, firm: Organisation, title: str, due_on: datetime.date, state: str = "planned", weight: int = 10
) -> Milestone:
    """A milestone of a firm."""
    row = Milestone(
        consortium_id=what.consortium_id, project_id=what.id, organisation_id=firm.id, number=next(_numbers), title_zh=title, title_en=f"{title} (invented)",
        due_on=due_on, weight=weight, means="第三方检测报告", state=state, accepted_on=due_on if state == "accepted" else None,
        reported_on=due_on if state in ("accepted", "verified", "reported", "returned") else None,
    )  # fmt: skip
    db.session.add(row)
    record("test", "planned", row)
    return row


@dataclass
class Table:
    """One consortium with everybody at it; `canary` stands in all its texts."""

    canary: str
    consortium: Consortium
    lead: Organisation
    member: Organisation
    other: Organisation
    project: Project
    milestone: Milestone
    others_milestone: Milestone
    people: dict[str, User] = field(default_factory=dict)


@dataclass
class World:
    """Two tables, an officer inside and one outside, an administrator, and somebody without a seat."""

    ours: Table
    theirs: Table
    people: dict[str, User] = field(default_factory=dict)


def table(canary: str, region: str, area: CoreArea) -> Table:
    """A consortium of three firms with a project and milestones."""
    lead = organisation(f"{canary}牵头", region=region)
    firm = organisation(f"{canary}成员", region=region)
    other = organisation(f"{canary}研究院", OrganisationKind.INSTITUTE, region=region)
    row = consortium(f"{canary}联合体", lead, area=area)
    member(row, firm)
    member(row, other, MemberRole.PARTNER)
    what = project(row, lead, f"{canary}项目", area=area)
    participant(what, firm)
    participant(what, other)
    own = milestone(what, firm, f"{canary}里程碑甲", TODAY + datetime.timedelta(days=20))
    others = milestone(what, other, f"{canary}里程碑乙", TODAY - datetime.timedelta(days=12))
    milestone(what, lead, f"{canary}里程碑丙", TODAY - datetime.timedelta(days=90), "accepted")
    made = Table(canary, row, lead, firm, other, what, own, others)
    for name, role, where in (
        ("coordinator", Role.COORDINATOR, lead), ("member", Role.MEMBER, firm), ("other_member", Role.MEMBER, other),
        ("signatory", Role.SIGNATORY, firm), ("expert", Role.EXPERT, other), ("auditor", Role.AUDITOR, lead),
    ):  # fmt: skip
        person = user(f"{canary}{name}", where)
        seat(person, row, where, role)
        made.people[name] = person
    return made


def world() -> World:
    """Everything that the tests of permission walk through."""
    ours, theirs = table("晨星", "320500", CoreArea.IC), table("暮云", "440300", CoreArea.NETSEC)
    authority = organisation("江苏省测试主管部门", OrganisationKind.AUTHORITY, "320000")
    made = World(ours, theirs)
    for name, regions in (("officer", ["32"]), ("officer_elsewhere", ["51"])):
        person = user(name, authority)
        remit = Remit(user_id=person.id, organisation_id=authority.id, regions=regions, areas=[])
        db.session.add(remit)
        record("test", "gave a remit", remit)
        made.people[name] = person
    made.people["administrator"] = user("administrator", is_administrator=True)
    made.people["staff"] = user("staff", organisation("孤舟无席公司"))
    return made
