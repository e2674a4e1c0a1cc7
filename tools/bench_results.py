"""The rows of `make bench` about results: a register of 5,000 of them in one project, each with two owners, and as many outcomes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

#: Of the large project, and of every other one.
MANY, FEW = 5000, 3
#: One of twenty is disputed, one is not answered yet; all others are agreed.
STATES, ANSWERS = ("disputed", "proposed", "agreed"), ("disputed", "asked", "agreed")
Day = Callable[[int], datetime.date]
Rows = dict[type, list[dict[str, Any]]]


def cases(project: int) -> tuple[tuple[str, str, str], ...]:
    """The pages of the register."""
    return (
        ("register of 5,000 results", "coordinator", "/results"),
        ("register of results, all consortia", "officer", "/results"),
        ("register of 5,000 outcomes", "coordinator", "/outcomes"),
        ("outcomes of Class I, all consortia", "officer", "/outcomes?class=I"),
        ("project with 5,000 results, counted", "coordinator", f"/projects/{project}/results"),
    )


def rows(projects: list[dict[str, Any]], large: int, day: Day) -> Rows:
    """Results and outcomes with their owners; `projects` are rows with `id`, `consortium_id` and `lead_id`, of which `large` has most."""
    from consortium.results.models import Outcome, OutcomeKind, OutcomeOwner, Result, ResultKind, ResultOwner

    kinds, types = list(OutcomeKind), list(ResultKind)
    made: Rows = {Result: [], ResultOwner: [], Outcome: [], OutcomeOwner: []}
    for work in projects:
        whose = {"consortium_id": work["consortium_id"], "organisation_id": work["lead_id"]}
        for place in range(MANY if work["id"] == large else FEW):
            number = len(made[Result]) + 1
            of, title = (
                {"project_id": work["id"], "version": 1},
                {"title_zh": f"测量成果{number}", "title_en": f"Measured result {number}"},
            )
            made[Result].append(
                {**whose, **of, **title, "id": number, "number": f"R{place}", "kind": types[place % len(types)], "made_on": day(place % 300), "critical": place % 9 == 0,
                 "description": "测量", "uses_unlisted": "", "state": STATES[min(place % 20, 2)], "proposed_on": day(place % 300),
                 "agreed_on": day(place % 300) if place % 20 > 1 else None}
            )  # fmt: skip
            made[Outcome].append(
                {**whose, **of, **title, "id": number, "result_id": number, "kind": kinds[place % len(kinds)], "number": f"N{number}", "key": f"n:{number}",
                 "state": "in_force" if place % 3 else "pending", "granted_on": day(place % 300) if place % 3 else None, "transferred_in": False}
            )  # fmt: skip
            for at, firm in enumerate((work["lead_id"], work["lead_id"] + 1), 1):
                share = {
                    "consortium_id": work["consortium_id"],
                    "organisation_id": firm,
                    "part": 1,
                    "of": 2,
                    "place": at,
                }
                made[ResultOwner].append(
                    {**share, "version": 1, "result_id": number, "state": ANSWERS[min(place % 20, 2)], "reason": ""}
                )
                made[OutcomeOwner].append({**share, "outcome_id": number})
    return made
