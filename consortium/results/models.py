"""What comes out of a project and whose it is: background, results, owners with exact shares, registered outcomes, yearly effects."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum, auto
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned, OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Moment, Money, Text
from consortium.outputs.models import Deliverable
from consortium.projects.models import Filed, Project


class BackgroundKind(StrEnum):
    """What a member brings into a project."""

    PATENT = auto()
    SOFTWARE = auto()
    LAYOUT = auto()
    KNOW_HOW = auto()
    DATA = auto()
    EQUIPMENT = auto()
    OTHER = auto()


class ResultKind(StrEnum):
    """What a result is."""

    PRODUCT = auto()
    PART = auto()
    MATERIAL = auto()
    PROCESS = auto()
    SOFTWARE = auto()
    DATA = auto()
    METHOD = auto()
    DEVICE = auto()
    STANDARD = auto()
    OTHER = auto()


class OutcomeKind(StrEnum):
    """What is registered, published or awarded (domain.md 4.4)."""

    INVENTION = auto()
    UTILITY = auto()
    DESIGN = auto()
    FOREIGN_PATENT = auto()
    SOFTWARE = auto()
    LAYOUT = auto()
    STANDARD = auto()
    PAPER = auto()
    SCIENCE_REPORT = auto()
    AWARD = auto()
    NEW_PRODUCT = auto()
    NEW_PROCESS = auto()
    REGISTRATION = auto()


class StandardKind(StrEnum):
    """Whose standard it is."""

    INTERNATIONAL = auto()
    MANDATORY = auto()
    NATIONAL = auto()
    INDUSTRY = auto()
    LOCAL = auto()
    ASSOCIATION = auto()
    COMPANY = auto()


class StandardRole(StrEnum):
    """Whether a standard was written under the own lead."""

    LEAD = auto()
    PART = auto()


define({
    BackgroundKind.PATENT: ("专利或专利申请", "Patent or application"), BackgroundKind.SOFTWARE: ("软件", "Software"),
    BackgroundKind.LAYOUT: ("集成电路布图设计", "IC layout design"), BackgroundKind.KNOW_HOW: ("技术秘密", "Know-how"),
    BackgroundKind.DATA: ("数据", "Data"), BackgroundKind.EQUIPMENT: ("专用设备或工装", "Special equipment or tooling"),
    BackgroundKind.OTHER: ("其他", "Other"),
})  # fmt: skip
define({
    ResultKind.PRODUCT: ("新产品", "Product"), ResultKind.PART: ("关键部件", "Key part"), ResultKind.MATERIAL: ("新材料", "Material"),
    ResultKind.PROCESS: ("工程工艺", "Process"), ResultKind.SOFTWARE: ("软件", "Software"), ResultKind.DATA: ("数据库", "Database"),
    ResultKind.METHOD: ("新方法或新技术", "Method or technology"), ResultKind.DEVICE: ("实验装置或系统", "Test rig or system"),
    ResultKind.STANDARD: ("标准", "Standard"), ResultKind.OTHER: ("其他", "Other"),
})  # fmt: skip
define({
    OutcomeKind.INVENTION: ("发明专利", "Invention patent"), OutcomeKind.UTILITY: ("实用新型专利", "Utility model"),
    OutcomeKind.DESIGN: ("外观设计专利", "Design patent"), OutcomeKind.FOREIGN_PATENT: ("境外专利", "Patent of another country"),
    OutcomeKind.SOFTWARE: ("软件著作权", "Software copyright"), OutcomeKind.LAYOUT: ("集成电路布图设计专有权", "IC layout design right"),
    OutcomeKind.STANDARD: ("标准", "Standard"), OutcomeKind.PAPER: ("论文", "Paper"), OutcomeKind.SCIENCE_REPORT: ("科技报告", "Science report"),
    OutcomeKind.AWARD: ("奖励", "Award"), OutcomeKind.NEW_PRODUCT: ("新产品", "New product"), OutcomeKind.NEW_PROCESS: ("新工艺", "New process"),
    OutcomeKind.REGISTRATION: ("成果登记", "Registration of a result"),
})  # fmt: skip
define({
    StandardKind.INTERNATIONAL: ("国际标准（ISO/IEC）", "International (ISO, IEC)"), StandardKind.MANDATORY: ("强制性国家标准（GB）", "National, mandatory (GB)"),
    StandardKind.NATIONAL: ("推荐性国家标准（GB/T）", "National, recommended (GB/T)"), StandardKind.INDUSTRY: ("行业标准", "Industry"),
    StandardKind.LOCAL: ("地方标准（DB）", "Local (DB)"), StandardKind.ASSOCIATION: ("团体标准（T/）", "Association (T/)"),
    StandardKind.COMPANY: ("企业标准（Q/）", "Company (Q/)"),
})  # fmt: skip
define({StandardRole.LEAD: ("主持", "Leads"), StandardRole.PART: ("参与", "Takes part")})


class OwnShare:
    """An exact part of one, `part` of `of` equal parts, so that three times a third is one."""

    part: Mapped[int] = mapped_column(Integer)
    of: Mapped[int] = mapped_column(Integer)

    @property
    def share(self) -> Fraction:
        """The part of one."""
        return Fraction(self.part, self.of)


class Background(Identified, Versioned, OwnedByFirm, Base):
    """What a member brings into a project: what it is needed for, and within which limits the others may use it; or what it keeps out."""

    __tablename__ = "background"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[str] = mapped_column(Line(20))
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    kind: Mapped[BackgroundKind] = mapped_column(Choice(BackgroundKind))
    identifier: Mapped[str] = mapped_column(Line(100), default="")
    needed_for: Mapped[str] = mapped_column(Text, default="")
    limits: Mapped[str] = mapped_column(Text, default="")
    included: Mapped[bool] = mapped_column(default=True)

    project: Mapped[Project] = relationship()
    uses: Mapped[list["BackgroundUse"]] = relationship(back_populates="background", order_by="BackgroundUse.id")

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return f"{self.number} {self.title_zh or self.title_en}"

    def __str__(self) -> str:
        return self.title


class Result(Identified, Versioned, OwnedByFirm, Base):
    """A result of a project; `organisation_id` is the firm that leads it and proposes whose it is.

    `critical` says that it is a critical technology element. `uses_unlisted` names background that no list of the project holds.
    """

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    deliverable_id: Mapped[int | None] = mapped_column(ForeignKey("deliverable.id"), index=True)
    number: Mapped[str] = mapped_column(Line(20))
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[ResultKind] = mapped_column(Choice(ResultKind))
    made_on: Mapped[date]
    critical: Mapped[bool] = mapped_column(default=False)
    uses_unlisted: Mapped[str] = mapped_column(Text, default="")
    # Where its ownership stands: no owners yet, proposed, agreed by all, disputed.
    state: Mapped[str] = mapped_column(Line(20), default="unowned")
    proposed_on: Mapped[date | None]
    agreed_on: Mapped[date | None]

    project: Mapped[Project] = relationship()
    deliverable: Mapped[Deliverable | None] = relationship()
    owners: Mapped[list["ResultOwner"]] = relationship(
        back_populates="result", order_by="ResultOwner.place, ResultOwner.id"
    )
    uses: Mapped[list["BackgroundUse"]] = relationship(back_populates="result", order_by="BackgroundUse.id")
    files: Mapped[list["ResultFile"]] = relationship(back_populates="result", order_by="ResultFile.id")

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


class ResultOwner(Identified, Versioned, OwnShare, OwnedByFirm, Base):
    """A firm's share of a result, and its own word on it: asked, agreed or disputed."""

    __tablename__ = "result_owner"
    __table_args__ = (
        UniqueConstraint("result_id", "organisation_id"),
        CheckConstraint("part >= 1 AND part <= of", "share"),
    )

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), index=True)
    place: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Line(20), default="asked")
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    result: Mapped[Result] = relationship(back_populates="owners")
    answered_by: Mapped[Any] = relationship("User", foreign_keys=[answered_by_id])

    @property
    def title(self) -> str:
        """How events name it."""
        return self.result.title


class BackgroundUse(Identified, Owned, Base):
    """A result that builds on background of a list."""

    __tablename__ = "background_use"
    __table_args__ = (UniqueConstraint("result_id", "background_id"),)

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), index=True)
    background_id: Mapped[int] = mapped_column(ForeignKey("background.id"), index=True)
    result: Mapped[Result] = relationship(back_populates="uses")
    background: Mapped[Background] = relationship(back_populates="uses")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.result_id}"


class ResultFile(Identified, Filed, OwnedByFirm, Base):
    """A file that shows a result."""

    __tablename__ = "result_file"

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), index=True)
    result: Mapped[Result] = relationship(back_populates="files")


class Outcome(Identified, Versioned, OwnedByFirm, Base):
    """What is registered, published or awarded, once in a consortium whoever enters it; `organisation_id` is the firm that entered it.

    `number` is the number as its office writes it, `key` the same for comparing; `state` is of the kind's own life, see `kinds`.
    """

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("consortium_id", "key"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    result_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"), index=True)
    kind: Mapped[OutcomeKind] = mapped_column(Choice(OutcomeKind), index=True)
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    number: Mapped[str] = mapped_column(Line(120), default="")
    key: Mapped[str | None] = mapped_column(Line(160), index=True)
    state: Mapped[str] = mapped_column(Line(20))
    applied_on: Mapped[date | None]
    granted_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    grant_number: Mapped[str] = mapped_column(Line(60), default="")
    people: Mapped[str] = mapped_column(Line(400), default="")
    body: Mapped[str] = mapped_column(Line(200), default="")
    edition: Mapped[str] = mapped_column(Line(40), default="")
    standard: Mapped[StandardKind | None] = mapped_column(Choice(StandardKind))
    role: Mapped[StandardRole | None] = mapped_column(Choice(StandardRole))
    pct: Mapped[str] = mapped_column(Line(40), default="")
    licence: Mapped[str] = mapped_column(Text, default="")
    transferred_in: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project] = relationship()
    result: Mapped[Result | None] = relationship()
    owners: Mapped[list["OutcomeOwner"]] = relationship(
        back_populates="outcome", order_by="OutcomeOwner.place, OutcomeOwner.id", cascade="all, delete-orphan"
    )
    files: Mapped[list["OutcomeFile"]] = relationship(back_populates="outcome", order_by="OutcomeFile.id")

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return f"{self.number} {self.title_zh or self.title_en}".strip()

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.title_zh} {self.title_en} {self.number}"

    def __str__(self) -> str:
        return self.title


class OutcomeOwner(Identified, OwnShare, OwnedByFirm, Base):
    """A firm's share of an outcome, and its place among the holders, the first of which is 1."""

    __tablename__ = "outcome_owner"
    __table_args__ = (
        UniqueConstraint("outcome_id", "organisation_id"),
        CheckConstraint("part >= 1 AND part <= of", "share"),
    )

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"), index=True)
    place: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[Outcome] = relationship(back_populates="owners")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.outcome_id}"


class OutcomeFile(Identified, Filed, OwnedByFirm, Base):
    """A file that shows an outcome, such as its certificate."""

    __tablename__ = "outcome_file"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"), index=True)
    outcome: Mapped[Outcome] = relationship(back_populates="files")


class Effect(Identified, Versioned, OwnedByFirm, Base):
    """What a firm earned with the results of a project in a year, in yuan; open to the firm, and to those who see all."""

    __tablename__ = "economic_effect"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id", "year"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    year: Mapped[int] = mapped_column(Integer)
    sales: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    profit: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    tax: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    export: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    import_replaced: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    proof: Mapped[str] = mapped_column(Text, default="")

    kept_to_id: Mapped[int] = synonym("organisation_id")
    project: Mapped[Project] = relationship()

    @property
    def title(self) -> str:
        """How events name it."""
        return f"{self.year}"
