"""Demonstrations as plain data for papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consortium.agreements.facts import pair, word
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.demonstrations.models import Demonstration
from consortium.demonstrations.queries import reckoned
from consortium.demonstrations.reckoning import reached, running
from consortium.demonstrations.workflow import DEMONSTRATION
from consortium.projects.models import Project
from consortium.projects.standings import counted

#: The words of the stages in papers.
STAGES = {
    "candidate": pair("候选", "Candidate"), "matched": pair("已对接", "Matched"), "contracted": pair("已签约", "Contracted"),
    "delivered": pair("已交付", "Delivered"), "installed": pair("已安装", "Installed"), "trial": pair("试用中", "On trial"),
    "accepted": pair("用户验收", "Accepted by the user"), "stable_operation": pair("稳定运行", "Stable operation"),
    "replicated": pair("已复制", "Replicated"), "promoted": pair("已推广", "Promoted"), "failed": pair("失败", "Failed"),
    "given_up": pair("已放弃", "Given up"),
}  # fmt: skip


def section(consortium: Consortium, first: date, last: date) -> dict[str, Any]:
    """How many demonstrations stood in which stage on the last day, and of each product, kind, maker, user, site, stage, hours, failures,
    MTBF ("" where nothing is known; None as the failures where nothing ran), indicators met (None where none was measured) of all (all of the trial of that day and since, nothing of one that failed before), and whether it is new or moved within the period. What was given up before the
    period is left out. No prices and no money."""
    query = select(Demonstration).join(Project, Project.id == Demonstration.project_id)
    query = query.where(Demonstration.consortium_id == consortium.id, counted()).order_by(Demonstration.number)
    query = query.options(
        joinedload(Demonstration.project), joinedload(Demonstration.organisation), joinedload(Demonstration.user_organisation),
        *reckoned(),
    )  # fmt: skip
    rows = [
        (row, stage)
        for row in db.session.scalars(query)
        if (stage := stage_on(row, last)) is not None
        and not (stage == "given_up" and _reached(row, last).since < first)
    ]
    stages = [
        {"code": code, "name": STAGES[code], "count": sum(stage == code for _, stage in rows)}
        for code in DEMONSTRATION.states
    ]
    return {
        "stages": stages,
        "count": len(rows),
        "new": sum(_since(row) >= first for row, _ in rows),
        "rows": [_row(row, stage, first, last) for row, stage in rows],
    }


def stage_on(row: Demonstration, day: date) -> str | None:
    """The stage in which a demonstration was at the end of a day; None before it was begun."""
    reached = _reached(row, day)
    return None if reached is None else reached.stage


def _reached(row: Demonstration, day: date) -> Any:
    return next((step for step in reversed(row.steps) if step.since <= day), None)


def _since(row: Demonstration) -> date:
    return row.steps[0].since


def _row(row: Demonstration, stage: str, first: date, last: date) -> dict[str, Any]:
    ran, good = running(row, last), reached(row.indicators, last)
    user = row.user_organisation
    return {
        "number": f"S{row.number}", "product": pair(row.title_zh, row.title_en), "kind": word(row.kind), "level": word(row.level),
        "project": row.project.reference, "maker": row.organisation.names_pair,
        "user": user.names_pair if user is not None else pair("", ""), "site": row.site_name, "region": row.site_region,
        "stage": {"code": stage, "name": STAGES[stage], "tone": DEMONSTRATION.tone(stage)},
        "hours": "" if ran.ran is None else f"{ran.ran:.2f}", "failures": ran.failed, "mtbf": "" if ran.mtbf is None else str(ran.mtbf),
        "met": good[0] if good else None, "indicators": len(row.indicators), "new": _since(row) >= first,
        "moved": any(first <= step.since <= last for step in row.steps[1:]),
    }  # fmt: skip
