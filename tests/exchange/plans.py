"""Plans to be taken out and brought in: a large one by the services, and files made by hand."""

from __future__ import annotations

import datetime
import io
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from consortium.core.db import db
from consortium.exchange import services
from consortium.exchange.services import Operator
from consortium.outputs import services as outputs
from consortium.outputs.models import DeliverableKind, Direction, Dissemination
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, LinkKind, MoneySource
from consortium.projects import services as projects
from consortium.projects.models import Project
from tests import factories

DAY = datetime.date
TERM = {"starts_on": DAY(2026, 1, 1), "ends_on": DAY(2028, 12, 31)}


def members(consortium: Any, count: int) -> list[Any]:
    """Members of a consortium beside those that it has."""
    found = []
    for number in range(count):
        firm = factories.organisation(f"成员单位{number:02d}", short=f"M{number:02d}")
        factories.member(consortium, firm)
        found.append(firm)
    return found


def empty_project(consortium: Any, lead: Any, title: str = "空项目", **more: Any) -> Project:
    """A draft in which nothing is planned."""
    return factories.project(consortium, lead, title, "draft", **{**TERM, **more})


def consortium_plan(actor: Any, project: Project, firms: Sequence[Any]) -> None:
    """7 work packages, 58 tasks, 69 deliverables and 823.00 person-months, with money, links, milestones, indicators and ties."""
    dice = random.Random(823)
    tasks = []
    for number in range(1, 8):
        package = plans.add_node(actor, project, number=f"WP{number}", parent=None, title_zh=f"工作包{number}", title_en=f"Work package {number}",
                                 lead=firms[number % len(firms)], objective="=目标\n第二行", **TERM)  # fmt: skip
        for step in range(1, 10 if number < 3 else 9):
            tasks.append(plans.add_node(
                actor, project, number=f"T{number}.{step}", parent=package, title_zh=f"任务{number}.{step}", title_en="", lead=firms[(number + step) % len(firms)],
                starts_on=DAY(2026, step, 1), ends_on=DAY(2027 + step % 2, step, 28)))  # fmt: skip
    assert len(tasks) == 58
    left = Decimal("823.00")
    for place, task in enumerate(tasks):
        for firm in (firms[place % len(firms)], firms[(place * 5 + 1) % len(firms)]):
            months = Decimal(dice.randrange(1, 700)) / 100
            plans.assign(actor, task, firm, months=months)
        left -= sum((effort.months for effort in task.efforts), Decimal(0))
        plans.allocate(
            actor,
            task,
            firms[0],
            category=CostCategory.LABOUR,
            source=MoneySource.OWN,
            year=(0, 2026, 2027, 2028)[place % 4],
            amount=Decimal(dice.randrange(1, 10**5)) / 100,
        )
        if place and tasks[place - 1].parent_id == task.parent_id:
            plans.link(actor, tasks[place - 1], task, kind=list(LinkKind)[place % 4], lag=place - 20)
    last = tasks[-1].efforts[-1]
    plans.reassign(actor, last, months=last.months + left) if left else None
    for place in range(69):
        task = tasks[place % 58]
        outputs.plan_deliverable(
            actor, project, number=f"D{place + 1}", node=task if place % 7 else None, organisation=firms[place % len(firms)], title_zh=f"-交付物{place}", title_en="",
            kind=list(DeliverableKind)[place % 11], level=list(Dissemination)[place % 3], due_on=DAY(2027, 1 + place % 12, 5))  # fmt: skip
    for place in range(6):
        goal = projects.plan_milestone(actor, project, organisation=firms[place], title_zh=f"里程碑{place}", title_en="@goal", due_on=DAY(2028, 1 + place, 1),
                                       weight=10 + place, means="'检测")  # fmt: skip
        outputs.tie(actor, goal, tasks[place])
        outputs.plan_indicator(actor, project, number=f"I{place}", node=tasks[place], organisation=firms[place], title_zh=f"指标{place}", title_en="", unit="%",
                               direction=list(Direction)[place % 2], value_start="", value_mid="", value_end="1e-6", method="+方法")  # fmt: skip


def operator(project: Project) -> Operator:
    """Who runs the commands."""
    return Operator(project)


def brought(project: Project, name: str, content: bytes, removes: bool | None = None) -> Any:
    """A file imported into a project: what became of it."""
    actor = operator(project)
    preview = services.look(actor, project, (name, content), removes, tried=True)
    assert not preview.troubles, preview.troubles[:5]
    row = services.bring(actor, preview)
    if row is project:
        return preview
    services.take(actor, row, removes=preview.removes, seen=preview.seen)
    db.session.commit()
    return row


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook made by hand: rows of cells by sheet; a text that begins with `=` becomes a formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(number, position, cell, day)
                elif isinstance(cell, str) and not cell.startswith("="):
                    sheet.write_string(number, position, cell)
                else:
                    sheet.write(number, position, cell)
    book.close()
    return stream.getvalue()
