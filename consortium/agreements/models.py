"""Agreements, first form: a version of the agreement of a consortium, drawn up from what is recorded."""

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.documents.models import Paper


class Agreement(Identified, Versioned, Owned, Base):
    """The n-th version of the agreement of a consortium."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("consortium_id", "number"),)

    reference: Mapped[str] = mapped_column(String(40), unique=True)
    number: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(10), default="both")
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    paper: Mapped[Paper] = relationship(lazy="joined")

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.reference
