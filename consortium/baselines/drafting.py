"""Taking single changes out of a draft: what each is called, which others build on it, and the verb itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from consortium.activity.services import record
from consortium.baselines import asking, deciding, services, tables
from consortium.baselines.asking import Call
from consortium.baselines.comparing import Line, differences
from consortium.baselines.layout import rows_of
from consortium.baselines.models import ChangeRequest
from consortium.baselines.workflow import LIFE, not_mine, under_way
from consortium.consortia.seating import must_be_open
from consortium.core import clock
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Problem, Refused
from consortium.core.terms import either
from consortium.core.words import Lazy, _l, listed
from consortium.organisations.models import Organisation
from consortium.projects import replanning
from consortium.projects.tables import titled

#: What each call does, in words; `%(thing)s` is what it is done to, or what it makes.
WORDS: dict[str, Lazy] = {
    "project.amend": _l("Amend the project"),
    "plan.arrange": _l("Arrange the levels and the calendar of the plan"),
    "part.join": _l("Let take part: %(thing)s"),
    "part.change": _l("Change the part of %(thing)s"),
    "part.leave": _l("Take out of the project: %(thing)s"),
    "node.add": _l("Add to the plan: %(thing)s"),
    "node.amend": _l("Amend %(thing)s"),
    "node.remove": _l("Remove from the plan: %(thing)s"),
    "effort.assign": _l("Plan person-months: %(thing)s"),
    "effort.change": _l("Change the person-months: %(thing)s"),
    "effort.unassign": _l("Take out the person-months: %(thing)s"),
    "money.allocate": _l("Plan money: %(thing)s"),
    "money.change": _l("Change the planned money: %(thing)s"),
    "money.deallocate": _l("Take out the planned money: %(thing)s"),
    "link.add": _l("Add the dependency %(thing)s"),
    "link.amend": _l("Change the dependency %(thing)s"),
    "link.remove": _l("Remove the dependency %(thing)s"),
    "milestone.plan": _l("Plan the milestone %(thing)s"),
    "milestone.amend": _l("Amend the milestone %(thing)s"),
    "milestone.remove": _l("Remove the milestone %(thing)s"),
    "milestone.waive": _l("Waive the milestone %(thing)s"),
    "milestone.tie": _l("Let a milestone depend on something: %(thing)s"),
    "milestone.untie": _l("Let a milestone depend on it no longer: %(thing)s"),
    "deliverable.plan": _l("Plan the deliverable %(thing)s"),
    "deliverable.amend": _l("Amend the deliverable %(thing)s"),
    "deliverable.remove": _l("Remove the deliverable %(thing)s"),
    "indicator.plan": _l("Plan the indicator %(thing)s"),
    "indicator.amend": _l("Amend the indicator %(thing)s"),
    "indicator.remove": _l("Remove the indicator %(thing)s"),
}  # fmt: skip
#: Calls that make what has a title of its own.
MAKES = frozenset(verb for verb in WORDS if verb.endswith((".add", ".plan"))) - {"link.add"}
#: Rows that bear the name of their firm, and through what others are named.
FIRMS = ("plan_effort", "plan_allocation", "participant")
WAYS = {
    "plan_effort": ("node",), "plan_allocation": ("node",), "plan_link": ("before", "after"), "milestone_tie": ("milestone", "node", "deliverable"),
}  # fmt: skip


# Calls as plain values


def built_on(calls: Sequence[Call], place: int) -> list[int]:
    """The places of the later calls that build on what one makes, straight or by others between them, in their order."""
    gone = {place}
    for later in range(place + 1, len(calls)):
        if gone & _made_in([calls[later]["args"], calls[later]["values"]]):
            gone.add(later)
    return sorted(gone - {place})


def without(calls: Sequence[Call], gone: Iterable[int]) -> list[Call]:
    """The calls but for those at some places; what is left finds what it builds on at its new place."""
    left = [place for place in range(len(calls)) if place not in set(gone)]
    moved = {old: new for new, old in enumerate(left)}
    return [{name: _moved(part, moved) for name, part in calls[place].items()} for place in left]


def _made_in(value: Any) -> set[int]:
    """The places of calls whose outcomes written calls name."""
    if isinstance(value, list):
        return set().union(*map(_made_in, value))
    if isinstance(value, dict):
        return {value["made"]} if set(value) == {"made"} else set().union(*map(_made_in, value.values()))
    return set()


def _moved(value: Any, places: Mapping[int, int]) -> Any:
    if isinstance(value, list):
        return [_moved(one, places) for one in value]
    if isinstance(value, dict):
        if set(value) == {"made"}:
            return {"made": places[value["made"]]}
        return {name: _moved(one, places) for name, one in value.items()}
    return value


# What they are called


def named(calls: Sequence[Call]) -> list[Lazy]:
    """What each call does, in words without any amount."""
    names, found = _Names(calls), []
    for call in calls:
        words = WORDS[call["verb"]]
        found.append(Lazy(words.message, {"thing": names.thing(call)}) if "%(thing)s" in words.message else words)
    return found


class _Names:
    """The names of the rows of which some calls speak, each table asked once."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self.calls = calls
        wanted: dict[str, set[int]] = {}
        for table, number in asking.rows_in(list(calls)):
            wanted.setdefault(table, set()).add(number)
        self.rows: dict[tuple[str, int], Any] = {}
        for table, numbers in wanted.items():
            model = asking.model_of(table)
            query = select(model).where(model.id.in_(sorted(numbers)))
            query = query.options(*(selectinload(getattr(model, way)) for way in WAYS.get(table, ())))
            self.rows.update(((table, row.id), row) for row in db.session.scalars(query))
        named = {row.organisation_id for (table, _), row in self.rows.items() if table in FIRMS}
        firms = db.session.scalars(select(Organisation).where(Organisation.id.in_(sorted(named)))) if named else ()
        self.firms = {firm.id: firm for firm in firms}

    def thing(self, call: Call) -> str:
        """What a call is done to, or what it makes."""
        values = call["values"]
        if call["verb"] in MAKES:
            title = either(values.get("title_zh") or "", values.get("title_en") or "")
            number = values.get("number") if isinstance(values.get("number"), str | int) else None
            mark = "" if number is None else f"M{number}" if call["verb"] == "milestone.plan" else str(number)
            return " ".join(filter(None, (mark, title)))
        parts = [*call["args"], *(value for value in values.values() if call["verb"] not in asking.AMENDS)]
        names = [name for part in parts if (name := self._named(part))]
        return (" → " if call["verb"] == "link.add" else " · ").join(names)

    def _named(self, part: Any) -> str:
        if not isinstance(part, dict):
            return ""
        if set(part) == {"made"}:
            return self.thing(self.calls[part["made"]])
        if set(part) != {"row"}:
            return ""
        row = self.rows.get((part["row"][0], part["row"][1]))
        return str(_l("something that is gone")) if row is None else self._row(row)

    def _row(self, row: Any) -> str:
        """A row in the reader's language: by its number and title, by what it lies between, or by its firm."""
        table = row.__tablename__
        if table == "milestone":
            return f"M{row.number} {titled(row)}"
        if table in FIRMS:
            firm = titled(self.firms[row.organisation_id])
            return firm if table == "participant" else f"{self._row(row.node)} · {firm}"
        if table == "milestone_tie":
            return f"{self._row(row.milestone)} · {self._row(row.deliverable or row.node)}"
        if table == "plan_link":
            return str(row.title)
        return f"{row.number} {titled(row)}" if hasattr(row, "number") else titled(row)


# The verb


def obstacle(actor: Actor, request: ChangeRequest) -> Lazy | None:
    """Why a person cannot take anything out of a request."""
    if sentence := not_mine(actor, request) or under_way(actor, request):
        return sentence
    if request.state != "draft":
        return _l("This step is not possible any more: the state is now “%(state)s”.", state=LIFE.word(request.state))
    return None


def take_out(actor: Any, request: ChangeRequest, *, place: int, with_others: bool = False) -> ChangeRequest:
    """Take the change at a place out of a draft; those that build on it go only together with it (`with_others`).

    What is left is tried on the plan as it is now. A draft of which nothing is left is withdrawn.
    """
    names, gone = chosen(actor, request, place=place, with_others=with_others)
    calls: list[Call] = request.asked
    left = without(calls, gone)
    lines = _tried(actor, request, left, [name for at, name in enumerate(names) if at not in gone])
    if not lines:
        return services.emptied(actor, request)
    _keep(request, left, lines)
    request.reason = _unsaid(request.reason, [calls[at] for at in gone])
    record(actor, "took out of the change", request, request.project, taken=[names[at] for at in sorted(gone)])
    return request


def chosen(actor: Any, request: ChangeRequest, *, place: int, with_others: bool) -> tuple[list[Lazy], set[int]]:
    """The names of all changes of a draft and the places of those that would go; refuses what stands in the way, and lets nobody change the plan."""
    if sentence := obstacle(actor, request):
        raise NotNow(sentence)
    replanning.hold(request.project)
    must_be_open(request.consortium)
    calls: list[Call] = request.asked
    if not 0 <= place < len(calls):
        raise Refused("", place=_l("There is no such change in this draft any more."))
    names, others = named(calls), built_on(calls, place)
    if others and not with_others:
        sentence = _l("These build on it, so they would go as well: %(names)s.", names=quoted(names, others))
        raise Refused("", with_others=sentence)
    return names, {place, *others}


def quoted(names: Sequence[object], places: Iterable[int]) -> str:
    """Some of the changes of a draft by their names, in a sentence."""
    return listed(_l("“%(name)s”", name=names[place]) for place in places)


def _tried(actor: Any, request: ChangeRequest, calls: list[Call], names: Sequence[Lazy]) -> list[Line]:
    """What would be different if the rest were done; NotNow names the first that cannot be done any more."""
    before, made = rows_of(request.project, services.NAMES), list[Any]()
    with asking.rolled_back():
        try:
            asking.try_out(actor, calls, made, whole=request.whole)
        except Problem as problem:
            if len(made) == len(names):
                # A rule about all of it, of which no single change is to blame.
                raise NotNow(
                    _l("What would be left of the draft cannot be done: %(why)s", why=asking.why(problem))
                ) from problem
            words = {"name": names[len(made)], "why": asking.why(problem)}
            raise NotNow(
                _l("What would be left of the draft cannot be done: “%(name)s”: %(why)s Take that out first.", **words)
            ) from problem
        after = rows_of(request.project, services.NAMES)
    return differences(before, after)


def _keep(request: ChangeRequest, calls: list[Call], lines: list[Line]) -> None:
    """The rest in place of all, with the kind and the summary that came of the lines and not of the writer."""
    today, kind = clock.today(), deciding.suggested(lines)
    if request.kind is deciding.suggested(map(Line.of, request.lines)) or deciding.outranks(kind, request.kind, today):
        request.kind = kind
    if isinstance(request.summary, Lazy):
        request.summary = tables.summed_up(lines)
    request.asked, request.lines = calls, [line.kept for line in lines]


def _unsaid(reason: str, calls: Iterable[Call]) -> str:
    """The reason of a draft without what came with some of its changes, each as many lines as it has."""
    lines = reason.split("\n")
    for call in calls:
        said = call["values"].get("reason")
        block = said.split("\n") if isinstance(said, str) and said else []
        place = next((at for at in range(len(lines)) if block and lines[at : at + len(block)] == block), None)
        if place is not None:
            del lines[place : place + len(block)]
    return "\n".join(lines)
