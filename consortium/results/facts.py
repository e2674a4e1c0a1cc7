"""Results and outcomes as plain values, from which the status report is made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from consortium.agreements.facts import Facts, Pair, iso, pair, word
from consortium.consortia.models import Consortium
from consortium.core import clock, words
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.projects.models import Project
from consortium.results import classes, tallies
from consortium.results.counting import Counted, Made
from consortium.results.kinds import NATURES
from consortium.results.models import Outcome, OutcomeKind, OutcomeOwner, Result, ResultOwner
from consortium.results.sharing import shown
from consortium.results.workflow import RESULT


def section(consortium: Consortium, first: date, last: date) -> Facts:
    """Results and outcomes of a consortium as they stood at the end of a period, each counted once.

    `counts`: `results`, `results_new`, `critical`, `agreed`, `disputed`, `outcomes`, `in_force`, `new`, `class_1`, `class_2` (whole numbers).
    `kinds`: of each kind of which there is one `kind`, `total`, `in_force`, `new`. `members`: of each holder `name`, `results`, `owned`,
    `outcomes`, `share`, `class_1`, `class_2`; what two hold counts once for each of them, so these do not add up to the counts.
    `results` and `outcomes`: the rows, by project and number, each with `title`, `number`, `kind`, `owners` (`name`, `share`), `state`, its days
    `new` (whether it came within the period) and `changed` (or was agreed, granted or ended in it);
    of an outcome also `class`. `rules`: `code`, `source` and `marks` of the classes.
    Economic effects are never in it.
    """
    found = tallies.counts(consortium, last, first)
    rules = classes.on(last)
    outcomes = [(row, _counted(row)) for row in _outcomes(consortium)]
    results = [(row, _made(row)) for row in _results(consortium)]
    return {
        "counts": {
            "results": found.results, "results_new": found.results_new, "critical": found.critical, "agreed": found.by_state.get("agreed", 0),
            "disputed": found.by_state.get("disputed", 0), "outcomes": found.outcomes.total, "in_force": found.outcomes.in_force,
            "new": found.outcomes.new, "class_1": found.outcomes.first, "class_2": found.outcomes.second,
        },
        "kinds": [
            {"kind": word(kind), "total": one.total, "in_force": one.in_force, "new": one.new} for kind, one in found.by_kind.items() if one.total
        ],
        "members": _members(found.by_firm),
        "results": [_result(row, made, first, last) for row, made in results if made.made_on <= last],
        "outcomes": [_outcome(row, one, rules, first, last) for row, one in outcomes if one.begins_on <= last],
        "rules": {"code": rules.code, "source": pair(*rules.source), "marks": dict(sorted(rules.marks.items()))},
    }  # fmt: skip


def _members(by_firm: dict[int, Any]) -> list[Facts]:
    names = {
        firm.id: firm for firm in db.session.scalars(select(Organisation).where(Organisation.id.in_(sorted(by_firm))))
    }
    return [
        {"name": names[number].names_pair, "results": held.results, "owned": shown(held.owned), "outcomes": held.total, "share": shown(held.share),
         "class_1": held.first, "class_2": held.second}
        for number, held in sorted(by_firm.items()) if number in names
    ]  # fmt: skip


def _results(consortium: Consortium) -> list[Result]:
    query = (
        select(Result)
        .join(Project, Project.id == Result.project_id)
        .where(Project.consortium_id == consortium.id, Project.stage != "stopped")
    )
    query = query.options(joinedload(Result.project), selectinload(Result.owners).joinedload(ResultOwner.organisation))
    return list(db.session.scalars(query.order_by(Project.reference, Result.number, Result.id)))


def _outcomes(consortium: Consortium) -> list[Outcome]:
    query = (
        select(Outcome)
        .join(Project, Project.id == Outcome.project_id)
        .where(Project.consortium_id == consortium.id, Project.stage != "stopped")
    )
    query = query.options(
        joinedload(Outcome.project), selectinload(Outcome.owners).joinedload(OutcomeOwner.organisation)
    )
    order = {kind: place for place, kind in enumerate(OutcomeKind)}
    return sorted(
        db.session.scalars(query), key=lambda row: (row.project.reference, order[row.kind], row.number, row.id)
    )


def _counted(row: Outcome) -> Counted:
    entered = clock.local(row.created_at).date()
    return Counted(row.project_id, row.kind, row.transferred_in, row.applied_on, row.granted_on, row.ended_on, entered)


def _made(row: Result) -> Made:
    return Made(row.project_id, row.made_on, row.state, row.agreed_on, row.critical)


def _result(row: Result, made: Made, first: date, last: date) -> Facts:
    return {
        "project": row.project.reference, "number": row.number, "title": pair(row.title_zh, row.title_en), "kind": word(row.kind),
        "critical": row.critical, "owners": _owners(row), "state": _both(None, made.state_on(last)), "made_on": iso(row.made_on),
        "new": row.made_on >= first, "changed": _within((row.made_on, made.agreed_on), first, last),
    }  # fmt: skip


def _outcome(row: Outcome, one: Counted, rules: classes.Rules, first: date, last: date) -> Facts:
    state = one.state_on(last)
    return {
        "project": row.project.reference, "number": row.number, "title": pair(row.title_zh, row.title_en), "kind": word(row.kind),
        "class": rules.class_of(row.kind, row.transferred_in) if state == "in_force" else "", "owners": _owners(row),
        "state": _both(row.kind, state), "applied_on": iso(row.applied_on),
        "granted_on": iso(row.granted_on) if row.granted_on is not None and row.granted_on <= last else None, "new": one.begins_on >= first,
        "changed": _within((one.begins_on, row.granted_on, row.ended_on), first, last),
    }  # fmt: skip


def _within(days: Iterable[date | None], first: date, last: date) -> bool:
    return any(day is not None and first <= day <= last for day in days)


def _owners(row: Any) -> list[Facts]:
    return [{"name": owner.organisation.names_pair, "share": shown(owner.share)} for owner in row.owners]


@cache
def _both(kind: OutcomeKind | None, state: str) -> Pair:
    """The word for a state of a result, or of an outcome of a kind, in both languages: a few words for thousands of rows."""
    sentence = (NATURES[kind] if kind else RESULT).word(state)
    with words.reading_in("zh_Hans"):
        zh = str(sentence)
    with words.reading_in("en"):
        return pair(zh, str(sentence))
