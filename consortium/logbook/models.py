"""The monthly log of a firm in a project: work by node, spending by head and source, vouchers with their files, and notes."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import OwnedByFirm
from consortium.core.types import Choice, Digest, Line, Money, Months, Text
from consortium.plans.models import CostCategory, MoneySource, Node
from consortium.projects.models import Filed, Project


class MonthlyLog(Identified, Versioned, OwnedByFirm, Base):
    """What a firm did and spent in a project in one month; `month` is its first day."""

    __tablename__ = "monthly_log"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id", "month"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    month: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Line(20), default="open")
    #: How many people worked, where the firm said so; 0 where it did not.
    people: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: What is said about a month follows it: it is open to the firm, and to those who see all.
    kept_to_id: Mapped[int] = synonym("organisation_id")
    project: Mapped[Project] = relationship()
    efforts: Mapped[list["LoggedEffort"]] = relationship(
        back_populates="log", order_by="LoggedEffort.id", cascade="all, delete-orphan"
    )
    spending: Mapped[list["LoggedSpending"]] = relationship(
        back_populates="log", order_by="LoggedSpending.id", cascade="all, delete-orphan"
    )
    vouchers: Mapped[list["Voucher"]] = relationship(back_populates="log", order_by="Voucher.voucher_on, Voucher.id")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"{self.month:%Y-%m}"


class LoggedEffort(Identified, OwnedByFirm, Base):
    """Person-months that a firm worked on a node in the month."""

    __tablename__ = "logged_effort"
    __table_args__ = (UniqueConstraint("log_id", "node_id"), CheckConstraint("months >= 0", "months"))

    log_id: Mapped[int] = mapped_column(ForeignKey("monthly_log.id"), index=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("plan_node.id"), index=True)
    months: Mapped[Decimal] = mapped_column(Months)
    log: Mapped[MonthlyLog] = relationship(back_populates="efforts")
    node: Mapped[Node] = relationship()


class LoggedSpending(Identified, OwnedByFirm, Base):
    """Yuan that a firm spent under one head and from one source in the month, without a voucher that is entered here."""

    __tablename__ = "logged_spending"
    __table_args__ = (UniqueConstraint("log_id", "category", "source"), CheckConstraint("amount >= 0", "amount"))

    log_id: Mapped[int] = mapped_column(ForeignKey("monthly_log.id"), index=True)
    category: Mapped[CostCategory] = mapped_column(Choice(CostCategory))
    source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    amount: Mapped[Decimal] = mapped_column(Money)
    log: Mapped[MonthlyLog] = relationship(back_populates="spending")


class Voucher(Identified, Versioned, OwnedByFirm, Base):
    """An expenditure line: what a firm paid to whom on a day, under one head and from one source, in yuan, with the voucher's number.

    `mark` is the SHA-256 of number and payee without what people write differently; `known_because` is what the firm said of a voucher
    that was known on this platform before, and is blank for all others.

    One invoice under several heads, from several sources or for several nodes is a row for each `part`, counted from one; the first keeps the files.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("project_id", "organisation_id", "mark", "part"),
        CheckConstraint("amount > 0", "amount"),
        Index("ix_voucher_list", "project_id", "voucher_on", "id"),
    )

    log_id: Mapped[int] = mapped_column(ForeignKey("monthly_log.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    node_id: Mapped[int | None] = mapped_column(ForeignKey("plan_node.id"), index=True)
    voucher_on: Mapped[date]
    number: Mapped[str] = mapped_column(Line(60))
    payee: Mapped[str] = mapped_column(Line(200))
    category: Mapped[CostCategory] = mapped_column(Choice(CostCategory))
    source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    amount: Mapped[Decimal] = mapped_column(Money)
    note: Mapped[str] = mapped_column(Text, default="")
    mark: Mapped[str] = mapped_column(Digest, index=True)
    part: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    first_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    known_because: Mapped[str] = mapped_column(Text, default="")

    kept_to_id: Mapped[int] = synonym("organisation_id")
    log: Mapped[MonthlyLog] = relationship(back_populates="vouchers")
    project: Mapped[Project] = relationship()
    node: Mapped[Node | None] = relationship()
    first: Mapped["Voucher | None"] = relationship(remote_side="Voucher.id", back_populates="further")
    further: Mapped[list["Voucher"]] = relationship(back_populates="first", order_by="Voucher.part")
    files: Mapped[list["VoucherFile"]] = relationship(
        back_populates="voucher", order_by="VoucherFile.id", cascade="all, delete-orphan"
    )

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.number if self.part == 1 else f"{self.number} ({self.part})"

    @property
    def evidence(self) -> list["VoucherFile"]:
        """The files that show it, which the first part of an invoice keeps for all."""
        return (self.first or self).files


class VoucherFile(Identified, Filed, OwnedByFirm, Base):
    """The invoice, receipt or payment order of a voucher as a file; one firm adds each content once to a project."""

    __tablename__ = "voucher_file"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id", "sha256"),)

    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kept_to_id: Mapped[int] = synonym("organisation_id")
    voucher: Mapped[Voucher] = relationship(back_populates="files")
