"""What people do with assessment indicators: plan them, and note actual values with what shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.uploads import Upload
from consortium.core.words import _l, called
from consortium.organisations.models import Organisation
from consortium.outputs.models import Direction, Indicator, Reading, ReadingFile
from consortium.outputs.planning import in_plan, numbered
from consortium.outputs.values import as_good
from consortium.outputs.values import number as exact
from consortium.outputs.workflow import at_work
from consortium.plans.models import Node
from consortium.projects.models import Project
from consortium.projects.queries import able
from consortium.projects.replanning import replans
from consortium.projects.services import change, refuse, still_open
from consortium.projects.testimony import attach, tell, tell_firms
from consortium.projects.workflow import while_open


@replans("indicator.plan")
def plan_indicator(
    actor: Actor, project: Project, *, number: str, node: Node | None, organisation: Organisation, title_zh: str, title_en: str, unit: str,
    direction: Direction, value_start: str, value_mid: str, value_end: str, method: str,
) -> Indicator:  # fmt: skip
    """Plan what a project is measured by; values as typed, numbers unless the direction is in words."""
    still_open(project)
    number = numbered(project, Indicator, number)
    in_plan(project, node, organisation, title_zh, title_en)
    _targets(direction, value_start, value_mid, value_end)
    row = Indicator(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, node=node, number=number, title_zh=title_zh,
        title_en=title_en, unit=unit, direction=direction, value_start=value_start, value_mid=value_mid, value_end=value_end, method=method,
    )  # fmt: skip
    db.session.add(row)
    record(actor, "planned", row, project, value_end=value_end, unit=unit)
    sentence = _l("%(project)s: your organisation answers for the new indicator %(number)s.", **_named(row))
    tell_firms(actor, project, {organisation.id}, sentence, f"/indicators/{row.id}")
    return row


@replans("indicator.amend")
def amend_indicator(
    actor: Actor, indicator: Indicator, *, number: str, node: Node | None, organisation: Organisation, title_zh: str, title_en: str, unit: str,
    direction: Direction, value_start: str, value_mid: str, value_end: str, method: str,
) -> Indicator:  # fmt: skip
    """Change what an indicator says; actual values that were noted have to stay readable."""
    project = indicator.project
    still_open(project)
    number = numbered(project, Indicator, number, indicator)
    in_plan(project, node, organisation, title_zh, title_en)
    _targets(direction, value_start, value_mid, value_end)
    if indicator.readings and organisation.id != indicator.organisation_id:
        refuse(_l("Actual values were noted already, so the organisation stays."), "organisation", "organisation_id")
    if (
        indicator.readings
        and Direction.IN_WORDS in {direction, indicator.direction}
        and direction is not indicator.direction
    ):
        raise Refused(
            "", direction=_l("Actual values were noted already, so numbers stay numbers and words stay words.")
        )
    before = indicator.node.number if indicator.node else None
    wanted = {
        "number": number, "organisation_id": organisation.id, "title_zh": title_zh, "title_en": title_en, "unit": unit,
        "direction": direction, "value_start": value_start, "value_mid": value_mid, "value_end": value_end, "method": method,
    }  # fmt: skip
    changed = change(indicator, wanted)
    if indicator.node is not node:
        indicator.node = node
        changed["node"] = [before, node.number if node else None]
    if changed:
        record(actor, "amended", indicator, project, **changed)
        firms = {organisation.id, *changed.get("organisation_id", ())}
        sentence = _l("%(project)s: the indicator %(number)s was changed.", **_named(indicator))
        tell_firms(actor, project, firms, sentence, f"/indicators/{indicator.id}")
    return indicator


@replans("indicator.remove")
def remove_indicator(actor: Actor, indicator: Indicator, *, reason: str) -> Project:
    """Take an indicator out of the plan, as long as no actual value was noted."""
    project = indicator.project
    still_open(project)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    if indicator.readings:
        raise NotNow(_l("Actual values were noted already, so the indicator stays."))
    db.session.delete(indicator)
    record(actor, "removed", indicator, project, reason=reason.strip())
    sentence = _l("%(project)s: the indicator %(number)s was taken out of the plan.", **_named(indicator))
    tell_firms(actor, project, {indicator.organisation_id}, sentence, f"/projects/{project.id}/indicators")
    return project


def read_off(
    actor: Any, indicator: Indicator, *, value: str, on_day: date, note: str, files: Sequence[Upload] = (), again: Sequence[str] = (),
    free_of_secrets: bool = False,
) -> Reading:  # fmt: skip
    """Note an actual value of a day with what shows it; a later value of the same day stands for the day."""
    if sentence := while_open(at_work)(actor, indicator):
        raise NotNow(sentence)
    if not value.strip():
        raise Refused("", value=_l("Please fill in “%(label)s”.", label=_l("Actual value")))
    if indicator.direction is not Direction.IN_WORDS:
        _number("value", value)
    if on_day > clock.today():
        raise Refused("", on_day=_l("The day must not lie in the future."))
    if on_day < indicator.project.starts_on:
        first = indicator.project.starts_on.isoformat()
        raise Refused("", on_day=_l("The day must not lie before the start of the project, %(first)s.", first=first))
    if not files and not again:
        raise Refused("", files=_l("Add a file that shows it, or choose one that your organisation added before."))
    row = Reading(
        consortium_id=indicator.consortium_id, organisation_id=indicator.organisation_id, indicator=indicator, value=value.strip(), on_day=on_day,
        note=note, noted_by_id=actor.id,
    )  # fmt: skip
    db.session.add(row)
    row.files += attach(ReadingFile, indicator, indicator.project_id, files, again)
    db.session.flush()
    record(
        actor, "noted a value", indicator, row, *row.files, value=row.value, on_day=on_day, files={f.name: f.sha256 for f in row.files},
        declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    sentence = _l(
        "%(project)s: a new value of the indicator %(number)s is noted: %(value)s.", project=called(indicator.project),
        number=indicator.number, value=f"{row.value} {indicator.unit}".strip(),
    )  # fmt: skip
    tell(able(indicator, Action.ACCEPT), actor, sentence, indicator, f"/indicators/{indicator.id}")
    return row


def _named(indicator: Indicator) -> dict[str, object]:
    return {"project": called(indicator.project), "number": indicator.number}


def _targets(direction: Direction, value_start: str, value_mid: str, value_end: str) -> None:
    """Refuse targets that are no numbers, or of which the one at mid-term asks for more than the one at the end."""
    if not value_end.strip():
        raise Refused("", value_end=_l("Say what is to be reached at the end."))
    if direction is Direction.IN_WORDS:
        return
    typed = {"value_start": value_start, "value_mid": value_mid, "value_end": value_end}
    found = {name: _number(name, value) for name, value in typed.items() if value.strip()}
    end, mid = found["value_end"], found.get("value_mid")
    if mid is not None and mid != end and as_good(direction, mid, end):
        raise Refused(
            "", value_mid=_l("The value at mid-term asks for more than the value at the end, %(end)s.", end=value_end)
        )


def _number(field: str, value: str) -> Any:
    try:
        return exact(value)
    except Refused as refusal:
        raise Refused("", **{field: refusal.message}) from None
