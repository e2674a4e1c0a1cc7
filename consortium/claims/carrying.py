"""The indirect costs that a claim carries beside its vouchers: as much as its rule leaves today, and cut where what they stand beside is gone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from consortium.activity.services import record
from consortium.claims import queries
from consortium.claims.indirect import Room, bounded, by_source, parted, room, weights_of
from consortium.claims.models import Claim, ClaimedIndirect, ClaimLine
from consortium.claims.queries import NONE
from consortium.claims.workflow import COUNTED
from consortium.core.db import db
from consortium.core.words import _l, called
from consortium.plans.models import CostCategory, MoneySource
from consortium.plans.money_rules import cap, profile_of
from consortium.projects.models import Project
from consortium.projects.queries import owners
from consortium.projects.testimony import tell


def alone(project: Project) -> None:
    """Two who claim or decide in one project at once do it one after the other, so that both see what indirect costs are taken."""
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())


def room_of(claim: Claim) -> Room:
    """How much indirect cost a claim may carry beside its own vouchers and all that is handed in; drafts of others may come to nothing."""
    heads = queries.direct(claim.project, claim.organisation_id, COUNTED, claim)
    for line in claim.lines:
        heads[line.voucher.category] = heads.get(line.voucher.category, NONE) + line.amount
    taken = queries.indirect(claim.project, claim.organisation_id, COUNTED, claim)
    return room(profile_of(claim.project), heads, taken)


def take_away(claim: Claim, gone: Sequence[ClaimLine]) -> list[Any]:
    """Take lines out, and as much of the indirect costs as is no longer allowed beside the rest."""
    for line in gone:
        claim.lines.remove(line)
    db.session.flush()
    before = list(claim.shares)
    amount = min(sum((share.amount for share in before), NONE), room_of(claim).left)
    carry(claim, amount)
    return [*gone, *before, *claim.shares]


def fit(claim: Claim) -> list[Any]:
    """Cut the indirect costs of a claim to what may be claimed today; answers the rows that change, none where it fits."""
    before = list(claim.shares)
    now, left = sum((share.amount for share in before), NONE), room_of(claim).left
    if now <= left:
        return []
    carry(claim, left)
    return [*before, *claim.shares]


def trim(actor: Any, gone: Claim) -> None:
    """Direct costs of a claim are gone: what its firm claimed for indirect costs beside them in other claims is cut to its cap, latest first.

    Of a claim that is accepted only what was claimed and not accepted goes; what was accepted has its cap in what was accepted.
    """
    project, firm = gone.project, gone.organisation_id
    db.session.flush()
    over = queries.indirect(project, firm, COUNTED) - cap(profile_of(project), queries.direct(project, firm, COUNTED))
    for claim in queries.others(gone, COUNTED):
        spare = {share: share.amount - (share.accepted or NONE) for share in claim.shares}
        parts = {share: part for share, part in parted(min(over, sum(spare.values(), NONE)), spare).items() if part > 0}
        if over <= 0 or not parts:
            continue
        over -= sum(parts.values())
        for share, part in parts.items():
            if part == share.amount:
                claim.shares.remove(share)
            else:
                share.amount -= part
        db.session.flush()
        record(actor, "cut indirect costs", claim, *parts, because=gone.title)
        sentence = _l("%(project)s: indirect costs in claim #%(number)s were cut to what is still allowed, since direct costs of another claim are gone.", project=called(claim.project), number=claim.number)  # fmt: skip
        tell(owners(claim), actor, sentence, claim, f"/claims/{claim.id}")


def carry(claim: Claim, amount: Decimal) -> None:
    """Let a claim carry an amount of indirect costs, parted by the sources of its vouchers."""
    parts, there = (
        by_source(profile_of(claim.project), amount, _direct(claim)),
        {share.source: share for share in claim.shares},
    )
    whose = {"consortium_id": claim.consortium_id, "organisation_id": claim.organisation_id}
    for source, share in there.items():
        if source not in parts:
            claim.shares.remove(share)
        else:
            share.amount = parts[source]
    claim.shares += [
        ClaimedIndirect(**whose, source=source, amount=part) for source, part in parts.items() if source not in there
    ]
    db.session.flush()


def agree(claim: Claim) -> None:
    """Accept of the indirect costs of a claim what the rule allows beside all that is accepted, by source: none where all direct costs of a source were refused."""
    project, firm = claim.project, claim.organisation_id
    db.session.flush()
    heads = queries.direct(project, firm, ("accepted",), accepted=True)
    space = room(profile_of(project), heads, queries.indirect(project, firm, ("accepted",), claim, accepted=True))
    claimed = {share.source: share.amount for share in claim.shares}
    weights = weights_of(profile_of(project), _direct(claim, accepted=True))
    parts = bounded(space.left, weights, claimed)
    for share in claim.shares:
        share.accepted = parts.get(share.source, NONE)


def _direct(claim: Claim, *, accepted: bool = False) -> dict[tuple[CostCategory, MoneySource], Decimal]:
    """The direct costs of a claim by head and source, or what is `accepted` of them."""
    direct: dict[tuple[CostCategory, MoneySource], Decimal] = {}
    for line in claim.lines:
        key, amount = (line.voucher.category, line.voucher.source), (line.accepted or NONE) if accepted else line.amount
        if amount:
            direct[key] = direct.get(key, NONE) + amount
    return direct
