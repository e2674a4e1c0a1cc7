"""Where the money of a project does not fit together: a sentence for each place, for who may see the figures of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select

from consortium.budgets import queries
from consortium.budgets.queries import NONE, Cube
from consortium.budgets.services import over_cap
from consortium.consortia.models import Membership
from consortium.core import clock
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.shares import percent
from consortium.core.terms import either
from consortium.core.words import Lazy, _l
from consortium.logbook.models import LoggedEffort, MonthlyLog, Voucher
from consortium.logbook.queries import after, first_of, people_in, people_needed
from consortium.organisations.models import Organisation
from consortium.plans import money_rules
from consortium.projects.models import Participant, Project

#: All that does not fit, by the word under which it is told.
KINDS = (
    "profile", "triangle", "total", "given", "share", "year", "year outside", "cap", "cap spent", "beyond plan", "accepted", "paid", "term",
    "exit", "voucher", "effort", "slow",
)  # fmt: skip
#: So many of one kind are told; who settles them sees the next ones.
MOST = 5


@dataclass(frozen=True)
class Contradiction:
    """One place that does not close: its kind, a sentence with the figures, and where it is settled. Tones: bad, warn."""

    kind: str
    sentence: Lazy
    href: str
    tone: str = "warn"


def contradictions(actor: Actor, project: Project, seen: Cube | None = None) -> list[Contradiction]:
    """All places that do not close, of the organisations whose money is open to a person; those of the whole for who sees all of it."""
    firms = queries.open_to(actor, project)
    if firms is not None and not firms:
        return []
    return _Looking(project, firms, Cube(project, firms) if seen is None else seen).found()


class _Looking:
    """One project as one reader sees it."""

    def __init__(self, project: Project, firms: frozenset[int] | None, cube: Cube) -> None:
        self.project, self.firms, self.cube = project, firms, cube
        self.profile, self.problem = money_rules.in_use(project)
        self.parts: dict[int, Decimal] = {
            row[0]: row[1]
            for row in db.session.execute(
                select(Participant.organisation_id, Participant.budget).where(Participant.project_id == project.id)
            )
        }
        self.by_firm = cube.by(0)
        self.all: list[Contradiction] = []
        self.names: dict[int, Organisation] = queries.firms_of({*self.by_firm, *self.parts})

    def found(self) -> list[Contradiction]:
        """All of them, the weightiest first."""
        if self.problem is not None:
            self._tell("profile", _l("%(problem)s Until it is put right, “%(instead)s” counts. Tell whoever runs the platform.", problem=self.problem, instead=self.profile.name), "money", "bad")  # fmt: skip
        if self.firms is None:
            self._totals()
        for look in (self._shares, self._years, self._caps, self._beyond_plan, self._effort, self._slow):
            look()
        if any(here.spent for here in self.by_firm.values()):
            self._outside()
            self._vouchers()
        return sorted(self.all, key=lambda one: one.tone != "bad")

    def _tell(self, kind: str, sentence: Lazy, place: str = "money", tone: str = "warn") -> None:
        if sum(one.kind == kind for one in self.all) < MOST:
            href = place if place.startswith("/") else f"/projects/{self.project.id}{'/' if place else ''}{place}"
            self.all.append(Contradiction(kind, sentence, href, tone))

    def _open(self, firm: int) -> bool:
        return self.firms is None or firm in self.firms

    def _name(self, firm: int) -> str:
        row = self.names.get(firm)
        return either(row.name_zh, row.name_en) if row is not None else f"#{firm}"

    def _totals(self) -> None:
        """Nodes, participants and the project come to the same."""
        if not self.cube.closes:
            self._tell("triangle", _l("The sums by organisation, head, source and year differ. Tell whoever runs the platform."), tone="bad")  # fmt: skip
        planned, budget = self.cube.total.planned, self.project.budget
        if planned and planned != budget:
            values = {"planned": f"{planned:,.2f}", "budget": f"{budget:,.2f}", "gap": f"{abs(planned - budget):,.2f}"}
            if planned < budget:
                self._tell("total", _l("The nodes of the plan hold %(planned)s yuan, the project has %(budget)s: %(gap)s yuan are not planned yet.", **values), "plan")  # fmt: skip
            else:
                self._tell("total", _l("The nodes of the plan hold %(planned)s yuan, the project has %(budget)s: %(gap)s yuan too much.", **values), "plan", "bad")  # fmt: skip
        given = sum(self.parts.values(), NONE)
        if given and given != budget:
            values = {"given": f"{given:,.2f}", "budget": f"{budget:,.2f}", "gap": f"{abs(given - budget):,.2f}"}
            self._tell("given", _l("The participants together have %(given)s yuan, the project %(budget)s: a difference of %(gap)s yuan.", **values), "", "bad" if given > budget else "warn")  # fmt: skip

    def _shares(self) -> None:
        """What a participant was given is what stands for it in the nodes."""
        for firm, given in self.parts.items():
            planned = self.by_firm[firm].planned if firm in self.by_firm else NONE
            if self._open(firm) and given and planned and planned != given:
                values = {"name": self._name(firm), "planned": f"{planned:,.2f}", "given": f"{given:,.2f}", "gap": f"{abs(planned - given):,.2f}"}  # fmt: skip
                self._tell("share", _l("%(name)s: the nodes hold %(planned)s yuan, it was given %(given)s, a difference of %(gap)s yuan.", **values), "plan", "bad" if planned > given else "warn")  # fmt: skip

    def _years(self) -> None:
        """Money is split by years or is not, and lies in the years of the project."""
        years = {year: here.planned for year, here in self.cube.by(3).items() if here.planned}
        if years.get(0) and len(years) > 1:
            self._tell("year", _l("%(amount)s yuan of the planned money stand in no year, while the rest is split by years.", amount=f"{years[0]:,.2f}"), "plan")  # fmt: skip
        first, last = self.project.starts_on.year, self.project.ends_on.year
        for year in sorted(year for year in years if year and not first <= year <= last):
            self._tell("year outside", _l("%(amount)s yuan are planned in %(year)s, but the project lasts from %(first)s to %(last)s.", amount=f"{years[year]:,.2f}", year=year, first=first, last=last), "plan", "bad")  # fmt: skip

    def _caps(self) -> None:
        """Indirect costs stay within their cap, those of each organisation and all together."""
        whole: list[tuple[str, int | None]] = [(self._name(firm), firm) for firm in self.by_firm]
        if self.firms is None:
            whole.append((either(self.project.title_zh, self.project.title_en), None))
        for name, firm in whole:
            if (over := over_cap(self.profile, self.cube.heads("planned", firm))) > 0:
                self._tell("cap", _l("%(name)s: planned indirect costs pass their cap by %(over)s yuan.", name=name, over=f"{over:,.2f}"), "plan", "bad")  # fmt: skip
            if (over := over_cap(self.profile, self.cube.heads("spent", firm))) > 0:
                self._tell("cap spent", _l("%(name)s: indirect costs that were spent pass the cap of what was spent by %(over)s yuan.", name=name, over=f"{over:,.2f}"))  # fmt: skip

    def _beyond_plan(self) -> None:
        """No more is spent under a head than planned, no more accepted than spent, no more paid than planned."""
        for (firm, head), here in self.cube.by(0, 1).items():
            name = self._name(firm)
            if head is not None and here.spent > here.planned:
                self._tell("beyond plan", _l("%(name)s: %(spent)s yuan were spent under “%(head)s”, where %(planned)s are planned.", name=name, spent=f"{here.spent:,.2f}", head=self.profile.called(head), planned=f"{here.planned:,.2f}"), "money", "bad")  # fmt: skip
        for firm, here in self.by_firm.items():
            if here.accepted > here.spent:
                self._tell("accepted", _l("%(name)s: %(accepted)s yuan of its claims are accepted, but only %(spent)s are logged as spent.", name=self._name(firm), accepted=f"{here.accepted:,.2f}", spent=f"{here.spent:,.2f}"), "money", "bad")  # fmt: skip
            if here.paid > here.planned:
                self._tell("paid", _l("%(name)s: %(paid)s yuan were paid out to it, but only %(planned)s are planned.", name=self._name(firm), paid=f"{here.paid:,.2f}", planned=f"{here.planned:,.2f}"), "money", "bad")  # fmt: skip

    def _outside(self) -> None:
        """Money is spent within the project's term, by who takes part, before leaving."""
        first, last = first_of(self.project.starts_on), self.project.ends_on
        left = self._left()
        told: dict[tuple[str, int], tuple[Decimal, date]] = {}
        for (firm, month), amount in sorted(queries.spent_by_month(self.project).items()):
            if not self._open(firm) or not amount:
                continue
            kinds = ["term"] if not first <= month <= last else []
            kinds += ["exit"] if firm in left and month > left[firm] else []
            for kind in kinds:
                told[kind, firm] = (told.get((kind, firm), (NONE, month))[0] + amount, month)
        # A month that is partly inside is known by its vouchers alone.
        for firm, day, amount in self._dated(left):
            if day.replace(day=1) >= first and not self.project.starts_on <= day <= last and day.replace(day=1) <= last:
                told["term", firm] = (told.get(("term", firm), (NONE, day))[0] + amount, day)
            if firm in left and day > left[firm] >= day.replace(day=1):
                told["exit", firm] = (told.get(("exit", firm), (NONE, day))[0] + amount, day)
        for (kind, firm), (amount, month) in told.items():
            values = {"name": self._name(firm), "amount": f"{amount:,.2f}", "month": f"{month:%Y-%m}"}
            if kind == "term":
                self._tell("term", _l("%(name)s: %(amount)s yuan were spent outside of the project's term, last in %(month)s.", **values), "logs", "bad")  # fmt: skip
            else:
                self._tell("exit", _l("%(name)s: %(amount)s yuan were spent after it had left, last in %(month)s.", **values), "logs", "bad")  # fmt: skip

    def _dated(self, left: Mapping[int, date]) -> list[tuple[int, date, Decimal]]:
        """The vouchers that can lie outside, of who is open to the reader: organisation, day and amount."""
        outside = or_(
            Voucher.voucher_on < self.project.starts_on,
            Voucher.voucher_on > self.project.ends_on,
            Voucher.organisation_id.in_(sorted(left)),
        )
        query = select(Voucher.organisation_id, Voucher.voucher_on, Voucher.amount)
        query = query.where(Voucher.project_id == self.project.id, outside).order_by(Voucher.voucher_on, Voucher.id)
        return [(firm, day, amount) for firm, day, amount in db.session.execute(query) if self._open(firm)]

    def _left(self) -> dict[int, date]:
        """By organisation that left the consortium, and is not back, the day on which it did."""
        query: Any = select(
            Membership.organisation_id, func.max(Membership.left_on), func.count(), func.count(Membership.left_on)
        )
        query = query.where(Membership.consortium_id == self.project.consortium_id)
        rows = db.session.execute(query.group_by(Membership.organisation_id))
        return {firm: day for firm, day, count, gone in rows if count == gone}

    def _vouchers(self) -> None:
        """A voucher that was known on this platform before was entered all the same."""
        query = select(Voucher.id, Voucher.organisation_id, Voucher.number).where(
            Voucher.project_id == self.project.id, Voucher.known_because != ""
        )
        if self.firms is not None:
            query = query.where(Voucher.organisation_id.in_(sorted(self.firms)))
        for number, firm, voucher in db.session.execute(query.order_by(Voucher.id).limit(MOST)):
            self._tell("voucher", _l("%(name)s: the voucher %(number)s was known on this platform before; read why it was entered again.", name=self._name(firm), number=voucher), f"/vouchers/{number}")  # fmt: skip

    def _effort(self) -> None:
        """Nobody works more than full time: of each node so many people as its planned work needs, each `full_time` a month."""
        of = (MonthlyLog.organisation_id, MonthlyLog.month)
        work: Any = select(*of, func.sum(LoggedEffort.months)).join(MonthlyLog, MonthlyLog.id == LoggedEffort.log_id)
        work = work.where(MonthlyLog.project_id == self.project.id).group_by(*of).order_by(MonthlyLog.month, MonthlyLog.organisation_id)  # fmt: skip
        logged = [tuple(row) for row in db.session.execute(work) if self._open(row[0])]
        needed = people_needed(self.project) if logged else {}
        for firm, month, months in logged:
            most = people_in(needed.get(firm, ()), month) * self.profile.full_time.value
            if most and months > most:
                self._tell("effort", _l("%(name)s: %(months)s person-months are logged in %(month)s; full-time work of the people whom the plan needs then is %(most)s.", name=self._name(firm), months=f"{months:,.2f}", month=f"{month:%Y-%m}", most=f"{most:,.2f}"), "logs")  # fmt: skip

    def _slow(self) -> None:
        """Spending keeps up with time: below a part of the linear plan it is told."""
        begin, end, today = self.project.starts_on, self.project.ends_on, clock.today()
        # Months are logged when they are over, so that the one that runs is not expected yet.
        until = min(first_of(today), after(end))
        if self.project.stage != "running" or until <= begin:
            return
        share = min(Decimal((until - begin).days) / ((end - begin).days + 1), Decimal(1))
        for firm, here in self.by_firm.items():
            expected = here.planned * share
            if expected and here.spent < expected * self.profile.warn_below.value:
                self._tell("slow", _l("%(name)s: %(spent)s yuan are spent, %(rate)s %% of what an even plan expects by now.", name=self._name(firm), spent=f"{here.spent:,.2f}", rate=percent(here.spent / expected)), "money")  # fmt: skip
