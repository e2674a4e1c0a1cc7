"""Moves of planned money within a project: from where to where, how much, why, and by what right."""

from decimal import Decimal
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from consortium.baselines.models import ChangeRequest
from consortium.core.db import Base, Identified
from consortium.core.scope import OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Money, Text
from consortium.core.words import Lazy
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.models import Project


class Moved(StrEnum):
    """By what right money was moved."""

    WITHIN_LIMITS = auto()
    FREE_PLAN = auto()
    REQUESTED = auto()


define(
    {
        Moved.WITHIN_LIMITS: ("限额内调剂", "Moved within limits"),
        Moved.FREE_PLAN: ("计划批准前调整", "Moved before the plan was approved"),
        Moved.REQUESTED: ("已提出变更申请", "Asked for by a change request"),
    }
)


class BudgetMove(Identified, OwnedByFirm, Base):
    """Planned money of a firm that was moved, or (`request`) is to be moved, in yuan; years are 0 where money is not split by them."""

    __tablename__ = "budget_move"
    __table_args__ = (CheckConstraint("amount > 0", "amount"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    how: Mapped[Moved] = mapped_column(Choice(Moved))
    node_number: Mapped[str] = mapped_column(Line(20))
    category: Mapped[CostCategory] = mapped_column(Choice(CostCategory))
    source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    year: Mapped[int] = mapped_column(Integer)
    to_node_number: Mapped[str] = mapped_column(Line(20))
    to_category: Mapped[CostCategory] = mapped_column(Choice(CostCategory))
    to_source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    to_year: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Decimal] = mapped_column(Money)
    reason: Mapped[str] = mapped_column(Text)
    moved_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"), index=True)

    kept_to_id: Mapped[int] = synonym("organisation_id")
    if TYPE_CHECKING:
        beyond: Lazy | None
    else:
        #: Why it takes a decision, for who has just asked for it; nothing that is stored.
        beyond = None
    project: Mapped[Project] = relationship()
    moved_by: Mapped[Any] = relationship("User", foreign_keys=[moved_by_id])
    request: Mapped[ChangeRequest | None] = relationship()

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.organisation_id}"
