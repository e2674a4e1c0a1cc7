"""Fill an empty database for the measurements: many consortia of invented firms, always the same, written in bulk."""

from __future__ import annotations

import datetime
import sys
from decimal import Decimal
from typing import Any

from flask_migrate import upgrade
from flask_security import hash_password
from sqlalchemy import insert

from consortium.app import create_app
from consortium.consortia.models import Consortium, Membership, TechnologyArea
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.identifiers import Scheme
from consortium.core.scope import everything
from consortium.core.terms import ConsortiumKind, CoreArea, MemberRole, OrganisationKind, ProjectKind
from consortium.logbook.models import MonthlyLog
from consortium.organisations.models import Organisation
from consortium.people.models import Remit, Seat, User
from consortium.projects.models import Milestone, Participant, Project
from tools import bench_claims, bench_money, bench_plan_seed, bench_results

PASSWORD = "measured-in-november"
PROVINCES = ("11", "12", "31", "32", "33", "34", "37", "42", "43", "44", "50", "51", "61")
FIRMS, PROJECTS, MILESTONES = 3, 5, 10  # each consortium: firms; projects; milestones of a project


def day(number: int) -> datetime.date:
    """A day some days from the first of 2026."""
    return datetime.date(2026, 1, 1) + datetime.timedelta(days=number)


def rows(consortia: int) -> dict[type, list[dict[str, Any]]]:
    """All rows for so many consortia."""
    areas, made = list(CoreArea), {}
    made[Organisation] = [
        {
            "id": n, "version": 1, "kind": OrganisationKind.ENTERPRISE, "scheme": Scheme.REGISTRATION, "code": f"INVENTED-{n:06d}",
            "name_zh": f"测量企业{n:05d}号", "name_en": f"Measured firm {n:05d}", "province": PROVINCES[n % 13], "region": PROVINCES[n % 13] + "0000",
        }
        for n in range(1, consortia * FIRMS + 1)
    ]  # fmt: skip
    made[Consortium] = [
        {
            "id": c, "version": 1, "reference": f"IC-2026-{c:05d}", "kind": ConsortiumKind.INNOVATION_CONSORTIUM, "name_zh": f"测量联合体{c:05d}",
            "name_en": f"Measured consortium {c:05d}", "purpose_zh": "只为测量", "purpose_en": "For measuring only", "stage": "operating",
            "province": PROVINCES[c % 13], "region": PROVINCES[c % 13] + "0000", "starts_on": day(0), "ends_on": day(1000),
        }
        for c in range(1, consortia + 1)
    ]  # fmt: skip
    made[TechnologyArea] = [{"consortium_id": c, "area": areas[c % 8]} for c in range(1, consortia + 1)]
    made[Membership] = [
        {
            "version": 1, "consortium_id": c, "organisation_id": (c - 1) * FIRMS + n + 1, "role": MemberRole.CORE if n else MemberRole.LEAD,
            "contribution": Decimal("1000000.00"), "joined_on": day(0), "tasks_zh": "任务", "tasks_en": "Task",
        }
        for c in range(1, consortia + 1) for n in range(FIRMS)
    ]  # fmt: skip
    made[Project] = [
        {
            "id": (c - 1) * PROJECTS + p + 1, "version": 1, "consortium_id": c, "reference": f"RD-2026-{(c - 1) * PROJECTS + p + 1:06d}",
            "kind": ProjectKind.JOINT_RD, "title_zh": f"测量项目{c:05d}-{p}", "title_en": f"Measured project {c:05d}-{p}", "objective": "测量",
            "area": areas[c % 8], "stage": "running", "lead_id": (c - 1) * FIRMS + 1, "starts_on": day(0), "ends_on": day(900),
            "budget": Decimal("5000000.00"), "milestones_numbered": MILESTONES, "trl_start": 3, "trl_now": 4, "trl_target": 7,
        }
        for c in range(1, consortia + 1) for p in range(PROJECTS)
    ]  # fmt: skip
    made[Participant] = [
        {
            "version": 1, "consortium_id": p["consortium_id"], "project_id": p["id"], "organisation_id": p["lead_id"] + n, "task": "任务",
            "budget": Decimal("1000000.00"),
        }
        for p in made[Project] for n in range(FIRMS)
    ]  # fmt: skip
    made[Milestone] = [
        {
            "version": 1, "consortium_id": p["consortium_id"], "organisation_id": p["lead_id"] + m % FIRMS, "project_id": p["id"], "number": m + 1,
            "title_zh": f"测量里程碑{p['id']}-{m}", "title_en": f"Measured milestone {p['id']}-{m}", "due_on": day(60 * (m + 1) + p["id"] % 30), "weight": 10,
            "means": "检测报告", "state": ("accepted", "accepted", "accepted", "reported", "planned")[min(m, 4)],
            "accepted_on": day(60 * (m + 1)) if m < 3 else None, "reported_on": day(60 * (m + 1)) if m < 4 else None,
        }
        for p in made[Project] for m in range(MILESTONES)
    ]  # fmt: skip
    hashed = hash_password(PASSWORD)
    made[User] = [
        {
            "id": n,
            "version": 1,
            "email": f"{who}@bench.example",
            "name": who,
            "password": hashed,
            "fs_uniquifier": f"{n:064d}",
            "active": True,
            "organisation_id": 1,
        }
        for n, who in ((1, "coordinator"), (2, "officer"))
    ]
    made[Seat] = [{"user_id": 1, "consortium_id": 1, "organisation_id": 1, "role": Role.COORDINATOR}]
    made[Remit] = [{"user_id": 2, "organisation_id": 1, "regions": [], "areas": []}]
    return made


def seed(folder: str, consortia: int) -> None:
    """Migrate and fill the database of a DATA_DIR."""
    app = create_app({"DATA_DIR": folder, "SECRET_KEY": "a key for measuring only, nothing else"})
    with app.app_context(), everything("measured rows are written in bulk"):
        upgrade()
        plan = bench_plan_seed.large(consortia * PROJECTS + 1, consortia * FIRMS + 1, day)
        made = rows(consortia)
        money = bench_money.rows(consortia * PROJECTS + 1, plan)
        claims = bench_claims.rows(consortia * PROJECTS + 1, money[MonthlyLog])
        outcomes = bench_results.rows([*made[Project], plan[Project][0]], consortia * PROJECTS + 1, day)
        for model, values in [*made.items(), *plan.items(), *outcomes.items(), *money.items(), *claims.items()]:
            told = insert(model).execution_options(told="nobody reads what is measured")
            for start in range(0, len(values), 5000):
                db.session.execute(told, values[start : start + 5000])
        db.session.commit()
        db.session.connection().exec_driver_sql("ANALYZE")
        db.session.commit()


if __name__ == "__main__":
    seed(sys.argv[1], int(sys.argv[2]))
