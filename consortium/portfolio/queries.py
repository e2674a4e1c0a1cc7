"""What an authority asks of its portfolio: a few grouped queries, kept for some seconds as plain values."""

from __future__ import annotations

import datetime
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.consortia.models import FILED, Consortium, Membership, TechnologyArea
from consortium.core import clock
from consortium.core.access import Action, Actor, within
from consortium.core.db import db
from consortium.core.terms import CoreArea, Light, MemberRole
from consortium.organisations.models import Organisation
from consortium.projects import queries as projects
from consortium.projects import standings
from consortium.projects.lights import Standing
from consortium.projects.models import Milestone, Project
from consortium.reports.models import StatusReport

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
    rows = [Row(*row) for row in db.session.execute(_consortia(actor))]
    numbers = [row.id for row in rows]
    leads, areas, members, works = _leads(actor), _areas(actor), _members(actor), _works(actor)
    parts, verdicts = _standings(actor, on), standings.consortium_verdicts(numbers, on)
    whole: dict[int, Standing] = defaultdict(Standing)
    for (number, _area), part in parts.items():
        whole[number] += part
    nobody, nothing = ("", ""), (0, 0, None)
    full = []
    for row in rows:
        lead, work, verdict = leads.get(row.id, nobody), works.get(row.id, nothing), verdicts[row.id]
        full.append(
            replace(
                row,
                lead_zh=lead[0],
                lead_en=lead[1],
                areas=tuple(areas.get(row.id, ())),
                members=members.get(row.id, 0),
                projects=work[0],
                running=work[1],
                money=work[2] or Decimal("0.00"),
                light=verdict.light,
                reasons=verdict.reasons,
                standing=whole[row.id],
            )
        )
    return Facts(tuple(full), parts)


def _consortia(actor: Actor) -> Select[Any]:
    columns = (
        Consortium.id,
        Consortium.reference,
        Consortium.name_zh,
        Consortium.name_en,
        Consortium.stage,
        Consortium.province,
    )
    query: Any = select(*columns)
    return within(actor, query, Consortium, Action.OVERSEE).order_by(Consortium.reference)


def _leads(actor: Actor) -> dict[int, tuple[str, str]]:
    query: Any = select(Membership.consortium_id, Organisation.name_zh, Organisation.name_en).join(
        Organisation, Organisation.id == Membership.organisation_id
    )
    query = query.where(Membership.role == MemberRole.LEAD, Membership.left_on.is_(None))
    return {row[0]: (row[1], row[2]) for row in db.session.execute(within(actor, query, Membership, Action.OVERSEE))}


def _areas(actor: Actor) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    areas: Any = select(TechnologyArea.consortium_id, TechnologyArea.area)
    query = within(actor, areas, TechnologyArea, Action.OVERSEE)
    for number, area in db.session.execute(query.order_by(TechnologyArea.id)):
        found[number].append(str(area))
    return found


def _members(actor: Actor) -> dict[int, int]:
    query: Any = (
        select(Membership.consortium_id, func.count())
        .where(Membership.left_on.is_(None))
        .group_by(Membership.consortium_id)
    )
    rows = db.session.execute(within(actor, query, Membership, Action.OVERSEE))
    return {row[0]: row[1] for row in rows}


def _works(actor: Actor) -> dict[int, tuple[int, int, Decimal | None]]:
    """Projects of each consortium: how many, how many of them run, and their planned money."""
    running = func.coalesce(func.sum(case((Project.stage == "running", 1), else_=0)), 0)
    yuan = func.sum(
        case((Consortium.currency == "CNY", Project.budget))
    )  # amounts of other currencies are not added to yuan
    query: Any = select(Project.consortium_id, func.count(), running, yuan).join(
        Consortium, Consortium.id == Project.consortium_id
    )
    query = query.where(standings.counted()).group_by(Project.consortium_id)
    return {
        row[0]: (row[1], int(row[2]), row[3])
        for row in db.session.execute(within(actor, query, Project, Action.OVERSEE))
    }


def _standings(actor: Actor, on: datetime.date) -> dict[tuple[int, str], Standing]:
    """How the milestones stand, by consortium and by the area of their project."""
    query = standings.sums(on, Milestone.consortium_id, Project.area)
    query = query.join(Project, Project.id == Milestone.project_id).where(standings.counted())
    rows = db.session.execute(within(actor, query, Milestone, Action.OVERSEE))
    return {(row.consortium_id, str(row.area)): standings.of_row(row, on) for row in rows}


# The rows behind the numbers


def _numbers(actor: Actor, wanted: Wanted) -> Select[Any]:
    """The numbers of the consortia that are asked for."""
    query = select(Consortium.id)
    if wanted.region:
        query = query.where(Consortium.province == wanted.region)
    if wanted.stage:
        query = query.where(Consortium.stage == wanted.stage)
    if wanted.area:
        query = query.where(
            Consortium.id.in_(select(TechnologyArea.consortium_id).where(TechnologyArea.area == CoreArea(wanted.area)))
        )
    return within(actor, query, Consortium, Action.OVERSEE)


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
    return projects.of(actor).where(Project.consortium_id.in_(_numbers(actor, wanted)), standings.counted())


def milestones(actor: Actor, wanted: Wanted, which: str, on: datetime.date) -> Select[Any]:
    """The milestones of the consortia asked for: all, `done`, `running`, `late`, `due` (day has come), or `in_time` of those."""
    query = projects.milestones(actor).where(
        Milestone.consortium_id.in_(_numbers(actor, wanted)), Milestone.state != "waived", standings.in_counted()
    )
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
