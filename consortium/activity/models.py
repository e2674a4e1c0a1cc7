"""What happened: events that are only ever added, chained by hash for each consortium."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consortium.core import clock
from consortium.core.db import Base
from consortium.core.types import Digest, Json, Line, Moment, Text


class Event(Base):
    """One thing that happened. `chain` is `c<consortium id>` or `platform`; `digest` covers the row and the digest before."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("chain", "number"), Index("ix_event_subject", "subject_kind", "subject_id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    chain: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    happened_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    actor_id: Mapped[int | None] = mapped_column(Integer, index=True)
    actor_name: Mapped[str] = mapped_column(Line(120))
    verb: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(Integer)
    subject_name: Mapped[str] = mapped_column(Line(300))
    others: Mapped[list[Any]] = mapped_column(Json, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    before: Mapped[str] = mapped_column(Digest)
    digest: Mapped[str] = mapped_column(Digest)


class Touched(Base):
    """A thing that an event names beside its subject: the index of `Event.others`, by which what belongs to a thing is told on its page."""

    __tablename__ = "event_touched"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    thing_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)


class Head(Base):
    """The last link of a chain; locked while a link is added, so that numbers have no gaps."""

    __tablename__ = "chain_head"

    chain: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(Digest)


class Notification(Base):
    """A sentence for one person about something that happened; in the app at once, by mail through the outbox."""

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    user_id: Mapped[int] = mapped_column(Integer, index=True)
    about_consortium: Mapped[int | None] = mapped_column(Integer)
    message: Mapped[str] = mapped_column(Line(500))
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    href: Mapped[str] = mapped_column(Line(300), default="")
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class OutboxMail(Base):
    """A mail that waits to be sent, written in the transaction of what it tells about."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    recipient: Mapped[str] = mapped_column(Line(254))
    subject: Mapped[str] = mapped_column(Line(300))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str] = mapped_column(Line(500), default="")
