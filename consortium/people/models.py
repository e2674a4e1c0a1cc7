"""People: accounts, seats at tables, remits of officers."""

from datetime import datetime
from typing import Any

from flask_security.core import UserMixin, WebAuthnMixin
from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.access import Role
from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.core.types import Choice, Json, Line, Moment


class User(Identified, Versioned, UserMixin, Base):
    """A person with an account; what he may do follows from his seats and remits."""

    __tablename__ = "user"
    HOUSEKEEPING = frozenset({"version", "fs_uniquifier", "seen_at", "tf_primary_method", "tf_totp_secret", "mf_recovery_codes", "password",
                              "fs_webauthn_user_handle", "locale", "theme"})  # fmt: skip

    email: Mapped[str] = mapped_column(Line(254), unique=True)
    name: Mapped[str] = mapped_column(Line(120))
    post: Mapped[str] = mapped_column(Line(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    locale: Mapped[str] = mapped_column(String(10), default="")
    theme: Mapped[str] = mapped_column(String(10), default="")
    is_administrator: Mapped[bool] = mapped_column(Boolean, default=False)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: The organisation that the person asks to belong to, until its people or the administrator have decided.
    asked_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(Json)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)

    organisation: Mapped[Any] = relationship("Organisation", foreign_keys=[organisation_id])
    asked_organisation: Mapped[Any] = relationship("Organisation", foreign_keys=[asked_organisation_id])
    seats: Mapped[list["Seat"]] = relationship(back_populates="user", foreign_keys="Seat.user_id")
    remits: Mapped[list["Remit"]] = relationship(back_populates="user")
    webauthn: Mapped[list["Passkey"]] = relationship(back_populates="user", cascade="all, delete-orphan")

    #: The sign-in library asks for it when a second factor is set up; codes are not sent to telephones here.
    tf_phone_number = None

    @property
    def roles(self) -> list[Any]:
        """The sign-in library asks for roles of its own; this platform's roles are seats (`core.access`)."""
        return []

    def __str__(self) -> str:
        return self.name


class Passkey(Identified, WebAuthnMixin, Base):
    """A passkey that a person has registered."""

    __tablename__ = "passkey"
    HOUSEKEEPING = frozenset({"sign_count", "lastuse_datetime", "backup_state"})

    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer, default=0)
    transports: Mapped[list[Any] | None] = mapped_column(Json)
    backup_state: Mapped[bool] = mapped_column(Boolean)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(Moment)
    lastuse_datetime: Mapped[datetime] = mapped_column(Moment)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How the sign-in library finds the person of a passkey."""
        return {"id": self.user_id}


class Seat(Identified, Owned, Base):
    """A person's place at the table of one consortium, for one organisation, in one role."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("user_id", "consortium_id", "organisation_id", "role"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(Choice(Role))

    user: Mapped[User] = relationship(back_populates="seats", foreign_keys=[user_id])
    organisation: Mapped[Any] = relationship("Organisation", foreign_keys=[organisation_id], viewonly=True)


class Remit(Identified, Base):
    """What an officer of an authority oversees: filed consortia of `regions` (two digits; none: all) and `areas` (none: all)."""

    __tablename__ = "remit"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    regions: Mapped[list[str]] = mapped_column(Json, default=list)
    areas: Mapped[list[str]] = mapped_column(Json, default=list)

    user: Mapped[User] = relationship(back_populates="remits")
    organisation: Mapped[Any] = relationship("Organisation", viewonly=True)

    def covers(self, consortium: Any) -> bool:
        """Whether a consortium is filed and inside the remit."""
        return (
            consortium.is_filed
            and (not self.regions or consortium.province in self.regions)
            and (not self.areas or bool(set(self.areas) & set(consortium.area_codes)))
        )
