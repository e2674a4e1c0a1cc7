"""What people do with status reports and papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from consortium.activity.papers import address, content, request_paper
from consortium.activity.services import advance, notify, record
from consortium.agreements.queries import consortium_by
from consortium.agreements.services import not_in_yuan
from consortium.consortia.models import Consortium
from consortium.consortia.queries import next_reference, seats
from consortium.core import clock
from consortium.core.access import Action, allowed
from consortium.core.db import db
from consortium.core.errors import Missing, NotNow, Refused
from consortium.core.features import PaperKind
from consortium.core.words import _l
from consortium.documents.models import Paper
from consortium.people.queries import overseers
from consortium.reports import facts, periods, queries, sheets, sums
from consortium.reports.basis import gather
from consortium.reports.models import StatusReport
from consortium.reports.workflow import LIFE


def open_report(actor: Any, consortium: Consortium, *, starts_on: date, ends_on: date) -> StatusReport:
    """Begin the report of a consortium on a period."""
    if sentence := not_in_yuan(consortium):
        raise NotNow(sentence)
    if ends_on < starts_on:
        raise Refused("", ends_on=_l("The period ends before it begins."))
    if starts_on > clock.today():
        raise Refused("", starts_on=_l("The period has not begun yet."))
    if (ends_on - starts_on).days > 3 * 366:
        raise Refused("", ends_on=_l("A report covers at most three years."))
    reference = next_reference(consortium, StatusReport, "R")  # from here on nobody else opens one
    if there := queries.covering(consortium, starts_on, ends_on):
        raise Refused(
            "", starts_on=_l("There is a report on this period already: %(reference)s.", reference=there.reference)
        )
    label_zh, label_en = periods.named(starts_on, ends_on)
    report = StatusReport(
        consortium_id=consortium.id, reference=reference, label_zh=label_zh, label_en=label_en,
        starts_on=starts_on, ends_on=ends_on, state="drafting",
    )  # fmt: skip
    db.session.add(report)
    record(actor, "opened report", report, starts_on=starts_on, ends_on=ends_on)
    return report


def write(actor: Any, report: StatusReport, *, narrative_zh: str, narrative_en: str) -> StatusReport:
    """Keep the words of a report that is being written; what they were in the end is recorded when it is submitted."""
    if report.state != "drafting":
        raise NotNow(_l("The report is submitted and cannot be changed any more."))
    if (report.narrative_zh, report.narrative_en) != (narrative_zh, narrative_en):
        report.narrative_zh, report.narrative_en = narrative_zh, narrative_en
        db.session.flush()
    return report


def submit(actor: Any, report: StatusReport) -> StatusReport:
    """Freeze what the report says, with the cut-off and the head of the record chain, and have its paper made."""
    # Of two that are submitted at once the second is judged by what the first has told.
    db.session.refresh(report.consortium, ["version"], with_for_update=True)
    LIFE.move(actor, report, "submit")
    failed = report.paper
    number = 1 if failed is None else int(failed.facts["version"]) + 1
    reference = report.reference if number == 1 else f"{report.reference}-{number}"
    basis = gather(report.consortium, report.starts_on, report.ends_on)
    said = facts.status_report(
        report, reference=reference, version=str(number), address=address(reference), author=actor.name, basis=basis
    )
    report.behind, report.submitted_at = sums.behind(basis), clock.now()
    name = report.consortium.names_pair
    report.paper = request_paper(
        actor, kind="status_report", reference=reference, subject=report, template=facts.TEMPLATE, facts=said, href=f"/reports/{report.id}",
        title_zh=f"进展报告　{report.label_zh}　{name['zh'] or name['en']}"[:300],
        title_en=f"Status report, {report.label_en}: {name['en'] or name['zh']}"[:300],
    )  # fmt: skip
    record(actor, "submitted", report, report.paper, facts=report.paper.facts_digest)
    return report


def reopen(actor: Any, report: StatusReport) -> StatusReport:
    """Write on at a report whose paper failed; what stood behind it stays, so that its two versions tell nothing by their difference."""
    advance(actor, LIFE, report, "reopen")
    return report


def facts_for(reference: str) -> tuple[str, dict[str, Any]]:
    """The template and facts of a report, or of the latest one of a consortium; as it stands now where it is not submitted."""
    report = queries.report_by(reference)
    consortium = None if report else consortium_by(reference)
    if consortium is not None:
        report = queries.latest(consortium) or _unwritten(consortium)
    if report is None:
        raise Missing(_l("There is no report and no consortium %(reference)s.", reference=reference))
    if report.paper is not None and report.state == "submitted":
        return report.paper.template, report.paper.facts
    return facts.TEMPLATE, facts.status_report(
        report, reference=report.reference, version="0", address=address(report.reference), author=""
    )


def _unwritten(consortium: Consortium) -> StatusReport:
    """A report that nobody opened, on the last full quarter; it is not kept."""
    if sentence := not_in_yuan(consortium):
        raise NotNow(sentence)
    starts_on, ends_on = periods.last_quarter(clock.today())
    label_zh, label_en = periods.named(starts_on, ends_on)
    return StatusReport(
        consortium=consortium, reference=consortium.reference, label_zh=label_zh, label_en=label_en, starts_on=starts_on, ends_on=ends_on,
        state="drafting", narrative_zh="", narrative_en="",
    )  # fmt: skip


def take(actor: Any, paper: Paper, form: str) -> bytes:
    """The bytes of an issued paper for somebody who takes them away, which is recorded; the right was asked at the door."""
    if paper.state != "issued":
        raise NotNow(_l("The paper is not issued yet."))
    found = content(paper)
    record(actor, "downloaded", paper, form=form, sha256=paper.sha256)
    return found


def tell_issued(paper: Paper) -> None:
    """Tell the table and the officers who oversee it that a report can be read; not who submitted it, whose job ends."""
    report = db.session.get_one(StatusReport, paper.subject_id)
    people = [seat.user for seat in seats(report.consortium)] + overseers(report.consortium)
    readers = {
        person.id: person for person in people if person.id != paper.requested_by_id and allowed(person, Action.VIEW, report)
    }  # fmt: skip
    sentence = _l(
        "%(consortium)s: the status report %(reference)s on %(first)s to %(last)s is issued.",
        consortium=str(report.consortium), reference=report.reference, first=report.starts_on, last=report.ends_on,
    )  # fmt: skip
    notify([readers[number] for number in sorted(readers)], sentence, f"/reports/{report.id}", report.consortium)


#: Excel and CSV are made of the facts that the paper froze.
TABLES = {"xlsx": sheets.xlsx, "csv": sheets.csv}
PAPERS = (PaperKind("status_report", _l("Status report"), "status-report", facts_for, TABLES, tell_issued),)
