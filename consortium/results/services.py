"""What firms do with results: enter them, propose whose they are, agree to a share or dispute it. (Outcomes: `registering`; background: `declaring`.)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from consortium.activity.services import record
from consortium.consortia.obstacles import obstacles
from consortium.core import clock
from consortium.core.access import Action, Actor, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.uploads import Upload
from consortium.core.words import _l, called, listed
from consortium.organisations.models import Organisation
from consortium.outputs.models import Deliverable
from consortium.projects import levels
from consortium.projects.models import Project
from consortium.projects.services import change, takes_part, titled
from consortium.projects.testimony import attach
from consortium.projects.workflow import houses, while_open
from consortium.results import queries
from consortium.results.declaring import declare, keep_effect, redeclare, withdraw
from consortium.results.handing import hand_over
from consortium.results.models import Background, BackgroundUse, Result, ResultFile, ResultKind
from consortium.results.owning import Shares, answer, ask_again, has_spoken, propose, share_cell, whole_shares
from consortium.results.registering import (
    add_outcome_files,
    amend_outcome,
    enter_outcome,
    hold_anew,
    move_outcome,
    remove_outcome,
)
from consortium.results.workflow import begun

__all__ = [
    "add_files", "add_outcome_files", "amend_outcome", "amend_result", "answer", "declare", "enter_outcome", "enter_result", "hand_over", "hold_anew",
    "keep_effect", "mark_critical", "move_outcome", "propose", "redeclare", "remove_outcome", "remove_result", "share_cell", "whole_shares", "withdraw",
]  # fmt: skip

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
        ask_again(actor, result)
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


# What has to hold


def _movable(actor: Actor, result: Result) -> None:
    if sentence := while_open(begun)(actor, result):
        raise NotNow(sentence)


def _numbered(project: Project, number: str, row: Result | None = None) -> str:
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER:
        raise Refused("", number=_l("A number has 1 to %(most)s characters, such as R1.", most=LONGEST_NUMBER))
    if other := queries.taken(project, number, row):
        raise Refused(
            "", number=_l("The number %(number)s is taken by “%(title)s”.", number=number, title=called(other))
        )
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
