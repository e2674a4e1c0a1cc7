"""What the page of the Gantt chart shows: the drawing as it is asked for, and the table that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from consortium.core.terms import either, is_chinese
from consortium.core.words import Lazy, _l, listed
from consortium.documents import plan_sheets
from consortium.documents.plan_charts import ZOOMS, Canvas
from consortium.documents.tables import Column, Table
from consortium.plans import facts, gantt
from consortium.projects.models import Project

ZOOM_WORDS = {"quarter": _l("Quarters"), "month": _l("Months"), "week": _l("Weeks")}
KINDS = {"fs": "", "ss": _l("start to start"), "ff": _l("finish to finish"), "sf": _l("start to finish")}
TONES = {"green": "ok", "red": "bad", "blue": "act", "grey": "plan", "amber": "warn", "none": "none"}
#: A longer term is shown in quarters first.
LONG = 540


def said(pair: Mapping[str, str]) -> str:
    """A text pair in the reader's language, else in the other."""
    return either(pair["zh"], pair["en"])


def wait_words(link: Mapping[str, Any]) -> str:
    """What is waited for, and how, where it is not simply from finish to start: `1.2 (start to start, +5)`."""
    lag = f"{link['lag']:+d}" if link["lag"] else ""
    how = [str(part) for part in (KINDS[link["kind"]], lag) if str(part)]
    return str(_l("%(number)s (%(how)s)", number=link["number"], how=listed(how))) if how else link["number"]


def _day(name: str) -> Any:
    return lambda row: date.fromisoformat(row[name]) if row[name] else None


TABLE = Table("gantt", _l("The plan as a table"), (
    Column("node", _l("Node"), lambda row: f"{row['number']} {said(row['title'])}".strip(), "link", href=lambda row: f"/nodes/{row['id']}", depth=lambda row: row["level"]),
    Column("firm", _l("Organisation"), lambda row: said(row["firm"]), wide=True),
    Column("state", _l("State"), lambda row: said(row["state"]), "status", tone=lambda row: TONES[plan_sheets.tone(row["state"])]),
    Column("starts_on", _l("Start"), _day("starts_on"), "day"),
    Column("ends_on", _l("End"), _day("ends_on"), "day"),
    Column("days", _l("Working days"), lambda row: row["days"], "count", wide=True),
    Column("early_start", _l("Early start"), _day("early_start"), "day", wide=True),
    Column("late_start", _l("Late start"), _day("late_start"), "day", wide=True),
    Column("float", _l("Float"), lambda row: row["float"], "count"),
    Column("critical", _l("Critical"), lambda row: _l("Critical") if row["critical"] else "", wide=True),
    Column("waits_for", _l("Waits for"), lambda row: listed(wait_words(link) for link in row["waits_for"]), wide=True),
))  # fmt: skip


class GanttView:
    """The chart of one project, as the arguments of the address ask for it."""

    table = TABLE

    def __init__(self, project: Project, wanted: Mapping[str, str]) -> None:
        self.project = project
        self.facts, self.calendar, self.problem = facts.chart(project)
        days = (project.ends_on - project.starts_on).days
        self.zoom = wanted["zoom"] if wanted.get("zoom") in ZOOMS else "quarter" if days > LONG else "month"
        self.critical = wanted.get("critical") == "1"
        asked = wanted.get("firm", "")
        self.firm = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
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

    def mark_tone(self, mark: Mapping[str, Any]) -> str:
        """The tone of a milestone's state."""
        return TONES[plan_sheets.tone(mark["state"])]

    @property
    def firms(self) -> list[tuple[int, str]]:
        """The firms that lead nodes, for the filter."""
        return [(row["id"], said(row["firm"])) for row in self.facts["firms"]]

    @property
    def path(self) -> list[dict[str, Any]]:
        """The nodes of the critical path."""
        rows = {row["number"]: row for row in self.facts["rows"]}
        return [rows[number] for number in self.facts["path"]]
