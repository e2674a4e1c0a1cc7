"""What the page of one demonstration shows to one reader: asked when a template needs it, and only once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core.access import Action, Actor, Stake, allowed
from consortium.core.regions import region_name
from consortium.core.terms import either
from consortium.core.typed import percent
from consortium.core.words import _l
from consortium.core.workflow import Step
from consortium.demonstrations import queries
from consortium.demonstrations.keeping import SETTLED
from consortium.demonstrations.models import Confirmation, Demonstration, DemonstrationFile, Matter, Purpose
from consortium.demonstrations.reckoning import Running, begun, index, is_met, latest, reached, running, trial_of
from consortium.demonstrations.rules import Rule
from consortium.demonstrations.supporting import most_money, rule_of
from consortium.demonstrations.workflow import (
    ACCEPTED,
    DEMONSTRATION,
    MAIN,
    NEEDS,
    about,
    confirmed,
    matter_at,
    next_step,
    not_the_user,
    proofs,
)
from consortium.documents import charts
from consortium.documents.charts import Series
from consortium.maturity.scale import gate
from consortium.projects.portrait import steps


@dataclass(frozen=True)
class Measured:
    """An indicator with its last measured value, and whether that is as good as the contract asks."""

    row: Any
    last: Any
    word: object
    tone: str


class DemonstrationPortrait:
    """The page of one demonstration for one reader."""

    def __init__(self, actor: Actor, demonstration: Demonstration) -> None:
        self.actor, self.row = actor, queries.fill(demonstration)

    #: A part of one as people write per cent, such as 2.5.
    exact = staticmethod(percent)

    # What the reader may do and see

    @cached_property
    def keeps(self) -> bool:
        """Whether the reader keeps the record."""
        at_rest = self.row.consortium.stage == "closed" or self.row.stage == "given_up"
        return allowed(self.actor, Action.DEMONSTRATE, self.row) and not at_rest

    @cached_property
    def inspects(self) -> bool:
        """Whether the reader sees money and files."""
        return allowed(self.actor, Action.INSPECT, self.row)

    @cached_property
    def at_table(self) -> bool:
        """Whether the reader sees the project and the consortium, too."""
        return allowed(self.actor, Action.VIEW, Stake(self.row.consortium_id, None, self.row.consortium))

    @cached_property
    def speaks_for_user(self) -> bool:
        """Whether the reader can confirm for the user organisation."""
        return (
            allowed(self.actor, Action.CONFIRM, self.row)
            and self.hindrance is None
            and self.row.consortium.stage not in ("closed", "suspended")
        )

    @cached_property
    def hindrance(self) -> object | None:
        """Why the reader cannot speak for the user organisation, to say it to whoever sits there for it."""
        return not_the_user(self.actor, self.row)

    @cached_property
    def sits_for_user(self) -> bool:
        """Whether the reader has a seat of the user organisation."""
        own = {seat.organisation_id for seat in self.actor.seats if seat.consortium_id == self.row.consortium_id}
        return self.row.user_organisation_id in own

    @property
    def digest(self) -> str:
        """What stands on the page that asks for a word, as a digest; nothing while nothing is asked."""
        matter = matter_at(self.row)
        return about(self.row, matter) if matter is not None else ""

    @property
    def settled(self) -> object | None:
        """What no longer changes after the acceptance, in a sentence."""
        return SETTLED if self.row.stage in ACCEPTED else None

    @cached_property
    def matter(self) -> Matter | None:
        """What waits for a word of the user organisation."""
        matter = matter_at(self.row)
        return matter if matter is not None and self.row.user_organisation_id is not None else None

    # Its stages

    @property
    def word(self) -> object:
        """The word for the stage."""
        return DEMONSTRATION.word(self.row.stage)

    @property
    def tone(self) -> str:
        """The tone of the stage."""
        return DEMONSTRATION.tone(self.row.stage)

    @property
    def stages(self) -> list[object]:
        """The way that it takes, in words; one that failed ends after the trial, and one that was given up where it stood."""
        way: tuple[str, ...] = MAIN
        if self.row.stage in ("failed", "given_up"):
            came = next((step.stage for step in reversed(self.row.steps) if step.stage in MAIN), "candidate")
            last = "trial" if self.row.stage == "failed" else came
            way = (*MAIN[: MAIN.index(last) + 1], self.row.stage)
        return [DEMONSTRATION.word(stage) for stage in way]

    @property
    def since(self) -> list[tuple[object, str]]:
        """The stages that it reached, each with its day."""
        return [(DEMONSTRATION.word(step.stage), step.since.isoformat()) for step in self.row.steps]

    @property
    def region(self) -> str:
        """The region of the site, in words."""
        return region_name(self.row.site_region) if self.row.site_region else ""

    @cached_property
    def steps(self) -> list[tuple[Step, object | None]]:
        """The steps that the reader may take, each with what stands in its way."""
        return list(steps(self.actor, DEMONSTRATION, self.row))

    @cached_property
    def next(self) -> Step | None:
        """The step that leads on."""
        return next_step(self.row)

    @cached_property
    def checklist(self) -> list[tuple[object, bool, object]]:
        """What the next step needs: its name, whether it is there, and what to do where it is not."""
        wanted = NEEDS.get(self.next.name, ()) if self.next else ()
        found = [(need, need.there(self.row)) for need in wanted]
        return [(need.label, there, "" if there else need.lacking(self.row)) for need, there in found]

    # The record

    @cached_property
    def maker(self) -> Any:
        """The organisation that answers for the product."""
        return queries.organisation(self.row.organisation_id)

    @cached_property
    def user(self) -> Any:
        """The organisation that uses the product."""
        return self.row.user_organisation

    @cached_property
    def said(self) -> list[Confirmation]:
        """What the user organisation said, newest first."""
        return queries.said_of(self.row)

    def stands(self, word: Confirmation) -> bool:
        """Whether a word of the user organisation still holds for what is there now."""
        return confirmed(self.row, word.matter) is word

    @cached_property
    def files(self) -> list[DemonstrationFile]:
        """The files that the reader may see."""
        return queries.files_of(self.row) if self.inspects else []

    def files_for(self, measurement: Any) -> list[DemonstrationFile]:
        """Those that show a measured value."""
        return [file for file in self.files if measurement is not None and file.measurement_id == measurement.id]

    @cached_property
    def papers(self) -> list[DemonstrationFile]:
        """Those that show no single value."""
        return [file for file in self.files if file.purpose is not Purpose.MEASUREMENT]

    @cached_property
    def proofs(self) -> list[DemonstrationFile]:
        """Those on which a word on the acceptance is asked: certificates and reports of the present trial."""
        asked = {file.id for file in proofs(self.row)}
        return [file for file in self.papers if file.id in asked]

    @cached_property
    def trial(self) -> int:
        """Which trial it is, counted from one."""
        return trial_of(self.row)

    @cached_property
    def earlier(self) -> int:
        """How many rows of hours belong to a trial that failed."""
        return sum(self.is_earlier(record.starts_on) for record in self.row.records)

    def is_earlier(self, day: Any) -> bool:
        """Whether a day of the record belongs to a trial that failed, of which nothing counts any more."""
        since = begun(self.row)
        return since is not None and day < since

    @cached_property
    def running(self) -> Running:
        """Hours, failures, and the mean time between them."""
        return running(self.row)

    @cached_property
    def indicators(self) -> list[Measured]:
        """The indicators with what was measured."""
        return [self._measured(row) for row in self.row.indicators]

    @property
    def met(self) -> tuple[int, int] | None:
        """Indicators met, of all; None while nothing was measured."""
        return reached(self.row.indicators)

    def _measured(self, row: Any) -> Measured:
        good = is_met(row)
        if good is None:
            return Measured(row, None, _l("No data"), "none")
        return Measured(
            row, latest(row), _l("As by contract") if good else _l("Below the contract"), "ok" if good else "bad"
        )

    @cached_property
    def picture(self) -> Any:
        """Measured values and those of what is replaced, in percent of the contract; None where there is nothing to draw."""
        rows = [(one, index(one.row, one.last.value if one.last else ""), index(one.row, one.row.reference_value)) for one in self.indicators]  # fmt: skip
        shown = [(one, now, before) for one, now, before in rows if now is not None or before is not None]
        if not shown:
            return None
        names = [either(one.row.title_zh, one.row.title_en) for one, _, _ in shown]
        hundred = [Decimal(100)] * len(shown)
        series = [
            Series(str(_l("What it replaces")), [before or 0 for _, _, before in shown], tone="brand-3"),
            Series(str(_l("By contract")), hundred, tone="grey"),
            Series(str(_l("Measured")), [now or 0 for _, now, _ in shown], tone="brand-2"),
        ]
        said = [_l("%(name)s: %(value)s %% of the contract", name=name, value=now if now is not None else "–") for name, (_, now, _) in zip(names, shown, strict=True)]  # fmt: skip
        return charts.bars(
            str(_l("Indicators against contract and reference")),
            "; ".join(str(one) for one in said),
            names,
            series,
            unit="%",
        )

    # Rules

    @cached_property
    def rule(self) -> Rule:
        """The rule on insurance that holds for the maker."""
        return rule_of(self.row, self.maker)

    @property
    def most_money(self) -> Decimal | None:
        """The most that public money pays of the premium."""
        return most_money(self.row, self.rule)

    @property
    def gate(self) -> dict[str, object]:
        """What readiness a trial asks for, and who says so."""
        found = gate("demonstration")
        name = _l("level %(least)s for a trial, better %(wanted)s", least=found.level, wanted=found.wanted)
        return {
            "name": name,
            "source": either(*found.source),
            "mark": found.mark,
            "asks_for_checking": found.mark != "C",
        }

    # Time

    @cached_property
    def events(self) -> list[dict[str, object]]:
        """What happened to it, newest first; whoever only uses it reads what happened to it alone, and nothing of the table."""
        return feed(timeline(self.row, reader=self.actor if self.at_table else None), self.row)
