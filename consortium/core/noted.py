"""What a session notes about its transaction: gone with it, and what was noted inside a savepoint goes when that is rolled back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction


def noted(session: Session, name: str) -> list[Any]:
    """The notes of a name in the present transaction; add to them, or clear them."""
    notes: list[Any] = session.info.setdefault("noted", {}).setdefault(name, [])
    return notes


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    """Remember how much was noted when a savepoint was set."""
    if transaction.nested:
        long = {name: len(notes) for name, notes in session.info.get("noted", {}).items()}
        session.info.setdefault("savepoints", {})[transaction] = long


@event.listens_for(Session, "after_commit")
def _keep(session: Session) -> None:
    """What was noted inside a savepoint that is released belongs to what is around it."""
    session.info.get("savepoints", {}).pop(session.get_nested_transaction(), None)


@event.listens_for(Session, "after_transaction_end")
def _drop(session: Session, transaction: SessionTransaction) -> None:
    """Forget what was noted inside a savepoint that was not released, and everything when the outermost transaction ends."""
    if transaction.parent is None:
        session.info.pop("noted", None)
        session.info.pop("savepoints", None)
        return
    long = session.info.get("savepoints", {}).pop(transaction, None)
    if long is not None:
        for name, notes in session.info.get("noted", {}).items():
            del notes[long.get(name, 0) :]
