"""Sign-in sessions in the database, opened without holding a lock."""

from __future__ import annotations

from functools import cache
from typing import Any

import flask_session.sqlalchemy.sqlalchemy as store
from flask import Flask, Request, g, has_request_context, request

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
            return super().open_session(app, request)
        finally:
            db.session.rollback()
            g.only_reads = request.method in SAFE

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Write the session when it changed; the request's own transaction is over by then."""
        db.session.rollback()
        g.only_reads = False
        super().save_session(app, session, response)


def attach(app: Flask) -> None:
    """Keep sessions in the database of the app."""
    app.session_interface = Sessions(app, client=db, table="session", permanent=False, cleanup_n_requests=2000)
    database.decide(lambda: has_request_context() and bool(g.get("only_reads", request.method in SAFE)))
