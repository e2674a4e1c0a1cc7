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
from consortium.logbook.queries import span
from consortium.plans import services
from consortium.plans.models import CostCategory as Head
from consortium.plans.models import LinkKind, Profile
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
#: The same of projects with European heads; of some firms more for indirect costs than the flat rate allows, which the pages point out.
EUROPEAN: tuple[tuple[Head, Source, int], ...] = (
    (Head.PERSONNEL, Source.OWN, 42), (Head.SUBCONTRACTING, Source.OWN, 6), (Head.TRAVEL, Source.LOCAL, 4), (Head.PURCHASED_EQUIPMENT, Source.CENTRAL, 15),
    (Head.OTHER_PURCHASES, Source.OWN, 9), (Head.OTHER_COSTS, Source.OWN, 3), (Head.INDIRECT, Source.OWN, 14),
)  # fmt: skip
TOO_MUCH = {("kernel", "wenheng"): 21}
#: Projects whose money is split by years, but for the last of the European heads.
BY_YEAR = ("substrate", "kernel", "blade")
STEP = Decimal(10_000)
#: Where a firm works so many times less than in its largest node, it has no money of its own.
LITTLE = 3


def draw_up(story: Any, work: Work) -> None:
    """The tree of a project with work, money and links."""
    coordinator, project, tree = cast.coordinator(story, work), story.made["work", work.zh], TREES[work.key]
    heads = "EU-2021" if tree.profile is Profile.EUROPEAN else "CN-2021"
    services.arrange(coordinator, project, profile=tree.profile, calendar="CN", money_profile=heads)
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
    for number, firm, head, source, whole in money(story, work):
        for year, amount in by_year(work, made[number], head, whole).items():
            services.allocate(
                coordinator,
                made[number],
                story.made["firm", firm],
                category=head,
                source=source,
                amount=amount,
                year=year,
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
        for head, source, percent in _heads(story, work, share.firm):
            whole = Decimal(share.budget * percent) / 100
            if head is Head.INDIRECT:
                found.append((first, share.firm, head, source, whole // STEP * STEP))
                continue
            found += [
                (number, share.firm, head, source, whole * months / total // STEP * STEP)
                for number, months in parts.items()
            ]
    return found


def by_year(work: Work, node: Any, head: Head, whole: Decimal) -> dict[int, Decimal]:
    """An amount by the years of its node, in which it stands by their months; under 0 where it is not split."""
    if work.key not in BY_YEAR or head is Head.OTHER_COSTS:
        return {0: whole}
    months = [month.year for month in span(node.starts_on, node.ends_on)]
    found = {year: whole * months.count(year) / len(months) // STEP * STEP for year in sorted(set(months))}
    found[months[-1]] += whole - sum(found.values())
    return {year: amount for year, amount in found.items() if amount} or {months[0]: whole}


def _heads(story: Any, work: Work, firm: str) -> tuple[tuple[Head, Source, int], ...]:
    if TREES[work.key].profile is not Profile.EUROPEAN:
        return SPLITS[_split(story, work, firm)]
    more = TOO_MUCH.get((work.key, firm))
    return tuple((head, source, more if more and head is Head.INDIRECT else part) for head, source, part in EUROPEAN)


def _split(story: Any, work: Work, firm: str) -> str:
    if story.made["firm", firm].kind is not OrganisationKind.ENTERPRISE:
        return "science"
    if firm != work.lead:
        return "firm"
    return "user" if work.kind == "demonstration" else "lead"
