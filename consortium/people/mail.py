"""Mails of the sign-in library go into the outbox, like all others."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request
from flask_security import MailUtil

from consortium import config
from consortium.activity.models import OutboxMail
from consortium.core.db import db
from consortium.web import mail


class OutboxMailUtil(MailUtil):  # type: ignore[misc]
    """Writes a row where the library would talk to a mail server in the middle of a request."""

    def send_mail(
        self, template: str, subject: str, recipient: str, sender: Any, body: str, html: str | None, **_: Any,
    ) -> None:  # fmt: skip
        """Keep a mail for sending; the library's own pages do not commit, so it is done here."""
        # The library writes links to the host that was asked; whoever asks chooses its port, and so where the link leads.
        if has_request_context():
            body = body.replace(request.host_url, f"{config.current()['BASE_URL']}/")
        db.session.add(OutboxMail(recipient=recipient, subject=str(subject)[:300], body=body))
        db.session.commit()


def settle() -> None:
    """Tell the sender where mails wait."""
    mail.keep_in(OutboxMail)
