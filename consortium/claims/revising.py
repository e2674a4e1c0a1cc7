"""Taking up again a claim that was decided on: a slip of who decided, what an audit found, a credit note that came later."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from consortium.activity.services import record
from consortium.claims import queries
from consortium.claims.carrying import alone, carry, room_of
from consortium.claims.models import Claim, ClaimLine, ClaimWord
from consortium.claims.queries import NONE
from consortium.claims.workflow import CLAIM
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused, Stale
from consortium.core.words import _l, called, listed
from consortium.logbook.models import Voucher
from consortium.plans.money_rules import cap, profile_of
from consortium.projects.queries import owners
from consortium.projects.testimony import tell


def revise(actor: Any, claim: Claim, *, reason: str, word_id: int | None = None) -> Claim:
    """Take a claim up again that was accepted or rejected: it waits for its decision once more, and what was decided stays on record.

    `word_id` is the word on which the decision was made that the person has read.
    """
    if not reason.strip():
        raise Refused("", reason=_l("Say why; it stays on record."))
    alone(claim.project)
    db.session.refresh(claim, ["state", "version", "words"])
    if claim.words and word_id is not None and word_id != claim.words[-1].id:
        raise Stale(_l("Somebody has decided on this claim anew meanwhile. Read that decision first."))
    step = CLAIM.check(actor, claim, "revise")
    if claim.state == "rejected":
        _free_again(claim)
    else:
        _bears_nothing(claim)
    word = _said_again(actor, claim, reason.strip())
    CLAIM.place(claim, step)
    claim.decided_on = None
    for line in claim.lines:
        line.live, line.accepted, line.verdict, line.reason = True, None, "", ""
    before = list(claim.shares)
    for share in before:
        share.accepted = None
    db.session.flush()
    # The vouchers may have got another source meanwhile, and the rule may leave less room.
    carry(claim, min(sum((share.amount for share in before), NONE), room_of(claim).left))
    rows = dict.fromkeys([*claim.words, *claim.lines, *before, *claim.shares])
    record(actor, step.verb, claim, *rows, to="submitted", word=word.id)
    sentence = _l("%(project)s: claim #%(number)s was taken up again and waits for a new decision; read why.", project=called(claim.project), number=claim.number)  # fmt: skip
    tell(owners(claim), actor, sentence, claim, f"/claims/{claim.id}")
    return claim


def _free_again(claim: Claim) -> None:
    """A rejected claim let its vouchers go: they may stand in another claim by now, or say something else."""
    taken = [line for line in claim.lines if queries.holding(line.voucher) is not None]
    if taken:
        raise NotNow(
            _l("These vouchers stand in another claim by now: %(numbers)s. Decide on that one instead.", numbers=_numbers(taken))
        )  # fmt: skip
    opened = [line for line in claim.lines if line.voucher.log.state != "confirmed"]
    if opened:
        raise NotNow(
            _l("The months of these vouchers were opened again: %(numbers)s. Once they are confirmed, the organisation can claim them anew.", numbers=_numbers(opened))
        )  # fmt: skip
    project, firm = claim.project, claim.organisation_id
    query = queries.unclaimed(project, firm, claim.starts_on, claim.ends_on)
    possible = set(db.session.scalars(query.with_only_columns(Voucher.id).order_by(None)))
    changed = [line for line in claim.lines if line.voucher.amount != line.amount or line.voucher_id not in possible]
    if changed:
        raise NotNow(
            _l("These vouchers were changed since: %(numbers)s. Let the organisation claim them anew.", numbers=_numbers(changed))
        )  # fmt: skip


def _bears_nothing(claim: Claim) -> None:
    """Indirect costs that were accepted in other claims must not lose the accepted direct costs that carry them."""
    over, before = _over(claim, claim), _over(claim, None)
    if over <= max(before, NONE):
        return
    others = [other for other in queries.others(claim, ("accepted",)) if any(share.accepted for share in other.shares)]
    named = listed(f"#{other.number}" for other in others)
    raise NotNow(
        _l("Indirect costs that were accepted in other claims of this organisation rest on this one. Take those up again first: %(numbers)s.", numbers=named)
    )  # fmt: skip


def _over(claim: Claim, besides: Claim | None) -> Decimal:
    """By how much the accepted indirect costs of the firm are above their cap, counted without one claim."""
    project, firm = claim.project, claim.organisation_id
    direct = queries.direct(project, firm, ("accepted",), besides, accepted=True)
    taken = queries.indirect(project, firm, ("accepted",), besides, accepted=True)
    return taken - cap(profile_of(project), direct)


def _said_again(actor: Any, claim: Claim, reason: str) -> ClaimWord:
    """The word of the firm once more, for the new finding; the old one keeps what was decided on it, line by line, and why it is taken up again."""
    old = claim.words[-1]
    cut = [f"{line.voucher.number}: ¥{line.accepted or NONE:,.2f} · {line.reason}" for line in claim.lines if line.verdict in ("cut", "refused")]  # fmt: skip
    old.reason = "\n".join(filter(None, [old.reason, *cut, f"{actor.name}: {reason}"]))
    word = ClaimWord(
        consortium_id=claim.consortium_id, organisation_id=claim.organisation_id, claim=claim, note=old.note, reported_by_id=old.reported_by_id,
        reported_at=old.reported_at, outcome="", reason="",
    )  # fmt: skip
    db.session.add(word)
    db.session.flush()
    return word


def _numbers(lines: list[ClaimLine]) -> str:
    return listed(line.voucher.number for line in lines)
