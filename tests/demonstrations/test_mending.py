"""Ways out and corrections: what is given up, an indicator that was a mistake, and hours that were recorded wrongly."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Event
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.demonstrations import facts, operating, queries, reckoning, services
from consortium.demonstrations.models import Demonstration, DemonstrationIndicator, Matter
from consortium.demonstrations.portrait import DemonstrationPortrait
from consortium.demonstrations.workflow import confirmed
from tests.demonstrations.furniture import (
    a_demonstration,
    a_file,
    a_site_user,
    fulfilled,
    on_trial,
    placed,
    promised,
    ready,
    signed,
)
from tests.outputs.conftest import Loaded

pytestmark = pytest.mark.slow

DAY = datetime.date
MAY = {"starts_on": DAY(2026, 5, 1), "ends_on": DAY(2026, 5, 31)}


def told(row: Any, verb: str) -> list[Any]:
    db.session.flush()
    return list(db.session.scalars(select(Event).where(Event.verb == verb, Event.subject_id == row.id)))


# Given up


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_it_is_given_up_from_each_stage_before_the_trial_and_taken_up_again(ours: Any, row: Any, after: int) -> None:
    placed(ours.member_, row, ours.works)
    services.confirm(ours.site, row, decision="agree", words="同意")
    signed(ours.member_, row)
    promised(ours.member_, row)
    ready(row)
    for step in ("match", "contract", "deliver", "install")[:after]:
        services.move(ours.member_, row, step)
    came = row.stage
    with pytest.raises(Refused):
        services.move(ours.member_, row, "give_up")
    services.move(ours.member_, row, "give_up", reason="用户退出")
    assert row.stage == "given_up" and told(row, "gave up the demonstration")[0].facts["reason"] == "用户退出"
    portrait = DemonstrationPortrait(ours.member_, row)
    assert not portrait.keeps and portrait.next is None and [step.name for step, _ in portrait.steps] == ["take_up"]
    assert len(portrait.stages) == after + 2 and queries.waiting(ours.site) == [], came
    with pytest.raises(NotNow, match="given up"):
        placed(ours.member_, row, ours.works)
    services.move(ours.member_, row, "take_up", reason="换一家用户")
    with pytest.raises(Refused) as found:
        placed(ours.member_, row, ours.other)  # the contract with the user so far is nobody else's to read
    assert set(found.value.fields) == {"user_organisation_id"}
    services.contract(ours.member_, row, contract_number="", contract_on=None, contract_price=None)
    placed(ours.member_, row, ours.other)
    assert row.stage == "candidate" and confirmed(row, Matter.MATCHING) is None


def test_what_was_noted_at_a_site_is_never_another_users(ours: Any, row: Any) -> None:
    placed(ours.coordinator, row, ours.works)
    services.confirm(ours.site, row, decision="agree", words="同意")
    signed(ours.coordinator, row)
    promised(ours.coordinator, row)
    ready(row)
    for step in ("match", "contract", "deliver", "install"):
        services.move(ours.coordinator, row, step)
    operating.run(ours.coordinator, row, **MAY, hours=Decimal(700))
    for step in ("give_up", "take_up"):
        services.move(ours.coordinator, row, step, reason="用户停产")
    services.contract(ours.coordinator, row, contract_number="", contract_on=None, contract_price=None)
    db.session.flush()
    db.session.expire(row)
    with pytest.raises(Refused) as found:
        placed(ours.coordinator, row, ours.other)
    assert "of its own" in str(found.value.fields["user_organisation_id"])
    assert placed(ours.coordinator, row, ours.works).site_name


def test_what_is_on_trial_is_not_given_up(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    with pytest.raises(NotNow):
        services.move(ours.coordinator, row, "give_up", reason="不做了")


def test_what_was_given_up_leaves_the_next_report(ours: Any, row: Any) -> None:
    services.move(ours.member_, row, "give_up", reason="用户退出")
    db.session.flush()
    db.session.expire(row)
    today = row.steps[-1].since
    now = facts.section(ours.consortium, today, today)
    assert now["rows"][0]["stage"]["name"]["en"] == "Given up" and now["stages"][-1]["count"] == 1
    later = today + datetime.timedelta(days=1)
    assert facts.section(ours.consortium, later, later)["rows"] == []


# An indicator that was a mistake


def test_a_mistaken_indicator_is_removed_before_it_is_measured(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    mistaken = promised(ours.member_, row)
    fulfilled(ours.coordinator, row)
    with pytest.raises(NotNow, match="measured already"):
        operating.remove_indicator(ours.member_, mistaken, reason="录错")
    mistaken = promised(ours.member_, row)
    services.confirm(ours.site, row, decision="object", words="有一项不对")
    with pytest.raises(Refused):
        operating.remove_indicator(ours.member_, mistaken, reason=" ")
    with pytest.raises(NotNow):
        services.move(ours.member_, row, "accept")
    operating.remove_indicator(ours.member_, mistaken, reason="录错")
    db.session.flush()
    assert len(row.indicators) == 2 and told(row, "removed an indicator")[0].facts["reason"] == "录错"
    services.confirm(ours.site, row, decision="agree", words="通过", files=[a_file("报告.txt", "报告")])
    services.move(ours.member_, row, "accept")
    with pytest.raises(NotNow, match="stays as it is"):
        operating.remove_indicator(ours.member_, row.indicators[0], reason="录错")


# Hours that were wrong


def test_hours_are_corrected_with_a_reason(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    wrong = operating.run(ours.member_, row, **MAY, hours=Decimal(700))
    operating.run(ours.member_, row, starts_on=DAY(2026, 6, 1), ends_on=DAY(2026, 6, 30), hours=Decimal(600))
    good = {**MAY, "hours": Decimal("70.5"), "output": "片", "reason": "小数点错位"}
    for values, field in (
        ({"reason": ""}, "reason"), ({"hours": Decimal(745)}, "hours"), ({"ends_on": DAY(2026, 6, 1)}, "starts_on"),
        ({"starts_on": DAY(2026, 3, 31)}, "starts_on"), ({"ends_on": DAY(2027, 1, 1)}, "ends_on"),
    ):  # fmt: skip
        with pytest.raises(Refused) as found:
            operating.correct(ours.member_, wrong, **{**good, **values})
        assert set(found.value.fields) == {field} and wrong.hours == 700
    operating.correct(ours.member_, wrong, **good)
    db.session.flush()
    db.session.expire(row)
    said = told(row, "corrected operation")[0].facts
    assert reckoning.running(row).hours == Decimal("670.50") and said["reason"] == "小数点错位"
    assert [Decimal(str(one)) for one in said["hours"]] == [Decimal(700), Decimal("70.5")]


def test_corrected_hours_stay_in_their_trial(ours: Any, row: Any) -> None:
    on_trial(ours.coordinator, ours.site, row, ours.works)
    first = operating.run(ours.member_, row, **MAY, hours=Decimal(700))
    services.move(ours.member_, row, "fail", reason="未达标")
    services.move(ours.member_, row, "try_again", reason="再试", trial_on=DAY(2026, 9, 1))
    for values, field in (({"starts_on": DAY(2026, 9, 1), "ends_on": DAY(2026, 9, 30)}, "starts_on"), ({"ends_on": DAY(2026, 9, 2)}, "ends_on")):  # fmt: skip
        with pytest.raises(Refused) as found:
            operating.correct(
                ours.member_, first, **{**MAY, "hours": Decimal(9), "output": "", "reason": "错", **values}
            )
        assert set(found.value.fields) == {field}
    assert reckoning.running(row).hours == 0


def test_the_pages_remove_and_correct(sign_in: Any, world: Any, inside: Callable[[], Any]) -> None:
    with inside():
        found = Loaded(world.ours)
        site, works = a_site_user(found.consortium)
        row = on_trial(found.coordinator, site, a_demonstration(found.coordinator, found.project, found.member), works)
        made = operating.run(found.member_, row, **MAY, hours=Decimal(700))
        mistaken = promised(found.member_, row, "误录")
        db.session.commit()
        number = SimpleNamespace(row=row.id, made=made.id, mistaken=mistaken.id, version=row.version)
    member, page = sign_in(world.ours.people.member), f"/demonstrations/{number.row}"
    edit, remove = f"/operating-records/{number.made}/edit", f"/demonstration-indicators/{number.mistaken}/remove"
    shown = member.get(page).get_data(as_text=True)
    assert edit in shown and remove in shown and "give_up" not in shown
    assert 'value="700.00"' in member.get(edit).get_data(as_text=True)
    values = {"starts_on": "2026-05-01", "ends_on": "2026-05-31", "hours": "71.5", "output": "片七", "reason": "更正七"}
    stale = member.post(edit, data={**values, "version": str(number.version - 1)})
    assert stale.status_code == 409 and "更正七" in stale.get_data(as_text=True)
    assert member.post(edit, data={**values, "version": str(number.version)}).status_code == 303
    assert member.get(remove).status_code == 200 and member.post(remove, data={"reason": ""}).status_code == 422
    assert member.post(remove, data={"reason": "录错"}).status_code == 303
    shown = member.get(page).get_data(as_text=True)
    assert "71.50" in shown and "误录效率" not in shown
    with inside():
        assert db.session.get(DemonstrationIndicator, number.mistaken) is None
        assert db.session.get_one(Demonstration, number.row).version > number.version
    for address in (edit, f"/demonstration-indicators/{number.mistaken - 1}/remove"):
        assert sign_in(world.ours.people.other_member).get(address).status_code == 403
