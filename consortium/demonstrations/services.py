"""What people do with a demonstration: begin it, keep its record, confirm it for the user, and move it along. (Operation: `operating`; money: `supporting`.)"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, Actor, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused, Stale
from consortium.core.regions import regions
from consortium.core.terms import OrganisationKind
from consortium.core.types import MOST_MONEY
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, _l, called
from consortium.demonstrations import queries
from consortium.demonstrations.keeping import (
    another,
    around,
    at_work,
    before_acceptance,
    changed,
    claim,
    heard,
    in_order,
    resting,
    tell_parties,
    tell_user,
)
from consortium.demonstrations.models import (
    Confirmation,
    Demonstration,
    DemonstrationFile,
    Matter,
    ProductKind,
    Purpose,
    Recognition,
    StageReached,
)
from consortium.demonstrations.reckoning import at_site, begun, trial_of
from consortium.demonstrations.workflow import DEMONSTRATION, about, has_file, matter_at, not_the_user
from consortium.organisations.models import Organisation
from consortium.projects.models import Project
from consortium.projects.queries import involved
from consortium.projects.testimony import attach
from consortium.projects.workflow import while_open
from consortium.results.models import Result

#: What a stage needs and must not lose any more: field, and the stages in which it may still be blank.
KEPT = {
    "contract_number": ("candidate", "matched"), "contract_on": ("candidate", "matched"),
    "delivered_on": ("candidate", "matched", "contracted"), "installed_on": ("candidate", "matched", "contracted", "delivered"),
    "commissioned_on": ("candidate", "matched", "contracted", "delivered"),
    "trial_on": ("candidate", "matched", "contracted", "delivered", "installed"),
}  # fmt: skip


def begin(
    actor: Any, project: Project, *, organisation: Organisation, title_zh: str, title_en: str, kind: ProductKind, level: Recognition,
    trl_start: int, catalogue: str = "", result: Result | None = None,
) -> Demonstration:  # fmt: skip
    """Enter a product of a firm of the project as a candidate."""
    require(actor, Action.DEMONSTRATE, stake(project, organisation.id))
    if sentence := while_open(resting)(actor, project):
        raise NotNow(sentence)
    if project.stage == "stopped":
        raise NotNow(_l("The project was stopped; no product of it is entered any more."))
    if all(firm.id != organisation.id for firm in involved(project)):
        raise Refused("", organisation_id=_l("%(name)s does not take part in this project.", name=str(organisation)))
    _product(project, title_zh, title_en, trl_start, result)
    _own_result(organisation.id, result)
    row = Demonstration(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, number=queries.next_number(project.consortium_id),
        title_zh=title_zh, title_en=title_en, kind=kind, level=level, trl_start=trl_start, catalogue=catalogue, result=result, stage="candidate",
    )  # fmt: skip
    db.session.add(row)
    reached = _reach(row)
    record(actor, "began a demonstration", row, project, reached, kind=kind, level=level, organisation=organisation)
    return row


def amend(
    actor: Actor, demonstration: Demonstration, *, title_zh: str, title_en: str, kind: ProductKind, level: Recognition, trl_start: int,
    catalogue: str, result: Result | None,
) -> Demonstration:  # fmt: skip
    """Change what is said of the product; the result that it shows stays once a contract stands on it."""
    before_acceptance(actor, demonstration)
    _product(demonstration.project, title_zh, title_en, trl_start, result)
    if demonstration.result is not result:
        if demonstration.stage not in ("candidate", "matched"):
            raise Refused("", result_id=_l("The contract is signed, so the result that is shown stays."))
        _own_result(demonstration.organisation_id, result)
    with heard(actor, demonstration):
        facts = changed(
            demonstration, title_zh=title_zh, title_en=title_en, kind=kind, level=level, trl_start=trl_start, catalogue=catalogue
        )  # fmt: skip
    if demonstration.result is not result:
        facts["result"] = [str(demonstration.result or ""), str(result or "")]
        demonstration.result = result
    return _kept(actor, demonstration, facts)


def place(
    actor: Actor, demonstration: Demonstration, *, user_organisation: Organisation | None, site_name: str, site_region: str, site_address: str, replaces: str,
) -> Demonstration:  # fmt: skip
    """Say who uses the product, where, and what it replaces."""
    before_acceptance(actor, demonstration)
    if user_organisation is not None and user_organisation.kind is OrganisationKind.AUTHORITY:
        _at_user(_l("An authority oversees consortia and cannot be the user of a product."))
    if user_organisation is not None and user_organisation.id == demonstration.organisation_id:
        _at_user(_l("The maker cannot be the user of its own product: choose another organisation."))
    number = user_organisation.id if user_organisation else None
    if demonstration.stage != "candidate" and number != demonstration.user_organisation_id:
        _at_user(_l("The user organisation has confirmed the matching, so it stays."))
    if number != demonstration.user_organisation_id and at_site(demonstration):
        _at_user(_l("Hours, failures or values of this user's site are noted already, so the user stays. Record a demonstration of its own for another one."))  # fmt: skip
    agreed = demonstration.contract_number or demonstration.contract_on or demonstration.contract_price is not None
    if agreed and demonstration.user_organisation_id not in (None, number):
        _at_user(_l("The contract was agreed with the user named so far. Empty its number, day and price first."))
    if demonstration.stage != "candidate" and not site_name.strip():
        raise Refused("", site_name=_l("The demonstration is matched, so its site stays named."))
    if site_region and site_region not in regions():
        raise Refused("", site_region=_l("This choice is not on the list; please choose again."))
    with heard(actor, demonstration):
        facts = changed(
            demonstration, site_name=site_name, site_region=site_region, site_address=site_address, replaces=replaces
        )
        if number != demonstration.user_organisation_id:
            facts["user_organisation"] = str(user_organisation or "")
            demonstration.user_organisation = user_organisation
            demonstration.user_organisation_id = number
    return _kept(actor, demonstration, facts)


def contract(
    actor: Actor,
    demonstration: Demonstration,
    *,
    contract_number: str,
    contract_on: date | None,
    contract_price: Decimal | None,
) -> Demonstration:
    """Keep number, day and price of the contract; the price stands in no event."""
    before_acceptance(actor, demonstration)
    _stay(demonstration, contract_number=contract_number, contract_on=contract_on)
    in_order(demonstration, contract_on=contract_on)
    amounts(contract_price=contract_price)
    with heard(actor, demonstration):
        facts = changed(demonstration, contract_number=contract_number, contract_on=contract_on)
        if contract_price != demonstration.contract_price:
            demonstration.contract_price, facts["price_changed"] = contract_price, True
    return _kept(actor, demonstration, facts)


def schedule(
    actor: Actor, demonstration: Demonstration, *, delivered_on: date | None, installed_on: date | None, commissioned_on: date | None,
    trial_on: date | None,
) -> Demonstration:  # fmt: skip
    """Keep the days of delivery, installation, commissioning and trial."""
    before_acceptance(actor, demonstration)
    days = {
        "delivered_on": delivered_on, "installed_on": installed_on, "commissioned_on": commissioned_on, "trial_on": trial_on,
    }  # fmt: skip
    _stay(demonstration, **days)
    in_order(demonstration, **days)
    around(demonstration, installed_on, trial_on)
    with heard(actor, demonstration):
        facts = changed(demonstration, **days)
    others: list[Any] = []
    if "trial_on" in facts and (since := begun(demonstration)) is not None:
        others = [step for step in demonstration.steps if step.stage == "trial" and step.since == since][-1:]
        for step in others:
            step.since = demonstration.trial_on or step.since
    return _kept(actor, demonstration, facts, *others)


def conclude(
    actor: Actor, demonstration: Demonstration, *, lessons: str, promotion: str, promoted_on: date | None
) -> Demonstration:
    """Keep what was learnt, and how the product was promoted."""
    at_work(actor, demonstration)
    if promoted_on is not None and promoted_on > clock.today():
        raise Refused("", promoted_on=_l("The day must not lie in the future."))
    if demonstration.stage == "promoted" and not (promotion.strip() and promoted_on):
        raise Refused("", promotion=_l("The demonstration is noted as promoted, so what promoted it and the day stay."))
    facts = changed(demonstration, lessons=lessons, promotion=promotion, promoted_on=promoted_on)
    return _kept(actor, demonstration, facts)


def add_files(
    actor: Any,
    demonstration: Demonstration,
    *,
    purpose: Purpose,
    files: Sequence[Upload],
    free_of_secrets: bool = False,
) -> Demonstration:
    """Add files of one purpose; they stay, and a newer certificate or report has to be confirmed by the user anew."""
    at_work(actor, demonstration)
    if not files:
        raise Refused("", files=_l("Choose at least one file."))
    if purpose in (Purpose.CERTIFICATE, Purpose.USER_REPORT) and demonstration.stage not in ("trial", "failed"):
        raise Refused("", purpose=_l("Certificate and user's report are added while the trial runs; now the stage is “%(stage)s”.",
                                     stage=DEMONSTRATION.word(demonstration.stage)))  # fmt: skip
    with heard(actor, demonstration):
        rows = filed(actor, demonstration, purpose, files)
    claim(demonstration)
    record(
        actor, "added files", demonstration, *rows, purpose=purpose, files={row.name: row.sha256 for row in rows},
        declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    return demonstration


def filed(
    actor: Any, demonstration: Demonstration, purpose: Purpose, files: Sequence[Upload]
) -> list[DemonstrationFile]:
    """Rows for new files of a demonstration; the caller records them."""
    rows = attach(DemonstrationFile, demonstration, demonstration.project_id, files, ())
    for row in rows:
        row.purpose, row.added_by_id, row.trial = purpose, actor.id, trial_of(demonstration)
    demonstration.files += rows
    db.session.flush()
    return rows


def confirm(
    actor: Any,
    demonstration: Demonstration,
    *,
    decision: str,
    words: str,
    files: Sequence[Upload] = (),
    free_of_secrets: bool = False,
    read: str | None = None,
) -> Demonstration:
    """Say for the user organisation, with the own account, that matching or acceptance is so (`decision` is `agree`) or is not (`object`).

    What is confirmed follows from the stage; at the acceptance `files` are the user's report. `read` is the digest of what the page showed.
    """
    at_work(actor, demonstration)
    matter = matter_at(demonstration)
    if matter is None:
        raise NotNow(_l("Nothing waits for a confirmation of the user organisation now."))
    if sentence := not_the_user(actor, demonstration):
        raise NotNow(sentence)
    if read is not None and read != about(demonstration, matter):
        raise Stale(_l("What you are asked to confirm was changed meanwhile. Your words are still here; read what stands there now before you send them."))  # fmt: skip
    if not words.strip():
        raise Refused("", words=_l("Say in a sentence what you confirm, or why you do not."))
    agrees = decision == "agree"
    if matter is Matter.ACCEPTANCE and agrees:
        if not has_file(demonstration, Purpose.CERTIFICATE):
            raise NotNow(_l("There is no acceptance certificate yet. Confirm once it is there and you have read it."))
        if not files and not has_file(demonstration, Purpose.USER_REPORT):
            raise Refused("", files=_l("Add the user's report, so that it is confirmed with the certificate."))
    if matter is Matter.MATCHING and files:
        raise Refused("", files=_l("The matching is confirmed without files."))
    rows = filed(actor, demonstration, Purpose.USER_REPORT, files) if files else []
    word = Confirmation(
        consortium_id=demonstration.consortium_id, organisation_id=demonstration.user_organisation_id, demonstration=demonstration, matter=matter,
        agrees=agrees, words=words.strip(), about=about(demonstration, matter), said_by_id=actor.id, said_at=clock.now(),
    )  # fmt: skip
    db.session.add(word)
    db.session.flush()
    verb = "confirmed for the user" if agrees else "objected for the user"
    claim(demonstration)
    record(
        actor, verb, demonstration, word, *rows, matter=matter, organisation=demonstration.user_organisation,
        files={row.name: row.sha256 for row in rows}, declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    sentence = (
        _l("%(name)s has confirmed for the user: %(product)s.", name=actor.name, product=called(demonstration))
        if agrees
        else _l(
            "%(name)s has objected for the user: %(product)s. Read why.", name=actor.name, product=called(demonstration)
        )
    )
    tell_parties(actor, demonstration, Action.DEMONSTRATE, sentence)
    tell_user(actor, demonstration, sentence)
    return demonstration


def move(
    actor: Any, demonstration: Demonstration, step: str, *, reason: str = "", trial_on: date | None = None
) -> Demonstration:
    """Take a demonstration one step along its life; the user organisation hears when something waits for it. Another trial has its own first day."""
    taken = DEMONSTRATION.check(actor, demonstration, step)
    if taken.reason and not reason.strip():
        raise Refused("", reason=_l("Please give the reason; the others will read it."))
    before, why = demonstration.stage, reason.strip()
    said: dict[str, Any] = {"from": before, "to": taken.target} | ({"reason": why} if why else {})
    if taken.name == "try_again":
        demonstration.trial_on = said["trial_on"] = another(demonstration, trial_on)
    DEMONSTRATION.place(demonstration, taken)
    reached = _reach(demonstration, taken.target, why)
    if taken.name == "try_again":
        # From this day on everything counts for the new trial, and nothing before it.
        reached.since = said["trial_on"]
    record(actor, taken.verb, demonstration, reached, **said)
    sentence = _l("%(product)s is now at the stage “%(stage)s”.", product=called(demonstration), stage=DEMONSTRATION.word(taken.target))  # fmt: skip
    tell_parties(actor, demonstration, Action.DEMONSTRATE, sentence)
    tell_parties(actor, demonstration, Action.CONFIRM, sentence)
    return demonstration


# What has to hold


def _reach(row: Demonstration, stage: str = "candidate", reason: str = "") -> StageReached:
    reached = StageReached(
        consortium_id=row.consortium_id, organisation_id=row.organisation_id, demonstration=row, stage=stage, since=clock.today(), reason=reason
    )  # fmt: skip
    db.session.add(reached)
    return reached


def _kept(actor: Actor, demonstration: Demonstration, facts: dict[str, Any], *others: Any) -> Demonstration:
    if facts:
        record(actor, "amended", demonstration, demonstration.project, *others, **facts)
    return demonstration


def _product(project: Project, title_zh: str, title_en: str, trl_start: int, result: Result | None) -> None:
    if not (title_zh.strip() or title_en.strip()):
        raise Refused("", title_zh=_l("Give the product a name in Chinese or in English."))
    if not 1 <= trl_start <= 9:
        raise Refused("", trl_start=_l("Readiness levels go from 1 to 9."))
    if result is not None and result.project_id != project.id:
        raise Refused("", result_id=_l("The result has to be one of the same project."))


def _own_result(maker: int, result: Result | None) -> None:
    """Refuse a result that is not the maker's: its readiness says nothing of the maker's product."""
    if result is None or maker in {result.organisation_id, *(owner.organisation_id for owner in result.owners)}:
        return
    raise Refused(
        "", result_id=_l("The maker neither leads this result nor owns a share of it. Choose one of its own.")
    )


def _at_user(sentence: Lazy) -> None:
    raise Refused("", user_organisation_id=sentence)


def _stay(demonstration: Demonstration, **wanted: Any) -> None:
    lost = [name for name, value in wanted.items() if not value and demonstration.stage not in KEPT[name]]
    if lost:
        sentence = _l("The stage is “%(stage)s”, which needs this.", stage=DEMONSTRATION.word(demonstration.stage))
        raise Refused("", **dict.fromkeys(lost, sentence))


def amounts(**wanted: Decimal | None) -> None:
    """Refuse amounts that no column holds, at their fields."""
    wrong = {
        name: _l("Money has at most two decimals (fen), is not negative and not too large.")
        for name, amount in wanted.items()
        if amount is not None and not (amount.is_finite() and 0 <= amount <= MOST_MONEY and amount == round(amount, 2))
    }
    if wrong:
        raise Refused("", **wrong)
