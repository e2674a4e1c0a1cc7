"""How ready a technology is: assessments of results and of whole projects by the nine levels, and what proves each level."""

from datetime import date
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Text
from consortium.projects.models import Filed, Project, Testimony
from consortium.results.models import Result


class EvidenceKind(StrEnum):
    """What proves a level (domain.md 4.2)."""

    PAPER = auto()
    REPORT = auto()
    SCHEME = auto()
    TEST_RECORD = auto()
    LAB_REPORT = auto()
    DRAWINGS = auto()
    PROTOTYPE_TEST = auto()
    THIRD_PARTY_TEST = auto()
    SITE_REPORT = auto()
    CERTIFICATION = auto()
    SMALL_BATCH = auto()
    ORDERS = auto()
    OPERATING_HOURS = auto()
    OTHER = auto()


define({
    EvidenceKind.PAPER: ("论文", "Paper"), EvidenceKind.REPORT: ("研究报告", "Report"), EvidenceKind.SCHEME: ("技术方案", "Technical scheme"),
    EvidenceKind.TEST_RECORD: ("试验记录", "Test record"), EvidenceKind.LAB_REPORT: ("实验室报告", "Laboratory report"),
    EvidenceKind.DRAWINGS: ("图纸", "Drawings"), EvidenceKind.PROTOTYPE_TEST: ("样机试验报告", "Prototype test"),
    EvidenceKind.THIRD_PARTY_TEST: ("第三方检测报告", "Third-party test"), EvidenceKind.SITE_REPORT: ("用户现场报告", "User's site report"),
    EvidenceKind.CERTIFICATION: ("认证或鉴定证书", "Certification"), EvidenceKind.SMALL_BATCH: ("小批量生产证明", "Small batch"),
    EvidenceKind.ORDERS: ("订单", "Orders"), EvidenceKind.OPERATING_HOURS: ("运行时数证明", "Operating hours"),
    EvidenceKind.OTHER: ("其他", "Other"),
})  # fmt: skip


class Assessment(Identified, Versioned, Testimony, OwnedByFirm, Base):
    """That a result, or a project as a whole (`result_id` None), stands at a level, as its firm says with evidence and another one confirms.

    `note` says why; `assessor` is who judged it, who need have no account, and `assessor_house` where that person works. `outcome` is where it stands.
    """

    __tablename__ = "trl_assessment"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 9", "level"),
        CheckConstraint("level_before BETWEEN 1 AND 9", "level_before"),
        # One assessment of a thing waits at a time, also where two are made at once.
        Index(
            "uq_trl_assessment_result_proposed",
            "result_id",
            unique=True,
            sqlite_where=text("state = 'proposed' AND result_id IS NOT NULL"),
            postgresql_where=text("state = 'proposed' AND result_id IS NOT NULL"),
        ),
        Index(
            "uq_trl_assessment_project_proposed",
            "project_id",
            unique=True,
            sqlite_where=text("state = 'proposed' AND result_id IS NULL"),
            postgresql_where=text("state = 'proposed' AND result_id IS NULL"),
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    result_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"), index=True)
    level: Mapped[int] = mapped_column(Integer)
    level_before: Mapped[int] = mapped_column(Integer)
    assessed_on: Mapped[date]
    assessor: Mapped[str] = mapped_column(Line(100))
    assessor_house: Mapped[str] = mapped_column(Line(200))
    state: Mapped[str] = mapped_column(Line(20), default="proposed")

    project: Mapped[Project] = relationship()
    result: Mapped[Result | None] = relationship()
    proofs: Mapped[list["Proof"]] = relationship(back_populates="assessment", order_by="Proof.level, Proof.id")

    @property
    def said(self) -> list["Assessment"]:
        """What was said of it: itself, which is thing and word at once."""
        return [self]

    @property
    def falls(self) -> bool:
        """Whether it says that the level is lower than before."""
        return self.level < self.level_before

    @property
    def title(self) -> str:
        """How events name it."""
        return f"{self.result.number if self.result else self.project.reference} TRL {self.level}"


class Proof(Identified, OwnedByFirm, Base):
    """What proves one level of an assessment; `why` says so in words where its kind is not one that the level expects."""

    __tablename__ = "trl_proof"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 9", "level"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("trl_assessment.id"), index=True)
    level: Mapped[int] = mapped_column(Integer)
    kind: Mapped[EvidenceKind] = mapped_column(Choice(EvidenceKind))
    why: Mapped[str] = mapped_column(Text, default="")
    assessment: Mapped[Assessment] = relationship(back_populates="proofs")
    files: Mapped[list["ProofFile"]] = relationship(back_populates="proof", order_by="ProofFile.id")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"TRL {self.level}"


class ProofFile(Identified, Filed, OwnedByFirm, Base):
    """A file of a proof."""

    __tablename__ = "trl_proof_file"

    proof_id: Mapped[int] = mapped_column(ForeignKey("trl_proof.id"), index=True)
    proof: Mapped[Proof] = relationship(back_populates="files")
