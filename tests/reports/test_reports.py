"""Status reports: from the period to the submitted paper, and who may see what of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.exc import IntegrityError

from consortium.consortia.models import Consortium, Membership
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Missing, NotNow, Refused
from consortium.documents.archive import keep
from consortium.documents.models import Paper
from consortium.people.models import User
from consortium.projects.models import Milestone
from consortium.reports import facts, periods, queries, services, sheets
from consortium.reports.models import StatusReport
from tests.agreements.test_agreements import people, plain
from tests.factories import OURS
from tests.outputs.conftest import text

pytestmark = pytest.mark.slow

QUARTER = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 9, 30)}
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
TYPED = {"starts_on": "2026-07-01", "ends_on": "2026-09-30"}
WORDS = {"narrative_zh": "本期完成样机。", "narrative_en": "The prototype is finished."}


@pytest.fixture
def table(world, inside):
    """The consortium and its coordinator, with everything in scope."""
    with inside():
        yield db.session.get_one(Consortium, world.ours.consortium.id), db.session.get_one(User, people(world).id)


@pytest.fixture
def draft(world, inside):
    """The number of a report that is being written."""
    with inside():
        actor = db.session.get_one(User, people(world).id)
        report = services.open_report(actor, db.session.get_one(Consortium, world.ours.consortium.id), **QUARTER)
        db.session.commit()
        return report.id


@pytest.fixture
def submitted(world, inside, draft):
    """The number of a report that is submitted, and that of its paper, which is issued."""
    with inside():
        actor, report = db.session.get_one(User, people(world).id), db.session.get_one(StatusReport, draft)
        services.submit(actor, services.write(actor, report, **WORDS))
        issue(report.paper)
        db.session.commit()
        return report.id, report.paper.id


def issue(paper):
    """Put some bytes into the archive as if a worker had made them."""
    from consortium.activity.services import record
    from consortium.core import clock

    stored = keep(b"%PDF-1.7 " + paper.reference.encode())
    paper.state, paper.sha256, paper.size, paper.key, paper.pages, paper.issued_at = (
        "issued",
        stored.sha256,
        stored.size,
        stored.key,
        3,
        clock.now(),
    )
    record("platform", "issued", paper, sha256=stored.sha256)


def said_of(report):
    return facts.status_report(
        report, reference=report.reference, version="1", address="http://localhost/verify/x", author="甲"
    )


# Periods


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2026, 11, 22), (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 1, 1), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 4, 1), (date(2026, 1, 1), date(2026, 3, 31))),
    ],
)
def test_the_last_full_quarter(today, period):
    assert periods.last_quarter(today) == period


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2026, 7, 1), date(2026, 9, 30), "2026年第三季度", "Third quarter 2026"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026年度", "Year 2026"),
        (date(2026, 1, 1), date(2026, 6, 30), "2026年上半年", "First half of 2026"),
        (date(2028, 2, 1), date(2028, 2, 29), "2028年2月", "February 2028"),
        (date(2026, 7, 2), date(2026, 9, 30), "2026-07-02至2026-09-30", "2026-07-02 to 2026-09-30"),
    ],
)
def test_names_of_periods(first, last, zh, en):
    assert periods.named(first, last) == (zh, en)


# Services


def test_facts_are_plain_and_the_same_each_time(table):
    consortium, coordinator = table
    report = services.open_report(coordinator, consortium, **QUARTER)
    one, two = said_of(report), said_of(report)
    assert one == two
    assert plain(one) and json.loads(json.dumps(one)) == one
    db.session.rollback()


def test_figures_follow_from_the_milestones(table):
    consortium, coordinator = table
    said = said_of(services.open_report(coordinator, consortium, **YEAR))
    values = {figure["id"]: (figure["value"], figure["unit"]) for figure in said["figures"][:7]}
    assert values == {
        "F1": ("33.3", "%"), "F2": ("66.6", "%"), "F3": ("1", "/ 3"), "F4": ("1", ""), "F5": ("1800", ""), "F6": ("3", ""), "F7": ("0", ""),
    }  # fmt: skip
    rows = {source["figure"]: source["rows"] for source in said["evidence"]}
    assert "2026-08-24" in rows["F3"][1]
    assert "12 天" in rows["F4"][1]
    assert said["counts"] == {"accepted": 1, "verified": 0, "reported": 0, "returned": 0, "late": 1, "planned": 1}
    assert said["coverage"] == {
        "reported": 1,
        "of": 2,
        "missing": [{"zh": "晨星研究院", "en": "晨星研究院 (invented)"}],
    }
    assert said["light"]["colour"] == "red" and said["light"]["reasons"]
    assert said["projects"][0]["progress"] == "0.333"
    assert said["period"]["label"] == {"zh": "2026年度", "en": "Year 2026"}
    assert said["period"]["as_of"] == "2026-11-22"
    assert said["consortium"]["stage"]["code"] == "operating"
    db.session.rollback()


def test_who_is_silent_on_the_day_that_something_is_due_has_not_reported(table, world):
    consortium, coordinator = table
    row = db.session.get_one(Milestone, world.ours.milestone.id)
    row.due_on = clock.today()
    report = services.open_report(coordinator, consortium, **YEAR)
    said = said_of(report)
    assert said["period"]["as_of"] == "2026-11-22" and said["counts"]["late"] == 1
    assert (said["coverage"]["reported"], said["coverage"]["of"]) == (1, 3)
    assert [firm["zh"] for firm in said["coverage"]["missing"]] == ["晨星研究院", "晨星成员"]
    row.state, row.reported_on = "reported", clock.today()
    assert said_of(report)["coverage"]["reported"] == 2
    db.session.rollback()


def test_what_is_verified_waits_and_bears_the_day_on_which_it_was_reached(table, world):
    from consortium.projects import services as projects

    consortium, coordinator = table
    row = db.session.get_one(Milestone, world.ours.milestone.id)
    member, other = (
        db.session.get_one(User, getattr(world.ours.people, name).id) for name in ("member", "other_member")
    )
    report, days = services.open_report(coordinator, consortium, **YEAR), []
    projects.report(member, row, note="完成。", files=[text()], reached_on=date(2026, 11, 1))
    for step, who in ((projects.verify, other), (projects.accept, coordinator)):
        step(who, row)
        db.session.flush()
        db.session.expire_all()
        said = said_of(report)
        (found,) = (milestone for milestone in said["milestones"] if milestone["id"] == row.id)
        days.append((found["state"]["code"], found["reached_on"], found["accepted_on"], said["figures"][2]["value"]))
    assert days == [("verified", "2026-11-01", "", "1"), ("accepted", "2026-11-01", "2026-11-22", "2")]
    assert said["counts"]["accepted"] == 2 and said["counts"]["verified"] == 0
    told = json.dumps(said["evidence"][2], ensure_ascii=False)
    assert "verified for" in told and "accepted for" in told
    db.session.rollback()


def test_a_report_on_a_past_period_shows_how_it_stood_at_its_end(table):
    consortium, coordinator = table
    said = said_of(services.open_report(coordinator, consortium, **QUARTER))
    values = {figure["id"]: figure["value"] for figure in said["figures"]}
    # The milestone that was due on 10 November was not late on 30 September, and weighed nothing of what was due.
    assert (values["F1"], values["F2"], values["F4"]) == ("33.3", "33.3", "0")
    assert said["counts"] == {"accepted": 1, "verified": 0, "reported": 0, "returned": 0, "late": 0, "planned": 2}
    assert said["period"]["as_of"] == "2026-09-30"
    assert said["cutoff"] == "2026-11-22T04:00:00Z"
    assert said["light"]["colour"] == "green"
    assert "2026-09-30" in said["figures"][1]["note"]["en"]
    db.session.rollback()


def returned_late(consortium, reason="样品批次不明"):
    """A milestone of the consortium that was due on 10 November, reported on 20 September and returned on 5 October."""
    from consortium.projects import services as projects

    row = (
        db.session.query(Milestone)
        .filter_by(consortium_id=consortium.id, state="planned")
        .order_by(Milestone.due_on)[0]
    )
    member, coordinator = (
        db.session.query(User).filter_by(name=f"晨星{name}").one() for name in ("other_member", "coordinator")
    )
    with clock.at(datetime(2026, 9, 20, 4, tzinfo=UTC)):
        projects.report(member, row, note="完成。", files=[text()])
    with clock.at(datetime(2026, 10, 5, 4, tzinfo=UTC)):
        projects.send_back(coordinator, row, reason=reason)
    return row


@pytest.mark.parametrize(
    ("first", "last", "code", "word"),
    [
        (date(2026, 1, 1), date(2026, 8, 31), "planned", "planned"),
        (date(2026, 7, 1), date(2026, 9, 30), "reported", "reported"),
        (date(2026, 10, 1), date(2026, 10, 31), "returned", "returned"),
        (date(2026, 10, 1), date(2026, 12, 31), "late", "returned, late"),
    ],
)
def test_a_state_is_that_of_the_cut_off_and_the_reason_stays_with_who_may_read_it(table, first, last, code, word):
    consortium, coordinator = table
    row = returned_late(consortium)
    said = said_of(services.open_report(coordinator, consortium, starts_on=first, ends_on=last))
    (shown,) = (milestone for milestone in said["milestones"] if milestone["id"] == row.id)
    assert (shown["state"]["code"], shown["state"]["en"]) == (code, word)
    assert said["counts"][code] >= 1
    assert "样品批次不明" not in json.dumps(said, ensure_ascii=False)
    db.session.rollback()


def test_who_joined_after_the_period_is_not_in_its_report(table):
    consortium, coordinator = table
    late = db.session.query(Membership).filter_by(consortium_id=consortium.id).order_by(Membership.id.desc()).first()
    late.joined_on = date(2026, 10, 15)
    said = said_of(services.open_report(coordinator, consortium, **QUARTER))
    assert len(said["members"]) == len(said["money"]) == 2
    db.session.rollback()


def test_the_database_keeps_one_report_for_one_period(table):
    consortium, coordinator = table
    there = services.open_report(coordinator, consortium, **QUARTER)
    db.session.add(
        StatusReport(consortium_id=consortium.id, reference="x", label_zh="", label_en="", starts_on=there.starts_on, ends_on=there.ends_on)
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_period_that_has_its_report_is_refused_at_its_field(world, sign_in):
    client, url = sign_in(people(world)), f"/consortia/{world.ours.consortium.id}/reports/new"
    assert client.post(url, data=TYPED).status_code == 303
    again = client.post(url, data=TYPED)
    assert again.status_code == 422 and f"There is a report on this period already: {OURS}-R01." in again.text


def test_one_report_for_one_period(table):
    consortium, coordinator = table
    services.open_report(coordinator, consortium, **QUARTER)
    with pytest.raises(Refused) as refusal:
        services.open_report(coordinator, consortium, **QUARTER)
    assert f"{OURS}-R01" in str(refusal.value.fields["starts_on"])
    with pytest.raises(Refused):
        services.open_report(coordinator, consortium, starts_on=date(2026, 9, 30), ends_on=date(2026, 7, 1))
    with pytest.raises(Refused):
        services.open_report(coordinator, consortium, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    db.session.rollback()


def test_submitting_freezes_and_nothing_can_be_written_afterwards(table):
    consortium, coordinator = table
    report = services.open_report(coordinator, consortium, **QUARTER)
    with pytest.raises(NotNow):
        services.submit(coordinator, report)
    services.submit(coordinator, services.write(coordinator, report, **WORDS))
    assert report.paper.facts["narrative"] == {"zh": WORDS["narrative_zh"], "en": WORDS["narrative_en"]}
    assert report.paper.facts["cutoff"] == "2026-11-22T04:00:00Z"
    assert len(report.paper.facts["chain_head"]) == 64
    assert report.paper.facts["narrative_by"] == coordinator.name
    with pytest.raises(NotNow):
        services.write(coordinator, report, narrative_zh="后来", narrative_en="")
    with pytest.raises(NotNow):
        services.reopen(coordinator, report)
    db.session.commit()


def test_a_report_is_written_while_its_period_lasts_and_submitted_after_it(world, sign_in, inside):
    with inside():
        actor = db.session.get_one(User, people(world).id)
        report = services.open_report(actor, db.session.get_one(Consortium, world.ours.consortium.id), **YEAR)
        db.session.commit()
        number = report.id
    client, place = sign_in(people(world)), f"/reports/{number}"
    for noon in (datetime(2026, 11, 22, 4, tzinfo=UTC), datetime(2026, 12, 31, 4, tzinfo=UTC)):
        with clock.at(noon):
            early = client.post(f"{place}/submit", data={"version": "1", **WORDS})
            assert early.status_code == 409 and "The period lasts until 2026-12-31." in early.text
            assert WORDS["narrative_en"] in early.text and f'href="{place}"' not in client.get("/waiting").text
    assert client.post(f"{place}/write", data={"version": "1", **WORDS}).status_code == 303
    with clock.at(datetime(2026, 12, 31, 17, tzinfo=UTC)):  # in Shanghai it is the new year
        assert f'href="{place}"' in client.get("/waiting").text
        assert client.post(f"{place}/submit", data={"version": "2", **WORDS}).status_code == 303
    with inside():
        assert db.session.get_one(StatusReport, number).paper.facts["period"]["as_of"] == "2026-12-31"


def test_a_report_whose_paper_failed_is_written_on_and_gets_a_second_edition(table):
    from consortium.activity.services import record

    consortium, coordinator = table
    report = services.submit(
        coordinator, services.write(coordinator, services.open_report(coordinator, consortium, **QUARTER), **WORDS)
    )
    report.paper.state, report.paper.problem = "failed", "These characters cannot be printed."
    record("platform", "failed", report.paper)
    services.reopen(coordinator, report)
    services.submit(coordinator, report)
    db.session.commit()
    assert report.paper.reference == f"{OURS}-R01-2"
    assert report.paper.facts["version"] == "2"


def test_facts_for_the_command_line(table):
    consortium, coordinator = table
    template, said = services.facts_for(consortium.reference)
    assert (template, said["version"], said["period"]["starts_on"]) == ("status_report/2", "0", "2026-07-01")
    assert db.session.query(StatusReport).count() == 0
    report = services.submit(
        coordinator, services.write(coordinator, services.open_report(coordinator, consortium, **QUARTER), **WORDS)
    )
    assert services.facts_for(report.reference)[1] == services.facts_for(consortium.reference)[1] == report.paper.facts
    assert report.reference in dict(queries.references())
    with pytest.raises(Missing):
        services.facts_for("IC-1999-0001-R01")
    db.session.rollback()


# Files


def test_sheet_and_csv_have_the_figures_of_the_facts(table):
    consortium, coordinator = table
    said = said_of(services.open_report(coordinator, consortium, **QUARTER))
    values = {figure["id"]: Decimal(figure["value"]) if figure["value"] else "" for figure in said["figures"]}
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.xlsx(said)))
    rows = book.get_sheet_by_name("关键数字 Figures").to_python()[1:]
    assert {row[0]: Decimal(str(row[2])) if row[2] != "" else "" for row in rows} == values
    lines = list(csv.reader(io.StringIO(sheets.csv(said).decode("utf-8-sig"), newline="")))
    assert {line[1]: Decimal(line[3]) if line[3] else "" for line in lines if line[0] == "指标 Figure"} == values
    money = [line[3] for line in lines if line[0] == "协议投入 Committed"]
    assert money == [row["planned"] for row in said["money"]]
    assert len(book.get_sheet_by_name("里程碑 Milestones").to_python()) == len(said["milestones"]) + 1
    assert sheets.xlsx(said) == sheets.xlsx(said)
    db.session.rollback()


def test_the_page_shows_the_figures_of_the_files(world, sign_in, submitted, inside):
    report, paper = submitted
    client = sign_in(people(world))
    text = client.get(f"/reports/{report}").text
    with inside():
        said = db.session.get_one(Paper, paper).facts
    for figure in said["figures"]:
        shown = f"{Decimal(figure['value']):,f}" if figure["value"] else "–"
        assert f">{shown}<" in text, figure["id"]
    sent = client.post(f"/papers/{paper}/json")
    assert json.loads(sent.data) == said
    for form, kind in (("xlsx", "spreadsheetml"), ("csv", "text/csv"), ("pdf", "application/pdf")):
        sent = client.post(f"/papers/{paper}/{form}")
        assert sent.status_code == 200 and kind in sent.mimetype
        assert f"{OURS}-R01.{form}" in sent.headers["Content-Disposition"]


def test_each_download_is_recorded_and_is_no_get(world, sign_in, submitted, inside):
    from consortium.activity.models import Event

    _, paper = submitted
    officer = sign_in(world.people.officer)
    assert officer.get(f"/papers/{paper}/pdf").status_code == 405
    assert officer.post(f"/papers/{paper}/pdf").data.startswith(b"%PDF")
    with inside():
        event = db.session.query(Event).filter_by(verb="downloaded").one()
        assert (event.subject_kind, event.subject_id, event.facts["form"]) == ("paper", paper, "pdf")


# Pages and people


def test_a_coordinator_writes_and_submits(world, sign_in):
    client, url = sign_in(people(world)), f"/consortia/{world.ours.consortium.id}/reports"
    assert "None was opened yet" in client.get(url).text
    assert 'value="2026-07-01"' in client.get(f"{url}/new").text
    opened = client.post(f"{url}/new", data=TYPED)
    assert opened.status_code == 303
    report = opened.location
    assert "Submit the report" in client.get(report).text
    version = {"version": "1"}
    kept = client.post(f"{report}/draft", data={**version, "narrative_zh": "边写边存", "narrative_en": ""})
    assert kept.status_code == 200 and "Kept at" in kept.text and 'value="2"' in kept.text
    assert "边写边存" in client.get(report).text
    stale = client.post(f"{report}/draft", data={**version, "narrative_zh": "别人的", "narrative_en": ""})
    assert stale.status_code == 409 and "Somebody else" in stale.text
    again = client.post(f"{report}/write", data={**version, "narrative_zh": "我写的话", "narrative_en": ""})
    assert again.status_code == 409 and "我写的话" in again.text
    empty = client.post(f"{report}/submit", data={"version": "2", "narrative_zh": "", "narrative_en": ""})
    assert empty.status_code == 409 and "Write a few sentences" in empty.text
    done = client.post(f"{report}/submit", data={"version": "2", **WORDS})
    assert done.status_code == 303
    text = client.get(report).text
    assert "The paper is being made" in text and WORDS["narrative_en"] in text and "Submit the report" not in text


def test_words_that_are_too_long_come_back(world, sign_in, draft):
    client = sign_in(people(world))
    answer = client.post(
        f"/reports/{draft}/write", data={"version": "1", "narrative_zh": "长" * 3001, "narrative_en": ""}
    )
    assert answer.status_code == 422 and "长" * 3001 in answer.text
    assert client.post(f"/reports/{draft}/draft", data={"version": "1", "narrative_zh": "长" * 3001}).status_code == 422


def test_officers_see_a_report_when_it_is_submitted_and_not_before(world, sign_in, draft, inside):
    officer, elsewhere = sign_in(world.people.officer), sign_in(world.people.officer_elsewhere)
    assert officer.get(f"/reports/{draft}").status_code == 404
    assert f"{OURS}-R01" not in officer.get("/reports").text
    with inside():
        actor, report = db.session.get_one(User, people(world).id), db.session.get_one(StatusReport, draft)
        services.submit(actor, services.write(actor, report, **WORDS))
        db.session.commit()
    assert officer.get(f"/reports/{draft}").status_code == 200
    assert f"{OURS}-R01" in officer.get("/reports?region=320000&year=2026&area=ic&q=晨星").text
    assert f"{OURS}-R01" not in officer.get("/reports?region=510000").text
    assert elsewhere.get(f"/reports/{draft}").status_code == 404
    assert f"{OURS}-R01" not in elsewhere.get("/reports").text


def test_members_see_but_do_not_write_and_strangers_see_nothing(world, sign_in, draft):
    member, stranger = sign_in(people(world, "member")), sign_in(vars(world.theirs.people)["coordinator"])
    assert member.get(f"/reports/{draft}").status_code == 200
    assert "Submit the report" not in member.get(f"/reports/{draft}").text
    assert member.post(f"/reports/{draft}/submit", data={"version": "1", **WORDS}).status_code == 403
    assert stranger.get(f"/reports/{draft}").status_code == 404
    assert stranger.post(f"/reports/{draft}/submit", data={"version": "1", **WORDS}).status_code == 404


def test_experts_do_not_take_papers_away(world, sign_in, submitted):
    _, paper = submitted
    expert = sign_in(people(world, "expert"))
    assert expert.get(f"/papers/{paper}").status_code == 200
    assert expert.post(f"/papers/{paper}/pdf").status_code == 403
    assert sign_in(vars(world.theirs.people)["coordinator"]).post(f"/papers/{paper}/pdf").status_code == 404


def test_what_waits_for_coordinators(table):
    consortium, coordinator = table
    services.open_report(coordinator, consortium, **QUARTER)
    assert [(item.about, item.href) for item in queries.waiting(coordinator)] == [(f"{OURS}-R01", "/reports/1")]
    db.session.rollback()
