"""What people do with claims and payments: draw up, hand in, discard; query, accept, reject; note what was paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.activity.services import record
from consortium.claims import queries
from consortium.claims.carrying import agree, alone, carry, fit, room_of, take_away, trim
from consortium.claims.models import Claim, ClaimFile, ClaimLine, ClaimWord, Payment, PaymentKind
from consortium.claims.papers import PAPERS
from consortium.claims.queries import NONE
from consortium.claims.workflow import CLAIM, OPEN, may_claim
from consortium.core import clock
from consortium.core.access import Action, Actor, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.types import MOST_MONEY
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, _l, called
from consortium.logbook import queries as logbook
from consortium.organisations.models import Organisation
from consortium.plans.models import MoneySource
from consortium.projects.models import Project
from consortium.projects.queries import able, owners
from consortium.projects.testimony import attach, settle, tell
from consortium.projects.workflow import while_open

__all__ = [
    "PAPERS", "accept", "decide", "discard", "draw_up", "note_payment", "query", "reject", "remove_payment", "room_of", "submit",
    "withdraw",
]  # fmt: skip
FEN = Decimal("0.01")


def draw_up(
    actor: Actor, project: Project, *, starts_on: date, ends_on: date, organisation: Organisation | None = None, indirect: Decimal | None = None,
) -> Claim:  # fmt: skip
    """Draw up a claim of the own firm from the vouchers of confirmed months of a period that no claim holds yet.

    `indirect` is what is claimed beside them for indirect costs; where it is None, as much as the rule of the project's profile allows.
    """
    firm = organisation or _own(actor, project)
    require(actor, Action.REPORT, stake(project, firm.id))
    if sentence := while_open(may_claim)(actor, project):
        raise NotNow(sentence)
    first, last = starts_on.replace(day=1), logbook.last_day(ends_on.replace(day=1))
    if last < first:
        raise Refused("", ends_on=_l("The last month lies before the first one."))
    alone(project)
    vouchers = list(db.session.scalars(queries.unclaimed(project, firm.id, first, last)))
    if not vouchers:
        raise Refused(
            _l(
                "There is no voucher to claim in these months: only vouchers of confirmed months count, and each only once."
            )
        )
    whose = {"consortium_id": project.consortium_id, "organisation_id": firm.id}
    claim = Claim(
        **whose, project_id=project.id, project=project, number=queries.last_number(project, firm.id) + 1, starts_on=first, ends_on=last, state="draft"
    )  # fmt: skip
    claim.lines = [
        ClaimLine(**whose, voucher_id=row.id, voucher=row, live=True, amount=row.amount, verdict="", reason="", question="", answer="") for row in vouchers
    ]  # fmt: skip
    db.session.add(claim)
    db.session.flush()
    space = room_of(claim)
    if indirect is not None and indirect > space.left:
        raise Refused(
            "", indirect=_l("At most %(most)s yuan of indirect costs can be claimed here.", most=f"{space.left:,.2f}")
        )
    carry(claim, space.left if indirect is None else indirect)
    record(actor, "drew up a claim", claim, *claim.lines, *claim.shares, period=claim.period)
    return claim


def take_out(actor: Actor, claim: Claim, lines: Sequence[int]) -> Claim:
    """Take lines out of a claim that is drawn up or queried; their vouchers can be claimed again."""
    require(actor, Action.REPORT, claim)
    _changeable(claim)
    gone = [line for line in claim.lines if line.id in set(lines)]
    if not gone:
        return claim
    if len(gone) == len(claim.lines):
        raise Refused(
            "", drop=_l("A claim needs at least one voucher. Discard the claim instead, while it is a draft.")
        )
    alone(claim.project)
    changed = take_away(claim, gone)
    record(actor, "took vouchers out of a claim", claim, *changed, count=len(gone))
    trim(actor, claim)
    return claim


def discard(actor: Actor, claim: Claim) -> Project:
    """Throw a draft away; its vouchers can be claimed again. One that was handed in before stays on record, as withdrawn."""
    require(actor, Action.REPORT, claim)
    if claim.state != "draft":
        raise NotNow(_l("Only a draft can be discarded."))
    project, rows = claim.project, [*claim.lines, *claim.shares]
    if claim.words:
        step = CLAIM.move(actor, claim, "drop")
        _let_go(claim)
        record(actor, step.verb, claim, *claim.lines, to="withdrawn")
        return project
    db.session.delete(claim)
    record(actor, "discarded a claim", claim, *rows)
    return project


def withdraw(actor: Any, claim: Claim) -> Claim:
    """Take a claim back that is not decided on: it is a draft again, and does not count as claimed."""
    alone(claim.project)
    step = CLAIM.move(actor, claim, "withdraw")
    claim.submitted_on = None
    record(actor, step.verb, claim, to="draft")
    trim(actor, claim)
    sentence = _l("%(project)s: claim #%(number)s of %(firm)s was taken back.", **_named(claim), firm=_firm(claim))
    tell(able(claim, Action.SETTLE), actor, sentence, claim, f"/claims/{claim.id}")
    return claim


def submit(
    actor: Any, claim: Claim, *, note: str, files: Sequence[Upload] = (), again: Sequence[str] = (), free_of_secrets: bool = False,
    answers: Mapping[int, str] | None = None, drop: Sequence[int] = (),
) -> ClaimWord:  # fmt: skip
    """Hand a claim in, or in again with answers to what was asked about its lines; lines in `drop` are taken out of it."""
    if not note.strip():
        raise Refused("", note=_l("Say in a sentence or two what is claimed, or answer what was asked."))
    step = CLAIM.check(actor, claim, "submit")
    alone(claim.project)
    answered = _answered(claim, answers or {}, set(drop))
    gone = [line for line in claim.lines if line.id in set(drop)]
    if gone and len(gone) == len(claim.lines):
        raise Refused("", drop=_l("A claim needs at least one voucher."))
    touched = [*take_away(claim, gone), *answered] if gone else [*answered]
    cut = fit(claim)
    touched += cut
    CLAIM.place(claim, step)
    claim.submitted_on = claim.submitted_on or clock.today()
    said = "\n".join([note.strip(), *(f"{line.voucher.number}: {line.answer}" for line in answered)])
    if cut:
        now = sum((share.amount for share in claim.shares), NONE)
        said += "\n" + str(
            _l(
                "The indirect costs were cut to %(now)s yuan, which is all that the rule allows today.",
                now=f"{now:,.2f}",
            )
        )
    word = ClaimWord(
        consortium_id=claim.consortium_id, organisation_id=claim.organisation_id, claim=claim, note=said, reported_by_id=actor.id,
        reported_at=clock.now(), outcome="", reason="",
    )  # fmt: skip
    db.session.add(word)
    word.files += attach(ClaimFile, claim, claim.project_id, files, again)
    db.session.flush()
    record(
        actor, step.verb, claim, word, *word.files, *touched, to="submitted", files={file.name: file.sha256 for file in word.files},
        declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    if gone:
        trim(actor, claim)
    sentence = _l(
        "%(project)s: claim #%(number)s of %(firm)s waits for a decision.", **_named(claim), firm=_firm(claim)
    )
    tell(able(claim, Action.SETTLE), actor, sentence, claim, f"/claims/{claim.id}")
    return word


def query(
    actor: Any, claim: Claim, *, reason: str, questions: Mapping[int, str] | None = None, word_id: int | None = None
) -> Claim:
    """Ask something about a claim, and about single lines of it."""
    asked = {line: text.strip() for line in claim.lines if (text := (questions or {}).get(line.id, "")).strip()}
    if not reason.strip() and not asked:
        raise Refused("", note=_l("Say what is to be explained or completed, here or at the lines."))
    said = "\n".join(
        filter(None, [reason.strip(), *(f"{line.voucher.number}: {text}" for line, text in asked.items())])
    )
    word = settle(actor, CLAIM, claim, claim.words, "query", said, word_id)
    for line, text in asked.items():
        line.question, line.answer = text, ""
    record(actor, "queried a claim", claim, word, *asked, to="queried")
    sentence = _l(
        "%(project)s: something is asked about claim #%(number)s; answer it and hand it in again.", **_named(claim)
    )
    tell(owners(claim), actor, sentence, claim, f"/claims/{claim.id}")
    return claim


def accept(
    actor: Any, claim: Claim, *, note: str = "", accepted: Mapping[int, Decimal | None] | None = None, reasons: Mapping[int, str] | None = None,
    word_id: int | None = None,
) -> Claim:  # fmt: skip
    """Accept a claim: each line that `accepted` does not name whole, else cut to what it says of it, or refused with zero; what is less has its reason."""
    verdicts = _judged(claim, accepted or {}, reasons or {})
    word = settle(actor, CLAIM, claim, claim.words, "accept", note, word_id)
    alone(claim.project)
    for line, (amount, reason) in verdicts.items():
        line.accepted, line.reason = amount, reason
        line.verdict = "accepted" if amount == line.amount else "cut" if amount else "refused"
    agree(claim)
    claim.decided_on = clock.today()
    record(actor, "accepted a claim", claim, word, *claim.lines, *claim.shares, to="accepted")
    sentence = _l("%(project)s: claim #%(number)s is decided on; read what was accepted.", **_named(claim))
    tell(owners(claim), actor, sentence, claim, f"/claims/{claim.id}")
    return claim


def reject(actor: Any, claim: Claim, *, reason: str, word_id: int | None = None) -> Claim:
    """Reject a claim as a whole, also one whose firm does not answer; its vouchers can be claimed again."""
    if not reason.strip():
        raise Refused("", note=_l("Say why the claim is rejected."))
    alone(claim.project)
    said = "\n".join([*_unanswered(claim), reason.strip()])
    word = settle(actor, CLAIM, claim, claim.words, "reject", said, word_id)
    claim.decided_on = clock.today()
    _let_go(claim)
    record(actor, "rejected a claim", claim, word, *claim.lines, to="rejected")
    trim(actor, claim)
    sentence = _l(
        "%(project)s: claim #%(number)s was rejected; read why. Its vouchers can be claimed again.", **_named(claim)
    )
    tell(owners(claim), actor, sentence, claim, f"/claims/{claim.id}")
    return claim


def decide(
    actor: Any, claim: Claim, *, decision: str, note: str, word_id: int | None, accepted: Mapping[int, Decimal | None], reasons: Mapping[int, str],
) -> Claim:  # fmt: skip
    """Accept (`accept`), ask (`query`, with questions in `note` and `reasons`) or reject (`reject`) the claim that was read."""
    if decision == "accept":
        return accept(actor, claim, note=note, accepted=accepted, reasons=reasons, word_id=word_id)
    if decision == "query":
        return query(actor, claim, reason=note, questions=reasons, word_id=word_id)
    return reject(actor, claim, reason=note, word_id=word_id)


# Payments


def note_payment(
    actor: Any, project: Project, *, kind: PaymentKind, organisation: Organisation, paid_on: date, amount: Decimal, source: MoneySource,
    reference: str, note: str = "",
) -> Payment:  # fmt: skip
    """Note money that arrived for a project, or that was paid out to a member."""
    wrong: dict[str, object] = {}
    if not amount.is_finite() or amount <= 0:
        wrong["amount"] = _l("The amount must be above zero.")
    elif amount > MOST_MONEY or amount != amount.quantize(FEN):
        wrong["amount"] = _l("Money has at most two decimals (fen).")
    if paid_on > clock.today():
        wrong["paid_on"] = _l("This day lies in the future. Only what was paid is noted.")
    if not any(firm.id == organisation.id for firm in queries.firms(project)):
        wrong["organisation_id"] = _l("%(name)s takes no part in this project.", name=called(organisation))
    if kind is PaymentKind.ARRIVED and organisation.id != project.lead_id:
        wrong["organisation_id"] = _l("Money arrives at the leading organisation, which pays it out.")
    if wrong:
        raise Refused("", **wrong)
    row = Payment(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project_id=project.id, kind=kind, paid_on=paid_on, amount=amount,
        source=source, reference=reference.strip(), note=note.strip(), noted_by_id=actor.id,
    )  # fmt: skip
    db.session.add(row)
    record(actor, "noted a payment", row)
    if kind is PaymentKind.PAID_OUT:
        row.project = project
        sentence = _l("%(project)s: a payment to your organisation was noted.", project=called(project))
        tell(owners(row), actor, sentence, project, f"/projects/{project.id}/statement?firm={organisation.id}")
    return row


def remove_payment(actor: Actor, payment: Payment, *, reason: str) -> Project:
    """Take back a payment that was noted by mistake."""
    if not reason.strip():
        raise Refused("", reason=_l("Say why; it stays on record."))
    project = payment.project
    db.session.delete(payment)
    record(actor, "took back a payment", payment, why=reason.strip())
    return project


# What has to hold


def _own(actor: Actor, project: Project) -> Organisation:
    own = logbook.reporting(actor, project)
    if len(own) != 1:
        raise NotNow(_l("You claim for several organisations of this project. Choose one of them.") if own else _l("Your organisation takes no part in this project, so it has nothing to claim."))  # fmt: skip
    return own[0]


def _changeable(claim: Claim) -> None:
    if claim.state not in OPEN:
        raise NotNow(_l("This claim is “%(state)s” and cannot be changed now.", state=CLAIM.word(claim.state)))


def _let_go(claim: Claim) -> None:
    """Its vouchers can be claimed again."""
    for line in claim.lines:
        line.live = False


def _unanswered(claim: Claim) -> list[str]:
    """What was asked last and nobody answered, with who asked it: it stays beside the reason of who decides without the answer."""
    asked = [word for word in claim.words[-1:] if word.outcome == "queried"]
    return [f"{word.verified_by.name}: {word.reason}" for word in asked]


def _answered(claim: Claim, answers: Mapping[int, str], gone: set[int]) -> list[ClaimLine]:
    """The lines with new answers; Refused where one that was asked about has none."""
    waiting = [line for line in claim.lines if line.question and not line.answer and line.id not in gone]
    missing = {
        f"answer_{line.id}": _l("Answer what is asked, or take the voucher out.")
        for line in waiting
        if not answers.get(line.id, "").strip()
    }
    if missing:
        raise Refused("", **missing)
    for line in waiting:
        line.answer = answers[line.id].strip()
    return waiting


def _judged(
    claim: Claim, accepted: Mapping[int, Decimal | None], reasons: Mapping[int, str]
) -> dict[ClaimLine, tuple[Decimal, str]]:
    """Of each line how much is accepted, and why not all; Refused with a sentence at each that is wrong."""
    found: dict[ClaimLine, tuple[Decimal, str]] = {}
    wrong: dict[str, object] = {}
    for line in claim.lines:
        amount, reason = accepted.get(line.id, line.amount), reasons.get(line.id, "").strip()
        if amount is None:
            wrong[f"accepted_{line.id}"] = _l("Say how much is accepted: all of it, less, or 0.")
            continue
        if not amount.is_finite() or not 0 <= amount <= line.amount:
            wrong[f"accepted_{line.id}"] = _l(
                "Between 0 and %(most)s yuan can be accepted here.", most=f"{line.amount:,.2f}"
            )
        elif amount != amount.quantize(FEN):
            wrong[f"accepted_{line.id}"] = _l("Money has at most two decimals (fen).")
        elif amount < line.amount and not reason:
            wrong[f"reason_{line.id}"] = _l("Say why less is accepted than claimed.")
        elif amount == line.amount and reason:
            wrong[f"reason_{line.id}"] = _l(
                "All of this voucher would be accepted. Accept less of it, ask instead, or empty this field."
            )
        found[line] = amount, reason
    if wrong:
        raise Refused("", **wrong)
    return found


def _firm(claim: Claim) -> Lazy | str:
    return called(logbook.firm(claim.organisation_id))


def _named(claim: Claim) -> dict[str, object]:
    return {"project": called(claim.project), "number": claim.number}
