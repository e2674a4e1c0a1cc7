"""What a person does at the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from consortium.activity.models import Notification
from consortium.core import clock
from consortium.core.db import db


def mark_read(actor: Any, number: int | None = None) -> int:
    """Note that a person has read one notification, or all; answers how many were unread until now."""
    mine = update(Notification).where(Notification.user_id == actor.id, Notification.read_at.is_(None))
    if number is not None:
        mine = mine.where(Notification.id == number)
    changed = db.session.execute(mine.values(read_at=clock.now()).execution_options(synchronize_session=False))
    return int(changed.rowcount)  # type: ignore[attr-defined]
