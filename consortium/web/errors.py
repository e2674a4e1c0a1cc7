"""Errors are sentences: every problem becomes a page that says what happened and what can be done."""

from __future__ import annotations

import sqlite3
from typing import Any

import structlog
from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException

from consortium.core.db import db
from consortium.core.errors import Problem, SignIn
from consortium.core.words import _l
from consortium.web.door import SAFE

log = structlog.get_logger()

SENTENCES = {
    400: _l(
        "The request could not be understood. If the page was open for long, load it again; what you typed is kept."
    ),
    403: _l("Your role does not allow this."),
    404: _l("There is nothing at this address, or it is not yours to see."),
    405: _l("This address does not take that kind of request."),
    409: _l("Somebody else changed this while you were typing. Go back, compare and save again."),
    413: _l("What you sent is larger than this platform takes."),
    415: _l("This kind of content is not taken here."),
    429: _l("Too many tries in a short time. Wait a minute and try again."),
    500: _l("Something went wrong on our side. Nothing was saved; the fault is recorded."),
    503: _l("The platform is busy. Try again in a moment."),
    507: _l("There is no room left to save. Reading goes on; the operator has been told."),
}


def answer(status: int, sentence: object = "") -> ResponseReturnValue:
    """The page of one error."""
    db.session.rollback()
    return render_template(
        "errors/error.html", status=status, sentence=sentence or SENTENCES.get(status, SENTENCES[400])
    ), status


def attach(app: Flask) -> None:
    """Answer all problems of an app."""

    @app.errorhandler(SignIn)
    def sign_in(problem: SignIn) -> ResponseReturnValue:
        if request.method in SAFE:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 302)
        return answer(401, problem.message)

    @app.errorhandler(Problem)
    def refused(problem: Problem) -> ResponseReturnValue:
        return answer(problem.status, problem.message or next(iter(problem.fields.values()), ""))

    @app.errorhandler(HTTPException)
    def refused_by_web(error: HTTPException) -> Any:
        return answer(error.code, "") if error.code and error.code >= 400 else error

    @app.errorhandler(StaleDataError)
    @app.errorhandler(ObjectDeletedError)  # the thing that a page was about was removed while the request waited
    def stale(_: Exception) -> ResponseReturnValue:
        return answer(409)

    @app.errorhandler(IntegrityError)
    def taken(error: IntegrityError) -> ResponseReturnValue:
        log.error("written at once", error=str(error.orig))
        return answer(409)

    @app.errorhandler(OperationalError)
    def database(error: OperationalError) -> ResponseReturnValue:
        log.error("database", error=str(error.orig))
        text = str(error.orig)
        if "full" in text or getattr(error.orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            return answer(507)
        return answer(503)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        if app.config["TESTING"] and app.config.get("PROPAGATE_EXCEPTIONS") is not False:
            raise error
        log.error("unexpected", path=request.path, exc_info=error)
        return answer(500)
