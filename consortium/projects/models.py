"""Joint R&D projects and demonstration applications, first form: participants, milestones, reports on them, evidence."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, query_expression, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned, OwnedByFirm
from consortium.core.terms import CoreArea, ProjectKind
from consortium.core.types import Choice, Digest, Line, Moment, Money, Text

#: States in which a milestone needs nothing more.
SETTLED = ("accepted", "waived")


class Project(Identified, Versioned, Owned, Base):
    """A joint R&D project or a demonstration application of one consortium."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("trl_start BETWEEN 1 AND 9", "trl_start"),
        CheckConstraint("trl_target BETWEEN 1 AND 9", "trl_target"),
        CheckConstraint("ends_on >= starts_on", "period"),
    )

    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[ProjectKind] = mapped_column(Choice(ProjectKind))
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    objective: Mapped[str] = mapped_column(Text, default="")
    area: Mapped[CoreArea] = mapped_column(Choice(CoreArea), index=True)
    stage: Mapped[str] = mapped_column(String(20), default="draft")
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    budget: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    trl_start: Mapped[int] = mapped_column(Integer)
    trl_now: Mapped[int] = mapped_column(Integer)
    trl_target: Mapped[int] = mapped_column(Integer)
    # The highest number that a milestone ever had: that of a removed one is not given again.
    milestones_numbered: Mapped[int] = mapped_column(Integer, default=0)
    # How many dangers stand over it (`projects.dangers`), where its list asks for them with the row; else None.
    dangers: Mapped[int | None] = query_expression()

    lead: Mapped[Any] = relationship("Organisation", foreign_keys=[lead_id])
    participants: Mapped[list["Participant"]] = relationship(back_populates="project", order_by="Participant.id")
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="project", order_by="Milestone.due_on, Milestone.id"
    )

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.title_zh or self.title_en

    @property
    def parties(self) -> set[int]:
        """The organisations that take part, the lead among them."""
        return {self.lead_id, *(part.organisation_id for part in self.participants)}

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.title_zh} {self.title_en} {self.reference}"

    def __str__(self) -> str:
        return self.title


class Participant(Identified, Versioned, OwnedByFirm, Base):
    """A member that takes part in a project, with its task and its planned money."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    task: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    project: Mapped[Project] = relationship(back_populates="participants")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.organisation_id}"


class Milestone(Identified, Versioned, OwnedByFirm, Base):
    """What a member has to reach by a day, and how it is to be verified."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("weight BETWEEN 1 AND 100", "weight"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    due_on: Mapped[date]
    weight: Mapped[int] = mapped_column(Integer, default=10)
    means: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="planned")
    # The day of the last report, the day on which that says it was reached, and the day on which that was accepted.
    reported_on: Mapped[date | None]
    reached_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    # Why it will be late, or is, and the day on which it is expected now, as the organisation that answers for it says.
    slip_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    expected_on: Mapped[date | None]

    project: Mapped[Project] = relationship(back_populates="milestones")
    reports: Mapped[list["MilestoneReport"]] = relationship(back_populates="milestone", order_by="MilestoneReport.id")

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.title_zh or self.title_en

    @property
    def parties(self) -> set[int]:
        """The organisations that take part in its project."""
        return self.project.parties

    @classmethod
    def shared_with(cls, firm: int) -> ColumnElement[bool]:
        """The same for lists: the milestones of the projects in which a firm takes part."""
        joined = select(Participant.project_id).where(Participant.organisation_id == firm)
        led = select(Project.id).where(Project.lead_id == firm)
        return or_(cls.project_id.in_(joined), cls.project_id.in_(led))

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.title_zh} {self.title_en}"

    def __str__(self) -> str:
        return self.title


#: False, which comes first, for a milestone that still needs something. Written out, since an index serves it only where it holds no parameters.
SETTLED_LAST = or_(*(Milestone.state == literal_column(f"'{state}'") for state in SETTLED))
# The order of the long list, for those who see all and for those who see one consortium: its page is found without sorting, and it is
# counted and filtered by state without touching the rows.
Index("ix_milestone_ordered", SETTLED_LAST, Milestone.due_on, Milestone.id, Milestone.state, Milestone.consortium_id)
Index("ix_milestone_listed", Milestone.consortium_id, SETTLED_LAST, Milestone.due_on, Milestone.id, Milestone.state)


class Testimony:
    """A firm's word that something is done, and what another organisation's person found: four eyes, the same for all things."""

    note: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    verified_at: Mapped[datetime | None] = mapped_column(Moment)

    @declared_attr
    def reported_by_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("user.id"))

    @declared_attr
    def verified_by_id(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("user.id"))

    @declared_attr
    def verifier_id(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("organisation.id"))

    @declared_attr
    def reported_by(cls) -> Mapped[Any]:  # noqa: N805
        return relationship("User", foreign_keys=[cls.reported_by_id])  # type: ignore[list-item]

    @declared_attr
    def verified_by(cls) -> Mapped[Any]:  # noqa: N805
        return relationship("User", foreign_keys=[cls.verified_by_id])  # type: ignore[list-item]

    @declared_attr
    def verifier(cls) -> Mapped[Any]:  # noqa: N805
        return relationship("Organisation", foreign_keys=[cls.verifier_id])  # type: ignore[list-item]


class Filed:
    """A file that is attached to something; its bytes lie in the file store under `key`, the same bytes once."""

    name: Mapped[str] = mapped_column(Line(255))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    key: Mapped[str] = mapped_column(String(200))

    @property
    def title(self) -> str:
        """How events name it."""
        return self.name


class MilestoneReport(Identified, Versioned, Testimony, OwnedByFirm, Base):
    """A member's word that a milestone is reached, with its evidence, what another organisation's person found, and who decided then.

    `outcome` is where the report stands: nothing yet, `verified`, `accepted` or `returned`. What was accepted in one step, before there were
    two, has no `decided_at`.
    """

    __tablename__ = "milestone_report"

    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    reached_on: Mapped[date | None]
    finding: Mapped[str] = mapped_column(Text, default="", server_default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    milestone: Mapped[Milestone] = relationship(back_populates="reports")
    decided_by: Mapped[Any] = relationship("User", foreign_keys=[decided_by_id])
    decider: Mapped[Any] = relationship("Organisation", foreign_keys=[decider_id])
    evidence: Mapped[list["Evidence"]] = relationship(back_populates="report", order_by="Evidence.id")

    @property
    def parties(self) -> set[int]:
        """The organisations that take part in the project: a person of one of them may verify it."""
        return self.milestone.parties

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.milestone_id}"


class Evidence(Identified, Filed, OwnedByFirm, Base):
    """A file that proves what a report on a milestone says."""

    __tablename__ = "evidence"

    report_id: Mapped[int] = mapped_column(ForeignKey("milestone_report.id"), index=True)
    report: Mapped[MilestoneReport] = relationship(back_populates="evidence")

    @property
    def parties(self) -> set[int]:
        """As its report."""
        return self.report.parties
