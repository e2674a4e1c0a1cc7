"""Imports of plans: the file, what it changed, and the plan as it stood before."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consortium.baselines.models import ChangeRequest
from consortium.core.db import Base, Identified, Versioned
from consortium.core.scope import Owned
from consortium.core.types import Digest, Json, Line, Moment
from consortium.projects.models import Project


class PlanImport(Identified, Versioned, Owned, Base):
    """A file that brings a plan: `previewed`, then `imported` (by way of `proposed`, where the plan is approved), and perhaps `undone`.

    What its change request asks for was decided on elsewhere, and the import follows: a request that is not approved leaves it `previewed`.

    While a job works on a large one it is `importing` or `undoing`; what is refused is `previewed` or `imported` again.

    `counts` says of each list how many rows were added, changed and removed; `before` are the rows as they were, and `after_digest`
    names the plan as the import left it. `request` is the proposal of the import, or, once that was imported, the last one to undo it.
    """

    __tablename__ = "plan_import"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    name: Mapped[str] = mapped_column(Line(200))
    sha256: Mapped[str] = mapped_column(Digest)
    key: Mapped[str] = mapped_column(Line(200))
    state: Mapped[str] = mapped_column(Line(20), default="previewed")
    counts: Mapped[Any] = mapped_column(Json)
    before: Mapped[Any | None] = mapped_column(Json)
    after_digest: Mapped[str | None] = mapped_column(Digest)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    imported_at: Mapped[datetime | None] = mapped_column(Moment)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"))
    project: Mapped[Project] = relationship()
    imported_by: Mapped[Any] = relationship("User", foreign_keys=[imported_by_id])
    request: Mapped[ChangeRequest | None] = relationship()

    @property
    def title(self) -> str:
        """How events and lists name it."""
        return self.name
