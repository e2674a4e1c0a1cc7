"""What is asked for and about imports of plans."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload

from consortium.baselines.models import ChangeRequest
from consortium.core.access import Actor, within
from consortium.core.db import db
from consortium.exchange.models import PlanImport
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.projects.queries import involved, members


def imports(actor: Actor, project: Project) -> Select[tuple[PlanImport]]:
    """The imports into the plan of a project, newest first, without the rows that they keep."""
    query = select(PlanImport).where(PlanImport.project_id == project.id)
    query = query.options(
        defer(PlanImport.before),
        joinedload(PlanImport.imported_by).load_only(User.name),
        joinedload(PlanImport.request),
    )
    return within(actor, query, PlanImport).order_by(PlanImport.id.desc())


def of_request(request: ChangeRequest) -> list[PlanImport]:
    """The imports that a change request was made of, or that it is to undo."""
    return list(db.session.scalars(select(PlanImport).where(PlanImport.request_id == request.id)))


def known_firms(project: Project) -> list[Organisation]:
    """The organisations that a file may name: active members of the consortium, and who takes part in the project."""
    return list({firm.id: firm for firm in (*members(project.consortium_id), *involved(project))}.values())


def by_reference(reference: str) -> Project | None:
    """The project of a reference."""
    return db.session.scalar(select(Project).where(Project.reference == reference))
