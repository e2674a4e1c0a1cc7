"""How a plan of the demonstration is drawn up: its tree, the work and money of each firm, what waits for what."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.core.terms import OrganisationKind
from consortium.demo import cast
from consortium.demo.projects import Work
from consortium.demo.trees import TREES, Job
from consortium.plans import services
from consortium.plans.models import CostCategory as Head
from consortium.plans.models import LinkKind
from consortium.plans.models import MoneySource as Source

WAIT = re.compile(r"([T\d.]+)(fs|ss|ff|sf)?([+-]\d+)?")
#: Of a firm's money in a project, in percent: what for, and from where; the rest is kept in reserve.
SPLITS: dict[str, tuple[tuple[Head, Source, int], ...]] = {
    "firm": ((Head.EQUIPMENT, Source.OWN, 30), (Head.OPERATING, Source.LOCAL, 20), (Head.LABOUR, Source.OWN, 35), (Head.INDIRECT, Source.OWN, 10)),
    "lead": (
        (Head.EQUIPMENT, Source.CENTRAL, 20), (Head.EQUIPMENT, Source.OWN, 15), (Head.OPERATING, Source.LOCAL, 20), (Head.LABOUR, Source.OWN, 30),
        (Head.INDIRECT, Source.OWN, 10),
    ),
    "science": ((Head.EQUIPMENT, Source.CENTRAL, 25), (Head.OPERATING, Source.CENTRAL, 35), (Head.LABOUR, Source.CENTRAL, 25), (Head.INDIRECT, Source.OTHER, 10)),
    "user": ((Head.EQUIPMENT, Source.LOAN, 35), (Head.OPERATING, Source.OWN, 20), (Head.LABOUR, Source.OWN, 25), (Head.INDIRECT, Source.CAPITAL, 10)),
}  # fmt: skip
STEP = Decimal(10_000)
#: Where a firm works so many times less than in its largest node, it has no money of its own.
LITTLE = 3


def draw_up(story: Any, work: Work) -> None:
    """The tree of a project with work, money and links."""
    coordinator, project, tree = cast.coordinator(story, work), story.made["work", work.zh], TREES[work.key]
    services.arrange(coordinator, project, profile=tree.profile, calendar="CN")
    made: dict[str, Any] = {}
    for job in tree.jobs:
        made[job.number] = services.add_node(
            coordinator, project, number=job.number, parent=made.get(job.above), title_zh=job.zh, title_en=job.en, lead=story.made["firm", job.firm],
            starts_on=date.fromisoformat(job.first), ends_on=date.fromisoformat(job.last), objective=job.objective,
        )  # fmt: skip
        for firm, months in worked(job).items():
            services.assign(coordinator, made[job.number], story.made["firm", firm], months=months)
    for job in tree.jobs:
        for before, kind, lag in waits(job):
            services.link(coordinator, made[before], made[job.number], kind=kind, lag=lag)
    for number, firm, head, source, amount in money(story, work):
        services.allocate(
            coordinator, made[number], story.made["firm", firm], category=head, source=source, amount=amount
        )
    story.made.update({("node", (work.key, number)): node for number, node in made.items()})


def worked(job: Job) -> dict[str, Decimal]:
    """The person-months of each firm in a node."""
    return {firm: Decimal(months) for firm, months in (part.split(":") for part in job.work.split())}


def waits(job: Job) -> list[tuple[str, LinkKind, int]]:
    """What a node waits for, how, and with how many working days between."""
    return [(number, LinkKind(kind or "fs"), int(lag or 0)) for number, kind, lag in WAIT.findall(job.after)]


def money(story: Any, work: Work) -> list[tuple[str, str, Head, Source, Decimal]]:
    """The planned money of all firms: of each its share of the project, spread over its nodes by their person-months,
    but for indirect costs, which stand in its first one."""
    nodes: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for job in TREES[work.key].jobs:
        for firm, months in worked(job).items():
            nodes[firm][job.number] = months
    found: list[tuple[str, str, Head, Source, Decimal]] = []
    for share in work.shares:
        largest = max(nodes[share.firm].values())
        parts = {number: months for number, months in nodes[share.firm].items() if months * LITTLE >= largest}
        total, first = sum(parts.values(), Decimal(0)), next(iter(parts))
        for head, source, percent in SPLITS[_split(story, work, share.firm)]:
            whole = Decimal(share.budget * percent) / 100
            if head is Head.INDIRECT:
                found.append((first, share.firm, head, source, whole // STEP * STEP))
                continue
            found += [
                (number, share.firm, head, source, whole * months / total // STEP * STEP)
                for number, months in parts.items()
            ]
    return found


def _split(story: Any, work: Work, firm: str) -> str:
    if story.made["firm", firm].kind is not OrganisationKind.ENTERPRISE:
        return "science"
    if firm != work.lead:
        return "firm"
    return "user" if work.kind == "demonstration" else "lead"
