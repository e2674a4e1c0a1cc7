"""What people say to each other about a thing: remarks, and questions with a day by which they are to be answered.

This is the internal talk of a consortium: whoever sits at its table reads it, and no officer of an authority. What is said about a thing
that is not open to the whole table (the monthly log of a firm) is not either.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, false
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.core.types import Line, Moment, Text


class Internal:
    """A row of which officers do not get to know."""

    internal = True

    @classmethod
    def shown_to_officers(cls) -> Any:
        """The same for lists."""
        return false()


class KeptTo:
    """A row that follows what it is about: where that is open to one firm and to those who see all, `kept_to_id` names the firm."""

    @declared_attr
    def kept_to_id(cls) -> Mapped[int | None]:  # noqa: N805
        """The firm; None where the whole table reads it."""
        return mapped_column(ForeignKey("organisation.id"))


class Thread(Identified, Versioned, KeptTo, Internal, Owned, Base):
    """A remark or a question about one thing (`subject_kind` is its table), with what was said to it.

    `title_zh` and `title_en` name the thing as it was called when the talk began.
    """

    __tablename__ = "thread"
    __table_args__ = (Index("ix_thread_subject", "subject_kind", "subject_id"),)

    subject_kind: Mapped[str] = mapped_column(Line(40))
    subject_id: Mapped[int] = mapped_column(Integer)
    title_zh: Mapped[str] = mapped_column(Line(300), default="")
    title_en: Mapped[str] = mapped_column(Line(400), default="")
    question: Mapped[bool] = mapped_column(default=False)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(Line(20), default="open")
    opened_by: Mapped[Any] = relationship("User", foreign_keys=[opened_by_id])
    asked: Mapped[Any] = relationship("Organisation", foreign_keys=[asked_id])
    remarks: Mapped[list["Remark"]] = relationship(back_populates="thread", order_by="Remark.id")

    @property
    def title(self) -> str:
        """How events name it: by the thing."""
        return self.title_zh or self.title_en

    def __str__(self) -> str:
        return self.title


class Remark(Identified, KeptTo, Internal, Owned, Base):
    """What one person said, never changed afterwards; `@name` mentions a person of the consortium."""

    __tablename__ = "remark"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    said_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    said_at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[str] = mapped_column(Text)
    thread: Mapped[Thread] = relationship(back_populates="remarks")
    author: Mapped[Any] = relationship("User", foreign_keys=[author_id])
    said_for: Mapped[Any] = relationship("Organisation", foreign_keys=[said_for_id])

    @property
    def title(self) -> str:
        """How events name it: by the thing, never by its words."""
        return self.thread.title

    @property
    def title_zh(self) -> str:
        """The same in Chinese."""
        return self.thread.title_zh

    @property
    def title_en(self) -> str:
        """The same in English."""
        return self.thread.title_en

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return self.words

    def __str__(self) -> str:
        return " ".join(self.words.split())[:160]
