"""What happens at the site: indicators of the contract with measured values, operating hours, failures, and a look at it year by year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, _l
from consortium.demonstrations.keeping import at_work, before_acceptance, changed, claim, heard
from consortium.demonstrations.models import (
    Demonstration,
    DemonstrationIndicator,
    Failure,
    FollowUp,
    Measurement,
    OperatingRecord,
    Purpose,
)
from consortium.demonstrations.reckoning import begun, most_hours, trial_of
from consortium.demonstrations.services import filed
from consortium.demonstrations.workflow import BEFORE_TRIAL_ENDS, DEMONSTRATION
from consortium.outputs.models import Direction
from consortium.outputs.values import number

#: A year in which something can have been in use.
FIRST_YEAR = 2000
HUNDREDTH = Decimal("0.01")


# Indicators


def add_indicator(
    actor: Actor, demonstration: Demonstration, *, title_zh: str, title_en: str, unit: str, direction: Direction, contract_value: str, reference_value: str,
) -> DemonstrationIndicator:  # fmt: skip
    """Add what the contract promises of the product."""
    _still_open(actor, demonstration)
    _values(title_zh, title_en, direction, contract_value, reference_value)
    with heard(actor, demonstration):
        row = DemonstrationIndicator(
            consortium_id=demonstration.consortium_id, organisation_id=demonstration.organisation_id, demonstration=demonstration,
            title_zh=title_zh, title_en=title_en, unit=unit.strip(), direction=direction, contract_value=contract_value.strip(),
            reference_value=reference_value.strip(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    claim(demonstration)
    record(actor, "added an indicator", demonstration, row, name=row.title, unit=unit, contract_value=contract_value)
    return row


def amend_indicator(
    actor: Actor, indicator: DemonstrationIndicator, *, title_zh: str, title_en: str, unit: str, direction: Direction, contract_value: str,
    reference_value: str,
) -> DemonstrationIndicator:  # fmt: skip
    """Change what an indicator says, while nobody accepted anything; a unit in which something was measured stays."""
    _still_open(actor, indicator.demonstration)
    _values(title_zh, title_en, direction, contract_value, reference_value)
    if indicator.readings and unit.strip() != indicator.unit:
        raise Refused("", unit=_l("Values were measured in %(unit)s already, so the unit stays.", unit=indicator.unit))
    with heard(actor, indicator.demonstration):
        facts = changed(
            indicator, title_zh=title_zh, title_en=title_en, unit=unit.strip(), direction=direction, contract_value=contract_value.strip(),
            reference_value=reference_value.strip(),
        )  # fmt: skip
    if facts:
        claim(indicator.demonstration)
        record(actor, "amended", indicator, indicator.demonstration, **facts)
    return indicator


def remove_indicator(actor: Actor, indicator: DemonstrationIndicator, *, reason: str) -> Demonstration:
    """Take an indicator away that was entered by mistake, as long as nothing was measured of it."""
    demonstration = indicator.demonstration
    _still_open(actor, demonstration)
    if indicator.readings:
        raise NotNow(_l("Values were measured already, so the indicator stays. Amend it where it is wrong."))
    if demonstration.stage == "trial" and len(demonstration.indicators) == 1:
        raise NotNow(_l("A trial needs an indicator, and this is the only one. Add the right one first, or amend this one."))  # fmt: skip
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    with heard(actor, demonstration):
        db.session.delete(indicator)
        db.session.flush()
        db.session.expire(demonstration, ["indicators"])
    claim(demonstration)
    record(actor, "removed an indicator", demonstration, indicator, name=indicator.title, reason=reason.strip())
    return demonstration


def measure(
    actor: Any, indicator: DemonstrationIndicator, *, value: str, unit: str, on_day: date, note: str = "", files: Sequence[Upload] = (),
    free_of_secrets: bool = False,
) -> DemonstrationIndicator:  # fmt: skip
    """Note a value that was measured at the site on a day, in the unit of the indicator, with what shows it."""
    demonstration = indicator.demonstration
    before_acceptance(actor, demonstration)
    if demonstration.installed_on is None:
        raise NotNow(_l("The product is not installed yet, so nothing can be measured at the site."))
    _is_number("value", value)
    if unit.strip() != indicator.unit:
        asked = indicator.unit or _l("no unit")
        raise Refused("", unit=_l("This indicator is measured in %(unit)s. Convert the value first.", unit=asked))
    _not_ahead("on_day", on_day)
    if on_day < demonstration.installed_on:
        raise Refused("", on_day=_l("The product was installed on %(day)s; nothing was measured before.",
                                    day=demonstration.installed_on.isoformat()))  # fmt: skip
    since = begun(demonstration)
    if since is not None and on_day < since:
        raise Refused("", on_day=_l("The present trial began on %(day)s; a value from before says nothing of it.", day=since.isoformat()))  # fmt: skip
    if not files:
        raise Refused("", files=_l("Add a file that shows the value, such as a test report or a protocol."))
    with heard(actor, demonstration):
        row = Measurement(
            consortium_id=indicator.consortium_id, organisation_id=indicator.organisation_id, indicator=indicator, value=value.strip(),
            on_day=on_day, trial=trial_of(demonstration), note=note, noted_by_id=actor.id,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    rows = filed(actor, demonstration, Purpose.MEASUREMENT, files)
    for file in rows:
        file.measurement_id = row.id
    claim(demonstration)
    record(
        actor, "measured an indicator", demonstration, row, *rows, name=indicator.title, value=row.value, unit=indicator.unit, on_day=on_day,
        files={file.name: file.sha256 for file in rows}, declared_free_of_secrets=free_of_secrets,
    )  # fmt: skip
    return indicator


# Hours and failures


def run(
    actor: Actor, demonstration: Demonstration, *, starts_on: date, ends_on: date, hours: Decimal, output: str = ""
) -> OperatingRecord:
    """Record how long the product ran in a period, and what it made."""
    at_work(actor, demonstration)
    first = _running_since(demonstration)
    if starts_on < first:
        raise Refused("", starts_on=_no_hours_before(first))
    _period(demonstration, starts_on, ends_on, hours)
    made = OperatingRecord(
        consortium_id=demonstration.consortium_id, organisation_id=demonstration.organisation_id, demonstration=demonstration, starts_on=starts_on,
        ends_on=ends_on, hours=hours, output=output,
    )  # fmt: skip
    db.session.add(made)
    claim(demonstration)
    record(actor, "recorded operation", demonstration, made, starts_on=starts_on, ends_on=ends_on, hours=hours)
    return made


def correct(
    actor: Actor,
    operation: OperatingRecord,
    *,
    starts_on: date,
    ends_on: date,
    hours: Decimal,
    output: str,
    reason: str,
) -> OperatingRecord:
    """Correct hours that were recorded wrongly, and say why; they stay hours of their trial."""
    demonstration = operation.demonstration
    at_work(actor, demonstration)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    if starts_on != operation.starts_on:
        _same_trial(demonstration, "starts_on", operation.starts_on, starts_on)
    since = begun(demonstration)
    if since is not None and starts_on < since <= ends_on:
        raise Refused("", ends_on=_of_before(since))
    _period(demonstration, starts_on, ends_on, hours, besides=operation)
    facts = changed(operation, starts_on=starts_on, ends_on=ends_on, hours=hours, output=output)
    if facts:
        claim(demonstration)
        record(actor, "corrected operation", demonstration, operation, reason=reason.strip(), **facts)
    return operation


def fail(
    actor: Actor, demonstration: Demonstration, *, happened_on: date, what: str, downtime: Decimal, cause: str = "", mended_on: date | None = None
) -> Failure:  # fmt: skip
    """Record a failure with its downtime in hours."""
    at_work(actor, demonstration)
    first = _running_since(demonstration)
    if happened_on < first:
        raise Refused("", happened_on=_none_before(first))
    _failure(happened_on, what, downtime, mended_on)
    row = Failure(
        consortium_id=demonstration.consortium_id, organisation_id=demonstration.organisation_id, demonstration=demonstration, happened_on=happened_on,
        what=what, downtime=downtime, cause=cause, mended_on=mended_on,
    )  # fmt: skip
    db.session.add(row)
    claim(demonstration)
    record(actor, "recorded a failure", demonstration, row, happened_on=happened_on, what=what, downtime=downtime)
    return row


def explain(
    actor: Actor,
    failure: Failure,
    *,
    happened_on: date,
    what: str,
    downtime: Decimal,
    cause: str,
    mended_on: date | None,
) -> Failure:
    """Say more of a failure: its cause, and when it was mended."""
    at_work(actor, failure.demonstration)
    if happened_on != failure.happened_on:
        _same_trial(failure.demonstration, "happened_on", failure.happened_on, happened_on)
    _failure(happened_on, what, downtime, mended_on)
    facts = changed(failure, happened_on=happened_on, what=what, downtime=downtime, cause=cause, mended_on=mended_on)
    if facts:
        claim(failure.demonstration)
        record(actor, "explained a failure", failure.demonstration, failure, **facts)
    return failure


def follow_up(actor: Actor, demonstration: Demonstration, *, year: int, in_use: bool, words: str) -> FollowUp:
    """Say what became of the product in a year after its acceptance."""
    at_work(actor, demonstration)
    if demonstration.stage in (*BEFORE_TRIAL_ENDS, "failed"):
        raise NotNow(_l("Years are followed up after the acceptance; now the stage is “%(stage)s”.",
                        stage=DEMONSTRATION.word(demonstration.stage)))  # fmt: skip
    if not FIRST_YEAR <= year <= clock.today().year:
        raise Refused("", year=_l("The year must not lie in the future."))
    if demonstration.trial_on is not None and year < demonstration.trial_on.year:
        raise Refused("", year=_l("The trial began in %(year)s.", year=str(demonstration.trial_on.year)))
    if any(row.year == year for row in demonstration.follow_ups):
        raise Refused("", year=_l("This year is followed up already."))
    if not words.strip():
        raise Refused("", words=_l("Say in a sentence how the product fared."))
    row = FollowUp(
        consortium_id=demonstration.consortium_id, organisation_id=demonstration.organisation_id, demonstration=demonstration, year=year, in_use=in_use,
        words=words.strip(),
    )  # fmt: skip
    db.session.add(row)
    claim(demonstration)
    record(actor, "followed up a year", demonstration, row, year=year, in_use=in_use)
    return row


# What has to hold


def _still_open(actor: Actor, demonstration: Demonstration) -> None:
    at_work(actor, demonstration)
    if demonstration.stage not in BEFORE_TRIAL_ENDS:
        raise NotNow(_l("The stage is “%(stage)s”, so what the contract promised stays as it is.",
                        stage=DEMONSTRATION.word(demonstration.stage)))  # fmt: skip


def _values(title_zh: str, title_en: str, direction: Direction, contract_value: str, reference_value: str) -> None:
    if not (title_zh.strip() or title_en.strip()):
        raise Refused("", title_zh=_l("Give the indicator a name in Chinese or in English."))
    if direction is Direction.IN_WORDS:
        raise Refused("", direction=_l("What a contract promises of a product is a number, at least or at most."))
    _is_number("contract_value", contract_value)
    if reference_value.strip():
        _is_number("reference_value", reference_value)


def _is_number(field: str, value: str) -> None:
    try:
        number(value)
    except Refused as refusal:
        raise Refused("", **{field: refusal.message}) from None


def _running_since(demonstration: Demonstration) -> date:
    if demonstration.trial_on is None:
        raise NotNow(_l("The trial has not begun yet; say first on which day it began."))
    # A trial that began anew without a day of its own counts from when that was noted.
    return max(demonstration.trial_on, begun(demonstration) or demonstration.trial_on)


def _no_hours_before(first: date) -> Lazy:
    return _l("The trial began on %(day)s; there are no hours before.", day=first.isoformat())


def _of_before(since: date) -> Lazy:
    return _l("It belongs to the trial before, which ended before %(day)s.", day=since.isoformat())


def _period(
    demonstration: Demonstration, starts_on: date, ends_on: date, hours: Decimal, besides: OperatingRecord | None = None
) -> None:
    """Refuse a period that is none, hours that do not fit into it, and days of which hours are recorded already."""
    _not_ahead("ends_on", ends_on)
    if ends_on < starts_on:
        raise Refused("", ends_on=_l("The last day must not lie before the first."))
    most = most_hours(starts_on, ends_on)
    _hours("hours", hours)
    if hours > most:
        raise Refused("", hours=_l("The period has %(most)s hours; more cannot be recorded.", most=f"{most:,}"))
    for row in demonstration.records:
        if row is not besides and row.starts_on <= ends_on and starts_on <= row.ends_on:
            sentence = _l("Hours from %(first)s to %(last)s are recorded already.", first=row.starts_on.isoformat(), last=row.ends_on.isoformat())  # fmt: skip
            raise Refused("", starts_on=sentence)


def _none_before(first: date) -> Lazy:
    return _l("The trial began on %(day)s; there are no failures before.", day=first.isoformat())


def _same_trial(demonstration: Demonstration, field: str, was: date, now: date) -> None:
    """Refuse to move what is noted from one trial into another, or before all of them."""
    since = begun(demonstration)
    if since is None or was >= since:
        first = _running_since(demonstration)
        if now < first:
            raise Refused("", **{field: _none_before(first) if field == "happened_on" else _no_hours_before(first)})
    elif now >= since:
        raise Refused("", **{field: _of_before(since)})
    elif demonstration.installed_on is not None and now < demonstration.installed_on:
        raise Refused("", **{field: _l("The product was installed on %(day)s; nothing ran before.", day=demonstration.installed_on.isoformat())})  # fmt: skip


def _not_ahead(field: str, day: date) -> None:
    if day > clock.today():
        raise Refused("", **{field: _l("The day must not lie in the future.")})


def _hours(field: str, hours: Decimal) -> None:
    if not hours.is_finite() or hours < 0 or hours != hours.quantize(HUNDREDTH):
        raise Refused("", **{field: _l("Hours are at least 0, with at most two decimals.")})


def _failure(happened_on: date, what: str, downtime: Decimal, mended_on: date | None) -> None:
    _not_ahead("happened_on", happened_on)
    if not what.strip():
        raise Refused("", what=_l("Say in a sentence what failed."))
    _hours("downtime", downtime)
    if mended_on is None:
        return
    _not_ahead("mended_on", mended_on)
    if mended_on < happened_on:
        raise Refused("", mended_on=_l("It cannot have been mended before it happened."))
    if downtime > most_hours(happened_on, mended_on):
        most = f"{most_hours(happened_on, mended_on):,}"
        raise Refused("", downtime=_l("The period has %(most)s hours; more cannot be recorded.", most=most))
