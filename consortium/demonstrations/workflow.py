"""The life of a demonstration as a table, and what each of its steps needs, in sentences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consortium.core.access import Action, Actor
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Obstacle, Step, Workflow
from consortium.demonstrations.models import Confirmation, Demonstration, Matter, Purpose
from consortium.demonstrations.reckoning import latest, running, trial_of
from consortium.maturity.queries import level_of
from consortium.maturity.scale import gate
from consortium.projects.workflow import houses, while_open


@dataclass(frozen=True)
class Need:
    """One thing that a step needs: what it is called on the checklist, whether it is there, and what to do where it is not."""

    label: object
    there: Callable[[Demonstration], bool]
    lacking: Callable[[Demonstration], Lazy]


def said_of_this(demonstration: Demonstration, matter: Matter) -> Confirmation | None:
    """The last word of the present user organisation on a matter, agreeing or not, as long as what it was said of is what is there."""
    said = [
        row
        for row in demonstration.confirmations
        if row.matter is matter and row.organisation_id == demonstration.user_organisation_id
    ]
    return said[-1] if said and said[-1].about == about(demonstration, matter) else None


def confirmed(demonstration: Demonstration, matter: Matter) -> Confirmation | None:
    """The same where it agrees."""
    word = said_of_this(demonstration, matter)
    return word if word is not None and word.agrees else None


def about(demonstration: Demonstration, matter: Matter) -> str:
    """The digest of what a word on a matter is said of: product, user and site; at the acceptance contract, days, indicators and papers of the present trial, too."""
    row = demonstration
    said: list[Any] = [
        matter, row.title_zh, row.title_en, row.kind, row.level, row.catalogue, row.trl_start,
        row.user_organisation_id, row.site_name, row.site_region, row.site_address, row.replaces,
    ]  # fmt: skip
    if matter is Matter.ACCEPTANCE:
        price = None if row.contract_price is None else f"{row.contract_price:.2f}"
        days = (row.contract_on, row.delivered_on, row.installed_on, row.commissioned_on, row.trial_on)
        said += [row.contract_number, price, *(day and day.isoformat() for day in days), trial_of(row)]
        said += [_promised(indicator) for indicator in row.indicators]
        said += sorted({f"{file.purpose} {file.sha256}" for file in proofs(row)})
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _promised(indicator: Any) -> list[Any]:
    last = latest(indicator)
    measured = None if last is None else [last.value, last.on_day.isoformat()]
    return [
        indicator.id, indicator.title_zh, indicator.title_en, indicator.unit, indicator.direction, indicator.contract_value,
        indicator.reference_value, measured,
    ]  # fmt: skip


def proofs(demonstration: Demonstration) -> list[Any]:
    """Certificates and user's reports of the present trial: the papers that a word on the acceptance is said of."""
    now, asked = trial_of(demonstration), (Purpose.CERTIFICATE, Purpose.USER_REPORT)
    return [file for file in demonstration.files if file.purpose in asked and file.trial == now]


def has_file(demonstration: Demonstration, purpose: Purpose) -> bool:
    """Whether a certificate or a report of the present trial is there."""
    return any(file.purpose is purpose for file in proofs(demonstration))


def not_the_user(actor: Any, demonstration: Demonstration) -> Lazy | None:
    """Why a person cannot speak for the user organisation, if so: it has to belong to it, as that organisation itself confirmed, and sit there for no other."""
    user = demonstration.user_organisation_id
    if user is None:
        return _l("No user organisation is named yet.")
    own = houses(actor, demonstration.consortium_id)
    if demonstration.organisation_id in own:
        return _l("You belong to the maker. A person of the user organisation has to confirm this.")
    seats = {seat.organisation_id for seat in actor.seats if seat.consortium_id == demonstration.consortium_id}
    if user not in seats or actor.organisation_id not in (None, user):
        return _l("Only people of the user organisation confirm this, each with the own account.")
    if actor.organisation_id is None:
        return _l(
            "That you belong to the user organisation has to be confirmed first, by its people or by the administrator of the platform. Then you can give your word."
        )
    if own != {user}:
        return _l(
            "You sit here for another organisation, too. A person who sits here for the user organisation alone has to confirm this."
        )
    return None


def _said(sentence: Lazy) -> Callable[[Demonstration], Lazy]:
    return lambda _demonstration: sentence


def level(demonstration: Demonstration) -> int | None:
    """The readiness of the result that is shown, as far as it was assessed, else that of the project."""
    own = level_of(demonstration.result) if demonstration.result is not None else None
    return own if own is not None else level_of(demonstration.project)


def least_level() -> int:
    """The readiness that a trial asks for."""
    return gate("demonstration").level


def _level_lacks(demonstration: Demonstration) -> Lazy:
    found = level(demonstration)
    return _l(
        "The readiness level is %(level)s; a trial asks for level %(least)s.",
        level=_l("not known") if found is None else found,
        least=least_level(),
    )


def _unmeasured(demonstration: Demonstration) -> Lazy:
    names = [row.title for row in demonstration.indicators if latest(row) is None]
    if not names:
        return _l("Add the indicators that the contract promises, and measure them.")
    if trial_of(demonstration) > 1:
        return _l("In this trial no value is measured yet of “%(first)s”.", first=names[0])
    return _l("No value is measured yet of “%(first)s”.", first=names[0])


#: The word on the matching stands: of product, user and site as they are now. What is changed after it has to be confirmed again.
AGREED = Need(
    _l("The user organisation has confirmed the matching with its own account"), lambda d: confirmed(d, Matter.MATCHING) is not None,
    _said(_l("The user organisation has not confirmed the matching with its own account.")),
)  # fmt: skip

#: By step, what it needs; the page shows it as a checklist.
NEEDS: dict[str, tuple[Need, ...]] = {
    "match": (
        Need(_l("The user organisation is named"), lambda d: d.user_organisation_id is not None, _said(_l("Name the user organisation first."))),
        Need(_l("The site is named"), lambda d: bool(d.site_name), _said(_l("Name the site at which it is to run."))),
        AGREED,
    ),
    "contract": (
        AGREED,
        Need(_l("Number of the contract"), lambda d: bool(d.contract_number), _said(_l("Give the number of the contract."))),
        Need(_l("Day of the contract"), lambda d: d.contract_on is not None, _said(_l("Give the day of the contract."))),
    ),
    "deliver": (AGREED, Need(_l("Day of delivery"), lambda d: d.delivered_on is not None, _said(_l("Give the day of delivery.")))),
    "install": (
        AGREED,
        Need(_l("Day of installation"), lambda d: d.installed_on is not None, _said(_l("Give the day of installation."))),
        Need(_l("Day of commissioning"), lambda d: d.commissioned_on is not None, _said(_l("Give the day of commissioning."))),
    ),
    "try_out": (
        AGREED,
        Need(_l("First day of the trial"), lambda d: d.trial_on is not None, _said(_l("Give the first day of the trial."))),
        Need(_l("Readiness level high enough"), lambda d: (level(d) or 0) >= least_level(), _level_lacks),
        Need(_l("Indicators of the contract"), lambda d: bool(d.indicators), _said(_l("Add the indicators that the contract promises."))),
    ),
    "try_again": (
        AGREED,
        Need(_l("Readiness level high enough"), lambda d: (level(d) or 0) >= least_level(), _level_lacks),
        Need(_l("Indicators of the contract"), lambda d: bool(d.indicators), _said(_l("Add the indicators that the contract promises."))),
    ),
    "accept": (
        Need(_l("A measured value of each indicator"), lambda d: bool(d.indicators) and all(latest(row) for row in d.indicators), _unmeasured),
        Need(_l("Acceptance certificate"), lambda d: has_file(d, Purpose.CERTIFICATE), _said(_l("Add the acceptance certificate."))),
        Need(_l("User's report"), lambda d: has_file(d, Purpose.USER_REPORT), _said(_l("Add the user's report, or let the user organisation add it when it confirms."))),
        Need(_l("The user organisation has confirmed certificate and report with its own account"), lambda d: confirmed(d, Matter.ACCEPTANCE) is not None,
             _said(_l("The user organisation has not confirmed the present record, certificate and report with its own account."))),
    ),
    "stabilise": (
        Need(_l("Operating hours of this trial or since"), lambda d: running(d).hours > 0, _said(_l("Record the operating hours first."))),
    ),
    "replicate": (
        Need(_l("A follow-on order for another site"), lambda d: any(row.replicates for row in d.orders),
             _said(_l("Record a follow-on order by which the product goes to another site."))),
    ),
    "promote": (
        Need(_l("Record of the promotion"), lambda d: bool(d.promotion) and d.promoted_on is not None,
             _said(_l("Say in which catalogue or programme it was taken up, and on which day."))),
    ),
}  # fmt: skip


def needs(name: str) -> Obstacle:
    """The first thing that a step needs and lacks."""

    def lacking(_actor: Actor, demonstration: Any) -> object | None:
        if demonstration.consortium.stage == "suspended":
            return _l("The consortium is suspended; its work rests until it is resumed.")
        return next(
            (need.lacking(demonstration) for need in NEEDS.get(name, ()) if not need.there(demonstration)), None
        )

    return while_open(lacking)


def _step(name: str, source: str, target: str, label: Lazy, verb: str) -> Step:
    return Step(name, (source,), target, Action.DEMONSTRATE, label, needs(name), verb=verb)


#: The way that a demonstration should take.
MAIN = (
    "candidate",
    "matched",
    "contracted",
    "delivered",
    "installed",
    "trial",
    "accepted",
    "stable_operation",
    "replicated",
    "promoted",
)
#: Stages in which the user has accepted it.
ACCEPTED = MAIN[MAIN.index("accepted") :]
#: Stages from which it can be given up; a trial that began fails or is accepted.
BEFORE_TRIAL = ("candidate", "matched", "contracted", "delivered", "installed")
#: Stages after the matching in which its word is needed for the next step.
REMATCHED = ("matched", "contracted", "delivered", "installed", "failed")
#: Stages in which what the contract promises still may change.
BEFORE_TRIAL_ENDS = (*BEFORE_TRIAL, "trial")

DEMONSTRATION = Workflow(
    name="demonstration",
    column="stage",
    states={
        "candidate": (_l("Candidate"), "plan"), "matched": (_l("Matched"), "act"), "contracted": (_l("Contracted"), "act"),
        "delivered": (_l("Delivered"), "act"), "installed": (_l("Installed"), "act"), "trial": (_l("On trial"), "act"),
        "accepted": (_l("Accepted by the user"), "ok"), "stable_operation": (_l("Stable operation"), "ok"), "replicated": (_l("Replicated"), "ok"),
        "promoted": (_l("Promoted"), "ok"), "failed": (_l("Failed"), "bad"), "given_up": (_l("Given up"), "none"),
    },
    steps=(
        _step("match", "candidate", "matched", _l("Note it as matched"), "matched with a user"),
        _step("contract", "matched", "contracted", _l("Note the contract as signed"), "contracted the demonstration"),
        _step("deliver", "contracted", "delivered", _l("Note the delivery"), "delivered the product"),
        _step("install", "delivered", "installed", _l("Note the installation"), "installed the product"),
        _step("try_out", "installed", "trial", _l("Begin the trial"), "began the trial"),
        _step("accept", "trial", "accepted", _l("Note it as accepted"), "noted the acceptance"),
        Step("fail", ("trial",), "failed", Action.DEMONSTRATE, _l("Note that the trial failed"), needs("fail"), danger=True, reason=True, verb="noted the failure of the trial"),
        Step("try_again", ("failed",), "trial", Action.DEMONSTRATE, _l("Begin another trial"), needs("try_again"), reason=True, verb="began another trial"),
        Step("give_up", BEFORE_TRIAL, "given_up", Action.DEMONSTRATE, _l("Give the demonstration up"), needs("give_up"), danger=True, reason=True, verb="gave up the demonstration"),
        Step("take_up", ("given_up",), "candidate", Action.DEMONSTRATE, _l("Take the demonstration up again"), needs("take_up"), reason=True, verb="took up the demonstration again"),
        _step("stabilise", "accepted", "stable_operation", _l("Note stable operation"), "noted stable operation"),
        _step("replicate", "stable_operation", "replicated", _l("Note it as replicated"), "noted a replication"),
        _step("promote", "replicated", "promoted", _l("Note it as promoted"), "noted a promotion"),
    ),
)  # fmt: skip


#: Steps that lead away from that way, or back to its beginning.
ASIDE = ("fail", "give_up", "take_up")


def next_step(demonstration: Demonstration) -> Step | None:
    """The step that leads on the way that a demonstration should take."""
    found = (step for step in DEMONSTRATION.steps if demonstration.stage in step.sources and step.name not in ASIDE)
    return next(found, None)


def matter_at(demonstration: Demonstration) -> Matter | None:
    """What the user organisation can confirm in the present stage; the matching also later, where what it was said of was changed since."""
    if demonstration.stage == "trial":
        return Matter.ACCEPTANCE
    if demonstration.stage == "candidate":
        return Matter.MATCHING
    again = demonstration.stage in REMATCHED and confirmed(demonstration, Matter.MATCHING) is None
    return Matter.MATCHING if again else None
