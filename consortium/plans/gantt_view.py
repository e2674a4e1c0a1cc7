"""What the page of the Gantt chart shows: the drawing as it is asked for, and the table that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from consortium.core.terms import either, is_chinese
from consortium.core.typed import whole
from consortium.core.words import Lazy, _l, _ln, listed
from consortium.documents import plan_sheets
from consortium.documents.plan_charts import ZOOMS, Canvas
from consortium.documents.tables import Column, Table
from consortium.plans import facts, gantt
from consortium.projects.models import Project

ZOOM_WORDS = {"quarter": _l("Quarters"), "month": _l("Months"), "week": _l("Weeks")}
KINDS = {
    "fs": _l("finish to start"),
    "ss": _l("start to start"),
    "ff": _l("finish to finish"),
    "sf": _l("start to finish"),
}
TONES = {"green": "ok", "red": "bad", "blue": "act", "grey": "plan", "amber": "warn", "none": "none"}
#: A longer term is shown in quarters first.
LONG = 540


def said(pair: Mapping[str, str]) -> str:
    """A text pair in the reader's language, else in the other."""
    return either(pair["zh"], pair["en"])


def _day(name: str) -> Any:
    return lambda row: date.fromisoformat(row[name]) if row[name] else None


def _tone(row: Mapping[str, Any]) -> str:
    return TONES[plan_sheets.tone(row["state"])]


def tables() -> tuple[Table, Table]:
    """The chart as a table and its milestones, in the reader's language, which is looked up once and not in each cell."""
    chinese, comma, critical = is_chinese(), str(_l(", ")), str(_l("Critical"))
    ways: dict[tuple[str, int], str] = {}

    def say(pair: Mapping[str, str]) -> str:
        return (pair["zh"] or pair["en"]) if chinese else (pair["en"] or pair["zh"])

    def way(link: Mapping[str, Any]) -> str:
        """What is waited for, and how, where it is not simply from finish to start: `1.2 (start to start, +5)`."""
        key = link["kind"], link["lag"]
        if key not in ways:
            how = [*([] if key[0] == "fs" else [KINDS[key[0]]]), *([f"{key[1]:+d}"] if key[1] else [])]
            ways[key] = (
                str(_l("%(number)s (%(how)s)", number="%s", how=listed(how).replace("%", "%%"))) if how else "%s"
            )
        return ways[key] % (str(link["number"]),)

    rows = Table("gantt", _l("The plan as a table"), (
        Column("node", _l("Node"), lambda row: f"{row['number']} {say(row['title'])}".strip(), "link", href=lambda row: f"/nodes/{row['id']}", depth=lambda row: row["level"]),
        Column("firm", _l("Organisation"), lambda row: say(row["firm"]), wide=True),
        Column("state", _l("State"), lambda row: say(row["state"]), "status", tone=_tone),
        Column("starts_on", _l("Start"), _day("starts_on"), "day"),
        Column("ends_on", _l("End"), _day("ends_on"), "day"),
        Column("days", _l("Working days"), lambda row: row["days"], "count", wide=True),
        Column("early_start", _l("Early start"), _day("early_start"), "day", wide=True),
        Column("late_start", _l("Late start"), _day("late_start"), "day", wide=True),
        Column("float", _l("Float"), lambda row: row["float"], "count"),
        Column("critical", _l("Critical"), lambda row: critical if row["critical"] else "", wide=True),
        Column("waits_for", _l("Waits for"), lambda row: comma.join(map(way, row["waits_for"])), wide=True),
    ))  # fmt: skip
    marks = Table("marks", _l("Milestones in the chart"), (
        Column("milestone", _l("Milestone"), lambda mark: f"{mark['label']} {say(mark['title'])}", "link", href=lambda mark: f"/milestones/{mark['id']}"),
        Column("due_on", _l("Due"), _day("on"), "day"),
        Column("state", _l("State"), lambda mark: say(mark["state"]), "status", tone=_tone),
    ))  # fmt: skip
    return rows, marks


class GanttView:
    """The chart of one project, as the arguments of the address ask for it."""

    def __init__(self, project: Project, wanted: Mapping[str, str]) -> None:
        self.project = project
        self.table, self.marks_table = tables()
        self.facts, self.calendar, self.problem = facts.chart(project)
        days = (project.ends_on - project.starts_on).days
        self.zoom = wanted["zoom"] if wanted.get("zoom") in ZOOMS else "quarter" if days > LONG else "month"
        self.critical = wanted.get("critical") == "1"
        self.firm = whole(wanted.get("firm"))
        self.shown = gantt.narrowed(self.facts, firm=self.firm, critical=self.critical)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows that are shown."""
        found: list[dict[str, Any]] = self.shown["rows"]
        return found

    @property
    def zooms(self) -> list[tuple[str, Lazy]]:
        """The scales and their words."""
        return list(ZOOM_WORDS.items())

    @cached_property
    def canvas(self) -> Canvas:
        """The drawing; free days are shaded where a day is wide enough to be seen."""
        tongue = "zh" if is_chinese() else "en"
        made = plan_sheets.canvas(self.shown, (tongue,), zoom=self.zoom)
        if self.zoom == "week" and made.days < 4000:
            made.rests = list(self.calendar.rests(made.first, date.fromordinal(made.first.toordinal() + made.days - 1)))
        return made

    @property
    def begin(self) -> int:
        """How far the bars are moved at first, so that today is in view with some days before it."""
        made = self.canvas
        return (
            max(0, int(made.x(made.today)) - 140)
            if made.today and 0 <= (made.today - made.first).days < made.days
            else 0
        )

    @property
    def bars(self) -> Markup:
        """The rows of the chart."""
        return self.canvas.bars(*plan_sheets.words(self.shown, ("zh" if is_chinese() else "en",)))

    # What follows is written here and not in the template, which takes ten times as long for a row: a plan has 500 nodes and 1,000 links.

    @property
    def tree(self) -> Markup:
        """The nodes beside their bars, each a row as high as its bar."""
        critical = f'<span class="visually-hidden">{escape(_l("critical"))}</span>'
        rows, written = iter(self.rows), []
        for line in self.canvas.lines:
            title = escape(line.title)
            if line.starts_on is None:
                written.append(f'<li class="lane"><span>{title}</span></li>\n')
                continue
            marks = f"at-{min(line.level, 5)}{' is-group' * line.summary}{' is-critical' * line.critical}"
            name, firm, more = escape(line.number), escape(line.firm), critical if line.critical else ""
            written.append(
                f'<li class="{marks}"><a href="/nodes/{next(rows)["id"]}" title="{name} {title}"><b>{name}</b><span>{title}</span>{more}</a>'
                f'<small title="{firm}">{firm}</small></li>\n'
            )
        return Markup("".join(written))  # noqa: S704 - each value was escaped

    @staticmethod
    def ties(listed_ties: Iterable[Mapping[str, Any]], arrow: str) -> Markup:
        """The links of a firm with others: by the other firm and the kind of wait, which node of its own with which of the other's."""
        found: dict[tuple[str, str, int], list[Mapping[str, Any]]] = {}
        for tie in listed_ties:
            found.setdefault((said(tie["firm"]), tie["kind"], tie["lag"]), []).append(tie)
        comma, together, written = str(_l(", ")), _l("and"), []
        for (firm, kind, lag), some in found.items():
            seen = comma.join(f"{tie['own']} {arrow} {tie['other']}" for tie in some)
            heard = comma.join(f"{tie['own']} {together} {tie['other']}" for tie in some)
            how = f"{KINDS[kind]}{comma}{lag:+d}" if lag else str(KINDS[kind])
            shown = f' <span class="meta d-inline">({escape(how)})</span>' if lag or kind != "fs" else ""
            written.append(
                f'<li><span class="num" aria-hidden="true">{escape(seen)}</span><span class="visually-hidden">{escape(heard)}</span>'
                f" {escape(firm)}{shown}</li>"
            )
        return Markup(f'<ul class="ties">{"".join(written)}</ul>')  # noqa: S704 - each value was escaped

    @staticmethod
    def clashes(listed_clashes: Iterable[Mapping[str, Any]], signs: tuple[str, str]) -> Markup:
        """The nodes that begin too early, each in a sentence; `signs` are those of a wait that is broken and of one that is pushed."""
        written = []
        for one in listed_clashes:
            told = {"number": one["number"], "before": one["before"]}
            if one["direct"]:
                sentence = _ln(
                    "%(number)s is planned to begin %(num)s working day before %(before)s lets it.",
                    "%(number)s is planned to begin %(num)s working days before %(before)s lets it.", one["days"], **told,
                )  # fmt: skip
            else:
                sentence = _ln(
                    "%(number)s is pushed back by %(num)s working day, because %(before)s is itself pushed back.",
                    "%(number)s is pushed back by %(num)s working days, because %(before)s is itself pushed back.", one["days"], **told,
                )  # fmt: skip
            possible = _l("Possible from %(day)s.", day=one["possible_on"])
            sign = signs[0] if one["direct"] else signs[1]
            written.append(f'<li>{sign}<div>{escape(sentence)} <span class="meta">{escape(possible)}</span></div></li>')
        return Markup(f'<ul class="clashes">{"".join(written)}</ul>')  # noqa: S704 - each value was escaped

    @property
    def marks(self) -> list[dict[str, Any]]:
        """The milestones of the rows that are shown, and those of no node, each once, by their days."""
        found: dict[str, dict[str, Any]] = {}
        for mark in (*self.facts["milestones"], *(mark for row in self.rows for mark in row["milestones"])):
            found.setdefault(mark["label"], mark)
        return sorted(found.values(), key=lambda mark: str(mark["on"]))

    @property
    def firms(self) -> list[tuple[int, str]]:
        """The firms that lead nodes, for the filter."""
        return [(row["id"], said(row["firm"])) for row in self.facts["firms"]]

    @property
    def path(self) -> list[dict[str, Any]]:
        """The nodes of the critical path."""
        rows = {row["number"]: row for row in self.facts["rows"]}
        return [rows[number] for number in self.facts["path"]]
