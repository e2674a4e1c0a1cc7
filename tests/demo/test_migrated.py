"""A platform that has been used is migrated: rows and what points to them outlive every step, up and down."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from consortium.app import create_app
from consortium.core.db import db

pytestmark = pytest.mark.slow
#: What the steps themselves make or fill.
MADE = {"alembic_version", "event_touched", "kept_upload"}


def counted(file: Path) -> dict[str, int]:
    """How many rows each table has; fails where one points to nothing."""
    with sqlite3.connect(file) as found:
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: found.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in names
            if name not in MADE and not name.startswith(("sqlite_", "search_index"))
        }


def test_rows_outlive_the_way_down_and_up_again(demo: Flask, tmp_path: Path) -> None:
    file = tmp_path / "platform.db"
    shutil.copy(Path(demo.config["PLATFORM"].folder) / "built.db", file)
    settings: dict[str, Any] = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "a key for tests only, and for nothing else"}
    app = create_app(settings, TESTING=True, RATELIMIT_ENABLED=False)
    before = counted(file)
    assert before["milestone_report"] and before["evidence"] and before["remark"]
    touched, planned = _touched(file), _planned(file)
    with app.app_context():
        downgrade(revision="0003")
        below = counted(file)
        # Planned money of several years is one row in a plan that knows no years; its sum stays.
        assert 0 < below.pop("plan_allocation") < before.pop("plan_allocation") and _planned(file) == planned
        assert below.items() <= before.items() and below["milestone_report"] and below["evidence"]
        upgrade()
        db.session.remove()
        db.engine.dispose()
    after = counted(file)
    assert {name: after[name] for name in below} == below and set(after) - {"plan_allocation"} == set(before)
    assert _planned(file) == planned and _touched(file) == touched > 0


def _planned(file: Path) -> list[tuple[Any, ...]]:
    """The planned money of firms by node, head and source."""
    with sqlite3.connect(file) as found:
        key = "node_id, organisation_id, category, source"
        return found.execute(f"SELECT {key}, sum(amount) FROM plan_allocation GROUP BY {key} ORDER BY {key}").fetchall()


def _touched(file: Path) -> int:
    with sqlite3.connect(file) as found:
        return int(found.execute("SELECT count(*) FROM event_touched").fetchone()[0])
