"""What stands over a project and makes its light red: open risks in the high band. They lie above, so who keeps them registers what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from consortium.core.db import db
from consortium.projects.models import Project

#: `counted(on)` selects `project_id` and `dangers`, how many stood over each project at the end of a day; projects without any may be left out.
Counted = Callable[[date], Select[Any]]
_counted: Counted | None = None


def counts_dangers(answer: Counted) -> Counted:
    """Register who knows what stands over projects (`risks` does)."""
    global _counted
    _counted = answer
    return answer


def over(project_ids: Iterable[int] | None, on: date) -> dict[int, int]:
    """How many dangers stood over each of some projects (None: of all) at the end of a day, in one query; projects without any are left out."""
    ids = None if project_ids is None else sorted(set(project_ids))
    if _counted is None or ids == []:
        return {}
    found = _counted(on).subquery()
    asked = select(found.c.project_id, found.c.dangers).where(found.c.dangers > 0)
    if ids is not None:
        asked = asked.where(found.c.project_id.in_(ids))
    return {row[0]: int(row[1]) for row in db.session.execute(asked, execution_options={"whole": ids is None})}


def over_project(on: date) -> ColumnElement[int]:
    """The same of each row of a query of projects."""
    if _counted is None:
        return literal(0)
    found = _counted(on).subquery()
    asked = select(found.c.dangers).where(found.c.project_id == Project.id).correlate(Project).scalar_subquery()
    return func.coalesce(asked, 0)
