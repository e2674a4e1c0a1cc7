"""The large plan of the measurements: one project with 500 nodes, 1,000 links and 200 milestones of 40 firms, written in bulk."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from consortium.consortia.models import Membership
from consortium.core.identifiers import Scheme
from consortium.core.terms import CoreArea, MemberRole, OrganisationKind, ProjectKind
from consortium.organisations.models import Organisation
from consortium.plans.models import Allocation, CostCategory, Effort, Link, LinkKind, MoneySource, Node
from consortium.projects.models import Milestone, Participant, Project

#: Packages with tasks in each: 50 + 450 nodes; links of each task to the ones before it.
PACKAGES, TASKS, FIRMS, MILESTONES = 50, 9, 40, 200
Day = Callable[[int], datetime.date]
Rows = dict[type, list[dict[str, Any]]]


def project(number: int, day: Day, reference: str) -> dict[str, Any]:
    """A running project of the first consortium."""
    return {
        "id": number, "version": 1, "consortium_id": 1, "reference": reference, "kind": ProjectKind.JOINT_RD, "title_zh": "大型计划",
        "title_en": "A large plan", "objective": "测量", "area": CoreArea.BASIC_PARTS, "stage": "running", "lead_id": 1, "starts_on": day(0), "ends_on": day(900),
        "budget": Decimal("900000000.00"), "milestones_numbered": MILESTONES, "trl_start": 3, "trl_now": 4, "trl_target": 7,
    }  # fmt: skip


def large(number: int, firm: int, day: Day) -> Rows:
    """All rows of a project `number`, whose 39 further firms have the numbers from `firm` on; the first firm leads."""
    firms = [1, *range(firm, firm + FIRMS - 1)]
    owned = {"version": 1, "consortium_id": 1}
    made: Rows = {
        Organisation: [
            {
                "id": n, "version": 1, "kind": OrganisationKind.ENTERPRISE, "scheme": Scheme.REGISTRATION, "code": f"INVENTED-{n:06d}",
                "name_zh": f"计划企业{n:05d}号", "name_en": f"Planning firm {n:05d}", "province": "32", "region": "320000",
            }
            for n in firms[1:]
        ],
        Membership: [
            {**owned, "organisation_id": n, "role": MemberRole.PARTNER, "contribution": Decimal("0.00"), "joined_on": day(0), "tasks_zh": "", "tasks_en": ""}
            for n in firms[1:]
        ],
        Project: [project(number, day, "RD-2026-LARGE"), project(number + 1, day, "RD-2026-EMPTY")],
        Participant: [
            {**owned, "project_id": number + more, "organisation_id": n, "task": "任务", "budget": Decimal("0.00")} for more in (0, 1) for n in firms
        ],
        Milestone: [
            {
                **owned, "organisation_id": firms[m % FIRMS], "project_id": number, "number": m + 1, "title_zh": f"里程碑{m}", "title_en": f"Milestone {m}",
                "due_on": day(4 * m), "weight": 10, "means": "检测报告", "state": "accepted" if m < 60 else "planned",
                "accepted_on": day(4 * m) if m < 60 else None, "reported_on": day(4 * m) if m < 60 else None,
            }
            for m in range(MILESTONES)
        ],
    }  # fmt: skip
    made |= _tree(number, firms, day, owned)
    return made


def _tree(number: int, firms: list[int], day: Day, owned: dict[str, Any]) -> Rows:
    packages = [
        {
            **owned, "id": p + 1, "project_id": number, "organisation_id": firms[p % FIRMS], "parent_id": None, "number": str(p + 1), "title_zh": f"课题{p + 1}",
            "title_en": f"Package {p + 1}", "objective": "测量", "starts_on": day(15 * p), "ends_on": day(15 * p + 120),
        }
        for p in range(PACKAGES)
    ]  # fmt: skip
    tasks = [
        {
            **owned, "id": PACKAGES + p * TASKS + t + 1, "project_id": number, "organisation_id": firms[(p + t) % FIRMS], "parent_id": p + 1,
            "number": f"{p + 1}.{t + 1}", "title_zh": f"任务{p + 1}.{t + 1}", "title_en": f"Task {p + 1}.{t + 1}", "objective": "",
            "starts_on": day(15 * p + 10 * t), "ends_on": day(15 * p + 10 * t + 25),
        }
        for p in range(PACKAGES) for t in range(TASKS)
    ]  # fmt: skip
    waits = [(task["id"] - step, task["id"]) for task in tasks for step in (1, 5, 9) if task["id"] - step > PACKAGES]
    return {
        Node: packages + tasks,
        Link: [
            {**owned, "project_id": number, "before_id": before, "after_id": after, "kind": LinkKind.FINISH_START, "lag": -20}
            for before, after in waits[:1000]
        ],
        Effort: [
            {**owned, "node_id": node["id"], "organisation_id": firm, "months": Decimal("1.50")}
            for node in tasks for firm in dict.fromkeys((node["organisation_id"], 1, firms[node["id"] % FIRMS]))
        ],
        Allocation: [
            {
                **owned, "node_id": node["id"], "organisation_id": node["organisation_id"], "category": CostCategory.OPERATING, "source": MoneySource.OWN,
                "amount": Decimal("10000.00"),
            }
            for node in tasks
        ],
    }  # fmt: skip
