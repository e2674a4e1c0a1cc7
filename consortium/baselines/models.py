"""The plan as it stood at a date, and the requests by which an approved plan changes."""

from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.core.terms import define
from consortium.core.types import Choice, Digest, Json, Line, Moment, Text
from consortium.core.words import Lazy, _l, read, written
from consortium.projects.models import Project
from consortium.projects.replanning import is_frozen


class ChangeKind(StrEnum):
    """What kind of change a request asks for (domain.md 4.5); who decides follows from it, by dated rules."""

    ROUTE = auto()
    SHARE = auto()
    GOAL = auto()
    PERIOD = auto()
    MONEY = auto()
    LEAD = auto()


define({
    ChangeKind.ROUTE: ("技术路线、任务安排或人员", "Technical route, schedule of work or staff"), ChangeKind.SHARE: ("成员任务或份额", "A member's task or share"),
    ChangeKind.GOAL: ("目标或考核指标", "Goals or indicators"), ChangeKind.PERIOD: ("实施期限", "Period of the project"),
    ChangeKind.MONEY: ("经费总额", "Total money"), ChangeKind.LEAD: ("牵头单位或成员单位", "Lead or members"),
})  # fmt: skip


class Baseline(Identified, Owned, Base):
    """The plan of a project as it stood on a day, frozen; `rows` are the lists of the layout, `digest` their SHA-256."""

    __tablename__ = "baseline"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Line(120))
    as_of: Mapped[date]
    rows: Mapped[Any] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(Digest)
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    project: Mapped[Project] = relationship()
    frozen_by: Mapped[Any] = relationship("User", foreign_keys=[frozen_by_id])

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return f"B{self.number} {self.name}"


class ChangeRequest(Identified, Versioned, Owned, Base):
    """A change of an approved plan: what is asked (`asked`: verbs with their parameters), what would be different (`lines`), and who decided.

    `lines` are `{list, key, field, before, after}`; `decision` names the resolution or the letter by which it was decided. `summary` is a
    sentence until its proposer words it. A `whole` request was made of many changes at once, and no other change joins it.
    """

    __tablename__ = "change_request"
    # A service answers one in place of what it would have done; `web.pages` leads to it and says so (`said`).
    is_proposal = True
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[ChangeKind] = mapped_column(Choice(ChangeKind))
    summarised: Mapped[str] = mapped_column("summary", Line(600))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Line(20), default="draft")
    asked: Mapped[Any] = mapped_column(Json)
    lines: Mapped[Any] = mapped_column(Json)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_for_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision: Mapped[str] = mapped_column(Text, default="")
    whole: Mapped[bool] = mapped_column(default=False)
    project: Mapped[Project] = relationship()
    proposed_by: Mapped[Any] = relationship("User", foreign_keys=[proposed_by_id])
    proposed_for: Mapped[Any] = relationship("Organisation", foreign_keys=[proposed_for_id])
    decided_by: Mapped[Any] = relationship("User", foreign_keys=[decided_by_id])

    @property
    def summary(self) -> Any:
        """What is to change, in a few words: a sentence for readers of any language, or what its proposer wrote."""
        return read(self.summarised)

    @summary.setter
    def summary(self, words: Any) -> None:
        self.summarised = written(words, 600)

    @property
    def said(self) -> Lazy:
        """What is said to who changed the plan and got this in place of a change."""
        if self.state == "withdrawn":
            return _l("Nothing is left of your draft after this, so it is withdrawn.")
        if not is_frozen(self.project):
            return _l(
                "This is decided on by a change request, so it is only a draft of one: submit it to have it decided on."
            )
        return _l("The plan is approved, so this is only a draft of a change request: submit it to have it decided on.")

    @property
    def internal(self) -> bool:
        """Authorities do not get to know of what was never handed in."""
        return self.submitted_at is None

    @classmethod
    def shown_to_officers(cls) -> Any:
        """The same for lists."""
        return cls.submitted_at.isnot(None)

    @property
    def title(self) -> Any:
        """How events and lists name it."""
        if isinstance(self.summary, Lazy):
            return _l("CR%(number)s %(summary)s", number=self.number, summary=self.summary)
        return f"CR{self.number} {self.summary}"
