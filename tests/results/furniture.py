"""Rows of results, outcomes, background and effects for the tests that walk through everything; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from consortium.activity.services import record
from consortium.core.db import db
from consortium.core.identifiers import patent_check
from consortium.core.uploads import examine
from consortium.discussions import services as talk
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.results import queries, services
from consortium.results.models import (
    Background,
    BackgroundKind,
    Effect,
    Outcome,
    OutcomeKind,
    Result,
    ResultKind,
    StandardKind,
    StandardRole,
)

MADE = datetime.date(2026, 10, 1)


def a_patent_number(serial: int, kind: int = 1, year: int = 2025) -> str:
    """A Chinese application number with its check character."""
    digits = f"{year}{kind}{serial:07d}"
    return f"{digits}.{patent_check(digits)}"


def made_on(project: Project) -> datetime.date:
    """A day on which a result of a project can have been made."""
    return max(project.starts_on, MADE)


def a_result(actor: User, project: Project, firm: Organisation, number: str, **more: Any) -> Result:
    """A result that a firm leads; `shares` says whose it is."""
    values = {
        "title_zh": "成果",
        "title_en": "A result",
        "description": "说明",
        "kind": ResultKind.PRODUCT,
        "made_on": made_on(project),
    }
    return services.enter_result(actor, project, organisation=firm, number=number, **{**values, **more})


def an_outcome(actor: User, project: Project, firm: Organisation, **more: Any) -> Outcome:
    """An outcome that a firm enters; an invention patent that is applied for, where nothing else is said."""
    values = {"kind": OutcomeKind.INVENTION, "title_zh": "专利", "title_en": "A patent", "number": a_patent_number(1)}
    return services.enter_outcome(actor, project, organisation=firm, **{**values, **more})


def some_background(actor: User, project: Project, firm: Organisation, number: str, **more: Any) -> Background:
    """Background that a firm brings in."""
    values = {
        "title_zh": "背景", "title_en": "Background", "kind": BackgroundKind.KNOW_HOW, "identifier": "", "needed_for": "用于本项目", "limits": "仅限本项目",
        "included": True,
    }  # fmt: skip
    return services.declare(actor, project, organisation=firm, number=number, **{**values, **more})


def an_effect(actor: User, project: Project, firm: Organisation, year: int, **more: Any) -> Effect:
    """What a firm earned in a year."""
    values = {
        "sales": Decimal("1000.00"),
        "profit": Decimal("10.00"),
        "tax": None,
        "export": None,
        "import_replaced": None,
        "proof": "审计报告",
    }
    return services.keep_effect(actor, project, organisation=firm, year=year, **{**values, **more})


def a_file(name: str, content: str) -> Any:
    """A small file."""
    return examine(name, io.BytesIO(content.encode()))


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """Background, results with shared owners in several states, outcomes with files and talk, and effects of each firm."""
    thirds = dict.fromkeys(firms, Fraction(1, 3))
    for place, (firm, person) in enumerate(zip(firms, people[:3], strict=True)):
        names = {"title_zh": f"{canary}成果{place}", "title_en": f"{canary} result {place}"}
        brought = some_background(
            person, project, firm, "B1", title_zh=f"{canary}背景{place}", title_en="", identifier=f"{canary}号", needed_for=f"{canary}用途",
            limits=f"{canary}限制", included=place != 2,
        )  # fmt: skip
        row = a_result(
            person,
            project,
            firm,
            f"R{place}",
            description=f"{canary}说明",
            uses_unlisted=f"{canary}清单外",
            backgrounds=[brought],
            critical=not place,
            shares=thirds,
            **names,
        )
        services.add_files(person, row, files=[a_file(f"{canary}成果证明.txt", f"{canary}成果证明{firm.id}\n")])
        outcome = an_outcome(
            person, project, firm, number=a_patent_number(1000 * project.id + place), result=row, people=f"{canary}发明人", licence=f"{canary}许可", note=f"{canary}备注", **names,
        )  # fmt: skip
        services.add_outcome_files(person, outcome, files=[a_file(f"{canary}证书.txt", f"{canary}证书{firm.id}\n")])
        talk.say(person, row, words=f"{canary}成果议论")
        effect = an_effect(person, project, firm, max(2026, project.starts_on.year), proof=f"{canary}证据")
        assert effect.id
    rows = {
        row.number: row
        for row in db.session.scalars(
            select(Result).where(Result.project_id == project.id, Result.number.in_(("R0", "R1")))
        )
    }
    by_firm = {owner.organisation_id: owner for owner in rows["R0"].owners}
    services.answer(people[1], by_firm[firms[1].id], "agree")
    services.answer(people[2], by_firm[firms[2].id], "dispute", reason=f"{canary}异议")
    alone = a_result(
        people[0], project, firms[0], "R9", title_zh=f"{canary}独有", title_en="", shares={firms[0]: Fraction(1)}
    )
    an_outcome(
        people[0], project, firms[0], kind=OutcomeKind.STANDARD, number="", title_zh=f"{canary}标准", title_en="", result=alone, standard=StandardKind.NATIONAL,
        role=StandardRole.LEAD, body=f"{canary}委员会",
    )  # fmt: skip


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """Many rows in each list, owned by the firm and by the lead."""
    lead = db.session.get_one(Organisation, project.lead_id)
    coordinator, member = people
    row = a_result(member, project, firm, "RMORE", shares={firm: Fraction(1)})
    outcome = an_outcome(member, project, firm, number=a_patent_number(5_000_000), granted_on=made_on(project))
    for number in range(times):
        brought = some_background(
            member, project, firm, f"BN{number}", title_zh=f"增补背景{number}", included=bool(number % 2)
        )
        shared = a_result(
            member,
            project,
            firm,
            f"RN{number}",
            title_zh=f"增补成果{number}",
            backgrounds=[brought],
            uses_unlisted="清单外",
            shares={firm: Fraction(1, 3), lead: Fraction(2, 3)},
        )
        asked = a_result(
            coordinator,
            project,
            lead,
            f"RL{number}",
            title_zh=f"征询成果{number}",
            shares={firm: Fraction(1, 2), lead: Fraction(1, 2)},
        )
        assert asked.state == "proposed"
        services.add_files(member, row, files=[a_file(f"{number}.txt", f"更多{number}\n")])
        services.add_outcome_files(member, outcome, files=[a_file(f"{number}.txt", f"证书{number}\n")])
        an_outcome(
            member,
            project,
            firm,
            number=a_patent_number(5_000_001 + number),
            title_zh=f"增补专利{number}",
            result=row,
            shares={lead: Fraction(1, 2), firm: Fraction(1, 2)},
        )
        an_outcome(coordinator, project, lead, number=a_patent_number(6_000_001 + number), result=shared)
        known = queries.effect_of(project, firm.id, 2026 - number - 1)
        if known is None and project.starts_on.year <= 2026 - number - 1:
            an_effect(member, project, firm, 2026 - number - 1)
        else:
            # A project that began this year has no earlier one to tell of, and the list still has to grow.
            extra = Effect(
                consortium_id=project.consortium_id, organisation_id=firm.id, project=project, year=2026 - number - 1
            )
            db.session.add(extra)
            record("test", "told the effect", extra)
