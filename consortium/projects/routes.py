"""Pages about projects, milestones and evidence."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import Action
from consortium.core.terms import CoreArea, Light, ProjectKind, choices
from consortium.core.words import _l
from consortium.discussions.talk import talk
from consortium.documents import archive
from consortium.projects import queries, services, tables
from consortium.projects.forms import (
    AcceptForm,
    Finding,
    JoinForm,
    MilestoneEdit,
    MilestoneForm,
    PartForm,
    ProjectEdit,
    ProjectForm,
    ReasonForm,
    ReportForm,
    SlipForm,
    VerifyForm,
)
from consortium.projects.models import Evidence, Milestone, Participant, Project
from consortium.projects.portrait import MilestonePortrait, ProjectPortrait
from consortium.projects.testimony import earlier
from consortium.projects.workflow import MILESTONE, PROJECT
from consortium.web.door import Door
from consortium.web.pages import Entry, download, filled, listing, page

bp = Door("projects", __name__)
talk(bp, Project, "/projects/<id:id>")
talk(bp, Milestone, "/milestones/<id:id>", mark="M")

NAVIGATION = (
    Entry(_l("Projects"), "flask", "projects.index", Action.SIGNED_IN, 30, tables=True),
    Entry(_l("Milestones"), "flag-3", "projects.milestones", Action.SIGNED_IN, 31, tables=True),
)


def to_project(project: Project) -> str:
    """The address of a project."""
    return url_for("projects.show", id=project.id)


def to_milestone(milestone: Milestone) -> str:
    """The address of a milestone."""
    return url_for("projects.milestone", id=milestone.id)


# Projects


@bp.page("/projects", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """All projects that the reader may see."""
    query = queries.narrowed(queries.of(current_user), request.args, clock.today())
    return listing(tables.PROJECTS, query, "projects/index.html", queries=queries, stages=PROJECT.states.items(),
                   areas=choices(CoreArea), kinds=choices(ProjectKind), lights=choices(Light))  # fmt: skip


@bp.page("/consortia/<id:id>/projects/new", can=Action.PLAN, of=Consortium, methods=("GET", "POST"))
def new(consortium: Consortium) -> ResponseReturnValue:
    """Start a project in a consortium."""
    form = ProjectForm(queries.members(consortium.id), starts_on=clock.today())
    return filled(form, lambda: services.start(current_user, consortium, **form.values()), "projects/new.html", to_project,
                  _l("The project stands as a draft. Add participants and milestones, then start the work."), consortium=consortium)  # fmt: skip


@bp.page("/projects/<id:id>", can=Action.VIEW, of=Project)
def show(project: Project) -> ResponseReturnValue:
    """One project."""
    return page(
        "projects/show.html",
        form=ReasonForm(formdata=None),
        project=project,
        portrait=ProjectPortrait(current_user, project),
    )


@bp.page("/projects/<id:id>/edit", can=Action.PLAN, of=Project, methods=("GET", "POST"))
def edit(project: Project) -> ResponseReturnValue:
    """Amend a project."""
    form = ProjectEdit({*queries.members(project.consortium_id), project.lead}, obj=project)
    return filled(form, lambda: services.amend(current_user, project, **form.values()), "projects/edit.html", to_project,
                  _l("The project is amended."), project=project)  # fmt: skip


@bp.page("/projects/<id:id>/steps/<step>", can=Action.PLAN, of=Project, methods=("POST",))
def advance(project: Project, step: str) -> ResponseReturnValue:
    """Take a project one step along its life."""
    form = ReasonForm()
    return filled(form, lambda: services.move(current_user, project, step, **form.values()), "projects/show.html", to_project,
                  _l("Done; the others see it."), project=project, portrait=ProjectPortrait(current_user, project))  # fmt: skip


# Participants


@bp.page("/projects/<id:id>/participants/new", can=Action.PLAN, of=Project, methods=("GET", "POST"))
def join(project: Project) -> ResponseReturnValue:
    """Let a member of the consortium take part."""
    form = JoinForm(queries.outside(project))
    return filled(form, lambda: services.join(current_user, project, **form.values()), "projects/join.html",
                  lambda part: to_project(part.project), _l("The organisation takes part now."), project=project)  # fmt: skip


@bp.page("/participants/<id:id>/edit", can=Action.PLAN, of=Participant, methods=("GET", "POST"))
def part(participant: Participant) -> ResponseReturnValue:
    """Change a participant's task and money."""
    form = PartForm(obj=participant)
    return filled(form, lambda: services.change_part(current_user, participant, **form.values()), "projects/part.html",
                  lambda row: to_project(row.project), _l("The part is changed."), participant=participant, queries=queries)  # fmt: skip


@bp.page("/participants/<id:id>/leave", can=Action.PLAN, of=Participant, methods=("GET", "POST"))
def leave(participant: Participant) -> ResponseReturnValue:
    """Take a participant out."""
    form = ReasonForm()
    return filled(form, lambda: services.leave(current_user, participant, **form.values()), "projects/leave.html", to_project,
                  _l("The organisation takes no part any more."), participant=participant, queries=queries)  # fmt: skip


# Milestones


@bp.page("/milestones", can=Action.SIGNED_IN)
def milestones() -> ResponseReturnValue:
    """All milestones that the reader may see: what is late, what is due soon."""
    query = queries.narrowed_milestones(queries.milestones(current_user), request.args, clock.today())
    return listing(
        tables.MILESTONES, query, "projects/milestones.html", queries=queries, states=MILESTONE.states.items()
    )


@bp.page("/projects/<id:id>/milestones/new", can=Action.PLAN, of=Project, methods=("GET", "POST"))
def plan(project: Project) -> ResponseReturnValue:
    """Plan a milestone."""
    form = MilestoneForm(queries.involved(project))
    return filled(form, lambda: services.plan_milestone(current_user, project, **form.values()), "projects/plan.html",
                  lambda made: to_project(made.project) + "#milestones", _l("The milestone is planned."), project=project)  # fmt: skip


@bp.page("/milestones/<id:id>", can=Action.VIEW, of=Milestone)
def milestone(milestone: Milestone) -> ResponseReturnValue:
    """One milestone with its reports."""
    portrait = MilestonePortrait(current_user, milestone)
    form = (AcceptForm if "accept" in portrait.steps else VerifyForm)(portrait.latest, formdata=None)
    return page("projects/milestone.html", form=form, milestone=milestone, portrait=portrait)


@bp.page("/milestones/<id:id>/edit", can=Action.PLAN, of=Milestone, methods=("GET", "POST"))
def edit_milestone(milestone: Milestone) -> ResponseReturnValue:
    """Amend a milestone."""
    form = MilestoneEdit(queries.involved(milestone.project), obj=milestone)
    return filled(form, lambda: services.amend_milestone(current_user, milestone, **form.values()), "projects/edit_milestone.html",
                  to_milestone, _l("The milestone is amended."), milestone=milestone)  # fmt: skip


@bp.page("/milestones/<id:id>/remove", can=Action.PLAN, of=Milestone, methods=("GET", "POST"))
def remove(milestone: Milestone) -> ResponseReturnValue:
    """Take a milestone out of the plan."""
    form = ReasonForm()
    return filled(form, lambda: services.remove_milestone(current_user, milestone, **form.values()), "projects/remove.html",
                  to_project, _l("The milestone is removed."), milestone=milestone)  # fmt: skip


@bp.page("/milestones/<id:id>/waive", can=Action.PROPOSE, of=Milestone, methods=("GET", "POST"))
def waive(milestone: Milestone) -> ResponseReturnValue:
    """Propose to let a milestone go; who plans the project for all, a member for its own."""
    form = ReasonForm()
    return filled(form, lambda: services.waive(current_user, milestone, **form.values()), "projects/waive.html", to_milestone,
                  _l("The milestone is waived."), milestone=milestone, obstacle=MILESTONE.step("waive").obstacle(current_user, milestone))  # fmt: skip


@bp.page("/milestones/<id:id>/report", can=Action.REPORT, of=Milestone, methods=("GET", "POST"))
def report(milestone: Milestone) -> ResponseReturnValue:
    """Report a milestone with evidence."""
    form = ReportForm(earlier(milestone.project_id, milestone.organisation_id), data={"reached_on": clock.today()})
    portrait = MilestonePortrait(current_user, milestone)
    return filled(form, lambda: services.report(current_user, milestone, **form.values()), "projects/report.html",
                  lambda word: to_milestone(word.milestone), _l("Your report is in. Another organisation verifies it."),
                  milestone=milestone, portrait=portrait)  # fmt: skip


@bp.page("/milestones/<id:id>/verify", can=Action.VERIFY, of=Milestone, methods=("POST",))
def verify(milestone: Milestone) -> ResponseReturnValue:
    """Verify or return the report that was read."""
    return _checked(VerifyForm(MilestonePortrait(current_user, milestone).latest), milestone)


@bp.page("/milestones/<id:id>/accept", can=Action.ACCEPT, of=Milestone, methods=("POST",))
def accept(milestone: Milestone) -> ResponseReturnValue:
    """Accept or return what was verified."""
    return _checked(AcceptForm(MilestonePortrait(current_user, milestone).latest), milestone)


def _checked(form: Finding, milestone: Milestone) -> ResponseReturnValue:
    return filled(form, lambda: services.check(current_user, milestone, **form.values()), "projects/milestone.html", to_milestone,
                  _l("Your finding is recorded."), milestone=milestone, portrait=MilestonePortrait(current_user, milestone))  # fmt: skip


@bp.page("/milestones/<id:id>/slip", can=Action.REPORT, of=Milestone, methods=("GET", "POST"))
def slip(milestone: Milestone) -> ResponseReturnValue:
    """Say why a milestone will be late, or is, and when it is expected."""
    form = SlipForm(obj=milestone)
    return filled(form, lambda: services.slip(current_user, milestone, **form.values()), "projects/slip.html", to_milestone,
                  _l("The others see why, and when it is expected."), milestone=milestone, portrait=MilestonePortrait(current_user, milestone))  # fmt: skip


@bp.page("/evidence/<id:id>", can=Action.READ, of=Evidence)
def evidence(file: Evidence) -> ResponseReturnValue:
    """A file, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")
