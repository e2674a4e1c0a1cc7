"""Accounts: open, change, give a remit, close."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password

from consortium.activity.models import OutboxMail
from consortium.activity.services import notify, post, record
from consortium.core import words
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.regions import provinces
from consortium.core.terms import CoreArea, OrganisationKind
from consortium.core.words import _l
from consortium.people import queries
from consortium.people.models import Remit, User

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
LANGUAGES = ("", "en", "zh_Hans")
THEMES = ("", "light", "dark")


def open_account(
    actor: Actor | None, *, email: str, name: str, post: str, organisation: Any, password: str | None = None, locale: str = "",
    is_administrator: bool = False,
) -> User:  # fmt: skip
    """Open an account; without a password it waits for the person to set one by a link."""
    email = address(email)
    if queries.by_email(email) is not None:
        raise Refused(email=_l("There is an account with this address already."))
    if not name.strip():
        raise Refused(name=_l("An account needs the name of its person."))
    user = User(
        email=email,
        name=name.strip(),
        post=post.strip(),
        password=None if password is None else hashed(password),
        locale=locale if locale in LANGUAGES else "",
        organisation_id=None if organisation is None else organisation.id,
        is_administrator=is_administrator,
        fs_uniquifier=secrets.token_hex(32),
    )
    db.session.add(user)
    db.session.flush()
    record(actor or user, "opened account", user, organisation=user.organisation_id, administrator=is_administrator)
    return user


def open_for_person(actor: Actor, *, email: str, name: str, post: str, organisation: Any, locale: str = "") -> User:
    """Open an account for a person of an organisation, who can then found consortia for it; authorities have officers."""
    if organisation is None or organisation.kind == OrganisationKind.AUTHORITY:
        raise Refused(organisation=_l("People of an authority are officers; open the account with a remit."))
    return open_account(actor, email=email, name=name, post=post, organisation=organisation, locale=locale)


def open_for_administrator(*, email: str, name: str) -> User:
    """Open an account that administers, for the operator at the machine; for one that there is already, only a new link is noted."""
    user = queries.by_email(address(email))
    if user is None:
        user = open_account(None, email=email, name=name, post="", organisation=None, is_administrator=True)
    elif not (user.is_administrator and user.active):
        raise Refused(email=_l("The account of this address does not administer the platform, or is closed."))
    record("operator", "made a password link", user)
    if user.password is not None:
        notify(
            [user],
            _l(
                "On the machine of the platform, a link was made by which a new password can be set for your account. If you did not ask for it, tell the operator."
            ),
            "/me",
        )
    return user


def open_for_officer(
    actor: Actor, *, email: str, name: str, post: str, organisation: Any, locale: str, regions: Sequence[str], areas: Sequence[str],
) -> User:  # fmt: skip
    """Open an account for an officer of an authority, with what it oversees."""
    user = open_account(actor, email=email, name=name, post=post, organisation=organisation, locale=locale)
    give_remit(actor, user, organisation, regions=regions, areas=areas)
    return user


def give_remit(actor: Actor, user: User, organisation: Any, *, regions: Sequence[str], areas: Sequence[str]) -> Remit:
    """Let a person oversee, for an authority, the filed consortia of `regions` (two digits) and `areas`; none named: all."""
    if organisation is None or organisation.kind != OrganisationKind.AUTHORITY:
        raise Refused(organisation=_l("A remit is given for an authority; this organisation is none."))
    if unknown := set(regions) - {region.code[:2] for region in provinces()}:
        raise Refused(regions=_l("There is no province with the code %(code)s.", code=min(unknown)))
    if unknown := {str(area) for area in areas} - {str(area) for area in CoreArea}:
        raise Refused(areas=_l("There is no technology area %(area)s.", area=min(unknown)))
    remit = Remit(
        user=user,
        organisation_id=organisation.id,
        regions=sorted(set(regions)),
        areas=[str(a) for a in CoreArea if a in areas],
    )
    db.session.add(remit)
    db.session.flush()
    record(actor, "gave remit", user, remit, organisation=organisation.id, regions=remit.regions, areas=remit.areas)
    return remit


def close_account(actor: Actor, user: User, reason: str) -> User:
    """Close an account: whoever is signed in with it is signed out; what was done with it stays."""
    if not user.active:
        raise NotNow(_l("This account is closed already."))
    if not reason.strip():
        raise Refused(reason=_l("Please say why the account is closed."))
    if user.is_administrator:
        queries.hold_administrators()  # else two who close each other's account at once both find the other one open
        if not queries.other_administrators(user):
            raise NotNow(_l("This is the last account that can administer the platform, so it stays open."))
    user.active = False
    user.fs_uniquifier = secrets.token_hex(32)
    record(actor, "closed account", user, reason=reason.strip())
    return user


def reopen_account(actor: Actor, user: User) -> User:
    """Open a closed account again, with the seats and remits that it still has."""
    if user.active:
        raise NotNow(_l("This account is open."))
    user.active = True
    record(actor, "reopened account", user)
    return user


def change_profile(actor: Actor, user: User, *, name: str, post: str, locale: str | None, theme: str | None) -> User:
    """Change how a person is named and how pages are shown to him."""
    if not name.strip():
        raise Refused(name=_l("Please give your name; others see it beside what you do."))
    values = {"name": name.strip(), "post": post.strip()}
    changes = {key: [getattr(user, key), value] for key, value in values.items() if getattr(user, key) != value}
    user.name, user.post = values["name"], values["post"]
    show(user, locale=locale or "", theme=theme or "")
    if changes:
        record(actor, "changed profile", user, changes=changes)
    return user


def show(user: User, *, locale: str | None = None, theme: str | None = None) -> User:
    """Keep in which language and in which colours a person reads; these are told by no event."""
    if locale is not None and locale in LANGUAGES:
        user.locale = locale
    if theme is not None and theme in THEMES:
        user.theme = theme
    return user


def offer_link(actor: Actor, user: User, link: str) -> str | None:
    """The link by which a person sets a password, for the actor to hand over, and the person is told; None where it went to the person alone.

    Whoever has the link of an account in use takes the account over, so only that of an unused one is answered.
    """
    if not user.active:
        raise NotNow(_l("This account is closed already."))
    record(actor, "made a password link", user)
    if queries.is_unused(user):
        sentence = _l("%(name)s made a link by which a new password can be set for your account. If you did not ask for it, tell the operator.",
                      name=str(actor))  # fmt: skip
        notify([user], sentence, "/me")
        return link
    sentence = _l("%(name)s had this link made, by which you set a new password for your account. If you did not ask for it, do not use it and tell the operator.",
                  name=str(actor))  # fmt: skip
    post(user.email, sentence, link, user.locale)
    return None


def send_welcome(actor: Actor, user: User, link: str) -> OutboxMail:
    """Write the mail with the link by which a person sets a first or a new password."""
    with words.reading_in(user.locale or "zh_Hans"):
        subject = str(_l("Your account on the Innovation Consortium Platform"))
        sentence = str(_l("%(name)s, an account was opened for you. Set your password here:", name=user.name))
    mail = OutboxMail(recipient=user.email, subject=subject, body=f"{sentence}\n\n{link}\n")
    db.session.add(mail)
    return mail


def address(email: str) -> str:
    """A mail address in small letters; Refused with a sentence where it is none."""
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise Refused(email=_l("This is not a complete mail address; it looks like name@example.org.")) from None


def hashed(password: str) -> str:
    """The hash of a password, which is folded as it is at sign-in (NFKD); Refused where it is too short or too long."""
    password = unicodedata.normalize("NFKD", password)
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(password=_l("A password has at least %(least)s characters.", least=SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise Refused(password=_l("A password has at most %(most)s characters.", most=LONGEST_PASSWORD))
    result: str = hash_password(password)
    return result
