"""`create_app`: the only place where the parts meet."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import structlog
from flask import Flask, current_app
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from consortium.config import TOP, Config, found_by, read
from consortium.core import features, search  # noqa: F401  (search keeps its index by listening)
from consortium.core.db import assert_settings, db
from consortium.people import sign_in
from consortium.web import errors, limits, pages, shield, speech  # noqa: F401  (limits registers its storage)
from consortium.web import session as sessions
from consortium.web.door import Door, IdConverter

#: Every feature with pages, lowest first; a new feature is one more word here.
FEATURES = (
    "activity",
    "people",
    "organisations",
    "consortia",
    "discussions",
    "agreements",
    "projects",
    "plans",
    "outputs",
    "baselines",
    "exchange",
    "logbook",
    "claims",
    "budgets",
    "results",
    "maturity",
    "risks",
    "demonstrations",
    "reports",
    "portfolio",
    "desk",
)


def _settings() -> Config:
    found: Config = current_app.config["PLATFORM"]
    return found


def create_app(environ: Mapping[str, str] | None = None, **overrides: Any) -> Flask:
    """The platform, with the settings of the environment."""
    config = read(environ)
    found_by(_settings)
    app = Flask("consortium", root_path=str(TOP), template_folder="templates", static_folder="static")
    app.config.update(_flask_settings(config), PLATFORM=config, **overrides)
    app.url_map.converters["id"] = IdConverter
    _logging(config)
    if config.mails_wait:
        structlog.get_logger().warning(
            "MAIL_URL is not set: invitations, links for passwords and notices stay in the outbox, and nobody gets them"
        )
    db.init_app(app)
    Migrate(app, db, directory=str(TOP / "migrations"), compare_type=True, render_as_batch=True)
    speech.attach(app)
    sessions.attach(app)
    shield.attach(app)
    errors.attach(app)
    pages.equip(app)
    app.extensions["entries"] = []
    for feature in FEATURES:
        _enter(app, feature)
    sign_in.attach(app)
    importlib.import_module("consortium.cli").attach(app)
    with app.app_context():
        if not app.config.get("SKIP_DATABASE"):
            with db.engine.connect() as connection:
                assert_settings(connection)
    _demonstration(app, config)
    app.wsgi_app = _outside(app, config)  # type: ignore[method-assign]
    return app


def _enter(app: Flask, feature: str) -> None:
    """Attach the pages of a feature and what belongs to them; a feature without a file does not need it."""
    features.enter(feature)
    for part in ("models", "queries", "services", "obstacles"):
        if find_spec(f"consortium.{feature}.{part}"):
            importlib.import_module(f"consortium.{feature}.{part}")
    if not find_spec(f"consortium.{feature}.routes"):
        return
    routes = importlib.import_module(f"consortium.{feature}.routes")
    for name in ("bp", *getattr(routes, "MORE", ())):
        bp: Door = getattr(routes, name)
        app.register_blueprint(bp)
    app.extensions["entries"].extend(getattr(routes, "NAVIGATION", ()))


def _flask_settings(config: Config) -> dict[str, Any]:
    """The settings as Flask and its extensions name them."""
    secure = config["BASE_URL"].startswith("https://")
    return {
        "SECRET_KEY": config["SECRET_KEY"],
        "SECURITY_PASSWORD_SALT": config["SECRET_KEY"],
        "SECURITY_TOTP_SECRETS": {"1": config["SECRET_KEY"]},
        "SQLALCHEMY_DATABASE_URI": config["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": not config["DATABASE_URL"].startswith("sqlite")},
        "MAX_CONTENT_LENGTH": config["UPLOAD_LIMIT_MB"] * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": config["TRUSTED_HOSTS"],
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Else the library writes the session again on every page that is only read.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "REMEMBER_COOKIE_NAME": "consortium-stay" if not secure else "__Host-consortium-stay",
        "REMEMBER_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_DURATION": timedelta(days=30),
        "SESSION_COOKIE_NAME": "consortium" if not secure else "__Host-consortium",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
        "RATELIMIT_STORAGE_URI": config["LIMITS_URL"]
        or f"sqlitelimits:///{str(config.folder / 'limits.db').lstrip('/')}",
        "RATELIMIT_HEADERS_ENABLED": False,
        "BABEL_TRANSLATION_DIRECTORIES": str(TOP / "consortium" / "translations"),
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": config["ZONE"],
    }


def _demonstration(app: Flask, config: Config) -> None:
    """Say on every page that all is invented, and offer the accounts, where the demonstration was loaded to be looked at."""
    story = importlib.import_module("consortium.demo.story")
    asked: list[Any] = []

    @app.context_processor
    def shown() -> dict[str, Any]:
        if config["DEMO_SIGN_IN"] and not asked:
            asked.append(story.accounts())
        return {"demo_accounts": asked[0] if asked else []}


def _outside(app: Flask, config: Config) -> Any:
    """What stands around the app: compressed static files, and the proxies that are believed."""
    wsgi: Any = app.wsgi_app
    static = WhiteNoise(wsgi, max_age=60, immutable_file_test=lambda path, url: "/static/built/" in url,
                        add_headers_function=_guarded)  # fmt: skip
    static.add_files(str(TOP / "static" / "built"), prefix="static/built/")
    if config["PROXIES"]:
        hops = config["PROXIES"]
        return ProxyFix(static, x_for=hops, x_proto=hops, x_host=hops)
    return static


def _guarded(headers: Any, _path: str, _url: str) -> None:
    """The headers of files that are answered before the app is asked."""
    for name, value in shield.HEADERS.items():
        if name != "Content-Security-Policy":  # these are no pages
            headers[name] = value


def _logging(config: Config) -> None:
    """Lines for people or for machines."""
    final = (
        structlog.processors.JSONRenderer()
        if config["LOG_FORMAT"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
                    structlog.processors.format_exc_info, final],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )  # fmt: skip
