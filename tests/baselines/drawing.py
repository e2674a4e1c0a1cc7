"""What is drawn by lot of a plan: its rows, other values for them, and new ones."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from consortium.baselines import asking
from consortium.core.db import db
from consortium.outputs.models import Deliverable, DeliverableKind, Direction, Dissemination, Indicator, Tie
from consortium.plans import calendars
from consortium.plans.models import Allocation, CostCategory, Effort, Link, LinkKind, MoneySource, Node, Profile
from consortium.projects.models import Milestone, Participant, Project
from consortium.projects.replanning import VERBS

DAY = datetime.timedelta(days=1)
#: Of which rows a verb is, where it is about one that is there.
ABOUT: dict[str, Any] = {
    "part": Participant, "node": Node, "effort": Effort, "money": Allocation, "link": Link, "milestone": Milestone, "deliverable": Deliverable,
    "indicator": Indicator,
}  # fmt: skip


@dataclass
class Dice:
    """The dice, and what they are thrown for: a project with its firms and people."""

    chance: random.Random
    project: Project
    firms: list[Any]
    people: list[Any]
    #: Plans that were taken out as files.
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def likely(self, odds: float = 0.9) -> bool:
        return self.chance.random() < odds

    def one(self, some: Any) -> Any:
        found = list(some)
        return self.chance.choice(found) if found else None

    def firm(self) -> Any:
        return self.one(self.firms)

    def number(self, letter: str) -> str:
        return f"{letter}{self.chance.randrange(100, 140)}"

    def row(self, model: Any) -> Any:
        """A row of a table; often the first, so that people come into each other's way."""
        found = self.rows(model)
        return self.one(found[:1] if self.likely(0.4) else found)

    def day(self, first: datetime.date, last: datetime.date) -> datetime.date:
        return first + DAY * self.chance.randrange((last - first).days + 1)

    def word(self, word: str) -> str:
        return f"{word}{self.chance.randrange(1000)}"

    # Rows

    def rows(self, model: Any) -> list[Any]:
        query = select(model).order_by(model.id)
        if model is Tie:
            query = query.join(Milestone).where(Milestone.project_id == self.project.id)
        elif hasattr(model, "project_id"):
            query = query.where(model.project_id == self.project.id)
        else:
            query = query.join(Node, Node.id == model.node_id).where(Node.project_id == self.project.id)
        return list(db.session.scalars(query))

    def drawn(self, about: str, what: str) -> Any:
        """The thing, what else is named, and the values of a change."""
        if what in ("remove", "unassign", "deallocate", "leave", "waive", "untie"):
            found = self.rows(Tie if what == "untie" else ABOUT[about])
            thing = self.one(found[-1:] if self.likely(0.6) else found)
            return (
                thing,
                (),
                {} if what == "untie" else {"reason": self.one(("不再需要", "合并")) if self.likely() else ""},
            )
        if what in ("amend", "change", "arrange"):
            thing = self.project if about in ("project", "plan") else self.row(ABOUT[about])
            return thing, (), thing is not None and self.other(f"{about}.{what}", thing)
        return getattr(self, f"_new_{'tie' if what == 'tie' else about}")()

    # Values of what is amended

    def other(self, verb: str, row: Any) -> dict[str, Any]:
        """All values of a row as its form sends them, one or two of them changed."""
        values = asking.widened(verb, VERBS[verb], [row], {})
        known = [name for name in values if hasattr(self, f"_{name}")]
        for name in self.chance.sample(known, min(len(known), self.chance.choice((1, 1, 2)))):
            values[name] = getattr(self, f"_{name}")(row)
        return values

    def _title_zh(self, _row: Any) -> str:
        return self.word("题")

    def _objective(self, _row: Any) -> str:
        return self.word("目标")

    def _means(self, _row: Any) -> str:
        return self.word("检测")

    def _method(self, _row: Any) -> str:
        return self.word("方法\n")

    def _task(self, _row: Any) -> str:
        return self.word("分工")

    def _number(self, row: Any) -> str:
        return self.number({"plan_node": "N", "deliverable": "D"}.get(row.__tablename__, "K"))

    def _organisation(self, _row: Any) -> Any:
        return self.firm()

    def _lead(self, row: Any) -> Any:
        return self.firm() if isinstance(row, Node) or self.likely(0.3) else self.project.lead

    def _node(self, _row: Any) -> Any:
        return self.one([None, *self.rows(Node)])

    _parent = _node

    def _due_on(self, _row: Any) -> datetime.date:
        return self.day(self.project.starts_on, self.project.ends_on + 5 * DAY)

    def _starts_on(self, row: Any) -> datetime.date:
        return row.starts_on + DAY * self.chance.randrange(-20, 21)

    def _ends_on(self, row: Any) -> datetime.date:
        return row.ends_on + DAY * self.chance.randrange(-20, 21)

    def _weight(self, _row: Any) -> int:
        return self.chance.randrange(0, 30)

    def _months(self, _row: Any) -> Decimal:
        return Decimal(self.chance.randrange(0, 2000)) / 100

    def _amount(self, _row: Any) -> Decimal:
        return Decimal(self.chance.randrange(0, 40_000_000)) / 100

    def _budget(self, row: Any) -> Decimal:
        return row.budget + Decimal(self.chance.randrange(-10_000_000, 20_000_000)) / 100

    def _lag(self, _row: Any) -> int:
        return self.chance.randrange(-9, 10)

    def _kind(self, row: Any) -> Any:
        return self.one({Link: LinkKind, Deliverable: DeliverableKind}.get(type(row), [getattr(row, "kind", None)]))

    def _level(self, _row: Any) -> Dissemination:
        return self.one(Dissemination)

    def _value_end(self, _row: Any) -> str:
        return str(self.chance.randrange(90, 99))

    def _unit(self, _row: Any) -> str:
        return self.one(("%", "小时", "nm"))

    def _profile(self, _row: Any) -> Profile:
        return self.one(Profile)

    def _calendar(self, _row: Any) -> str:
        return self.one(code for code, _ in calendars.available())

    # What is new

    def _new_part(self) -> Any:
        there = {part.organisation_id for part in self.rows(Participant)}
        firm = self.one(firm for firm in self.firms if firm.id not in there) or self.firm()
        return self.project, (firm,), {"task": self.word("分工"), "budget": self._amount(None)}

    def _new_node(self) -> Any:
        parent = self.one([None, *self.rows(Node)])
        outer = parent or self.project
        return self.project, (), {
            "number": self.number("N"), "parent": parent, "title_zh": self.word("任务"), "title_en": "", "lead": self.firm(),
            "starts_on": outer.starts_on, "ends_on": outer.ends_on, "objective": "",
        }  # fmt: skip

    def _new_effort(self) -> Any:
        return self.one(self.rows(Node)), (self.firm(),), {"months": self._months(None)}

    def _new_money(self) -> Any:
        values = {"category": self.one(CostCategory), "source": self.one(MoneySource), "amount": self._amount(None)}
        return self.one(self.rows(Node)), (self.firm(),), values

    def _new_link(self) -> Any:
        nodes = self.rows(Node)
        return self.one(nodes), (self.one(nodes),), {"kind": self.one(LinkKind), "lag": self._lag(None)}

    def _new_milestone(self) -> Any:
        return self.project, (), {
            "organisation": self.firm(), "title_zh": self.word("节点"), "title_en": "", "due_on": self._due_on(None), "weight": 1 + self._weight(None),
            "means": "报告",
        }  # fmt: skip

    def _new_tie(self) -> Any:
        return self.one(self.rows(Milestone)), (self.one([*self.rows(Node), *self.rows(Deliverable)]),), {}

    def _new_deliverable(self) -> Any:
        return self.project, (), {
            "number": self.number("D"), "node": self._node(None), "organisation": self.firm(), "title_zh": self.word("交付物"), "title_en": "",
            "kind": self.one(DeliverableKind), "level": self._level(None), "due_on": self._due_on(None),
        }  # fmt: skip

    def _new_indicator(self) -> Any:
        return self.project, (), {
            "number": self.number("K"), "node": self._node(None), "organisation": self.firm(), "title_zh": self.word("指标"), "title_en": "", "unit": "%",
            "direction": Direction.AT_LEAST, "value_start": "80", "value_mid": "85", "value_end": self._value_end(None), "method": "检测",
        }  # fmt: skip
