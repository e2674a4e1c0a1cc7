"""The statement of a member as a paper, open to its firm and to those who see all: asking for it, and what `flask paper statement` prints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from consortium.activity.papers import address, request_paper
from consortium.agreements.tables import LANGUAGES
from consortium.claims import facts
from consortium.claims.statement import Statement
from consortium.consortia.queries import next_reference
from consortium.core.access import Action, Actor, allowed, at_table, require, stake, within
from consortium.core.db import db
from consortium.core.errors import Missing, NotNow, Refused
from consortium.core.features import PaperKind
from consortium.core.words import _l
from consortium.documents.models import Paper
from consortium.organisations.models import Organisation
from consortium.projects.models import Project

MOST_SHOWN = 6


def may_ask(actor: Actor, project: Project, firm: Organisation) -> bool:
    """Whether a person can ask for the paper: who may read the statement and sits at the table, since officers only read."""
    seated = any(seat.consortium_id == project.consortium_id and at_table(seat) for seat in actor.seats)
    return seated and allowed(actor, Action.EVIDENCE, stake(project, firm.id))


def check(actor: Actor, project: Project, firm: Organisation) -> None:
    """Raise what stands in the way of asking for the paper."""
    require(actor, Action.EVIDENCE, stake(project, firm.id))
    if not may_ask(actor, project, firm):
        raise NotNow(
            _l(
                "This paper is asked for by those who sit at the table. Once it is made, you find it with the statement."
            )
        )


def ask(actor: Actor, project: Project, firm: Organisation, *, language: str) -> Paper:
    """The statement of a firm as it stands now, as a paper; it is made by a job."""
    check(actor, project, firm)
    if language not in LANGUAGES:
        raise Refused("", language=_l("Choose both languages, Chinese or English."))
    # The reference is public: it says of which project the paper is, and not of which firm.
    suffix = project.reference.removeprefix(f"{project.consortium.reference}-")
    reference = next_reference(project.consortium, Paper, f"{suffix}-S")
    said = facts.paper(
        Statement(project, firm), reference=reference, version="1", language=language, address=address(reference)
    )
    return request_paper(
        actor, kind="statement", reference=reference, subject=project, template=facts.TEMPLATE, facts=said, kept_to=firm,
        title_zh=f"对账单　{firm.name_zh or firm.name_en}"[:300], title_en=f"Statement: {firm.name_en or firm.name_zh}"[:300],
    )  # fmt: skip


def made(actor: Actor, project: Project, firm: Organisation) -> list[Paper]:
    """The latest papers of a firm's statement in a project that a person may see, newest first."""
    query = select(Paper).where(
        Paper.kind == "statement", Paper.subject_kind == "project", Paper.subject_id == project.id, Paper.kept_to_id == firm.id
    )  # fmt: skip
    query = within(actor, query, Paper).options(defer(Paper.facts)).order_by(Paper.id.desc()).limit(MOST_SHOWN)
    return list(db.session.scalars(query))


def facts_for(reference: str) -> tuple[str, dict[str, Any]]:
    """The template and facts of a statement that was asked for; those of `PROJECT/CODE` as it stands now, by the code of its organisation."""
    paper = db.session.scalar(select(Paper).where(Paper.reference == reference, Paper.kind == "statement"))
    if paper is not None:
        return paper.template, paper.facts
    number, _, code = reference.partition("/")
    project = db.session.scalar(select(Project).where(Project.reference == number))
    firm = db.session.scalar(select(Organisation).where(Organisation.code == code))
    if project is None or firm is None:
        raise Missing(
            _l(
                "There is no statement %(reference)s. Name one, or a project and the code of an organisation: PROJECT/CODE.",
                reference=reference,
            )
        )
    said = facts.paper(
        Statement(project, firm), reference=number, version="0", language="both", address=address(number)
    )
    return facts.TEMPLATE, said


PAPERS = (PaperKind("statement", _l("Statement"), "statement", facts_for),)
