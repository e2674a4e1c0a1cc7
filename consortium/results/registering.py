"""The register of patents, copyrights, standards, papers and awards: each once in a consortium, with its holders and its own life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from consortium.activity.services import record
from consortium.core import clock, identifiers
from consortium.core.access import Action, Actor, allowed, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, _l, called
from consortium.organisations.models import Organisation
from consortium.people.queries import seated
from consortium.projects.models import Project
from consortium.projects.services import change, takes_part, titled
from consortium.projects.testimony import attach, tell
from consortium.projects.workflow import while_open
from consortium.results import queries
from consortium.results.kinds import NATURES, SPECIAL, checked, key_of
from consortium.results.models import (
    Outcome,
    OutcomeFile,
    OutcomeKind,
    OutcomeOwner,
    Result,
    StandardKind,
    StandardRole,
)
from consortium.results.sharing import off, shown
from consortium.results.workflow import OUTCOME, begun

Shares = Mapping[Organisation, Fraction | None]
Places = Mapping[Organisation, int | None]


def enter_outcome(
    actor: Actor, project: Project, *, organisation: Organisation, kind: OutcomeKind, result: Result | None = None, title_zh: str, title_en: str,
    number: str = "", applied_on: date | None = None, granted_on: date | None = None, shares: Shares | None = None, places: Places | None = None,
    note: str = "", **special: Any,
) -> Outcome:  # fmt: skip
    """Enter an outcome for the own firm; its number is checked, and refused where the consortium has it already.

    Without `shares` the holders are the owners of the `result`, else the own firm alone. `special` are the fields of the kind (`kinds.SPECIAL`).
    """
    require(actor, Action.REPORT, stake(project, organisation.id))
    takes_part(project, organisation)
    if sentence := while_open(begun)(actor, project):
        raise NotNow(sentence)
    said = _said(kind, title_zh, title_en, number, applied_on, granted_on, note, special)
    key = _once(project.consortium_id, kind, said["number"])
    _of_project(project, result)
    held = _held(project, organisation, result, shares)
    row = Outcome(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, result=result, kind=kind, key=key,
        state="in_force" if granted_on else "pending", **said,
    )  # fmt: skip
    db.session.add(row)
    _hold(row, held, places or {})
    db.session.flush()
    record(actor, "put on the register", row, *row.owners, project, *([result] if result else []), **_told(row))
    _tell(actor, row, row.owners, _l("%(project)s: “%(title)s” is on the register, and your organisation is named as a holder.", **_named(row)))  # fmt: skip
    return row


def amend_outcome(
    actor: Actor, outcome: Outcome, *, result: Result | None = None, title_zh: str, title_en: str, number: str = "", applied_on: date | None = None,
    granted_on: date | None = None, shares: Shares | None = None, places: Places | None = None, note: str = "", **special: Any,
) -> Outcome:  # fmt: skip
    """Change what is said of an outcome; its kind stays, and its state moves by its steps."""
    _open(actor, outcome)
    if granted_on is not None and outcome.state in ("pending", "refused"):
        raise Refused("", granted_on=_l("It is not noted as granted yet; do that by its step, which asks for the day."))
    if granted_on is None and outcome.state in ("in_force", "ended") and outcome.granted_on is not None:
        raise Refused("", granted_on=_l("It is noted as granted, so this day cannot be blank."))
    said = _said(outcome.kind, title_zh, title_en, number, applied_on, granted_on, note, special)
    key = _once(outcome.consortium_id, outcome.kind, said["number"], outcome)
    _of_project(outcome.project, result)
    held = _held(outcome.project, None, result, shares, outcome)
    _may_hold(actor, outcome, held)
    _before_end(outcome, applied_on=applied_on, granted_on=granted_on)
    changed = change(outcome, {**said, "key": key})
    if outcome.result is not result:
        before = outcome.result
        outcome.result = result
        changed["result"] = [before.number if before else None, result.number if result else None]
    gone, fresh = _hold_again(outcome, held, places or {})
    if changed or gone or fresh:
        record(actor, "amended", outcome, *outcome.owners, *gone, outcome.project, **{**changed, **_told(outcome)})
    _tell_changed(actor, outcome, [*gone, *fresh])
    return outcome


def hold_anew(actor: Actor, outcome: Outcome, *, shares: Shares, places: Places | None = None) -> Outcome:
    """Correct whose an outcome is, for who plans the project; only so, or by its own person, a firm ceases to be a holder."""
    require(actor, Action.PLAN, outcome)
    _open(actor, outcome)
    gone, fresh = _hold_again(outcome, _held(outcome.project, None, outcome.result, shares, outcome), places or {})
    if gone or fresh:
        record(actor, "amended", outcome, *outcome.owners, *gone, outcome.project, **_told(outcome))
        _tell_changed(actor, outcome, [*gone, *fresh])
    return outcome


def move_outcome(
    actor: Actor, outcome: Outcome, step: str, *, on_day: date | None = None, grant_number: str = "", note: str = ""
) -> Outcome:  # fmt: skip
    """Take an outcome one step along its life, on a day that is not in the future."""
    found = OUTCOME.check(actor, outcome, step)
    if found.name != "revive":
        _day(outcome, on_day)
    asked = grant_number.strip() and "grant_number" in NATURES[outcome.kind].fields
    number = _at("grant_number", lambda: identifiers.patent_grant(grant_number)) if asked else ""
    before = outcome.state
    OUTCOME.place(outcome, found)
    if found.name == "grant":
        outcome.granted_on, outcome.grant_number = on_day, number or outcome.grant_number
    elif found.name == "revive":
        outcome.granted_on = outcome.ended_on = None
    else:
        outcome.ended_on = on_day
    record(actor, found.verb, outcome, **{"from": before, "to": found.target, "on_day": on_day, "note": note.strip()})
    return outcome


def remove_outcome(actor: Actor, outcome: Outcome, *, reason: str) -> Project:
    """Take an outcome that was entered by mistake off the register; where others are named as holders, who plans the project does it."""
    _open(actor, outcome)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    others = [row for row in outcome.owners if not allowed(actor, Action.REPORT, stake(outcome, row.organisation_id))]
    if others and not allowed(actor, Action.PLAN, outcome):
        raise NotNow(_l("Other organisations are named as holders, so yours does not take it off the register. The coordinator of the consortium can."))  # fmt: skip
    project, going = outcome.project, [*outcome.owners, *outcome.files]
    for file in outcome.files:
        db.session.delete(file)
    db.session.flush()
    db.session.expire(outcome, ["files"])
    named, held = _named(outcome), list(outcome.owners)
    db.session.delete(outcome)
    record(actor, "removed", outcome, project, *going, reason=reason.strip(), number=outcome.number)
    _tell(actor, outcome, held, _l("%(project)s: “%(title)s”, of which your organisation was a holder, was taken off the register.", **named),
          f"/projects/{project.id}/outcomes")  # fmt: skip
    return project


def add_outcome_files(
    actor: Actor, outcome: Outcome, *, files: Sequence[Upload] = (), again: Sequence[str] = (), free_of_secrets: bool = False
) -> Outcome:  # fmt: skip
    """Add files that show an outcome, such as its certificate."""
    _open(actor, outcome)
    if not files and not again:
        raise Refused("", files=_l("Choose at least one file."))
    rows = attach(OutcomeFile, outcome, outcome.project_id, files, again)
    outcome.files += rows
    db.session.flush()
    record(
        actor,
        "added proof",
        outcome,
        *rows,
        files={f.name: f.sha256 for f in rows},
        declared_free_of_secrets=free_of_secrets,
    )
    return outcome


# What has to hold


def _open(actor: Actor, outcome: Outcome) -> None:
    if sentence := while_open()(actor, outcome):
        raise NotNow(sentence)


def _said(
    kind: OutcomeKind, title_zh: str, title_en: str, number: str, applied_on: date | None, granted_on: date | None, note: str, special: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """The columns of an outcome, with everything checked; fields that a kind does not have are left blank."""
    titled(title_zh, title_en)
    nature = NATURES[kind]
    values: dict[str, Any] = {"people": "", "body": "", "edition": "", "standard": None, "role": None, "pct": "", "licence": "", "transferred_in": False, "grant_number": ""}  # fmt: skip
    values |= {name: special[name] for name in SPECIAL if name in nature.fields and special.get(name) is not None}
    if kind is OutcomeKind.STANDARD:
        _standard(values["standard"], values["role"])
    number = _at("number", lambda: checked(kind, number, values["standard"]))
    if nature.needs_number and not number:
        raise Refused("", number=_l("This kind of outcome is known by its number; please give it."))
    if values["grant_number"]:
        values["grant_number"] = _at("grant_number", lambda: identifiers.patent_grant(values["grant_number"]))
    if values["pct"]:
        values["pct"] = _at("pct", lambda: identifiers.pct(values["pct"]))
    for name, day in (("applied_on", applied_on), ("granted_on", granted_on)):
        if day is not None and day > clock.today():
            raise Refused("", **{name: _l("This day lies in the future.")})
    if applied_on is not None and granted_on is not None and granted_on < applied_on:
        raise Refused("", granted_on=_l("This day comes before the first one, %(day)s.", day=applied_on.isoformat()))
    return {
        "title_zh": title_zh,
        "title_en": title_en,
        "number": number,
        "applied_on": applied_on,
        "granted_on": granted_on,
        "note": note,
        **values,
    }


def _at(field: str, read: Any) -> str:
    """What `read` answers; its refusal stands at the field."""
    try:
        return str(read())
    except Refused as problem:
        raise Refused("", **{field: problem.message}) from None


def _standard(whose: StandardKind | None, role: StandardRole | None) -> None:
    if whose is None:
        raise Refused("", standard=_l("Say whose standard it is."))
    if role is None:
        raise Refused("", role=_l("Say whether it is written under your lead, or with your part."))


def _once(consortium_id: int, kind: OutcomeKind, number: str, row: Outcome | None = None) -> str | None:
    """By what the number is known again; refuses one that the consortium has already, and names it."""
    key = key_of(kind, number)
    if key is not None and (other := queries.same_key(consortium_id, key, row)):
        sentence = _l(
            "The number %(number)s is on the register already, as “%(title)s” of project %(project)s. Each outcome is counted once: add your share there.",
            number=number, title=other.title_zh or other.title_en, project=other.project.reference,
        )  # fmt: skip
        raise Refused("", number=sentence)
    return key


def _of_project(project: Project, result: Result | None) -> None:
    if result is not None and result.project_id != project.id:
        raise Refused("", result_id=_l("The result has to belong to the same project."))


def _held(
    project: Project, own: Organisation | None, result: Result | None, shares: Shares | None, outcome: Outcome | None = None
) -> dict[int, Fraction]:  # fmt: skip
    """The part of each holder; without any word those of the result, else those that are there, else the own firm's whole."""
    given = {firm: part for firm, part in (shares or {}).items() if part}
    if not given:
        if outcome is not None and outcome.owners:
            return {row.organisation_id: row.share for row in outcome.owners}
        if result is not None and result.owners:
            return {row.organisation_id: row.share for row in result.owners}
        return {own.id: Fraction(1)} if own is not None else {}
    possible = {firm.id for firm in queries.possible_owners(project, outcome.owners if outcome else ())}
    for firm in given:
        if firm.id not in possible:
            raise Refused(
                "",
                **{
                    f"share_{firm.id}": _l(
                        "%(name)s does not take part in this project. Let it join first.", name=called(firm)
                    )
                },
            )
    if sentence := off({str(firm.id): part for firm, part in given.items()}):
        raise Refused("", **{f"share_{list(given)[-1].id}": sentence})
    return {firm.id: part for firm, part in given.items()}


def _hold(
    outcome: Outcome, held: Mapping[int, Fraction], places: Places
) -> tuple[list[OutcomeOwner], list[OutcomeOwner]]:
    """Make the rows of the holders say what is wanted; answers those that go, and those that came or changed."""
    said = {firm.id: place for firm, place in places.items() if place}
    before = {row.organisation_id: row for row in outcome.owners}
    kept = {number: row.place for number, row in before.items()}
    # First those with a place that was said, then those that had one, then by the size of the share.
    ordered = sorted(
        held,
        key=lambda number: (
            said.get(number) or kept.get(number) or len(held) + 1,
            number not in said,
            -held[number],
            number,
        ),
    )
    gone = [row for number, row in before.items() if number not in held]
    touched = []
    for row in gone:
        outcome.owners.remove(row)
    for place, number in enumerate(ordered, 1):
        part = held[number]
        if number not in before:
            before[number] = OutcomeOwner(consortium_id=outcome.consortium_id, organisation_id=number)
            outcome.owners.append(before[number])
        row = before[number]
        if (row.part, row.of, row.place) != (part.numerator, part.denominator, place):
            row.part, row.of, row.place = part.numerator, part.denominator, place
            touched.append(row)
    return gone, touched


def _hold_again(
    outcome: Outcome, held: Mapping[int, Fraction], places: Places
) -> tuple[list[OutcomeOwner], list[OutcomeOwner]]:
    """The same for an outcome that people may have read: who saves what was read before is told so, and two do not add up to more than the whole."""
    gone, fresh = _hold(outcome, held, places)
    if gone or fresh:
        flag_modified(outcome, "state")
    db.session.flush()
    return gone, fresh


def _before_end(outcome: Outcome, **days: date | None) -> None:
    """Refuse days, by the names of their fields, after the one on which it ended or came to nothing."""
    for name, day in days.items():
        if day is not None and outcome.ended_on is not None and day > outcome.ended_on:
            sentence = _l("It ended on %(day)s; this day comes after that.", day=outcome.ended_on.isoformat())
            raise Refused("", **{name: sentence})


def _may_hold(actor: Actor, outcome: Outcome, held: Mapping[int, Fraction]) -> None:
    """A firm's part becomes less, or nothing, by a word of its own, or of who plans the project; not by another firm's."""
    if allowed(actor, Action.PLAN, outcome):
        return
    for row in outcome.owners:
        if held.get(row.organisation_id, Fraction(0)) >= row.share:
            continue
        if not allowed(actor, Action.REPORT, stake(outcome, row.organisation_id)):
            gone = _l(
                "Another organisation cannot be taken out of the holders by yours. A person of it or the coordinator of the consortium can."
            )
            less = _l(
                "The part of another organisation, %(share)s, is not made less by yours. A person of it or the coordinator of the consortium can do that.",
                share=shown(row.share),
            )
            raise Refused("", **{f"share_{row.organisation_id}": less if row.organisation_id in held else gone})


def _tell_changed(actor: Any, outcome: Outcome, rows: Sequence[OutcomeOwner]) -> None:
    sentence = _l(
        "%(project)s: your organisation's part of “%(title)s”, or its place, was changed; see whether it is right.",
        **_named(outcome),
    )
    _tell(actor, outcome, rows, sentence)


def _tell(actor: Any, outcome: Outcome, rows: Sequence[OutcomeOwner], sentence: Lazy, href: str = "") -> None:
    """Tell the people of holders; not those of the firm for which it was done."""
    firms = {row.organisation_id for row in rows}
    firms = {firm for firm in firms if not allowed(actor, Action.REPORT, stake(outcome, firm))}
    if firms:
        tell(
            seated(outcome.consortium_id, Action.REPORT, firms),
            actor,
            sentence,
            outcome,
            href or f"/outcomes/{outcome.id}",
        )


def _named(outcome: Outcome) -> dict[str, object]:
    return {"project": called(outcome.project), "title": called(outcome)}


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"number": outcome.number, "shares": {str(row.organisation_id): shown(row.share) for row in outcome.owners}}


def _day(outcome: Outcome, on_day: date | None) -> None:
    if on_day is None:
        raise Refused("", on_day=_l("Please give the day."))
    if on_day > clock.today():
        raise Refused("", on_day=_l("This day lies in the future."))
    first = outcome.granted_on or outcome.applied_on
    if first is not None and on_day < first:
        raise Refused("", on_day=_l("This day comes before the first one, %(day)s.", day=first.isoformat()))
