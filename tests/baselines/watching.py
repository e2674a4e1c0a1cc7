"""What is seen of a plan from outside while people change it: its tables as they are, without any comparison of the platform, and what must hold."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import func, select

from consortium.activity.models import Event
from consortium.baselines.models import Baseline, ChangeRequest
from consortium.core.db import db
from consortium.exchange.models import PlanImport
from consortium.logbook.models import LoggedEffort, LoggedSpending, MonthlyLog
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable, Indicator, Tie
from consortium.people.models import Seat, User
from consortium.plans.models import Allocation, Effort, Link, Node, Plan
from consortium.projects.models import Milestone, Participant, Project

Row = dict[str, Any]
#: A database as it is: by table and number the rows.
State = dict[str, dict[int, Row]]
#: A plan in words of its own: by list and key the rows.
Said = dict[str, dict[tuple[Any, ...], Row]]

PLAN = {
    "project": (Project, ("reference",)),
    "participants": (Participant, ("organisation",)),
    "nodes": (Node, ("number",)),
    "effort": (Effort, ("node", "organisation")),
    "budget": (Allocation, ("node", "organisation", "category", "source", "year")),
    "links": (Link, ("before", "after")),
    "milestones": (Milestone, ("number",)),
    "deliverables": (Deliverable, ("number",)),
    "indicators": (Indicator, ("number",)),
    "ties": (Tie, ("milestone", "node", "deliverable")),
}
BESIDE = (Plan, Baseline, ChangeRequest, PlanImport, MonthlyLog, LoggedEffort, LoggedSpending, Seat)
TABLES = (*(model.__table__ for model, _ in PLAN.values()), *(model.__table__ for model in BESIDE))
#: What rows say beside the plan: how far their work is, not what was promised. Every other column is planned.
NOT_PLANNED = {
    "*": {"id", "created_at", "version", "consortium_id", "project_id"},
    "project": {"stage", "trl_now", "milestones_numbered"},
    "milestones": {"state", "reported_on", "reached_on", "accepted_on", "slip_reason", "expected_on"},
    "deliverables": {"state", "submitted_on", "accepted_on"},
}
#: What a column points at, and how that is called.
POINTS = {"node_id": "plan_node", "parent_id": "plan_node", "before_id": "plan_node", "after_id": "plan_node", "milestone_id": "milestone",
          "deliverable_id": "deliverable"}  # fmt: skip
FIRMS = ("organisation_id", "lead_id")
SETTLED = ("approved", "rejected", "withdrawn")
#: Kinds of changes on which the lead unit, the council, and the authority decide (domain.md 4.5).
RANK = {"route": 0, "share": 1, "goal": 2, "period": 2, "money": 2, "lead": 2}


def state() -> State:
    """All rows that a step may touch, of all tenants."""
    return {
        table.name: {row["id"]: dict(row) for row in db.session.execute(select(table)).mappings()} for table in TABLES
    }


def codes() -> dict[int, str]:
    """What organisations are called in plans."""
    return {row.id: row.code for row in db.session.execute(select(Organisation.id, Organisation.code))}


def said(now: State, project_id: int, firms: dict[int, str]) -> Said:
    """The plan of a project, made of every column of its tables that is not known to be none of it."""
    inside = {"plan_node": "project_id", "milestone": "project_id"}
    own = {table: {key for key, row in now[table].items() if row[way] == project_id} for table, way in inside.items()}
    found: Said = {}
    for name, (model, key) in PLAN.items():
        table = model.__tablename__
        found[name] = {}
        for number, row in now[table].items():
            if not _belongs(row, number, table, project_id, own):
                continue
            plain = {column: _plain(now, column, value, firms) for column, value in row.items()}
            skipped = NOT_PLANNED["*"] | NOT_PLANNED.get(name, set())
            values = {_named(name, column): value for column, value in plain.items() if column not in skipped}
            if name == "milestones":
                values["waived"] = "yes" if row["state"] == "waived" else "no"
            found[name][tuple(values[part] for part in key)] = values
    [frame] = found["project"].values()
    plan = next((row for row in now["plan"].values() if row["project_id"] == project_id), {})
    arranged = [column.name for column in Plan.__table__.columns if column.name not in NOT_PLANNED["*"]]
    frame.update({column: _plain(now, column, plan.get(column), firms) for column in arranged})
    return found


def _belongs(row: Row, number: int, table: str, project_id: int, own: dict[str, set[int]]) -> bool:
    if table == "project":
        return number == project_id
    if "project_id" in row:
        return bool(row["project_id"] == project_id)
    if "milestone_id" in row:
        return row["milestone_id"] in own["milestone"]
    return row["node_id"] in own["plan_node"]


def _named(name: str, column: str) -> str:
    if column in FIRMS:
        return "lead" if name in ("nodes", "project") else "organisation"
    return column.removesuffix("_id")


def _plain(now: State, column: str, value: Any, firms: dict[int, str]) -> Any:
    if value is None:
        return None
    if column in FIRMS:
        return firms[value]
    if column in POINTS:
        return now[POINTS[column]][value]["number"]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, datetime.date) else value


def apart(before: Said, after: Said) -> list[Row]:
    """What is different, in the words in which requests keep it."""
    found = []
    for name in PLAN:
        for key in dict.fromkeys((*before[name], *after[name])):
            old, new = before[name].get(key), after[name].get(key)
            if old is None or new is None:
                found.append({"list": name, "key": list(key), "field": "", "before": old, "after": new})
                continue
            found += [
                {"list": name, "key": list(key), "field": one, "before": old[one], "after": new[one]} for one in old if old[one] != new[one]
            ]  # fmt: skip
    return found


def in_order(lines: list[Row]) -> list[str]:
    """Lines without an order."""
    return sorted(
        repr({name: dict(sorted(v.items())) if isinstance(v, dict) else v for name, v in line.items()})
        for line in lines
    )


def latest() -> int:
    """The number of the last event."""
    return int(db.session.scalar(select(func.max(Event.id))) or 0)


@dataclass
class Seen:
    """A moment of the walk: all rows, the plan in words, the last event, and who may decide."""

    rows: State
    plan: Said
    event: int
    deciders: set[int]

    @property
    def frozen(self) -> bool:
        """Whether the plan was approved, by the rows alone."""
        return bool(self.rows["baseline"])


@dataclass
class Watch:
    """What was seen so far in one walk."""

    project: Any
    firms: dict[int, str]
    #: By the number of an import the plan as it was before it was carried out.
    before_import: dict[int, Said] = field(default_factory=dict)
    #: What of the invariants had something to judge.
    judged: dict[str, int] = field(default_factory=dict)

    def look(self) -> Seen:
        """The moment as it is now."""
        db.session.flush()
        rows = state()
        table = self.project.consortium_id
        deciders = select(Seat.user_id).join(User, User.id == Seat.user_id)
        deciders = deciders.where(Seat.consortium_id == table, Seat.role == "coordinator", User.active)
        return Seen(rows, said(rows, self.project.id, self.firms), latest(), set(db.session.scalars(deciders)))

    def count(self, what: str) -> None:
        self.judged[what] = self.judged.get(what, 0) + 1

    def refused(self, old: Seen, new: Seen) -> None:
        """A step that is refused leaves nothing."""
        assert new.event == old.event and new.rows == old.rows

    def holds(self, actor: Any, old: Seen, new: Seen) -> None:
        """All that must be true after a step that took place."""
        events = list(db.session.scalars(select(Event).where(Event.id > old.event)))
        self._told(old, new, events)
        self._kept(old, new)
        approved = [row for row in self._moved(old, new, "change_request") if row["state"] == "approved"]
        for row in approved:
            self._decided(actor, row, old, events)
        self._approved_only(actor, old, new, approved)
        self._asked(actor, old, new)
        self._imports(old, new)
        self._logs(actor, old, new, events)

    def _moved(self, old: Seen, new: Seen, table: str) -> list[Row]:
        """The rows whose state is another than before."""
        return [
            row for key, row in new.rows[table].items() if row["state"] != old.rows[table].get(key, {}).get("state")
        ]

    def _told(self, old: Seen, new: Seen, events: list[Event]) -> None:
        """Each row that is not as it was is named by an event of this step, and is of our table."""
        told = {(event.subject_kind, event.subject_id) for event in events}
        told |= {(kind, number) for event in events for kind, number in event.others}
        for table in old.rows:
            for key in {**old.rows[table], **new.rows[table]}:
                was, is_now = old.rows[table].get(key), new.rows[table].get(key)
                if was != is_now:
                    assert (table, key) in told, (
                        f"{table} {key} is not as it was, and nothing tells of it: {was} {is_now}"
                    )
                    assert (is_now or was or {})["consortium_id"] == self.project.consortium_id

    def _kept(self, old: Seen, new: Seen) -> None:
        """What was frozen or settled stays so."""
        for key, row in old.rows["baseline"].items():
            assert new.rows["baseline"].get(key) == row
        for key, row in old.rows["change_request"].items():
            if row["state"] in SETTLED:
                assert new.rows["change_request"].get(key) == row
            assert key in new.rows["change_request"]
        assert old.rows["plan_import"].keys() <= new.rows["plan_import"].keys()

    def _decided(self, actor: Any, row: Row, old: Seen, events: list[Event]) -> None:
        """Four eyes, judged by who could decide at that moment, and by what the record says."""
        asked = old.rows["change_request"][row["id"]]
        assert asked["state"] == "submitted" and row["decided_by_id"] == actor.id
        assert actor.id in old.deciders, "somebody decided who was no coordinator"
        for name in ("proposed_by_id", "asked", "lines", "kind"):
            assert row[name] == asked[name], "another thing was approved than was handed in"
        kind, own = str(row["kind"].value), row["proposed_by_id"] == actor.id
        assert RANK[kind] >= least(row["lines"])
        assert kind == "route" or row["decision"].strip(), "a council or an authority decided without a word of it"
        if own and kind != "route":
            assert old.deciders == {actor.id}, "who proposed it approved it alone, though another person could"
        [event] = [one for one in events if one.verb == "approved the change"]
        assert (event.subject_id, event.actor_id) == (row["id"], actor.id)
        assert event.facts.get("proposed_and_decided_by_one", False) is own
        self.count(
            "approved alone" if own and kind != "route" else "approved by rule" if own else "approved by another"
        )

    def _approved_only(self, actor: Any, old: Seen, new: Seen, approved: list[Row]) -> None:
        """An approved plan changes by an approved request and by exactly its lines; milestones are waived in no other way at all."""
        lines = apart(old.plan, new.plan)
        if approved:
            [request] = approved
            assert in_order(lines) == in_order(request["lines"]), "the plan is not what was approved"
            assert lines
            self.count("carried out")
        elif old.frozen:
            assert not lines, f"an approved plan was changed: {lines}"
        elif lines:
            assert actor.id in old.deciders, "somebody changed a plan who plans nothing"
        waived = {key for key, row in new.plan["milestones"].items() if row["waived"] == "yes"}
        waived -= {key for key, row in old.plan["milestones"].items() if row["waived"] == "yes"}
        assert approved or not waived, "a milestone was waived and nobody decided on it"
        self.judged["waived"] = self.judged.get("waived", 0) + len(waived)

    def _asked(self, actor: Any, old: Seen, new: Seen) -> None:
        """What a request asks for changes by its proposer alone, who asks for things of the own firm unless he plans the project."""
        for key, row in new.rows["change_request"].items():
            was = old.rows["change_request"].get(key, {"asked": [], "lines": []})
            if (row["asked"], row["lines"]) == (was["asked"], was["lines"]):
                continue
            assert row["proposed_by_id"] == actor.id and row["state"] in ("draft", "submitted", "withdrawn")
            for call in row["asked"][len(was["asked"]) :] if actor.id not in old.deciders else ():
                table, number = call["args"][0]["row"]
                assert old.rows[table][number]["organisation_id"] in self._own(actor, old), (
                    "a member asked for another firm"
                )
                self.count("asked by a member")

    def _own(self, actor: Any, old: Seen) -> set[int]:
        """The firms for which somebody proposes and logs at our table."""
        return {
            row["organisation_id"] for row in old.rows["seat"].values()
            if row["user_id"] == actor.id and row["role"] in ("coordinator", "member") and row["consortium_id"] == self.project.consortium_id
        }  # fmt: skip

    def _imports(self, old: Seen, new: Seen) -> None:
        """An import that is undone leaves the plan as it was before it, in all that an import may change."""
        for row in self._moved(old, new, "plan_import"):
            if row["state"] == "imported":
                self.before_import[row["id"]] = old.plan
                self.count("imported frozen" if old.frozen else "imported")
            elif row["state"] == "undone":
                lines = apart(self.before_import[row["id"]], new.plan)
                assert not [line for line in lines if line["list"] != "project"], f"the undoing left {lines}"
                self.count("undone frozen" if old.frozen else "undone")

    def _logs(self, actor: Any, old: Seen, new: Seen, events: list[Event]) -> None:
        """A month is written by its own firm alone, and one that is confirmed does not change until it is opened again."""
        own = self._own(actor, old)
        for key in {**old.rows["monthly_log"], **new.rows["monthly_log"]}:
            was, is_now = _log(old.rows, key), _log(new.rows, key)
            if was == is_now:
                continue
            assert is_now is not None and is_now["organisation_id"] in own, "somebody else wrote the log of a firm"
            if was is not None and was["state"] == "confirmed":
                assert is_now["state"] == "open" and {**is_now, "state": "", "version": 0} == {
                    **was,
                    "state": "",
                    "version": 0,
                }
                assert [one.subject_id for one in events if one.verb == "opened the month again"] == [key]
                self.count("opened again")


def _log(rows: State, key: int) -> Row | None:
    """A month with all that it says."""
    if key not in rows["monthly_log"]:
        return None
    parts = {
        name: [row for row in rows[name].values() if row["log_id"] == key]
        for name in ("logged_effort", "logged_spending")
    }
    return {**rows["monthly_log"][key], **parts}


def least(lines: list[Row]) -> int:
    """How high up a change is decided at least, by what it changes."""
    lists = {line["list"] for line in lines}
    frame = {line["field"] for line in lines if line["list"] == "project"}
    total = sum(
        (Decimal(_amount(line["after"])) - Decimal(_amount(line["before"])) for line in lines if line["list"] == "budget"), Decimal(0)
    )  # fmt: skip
    whole = any(line["list"] == "participants" and line["field"] == "" for line in lines)
    if (
        whole
        or total
        or "indicators" in lists
        or frame & {"lead", "starts_on", "ends_on", "objective", "trl_target", "budget"}
    ):
        return 2
    firm = any(
        (line["list"], line["field"])
        in {("nodes", "lead"), ("milestones", "organisation"), ("deliverables", "organisation")}
        for line in lines
    )
    return 1 if firm or lists & {"participants", "budget", "effort"} else 0


def _amount(side: Any) -> str:
    return str(side["amount"] if isinstance(side, dict) else side or "0.00")
