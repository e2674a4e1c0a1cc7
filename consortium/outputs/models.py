"""What a project delivers and is measured by: deliverables with their files, assessment indicators with their readings."""

from datetime import date
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned, OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Text
from consortium.plans.models import Node
from consortium.projects.models import Filed, Milestone, Project, Testimony


class DeliverableKind(StrEnum):
    """What a deliverable is (domain.md 3.3 and 4.1)."""

    REPORT = auto()
    DEMONSTRATOR = auto()
    PRODUCT = auto()
    PROCESS = auto()
    MATERIAL = auto()
    SOFTWARE = auto()
    DATA = auto()
    STANDARD = auto()
    PAPER = auto()
    PATENT = auto()
    OTHER = auto()


class Dissemination(StrEnum):
    """Who may come to know a deliverable: everybody, the consortium and its authority, the consortium alone."""

    PUBLIC = auto()
    SENSITIVE = auto()
    INTERNAL = auto()


class Direction(StrEnum):
    """How an actual value reaches its target: by being at least or at most as much, or by what is said in words."""

    AT_LEAST = auto()
    AT_MOST = auto()
    IN_WORDS = auto()


define({
    DeliverableKind.REPORT: ("报告", "Report"), DeliverableKind.DEMONSTRATOR: ("样机或示范", "Demonstrator, pilot, prototype"),
    DeliverableKind.PRODUCT: ("新产品或关键部件", "Product or key part"), DeliverableKind.PROCESS: ("工程工艺", "Process"),
    DeliverableKind.MATERIAL: ("新材料", "Material"), DeliverableKind.SOFTWARE: ("软件", "Software"), DeliverableKind.DATA: ("数据集", "Data set"),
    DeliverableKind.STANDARD: ("标准", "Standard"), DeliverableKind.PAPER: ("论文", "Paper"), DeliverableKind.PATENT: ("发明专利", "Patent"),
    DeliverableKind.OTHER: ("其他", "Other"),
})  # fmt: skip
define(
    {
        Dissemination.PUBLIC: ("公开", "Public"),
        Dissemination.SENSITIVE: ("敏感", "Sensitive"),
        Dissemination.INTERNAL: ("内部", "Internal"),
    }
)
define(
    {
        Direction.AT_LEAST: ("不低于", "At least"),
        Direction.AT_MOST: ("不高于", "At most"),
        Direction.IN_WORDS: ("文字描述", "In words"),
    }
)


class Deliverable(Identified, Versioned, OwnedByFirm, Base):
    """A thing that a firm hands over by a day; late and due soon are derived."""

    __tablename__ = "deliverable"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    node_id: Mapped[int | None] = mapped_column(ForeignKey("plan_node.id"), index=True)
    number: Mapped[str] = mapped_column(Line(20))
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    kind: Mapped[DeliverableKind] = mapped_column(Choice(DeliverableKind))
    level: Mapped[Dissemination] = mapped_column(Choice(Dissemination))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Line(20), default="pending")
    submitted_on: Mapped[date | None]
    accepted_on: Mapped[date | None]

    project: Mapped[Project] = relationship()
    node: Mapped[Node | None] = relationship()
    submissions: Mapped[list["Submission"]] = relationship(back_populates="deliverable", order_by="Submission.id")

    @property
    def internal(self) -> bool:
        """Whether authorities do not get to know of it."""
        return self.level is Dissemination.INTERNAL

    @classmethod
    def shown_to_officers(cls) -> Any:
        """The same for lists."""
        return cls.level != Dissemination.INTERNAL

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return f"{self.number} {self.title_zh or self.title_en}"

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.title_zh} {self.title_en}"

    def __str__(self) -> str:
        return self.title


class Submission(Identified, Versioned, Testimony, OwnedByFirm, Base):
    """A firm's word that a deliverable is there, with its files, and what another organisation's person found."""

    __tablename__ = "submission"

    deliverable_id: Mapped[int] = mapped_column(ForeignKey("deliverable.id"), index=True)
    deliverable: Mapped[Deliverable] = relationship(back_populates="submissions")
    files: Mapped[list["SubmittedFile"]] = relationship(back_populates="submission", order_by="SubmittedFile.id")

    @property
    def internal(self) -> bool:
        """As its deliverable."""
        return self.deliverable.internal

    @classmethod
    def shown_to_officers(cls) -> Any:
        """The same for lists."""
        return cls.deliverable.has(Deliverable.level != Dissemination.INTERNAL)

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.deliverable_id}"


class SubmittedFile(Identified, Filed, OwnedByFirm, Base):
    """A file of a submission."""

    __tablename__ = "submitted_file"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    submission: Mapped[Submission] = relationship(back_populates="files")

    @property
    def internal(self) -> bool:
        """As its deliverable."""
        return self.submission.internal

    @classmethod
    def shown_to_officers(cls) -> Any:
        """The same for lists."""
        return cls.submission.has(Submission.deliverable.has(Deliverable.level != Dissemination.INTERNAL))


class Indicator(Identified, Versioned, OwnedByFirm, Base):
    """An assessment indicator (考核指标): values at the start, at mid-term and at the end, and how they are assessed.

    Values are kept as typed; unless the direction is `IN_WORDS` each is a number.
    """

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    node_id: Mapped[int | None] = mapped_column(ForeignKey("plan_node.id"), index=True)
    number: Mapped[str] = mapped_column(Line(20))
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    unit: Mapped[str] = mapped_column(Line(40), default="")
    direction: Mapped[Direction] = mapped_column(Choice(Direction))
    value_start: Mapped[str] = mapped_column(Line(100), default="")
    value_mid: Mapped[str] = mapped_column(Line(100), default="")
    value_end: Mapped[str] = mapped_column(Line(100), default="")
    method: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project] = relationship()
    node: Mapped[Node | None] = relationship()
    readings: Mapped[list["Reading"]] = relationship(back_populates="indicator", order_by="Reading.id")

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return f"{self.number} {self.title_zh or self.title_en}"

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.title_zh} {self.title_en}"

    def __str__(self) -> str:
        return self.title


class Reading(Identified, OwnedByFirm, Base):
    """An actual value of an indicator on a day, with what shows it."""

    __tablename__ = "indicator_reading"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    value: Mapped[str] = mapped_column(Line(100))
    on_day: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    indicator: Mapped[Indicator] = relationship(back_populates="readings")
    noted_by: Mapped[Any] = relationship("User", foreign_keys=[noted_by_id])
    files: Mapped[list["ReadingFile"]] = relationship(back_populates="reading", order_by="ReadingFile.id")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.indicator_id}"


class ReadingFile(Identified, Filed, OwnedByFirm, Base):
    """A file that shows an actual value."""

    __tablename__ = "reading_file"

    reading_id: Mapped[int] = mapped_column(ForeignKey("indicator_reading.id"), index=True)
    reading: Mapped[Reading] = relationship(back_populates="files")


class Tie(Identified, Owned, Base):
    """A node or a deliverable on which a milestone depends; one may serve several milestones."""

    __tablename__ = "milestone_tie"
    __table_args__ = (
        UniqueConstraint("milestone_id", "node_id"),
        UniqueConstraint("milestone_id", "deliverable_id"),
        CheckConstraint("(node_id IS NULL) <> (deliverable_id IS NULL)", "one"),
    )

    # A milestone that is taken out of the plan takes along what it depended on.
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id", ondelete="CASCADE"), index=True)
    node_id: Mapped[int | None] = mapped_column(ForeignKey("plan_node.id"), index=True)
    deliverable_id: Mapped[int | None] = mapped_column(ForeignKey("deliverable.id"), index=True)
    milestone: Mapped[Milestone] = relationship()
    node: Mapped[Node | None] = relationship()
    deliverable: Mapped[Deliverable | None] = relationship()

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.milestone_id}"
