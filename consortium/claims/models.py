"""Claims of members on a project's money: vouchers of a period with indirect costs, what is asked and found, and what was paid."""

from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import OwnedByFirm
from consortium.core.terms import define
from consortium.core.types import Choice, Line, Money, Text
from consortium.logbook.models import Voucher
from consortium.plans.models import MoneySource
from consortium.projects.models import Filed, Project, Testimony


class PaymentKind(StrEnum):
    """Money that came to the lead from a source, or that was paid out to a member."""

    ARRIVED = auto()
    PAID_OUT = auto()


define({PaymentKind.ARRIVED: ("到账", "Arrived"), PaymentKind.PAID_OUT: ("拨付", "Paid out")})


class Claim(Identified, Versioned, OwnedByFirm, Base):
    """What a firm asks to have accepted of what it spent in the months of a period."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("project_id", "organisation_id", "number"),
        CheckConstraint("ends_on >= starts_on", "period"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(Line(20), default="draft", index=True)
    submitted_on: Mapped[date | None]
    decided_on: Mapped[date | None]

    kept_to_id: Mapped[int] = synonym("organisation_id")
    project: Mapped[Project] = relationship()
    lines: Mapped[list["ClaimLine"]] = relationship(
        back_populates="claim", order_by="ClaimLine.id", cascade="all, delete-orphan"
    )
    shares: Mapped[list["ClaimedIndirect"]] = relationship(
        back_populates="claim", order_by="ClaimedIndirect.id", cascade="all, delete-orphan"
    )
    words: Mapped[list["ClaimWord"]] = relationship(back_populates="claim", order_by="ClaimWord.id")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.number}"

    @property
    def period(self) -> str:
        """Its months."""
        first, last = f"{self.starts_on:%Y-%m}", f"{self.ends_on:%Y-%m}"
        return first if first == last else f"{first} – {last}"


class ClaimLine(Identified, OwnedByFirm, Base):
    """A voucher in a claim; `live` until the claim is rejected. `verdict` is accepted, cut or refused once the claim is accepted."""

    __tablename__ = "claim_line"
    __table_args__ = (
        UniqueConstraint("claim_id", "voucher_id"),
        Index(
            "uq_claim_line_live", "voucher_id", unique=True, sqlite_where=text("live"), postgresql_where=text("live")
        ),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("accepted IS NULL OR (accepted >= 0 AND accepted <= amount)", "accepted"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    live: Mapped[bool] = mapped_column(default=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    accepted: Mapped[Decimal | None] = mapped_column(Money)
    verdict: Mapped[str] = mapped_column(Line(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")

    kept_to_id: Mapped[int] = synonym("organisation_id")
    claim: Mapped[Claim] = relationship(back_populates="lines")
    voucher: Mapped[Voucher] = relationship()


class ClaimedIndirect(Identified, OwnedByFirm, Base):
    """The part of a claim's indirect costs that falls on one source, in yuan."""

    __tablename__ = "claimed_indirect"
    __table_args__ = (
        UniqueConstraint("claim_id", "source"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("accepted IS NULL OR (accepted >= 0 AND accepted <= amount)", "accepted"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    amount: Mapped[Decimal] = mapped_column(Money)
    accepted: Mapped[Decimal | None] = mapped_column(Money)

    kept_to_id: Mapped[int] = synonym("organisation_id")
    claim: Mapped[Claim] = relationship(back_populates="shares")


class ClaimWord(Identified, Versioned, Testimony, OwnedByFirm, Base):
    """What a firm said when it handed a claim in, with its files, and what another organisation's person asked or found."""

    __tablename__ = "claim_word"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    kept_to_id: Mapped[int] = synonym("organisation_id")
    claim: Mapped[Claim] = relationship(back_populates="words")
    files: Mapped[list["ClaimFile"]] = relationship(back_populates="word", order_by="ClaimFile.id")

    @property
    def title(self) -> str:
        """How events name it."""
        return f"#{self.claim_id}"


class ClaimFile(Identified, Filed, OwnedByFirm, Base):
    """A file that a firm handed in with a claim, beside those of its vouchers."""

    __tablename__ = "claim_file"

    word_id: Mapped[int] = mapped_column(ForeignKey("claim_word.id"), index=True)
    kept_to_id: Mapped[int] = synonym("organisation_id")
    word: Mapped[ClaimWord] = relationship(back_populates="files")


class Payment(Identified, OwnedByFirm, Base):
    """Money of a project that arrived (`organisation` is who got it) or was paid out to a member, on a day, from a source, in yuan."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount > 0", "amount"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[PaymentKind] = mapped_column(Choice(PaymentKind))
    paid_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Money)
    source: Mapped[MoneySource] = mapped_column(Choice(MoneySource))
    reference: Mapped[str] = mapped_column(Line(100), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    kept_to_id: Mapped[int] = synonym("organisation_id")
    project: Mapped[Project] = relationship()
    noted_by: Mapped[Any] = relationship("User", foreign_keys=[noted_by_id])

    @property
    def title(self) -> str:
        """How events name it."""
        return self.paid_on.isoformat()
