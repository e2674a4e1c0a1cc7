"""A plan as MS Project writes it in XML: tasks become nodes or milestones, links stay links, work becomes person-months.

Only what a plan here has is taken; what is left out is told in `notes`. The format: "Microsoft Project XML data interchange schema".
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from xml.parsers import expat

from consortium.baselines.layout import BY_NAME, Rows, in_order
from consortium.core import typed
from consortium.core.errors import Refused
from consortium.core.uploads import megabytes
from consortium.core.words import Lazy, _l, _ln, called, listed
from consortium.exchange import gates
from consortium.exchange.cells import Firms
from consortium.exchange.markup import MOST_ROWS, parsed
from consortium.exchange.workbook import MOST_SIZE

KINDS = {"0": "ff", "1": "fs", "2": "sf", "3": "ss"}
DURATION = re.compile(r"PT(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]+)?)S)?")
TEXTS = {"UID", "ID", "Name", "WBS", "OutlineNumber", "OutlineLevel", "Start", "Finish", "Milestone", "Summary", "IsNull", "Active", "Notes"}  # fmt: skip

Row = dict[str, Any]


@dataclass
class Task:
    """A task as the file has it: texts by the names of its elements, and its links."""

    said: dict[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        """A text, or nothing."""
        return self.said.get(name, "").strip()


@dataclass
class Read:
    """What was read: rows by list, the number of the task for each, what was left out, and what is wrong."""

    rows: Rows = field(default_factory=dict)
    places: dict[tuple[str, tuple[Any, ...]], int] = field(default_factory=dict)
    notes: list[Lazy] = field(default_factory=list)
    troubles: list[tuple[int, object, str]] = field(default_factory=list)


class _File:
    """The parts of the file that matter."""

    def __init__(self, content: bytes) -> None:
        self.settings: dict[str, str] = {}
        self.tasks: list[Task] = []
        self.resources: dict[str, dict[str, str]] = {}
        self.assignments: list[dict[str, str]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        parsed(content, self._start, self._end, self._text.append)

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._path.append(name)
        self._text.clear()
        match self._path[1:]:
            case ["Tasks", "Task"]:
                self.tasks.append(Task())
                if len(self.tasks) > MOST_ROWS:
                    raise Refused(_l("“%(name)s” has more than %(most)s rows.", name="Tasks", most=f"{MOST_ROWS:,}"))
            case ["Tasks", "Task", "PredecessorLink"]:
                self.tasks[-1].links.append({})
            case ["Resources", "Resource"]:
                self._resource: dict[str, str] = {}
            case ["Assignments", "Assignment"]:
                self.assignments.append({})

    def _end(self, name: str) -> None:
        text = "".join(self._text)
        match self._path[1:]:
            case [_]:
                self.settings[name] = text
            case ["Tasks", "Task", _] if name in TEXTS:
                self.tasks[-1].said[name] = text
            case ["Tasks", "Task", "PredecessorLink", _]:
                self.tasks[-1].links[-1][name] = text
            case ["Resources", "Resource", _]:
                self._resource[name] = text
            case ["Resources", "Resource"]:
                self.resources[self._resource.get("UID", "")] = self._resource
            case ["Assignments", "Assignment", _]:
                self.assignments[-1][name] = text
        self._path.pop()
        self._text.clear()

    def minutes(self, name: str, usual: int) -> int:
        """A setting of the calendar, such as the minutes of a day."""
        found = _whole(self.settings.get(name, ""), usual)
        return found if 0 < found < 100_000 else usual


def _whole(text: str, usual: int) -> int:
    """A whole number of at most nine digits; `usual` for all else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else usual


def is_project(content: bytes) -> bool:
    """Whether a file is XML, and so can only be one of MS Project."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] in (b"<?xml", b"<Proj") or content.startswith(
        (b"\xff\xfe<\0", b"\xfe\xff\0<")
    )


def read(name: str, content: bytes, firms: Firms, lead: str, taken: Rows) -> Read:
    """The plan of a file; tasks without an organisation are led by `lead`, and milestones keep the numbers that they have in `taken`."""
    if len(content) > MOST_SIZE:
        raise Refused(
            _l(
                "The file “%(name)s” has %(size)s; at most %(most)s are taken.",
                name=name,
                size=megabytes(len(content)),
                most=megabytes(MOST_SIZE),
            )
        )
    try:
        file = _File(content)
    except (expat.ExpatError, ValueError, RecursionError, LookupError):
        raise Refused(
            _l(
                "The file “%(name)s” is no XML that can be read, or it has a document type, which is refused.",
                name=name,
            )
        ) from None
    if not file.tasks:
        raise Refused(_l("In the file “%(name)s” there is no task of MS Project.", name=name))
    return _Plan(file, firms, lead, taken).made


class _Plan:
    """The rows of a plan, made of the tasks of a file."""

    def __init__(self, file: _File, firms: Firms, lead: str, taken: Rows) -> None:
        self.file, self.firms, self.lead = file, firms, lead
        self.taken = {
            (of, tuple(row[part] for part in BY_NAME[of].key)): row for of, rows in taken.items() for row in rows
        }
        self.made = Read(rows={name: [] for name in ("nodes", "effort", "links", "milestones", "ties")})
        self.tasks = [task for task in file.tasks if self._counts(task)]
        self.nodes: dict[str, str] = {}
        self.milestones: dict[str, int] = {}
        self.work = self._work()
        self._numbered(taken)
        self._rows()
        self._links()
        self.made.rows = {name: in_order(BY_NAME[name], rows) for name, rows in self.made.rows.items()}

    @staticmethod
    def _counts(task: Task) -> bool:
        """Neither the project itself, nor a blank line, nor a task that was put aside."""
        return (
            task.get("OutlineLevel") != "0"
            and task.get("IsNull") != "1"
            and task.get("Active") != "0"
            and bool(task.get("Name"))
        )

    def _trouble(self, task: Task, sentence: object, value: str = "") -> None:
        self.made.troubles.append((_whole(task.get("ID") or task.get("UID"), 0), sentence, value or task.get("Name")))

    def _note(self, one: Lazy) -> None:
        self.made.notes.append(one)

    # Who works where

    def _work(self) -> dict[str, dict[str, Decimal]]:
        """Person-months by task and organisation, as far as resources bear the name of one."""
        named, unknown = {}, []
        for number, said in self.file.resources.items():
            if said.get("Type", "1") == "1" and (name := said.get("Name", "").strip()):
                try:
                    named[number] = self.firms.code(name)
                except Refused:
                    unknown.append(name)
        minutes = self.file.minutes("MinutesPerDay", 480) * self.file.minutes("DaysPerMonth", 20)
        found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for said in self.file.assignments:
            if (firm := named.get(said.get("ResourceUID", ""))) is not None:
                found[said.get("TaskUID", "")][firm] += self._minutes(said.get("Work", "")) / minutes
        if unknown:
            self._note(
                _l(
                    "These resources bear the name of no member and are left out: %(names)s.",
                    names=listed(unknown[:20]),
                )
            )
        return found

    @staticmethod
    def _minutes(text: str) -> Decimal:
        """The minutes of a duration such as PT160H0M0S; none where it is no duration."""
        found = DURATION.fullmatch(text.strip())
        hours, minutes, seconds = (Decimal(part or 0) for part in found.groups()) if found else (Decimal(0),) * 3
        return hours * 60 + minutes + seconds / 60

    def _leader(self, task: Task) -> str | None:
        """The organisation with most of the work, the first by code where they are even."""
        work = self.work.get(task.get("UID"), {})
        return min(work, key=lambda code: (-work[code], code)) if work else None

    # Nodes and milestones

    def _numbered(self, taken: Rows) -> None:
        """Nodes keep the numbers of the file; milestones those of equal titles in the plan, the others the next ones."""
        known = {
            row[name]: row["number"]
            for row in reversed(taken.get("milestones", []))
            for name in ("title_en", "title_zh")
            if row[name]
        }
        last = max((row["number"] for row in taken.get("milestones", [])), default=0)
        used: set[int] = set()
        for task in self.tasks:
            uid = task.get("UID")
            if task.get("Milestone") != "1" or task.get("Summary") == "1":
                self.nodes[uid] = task.get("WBS") or task.get("OutlineNumber")
                continue
            number = known.get(task.get("Name"))
            if number is None or number in used:
                last += 1
                number = last
            used.add(number)
            self.milestones[uid] = number

    def _rows(self) -> None:
        above: list[tuple[int, Task | None]] = [(0, None)]
        leads: dict[str, str] = {}
        left = 0
        for task in self.tasks:
            level = _whole(task.get("OutlineLevel"), 1)
            while len(above) > 1 and above[-1][0] >= level:
                above.pop()
            outer = above[-1][1]
            firm = self._leader(task)
            held = self.taken.get(
                ("milestones", (self.milestones[uid],))
                if (uid := task.get("UID")) in self.milestones
                else ("nodes", (self.nodes[uid],))
            )
            if firm is None and held:
                firm = held.get("lead") or held.get("organisation")
            if firm is None:
                firm = leads.get(outer.get("UID"), self.lead) if outer else self.lead
                left += 1
            try:
                self._row(task, outer, firm)
            except Refused as refusal:
                self._trouble(task, refusal.message)
            if task.get("UID") in self.nodes:
                leads[task.get("UID")] = firm
                above.append((level, task))
        if left:
            who = called(self.firms.by_code.get(self.lead, self.lead))
            self._note(
                _ln(
                    "%(num)s task names no member; it goes to who leads the task above it, else to %(lead)s.",
                    "%(num)s tasks name no member; they go to who leads the task above them, else to %(lead)s.",
                    left,
                    lead=who,
                )
            )

    def _row(self, task: Task, outer: Task | None, firm: str) -> None:
        uid, title = task.get("UID"), typed.line(task.get("Name"), 200)
        titles = (
            {"title_zh": title, "title_en": ""}
            if re.search(r"[\u3400-\u9fff]", title)
            else {"title_zh": "", "title_en": title}
        )
        if uid in self.milestones:
            row: Row = {
                "number": self.milestones[uid], **titles, "organisation": firm, "due_on": _day(task.get("Finish") or task.get("Start")), "weight": 10,
                "means": typed.text(task.get("Notes"), 4000), "waived": "no",
            }  # fmt: skip
            self._put("milestones", row, task)
            return
        number = typed.line(self.nodes[uid], 20)
        if not number:
            raise Refused(_l("The task has no number (WBS)."))
        row = {
            "number": number, "parent": self.nodes[outer.get("UID")] if outer else None, **titles, "lead": firm, "starts_on": _day(task.get("Start")),
            "ends_on": _day(task.get("Finish")), "objective": typed.text(task.get("Notes"), 4000),
        }  # fmt: skip
        self._put("nodes", row, task)
        for code, months in sorted(self.work.get(uid, {}).items()):
            exact = months.quantize(Decimal("0.01"), ROUND_HALF_UP)
            self._put(
                "effort", {"node": number, "organisation": code, "months": f"{typed.months(f'{exact:.2f}'):.2f}"}, task
            )

    def _put(self, name: str, row: Row, task: Task) -> None:
        key = tuple(row[part] for part in BY_NAME[name].key)
        if (name, key) in self.made.places:
            raise Refused(_l("The number %(number)s is there twice.", number=key[0]))
        if held := self.taken.get((name, key)):
            row = _with(held, row)
        self.made.places[name, key] = _whole(task.get("ID") or task.get("UID"), 0)
        self.made.rows[name].append(row)

    # Links

    def _links(self) -> None:
        """Links between nodes stay links, also those that lead over a milestone; what a milestone waits for, it depends on."""
        waits: dict[str, list[gates.Wait]] = {}
        left = rounded = 0
        for task in self.tasks:
            for said in task.links:
                before = said.get("PredecessorUID", "").strip()
                if before not in self.nodes and before not in self.milestones:
                    left += 1
                    continue
                try:
                    lag, exact = gates.lag(said, self.file.minutes("MinutesPerDay", 480))
                    rounded += not exact
                    waits.setdefault(task.get("UID"), []).append(
                        (before, KINDS.get(said.get("Type", "1").strip(), "fs"), lag)
                    )
                except Refused as refusal:
                    self._trouble(task, refusal.message)
        carried = gates.over(waits, self.milestones)
        led: dict[str, list[gates.Wait]] = {}
        for (before, after), how in carried.items():
            led.setdefault(after, []).append((before, *how))
        for task in self.tasks:
            uid = task.get("UID")
            direct = [one for one in waits.get(uid, ()) if one[0] in self.nodes]
            over = led.get(uid, [])
            there = {before for before, _, _ in direct}
            left += sum(before in there for before, _, _ in over)
            for before, kind, lag in [*direct, *(one for one in over if one[0] not in there)]:
                try:
                    self._link(task, self.nodes[before], kind, lag)
                except Refused as refusal:
                    self._trouble(task, refusal.message)
        if carried:
            self._note(
                _ln(
                    "%(num)s link over a milestone is taken as a link between the tasks before and after it.",
                    "%(num)s links over milestones are taken as links between the tasks before and after them.",
                    len(carried),
                )
            )
        if left:
            self._note(
                _ln(
                    "%(num)s link is to a task that is not there, or beside another link of the same two; it is left out.",
                    "%(num)s links are to tasks that are not there, or beside other links of the same two; they are left out.",
                    left,
                )
            )
        if rounded:
            self._note(
                _ln(
                    "The lag of %(num)s link is no whole number of working days; it is rounded.",
                    "The lags of %(num)s links are no whole numbers of working days; they are rounded.",
                    rounded,
                )
            )

    def _link(self, task: Task, before: str, kind: str, lag: int) -> None:
        uid = task.get("UID")
        if uid in self.nodes:
            self._put("links", {"before": before, "after": self.nodes[uid], "kind": kind, "lag": lag}, task)
        elif (milestone := self.milestones.get(uid)) is not None:
            self._put("ties", {"milestone": milestone, "node": before, "deliverable": None}, task)


def _with(held: Row, row: Row) -> Row:
    """A row with what the plan says and the file does not: the title in the other language, words, weight, whether it is waived."""
    said = {name: value for name, value in row.items() if value not in ("", None) and name not in ("weight", "waived")}
    titles = {row.get("title_zh"), row.get("title_en")} - {""}
    if titles & {held.get("title_zh"), held.get("title_en")}:
        said = {name: value for name, value in said.items() if not name.startswith("title_")}
    return {**held, **said, **({"parent": row["parent"]} if "parent" in row else {})}


def _day(text: str) -> str:
    try:
        return typed.day(date.fromisoformat(text[:10]).isoformat()).isoformat()
    except ValueError:
        raise Refused(_l("The task has no start or no end that can be read: %(day)s.", day=text[:20] or "–")) from None
