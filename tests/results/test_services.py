"""What results, shares and background allow and refuse."""

import datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Event, Notification
from consortium.core.db import db
from consortium.core.errors import Denied, Missing, NotNow, Refused
from consortium.results import contradictions, queries, services, sharing
from consortium.results.models import Result, ResultOwner
from tests.factories import TODAY
from tests.results.furniture import a_file, a_patent_number, a_result, an_effect, an_outcome, some_background

DAY = datetime.timedelta(days=1)
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def owner_of(result: Result, firm: Any) -> ResultOwner:
    return next(owner for owner in result.owners if owner.organisation_id == firm.id)


def shared(ours: Any, number: str = "R1", **more: Any) -> Result:
    """A result that the member leads, a third of each firm."""
    return a_result(
        ours.member_,
        ours.project,
        ours.member,
        number,
        shares=dict.fromkeys((ours.lead, ours.member, ours.other), THIRD),
        **more,
    )


# Shares


def test_three_thirds_are_the_whole_exactly(ours: Any) -> None:
    result = shared(ours)
    db.session.expire_all()
    assert sum(owner.share for owner in result.owners) == 1
    assert [owner.share for owner in result.owners] == [THIRD] * 3


@pytest.mark.parametrize(
    ("parts", "said"),
    [(("1/3", "1/3", "33.33"), "1/30000"), (("60", "30", ""), "10 %"), (("60", "50", ""), "10 %"), (("100", "100", "100"), "200 %")],
)  # fmt: skip
def test_shares_that_miss_the_whole_are_refused_by_how_much(ours: Any, parts: tuple[str, ...], said: str) -> None:
    firms = (ours.lead, ours.member, ours.other)
    shares = {firm: sharing.share(text) if text else None for firm, text in zip(firms, parts, strict=True)}
    with pytest.raises(Refused) as refused:
        a_result(ours.member_, ours.project, ours.member, "R1", shares=shares)
    last = [firm for firm, part in shares.items() if part][-1]
    assert said in str(refused.value.fields[f"share_{last.id}"])


def test_who_proposes_agrees_for_its_own_firm_and_all_others_are_asked(ours: Any) -> None:
    result = shared(ours)
    assert result.state == "proposed"
    assert {owner.organisation_id: owner.state for owner in result.owners} == {
        ours.lead.id: "asked",
        ours.member.id: "agreed",
        ours.other.id: "asked",
    }
    told = {
        row.user_id
        for row in db.session.scalars(select(Notification).where(Notification.href == f"/results/{result.id}#shares"))
    }
    assert told == {ours.coordinator.id, ours.other_member.id}


def test_a_result_is_agreed_when_each_owner_has_said_so_with_its_own_account(ours: Any) -> None:
    result = shared(ours)
    services.answer(ours.coordinator, owner_of(result, ours.lead), "agree")
    assert result.state == "proposed" and result.agreed_on is None
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    assert result.state == "agreed" and result.agreed_on == TODAY
    assert owner_of(result, ours.other).answered_by_id == ours.other_member.id


@pytest.mark.parametrize("who", ["coordinator", "member_", "expert", "auditor"])
def test_nobody_agrees_for_another_firm(ours: Any, who: str) -> None:
    result = shared(ours)
    with pytest.raises((Denied, Missing)):
        services.answer(getattr(ours, who), owner_of(result, ours.other), "agree")
    assert owner_of(result, ours.other).state == "asked"


def test_a_dispute_needs_a_reason_that_the_others_hear(ours: Any) -> None:
    result = shared(ours)
    with pytest.raises(Refused) as refused:
        services.answer(ours.other_member, owner_of(result, ours.other), "dispute", reason=" ")
    assert "reason" in refused.value.fields
    services.answer(ours.other_member, owner_of(result, ours.other), "dispute", reason="贡献更大")
    assert result.state == "disputed" and owner_of(result, ours.other).reason == "贡献更大"
    told = {
        row.user_id
        for row in db.session.scalars(select(Notification).where(Notification.href == f"/results/{result.id}"))
    }
    assert ours.member_.id in told and ours.other_member.id not in told


def test_a_dispute_that_is_taken_back_asks_the_others_again_and_can_settle(ours: Any) -> None:
    result = shared(ours)
    services.answer(ours.other_member, owner_of(result, ours.other), "dispute", reason="不同意")
    services.answer(ours.coordinator, owner_of(result, ours.lead), "agree")
    assert result.state == "disputed"
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    assert result.state == "agreed"


def test_a_change_after_agreement_opens_it_again_and_asks_all(ours: Any) -> None:
    result = shared(ours)
    services.answer(ours.coordinator, owner_of(result, ours.lead), "agree")
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    services.answer(ours.other_member, owner_of(result, ours.other), "release", reason="转让")
    services.propose(
        ours.member_, result, shares={ours.lead: Fraction(3, 5), ours.member: Fraction(2, 5), ours.other: None}
    )
    assert result.state == "proposed" and result.agreed_on is None
    assert {owner.organisation_id: owner.state for owner in result.owners} == {
        ours.lead.id: "asked",
        ours.member.id: "agreed",
    }
    event = db.session.scalars(
        select(Event).where(Event.verb == "proposed the shares").order_by(Event.id.desc())
    ).first()
    assert event.facts["shares"] == {str(ours.lead): "60 %", str(ours.member): "40 %"}


def test_all_have_agreed_so_none_of_them_alone_opens_it(ours: Any) -> None:
    result = a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: HALF, ours.other: HALF})
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    with pytest.raises(NotNow):
        services.answer(ours.other_member, owner_of(result, ours.other), "dispute", reason="后悔")
    assert owner_of(result, ours.other).state == "agreed" and owner_of(result, ours.other).reason == ""


def test_the_same_shares_are_not_proposed_twice_unless_disputed(ours: Any) -> None:
    result = a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: HALF, ours.other: HALF})
    with pytest.raises(NotNow):
        services.propose(ours.member_, result, shares={ours.member: HALF, ours.other: HALF})
    services.answer(ours.other_member, owner_of(result, ours.other), "dispute", reason="不同意")
    services.propose(ours.member_, result, shares={ours.member: HALF, ours.other: HALF})
    assert result.state == "proposed" and owner_of(result, ours.other).state == "asked"


def test_only_the_leading_firm_proposes(ours: Any) -> None:
    result = shared(ours)
    for person in (ours.coordinator, ours.other_member, ours.expert):
        with pytest.raises((Denied, Missing)):
            services.propose(person, result, shares={ours.member: Fraction(1)})


def test_an_outsider_owns_nothing(ours: Any) -> None:
    from tests import factories

    outsider = factories.organisation("局外单位")
    with pytest.raises(Refused) as refused:
        a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: HALF, outsider: HALF})
    assert f"share_{outsider.id}" in refused.value.fields


def test_what_waits_are_shares_to_answer_and_disputes_to_settle(ours: Any) -> None:
    result = shared(ours)
    assert [one.href for one in queries.waiting(ours.other_member)] == [f"/results/{result.id}#shares"]
    assert queries.waiting(ours.member_) == []
    services.answer(ours.other_member, owner_of(result, ours.other), "dispute", reason="不同意")
    assert queries.waiting(ours.other_member) == []
    assert [one.tone for one in queries.waiting(ours.member_)] == ["bad"]


# Results


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"number": " "}, "number"), ({"number": "x" * 21}, "number"), ({"title_zh": "", "title_en": ""}, "title_zh"), ({"made_on": TODAY + DAY}, "made_on"),
     ({"made_on": datetime.date(2001, 1, 1)}, "made_on")],
)  # fmt: skip
def test_a_result_that_breaks_a_rule_is_refused_at_its_field(ours: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        a_result(ours.member_, ours.project, ours.member, **{"number": "R1", **wrong})
    assert field in refused.value.fields


def test_a_number_is_given_once_in_a_project(ours: Any) -> None:
    shared(ours)
    with pytest.raises(Refused) as refused:
        a_result(ours.coordinator, ours.project, ours.lead, "R1")
    assert "number" in refused.value.fields


def test_a_firm_enters_for_itself_alone(ours: Any) -> None:
    with pytest.raises((Denied, Missing)):
        a_result(ours.member_, ours.project, ours.other, "R1")
    with pytest.raises((Denied, Missing)):
        an_outcome(ours.member_, ours.project, ours.other)
    with pytest.raises((Denied, Missing)):
        some_background(ours.member_, ours.project, ours.other, "B1")
    with pytest.raises((Denied, Missing)):
        an_effect(ours.member_, ours.project, ours.other, 2026)


def test_a_draft_has_no_results_but_background(ours: Any) -> None:
    from consortium.activity.services import record

    ours.project.stage = "draft"
    record("test", "amended", ours.project)
    assert some_background(ours.member_, ours.project, ours.member, "B1").id
    with pytest.raises(NotNow):
        a_result(ours.member_, ours.project, ours.member, "R1")


def test_a_result_stays_once_another_firm_agreed_or_something_comes_from_it(ours: Any) -> None:
    result = shared(ours)
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    with pytest.raises(NotNow, match="agreed"):
        services.remove_result(ours.member_, result, reason="误录")
    alone = a_result(
        ours.member_,
        ours.project,
        ours.member,
        "R2",
        shares={ours.member: Fraction(1)},
        backgrounds=[some_background(ours.member_, ours.project, ours.member, "B1")],
    )
    services.add_files(ours.member_, alone, files=[a_file("证明.txt", "证明")])
    outcome = an_outcome(ours.member_, ours.project, ours.member, result=alone)
    with pytest.raises(NotNow, match="Outcomes"):
        services.remove_result(ours.member_, alone, reason="误录")
    services.remove_outcome(ours.member_, outcome, reason="误录")
    services.remove_result(ours.member_, alone, reason="误录")
    assert queries.taken(ours.project, "R2") is None


# Contradictions


def test_background_outside_of_the_list_is_pointed_out(ours: Any) -> None:
    inside = some_background(ours.other_member, ours.project, ours.other, "B1")
    out = some_background(ours.other_member, ours.project, ours.other, "B2", included=False, needed_for="")
    a_result(ours.member_, ours.project, ours.member, "R1", backgrounds=[inside])
    assert contradictions.of(ours.project) == []
    a_result(ours.member_, ours.project, ours.member, "R2", backgrounds=[out])
    a_result(ours.member_, ours.project, ours.member, "R3", uses_unlisted="旧版控制算法")
    said = [str(one.sentence) for one in contradictions.of(ours.project)]
    assert len(said) == 2 and "旧版控制算法" in said[0] and "R2" in said[1] and "B2" in said[1]


def test_a_holder_who_owns_nothing_of_the_result_is_pointed_out(ours: Any) -> None:
    result = a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: Fraction(1)})
    an_outcome(ours.member_, ours.project, ours.member, result=result)
    assert contradictions.of(ours.project) == []
    an_outcome(
        ours.member_,
        ours.project,
        ours.member,
        number=a_patent_number(2),
        result=result,
        shares={ours.member: HALF, ours.other: HALF},
    )
    assert [one.href.startswith("/outcomes/") for one in contradictions.of(ours.project)] == [True]


def test_background_that_is_used_stays_on_the_list(ours: Any) -> None:
    row = some_background(ours.other_member, ours.project, ours.other, "B1")
    result = a_result(ours.member_, ours.project, ours.member, "R1", backgrounds=[row])
    db.session.expire(row)
    with pytest.raises(NotNow, match="R1"):
        services.withdraw(ours.other_member, row, reason="误录")
    values = {
        name: getattr(result, name)
        for name in ("number", "title_zh", "title_en", "description", "kind", "made_on", "critical")
    }
    services.amend_result(ours.member_, result, **values)
    db.session.expire(row)
    services.withdraw(ours.other_member, row, reason="误录")
    assert queries.background(ours.project) == []


# What was agreed


def amended(ours: Any, result: Result, **more: Any) -> Result:
    names = ("number", "title_zh", "title_en", "description", "kind", "made_on", "critical")
    return services.amend_result(ours.member_, result, **{**{name: getattr(result, name) for name in names}, **more})


@pytest.mark.parametrize(
    "change", [{"title_zh": "另一成果"}, {"description": "另一说明"}, {"made_on": datetime.date(2026, 10, 2)}]
)
def test_a_result_that_is_changed_after_agreement_asks_its_owners_again(ours: Any, change: dict[str, Any]) -> None:
    result = a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: HALF, ours.other: HALF})
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    amended(ours, result, number="R2")
    assert result.state == "agreed"
    read = owner_of(result, ours.other).version
    amended(ours, result, **change)
    assert (result.state, result.agreed_on) == ("proposed", None)
    assert [owner_of(result, firm).state for firm in (ours.member, ours.other)] == ["agreed", "asked"]
    assert owner_of(result, ours.other).version > read and owner_of(result, ours.other).share == HALF
    asked = [row.message for row in db.session.scalars(select(Notification).where(Notification.user_id == ours.other_member.id))]  # fmt: skip
    assert any("after your organisation agreed" in message for message in asked)
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    assert result.state == "agreed"


def test_who_agreed_while_others_were_still_asked_is_asked_again(ours: Any) -> None:
    result = shared(ours)
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    amended(ours, result, description="另一说明")
    assert owner_of(result, ours.other).state == "asked" and result.state == "proposed"


def test_parts_of_an_outcome_that_differ_from_what_was_agreed_are_pointed_out(ours: Any) -> None:
    result = a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: HALF, ours.other: HALF})
    outcome = an_outcome(ours.member_, ours.project, ours.member, result=result, shares={ours.member: Fraction(1)})
    assert contradictions.of(ours.project) == []  # nothing is agreed yet
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    assert [one.href for one in contradictions.of(ours.project)] == [f"/outcomes/{outcome.id}"]
    services.hold_anew(ours.coordinator, outcome, shares={ours.member: HALF, ours.other: HALF})
    assert contradictions.of(ours.project) == []


def test_a_holder_with_another_part_and_an_owner_who_holds_nothing_are_pointed_out(ours: Any) -> None:
    result = a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: HALF, ours.other: HALF})
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    third = {ours.member: Fraction(1, 3), ours.other: Fraction(2, 3)}
    outcome = an_outcome(ours.member_, ours.project, ours.member, result=result, shares=third)
    assert [one.href for one in contradictions.of(ours.project)] == [f"/outcomes/{outcome.id}"]
    # Parts that are written otherwise but are the same part.
    for owner in outcome.owners:
        owner.part, owner.of = 2, 4
    db.session.flush()
    assert contradictions.of(ours.project) == []


def test_of_many_that_do_not_fit_the_first_are_told(ours: Any) -> None:
    for place in range(contradictions.MOST + 2):
        a_result(ours.member_, ours.project, ours.member, f"R{place}", uses_unlisted="清单外")
    assert len(contradictions.of(ours.project)) == contradictions.MOST


def test_many_results_of_one_project_wait_as_one_with_their_list(ours: Any) -> None:
    for place in range(queries.EACH + 1):
        shared = {ours.member: HALF, ours.other: HALF}
        result = a_result(ours.member_, ours.project, ours.member, f"R{place}", shares=shared)
        if place == queries.EACH - 1:
            assert len(queries.waiting(ours.other_member)) == queries.EACH
    found = queries.waiting(ours.other_member)
    query = {"owner": str(ours.other.id), "answer": "asked"}
    assert [one.href for one in found] == [f"/projects/{ours.project.id}/results?owner={ours.other.id}&answer=asked"]
    assert str(queries.EACH + 1) in str(found[0].what)
    assert len(list(db.session.scalars(queries.results_narrowed(queries.results(ours.other_member), query)))) == queries.EACH + 1  # fmt: skip
    services.answer(ours.other_member, owner_of(result, ours.other), "dispute", reason="份额不符")
    assert len(queries.waiting(ours.other_member)) == queries.EACH
    assert [one.href for one in queries.waiting(ours.member_)] == [f"/results/{result.id}#shares"]
    assert len(list(db.session.scalars(queries.results_narrowed(queries.results(ours.other_member), query)))) == queries.EACH  # fmt: skip


@pytest.mark.parametrize("said", ["agree", "dispute"])
def test_who_has_spoken_is_left_out_only_by_its_own_word(ours: Any, said: str) -> None:
    result = shared(ours)
    services.answer(
        ours.other_member, owner_of(result, ours.other), said, reason="份额不符" if said == "dispute" else ""
    )
    alone = {ours.member: Fraction(1)}
    less = {ours.member: Fraction(9, 10), ours.other: Fraction(1, 10)}
    for _ in range(2):  # asking it anew does not take its word away
        with pytest.raises(Refused) as refused:
            services.propose(ours.member_, result, shares=alone)
        assert "give the share up itself" in str(refused.value.fields[f"share_{ours.other.id}"])
        if result.state != "proposed":
            services.propose(ours.member_, result, shares=less)
    services.hand_over(ours.coordinator, result, organisation=ours.lead, reason="牵头变更")
    with pytest.raises(Refused):
        services.propose(ours.coordinator, result, shares={ours.lead: Fraction(1)})
    services.hand_over(ours.coordinator, result, organisation=ours.member, reason="牵头变更")
    with pytest.raises(NotNow):
        services.remove_result(ours.member_, result, reason="误录")
    owner = owner_of(result, ours.other)
    with pytest.raises(Refused):
        services.answer(ours.other_member, owner, "release")
    with pytest.raises(Denied):
        services.answer(ours.member_, owner, "release", reason="不要")
    services.answer(ours.other_member, owner, "release", reason="未参与研制")
    assert result.state == "proposed" and [one.href for one in queries.waiting(ours.member_)] == [f"/results/{result.id}#shares"]  # fmt: skip
    services.propose(ours.member_, result, shares=alone)
    assert result.state == "agreed" and [one.organisation_id for one in result.owners] == [ours.member.id]


def test_a_share_that_is_given_up_opens_what_all_had_agreed_to(ours: Any) -> None:
    result = a_result(ours.member_, ours.project, ours.member, "R1", shares={ours.member: HALF, ours.other: HALF})
    services.answer(ours.other_member, owner_of(result, ours.other), "agree")
    assert result.state == "agreed"
    services.answer(ours.other_member, owner_of(result, ours.other), "release", reason="转让给牵头单位")
    assert (result.state, result.agreed_on) == ("proposed", None)
    # Who gave it up may be asked once more, with the same shares.
    services.propose(ours.member_, result, shares={ours.member: HALF, ours.other: HALF})
    assert owner_of(result, ours.other).state == "asked"
    services.propose(ours.member_, result, shares={ours.member: Fraction(1)})
    assert [owner.organisation_id for owner in result.owners] == [ours.member.id]
    db.session.commit()


def test_who_handed_a_result_over_does_not_lift_the_level_by_it(ours: Any) -> None:
    done = a_result(ours.member_, ours.project, ours.member, "R1")
    services.hand_over(ours.coordinator, done, organisation=ours.other, reason="牵头变更")
    assert queries.handed_by(ours.coordinator, done) and not queries.handed_by(ours.expert, done)


def test_another_firm_is_taken_out_of_the_holders_by_itself_or_by_who_plans(ours: Any) -> None:
    halves = {ours.member: HALF, ours.other: HALF}
    outcome = an_outcome(ours.member_, ours.project, ours.member, shares=halves)

    def heard(person: Any) -> list[str]:
        query = select(Notification).where(
            Notification.user_id == person.id, Notification.href == f"/outcomes/{outcome.id}"
        )
        return [row.message for row in db.session.scalars(query.order_by(Notification.id))]

    assert len(heard(ours.other_member)) == 1 and "named as a holder" in heard(ours.other_member)[0]
    said = {"title_zh": "专利", "title_en": "A patent", "number": outcome.number}
    with pytest.raises(Refused) as refused:
        services.amend_outcome(ours.member_, outcome, **said, shares={ours.member: Fraction(1)})
    assert list(refused.value.fields) == [f"share_{ours.other.id}"] and len(outcome.owners) == 2
    services.amend_outcome(ours.member_, outcome, **said, shares={ours.member: THIRD, ours.other: Fraction(2, 3)})
    assert "was changed" in heard(ours.other_member)[1]
    for person in (ours.member_, ours.other_member, ours.expert):
        with pytest.raises(Denied):
            services.hold_anew(person, outcome, shares={ours.member: Fraction(1)})
    services.hold_anew(ours.coordinator, outcome, shares={ours.member: Fraction(1)})
    assert [owner.organisation_id for owner in outcome.owners] == [ours.member.id] and len(
        heard(ours.other_member)
    ) == 3


def test_holders_hear_when_an_outcome_is_taken_off_the_register(ours: Any) -> None:
    outcome = an_outcome(ours.member_, ours.project, ours.member, shares={ours.member: HALF, ours.other: HALF})
    services.remove_outcome(ours.coordinator, outcome, reason="误录")
    asked = [row.message for row in db.session.scalars(select(Notification).where(Notification.user_id == ours.other_member.id))]  # fmt: skip
    assert any("taken off the register" in message for message in asked)
