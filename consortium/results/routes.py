"""Pages about results and whose they are, outcomes, background, and what was earned with them."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.core import clock
from consortium.core.access import Action
from consortium.core.errors import NotNow
from consortium.core.terms import choices
from consortium.core.typed import whole
from consortium.core.words import _l
from consortium.discussions.talk import talk
from consortium.documents import archive
from consortium.organisations.forms import chosen
from consortium.projects.forms import ReasonForm
from consortium.projects.models import Project
from consortium.projects.queries import tables_of
from consortium.projects.testimony import earlier
from consortium.results import queries, services, tables
from consortium.results.forms import (
    AnswerForm,
    BackgroundEdit,
    BackgroundNew,
    CriticalForm,
    EffectForm,
    HandForm,
    HoldersForm,
    Kept,
    OutcomeEdit,
    OutcomeForm,
    ResultEdit,
    ResultForm,
    SharesForm,
    ShownForm,
    StepForm,
    held,
    this_year,
)
from consortium.results.models import (
    Background,
    Effect,
    Outcome,
    OutcomeFile,
    OutcomeKind,
    Result,
    ResultFile,
    ResultKind,
    ResultOwner,
)
from consortium.results.portrait import OutcomePortrait, Portrait, ProjectResults, ResultPortrait
from consortium.results.workflow import OUTCOME, RESULT, SHARE
from consortium.web.door import Door
from consortium.web.pages import Entry, address, download, exported, filled, listing, page

bp = Door("results", __name__)
talk(bp, Result, "/results/<id:id>")
talk(bp, Outcome, "/outcomes/<id:id>")

NAVIGATION = (Entry(_l("Results"), "certificate", "results.index", Action.SIGNED_IN, 45, tables=True),)
GETS_POSTS = ("GET", "POST")


def _filters() -> dict[str, Any]:
    return {
        "states": [(name, words[0]) for name, words in RESULT.states.items()], "kinds": choices(ResultKind),
        "answers": [(name, words[0]) for name, words in SHARE.states.items()], "outcome_states": [(name, words[0]) for name, words in OUTCOME.states.items()], "outcome_kinds": choices(OutcomeKind),
    }  # fmt: skip


def _entering(project: Project) -> ProjectResults:
    """The project for who can enter something in it, or the sentence that says why not."""
    portrait = ProjectResults(current_user, project)
    if not portrait.own:
        raise NotNow(_l("Your organisation takes no part in this project, so it has nothing to enter."))
    return portrait


def _only(portrait: ProjectResults) -> dict[str, Any]:
    return {"organisation_id": portrait.own[0].id} if len(portrait.own) == 1 else {}


# Results


@bp.page("/results", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """All results that the reader may see."""
    query = queries.results_narrowed(queries.results(current_user), request.args)
    offered, holders = tables_of(current_user, request.args.get("consortium")), queries.holders(current_user)
    return listing(tables.RESULTS, query, "results/index.html", offered=offered, holders=holders, **_filters())


@bp.page("/projects/<id:id>/results", can=Action.VIEW, of=Project)
def of_project(project: Project) -> ResponseReturnValue:
    """The results of one project, with their owners, what they add up to, and what does not fit together."""
    query = queries.results_narrowed(queries.results(current_user).where(Result.project_id == project.id), request.args)
    portrait = ProjectResults(current_user, project)
    return listing(
        tables.RESULTS_OF_PROJECT, query, "results/of_project.html", project=project, portrait=portrait, **_filters()
    )


@bp.page("/projects/<id:id>/results/new", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def enter(project: Project) -> ResponseReturnValue:
    """Enter a result of the own firm."""
    portrait = _entering(project)
    form = ResultForm(
        portrait.own,
        queries.possible_owners(project),
        queries.deliverables(project),
        queries.background(project),
        data=_only(portrait),
    )
    return filled(form, lambda: services.enter_result(current_user, project, **form.values()), "results/enter.html", address,
                  _l("The result is entered. Its owners are asked to agree to their shares."), project=project, portrait=portrait)  # fmt: skip


@bp.page("/results/<id:id>", can=Action.VIEW, of=Result)
def result(result: Result) -> ResponseReturnValue:
    """One result with its owners."""
    return page(
        "results/result.html",
        result=result,
        portrait=ResultPortrait(current_user, result),
        form=ReasonForm(formdata=None),
    )


@bp.page("/results/<id:id>/edit", can=Action.REPORT, of=Result, methods=GETS_POSTS)
def edit(result: Result) -> ResponseReturnValue:
    """Amend a result."""
    kept = Kept(result, backgrounds=[row.id for row in queries.built_on(result)])
    form = ResultEdit(queries.deliverables(result.project), queries.background(result.project), obj=kept)
    return filled(form, lambda: services.amend_result(current_user, result, **form.values()), "results/edit.html", address,
                  _l("The result is amended."), result=result)  # fmt: skip


@bp.page("/results/<id:id>/critical", can=Action.PLAN, of=Result, methods=GETS_POSTS)
def mark(result: Result) -> ResponseReturnValue:
    """Say whether a result is critical; the level of the project follows."""
    form = CriticalForm(obj=Kept(result, reason=""))
    return filled(form, lambda: services.mark_critical(current_user, result, **form.values()), "results/critical.html", address,
                  _l("The result is amended."), result=result)  # fmt: skip


@bp.page("/results/<id:id>/hand-over", can=Action.PLAN, of=Result, methods=GETS_POSTS)
def hand_over_result(result: Result) -> ResponseReturnValue:
    """Give the lead of a result to another organisation."""
    return _handed(result)


def _handed(thing: Result | Outcome) -> ResponseReturnValue:
    form = HandForm([firm for firm in queries.able_to_lead(thing.project) if firm.id != thing.organisation_id],
                    obj=Kept(thing, organisation_id=None, reason=""))  # fmt: skip
    return filled(form, lambda: services.hand_over(current_user, thing, **form.values()), "results/hand_over.html", address,
                  _l("It is given to the other organisation."), thing=thing, back=address(thing))  # fmt: skip


@bp.page("/results/<id:id>/remove", can=Action.REPORT, of=Result, methods=GETS_POSTS)
def remove(result: Result) -> ResponseReturnValue:
    """Take back a result that was entered by mistake."""
    form = ReasonForm()
    return filled(form, lambda: services.remove_result(current_user, result, **form.values()), "results/remove.html",
                  lambda made: url_for("results.of_project", id=made.id), _l("The result is removed."), thing=result, back=address(result))  # fmt: skip


@bp.page("/results/<id:id>/shares", can=Action.REPORT, of=Result, methods=GETS_POSTS)
def shares(result: Result) -> ResponseReturnValue:
    """Propose whose a result is."""
    kept = Kept(result, **{f"share_{owner.organisation_id}": owner.share for owner in result.owners})
    possible = queries.possible_owners(result.project, result.owners)
    for firm in possible:
        kept.beside.setdefault(services.share_cell(firm), None)
    form = SharesForm(possible, obj=kept)
    return filled(form, lambda: services.propose(current_user, result, **form.values()), "results/shares.html", address,
                  _l("The shares are proposed, and their owners are asked."), result=result)  # fmt: skip


@bp.page("/shares/<id:id>/steps/<step>", can=Action.REPORT, of=ResultOwner, methods=("POST",))
def answer(owner: ResultOwner, step: str) -> ResponseReturnValue:
    """Agree to the own firm's share, or dispute it."""
    form = AnswerForm(obj=owner)
    return filled(form, lambda: services.answer(current_user, owner, step, **form.values()), "results/result.html", address,
                  _l("Your organisation's word is recorded."), result=owner.result, portrait=ResultPortrait(current_user, owner.result))  # fmt: skip


@bp.page("/results/<id:id>/files", can=Action.REPORT, of=Result, methods=GETS_POSTS)
def add_files(result: Result) -> ResponseReturnValue:
    """Add files that show a result."""
    form = ShownForm(earlier(result.project_id, result.organisation_id))
    return filled(form, lambda: services.add_files(current_user, result, **form.values()), "results/files.html", address,
                  _l("The files are added."), thing=result, back=address(result))  # fmt: skip


@bp.page("/result-files/<id:id>", can=Action.EVIDENCE, of=ResultFile)
def file(file: ResultFile) -> ResponseReturnValue:
    """A file of a result, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")


# Outcomes


@bp.page("/outcomes", can=Action.SIGNED_IN)
def outcomes() -> ResponseReturnValue:
    """All outcomes that the reader may see."""
    query = queries.outcomes_narrowed(queries.outcomes(current_user), request.args, clock.today())
    offered, holders = tables_of(current_user, request.args.get("consortium")), queries.holders(current_user)
    return listing(tables.OUTCOMES, query, "results/outcomes.html", offered=offered, holders=holders, **_filters())


@bp.page("/projects/<id:id>/outcomes", can=Action.VIEW, of=Project)
def outcomes_of_project(project: Project) -> ResponseReturnValue:
    """The outcomes of one project."""
    query = queries.outcomes_narrowed(
        queries.outcomes(current_user).where(Outcome.project_id == project.id), request.args, clock.today()
    )
    portrait = ProjectResults(current_user, project)
    return listing(
        tables.OUTCOMES_OF_PROJECT,
        query,
        "results/outcomes_of_project.html",
        project=project,
        portrait=portrait,
        **_filters(),
    )


@bp.page("/projects/<id:id>/outcomes/new", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def enter_outcome(project: Project) -> ResponseReturnValue:
    """Enter an outcome of the kind that the address names; without one, choose it."""
    portrait, kind = _entering(project), chosen(OutcomeKind, request.args.get("kind", ""))
    if kind is None:
        return page(
            "results/kinds.html", 200 if request.method == "GET" else 422, project=project, kinds=choices(OutcomeKind)
        )
    data = {**_only(portrait), "result_id": whole(request.args.get("result"))}
    form = OutcomeForm(kind, portrait.own, queries.possible_owners(project), queries.named(project), data=data)
    return filled(form, lambda: services.enter_outcome(current_user, project, **form.values()), "results/enter_outcome.html", address,
                  _l("The outcome is on the register."), project=project, portrait=portrait, kind=kind)  # fmt: skip


@bp.page("/outcomes/<id:id>", can=Action.VIEW, of=Outcome)
def outcome(outcome: Outcome) -> ResponseReturnValue:
    """One outcome with its holders."""
    return page("results/outcome.html", outcome=outcome, portrait=OutcomePortrait(current_user, outcome))


@bp.page("/outcomes/<id:id>/edit", can=Action.REPORT, of=Outcome, methods=GETS_POSTS)
def edit_outcome(outcome: Outcome) -> ResponseReturnValue:
    """Amend an outcome."""
    form = OutcomeEdit(kind=outcome.kind, possible=(possible := queries.possible_owners(outcome.project, outcome.owners)),
                       results=queries.named(outcome.project), obj=held(outcome, possible))  # fmt: skip
    return filled(form, lambda: services.amend_outcome(current_user, outcome, **form.values()), "results/edit_outcome.html", address,
                  _l("The outcome is amended."), outcome=outcome)  # fmt: skip


@bp.page("/outcomes/<id:id>/holders", can=Action.PLAN, of=Outcome, methods=GETS_POSTS)
def hold_anew(outcome: Outcome) -> ResponseReturnValue:
    """Correct whose an outcome is."""
    form = HoldersForm(
        possible := queries.possible_owners(outcome.project, outcome.owners), obj=held(outcome, possible)
    )
    return filled(form, lambda: services.hold_anew(current_user, outcome, **form.values()), "results/holders.html", address,
                  _l("The outcome is amended."), outcome=outcome)  # fmt: skip


@bp.page("/outcomes/<id:id>/hand-over", can=Action.PLAN, of=Outcome, methods=GETS_POSTS)
def hand_over_outcome(outcome: Outcome) -> ResponseReturnValue:
    """Give the care for an outcome to another organisation."""
    return _handed(outcome)


@bp.page("/outcomes/<id:id>/steps/<step>", can=Action.REPORT, of=Outcome, methods=GETS_POSTS)
def move_outcome(outcome: Outcome, step: str) -> ResponseReturnValue:
    """Note that an outcome was granted, refused or ended."""
    found, form = OUTCOME.step(step), StepForm(obj=outcome)
    return filled(form, lambda: services.move_outcome(current_user, outcome, step, **form.values()), "results/step.html", address,
                  _l("It is noted."), outcome=outcome, step=found, portrait=OutcomePortrait(current_user, outcome))  # fmt: skip


@bp.page("/outcomes/<id:id>/remove", can=Action.REPORT, of=Outcome, methods=GETS_POSTS)
def remove_outcome(outcome: Outcome) -> ResponseReturnValue:
    """Take an outcome that was entered by mistake off the register."""
    return _removed(outcome)


@bp.page("/outcomes/<id:id>/take-off", can=Action.PLAN, of=Outcome, methods=GETS_POSTS)
def take_off(outcome: Outcome) -> ResponseReturnValue:
    """The same for who plans the project, also where others are named as holders."""
    return _removed(outcome)


def _removed(outcome: Outcome) -> ResponseReturnValue:
    form = ReasonForm()
    return filled(form, lambda: services.remove_outcome(current_user, outcome, **form.values()), "results/remove.html",
                  lambda made: url_for("results.outcomes_of_project", id=made.id), _l("The outcome is removed."), thing=outcome, back=address(outcome))  # fmt: skip


@bp.page("/outcomes/<id:id>/files", can=Action.REPORT, of=Outcome, methods=GETS_POSTS)
def add_outcome_files(outcome: Outcome) -> ResponseReturnValue:
    """Add files that show an outcome."""
    form = ShownForm(earlier(outcome.project_id, outcome.organisation_id))
    return filled(form, lambda: services.add_outcome_files(current_user, outcome, **form.values()), "results/files.html", address,
                  _l("The files are added."), thing=outcome, back=address(outcome))  # fmt: skip


@bp.page("/outcome-files/<id:id>", can=Action.EVIDENCE, of=OutcomeFile)
def outcome_file(file: OutcomeFile) -> ResponseReturnValue:
    """A file of an outcome, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")


# Background


@bp.page("/projects/<id:id>/background", can=Action.VIEW, of=Project)
def background_of_project(project: Project) -> ResponseReturnValue:
    """What the members bring into a project, each with its limits."""
    rows = queries.background(project)
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        return exported(tables.BACKGROUND, rows, wanted)
    return page(
        "results/background_of_project.html",
        project=project,
        rows=rows,
        table=tables.BACKGROUND,
        portrait=ProjectResults(current_user, project),
    )


@bp.page("/projects/<id:id>/background/new", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def declare(project: Project) -> ResponseReturnValue:
    """Put background on the list, or say that it is kept out."""
    portrait = _entering(project)
    form = BackgroundNew(portrait.own, data=_only(portrait))
    return filled(form, lambda: services.declare(current_user, project, **form.values()), "results/declare.html", address,
                  _l("It is on the list."), project=project, portrait=portrait)  # fmt: skip


@bp.page("/background/<id:id>", can=Action.VIEW, of=Background)
def background(background: Background) -> ResponseReturnValue:
    """One piece of background."""
    return page("results/background.html", background=background, portrait=Portrait(current_user, background))


@bp.page("/background/<id:id>/edit", can=Action.REPORT, of=Background, methods=GETS_POSTS)
def redeclare(background: Background) -> ResponseReturnValue:
    """Change what is declared of background."""
    form = BackgroundEdit(obj=background)
    return filled(form, lambda: services.redeclare(current_user, background, **form.values()), "results/redeclare.html", address,
                  _l("The background is amended."), background=background)  # fmt: skip


@bp.page("/background/<id:id>/remove", can=Action.REPORT, of=Background, methods=GETS_POSTS)
def withdraw(background: Background) -> ResponseReturnValue:
    """Take background off the list."""
    form = ReasonForm()
    return filled(form, lambda: services.withdraw(current_user, background, **form.values()), "results/remove.html",
                  lambda made: url_for("results.background_of_project", id=made.id), _l("The background is off the list."), thing=background, back=address(background))  # fmt: skip


# What was earned


@bp.page("/projects/<id:id>/effects", can=Action.VIEW, of=Project)
def effects(project: Project) -> ResponseReturnValue:
    """What the own firm earned with the results, and for those who see all what each firm did."""
    rows = queries.effects(current_user, project)
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        return exported(tables.EFFECTS, rows, wanted)
    return page(
        "results/effects.html",
        project=project,
        rows=rows,
        table=tables.EFFECTS,
        portrait=ProjectResults(current_user, project),
    )


@bp.page("/projects/<id:id>/effects/new", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def keep_effect(project: Project) -> ResponseReturnValue:
    """Tell what the own firm earned in a year; what was told of it before is there to be changed."""
    portrait, year = _entering(project), whole(request.args.get("year")) or this_year()
    kept: Effect | None = queries.effect_of(project, portrait.own[0].id, year) if len(portrait.own) == 1 else None
    data = {"year": year, **_only(portrait)} | (
        {name: getattr(kept, name) for name in ("sales", "profit", "tax", "export", "import_replaced", "proof")}
        if kept
        else {}
    )
    form = EffectForm(portrait.own, data=data)
    return filled(form, lambda: services.keep_effect(current_user, project, **form.values()), "results/keep_effect.html",
                  lambda made: url_for("results.effects", id=made.project_id), _l("The year is kept."), project=project, portrait=portrait)  # fmt: skip
