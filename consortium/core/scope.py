"""The second wall between tenants: a session sees and writes the rows of its scope, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, ForeignKey, Select, column, event, false, inspect
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
        self._options: dict[bool, tuple[Any, ...]] = {}

    def admit(self, consortium_id: int) -> None:
        """A consortium that was founded in this session belongs to it."""
        self.tenants.add(consortium_id)
        self._options.clear()

    def options(self, *, writes: bool = False, whole: bool = False) -> tuple[Any, ...]:
        """The loader criteria for statements of this scope; none where everything is in it, and of `tenants` alone for one that writes."""
        if self.all:
            return ()
        if writes:
            return _criteria(tuple(sorted(self.tenants)), (), False)
        if whole not in self._options:
            self._options[whole] = _criteria(tuple(sorted(self.tenants)), self.remits, whole)
        return self._options[whole]


@lru_cache(512)
def _criteria(own: tuple[int, ...], remits: tuple[Parts, ...], whole: bool) -> tuple[Any, ...]:
    """The same for all who sit at the same tables and have the same remits; made once, since every statement carries it.

    An officer's rows are each looked at when they come up, so that the order of an index is kept and some rows cost the same among many;
    only a statement that goes through all rows (`whole`) collects the consortia of the remits first.
    """
    if not remits:
        return (with_loader_criteria(Walled, lambda cls: cls.consortium_id.in_(own), include_aliases=True),)
    # SQLAlchemy caches a lambda by its code and by the statements that it closes over: `inside` is one of these.
    inside = overseen(remits)
    if whole and own:
        made = with_loader_criteria(
            Walled, lambda cls: cls.consortium_id.in_(own) | cls.consortium_id.in_(inside), include_aliases=True
        )
    elif whole:
        made = with_loader_criteria(Walled, lambda cls: cls.consortium_id.in_(inside), include_aliases=True)
    else:
        number, table = inside.selected_columns[0], inside.get_final_froms()[0]
        if own:
            made = with_loader_criteria(
                Walled,
                lambda cls: (
                    cls.consortium_id.in_(own)
                    | inside.where(number == cls.consortium_id).correlate_except(table).exists()
                ),
                include_aliases=True,
            )
        else:
            made = with_loader_criteria(
                Walled,
                lambda cls: inside.where(number == cls.consortium_id).correlate_except(table).exists(),
                include_aliases=True,
            )
    return (made,)


@lru_cache(512)
def inside_of(model: Any, remits: tuple[Parts, ...]) -> ColumnElement[bool]:
    """The rows of a model in consortia that remits cover; the same object for the same remits, by which the wall knows it again."""
    return cast("ColumnElement[bool]", model.consortium_id.in_(overseen(remits)))


Answer = Callable[[tuple[Parts, ...]], Any]
_overseen: Answer | None = None


def oversees(answer: Answer) -> Answer:
    """Register who can answer which consortia remits of regions and areas cover (`consortia` does)."""
    global _overseen
    _overseen = answer
    return answer


def overseen(remits: tuple[Parts, ...]) -> Any:
    """A select of the numbers of the filed consortia that any of some remits covers."""
    if _overseen is None:
        raise ScopeMissing("Nobody answers which consortia a remit covers.")
    return _overseen(remits)


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
        whole = bool(state.execution_options.get("whole"))
        statement = state.statement.options(*scope.options(writes=writes, whole=whole))
        if scope.remits and not scope.tenants:
            _say_once(state, statement, scope)
        state.statement = statement


def _say_once(state: ORMExecuteState, statement: Any, scope: Scope) -> None:
    """Take from a walled statement the reach that is word for word the wall of the present scope: each row would be looked up twice."""
    if not isinstance(statement, Select):
        return
    entities: list[Any] = [mapper.class_ for mapper in state.all_mappers]
    entities += [entity.class_ for part in statement._from_obj if (entity := part._annotations.get("parentmapper"))]
    # Only of what is walled here, and not of what merely occurs in a condition.
    same = [inside_of(entity, scope.remits) for entity in entities if issubclass(entity, Walled)]
    statement._where_criteria = tuple(
        part for part in statement._where_criteria if not any(part is one for one in same)
    )


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
    dirty = session.dirty
    for row in (*session.new, *dirty, *session.deleted):
        if not isinstance(row, Walled) or (row in dirty and not session.is_modified(row)):
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
