"""Sends the mails of the outbox, each at least once, without holding a lock while a mail server thinks."""

from __future__ import annotations

import datetime
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from sqlalchemy import or_, select, update

from consortium.core import clock
from consortium.core.db import db

log = structlog.get_logger()

#: How long after a mail was written it is tried for the first time, the second time, and so on.
TRIES = tuple(datetime.timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 60, 240, 720, 1440))
LOCAL = ("localhost", "127.0.0.1", "::1")
PATIENCE = 20  # seconds that a mail server may take for one answer

_outbox: Any = None


def keep_in(outbox: Any) -> None:
    """Say in which table mails wait (`activity` owns it, which lies above)."""
    global _outbox
    _outbox = outbox


def deliver(limit: int) -> int:
    """Send at most `limit` mails that are due; answers how many were sent. Without MAIL_URL they stay where they are."""
    url = str(current_app.config["PLATFORM"]["MAIL_URL"])
    if not url or _outbox is None:
        return 0
    mails, sent = _due(limit), 0
    if not mails:
        return 0
    try:
        server = connect(url)
    except (OSError, smtplib.SMTPException) as error:
        for mail in mails:
            if _take(mail):
                _note(mail, error)
        return 0
    try:
        for mail in mails:
            sent += _take(mail) and _send(server, mail)
    finally:
        _leave(server)
    return sent


def connect(url: str) -> smtplib.SMTP:
    """A mail server, after greeting and sign-in; encrypted by `smtps`, or where the server offers it."""
    parts = urlsplit(url)
    host, safe = parts.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=safe)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls") and host not in LOCAL:
            server.starttls(context=safe)
            server.ehlo()
        elif parts.username and host not in LOCAL:
            raise smtplib.SMTPNotSupportedError(
                "The mail server offers no encryption, so the password is not sent to it."
            )
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def written(mail: Any, sender: str) -> EmailMessage:
    """A row of the outbox as a mail of plain text; a mail that is sent twice has the same identity both times."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=mail["recipient"])
    message["Subject"] = " ".join(mail["subject"].split())
    message["Date"] = format_datetime(mail["created_at"])
    message["Message-ID"] = f"<outbox-{mail['id']}-{mail['created_at']:%Y%m%d%H%M%S}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail["body"], charset="utf-8")
    return message


def _due(limit: int) -> list[Any]:
    """Mails whose next try has come, oldest first, as plain values: the transaction ends here."""
    now, box = clock.now(), _outbox
    time = or_(*((box.attempts == number) & (box.created_at <= now - wait) for number, wait in enumerate(TRIES)))
    columns = (box.id, box.created_at, box.recipient, box.subject, box.body, box.attempts)
    rows = (
        db.session.execute(select(*columns).where(box.state == "waiting", time).order_by(box.id).limit(limit))
        .mappings()
        .all()
    )
    db.session.commit()
    return list(rows)


def _take(mail: Any) -> bool:
    """Count the try before it is made, so that no other worker makes it, too."""
    return _write(
        mail, attempts=mail["attempts"] + 1, _only=(_outbox.attempts == mail["attempts"]) & (_outbox.state == "waiting")
    )


def _send(server: smtplib.SMTP, mail: Any) -> bool:
    try:
        server.send_message(written(mail, str(current_app.config["PLATFORM"]["MAIL_FROM"])))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _note(mail, error)
        return False
    _write(mail, state="sent", sent_at=clock.now(), problem="")
    return True


def _note(mail: Any, error: Exception) -> None:
    """Keep what went wrong; after the last try the mail is given up."""
    last = mail["attempts"] + 1 >= len(TRIES)
    log.warning("mail not sent", mail=mail["id"], attempt=mail["attempts"] + 1, problem=str(error))
    _write(
        mail,
        problem=f"{type(error).__name__}: {error}"[:500].replace("\0", ""),
        **({"state": "failed"} if last else {}),
    )


def _write(mail: Any, _only: Any = None, **values: Any) -> bool:
    change = update(_outbox).where(_outbox.id == mail["id"])
    if _only is not None:
        change = change.where(_only)
    changed = db.session.execute(change.values(**values).execution_options(synchronize_session=False))
    db.session.commit()
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
