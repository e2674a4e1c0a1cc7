"""How Alembic finds the models and the database of the app that runs it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import text

db = current_app.extensions["migrate"].db

#: Made by hand in a migration, because each database makes its full-text index in its own way.
BY_HAND = ("search_index",)


def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Whether the comparison of models and database looks at a thing."""
    return not (kind in ("table", "index") and str(name).startswith(BY_HAND))


PLAIN = {
    "Money": "sa.BigInteger()",
    "Moment": "sa.DateTime(timezone=True)",
    "Text": "sa.Text()",
    "Json": 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
    "Digest": "sa.String(64)",
    "Choice": "sa.String(40)",
    "Share": "sa.Integer()",
    "Months": "sa.Integer()",
}


def plain(kind: str, thing: Any, autogen: Any) -> Any:
    """Write the platform's own column types as the plain types under them, so that a migration never changes with the code."""
    if kind != "type" or not type(thing).__module__.startswith("consortium."):
        return False
    name = type(thing).__name__
    if name in ("Line", "Sentence"):
        return f"sa.String({thing.impl.length})"
    if name == "Json":
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
    return PLAIN[name]


@contextmanager
def copies_allowed(connection: Any) -> Iterator[None]:
    """SQLite changes a table by copying and dropping it, and what points to it must not fall or stand in the way meanwhile.

    Foreign keys can be left unwatched between transactions only, so the driver is told, before SQLAlchemy begins one; `nothing_broken` looks at all.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def nothing_broken(connection: Any) -> Any:
    """What is called in the transaction of each step, which is kept only if every row that points to another still finds it."""
    if connection.dialect.name != "sqlite":
        return ()

    def lost() -> str:
        row = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        return f"a row of {row[0]} (rowid {row[1]}) points to nothing in {row[2]}" if row else ""

    # What was so before is no fault of a step, but a copied table would take it along unseen.
    before = lost()
    connection.rollback()

    def look(**_step: Any) -> None:
        if before:
            raise RuntimeError(f"Before the migration {before}. Mend that first; the database is as it was.")
        if after := lost():
            raise RuntimeError(f"After this step {after}. It was taken back; the database is as it was before it.")

    return look


def run() -> None:
    """Migrate in one transaction; on PostgreSQL a lock that is not had at once is given up, so that readers never wait behind it."""
    with db.engine.connect() as connection, copies_allowed(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '300ms'"))
            connection.commit()
        context.configure(
            connection=connection, target_metadata=db.metadata, include_object=ours, compare_type=True,
            render_item=plain, render_as_batch=True, transaction_per_migration=True, on_version_apply=nothing_broken(connection),
        )  # fmt: skip
        with context.begin_transaction(), warnings.catch_warnings():
            # SQLite's indexes over expressions are looked at whenever a table that points to theirs is copied, and they stay as they are.
            warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
            context.run_migrations()
        connection.commit()


run()
