"""Invitations: a link that works once, for one address, for fourteen days."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consortium import config
from consortium.activity.services import notify, post, record
from consortium.consortia import queries
from consortium.consortia.models import Consortium, Invitation
from consortium.consortia.seating import AT_TABLE, FOR_MEMBER, admit, give_seat, may_lead, must_be_open
from consortium.core import clock, scope
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import Missing, NotNow, Problem, Refused
from consortium.core.terms import MemberRole, OrganisationKind
from consortium.core.typed import unfit
from consortium.core.words import _l, called
from consortium.organisations.models import Organisation
from consortium.organisations.services import register
from consortium.people.belonging import ask
from consortium.people.models import User
from consortium.people.services import address, open_account

VALID = timedelta(days=14)


class Gone(Problem):
    """A link that was good once."""

    status = 410


def invite(
    actor: Any, consortium: Consortium, *, email: str, role: Role, member_role: MemberRole | None = None,
    organisation: Organisation | int | None = None, organisation_name: str = "", message: str = "",
) -> tuple[Invitation, str]:  # fmt: skip
    """Invite a person by mail to take a seat, for a registered organisation or one that is only named; answers also the link's token."""
    must_be_open(consortium)
    email = address(email)
    firm = db.session.get(Organisation, organisation) if isinstance(organisation, int) else organisation
    _check(consortium, email, role, member_role, firm, organisation_name)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation(
        consortium_id=consortium.id, email=email, organisation_id=firm.id if firm else None, organisation_name="" if firm else organisation_name,
        member_role=member_role, role=role, message=message, secret_digest=_digest(secret), expires_at=clock.now() + VALID, invited_by_id=actor.id,
    )  # fmt: skip
    db.session.add(invitation)
    record(actor, "invited", invitation, role=role.value, organisation=firm or organisation_name)
    token = str(_seal().dumps([invitation.id, secret]))
    sentence = _l(
        "%(inviter)s invites you to take part in %(consortium)s.", inviter=actor.name, consortium=called(consortium)
    )
    known = queries.user_of(email)
    post(email, sentence, f"/invitations/{token}", known.locale if known else "")
    return invitation, token


def withdraw_invitation(actor: Any, invitation: Invitation) -> Invitation:
    """Make the link of an invitation useless."""
    if invitation.accepted_at is not None:
        raise NotNow(_l("The invitation was accepted already."))
    if invitation.withdrawn_at is not None:
        raise NotNow(_l("The invitation was withdrawn already."))
    invitation.withdrawn_at = clock.now()
    record(actor, "withdrew the invitation", invitation)
    return invitation


def open_link(token: str) -> Invitation:
    """The invitation of a link, with all that its page shows; Missing for a forged link, Gone for one that is used up."""
    try:
        number, secret = _seal().loads(token)
    except (BadSignature, ValueError, TypeError):
        raise Missing(
            _l("This link is not complete. Open it again from the mail, or ask for a new invitation.")
        ) from None
    with scope.everything("whoever holds an invitation is not at the table yet"):
        loaded = (
            joinedload(Invitation.consortium),
            joinedload(Invitation.organisation),
            joinedload(Invitation.invited_by),
        )
        invitation = db.session.scalar(select(Invitation).where(Invitation.id == number).options(*loaded))
    if invitation is None or not _holds(invitation, secret):
        raise Missing(_l("This link is not complete. Open it again from the mail, or ask for a new invitation."))
    _must_be_usable(invitation)
    return invitation


def accept_invitation(
    invitation: Invitation, token: str, *, name: str, password: str, locale: str = "", **organisation: Any,
) -> User:  # fmt: skip
    """Make an account for the invited person and take the seat; `organisation` is as `organisations.services.register` takes it."""
    _must_hold(invitation, token)
    if queries.user_of(invitation.email) is not None:
        raise NotNow(_l("There is an account with this address already. Sign in with it and open the link again."))
    if complaint := unfit(password):
        raise Refused(password=complaint)
    if password.casefold() in (invitation.email, invitation.email.split("@")[0], name.strip().casefold()):
        raise Refused(password=_l("The password must not be your name or your address."))
    user = open_account(
        None, email=invitation.email, name=name, post="", organisation=None, password=password, locale=locale
    )
    user.confirmed_at = clock.now()
    return _take(user, invitation, organisation)


def join_table(actor: Any, invitation: Invitation, token: str, **organisation: Any) -> User:
    """Take the seat with the account that one has; only for the address that was invited."""
    _must_hold(invitation, token)
    if actor.email.lower() != invitation.email.lower():  # casefold would take ß and ss for one address
        raise NotNow(
            _l("The invitation is for %(email)s. Sign in with that address to accept it.", email=invitation.email)
        )
    return _take(db.session.get_one(User, actor.id), invitation, organisation)


def firm_of(invitation: Invitation, user: Any = None) -> Organisation | None:
    """The organisation for which the seat would be taken, or None when it has to be registered first."""
    if invitation.organisation_id:
        return db.session.get(Organisation, invitation.organisation_id)
    if user is not None and user.organisation_id:
        return db.session.get(Organisation, user.organisation_id)
    return None


def _take(user: User, invitation: Invitation, organisation: dict[str, Any]) -> User:
    """Organisation, membership and seat, and who is told of it."""
    with scope.everything("an invited person takes the seat that was offered"):
        consortium = db.session.get_one(Consortium, invitation.consortium_id)
        must_be_open(consortium)
        db.session.flush()
        known = firm_of(invitation, user)
        firm = known or register(user, **organisation)
        if known is None:
            user.organisation_id, user.asked_organisation_id = firm.id, None
        elif user.organisation_id is None:
            # Whoever is of a firm may amend its entry; that the inviter named the firm gives the seat, and nothing more.
            ask(user, firm)
        if firm.kind is OrganisationKind.AUTHORITY and invitation.role in FOR_MEMBER:
            raise Refused(_l("An authority oversees consortia and cannot be a member."))
        joins = invitation.member_role is not None and queries.member_of(consortium, firm.id) is None
        invitation.accepted_at, invitation.user_id = clock.now(), user.id
        record(user, "accepted the invitation", invitation, user, role=invitation.role.value, organisation=firm)
        if joins and invitation.member_role is not None:
            admit(user, consortium, firm, role=invitation.member_role)
        give_seat(user, consortium, user, firm, invitation.role)
        sentence = _l(
            "%(name)s has accepted the invitation to %(consortium)s.", name=user.name, consortium=called(consortium)
        )
        notify(queries.coordinators(consortium), sentence, f"/consortia/{consortium.id}/members", consortium)
        db.session.flush()
    return user


def _check(
    consortium: Consortium, email: str, role: Role, member_role: MemberRole | None, firm: Organisation | None, organisation_name: str,
) -> None:  # fmt: skip
    problems: dict[str, object] = {}
    if role not in AT_TABLE:
        problems["role"] = _l("Nobody sits at the table of a consortium in this role.")
    if firm is None and not organisation_name.strip():
        problems["organisation"] = _l("Choose the organisation, or give its name if it is not registered yet.")
    if firm is not None and firm.kind is OrganisationKind.AUTHORITY:
        problems["organisation"] = _l("An authority oversees consortia and cannot be a member.")
    member = firm is not None and queries.member_of(consortium, firm.id) is not None
    if role in FOR_MEMBER and not member and member_role is None:
        problems["member_role"] = _l("The organisation is not a member yet; choose the part that it is to take.")
    if problems:
        raise Refused(**problems)
    if not member:
        may_lead(consortium, member_role, "member_role")
    open_ones = select(Invitation).where(
        Invitation.consortium_id == consortium.id, Invitation.email == email, Invitation.role == role
    )
    if any(other.state == "open" for other in db.session.scalars(open_ones)):
        raise Refused(email=_l("An invitation to this address is open already; withdraw it first to send a new one."))
    user = queries.user_of(email)
    if user is not None and firm is not None and queries.has_seat(user, consortium, firm, role):
        raise Refused(email=_l("%(name)s has this seat already.", name=user.name))


def _must_be_usable(invitation: Invitation) -> None:
    match invitation.state:
        case "accepted":
            raise Gone(_l("This invitation was accepted already. Sign in to go on."))
        case "withdrawn":
            raise Gone(_l("This invitation was withdrawn. Ask the coordinator if you think that this is a mistake."))
        case "expired":
            raise Gone(_l("This invitation has expired. Ask the coordinator for a new one; it takes a minute."))


def _must_hold(invitation: Invitation, token: str) -> None:
    """Refuse whoever has not the link of this invitation."""
    if open_link(token).id != invitation.id:
        raise Missing(_l("This link is not complete. Open it again from the mail, or ask for a new invitation."))


def _holds(invitation: Invitation, secret: object) -> bool:
    return isinstance(secret, str) and hmac.compare_digest(invitation.secret_digest, _digest(secret))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(config.current()["SECRET_KEY"], salt="invitation")
