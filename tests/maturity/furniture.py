"""Rows of assessments for the tests that walk through everything; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
import io
from typing import Any

from sqlalchemy import select

from consortium.core import clock
from consortium.core.db import db
from consortium.core.uploads import Upload, examine
from consortium.maturity import queries, services
from consortium.maturity.models import Assessment, EvidenceKind
from consortium.maturity.scale import scale
from consortium.maturity.services import Given
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.results.models import Result


def paper(words: str) -> Upload:
    """A small file."""
    return examine(f"{words[:20]}.txt", io.BytesIO(f"{words}\n".encode()))


def proof(level: int, words: str = "证明", **more: Any) -> Given:
    """Evidence of the kind that a level expects."""
    values = {
        "kind": scale().levels[level].expects[0] if level in scale().levels else EvidenceKind.OTHER,
        "files": [paper(f"{words}{level}")],
    }
    return Given(level, **{**values, **more})


def assessed(actor: User, thing: Project | Result, level: int, **more: Any) -> Assessment:
    """An assessment with the evidence that it needs."""
    proofs = [proof(number) for number in queries.needed(queries.level_before(thing), level)]
    values = {
        "assessed_on": clock.today(),
        "assessor": "顾评估",
        "assessor_house": "测试中心",
        "note": "依据",
        "proofs": proofs,
    }
    return services.assess(actor, thing, level=level, **{**values, **more})


def results_of(project: Project) -> list[Result]:
    """The results of a project."""
    return list(db.session.scalars(select(Result).where(Result.project_id == project.id).order_by(Result.id)))


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """Assessments of results of all firms in all states, with evidence."""
    coordinator, member, other, expert = people[:4]
    speaker = dict(zip((firm.id for firm in firms), (coordinator, member, other), strict=True))
    done: set[int] = set()
    for result in results_of(project):
        if result.organisation_id in done:
            continue
        done.add(result.organisation_id)
        person = speaker[result.organisation_id]
        judge = coordinator if person is not coordinator else expert
        named = {"assessor": f"{canary}评估人", "assessor_house": f"{canary}机构", "note": f"{canary}依据"}
        level = queries.level_before(result) + 1
        first = assessed(person, result, level, proofs=[proof(level, f"{canary}证据")], **named)
        services.judge(judge, first, decision="return", note=f"{canary}缺报告")
        second = assessed(
            person,
            result,
            level,
            proofs=[
                proof(level, f"{canary}再证"),
            ],
            **named,
        )
        services.judge(judge, second, decision="confirm", note=f"{canary}同意")
        assessed(
            person,
            result,
            level,
            proofs=[proof(level, f"{canary}三证", kind=EvidenceKind.OTHER, why=f"{canary}等同")],
            **named,
        )
    own = assessed(coordinator, project, project.trl_now, proofs=[proof(project.trl_now, f"{canary}总体")], assessor=f"{canary}专家组",
                   note=f"{canary}总体依据")  # fmt: skip
    services.confirm(expert, own)


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """Many assessments of a result, and of the project."""
    coordinator, member = people
    mine = next((row for row in results_of(project) if row.organisation_id == firm.id), None)
    for number in range(times):
        if mine is None:
            return
        waits = queries.proposed(mine)
        if waits is not None:
            services.send_back(coordinator, waits, reason="补充")
        at = queries.level_before(mine)
        row = assessed(
            member, mine, at, assessed_on=max(clock.today(), datetime.date(2026, 11, 1)), note=f"第{number}次"
        )
        services.confirm(coordinator, row)
