"""Vouchers, claims and payments of the demonstration: part of what firms log is entered by voucher, claimed by quarter, and decided on."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from consortium.activity.services import in_one_go
from consortium.claims import services
from consortium.claims.models import PaymentKind
from consortium.core import uploads
from consortium.core.uploads import Upload
from consortium.demo import cast, months
from consortium.demo.changing import WORK
from consortium.demo.evidence import small_pdf
from consortium.demo.projects import Work
from consortium.logbook import vouchers
from consortium.logbook.queries import span
from consortium.plans.models import CostCategory, MoneySource

PAYEES = {
    CostCategory.EQUIPMENT: "苏州云栈仪器有限公司", CostCategory.OPERATING: "镇江青芜材料有限公司", CostCategory.TRAVEL: "途川商旅服务有限公司",
    CostCategory.PURCHASED_EQUIPMENT: "常熟砚北设备有限公司", CostCategory.OTHER_PURCHASES: "昆山映竹气体有限公司", CostCategory.SUBCONTRACTING: "无锡听松检测有限公司",
}  # fmt: skip
#: One invoice that two firms of different consortia enter, in the month of the second: its number and payee, and why the second says it is right.
TWICE = (
    "FP-2609-0417",
    "苏州云栈仪器有限公司",
    "同一采购合同按两个项目的用量分摊，分摊表见附件。One contract, shared by two projects by what each uses.",
)


@dataclass(frozen=True)
class Quarter:
    """A claim of a firm for a quarter: the day on which it was drawn up, and what became of it in days: `s3` handed in three days later,
    `q7` queried seven days after that, `a5` accepted, `c5` accepted with a cut, `r5` rejected."""

    work: str
    firm: str
    first: str
    last: str
    drawn: str
    course: str = ""


CLAIMS = (
    Quarter("substrate", "lishi", "2026-04", "2026-06", "2026-07-14", "s2 q9 s6 a8"), Quarter("substrate", "lishi", "2026-07", "2026-09", "2026-10-13", "s3 q12"),
    Quarter("substrate", "danyun", "2026-04", "2026-06", "2026-07-15", "s1 c14"), Quarter("substrate", "danyun", "2026-07", "2026-09", "2026-10-14", "s5"),
    Quarter("substrate", "jiangzuo", "2026-04", "2026-06", "2026-07-13", "s4 r10"), Quarter("substrate", "jiangzuo", "2026-04", "2026-09", "2026-10-19"),
    Quarter("mosfet", "jichuan", "2026-04", "2026-06", "2026-07-16", "s1 a11"),
    Quarter("kernel", "hongwei", "2026-04", "2026-06", "2026-07-20", "s2 c9"), Quarter("kernel", "hongwei", "2026-07", "2026-09", "2026-10-15", "s6"),
    Quarter("machine", "yunxiu", "2026-04", "2026-09", "2026-10-20", "s1"), Quarter("kiln", "luyang", "2026-07", "2026-09", "2026-10-14", "s2 a12"),
)  # fmt: skip
#: Work, day, firm ("" for money that arrived), yuan, source.
PAYMENTS = (
    ("substrate", "2026-03-18", "", "9000000.00", MoneySource.CENTRAL), ("substrate", "2026-04-02", "danyun", "600000.00", MoneySource.CENTRAL),
    ("substrate", "2026-09-10", "danyun", "250000.00", MoneySource.CENTRAL), ("substrate", "2026-09-10", "lishi", "400000.00", MoneySource.CENTRAL),
    ("kernel", "2026-03-25", "", "4000000.00", MoneySource.CENTRAL), ("kernel", "2026-08-28", "hongwei", "120000.00", MoneySource.CENTRAL),
    ("kiln", "2026-05-20", "", "2000000.00", MoneySource.LOCAL), ("kiln", "2026-05-27", "fenglan", "61500.00", MoneySource.LOCAL),
)  # fmt: skip


def plan(story: Any) -> None:
    """Put vouchers, claims and payments into the story; vouchers between the days on which months are logged and confirmed."""
    for habit in months.HABITS:
        for month in span(
            max(months.VOUCHERS_SINCE, date.fromisoformat(WORK[habit.work].begun)),
            date.fromisoformat(f"{habit.last}-01"),
        ):
            story.on(
                (month + timedelta(days=31)).replace(day=months.LOGGED + 1),
                partial(_enter, story, WORK[habit.work], habit, month),
            )
    for quarter in CLAIMS:
        _plan_claim(story, quarter)
    for payment in PAYMENTS:
        story.on(payment[1], partial(_pay, story, *payment))


def _enter(story: Any, work: Work, habit: months.Habit, month: date) -> None:
    actor, log = cast.speaker(story, work, habit.firm), story.made["log", (habit, month)]
    spent = {
        key: much
        for key, much in months.spending(story, work, habit.firm, month).items()
        if months.by_voucher(habit, month, key[0])
    }
    with in_one_go():
        for number, ((head, source), much) in enumerate(sorted(spent.items()), start=1):
            halves = (
                (much * 2 // 3 // 100 * 100, much - much * 2 // 3 // 100 * 100) if much > Decimal(30_000) else (much,)
            )
            for part, amount in enumerate(halves, start=1):
                code = f"{work.key[:2].upper()}-{habit.firm[:3].upper()}-{month:%y%m}-{number}{part}"
                vouchers.enter(
                    actor, log, voucher_on=month.replace(day=6 + number * 3 + part), number=code, payee=PAYEES[head], category=head, source=source,
                    amount=amount, note="", files=[invoice(code, amount)], free_of_secrets=True,
                )  # fmt: skip
        if month == date(2026, 9, 1) and (habit.work, habit.firm) in (("substrate", "danyun"), ("kernel", "hongwei")):
            _twice(actor, log, habit.work == "kernel")


def _twice(actor: Any, log: Any, second: bool) -> None:
    """The same invoice in two consortia: the second firm says why."""
    head = CostCategory.OTHER_PURCHASES if second else CostCategory.OPERATING
    vouchers.enter(
        actor, log, voucher_on=date(2026, 9, 28), number=TWICE[0], payee=TWICE[1], category=head, source=MoneySource.OWN, amount=Decimal("4180.00"),
        note="共用测试夹具。Fixtures used by both.", known_because=TWICE[2], files=[invoice(TWICE[0], Decimal("8360.00"))], free_of_secrets=True,
    )  # fmt: skip


def invoice(code: str, amount: Decimal) -> Upload:
    """A small file of an invoice."""
    content = small_pdf(["Demonstration: invented content", f"Invoice {code}", f"CNY {amount:.2f}"])
    return uploads.examine(f"{code}.pdf", io.BytesIO(content))


def _plan_claim(story: Any, quarter: Quarter) -> None:
    story.on(quarter.drawn, partial(_draw_up, story, quarter))
    day, steps = date.fromisoformat(quarter.drawn), {"s": _submit, "q": _query, "a": _accept, "c": _cut, "r": _reject}
    for step in quarter.course.split():
        day += timedelta(days=int(step[1:]))
        story.on(day, partial(steps[step[0]], story, quarter))


def _draw_up(story: Any, quarter: Quarter) -> None:
    work = WORK[quarter.work]
    story.made["claim", quarter] = services.draw_up(
        cast.speaker(story, work, quarter.firm), story.made["work", work.zh], starts_on=date.fromisoformat(f"{quarter.first}-01"),
        ends_on=date.fromisoformat(f"{quarter.last}-01"), organisation=story.made["firm", quarter.firm],
    )  # fmt: skip


def _submit(story: Any, quarter: Quarter) -> None:
    claim = story.made["claim", quarter]
    again = claim.state == "queried"
    note = (
        "已逐条答复，补充了验收单。Each question is answered; the record of acceptance is attached."
        if again
        else "本期支出均用于课题任务，凭证齐全。All of it was spent on the work as planned; the vouchers are complete."
    )
    file = uploads.examine(
        "acceptance.txt" if again else "list.txt", io.BytesIO(f"{quarter.firm} {quarter.first} {again}\n".encode())
    )
    answers = {
        line.id: "用于外延炉温场改造，验收单见附件。For the thermal field of the reactor; see the record."
        for line in claim.lines
        if line.question
    }
    services.submit(_speaker(story, quarter), claim, note=note, files=[file], answers=answers, free_of_secrets=True)


def _query(story: Any, quarter: Quarter) -> None:
    claim = story.made["claim", quarter]
    asked = {
        claim.lines[
            0
        ].id: "该笔设备费单价较高，请说明用途并补充验收单。What was it for? Please add the record of its acceptance."
    }
    services.query(_judge(story, quarter), claim, reason="请按行说明。Please explain line by line.", questions=asked)


def _accept(story: Any, quarter: Quarter) -> None:
    services.accept(
        _judge(story, quarter), story.made["claim", quarter], note="凭证与任务一致，同意。In line with the work."
    )


def _cut(story: Any, quarter: Quarter) -> None:
    claim = story.made["claim", quarter]
    first, last = claim.lines[0], claim.lines[-1]
    accepted = {first.id: first.amount / 2 // 100 * 100, last.id: Decimal("0.00")}
    reasons = {
        first.id: "超出预算单价的部分自行承担。Above the planned price; the rest is the organisation's own.",
        last.id: "发票日期之前未签合同。No contract at that date.",
    }
    services.accept(
        _judge(story, quarter), claim, note="部分认可。Accepted in part.", accepted=accepted, reasons=reasons
    )


def _reject(story: Any, quarter: Quarter) -> None:
    services.reject(
        _judge(story, quarter),
        story.made["claim", quarter],
        reason="多数凭证缺少合同，请整理后与下一期合并申报。Most lack contracts; please claim them again with the next period.",
    )


def _speaker(story: Any, quarter: Quarter) -> Any:
    return cast.speaker(story, WORK[quarter.work], quarter.firm)


def _judge(story: Any, quarter: Quarter) -> Any:
    return cast.verifier(story, WORK[quarter.work], quarter.firm, tested=False)


def _pay(story: Any, key: str, day: str, firm: str, amount: str, source: MoneySource) -> None:
    work = WORK[key]
    project = story.made["work", work.zh]
    kind = PaymentKind.PAID_OUT if firm else PaymentKind.ARRIVED
    lead = next(made for (what, _), made in story.made.items() if what == "firm" and made.id == project.lead_id)
    services.note_payment(
        cast.coordinator(story, work), project, kind=kind, organisation=story.made["firm", firm] if firm else lead, paid_on=date.fromisoformat(day),
        amount=Decimal(amount), source=source, reference=f"HD{day.replace('-', '')}",
    )  # fmt: skip
