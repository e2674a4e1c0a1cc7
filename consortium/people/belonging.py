"""Who belongs to an organisation, and so may amend its entry: nobody by the word of others, but by its own people or the administrator."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from consortium.activity.services import notify, record
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import NotNow
from consortium.core.words import _l
from consortium.people.models import User


def staff(organisation: Any) -> list[User]:
    """The people of an organisation who can sign in."""
    query = select(User).where(User.organisation_id == organisation.id, User.active, ~User.remits.any())
    return list(db.session.scalars(query.order_by(User.id)))


def asking(organisation: Any) -> list[User]:
    """The people who ask to belong to an organisation, by name."""
    query = select(User).where(User.asked_organisation_id == organisation.id, User.active)
    return list(db.session.scalars(query.order_by(User.name, User.id)))


def ask(user: User, organisation: Any) -> User:
    """Let a person without an organisation ask to belong to one; whoever can decide is told. The caller records it."""
    user.asked_organisation_id = organisation.id
    sentence = _l("%(name)s (%(email)s) asks to belong to %(organisation)s. Confirm it only if you know the person.",
                  name=user.name, email=user.email, organisation=str(organisation))  # fmt: skip
    if colleagues := staff(organisation):
        notify(colleagues, sentence, f"/organisations/{organisation.id}")
    else:
        administrators = db.session.scalars(select(User).where(User.is_administrator, User.active).order_by(User.id))
        notify(administrators, sentence, f"/people/{user.id}")
    return user


def decide(actor: Actor, user: User | None, decision: str, organisation: Any = None) -> User:
    """Confirm or decline (`decision`) that a person belongs to the organisation that it asks for, which is `organisation` if given."""
    wanted = user.asked_organisation if user is not None else None
    if user is None or wanted is None or (organisation is not None and wanted.id != organisation.id):
        raise NotNow(_l("This person does not ask to belong to the organisation any more."))
    if decision not in ("confirm", "decline"):
        raise NotNow(_l("Choose whether to confirm or to decline."))
    user.asked_organisation_id = None
    if decision == "confirm":
        user.organisation_id = wanted.id
        record(actor, "took in a person", wanted, user, person=user.name)
        sentence = _l("It is confirmed that you belong to %(organisation)s.", organisation=str(wanted))
    else:
        record(actor, "declined a person", wanted, user, person=user.name)
        sentence = _l("It was not confirmed that you belong to %(organisation)s. Your seats stay.", organisation=str(wanted))  # fmt: skip
    db.session.flush()
    db.session.expire(user, ["organisation", "asked_organisation"])
    notify([user], sentence, "/me")
    return user
