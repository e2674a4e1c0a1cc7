"""Demonstration applications: a product at a user's site, from candidate to promotion, with what was contracted, measured and confirmed."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Moment, Money, Months, Share, Text
from consortium.outputs.models import Direction
from consortium.projects.models import Filed, Project
from consortium.results.models import Result


class ProductKind(StrEnum):
    """What is new about the product (domain.md 4.6)."""

    FIRST_SET = auto()
    FIRST_BATCH = auto()
    FIRST_VERSION = auto()
    OTHER = auto()


class Recognition(StrEnum):
    """Where the product is the first of its kind."""

    INTERNATIONAL = auto()
    NATIONAL = auto()
    PROVINCIAL = auto()
    NONE = auto()


class Purpose(StrEnum):
    """What a file of a demonstration is."""

    CERTIFICATE = auto()
    USER_REPORT = auto()
    MEASUREMENT = auto()
    OTHER = auto()


class Matter(StrEnum):
    """What the user organisation confirms."""

    MATCHING = auto()
    ACCEPTANCE = auto()


class SubsidyStep(StrEnum):
    """The two steps to money for the premium: whether it qualifies at all, and then the money."""

    QUALIFICATION = auto()
    MONEY = auto()


define({
    ProductKind.FIRST_SET: ("首台(套)重大技术装备", "First set of equipment"), ProductKind.FIRST_BATCH: ("首批次新材料", "First batch of a material"),
    ProductKind.FIRST_VERSION: ("首版次软件", "First version of software"), ProductKind.OTHER: ("其他", "Other"),
})  # fmt: skip
define({
    Recognition.INTERNATIONAL: ("国际首台(套)", "First internationally"), Recognition.NATIONAL: ("国内首台(套)", "First nationally"),
    Recognition.PROVINCIAL: ("省内首台(套)", "First in the province"), Recognition.NONE: ("未认定", "Not recognised"),
})  # fmt: skip
define({
    Purpose.CERTIFICATE: ("验收证书", "Acceptance certificate"), Purpose.USER_REPORT: ("用户使用报告", "User's report"),
    Purpose.MEASUREMENT: ("测量证明", "Proof of a measurement"), Purpose.OTHER: ("其他文件", "Other"),
})  # fmt: skip
define({Matter.MATCHING: ("对接", "Matching"), Matter.ACCEPTANCE: ("验收", "Acceptance")})
define({SubsidyStep.QUALIFICATION: ("资格审定", "Qualification"), SubsidyStep.MONEY: ("补贴资金", "Money")})


class Demonstration(Identified, Versioned, OwnedByFirm, Base):
    """A product of a firm (the maker, who answers for it) in use at a user's site."""

    __tablename__ = "demonstration"
    __table_args__ = (
        UniqueConstraint("consortium_id", "number"),
        CheckConstraint("trl_start BETWEEN 1 AND 9", "trl_start"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    result_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    kind: Mapped[ProductKind] = mapped_column(Choice(ProductKind))
    level: Mapped[Recognition] = mapped_column(Choice(Recognition))
    catalogue: Mapped[str] = mapped_column(Line(300), default="")
    trl_start: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(Line(20), default="candidate", index=True)

    user_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_name: Mapped[str] = mapped_column(Line(200), default="")
    site_region: Mapped[str] = mapped_column(Line(6), default="")
    site_address: Mapped[str] = mapped_column(Line(300), default="")
    replaces: Mapped[str] = mapped_column(Line(300), default="")

    contract_number: Mapped[str] = mapped_column(Line(80), default="")
    contract_on: Mapped[date | None]
    contract_price: Mapped[Decimal | None] = mapped_column(Money)
    delivered_on: Mapped[date | None]
    installed_on: Mapped[date | None]
    commissioned_on: Mapped[date | None]
    trial_on: Mapped[date | None]

    insurer: Mapped[str] = mapped_column(Line(200), default="")
    policy: Mapped[str] = mapped_column(Line(80), default="")
    insured_sum: Mapped[Decimal | None] = mapped_column(Money)
    insured_rate: Mapped[Decimal | None] = mapped_column(Share)
    premium: Mapped[Decimal | None] = mapped_column(Money)
    insured_from: Mapped[date | None]
    insured_to: Mapped[date | None]

    lessons: Mapped[str] = mapped_column(Text, default="")
    promotion: Mapped[str] = mapped_column(Text, default="")
    promoted_on: Mapped[date | None]

    project: Mapped[Project] = relationship()
    result: Mapped[Result | None] = relationship()
    user_organisation: Mapped[Any] = relationship("Organisation", foreign_keys=[user_organisation_id])
    steps: Mapped[list["StageReached"]] = relationship(back_populates="demonstration", order_by="StageReached.id")
    indicators: Mapped[list["DemonstrationIndicator"]] = relationship(
        back_populates="demonstration", order_by="DemonstrationIndicator.id"
    )
    records: Mapped[list["OperatingRecord"]] = relationship(
        back_populates="demonstration", order_by="OperatingRecord.starts_on, OperatingRecord.id"
    )
    failures: Mapped[list["Failure"]] = relationship(
        back_populates="demonstration", order_by="Failure.happened_on, Failure.id"
    )
    files: Mapped[list["DemonstrationFile"]] = relationship(
        back_populates="demonstration", order_by="DemonstrationFile.id"
    )
    confirmations: Mapped[list["Confirmation"]] = relationship(
        back_populates="demonstration", order_by="Confirmation.id"
    )
    subsidies: Mapped[list["Subsidy"]] = relationship(
        back_populates="demonstration", order_by="Subsidy.on_day, Subsidy.id"
    )
    orders: Mapped[list["FollowOnOrder"]] = relationship(
        back_populates="demonstration", order_by="FollowOnOrder.on_day, FollowOnOrder.id"
    )
    follow_ups: Mapped[list["FollowUp"]] = relationship(back_populates="demonstration", order_by="FollowUp.year")

    @property
    def parties(self) -> set[int]:
        """The maker and the user."""
        return {self.organisation_id, *({self.user_organisation_id} - {None})}  # type: ignore[arg-type]

    @classmethod
    def shared_with(cls, firm: int) -> ColumnElement[bool]:
        """The same for lists: what a firm uses."""
        return cls.user_organisation_id == firm

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.title_zh or self.title_en

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.title_zh} {self.title_en}"

    def __str__(self) -> str:
        return self.title


class OfDemonstration:
    """What belongs to a demonstration is of its maker, and open to whom the demonstration is."""

    demonstration: Any
    demonstration_id: Any

    @property
    def parties(self) -> set[int]:
        """The maker and the user."""
        found: set[int] = self.demonstration.parties
        return found

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.demonstration_id}"


class StageReached(Identified, OfDemonstration, OwnedByFirm, Base):
    """The day since which a demonstration is in a stage."""

    __tablename__ = "demonstration_stage"

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    stage: Mapped[str] = mapped_column(Line(20))
    since: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    demonstration: Mapped[Demonstration] = relationship(back_populates="steps")


class DemonstrationIndicator(Identified, Versioned, OwnedByFirm, Base):
    """What the contract promises of the product, beside what the product has that it replaces; values as typed, each a number."""

    __tablename__ = "demonstration_indicator"

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    unit: Mapped[str] = mapped_column(Line(40), default="")
    direction: Mapped[Direction] = mapped_column(Choice(Direction))
    contract_value: Mapped[str] = mapped_column(Line(60))
    reference_value: Mapped[str] = mapped_column(Line(60), default="")
    demonstration: Mapped[Demonstration] = relationship(back_populates="indicators")
    readings: Mapped[list["Measurement"]] = relationship(back_populates="indicator", order_by="Measurement.id")

    @property
    def parties(self) -> set[int]:
        """The maker and the user."""
        return self.demonstration.parties

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.title_zh or self.title_en


class Measurement(Identified, OwnedByFirm, Base):
    """A value that was measured at the site on a day."""

    __tablename__ = "demonstration_measurement"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("demonstration_indicator.id"), index=True)
    value: Mapped[str] = mapped_column(Line(60))
    on_day: Mapped[date]
    # In which trial it was noted, counted from one; nothing that came before another trial counts for it.
    trial: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    indicator: Mapped[DemonstrationIndicator] = relationship(back_populates="readings")
    files: Mapped[list["DemonstrationFile"]] = relationship(order_by="DemonstrationFile.id", viewonly=True)

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.indicator_id}"


class OperatingRecord(Identified, OfDemonstration, OwnedByFirm, Base):
    """How long the product ran in a period, and what it made; hours are kept in hundredths."""

    __tablename__ = "operating_record"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", "period"), CheckConstraint("hours >= 0", "hours"))

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(Months)
    output: Mapped[str] = mapped_column(Line(200), default="")
    demonstration: Mapped[Demonstration] = relationship(back_populates="records")


class Failure(Identified, Versioned, OfDemonstration, OwnedByFirm, Base):
    """A time at which the product did not do what it should; downtime in hours."""

    __tablename__ = "demonstration_failure"
    __table_args__ = (CheckConstraint("downtime >= 0", "downtime"),)

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    happened_on: Mapped[date]
    what: Mapped[str] = mapped_column(Line(300))
    downtime: Mapped[Decimal] = mapped_column(Months)
    cause: Mapped[str] = mapped_column(Text, default="")
    mended_on: Mapped[date | None]
    demonstration: Mapped[Demonstration] = relationship(back_populates="failures")


class DemonstrationFile(Identified, Filed, OwnedByFirm, Base):
    """A file of a demonstration: a certificate, the user's report, or what shows a measured value."""

    __tablename__ = "demonstration_file"

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    measurement_id: Mapped[int | None] = mapped_column(ForeignKey("demonstration_measurement.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(Choice(Purpose))
    # In which trial it was added, counted from one.
    trial: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    demonstration: Mapped[Demonstration] = relationship(back_populates="files")
    added_by: Mapped[Any] = relationship("User", foreign_keys=[added_by_id])

    @property
    def parties(self) -> set[int]:
        """The maker and the user."""
        return self.demonstration.parties


class Confirmation(Identified, OfDemonstration, OwnedByFirm, Base):
    """What a person of the user organisation, which answers for it, says with the own account of the matching or the acceptance."""

    __tablename__ = "demonstration_confirmation"

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    matter: Mapped[Matter] = mapped_column(Choice(Matter))
    agrees: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    # The digest of what it was said of; it stands only while that is what is there.
    about: Mapped[str] = mapped_column(Line(64), default="", server_default="")
    said_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    said_at: Mapped[datetime] = mapped_column(Moment)
    demonstration: Mapped[Demonstration] = relationship(back_populates="confirmations")
    said_by: Mapped[Any] = relationship("User", foreign_keys=[said_by_id])


class Subsidy(Identified, OfDemonstration, OwnedByFirm, Base):
    """A step to public money for the premium of the insurance."""

    __tablename__ = "demonstration_subsidy"

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    step: Mapped[SubsidyStep] = mapped_column(Choice(SubsidyStep))
    on_day: Mapped[date]
    amount: Mapped[Decimal | None] = mapped_column(Money)
    reference: Mapped[str] = mapped_column(Line(120), default="")
    demonstration: Mapped[Demonstration] = relationship(back_populates="subsidies")


class FollowOnOrder(Identified, OfDemonstration, OwnedByFirm, Base):
    """An order that came of the demonstration; `replicates` where the same product goes to another site."""

    __tablename__ = "follow_on_order"

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    customer: Mapped[str] = mapped_column(Line(200))
    on_day: Mapped[date]
    amount: Mapped[Decimal | None] = mapped_column(Money)
    replicates: Mapped[bool] = mapped_column(default=False)
    demonstration: Mapped[Demonstration] = relationship(back_populates="orders")


class FollowUp(Identified, OfDemonstration, OwnedByFirm, Base):
    """What became of the product in a year after its acceptance."""

    __tablename__ = "demonstration_follow_up"
    __table_args__ = (UniqueConstraint("demonstration_id", "year"),)

    demonstration_id: Mapped[int] = mapped_column(ForeignKey("demonstration.id"), index=True)
    year: Mapped[int] = mapped_column(Integer)
    in_use: Mapped[bool] = mapped_column(default=True)
    words: Mapped[str] = mapped_column(Text)
    demonstration: Mapped[Demonstration] = relationship(back_populates="follow_ups")
