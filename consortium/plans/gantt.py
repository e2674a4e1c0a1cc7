"""What a Gantt chart says of a plan, as plain values: rows, states, waits, the critical path. Pure: no database, no clock.

The same values make the chart and the table of the page, and the chart and the table of the paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium.plans.calendars import Calendar
from consortium.plans.schedule import Cycle, Schedule, Task, Wait, per_firm, schedule, waits
from consortium.projects import lights

Facts = dict[str, Any]

NODE_STATES = {
    "done": {"zh": "已完成", "en": "Done"}, "late": {"zh": "逾期", "en": "Late"}, "running": {"zh": "进行中", "en": "Under way"},
    "planned": {"zh": "未开始", "en": "Not begun"}, "over": {"zh": "期限已过，无数据", "en": "Term over, no data"},
}  # fmt: skip
MILESTONE_STATES = {
    "accepted": {"zh": "已通过", "en": "Accepted"}, "reported": {"zh": "已上报", "en": "Reported"},
    "verified": {"zh": "已核验", "en": "Verified"}, "returned": {"zh": "已退回", "en": "Returned"},
    "late": {"zh": "逾期", "en": "Late"}, "soon": {"zh": "即将到期", "en": "Due soon"}, "planned": {"zh": "计划中", "en": "Planned"},
}  # fmt: skip


@dataclass(frozen=True)
class Given:
    """What a chart is made of. Rows are nodes, links and milestones, or whatever has their attributes, in the order of the tree."""

    project: Any
    nodes: Sequence[Any]
    links: Sequence[Any]
    milestones: Sequence[Any]
    calendar: Calendar
    today: date
    tied: Mapping[int, Sequence[str]]
    shadow: Mapping[str, tuple[date, date]]
    counts: bool = True


@dataclass(frozen=True)
class Reckoned:
    """What follows from the nodes and links of a plan, by the numbers of the nodes; of those that go round in a `ring` nothing does."""

    schedule: Schedule
    links: list[Wait]
    ring: tuple[str, ...] = ()


def reckoned(nodes: Iterable[Any], links: Iterable[Any], calendar: Calendar) -> Reckoned:
    """The one reckoning of a plan, for its pages, its chart and its papers: critical is what all work has to wait for, up to its last end.

    The day on which the project ends has no part in it, or nothing would be critical in a project that leaves itself time.
    """
    tasks = [
        Task(node.number, node.starts_on, node.ends_on, node.parent.number if node.parent else None) for node in nodes
    ]
    waiting = [Wait(link.before.number, link.after.number, str(link.kind), link.lag) for link in links]
    try:
        return Reckoned(schedule(tasks, waiting, calendar), waiting)
    except Cycle as found:
        return Reckoned(Schedule({}), waiting, found.keys)


def spare(ends_on: date | None, project: Any, calendar: Calendar) -> int | None:
    """The working days between the end of all work and that of the project; below zero where the work ends later."""
    if ends_on is None:
        return None
    return calendar.until(project.ends_on.toordinal()) - calendar.until(ends_on.toordinal())


def facts(given: Given) -> Facts:
    """Everything that chart and table show."""
    found = reckoned(given.nodes, given.links, given.calendar)
    plan, links, ring = found.schedule, found.links, found.ring
    spots, free = _milestones(given)
    rows = _rows(given, plan, links, spots)
    firms = {node.number: node.organisation_id for node in given.nodes}
    named = {node.organisation_id: node.organisation.names_pair for node in given.nodes}
    years = range(given.project.starts_on.year, given.project.ends_on.year + 1)
    return {
        "project": _project(given.project),
        "today": given.today.isoformat(),
        "calendar": {
            "code": given.calendar.code, "name": _pair(given.calendar.names), "source": _pair(given.calendar.source), "mark": given.calendar.mark,
            "check": given.calendar.asks_for_checking, "years": list(given.calendar.years),
            "unknown": [year for year in years if not given.calendar.knows(year)][:12],
        },
        "rows": rows,
        "milestones": free,
        "links": _links(links, plan),
        "path": list(plan.path),
        "cycle": list(ring),
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else None,
        "spare": spare(plan.ends_on, given.project, given.calendar),
        "conflicts": [
            {
                "number": one.key, "days": one.days, "before": one.wait.before, "after": one.wait.after, "kind": one.wait.kind, "lag": one.wait.lag,
                "possible_on": one.possible_on.isoformat(), "direct": one.direct,
            }
            for one in plan.conflicts
        ],
        "firms": _firms(plan, links, firms, named),
    }  # fmt: skip


def _project(project: Any) -> Facts:
    return {
        "reference": project.reference,
        "title": {"zh": project.title_zh, "en": project.title_en},
        "starts_on": project.starts_on.isoformat(),
        "ends_on": project.ends_on.isoformat(),
    }


def _pair(texts: tuple[str, str]) -> Facts:
    return {"zh": texts[0], "en": texts[1]}


def _milestones(given: Given) -> tuple[dict[str, list[Any]], list[Facts]]:
    """Milestones by the number of each node that they belong to, and those that belong to none; a waived one is not shown."""
    known = {node.number for node in given.nodes}
    found: dict[str, list[Any]] = defaultdict(list)
    free = []
    for row in given.milestones:
        if row.state == "waived":
            continue
        places = [number for number in dict.fromkeys(given.tied.get(row.id, ())) if number in known]
        for number in places:
            found[number].append(row)
        if not places:
            free.append(_spot(row, given))
    return found, free


def _spot(row: Any, given: Given) -> Facts:
    code = _milestone_state(row, given)
    title = {"zh": row.title_zh, "en": row.title_en}
    return {
        "id": row.id,
        "label": f"M{row.number}",
        "title": title,
        "on": row.due_on.isoformat(),
        "state": {"code": code} | MILESTONE_STATES[code],
    }


def _milestone_state(row: Any, given: Given) -> str:
    if given.counts and lights.is_late(row, given.today):
        return "late"
    if given.counts and row.state == "planned" and lights.is_due_soon(row, given.today):
        return "soon"
    return row.state if row.state in MILESTONE_STATES else "planned"


def _rows(given: Given, plan: Schedule, links: Iterable[Wait], spots: Mapping[str, list[Any]]) -> list[Facts]:
    waits_for: dict[str, list[Facts]] = defaultdict(list)
    for link in links:
        waits_for[link.after].append({"number": link.before, "kind": link.kind, "lag": link.lag})
    below = _below(given.nodes)
    levels: dict[str, int] = {}
    rows = []
    for node in given.nodes:
        levels[node.number] = levels.get(node.parent.number, -1) + 1 if node.parent else 0
        tied = [row for number in below[node.number] for row in spots.get(number, ())]
        code, done = _standing(node, list({row.id: row for row in tied}.values()), given)
        shadow = given.shadow.get(node.number)
        rows.append(
            {
                "id": node.id, "number": node.number, "title": {"zh": node.title_zh, "en": node.title_en}, "firm": node.organisation.names_pair,
                "firm_id": node.organisation_id, "level": levels[node.number], "summary": len(below[node.number]) > 1,
                "starts_on": node.starts_on.isoformat(), "ends_on": node.ends_on.isoformat(),
                "days": given.calendar.count(node.starts_on, node.ends_on), "state": {"code": code} | NODE_STATES[code], "done": done,
                "shadow": [day.isoformat() for day in shadow] if shadow else None, "waits_for": waits_for[node.number],
                "milestones": [_spot(row, given) for row in spots.get(node.number, ())], **_timing(plan, node.number),
            }
        )  # fmt: skip
    codes = {row["number"]: row["state"]["code"] for row in rows}
    for row in rows:  # its milestones may all belong to what is finished of it
        if codes[row["number"]] == "done" and any(codes[number] != "done" for number in below[row["number"]]):
            row["state"] = {"code": "running"} | NODE_STATES["running"]
    return rows


def _timing(plan: Schedule, number: str) -> Facts:
    found = plan.timings.get(number)
    days = ("early_start", "early_finish", "late_start", "late_finish")
    if found is None:
        return {**dict.fromkeys(days), "float": None, "free": None, "critical": False}
    terms = {name: getattr(found, name).isoformat() for name in days}
    return {**terms, "float": found.float, "free": found.free, "critical": found.critical}


def _below(nodes: Sequence[Any]) -> dict[str, list[str]]:
    """The number of each node with those of all below it, itself first."""
    found: dict[str, list[str]] = {node.number: [node.number] for node in nodes}
    for node in nodes:
        parent = node.parent
        while parent is not None:
            found.setdefault(parent.number, [parent.number]).append(node.number)
            parent = parent.parent
    return found


def _standing(node: Any, milestones: list[Any], given: Given) -> tuple[str, int | None]:
    """The state of a node and its done part in per cent, from its milestones and from those below it; from its days where it has none."""
    found = lights.standing(milestones, given.today)
    done = found.accepted * 100 // found.total if found.total else None
    if found.total and found.accepted == found.total:
        return "done", done
    if found.late and given.counts:
        return "late", done
    if node.starts_on > given.today:
        return "planned", done
    return ("running" if found.total or node.ends_on >= given.today else "over"), done


def _links(links: Iterable[Wait], plan: Schedule) -> list[Facts]:
    """All links; critical are those that push a critical node against another, so that nothing between them can slip."""
    return [
        {"before": link.before, "after": link.after, "kind": link.kind, "lag": link.lag, "critical": link in plan.tight}
        for link in links
    ]


def _firms(plan: Schedule, links: list[Wait], firms: Mapping[str, int], named: Mapping[int, Facts]) -> list[Facts]:
    """For whom each firm waits and who waits for it, its least float and its critical tasks; without any money."""
    ties, floats = waits(links, firms), per_firm(plan, firms)
    found = []
    for number, name in named.items():
        least, critical = floats.get(number, (None, []))
        tie = ties.get(number)
        found.append(
            {
                "id": number, "firm": name, "float": least, "critical": critical,
                "waits_for": [_tie(link.after, link.before, named[other], link) for link, other in tie.waits_for] if tie else [],
                "waited_by": [_tie(link.before, link.after, named[other], link) for link, other in tie.waited_by] if tie else [],
            }
        )  # fmt: skip
    return sorted(found, key=lambda row: (row["float"] is None, row["float"] or 0))


def _tie(own: str, other: str, firm: Facts, link: Wait) -> Facts:
    return {"own": own, "other": other, "firm": firm, "kind": link.kind, "lag": link.lag}


def narrowed(found: Facts, *, firm: int | None = None, critical: bool = False) -> Facts:
    """The same with only some rows: those of a firm, those without float, and what lies above them."""
    if firm is None and not critical:
        return found
    wanted: set[str] = set()
    above: list[str] = []
    for row in found["rows"]:
        above[row["level"] :] = [row["number"]]
        if (firm is None or row["firm_id"] == firm) and (not critical or row["critical"]):
            wanted |= set(above)
    return found | {"rows": [row for row in found["rows"] if row["number"] in wanted]}
