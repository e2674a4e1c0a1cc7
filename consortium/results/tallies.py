"""How many results and outcomes there are: the database puts alike rows together, `counting` says what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, func, literal, null, select, type_coerce

from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.db import db
from consortium.projects.models import Project
from consortium.results import classes
from consortium.results.counting import Counted, Counts, Held, Made, Tally
from consortium.results.models import Outcome, OutcomeOwner, Result, ResultOwner

DAY = timedelta(days=1)


def counts(consortium: Consortium, on: date, first: date | None = None, project: Project | None = None) -> Counts:
    """Results and outcomes of a consortium (or of one project) as they stood on a day, each counted once; new is what came from `first` on.

    A holder counts what it holds once for itself, and the part that its share is. Stopped projects count only where one is asked for by itself.
    """
    running = and_(Project.consortium_id == consortium.id, Project.stage != "stopped")
    where = select(Project.id).where(running if project is None else Project.id == project.id)
    tally, cut = Tally(classes.on(on), on, first), Cut(on, first)
    for outcome, times in _outcomes(where, cut):
        tally.outcome(outcome, times)
    for outcome, held, times in _held(where, cut):
        tally.held(outcome, held, times)
    for result, times in _results(where, cut):
        tally.result(result, times)
    for result, held, times in _owned(where, cut):
        tally.owned(result, held, times)
    return tally.found


@dataclass(frozen=True)
class Cut:
    """Days as far as counting asks about them: before the first day, up to the last, or after it. All days of one part count alike."""

    on: date
    first: date | None

    @property
    def before(self) -> date:
        """The day that stands for all before the first one."""
        return min(self.first or self.on, self.on + DAY) - DAY

    def day(self, column: Any) -> ColumnElement[date]:
        """The day that stands for a day, which may be unknown."""
        parts: list[Any] = [(column.is_(None), null()), (column > self.on, literal(self.on + DAY, Date))]
        if self.first is not None:
            parts.append((column < self.first, literal(self.before, Date)))
        return type_coerce(case(*parts, else_=literal(self.on, Date)), Date)

    def moment(self, column: Any) -> ColumnElement[date]:
        """The day that stands for the day of a moment in the zone of the platform."""
        parts: list[Any] = [(column >= _begins(self.on + DAY), literal(self.on + DAY, Date))]
        if self.first is not None:
            parts.append((column < _begins(self.first), literal(self.before, Date)))
        return type_coerce(case(*parts, else_=literal(self.on, Date)), Date)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.zone).astimezone(UTC)


def _grouped(query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Alike rows once, each with how many there are; grouped from outside, for no database knows two equal `CASE` with values as one."""
    rows = query.subquery()
    yield from db.session.execute(select(*rows.c, func.count()).group_by(*rows.c))


def _of_outcome(cut: Cut) -> tuple[Any, ...]:
    days = (cut.day(column) for column in (Outcome.applied_on, Outcome.granted_on, Outcome.ended_on))
    named = [day.label(name) for day, name in zip(days, ("applied", "granted", "ended"), strict=True)]
    return (
        Outcome.project_id,
        Outcome.kind,
        Outcome.transferred_in,
        *named,
        cut.moment(Outcome.created_at).label("entered"),
    )


def _outcomes(where: Select[Any], cut: Cut) -> Iterator[tuple[Counted, int]]:
    for *values, times in _grouped(select(*_of_outcome(cut)).where(Outcome.project_id.in_(where))):
        yield Counted(*values), times


def _held(where: Select[Any], cut: Cut) -> Iterator[tuple[Counted, Held, int]]:
    of = OutcomeOwner.organisation_id, OutcomeOwner.part, OutcomeOwner.of, OutcomeOwner.place
    query = select(*_of_outcome(cut), *of).join(Outcome, Outcome.id == OutcomeOwner.outcome_id)
    for *values, firm, part, whole, place, times in _grouped(query.where(Outcome.project_id.in_(where))):
        yield Counted(*values), Held(firm, Fraction(part, whole), place), times


def _of_result(cut: Cut) -> tuple[Any, ...]:
    agreed = cut.day(Result.agreed_on).label("agreed")
    return Result.project_id, cut.day(Result.made_on).label("made"), Result.state, agreed, Result.critical


def _results(where: Select[Any], cut: Cut) -> Iterator[tuple[Made, int]]:
    for *values, times in _grouped(select(*_of_result(cut)).where(Result.project_id.in_(where))):
        yield Made(*values), times


def _owned(where: Select[Any], cut: Cut) -> Iterator[tuple[Made, Held, int]]:
    of = ResultOwner.organisation_id, ResultOwner.part, ResultOwner.of, ResultOwner.place
    query = select(*_of_result(cut), *of).join(Result, Result.id == ResultOwner.result_id)
    for *values, firm, part, whole, place, times in _grouped(query.where(Result.project_id.in_(where))):
        yield Made(*values), Held(firm, Fraction(part, whole), place), times
