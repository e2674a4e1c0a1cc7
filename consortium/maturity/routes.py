"""Pages about readiness levels."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.core import clock
from consortium.core.access import Action
from consortium.core.errors import NotNow
from consortium.core.typed import whole
from consortium.core.words import _l
from consortium.discussions.talk import talk
from consortium.documents import archive
from consortium.maturity import queries, services, tables
from consortium.maturity.forms import AssessForm, JudgeForm
from consortium.maturity.models import Assessment, ProofFile
from consortium.maturity.portrait import AssessmentPortrait, LadderPortrait
from consortium.maturity.scale import LEVELS, scale
from consortium.projects.models import Project
from consortium.projects.testimony import earlier
from consortium.results.models import Result
from consortium.web.door import Door
from consortium.web.pages import download, exported, filled, page

bp = Door("maturity", __name__)
talk(bp, Assessment, "/assessments/<id:id>")

GETS_POSTS = ("GET", "POST")


def to_assessment(row: Assessment) -> str:
    """The page of an assessment."""
    return url_for("maturity.assessment", id=row.id)


@bp.page("/projects/<id:id>/readiness", can=Action.VIEW, of=Project)
def readiness(project: Project) -> ResponseReturnValue:
    """The ladder of a project."""
    portrait = LadderPortrait(current_user, project)
    if request.args.get("as") in ("csv", "xlsx"):
        return exported(tables.LADDER, portrait.rows, request.args["as"])
    return page(
        "maturity/readiness.html", project=project, portrait=portrait, table=tables.LADDER, history=tables.HISTORY
    )


@bp.page("/projects/<id:id>/level", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def assess_project(project: Project) -> ResponseReturnValue:
    """Assess a project as a whole; who reports for its lead does."""
    if not queries.may_assess(current_user, project):
        raise NotNow(_l("The organisation that leads the project assesses its level; another one confirms it."))
    return _assess(project, project)


@bp.page("/results/<id:id>/level", can=Action.REPORT, of=Result, methods=GETS_POSTS)
def assess_result(result: Result) -> ResponseReturnValue:
    """Assess a result."""
    return _assess(result, result.project)


def _assess(thing: Any, project: Project) -> ResponseReturnValue:
    """Assess a thing at the level that the address names (`?level=5`), else at the next one."""
    before = queries.level_before(thing)
    asked = whole(request.args.get("level"))
    level = asked if asked is not None and asked in LEVELS else min(before + 1, LEVELS[-1])
    firm = getattr(thing, "lead_id", None) or thing.organisation_id
    form = AssessForm(
        level, queries.needed(before, level), earlier(project.id, firm), data={"assessed_on": clock.today()}
    )
    return filled(form, lambda: services.assess(current_user, thing, **form.values()), "maturity/assess.html", to_assessment,
                  _l("It is assessed. Another organisation confirms it."), thing=thing, project=project, before=before, level=level,
                  scale=scale(), waits=queries.proposed(thing))  # fmt: skip


@bp.page("/assessments/<id:id>", can=Action.VIEW, of=Assessment)
def assessment(row: Assessment) -> ResponseReturnValue:
    """One assessment with its evidence."""
    return page("maturity/assessment.html", form=JudgeForm(row.id, formdata=None), row=row, portrait=AssessmentPortrait(current_user, row))  # fmt: skip


@bp.page("/assessments/<id:id>/judge", can=Action.ACCEPT, of=Assessment, methods=("POST",))
def judge(row: Assessment) -> ResponseReturnValue:
    """Confirm or return what was read."""
    form = JudgeForm(row.id)
    return filled(form, lambda: services.judge(current_user, row, **form.values()), "maturity/assessment.html", to_assessment,
                  _l("Your finding is recorded."), row=row, portrait=AssessmentPortrait(current_user, row))  # fmt: skip


@bp.page("/proofs/<id:id>", can=Action.EVIDENCE, of=ProofFile)
def proof_file(file: ProofFile) -> ResponseReturnValue:
    """A file that proves a level, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")
