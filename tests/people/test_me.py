"""My own page, my language, my colours."""

import pytest

from consortium.activity.models import Event
from consortium.core.db import db
from consortium.people.models import User


def text(answer):
    return answer.get_data(as_text=True)


def version(inside, person):
    with inside():
        return db.session.get(User, person.id).version


@pytest.mark.parametrize("who", ["coordinator", "member", "expert"])
def test_my_seats_are_listed(world, sign_in, who):
    page = text(sign_in(world.ours.people.__dict__[who]).get("/me"))
    assert f"/consortia/{world.ours.consortium.id}" in page
    assert "暮云" not in page


def test_an_officers_remit_is_told_in_words(world, sign_in):
    page = text(sign_in(world.people.officer).get("/me"))
    assert "Jiangsu" in page
    assert "all areas" in page


def test_the_ways_of_signing_in_are_linked(world, sign_in):
    page = text(sign_in(world.people.staff).get("/me"))
    for path in ("/change", "/tf-setup", "/wan-register", "/mf-recovery-codes"):
        assert path in page


def test_a_profile_is_changed_and_told(world, sign_in, inside):
    browser, person = sign_in(world.people.staff), world.people.staff
    changed = {
        "name": "新名字",
        "post": "主任",
        "locale": "zh_Hans",
        "theme": "dark",
        "version": version(inside, person),
    }
    answer = browser.post("/me", data=changed)
    assert answer.status_code == 303, text(answer)
    assert "theme=dark" in answer.headers["Set-Cookie"]
    page = text(browser.get("/me"))
    assert "新名字" in page
    assert 'lang="zh-Hans"' in page
    with inside():
        assert db.session.query(Event).filter_by(verb="changed profile", subject_id=person.id).count() == 1


def test_a_profile_that_somebody_else_changed_is_compared(world, sign_in, inside):
    browser, person = sign_in(world.people.staff), world.people.staff
    old = version(inside, person)
    assert browser.post("/me", data={"name": "第一", "post": "", "version": old}).status_code == 303
    answer = browser.post("/me", data={"name": "第二", "post": "", "version": old})
    assert answer.status_code == 409
    assert "第二" in text(answer)


@pytest.mark.parametrize("name", ["", "  ", "a\u202eb", "x" * 200])
def test_a_name_is_needed(world, sign_in, inside, name):
    answer = sign_in(world.people.staff).post(
        "/me", data={"name": name, "post": "保留", "version": version(inside, world.people.staff)}
    )
    assert answer.status_code == 422
    assert "保留" in text(answer)


def test_strangers_change_the_language(client):
    answer = client.post("/language", data={"language": "zh_Hans", "next": "/login"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login"
    assert 'lang="zh-Hans"' in text(client.get("/login"))
    client.post("/language", data={"language": "en", "next": "/login"})
    assert 'lang="en"' in text(client.get("/login"))


def test_the_language_of_a_person_goes_with_him(world, sign_in, inside):
    sign_in(world.people.staff).post("/language", data={"language": "zh_Hans", "next": "/me"})
    with inside():
        assert db.session.get(User, world.people.staff.id).locale == "zh_Hans"
    assert 'lang="zh-Hans"' in text(sign_in(world.people.staff).get("/me"))


@pytest.mark.parametrize(
    "place", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/\n/evil"]
)
def test_a_switch_leads_nowhere_else(client, place):
    assert client.post("/language", data={"language": "en", "next": place}).headers["Location"] == "/"


def test_an_unknown_language_or_theme_changes_nothing(world, sign_in, inside):
    browser = sign_in(world.people.staff)
    assert browser.post("/language", data={"language": "tlh"}).status_code == 303
    assert browser.post("/theme", data={"theme": "pink"}).status_code == 303
    with inside():
        user = db.session.get(User, world.people.staff.id)
        assert (user.locale, user.theme) == ("", "")


def test_colours_are_kept(world, sign_in, inside):
    answer = sign_in(world.people.staff).post("/theme", data={"theme": "dark", "next": "/me"})
    assert "theme=dark" in answer.headers["Set-Cookie"]
    with inside():
        assert db.session.get(User, world.people.staff.id).theme == "dark"


def test_metrics_count_without_content(world, sign_in):
    body = text(sign_in(world.people.administrator).get("/metrics"))
    assert 'consortium_accounts{state="open"}' in body
    assert "晨星" not in body
