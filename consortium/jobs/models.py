"""Work that takes longer than a page may: one row a job, written in the transaction that asks for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from consortium.core.db import Base, Identified
from consortium.core.types import Json, Line, Moment, Sentence


class Job(Identified, Base):
    """`queued`, `running` under a lease, then `done`, `failed` with a sentence, or `cancelled`."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_lease", "state", "lease_until"),)

    kind: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    progress: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    claim: Mapped[str] = mapped_column(String(60), default="")
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(Integer, index=True)
    about_consortium: Mapped[int | None] = mapped_column(Integer, index=True)
    subject_kind: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[int | None] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Line(300), default="")
    href: Mapped[str] = mapped_column(Line(300), default="")
    problem: Mapped[Any] = mapped_column(Sentence(1000), default="")
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
