"""Readiness levels of a consortium as plain values, for its papers."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from consortium.activity.models import Event
from consortium.agreements.facts import iso, pair, word
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.db import db
from consortium.maturity.models import Assessment
from consortium.maturity.queries import stood, told_levels
from consortium.maturity.scale import scale
from consortium.plans.tree import natural
from consortium.projects.models import Project
from consortium.projects.standings import counted
from consortium.results.models import Result

WHOLE = pair("项目总体", "The project as a whole")


def section(consortium: Consortium, first: date, last: date) -> dict[str, Any]:
    """Levels of the projects that count, as their pages said them at the end of `last`; which results are named as critical is as it is now.

    `scale`: `source` (pair), `mark`. `counts`: `confirmed`, `rises` and `falls` in the period, `waiting` (proposed by `last` and not judged by then).
    `projects`, by reference: `reference`, `title`, `start`, `before` (at the beginning of the period), `now`, `target`, `elements` (critical results: `number`, `title`, `now` or
    None) and `changes` in the period (`element`, `on`, `before`, `level`, `assessed_on`, `assessor`, `evidence` kinds as pairs, `falls`).
    """
    query = select(Project).where(Project.consortium_id == consortium.id, counted()).order_by(Project.reference)
    works = list(db.session.scalars(query))
    ids = [work.id for work in works]
    results: dict[int, list[Result]] = defaultdict(list)
    for row in db.session.scalars(select(Result).where(Result.project_id.in_(ids))):
        results[row.project_id].append(row)
    said: dict[int, list[Assessment]] = defaultdict(list)
    asked = select(Assessment).where(Assessment.project_id.in_(ids)).options(selectinload(Assessment.proofs))
    for one in db.session.scalars(asked.order_by(Assessment.id)):
        said[one.project_id].append(one)
    told = told_levels(ids)
    changes = [one for rows in said.values() for one in rows if _confirmed(one, first, last)]
    return {
        "scale": {"source": pair(*scale().source), "mark": scale().mark},
        "counts": {
            "confirmed": len(changes), "rises": sum(one.level > one.level_before for one in changes), "falls": sum(one.falls for one in changes),
            "waiting": sum(_waits(one, last) for rows in said.values() for one in rows),
        },
        "projects": [_project(work, results[work.id], said[work.id], told[work.id], first, last) for work in works],
    }  # fmt: skip


def _project(
    work: Project, results: list[Result], said: list[Assessment], told: list[Event], first: date, last: date
) -> dict[str, Any]:
    named = {row.id: pair(row.title_zh, row.title_en) for row in results}
    critical = sorted((row for row in results if row.critical), key=lambda row: natural(row.number))
    now = _levels(said, last)
    return {
        "reference": work.reference, "title": pair(work.title_zh, work.title_en), "start": work.trl_start, "target": work.trl_target,
        "before": stood(work, told, first - timedelta(days=1)), "now": stood(work, told, last),
        "elements": [{"number": row.number, "title": named[row.id], "now": now.get(row.id)} for row in critical],
        "changes": [
            {
                "element": WHOLE if one.result_id is None else named[one.result_id], "on": iso(_day(one)), "before": one.level_before, "level": one.level,
                "assessed_on": iso(one.assessed_on), "assessor": f"{one.assessor}, {one.assessor_house}", "falls": one.falls,
                "evidence": [word(kind) for kind in dict.fromkeys(proof.kind for proof in one.proofs)],
            }
            for one in said if _confirmed(one, first, last)
        ],
    }  # fmt: skip


def _levels(said: list[Assessment], on: date) -> dict[int | None, int]:
    return {one.result_id: one.level for one in said if _confirmed(one, date.min, on)}


def _day(one: Assessment) -> date | None:
    return None if one.verified_at is None else clock.local(one.verified_at).date()


def _confirmed(one: Assessment, first: date, last: date) -> bool:
    day = _day(one)
    return one.state == "confirmed" and day is not None and first <= day <= last


def _waits(one: Assessment, last: date) -> bool:
    day = _day(one)
    return clock.local(one.reported_at).date() <= last and (day is None or day > last)
