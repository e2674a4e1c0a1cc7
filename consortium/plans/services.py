"""What is done with the tree of a plan: its settings, its nodes, and what waits for what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from consortium.activity.services import record
from consortium.consortia.obstacles import obstacles
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.terms import label
from consortium.core.words import Lazy, _l, called, listed
from consortium.organisations.models import Organisation
from consortium.plans import calendars, money_rules, queries
from consortium.plans.models import Link, LinkKind, Node, Plan, Profile
from consortium.plans.papers import PAPERS
from consortium.plans.tree import DEEPEST, LONGEST, above, cycle
from consortium.plans.work import allocate, assign, deallocate, named, reallocate, reassign, unassign
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.replanning import replans
from consortium.projects.services import change, refuse, still_open, takes_part, titled
from consortium.projects.testimony import tell_firms

__all__ = [
    "PAPERS", "add_node", "allocate", "amend_link", "amend_node", "arrange", "assign", "deallocate", "link", "reallocate",
    "reassign", "remove_node", "unassign", "unlink",
]  # fmt: skip
MOST_LAG = 3650


@replans("plan.arrange")
def arrange(
    actor: Actor, project: Project, *, profile: Profile, calendar: str, money_profile: str | None = None
) -> Plan:
    """Say how the levels of a plan are called, by which calendar its days are counted, and which heads its money has (None: as before)."""
    still_open(project)
    try:
        calendars.calendar(calendar)
    except Refused as problem:
        raise Refused("", calendar=problem.message) from None
    plan = queries.plan_of(project)
    money_profile = plan.money_profile if money_profile is None else money_profile
    _heads_fit(project, money_profile)
    new = plan not in db.session
    db.session.add(plan)
    changed = change(plan, {"profile": profile, "calendar": calendar, "money_profile": money_profile})
    if changed or new:
        record(actor, "arranged the plan", project, plan, **changed)
    return plan


def _heads_fit(project: Project, code: str) -> None:
    """The profile is there, and has every head under which money is planned already."""
    try:
        found = money_rules.profile(code)
    except Refused as problem:
        raise Refused("", money_profile=problem.message) from None
    strange = [head for head in queries.heads_in(project) if head not in found.categories]
    if strange:
        sentence = _l(
            "Money is planned under heads that this profile does not have: %(heads)s. Plan it under others first.",
            heads=listed(label(head) for head in strange),
        )
        raise Refused("", money_profile=sentence)


# Nodes


@replans("node.add")
def add_node(
    actor: Actor, project: Project, *, number: str, parent: Node | None, title_zh: str, title_en: str, lead: Organisation, starts_on: date,
    ends_on: date, objective: str = "",
) -> Node:  # fmt: skip
    """A sub-project, work package or task; below `parent`, or at the top of the tree."""
    still_open(project)
    number = number.strip()
    _fits(project, None, number, parent, title_zh, title_en, lead, starts_on, ends_on)
    row = Node(
        consortium_id=project.consortium_id, organisation_id=lead.id, project=project, parent=parent, number=number, title_zh=title_zh,
        title_en=title_en, objective=objective, starts_on=starts_on, ends_on=ends_on, children=[], efforts=[], allocations=[],
    )  # fmt: skip
    db.session.add(row)
    record(actor, "planned", row, project, *_those(parent), organisation=lead, starts_on=starts_on, ends_on=ends_on)
    _tell(actor, row, {lead.id}, _l("%(project)s: your organisation leads the new “%(node)s”.", **named(row)))
    return row


@replans("node.amend")
def amend_node(
    actor: Actor, node: Node, *, number: str, parent: Node | None, title_zh: str, title_en: str, lead: Organisation, starts_on: date,
    ends_on: date, objective: str,
) -> Node:  # fmt: skip
    """Change what was planned; what lies in the node already has to fit."""
    project = node.project
    still_open(project)
    number = number.strip()
    _fits(project, node, number, parent, title_zh, title_en, lead, starts_on, ends_on)
    wanted = {
        "number": number, "title_zh": title_zh, "title_en": title_en, "organisation_id": lead.id, "starts_on": starts_on, "ends_on": ends_on,
        "objective": objective,
    }  # fmt: skip
    left = node.parent
    changed = change(node, wanted)
    if left is not parent:
        node.parent = parent
        changed["parent"] = [left and left.number, parent and parent.number]
    if changed:
        record(actor, "amended", node, project, *_those(left, parent), **changed)
    if changed.keys() & {"organisation_id", "starts_on", "ends_on"}:
        firms = {lead.id, *changed.get("organisation_id", ())}
        _tell(actor, node, firms, _l("%(project)s: the term or the lead of “%(node)s” was changed.", **named(node)))
    return node


@replans("node.remove")
def remove_node(actor: Actor, node: Node, *, reason: str) -> Project:
    """Take a node out of the plan with its person-months, its money and its links, as long as nothing lies in it or hangs on it."""
    project = node.project
    still_open(project)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    if db.session.scalar(select(Node.id).where(Node.parent_id == node.id).limit(1)):
        raise NotNow(_l("Other nodes lie in this one. Remove them or move them elsewhere first."))
    if found := obstacles("remove_node", node):
        raise NotNow(found[0])
    replanning.dropped("money", project)
    tied = list(db.session.scalars(select(Link).where(or_(Link.before_id == node.id, Link.after_id == node.id))))
    with_it = [*tied, *node.efforts, *node.allocations]
    told = {node.organisation_id, *(effort.organisation_id for effort in node.efforts)}
    for row in tied:
        db.session.delete(row)
    upper = _those(node.parent)
    for outer in upper:
        outer.children.remove(node)
    db.session.delete(node)
    record(actor, "removed", node, project, *upper, *with_it, reason=reason)
    _tell(actor, node, told, _l("%(project)s: “%(node)s” was taken out of the plan.", **named(node)), "plan", project)
    return project


# Links


@replans("link.add")
def link(actor: Actor, before: Node, after: Node, *, kind: LinkKind, lag: int) -> Link:
    """Let `after` wait for `before`, with `lag` working days between them."""
    project = before.project
    still_open(project)
    _lag(lag)
    if after.project_id != project.id:
        refuse(_l("Both have to belong to the same project."), "after", "after_id", "before_id")
    if db.session.scalar(select(Link.id).where(Link.before_id == before.id, Link.after_id == after.id)):
        sentence = _l(
            "“%(after)s” waits for “%(before)s” already. Change that link.", after=after.number, before=before.number
        )
        refuse(sentence, "after", "after_id", "before_id")
    _apart(before, after)
    if not replanning.waits(_no_ring, project):
        _acyclic(project, queries.above_and_below(project), (before, after), "after", "after_id", "before_id")
    row = Link(consortium_id=project.consortium_id, project=project, before=before, after=after, kind=kind, lag=lag)
    db.session.add(row)
    record(actor, "linked", row, project, before, after, kind=kind, lag=lag)
    told = {before.organisation_id, after.organisation_id}
    _tell(
        actor,
        after,
        told,
        _l("%(project)s: “%(node)s” now waits for “%(before)s”.", before=called(before), **named(after)),
    )
    return row


@replans("link.amend")
def amend_link(actor: Actor, link: Link, *, kind: LinkKind, lag: int) -> Link:
    """Change which ends wait for each other, and how many working days lie between."""
    still_open(link.project)
    _lag(lag)
    if changed := change(link, {"kind": kind, "lag": lag}):
        record(actor, "amended", link, link.project, link.before, link.after, **changed)
        told = {link.before.organisation_id, link.after.organisation_id}
        sentence = _l(
            "%(project)s: how “%(node)s” waits for “%(before)s” was changed.",
            before=called(link.before),
            **named(link.after),
        )
        _tell(actor, link.after, told, sentence)
    return link


@replans("link.remove")
def unlink(actor: Actor, link: Link, *, reason: str = "") -> Project:
    """Let a node wait for another no longer."""
    project, before, after = link.project, link.before, link.after
    still_open(project)
    db.session.delete(link)
    record(actor, "unlinked", link, project, before, after, reason=reason)
    told = {before.organisation_id, after.organisation_id}
    sentence = _l(
        "%(project)s: “%(node)s” does not wait for “%(before)s” any more.", before=called(before), **named(after)
    )
    _tell(actor, after, told, sentence)
    return project


# What has to hold


def _fits(
    project: Project, node: Node | None, number: str, parent: Node | None, title_zh: str, title_en: str, lead: Organisation, starts_on: date,
    ends_on: date,
) -> None:  # fmt: skip
    """Refuse what breaks the tree: its numbers, its depth, its days, who leads."""
    titled(title_zh, title_en)
    _numbered(project, node, number)
    takes_part(project, lead, "lead", "lead_id", "organisation_id")
    _placed(project, node, parent)
    _timed(project, node, parent, starts_on, ends_on)


def _numbered(project: Project, node: Node | None, number: str) -> None:
    if not number or len(number) > LONGEST:
        raise Refused("", number=_l("A number has 1 to %(most)s characters, such as 1.2 or T1.2.", most=LONGEST))
    if node is not None and node.number == number:
        return
    other = queries.node(project, number)
    if other is not None and other is not node:
        raise Refused(
            "", number=_l("The number %(number)s is taken by “%(title)s”.", number=number, title=called(other))
        )


def _placed(project: Project, node: Node | None, parent: Node | None) -> None:
    """The parent belongs to the project, is not below the node itself, and the tree does not become too deep or circular."""
    if parent is None or (node is not None and node.parent is parent):
        return
    if parent.project_id != project.id:
        refuse(_l("The node above has to belong to the same project."), "parent", "parent_id")
    depth, parents = len(_above(parent)) + 1, {} if node is None else queries.above_and_below(project)
    if node is not None:
        over = [node.id, *(key for key in parents if node.id in above(key, parents))]
        if parent.id in over:
            refuse(_l("A node cannot lie in itself, nor in what lies in it."), "parent", "parent_id")
        depth += max(len(above(key, parents)) for key in over) - len(above(node.id, parents))
    if depth + 1 > DEEPEST:
        refuse(_l("The tree would become deeper than %(most)s levels.", most=DEEPEST), "parent", "parent_id")
    if node is not None:
        _acyclic(project, {**parents, node.id: parent.id}, None, "parent", "parent_id")


def _above(node: Node) -> list[Node]:
    """What a node lies in, nearest first; of the rows at hand, since an import asks this for each of its rows."""
    found: list[Node] = []
    while node.parent is not None and node.parent not in found:
        found.append(node := node.parent)
    return found


def _timed(project: Project, node: Node | None, parent: Node | None, starts_on: date, ends_on: date) -> None:
    """The days lie within the project and the node above, and around all that lies in the node."""
    if ends_on < starts_on:
        raise Refused("", ends_on=_l("The end must not lie before the start, %(day)s.", day=starts_on.isoformat()))
    outer: Node | Project = parent or project
    first, last = outer.starts_on, outer.ends_on
    wrong = {name: day for name, day in (("starts_on", starts_on), ("ends_on", ends_on)) if not first <= day <= last}
    if wrong:
        sentence = _l(
            "The day has to lie within “%(name)s”, %(first)s to %(last)s.",
            name=called(outer), first=first.isoformat(), last=last.isoformat(),
        )  # fmt: skip
        raise Refused("", **dict.fromkeys(wrong, sentence))
    for child in node.children if node else ():
        sentence = _l(
            "“%(name)s” lies in it and takes from %(first)s to %(last)s.",
            name=called(child), first=child.starts_on.isoformat(), last=child.ends_on.isoformat(),
        )  # fmt: skip
        if child.starts_on < starts_on:
            raise Refused("", starts_on=sentence)
        if child.ends_on > ends_on:
            raise Refused("", ends_on=sentence)


def _apart(before: Node, after: Node) -> None:
    """A node waits neither for itself nor for what it lies in."""
    fields = ("after", "after_id", "before_id")
    if before is after:
        refuse(_l("A node cannot wait for itself."), *fields)
    if before in _above(after) or after in _above(before):
        refuse(_l("One of them lies in the other, so neither can wait for the other."), *fields)


def _no_ring(project: Project) -> None:
    """The same of all links of a plan at once, for those who make many."""
    _acyclic(project, queries.above_and_below(project), None, "after", "after_id", "before_id")


def _acyclic(project: Project, parents: dict[int, int | None], new: tuple[Node, Node] | None, *fields: str) -> None:
    """No node waits for itself: neither through links nor through what lies in what."""
    query = select(Link.before_id, Link.after_id).where(Link.project_id == project.id)
    pairs = [(before, after) for before, after in db.session.execute(query)]
    if new is not None:
        pairs.append((new[0].id, new[1].id))
    ring = cycle(parents, pairs)
    if ring:
        names = {
            row.id: row.number for row in db.session.execute(select(Node.id, Node.number).where(Node.id.in_(ring)))
        }
        turned = _turned(ring, None if new is None else new[0].id)
        refuse(
            _l("They would wait for each other in a ring: %(ring)s.", ring=" → ".join(names[key] for key in turned)),
            *fields,
        )


def _turned(ring: list[int], first: int | None) -> list[int]:
    """A ring, told from one of its nodes on."""
    if first not in ring:
        return ring
    at = ring.index(first)
    return [*ring[at:-1], *ring[:at], first]


def _lag(lag: int) -> None:
    if not -MOST_LAG <= lag <= MOST_LAG:
        raise Refused("", lag=_l("A lag lies between -%(most)s and %(most)s working days.", most=MOST_LAG))


def _tell(
    actor: Actor, node: Node, firms: Iterable[int], sentence: Lazy, place: str = "", project: Project | None = None
) -> None:
    """Tell the people of some firms of a node, or of the page of the plan where it is gone."""
    project = project or node.project
    tell_firms(actor, project, firms, sentence, f"/projects/{project.id}/{place}" if place else f"/nodes/{node.id}")


def _those(*nodes: Node | None) -> list[Node]:
    """The nodes that there are, each once."""
    return list(dict.fromkeys(node for node in nodes if node is not None))
