"""Rows of talk for the tests that walk through everything; see `tests/furniture.py`."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from consortium.core.db import db
from consortium.discussions import services
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Milestone, Project

DUE = datetime.date(2026, 12, 8)


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """Remarks and questions of each firm about the project and a milestone, in all states."""
    coordinator, member, other, expert, _ = people
    milestone = db.session.scalars(select(Milestone).where(Milestone.project_id == project.id)).first()
    for firm, person in zip(firms, (coordinator, member, other), strict=True):
        for thing in (project, milestone):
            services.say(person, thing, words=f"{canary}议论 @{member.name} @陌生人")
            asked = services.ask(expert, thing, words=f"{canary}提问", asked=firm, due_on=DUE)
            services.answer(expert, asked, words=f"{canary}补充")
        services.answer(person, asked, words=f"{canary}答复")
        closed = services.ask(person, project, words=f"{canary}旧问题", asked=firm, due_on=DUE)
        services.move(coordinator, closed, "close")


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """Many rows in each list."""
    coordinator, member = people
    milestone = db.session.scalars(select(Milestone).where(Milestone.project_id == project.id)).first()
    for number in range(times):
        for thing in (project, milestone):
            thread = services.say(member, thing, words=f"增补议论{number}")
            services.ask(coordinator, thing, words=f"增补提问{number}", asked=firm, due_on=DUE)
            services.answer(coordinator, thread, words=f"@{member.name} 增补答复{number}")
