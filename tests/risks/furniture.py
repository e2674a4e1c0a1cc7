"""Rows of risks, issues and actions for the tests that walk through everything; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
from typing import Any

from consortium.core import clock
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.risks import queries, services
from consortium.risks.models import ActionItem, Issue, Rhythm, Risk, RiskKind

DUE = datetime.date(2026, 12, 10)


def a_risk(actor: User, project: Project, firm: Organisation, **more: Any) -> Risk:
    """A risk in the register."""
    values = {"title_zh": "风险", "title_en": "A risk", "description": "可能发生", "kind": RiskKind.TECHNICAL, "foreseen": True,
              "rhythm": Rhythm.MONTH, "likelihood": 3, "impact": 3, "mitigation": "应对"}  # fmt: skip
    return services.raise_risk(actor, project, organisation=firm, **{**values, **more})


def an_issue(actor: User, project: Project, firm: Organisation, **more: Any) -> Issue:
    """An open issue."""
    values = {"title_zh": "问题", "title_en": "An issue", "what": "发生了", "due_on": DUE}
    return services.raise_issue(actor, project, organisation=firm, **{**values, **more})


def an_action(actor: User, about: Risk | Issue, firm: Organisation, **more: Any) -> ActionItem:
    """An open action."""
    values = {"what": "处理", "person": None, "due_on": DUE}
    return services.ask_for(actor, about, organisation=firm, **{**values, **more})


def stand(actor: User, risk: Risk, likelihood: int, impact: int, step: str | None = None, note: str = "说明") -> None:
    """Say how a risk stands in the current period."""
    period = queries.periods(risk.rhythm, queries.last_state(risk).period, clock.today())[0]
    services.note_state(actor, risk, period=period, likelihood=likelihood, impact=impact, step=step, note=note)


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """Risks of all firms, one of each kept to it, issues and actions in all states."""
    coordinator, reporters = people[0], people[:3]
    for place, (firm, person) in enumerate(zip(firms, reporters, strict=True)):
        names = {"title_zh": f"{canary}风险{place}", "title_en": f"{canary} risk {place}"}
        risk = a_risk(
            person, project, firm, description=f"{canary}描述", mitigation=f"{canary}应对", person=person, **names
        )
        stand(person, risk, 2, 3, note=f"{canary}变化")
        kept = a_risk(person, project, firm, kept=True, description=f"{canary}保密", **names)
        stand(person, kept, 2, 2, "mitigate", f"{canary}已缓解")
        issue = an_issue(person, project, firm, risk=risk, what=f"{canary}问题", **names)
        secret = an_issue(person, project, firm, risk=kept, what=f"{canary}问题", **names)
        services.move_issue(person, secret, "resolve", reason=f"{canary}解决")
        an_action(person, risk, firm, what=f"{canary}行动")
        done = an_action(coordinator, issue, firm, what=f"{canary}已做")
        services.move_action(person, done, "finish", reason=f"{canary}完成")
        if person is people[1]:
            services.move_action(coordinator, done, "check")
        an_action(person, kept, firm, what=f"{canary}内部行动")


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """Many rows in each list."""
    coordinator, member = people
    many = a_risk(member, project, firm)
    for number in range(times):
        risk = a_risk(member, project, firm, title_zh=f"增补风险{number}", likelihood=1 + number % 5)
        issue = an_issue(member, project, firm, risk=many, title_zh=f"增补问题{number}")
        an_action(coordinator, many, firm, what=f"增补行动{number}")
        done = an_action(coordinator, issue, firm, what=f"增补{number}")
        services.move_action(member, done, "finish", reason="完成")
        an_action(member, risk, firm)
