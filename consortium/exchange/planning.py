"""From rows to verbs: what has to be called, in an order that always works, so that a plan becomes another one.

Only services are called, so that every rule, event and right holds. The order: what goes is loosened first (ties, links, things in nodes
that go), terms are widened before they are narrowed, nodes go leaf-first and come root-first, money falls before it rises, links come last.

Rows are written in batches and not one by one: within a batch no row hangs on another one, and keys are unique in a file, so that nothing
that is asked of the database waits for a row of the same batch. What is judged by all of a plan (rings) is judged once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from consortium.baselines.layout import BY_NAME, Rows, whole
from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.exchange import present
from consortium.exchange.present import Key, Row, levels, root_first
from consortium.organisations.models import Organisation
from consortium.outputs import services as outputs
from consortium.plans import services as plans
from consortium.projects import replanning
from consortium.projects import services as projects
from consortium.projects.models import Participant, Project

#: Told of what a service refused: the list, the key of the row, the refusal.
Tell = Callable[[str, Key, Problem], None]

#: All lists that an import may change: those of a file, and who takes part.
CHANGED = ("participants", "nodes", "effort", "budget", "links", "milestones", "deliverables", "indicators", "ties")


class Gap(Exception):
    """What a call needs was refused before."""


class Carrying:
    """One plan on its way to another; `reason` is said where something is removed, `tell` hears of what is refused (without: it is raised)."""

    def __init__(
        self, actor: Any, project: Project, before: Rows, wanted: Rows, reason: str, tell: Tell | None = None
    ) -> None:
        self.actor, self.project, self.reason, self.tell = actor, project, reason, tell
        self.old, self.new = _by_key(before), _by_key(wanted)
        self.firms: dict[str, Organisation] = {}
        self.things: dict[str, dict[Key, Any]] = {}

    def carry(self) -> None:
        """Do all of it."""
        self._load()
        self._join()
        with replanning.as_a_whole() as whole, db.session.no_autoflush:
            for batch in (self._loosen, self._nodes, self._shares, self._milestones, self._outputs, self._waits):
                batch()
                db.session.flush()
            for key in self._came("links")[-1:]:
                self._do("links", key, whole.judge)
        self._leave()

    # What is there

    def _load(self) -> None:
        """The rows of the plan by their keys, each table in one statement."""
        self.firms = present.firms_named(self.old, self.new)
        self.things = present.things_of(self.project, self.firms)

    def _thing(self, name: str, key: Any) -> Any:
        """A row by its key, with its number in the database; Gap when its making was refused."""
        found = self.things[name].get(key if isinstance(key, tuple) else (key,))
        if found is None:
            raise Gap
        if found.id is None:
            db.session.flush()
        return found

    def _node(self, number: str | None) -> Any:
        return None if number is None else self._thing("nodes", number)

    def _do(self, name: str, key: Key, act: Callable[[], Any]) -> Any:
        """Call a service; what it refuses is told or raised, and what hangs on it is passed over."""
        if self.tell is None:
            return act()
        with suppress(Gap):
            try:
                return act()
            except Problem as problem:
                self.tell(name, key, problem)
        return None

    def _make(self, name: str, key: Key, act: Callable[[], Any]) -> None:
        made = self._do(name, key, act)
        if made is not None:
            self.things[name][key] = made

    def _gone(self, name: str) -> list[Key]:
        return [key for key in self.old[name] if key not in self.new[name]]

    def _came(self, name: str) -> list[Key]:
        return [key for key in self.new[name] if key not in self.old[name]]

    def _other(self, name: str) -> list[Key]:
        return [key for key, row in self.new[name].items() if key in self.old[name] and self.old[name][key] != row]

    # Who takes part

    def _join(self) -> None:
        for key in self._came("participants"):
            row = self.new["participants"][key]
            firm = self.firms[row["organisation"]]
            self._make("participants", key, lambda firm=firm, row=row: projects.join(
                self.actor, self.project, firm, task=row["task"], budget=Decimal(row["budget"])))  # fmt: skip

    def _leave(self) -> None:
        for key in self._gone("participants"):
            part: Participant = self.things["participants"][key]
            self._do("participants", key, lambda part=part: projects.leave(self.actor, part, reason=self.reason))

    # What goes, and what stands in its way

    def _loosen(self) -> None:
        things = self.things
        for key in self._gone("ties"):
            self._do("ties", key, lambda key=key: outputs.untie(self.actor, things["ties"][key]))
        for key in self._gone("links"):
            self._do("links", key, lambda key=key: plans.unlink(self.actor, things["links"][key], reason=self.reason))
        db.session.flush()
        going = {number for (number,) in self._gone("nodes")}
        for name, remove, amend in (
            ("indicators", outputs.remove_indicator, self._amend_indicator),
            ("deliverables", outputs.remove_deliverable, self._amend_deliverable),
        ):
            for key in self._gone(name):
                self._do(
                    name,
                    key,
                    lambda key=key, name=name, remove=remove: remove(self.actor, things[name][key], reason=self.reason),
                )
            for key in self._other(name):
                if self.old[name][key]["node"] in going:
                    self.old[name][key] = {**self.old[name][key], "node": None}
                    self._do(name, key, lambda key=key, name=name, amend=amend: amend(key, self.old[name][key]))
        for key in self._gone("effort"):
            if key[0] not in going:
                self._do(
                    "effort", key, lambda key=key: plans.unassign(self.actor, things["effort"][key], reason=self.reason)
                )
        for key in self._gone("budget"):
            if key[0] not in going:
                self._do(
                    "budget",
                    key,
                    lambda key=key: plans.deallocate(self.actor, things["budget"][key], reason=self.reason),
                )

    # The tree

    def _nodes(self) -> None:
        """Widen and detach, remove, narrow, then add and attach."""
        old, new = self.old["nodes"], self.new["nodes"]
        stays = [key for key in old if key in new]
        now = {key: dict(old[key]) for key in stays}
        moved = {key for key in stays if old[key]["parent"] != new[key]["parent"]}
        for key in root_first(old):
            if key not in new:
                continue
            hull = {
                "starts_on": min(old[key]["starts_on"], new[key]["starts_on"]),
                "ends_on": max(old[key]["ends_on"], new[key]["ends_on"]),
            }
            if key in moved:
                self._amend_node(now, key, {**new[key], **hull, "parent": None})
            elif any(hull[name] != old[key][name] for name in hull):
                self._amend_node(now, key, {**new[key], **hull})
        for level in reversed(levels(old)):
            db.session.flush()
            for key in level:
                if key not in new:
                    self._do(
                        "nodes",
                        key,
                        lambda key=key: plans.remove_node(self.actor, self._node(key[0]), reason=self.reason),
                    )
        for key in reversed(root_first(old)):
            if key in new:
                self._amend_node(now, key, {**new[key], "parent": now[key]["parent"]})
        for key in chain.from_iterable(levels(new)):
            if key in now:
                self._amend_node(now, key, new[key])
            else:
                row = new[key]
                self._make("nodes", key, lambda row=row: plans.add_node(self.actor, self.project, **self._of_node(row)))

    def _amend_node(self, now: dict[Key, dict[str, Any]], key: Key, row: Row) -> None:
        if now[key] == row:
            return
        if now[key]["parent"] != row["parent"]:
            db.session.flush()
        now[key] = dict(row)
        self._do("nodes", key, lambda: plans.amend_node(self.actor, self._node(key[0]), **self._of_node(row)))

    def _of_node(self, row: Row) -> dict[str, Any]:
        return {
            "number": row["number"], "parent": self._node(row["parent"]), "title_zh": row["title_zh"], "title_en": row["title_en"],
            "lead": self.firms[row["lead"]], "starts_on": _day(row["starts_on"]), "ends_on": _day(row["ends_on"]), "objective": row["objective"],
        }  # fmt: skip

    # Work and money

    def _shares(self) -> None:
        money = [*self._other("budget"), *self._came("budget")]
        money.sort(
            key=lambda key: (
                Decimal(self.new["budget"][key]["amount"])
                - Decimal(self.old["budget"].get(key, {"amount": 0})["amount"])
            )
        )
        for key in money:
            self._make("budget", key, lambda key=key: self._pay(key, self.new["budget"][key]))
        for key in [*self._other("effort"), *self._came("effort")]:
            self._make("effort", key, lambda key=key: self._work(key, Decimal(self.new["effort"][key]["months"])))

    def _pay(self, key: Key, row: Row) -> Any:
        if key in self.old["budget"]:
            return plans.reallocate(self.actor, self._thing("budget", key), amount=Decimal(row["amount"]))
        values = _typed("budget", row, "category", "source", "year", "amount")
        return plans.allocate(self.actor, self._node(key[0]), self.firms[key[1]], **values)

    def _work(self, key: Key, months: Decimal) -> Any:
        if key in self.old["effort"]:
            return plans.reassign(self.actor, self._thing("effort", key), months=months)
        return plans.assign(self.actor, self._node(key[0]), self.firms[key[1]], months=months)

    # Milestones, deliverables, indicators

    def _milestones(self) -> None:
        for key in self._came("milestones"):
            row = self.new["milestones"][key]
            self._make(
                "milestones",
                key,
                lambda row=row: projects.plan_milestone(
                    self.actor, self.project, number=row["number"], **self._of_milestone(row)
                ),
            )
            if row["waived"] == "yes":
                self._do(
                    "milestones",
                    key,
                    lambda key=key: projects.waive(self.actor, self._thing("milestones", key), reason=self.reason),
                )
        for key in self._other("milestones"):
            row, was = self.new["milestones"][key], self.old["milestones"][key]
            if {**row, "waived": None} != {**was, "waived": None}:
                self._do(
                    "milestones",
                    key,
                    lambda key=key, row=row: projects.amend_milestone(
                        self.actor, self._thing("milestones", key), **self._of_milestone(row)
                    ),
                )
            if row["waived"] != was["waived"]:
                self._do(
                    "milestones",
                    key,
                    lambda key=key: projects.waive(self.actor, self._thing("milestones", key), reason=self.reason),
                )
        for key in self._gone("milestones"):
            self._do(
                "milestones",
                key,
                lambda key=key: projects.remove_milestone(
                    self.actor, self._thing("milestones", key), reason=self.reason
                ),
            )

    def _of_milestone(self, row: Row) -> dict[str, Any]:
        return {
            "organisation": self.firms[row["organisation"]], **_typed("milestones", row, "title_zh", "title_en", "due_on", "weight", "means"),
        }  # fmt: skip

    def _outputs(self) -> None:
        for key in self._came("deliverables"):
            row = self.new["deliverables"][key]
            self._make(
                "deliverables",
                key,
                lambda row=row: outputs.plan_deliverable(self.actor, self.project, **self._of_deliverable(row)),
            )
        for key in self._other("deliverables"):
            self._do("deliverables", key, lambda key=key: self._amend_deliverable(key, self.new["deliverables"][key]))
        for key in self._came("indicators"):
            row = self.new["indicators"][key]
            self._make(
                "indicators",
                key,
                lambda row=row: outputs.plan_indicator(self.actor, self.project, **self._of_indicator(row)),
            )
        for key in self._other("indicators"):
            self._do("indicators", key, lambda key=key: self._amend_indicator(key, self.new["indicators"][key]))

    def _amend_deliverable(self, key: Key, row: Row) -> Any:
        return outputs.amend_deliverable(self.actor, self._thing("deliverables", key), **self._of_deliverable(row))

    def _amend_indicator(self, key: Key, row: Row) -> Any:
        return outputs.amend_indicator(self.actor, self._thing("indicators", key), **self._of_indicator(row))

    def _of_deliverable(self, row: Row) -> dict[str, Any]:
        return {
            "node": self._node(row["node"]), "organisation": self.firms[row["organisation"]],
            **_typed("deliverables", row, "number", "title_zh", "title_en", "kind", "level", "due_on"),
        }  # fmt: skip

    def _of_indicator(self, row: Row) -> dict[str, Any]:
        said = (
            "number",
            "title_zh",
            "title_en",
            "unit",
            "direction",
            "value_start",
            "value_mid",
            "value_end",
            "method",
        )
        return {
            "node": self._node(row["node"]),
            "organisation": self.firms[row["organisation"]],
            **_typed("indicators", row, *said),
        }

    # What waits for what

    def _waits(self) -> None:
        for key in self._other("links"):
            self._do(
                "links",
                key,
                lambda key=key: plans.amend_link(
                    self.actor, self.things["links"][key], **_typed("links", self.new["links"][key], "kind", "lag")
                ),
            )
        for key in self._came("links"):
            self._make("links", key, lambda key=key: plans.link(
                self.actor, self._node(key[0]), self._node(key[1]), **_typed("links", self.new["links"][key], "kind", "lag")))  # fmt: skip
        for key in self._came("ties"):
            self._make("ties", key, lambda key=key: outputs.tie(
                self.actor, self._thing("milestones", key[0]), self._node(key[1]) or self._thing("deliverables", key[2])))  # fmt: skip


def _by_key(rows: Rows) -> dict[str, dict[Key, Row]]:
    return {
        name: {
            tuple(row[part] for part in BY_NAME[name].key): row
            for row in (whole(BY_NAME[name], row) for row in rows.get(name, ()))
        }
        for name in CHANGED
    }


def _typed(name: str, row: Row, *fields: str) -> dict[str, Any]:
    """Fields of a row as services take them."""
    found: dict[str, Any] = {}
    for field in fields:
        kept, kind, enum = row[field], BY_NAME[name].field(field).kind, BY_NAME[name].field(field).enum
        found[field] = (
            enum(kept)
            if enum
            else _day(kept)
            if kind == "day"
            else Decimal(kept)
            if kind in ("money", "months")
            else kept
        )
    return found


def _day(kept: str) -> date:
    return date.fromisoformat(kept)
