"""Migrations form one line, go up, down and up again, and make exactly the tables of the models."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from consortium.app import create_app
from consortium.core.db import db
from tests.rules.source import TOP

#: SQLite cannot tell of what an index on an expression is made; PostgreSQL can, and is asked in tests/postgres.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")


@pytest.fixture(scope="module")
def empty(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A second platform on a database of its own."""
    folder = tmp_path_factory.mktemp("migrated")
    made = create_app(
        {"DATA_DIR": str(folder), "SECRET_KEY": "a key for tests only, nothing else", "BASE_URL": "http://localhost"},
        TESTING=True,
    )
    yield made
    with made.app_context():
        db.engine.dispose()


def settings(app: Flask) -> Config:
    made: Config = app.extensions["migrate"].migrate.get_config(str(TOP / "migrations"))
    return made


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def differences(metadata: MetaData) -> list[Any]:
    """What the database lacks of a metadata, or has too much; the index of the search and the sessions are made by hand."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        found = compare_metadata(context, metadata)
        connection.rollback()
        return found


def ours(thing: Any, name: str, kind: str, reflected: bool, compared: Any) -> bool:
    """Everything but the inner tables of SQLite's full-text index."""
    return not (kind == "table" and reflected and compared is None and "search" in name) and not (
        kind == "index" and reflected and "search" in (name or "")
    )


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(TOP / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_two_heads_would_be_seen(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    for number, before in (("1", None), ("2", "1"), ("3", "1")):
        (versions / f"{number}.py").write_text(
            f"revision = {number!r}\ndown_revision = {before!r}\ndef upgrade(): pass\ndef downgrade(): pass\n"
        )
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 2


@pytest.mark.slow
def test_up_down_up_and_equal_to_the_models(empty: Flask) -> None:
    with empty.app_context():
        before = tables()  # the session library makes its own table when it meets an empty database
        upgrade(settings(empty), "head")
        first = tables()
        assert {table.name for table in db.metadata.sorted_tables} <= first
        assert differences(db.metadata) == [], 'The models are ahead of the migrations: make migrate m="what changes"'
        downgrade(settings(empty), "base")
        assert tables() <= before, "downgrade() has to take away what upgrade() made"
        upgrade(settings(empty), "head")
        assert tables() == first


@pytest.mark.slow
def test_a_column_more_is_seen(empty: Flask) -> None:
    with empty.app_context():
        upgrade(settings(empty), "head")
        ahead = MetaData(naming_convention=db.metadata.naming_convention)
        for table in db.metadata.sorted_tables:
            table.to_metadata(ahead)
        ahead.tables["project"].append_column(Column("sample", Integer))
        Table("sample", ahead, Column("id", Integer, primary_key=True))
        assert {change[0] if isinstance(change, tuple) else change[0][0] for change in differences(ahead)} == {
            "add_column",
            "add_table",
        }


def version() -> Any:
    with db.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


@pytest.mark.slow
def test_a_step_that_leaves_a_row_without_what_it_points_to_is_taken_back(
    app: Flask, fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stays as it was; damage of before a step is told as such, and nothing is begun."""
    shutil.copy(Path(app.config["PLATFORM"].folder) / "template.db", tmp_path / "platform.db")
    made = create_app({"DATA_DIR": str(tmp_path), "SECRET_KEY": "a key for tests only, nothing else"}, TESTING=True)
    breaks = "UPDATE milestone SET organisation_id = 9999 WHERE id = (SELECT min(id) FROM milestone)"
    execute = op.execute

    def careless(statement: Any) -> None:
        execute(statement)
        execute(breaks)

    with made.app_context():
        downgrade(settings(made), "0004")
        with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="After this step a row of milestone "):
            patched.setattr(op, "execute", careless)
            upgrade(settings(made), "0005")
        assert version() == "0004" and "event_touched" not in tables()
        upgrade(settings(made), "0005")
        assert version() == "0005"
        downgrade(settings(made), "0004")
        db.session.remove()
        db.engine.dispose()
        with closing(sqlite3.connect(tmp_path / "platform.db")) as damaged:
            damaged.execute(breaks)
            damaged.commit()
        with pytest.raises(RuntimeError, match="Before the migration a row of milestone "):
            upgrade(settings(made), "0005")
        assert version() == "0004" and "event_touched" not in tables()
        db.engine.dispose()
