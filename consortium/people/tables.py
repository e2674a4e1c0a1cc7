"""The list of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from consortium.core import clock, words
from consortium.core.access import Role
from consortium.core.regions import region_name
from consortium.core.terms import CoreArea, either, label
from consortium.core.words import _l, listed
from consortium.documents.tables import Column, Table
from consortium.people.models import User

ROLES = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.MEMBER: _l("Member"),
    Role.SIGNATORY: _l("Signatory"),
    Role.EXPERT: _l("Expert"),
    Role.AUDITOR: _l("Auditor"),
    Role.SITE: _l("User of a demonstration"),
    Role.OFFICER: _l("Officer"),
    Role.STAFF: _l("Staff"),
}


def accounts(seats: Mapping[int, int]) -> Table:
    """Accounts with the number of their seats, which `seats` gives by the account's number."""
    return Table("accounts", _l("Accounts"), (
        Column("name", _l("Person"), lambda user: user.name, sort=User.name, href=lambda user: f"/people/{user.id}", note=lambda user: user.post),
        Column("email", _l("Mail address"), lambda user: user.email, sort=User.email),
        Column("organisation", _l("Organisation"), lambda user: either(user.organisation.name_zh, user.organisation.name_en) if user.organisation else None, wide=True),
        Column("kind", _l("Kind"), kind_of, wide=True),
        Column("seats", _l("Seats"), lambda user: seats.get(user.id, 0), kind="count"),
        Column("seen", _l("Last sign-in"), lambda user: clock.local(user.seen_at).date() if user.seen_at else None, kind="day", sort=User.seen_at,
               wide=True),
        Column("standing", _l("Standing"), lambda user: _l("In use") if user.active else _l("Not in use"), kind="status", sort=User.active,
               tone=lambda user: "ok" if user.active else "none"),
    ))  # fmt: skip


def kind_of(user: Any) -> object:
    """Administrator, officer or staff of an organisation, as a word."""
    if user.is_administrator:
        return _l("Administrator")
    return _l("Officer") if user.remits else _l("Staff")


def regions(remit: Any) -> str:
    """The regions of a remit as words; "" for all."""
    return _joined(region_name(f"{code}0000", words.language()) for code in remit.regions)


def areas(remit: Any) -> str:
    """The technology areas of a remit as words; "" for all."""
    return _joined(label(CoreArea(code)) for code in remit.areas)


def _joined(parts: Iterable[str]) -> str:
    return listed(parts)
