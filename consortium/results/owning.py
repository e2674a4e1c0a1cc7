"""Whose a result is: shares are proposed, and each owner's own people agree, dispute their share, or give it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, allowed, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.words import _l, called
from consortium.organisations.models import Organisation
from consortium.people.queries import seated
from consortium.projects.queries import organisation
from consortium.projects.testimony import tell
from consortium.projects.workflow import houses
from consortium.results import queries
from consortium.results.models import Result, ResultOwner
from consortium.results.sharing import off, shown
from consortium.results.workflow import RESULT, SHARE

Shares = Mapping[Organisation, Fraction | None]


def propose(actor: Any, result: Result, *, shares: Shares) -> Result:
    """Say who owns which part; every owner is asked (again), and who proposes has thereby agreed for the own firm."""
    wanted = whole_shares(shares, queries.possible_owners(result.project, result.owners))
    before = {owner.organisation_id: owner for owner in result.owners}
    same = {number: owner.share for number, owner in before.items()} == {firm.id: part for firm, part in wanted.items()}
    if same and result.state != "disputed" and all(owner.state != "released" for owner in before.values()):
        raise NotNow(_l("These are the shares that are proposed already."))
    _leaves_out(actor, result, wanted)
    step = RESULT.move(actor, result, "propose")
    ordered = sorted(wanted, key=lambda firm: (-wanted[firm], firm.id))
    gone = [owner for number, owner in before.items() if number not in {firm.id for firm in ordered}]
    for owner in gone:
        result.owners.remove(owner)
        db.session.delete(owner)
    for place, firm in enumerate(ordered, 1):
        _ask(actor, result, before.get(firm.id), firm.id, wanted[firm], place)
    result.proposed_on, result.agreed_on = clock.today(), None
    flag_modified(result, "state")
    db.session.flush()
    record(actor, step.verb, result, *result.owners, *gone, shares={str(firm): shown(wanted[firm]) for firm in ordered})
    _tell_owners(actor, result, gone)
    if all(owner.state == "agreed" for owner in result.owners):
        _follow(actor, result)
    return result


def answer(actor: Any, owner: ResultOwner, step: str, *, reason: str = "") -> Result:
    """A firm's own word on its share: `agree`, or `dispute` and `release` with a reason that all read."""
    result = owner.result
    if SHARE.step(step).reason and not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    SHARE.check(actor, owner, step)  # before anything is written
    owner.reason = reason.strip() if SHARE.step(step).reason else ""
    owner.answered_by_id, owner.answered_at = actor.id, clock.now()
    taken = SHARE.move(actor, owner, step)
    firm = organisation(owner.organisation_id)
    record(
        actor,
        taken.verb,
        owner,
        result,
        to=taken.target,
        organisation=firm,
        reason=owner.reason,
        share=shown(owner.share),
    )
    if step == "dispute":
        sentence = _l("%(project)s: a share of result %(number)s is disputed; read why.", **_named(result))
        tell(_people(result), actor, sentence, result, f"/results/{result.id}")
    if step == "release":
        sentence = _l("%(project)s: %(name)s gives its share of result %(number)s up; new shares are to be proposed.", name=called(firm), **_named(result))  # fmt: skip
        tell(_people(result), actor, sentence, result, f"/results/{result.id}")
    _follow(actor, result)
    return result


def has_spoken(owner: ResultOwner) -> bool:
    """Whether a firm has said anything on its share, also on one that was proposed before, and has not given it up."""
    return owner.answered_at is not None and owner.state != "released"


def _leaves_out(actor: Any, result: Result, wanted: Mapping[Organisation, Fraction]) -> None:
    """Nobody is left out who has spoken: a firm gives its share up itself; for one that left, who plans the project and gains nothing by it."""
    still = {firm.id for firm in queries.able_to_lead(result.project)}
    own, kept = houses(actor, result.consortium_id), {firm.id: part for firm, part in wanted.items()}
    gains = any(kept.get(owner.organisation_id, Fraction(0)) > owner.share for owner in result.owners if owner.organisation_id in own)  # fmt: skip
    gains |= bool((own & kept.keys()) - {owner.organisation_id for owner in result.owners})
    wrong: dict[str, object] = {}
    for owner in result.owners:
        firm = owner.organisation_id
        if firm in kept or not has_spoken(owner) or allowed(actor, Action.REPORT, stake(result, firm)):
            continue
        name = called(organisation(firm))
        if firm in still:
            wrong[f"share_{firm}"] = _l("%(name)s has given its word on a share. It has to give the share up itself before it is left out.", name=name)  # fmt: skip
        elif gains or not allowed(actor, Action.PLAN, result.project):
            wrong[f"share_{firm}"] = _l("%(name)s has left, and its share stays. It is left out only by who plans the project and whose own organisation gains nothing by it.", name=name)  # fmt: skip
    if wrong:
        raise Refused("", **wrong)


def whole_shares(shares: Shares, possible: Iterable[Organisation]) -> dict[Organisation, Fraction]:
    """The shares above nothing; Refused with a sentence at the field of the last one where they are not the whole."""
    found = {firm: part for firm, part in shares.items() if part}
    known = {firm.id for firm in possible}
    if wrong := [firm for firm in found if firm.id not in known]:
        raise Refused(
            "",
            **{
                share_cell(firm): _l(
                    "%(name)s does not take part in this project. Let it join first.", name=called(firm)
                )
                for firm in wrong
            },
        )
    if not found:
        first = next(iter(shares), None)
        sentence = _l("Say who owns it: the shares of all owners together are the whole.")
        raise Refused(sentence) if first is None else Refused("", **{share_cell(first): sentence})
    if any(part < 0 for part in found.values()):
        raise Refused(
            "", **{share_cell(firm): _l("A share is above nothing.") for firm, part in found.items() if part < 0}
        )
    if sentence_off := off({str(firm.id): part for firm, part in found.items()}):
        raise Refused("", **{share_cell(list(found)[-1]): sentence_off})
    return found


def share_cell(firm: Organisation) -> str:
    """The name of the field for the share of a firm; sentences about it stand there."""
    return f"share_{firm.id}"


def _ask(actor: Any, result: Result, owner: ResultOwner | None, firm: int, part: Fraction, place: int) -> None:
    if owner is None:
        owner = ResultOwner(consortium_id=result.consortium_id, organisation_id=firm)
        result.owners.append(owner)
    owner.part, owner.of, owner.place, owner.reason = part.numerator, part.denominator, place, ""
    # Who proposes a share for the own firm agrees to it; all others are asked anew, whatever they said before.
    own = allowed(actor, Action.REPORT, stake(result, firm))
    if owner.state == "released":  # what was given up binds nobody when it is offered once more
        owner.answered_by_id, owner.answered_at = None, None
    owner.state = "agreed" if own else "asked"
    if own:  # who spoke on a share before stays known, see `has_spoken`
        owner.answered_by_id, owner.answered_at = actor.id, clock.now()
    if owner.id is not None:
        # What somebody read before this proposal is out of date, also where his own share is as it was.
        flag_modified(owner, "state")


def ask_again(actor: Any, result: Result) -> None:
    """Owners who agreed to what a result was before are asked once more, with the same shares."""
    owners = [owner for owner in result.owners if owner.state == "agreed"]
    if all(allowed(actor, Action.REPORT, stake(result, owner.organisation_id)) for owner in owners):
        return
    if result.state == "agreed":
        RESULT.move(actor, result, "propose")
        result.proposed_on, result.agreed_on = clock.today(), None
    for owner in owners:
        _ask(actor, result, owner, owner.organisation_id, owner.share, owner.place)
    flag_modified(result, "state")
    db.session.flush()
    record(actor, "asked the owners", result, *owners, to=result.state)
    asked = {owner.organisation_id for owner in owners if owner.state == "asked"}
    sentence = _l("%(project)s: result %(number)s was changed after your organisation agreed to its share; agree again, or dispute it.", **_named(result))  # fmt: skip
    tell(seated(result.consortium_id, Action.REPORT, asked), actor, sentence, result, f"/results/{result.id}#shares")


def _follow(actor: Any, result: Result) -> None:
    """Let the result stand where the words of its owners put it."""
    said = {owner.state for owner in result.owners}
    step = (
        "settle"
        if said == {"agreed"}
        else "contest"
        if "disputed" in said
        else {"disputed": "soothe", "agreed": "reopen"}.get(result.state, "")
    )
    # Two owners who answer at once must not both find that the other has not answered yet.
    flag_modified(result, "state")
    if not step or (step == "contest" and result.state == "disputed"):
        return
    taken = RESULT.move(actor, result, step)
    result.agreed_on = clock.today() if taken.target == "agreed" else None
    verb = {"agreed": "settled the ownership", "disputed": "contested the ownership", "proposed": "asked the owners"}[
        taken.target
    ]
    record(actor, verb, result, to=taken.target)
    if taken.target == "agreed":
        sentence = _l("%(project)s: all owners have agreed to their shares of result %(number)s.", **_named(result))
        tell(_people(result), actor, sentence, result, f"/results/{result.id}")


def _tell_owners(actor: Any, result: Result, gone: Iterable[ResultOwner]) -> None:
    href = f"/results/{result.id}#shares"
    asked = {owner.organisation_id for owner in result.owners if owner.state == "asked"}
    if asked:
        sentence = _l(
            "%(project)s: your organisation is asked to agree to its share of result %(number)s.", **_named(result)
        )
        tell(seated(result.consortium_id, Action.REPORT, asked), actor, sentence, result, href)
    if left := {owner.organisation_id for owner in gone}:
        sentence = _l(
            "%(project)s: by a new proposal your organisation has no share of result %(number)s any more.",
            **_named(result),
        )
        tell(seated(result.consortium_id, Action.REPORT, left), actor, sentence, result, href)


def _people(result: Result) -> list[Any]:
    firms = {result.organisation_id, *(owner.organisation_id for owner in result.owners)}
    return seated(result.consortium_id, Action.REPORT, firms)


def _named(result: Result) -> dict[str, object]:
    return {"project": called(result.project), "number": result.number}
