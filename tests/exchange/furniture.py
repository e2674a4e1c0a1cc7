"""Imports of plans for the walks through all pages."""

from __future__ import annotations

import datetime
from typing import Any

from consortium.exchange import services
from consortium.exchange.models import PlanImport
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from tests.exchange.plans import workbook

HEADS = ("number", "parent", "title_zh", "title_en", "lead", "starts_on", "ends_on", "objective")


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """A file of each firm that was brought, with the canary in its name and in its cells."""
    for place, firm in enumerate(firms):
        _bring(people[0], project, firm, f"{canary}{place}.xlsx", f"X{place}", f"{canary}节点")


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """That many more files."""
    for place in range(times):
        _bring(people[0], project, firm, f"{place}.xlsx", f"Y{place}", "节点")


def _bring(actor: User, project: Project, firm: Organisation, name: str, number: str, title: str) -> Any:
    row = [number, None, title, "", firm.code, datetime.date(2026, 6, 1), datetime.date(2026, 9, 1), ""]
    made = services.bring(actor, services.look(actor, project, (name, workbook({"nodes": [HEADS, row]}))))
    assert isinstance(made, PlanImport)
    return made
