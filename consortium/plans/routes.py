"""Pages about the plan of a project: the tree, one node, the work and the money in it, what waits for what."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.core.access import Action
from consortium.core.words import _l
from consortium.discussions.talk import talk
from consortium.plans import queries, services, tables
from consortium.plans.forms import (
    ArrangeEdit,
    ArrangeForm,
    LinkEdit,
    LinkForm,
    MoneyEdit,
    MoneyForm,
    NodeEdit,
    NodeForm,
    WorkEdit,
    WorkForm,
)
from consortium.plans.gantt_routes import gantt  # noqa: F401  (a second door of this feature, see MORE)
from consortium.plans.models import Allocation, Effort, Link, Node
from consortium.plans.portrait import NodePortrait, PlanPortrait
from consortium.plans.rows import crossed
from consortium.projects.forms import ReasonForm
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.web.door import Door
from consortium.web.pages import address, exported, filled, page

bp = Door("plans", __name__)
talk(bp, Node, "/nodes/<id:id>")
MORE = ("gantt",)


def to_plan(made: Any) -> str:
    """The plan of the project to which a row belongs, or of a project."""
    return f"/projects/{made.id if isinstance(made, Project) else made.project_id}/plan"


def to_work(row: Any) -> str:
    """The firms of a node, on its page."""
    return f"/nodes/{row.id if isinstance(row, Node) else row.node_id}#work"


# The tree


@bp.page("/projects/<id:id>/plan", can=Action.VIEW, of=Project)
def show(project: Project) -> ResponseReturnValue:
    """The tree of a project, also as CSV and XLSX."""
    portrait = PlanPortrait(current_user, project)
    lines = portrait.chosen(request.args.get("firm", ""))
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        return exported(tables.of_reader(tables.NODES_FILE, portrait.sees_all_money), lines, wanted)
    return page(
        "plans/show.html",
        project=project,
        portrait=portrait,
        lines=lines,
        table=tables.of_reader(tables.NODES, portrait.sees_all_money),
    )


@bp.page("/projects/<id:id>/effort", can=Action.VIEW, of=Project)
def effort(project: Project) -> ResponseReturnValue:
    """Person-months by node and firm, also as CSV and XLSX."""
    portrait = PlanPortrait(current_user, project)
    table = tables.crossing(portrait.firms)
    if (wanted := request.args.get("as")) in ("csv", "xlsx"):
        return exported(table, portrait.crossed, wanted)
    return page("plans/effort.html", project=project, portrait=portrait, table=table, crossed=crossed)


@bp.page("/projects/<id:id>/plan/settings", can=Action.PLAN, of=Project, methods=("GET", "POST"))
def arrange(project: Project) -> ResponseReturnValue:
    """Say how the levels are called, and which days count."""
    plan = queries.plan_of(project)
    form = ArrangeForm(obj=plan) if plan.id is None else ArrangeEdit(obj=plan)
    return filled(form, lambda: services.arrange(current_user, project, **form.values()), "plans/arrange.html", to_plan,
                  _l("The plan is arranged."), project=project)  # fmt: skip


@bp.page("/projects/<id:id>/nodes/new", can=Action.PLAN, of=Project, methods=("GET", "POST"))
def add(project: Project) -> ResponseReturnValue:
    """Add a node, below the one that `?parent=` names."""
    portrait = PlanPortrait(current_user, project)
    above = next((node for node in portrait.nodes if str(node.id) == request.args.get("parent")), None)
    begin = above or project
    form = NodeForm(portrait.firms, portrait.nodes, parent_id=above and above.id, number=portrait.next_number(above), starts_on=begin.starts_on,
                    ends_on=begin.ends_on, organisation_id=above.organisation_id if above else project.lead_id)  # fmt: skip
    return filled(form, lambda: services.add_node(current_user, project, **form.values()), "plans/add.html", address,
                  _l("It stands in the plan. Now say who works in it."), project=project, above=above)  # fmt: skip


@bp.page("/nodes/<id:id>", can=Action.VIEW, of=Node)
def node(node: Node) -> ResponseReturnValue:
    """One node."""
    return page(
        "plans/node.html",
        node=node,
        project=node.project,
        portrait=NodePortrait(current_user, node),
        table=tables.CHILDREN,
        tie=tables.tie,
    )


@bp.page("/nodes/<id:id>/edit", can=Action.PLAN, of=Node, methods=("GET", "POST"))
def edit(node: Node) -> ResponseReturnValue:
    """Amend a node."""
    portrait = NodePortrait(current_user, node)
    form = NodeEdit(portrait.firms, portrait.possible_parents, obj=node)
    return filled(form, lambda: services.amend_node(current_user, node, **form.values()), "plans/edit.html", address,
                  _l("It is amended."), node=node, project=node.project)  # fmt: skip


@bp.page("/nodes/<id:id>/remove", can=Action.PLAN, of=Node, methods=("GET", "POST"))
def remove(node: Node) -> ResponseReturnValue:
    """Take a node out of the plan."""
    form = ReasonForm()
    return filled(form, lambda: services.remove_node(current_user, node, **form.values()), "plans/remove.html", to_plan,
                  _l("It is removed from the plan."), node=node, project=node.project)  # fmt: skip


# Work and money


@bp.page("/nodes/<id:id>/effort/new", can=Action.PLAN, of=Node, methods=("GET", "POST"))
def assign(node: Node) -> ResponseReturnValue:
    """Let a firm work in a node."""
    form = WorkForm(involved(node.project))
    return filled(form, lambda: services.assign(current_user, node, **form.values()), "plans/assign.html", to_work,
                  _l("The person-months are planned."), node=node, project=node.project)  # fmt: skip


@bp.page("/efforts/<id:id>/edit", can=Action.PLAN, of=Effort, methods=("GET", "POST"))
def edit_work(effort: Effort) -> ResponseReturnValue:
    """Change the person-months of a firm in a node."""
    form, firm = WorkEdit(obj=effort), queries.firm(effort)
    return filled(form, lambda: services.reassign(current_user, effort, **form.values()), "plans/edit_work.html", to_work,
                  _l("The person-months are changed."), node=effort.node, project=effort.node.project, firm=firm)  # fmt: skip


@bp.page("/efforts/<id:id>/remove", can=Action.PLAN, of=Effort, methods=("GET", "POST"))
def unassign(effort: Effort) -> ResponseReturnValue:
    """Let a firm work in a node no longer."""
    form, firm, node = ReasonForm(), queries.firm(effort), effort.node
    return filled(form, lambda: services.unassign(current_user, effort, **form.values()), "plans/unassign.html", to_work,
                  _l("The organisation works there no longer."), node=node, project=node.project, firm=firm)  # fmt: skip


@bp.page("/nodes/<id:id>/money/new", can=Action.PLAN, of=Node, methods=("GET", "POST"))
def allocate(node: Node) -> ResponseReturnValue:
    """Plan money of a firm in a node."""
    form = MoneyForm(node.project, involved(node.project))
    return filled(form, lambda: services.allocate(current_user, node, **form.values()), "plans/allocate.html", to_work,
                  _l("The money is planned."), node=node, project=node.project)  # fmt: skip


@bp.page("/allocations/<id:id>/edit", can=Action.PLAN, of=Allocation, methods=("GET", "POST"))
def edit_money(allocation: Allocation) -> ResponseReturnValue:
    """Change an amount."""
    form, firm, node = MoneyEdit(obj=allocation), queries.firm(allocation), allocation.node
    return filled(form, lambda: services.reallocate(current_user, allocation, **form.values()), "plans/edit_money.html", to_work,
                  _l("The amount is changed."), node=node, project=node.project, firm=firm, allocation=allocation, words=tables.head_and_source(allocation))  # fmt: skip


@bp.page("/allocations/<id:id>/remove", can=Action.PLAN, of=Allocation, methods=("GET", "POST"))
def deallocate(allocation: Allocation) -> ResponseReturnValue:
    """Take planned money out of a node."""
    form, firm, node = ReasonForm(), queries.firm(allocation), allocation.node
    return filled(form, lambda: services.deallocate(current_user, allocation, **form.values()), "plans/deallocate.html", to_work,
                  _l("The money is taken out of the plan."), node=node, project=node.project, firm=firm, allocation=allocation, words=tables.head_and_source(allocation))  # fmt: skip


# Links


@bp.page("/nodes/<id:id>/links/new", can=Action.PLAN, of=Node, methods=("GET", "POST"))
def link(node: Node) -> ResponseReturnValue:
    """Let a node wait for another."""
    form = LinkForm(NodePortrait(current_user, node).linkable)
    return filled(form, lambda: services.link(current_user, form.before, node, **form.values()), "plans/link.html", lambda made: f"/nodes/{node.id}#links",
                  _l("The link is kept."), node=node, project=node.project)  # fmt: skip


@bp.page("/links/<id:id>/edit", can=Action.PLAN, of=Link, methods=("GET", "POST"))
def edit_link(link: Link) -> ResponseReturnValue:
    """Change a link."""
    form = LinkEdit(obj=link)
    return filled(form, lambda: services.amend_link(current_user, link, **form.values()), "plans/edit_link.html",
                  lambda made: f"/nodes/{made.after_id}#links", _l("The link is changed."), link=link, node=link.after, project=link.project)  # fmt: skip


@bp.page("/links/<id:id>/remove", can=Action.PLAN, of=Link, methods=("GET", "POST"))
def unlink(link: Link) -> ResponseReturnValue:
    """Remove a link."""
    form, after = ReasonForm(), link.after
    return filled(form, lambda: services.unlink(current_user, link, **form.values()), "plans/unlink.html",
                  lambda _: f"/nodes/{after.id}#links", _l("The link is removed."), link=link, node=after, project=link.project)  # fmt: skip
