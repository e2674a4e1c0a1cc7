"""Drawing up the agreement of a consortium."""

from __future__ import annotations

import json
from datetime import date

import pytest

from consortium.agreements import facts, queries, services
from consortium.agreements.models import Agreement
from consortium.consortia.models import Consortium, Membership
from consortium.core.db import db
from consortium.core.errors import Missing, NotNow, Refused
from consortium.core.scope import current
from consortium.people.models import User
from tests.factories import OURS

URL = "/consortia/{}/agreements"


def people(world, name="coordinator"):
    return vars(world.ours.people)[name]


@pytest.fixture
def table(world, inside):
    """The consortium and its coordinator, with everything in scope."""
    with inside():
        yield db.session.get_one(Consortium, world.ours.consortium.id), db.session.get_one(User, people(world).id)


def plain(value):
    """Whether a value is what JSON gives back exactly, without floats."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(plain(inner) for inner in value)
    return value is None or type(value) in (str, int, bool)


def test_facts_are_plain_and_the_same_each_time(table):
    consortium, _ = table
    one, two = (
        facts.agreement(consortium, reference="AG-1", version="1", language="both", address="http://localhost")
        for _ in range(2)
    )
    assert one == two
    assert plain(one)
    assert json.loads(json.dumps(one)) == one


def test_facts_say_what_is_recorded(table):
    consortium, _ = table
    said = facts.agreement(consortium, reference="AG-1", version="1", language="both", address="http://localhost")
    assert [party["role"]["en"] for party in said["parties"]] == ["Lead enterprise", "Core member", "Partner"]
    assert said["total"] == "18000000.00"
    assert said["total_capitals"] == "人民币壹仟捌佰万元整"
    assert [party["share"] for party in said["parties"]] == ["0.666", "0.166", "0.166"]
    assert len(said["clauses"]) == 22
    assert [project["title"]["zh"] for project in said["projects"]] == ["晨星项目"]
    text = str(said["clauses"])
    assert "{" not in text.replace("{'", "")
    assert "晨星联合体" in text and "18,000,000.00" in text and "2028年12月31日" in text
    assert said["consortium"]["liability_unit"]["zh"] in text


def test_clauses_name_what_is_left_open(table):
    consortium, _ = table
    consortium.liability_unit = None
    consortium.liability_unit_id = None
    consortium.ends_on = None
    with db.session.no_autoflush:
        said = facts.agreement(consortium, reference="AG-1", version="1", language="both", address="http://localhost")
    assert "尚未指定对外承担责任主体" in str(said["clauses"][2])
    assert said["clauses"][2]["notes"][0]["mark"]
    assert "持续有效" in str(said["clauses"][3])
    db.session.rollback()


def test_each_version_has_its_number_and_reference(table):
    consortium, coordinator = table
    first = services.draw_up(coordinator, consortium)
    second = services.draw_up(coordinator, consortium, language="zh")
    db.session.commit()
    assert (first.number, second.number) == (1, 2)
    assert (first.reference, second.reference) == (f"{OURS}-A01", f"{OURS}-A02")
    assert second.paper.facts["language"] == "zh"
    assert second.paper.facts["verify_url"] == f"http://localhost/verify/{OURS}-A02"
    assert queries.job_of(second.paper).kind == "paper"


def test_conditions_are_sentences(table):
    consortium, coordinator = table
    for membership in db.session.query(Membership).filter_by(consortium_id=consortium.id):
        membership.left_on = date(2026, 6, 30)
    consortium.purpose_zh = consortium.purpose_en = ""
    db.session.flush()
    sentences = [sentence.english for sentence in services.obstacles(consortium)]
    assert len(sentences) == 3
    assert any("two active members" in sentence for sentence in sentences)
    assert any("leads" in sentence for sentence in sentences)
    assert any("purpose" in sentence for sentence in sentences)
    with pytest.raises(NotNow):
        services.draw_up(coordinator, consortium)
    db.session.rollback()


def test_an_unknown_language_is_refused_at_its_field(table):
    consortium, coordinator = table
    with pytest.raises(Refused) as refusal:
        services.draw_up(coordinator, consortium, language="fr")
    assert "language" in refusal.value.fields


def test_facts_for_the_command_line(table):
    consortium, coordinator = table
    template, draft = services.facts_for(consortium.reference)
    assert template == "agreement/1" and draft["version"] == "0"
    agreement = services.draw_up(coordinator, consortium)
    assert (
        services.facts_for(consortium.reference)[1]
        == services.facts_for(agreement.reference)[1]
        == agreement.paper.facts
    )
    with pytest.raises(Missing):
        services.facts_for("IC-1999-0001-A01")
    assert (f"{OURS}-A01" in dict(queries.references())) is True
    db.session.rollback()


def test_a_coordinator_draws_up_and_sees_the_paper_coming(world, sign_in, inside):
    client, url = sign_in(people(world)), URL.format(world.ours.consortium.id)
    assert "No version was drawn up yet" in client.get(url).text
    assert "Draw up version 1" in client.get(f"{url}/new").text
    answer = client.post(f"{url}/new", data={"language": "both"})
    assert answer.status_code == 303
    text = client.get(answer.location).text
    assert "The paper is being made" in text and f"{OURS}-A01" in text
    assert f"{OURS}-A01" in client.get(url).text
    with inside():
        assert current().all
        assert db.session.query(Agreement).count() == 1


def test_a_member_sees_but_does_not_draw_up(world, sign_in):
    url = URL.format(world.ours.consortium.id)
    member = sign_in(people(world, "member"))
    assert member.get(url).status_code == 200
    assert "Draw up" not in member.get(url).text
    assert member.post(f"{url}/new", data={"language": "both"}).status_code == 403
    assert sign_in(vars(world.theirs.people)["coordinator"]).get(url).status_code == 404


def test_what_is_missing_is_said_on_the_page(world, sign_in, inside):
    from consortium.activity.services import record

    with inside():
        consortium = db.session.get_one(Consortium, world.ours.consortium.id)
        consortium.purpose_zh = consortium.purpose_en = ""
        record("test", "amended", consortium)
        db.session.commit()
    client, url = sign_in(people(world)), URL.format(world.ours.consortium.id)
    assert "The purpose of the consortium is not written yet." in client.get(f"{url}/new").text
    answer = client.post(f"{url}/new", data={"language": "both"})
    assert answer.status_code == 409
    assert "The purpose of the consortium is not written yet." in answer.text


def test_amounts_in_another_currency_are_never_printed_as_yuan(table):
    from consortium.reports import services as reports

    consortium, coordinator = table
    consortium.currency = "EUR"
    for facts_for in (services.facts_for, reports.facts_for):
        with pytest.raises(NotNow, match="EUR"):
            facts_for(consortium.reference)
    with pytest.raises(NotNow, match="EUR"):
        services.draw_up(coordinator, consortium)
    db.session.rollback()
