"""Rows of claims and payments for the walks through all pages; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

from consortium.claims import papers, services
from consortium.claims.models import Claim, PaymentKind
from consortium.core.db import db
from consortium.core.uploads import examine
from consortium.logbook import services as logbook
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans.models import MoneySource
from consortium.projects.models import Project
from tests.logbook.furniture import a_log, a_voucher


def a_claim(
    actor: User, project: Project, firm: Organisation, month: datetime.date, canary: str = "", count: int = 2
) -> Claim:
    """A draft on the vouchers of a month, which is logged and confirmed for it."""
    log = a_log(actor, project, firm, month)
    for number in range(count):
        a_voucher(actor, log, f"{canary}V{firm.id}-{month:%Y%m}-{number}", payee=f"{canary}供应商")
    logbook.confirm(actor, log)
    return services.draw_up(actor, project, starts_on=month, ends_on=month, organisation=firm)


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """Claims of each firm in several states, and payments."""
    coordinator, expert = people[0], people[3]
    for firm, person in zip(firms, people[:3], strict=True):
        # The expert belongs to the third firm, the coordinator to the first: each decides on the claims of others.
        judge = coordinator if firm is not firms[0] else expert
        for number, end in enumerate(("draft", "submitted", "queried", "accepted", "rejected"), start=1):
            claim = a_claim(person, project, firm, datetime.date(2026, number, 1), canary)
            if end == "draft":
                continue
            file = examine(f"{canary}说明{number}.txt", io.BytesIO(f"{canary}{firm.id}{number}".encode()))
            services.submit(person, claim, note=f"{canary}请款", files=[file])
            line = claim.lines[0]
            if end == "queried":
                services.query(judge, claim, reason=f"{canary}补充合同", questions={line.id: f"{canary}何用"})
            elif end == "accepted":
                services.accept(judge, claim, accepted={line.id: Decimal("1.00")}, reasons={line.id: f"{canary}超标准"})
            elif end == "rejected":
                services.reject(judge, claim, reason=f"{canary}缺票")
        services.note_payment(
            coordinator, project, kind=PaymentKind.PAID_OUT, organisation=firm, paid_on=datetime.date(2026, 8, 1), amount=Decimal("300.00"),
            source=MoneySource.CENTRAL, reference=f"{canary}回单", note=f"{canary}首款",
        )  # fmt: skip
    services.note_payment(
        coordinator, project, kind=PaymentKind.ARRIVED, organisation=firms[0], paid_on=datetime.date(2026, 7, 1), amount=Decimal("900000.00"),
        source=MoneySource.CENTRAL, reference=f"{canary}到账",
    )  # fmt: skip
    papers.ask(people[1], project, firms[1], language="en")


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """That many more claims of the firm and of the one that the coordinator reports for, and payments."""
    coordinator, member = people
    lead = db.session.get_one(Organisation, project.lead_id)
    for number in range(times):
        for person, owner in ((member, firm), (coordinator, lead)):
            month = datetime.date(2026, 1 + number, 1)
            log = logbook.queries.log_of(project, owner.id, month)
            if log is None:
                log = a_log(person, project, owner, month)
            if log.state == "confirmed":
                logbook.reopen(person, log, reason="补录")
            a_voucher(person, log, f"MORE{owner.id}-{number}")
            logbook.confirm(person, log)
            claim = services.draw_up(person, project, starts_on=month, ends_on=month, organisation=owner)
            services.submit(person, claim, note="请款")
        services.note_payment(
            coordinator, project, kind=PaymentKind.PAID_OUT, organisation=firm, paid_on=datetime.date(2026, 8, 1 + number), amount=Decimal("3.00"),
            source=MoneySource.CENTRAL, reference="回单",
        )  # fmt: skip
