"""The second wall between tenants: a session sees and writes the rows of its scope, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, column, event, false, inspect, union_all
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    relationship,
    with_loader_criteria,
)

from consortium.core.db import db

Parts = tuple[tuple[str, ...], tuple[str, ...]]  # regions and areas of a remit


class ScopeMissing(RuntimeError):
    """A tenant's rows were asked for before it was said for whom."""


class ScopeBreach(RuntimeError):
    """A row outside the scope was about to be written."""


class _Placeholder:
    """Only looked at when SQLAlchemy analyses the criterion; every class behind the wall has a column or synonym of the name."""

    def __get__(self, row: object, owner: type) -> ColumnElement[Any]:
        return column("consortium_id")


class Walled:
    """A class of rows that stand behind the wall; `consortium_id` says whose they are."""

    consortium_id: Any = _Placeholder()


class Owned(Walled):
    """A row of one consortium."""

    @declared_attr
    def consortium_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("consortium.id", ondelete="RESTRICT"), index=True)

    @declared_attr
    def consortium(cls) -> Mapped[Any]:  # noqa: N805
        return relationship("Consortium", viewonly=True, foreign_keys=[cls.consortium_id])  # type: ignore[list-item]


class OwnedByFirm(Owned):
    """A row for which one member answers."""

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"), index=True)

    @declared_attr
    def organisation(cls) -> Mapped[Any]:  # noqa: N805
        return relationship(
            "Organisation",
            foreign_keys=[cls.organisation_id],  # type: ignore[list-item]
            lazy="raise_on_sql",
            viewonly=True,
        )


class Scope:
    """Whose rows a session may see (`tenants`, and what remits of regions and areas add) and write (`tenants` alone)."""

    def __init__(self, tenants: set[int] | None = None, remits: Iterable[Parts] = (), *, all: bool = False) -> None:
        self.tenants = set(tenants or ())
        self.remits = tuple(sorted(remits))
        self.all = all
        self._options: tuple[Any, ...] | None = None

    def admit(self, consortium_id: int) -> None:
        """A consortium that was founded in this session belongs to it."""
        self.tenants.add(consortium_id)
        self._options = None

    def options(self, *, writes: bool = False) -> tuple[Any, ...]:
        """The loader criteria for statements of this scope; none where everything is in it, and of `tenants` alone for one that writes."""
        if self.all:
            return ()
        if writes:
            return _criteria(tuple(sorted(self.tenants)), ())
        if self._options is None:
            self._options = _criteria(tuple(sorted(self.tenants)), self.remits)
        return self._options


@lru_cache(512)
def _criteria(own: tuple[int, ...], remits: tuple[Parts, ...]) -> tuple[Any, ...]:
    """The same for all who sit at the same tables and have the same remits; made once, since every statement carries it."""
    if not remits:
        return (with_loader_criteria(Walled, lambda cls: cls.consortium_id.in_(own), include_aliases=True),)
    # SQLAlchemy caches a lambda by its code and by the statements that it closes over: `inside` is one of these.
    parts: list[Any] = [overseen(regions, areas) for regions, areas in remits]
    together: Any = union_all  # the checker cannot follow its signature
    inside = together(*parts) if len(parts) > 1 else parts[0]
    if not own:
        return (with_loader_criteria(Walled, lambda cls: cls.consortium_id.in_(inside), include_aliases=True),)
    return (
        with_loader_criteria(
            Walled, lambda cls: cls.consortium_id.in_(own) | cls.consortium_id.in_(inside), include_aliases=True
        ),
    )


_overseen: Callable[[tuple[str, ...], tuple[str, ...]], Any] | None = None


def oversees(
    answer: Callable[[tuple[str, ...], tuple[str, ...]], Any],
) -> Callable[[tuple[str, ...], tuple[str, ...]], Any]:
    """Register who can answer which consortia lie inside regions and areas (`consortia` does)."""
    global _overseen
    _overseen = answer
    return answer


def overseen(regions: tuple[str, ...], areas: tuple[str, ...]) -> Any:
    """A select of the numbers of filed consortia in `regions` and `areas`; none named: all."""
    if _overseen is None:
        raise ScopeMissing("Nobody answers which consortia a remit covers.")
    return _overseen(regions, areas)


def current() -> Scope | None:
    """The scope of the present session."""
    scope: Scope | None = db.session().info.get("scope")
    return scope


def enter(scope: Scope) -> None:
    """Say for whom the present session works."""
    db.session().info["scope"] = scope


@contextmanager
def everything(reason: str) -> Iterator[None]:
    """See all rows, for work that is nobody's: commands, jobs, the verifier; never for a request of a person."""
    if not reason:
        raise ValueError("Say why everything has to be seen.")
    info = db.session().info
    before = info.get("scope")
    info["scope"] = Scope(all=True)
    try:
        yield
    finally:
        info["scope"] = before


@event.listens_for(Session, "do_orm_execute")
def _wall(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:  # the criteria of the first load travel with the row
        return
    scope: Scope | None = state.session.info.get("scope")
    if scope is None:
        if any(issubclass(mapper.class_, Walled) for mapper in state.all_mappers):
            raise ScopeMissing("Rows of a consortium were asked for in a session without a scope.")
        state.statement = state.statement.options(
            with_loader_criteria(Walled, lambda cls: false(), include_aliases=True)
        )
        return
    if not scope.all:
        _refuse_bulk(state)
        writes = state.is_insert or state.is_update or state.is_delete
        state.statement = state.statement.options(*scope.options(writes=writes))


def _refuse_bulk(state: ORMExecuteState) -> None:
    """Statements that the criteria do not reach: new rows, rows named by number in a list, and rows that are given away."""
    if not (state.is_insert or state.is_update) or not any(
        issubclass(mapper.class_, Walled) for mapper in state.all_mappers
    ):
        return
    given = {str(getattr(key, "key", key)) for key in getattr(state.statement, "_values", None) or ()}
    if state.is_insert or isinstance(state.parameters, list) or "consortium_id" in given | set(state.parameters or ()):
        raise ScopeBreach("Rows of a consortium are written one by one, so that it can be seen whose they are.")


@event.listens_for(Session, "before_flush")
def _guard(session: Session, _context: object, _instances: object) -> None:
    scope: Scope | None = session.info.get("scope")
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, Walled) or (row in session.dirty and not session.is_modified(row)):
            continue
        if scope is None:
            raise ScopeMissing(f"A {type(row).__name__} was written in a session without a scope.")
        whose = {row.consortium_id, *inspect(row).attrs[_owner(row)].history.deleted} - {None}
        if scope.all or whose <= scope.tenants:
            continue
        raise ScopeBreach(f"A {type(row).__name__} of consortium {row.consortium_id} was written from outside.")


def _owner(row: Walled) -> str:
    """The attribute that says whose a row is; a consortium is its own."""
    return "consortium_id" if isinstance(row, Owned) else "id"
