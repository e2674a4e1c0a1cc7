"""What all changes of a demonstration have in common: when they are possible, what an event says of them, and who is told."""

from __future__ import annotations

from typing import Any

from consortium.activity.services import notify
from consortium.core.access import Action, Actor
from consortium.core.errors import NotNow
from consortium.core.words import Lazy, _l
from consortium.demonstrations.models import Demonstration
from consortium.demonstrations.workflow import ACCEPTED
from consortium.people.belonging import staff
from consortium.people.queries import seated
from consortium.projects.testimony import tell
from consortium.projects.workflow import while_open

#: What the page says of it, too.
SETTLED = _l(
    "The user organisation has accepted it, so product, site, contract, days, indicators and measured values stay as they are. Lessons, promotion, orders, hours, failures and later years go on."
)


def resting(_actor: Actor, demonstration: Any) -> Lazy | None:
    """Demonstrations outlive their project, but rest with their consortium."""
    if demonstration.consortium.stage == "suspended":
        return _l("The consortium is suspended; its work rests until it is resumed.")
    return None


def at_work(actor: Actor, demonstration: Demonstration) -> None:
    """Refuse to change what rests or is closed."""
    if sentence := while_open(resting)(actor, demonstration):
        raise NotNow(sentence)


def before_acceptance(actor: Actor, demonstration: Demonstration) -> None:
    """Refuse to change what the user accepted, as well."""
    at_work(actor, demonstration)
    if demonstration.stage in ACCEPTED:
        raise NotNow(SETTLED)


def changed(row: Any, **wanted: Any) -> dict[str, Any]:
    """Set what differs; the answer is what was changed, `{name: [before, after]}`, for the event, so no amount may pass here."""
    found = {name: [getattr(row, name), value] for name, value in wanted.items() if getattr(row, name) != value}
    for name, (_, value) in found.items():
        setattr(row, name, value)
    return found


def tell_parties(actor: Any, demonstration: Demonstration, action: Action, sentence: Lazy) -> None:
    """Tell those of maker (and coordinators) who keep it, or those of the user who confirm it."""
    table, maker, user = demonstration.consortium_id, demonstration.organisation_id, demonstration.user_organisation_id
    if action is Action.CONFIRM:
        people = seated(table, action, {user}) if user is not None else []
    else:
        people = seated(table, action, {maker}) + seated(table, Action.MANAGE)
    unique = {person.id: person for person in people}
    tell(unique.values(), actor, sentence, demonstration, f"/demonstrations/{demonstration.id}")


def tell_user(actor: Any, demonstration: Demonstration, sentence: Lazy) -> None:
    """Tell all people of the user organisation what was said for it, those who have no seat here as well; they get the sentence without the page."""
    tell_parties(actor, demonstration, Action.CONFIRM, sentence)
    told = {actor.id, *(one.id for one in seated(demonstration.consortium_id, Action.CONFIRM, {demonstration.user_organisation_id or 0}))}  # fmt: skip
    notify([one for one in staff(demonstration.user_organisation) if one.id not in told], sentence)
