"""The facts of a plan as drawings: one canvas for a page, and sheets of so many rows as a paper holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from markupsafe import Markup

from consortium.documents.paper_charts import spoken
from consortium.documents.plan_charts import PAGE, Arrow, Canvas, Line, Look, Spot

Facts = Mapping[str, Any]
Tongues = Sequence[str]

#: Tones of the states of nodes and of milestones.
TONES = {
    "done": "green", "late": "red", "running": "blue", "planned": "grey", "over": "none", "accepted": "green", "reported": "blue", "verified": "blue",
    "returned": "amber", "soon": "amber",
}  # fmt: skip


@dataclass(frozen=True)
class Format:
    """A paper across: width and heights (first page, next ones) of its pictures in points, the tree at the lowest row, and the highest row.

    Rows are as high as the pages have room for; the words grow with them a little.
    """

    wide: float
    first: float
    next: float
    tree: tuple[float, float, float]
    most: float


#: The lowest row that can be read.
ROW = 14.4
FORMATS = {
    "A3": Format(1088, 630, 668, (34, 178, 92), 30.0),
    "A4": Format(740, 362, 420, (30, 136, 66), 21.0),
}


def _look(form: Format, row: float) -> Look:
    grown = 1 + (row / ROW - 1) * 0.4
    narrow, wide, firm = (width * grown for width in form.tree)
    return Look(row, 6.7 * grown, 6.0 * grown, 25 * grown, (narrow, wide, firm))


def canvas(
    facts: Facts, tongues: Tongues, *, zoom: str = "month", wide: float = 0, look: Look = PAGE,
    rests: Sequence[tuple[date, date]] = (),
) -> Canvas:  # fmt: skip
    """The drawing of a plan from its facts: names in all `tongues`, as far as there is room, and all else in the first of them."""
    rows = facts["rows"]
    lines = [_lane(facts["milestones"], tongues)] if facts["milestones"] else []
    place = {row["number"]: number for number, row in enumerate(rows, len(lines))}
    lines += [_line(row, tongues) for row in rows]
    arrows = [
        Arrow(place[link["before"]], place[link["after"]], link["kind"], link["critical"])
        for link in facts["links"]
        if link["before"] in place and link["after"] in place
    ]
    today = date.fromisoformat(facts["today"])
    return Canvas(
        lines, arrows, (_day(facts["project"]["starts_on"]), _day(facts["project"]["ends_on"])), zoom, wide, look, today,
        f"{spoken({'zh': '今天', 'en': 'Today'}, tongues)} {today:%m-%d}", rests,
    )  # fmt: skip


def words(facts: Facts, tongues: Tongues) -> tuple[str, str]:
    """Title and description of the drawing; the table beside it says the rest."""
    rows, path = facts["rows"], facts["path"]
    title = spoken({"zh": "项目甘特图", "en": "Gantt chart of the project"}, tongues[:1])
    late = [row["number"] for row in rows if row["state"]["code"] == "late"]
    many, way, lates = len(rows), " → ".join(path), ", ".join(late[:20]) + ("…" if len(late) > 20 else "")
    term = f"{facts['project']['starts_on']} – {facts['project']['ends_on']}"
    zh = f"{term}，{many} 个工作项。关键路径：{way or '无'}。逾期：{lates or '无'}。下表给出同样的数据。"
    en = f"{term}, {many} {'node' if many == 1 else 'nodes'}. Critical path: {way or 'none'}. Late: {lates or 'none'}. The table gives the same data."
    return title, spoken({"zh": zh, "en": en}, tongues[:1])


def sheets(facts: Facts, tongues: Tongues) -> Iterator[Markup]:
    """The pictures of a paper, one a page, in equally full pages."""
    form = FORMATS[facts["size"]]
    many = len(facts["rows"]) + bool(facts["milestones"])
    first, next_ = (int((high - 25) // ROW) for high in (form.first, form.next))
    pages = 1 + max(0, ceil((many - first) / next_))
    row = min(max((form.first - 36) / ceil(many / pages), ROW), form.most)
    look = _look(form, row)
    made = canvas(facts, tongues, zoom=_zoom(facts), wide=form.wide - sum(look.tree) - 2 * look.unit, look=look)
    title, description = words(facts, tongues)
    begin = 0
    for page in range(pages):
        end = begin + min(ceil((many - begin) / (pages - page)), next_ if page else first)
        part = f"{title} {page + 1} / {pages}" if pages > 1 else title
        yield made.sheet(part, description, begin, end)
        begin = end


def _zoom(facts: Facts) -> str:
    """The scale on paper: months for terms that it has room for."""
    days = (_day(facts["project"]["ends_on"]) - _day(facts["project"]["starts_on"])).days
    return "month" if days < 1300 else "quarter"


def tone(state: Mapping[str, Any]) -> str:
    """The tone of a state."""
    return TONES.get(str(state["code"]), "grey")


def _day(iso: str) -> date:
    return date.fromisoformat(iso)


def _line(row: Facts, names: Tongues) -> Line:
    shadow, tongues = row.get("shadow"), names[:1]
    title = spoken(row["title"], tongues)
    told = [f"{row['number']} {title}", f"{row['starts_on']} – {row['ends_on']}", spoken(row["state"], tongues)]
    if row["critical"]:
        told.append(spoken({"zh": "关键", "en": "critical"}, tongues))
    elif row["float"] is not None:
        told.append(f"{spoken({'zh': '时差', 'en': 'float'}, tongues)} {row['float']}")
    if shadow:
        told.append(f"{spoken({'zh': '基线', 'en': 'baseline'}, tongues)} {shadow[0]} – {shadow[1]}")
    return Line(
        row["number"], spoken(row["title"], names), spoken(row["firm"], tongues), row["level"], _day(row["starts_on"]), _day(row["ends_on"]), tone(row["state"]),
        row["done"], row["critical"], row["summary"], (_day(shadow[0]), _day(shadow[1])) if shadow else None,
        [_spot(spot, tongues) for spot in row["milestones"]], " · ".join(told),
    )  # fmt: skip


def _lane(milestones: Sequence[Facts], tongues: Tongues) -> Line:
    """The milestones that belong to no node, in a row of their own above the tree."""
    title = spoken({"zh": "里程碑", "en": "Milestones"}, tongues)
    return Line("", title, spots=[_spot(spot, tongues[:1]) for spot in milestones], tip=title)


def _spot(spot: Facts, tongues: Tongues) -> Spot:
    word = spoken(spot["state"], tongues)
    tip = f"{spot['label']} {spoken(spot['title'], tongues)} · {spot['on']} · {word}"
    return Spot(spot["label"], _day(spot["on"]), tone(spot["state"]), word, tip)
