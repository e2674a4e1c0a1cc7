"""What the pages of claims show to one reader: a claim, the claims of a project, and the statement of a member."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.claims import queries, services, tables
from consortium.claims.indirect import Room
from consortium.claims.models import Claim, ClaimLine, ClaimWord
from consortium.claims.queries import HOLDING, NONE
from consortium.claims.rows import Lines
from consortium.claims.statement import advance_of
from consortium.claims.workflow import CLAIM, OPEN, may_claim
from consortium.core.access import Action, Actor, allowed, stake
from consortium.logbook import known
from consortium.logbook import queries as logbook
from consortium.logbook.models import MonthlyLog
from consortium.organisations.models import Organisation
from consortium.plans.money_rules import MoneyProfile, profile_of
from consortium.projects.models import Project
from consortium.projects.portrait import steps
from consortium.projects.workflow import while_open


class ClaimPortrait:
    """The page of one claim for one reader."""

    def __init__(self, actor: Actor, claim: Claim) -> None:
        self.actor, self.claim = actor, claim

    @cached_property
    def lines(self) -> list[ClaimLine]:
        """Its lines by day."""
        return queries.lines(self.claim)

    @cached_property
    def words(self) -> list[ClaimWord]:
        """What was said of it, newest first."""
        return queries.words(self.claim)

    @cached_property
    def copies(self) -> set[int]:
        """The words that only stand for a new decision: taking a claim up again says what its firm said once more."""
        said = [(word.reported_by_id, word.reported_at, word.note) for word in self.words]
        return {word.id for word, this, before in zip(self.words, said, said[1:], strict=False) if this == before}

    @property
    def latest(self) -> int | None:
        """The number of the word that was said last."""
        return self.words[0].id if self.words else None

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of the state."""
        return tables.state(self.claim)

    @cached_property
    def steps(self) -> dict[str, object | None]:
        """The names of the steps that the reader may take, each with what stands in its way."""
        return {step.name: obstacle for step, obstacle in steps(self.actor, CLAIM, self.claim)}

    @property
    def decides(self) -> bool:
        """Whether the reader can decide on it now."""
        return "accept" in self.steps and not self.steps["accept"] and bool(self.words)

    @property
    def rejects(self) -> bool:
        """Whether the reader can only reject it now, since its firm has not answered what was asked."""
        return "reject" in self.steps and not self.steps["reject"] and not self.decides and bool(self.words)

    @property
    def is_open(self) -> bool:
        """Whether the firm can still change it."""
        return self.claim.state in OPEN and allowed(self.actor, Action.REPORT, self.claim)

    @cached_property
    def firm(self) -> Organisation:
        """Who claims."""
        return logbook.firm(self.claim.organisation_id)

    @cached_property
    def profile(self) -> MoneyProfile:
        """The rules of money of its project."""
        return profile_of(self.claim.project)

    @cached_property
    def room(self) -> Room:
        """How much of indirect costs it may carry beside other claims."""
        if self.claim.state in HOLDING:
            return services.room_of(self.claim)
        return Room(NONE, NONE, NONE)

    @property
    def direct(self) -> Decimal:
        """What it claims by vouchers."""
        return sum((line.amount for line in self.lines), NONE)

    @property
    def indirect(self) -> Decimal:
        """What it claims for indirect costs."""
        return sum((share.amount for share in self.claim.shares), NONE)

    @property
    def claimed(self) -> Decimal:
        """All that it claims."""
        return self.direct + self.indirect

    @property
    def accepted(self) -> Decimal | None:
        """All that was accepted of it."""
        return queries.accepted(self.claim)

    @property
    def accepted_indirect(self) -> Decimal:
        """What was accepted of its indirect costs."""
        return sum((share.accepted or NONE for share in self.claim.shares), NONE)

    @cached_property
    def rows(self) -> Lines:
        """Writes its lines; whoever judges claims hears which vouchers are known elsewhere."""
        judges = allowed(self.actor, Action.SETTLE, self.claim)
        return Lines(known.doubled([line.voucher for line in self.lines]) if judges else ())

    def may_read(self, word: Any) -> bool:
        """Whether the reader may see the words and files that a firm gave."""
        return allowed(self.actor, Action.EVIDENCE, word)

    @property
    def history(self) -> list[dict[str, object]]:
        """What happened to it, newest first."""
        return feed(timeline(self.claim), self.claim)


class ClaimsPortrait:
    """The claims of one project for one reader, with its sums for whoever sees all."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project

    @cached_property
    def own(self) -> list[Organisation]:
        """The firms for which the reader claims."""
        return logbook.reporting(self.actor, self.project)

    @cached_property
    def sees_all(self) -> bool:
        """Whether nobody's claim is kept from the reader."""
        return allowed(self.actor, Action.EVIDENCE, self.project)

    @property
    def pays(self) -> bool:
        """Whether the reader notes payments."""
        return allowed(self.actor, Action.SETTLE, self.project)

    @property
    def obstacle(self) -> object | None:
        """What stands in the way of claiming."""
        return while_open(may_claim)(self.actor, self.project)

    @cached_property
    def firms(self) -> list[Organisation]:
        """Whose statements the reader can read: those that take part, and those that spent, claimed or were paid before they left."""
        return [
            firm
            for firm in queries.firms(self.project)
            if self.sees_all or allowed(self.actor, Action.EVIDENCE, stake(self.project, firm.id))
        ]

    @cached_property
    def sums(self) -> queries.Sums:
        """What was claimed, accepted, paid and arrived."""
        return queries.sums([self.project.id])

    @cached_property
    def spent(self) -> Decimal:
        """All that was spent."""
        return sum(logbook.spent(("project",), MonthlyLog.project_id == self.project.id).values(), NONE)

    def total(self, what: str) -> Decimal:
        """All that was `claimed`, `accepted`, `paid` or `arrived`."""
        return queries.total(getattr(self.sums, what))

    @property
    def advance(self) -> Decimal:
        """What was paid out before it was accepted, of all firms: what one has not got yet is no advance of another."""
        return sum((advance_of(self.sums, firm.id) for firm in self.firms), NONE)
