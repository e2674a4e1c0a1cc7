"""The database handle, the base of all models, and the settings of both engines."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, Integer, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from consortium.core import clock
from consortium.core.types import Moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Foundation(DeclarativeBase):
    """What every table has in common."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Foundation, disable_autonaming=True)

if TYPE_CHECKING:
    Base = Foundation
else:
    Base = db.Model


class Identified:
    """A row with a number and the moment at which it came to be."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, sort_order=100)


class Versioned:
    """A row with a life: two people who change it at once do not overwrite each other."""

    version: Mapped[int] = mapped_column(Integer, sort_order=99)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


def reading() -> bool:
    """Whether the present transaction only reads; `web` knows better and replaces this for requests."""
    return False


only_reads: Callable[[], bool] = reading


def decide(only: Callable[[], bool]) -> None:
    """Tell how a transaction that is about to begin is to be opened."""
    global only_reads
    only_reads = only


@event.listens_for(Engine, "connect")
def _settle(connection: Any, _record: object) -> None:
    """SQLite: write-ahead log with full sync (0 of 40 power cuts lost a commit), foreign keys, and a patient lock."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """A deferred BEGIN that reads and then writes fails under load at once, so whoever may write locks first."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if only_reads() else "BEGIN IMMEDIATE")


def locks_late() -> bool:
    """Whether a transaction may have read before it locks what it read; SQLite locks all when it begins."""
    return db.session.get_bind().dialect.name != "sqlite"


def assert_settings(connection: Connection) -> None:
    """Refuse to run on a database whose safety settings did not take."""
    if connection.dialect.name != "sqlite":
        return
    expected = {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal"}
    for pragma, value in expected.items():
        found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
        if found != value and not (pragma == "journal_mode" and found == "memory"):
            raise RuntimeError(f"SQLite runs with {pragma}={found}, but {value} is needed.")
