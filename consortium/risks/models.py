"""What can go wrong in a project, how it stood from period to period, what did go wrong, and what is to be done about either."""

from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Moment, Text
from consortium.plans.models import Node
from consortium.projects.models import Milestone, Project


class RiskKind(StrEnum):
    """Where a risk comes from."""

    TECHNICAL = auto()
    SCHEDULE = auto()
    MONEY = auto()
    SUPPLY = auto()
    STAFF = auto()
    LEGAL = auto()
    OTHER = auto()


class Rhythm(StrEnum):
    """How often it is said how a risk stands."""

    MONTH = auto()
    QUARTER = auto()


define(
    {
        RiskKind.TECHNICAL: ("技术", "Technical"),
        RiskKind.SCHEDULE: ("进度", "Schedule"),
        RiskKind.MONEY: ("资金", "Money"),
        RiskKind.SUPPLY: ("供应", "Supply"),
        RiskKind.STAFF: ("人员", "Staff"),
        RiskKind.LEGAL: ("法律与合规", "Legal"),
        RiskKind.OTHER: ("其他", "Other"),
    }
)
define({Rhythm.MONTH: ("每月", "Every month"), Rhythm.QUARTER: ("每季度", "Every quarter")})


class Kept:
    """A row that can be kept between its firm and those who see all; then `kept_to_id` is that firm."""

    @declared_attr
    def kept_to_id(cls) -> Mapped[int | None]:  # noqa: N805
        """The firm; None where the whole table sees the row."""
        return mapped_column(ForeignKey("organisation.id"))

    @property
    def kept(self) -> bool:
        """Whether it is kept."""
        return self.kept_to_id is not None


class Titled:
    """A row with two titles and a number, which events name by its number alone: they are read by all, and the row may be kept."""

    MARK = ""
    number: Mapped[int] = mapped_column(Integer)
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")

    @property
    def mark(self) -> str:
        """R3."""
        return f"{self.MARK}{self.number}"

    @property
    def title(self) -> str:
        """How events name it."""
        return self.mark

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.title_zh} {self.title_en} {self.mark}"

    def __str__(self) -> str:
        return f"{self.mark} {self.title_zh or self.title_en}"


class Risk(Identified, Versioned, Titled, Kept, OwnedByFirm, Base):
    """Something that may happen, and what it would do: likelihood and impact 1 to 5, as last said; `organisation_id` is the firm that owns it."""

    __tablename__ = "risk"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("likelihood BETWEEN 1 AND 5", "likelihood"),
        CheckConstraint("impact BETWEEN 1 AND 5", "impact"),
    )
    MARK = "R"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[RiskKind] = mapped_column(Choice(RiskKind))
    # Whether it is in the list of the agreement or of the plan as it began.
    foreseen: Mapped[bool] = mapped_column(default=False)
    rhythm: Mapped[Rhythm] = mapped_column(Choice(Rhythm))
    raised_on: Mapped[date]
    likelihood: Mapped[int] = mapped_column(Integer)
    impact: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Line(20), default="open")
    mitigation: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # What it concerns may be taken out of the plan; the risk stays.
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id", ondelete="SET NULL"), index=True)
    node_id: Mapped[int | None] = mapped_column(ForeignKey("plan_node.id", ondelete="SET NULL"), index=True)

    project: Mapped[Project] = relationship()
    person: Mapped[Any] = relationship("User", foreign_keys=[person_id])
    milestone: Mapped[Milestone | None] = relationship()
    node: Mapped[Node | None] = relationship()
    states: Mapped[list["RiskState"]] = relationship(back_populates="risk", order_by="RiskState.period, RiskState.id")
    issues: Mapped[list["Issue"]] = relationship(back_populates="risk", order_by="Issue.id")
    actions: Mapped[list["ActionItem"]] = relationship(back_populates="risk", order_by="ActionItem.id")

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact


class RiskState(Identified, OwnedByFirm, Base):
    """How a risk stood in a period (its first day), as a person noted on a day; noted again, both stay and the last counts. None is of a period before the last one."""

    __tablename__ = "risk_state"
    __table_args__ = (
        CheckConstraint("likelihood BETWEEN 1 AND 5", "likelihood"),
        CheckConstraint("impact BETWEEN 1 AND 5", "impact"),
    )

    risk_id: Mapped[int] = mapped_column(ForeignKey("risk.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    period: Mapped[date]
    noted_on: Mapped[date]
    likelihood: Mapped[int] = mapped_column(Integer)
    impact: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Line(20))
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    risk: Mapped[Risk] = relationship(back_populates="states")
    noted_by: Mapped[Any] = relationship("User", foreign_keys=[noted_by_id])

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.risk_id}"

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact


class Issue(Identified, Versioned, Titled, Kept, OwnedByFirm, Base):
    """Something that did go wrong, a risk before or not; its firm resolves it by a day."""

    __tablename__ = "issue"
    __table_args__ = (UniqueConstraint("project_id", "number"),)
    MARK = "I"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    risk_id: Mapped[int | None] = mapped_column(ForeignKey("risk.id"), index=True)
    what: Mapped[str] = mapped_column(Text, default="")
    raised_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Line(20), default="open")
    resolution: Mapped[str] = mapped_column(Text, default="")
    settled_on: Mapped[date | None]

    project: Mapped[Project] = relationship()
    risk: Mapped[Risk | None] = relationship(back_populates="issues")
    actions: Mapped[list["ActionItem"]] = relationship(back_populates="issue", order_by="ActionItem.id")


class ActionItem(Identified, Versioned, Kept, OwnedByFirm, Base):
    """What a firm, or a person of it, is to do by a day about a risk or an issue; who asked for it checks what was done."""

    __tablename__ = "action_item"
    __table_args__ = (CheckConstraint("(risk_id IS NULL) <> (issue_id IS NULL)", "one"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    risk_id: Mapped[int | None] = mapped_column(ForeignKey("risk.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    what: Mapped[str] = mapped_column(Line(500))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Line(20), default="open")
    raised_on: Mapped[date]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    # The organisation for which it was asked, whose people check it.
    raiser_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    report: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    project: Mapped[Project] = relationship()
    risk: Mapped[Risk | None] = relationship(back_populates="actions")
    issue: Mapped[Issue | None] = relationship(back_populates="actions")
    person: Mapped[Any] = relationship("User", foreign_keys=[person_id])
    raised_by: Mapped[Any] = relationship("User", foreign_keys=[raised_by_id])
    raiser: Mapped[Any] = relationship("Organisation", foreign_keys=[raiser_id])
    done_by: Mapped[Any] = relationship("User", foreign_keys=[done_by_id])
    checked_by: Mapped[Any] = relationship("User", foreign_keys=[checked_by_id])

    @property
    def about(self) -> Any:
        """The risk or the issue."""
        return self.risk or self.issue

    @property
    def title(self) -> str:
        """How events name it: by what it is about."""
        return str(self.about.mark)

    def __str__(self) -> str:
        return self.what
