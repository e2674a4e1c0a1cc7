"""The projects of a consortium as plain values, for its papers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consortium.agreements.facts import iso, lists_projects, pair, word, yuan
from consortium.core.db import db
from consortium.projects.models import Project
from consortium.projects.standings import counted


def of_consortium(consortium_id: int) -> list[Project]:
    """All projects of a consortium that count, in the order of their references."""
    query = select(Project).where(Project.consortium_id == consortium_id, counted()).options(joinedload(Project.lead))
    return list(db.session.scalars(query.order_by(Project.reference)))


def project(row: Project) -> dict[str, Any]:
    """One project."""
    return {
        "reference": row.reference,
        "title": pair(row.title_zh, row.title_en),
        "area": word(row.area),
        "lead": row.lead.names_pair,
        "starts_on": iso(row.starts_on),
        "ends_on": iso(row.ends_on),
        "budget": yuan(row.budget),
        "trl_start": row.trl_start,
        "trl_target": row.trl_target,
    }


@lists_projects
def rows(consortium_id: int) -> list[dict[str, Any]]:
    """The projects as the agreement lists them."""
    return [project(row) for row in of_consortium(consortium_id)]
