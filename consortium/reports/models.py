"""Status reports, first form: a period, the words of the coordinator, and the paper made from what was logged."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.core.types import Json, Line, Moment, Text
from consortium.documents.models import Paper


class StatusReport(Identified, Versioned, Owned, Base):
    """The report of a consortium on a period; officers see it once it is submitted."""

    __tablename__ = "status_report"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", "period"),
        UniqueConstraint("consortium_id", "starts_on", "ends_on"),
    )
    # Words that are being written are kept as they are typed; the event of submitting tells what they became.
    HOUSEKEEPING = frozenset({"narrative_zh", "narrative_en", "version"})

    reference: Mapped[str] = mapped_column(String(40), unique=True)
    label_zh: Mapped[str] = mapped_column(Line(120))
    label_en: Mapped[str] = mapped_column(Line(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="drafting")
    narrative_zh: Mapped[str] = mapped_column(Text, default="")
    narrative_en: Mapped[str] = mapped_column(Text, default="")
    # What each firm had behind the sums when it was submitted; never shown, the next report is compared with it.
    behind: Mapped[Any | None] = mapped_column(Json, deferred=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    paper: Mapped[Paper | None] = relationship(lazy="joined")

    @property
    def internal(self) -> bool:
        """Officers do not see drafts."""
        return self.state == "drafting"

    @classmethod
    def shown_to_officers(cls) -> Any:
        """The same, as a condition on rows."""
        return cls.state != "drafting"

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.reference
