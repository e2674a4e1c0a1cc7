"""The monthly log of a firm in a project: work by node, spending by head and source, and notes."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import OwnedByFirm
from consortium.core.types import Choice, Line, Money, Months, Text
from consortium.plans.models import CostCategory, MoneySource, Node
from consortium.projects.models import Project


class MonthlyLog(Identified, Versioned, OwnedByFirm, Base):
    """What a firm did and spent in a project in one month; `month` is its first day."""

    __tablename__ = "monthly_log"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id", "month"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    month: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Line(20), default="open")
    #: What is said about a month follows it: it is open to the firm, and to those who see all.
    kept_to_id: Mapped[int] = synonym("organisation_id")
    project: Mapped[Project] = relationship()
    efforts: Mapped[list["LoggedEffort"]] = relationship(
        back_populates="log", order_by="LoggedEffort.id", cascade="all, delete-orphan"
    )
    spending: Mapped[list["LoggedSpending"]] = relationship(
        back_populates="log", order_by="LoggedSpending.id", cascade="all, delete-orphan"
    )

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
    """Yuan that a firm spent under one head and from one source in the month."""

    __tablename__ = "logged_spending"
    __table_args__ = (UniqueConstraint("log_id", "category", "source"), CheckConstraint("amount >= 0", "amount"))

    log_id: Mapped[int] = mapped_column(ForeignKey("monthly_log.id"), index=True)
    category: Mapped[CostCategory] = mapped_column(Choice(CostCategory))
    source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    amount: Mapped[Decimal] = mapped_column(Money)
    log: Mapped[MonthlyLog] = relationship(back_populates="spending")
