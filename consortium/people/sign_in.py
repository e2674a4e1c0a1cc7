"""Signing in: passwords, second factors, passkeys and recovery codes by Flask-Security-Too, with this platform's settings."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from hashlib import sha256
from secrets import token_hex
from typing import Any

from flask import Flask, Response, after_this_request, request
from flask_login import current_user, decode_cookie, user_logged_in, user_logged_out
from flask_security import ForgotPasswordForm, Security, SQLAlchemyUserDatastore, WebauthnUtil
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    wan_deleted,
    wan_registered,
)
from flask_security.utils import hash_data
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import Scope, enter, everything
from consortium.people.mail import OutboxMailUtil
from consortium.people.models import Passkey, User
from consortium.web.session import renew
from consortium.web.shield import limiter

ARGON2 = {"argon2__memory_cost": 19456, "argon2__time_cost": 2, "argon2__parallelism": 1}


@cache
def _who() -> Select[Any]:
    """Asked in each request, so it is made once, and answers with seats and remits in one go."""
    asked = select(User).where(User.fs_uniquifier == bindparam("fs_uniquifier"))
    return asked.options(joinedload(User.seats), joinedload(User.remits))


class NoRole:
    """The library wants a class of roles; here roles are seats (`core.access`)."""

    name = ""


class Accounts(SQLAlchemyUserDatastore):  # type: ignore[misc]
    """Finds people together with their seats, whoever asks first in a request."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        """The person of an account, or None."""
        with everything("who is it, and where does he sit"):
            if kwargs.keys() == {"fs_uniquifier"}:
                return db.session.scalars(_who(), kwargs).unique().one_or_none()
            return super().find_user(case_insensitive, **kwargs)


class Passkeys(WebauthnUtil):  # type: ignore[misc]
    """Passkeys of the device itself (fingerprint, face) are as welcome as keys on a string."""

    def authenticator_selection(self, user: Any, usage: str) -> Any:
        """What kind of authenticator is asked for."""
        criteria = super().authenticator_selection(user, usage)
        criteria.authenticator_attachment = None
        return criteria


class ForgotPassword(ForgotPasswordForm):  # type: ignore[misc]
    """Takes as long for an address that nobody has, so that time does not tell who has an account."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether a link is sent."""
        good = bool(super().validate(**kwargs))
        if not good:
            hash_data("nobody")  # what the token of a link costs
        return good


datastore = Accounts(db, User, NoRole, Passkey)
security = Security(webauthn_util_cls=Passkeys, mail_util_cls=OutboxMailUtil)

SETTINGS: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
    "SECURITY_JOIN_USER_ROLES": False,
    # Accounts are opened by services, which record it; the commands of the library would go round them.
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_PASSWORD_COMPLEXITY_CHECKER": None,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": True,
    # Whoever gets an account on a Friday can still set a password on Monday morning.
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(days=3),
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CONFIRMABLE": False,
    "SECURITY_TRACKABLE": False,
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_RESCUE_MAIL": "",
    # The mailbox sets a new password already; were it the second factor, too, there would be one factor. Recovery codes help instead.
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    # No tokens beside the session: they would outlive signing out, and be taken from addresses.
    "SECURITY_API_ENABLED_METHODS": ["session"],
    # `/verify` is where anybody asks whether a paper is genuine.
    "SECURITY_VERIFY_URL": "/confirm",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": True,
    "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": True,
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=5),
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/login",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_ANONYMOUS_USER_DISABLED": False,
    "SECURITY_REDIRECT_VALIDATE_MODE": ["absolute", "regex"],
    "SECURITY_USE_REGISTER_V2": True,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_LOGIN_WITHOUT_CONFIRMATION": True,
}


def attach(app: Flask) -> None:
    """Let people sign in, and let every request work for whoever did."""
    app.config.update({key: value for key, value in SETTINGS.items() if key not in app.config})
    # The issuer and the relying party are what authenticator apps and passkeys show to people.
    app.config.setdefault("SECURITY_TOTP_ISSUER", "Consortium Platform")
    app.config.setdefault("SECURITY_WAN_RP_NAME", "Consortium Platform")
    # The library's own Chinese is partial, and filed under a name that `zh_Hans` does not lead to.
    app.config.setdefault("SECURITY_I18N_DIRNAME", [app.config["BABEL_TRANSLATION_DIRECTORIES"]])
    security.init_app(app, datastore, forgot_password_form=ForgotPassword)
    app.login_manager._request_callback = None  # type: ignore[attr-defined]  # see SECURITY_API_ENABLED_METHODS
    # Guessing passwords and codes is slow for one address; the page says so in words (429).
    limiter.limit("20 per minute; 200 per hour", methods=["POST"])(app.blueprints["security"])
    # Guessing at one account from many addresses is slow, too; what succeeds does not count.
    limiter.limit(
        "60 per hour", key_func=_account, methods=["POST"], exempt_when=lambda: not _account(), deduct_when=_failed
    )(app.blueprints["security"])
    app.before_request(establish)
    user_logged_in.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    for signal, verb in TOLD.items():
        signal.connect(
            lambda sender, user, name="", verb=verb, **_: _remember(sender, verb, user, name), app, weak=False
        )


def _account() -> str:
    """The account that is tried, as a key for counting; "" where none is named."""
    typed = request.form.get("email", "") if request.endpoint == "security.login" and not request.is_json else ""
    if request.endpoint == "security.login" and request.is_json:
        sent = request.get_json(silent=True)
        typed = str(sent.get("email", "")) if isinstance(sent, dict) else ""
    return f"account:{sha256(typed.strip().lower().encode('utf-8', 'replace')).hexdigest()}" if typed.strip() else ""


def _failed(answer: Response) -> bool:
    """Whether a try to sign in failed: the page comes again, or a JSON with an error."""
    return answer.status_code != 302 and not (answer.is_json and answer.status_code == 200)


def establish() -> None:
    """Say for whom the session of this request works, before any row of a tenant is asked for."""
    enter(scope_of(current_user._get_current_object()))


def scope_of(actor: Any) -> Scope:
    """The consortia that a person sits at, and those that his remits cover."""
    if not actor.is_authenticated:
        return Scope()
    tenants = {seat.consortium_id for seat in actor.seats}
    return Scope(tenants, {(tuple(remit.regions), tuple(remit.areas)) for remit in actor.remits})


#: What the sign-in library tells of, and the verb by which the platform remembers it.
TOLD = {
    password_changed: "changed the password",
    password_reset: "reset the password",
    tf_profile_changed: "set up a second factor",
    tf_disabled: "removed the second factor",
    wan_registered: "registered a passkey",
    wan_deleted: "removed a passkey",
}


def _remember(_app: Flask, verb: str, user: Any, name: str = "") -> None:
    person = db.session.get_one(User, user.id)
    keys = [key for key in person.webauthn if key.name == name]
    record(person, verb, person, *keys)


def _signed_in(_app: Flask, user: User, **_: Any) -> None:
    renew()
    user.seen_at = clock.now()
    with everything("a sign-in belongs to no consortium"):
        record(user, "signed in", user)


def _signed_out(app: Flask, user: Any, **_: Any) -> None:
    """End the session, and what a browser stays signed in by: its cookie holds nothing but a key of the person, who gets a new one.

    Where somebody who stays signed in signs out, all his other browsers are therefore signed out with it.
    """
    renew()
    cookie = request.cookies.get(app.config["REMEMBER_COOKIE_NAME"])
    if user is None or cookie is None or decode_cookie(cookie) != getattr(user, "fs_uniquifier", ""):
        return
    user.fs_uniquifier = token_hex(32)

    @after_this_request
    def keep(answer: Response) -> Response:
        datastore.commit()  # as the library does after its other pages
        return answer
