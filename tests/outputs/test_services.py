"""What deliverables, indicators and what milestones depend on allow and refuse."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.activity.models import Notification, OutboxMail
from consortium.consortia.models import Membership
from consortium.consortia.obstacles import obstacles
from consortium.core import words
from consortium.core.db import db
from consortium.core.errors import Denied, NotNow, Refused, Stale
from consortium.core.words import again
from consortium.outputs import queries, services
from consortium.outputs.models import Deliverable, Direction, Dissemination, SubmittedFile, Tie
from consortium.outputs.tables import standing, state
from consortium.outputs.values import number
from consortium.projects import services as projects
from consortium.projects.models import Participant
from consortium.projects.queries import participants
from consortium.projects.replanning import at_once
from consortium.projects.testimony import earlier
from tests.factories import TODAY
from tests.outputs.conftest import a_node, text
from tests.outputs.furniture import a_deliverable, an_indicator

DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"number": "  "}, "number"), ({"number": "x" * 21}, "number"), ({"title_zh": "", "title_en": ""}, "title_zh"),
     ({"due_on": datetime.date(2031, 1, 1)}, "due_on")],
)  # fmt: skip
def test_a_deliverable_that_breaks_a_rule_is_refused_at_its_field(ours: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        a_deliverable(ours.coordinator, ours.project, ours.member, **{"number": "D1", **wrong})
    assert field in refused.value.fields


def test_numbers_are_unique_in_a_project_and_trimmed(ours: Any) -> None:
    assert a_deliverable(ours.coordinator, ours.project, ours.member, " D1 ").number == "D1"
    with pytest.raises(Refused) as refused:
        a_deliverable(ours.coordinator, ours.project, ours.other, "D1 ")
    assert "taken by" in str(refused.value.fields["number"])
    an_indicator(ours.coordinator, ours.project, ours.member, "D1")


def test_sentences_name_things_in_the_language_of_their_reader(ours: Any) -> None:
    ours.project.title_zh, ours.project.title_en = "碳化硅外延片", "Silicon carbide epitaxy"
    row = a_deliverable(
        ours.coordinator, ours.project, ours.member, "D1", title_zh="工艺报告", title_en="Process report"
    )
    services.submit(ours.member_, row, note="第一版", files=[text()], free_of_secrets=True)
    kept = db.session.query(Notification).where(Notification.href == f"/deliverables/{row.id}").first()
    with pytest.raises(Refused) as refused:
        a_deliverable(ours.coordinator, ours.project, ours.other, "D1")
    said = (lambda: again(kept.message, kept.values)), (lambda: str(refused.value.fields["number"]))
    assert said[0]().startswith("Silicon carbide epitaxy: ") and "“D1 Process report”" in said[1]()
    with words.reading_in("zh_Hans"):
        assert said[0]().startswith("碳化硅外延片") and "D1 工艺报告" in said[1]()
    mails = [mail.subject for mail in db.session.query(OutboxMail)]
    assert any(mail.startswith("碳化硅外延片") for mail in mails)


def test_who_answers_takes_part_and_the_node_is_of_the_project(ours: Any, world: Any) -> None:
    part = next(p for p in participants(ours.project) if p.organisation_id == ours.other.id)
    db.session.delete(part)
    db.session.expire(ours.project, ["participants"])
    with pytest.raises(Refused) as refused:
        a_deliverable(ours.coordinator, ours.project, ours.other, "D1")
    assert "does not take part" in str(refused.value.fields["organisation_id"])


def test_submit_return_submit_accept(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1")
    db.session.query(Notification).delete()  # that it was planned
    word = services.submit(ours.member_, row, note="第一版", files=[text()], free_of_secrets=True)
    assert (row.state, row.submitted_on, len(word.files)) == ("submitted", TODAY, 1)
    told = {n.user_id for n in db.session.query(Notification).where(Notification.href == f"/deliverables/{row.id}")}
    assert ours.coordinator.id in told and ours.expert.id in told and ours.member_.id not in told
    with pytest.raises(Refused):
        services.verify(ours.coordinator, row, decision="return", note=" ", submission_id=word.id)
    services.verify(ours.coordinator, row, decision="return", note="缺附录", submission_id=word.id)
    assert (row.state, word.outcome, word.reason, word.verifier_id) == ("returned", "returned", "缺附录", ours.lead.id)
    second = services.submit(ours.member_, row, note="第二版", files=[text(content="二")])
    with pytest.raises(Stale):
        services.accept(ours.coordinator, row, submission_id=word.id)
    services.accept(ours.coordinator, row, submission_id=second.id)
    assert (row.state, row.accepted_on) == ("accepted", TODAY)
    with pytest.raises(NotNow):
        services.submit(ours.member_, row, note="再来", files=[text()])
    with pytest.raises(NotNow):
        a_change(ours, row)


def a_change(ours: Any, row: Deliverable, **more: Any) -> Deliverable:
    values = {"number": row.number, "node": None, "organisation": ours.member, "title_zh": "改", "title_en": "", "kind": row.kind, "level": row.level,
              "due_on": row.due_on}  # fmt: skip
    with at_once():
        return services.amend_deliverable(ours.coordinator, row, **{**values, **more})


def test_four_eyes(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.lead, "D1")
    services.submit(ours.coordinator, row, note="完成", files=[text()])
    with pytest.raises(NotNow, match="Your organisation"):
        services.accept(ours.coordinator, row)
    with pytest.raises(Denied):
        services.accept(ours.member_, row)
    services.accept(ours.expert, row)
    assert row.submissions[-1].verifier_id == ours.other.id


def test_who_submitted_never_verifies_not_even_from_another_chair(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1")
    services.submit(ours.member_, row, note="完成", files=[text()])
    ours.milestone.reports[:] = []
    projects.report(ours.member_, ours.milestone, note="完成", files=[text()])
    ours.member_.organisation_id = ours.other.id
    for seat in ours.member_.seats:
        seat.organisation_id, seat.role = ours.other.id, "expert"
    for refuse in (lambda: services.accept(ours.member_, row), lambda: projects.verify(ours.member_, ours.milestone)):
        with pytest.raises(NotNow, match=r"Your organisation|yourself"):
            refuse()


def test_only_the_owner_submits_and_with_a_file(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1")
    with pytest.raises(Denied):
        services.submit(ours.other_member, row, note="完成", files=[text()])
    for wrong, field in (({"note": " ", "files": [text()]}, "note"), ({"note": "完成"}, "files")):
        with pytest.raises(Refused) as refused:
            services.submit(ours.member_, row, **wrong)
        assert field in refused.value.fields


def test_what_was_handed_in_stays_in_the_plan_and_with_its_firm(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1")
    word = services.submit(ours.member_, row, note="完成", files=[text()])
    services.send_back(ours.coordinator, row, reason="补充", submission_id=word.id)
    with pytest.raises(Refused) as refused:
        a_change(ours, row, organisation=ours.other)
    assert "organisation_id" in refused.value.fields
    assert a_change(ours, row, due_on=row.due_on + DAY).title_zh == "改"
    with at_once(), pytest.raises(NotNow):
        services.remove_deliverable(ours.coordinator, row, reason="多余")


@pytest.mark.parametrize(
    ("left", "word", "tone"), [(-1, "Late", "bad"), (5, "Due soon", "warn"), (60, "Pending", "plan")]
)
def test_late_and_due_soon_are_derived(ours: Any, left: int, word: str, tone: str) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1", due_on=TODAY + left * DAY)
    assert state(row) == (word, tone)
    found = db.session.scalar(
        select(func.count()).select_from(queries.narrowed(select(Deliverable), {"state": "late"}, TODAY).subquery())
    )
    assert found == (left < 0)


def test_a_file_of_the_own_firm_serves_again_and_lies_there_once(ours: Any) -> None:
    report = projects.report(ours.member_, ours.milestone, note="完成", files=[text("共用.txt", "同一份数据")])
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1")
    known = earlier(ours.project.id, ours.member.id)
    assert [file.name for file in known] == ["共用.txt"]
    word = services.submit(ours.member_, row, note="完成", again=[known[0].sha256])
    assert (word.files[0].key, word.files[0].name) == (report.evidence[0].key, "共用.txt")
    twice = services.read_off(ours.member_, an_indicator(ours.coordinator, ours.project, ours.member, "K1"), value="91", on_day=TODAY, note="",
                              files=[text("共用.txt", "同一份数据")], again=[known[0].sha256])  # fmt: skip
    assert [file.sha256 for file in twice.files] == [known[0].sha256]
    assert len(earlier(ours.project.id, ours.member.id)) == 1


def test_a_file_of_another_firm_does_not_serve(ours: Any) -> None:
    projects.report(ours.member_, ours.milestone, note="完成", files=[text("别家.txt", "别家的数据")])
    row = a_deliverable(ours.coordinator, ours.project, ours.other, "D1")
    assert earlier(ours.project.id, ours.other.id) == []
    digest = earlier(ours.project.id, ours.member.id)[0].sha256
    with pytest.raises(Refused) as refused:
        services.submit(ours.other_member, row, note="完成", again=[digest])
    assert "again" in refused.value.fields
    assert db.session.scalar(select(func.count()).select_from(SubmittedFile)) == 0


# Indicators


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"value_end": ""}, "value_end"), ({"value_end": "九十"}, "value_end"), ({"value_mid": "96"}, "value_mid"), ({"value_start": "12%"}, "value_start"),
     ({"direction": Direction.AT_MOST, "value_mid": "80", "value_end": "90"}, "value_mid")],
)  # fmt: skip
def test_targets_are_numbers_that_do_not_contradict_each_other(ours: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        an_indicator(ours.coordinator, ours.project, ours.member, "K1", **wrong)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1e-6", "0.000001"), ("1,234.50", "1234.50"), ("１２．５", "12.5"), ("1×10^-6", "0.000001"), ("-3", "-3")],
)
def test_values_are_exact(typed: str, meant: str) -> None:
    assert number(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["", "12%", "1,23", "NaN", "Infinity", "1e999", "九", "1 e", "--1", "1" * 70])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        number(typed)


def test_words_are_taken_where_no_number_says_it(ours: Any) -> None:
    row = an_indicator(
        ours.coordinator,
        ours.project,
        ours.member,
        "K1",
        direction=Direction.IN_WORDS,
        value_start="",
        value_mid="样机",
        value_end="定型",
    )
    services.read_off(ours.member_, row, value="样机完成", on_day=TODAY, note="", files=[text()])
    assert standing(row)[1] == "act"


def test_no_data_is_grey_and_the_latest_day_counts(ours: Any) -> None:
    row = an_indicator(ours.coordinator, ours.project, ours.member, "K1")
    assert standing(row) == ("No data", "none")
    for value, back, word, tone in (
        ("70", 9, "Not reached yet", "warn"),
        ("92", 5, "Mid-term value reached", "act"),
        ("96", 1, "Target reached", "ok"),
        ("60", 7, "Target reached", "ok"),
    ):
        services.read_off(ours.member_, row, value=value, on_day=TODAY - back * DAY, note="", files=[text()])
        assert standing(row) == (word, tone)
    assert standing(row, ours.project.ends_on + DAY)[1] == "ok"


def test_a_missed_target_is_told_after_the_end(ours: Any) -> None:
    row = an_indicator(
        ours.coordinator, ours.project, ours.member, "K1", direction=Direction.AT_MOST, value_mid="", value_end="1e-6"
    )
    services.read_off(ours.member_, row, value="2e-6", on_day=TODAY, note="", files=[text()])
    assert standing(row)[1] == "warn" and standing(row, ours.project.ends_on + DAY) == ("Target missed", "bad")


def test_readings_are_refused_at_their_fields(ours: Any) -> None:
    row = an_indicator(ours.coordinator, ours.project, ours.member, "K1")
    for wrong, field in (({"value": "很好"}, "value"), ({"value": ""}, "value"), ({"on_day": TODAY + DAY}, "on_day"), ({"files": []}, "files")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            services.read_off(
                ours.member_, row, **{"value": "1", "on_day": TODAY, "note": "", "files": [text()], **wrong}
            )
        assert field in refused.value.fields
    services.read_off(ours.member_, row, value="1", on_day=TODAY, note="", files=[text()])
    with at_once(), pytest.raises(NotNow):
        services.remove_indicator(ours.coordinator, row, reason="多余")


# What milestones depend on


def test_ties_and_what_they_keep(ours: Any) -> None:
    row, node = a_deliverable(ours.coordinator, ours.project, ours.member, "D1"), a_node(ours.project, ours.member)
    with at_once():
        tie = services.tie(ours.coordinator, ours.milestone, row)
        services.tie(ours.coordinator, ours.milestone, node)
        with pytest.raises(Refused):
            services.tie(ours.coordinator, ours.milestone, row)
        with pytest.raises(NotNow, match="depend on this deliverable"):
            services.remove_deliverable(ours.coordinator, row, reason="多余")
    assert [len(queries.tied_to(ours.milestone)), len(queries.to_tie(ours.milestone)), queries.served_by(row)] == [
        2,
        0,
        [ours.milestone],
    ]
    assert "M" in str(obstacles("remove_node", node)[0])
    with at_once():
        services.untie(ours.coordinator, tie)
        services.remove_deliverable(ours.coordinator, row, reason="多余")


def test_the_gantt_learns_to_which_nodes_a_milestone_belongs(ours: Any) -> None:
    one, two = (a_node(ours.project, ours.lead, number) for number in ("2", "10"))
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1", node=two)
    assert queries.tied_nodes(ours.project) == {}
    with at_once():
        for thing in (row, one):
            services.tie(ours.coordinator, ours.milestone, thing)
    assert queries.tied_nodes(ours.project) == {ours.milestone.id: ["2", "10"]}


def test_a_milestone_that_goes_takes_its_ties_along(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1")
    with at_once():
        services.tie(ours.coordinator, ours.milestone, row)
        projects.remove_milestone(ours.coordinator, ours.milestone, reason="不再需要")
    assert db.session.scalar(select(func.count()).select_from(Tie)) == 0


def test_nothing_of_another_project_is_tied(ours: Any, world: Any) -> None:
    from tests import factories

    other = factories.project(ours.consortium, ours.lead, "另一个项目")
    with at_once(), pytest.raises(Refused):
        services.tie(ours.coordinator, ours.milestone, a_deliverable(ours.coordinator, other, ours.lead, "D1"))


def test_an_internal_deliverable_is_hidden_from_officers_everywhere(ours: Any, world: Any) -> None:
    from consortium.people.models import User

    officer = db.session.get_one(User, world.people.officer.id)
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1", level=Dissemination.INTERNAL)
    with at_once():
        services.tie(ours.coordinator, ours.milestone, row)
    assert db.session.scalars(queries.deliverables(officer)).all() == []
    assert queries.ties_of(officer, ours.milestone) == [] and len(queries.ties_of(ours.auditor, ours.milestone)) == 1


# What stands in the way, what waits


def test_what_is_open_stands_in_the_way(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1")
    seat = db.session.scalars(select(Membership).where(Membership.organisation_id == ours.member.id)).first()
    part = db.session.scalars(select(Participant).where(Participant.organisation_id == ours.member.id)).first()
    assert any("D1" in str(sentence) for sentence in obstacles("release", seat))
    assert any("D1" in str(sentence) for sentence in obstacles("complete", ours.project))
    assert any("D1" in str(sentence) for sentence in obstacles("leave", part))
    assert any(
        "D1" in str(sentence)
        for sentence in obstacles("reschedule", ours.project, ours.project.starts_on, row.due_on - DAY)
    )
    services.submit(ours.member_, row, note="完成", files=[text()])
    services.accept(ours.coordinator, row)
    assert not any(
        "D1" in str(sentence) for sentence in (*obstacles("release", seat), *obstacles("complete", ours.project))
    )


def test_what_waits(ours: Any) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1", due_on=TODAY - DAY)
    a_deliverable(ours.coordinator, ours.project, ours.member, "D2", due_on=TODAY + 200 * DAY)
    assert [w.href for w in queries.waiting(ours.member_)] == [f"/deliverables/{row.id}/submit"]
    assert queries.waiting(ours.member_)[0].tone == "bad" and not queries.waiting(ours.coordinator)
    services.submit(ours.member_, row, note="完成", files=[text()])
    assert not queries.waiting(ours.member_)
    assert [w.href for w in queries.waiting(ours.coordinator)] == [f"/deliverables/{row.id}#verify"]
    services.send_back(ours.expert, row, reason="补充")
    assert len(queries.waiting(ours.member_)) == 1


@pytest.mark.parametrize("stage", ["suspended", "closed"])
def test_what_would_be_refused_does_not_wait(ours: Any, stage: str) -> None:
    row = a_deliverable(ours.coordinator, ours.project, ours.member, "D1", due_on=TODAY - DAY)
    indicator = an_indicator(ours.coordinator, ours.project, ours.member, "K1")
    ours.consortium.stage = stage
    db.session.flush()
    assert not queries.waiting(ours.member_)
    with pytest.raises(NotNow):
        services.submit(ours.member_, row, note="完成", files=[text()])
    with pytest.raises(NotNow):
        services.read_off(ours.member_, indicator, value="1", on_day=TODAY, note="")
