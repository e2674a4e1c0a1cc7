"""Rows of baselines and change requests for the walks through all pages; they lie in a project of their own, so that the first one stays free."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from consortium.baselines import services
from consortium.baselines.models import ChangeRequest
from consortium.core import clock
from consortium.organisations.models import Organisation
from consortium.outputs import services as outputs
from consortium.outputs.models import DeliverableKind, Direction, Dissemination
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects import services as projects
from consortium.projects.models import Project
from tests import factories


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """An approved plan with something of each firm in each list, two baselines, and a request in each state."""
    planned = approved(canary, project, firms, people)
    coordinator, member = people[0], people[1]
    first, second, third = planned.milestones
    for row, outcome in ((second, "approve"), (third, "reject"), (first, "")):
        asked = amended(coordinator, row, means=f"{canary}改为现场测试")
        services.submit(coordinator, worded(coordinator, asked, canary))
        if outcome:
            services.decide(coordinator, asked, outcome=outcome, decision=f"{canary}决定")
    services.freeze(coordinator, planned, name=f"{canary}变更后", as_of=clock.today())
    services.withdraw(coordinator, worded(coordinator, amended(coordinator, third, means=f"{canary}撤回"), canary))
    own = next(row for row in planned.milestones if row.organisation_id == firms[1].id)
    draft = services.propose_own(member, own, **values_of(own, means=f"{canary}草稿"))
    services.write(member, draft, kind=draft.kind, summary=f"{canary}草稿", reason=f"{canary}原因")


def approved(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> Project:
    """Another project of the table, with a plan that is frozen."""
    coordinator = people[0]
    planned = factories.project(project.consortium, firms[0], f"{canary}获批项目")
    for firm in firms[1:]:
        factories.participant(planned, firm)
    for place, firm in enumerate(firms, start=1):
        node = plans.add_node(
            coordinator, planned, number=str(place), parent=None, title_zh=f"{canary}课题{place}", title_en="", lead=firm, starts_on=planned.starts_on,
            ends_on=planned.ends_on, objective=f"{canary}目标",
        )  # fmt: skip
        plans.assign(coordinator, node, firm, months=Decimal("3.50"))
        plans.allocate(
            coordinator,
            node,
            firm,
            category=CostCategory.LABOUR,
            source=MoneySource.OWN,
            amount=Decimal(f"{place}7531.25"),
        )
        row = factories.milestone(planned, firm, f"{canary}获批里程碑{place}", datetime.date(2027, 6, place))
        thing = outputs.plan_deliverable(
            coordinator, planned, number=f"D{place}", node=node, organisation=firm, title_zh=f"{canary}成果{place}", title_en="",
            kind=DeliverableKind.REPORT, level=Dissemination.INTERNAL if place == 1 else Dissemination.SENSITIVE, due_on=datetime.date(2027, 6, place),
        )  # fmt: skip
        outputs.tie(coordinator, row, thing)
        outputs.plan_indicator(
            coordinator, planned, number=f"K{place}", node=node, organisation=firm, title_zh=f"{canary}指标{place}", title_en="", unit="%",
            direction=Direction.AT_LEAST, value_start="1", value_mid="2", value_end="3", method=f"{canary}检测",
        )  # fmt: skip
    services.freeze(coordinator, planned, name=f"{canary}任务书", as_of=clock.today())
    return planned


def values_of(milestone: Any, **more: Any) -> dict[str, Any]:
    """All values of a milestone as its service takes them, but for those that are named."""
    named = ("title_zh", "title_en", "due_on", "weight", "means")
    firm = factories.db.session.get_one(Organisation, milestone.organisation_id)
    return {"organisation": firm, **{name: getattr(milestone, name) for name in named}, **more}


def amended(actor: User, milestone: Any, **more: Any) -> Any:
    """What comes of amending a milestone: itself, or a proposal."""
    return projects.amend_milestone(actor, milestone, **values_of(milestone, **more))


def worded(actor: User, request: Any, words: str) -> ChangeRequest:
    """A draft that says what and why."""
    return services.write(actor, request, kind=request.kind, summary=f"{words}变更", reason=f"{words}原因")


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """That many more requests and baselines of the approved project beside this one."""
    planned = next(
        row for row in factories.db.session.query(Project).filter_by(consortium_id=project.consortium_id) if row.title_zh.endswith("获批项目")
    )  # fmt: skip
    own = planned.milestones[-1]
    for number in range(times):
        asked = worded(people[0], amended(people[0], own, means=f"{own.means}改"), "再")
        services.decide(people[0], services.submit(people[0], asked), outcome="approve", decision="批准")
        services.freeze(people[0], planned, name=f"第{number}版", as_of=clock.today())
        draft = worded(people[0], amended(people[0], own, means=f"{own.means}稿"), "待")
        services.submit(people[0], draft)
        services.withdraw(people[0], draft)
