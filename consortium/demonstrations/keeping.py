"""What all changes of a demonstration have in common: when they are possible, which days fit, what an event says of them, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from consortium.activity.services import notify
from consortium.core import clock
from consortium.core.access import Action, Actor
from consortium.core.errors import NotNow, Refused
from consortium.core.words import Lazy, _l, called
from consortium.demonstrations.models import Demonstration, Matter
from consortium.demonstrations.reckoning import days_before, first_day, last_day
from consortium.demonstrations.workflow import ACCEPTED, confirmed
from consortium.people.belonging import staff
from consortium.people.queries import seated
from consortium.projects.testimony import tell
from consortium.projects.workflow import while_open

#: Days of a demonstration in the order in which they can come.
DAYS = ("contract_on", "delivered_on", "installed_on", "commissioned_on", "trial_on")
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
    """Refuse to change what rests, is closed or was given up."""
    if sentence := while_open(resting)(actor, demonstration):
        raise NotNow(sentence)
    if demonstration.stage == "given_up":
        raise NotNow(_l("The demonstration was given up. Take it up again before you change it."))


def before_acceptance(actor: Actor, demonstration: Demonstration) -> None:
    """Refuse to change what the user accepted, as well."""
    at_work(actor, demonstration)
    if demonstration.stage in ACCEPTED:
        raise NotNow(SETTLED)


def claim(demonstration: Demonstration) -> None:
    """Make its version move with what was added to it: of two who judged by the same record, the second is told that it changed."""
    flag_modified(demonstration, "stage")


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


@contextmanager
def heard(actor: Any, demonstration: Demonstration) -> Iterator[None]:
    """What is done inside is told to the people of the user, where a word that their organisation gave no longer stands after it."""
    user, stood = demonstration.user_organisation, _standing(demonstration)
    yield
    if not stood - _standing(demonstration):
        return
    if user is demonstration.user_organisation:
        tell_user(actor, demonstration, _l("What your organisation confirmed of %(product)s was changed. Read what stands there now and give your word again.",
                                           product=called(demonstration)))  # fmt: skip
    else:
        people = [*staff(user), *seated(demonstration.consortium_id, Action.CONFIRM, {user.id})]
        notify(list({one.id: one for one in people if one.id != actor.id}.values()),
               _l("Your organisation is no longer named as the user of %(product)s.", product=called(demonstration)))  # fmt: skip


def _standing(demonstration: Demonstration) -> set[Any]:
    return {word for matter in Matter if (word := confirmed(demonstration, matter)) is not None}


# Days


def another(demonstration: Demonstration, trial_on: date | None) -> date:
    """The first day of another trial: given, not ahead, and after all that is noted of the trials before."""
    if trial_on is None:
        raise Refused("", trial_on=_l("Give the first day of the new trial."))
    in_order(demonstration, trial_on=trial_on)
    last = last_day(demonstration)
    if last is not None and trial_on <= last:
        raise Refused("", trial_on=_l("The trial before has entries up to %(day)s; another one begins after that day.", day=last.isoformat()))  # fmt: skip
    return trial_on


def around(demonstration: Demonstration, installed_on: date | None, trial_on: date | None) -> None:
    """Refuse days of installation and trial that contradict what is noted of values, hours and failures."""
    if demonstration.installed_on != installed_on:
        first = min((row.on_day for one in demonstration.indicators for row in one.readings), default=None)
        if first is not None and (installed_on is None or installed_on > first):
            raise Refused("", installed_on=_l("A value of %(day)s is noted, so it was installed by then.", day=first.isoformat()))  # fmt: skip
    if demonstration.trial_on == trial_on:
        return
    first, before = first_day(demonstration), days_before(demonstration)
    if first is not None and (trial_on is None or trial_on > first):
        raise Refused("", trial_on=_l("The trial has an entry of %(day)s, so it began by then.", day=first.isoformat()))
    if before is not None and trial_on is not None and trial_on <= before:
        raise Refused("", trial_on=_l("The trial before has entries up to %(day)s; another one begins after that day.", day=before.isoformat()))  # fmt: skip


def in_order(demonstration: Demonstration, **wanted: date | None) -> None:
    """Refuse a day that lies in the future, or before one that has to come first; the sentence stands at a field of the form at hand."""
    days = {name: wanted.get(name, getattr(demonstration, name)) for name in DAYS}
    wrong: dict[str, object] = {}
    before: tuple[str, date] | None = None
    for name, day in days.items():
        if day is None:
            continue
        if name in wanted and day > clock.today():
            wrong[name] = _l("The day must not lie in the future.")
        elif before is not None and day < before[1]:
            at = name if name in wanted else before[0]
            wrong[at] = (
                _l("This day must not lie before the one that comes first, %(day)s.", day=before[1].isoformat())
                if at == name
                else _l("This day must not lie after the one that follows, %(day)s.", day=day.isoformat())
            )
        before = (name, day)
    if wrong:
        raise Refused("", **wrong)
