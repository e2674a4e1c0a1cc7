"""Changes of a plan: made at once while the plan is free, proposed once it is approved.

Every service that changes a plan is marked with `replans`. Who freezes plans and keeps proposals lies above and registers itself
(`baselines` does); without it all plans are free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper

from consortium.core.access import GRANTS, Action, Actor, Role, allowed
from consortium.core.db import db, locks_late
from consortium.projects.models import Project

Given = ParamSpec("Given")
Made = TypeVar("Made")

#: All services that change a plan, by the name under which a proposal keeps them.
VERBS: dict[str, Callable[..., Any]] = {}
#: What is told of a call before it acts (verb, things, values); it answers what is told of the outcome.
Note = Callable[[str, tuple[Any, ...], dict[str, Any]], Callable[[Any], object]]

#: So many rows of a plan are changed while somebody waits for the page; more by a job.
AT_ONCE = 200
#: What is asked of the whole of a plan, and refuses what breaks it.
Rule = Callable[[Project], None]

_at_once: ContextVar[bool] = ContextVar("at_once", default=False)
_noted: ContextVar[Note | None] = ContextVar("noted", default=None)
_frozen: Callable[[Project], bool] | None = None
_propose: Callable[..., Any] | None = None


def approves(frozen: Callable[[Project], bool], propose: Callable[..., Any]) -> None:
    """Register who knows whether a plan is approved, and who keeps what is proposed: `propose(actor, project, verb, args, values)`."""
    global _frozen, _propose
    _frozen, _propose = frozen, propose


def is_frozen(project: Project) -> bool:
    """Whether the plan of a project is approved, so that it changes by proposals only."""
    return _frozen is not None and _frozen(project)


class Whole:
    """Many changes that are judged as one: a rule about all of a plan (rings) is asked once at the end, a sum is made once and kept up."""

    def __init__(self) -> None:
        self.rules: dict[tuple[Rule, int], Project] = {}
        self.sums: dict[tuple[str, int], Any] = {}

    def judge(self) -> None:
        """Ask the rules that wait; the first that is broken refuses."""
        rules, self.rules = self.rules, {}
        for (rule, _), project in rules.items():
            rule(project)


_whole: ContextVar[Whole | None] = ContextVar("whole", default=None)


@contextmanager
def as_a_whole() -> Iterator[Whole]:
    """Make many changes that are judged as one; whoever makes them calls `judge` when the last is written."""
    token = _whole.set(Whole())
    try:
        yield cast(Whole, _whole.get())
    finally:
        _whole.reset(token)


def waits(rule: Rule, project: Project) -> bool:
    """Whether a rule about all of a plan is asked later, when the last of many changes is made; if not, whoever asks keeps it now."""
    whole = _whole.get()
    if whole is not None:
        whole.rules[rule, project.id] = project
    return whole is not None


def kept_up(name: str, project: Project, ask: Callable[[], Any]) -> Any:
    """A sum over a plan: asked each time, or once for many changes; whoever changes it then changes the answer, or drops it."""
    whole, key = _whole.get(), (name, project.id)
    if whole is None:
        return ask()
    if key not in whole.sums:
        whole.sums[key] = ask()
    return whole.sums[key]


def dropped(name: str, project: Project) -> None:
    """Have a sum that was kept up asked anew."""
    if (whole := _whole.get()) is not None:
        whole.sums.pop((name, project.id), None)


def hold(project: Project) -> None:
    """Let nobody else change or freeze the plan until the end of the transaction: rings, sums and the freezing itself are judged by all of it.

    Whoever records something first and holds the plan then stops those who do it in the right order: hold before anything is written.
    """
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    if locks_late():
        _forget()


def _forget() -> None:
    """Read anew, when it is asked for, what was read of plans while others could still change it.

    The versions stay as they were read: who changes a row that somebody else has changed meanwhile hears of it and overwrites nothing.
    """
    for row in list(db.session.identity_map.values()):
        state = inspect(row)
        if not state.modified and (names := _of_plans(state.mapper) & state.dict.keys()):
            db.session.expire(row, sorted(names))


@cache
def _of_plans(mapper: Mapper[Any]) -> frozenset[str]:
    """What the rows of a project say, but for their numbers and versions; nothing of all other rows."""
    if mapper.class_ is not Project and not {"project_id", "node_id", "milestone_id", "deliverable_id"} & set(
        mapper.columns.keys()
    ):
        return frozenset()
    kept = {*mapper.primary_key, mapper.version_id_col}
    columns = {one.key for one in mapper.column_attrs if one.columns[0] not in kept}
    return frozenset(columns | {one.key for one in mapper.relationships if not one.viewonly})


def project_of(thing: Any) -> Project:
    """The project to whose plan a thing belongs."""
    if isinstance(thing, Project):
        return thing
    for way in ("project", "milestone", "node"):
        if (found := getattr(thing, way, None)) is not None:
            return project_of(found)
    raise LookupError(f"A {type(thing).__name__} belongs to no plan.")


def _subject(args: tuple[Any, ...], values: dict[str, Any]) -> Any:
    """What a call is about: the first thing after the actor, by whatever way it was given."""
    for thing in (*args[1:], *values.values()):
        if hasattr(thing, "consortium_id"):
            return thing
    raise LookupError("Nothing of a plan was named.")


def may_propose(actor: Actor, thing: Any) -> bool:
    """Whether a person has a reason to propose a change of a thing: it is of the own firm, the plan is approved, and he does not plan it himself."""
    own = any(
        seat.consortium_id == thing.consortium_id and seat.organisation_id == thing.organisation_id and Action.PROPOSE in GRANTS[Role(seat.role)]
        for seat in actor.seats
    )  # fmt: skip
    return own and not allowed(actor, Action.PLAN, thing) and is_frozen(project_of(thing))


def replans(verb: str, *, always: bool = False) -> Callable[[Callable[Given, Made]], Callable[Given, Made]]:
    """Mark a service (actor, thing of the plan, …) that changes a plan; `always` asks for a proposal even while the plan is free.

    When it is proposed and not done, the service answers the proposal in place of the thing; `pages.address` leads to either.
    """

    def mark(act: Callable[Given, Made]) -> Callable[Given, Made]:
        VERBS[verb] = act

        @wraps(act)
        def perform(*args: Given.args, **values: Given.kwargs) -> Made:
            project = project_of(_subject(args, values))
            if (note := _noted.get()) is not None:
                return cast(Made, _noting(note, verb, act, args, values))
            if not _at_once.get():
                hold(project)
            if _at_once.get() or _propose is None or not (always or is_frozen(project)):
                return act(*args, **values)
            return cast(Made, _propose(args[0], project, verb, args[1:], values))

        return perform

    return mark


@contextmanager
def at_once() -> Iterator[None]:
    """Do what is marked, and do not propose it: for trying a proposal, and for carrying out what was approved."""
    token, silent = _at_once.set(True), _noted.set(None)
    try:
        yield
    finally:
        _noted.reset(silent)
        _at_once.reset(token)


@contextmanager
def noted(note: Note) -> Iterator[None]:
    """Do what is marked at once, and tell `note` of each call: for many changes that become one proposal."""
    token = _noted.set(note)
    try:
        yield
    finally:
        _noted.reset(token)


def _noting(note: Note, verb: str, act: Callable[..., Any], args: tuple[Any, ...], values: dict[str, Any]) -> Any:
    """Do it and tell of it; what it does by other marked services is a part of it, and is not told again."""
    tell = note(verb, args[1:], values)
    with at_once():
        made = act(*args, **values)
    tell(made)
    return made
