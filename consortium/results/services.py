"""What firms do with results: enter them, propose whose they are, agree to a share or dispute it. (Outcomes: `registering`; background: `declaring`.)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from consortium.activity.services import record
from consortium.consortia.obstacles import obstacles
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.uploads import Upload
from consortium.core.words import _l, listed
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable
from consortium.people.queries import seated
from consortium.projects import levels
from consortium.projects.models import Project
from consortium.projects.queries import organisation
from consortium.projects.services import change, takes_part, titled
from consortium.projects.testimony import attach, tell
from consortium.projects.workflow import houses, while_open
from consortium.results import queries
from consortium.results.declaring import declare, keep_effect, redeclare, withdraw
from consortium.results.handing import hand_over
from consortium.results.models import Background, BackgroundUse, Result, ResultFile, ResultKind, ResultOwner
from consortium.results.registering import (
    add_outcome_files,
    amend_outcome,
    enter_outcome,
    hold_anew,
    move_outcome,
    remove_outcome,
)
from consortium.results.sharing import off, shown
from consortium.results.workflow import RESULT, SHARE, begun

__all__ = [
    "add_files", "add_outcome_files", "amend_outcome", "amend_result", "answer", "declare", "enter_outcome", "enter_result", "hand_over", "hold_anew",
    "keep_effect", "mark_critical", "move_outcome", "propose", "redeclare", "remove_outcome", "remove_result", "share_cell", "whole_shares", "withdraw",
]  # fmt: skip

Shares = Mapping[Organisation, Fraction | None]
LONGEST_NUMBER = 20
#: What owners agree to when they agree to their shares: after a change of these they are asked again.
AGREED_TO = frozenset({"title_zh", "title_en", "kind", "description", "made_on"})


def enter_result(
    actor: Actor, project: Project, *, organisation: Organisation, number: str, title_zh: str, title_en: str, description: str, kind: ResultKind,
    made_on: date, critical: bool = False, deliverable: Deliverable | None = None, backgrounds: Iterable[Background] = (), uses_unlisted: str = "",
    shares: Shares | None = None,
) -> Result:  # fmt: skip
    """Enter what came out of a project, for the own firm, which leads it; with `shares` the owners are asked at once."""
    require(actor, Action.REPORT, stake(project, organisation.id))
    takes_part(project, organisation)
    if sentence := while_open(begun)(actor, project):
        raise NotNow(sentence)
    number = _numbered(project, number)
    titled(title_zh, title_en)
    _made(project, made_on, deliverable)
    row = Result(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, deliverable=deliverable, number=number, title_zh=title_zh,
        title_en=title_en, description=description, kind=kind, made_on=made_on, critical=critical, uses_unlisted=uses_unlisted.strip(), state="unowned",
    )  # fmt: skip
    db.session.add(row)
    record(actor, "entered", row, project, made_on=made_on, kind=kind)
    _build_on(actor, row, backgrounds)
    if shares and any(shares.values()):
        propose(actor, row, shares=shares)
    return row


def amend_result(
    actor: Actor, result: Result, *, number: str, title_zh: str, title_en: str, description: str, kind: ResultKind, made_on: date, critical: bool,
    deliverable: Deliverable | None = None, backgrounds: Iterable[Background] = (), uses_unlisted: str = "",
) -> Result:  # fmt: skip
    """Change what is said of a result; whose it is stays, but owners who agreed to something else are asked again."""
    _movable(actor, result)
    if critical != result.critical and levels.confirmed(result) is not None:
        raise Refused("", critical=_l("A level of this result was confirmed. Whether it is critical is changed by who plans the project, with a reason."))  # fmt: skip
    number = _numbered(result.project, number, result)
    titled(title_zh, title_en)
    _made(result.project, made_on, deliverable)
    wanted = {
        "number": number, "title_zh": title_zh, "title_en": title_en, "description": description, "kind": kind, "made_on": made_on,
        "critical": critical, "uses_unlisted": uses_unlisted.strip(),
    }  # fmt: skip
    before = result.deliverable
    changed = change(result, wanted)
    if before is not deliverable:
        result.deliverable = deliverable
        changed["deliverable"] = [before.number if before else None, deliverable.number if deliverable else None]
    if changed:
        record(actor, "amended", result, result.project, **changed)
    if AGREED_TO & changed.keys():
        _ask_again(actor, result)
    _build_on(actor, result, backgrounds)
    return result


def mark_critical(actor: Any, result: Result, *, critical: bool, reason: str) -> Result:
    """Say whether a result is critical, for who plans the project: its level follows, and the firm that leads the result does not lift it alone."""
    require(actor, Action.PLAN, result.project)
    _movable(actor, result)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    if critical == result.critical:
        raise Refused("", critical=_l("That is said of it already."))
    result.critical = critical
    db.session.flush()
    level = levels.followed(result.project)
    own = houses(actor, result.consortium_id)
    if level > result.project.trl_now and (result.organisation_id in own or queries.handed_by(actor, result)):
        result.critical = not critical
        db.session.flush()
        raise Refused("", critical=_l("The level of the project would rise to %(level)s by this, and your own organisation leads the result, or you have handed it over. A person of another organisation has to say so.", level=level))  # fmt: skip
    record(actor, "amended", result, result.project, critical=[not critical, critical], reason=reason.strip())
    levels.renew(actor, result.project, reason.strip())
    return result


def remove_result(actor: Actor, result: Result, *, reason: str) -> Project:
    """Take back a result that was entered by mistake, as long as no other firm has agreed to own it and nothing builds on it."""
    _movable(actor, result)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    if any(has_spoken(owner) and owner.organisation_id != result.organisation_id for owner in result.owners):
        raise NotNow(_l("Another organisation has agreed to its share already, so the result stays."))
    if queries.of_result(actor, result):
        raise NotNow(_l("Outcomes come from this result. Let them come from another one first."))
    if found := obstacles("remove_result", result):
        raise NotNow(found[0])
    project, going = result.project, [*result.owners, *result.uses, *result.files]
    for row in going:
        db.session.delete(row)
    db.session.flush()
    db.session.expire(result, ["owners", "uses", "files"])
    db.session.delete(result)
    record(actor, "removed", result, project, *going, reason=reason.strip())
    return project


def add_files(
    actor: Actor, result: Result, *, files: Sequence[Upload] = (), again: Sequence[str] = (), free_of_secrets: bool = False
) -> Result:  # fmt: skip
    """Add files that show a result."""
    _movable(actor, result)
    if not files and not again:
        raise Refused("", files=_l("Choose at least one file."))
    rows = attach(ResultFile, result, result.project_id, files, again)
    result.files += rows
    db.session.flush()
    record(
        actor,
        "added proof",
        result,
        *rows,
        files={f.name: f.sha256 for f in rows},
        declared_free_of_secrets=free_of_secrets,
    )
    return result


# Whose it is


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
        sentence = _l("%(project)s: %(name)s gives its share of result %(number)s up; new shares are to be proposed.", name=str(firm), **_named(result))  # fmt: skip
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
        name = str(organisation(firm))
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
                share_cell(firm): _l("%(name)s does not take part in this project. Let it join first.", name=str(firm))
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
    owner.state = "agreed" if own else "asked"
    if own:  # who spoke on a share before stays known, see `has_spoken`
        owner.answered_by_id, owner.answered_at = actor.id, clock.now()
    if owner.id is not None:
        # What somebody read before this proposal is out of date, also where his own share is as it was.
        flag_modified(owner, "state")


def _ask_again(actor: Any, result: Result) -> None:
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


# What has to hold


def _movable(actor: Actor, result: Result) -> None:
    if sentence := while_open(begun)(actor, result):
        raise NotNow(sentence)


def _numbered(project: Project, number: str, row: Result | None = None) -> str:
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER:
        raise Refused("", number=_l("A number has 1 to %(most)s characters, such as R1.", most=LONGEST_NUMBER))
    if other := queries.taken(project, number, row):
        raise Refused("", number=_l("The number %(number)s is taken by “%(title)s”.", number=number, title=other.title))
    return number


def _made(project: Project, made_on: date, deliverable: Deliverable | None) -> None:
    if made_on > clock.today():
        raise Refused("", made_on=_l("This day lies in the future; a result is entered when it is there."))
    if made_on < project.starts_on:
        raise Refused(
            "",
            made_on=_l("The project began on %(day)s; what is older is background.", day=project.starts_on.isoformat()),
        )
    if deliverable is not None and deliverable.project_id != project.id:
        raise Refused("", deliverable_id=_l("The deliverable has to belong to the same project."))


def _build_on(actor: Actor, result: Result, backgrounds: Iterable[Background]) -> None:
    """Let a result build on exactly this background."""
    wanted = {row.id: row for row in backgrounds}
    if any(row.project_id != result.project_id for row in wanted.values()):
        raise Refused("", backgrounds=_l("The background has to be on the list of the same project."))
    gone = [use for use in result.uses if use.background_id not in wanted]
    there = {use.background_id for use in result.uses}
    for use in gone:
        result.uses.remove(use)
        db.session.delete(use)
    fresh = [
        BackgroundUse(consortium_id=result.consortium_id, background_id=number)
        for number in wanted
        if number not in there
    ]
    result.uses += fresh
    if gone or fresh:
        # Who opened the form before saves the old list no more.
        flag_modified(result, "state")
        names = listed(row.title for row in wanted.values())
        record(actor, "said what it builds on", result, *fresh, *gone, background=names)


def _named(result: Result) -> dict[str, object]:
    return {"project": result.project.title, "number": result.number}
