"""What the page of one log that is kept shows to one reader: its rows, its vouchers, its steps."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core.access import Action, Actor, allowed
from consortium.core.workflow import Step
from consortium.logbook import expenditure, known, queries
from consortium.logbook.models import MonthlyLog, Voucher
from consortium.logbook.portrait import Cell, MonthPortrait
from consortium.logbook.queries import NONE
from consortium.logbook.workflow import LOG
from consortium.projects.portrait import steps


class LogPortrait:
    """The page of one log for one reader."""

    def __init__(self, actor: Actor, log: MonthlyLog) -> None:
        self.actor, self.log = actor, log
        self.month = MonthPortrait(log.project, queries.firm(log.organisation_id), log.month, at_hand=False)

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of the state."""
        return LOG.word(self.log.state), LOG.tone(self.log.state)

    @cached_property
    def steps(self) -> list[tuple[Step, object | None]]:
        """The steps that the reader may take, each with what stands in its way."""
        return list(steps(self.actor, LOG, self.log))

    @property
    def edits(self) -> bool:
        """Whether the reader can change it now."""
        return (
            self.month.editable and allowed(self.actor, Action.REPORT, self.log) and not self.month.obstacle(self.actor)
        )

    @cached_property
    def work(self) -> list[tuple[Cell, Decimal]]:
        """The rows with work in this month, and how much."""
        here = queries.efforts_in(self.log)
        return [
            (cell, here[cell.node.id]) for cell in self.month.work if cell.node is not None and cell.node.id in here
        ]

    @cached_property
    def money(self) -> list[tuple[Cell, Decimal]]:
        """The rows with spending in this month, and how much, with and without vouchers."""
        here = queries.spent(("category", "source"), MonthlyLog.id == self.log.id)
        rows = [cell for _, _, cells in self.month.money for cell in cells]
        return [(cell, here[cell.key]) for cell in rows if cell.key in here]

    @cached_property
    def vouchers(self) -> list[Voucher]:
        """The vouchers of the month by day."""
        return expenditure.vouchers_of(self.log)

    @cached_property
    def by_voucher(self) -> Decimal:
        """How much of the spending vouchers show."""
        return sum((row.amount for row in self.vouchers), NONE)

    @property
    def judges(self) -> bool:
        """Whether the reader hears which vouchers are known elsewhere on this platform."""
        return allowed(self.actor, Action.SETTLE, self.log)

    @cached_property
    def doubled(self) -> set[int]:
        """The vouchers of the month that are known elsewhere, for whoever judges claims."""
        return known.doubled(self.vouchers) if self.judges else set()

    @property
    def history(self) -> list[dict[str, object]]:
        """What happened to it, newest first; whoever sees the log reads why it was opened again."""
        events = timeline(self.log)
        lines = feed(events, self.log)
        for event, line in zip(events, lines, strict=True):
            if why := event.facts.get("why"):
                line["note"] = why
        return lines
