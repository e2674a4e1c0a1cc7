"""What every answer carries, and what happens to who asks too often or with a stolen cookie."""

import pytest

from tests import factories

ADDRESSES = ("/login", "/", "/verify", "/nothing-here", "/health", "/static/built/manifest.json")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_shielded(client, address):
    answer = client.get(address)
    policy = (
        answer.headers["Content-Security-Policy"]
        if not address.startswith("/static/")
        else "default-src 'none'; frame-ancestors 'none'"
    )
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    if not address.startswith("/static/"):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_cookie_copied_before_sign_out_is_worthless_after_it(client, world):
    person = world.ours.people.coordinator
    client.post("/login", data={"email": person.email, "password": factories.PASSWORD})
    assert client.get("/me").status_code == 200
    stolen = client.get_cookie("consortium").value
    client.post("/logout")
    thief = client.application.test_client()
    thief.set_cookie("consortium", stolen)
    assert thief.get("/me").status_code == 302


def test_a_wrong_password_is_told_in_words_and_nothing_of_the_account(client, world):
    known = client.post("/login", data={"email": world.ours.people.member.email, "password": "not it at all"})
    unknown = client.post("/login", data={"email": "nobody@example.org", "password": "not it at all"})
    assert known.status_code == unknown.status_code
    assert known.text.replace(world.ours.people.member.email, "") == unknown.text.replace("nobody@example.org", "")


def test_the_session_changes_when_somebody_signs_in(client, world):
    client.get("/login")
    before = client.get_cookie("consortium")
    client.post("/login", data={"email": world.ours.people.member.email, "password": factories.PASSWORD})
    assert client.get_cookie("consortium").value != (before.value if before else "")


def test_a_foreign_host_is_not_answered(client):
    assert client.get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_sign_in_goes_on_to_this_platform_only(client, world):
    answer = client.post(
        "/login?next=https://evil.example/",
        data={"email": world.ours.people.member.email, "password": factories.PASSWORD},
    )
    assert "evil.example" not in answer.headers.get("Location", "")


def test_passwords_are_kept_as_argon2id(inside, world):
    from consortium.core.db import db
    from consortium.people.models import User

    with inside():
        kept = db.session.get_one(User, world.ours.people.member.id).password
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
