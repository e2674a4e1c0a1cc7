"""How pages of all features show claims: the words of events, the tab of a project, and in which claim a voucher stands.

The feed and the search do not tell of claims: what a firm claims is no matter of those who sit beside it.
"""

from __future__ import annotations

from typing import Any

from consortium.claims import queries, tables
from consortium.core.access import Actor
from consortium.core.features import Card, Tab
from consortium.core.words import _l
from consortium.logbook.models import Voucher

#: Past-tense verbs; `%(subject)s` is what it was done to.
VERBS = {
    "accepted a claim": _l("decided on claim %(subject)s"),
    "cut indirect costs": _l("cut the indirect costs of claim %(subject)s"),
    "discarded a claim": _l("discarded the draft of claim %(subject)s"),
    "drew up a claim": _l("drew up claim %(subject)s"),
    "handed in a claim": _l("handed in claim %(subject)s"),
    "noted a payment": _l("noted a payment of %(subject)s"),
    "queried a claim": _l("asked something about claim %(subject)s"),
    "rejected a claim": _l("rejected claim %(subject)s"),
    "took a claim back": _l("took back claim %(subject)s"),
    "took back a payment": _l("took back the payment of %(subject)s"),
    "took up a claim again": _l("took up claim %(subject)s again"),
    "took vouchers out of a claim": _l("took vouchers out of claim %(subject)s"),
    "withdrew a claim": _l("discarded claim %(subject)s"),
}
#: Those who sit beside a firm do not hear of any of this.
KEPT_VERBS = tuple(VERBS)
#: Verbs after which the row that they are about is gone.
REMOVING = ("discarded a claim", "took back a payment")

PROJECT_TABS = (Tab(_l("Claims"), "claims.of_project", 82),)


def of_voucher(actor: Actor, voucher: Voucher) -> dict[str, Any]:
    """The claims in which a voucher stands, each with its line and the word for its state."""
    return {"rows": [(claim, line, tables.state(claim)) for claim, line in queries.standing(actor, voucher)]}


CARDS = {"voucher": (Card("claims/_of_voucher.html", of_voucher),)}
