"""The lists of which a plan consists, described once: baselines keep them, change requests compare them, files bring and take them.

`LISTS` is what can be imported and exported; `FRAME` is what a project says of itself beside its plan, kept and compared the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import String, case, select, type_coerce
from sqlalchemy.orm import aliased

from consortium.core.db import db
from consortium.core.identifiers import Scheme
from consortium.core.terms import CoreArea, ProjectKind
from consortium.core.words import _l
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable, DeliverableKind, Direction, Dissemination, Indicator, Tie
from consortium.plans.models import Allocation, CostCategory, Effort, Link, LinkKind, MoneySource, Node, Plan, Profile
from consortium.projects.models import Milestone, Participant, Project

Rows = dict[str, list[dict[str, Any]]]

#: The enums whose members stand in lists, by the name that a field's kind bears.
ENUMS: dict[str, type[StrEnum]] = {
    enum.__name__: enum for enum in (CostCategory, MoneySource, LinkKind, DeliverableKind, Dissemination, Direction, Profile, ProjectKind, CoreArea)
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column. `kind` is text, line, day, money, months, count, flag (yes or no), choice:<Enum>, organisation, node, deliverable or milestone.

    `private` is shown only to whoever may see the evidence of the organisation of the row.
    """

    name: str
    label: object
    kind: str = "line"
    private: bool = False

    @property
    def enum(self) -> type[StrEnum] | None:
        """The enum of a choice."""
        return ENUMS[self.kind.removeprefix("choice:")] if self.kind.startswith("choice:") else None


@dataclass(frozen=True)
class List:
    """One list: no two rows agree in all fields of `key`. Of a `private` list whole rows are hidden."""

    name: str
    label: object
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    asked: Callable[[int], Any]
    private: bool = False

    def field(self, name: str) -> Field:
        """The field of a name."""
        return next(field for field in self.fields if field.name == name)

    def named(self, row: dict[str, Any]) -> str:
        """The key of a row as one text, in which rows are found again."""
        return key_of(row[name] for name in self.key)


def key_of(parts: Iterable[Any]) -> str:
    """The parts of a key as one text."""
    return " / ".join("–" if part is None else str(part) for part in parts)


def code_of(firm: Any) -> str:
    """What an organisation is called in rows: its unified social credit code, any other code after its scheme (`pic:999…`).

    Two organisations may have one code under two schemes; this is theirs alone.
    """
    return str(firm.code) if firm.scheme == Scheme.USCC else f"{Scheme(firm.scheme).value}:{firm.code}"


def scheme_and_code(name: str) -> tuple[Scheme, str]:
    """What `code_of` put together."""
    scheme, colon, code = name.partition(":")
    return (Scheme(scheme), code) if colon and scheme in set(Scheme) else (Scheme.USCC, name)


# What the lists are asked by. Only columns are loaded, and each list is one statement.

_parent, _before, _after = aliased(Node), aliased(Node), aliased(Node)
#: `code_of` as a statement has it.
_FIRM_CODE = case(
    (Organisation.scheme == Scheme.USCC, type_coerce(Organisation.code, String)),
    else_=type_coerce(Organisation.scheme, String) + ":" + type_coerce(Organisation.code, String),
)


def _nodes(project_id: int) -> Any:
    query = select(
        Node.number,
        _parent.number,
        Node.title_zh,
        Node.title_en,
        _FIRM_CODE,
        Node.starts_on,
        Node.ends_on,
        Node.objective,
    )
    query = query.outerjoin(_parent, Node.parent_id == _parent.id).join(Organisation, Organisation.id == Node.organisation_id)  # fmt: skip
    return query.where(Node.project_id == project_id)


def _effort(project_id: int) -> Any:
    query = select(Node.number, _FIRM_CODE, Effort.months).join(Node, Node.id == Effort.node_id)
    return query.join(Organisation, Organisation.id == Effort.organisation_id).where(Node.project_id == project_id)


def _budget(project_id: int) -> Any:
    query = select(Node.number, _FIRM_CODE, Allocation.category, Allocation.source, Allocation.year, Allocation.amount)
    query = query.join(Node, Node.id == Allocation.node_id)
    return query.join(Organisation, Organisation.id == Allocation.organisation_id).where(Node.project_id == project_id)


def _links(project_id: int) -> Any:
    query = select(_before.number, _after.number, Link.kind, Link.lag).select_from(Link)
    query = query.join(_before, _before.id == Link.before_id).join(_after, _after.id == Link.after_id)
    return query.where(Link.project_id == project_id)


def _milestones(project_id: int) -> Any:
    query = select(Milestone.number, Milestone.title_zh, Milestone.title_en, _FIRM_CODE, Milestone.due_on, Milestone.weight, Milestone.means,
                   Milestone.state == "waived")  # fmt: skip
    return query.join(Organisation, Organisation.id == Milestone.organisation_id).where(
        Milestone.project_id == project_id
    )


def _deliverables(project_id: int) -> Any:
    query = select(Deliverable.number, Node.number, _FIRM_CODE, Deliverable.title_zh, Deliverable.title_en, Deliverable.kind, Deliverable.level,
                   Deliverable.due_on)  # fmt: skip
    query = query.outerjoin(Node, Node.id == Deliverable.node_id)
    return query.join(Organisation, Organisation.id == Deliverable.organisation_id).where(
        Deliverable.project_id == project_id
    )


def _indicators(project_id: int) -> Any:
    query = select(Indicator.number, Node.number, _FIRM_CODE, Indicator.title_zh, Indicator.title_en, Indicator.unit, Indicator.direction,
                   Indicator.value_start, Indicator.value_mid, Indicator.value_end, Indicator.method)  # fmt: skip
    query = query.outerjoin(Node, Node.id == Indicator.node_id)
    return query.join(Organisation, Organisation.id == Indicator.organisation_id).where(
        Indicator.project_id == project_id
    )


def _ties(project_id: int) -> Any:
    query = select(Milestone.number, Node.number, Deliverable.number).select_from(Tie)
    query = query.join(Milestone, Milestone.id == Tie.milestone_id).outerjoin(Node, Node.id == Tie.node_id)
    return query.outerjoin(Deliverable, Deliverable.id == Tie.deliverable_id).where(Milestone.project_id == project_id)


def _frame(project_id: int) -> Any:
    query = select(Project.reference, Project.kind, Project.title_zh, Project.title_en, Project.objective, Project.area, _FIRM_CODE,
                   Project.starts_on, Project.ends_on, Project.budget, Project.trl_start, Project.trl_target, Plan.profile, Plan.calendar,
                   Plan.money_profile)  # fmt: skip
    query = query.join(Organisation, Organisation.id == Project.lead_id).outerjoin(Plan, Plan.project_id == Project.id)
    return query.where(Project.id == project_id)


def _participants(project_id: int) -> Any:
    query = select(_FIRM_CODE, Participant.task, Participant.budget).select_from(Participant)
    return query.join(Organisation, Organisation.id == Participant.organisation_id).where(
        Participant.project_id == project_id
    )


_NUMBER, _TITLE_ZH, _TITLE_EN = (
    Field("number", _l("Number")),
    Field("title_zh", _l("Title in Chinese")),
    Field("title_en", _l("Title in English")),
)
_FIRM, _NODE, _DUE = (
    Field("organisation", _l("Organisation"), "organisation"),
    Field("node", _l("Node"), "node"),
    Field("due_on", _l("Due on"), "day"),
)
_FROM, _TO = Field("starts_on", _l("Begins on"), "day"), Field("ends_on", _l("Ends on"), "day")

LISTS: tuple[List, ...] = (
    List("nodes", _l("Nodes of the tree"), ("number",), (
        _NUMBER, Field("parent", _l("Belongs to"), "node"), _TITLE_ZH, _TITLE_EN, Field("lead", _l("Lead"), "organisation"), _FROM, _TO,
        Field("objective", _l("Objective"), "text"),
    ), _nodes),
    List("effort", _l("Effort"), ("node", "organisation"), (_NODE, _FIRM, Field("months", _l("Person-months"), "months")), _effort),
    List("budget", _l("Planned money"), ("node", "organisation", "category", "source", "year"), (
        _NODE, _FIRM, Field("category", _l("Category"), "choice:CostCategory"), Field("source", _l("Source"), "choice:MoneySource"),
        Field("year", _l("Year"), "count"), Field("amount", _l("Amount (yuan)"), "money", private=True),
    ), _budget, private=True),
    List("links", _l("Dependencies"), ("before", "after"), (
        Field("before", _l("Goes before"), "node"), Field("after", _l("Waits for it"), "node"), Field("kind", _l("Kind"), "choice:LinkKind"),
        Field("lag", _l("Lag (working days)"), "count"),
    ), _links),
    List("milestones", _l("Milestones"), ("number",), (
        Field("number", _l("Number"), "count"), _TITLE_ZH, _TITLE_EN, _FIRM, _DUE, Field("weight", _l("Weight"), "count"),
        Field("means", _l("Means of verification"), "text"), Field("waived", _l("Waived"), "flag"),
    ), _milestones),
    List("deliverables", _l("Deliverables"), ("number",), (
        _NUMBER, _NODE, _FIRM, _TITLE_ZH, _TITLE_EN, Field("kind", _l("Kind"), "choice:DeliverableKind"),
        Field("level", _l("Dissemination"), "choice:Dissemination"), _DUE,
    ), _deliverables),
    List("indicators", _l("Assessment indicators"), ("number",), (
        _NUMBER, _NODE, _FIRM, _TITLE_ZH, _TITLE_EN, Field("unit", _l("Unit")), Field("direction", _l("Direction"), "choice:Direction"),
        Field("value_start", _l("Value at the start")), Field("value_mid", _l("Value at mid-term")), Field("value_end", _l("Value at the end")),
        Field("method", _l("Method of assessment"), "text"),
    ), _indicators),
    List("ties", _l("What milestones depend on"), ("milestone", "node", "deliverable"), (
        Field("milestone", _l("Milestone"), "milestone"), _NODE, Field("deliverable", _l("Deliverable"), "deliverable"),
    ), _ties),
)  # fmt: skip

FRAME: tuple[List, ...] = (
    List("project", _l("Project"), ("reference",), (
        Field("reference", _l("Reference")), Field("kind", _l("Kind"), "choice:ProjectKind"), _TITLE_ZH, _TITLE_EN,
        Field("objective", _l("What is to be reached"), "text"), Field("area", _l("Core technology area"), "choice:CoreArea"),
        Field("lead", _l("Leading organisation"), "organisation"), _FROM, _TO, Field("budget", _l("Budget"), "money"),
        Field("trl_start", _l("Readiness level (TRL) at the start"), "count"), Field("trl_target", _l("Readiness level (TRL) to be reached"), "count"),
        Field("profile", _l("Names of the levels"), "choice:Profile"), Field("calendar", _l("Working calendar")),
        Field("money_profile", _l("Money profile")),
    ), _frame),
    List("participants", _l("Participants"), ("organisation",), (
        _FIRM, Field("task", _l("Task"), "text"), Field("budget", _l("Planned money"), "money", private=True),
    ), _participants),
)  # fmt: skip

#: All that is kept of a plan.
EVERY: tuple[List, ...] = (*FRAME, *LISTS)
BY_NAME = {one.name: one for one in EVERY}


#: Parts of keys that came later than the first baselines: what they are where a kept row or file does not have them.
LATER: dict[tuple[str, str], Any] = {("budget", "year"): 0}


def whole(one: List, row: dict[str, Any]) -> dict[str, Any]:
    """A kept row with the parts of its key that it did not have when it was kept."""
    late = {name: LATER[one.name, name] for name in one.key if name not in row and (one.name, name) in LATER}
    return {**row, **late} if late else row


def bare(rows: Rows) -> Rows:
    """Rows as they would have been kept before those parts came: what was frozen or imported then has the digest of these."""
    return {
        name: [
            {field: value for field, value in row.items() if (name, field) not in LATER or LATER[name, field] != value}
            for row in some
        ]
        for name, some in rows.items()
    }


def whole_key(one: List, key: Iterable[Any]) -> tuple[Any, ...]:
    """A kept key with the parts that it did not have when it was kept; they are the last ones."""
    found = tuple(key)
    return (*found, *(LATER[one.name, name] for name in one.key[len(found) :]))


def rows_of(project: Project, lists: Iterable[str] | None = None) -> Rows:
    """The rows of the named lists (None: those of `LISTS`) as plain values, each list by one statement and sorted naturally by its key."""
    wanted = [BY_NAME[name] for name in lists] if lists is not None else LISTS
    return {one.name: _rows(one, project) for one in wanted}


def _rows(one: List, project: Project) -> list[dict[str, Any]]:
    found = [
        {field.name: plain(value, field.kind) for field, value in zip(one.fields, values, strict=True)}
        for values in db.session.execute(one.asked(project.id))
    ]
    return in_order(one, found)


def in_order(one: List, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows sorted by their key, numbers in them by their value: T1.2 before T1.10."""
    return sorted(rows, key=lambda row: [natural(row.get(name)) for name in one.key])


def natural(value: Any) -> tuple[tuple[int, int, str], ...]:
    """What a number of the plan is sorted by; nothing comes first."""
    parts = re.findall(r"\d+|\D+", "" if value is None else str(value))
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts)


def plain(value: Any, kind: str) -> Any:
    """A value as JSON keeps it exactly: days ISO 8601, amounts and months with two decimals, choices by their value."""
    if kind == "flag":
        return "yes" if value else "no"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
