"""What the small world of `factories` still lacks: at least one row of every table behind the wall, at both tables, with their canaries."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import select

from consortium.activity.services import notify, record
from consortium.agreements import services as agreements
from consortium.app import FEATURES
from consortium.consortia import services as consortia
from consortium.consortia.models import Body, Consortium
from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.terms import MemberRole, Tier
from consortium.core.uploads import examine
from consortium.core.words import _l
from consortium.documents.archive import keep
from consortium.documents.models import Paper
from consortium.organisations import services as organisations
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects import services as projects
from consortium.projects.models import Project
from consortium.reports import services as reports
from tests import factories


def furnish(world: Any) -> dict[str, str]:
    """Fill both tables by the services; answers the token of an open invitation at each, and the `reference` of a paper."""
    tokens = {name: _table(getattr(world, name)) for name in ("ours", "theirs")}
    paper = db.session.scalars(select(Paper).where(Paper.consortium_id == world.ours.consortium.id)).first()
    return {**tokens, "reference": paper.reference}


def _table(table: Any) -> str:
    consortium, project = (
        db.session.get_one(Consortium, table.consortium.id),
        db.session.get_one(Project, table.project.id),
    )
    coordinator, member, other, expert, auditor = (
        db.session.get_one(User, getattr(table.people, name).id)
        for name in ("coordinator", "member", "other_member", "expert", "auditor")
    )
    firms = [db.session.get_one(Organisation, row.id) for row in (table.lead, table.member, table.other)]
    _work(table.canary, project, firms, (coordinator, member, other), auditor)
    _bodies(table.canary, consortium, firms, coordinator)
    _papers(table.canary, consortium, coordinator)
    _of_features(table.canary, project, firms, (coordinator, member, other, expert, auditor))
    for firm, person in zip(firms, (coordinator, member, other), strict=True):
        organisations.hold_title(
            person,
            firm,
            tier=Tier.LITTLE_GIANT,
            batch="",
            valid_from=datetime.date(2025, 1, 1),
            valid_to=None,
            source="测试公告",
        )
    for person in (coordinator, member, other, expert):
        notify(
            [person], _l("%(name)s waits for you.", name=f"{table.canary}事项"), f"/projects/{project.id}", consortium
        )
    _, token = consortia.invite(
        coordinator, consortium, email=f"guest-of-{consortium.id}@example.org", role=Role.MEMBER, member_role=MemberRole.PARTNER, organisation=None,
        organisation_name=f"{table.canary}新成员", message=f"{table.canary}欢迎",
    )  # fmt: skip
    return token


def _work(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...], auditor: User) -> None:
    for firm, person in zip(firms, people, strict=True):
        row = projects.plan_milestone(
            people[0], project, organisation=firm, title_zh=f"{canary}交付", title_en="A delivery", due_on=datetime.date(2026, 12, 1), weight=5,
            means=f"{canary}检测",
        )  # fmt: skip
        file = examine(f"{canary}.txt", io.BytesIO(f"{canary}{firm.id}的数据\n".encode()))
        projects.report(person, row, note=f"{canary}说明", files=[file])
        if person is people[1]:
            projects.send_back(people[0], row, reason=f"{canary}理由")
        elif person is people[2]:
            projects.verify(people[1], row, note=f"{canary}核验")
    record(auditor, "noted", project, note=f"{canary}事件")


def _of_features(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """What features above the first line add: each has a `furniture.py` among its tests, lowest feature first.

    `furnish(canary, project, firms, people)`: three firms (lead, member, other), five people (coordinator, member, other, expert, auditor);
    at least one row of each of its tables for each firm, with the canary in every text.
    """
    for feature in FEATURES:
        if find_spec(f"tests.{feature}") and find_spec(f"tests.{feature}.furniture"):
            import_module(f"tests.{feature}.furniture").furnish(canary, project, firms, people)


def _bodies(canary: str, consortium: Consortium, firms: list[Organisation], coordinator: User) -> None:
    body = db.session.scalars(select(Body).where(Body.consortium_id == consortium.id)).first()
    for firm in firms:
        consortia.seat_in_body(
            coordinator, body, organisation=firm, person=f"{canary}委员", post="委员", full_time=False
        )


def _papers(canary: str, consortium: Consortium, coordinator: User) -> None:
    agreements.draw_up(coordinator, consortium, language="both")
    written = reports.open_report(
        coordinator, consortium, starts_on=datetime.date(2026, 4, 1), ends_on=datetime.date(2026, 6, 30)
    )
    reports.write(coordinator, written, narrative_zh=f"{canary}进展", narrative_en=f"{canary} progress")
    reports.submit(coordinator, written)
    draft = reports.open_report(
        coordinator, consortium, starts_on=datetime.date(2026, 7, 1), ends_on=datetime.date(2026, 9, 30)
    )
    reports.write(coordinator, draft, narrative_zh=f"{canary}草稿", narrative_en=f"{canary} draft")
    for paper in db.session.scalars(select(Paper).where(Paper.consortium_id == consortium.id)):
        stored = keep(f"%PDF-1.7 {canary} {paper.reference}".encode())
        paper.state, paper.sha256, paper.size, paper.pages, paper.key = (
            "issued",
            stored.sha256,
            stored.size,
            1,
            stored.key,
        )
        paper.issued_at = clock.now()
        record("platform", "issued", paper)


def more_work(table: Any, times: int) -> None:
    """Many more rows at one table, for counting statements: milestones, reports, members, invitations, projects, reports."""
    consortium = db.session.get_one(Consortium, table.consortium.id)
    coordinator, member = (
        db.session.get_one(User, getattr(table.people, name).id) for name in ("coordinator", "member")
    )
    firm = db.session.get_one(Organisation, table.member.id)
    first = db.session.get_one(Project, table.project.id)
    body = consortia.set_up_body(
        coordinator, consortium, kind=factories.BodyKind.EXPERT, name_zh="专家组", name_en="Experts"
    )
    for number in range(times):
        consortia.seat_in_body(coordinator, body, organisation=firm, person=f"委员{number}", post="", full_time=False)
        new = factories.organisation(f"增补单位{number}")
        factories.user(f"增补人员{number}", new)
        organisations.hold_title(
            member,
            new,
            tier=Tier.LITTLE_GIANT,
            batch="",
            valid_from=datetime.date(2025, 1, 1),
            valid_to=None,
            source="",
        )
        consortia.admit(coordinator, consortium, new, role=MemberRole.PARTNER, contribution=Decimal("1.00"))
        factories.seat(factories.user(f"增补代表{number}", new), consortium, new, Role.MEMBER)
        what = factories.project(consortium, firm, f"增补项目{number}")
        factories.participant(first, new, Decimal("1.00"))
        for project in (what, first):
            row = factories.milestone(project, firm, f"增补里程碑{number}", datetime.date(2026, 12, 24))
            projects.report(member, row, note="说明", files=[examine("a.txt", io.BytesIO(f"数据{number}\n".encode()))])
            factories.milestone(project, firm, f"增补里程碑{number}待", datetime.date(2026, 10, 24))
        consortia.invite(
            coordinator, consortium, email=f"more{number}@example.org", role=Role.MEMBER, member_role=MemberRole.PARTNER, organisation=None,
            organisation_name="某单位",
        )  # fmt: skip
        agreements.draw_up(coordinator, consortium, language="zh")
        quarter = datetime.date(2024 - number, 1, 1)
        report = reports.open_report(
            coordinator, consortium, starts_on=quarter, ends_on=quarter + datetime.timedelta(days=89)
        )
        reports.submit(coordinator, reports.write(coordinator, report, narrative_zh="进展", narrative_en="Progress"))
        for person in (coordinator, member):
            notify([person], _l("%(name)s waits for you.", name="事项"), "/", consortium)
        another = factories.consortium(f"增补联合体{number}", db.session.get_one(Organisation, table.lead.id))
        factories.seat(coordinator, another, firm, Role.COORDINATOR)
        factories.seat(member, another, firm, Role.MEMBER)
    for feature in FEATURES:
        if find_spec(f"tests.{feature}") and find_spec(f"tests.{feature}.furniture"):
            more = getattr(import_module(f"tests.{feature}.furniture"), "more", None)
            if more:  # `more(project, firm, people, times)`: that many rows in each of its lists
                more(first, firm, (coordinator, member), times)
