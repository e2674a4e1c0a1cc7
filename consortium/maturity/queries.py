"""What is asked about readiness: the level of a result and of a project, how both came there, and what waits to be confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from consortium.activity.models import Event
from consortium.activity.waiting import Waiting
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed, stake, within
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.maturity.models import Assessment, Proof, ProofFile
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans.tree import natural
from consortium.projects.models import Project
from consortium.projects.testimony import keeps_files
from consortium.projects.workflow import houses
from consortium.results.models import Result

FIRM = (Organisation.name_zh, Organisation.name_en)


@dataclass
class Element:
    """A row of the ladder: a result or the project as a whole, with its confirmed assessments, oldest first, and the one that waits."""

    thing: Any
    start: int
    target: int
    confirmed: list[Assessment] = field(default_factory=list)
    proposed: Assessment | None = None

    @property
    def now(self) -> int | None:
        """The level that was confirmed last; None while none was."""
        return self.confirmed[-1].level if self.confirmed else None

    @property
    def critical(self) -> bool:
        """Whether the level of the project depends on it."""
        return bool(getattr(self.thing, "critical", False))

    @property
    def proven(self) -> set[int]:
        """The levels, up to the one of now, of which confirmed evidence is there."""
        return {proof.level for row in self.confirmed for proof in row.proofs if proof.level <= (self.now or 0)}

    @property
    def fell(self) -> list[Assessment]:
        """The confirmed assessments by which it fell."""
        return [row for row in self.confirmed if row.falls]


# Levels


def least(levels: dict[int | None, int], critical: Iterable[int]) -> int | None:
    """The level of a project: the lowest of its critical results of which one was confirmed, else its own (key None), else none."""
    found = [levels[number] for number in critical if number in levels]
    return min(found) if found else levels.get(None)


def confirmed_levels(project: Project, on: date | None = None) -> dict[int | None, int]:
    """The level of each result that was confirmed last (by the end of a day), and under None that of the project as a whole."""
    query = select(Assessment.result_id, Assessment.level, Assessment.verified_at)
    query = query.where(Assessment.project_id == project.id, Assessment.state == "confirmed").order_by(Assessment.id)
    return {
        row[0]: row[1]
        for row in db.session.execute(query)
        if on is None or (row[2] is not None and clock.local(row[2]).date() <= on)
    }


def derived(project: Project, on: date | None = None) -> int | None:
    """The level that follows from what was confirmed (by the end of a day); which results are critical is as it is now."""
    critical = select(Result.id).where(Result.project_id == project.id, Result.critical)
    return least(confirmed_levels(project, on), db.session.scalars(critical))


def followed(project: Project) -> int:
    """The level at which a project stands by all that is known: the one that follows from what was confirmed, else the one before anything was."""
    found = derived(project)
    return found if found is not None else before_all(project)


def before_all(project: Project) -> int:
    """The level from which a project first followed what was assessed, or that of now where it never did; a start that was said anew lifts it."""
    query = select(func.min(Assessment.verified_at)).where(
        Assessment.project_id == project.id, Assessment.state == "confirmed"
    )
    first = db.session.scalar(query)
    told = told_levels([project.id])[project.id] if first is not None else []
    since = [event for event in told if first is not None and event.happened_at >= first.replace(microsecond=0)]
    found = next((event.facts["trl_before"] for event in since if "trl_before" in event.facts), None)
    if found is None:
        return project.trl_now
    return max(found, project.trl_start) if any("trl_start" in event.facts for event in since) else int(found)


def told_levels(project_ids: Iterable[int]) -> dict[int, list[Event]]:
    """The events by which the level of projects, or their start, changed, oldest first."""
    query = select(Event).where(Event.subject_kind == Project.__tablename__, Event.subject_id.in_(sorted(project_ids)))
    query = query.where(Event.verb.in_(("assessed the level", "confirmed the level", "amended"))).order_by(Event.id)
    found: dict[int, list[Event]] = defaultdict(list)
    for event in db.session.scalars(query):
        if event.facts.keys() & {"trl_now", "trl_start"}:
            found[event.subject_id].append(event)
    return found


def stood(project: Project, told: Iterable[Event], on: date) -> int:
    """The level of a project at the end of a day as its page said it then, by the events that tell of its level; before the first that from which it came."""
    # A level that was assessed is told with the one before it; one that was amended as a pair of both.
    steps = [
        (clock.local(event.happened_at).date(), *(now if isinstance(now, list) else (event.facts["trl_before"], now)))
        for event in told
        if (now := event.facts.get("trl_now")) is not None
    ]
    later = [before for day, before, _ in steps if day > on]
    return int(later[0]) if later else project.trl_now


def level_of(thing: Project | Result) -> int | None:
    """The level of a project, or the one of a result that was confirmed last; None where none of a result was."""
    if isinstance(thing, Project):
        return thing.trl_now
    return last_confirmed(thing)


def last_confirmed(thing: Project | Result) -> int | None:
    """The level of a thing by its own assessment that was confirmed last."""
    query = select(Assessment.level).where(_of(thing), Assessment.state == "confirmed")
    return db.session.scalar(query.order_by(Assessment.id.desc()).limit(1))


def level_before(thing: Project | Result) -> int:
    """From which level a new assessment of a thing rises or falls: the last one of its own, else that at the start."""
    found = last_confirmed(thing)
    if found is not None:
        return found
    return thing.trl_now if isinstance(thing, Project) else thing.project.trl_start


def needed(before: int, level: int) -> list[int]:
    """The levels of which an assessment has to bring evidence: each that it passes; its own where it stays; none where it falls."""
    return list(range(before + 1, level + 1)) if level > before else [level] if level == before else []


# Assessments


def _of(thing: Project | Result) -> Any:
    if isinstance(thing, Project):
        return (Assessment.project_id == thing.id) & Assessment.result_id.is_(None)
    return Assessment.result_id == thing.id


def _shown(query: Select[Any]) -> Select[Any]:
    return query.options(
        selectinload(Assessment.proofs).selectinload(Proof.files), joinedload(Assessment.reported_by).load_only(User.name),
        joinedload(Assessment.verified_by).load_only(User.name), joinedload(Assessment.verifier).load_only(*FIRM),
        joinedload(Assessment.organisation).load_only(*FIRM),
    )  # fmt: skip


def assessments(thing: Project | Result) -> list[Assessment]:
    """All assessments of a thing, newest first, with their evidence and people."""
    return list(db.session.scalars(_shown(select(Assessment).where(_of(thing))).order_by(Assessment.id.desc())))


def proposed(thing: Project | Result) -> Assessment | None:
    """The assessment of a thing that waits to be confirmed."""
    return db.session.scalars(select(Assessment).where(_of(thing), Assessment.state == "proposed").limit(1)).first()


def last_day(thing: Project | Result) -> date | None:
    """The day of the last confirmed assessment of a thing."""
    query = select(Assessment.assessed_on).where(_of(thing), Assessment.state == "confirmed")
    return db.session.scalar(query.order_by(Assessment.id.desc()).limit(1))


def ladder(project: Project) -> list[Element]:
    """The project as a whole, its critical results, and the others: three statements, however many there are."""
    query = select(Assessment).where(Assessment.project_id == project.id, Assessment.state != "returned")
    rows = list(db.session.scalars(query.options(selectinload(Assessment.proofs)).order_by(Assessment.id)))
    results = list(db.session.scalars(select(Result).where(Result.project_id == project.id)))
    results.sort(key=lambda row: (not row.critical, natural(row.number)))
    found = {None: Element(project, project.trl_start, project.trl_target)}
    found |= {row.id: Element(row, project.trl_start, project.trl_target) for row in results}  # type: ignore[misc]
    for row in rows:
        element = found[row.result_id]  # type: ignore[index]
        if row.state == "confirmed":
            element.confirmed.append(row)
        else:
            element.proposed = row
    return list(found.values())


def may_assess(actor: Actor, thing: Project | Result) -> bool:
    """Whether a person says at which level a thing stands: who reports for the firm that leads the result, or the project."""
    if isinstance(thing, Project):
        return allowed(actor, Action.REPORT, stake(thing, thing.lead_id))
    return allowed(actor, Action.REPORT, thing)


@keeps_files
def proving(project_id: int, organisation_id: int) -> Select[Any]:
    """The files with which a firm proves levels in a project, newest first."""
    query = select(ProofFile).join(Proof, Proof.id == ProofFile.proof_id).join(Assessment, Assessment.id == Proof.assessment_id)  # fmt: skip
    return query.where(Assessment.project_id == project_id, ProofFile.organisation_id == organisation_id).order_by(ProofFile.id.desc())  # fmt: skip


# What waits


def waiting(actor: Any, on: date | None = None) -> list[Waiting]:
    """What waits for a person: levels that others assessed, to confirm."""
    query = select(Assessment).join(Project, Project.id == Assessment.project_id)
    query = query.where(Assessment.state == "proposed", Project.stage.notin_(("draft", "stopped")))
    query = query.where(Assessment.consortium_id.notin_(select(Consortium.id).where(Consortium.stage == "closed")))
    query = query.where(Assessment.reported_by_id != actor.id).options(joinedload(Assessment.project), joinedload(Assessment.result))  # fmt: skip
    rows = db.session.scalars(within(actor, query, Assessment, Action.ACCEPT).order_by(Assessment.id))
    return [
        Waiting(
            _l("Confirm a readiness level"), f"{_name(row)} · TRL {row.level}", href=f"/assessments/{row.id}#confirm", due_on=None, tone="act",
            icon="clipboard-check", where=either(row.project.title_zh, row.project.title_en),
        )
        for row in rows
        if row.organisation_id not in houses(actor, row.consortium_id)
    ]  # fmt: skip


def _name(row: Assessment) -> str:
    thing = row.result or row.project
    return either(thing.title_zh, thing.title_en)
