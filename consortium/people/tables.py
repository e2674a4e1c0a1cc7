"""The list of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consortium.core import clock
from consortium.core.words import _l
from consortium.documents.tables import Column, Table
from consortium.people.models import User


def accounts(seats: Mapping[int, int]) -> Table:
    """Accounts with the number of their seats, which `seats` gives by the account's number."""
    return Table("accounts", _l("Accounts"), (
        Column("name", _l("Name"), lambda user: user.name, sort=User.name, href=lambda user: f"/people/{user.id}", note=lambda user: user.post),
        Column("email", _l("Mail address"), lambda user: user.email, sort=User.email),
        Column("organisation", _l("Organisation"), lambda user: str(user.organisation) if user.organisation else None, wide=True),
        Column("kind", _l("Kind"), kind_of, wide=True),
        Column("seats", _l("Seats"), lambda user: seats.get(user.id, 0), kind="count"),
        Column("seen", _l("Last sign-in"), lambda user: clock.local(user.seen_at).date() if user.seen_at else None, kind="day", sort=User.seen_at,
               wide=True),
        Column("standing", _l("Standing"), lambda user: _l("Open") if user.active else _l("Closed"), kind="status", sort=User.active,
               tone=lambda user: "ok" if user.active else "none"),
    ))  # fmt: skip


def kind_of(user: Any) -> object:
    """Administrator, officer or staff of an organisation, as a word."""
    if user.is_administrator:
        return _l("Administrator")
    return _l("Officer") if user.remits else _l("Staff")
