"""The plan of a project: a tree of nodes, the work and money of each firm in them, and what waits for what."""

from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned, OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Money, Months, Text
from consortium.projects.models import Project


class Profile(StrEnum):
    """How the levels of the tree are called (domain.md 4.1)."""

    CHINESE = auto()
    EUROPEAN = auto()


class LinkKind(StrEnum):
    """Which end of a node waits for which end of the one before it."""

    FINISH_START = "fs"
    START_START = "ss"
    FINISH_FINISH = "ff"
    START_FINISH = "sf"


class CostCategory(StrEnum):
    """Heads of R&D money of all profiles: after 国办发〔2021〕32号, and of Horizon Europe (A to D; indirect costs, E, are the same head in both).

    Which of them a project has says its money profile (`money_rules`).
    """

    EQUIPMENT = auto()
    OPERATING = auto()
    LABOUR = auto()
    INDIRECT = auto()
    PERSONNEL = auto()
    SUBCONTRACTING = auto()
    TRAVEL = auto()
    PURCHASED_EQUIPMENT = auto()
    OTHER_PURCHASES = auto()
    OTHER_COSTS = auto()


class MoneySource(StrEnum):
    """Where money comes from (domain.md 4.3)."""

    CENTRAL = auto()
    LOCAL = auto()
    OWN = auto()
    LOAN = auto()
    CAPITAL = auto()
    INTERNATIONAL = auto()
    OTHER = auto()


define(
    {
        Profile.CHINESE: ("项目、课题、任务", "Project, sub-project, task (Chinese practice)"),
        Profile.EUROPEAN: ("项目、工作包、任务（欧盟）", "Project, work package, task (European practice)"),
    }
)
define({
    LinkKind.FINISH_START: ("完成—开始", "Finish to start"), LinkKind.START_START: ("开始—开始", "Start to start"),
    LinkKind.FINISH_FINISH: ("完成—完成", "Finish to finish"), LinkKind.START_FINISH: ("开始—完成", "Start to finish"),
})  # fmt: skip
define({
    CostCategory.EQUIPMENT: ("设备费", "Equipment"), CostCategory.OPERATING: ("业务费", "Operating costs"),
    CostCategory.LABOUR: ("劳务费", "Labour"), CostCategory.INDIRECT: ("间接费用", "Indirect costs"),
    CostCategory.PERSONNEL: ("人员费", "Personnel"), CostCategory.SUBCONTRACTING: ("分包费", "Subcontracting"),
    CostCategory.TRAVEL: ("差旅与生活补助", "Travel and subsistence"), CostCategory.PURCHASED_EQUIPMENT: ("设备采购", "Purchase of equipment"),
    CostCategory.OTHER_PURCHASES: ("其他货物、工程和服务", "Other goods, works and services"), CostCategory.OTHER_COSTS: ("其他费用类别", "Other cost categories"),
})  # fmt: skip
define({
    MoneySource.CENTRAL: ("中央财政", "Central government"), MoneySource.LOCAL: ("地方财政", "Local government"), MoneySource.OWN: ("单位自筹", "Own funds"),
    MoneySource.LOAN: ("银行贷款", "Bank loan"), MoneySource.CAPITAL: ("社会资本", "Private capital"),
    MoneySource.INTERNATIONAL: ("国际资金", "International funds"), MoneySource.OTHER: ("其他", "Other")
})  # fmt: skip


class Plan(Identified, Versioned, Owned, Base):
    """How a project is planned: the names of its levels, the calendar in which its days count, and the heads and rules of its money."""

    __tablename__ = "plan"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    profile: Mapped[Profile] = mapped_column(Choice(Profile), default=Profile.CHINESE)
    calendar: Mapped[str] = mapped_column(Line(40), default="CN")
    money_profile: Mapped[str] = mapped_column(Line(40), default="CN-2021", server_default="CN-2021")
    project: Mapped[Project] = relationship()

    @property
    def title(self) -> str:
        """How events name it."""
        return self.project.title


class Node(Identified, Versioned, OwnedByFirm, Base):
    """A sub-project, work package or task; `organisation` leads it. Siblings stand in the order of their numbers."""

    __tablename__ = "plan_node"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("ends_on >= starts_on", "period"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan_node.id"), index=True)
    number: Mapped[str] = mapped_column(Line(20))
    title_zh: Mapped[str] = mapped_column(Line(200), default="")
    title_en: Mapped[str] = mapped_column(Line(300), default="")
    objective: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    project: Mapped[Project] = relationship()
    parent: Mapped["Node | None"] = relationship(remote_side="Node.id", back_populates="children")
    children: Mapped[list["Node"]] = relationship(back_populates="parent")
    efforts: Mapped[list["Effort"]] = relationship(
        back_populates="node", order_by="Effort.id", cascade="all, delete-orphan"
    )
    allocations: Mapped[list["Allocation"]] = relationship(
        back_populates="node", order_by="Allocation.id", cascade="all, delete-orphan"
    )

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


class Effort(Identified, Versioned, OwnedByFirm, Base):
    """A firm that takes part in a node, with its planned person-months (may be none)."""

    __tablename__ = "plan_effort"
    __table_args__ = (UniqueConstraint("node_id", "organisation_id"), CheckConstraint("months >= 0", "months"))

    node_id: Mapped[int] = mapped_column(ForeignKey("plan_node.id"), index=True)
    months: Mapped[Decimal] = mapped_column(Months, default=Decimal("0.00"))
    node: Mapped[Node] = relationship(back_populates="efforts")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.organisation_id}"


class Allocation(Identified, Versioned, OwnedByFirm, Base):
    """Planned money of a firm in a node, under one head, from one source and in one year (0: not split by years), in yuan."""

    __tablename__ = "plan_allocation"
    __table_args__ = (
        UniqueConstraint("node_id", "organisation_id", "category", "source", "year"),
        CheckConstraint("amount >= 0", "amount"),
    )

    node_id: Mapped[int] = mapped_column(ForeignKey("plan_node.id"), index=True)
    category: Mapped[CostCategory] = mapped_column(Choice(CostCategory))
    source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    year: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    amount: Mapped[Decimal] = mapped_column(Money)
    node: Mapped[Node] = relationship(back_populates="allocations")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.organisation_id}"


class Link(Identified, Versioned, Owned, Base):
    """The node `after` waits for the node `before`, with `lag` working days between them (negative: they overlap)."""

    __tablename__ = "plan_link"
    __table_args__ = (
        UniqueConstraint("before_id", "after_id"),
        CheckConstraint("before_id <> after_id", "itself"),
        CheckConstraint("lag BETWEEN -3650 AND 3650", "lag"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    before_id: Mapped[int] = mapped_column(ForeignKey("plan_node.id"), index=True)
    after_id: Mapped[int] = mapped_column(ForeignKey("plan_node.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(Choice(LinkKind), default=LinkKind.FINISH_START)
    lag: Mapped[int] = mapped_column(Integer, default=0)
    project: Mapped[Project] = relationship()
    before: Mapped[Any] = relationship("Node", foreign_keys=[before_id])
    after: Mapped[Any] = relationship("Node", foreign_keys=[after_id])

    @property
    def title(self) -> str:
        """How events name it."""
        return f"{self.before.number} → {self.after.number}"
