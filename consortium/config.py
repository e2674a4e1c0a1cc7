"""Settings from the environment: typed, checked at start, and listed in one table (`flask settings`)."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TOP = Path(__file__).resolve().parent.parent


class Unsafe(SystemExit):
    """A setting with which the platform must not start."""


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("use 1 or 0")


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@dataclass(frozen=True)
class Setting:
    """One variable of the environment."""

    name: str
    kind: Callable[[str], Any]
    default: str
    meaning: str


SETTINGS = (
    Setting("ENVIRONMENT", str, "local", "`local` for trying out, `production` for real use (refuses unsafe settings)"),
    Setting("HOST", str, "127.0.0.1", "address on which the web server listens"),
    Setting("PORT", int, "8000", "port on which the web server listens"),
    Setting("DATA_DIR", Path, "var", "folder of everything that is written: database, files, jobs"),
    Setting("DATABASE_URL", str, "", "database; empty: SQLite in DATA_DIR; `postgresql+psycopg://…` for PostgreSQL"),
    Setting(
        "FILES_URL", str, "", "uploaded files and papers; empty: a folder in DATA_DIR; `s3://bucket/prefix` for S3"
    ),
    Setting(
        "JOBS_URL", str, "", "wake-up calls of the queue; empty: SQLite in DATA_DIR; `redis://…` or `postgresql://…`"
    ),
    Setting("LIMITS_URL", str, "", "counters of the rate limits; empty: SQLite in DATA_DIR; `redis://…`"),
    Setting("SECRET_KEY", str, "", "signs cookies and links; empty: made once and kept in DATA_DIR (local only)"),
    Setting("BASE_URL", str, "", "address by which people reach the platform, printed in papers and mails"),
    Setting(
        "TRUSTED_HOSTS",
        _list,
        "",
        "host names that are answered, separated by commas; empty: the host of BASE_URL and localhost",
    ),
    Setting("PROXIES", int, "0", "number of reverse proxies in front whose X-Forwarded headers are believed"),
    Setting(
        "MAIL_URL",
        str,
        "",
        "`smtp://user:password@host:port` or `smtps://…`; empty: mails are kept in the outbox and not sent",
    ),
    Setting("MAIL_FROM", str, "platform@example.org", "sender of mails"),
    Setting(
        "METRICS_TOKEN",
        str,
        "",
        "lets a scraper read `/metrics` with `Authorization: Bearer …`; empty: administrators only",
    ),
    Setting("ZONE", str, "Asia/Shanghai", "time zone in which times are shown"),
    Setting("UPLOAD_LIMIT_MB", int, "40", "largest upload in one request"),
    Setting("RENDERERS", int, "1", "processes that make papers at the same time"),
    Setting("LOG_FORMAT", str, "text", "`text` or `json`"),
    Setting("DEMO_SIGN_IN", _flag, "0", "show the demo accounts on the sign-in page; refused in production"),
)


@dataclass
class Config:
    """The settings of one process."""

    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def production(self) -> bool:
        """Whether unsafe settings are refused."""
        return bool(self["ENVIRONMENT"] == "production")

    @property
    def mails_wait(self) -> bool:
        """Whether this is for real, and no mail can be sent."""
        return self.production and not self["MAIL_URL"]

    @property
    def folder(self) -> Path:
        """Where everything is written."""
        return Path(self["DATA_DIR"])


def read(environ: Mapping[str, str] | None = None) -> Config:
    """Read, complete and check the settings; raises `Unsafe` with a sentence."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(setting.name, setting.default)
        try:
            values[setting.name] = setting.kind(text)
        except ValueError as error:
            raise Unsafe(f"{setting.name}={text!r} cannot be read: {error}.") from None
    config = Config(values)
    _complete(config)
    _check(config)
    return config


def _nobody() -> Config:
    raise RuntimeError("No platform was made yet, so there are no settings.")


_finder: Callable[[], Config] = _nobody


def found_by(finder: Callable[[], Config]) -> None:
    """Say how the settings of the platform at work are found; services below the web do not know its framework."""
    global _finder
    _finder = finder


def current() -> Config:
    """The settings of the platform at work: two of one process (tests, the bench) never see each other's."""
    return _finder()


def _complete(config: Config) -> None:
    values = config.values
    values["DATA_DIR"] = (TOP / values["DATA_DIR"]).resolve()
    values["DATA_DIR"].mkdir(parents=True, exist_ok=True)
    values["DATABASE_URL"] = values["DATABASE_URL"] or f"sqlite:///{config.folder / 'platform.db'}"
    if values["DATABASE_URL"].startswith("postgresql://"):
        values["DATABASE_URL"] = "postgresql+psycopg://" + values["DATABASE_URL"].removeprefix("postgresql://")
    values["FILES_URL"] = values["FILES_URL"] or f"file://{config.folder / 'files'}"
    values["JOBS_URL"] = values["JOBS_URL"] or f"sqlite:///{config.folder / 'jobs.db'}"
    values["BASE_URL"] = (values["BASE_URL"] or f"http://{values['HOST']}:{values['PORT']}").rstrip("/")
    host = urlsplit(values["BASE_URL"]).hostname or ""
    values["TRUSTED_HOSTS"] = values["TRUSTED_HOSTS"] or [host, "localhost", "127.0.0.1"]
    if not values["SECRET_KEY"] and not config.production:
        values["SECRET_KEY"] = _kept_secret(config.folder / "secret")


def _kept_secret(path: Path) -> str:
    """A key of this installation, made once; two processes that start together end with the same one."""
    if not path.exists():
        # Written whole under another name first: nobody ever reads half a key.
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text().strip()


def _check(config: Config) -> None:
    """Sentences for settings that would make a real installation unsafe."""
    if config["ENVIRONMENT"] not in {"local", "production"}:
        raise Unsafe("ENVIRONMENT is either local or production.")
    if not config.production:
        return
    if len(config["SECRET_KEY"]) < 32:
        raise Unsafe("SECRET_KEY is missing or shorter than 32 characters; anybody could forge a sign-in.")
    if not config["BASE_URL"].startswith("https://"):
        raise Unsafe("BASE_URL does not begin with https://; cookies would travel unencrypted.")
    if config["DEMO_SIGN_IN"]:
        raise Unsafe("DEMO_SIGN_IN shows passwords on the sign-in page and is for trying out only.")
    if "*" in config["TRUSTED_HOSTS"]:
        raise Unsafe("TRUSTED_HOSTS may not be a star; links in mails could be made to lead elsewhere.")


def table() -> str:
    """The settings as a Markdown table."""
    rows = [
        f"| `{s.name}` | `{s.default}` | {s.meaning} |" if s.default else f"| `{s.name}` | | {s.meaning} |"
        for s in SETTINGS
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])
