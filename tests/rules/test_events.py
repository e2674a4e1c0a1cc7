"""What happened is told, only added, and cannot be rewritten unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from consortium.activity.models import Event, Head
from consortium.activity.services import SilentChange, record
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.projects.models import Milestone, Project
from tests.rules.source import PACKAGE
from tests.rules.walk import Walk

VERIFIER = PACKAGE / "activity" / "verify_chain.py"


def test_a_silent_change_is_refused(inside: Any, world: Any) -> None:
    with inside():
        db.session.get_one(Project, world.ours.project.id).objective = "changed in silence"
        with pytest.raises(SilentChange, match="Project"):
            db.session.commit()
        db.session.rollback()
        assert "silence" not in db.session.get_one(Project, world.ours.project.id).objective


def test_a_silent_change_after_a_flush_is_refused(inside: Any, world: Any) -> None:
    with inside():
        db.session.get_one(Project, world.ours.project.id).objective = "changed in silence"
        db.session.flush()
        record("test", "amended", db.session.get_one(Milestone, world.ours.milestone.id))
        with pytest.raises(SilentChange, match="Project"):
            db.session.commit()


@pytest.mark.parametrize("kind", ["new", "deleted"])
def test_a_row_that_comes_or_goes_in_silence_is_refused(inside: Any, world: Any, kind: str) -> None:
    with inside():
        row = db.session.get_one(Milestone, world.ours.others_milestone.id)
        if kind == "deleted":
            db.session.delete(row)
        else:
            db.session.add(
                Milestone(
                    **{
                        c.key: getattr(row, c.key)
                        for c in Milestone.__mapper__.columns
                        if c.key not in ("id", "number", "version")
                    },
                    number=99,
                )
            )
        with pytest.raises(SilentChange):
            db.session.commit()


def test_a_told_change_is_taken(inside: Any, world: Any) -> None:
    with inside():
        row = db.session.get_one(Project, world.ours.project.id)
        row.objective = "told"
        record("test", "amended", row)
        db.session.commit()
        assert db.session.get_one(Project, world.ours.project.id).objective == "told"


@pytest.mark.parametrize(
    "statement",
    [update(Milestone).values(weight=1), delete(Milestone), insert(Milestone).values(number=1), update(Milestone.__table__).values(weight=1)],
    ids=["update", "delete", "insert", "table"],
)  # fmt: skip
def test_a_statement_that_changes_rows_in_silence_is_refused(inside: Any, statement: Any) -> None:
    with inside():
        with pytest.raises(SilentChange, match=r"milestone.*record"):
            db.session.execute(statement)
        db.session.rollback()


def test_a_statement_says_which_event_tells_of_its_rows(inside: Any, world: Any) -> None:
    with inside():
        mine = update(Milestone).where(Milestone.id == world.ours.milestone.id).values(weight=11)
        record("test", "weighed", db.session.get_one(Milestone, world.ours.milestone.id))
        db.session.execute(mine.execution_options(told="weighed"))
        db.session.commit()
        assert db.session.get_one(Milestone, world.ours.milestone.id).weight == 11


@pytest.mark.parametrize("then", ["nothing", "another savepoint", "released"])
def test_a_silent_change_before_a_savepoint_is_refused(inside: Any, world: Any, then: str) -> None:
    with inside():
        db.session.get_one(Project, world.ours.project.id).objective = "changed in silence"
        db.session.begin_nested().rollback()
        if then != "nothing":
            savepoint = db.session.begin_nested()
            _ = savepoint.commit() if then == "released" else savepoint.rollback()
        with pytest.raises(SilentChange, match="Project"):
            db.session.commit()
        db.session.rollback()


def test_what_a_savepoint_took_back_need_not_be_told(inside: Any, world: Any) -> None:
    with inside():
        project, milestone = world.ours.project.id, world.ours.milestone.id
        before = db.session.get_one(Project, project).objective
        outer = db.session.begin_nested()
        db.session.get_one(Project, project).objective = "tried"
        with db.session.begin_nested():
            db.session.get_one(Milestone, milestone).weight = 12
            db.session.flush()
        outer.rollback()
        row = db.session.get_one(Milestone, milestone)
        row.weight = 13
        record("test", "weighed", row)
        db.session.commit()
        assert (db.session.get_one(Project, project).objective, row.weight) == (before, 13)


def test_what_a_savepoint_told_and_took_back_is_not_told(inside: Any, world: Any) -> None:
    with inside():
        row = db.session.get_one(Project, world.ours.project.id)
        row.objective = "changed in silence"
        savepoint = db.session.begin_nested()
        record("test", "amended", row)
        savepoint.rollback()
        with pytest.raises(SilentChange, match="Project"):
            db.session.commit()
        db.session.rollback()


def test_what_a_released_savepoint_changed_and_told_counts(inside: Any, world: Any) -> None:
    with inside():
        row, other = db.session.get_one(Project, world.ours.project.id), world.ours.milestone.id
        with db.session.begin_nested():
            row.objective = "told inside"
            record("test", "amended", row)
        db.session.commit()
        with db.session.begin_nested():
            db.session.get_one(Milestone, other).weight = 14
        with pytest.raises(SilentChange, match="Milestone"):
            db.session.commit()
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE event SET verb = 'x' WHERE id = 1", "DELETE FROM event WHERE id = 1", "UPDATE event SET digest = digest"],
)
def test_events_are_only_added(inside: Any, statement: str) -> None:
    with inside():
        with pytest.raises(DatabaseError):
            db.session.execute(text(statement))
        db.session.rollback()


def test_not_even_the_mapper_changes_an_event(inside: Any) -> None:
    with inside():
        with pytest.raises(DatabaseError):
            db.session.execute(update(Event).values(verb="x"))
        db.session.rollback()
        event = db.session.scalars(select(Event)).first()
        db.session.delete(event)
        with pytest.raises(DatabaseError):
            db.session.flush()
        db.session.rollback()


def test_two_recorders_make_one_chain(inside: Any, world: Any) -> None:
    with inside():
        for _ in range(3):
            record("test", "noted", db.session.get_one(Project, world.ours.project.id))
        db.session.commit()
        chain = f"c{world.ours.consortium.id}"
        numbers = list(db.session.scalars(select(Event.number).where(Event.chain == chain).order_by(Event.number)))
        assert numbers == list(range(1, len(numbers) + 1))
        assert db.session.get_one(Head, chain).number == numbers[-1]


def exported(app: Flask) -> list[dict[str, Any]]:
    with app.app_context():
        said = app.test_cli_runner().invoke(args=["events"])
    assert said.exit_code == 0, said.output
    return [json.loads(line) for line in said.output.splitlines() if line.startswith("{")]


def verified(folder: Path, events: list[dict[str, Any]], *head: str) -> subprocess.CompletedProcess[str]:
    """What the single file says, run by a bare Python."""
    file = folder / "events.jsonl"
    file.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), "utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(file), *head],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def changed(events: list[dict[str, Any]]) -> None:
    events[5]["verb"] = "forgave"


def renamed(events: list[dict[str, Any]]) -> None:
    events[5]["actor_name"] = "somebody else"


def removed(events: list[dict[str, Any]]) -> None:
    del events[5]


def inserted(events: list[dict[str, Any]]) -> None:
    events.insert(5, dict(events[5]))


def swapped(events: list[dict[str, Any]]) -> None:
    events[4], events[5] = events[5], events[4]


def forged(events: list[dict[str, Any]]) -> None:
    """A changed event with a digest of its own."""
    from consortium.activity.verify_chain import digest

    events[5]["facts"] = {"amount": "1"}
    events[5]["digest"] = digest(events[5]["before"], events[5])


def test_the_chains_hold(platform: Walk, tmp_path: Path) -> None:
    events = exported(platform.app)
    said = verified(tmp_path, events, events[7]["digest"])
    assert said.returncode == 0 and f"{len(events)} events in 3 chains hold" in said.stdout
    with platform.app.app_context():
        assert "hold" in platform.app.test_cli_runner().invoke(args=["verify-chain"]).output


def test_characters_at_which_python_cuts_lines_break_no_chain(platform: Walk, tmp_path: Path) -> None:
    cuts = "".join(character for character in map(chr, range(0x110000)) if len(f"a{character}b".splitlines()) > 1)
    assert {"\u2028", "\u2029", "\x85", "\r"} <= set(cuts)
    with platform.app.app_context(), everything("a test tells of something"):
        project = db.session.scalars(select(Project)).first()
        record("test", f"noted {cuts}"[:60], project, words=[f"a{character}b" for character in cuts], all=cuts)
        db.session.commit()
    with platform.app.app_context():
        said = platform.app.test_cli_runner().invoke(args=["events"])
    file = tmp_path / "told.jsonl"
    for lines in (
        said.output,
        "".join(json.dumps(json.loads(line), ensure_ascii=False) + "\n" for line in said.output.split("\n") if line),
    ):
        file.write_text(lines, "utf-8", newline="\n")
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(VERIFIER), str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 and "hold" in done.stdout, done.stderr
    assert said.output.isascii() and said.output.count("\n") == len(said.output.splitlines())


@pytest.mark.parametrize("harm", [changed, renamed, removed, inserted, swapped, forged])
def test_harm_is_found(platform: Walk, tmp_path: Path, harm: Callable[[list[dict[str, Any]]], None]) -> None:
    events = exported(platform.app)
    harm(events)
    said = verified(tmp_path, events)
    assert said.returncode != 0 and "chain" in said.stderr and "Traceback" not in said.stderr


def test_a_chain_that_was_cut_is_found_by_its_head(platform: Walk, tmp_path: Path) -> None:
    events = exported(platform.app)
    head = events[-1]["digest"]
    said = verified(tmp_path, events[:-1], head)
    assert said.returncode != 0 and head in said.stderr
