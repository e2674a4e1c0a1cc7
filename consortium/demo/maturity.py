"""Readiness levels of the demonstration: assessed by who leads a project or a result, with evidence, and confirmed by another organisation."""

from __future__ import annotations

import io
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from consortium.core import clock, uploads
from consortium.core.db import db
from consortium.demo import cast, evidence
from consortium.demo.changing import WORK
from consortium.demo.projects import WORKS, Work
from consortium.maturity import queries, services
from consortium.maturity.models import EvidenceKind
from consortium.maturity.scale import scale
from consortium.maturity.services import Given
from consortium.results.models import Result

#: What is assessed of whole projects beside what they reached: project, day, level, why.
BESIDE = (
    ("security", "2026-10-12", 4, "渗透测试发现识别引擎在高负载下漏检，退回实验室验证。Under load the engine misses commands; it goes back to the laboratory."),
)  # fmt: skip
#: So many days later another organisation confirms it.
LATER = 6
#: What becomes of the critical results of projects, if there are any: project, day, rise, why; the last of a project still waits to be confirmed.
CLIMB = (
    ("substrate", "2026-11-03", 2, "样机试验与第三方检测报告。A prototype test and an independent one."), ("substrate", "2026-11-10", -1, "复测未达到微管密度指标。The second test misses the micropipe density."),
    ("mosfet", "2026-11-05", 1, "实验室静态特性报告。Laboratory report on static values."), ("kernel", "2026-11-06", 2, "实时性测评报告与样机试验。Report on real-time behaviour and a prototype test."),
    ("kernel", "2026-11-16", 1, "现场原型试验。Prototype test."),
)  # fmt: skip


def plan(story: Any) -> None:
    """Put all assessments and what was found in them into the story."""
    for work in WORKS:
        for day, level, why in work.reached:
            _of_project(story, work, day, level, why)
    for key, day, level, why in BESIDE:
        _of_project(story, WORK[key], day, level, why)
    for place, (key, day, rise, why) in enumerate(CLIMB):
        story.on(day, partial(_climb, story, WORK[key], rise, why))
        if place < len(CLIMB) - 1:
            story.on(date.fromisoformat(day) + timedelta(days=LATER - 1), partial(_confirm_all, story, WORK[key]))


def _of_project(story: Any, work: Work, day: str, level: int, why: str) -> None:
    story.on(day, partial(_assess, story, work, level, why))
    story.on(date.fromisoformat(day) + timedelta(days=LATER), partial(_confirm, story, work, level))


def _assess(story: Any, work: Work, level: int, why: str) -> None:
    project = story.made["work", work.zh]
    story.made["assessed", (work.key, level)] = services.assess(
        cast.speaker(story, work, work.lead), project, level=level, assessed_on=clock.today() - timedelta(days=3), assessor="沈测衡 · Shen Ceheng",
        assessor_house="（虚构）华衡检测评估中心 · Huaheng assessment centre (invented)", note=why, proofs=_proofs(project, level, why),
    )  # fmt: skip


def _confirm(story: Any, work: Work, level: int) -> None:
    row = story.made["assessed", (work.key, level)]
    services.confirm(
        cast.verifier(story, work, work.lead, tested=True), row, note="证据与级别要求相符。The evidence fits the level."
    )


def _climb(story: Any, work: Work, rise: int, why: str) -> None:
    """The first critical result of a project is assessed anew, by the firm that leads it."""
    for result in _critical(story, work)[:1]:
        level = max(1, min(9, queries.level_before(result) + rise))
        services.assess(
            cast.speaker(story, work, _firm(story, result)), result, level=level, assessed_on=clock.today() - timedelta(days=1),
            assessor="陆审技 · Lu Shenji", assessor_house="（虚构）江衡技术评价所 · Jiangheng institute (invented)", note=why, proofs=_proofs(result, level, why),
        )  # fmt: skip


def _confirm_all(story: Any, work: Work) -> None:
    for result in _critical(story, work)[:1]:
        row = queries.proposed(result)
        if row is not None:
            who = cast.verifier(story, work, _firm(story, result), tested=True)
            services.confirm(who, row, note="已核对报告原件。Compared with the original report.")


def _critical(story: Any, work: Work) -> list[Result]:
    project = story.made["work", work.zh]
    query = select(Result).where(Result.project_id == project.id, Result.critical, Result.made_on < clock.today())
    return list(db.session.scalars(query.order_by(Result.id)))


def _firm(story: Any, result: Result) -> str:
    return next(key for (kind, key), row in story.made.items() if kind == "firm" and row.id == result.organisation_id)


def _proofs(thing: Any, level: int, why: str) -> list[Given]:
    """A file for each level that is passed, of the kind that it expects."""
    return [
        Given(number, _kind(number), [_file(number, why)])
        for number in queries.needed(queries.level_before(thing), level)
    ]


def _kind(number: int) -> EvidenceKind:
    return scale().levels[number].expects[0]


def _file(number: int, why: str) -> uploads.Upload:
    if number >= 6:
        content = evidence.small_pdf(
            ["Demonstration: invented content", f"Readiness level {number}", "Independent test report"]
        )
        return uploads.examine(f"trl-{number}-report.pdf", io.BytesIO(content))
    text = f"TRL {number}\n{why}\n\n演示数据，内容为虚构。Demonstration: the content is invented.\n"
    return uploads.examine(f"trl-{number}-record.txt", io.BytesIO(text.encode()))
