"""What does not fit together in the money of the demonstration: a member that left, costs claimed before they were booked, a start and an end that were moved.

All of it in two projects at the side; the pages point it out to whoever sees the money, until it is settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from math import ceil
from typing import Any

from consortium.activity.services import in_one_go
from consortium.consortia import services as consortia
from consortium.demo import cast, claims
from consortium.demo.changing import WORK
from consortium.demo.months import CONFIRMED, LOGGED
from consortium.demo.trees import TREES
from consortium.logbook import queries as logbook
from consortium.logbook import services as logs
from consortium.logbook import vouchers
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects import services as projects

H, S = CostCategory, MoneySource


@dataclass(frozen=True)
class Month:
    """What a firm logs in one month: person-months by node, wages, and vouchers, each with day, head, source and yuan."""

    work: str
    firm: str
    month: str
    efforts: tuple[tuple[str, str], ...]
    wages: str
    vouchers: tuple[tuple[int, CostCategory, MoneySource, str], ...]
    note: str


BOOKED_LATE = "人员费与间接费用年底一次入账。Wages and overheads are booked at the end of the year."
BURNERS = "燃烧器与空燃比控制改造。Burners and the control of air and gas."
MONTHS = (
    Month("kiln", "fenglan", "2026-06", (("1.1", "0.90"),), "21000.00", ((16, H.OPERATING, S.LOCAL, "13600.00"),), BURNERS),
    Month("kiln", "fenglan", "2026-07", (("3", "0.50"),), "24000.00", ((22, H.EQUIPMENT, S.OWN, "38400.00"),), BURNERS),
    # The second voucher is of a day after the one on which the firm left, which was agreed on only in September.
    Month("kiln", "fenglan", "2026-08", (("3", "0.25"),), "12000.00", ((11, H.OPERATING, S.LOCAL, "4150.00"), (19, H.OPERATING, S.LOCAL, "9420.50")), BURNERS),
    # An institute that claims its overheads by the rule before they stand in its books: more is accepted than logged.
    Month("kiln", "luyang", "2026-07", (("3", "1.35"),), "", ((10, H.EQUIPMENT, S.CENTRAL, "118000.00"), (24, H.OPERATING, S.CENTRAL, "46500.00")), BOOKED_LATE),
    Month("kiln", "luyang", "2026-08", (("3", "1.30"),), "", ((13, H.OPERATING, S.CENTRAL, "52300.00"),), BOOKED_LATE),
    Month("kiln", "luyang", "2026-09", (("3", "1.35"),), "", ((9, H.EQUIPMENT, S.CENTRAL, "64000.00"), (21, H.OPERATING, S.CENTRAL, "38750.50")), BOOKED_LATE),
)  # fmt: skip

#: A survey before the day on which the task was signed, to which the start is moved later: project, firm, day of the voucher, entered, moved on, new start.
EARLY = ("kiln", "hongwei", "2026-05-03", "2026-06-07", "2026-06-12", "2026-05-06")
#: Who leaves: project, firm, since when, when that was signed, who takes over its work in node 3, and why.
LEFT = ("kiln", "fenglan", "2026-08-14", "2026-09-18", "luyang",
        "因经营调整退出；双方约定自 2026-08-14 起不再承担任务。It withdraws for business reasons; by agreement it has no tasks from 14 August on.")  # fmt: skip
#: What was left of its work in that node.
REST = Decimal("2.25")
#: A project goes on for a year of follow-up with money of its own, until the alliance finds that nothing outlasts itself: project, firm, node, then the days.
FOLLOW_UP = ("blade", "chongling", "2.3", "2026-10-27", "2030-03-31", "2026-11-13")


def plan(story: Any) -> None:
    """Put all of it into the story."""
    for month in MONTHS:
        following = (date.fromisoformat(f"{month.month}-01") + timedelta(days=31)).replace(day=LOGGED)
        story.on(following, partial(_log, story, month))
        story.on(following.replace(day=CONFIRMED), partial(_confirm, story, month))
    story.on(EARLY[3], partial(_survey, story))
    story.on(EARLY[4], partial(_begin_later, story))
    story.on(LEFT[3], partial(_let_go, story))
    story.on(FOLLOW_UP[3], partial(_follow_up, story))
    story.on(FOLLOW_UP[5], partial(_end_earlier, story))


def _log(story: Any, said: Month) -> None:
    work, firm, month = WORK[said.work], story.made["firm", said.firm], date.fromisoformat(f"{said.month}-01")
    speaker = cast.speaker(story, work, said.firm)
    with in_one_go():
        log = logs.keep(
            speaker, story.made["work", work.zh], organisation=firm, month=month, note=said.note,
            efforts={story.made["node", (said.work, number)]: Decimal(months) for number, months in said.efforts},
            spending={(H.LABOUR, S.OWN): Decimal(said.wages)} if said.wages else {}, people=ceil(sum(Decimal(months) for _, months in said.efforts)),
        )  # fmt: skip
        for number, (day, head, source, amount) in enumerate(said.vouchers, start=1):
            code = f"{said.firm[:3].upper()}-{month:%y%m}-{number}"
            _voucher(speaker, log, month.replace(day=day), code, head, source, Decimal(amount))
    story.made["month", said] = log


def _confirm(story: Any, said: Month) -> None:
    logs.confirm(cast.speaker(story, WORK[said.work], said.firm), story.made["month", said])


def _voucher(
    actor: Any, log: Any, day: date, code: str, head: CostCategory, source: MoneySource, amount: Decimal, note: str = ""
) -> None:
    vouchers.enter(
        actor, log, voucher_on=day, number=code, payee=claims.PAYEES[head], category=head, source=source, amount=amount, note=note,
        files=[claims.invoice(code, amount)], free_of_secrets=True,
    )  # fmt: skip


def _survey(story: Any) -> None:
    """A firm was at the site before the start that the task names in the end."""
    work, firm, day = WORK[EARLY[0]], story.made["firm", EARLY[1]], date.fromisoformat(EARLY[2])
    log = logbook.log_of(story.made["work", work.zh], firm.id, day.replace(day=1))
    speaker, note = cast.speaker(story, work, EARLY[1]), "现场勘察差旅。Travel to the survey of the site."
    _voucher(speaker, log, day, f"HON-{day:%y%m}-0", H.OPERATING, S.LOCAL, Decimal("12860.00"), note)


def _begin_later(story: Any) -> None:
    work = WORK[EARLY[0]]
    _move(story, work, starts_on=date.fromisoformat(EARLY[5]))


def _let_go(story: Any) -> None:
    """A firm is taken out of the plan and out of the project, its work is given to another one, and it leaves the consortium as of an earlier day."""
    work, firm, heir = WORK[LEFT[0]], story.made["firm", LEFT[1]], story.made["firm", LEFT[4]]
    who, project, table = cast.coordinator(story, work), story.made["work", work.zh], story.made["table", work.table]
    with in_one_go():
        for node in (story.made["node", (LEFT[0], job.number)] for job in TREES[LEFT[0]].jobs):
            for effort in [row for row in node.efforts if row.organisation_id == firm.id]:
                plans.unassign(who, effort, reason=LEFT[5])
            for row in [row for row in node.allocations if row.organisation_id == firm.id]:
                plans.deallocate(who, row, reason=LEFT[5])
        taken = next(row for row in story.made["node", (LEFT[0], "3")].efforts if row.organisation_id == heir.id)
        plans.reassign(who, taken, months=taken.months + REST)
        part = next(part for part in project.participants if part.organisation_id == firm.id)
        projects.leave(who, part, reason=LEFT[5])
        membership = next(row for row in table.memberships if row.organisation_id == firm.id)
        consortia.release(who, membership, left_on=date.fromisoformat(LEFT[2]), reason=LEFT[5])


def _follow_up(story: Any) -> None:
    key, firm, number, _, ends_on, _ = FOLLOW_UP
    _move(story, WORK[key], ends_on=date.fromisoformat(ends_on))
    plans.allocate(
        cast.coordinator(story, WORK[key]), story.made["node", (key, number)], story.made["firm", firm], category=H.OPERATING, source=S.OWN,
        amount=Decimal("120000.00"), year=date.fromisoformat(ends_on).year,
    )  # fmt: skip


def _end_earlier(story: Any) -> None:
    work = WORK[FOLLOW_UP[0]]
    _move(story, work, ends_on=date.fromisoformat(work.period[1]))


def _move(story: Any, work: Any, **days: date) -> None:
    """Give a project another first or last day, as its coordinator does on its page."""
    project = story.made["work", work.zh]
    same = {name: getattr(project, name) for name in ("kind", "title_zh", "title_en", "objective", "area", "starts_on", "ends_on", "budget", "trl_start", "trl_target")}  # fmt: skip
    lead = story.made["firm", work.lead]
    projects.amend(cast.coordinator(story, work), project, lead=lead, **(same | days))
