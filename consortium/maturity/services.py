"""What people do with readiness levels: assess them with evidence, confirm or return what another organisation assessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.terms import label
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, Name, _l, listed
from consortium.maturity import queries
from consortium.maturity.models import Assessment, EvidenceKind, Proof, ProofFile
from consortium.maturity.scale import scale
from consortium.maturity.workflow import ASSESSMENT, may_not_assess
from consortium.projects import levels
from consortium.projects.models import Project
from consortium.projects.queries import able, owners
from consortium.projects.services import reach_level
from consortium.projects.testimony import attach, settle, tell
from consortium.projects.workflow import while_open
from consortium.results.models import Result


@dataclass(frozen=True)
class Given:
    """What is brought as proof of one level: its kind, files new and (by SHA-256) used again, and why it proves it if it is of an unexpected kind."""

    level: int
    kind: EvidenceKind | None
    files: Sequence[Upload] = ()
    again: Sequence[str] = ()
    why: str = ""


def assess(
    actor: Any, thing: Project | Result, *, level: int, assessed_on: date, assessor: str, assessor_house: str, note: str, proofs: Sequence[Given] = (),
    free_of_secrets: bool = False,
) -> Assessment:  # fmt: skip
    """Say at which level a result, or a project as a whole, stands; a rise brings evidence of each level that it passes, a fall its reason."""
    project, firm = (thing, thing.lead_id) if isinstance(thing, Project) else (thing.project, thing.organisation_id)
    require(actor, Action.REPORT, stake(project, firm))
    if sentence := while_open(may_not_assess)(actor, thing):
        raise NotNow(sentence)
    if queries.proposed(thing) is not None:
        raise NotNow(_l("An assessment of this waits to be confirmed. The next one can be made after that."))
    before = queries.level_before(thing)
    _said(thing, level, before, assessed_on, assessor, assessor_house, note)
    given = {one.level: one for one in proofs if one.files or one.again}
    for number in queries.needed(before, level):
        _proves(number, given.get(number), before, level)
    row = Assessment(
        consortium_id=project.consortium_id, organisation_id=firm, project=project, result=None if isinstance(thing, Project) else thing, level=level,
        level_before=before, assessed_on=assessed_on, assessor=assessor.strip(), assessor_house=assessor_house.strip(), state="proposed",
        note=note.strip(), reported_by_id=actor.id, reported_at=clock.now(), outcome="", reason="",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for one in sorted(given.values(), key=lambda one: one.level):
        _kept(row, project, one)
    db.session.flush()
    files = [file for proof in row.proofs for file in proof.files]
    record(
        actor, "assessed a readiness level", row, *row.proofs, *files, *([thing] if isinstance(thing, Result) else []), project, level_before=before,
        level=level, assessed_on=assessed_on, files={file.name: file.sha256 for file in files}, declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    sentence = _l("%(name)s is assessed at level %(level)s, which waits to be confirmed.", name=_name(row), level=level)
    tell(able(row, Action.ACCEPT), actor, sentence, row, f"/assessments/{row.id}")
    return row


def confirm(actor: Any, assessment: Assessment, *, note: str = "", assessment_id: int | None = None) -> Assessment:
    """Another organisation's person finds that the level is proven; the level of the project follows."""
    settle(actor, ASSESSMENT, assessment, assessment.said, "confirm", note, assessment_id)
    record(actor, "confirmed the assessment", assessment, assessment.project, to="confirmed", level=assessment.level)
    levels.renew(actor, assessment.project, assessment.note)
    _tell(actor, assessment, _l("%(name)s stands at level %(level)s: your assessment is confirmed.", **_named(assessment)))  # fmt: skip
    return assessment


def send_back(actor: Any, assessment: Assessment, *, reason: str, assessment_id: int | None = None) -> Assessment:
    """Another organisation's person finds that it is not proven, and says what is missing."""
    if not reason.strip():
        raise Refused("", reason=_l("Say what is missing, so that it can be assessed again."))
    settle(actor, ASSESSMENT, assessment, assessment.said, "return", reason, assessment_id)
    record(actor, "returned the assessment", assessment, assessment.project, to="returned", level=assessment.level)
    _tell(actor, assessment, _l("%(name)s: your assessment at level %(level)s was returned; read why.", **_named(assessment)))  # fmt: skip
    return assessment


def judge(actor: Any, assessment: Assessment, *, decision: str, note: str, assessment_id: int | None = None) -> Assessment:  # fmt: skip
    """Confirm (`decision` is `confirm`) or return (`return`, with the reason in `note`) what was read."""
    if decision == "confirm":
        return confirm(actor, assessment, note=note, assessment_id=assessment_id)
    if not note.strip():
        raise Refused("", note=_l("Say what is missing, so that it can be assessed again."))
    return send_back(actor, assessment, reason=note, assessment_id=assessment_id)


def renew(actor: Any, project: Project, reason: str | Lazy = "") -> None:
    """Write the level that follows from what was confirmed into the project, where it is another one."""
    found = queries.followed(project)
    if found != project.trl_now:
        said = str(reason) or str(_l("It follows from the critical results of the project."))
        reach_level(actor, project, trl_now=found, reason=said)


levels.assesses(queries.derived, renew, queries.last_confirmed, queries.followed)


def _said(thing: Project | Result, level: int, before: int, assessed_on: date, assessor: str, house: str, note: str) -> None:  # fmt: skip
    if level not in scale().levels:
        raise Refused("", level=_l("Levels go from 1 to 9."))
    if assessed_on > clock.today():
        raise Refused("", assessed_on=_l("The day must not lie in the future."))
    if (last := queries.last_day(thing)) is not None and assessed_on < last:
        raise Refused("", assessed_on=_l("The last assessment was made on %(day)s; this one cannot be older.", day=last.isoformat()))  # fmt: skip
    for name, typed, what in (("assessor", assessor, _l("Assessor")), ("assessor_house", house, _l("Organisation of the assessor"))):  # fmt: skip
        if not typed.strip():
            raise Refused("", **{name: _l("Please fill in “%(label)s”.", label=what)})
    if not note.strip():
        raise Refused("", note=_l("Say why the level fell; the others will read it.") if level < before else _l("Say what shows this level."))  # fmt: skip


def _proves(number: int, one: Given | None, before: int, level: int) -> None:
    """Refuse a level without evidence, and evidence of an unexpected kind without a word why."""
    if one is None:
        if level - before > 1:
            sentence = _l("From level %(before)s to level %(level)s each level on the way needs its evidence; level %(number)s has none.", before=before, level=level,
                          number=number)  # fmt: skip
        else:
            sentence = _l("Level %(number)s needs evidence; add a file.", number=number)
        raise Refused("", **{f"files_{number}": sentence})
    if one.kind is None:
        raise Refused("", **{f"kind_{number}": _l("Say of what kind the evidence is.")})
    expects = scale().levels[number].expects
    if one.kind not in expects and not one.why.strip():
        names = listed(label(kind) for kind in expects)
        raise Refused("", **{f"why_{number}": _l("Level %(number)s expects: %(names)s. Say why this proves it all the same.", number=number, names=names)})  # fmt: skip


def _kept(row: Assessment, project: Project, one: Given) -> None:
    files = attach(ProofFile, row, project.id, one.files, one.again, f"again_{one.level}")
    proof = Proof(
        consortium_id=row.consortium_id, organisation_id=row.organisation_id, assessment=row, level=one.level, kind=one.kind or EvidenceKind.OTHER,
        why=one.why.strip(), files=files,
    )  # fmt: skip
    db.session.add(proof)


def _name(row: Assessment) -> Name:
    thing = row.result or row.project
    return Name(thing.title_zh, thing.title_en)


def _named(row: Assessment) -> dict[str, object]:
    return {"name": _name(row), "level": row.level}


def _tell(actor: Any, row: Assessment, sentence: Lazy) -> None:
    tell(owners(row), actor, sentence, row, f"/assessments/{row.id}")
