"""What is said about a kept risk, and what it has become, is open to whom the risk is open to: from the day on which it is kept, and of a new owner."""

from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.services import timeline
from consortium.core.access import Action, allowed, within
from consortium.core.db import db
from consortium.discussions import queries as talked
from consortium.discussions import services as talk
from consortium.discussions.models import Remark, Thread
from consortium.organisations.models import Organisation
from consortium.risks import services
from consortium.risks.models import Risk
from tests.risks.furniture import a_risk, an_action, an_issue


def amended(actor: Any, risk: Risk, firm: Organisation | None = None, **more: Any) -> Risk:
    """The same risk, of another owner or kept."""
    names = ("title_zh", "title_en", "description", "kind", "foreseen", "rhythm", "mitigation")
    owner = firm or db.session.get_one(Organisation, risk.organisation_id)
    services.amend_risk(actor, risk, organisation=owner, **{**{name: getattr(risk, name) for name in names}, **more})
    db.session.flush()
    return risk


def heard(actor: Any, ours: Any) -> set[str]:
    """All words of talk that a person reads in the list of threads, and by its doors."""
    rows = db.session.scalars(talked.threads(actor, ours.consortium)).unique()
    listed = {remark.words for row in rows for remark in row.remarks}
    single = {row.words for row in db.session.scalars(within(actor, select(Remark), Remark))}
    doors = {row.words for row in db.session.scalars(select(Remark)) if allowed(actor, Action.VIEW, row)}
    assert listed == single == doors
    return listed


def test_talk_about_a_risk_follows_it(ours: Any) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    issue = an_issue(ours.member_, ours.project, ours.member, risk=risk)
    thread = talk.say(ours.coordinator, risk, words="公开的话")
    about_issue = talk.say(ours.coordinator, issue, words="问题的话")
    assert heard(ours.other_member, ours) == {"公开的话", "问题的话"}
    amended(ours.member_, risk, kept=True)
    talk.answer(ours.member_, thread, words="保密的话")
    talk.answer(ours.member_, about_issue, words="问题的保密")
    all_words = {"公开的话", "问题的话", "保密的话", "问题的保密"}
    assert (heard(ours.other_member, ours), heard(ours.member_, ours), heard(ours.coordinator, ours)) == (set(), all_words, all_words)  # fmt: skip
    assert not allowed(ours.other_member, Action.DISCUSS, thread)
    assert "amended the risk" in [event.verb for event in timeline(thread, reader=ours.member_)]
    amended(ours.member_, risk, kept=False)
    assert heard(ours.other_member, ours) == all_words
    db.session.commit()  # an event tells of every row that changed


def test_talk_about_a_kept_risk_goes_to_its_new_owner(ours: Any) -> None:
    risk = a_risk(ours.coordinator, ours.project, ours.member, kept=True)
    thread = talk.say(ours.member_, risk, words="原负责单位的话")
    assert heard(ours.other_member, ours) == set()
    amended(ours.coordinator, risk, ours.other, kept=True)
    talk.answer(ours.other_member, thread, words="新负责单位的话")
    assert heard(ours.member_, ours) == set()
    assert heard(ours.other_member, ours) == {"原负责单位的话", "新负责单位的话"}
    amended(ours.coordinator, risk, ours.other, kept=True, mitigation="另")
    assert {row.kept_to_id for model in (Thread, Remark) for row in db.session.scalars(select(model))} == {ours.other.id}  # fmt: skip


@pytest.mark.parametrize("of_itself", [True, False])
def test_a_kept_issue_stays_kept_when_its_risk_is_opened(ours: Any, of_itself: bool) -> None:
    risk = a_risk(ours.member_, ours.project, ours.member)
    issue = an_issue(ours.member_, ours.project, ours.member, risk=risk, kept=of_itself)
    rows = [issue, an_action(ours.member_, issue, ours.member), talk.say(ours.member_, issue, words="内部的话")]
    amended(ours.member_, risk, kept=True)
    assert not any(allowed(ours.other_member, Action.VIEW, row) for row in rows)
    late = an_issue(ours.member_, ours.project, ours.member, risk=risk)
    amended(ours.member_, risk, kept=False)
    assert [allowed(ours.other_member, Action.VIEW, row) for row in rows] == [not of_itself] * 3
    assert allowed(ours.other_member, Action.VIEW, risk) and allowed(ours.other_member, Action.VIEW, late)
