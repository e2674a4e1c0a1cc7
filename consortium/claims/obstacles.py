"""What claims stand in the way of: changing a voucher that one of them holds, and letting a firm go whose claims are not decided on."""

from __future__ import annotations

from consortium.claims import queries
from consortium.claims.models import Claim
from consortium.consortia.models import Membership
from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.terms import either
from consortium.core.words import _l, listed
from consortium.logbook.models import Voucher
from consortium.projects.models import Participant

#: So many are named.
NAMED = 5


@stands_in_the_way_of("change_voucher")
def held(voucher: Voucher) -> list[object]:
    """A claim that is not rejected holds the voucher: what it asks for must not change under it."""
    claim = queries.holding(voucher)
    if claim is None:
        return []
    facts = {"number": claim.number, "period": claim.period}
    said = {
        "draft": _l("This voucher stands in claim #%(number)s of %(period)s, which is a draft. Discard that draft first.", **facts),
        "submitted": _l("This voucher stands in claim #%(number)s of %(period)s, which waits for its decision. Take that claim back first.", **facts),
        "queried": _l("This voucher stands in claim #%(number)s of %(period)s, about which something is asked. Take the voucher out when you answer, or take that claim back.", **facts),
        "accepted": _l("This voucher stands in claim #%(number)s of %(period)s, which was accepted. Ask those who decide on claims to take it up again; then you can take it back.", **facts),
    }  # fmt: skip
    return [said[claim.state]]


@stands_in_the_way_of("remove_voucher")
def stood(voucher: Voucher) -> list[object]:
    """A claim that was rejected or withdrawn stays on record with its vouchers."""
    claim = queries.latest_with(voucher)
    if claim is None:
        return []
    return [
        _l("This voucher stood in claim #%(number)s of %(period)s, which stays on record, and so does the voucher. It can be corrected while its month can be opened again.", number=claim.number, period=claim.period)
    ]  # fmt: skip


@stands_in_the_way_of("release")
def undecided(membership: Membership) -> list[object]:
    """Claims of a member that wait for a decision or for its answer: nobody could answer for it any more."""
    return _waiting(queries.in_hand(membership.organisation_id, membership.consortium_id))


@stands_in_the_way_of("leave")
def undecided_here(participant: Participant) -> list[object]:
    """The same in one project."""
    return _waiting(queries.in_hand(participant.organisation_id, participant.consortium_id, participant.project_id))


def _waiting(claims: list[Claim]) -> list[object]:
    if not claims:
        return []
    named = [f"{either(claim.project.title_zh, claim.project.title_en)} #{claim.number}" for claim in claims[:NAMED]]
    named += ["…"] if len(claims) > NAMED else []
    return [
        _l("Claims of this organisation are not decided on: %(names)s. Decide on them, or let the organisation take them back first.", names=listed(named))
    ]  # fmt: skip
