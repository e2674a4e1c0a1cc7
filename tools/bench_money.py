"""The rows of `make bench` about money: the budget page of 40 members x 8 heads x 4 sources x 4 years, in the large plan."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from consortium.logbook.models import LoggedSpending, MonthlyLog
from consortium.plans.models import Allocation, CostCategory, MoneySource

HEADS, SOURCES, YEARS = tuple(CostCategory)[:8], tuple(MoneySource)[:4], (2026, 2027, 2028, 2029)
#: Months that each firm but the lead logged: the form of the lead's is measured for itself.
MONTHS = 6
Day = Callable[[int], datetime.date]
Rows = dict[type, list[dict[str, Any]]]


def cases(project: int) -> tuple[tuple[str, str, str], ...]:
    """The pages of the money of the large plan."""
    at = f"/projects/{project}/money"
    return (
        ("budget page, 40 members x 8 heads x 4 sources x 4 years", "coordinator", at),
        ("the same as CSV, 5,120 places", "coordinator", f"{at}?as=csv"),
    )


def rows(project: int, plan: Rows) -> Rows:
    """Money of every firm under all heads, from all sources and in all years, in the first nodes of the plan; and what they spent."""
    from consortium.plans.models import Node

    nodes = plan[Node]
    firms = list(dict.fromkeys(node["organisation_id"] for node in nodes))
    owned = {"consortium_id": 1}
    logs = [
        {**owned, "version": 1, "id": place * MONTHS + month, "project_id": project, "organisation_id": firm, "month": datetime.date(2026, month, 1),
         "note": "", "state": "confirmed"}
        for place, firm in enumerate(firms[1:]) for month in range(1, MONTHS + 1)
    ]  # fmt: skip
    return {
        Allocation: [
            {**owned, "version": 1, "node_id": nodes[place % len(nodes)]["id"], "organisation_id": firm, "category": head, "source": source, "year": year,
             "amount": Decimal("1234.56")}
            for place, firm in enumerate(firms) for head in HEADS for source in SOURCES for year in YEARS
        ],
        MonthlyLog: logs,
        LoggedSpending: [
            {**owned, "organisation_id": log["organisation_id"], "log_id": log["id"], "category": head, "source": source, "amount": Decimal("98.76")}
            for log in logs for head in HEADS for source in SOURCES
        ],
    }  # fmt: skip
