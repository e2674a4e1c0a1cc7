"""The archive: papers as they were issued, never edited and never made again; and files that wait for their form."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.core.types import Digest, Json, Line, Moment, Sentence
from consortium.documents.archive import APART


class Paper(Identified, Versioned, Owned, Base):
    """A paper of a consortium: `requested`, then `issued` with its bytes in the file store, or `failed` with a sentence.

    One that is open to one firm and to those who see all names the firm in `kept_to_id`.
    """

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_subject", "subject_kind", "subject_id"),)

    kind: Mapped[str] = mapped_column(String(40), index=True)
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(Integer)
    title_zh: Mapped[str] = mapped_column(Line(300))
    title_en: Mapped[str] = mapped_column(Line(300))
    template: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    facts_digest: Mapped[str] = mapped_column(Digest)
    state: Mapped[str] = mapped_column(String(20), default="requested")
    problem: Mapped[Any] = mapped_column(Sentence(1000), default="")
    sha256: Mapped[str | None] = mapped_column(Digest, index=True)
    size: Mapped[int | None] = mapped_column(Integer)
    pages: Mapped[int | None] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(200), default="")
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    kept_to_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

    @property
    def title(self) -> str:
        """How events name it."""
        return self.reference


class KeptUpload(Identified, Base):
    """A file whose form was refused, kept until a moment for who sent it; `purpose` is the address of the form. Nobody else sees it."""

    __tablename__ = "kept_upload"
    __table_args__ = (UniqueConstraint("user_id", "purpose", "sha256"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    purpose: Mapped[str] = mapped_column(Line(300))
    name: Mapped[str] = mapped_column(Line(200))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(Digest)
    kept_until: Mapped[datetime] = mapped_column(Moment, index=True)

    @property
    def key(self) -> str:
        """Where its bytes lie, which no other row names."""
        return f"{APART}/{self.id}/{self.sha256}"
