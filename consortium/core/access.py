"""The whole permission model: one table of action x role x reach, and three questions that are asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Select, false, or_, true

from consortium.core import scope
from consortium.core.errors import Denied, Missing, SignIn
from consortium.core.words import _l


class Role(StrEnum):
    """What a person is, at one table; `STAFF` is whoever belongs to an organisation, at no table."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    COORDINATOR = "coordinator"
    MEMBER = "member"
    SIGNATORY = "signatory"
    EXPERT = "expert"
    AUDITOR = "auditor"
    SITE = "site_user"
    OFFICER = "officer"


class Reach(StrEnum):
    """How far a grant goes inside a consortium."""

    ANY = "any"
    OWN = "own"
    PART = "part"  # own rows, and those of projects (or demonstrations) in which the own organisation takes part


_ANY, _OWN, _PART = Reach.ANY, Reach.OWN, Reach.PART


# fmt: off
class Action(StrEnum):
    """What can be done, and who may: the word of the action, what it opens (for auditors), and how far the grant of each role reaches."""

    opens: str
    grants: dict[Role, Reach]

    def __new__(cls, word: str, opens: str, grants: dict[Role, Reach] | None = None) -> Action:
        """The action is its word; the rest hangs on it."""
        action = str.__new__(cls, word)
        action._value_ = word
        action.opens, action.grants = opens, dict(grants or {})
        return action

    ANYONE = "anyone", "no sign-in needed"  # these two need no grant
    SIGNED_IN = "signed_in", "signed in; lists then hold what the person may see"

    FOUND = "found", "found a consortium", {Role.STAFF: _ANY}
    REGISTER = "register", "enter an organisation in the directory", {Role.ADMINISTRATOR: _ANY, Role.STAFF: _ANY}
    VIEW = "view", "read the pages of a consortium: members, bodies, projects, milestones, agreements, submitted reports", {Role.COORDINATOR: _ANY, Role.MEMBER: _ANY, Role.SIGNATORY: _ANY, Role.EXPERT: _ANY, Role.AUDITOR: _ANY, Role.OFFICER: _ANY}
    READ = "read", "read words and files of a report on a milestone", {Role.COORDINATOR: _ANY, Role.MEMBER: _PART, Role.SIGNATORY: _OWN, Role.EXPERT: _ANY, Role.AUDITOR: _ANY, Role.OFFICER: _ANY}
    EVIDENCE = "evidence", "read words and files of what was submitted or measured, and what a participant is to get of a project's money", {Role.COORDINATOR: _ANY, Role.MEMBER: _OWN, Role.SIGNATORY: _OWN, Role.EXPERT: _ANY, Role.AUDITOR: _ANY, Role.OFFICER: _ANY}
    MANAGE = "manage", "amend the consortium and move it through its stages, admit and release members, bodies, invitations", {Role.COORDINATOR: _ANY}
    PLAN = "plan", "start, amend and move projects; participants, nodes of the plan, milestones, deliverables, indicators, readiness levels", {Role.COORDINATOR: _ANY}
    REPORT = "report", "report a milestone, submit a deliverable, note an actual value, keep the monthly log", {Role.COORDINATOR: _OWN, Role.MEMBER: _OWN}
    VERIFY = "verify", "verify or return the report of another organisation on a milestone", {Role.COORDINATOR: _ANY, Role.MEMBER: _PART, Role.EXPERT: _ANY}
    ACCEPT = "accept", "accept or return what was verified, or submitted by another organisation", {Role.COORDINATOR: _ANY, Role.EXPERT: _ANY}
    TRACK = "track", "keep risks, issues and actions of one's own organisation, or of all", {Role.COORDINATOR: _ANY, Role.MEMBER: _OWN}
    VISIT = "visit", "read a demonstration application: product, site, stages, indicators, operation", {Role.COORDINATOR: _ANY, Role.MEMBER: _ANY, Role.SIGNATORY: _ANY, Role.EXPERT: _ANY, Role.AUDITOR: _ANY, Role.OFFICER: _ANY, Role.SITE: _PART}
    INSPECT = "inspect", "read price, insurance, money and files of a demonstration application", {Role.COORDINATOR: _ANY, Role.MEMBER: _PART, Role.SIGNATORY: _PART, Role.AUDITOR: _ANY, Role.OFFICER: _ANY, Role.SITE: _PART}
    DEMONSTRATE = "demonstrate", "keep and move a demonstration application of one's own organisation, or of all", {Role.COORDINATOR: _ANY, Role.MEMBER: _OWN}
    CONFIRM = "confirm", "confirm matching and acceptance of what is demonstrated at one's own organisation", {Role.COORDINATOR: _PART, Role.MEMBER: _PART, Role.SITE: _PART}
    SETTLE = "settle", "query, accept and reject claims of other organisations, and note payments", {Role.COORDINATOR: _ANY, Role.EXPERT: _ANY}
    DISCUSS = "discuss", "say and ask something about a thing", {Role.COORDINATOR: _ANY, Role.MEMBER: _ANY, Role.SIGNATORY: _ANY, Role.EXPERT: _ANY}
    PROPOSE = "propose", "ask for a change of an approved plan", {Role.COORDINATOR: _ANY, Role.MEMBER: _ANY}
    DECIDE = "decide", "freeze a plan, and decide what is asked to change in it", {Role.COORDINATOR: _ANY}
    ISSUE = "issue", "draw up agreements; open, write and submit status reports", {Role.COORDINATOR: _ANY}
    DOWNLOAD = "download", "take papers away", {Role.COORDINATOR: _ANY, Role.MEMBER: _ANY, Role.SIGNATORY: _ANY, Role.AUDITOR: _ANY, Role.OFFICER: _ANY}
    OVERSEE = "oversee", "the portfolio", {Role.OFFICER: _ANY}
    KEEP = "keep", "amend one's own organisation, note its titles", {Role.STAFF: _OWN}
    ADMINISTER = "administer", "accounts and measures", {Role.ADMINISTRATOR: _ANY}
# fmt: on


#: The same table by role.
GRANTS: dict[Role, dict[Action, Reach]] = {
    role: {action: action.grants[role] for action in Action if role in action.grants} for role in Role
}


class Seat(Protocol):
    """A person's place at a table."""

    consortium_id: Any
    organisation_id: Any
    role: Any


def at_table(seat: Any) -> bool:
    """Whether a seat opens the table itself; that of a user at a site opens single demonstrations alone."""
    return Action.VIEW in GRANTS[Role(seat.role)]


def only_visits(actor: Actor) -> bool:
    """Whether a person has seats, but none at a table, and nothing to oversee or to look after: a user at a site."""
    alone = actor.is_authenticated and not actor.is_administrator and not actor.remits
    return alone and bool(actor.seats) and not any(at_table(seat) for seat in actor.seats)


class Remit(Protocol):
    """What an officer of an authority oversees."""

    regions: Any
    areas: Any

    def covers(self, consortium: Any) -> bool:
        """Whether a consortium is inside."""


class Actor(Protocol):
    """Who asks."""

    @property
    def is_authenticated(self) -> bool: ...
    @property
    def is_administrator(self) -> bool: ...
    @property
    def organisation_id(self) -> Any: ...
    @property
    def seats(self) -> Sequence[Any]: ...
    @property
    def remits(self) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Stake:
    """Stands for a row at a table, for asking who may see or do something before there is one; of one firm where `organisation_id` says so."""

    consortium_id: int
    organisation_id: int | None = None
    consortium: Any = None
    internal: bool = False
    kept_to_id: int | None = None


def stake(thing: Any, organisation_id: int | None = None, *, internal: bool = False) -> Stake:
    """What would be of a firm at the table of a thing."""
    return Stake(thing.consortium_id, organisation_id, thing.consortium, internal)


def roles(actor: Actor) -> set[Role]:
    """All that a person is anywhere."""
    if not actor.is_authenticated:
        return set()
    held = {Role(seat.role) for seat in actor.seats}
    if actor.is_administrator:
        held.add(Role.ADMINISTRATOR)
    if actor.organisation_id is not None and not actor.remits:
        held.add(Role.STAFF)
    if actor.remits:
        held.add(Role.OFFICER)
    return held


def roles_at(actor: Actor, thing: Any) -> set[Role]:
    """What a person is towards one thing of a consortium."""
    if not actor.is_authenticated or getattr(thing, "consortium_id", None) is None:
        return set()
    held = {Role(seat.role) for seat in actor.seats if seat.consortium_id == thing.consortium_id}
    if actor.remits and not getattr(thing, "internal", False):
        table = thing if not hasattr(type(thing), "consortium") else thing.consortium
        if table is not None and any(remit.covers(table) for remit in actor.remits):
            held.add(Role.OFFICER)
    return held


def firms(actor: Actor, consortium_id: int, role: Role) -> set[int]:
    """The organisations for which a person holds a role at a table."""
    return {s.organisation_id for s in actor.seats if s.consortium_id == consortium_id and s.role == role}


def allowed(actor: Actor, action: Action, thing: Any = None) -> bool:
    """Whether a person may do something, to a thing or at large."""
    if action is Action.ANYONE:
        return True
    if not actor.is_authenticated:
        return False
    if action is Action.SIGNED_IN:
        return True
    if thing is None:
        return any(action in GRANTS[role] for role in roles(actor))
    if not hasattr(thing, "consortium_id"):
        return _at_large(actor, action, thing)
    kept_to = getattr(thing, "kept_to_id", None)
    if kept_to is not None and not _granted(
        actor, Action.EVIDENCE, Stake(thing.consortium_id, kept_to, thing.consortium)
    ):
        return False
    return _granted(actor, action, thing)


def _granted(actor: Actor, action: Action, thing: Any) -> bool:
    """Whether a role that a person has towards a thing of a consortium reaches so far."""
    for role in roles_at(actor, thing):
        reach = GRANTS[role].get(action)
        if reach is Reach.ANY:
            return True
        if reach is not None and _reaches(reach, thing, firms(actor, thing.consortium_id, role)):
            return True
    return False


def _reaches(reach: Reach, thing: Any, own: set[int]) -> bool:
    """Whether a thing is one of the own firms', or (`PART`) of a project in which one of them takes part; its `parties` say who does."""
    if getattr(thing, "organisation_id", None) in own:
        return True
    return reach is Reach.PART and not own.isdisjoint(getattr(thing, "parties", ()))


def _at_large(actor: Actor, action: Action, thing: Any) -> bool:
    """Things of no consortium: the directory is open to all who are signed in, keeping it is for the firm itself."""
    if action is Action.VIEW:
        return True
    for role in roles(actor):
        reach = GRANTS[role].get(action)
        if reach is Reach.ANY or (
            reach is Reach.OWN and getattr(thing, "organisation_id", None) == actor.organisation_id
        ):
            return True
    return False


def require(actor: Actor, action: Action, thing: Any = None) -> None:
    """Raise what the person is to hear when it is not allowed: strangers 404, colleagues 403."""
    if allowed(actor, action, thing):
        return
    if not actor.is_authenticated:
        raise SignIn(_l("Please sign in first."))
    if thing is not None and hasattr(thing, "consortium_id") and not roles_at(actor, thing):
        raise Missing(_l("There is nothing at this address, or it is not yours to see."))
    raise Denied(_l("Your role does not allow this. The coordinator of the consortium can help you."))


def within(actor: Actor, query: Select[Any], model: Any, action: Action = Action.VIEW) -> Select[Any]:
    """Narrow a list to what the person may see; the wall keeps other tenants out already, this keeps reaches apart."""
    if not hasattr(model, "consortium_id"):
        return query
    wide: set[int] = set()
    narrow: set[tuple[int, int]] = set()
    shared: set[tuple[int, int]] = set()
    for seat in actor.seats:
        reach = GRANTS[Role(seat.role)].get(action)
        if reach is Reach.ANY:
            wide.add(seat.consortium_id)
        elif reach is not None:
            narrow.add((seat.consortium_id, seat.organisation_id))
            if reach is Reach.PART:
                shared.add((seat.consortium_id, seat.organisation_id))
    if hasattr(model, "kept_to_id"):
        query = query.where(_open_to(actor, model))
    # An empty part is left out: with an OR the database gives up the order of its indexes.
    parts = [model.consortium_id.in_(sorted(wide))] if wide else []
    if hasattr(model, "organisation_id"):
        for table, firm in sorted(narrow - {(t, f) for t, f in narrow if t in wide}):
            whose = model.organisation_id == firm
            if (table, firm) in shared and hasattr(model, "shared_with"):
                whose = whose | model.shared_with(firm)
            parts.append((model.consortium_id == table) & whose)
    if action in GRANTS[Role.OFFICER] and actor.remits:
        remits = {(tuple(remit.regions), tuple(remit.areas)) for remit in actor.remits}
        inside, shown = scope.inside_of(model, tuple(sorted(remits))), getattr(model, "shown_to_officers", None)
        parts.append(inside & shown() if shown else inside)
    return query.where(or_(*parts) if len(parts) > 1 else parts[0] if parts else false())


def _open_to(actor: Actor, model: Any) -> Any:
    """Of rows that may be kept to one firm (`kept_to_id`): those that are not, and those of firms whose evidence is open to a person."""
    parts = [model.kept_to_id.is_(None)]
    for seat in actor.seats:
        reach = GRANTS[Role(seat.role)].get(Action.EVIDENCE)
        if reach is not None:
            whose = model.kept_to_id == seat.organisation_id
            parts.append((model.consortium_id == seat.consortium_id) & (whose if reach is not Reach.ANY else true()))
    if actor.remits:
        remits = {(tuple(remit.regions), tuple(remit.areas)) for remit in actor.remits}
        parts.append(scope.inside_of(model, tuple(sorted(remits))))
    return or_(*parts)
