"""Pages about risks, issues and actions."""

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
from consortium.outputs.queries import nodes_named
from consortium.projects.forms import ReasonForm
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.risks import queries, services, tables
from consortium.risks.bands import WORDS
from consortium.risks.forms import ActionForm, DoneForm, GiveForm, IssueForm, LookForm, RiskEdit, RiskForm, StateForm
from consortium.risks.models import ActionItem, Issue, Risk, RiskKind
from consortium.risks.portrait import ActionPortrait, IssuePortrait, RegisterPortrait, RiskPortrait
from consortium.risks.workflow import ACTION, ISSUE, RISK
from consortium.web.door import Door
from consortium.web.pages import filled, listing, page

bp = Door("risks", __name__)
talk(bp, Risk, "/risks/<id:id>", mark="R")
talk(bp, Issue, "/issues/<id:id>", mark="I")

GETS_POSTS = ("GET", "POST")


def to_risk(risk: Risk) -> str:
    """The page of a risk."""
    return url_for("risks.risk", id=risk.id)


def to_issue(issue: Issue) -> str:
    """The page of an issue."""
    return url_for("risks.issue", id=issue.id)


def to_action(item: ActionItem) -> str:
    """The page of an action."""
    return url_for("risks.action", id=item.id)


# Risks


@bp.page("/projects/<id:id>/risks", can=Action.VIEW, of=Project)
def register(project: Project) -> ResponseReturnValue:
    """The risks of a project: the matrix and the register."""
    query = queries.narrowed(queries.of_project(current_user, project), request.args, clock.today())
    return listing(tables.RISKS, query, "risks/register.html", project=project, portrait=RegisterPortrait(current_user, project),
                   firms=involved(project), states=RISK.states.items(), kinds=choices(RiskKind),
                   bands=[(name, words) for name, (words, _) in WORDS.items()])  # fmt: skip


@bp.page("/projects/<id:id>/risks/new", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def new(project: Project) -> ResponseReturnValue:
    """Enter a risk."""
    form = RiskForm(**_offered(project), data={"rhythm": "quarter"})
    return filled(form, lambda: services.raise_risk(current_user, project, **form.values()), "risks/new.html", to_risk,
                  _l("The risk is in the register."), project=project)  # fmt: skip


@bp.page("/risks/<id:id>", can=Action.VIEW, of=Risk)
def risk(risk: Risk) -> ResponseReturnValue:
    """One risk with its history."""
    return page("risks/risk.html", risk=risk, portrait=RiskPortrait(current_user, risk), table=tables.STATES)


@bp.page("/risks/<id:id>/edit", can=Action.TRACK, of=Risk, methods=GETS_POSTS)
def edit(risk: Risk) -> ResponseReturnValue:
    """Amend a risk."""
    form = RiskEdit(**_offered(risk.project), obj=risk)
    return filled(form, lambda: services.amend_risk(current_user, risk, **form.values()), "risks/edit.html", to_risk,
                  _l("The risk is amended."), risk=risk)  # fmt: skip


@bp.page("/risks/<id:id>/state", can=Action.TRACK, of=Risk, methods=GETS_POSTS)
def state(risk: Risk) -> ResponseReturnValue:
    """Say how a risk stands in a period."""
    periods = queries.periods(risk.rhythm, queries.last_state(risk).period, clock.today())
    form = StateForm(
        [(period, queries.named(risk.rhythm, period)) for period in periods],
        [(step.name, step.label) for step in RISK.following(risk)], obj=risk, data={"period": periods[0]},
    )  # fmt: skip
    return filled(form, lambda: services.note_state(current_user, risk, **form.values()), "risks/state.html",
                  lambda made: to_risk(made.risk), _l("It is in the register."), risk=risk, portrait=RiskPortrait(current_user, risk))  # fmt: skip


def _offered(project: Project) -> dict[str, Any]:
    """What can be chosen in a form about a risk; refuses who keeps risks for nobody here."""
    firms = _firms(project)
    return {
        "firms": firms, "nodes": nodes_named(project), "milestones": queries.milestones_named(project),
        "people": queries.people_of(project.consortium_id, [firm.id for firm in firms]),
    }  # fmt: skip


def _firms(project: Project) -> list[Any]:
    firms = queries.trackable(current_user, project)
    if not firms:
        raise NotNow(_l("You keep risks and issues for no organisation of this project."))
    return firms


# Issues


@bp.page("/projects/<id:id>/issues", can=Action.VIEW, of=Project)
def issues(project: Project) -> ResponseReturnValue:
    """The issues of a project."""
    query = queries.by_state(queries.issues(current_user, project), Issue, request.args, clock.today())
    return listing(tables.ISSUES, query, "risks/issues.html", project=project, states=ISSUE.states.items(),
                   portrait=RegisterPortrait(current_user, project))  # fmt: skip


@bp.page("/projects/<id:id>/issues/new", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def new_issue(project: Project) -> ResponseReturnValue:
    """Enter an issue, of a risk (`?risk=`) or of none."""
    risks = list(queries.open_risks(current_user, project))
    form = IssueForm(_firms(project), risks, data=_begun(risks))
    return filled(form, lambda: services.raise_issue(current_user, project, **form.values()), "risks/new_issue.html", to_issue,
                  _l("The issue is entered."), project=project)  # fmt: skip


def _begun(risks: list[Risk]) -> dict[str, Any]:
    number = whole(request.args.get("risk"))
    found = next((risk for risk in risks if risk.id == number), None)
    if found is None:
        return {}
    return {"risk_id": found.id, "organisation_id": found.organisation_id, "title_zh": found.title_zh, "title_en": found.title_en}  # fmt: skip


@bp.page("/issues/<id:id>", can=Action.VIEW, of=Issue)
def issue(issue: Issue) -> ResponseReturnValue:
    """One issue."""
    return page("risks/issue.html", form=ReasonForm(formdata=None), issue=issue, portrait=IssuePortrait(current_user, issue))  # fmt: skip


@bp.page("/issues/<id:id>/steps/<step>", can=Action.TRACK, of=Issue, methods=("POST",))
def advance_issue(issue: Issue, step: str) -> ResponseReturnValue:
    """Resolve, close or reopen an issue."""
    form = ReasonForm()
    return filled(form, lambda: services.move_issue(current_user, issue, step, **form.values()), "risks/issue.html", to_issue,
                  _l("Done; the others see it."), issue=issue, portrait=IssuePortrait(current_user, issue))  # fmt: skip


# Actions


@bp.page("/projects/<id:id>/actions", can=Action.VIEW, of=Project)
def actions(project: Project) -> ResponseReturnValue:
    """The actions of a project."""
    query = queries.by_state(queries.actions(current_user, project), ActionItem, request.args, clock.today())
    return listing(tables.ACTIONS, query, "risks/actions.html", project=project, states=ACTION.states.items())


@bp.page("/risks/<id:id>/actions/new", can=Action.TRACK, of=Risk, methods=GETS_POSTS)
def act_on_risk(risk: Risk) -> ResponseReturnValue:
    """Ask for an action about a risk."""
    return _asked(risk)


@bp.page("/issues/<id:id>/actions/new", can=Action.TRACK, of=Issue, methods=GETS_POSTS)
def act_on_issue(issue: Issue) -> ResponseReturnValue:
    """Ask for an action about an issue."""
    return _asked(issue)


def _asked(about: Risk | Issue) -> ResponseReturnValue:
    firms = [firm for firm in involved(about.project) if about.kept_to_id in (None, firm.id)]
    people = queries.people_of(about.consortium_id, [firm.id for firm in firms])
    form = ActionForm(firms, people, data={"organisation_id": about.organisation_id})
    return filled(form, lambda: services.ask_for(current_user, about, **form.values()), "risks/ask.html", to_action,
                  _l("It is asked for; who is to do it is told."), about=about)  # fmt: skip


@bp.page("/actions/<id:id>", can=Action.VIEW, of=ActionItem)
def action(item: ActionItem) -> ResponseReturnValue:
    """One action."""
    return page("risks/action.html", item=item, **_shown(item))


def _shown(item: ActionItem, **sent: Any) -> dict[str, Any]:
    """What the page of an action holds: its forms, of which one may have been sent."""
    forms = {"done": DoneForm, "look": LookForm, "away": ReasonForm}
    blank = {name: form(formdata=None) for name, form in forms.items() if name not in sent}
    return {"portrait": ActionPortrait(current_user, item), **blank, **sent}


@bp.page("/actions/<id:id>/finish", can=Action.REPORT, of=ActionItem, methods=("POST",))
def finish(item: ActionItem) -> ResponseReturnValue:
    """Say that an action is done."""
    form = DoneForm()
    return filled(form, lambda: services.move_action(current_user, item, "finish", **form.values()), "risks/action.html", to_action,
                  _l("It is done; who asked for it checks it."), item=item, **_shown(item, done=form))  # fmt: skip


@bp.page("/actions/<id:id>/check", can=Action.PROPOSE, of=ActionItem, methods=("POST",))
def check(item: ActionItem) -> ResponseReturnValue:
    """Check what was done, or return it."""
    form = LookForm()
    return filled(form, lambda: services.move_action(current_user, item, **form.values()), "risks/action.html", to_action,
                  _l("Your finding is recorded."), item=item, **_shown(item, look=form))  # fmt: skip


@bp.page("/actions/<id:id>/withdraw", can=Action.PROPOSE, of=ActionItem, methods=("POST",))
def withdraw(item: ActionItem) -> ResponseReturnValue:
    """Withdraw what was asked for."""
    form = ReasonForm()
    return filled(form, lambda: services.move_action(current_user, item, "withdraw", **form.values()), "risks/action.html", to_action,
                  _l("It is withdrawn; who was to do it is told."), item=item, **_shown(item, away=form))  # fmt: skip


@bp.page("/actions/<id:id>/give", can=Action.PLAN, of=ActionItem, methods=GETS_POSTS)
def give(item: ActionItem) -> ResponseReturnValue:
    """Let others do an action."""
    firms = [firm for firm in involved(item.project) if item.kept_to_id in (None, firm.id)]
    form = GiveForm(firms, queries.people_of(item.consortium_id, [firm.id for firm in firms]), obj=item)
    return filled(form, lambda: services.give_action(current_user, item, **form.values()), "risks/give.html", to_action,
                  _l("It is theirs to do now; they are told."), item=item)  # fmt: skip
