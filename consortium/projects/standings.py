"""How milestones stand, asked of the database: the same as `lights` says of rows at hand, for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from consortium.core.db import db
from consortium.core.terms import Light
from consortium.projects import lights
from consortium.projects.lights import Standing, Verdict
from consortium.projects.models import Milestone, Project


def counted() -> ColumnElement[bool]:
    """The projects that count in figures, lights and papers: all but the stopped ones."""
    return Project.stage != "stopped"


def in_counted() -> ColumnElement[bool]:
    """The milestones of the projects that count."""
    return Milestone.project_id.in_(select(Project.id).where(counted()))


# Conditions on a milestone: the same as lights.is_accepted, is_waiting, is_late, is_due_soon.


def accepted_by(on: date) -> ColumnElement[bool]:
    """Accepted by the end of a day."""
    return and_(Milestone.state == "accepted", Milestone.accepted_on <= on)


def waiting_by(on: date) -> ColumnElement[bool]:
    """Reported and not yet verified at the end of a day."""
    accepted = and_(Milestone.state == "accepted", Milestone.accepted_on <= on)
    return and_(
        Milestone.state.in_(("reported", "accepted")), Milestone.reported_on <= on, ~func.coalesce(accepted, False)
    )


def late_by(on: date) -> ColumnElement[bool]:
    """The day has passed and nothing is reported."""
    unreported = or_(
        Milestone.state.in_(("planned", "returned")),
        and_(Milestone.state == "reported", func.coalesce(Milestone.reported_on, date.max) > on),
        and_(
            Milestone.state == "accepted",
            func.coalesce(Milestone.accepted_on, date.max) > on,
            func.coalesce(Milestone.reported_on, date.max) > on,
        ),
    )
    return and_(Milestone.due_on < on, unreported)


def due_soon(on: date) -> ColumnElement[bool]:
    """To be reported within the next days."""
    last = on + timedelta(days=lights.rules_on(on).soon)
    return and_(Milestone.state.in_(("planned", "returned")), Milestone.due_on.between(on, last))


def _sums(on: date, by: Any) -> Select[Any]:
    """One row for each value of `by`: the columns of a Standing, and the first late day in place of the slip."""

    def weight(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, Milestone.weight), else_=0)), 0)

    def count(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    return (
        select(
            by.label("by"),
            func.count().label("milestones"),
            func.sum(Milestone.weight).label("total"),
            weight(Milestone.due_on <= on).label("due"),
            weight(accepted_by(on)).label("accepted"),
            count(late_by(on)).label("late"),
            func.min(case((late_by(on), Milestone.due_on))).label("first_late"),
            count(waiting_by(on)).label("waiting"),
            count(accepted_by(on)).label("done"),
        )
        .where(Milestone.state != "waived")
        .group_by(by)
    )


def standing(project_ids: Iterable[int], on: date) -> dict[int, Standing]:
    """How many projects stood at the end of a day, in one query; each project asked for is in the answer."""
    ids = sorted(set(project_ids))
    found = {
        row.by: _standing(row, on)
        for row in db.session.execute(_sums(on, Milestone.project_id).where(Milestone.project_id.in_(ids)))
    }
    return {number: found.get(number, Standing()) for number in ids}


def _standing(row: Any, on: date) -> Standing:
    slip = (on - row.first_late).days if row.first_late else 0
    numbers = (
        int(n) for n in (row.milestones, row.total, row.due, row.accepted, row.late, slip, row.waiting, row.done)
    )
    return Standing(*numbers)


def consortium_verdicts(consortium_ids: Iterable[int], on: date) -> dict[int, Verdict]:
    """The lights of many consortia, in two queries."""
    ids = sorted(set(consortium_ids))
    rows = db.session.execute(
        select(Project.id, Project.consortium_id, Project.stage, Project.budget).where(
            Project.consortium_id.in_(ids), counted()
        )
    ).all()
    found = standing((row.id for row in rows), on)
    parts: dict[int, list[tuple[Light, Decimal]]] = {number: [] for number in ids}
    for row in rows:
        parts[row.consortium_id].append((lights.of_project(row.stage, found[row.id], on).light, row.budget))
    return {number: lights.of_consortium(own, on) for number, own in parts.items()}


def with_light(light: Light, on: date) -> Select[Any]:
    """The numbers of the projects that show a light; the same rules as in `lights`, on whole numbers."""
    rules, sums = lights.rules_on(on), _sums(on, Milestone.project_id).subquery()

    def below(limit: Decimal) -> ColumnElement[bool]:
        return and_(sums.c.due > 0, sums.c.accepted * 10000 < sums.c.due * int(limit * 10000))

    silent = and_(sums.c.due == 0, sums.c.accepted == 0, sums.c.waiting == 0)
    colour = case(
        (Project.stage.in_(("draft", "stopped")), literal(str(Light.GREY))),
        (or_(sums.c.by.is_(None), silent), literal(str(Light.GREY))),
        (
            or_(sums.c.first_late < on - timedelta(days=rules.most_slip), below(rules.amber_index)),
            literal(str(Light.RED)),
        ),
        (or_(sums.c.late > 0, below(rules.green_index)), literal(str(Light.AMBER))),
        else_=literal(str(Light.GREEN)),
    )
    return select(Project.id).outerjoin(sums, sums.c.by == Project.id).where(colour == str(light))
