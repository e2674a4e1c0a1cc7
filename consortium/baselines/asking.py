"""Calls of services as plain values: what was asked is kept with a change request, and done when it is approved.

A row is kept as its table and number; one that an earlier call of the same request makes, as the place of that call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import StrEnum
from inspect import signature
from typing import Any

from sqlalchemy import inspect

from consortium.activity.services import hushed, in_one_go
from consortium.core.access import Actor
from consortium.core.db import Base, Foundation, db
from consortium.core.errors import NotNow, Problem
from consortium.core.terms import LABELS
from consortium.core.uploads import Upload
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.plans.queries import plan_of
from consortium.projects import replanning

Call = dict[str, Any]
#: The places of calls by the identity of what they made.
Places = Mapping[int, int]
NOTHING: Places = {}
#: What one call of such a verb does asks nothing of the rows that the calls of the same verb before it made: they are written together.
BATCHED = frozenset({
    "node.add", "effort.assign", "effort.change", "money.allocate", "money.change", "milestone.plan", "milestone.amend", "deliverable.plan",
    "deliverable.amend", "indicator.plan", "indicator.amend", "link.add", "milestone.tie",
})  # fmt: skip
#: Services that take all values of a row: by what the row is found from their first thing.
AMENDS: dict[str, Callable[[Any], Any]] = {
    **{f"{name}.amend": lambda row: row for name in ("project", "node", "link", "milestone", "deliverable", "indicator")},
    **{f"{name}.change": lambda row: row for name in ("part", "effort", "money")}, "plan.arrange": plan_of,
}  # fmt: skip


def call(verb: str, args: Sequence[Any], values: Mapping[str, Any], made: Places = NOTHING) -> Call:
    """A call as JSON keeps it; `made` says which calls before it had which outcomes."""
    return {
        "verb": verb, "args": [written(value, made) for value in args], "values": {name: written(value, made) for name, value in values.items()}
    }  # fmt: skip


def written(value: Any, made: Places = NOTHING) -> Any:
    """A value as JSON gives it back exactly."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, StrEnum):
        return {"choice": [type(value).__name__, value.value]}
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Base):
        return _row(value, made)
    if isinstance(value, list | tuple):
        return [written(one, made) for one in value]
    if isinstance(value, Upload):
        raise NotNow(_l("Files cannot be part of a change request. Add them when the change is approved."))
    raise TypeError(f"A {type(value).__name__} cannot be kept with a change request.")


def _row(row: Any, made: Places) -> dict[str, Any]:
    if id(row) in made:
        return {"made": made[id(row)]}
    identity = inspect(row).identity
    if identity is None:
        db.session.flush()
        identity = inspect(row).identity
    return {"row": [row.__tablename__, identity[0]]}


def read(value: Any, made: Sequence[Any]) -> Any:
    """The value that was written; NotNow where its row is gone."""
    if isinstance(value, list):
        return [read(one, made) for one in value]
    if not isinstance(value, dict):
        return value
    ((kind, kept),) = value.items()
    if kind == "choice":
        return next(enum for enum in LABELS if enum.__name__ == kept[0])(kept[1])
    if kind == "number":
        return Decimal(kept)
    if kind == "day":
        return date.fromisoformat(kept)
    if kind == "made":
        if getattr(made[kept], "id", 0) is None:
            db.session.flush()
        return made[kept]
    return _found(*kept)


def _found(table: str, number: int) -> Any:
    row = kept_row(table, number)
    if row is None:
        raise NotNow(_l("Something that this request changes is not there any more."))
    return row


def kept_row(table: str, number: int) -> Any:
    """The row of a number in a table; None where it is gone."""
    return db.session.get(model_of(table), number)


def model_of(table: str) -> Any:
    """The class of the rows of a table."""
    mappers: Any = Foundation.registry.mappers
    return next(mapper.class_ for mapper in mappers if mapper.local_table.name == table)


def narrowed(verb: str, args: Sequence[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a call that differ from the row as it is; a form sends all of them, and means those that its writer changed.

    Where there is one only, it is meant: a figure that is as in the plan again takes back what the draft made of it.
    """
    row = AMENDS[verb](args[0]) if verb in AMENDS and args else None
    if row is None or len(values) == 1:
        return dict(values)
    return {name: value for name, value in values.items() if present(row, name) != value}


def widened(verb: str, act: Callable[..., Any], args: Sequence[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a call with those that it leaves as they are, which the service asks for as well."""
    found = dict(values)
    if verb in AMENDS and args:
        row = AMENDS[verb](args[0])
        named = [one.name for one in signature(act).parameters.values() if one.kind is one.KEYWORD_ONLY]
        found.update({name: present(row, name) for name in named if name not in found})
    return found


def present(row: Any, name: str) -> Any:
    """The value of a row that its service takes under a name."""
    mapper = inspect(row).mapper
    way = mapper.relationships.get(name)
    if way is not None:
        (column,) = way.local_columns
        number = getattr(row, mapper.get_property_by_column(column).key)
        return None if number is None else db.session.get(way.mapper.class_, number)
    # A node is led by the organisation to which it belongs.
    return getattr(row, name) if name in mapper.columns else db.session.get(Organisation, row.organisation_id)


#: Services that also changed what is there until they refused it: by which one requests of that time are carried out, and where the row then is.
CHANGED_BY: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "effort.assign": ("effort.change", "efforts", ("months",)), "money.allocate": ("money.change", "allocations", ("amount",)),
}  # fmt: skip


def _of_today(
    verb: str, act: Callable[..., Any], args: list[Any], values: dict[str, Any]
) -> tuple[str, list[Any], dict[str, Any]]:
    """A kept call as it is made today."""
    if verb not in CHANGED_BY:
        return verb, args, values
    change, rows, changed = CHANGED_BY[verb]
    said = signature(act).bind(None, *args, **values)
    said.apply_defaults()
    given = dict(list(said.arguments.items())[1:])
    node, firm = given.pop("node"), given.pop("organisation")
    key = {name: value for name, value in given.items() if name not in changed} | {"organisation_id": firm.id}
    for row in getattr(node, rows):
        if all(getattr(row, name) == value for name, value in key.items()):
            return change, [row], {name: given[name] for name in changed}
    return verb, args, values


def carry_out(actor: Actor, calls: Sequence[Call], made: list[Any] | None = None, *, kept: bool = True) -> list[Any]:
    """Do what was asked, in its order; answers what each call made. `made` is filled meanwhile, so that it tells how far one came.

    What was `kept` may be of a time at which its service did more than it does now.
    """
    made = [] if made is None else made
    with replanning.at_once():
        for one in calls:
            verb, act = one["verb"], replanning.VERBS.get(one["verb"])
            if act is None:
                raise NotNow(_l("This request asks for something that the platform does not do any more."))
            values = {name: read(value, made) for name, value in one["values"].items()}
            args = [read(value, made) for value in one["args"]]
            if kept:
                verb, args, values = _of_today(verb, act, args, values)
                act = replanning.VERBS[verb]
            made.append(act(actor, *args, **widened(verb, act, args, values)))
    return made


def try_out(actor: Actor, calls: Sequence[Call], made: list[Any], *, whole: bool) -> None:
    """Do what a request asks for, of which nothing is to stay; `made` tells how far one came."""
    if whole:
        carry_out_whole(actor, calls, made, told=False)
    else:
        carry_out(actor, calls, made)
    db.session.flush()


def carry_out_whole(actor: Actor, calls: Sequence[Call], made: list[Any] | None = None, *, told: bool = True) -> None:
    """Do what one act asked for in many calls (an import): rows are written in batches, nobody is told of each, and rings are looked for once.

    Without `told` its events are for nothing, as all that it does.
    """
    last, made = "", [] if made is None else made
    with hushed(), in_one_go(kept=told, numbered=False), replanning.as_a_whole() as whole, db.session.no_autoflush:
        for one in calls:
            if one["verb"] != last or last not in BATCHED:
                db.session.flush()
            last = one["verb"]
            carry_out(actor, [one], made)
        db.session.flush()
        whole.judge()


class Notebook:
    """Calls as they happen; one that fails is not noted."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.made: list[Any] = []
        self.places: dict[int, int] = {}

    def note(self, verb: str, args: tuple[Any, ...], values: dict[str, Any]) -> Callable[[Any], None]:
        """Keep a call as soon as it is told what it made."""
        kept = call(verb, args, values, self.places)

        def tell(outcome: Any) -> None:
            self.calls.append(kept)
            self.places.setdefault(id(outcome), len(self.made))
            self.made.append(outcome)

        return tell


def rows_in(value: Any) -> Iterator[tuple[str, int]]:
    """The rows (table and number) that written calls name."""
    if isinstance(value, list):
        for one in value:
            yield from rows_in(one)
    elif isinstance(value, dict):
        if set(value) == {"row"}:
            yield value["row"][0], value["row"][1]
        else:
            for one in value.values():
                yield from rows_in(one)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A savepoint of which nothing stays: no row, no event, no notification, no mail, no entry of the search."""
    savepoint = db.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        # Collections of what was made and is gone would still be held.
        db.session.expire_all()


def why(problem: Problem) -> object:
    """The first sentence of a refusal, wherever it was to stand."""
    return problem.message or next(iter(problem.fields.values()), "")
