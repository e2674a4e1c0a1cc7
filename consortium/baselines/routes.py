"""Pages of baselines, comparisons and change requests."""

from __future__ import annotations

from typing import Any

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.baselines import queries, services, tables, working
from consortium.baselines.forms import DecideForm, DraftForm, FreezeForm, StepForm, TakeOutForm
from consortium.baselines.layout import EVERY
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.baselines.portrait import BaselinePortrait, ComparisonPortrait, RequestPortrait, TakenOut
from consortium.core import clock
from consortium.core.access import Action
from consortium.core.errors import Missing
from consortium.core.words import Lazy, _l
from consortium.discussions.talk import talk
from consortium.outputs.forms import DeliverableEdit
from consortium.outputs.models import Deliverable
from consortium.outputs.queries import nodes_named
from consortium.plans.forms import NodeEdit
from consortium.plans.models import Node
from consortium.plans.portrait import NodePortrait
from consortium.projects.forms import MilestoneEdit
from consortium.projects.models import Milestone, Project
from consortium.projects.queries import involved
from consortium.web.door import Door
from consortium.web.forms import Form
from consortium.web.pages import address, exported, filled, listing, page

bp = Door("baselines", __name__)
talk(bp, ChangeRequest, "/changes/<id:id>")
talk(bp, Baseline, "/baselines/<id:id>")


def says(sentence: Lazy) -> Any:
    """A sentence on what was done with a request itself, which is more than that it waits; another where a job does it."""
    going_on = _l("This is much at once, so it goes on by itself. You can leave the page.")
    return lambda made: going_on if working.Progressing(current_user, made).under_way else sentence


# Baselines


@bp.page("/projects/<id:id>/baselines", can=Action.VIEW, of=Project)
def index(project: Project) -> ResponseReturnValue:
    """The baselines of a project, and the requests by which its plan changes."""
    table = tables.requests(queries.kept_from(current_user, project))
    return listing(table, queries.requests(current_user, project), "baselines/index.html", project=project,
                   baselines=queries.baselines(project), baseline_table=tables.BASELINES)  # fmt: skip


@bp.page("/projects/<id:id>/baselines/new", can=Action.DECIDE, of=Project, methods=("GET", "POST"))
def freeze(project: Project) -> ResponseReturnValue:
    """Freeze the plan as it stands."""
    form = FreezeForm(as_of=clock.today())
    return filled(form, lambda: services.freeze(current_user, project, **form.values()), "baselines/freeze.html", address,
                  _l("The plan is frozen. From now on it changes by requests."), project=project, first=not queries.is_approved(project))  # fmt: skip


@bp.page("/baselines/<id:id>", can=Action.VIEW, of=Baseline)
def baseline(baseline: Baseline) -> ResponseReturnValue:
    """One baseline, a list of it at a time, also as CSV and XLSX."""
    portrait = BaselinePortrait(current_user, baseline, request.args.get("list", ""))
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        return exported(portrait.table, portrait.rows, wanted)
    return page("baselines/baseline.html", baseline=baseline, project=baseline.project, portrait=portrait)


@bp.page("/projects/<id:id>/compare", can=Action.VIEW, of=Project)
def compare(project: Project) -> ResponseReturnValue:
    """Two baselines, or a baseline and today, field by field; also as CSV and XLSX."""
    frozen = queries.baselines(project)
    if not frozen:
        return page("baselines/compare.html", project=project, frozen=[], portrait=None, lists=EVERY)
    first = _chosen(project, request.args.get("from") or str(frozen[0].number))
    second = request.args.get("to") or "today"
    portrait = ComparisonPortrait(current_user, project, first, None if second == "today" else _chosen(project, second),
                                  request.args.get("list", ""))  # fmt: skip
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        return exported(tables.DIFFERENCES, tables.flat(portrait.changes), wanted)
    return page("baselines/compare.html", project=project, frozen=frozen, portrait=portrait, lists=EVERY)


def _chosen(project: Project, number: str) -> Baseline:
    """The baseline that an address names."""
    plain = number.isascii() and number.isdigit() and len(number) < 10
    found = queries.numbered(project, int(number)) if plain else None
    if found is None:
        raise Missing(_l("There is nothing at this address, or it is not yours to see."))
    return found


# Change requests


def _of_request(form: Form, act: Any, change: ChangeRequest, said: Any) -> ResponseReturnValue:
    say = says(said) if isinstance(said, Lazy) else said
    return filled(form, act, "baselines/change.html", address, say, **_shown(change, form))


def _shown(change: ChangeRequest, form: Form | None = None) -> dict[str, Any]:
    """What the page of a request needs; the form that was sent stands among the others."""
    forms = {"draft": DraftForm(obj=change, formdata=None), "decide": DecideForm(obj=change, formdata=None)}
    for one in forms.values():
        one.renew()
    sent = "draft" if isinstance(form, DraftForm) else "decide" if isinstance(form, DecideForm) else "step"
    return {
        "change": change, "project": change.project, "portrait": RequestPortrait(current_user, change),
        "work": working.Progressing(current_user, change), "forms": {**forms, sent: form} if form else forms
    }  # fmt: skip


@bp.page("/changes/<id:id>", can=Action.VIEW, of=ChangeRequest)
def change(change: ChangeRequest) -> ResponseReturnValue:
    """One change request."""
    return page("baselines/change.html", form=None, **_shown(change))


@bp.page("/changes/<id:id>/write", can=Action.PROPOSE, of=ChangeRequest, methods=("POST",))
def write(change: ChangeRequest) -> ResponseReturnValue:
    """Say what a draft is about, and why."""
    form = DraftForm(obj=change)
    return _of_request(
        form, lambda: services.write(current_user, change, **form.values()), change, _l("Your words are kept.")
    )


@bp.page("/changes/<id:id>/submit", can=Action.PROPOSE, of=ChangeRequest, methods=("POST",))
def submit(change: ChangeRequest) -> ResponseReturnValue:
    """Keep what was written and hand the draft in."""
    form = DraftForm(obj=change)
    return _of_request(form, lambda: services.submit(current_user, services.write(current_user, change, **form.values())), change,
                       _l("The request is handed in. Who decides is told of it."))  # fmt: skip


@bp.page("/changes/<id:id>/withdraw", can=Action.PROPOSE, of=ChangeRequest, methods=("POST",))
def withdraw(change: ChangeRequest) -> ResponseReturnValue:
    """Take a request back."""
    form = StepForm(obj=change)
    return _of_request(form, lambda: services.withdraw(current_user, change), change, _l("The request is taken back."))


@bp.page("/changes/<id:id>/take-out", can=Action.PROPOSE, of=ChangeRequest, methods=("GET", "POST"))
def take_out(change: ChangeRequest) -> ResponseReturnValue:
    """Take a single change out of a draft, the one whose place `?place=` names."""
    portrait = TakenOut(current_user, change, request.values.get("place", ""))
    form = TakeOutForm(portrait.names, obj=change, place=portrait.place)
    return filled(form, lambda: working.take_out(current_user, change, **form.values()), "baselines/take_out.html", address,
                  lambda made: made.said if made.state == "withdrawn" else says(_l("It is taken out of the draft."))(made), change=change, project=change.project,
                  portrait=portrait)  # fmt: skip


@bp.page("/changes/<id:id>/renew", can=Action.PROPOSE, of=ChangeRequest, methods=("POST",))
def renew(change: ChangeRequest) -> ResponseReturnValue:
    """Try a request on the plan as it is now."""
    form = StepForm(obj=change)
    return _of_request(
        form,
        lambda: working.renew(current_user, change),
        change,
        _l("The request is compared with the plan of today."),
    )


@bp.page("/changes/<id:id>/decide", can=Action.DECIDE, of=ChangeRequest, methods=("POST",))
def decide(change: ChangeRequest) -> ResponseReturnValue:
    """Approve or reject a request."""
    form = DecideForm(obj=change)
    return _of_request(
        form, lambda: working.decide(current_user, change, **form.values()), change,
        _l("Your decision is recorded."),
    )  # fmt: skip


@bp.page("/changes/<id:id>/state", can=Action.VIEW, of=ChangeRequest)
def state(change: ChangeRequest) -> ResponseReturnValue:
    """How far the work on a large request is, as a part of its page; when it has ended, the whole page is told."""
    portrait, work = RequestPortrait(current_user, change), working.Progressing(current_user, change)
    answer = make_response(page("baselines/_under_way.html", change=change, portrait=portrait, work=work))
    if not work.under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


# Proposals for what the own organisation answers for


def _own(form: Form, thing: Any) -> ResponseReturnValue:
    return filled(form, lambda: services.propose_own(current_user, thing, **form.values()), "baselines/propose.html", address, thing=thing,
                  project=thing.project, obstacle=services.not_own(current_user, thing))  # fmt: skip


@bp.page("/nodes/<id:id>/propose", can=Action.PROPOSE, of=Node, methods=("GET", "POST"))
def propose_node(node: Node) -> ResponseReturnValue:
    """Propose a change of a node."""
    portrait = NodePortrait(current_user, node)
    return _own(NodeEdit(portrait.firms, portrait.possible_parents, obj=node), node)


@bp.page("/milestones/<id:id>/propose", can=Action.PROPOSE, of=Milestone, methods=("GET", "POST"))
def propose_milestone(milestone: Milestone) -> ResponseReturnValue:
    """Propose a change of a milestone."""
    return _own(MilestoneEdit(involved(milestone.project), obj=milestone), milestone)


@bp.page("/deliverables/<id:id>/propose", can=Action.PROPOSE, of=Deliverable, methods=("GET", "POST"))
def propose_deliverable(deliverable: Deliverable) -> ResponseReturnValue:
    """Propose a change of a deliverable."""
    project = deliverable.project
    return _own(DeliverableEdit(involved(project), nodes_named(project), obj=deliverable), deliverable)
