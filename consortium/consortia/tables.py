"""The lists of consortia and of who takes part in them."""

from __future__ import annotations

from typing import Any

from consortium.consortia.models import Consortium, Invitation, Membership
from consortium.consortia.workflow import LIFE
from consortium.core.access import Role
from consortium.core.clock import local
from consortium.core.regions import region_name
from consortium.core.terms import CoreArea, define, is_chinese, label
from consortium.core.words import _l, listed
from consortium.documents.tables import Column, Table
from consortium.organisations.tables import named, other_name

ROLES = define({
    Role.ADMINISTRATOR: ("平台管理员", "Platform administrator"),
    Role.STAFF: ("单位人员", "Staff"),
    Role.COORDINATOR: ("协调人", "Coordinator"),
    Role.MEMBER: ("成员单位代表", "Member's representative"),
    Role.SIGNATORY: ("签署人", "Signatory"),
    Role.EXPERT: ("专家", "Expert"),
    Role.AUDITOR: ("审计人员", "Auditor"),
    Role.SITE: ("示范用户代表", "User of a demonstration"),
    Role.OFFICER: ("主管部门人员", "Officer of an authority"),
})  # fmt: skip


def areas_of(consortium: Consortium) -> str:
    """The technology areas in the order of the policy document."""
    held = {row.area for row in consortium.areas}
    return listed(label(area) for area in CoreArea if area in held)


CONSORTIA = Table(
    "consortia",
    _l("Consortia"),
    (
        Column(
            "name", _l("Name"), named, kind="link", sort=Consortium.name_zh, href=lambda row: f"/consortia/{row.id}",
            note=lambda row: f"{row.reference} · {label(row.kind)}",
        ),
        Column("stage", _l("Stage"), lambda row: LIFE.word(row.stage), kind="status", sort=Consortium.stage, tone=lambda row: LIFE.tone(row.stage)),
        Column("lead", _l("Lead enterprise"), lambda row: named(row.lead) if row.lead else None, href=lambda row: f"/organisations/{row.lead.id}" if row.lead else None),
        Column("members", _l("Members"), lambda row: row.member_count or 0, kind="count"),
        Column("areas", _l("Technology areas"), areas_of, wide=True),
        Column("region", _l("Region"), lambda row: region_name(row.region), sort=Consortium.province, wide=True),
        Column("starts_on", _l("Start"), lambda row: row.starts_on, kind="day", sort=Consortium.starts_on, wide=True),
        Column("ends_on", _l("End"), lambda row: row.ends_on, kind="day", sort=Consortium.ends_on, wide=True),
    ),
)  # fmt: skip


def members(manages: bool) -> Table:
    """The list of members; its rows lead to where a part is changed, for who may."""
    return Table(
        "members",
        _l("Members"),
        (
            Column(
                "organisation", _l("Organisation"), lambda row: named(row.organisation), kind="link", note=lambda row: other_name(row.organisation),
                href=lambda row: f"/organisations/{row.organisation_id}",
            ),
            Column(
                "part", _l("Part"), lambda row: label(row.role), sort=Membership.role,
                href=lambda row: f"/memberships/{row.id}" if manages and row.left_on is None else None,
            ),
            Column("kind", _l("Kind"), lambda row: label(row.organisation.kind), wide=True),
            Column("tasks", _l("Tasks"), tasks_of, wide=True),
            Column("contribution", _l("Contribution"), lambda row: row.contribution, kind="money", sort=Membership.contribution),
            Column("currency", _l("Currency"), lambda row: row.consortium.currency, wide=True),
            Column("joined_on", _l("Joined"), lambda row: row.joined_on, kind="day", sort=Membership.joined_on, wide=True),
            Column("left_on", _l("Left"), lambda row: row.left_on, kind="day", sort=Membership.left_on, wide=True),
        ),
    )  # fmt: skip


def tasks_of(membership: Membership) -> str:
    """The tasks in the reader's language, else in the other."""
    return membership.tasks_zh or membership.tasks_en if is_chinese() else membership.tasks_en or membership.tasks_zh


INVITATION_WORDS: dict[str, tuple[Any, str]] = {
    "open": (_l("Not answered"), "act"),
    "accepted": (_l("Has joined"), "ok"),
    "withdrawn": (_l("Withdrawn"), "none"),
    "expired": (_l("Expired"), "warn"),
}

INVITATIONS = Table(
    "invitations",
    _l("Invitations"),
    (
        Column("email", _l("Mail address"), lambda row: row.email, sort=Invitation.email, note=lambda row: label(row.role)),
        Column(
            "organisation", _l("For"), lambda row: named(row.organisation) if row.organisation else row.organisation_name,
            note=lambda row: label(row.member_role) if row.member_role else "",
        ),
        Column(
            "state", _l("State"), lambda row: INVITATION_WORDS[row.state][0], kind="status", tone=lambda row: INVITATION_WORDS[row.state][1],
            href=lambda row: f"/invitations/{row.id}/withdraw" if row.state == "open" else None,
        ),
        Column("expires", _l("Valid until"), lambda row: local(row.expires_at).date(), kind="day", sort=Invitation.expires_at),
        Column("invited_by", _l("Invited by"), lambda row: row.invited_by.name, wide=True),
    ),
)  # fmt: skip
