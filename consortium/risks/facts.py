"""Risks, issues and actions of a consortium as plain values, for its papers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consortium.agreements.facts import iso, pair, word
from consortium.consortia.models import Consortium
from consortium.core import words
from consortium.core.db import db
from consortium.core.words import Lazy
from consortium.organisations.models import Organisation
from consortium.projects.models import Project
from consortium.projects.standings import counted
from consortium.risks import queries
from consortium.risks.bands import AMBER, GREEN, RED, WORDS, bands_on
from consortium.risks.models import ActionItem, Issue, Risk, RiskState
from consortium.risks.workflow import RISK, STANDING

#: So many risks are named, the worst first.
MOST = 10


def section(consortium: Consortium, first: date, last: date) -> dict[str, Any]:
    """Risks of the projects that count, as noted by the end of `last`; titles and owners only of what is not kept from the table.

    `bands`: `amber_from`, `red_from` (scores), `source` (pair), `mark`. `counts`: `standing` (open or occurred), `high`, `medium`, `low` (of those),
    `mitigated`, `closed`, `kept` (of the standing ones), `new` and `settled` (closed) in the period, `issues`, `issues_overdue`, `actions`, `actions_overdue`.
    `matrix`: rows of likelihood 5 to 1, in each five numbers by impact 1 to 5. `top`: the worst standing risks (`number`, `project`, `title`, `owner`, `likelihood`,
    `impact`, `score`, `band`, `state`, `foreseen`, `raised_on`, `mitigation`). `issues`, `actions`: what is open and not kept (`project`, `title` or `what`, `owner`, `due_on`,
    `overdue`).
    """
    bands, works = bands_on(last), {row.id: row for row in _works(consortium)}
    risks = {row.id: row for row in db.session.scalars(select(Risk).where(Risk.project_id.in_(sorted(works))))}
    states = sorted(
        db.session.scalars(queries.stood(last).where(RiskState.project_id.in_(sorted(works)))),
        key=lambda state: (-state.score, works[state.project_id].reference, risks[state.risk_id].number),
    )
    closed = queries.closed_on([state.risk_id for state in states if state.state == "closed"], last)
    standing = [state for state in states if state.state in STANDING]
    by_band = Counter(bands.of(state.score) for state in standing)
    matrix = Counter((state.likelihood, state.impact) for state in standing)
    firms = _firms({row.organisation_id for row in risks.values()})
    issues, actions = _open(Issue, works, last), _open(ActionItem, works, last)
    firms |= _firms({row.organisation_id for row in (*issues, *actions)})
    open_to_all = [state for state in standing if risks[state.risk_id].kept_to_id is None]
    return {
        "bands": {"amber_from": bands.amber_from, "red_from": bands.red_from, "source": pair(*bands.source), "mark": bands.mark},
        "counts": {
            "standing": len(standing), "high": by_band[RED], "medium": by_band[AMBER], "low": by_band[GREEN],
            "mitigated": sum(state.state == "mitigated" for state in states), "closed": sum(state.state == "closed" for state in states),
            "kept": len(standing) - len(open_to_all), "new": sum(first <= row.raised_on <= last for row in risks.values()),
            "settled": sum(first <= day <= last for day in closed.values()), "issues": len(issues),
            "issues_overdue": sum(row.due_on < last for row in issues), "actions": len(actions),
            "actions_overdue": sum(row.due_on < last for row in actions),
        },
        "matrix": [[matrix[likelihood, impact] for impact in range(1, 6)] for likelihood in range(5, 0, -1)],
        "top": [_risk(risks[state.risk_id], state, works, firms, last) for state in open_to_all[:MOST]],
        "issues": [{**_due(row, works, firms, last), "number": row.mark, "title": pair(row.title_zh, row.title_en)} for row in issues if row.kept_to_id is None],
        "actions": [{**_due(row, works, firms, last), "what": row.what} for row in actions if row.kept_to_id is None],
    }  # fmt: skip


def _works(consortium: Consortium) -> list[Project]:
    query = select(Project).where(Project.consortium_id == consortium.id, counted())
    return list(db.session.scalars(query.order_by(Project.reference)))


def _firms(numbers: set[int]) -> dict[int, Any]:
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(sorted(numbers))))
    return {row.id: row.names_pair for row in rows}


def _open(model: Any, works: dict[int, Project], last: date) -> list[Any]:
    """What was raised and not yet settled or done by the end of a day, what is due first before the others."""
    ended = model.settled_on if model is Issue else model.done_on
    query = select(model).where(model.project_id.in_(sorted(works)), model.raised_on <= last, ended.is_(None) | (ended > last))  # fmt: skip
    return list(db.session.scalars(query.options(joinedload(model.risk)).order_by(model.due_on, model.id)))


def _risk(row: Risk, state: RiskState, works: dict[int, Project], firms: dict[int, Any], last: date) -> dict[str, Any]:
    return {
        "number": row.mark, "project": works[row.project_id].reference, "title": pair(row.title_zh, row.title_en), "owner": firms[row.organisation_id],
        "kind": word(row.kind), "likelihood": state.likelihood, "impact": state.impact, "score": state.score, "band": bands_on(last).of(state.score),
        "band_word": _both(WORDS[bands_on(last).of(state.score)][0]), "state": _both(RISK.word(state.state)), "foreseen": row.foreseen,
        "raised_on": iso(row.raised_on), "mitigation": row.mitigation,
    }  # fmt: skip


def _due(row: Any, works: dict[int, Project], firms: dict[int, Any], last: date) -> dict[str, Any]:
    return {"project": works[row.project_id].reference, "owner": firms[row.organisation_id], "due_on": iso(row.due_on), "overdue": row.due_on < last}  # fmt: skip


def _both(sentence: Any) -> dict[str, str]:
    """A word of the platform in both languages."""
    if not isinstance(sentence, Lazy):
        return pair(str(sentence), str(sentence))
    with words.reading_in("zh_Hans"):
        chinese = str(sentence)
    return pair(chinese, sentence.english)
