"""How milestones stand, asked of the database: the same as `lights` says of rows at hand, for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from consortium.core.db import db
from consortium.core.terms import Light
from consortium.projects import dangers, lights
from consortium.projects.lights import Standing, Verdict
from consortium.projects.models import Milestone, Project


def counted() -> ColumnElement[bool]:
    """The projects that count in figures, lights and papers: all but the stopped ones."""
    return Project.stage != "stopped"


def in_counted() -> ColumnElement[bool]:
    """The milestones of the projects that count."""
    return Milestone.project.has(counted())  # asked of each milestone, so that a list keeps the order of its index


# Conditions on a milestone: the same as lights.is_accepted, is_waiting, is_late, is_in_time, is_due_soon.


def accepted_by(on: date) -> ColumnElement[bool]:
    """Accepted by the end of a day."""
    return and_(Milestone.state == "accepted", Milestone.accepted_on <= on)


def waiting_by(on: date) -> ColumnElement[bool]:
    """Reported and not yet accepted at the end of a day."""
    accepted = and_(Milestone.state == "accepted", Milestone.accepted_on <= on)
    return and_(Milestone.state.in_(lights.REPORTED), Milestone.reported_on <= on, ~func.coalesce(accepted, False))


def late_by(on: date) -> ColumnElement[bool]:
    """The day has passed and nothing is reported."""
    unreported = or_(
        Milestone.state.in_(lights.AHEAD),
        and_(Milestone.state.in_(("reported", "verified")), func.coalesce(Milestone.reported_on, date.max) > on),
        and_(
            Milestone.state == "accepted",
            func.coalesce(Milestone.accepted_on, date.max) > on,
            func.coalesce(Milestone.reported_on, date.max) > on,
        ),
    )
    return and_(Milestone.due_on < on, unreported)


def running_by(on: date) -> ColumnElement[bool]:
    """Neither accepted nor late, as `Standing.running` counts."""
    return and_(~func.coalesce(accepted_by(on), False), ~func.coalesce(late_by(on), False))


def past_by(on: date) -> ColumnElement[bool]:
    """The day is over."""
    return Milestone.due_on < on


def in_time_by(on: date) -> ColumnElement[bool]:
    """Due before a day, and reached by its own day: as accepted, or else as reported; a returned report does not count."""
    accepted = and_(Milestone.state == "accepted", Milestone.reported_on.is_not(None))
    reached = case((accepted, func.coalesce(Milestone.reached_on, Milestone.reported_on)), else_=Milestone.reported_on)
    return and_(past_by(on), Milestone.state.in_(lights.REPORTED), reached <= Milestone.due_on)


def due_soon(on: date) -> ColumnElement[bool]:
    """To be reported within the next days."""
    last = on + timedelta(days=lights.rules_on(on).soon)
    return and_(Milestone.state.in_(lights.AHEAD), Milestone.due_on.between(on, last))


def sums(on: date, *by: Any) -> Select[Any]:
    """One row for each group of milestones: its key, one column for each of `by`, and then what `of_row` reads."""

    def weight(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, Milestone.weight), else_=0)), 0)

    def count(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    return (
        select(
            *by,
            func.count().label("milestones"),
            func.sum(Milestone.weight).label("total"),
            weight(Milestone.due_on <= on).label("due"),
            weight(accepted_by(on)).label("accepted"),
            count(late_by(on)).label("late"),
            func.min(case((late_by(on), Milestone.due_on))).label("first_late"),
            count(waiting_by(on)).label("waiting"),
            count(accepted_by(on)).label("done"),
            count(past_by(on)).label("past"),
            count(in_time_by(on)).label("in_time"),
        )
        .where(Milestone.state != "waived")
        .group_by(*by)
    )


def of_row(row: Any, on: date) -> Standing:
    """The standing of one group of `sums`."""
    *_by, milestones, total, due, accepted, late, first_late, waiting, done, past, in_time = row
    slip = (on - first_late).days if first_late else 0
    # The sums of PostgreSQL are of a longer type.
    return Standing(milestones, int(total), int(due), int(accepted), int(late), slip, int(waiting), int(done), int(past), int(in_time))  # fmt: skip


def standing(project_ids: Iterable[int], on: date) -> dict[int, Standing]:
    """How many projects stood at the end of a day, in one query; each project asked for is in the answer."""
    ids = sorted(set(project_ids))
    asked = sums(on, Milestone.project_id).where(Milestone.project_id.in_(ids))
    found = {row.project_id: of_row(row, on) for row in db.session.execute(asked)}
    return {number: found.get(number, Standing()) for number in ids}


def consortium_verdicts(consortium_ids: Iterable[int], on: date) -> dict[int, Verdict]:
    """The lights of many consortia, in three queries."""
    ids = sorted(set(consortium_ids))
    rows = db.session.execute(
        select(Project.id, Project.consortium_id, Project.stage, Project.budget).where(
            Project.consortium_id.in_(ids), counted()
        )
    ).all()
    found = standing((row.id for row in rows), on)
    over = dangers.over(found, on)
    parts: dict[int, list[tuple[Light, Decimal]]] = {number: [] for number in ids}
    for row in rows:
        parts[row.consortium_id].append(
            (lights.light_of(row.stage, found[row.id], on, over.get(row.id, 0)), row.budget)
        )
    return {number: lights.of_consortium(own, on) for number, own in parts.items()}


def with_light(light: Light, on: date) -> Select[Any]:
    """The numbers of the projects that show a light; the same rules as in `lights`, on whole numbers."""
    rules, found = lights.rules_on(on), sums(on, Milestone.project_id).subquery()

    def below(limit: Decimal) -> ColumnElement[bool]:
        return and_(found.c.due > 0, found.c.accepted * 10000 < found.c.due * int(limit * 10000))

    silent = and_(found.c.due == 0, found.c.accepted == 0, found.c.waiting == 0)
    colour = case(
        (Project.stage.in_(("draft", "stopped")), literal(str(Light.GREY))),
        (dangers.over_project(on) > 0, literal(str(Light.RED))),
        (or_(found.c.project_id.is_(None), silent), literal(str(Light.GREY))),
        (
            or_(found.c.first_late < on - timedelta(days=rules.most_slip), below(rules.amber_index)),
            literal(str(Light.RED)),
        ),
        (or_(found.c.late > 0, below(rules.green_index)), literal(str(Light.AMBER))),
        else_=literal(str(Light.GREEN)),
    )
    return select(Project.id).outerjoin(found, found.c.project_id == Project.id).where(colour == str(light))
