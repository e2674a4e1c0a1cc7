"""Headers that every answer carries, and limits on how often one may ask."""

from __future__ import annotations

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'",
))  # fmt: skip
#: Of what is saved and never shown: should a browser show it all the same, nothing in it runs, loads or reaches the platform.
SAVED = "default-src 'none'; frame-ancestors 'none'; sandbox"

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)",
}

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, strategy="fixed-window")


def attach(app: Flask) -> None:
    """Guard all answers of an app."""

    @app.before_request
    def small_forms() -> None:
        # The parser bounds the texts of uploads by itself, but not of plain forms.
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = app.config["MAX_FORM_MEMORY_SIZE"]

    csrf.init_app(app)
    limiter.init_app(app)

    @app.before_request
    def no_nul() -> None:
        """No address and no question holds a NUL, which PostgreSQL takes in no text."""
        if b"%00" in request.query_string or "\0" in request.path:
            abort(400)

    @app.after_request
    def headers(answer: Response) -> Response:
        answer.headers.update(HEADERS)
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            answer.headers["Content-Security-Policy"] = SAVED
        if not request.path.startswith("/static/"):
            answer.headers["Cache-Control"] = "no-store"
        if app.config["SESSION_COOKIE_SECURE"]:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return answer
