"""Enterprises, universities, institutes, authorities: the directory that all share."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.core.db import Base, Identified, Versioned
from consortium.core.identifiers import Scheme
from consortium.core.terms import OrganisationKind, Ownership, Tier
from consortium.core.types import Choice, Line


class Organisation(Identified, Versioned, Base):
    """One legal person, known by one code of one scheme."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("scheme", "code"), Index("ix_organisation_province", "province"))

    kind: Mapped[OrganisationKind] = mapped_column(Choice(OrganisationKind))
    scheme: Mapped[Scheme] = mapped_column(Choice(Scheme))
    code: Mapped[str] = mapped_column(Line(60))
    name_zh: Mapped[str] = mapped_column(Line(200), default="", index=True)
    name_en: Mapped[str] = mapped_column(Line(300), default="", index=True)
    short: Mapped[str] = mapped_column(Line(40), default="")
    country: Mapped[str] = mapped_column(String(2), default="CN")
    region: Mapped[str] = mapped_column(String(6), default="")
    province: Mapped[str] = mapped_column(String(2), default="")
    industry: Mapped[str] = mapped_column(String(5), default="")
    ownership: Mapped[Ownership | None] = mapped_column(Choice(Ownership))
    founded_on: Mapped[date | None]
    domicile: Mapped[str] = mapped_column(Line(300), default="")
    representative: Mapped[str] = mapped_column(Line(120), default="")
    website: Mapped[str] = mapped_column(Line(300), default="")

    names: Mapped[list["FormerName"]] = relationship(back_populates="organisation", order_by="FormerName.until")
    titles: Mapped[list["Title"]] = relationship(back_populates="organisation", order_by="Title.valid_from.desc()")

    @property
    def organisation_id(self) -> int:
        """An organisation answers for itself."""
        return self.id

    @property
    def names_pair(self) -> dict[str, str]:
        """Both names, for papers."""
        return {"zh": self.name_zh, "en": self.name_en}

    @property
    def searchable(self) -> str:
        """What the search finds it by."""
        return f"{self.name_zh} {self.name_en} {self.short} {self.code}"

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class FormerName(Identified, Base):
    """A name that an organisation bore until a day."""

    __tablename__ = "former_name"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name_zh: Mapped[str] = mapped_column(Line(200), default="")
    name_en: Mapped[str] = mapped_column(Line(300), default="")
    until: Mapped[date]
    organisation: Mapped[Organisation] = relationship(back_populates="names")


class Title(Identified, Versioned, Base):
    """A title of the tiers that an organisation holds, as an authority published it."""

    __tablename__ = "title"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    tier: Mapped[Tier] = mapped_column(Choice(Tier))
    batch: Mapped[str] = mapped_column(Line(60), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(Line(300), default="")
    #: Whether the organisation itself said so, and nobody has looked it up in the list of the authority.
    is_own_word: Mapped[bool] = mapped_column(default=True)
    organisation: Mapped[Organisation] = relationship(back_populates="titles")
