"""Rows of deliverables and indicators for the tests that walk through everything; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
import io
from typing import Any

from sqlalchemy import select

from consortium.activity.services import record
from consortium.core.db import db
from consortium.core.uploads import examine
from consortium.organisations.models import Organisation
from consortium.outputs import services
from consortium.outputs.models import Deliverable, DeliverableKind, Direction, Dissemination, Indicator, Tie
from consortium.people.models import User
from consortium.plans.models import Node
from consortium.projects.models import Milestone, Project
from consortium.projects.replanning import at_once

DUE = datetime.date(2026, 12, 1)


def a_deliverable(actor: User, project: Project, firm: Organisation, number: str, **more: Any) -> Deliverable:
    """A planned deliverable."""
    values = {"node": None, "title_zh": "交付物", "title_en": "A deliverable", "kind": DeliverableKind.REPORT, "level": Dissemination.SENSITIVE,
              "due_on": DUE}  # fmt: skip
    with at_once():
        return services.plan_deliverable(actor, project, number=number, organisation=firm, **{**values, **more})


def an_indicator(actor: User, project: Project, firm: Organisation, number: str, **more: Any) -> Indicator:
    """A planned indicator."""
    values = {"node": None, "title_zh": "指标", "title_en": "An indicator", "unit": "%", "direction": Direction.AT_LEAST, "value_start": "80",
              "value_mid": "90", "value_end": "95", "method": "第三方检测"}  # fmt: skip
    with at_once():
        return services.plan_indicator(actor, project, number=number, organisation=firm, **{**values, **more})


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """Deliverables of all firms in several states and levels, indicators with values, and ties of milestones."""
    coordinator, reporters = people[0], people[:3]
    for place, (firm, person) in enumerate(zip(firms, reporters, strict=True)):
        names = {"title_zh": f"{canary}成果{place}", "title_en": f"{canary} output {place}"}
        open_one = a_deliverable(coordinator, project, firm, f"D{place}.1", **names)
        handed = a_deliverable(coordinator, project, firm, f"D{place}.2", level=Dissemination.INTERNAL, **names)
        a_deliverable(coordinator, project, firm, f"D{place}.3", level=Dissemination.PUBLIC, **names)
        file = examine(f"{canary}成果.txt", io.BytesIO(f"{canary}成果{firm.id}\n".encode()))
        services.submit(person, handed, note=f"{canary}提交说明", files=[file])
        if person is people[1]:
            services.send_back(coordinator, handed, reason=f"{canary}退回理由")
        indicator = an_indicator(coordinator, project, firm, f"K{place}", method=f"{canary}考核方法", **names)
        shown = examine(f"{canary}检测.txt", io.BytesIO(f"{canary}检测{firm.id}\n".encode()))
        services.read_off(
            person, indicator, value="91.5", on_day=datetime.date(2026, 11, 1), note=f"{canary}测量", files=[shown]
        )
        milestone = db.session.scalars(
            select(Milestone)
            .where(Milestone.project_id == project.id, Milestone.organisation_id == firm.id)
            .order_by(Milestone.id)
        ).first()
        node = db.session.scalars(select(Node).where(Node.project_id == project.id).order_by(Node.id)).first()
        with at_once():
            services.tie(coordinator, milestone, open_one)
            services.tie(coordinator, milestone, handed)
            if node is not None:
                services.tie(coordinator, milestone, node)


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """Many rows in each list."""
    coordinator, member = people
    milestone = db.session.scalars(
        select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.id)
    ).first()
    handed = a_deliverable(coordinator, project, firm, "MORE")
    ended = an_indicator(coordinator, project, firm, "KMORE")
    known = db.session.scalars(select(Deliverable).join(Tie, Tie.deliverable_id == Deliverable.id).where(Deliverable.organisation_id == firm.id, Deliverable.state == "pending")).first()  # fmt: skip
    for number in range(times):
        row = a_deliverable(coordinator, project, firm, f"N{number}", title_zh=f"增补交付物{number}")
        an_indicator(coordinator, project, firm, f"KN{number}", title_zh=f"增补指标{number}")
        with at_once():
            services.tie(coordinator, milestone, row)
        if known is not None:
            other = Milestone(
                consortium_id=project.consortium_id, project=project, organisation_id=firm.id, number=9000 + number, title_zh=f"依赖{number}",
                title_en="", due_on=DUE, weight=1, means="报告", state="planned",
            )  # fmt: skip
            db.session.add(other)
            record("test", "planned", other)
            with at_once():
                services.tie(coordinator, other, known)
        file = examine("再次.txt", io.BytesIO(f"再次{number}\n".encode()))
        services.submit(member, handed, note="说明", files=[file])
        services.send_back(coordinator, handed, reason="补充")
        services.read_off(
            member, ended, value=str(number), on_day=DUE - datetime.timedelta(days=60 + number), note="", files=[file]
        )
        services.submit(member, row, note="说明", files=[file])
