"""A trial that failed and the next one: what was noted of the first stays to be read, and counts for nothing."""

from __future__ import annotations

import datetime
import inspect
import re
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from babel.messages.pofile import read_po

from consortium.config import TOP
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.demonstrations import facts, operating, reckoning, services, tables
from consortium.demonstrations.models import Demonstration, Matter, Purpose
from consortium.demonstrations.portrait import DemonstrationPortrait
from consortium.demonstrations.workflow import DEMONSTRATION, about
from consortium.reports import contents
from tests.demonstrations.furniture import DAYS, a_demonstration, a_file, a_site_user, fulfilled, on_trial
from tests.outputs.conftest import Loaded

pytestmark = pytest.mark.slow

DAY = datetime.date
AGAIN = DAY(2026, 10, 5)


def failed(ours: Any, row: Any) -> Any:
    """A first trial with 700 hours, a failure and a value of 96.2 on 1 October, that failed."""
    boss = ours.coordinator
    on_trial(boss, ours.site, row, ours.works)
    fulfilled(boss, row)
    operating.run(boss, row, starts_on=DAY(2026, 5, 1), ends_on=DAY(2026, 5, 31), hours=Decimal(700))
    operating.fail(boss, row, happened_on=DAY(2026, 5, 9), what="停机", downtime=Decimal(1))
    services.move(boss, row, "fail", reason="未达标")
    return row


def again(ours: Any, row: Any, day: datetime.date | None = AGAIN) -> Any:
    services.move(ours.coordinator, row, "try_again", reason="更换部件", trial_on=day)
    db.session.flush()
    db.session.expire(row)
    return row


def value(ours: Any, row: Any, said: str, day: datetime.date) -> Any:
    one = row.indicators[0]
    operating.measure(ours.coordinator, one, value=said, unit=one.unit, on_day=day, files=[a_file(content=said)])
    return reckoning.latest(one)


def told(ours: Any, last: datetime.date) -> tuple[Any, ...]:
    row = facts.section(ours.consortium, last, last)["rows"][0]
    return row["stage"]["code"], row["hours"], row["failures"], row["mtbf"], row["met"], row["indicators"]


def test_list_page_and_report_count_the_present_trial_alone(ours: Any, row: Any) -> None:
    today = failed(ours, row).steps[-1].since
    assert reckoning.met(row.indicators) == (1, 1) and told(ours, today) == ("failed", "700.00", 1, "700.0", 1, 1)
    again(ours, row)
    assert (row.trial_on, reckoning.met(row.indicators), str(tables.mtbf(row))) == (AGAIN, (0, 1), "No data")
    assert str(tables.reached(row)) == "No data" and reckoning.running(row).hours == 0
    assert told(ours, today) == ("trial", "", None, "", None, 1)
    assert DemonstrationPortrait(ours.coordinator, row).met is None
    value(ours, row, "97", AGAIN)
    operating.run(ours.coordinator, row, starts_on=AGAIN, ends_on=AGAIN, hours=Decimal(20))
    operating.fail(ours.coordinator, row, happened_on=AGAIN, what="停机二", downtime=Decimal(1))
    db.session.flush()
    db.session.expire(row)
    assert told(ours, today) == ("trial", "20.00", 1, "20.0", 1, 1) and reckoning.met(row.indicators) == (1, 1)
    # What is asked of a day of the first trial is told of the first trial.
    assert reckoning.running(row, DAY(2026, 9, 30)).hours == 700
    assert reckoning.latest(row.indicators[0], DAY(2026, 10, 4)).value == "96.2"


def test_another_trial_has_its_own_first_day(ours: Any, row: Any) -> None:
    failed(ours, row)
    for day, piece in ((None, "Give the first day"), (DAY(2026, 10, 1), "2026-10-01"), (DAY(2027, 1, 1), "future")):
        with pytest.raises(Refused) as found:
            services.move(ours.coordinator, row, "try_again", reason="更换部件", trial_on=day)
        assert set(found.value.fields) == {"trial_on"} and piece in str(found.value.fields["trial_on"])
        assert row.stage == "failed" and row.trial_on == DAYS["trial_on"]
    again(ours, row)
    assert (row.stage, row.steps[-1].since) == ("trial", AGAIN)


def test_a_trial_that_had_begun_leaves_none_before_it_behind_however_late_that_was_noted(ours: Any, row: Any) -> None:
    noted = failed(ours, row).steps[-1].since
    again(ours, row)
    value(ours, row, "10", AGAIN)
    db.session.flush()
    db.session.expire(row)
    then = DAY(2026, 10, 31)
    assert AGAIN < then < noted
    assert reckoning.trial_of(row, then) == 2 and reckoning.running(row, then).hours == 0
    assert [one.value for one in [reckoning.latest(row.indicators[0], then)] if one] == ["10"]
    assert reckoning.trial_of(row, AGAIN - datetime.timedelta(days=1)) == 1


def test_the_last_indicator_of_a_trial_stays(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    (only,) = row.indicators
    with pytest.raises(NotNow, match="the only one"):
        operating.remove_indicator(ours.coordinator, only, reason="误录")
    more = operating.add_indicator(
        ours.coordinator, row, title_zh="波长均匀性", title_en="", unit="nm", direction=only.direction, contract_value="2", reference_value="",
    )  # fmt: skip
    operating.remove_indicator(ours.coordinator, only, reason="误录")
    assert row.indicators == [more]


def test_nothing_is_noted_of_the_days_before_it(ours: Any, row: Any) -> None:
    again(ours, failed(ours, row))
    before = DAY(2026, 10, 4)
    for field, deed in (
        ("on_day", lambda: value(ours, row, "99", before)),
        ("starts_on", lambda: operating.run(ours.coordinator, row, starts_on=before, ends_on=AGAIN, hours=Decimal(1))),
        ("happened_on", lambda: operating.fail(ours.coordinator, row, happened_on=before, what="停机", downtime=Decimal(1))),
    ):  # fmt: skip
        with pytest.raises(Refused) as found:
            deed()
        assert set(found.value.fields) == {field} and AGAIN.isoformat() in str(found.value.fields[field])


def test_a_failure_of_the_trial_before_stays_one_of_it(ours: Any, row: Any) -> None:
    failure = again(ours, failed(ours, row)).failures[0]
    for day in (AGAIN, DAY(2026, 3, 19)):
        with pytest.raises(Refused) as found:
            operating.explain(ours.coordinator, failure, happened_on=day, what="停机", downtime=Decimal(1), cause="", mended_on=None)  # fmt: skip
        assert set(found.value.fields) == {"happened_on"}
    operating.explain(ours.coordinator, failure, happened_on=DAY(2026, 5, 10), what="停机", downtime=Decimal(1), cause="轴承", mended_on=None)  # fmt: skip
    assert reckoning.running(row).failures == 0


def test_stable_operation_needs_hours_of_its_own(ours: Any, row: Any) -> None:
    again(ours, failed(ours, row))
    value(ours, row, "97", AGAIN)
    services.add_files(ours.coordinator, row, purpose=Purpose.CERTIFICATE, files=[a_file("证书二.txt", "二")])
    services.confirm(ours.site, row, decision="agree", words="通过", files=[a_file("报告二.txt", "二")])
    services.move(ours.coordinator, row, "accept")
    with pytest.raises(NotNow, match="operating hours"):
        services.move(ours.coordinator, row, "stabilise")
    operating.run(ours.coordinator, row, starts_on=AGAIN, ends_on=AGAIN, hours=Decimal(8))
    services.move(ours.coordinator, row, "stabilise")


def test_what_is_confirmed_is_what_the_page_shows(ours: Any, row: Any) -> None:
    again(ours, failed(ours, row))
    services.add_files(ours.coordinator, row, purpose=Purpose.OTHER, files=[a_file("附件.txt", "附件")])
    value(ours, row, "97", AGAIN)
    seen, digest = DemonstrationPortrait(ours.site, row), about(row, Matter.ACCEPTANCE)
    assert [one.last.value for one in seen.indicators] == ["97"] and seen.proofs == [] and seen.digest == digest
    services.add_files(ours.coordinator, row, purpose=Purpose.CERTIFICATE, files=[a_file("证书二.txt", "二")])
    db.session.expire(row)
    seen = DemonstrationPortrait(ours.site, row)
    assert [file.name for file in seen.proofs] == ["证书二.txt"] and seen.digest != digest
    assert {file.name for file in seen.papers} == {"验收.txt", "附件.txt", "证书二.txt"}


def test_the_first_day_is_moved_with_what_counts(ours: Any, row: Any) -> None:
    again(ours, failed(ours, row))
    value(ours, row, "97", DAY(2026, 10, 8))
    for day in (DAY(2026, 10, 9), DAY(2026, 10, 1)):
        with pytest.raises(Refused) as found:
            services.schedule(ours.coordinator, row, **{**DAYS, "trial_on": day})
        assert set(found.value.fields) == {"trial_on"}
    services.schedule(ours.coordinator, row, **{**DAYS, "trial_on": DAY(2026, 10, 8)})
    assert row.steps[-1].since == DAY(2026, 10, 8) and reckoning.latest(row.indicators[0]).value == "97"


def test_the_page_asks_for_the_day_and_shows_what_was_before(sign_in: Any, world: Any, inside: Callable[[], Any]) -> None:  # fmt: skip
    with inside():
        found = Loaded(world.ours)
        found.site, found.works = a_site_user(found.consortium)
        row = failed(found, a_demonstration(found.coordinator, found.project, found.member))
        db.session.commit()
        number, key = row.id, SimpleNamespace(fs_uniquifier=found.site.fs_uniquifier)
    page, boss = f"/demonstrations/{number}", sign_in(world.ours.people.coordinator)
    assert 'name="trial_on"' in boss.get(page).get_data(as_text=True)
    refused = boss.post(f"{page}/steps/try_again", data={"reason": "更换七", "trial_on": "2026-10-01"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "entries up to 2026-10-01" in text and "更换七" in text
    # The box stands open again, and the sentence stands in it.
    box = re.search(r'<dialog [^>]*id="try-again"[^>]* open>(.*?)</dialog>', text, re.DOTALL)
    assert box and "entries up to 2026-10-01" in box[1] and "更换七" in box[1]
    assert not re.search(r"<dialog [^>]* open>", boss.get(page).get_data(as_text=True))
    assert boss.post(f"{page}/steps/try_again", data={"reason": "更换", "trial_on": "2026-10-05"}).status_code == 303
    shown = boss.get(page).get_data(as_text=True)
    assert "700.00" in shown and "Earlier trial" in shown and "96.2" in shown and "0 of 1" not in shown
    assert "No. 2" in sign_in(key).get(f"{page}/confirm").get_data(as_text=True)
    with inside():
        assert db.session.get_one(Demonstration, number).trial_on == AGAIN


def test_page_and_report_use_the_same_words() -> None:
    with (TOP / "consortium/translations/zh_Hans/LC_MESSAGES/messages.po").open("rb") as file:
        words = read_po(file)
    for stage, (said, _) in DEMONSTRATION.states.items():
        assert facts.STAGES[stage] == {"zh": words.get(str(said)).string, "en": str(said)}, stage
    report = inspect.getsource(contents.shown)
    assert f'"{words.get("MTBF (hours)").string}", "MTBF (hours)"' in report
