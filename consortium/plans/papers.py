"""The Gantt chart of a project as a paper: asking for it, and what `flask paper gantt` prints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from consortium.activity.papers import address, request_paper
from consortium.consortia.queries import next_reference
from consortium.core.db import db
from consortium.core.errors import Missing, NotNow, Refused
from consortium.core.features import PaperKind
from consortium.core.words import _l
from consortium.documents.models import Paper
from consortium.plans import facts, queries
from consortium.projects.models import Project

LANGUAGES = ("both", "zh", "en")


def draw(actor: Any, project: Project, *, size: str, language: str) -> Paper:
    """The Gantt chart as it stands now, on sheets of a size; it is made by a job."""
    if size not in facts.FORMATS:
        raise Refused("", size=_l("Choose A3 or A4."))
    if language not in LANGUAGES:
        raise Refused("", language=_l("Choose both languages, Chinese or English."))
    if not queries.nodes(project):
        raise NotNow(_l("The plan is empty, so there is nothing to draw."))
    suffix = project.reference.removeprefix(f"{project.consortium.reference}-")
    reference = next_reference(project.consortium, Paper, f"{suffix}-G")
    said = facts.paper(
        project, reference=reference, version="1", size=size, language=language, address=address(reference)
    )
    return request_paper(
        actor, kind="gantt", reference=reference, subject=project, template=facts.TEMPLATE, facts=said,
        title_zh=f"甘特图　{project.title_zh or project.title_en}"[:300], title_en=f"Gantt chart: {project.title_en or project.title_zh}"[:300],
    )  # fmt: skip


def facts_for(reference: str) -> tuple[str, dict[str, Any]]:
    """The template and facts of a chart that was drawn, or of a project's as it stands now."""
    paper = db.session.scalar(select(Paper).where(Paper.reference == reference, Paper.kind == "gantt"))
    if paper is not None:
        return paper.template, paper.facts
    project = db.session.scalar(select(Project).where(Project.reference == reference))
    if project is None:
        raise Missing(_l("There is no Gantt chart and no project %(reference)s.", reference=reference))
    said = facts.paper(
        project, reference=reference, version="0", size="A3", language="both", address=address(reference)
    )
    return facts.TEMPLATE, said


PAPERS = (PaperKind("gantt", _l("Gantt chart"), "gantt", facts_for),)
