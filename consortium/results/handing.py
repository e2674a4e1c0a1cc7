"""A result, or an outcome, goes to another firm of the project, which answers for it from then on; whose it is stays as it is."""

from __future__ import annotations

from typing import Any

from consortium.activity.services import record
from consortium.core.access import Action, require
from consortium.core.errors import NotNow, Refused
from consortium.core.words import _l, called
from consortium.organisations.models import Organisation
from consortium.people.queries import seated
from consortium.projects.queries import organisation as firm_of
from consortium.projects.services import refuse, takes_part
from consortium.projects.testimony import tell
from consortium.projects.workflow import while_open
from consortium.results import queries
from consortium.results.models import Outcome, Result


def hand_over(actor: Any, thing: Result | Outcome, *, organisation: Organisation, reason: str) -> Result | Outcome:
    """Give the lead of a result, or the care for an outcome, to another firm; for who plans the project, with a reason."""
    require(actor, Action.PLAN, thing)
    if sentence := while_open()(actor, thing):
        raise NotNow(sentence)
    if organisation.id == thing.organisation_id:
        refuse(_l("This organisation answers for it already."), "organisation", "organisation_id")
    takes_part(thing.project, organisation)
    if organisation not in queries.able_to_lead(thing.project):
        refuse(_l("%(name)s is not an active member of the consortium.", name=str(organisation)), "organisation", "organisation_id")  # fmt: skip
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    former, thing.organisation_id = thing.organisation_id, organisation.id
    record(
        actor,
        "handed over",
        thing,
        thing.project,
        organisation=organisation,
        before=firm_of(former),
        reason=reason.strip(),
    )
    sentence = _l("%(project)s: %(name)s is answered for by %(firm)s now.", project=called(thing.project), name=called(thing), firm=called(organisation))  # fmt: skip
    way = "results" if isinstance(thing, Result) else "outcomes"
    people = seated(thing.consortium_id, Action.REPORT, {organisation.id, former})
    tell(people, actor, sentence, thing, f"/{way}/{thing.id}")
    return thing
