"""What is asked about claims and payments. Whoever shows money of a firm asks for `Action.EVIDENCE` on it first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from consortium.activity.waiting import Waiting
from consortium.claims.models import Claim, ClaimedIndirect, ClaimFile, ClaimLine, ClaimWord, Payment, PaymentKind
from consortium.claims.workflow import ASKED, COUNTED
from consortium.consortia.models import Consortium
from consortium.core.access import Action, Actor, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.typed import whole
from consortium.core.words import Lazy, _l
from consortium.logbook import queries as logbook
from consortium.logbook.models import MonthlyLog, Voucher
from consortium.logbook.queries import last_day
from consortium.organisations.models import Organisation
from consortium.plans.models import CostCategory, MoneySource, Node
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.projects.testimony import keeps_files
from consortium.projects.workflow import houses

NONE = Decimal("0.00")
FIRM = (Organisation.name_zh, Organisation.name_en, Organisation.code)
WORK = (Project.title_zh, Project.title_en, Project.reference, Project.stage)
#: Claims that hold vouchers.
HOLDING = ("draft", *COUNTED)


# Lists


def claims(actor: Actor) -> Select[tuple[Claim]]:
    """All claims that a person may see, latest first, with what their list shows."""
    query = select(Claim).options(
        joinedload(Claim.project).load_only(*WORK), joinedload(Claim.organisation).load_only(*FIRM),
        selectinload(Claim.lines).load_only(ClaimLine.claim_id, ClaimLine.amount, ClaimLine.accepted),
        selectinload(Claim.shares).load_only(ClaimedIndirect.claim_id, ClaimedIndirect.amount, ClaimedIndirect.accepted),
    )  # fmt: skip
    return within(actor, query, Claim, Action.EVIDENCE).order_by(Claim.starts_on.desc(), Claim.id.desc())


def of_project(actor: Actor, project: Project) -> Select[tuple[Claim]]:
    """The same of one project."""
    return claims(actor).where(Claim.project_id == project.id)


def narrowed(query: Select[Any], wanted: Mapping[str, str]) -> Select[Any]:
    """The list of claims as its filter asks; words that fit nothing give nothing."""
    if state := wanted.get("state"):
        query = query.where(Claim.state == state)
    for name, column in (
        ("consortium", Claim.consortium_id),
        ("project", Claim.project_id),
        ("firm", Claim.organisation_id),
    ):
        if (number := whole(wanted.get(name))) is not None:
            query = query.where(column == number)
    return query


def payments(actor: Actor, project: Project) -> Select[tuple[Payment]]:
    """The payments of a project that a person may see, latest first."""
    query = (
        select(Payment)
        .where(Payment.project_id == project.id)
        .options(joinedload(Payment.organisation).load_only(*FIRM))
    )
    return within(actor, query, Payment, Action.EVIDENCE).order_by(Payment.paid_on.desc(), Payment.id.desc())


def of_firm(project: Project, organisation_id: int) -> list[Claim]:
    """The claims that a firm handed in in a project and did not take back, by number, with their lines and indirect costs."""
    query = select(Claim).where(
        Claim.project_id == project.id,
        Claim.organisation_id == organisation_id,
        Claim.state.notin_(("draft", "withdrawn")),
    )
    return list(
        db.session.scalars(query.options(selectinload(Claim.lines), selectinload(Claim.shares)).order_by(Claim.number))
    )


def paid_to(project: Project, organisation_id: int) -> list[Payment]:
    """What was paid out to a firm in a project, by day."""
    query = select(Payment).where(
        Payment.project_id == project.id,
        Payment.organisation_id == organisation_id,
        Payment.kind == PaymentKind.PAID_OUT,
    )
    return list(db.session.scalars(query.order_by(Payment.paid_on, Payment.id)))


def lines(claim: Claim) -> list[ClaimLine]:
    """The lines of a claim by day, with their vouchers and files."""
    shown = joinedload(ClaimLine.voucher).options(
        selectinload(Voucher.files),
        joinedload(Voucher.first).selectinload(Voucher.files),
        joinedload(Voucher.node).load_only(Node.number, Node.title_zh, Node.title_en),
    )
    query = select(ClaimLine).where(ClaimLine.claim_id == claim.id).join(Voucher, Voucher.id == ClaimLine.voucher_id)
    return list(db.session.scalars(query.options(shown).order_by(Voucher.voucher_on, Voucher.id)))


def words(claim: Claim) -> list[ClaimWord]:
    """What was said of a claim, newest first, with files and people."""
    query = select(ClaimWord).where(ClaimWord.claim_id == claim.id).options(
        selectinload(ClaimWord.files), joinedload(ClaimWord.reported_by), joinedload(ClaimWord.verified_by), joinedload(ClaimWord.verifier),
        joinedload(ClaimWord.organisation),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(ClaimWord.id.desc())))


@keeps_files
def handed_in(project_id: int, organisation_id: int) -> Select[Any]:
    """The files that a firm handed in with claims of a project, newest first."""
    query = (
        select(ClaimFile).join(ClaimWord, ClaimWord.id == ClaimFile.word_id).join(Claim, Claim.id == ClaimWord.claim_id)
    )
    query = query.where(Claim.project_id == project_id, ClaimFile.organisation_id == organisation_id)
    return query.order_by(ClaimFile.id.desc())


def parts_of(claim: Claim) -> list[Any]:
    """The lines of a claim and its indirect costs."""
    return [*claim.lines, *claim.shares]


def claimed(claim: Claim) -> Decimal:
    """All that a claim asks for, in yuan."""
    return sum((row.amount for row in parts_of(claim)), NONE)


def accepted(claim: Claim) -> Decimal | None:
    """What was accepted of a claim, in yuan; None while nobody has."""
    if claim.state != "accepted":
        return None
    return sum((row.accepted or NONE for row in parts_of(claim)), NONE)


def firms(project: Project) -> list[Organisation]:
    """The firms of a project's money: those that take part, and those that spent, claimed or were paid before they left."""
    there = {firm.id: firm for firm in involved(project)}
    spent = {number for (number,) in logbook.spent(("firm",), MonthlyLog.project_id == project.id)}
    claimed = select(Claim.organisation_id).where(Claim.project_id == project.id)
    told = db.session.scalars(
        claimed.union(select(Payment.organisation_id).where(Payment.project_id == project.id))
    ).all()
    left = logbook.firms({*spent, *told} - there.keys())
    return [*there.values(), *sorted(left, key=lambda firm: firm.id)]


# What can be claimed


def unclaimed(
    project: Project, organisation_id: int, first: date | None = None, last: date | None = None
) -> Select[Any]:
    """The vouchers of a firm in confirmed months that no claim holds; indirect costs are claimed by their rule, not by voucher."""
    held = select(ClaimLine.id).where(ClaimLine.voucher_id == Voucher.id, ClaimLine.live).exists()
    query = select(Voucher).join(MonthlyLog, MonthlyLog.id == Voucher.log_id).where(
        Voucher.project_id == project.id, Voucher.organisation_id == organisation_id, MonthlyLog.state == "confirmed",
        Voucher.category != CostCategory.INDIRECT, ~held,
    )  # fmt: skip
    if first is not None and last is not None:
        query = query.where(MonthlyLog.month >= first.replace(day=1), MonthlyLog.month <= last_day(last))
    return query.order_by(Voucher.voucher_on, Voucher.id)


def months_to_claim(project: Project, organisation_id: int) -> list[date]:
    """The months in which a firm has something that it can claim."""
    query = unclaimed(project, organisation_id).with_only_columns(MonthlyLog.month).distinct().order_by(None)
    return sorted(db.session.scalars(query))


def direct(project: Project, organisation_id: int, states: Iterable[str], besides: Claim | None = None, *, accepted: bool = False) -> dict[CostCategory, Decimal]:  # fmt: skip
    """The direct costs that claims of a firm in some states carry, by head; the `accepted` part of them where that is asked."""
    amount = func.coalesce(ClaimLine.accepted, 0) if accepted else ClaimLine.amount
    query: Any = select(Voucher.category, func.sum(amount, type_=ClaimLine.amount.type))
    query = query.join(ClaimLine, ClaimLine.voucher_id == Voucher.id).join(Claim, Claim.id == ClaimLine.claim_id)
    query = query.where(*_held(project, organisation_id, states, besides)).group_by(Voucher.category)
    return {row[0]: row[1] for row in db.session.execute(query)}


def indirect(project: Project, organisation_id: int, states: Iterable[str], besides: Claim | None = None, *, accepted: bool = False) -> Decimal:  # fmt: skip
    """The indirect costs that claims of a firm in some states carry, in yuan."""
    amount = ClaimedIndirect.accepted if accepted else ClaimedIndirect.amount
    query = select(func.sum(amount)).join(Claim, Claim.id == ClaimedIndirect.claim_id)
    return db.session.scalar(query.where(*_held(project, organisation_id, states, besides))) or NONE


def _held(
    project: Project, organisation_id: int, states: Iterable[str], besides: Claim | None
) -> list[ColumnElement[bool]]:
    found = [Claim.project_id == project.id, Claim.organisation_id == organisation_id, Claim.state.in_(tuple(states))]
    return [*found, Claim.id != besides.id] if besides is not None else found


def others(claim: Claim, states: Iterable[str]) -> list[Claim]:
    """The other claims of the same firm in the same project in some states: those that are not decided on first, the latest before the others."""
    query = select(Claim).where(*_held(claim.project, claim.organisation_id, states, claim))
    return list(db.session.scalars(query.order_by((Claim.state == "accepted"), Claim.number.desc())))


def in_hand(organisation_id: int, consortium_id: int, project_id: int | None = None) -> list[Claim]:
    """The claims of a firm that wait for a decision or for its answer, in a consortium or in one project of it."""
    query = select(Claim).options(joinedload(Claim.project).load_only(*WORK)).order_by(Claim.project_id, Claim.number)
    query = query.where(
        Claim.organisation_id == organisation_id, Claim.consortium_id == consortium_id, Claim.state.in_(ASKED)
    )
    return list(db.session.scalars(query if project_id is None else query.where(Claim.project_id == project_id)))


def last_number(project: Project, organisation_id: int) -> int:
    """The number of the last claim of a firm in a project; 0 where there is none."""
    query = select(func.max(Claim.number)).where(
        Claim.project_id == project.id, Claim.organisation_id == organisation_id
    )
    return db.session.scalar(query) or 0


def holding(voucher: Voucher) -> Claim | None:
    """The claim that holds a voucher."""
    query = select(Claim).join(ClaimLine, ClaimLine.claim_id == Claim.id)
    found: Claim | None = db.session.scalar(query.where(ClaimLine.voucher_id == voucher.id, ClaimLine.live))
    return found


def standing(actor: Actor, voucher: Voucher) -> list[tuple[Claim, ClaimLine]]:
    """The claims in which a voucher stands or stood that a person may see, latest first, each with its line."""
    query = claims(actor).join(ClaimLine, ClaimLine.claim_id == Claim.id).where(ClaimLine.voucher_id == voucher.id)
    return [(claim, line) for claim, line in db.session.execute(query.add_columns(ClaimLine)).unique()]


def latest_with(voucher: Voucher) -> Claim | None:
    """The last claim in which a voucher stands, also one that let it go."""
    query = select(Claim).join(ClaimLine, ClaimLine.claim_id == Claim.id).where(ClaimLine.voucher_id == voucher.id)
    found: Claim | None = db.session.scalar(query.order_by(Claim.number.desc()).limit(1))
    return found


# Figures


#: What a sum is about: project, organisation, head (None for payments), source, year.
Key = tuple[int, int, CostCategory | None, MoneySource, int]


@dataclass
class Sums:
    """By key, what there is by the last day of a period, and what of it came within the period, in yuan."""

    claimed: dict[Key, tuple[Decimal, Decimal]] = field(default_factory=dict)
    accepted: dict[Key, tuple[Decimal, Decimal]] = field(default_factory=dict)
    paid: dict[Key, tuple[Decimal, Decimal]] = field(default_factory=dict)
    arrived: dict[Key, tuple[Decimal, Decimal]] = field(default_factory=dict)


def sums(project_ids: Iterable[int], first: date = date.min, last: date = date.max) -> Sums:
    """Claimed, accepted, paid out and arrived money of projects, as the days tell it: handed in first, decided, paid; four statements.

    Claims and their sums are open to one firm and to those who see all: whoever shows them to others shows them together (`core.disclosure`).
    """
    wanted, found = tuple(project_ids), Sums()
    year = func.extract("year", Voucher.voucher_on)
    lines_: Any = select(
        Claim.project_id, Claim.organisation_id, Voucher.category, Voucher.source, year, Claim.state, Claim.submitted_on, Claim.decided_on,
        func.sum(ClaimLine.amount), func.sum(ClaimLine.accepted),
    ).join(Claim, Claim.id == ClaimLine.claim_id).join(Voucher, Voucher.id == ClaimLine.voucher_id)  # fmt: skip
    lines_ = lines_.where(Claim.project_id.in_(wanted), Claim.state.in_(COUNTED), Claim.submitted_on <= last)
    lines_ = lines_.group_by(
        Claim.project_id,
        Claim.organisation_id,
        Voucher.category,
        Voucher.source,
        year,
        Claim.state,
        Claim.submitted_on,
        Claim.decided_on,
    )
    rest: Any = select(
        Claim.project_id, Claim.organisation_id, ClaimedIndirect.source, Claim.ends_on, Claim.state, Claim.submitted_on, Claim.decided_on,
        ClaimedIndirect.amount, ClaimedIndirect.accepted,
    ).join(Claim, Claim.id == ClaimedIndirect.claim_id)  # fmt: skip
    rest = rest.where(Claim.project_id.in_(wanted), Claim.state.in_(COUNTED), Claim.submitted_on <= last)
    rows = [(*row[:4], int(row[4]), *row[5:]) for row in db.session.execute(lines_)]
    rows += [(row[0], row[1], CostCategory.INDIRECT, row[2], row[3].year, *row[4:]) for row in db.session.execute(rest)]
    for *key, state, submitted_on, decided_on, amount, accepted in rows:
        _add(found.claimed, tuple(key), amount, submitted_on, first)
        if state == "accepted" and decided_on <= last:
            _add(found.accepted, tuple(key), accepted or NONE, decided_on, first)
    query = select(
        Payment.project_id, Payment.organisation_id, Payment.source, Payment.kind, Payment.paid_on, Payment.amount
    )
    for project, firm, source, kind, paid_on, amount in db.session.execute(
        query.where(Payment.project_id.in_(wanted), Payment.paid_on <= last)
    ):
        into = found.paid if kind is PaymentKind.PAID_OUT else found.arrived
        _add(into, (project, firm, None, source, paid_on.year), amount, paid_on, first)
    return found


def _add(into: dict[Any, tuple[Decimal, Decimal]], key: Any, amount: Decimal, day: date, first: date) -> None:
    until, during = into.get(key, (NONE, NONE))
    into[key] = until + amount, during + (amount if day >= first else NONE)


def total(
    part: Mapping[Key, tuple[Decimal, Decimal]], *, firm: int | None = None, head: CostCategory | None = None
) -> Decimal:
    """What sums come to by the end of their period, of one firm and under one head where these are named."""
    return sum((
        until for key, (until, _) in part.items() if (firm is None or key[1] == firm) and (head is None or key[2] is head)
    ), NONE)  # fmt: skip


# What waits


def waiting(actor: Actor, on: date | None = None) -> list[Waiting]:
    """What waits for a person: claims of other organisations to decide on, and own claims about which something is asked; two statements."""
    theirs = within(actor, _at_work(), Claim, Action.SETTLE).where(Claim.state == "submitted")
    mine = within(actor, _at_work(), Claim, Action.REPORT).where(Claim.state == "queried")
    found = [
        _waiting(_l("Answer what is asked about a claim"), row, "warn", "help-circle")
        for row in db.session.scalars(mine)
    ]
    others = (row for row in db.session.scalars(theirs) if row.organisation_id not in houses(actor, row.consortium_id))
    return found + [_waiting(_l("Decide on a claim"), row, "act", "coin-yuan") for row in others]


def _at_work() -> Select[Any]:
    closed = select(Consortium.id).where(Consortium.stage == "closed")
    query = select(Claim).where(Claim.consortium_id.notin_(closed)).order_by(Claim.submitted_on, Claim.id)
    return query.options(
        load_only(Claim.number, Claim.starts_on, Claim.ends_on, Claim.project_id, Claim.organisation_id, Claim.consortium_id, Claim.state),
        joinedload(Claim.project).load_only(Project.title_zh, Project.title_en), joinedload(Claim.organisation).load_only(*FIRM),
    )  # fmt: skip


def _waiting(what: Lazy, row: Claim, tone: str, icon: str) -> Waiting:
    about = f"{either(row.organisation.name_zh, row.organisation.name_en)} #{row.number} {row.period}"
    return Waiting(
        what,
        about,
        href=f"/claims/{row.id}",
        tone=tone,
        icon=icon,
        where=either(row.project.title_zh, row.project.title_en),
    )
