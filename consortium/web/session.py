"""Sign-in sessions in the database, opened without holding a lock."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

import flask_session.sqlalchemy.sqlalchemy as store
from flask import Flask, Request, g, has_request_context, request, session
from sqlalchemy import Select, bindparam, insert, select, update

from consortium.core import db as database
from consortium.core.db import db
from consortium.web.door import SAFE

# The library makes a new model for each app, which a second app in one process (tests) cannot do.
store.create_session_model = cache(store.create_session_model)


class Sessions(store.SqlAlchemySessionInterface):  # type: ignore[misc]
    """Reads the session in a transaction of its own, so that a slow upload never holds the write lock."""

    def open_session(self, app: Flask, request: Request) -> Any:
        """The session of a request."""
        g.only_reads = True
        try:
            opened = super().open_session(app, request)
            # The library gives a new name to what is not kept (any more), so that the old one tells that it was.
            opened.was_kept = opened.sid if request.cookies.get(self.get_cookie_name(app)) == opened.sid else ""
            return opened
        finally:
            g.only_reads = request.method in SAFE
            if not g.only_reads:
                # What only reads goes on in the same transaction; what may write begins a locking one.
                db.session.rollback()

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        """What is kept of a session, or None; one that has run out is left to the sweep, since a page that is read writes nothing."""
        if "\0" in store_id:  # a cookie can hold it, and PostgreSQL cannot
            return None
        row = db.session.connection().execute(self._kept, {"name": store_id}).first()
        if row is None or row.expiry is None or row.expiry <= datetime.now(UTC).replace(tzinfo=None):
            return None
        found: dict[str, Any] = self.serializer.decode(bytes(row.data))
        return found

    def _upsert_session(self, session_lifetime: timedelta, session: Any, store_id: str) -> None:
        """Keep a session; each form that is sent leaves a message in it, so this goes past the mapper as well.

        A session that was ended while a page was made (signing in and out end it) stays ended, and its name is given to no browser.
        """
        kept = self.sql_session_model.__table__
        values = {
            "data": self.serializer.encode(session),
            "expiry": datetime.now(UTC).replace(tzinfo=None) + session_lifetime,
        }
        connection = db.session.connection()
        if not connection.execute(update(kept).where(kept.c.session_id == store_id).values(values)).rowcount:
            if session.was_kept == session.sid:
                session.modified = False
            else:
                connection.execute(insert(kept).values(session_id=store_id, **values))
        db.session.commit()

    @cached_property
    def _kept(self) -> Select[Any]:
        """Asked in each request, so it is made once and goes past the mapper."""
        kept = self.sql_session_model.__table__.c
        return select(kept.data, kept.expiry).where(kept.session_id == bindparam("name"))

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Write the session when it changed; the request's own transaction is over by then."""
        db.session.rollback()
        g.only_reads = False
        if old := g.pop("old_session", None):
            self._delete_session(self._get_store_id(old))
        super().save_session(app, session, response)


def renew() -> None:
    """Give the session a new name and token, when somebody signs in or out: what was planted in or taken from the browser is worth nothing."""
    g.old_session = g.get("old_session") or session.sid  # type: ignore[attr-defined]
    session.sid = secrets.token_urlsafe(32)  # type: ignore[attr-defined]
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session.modified = True


def sweep(app: Flask) -> None:
    """Remove sessions that have run out; the worker does it, so that no page has to."""
    with app.app_context():
        app.session_interface._delete_expired_sessions()  # type: ignore[attr-defined]


def attach(app: Flask) -> None:
    """Keep sessions in the database of the app."""
    app.session_interface = Sessions(app, client=db, table="session", permanent=False)
    database.decide(lambda: has_request_context() and bool(g.get("only_reads", request.method in SAFE)))
