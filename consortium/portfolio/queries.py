"""What an authority asks of its portfolio: a few grouped queries, kept for some seconds as plain values."""

from __future__ import annotations

import datetime
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.consortia.models import FILED, Consortium, Membership, TechnologyArea
from consortium.core import clock
from consortium.core.access import Action, Actor, within
from consortium.core.db import db
from consortium.core.terms import CoreArea, Light, MemberRole
from consortium.organisations.models import Organisation
from consortium.projects import dangers, standings
from consortium.projects import queries as projects
from consortium.projects.lights import Standing, light_of, of_consortium, together
from consortium.projects.models import Milestone, Project
from consortium.reports.models import StatusReport

_NOTHING = Standing()
KEPT_FOR = datetime.timedelta(seconds=30)
MOST_KEPT = 64


@dataclass(frozen=True)
class Row:
    """One consortium of the portfolio, as plain values; money in yuan."""

    id: int
    reference: str
    name_zh: str
    name_en: str
    stage: str
    province: str
    lead_zh: str = ""
    lead_en: str = ""
    areas: tuple[str, ...] = ()
    members: int = 0
    projects: int = 0
    running: int = 0
    money: Decimal = Decimal("0.00")
    light: Light = Light.GREY
    reasons: tuple[Any, ...] = ()
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True)
class Facts:
    """All consortia of a remit, and their milestones by consortium and technology area."""

    rows: tuple[Row, ...]
    standings: Mapping[tuple[int, str], Standing]
    #: What was summed up of them, by what was asked for.
    summed: dict[Any, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Wanted:
    """What the filter of the page asks for; "" for all. Only what exists is asked for."""

    region: str = ""
    area: str = ""
    stage: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        """The filter of an address; values that mean nothing are passed over."""
        region, area, stage = (asked.get(name, "")[:40] for name in ("region", "area", "stage"))
        known = {str(member) for member in CoreArea}
        return cls(
            region[:2] if region[:2].isdigit() else "", area if area in known else "", stage if stage in FILED else ""
        )

    def args(self, **more: str) -> dict[str, str]:
        """The filter as arguments of an address."""
        named = {"region": self.region, "area": self.area, "stage": self.stage, **more}
        return {name: value for name, value in named.items() if value}

    def fits(self, row: Row) -> bool:
        """Whether a consortium is asked for."""
        return (
            (not self.region or row.province == self.region)
            and (not self.area or self.area in row.areas)
            and (not self.stage or row.stage == self.stage)
        )


# The cache


_kept: OrderedDict[Any, tuple[datetime.datetime, Any]] = OrderedDict()


def forget() -> None:
    """Ask everything anew."""
    _kept.clear()


def kept(actor: Actor, name: str, make: Callable[[], Any]) -> Any:
    """What `make` answers for a remit, asked again after any event or after half a minute, whichever is first."""
    remit = tuple(sorted((tuple(remit.regions), tuple(remit.areas)) for remit in actor.remits))
    head = db.session.execute(select(Event.id, Event.digest).order_by(Event.id.desc()).limit(1)).first()
    key, now = (name, remit, tuple(head or ()), clock.today(), str(db.engine.url)), clock.now()
    found = _kept.get(key)
    if found is not None and now - found[0] < KEPT_FOR:
        return found[1]
    made = make()
    _kept[key] = (now, made)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return made


# The questions


def facts(actor: Actor) -> Facts:
    """All that the page shows of the consortia of a remit."""
    found: Facts = kept(actor, "facts", lambda: _facts(actor, clock.today()))
    return found


def _facts(actor: Actor, on: datetime.date) -> Facts:
    leads, areas, members, found = _leads(actor), _areas(actor), _members(actor), _standings(actor, on)
    works: dict[int, list[Any]] = defaultdict(list)
    groups: dict[tuple[int, str], list[Standing]] = defaultdict(list)
    for work in _works(actor):
        works[work.consortium_id].append(work)
        if work.id in found:
            groups[work.consortium_id, str(work.area)].append(found[work.id])
    over = dangers.over(None, on)
    parts = {key: together(group) for key, group in groups.items()}
    wholes: dict[int, list[Standing]] = defaultdict(list)
    for (number, _area), part in parts.items():
        wholes[number].append(part)
    rows = []
    for row in _all(_consortia(actor)):
        own, (lead_zh, lead_en) = works.get(row.id, []), leads.get(row.id, ("", ""))
        verdict = of_consortium([(light_of(w.stage, found.get(w.id, _NOTHING), on, over.get(w.id, 0)), w.budget) for w in own], on)  # fmt: skip
        # Amounts of other currencies are not added to yuan.
        money = sum((w.budget for w in own), Decimal("0.00")) if row.currency == "CNY" else Decimal("0.00")
        rows.append(
            Row(
                row.id, row.reference, row.name_zh, row.name_en, row.stage, row.province, lead_zh, lead_en, tuple(areas.get(row.id, ())),
                members.get(row.id, 0), len(own), sum(w.stage == "running" for w in own), money, verdict.light, verdict.reasons,
                together(wholes.get(row.id, ())),
            )
        )  # fmt: skip
    return Facts(tuple(rows), parts)


def _consortia(actor: Actor) -> Select[Any]:
    columns = (
        Consortium.id,
        Consortium.reference,
        Consortium.name_zh,
        Consortium.name_en,
        Consortium.stage,
        Consortium.province,
        Consortium.currency,
    )
    query: Any = select(*columns)
    return within(actor, query, Consortium, Action.OVERSEE).order_by(Consortium.reference)


def _leads(actor: Actor) -> dict[int, tuple[str, str]]:
    query: Any = select(Membership.consortium_id, Organisation.name_zh, Organisation.name_en).join(
        Organisation, Organisation.id == Membership.organisation_id
    )
    query = query.where(Membership.role == MemberRole.LEAD, Membership.left_on.is_(None))
    return {row[0]: (row[1], row[2]) for row in _all(within(actor, query, Membership, Action.OVERSEE))}


def _areas(actor: Actor) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    areas: Any = select(TechnologyArea.consortium_id, TechnologyArea.area)
    query = within(actor, areas, TechnologyArea, Action.OVERSEE)
    for number, area in _all(query.order_by(TechnologyArea.id)):
        found[number].append(str(area))
    return found


def _members(actor: Actor) -> dict[int, int]:
    query: Any = (
        select(Membership.consortium_id, func.count())
        .where(Membership.left_on.is_(None))
        .group_by(Membership.consortium_id)
    )
    return {row[0]: row[1] for row in _all(within(actor, query, Membership, Action.OVERSEE))}


def _works(actor: Actor) -> Iterable[Any]:
    """The projects that count."""
    columns = Project.id, Project.consortium_id, Project.area, Project.stage, Project.budget
    query: Any = select(*columns).where(standings.counted())
    return _all(within(actor, query, Project, Action.OVERSEE))


def _standings(actor: Actor, on: datetime.date) -> dict[int, Standing]:
    """How the milestones of each project stand; those of projects that do not count as well."""
    query = within(actor, standings.sums(on, Milestone.project_id), Milestone, Action.OVERSEE)
    return {row.project_id: standings.of_row(row, on) for row in _all(query)}


def _all(query: Select[Any]) -> Iterable[Any]:
    """The rows of a query that goes through all that a model has for the reader."""
    return db.session.execute(query, execution_options={"whole": True})


# The rows behind the numbers


def _numbers(actor: Actor, wanted: Wanted) -> Select[Any]:
    """The numbers of the consortia that are asked for."""
    return within(actor, select(Consortium.id).where(*_conditions(wanted)), Consortium, Action.OVERSEE)


def _asked_for(actor: Actor, query: Select[Any], model: Any, wanted: Wanted) -> Select[Any]:
    """A list narrowed to the consortia asked for; looked at row by row, so that it keeps the order of its index."""
    conditions = _conditions(wanted)
    query = within(actor, query, model, Action.OVERSEE)
    return query.where(model.consortium.has(and_(*conditions))) if conditions else query


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.region:
        conditions.append(Consortium.province == wanted.region)
    if wanted.stage:
        conditions.append(Consortium.stage == wanted.stage)
    if wanted.area:
        conditions.append(Consortium.areas.any(TechnologyArea.area == CoreArea(wanted.area)))
    return conditions


def firms(actor: Actor, wanted: Wanted) -> Select[Organisation]:
    """The organisations that are members of the consortia asked for, each once."""
    parts = select(Membership.organisation_id).where(
        Membership.left_on.is_(None), Membership.consortium_id.in_(_numbers(actor, wanted))
    )
    query = select(Organisation).options(selectinload(Organisation.titles)).where(Organisation.id.in_(parts))
    return query.order_by(Organisation.province, Organisation.name_zh, Organisation.id)


def count_firms(actor: Actor, wanted: Wanted) -> int:
    """How many organisations these are."""

    def ask() -> int:
        query = select(func.count(Membership.organisation_id.distinct()))
        asked = query.where(Membership.left_on.is_(None), Membership.consortium_id.in_(_numbers(actor, wanted)))
        return db.session.scalar(asked) or 0

    found: int = kept(actor, f"firms {wanted}", ask)
    return found


def works(actor: Actor, wanted: Wanted) -> Select[Any]:
    """The projects of the consortia asked for, with what their list shows."""
    return _asked_for(actor, projects.of(actor), Project, wanted).where(standings.counted())


def milestones(actor: Actor, wanted: Wanted, which: str, on: datetime.date) -> Select[Any]:
    """The milestones of the consortia asked for: all, `done`, `running`, `late`, `due` (day has come), or `in_time` of those."""
    query = _asked_for(actor, projects.milestones(actor), Milestone, wanted)
    query = query.where(Milestone.state != "waived", standings.in_counted())
    conditions = {
        "late": standings.late_by, "done": standings.accepted_by, "running": standings.running_by,
        "due": standings.past_by, "in_time": standings.in_time_by,
    }  # fmt: skip
    return query.where(conditions[which](on)) if which in conditions else query


def reports(actor: Actor, wanted: Wanted, limit: int = 8) -> list[StatusReport]:
    """The reports that were submitted last, with their consortium and paper."""
    query = (
        select(StatusReport)
        .options(joinedload(StatusReport.consortium))
        .where(StatusReport.consortium_id.in_(_numbers(actor, wanted)))
    )
    query = within(actor, query, StatusReport, Action.OVERSEE).order_by(
        StatusReport.submitted_at.desc(), StatusReport.id.desc()
    )
    return list(db.session.scalars(query.limit(limit)))
