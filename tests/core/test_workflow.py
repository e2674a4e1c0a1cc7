"""Life cycles as tables: right, state, obstacle, in this order; and every table of the platform is whole."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from consortium.app import FEATURES
from consortium.core.access import Action, Role
from consortium.core.errors import Denied, Missing, NotNow
from consortium.core.workflow import Step, Workflow

LIVES = [
    found
    for feature in FEATURES
    if find_spec(f"consortium.{feature}.workflow")
    for found in vars(importlib.import_module(f"consortium.{feature}.workflow")).values()
    if isinstance(found, Workflow)
]


def actor(role: Role, table: int = 1) -> SimpleNamespace:
    seat = SimpleNamespace(consortium_id=table, organisation_id=5, role=role)
    return SimpleNamespace(is_authenticated=True, is_administrator=False, organisation_id=5, seats=[seat], remits=[])


def thing(stage: str) -> SimpleNamespace:
    return SimpleNamespace(consortium_id=1, stage=stage)


SAMPLE = Workflow(
    "sample", "stage", {"draft": ("Draft", "none"), "open": ("Open", "ok")},
    (Step("open", ("draft",), "open", Action.MANAGE, "Open"), Step("stick", ("open",), "draft", Action.MANAGE, "Stick", unless=lambda *_: "Not today.")),
)  # fmt: skip


def test_a_step_moves() -> None:
    row = thing("draft")
    assert SAMPLE.move(actor(Role.COORDINATOR), row, "open").target == row.stage == "open"


@pytest.mark.parametrize(
    ("who", "stage", "name", "error"),
    [
        (actor(Role.MEMBER), "open", "open", Denied),
        (actor(Role.COORDINATOR, 2), "open", "open", Missing),
        (actor(Role.COORDINATOR), "open", "open", NotNow),
        (actor(Role.COORDINATOR), "open", "stick", NotNow),
        (actor(Role.COORDINATOR), "open", "nothing", NotNow),
    ],
)
def test_a_step_that_may_not_be_taken_changes_nothing(
    who: SimpleNamespace, stage: str, name: str, error: type[Exception]
) -> None:
    row = thing(stage)
    with pytest.raises(error):
        SAMPLE.move(who, row, name)
    assert row.stage == stage


def test_the_obstacle_is_the_sentence() -> None:
    with pytest.raises(NotNow, match="Not today"):
        SAMPLE.move(actor(Role.COORDINATOR), thing("open"), "stick")


def test_what_may_be_done_is_asked_without_doing_it() -> None:
    row = thing("draft")
    assert SAMPLE.check(actor(Role.COORDINATOR), row, "open").target == "open"
    assert row.stage == "draft"


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_tables_of_steps_are_whole(life: Workflow) -> None:
    names = [step.name for step in life]
    assert len(names) == len(set(names))
    states = set(life.states)
    assert {state for step in life for state in (*step.sources, step.target)} <= states
    reached, first = {next(iter(life.states))}, True
    while first:
        more = {step.target for step in life if set(step.sources) & reached} - reached
        reached, first = reached | more, bool(more)
    assert reached == states, f"No way leads to {states - reached}"
    assert all(tone in {"ok", "act", "warn", "bad", "plan", "none"} for _, tone in life.states.values())
