"""Search that finds two-character Chinese words on both databases: one table of bigrams, kept up to date in each flush."""

from typing import Any

from sqlalchemy import Integer, Select, String, UniqueConstraint, event, inspect, or_, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, Session, mapped_column

from consortium.core.db import Base, db
from consortium.core.grams import fts5_query, grams, tsquery
from consortium.core.types import Line


class SearchEntry(Base):
    """What one row is found by. The full-text index over `grams` is made by the first migration, on each database in its way."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "row_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int] = mapped_column(Integer)
    about_consortium: Mapped[int | None] = mapped_column(Integer, index=True)
    title: Mapped[str] = mapped_column(Line(500))
    grams: Mapped[str] = mapped_column(SqlText)


def found(words: str, tenants: Any) -> Select[Any]:
    """Entries that match all of `words`, of no consortium or of one in `tenants` (numbers, or a select of numbers)."""
    query = select(SearchEntry).where(
        or_(SearchEntry.about_consortium.is_(None), SearchEntry.about_consortium.in_(tenants))
    )
    if db.session.get_bind().dialect.name == "sqlite":
        match = text("search_entry.id IN (SELECT rowid FROM search_index WHERE search_index MATCH :words)")
        return query.where(match.bindparams(words=fts5_query(words)))
    return query.where(
        text("to_tsvector('simple', search_entry.grams) @@ to_tsquery('simple', :words)").bindparams(
            words=tsquery(words)
        )
    )


@event.listens_for(Session, "after_flush")
def _index(session: Session, _context: object) -> None:
    """Every row that says what it is found by has its entry, written (and taken away) in the same transaction."""
    for row in session.deleted:
        if hasattr(type(row), "searchable") and (gone := inspect(row).identity):
            table = SearchEntry.__table__
            key = (table.c.kind == row.__tablename__) & (table.c.row_id == gone[0])
            session.execute(table.delete().where(key))  # type: ignore[attr-defined]
    table, lacking = SearchEntry.__table__, [_entry(row) for row in session.new if hasattr(row, "searchable")]
    for row in session.dirty:
        # What was added to a row of many (work to a node) changes nothing of its words.
        if not hasattr(row, "searchable") or not session.is_modified(row, include_collections=False):
            continue
        entry = _entry(row)
        key = (table.c.kind == entry["kind"]) & (table.c.row_id == entry["row_id"])
        if not session.execute(table.update().where(key).values(**entry)).rowcount:  # type: ignore[attr-defined]
            lacking.append(entry)
    if lacking:
        session.execute(table.insert(), lacking)  # type: ignore[attr-defined]


def _entry(row: Any) -> dict[str, Any]:
    """By what a row is found."""
    return {
        "kind": row.__tablename__, "row_id": (inspect(row).identity or (row.id,))[0], "about_consortium": getattr(row, "consortium_id", None),
        "title": str(row)[:500], "grams": grams(row.searchable),
    }  # fmt: skip
