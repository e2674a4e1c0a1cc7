"""Consortia and alliances: the table, its members, bodies and invitations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship, synonym

from consortium.core import clock
from consortium.core.access import Role
from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned, OwnedByFirm, Walled
from consortium.core.terms import BodyKind, ConsortiumKind, CoreArea, MemberRole
from consortium.core.types import Choice, Digest, Line, Moment, Money, Text

#: Stages from which on an authority knows of a consortium.
FILED = ("filed", "operating", "suspended", "closing", "closed")


class Consortium(Identified, Versioned, Walled, Base):
    """An innovation consortium or a strategic alliance."""

    __tablename__ = "consortium"
    __table_args__ = (UniqueConstraint("source", "external_id"), Index("ix_consortium_overseen", "stage", "province"))

    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[ConsortiumKind] = mapped_column(Choice(ConsortiumKind))
    name_zh: Mapped[str] = mapped_column(Line(200), default="")
    name_en: Mapped[str] = mapped_column(Line(300), default="")
    purpose_zh: Mapped[str] = mapped_column(Text, default="")
    purpose_en: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[str] = mapped_column(String(20), default="draft")
    stage_before: Mapped[str] = mapped_column(String(20), default="")
    region: Mapped[str] = mapped_column(String(6), default="")
    province: Mapped[str] = mapped_column(String(2), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    liability_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    filing_number: Mapped[str] = mapped_column(Line(80), default="")
    filed_on: Mapped[date | None]
    source: Mapped[str | None] = mapped_column(String(20))
    external_id: Mapped[str | None] = mapped_column(String(40))
    #: In which currency its amounts are; everything that was not imported is in yuan.
    currency: Mapped[str] = mapped_column(String(3), default="CNY")

    consortium_id = synonym("id")
    areas: Mapped[list["TechnologyArea"]] = relationship(cascade="all, delete-orphan", order_by="TechnologyArea.id")
    memberships: Mapped[list["Membership"]] = relationship(order_by="Membership.id", viewonly=True)
    bodies: Mapped[list["Body"]] = relationship(order_by="Body.id", viewonly=True)
    liability_unit: Mapped[Any] = relationship("Organisation", foreign_keys=[liability_unit_id])
    lead: Mapped[Any] = relationship(
        "Organisation", secondary="membership", viewonly=True, uselist=False,
        primaryjoin="and_(Consortium.id == Membership.consortium_id, Membership.role == 'lead', Membership.left_on.is_(None))",
        secondaryjoin="Organisation.id == Membership.organisation_id",
    )  # fmt: skip
    #: How many members there are; only filled by lists that ask for it.
    member_count: Mapped[int | None] = query_expression()

    @property
    def is_filed(self) -> bool:
        """Whether an authority knows of it."""
        return self.stage in FILED

    @property
    def area_codes(self) -> list[str]:
        """The codes of its technology areas."""
        return [str(area.area) for area in self.areas]

    @property
    def names_pair(self) -> dict[str, str]:
        """Both names, for papers."""
        return {"zh": self.name_zh, "en": self.name_en}

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.name_zh} {self.name_en} {self.reference}"

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class TechnologyArea(Identified, Owned, Base):
    """One core technology area in which a consortium works."""

    __tablename__ = "technology_area"
    __table_args__ = (UniqueConstraint("consortium_id", "area"),)

    area: Mapped[CoreArea] = mapped_column(Choice(CoreArea), index=True)


class Membership(Identified, Versioned, OwnedByFirm, Base):
    """A firm's part in a consortium, from a day to a day; exactly one active member leads."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_lead", "consortium_id", unique=True,
            sqlite_where=text("role = 'lead' AND left_on IS NULL"), postgresql_where=text("role = 'lead' AND left_on IS NULL"),
        ),
        Index(
            "uq_membership_active", "consortium_id", "organisation_id", unique=True,
            sqlite_where=text("left_on IS NULL"), postgresql_where=text("left_on IS NULL"),
        ),
    )  # fmt: skip

    role: Mapped[MemberRole] = mapped_column(Choice(MemberRole))
    tasks_zh: Mapped[str] = mapped_column(Text, default="")
    tasks_en: Mapped[str] = mapped_column(Text, default="")
    contribution: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.organisation_id}"


class Body(Identified, Versioned, Owned, Base):
    """A body of a consortium: council, expert committee, secretariat, supervisors."""

    __tablename__ = "body"

    kind: Mapped[BodyKind] = mapped_column(Choice(BodyKind))
    name_zh: Mapped[str] = mapped_column(Line(120), default="")
    name_en: Mapped[str] = mapped_column(Line(120), default="")
    seats: Mapped[list["BodySeat"]] = relationship(
        back_populates="body", order_by="BodySeat.id", cascade="all, delete-orphan"
    )

    @property
    def title(self) -> str:
        """How events name it."""
        return self.name_zh or self.name_en or str(self.kind)


class BodySeat(Identified, OwnedByFirm, Base):
    """A member's seat in a body, and who fills it."""

    __tablename__ = "body_seat"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    person: Mapped[str] = mapped_column(Line(120))
    post: Mapped[str] = mapped_column(Line(120), default="")
    full_time: Mapped[bool] = mapped_column(default=False)
    body: Mapped[Body] = relationship(back_populates="seats")


class Invitation(Identified, Versioned, Owned, Base):
    """An offer to a person to take a seat, for an organisation that may not be registered yet; its link works once."""

    __tablename__ = "invitation"

    email: Mapped[str] = mapped_column(Line(254))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str] = mapped_column(Line(200), default="")
    member_role: Mapped[MemberRole | None] = mapped_column(Choice(MemberRole))
    role: Mapped[Role] = mapped_column(Choice(Role))
    message: Mapped[str] = mapped_column(Text, default="")
    secret_digest: Mapped[str] = mapped_column(Digest)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    invited_by: Mapped[Any] = relationship("User", foreign_keys=[invited_by_id])
    organisation: Mapped[Any] = relationship("Organisation", foreign_keys=[organisation_id])

    @property
    def state(self) -> str:
        """Whether the link can still be used: `open`, `accepted`, `withdrawn` or `expired`."""
        if self.accepted_at is not None:
            return "accepted"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "open" if clock.now() < self.expires_at else "expired"

    @property
    def title(self) -> str:
        """How events name it."""
        return self.email
