"""What every answer carries, and what happens to who asks too often or with a stolen cookie."""

import re

import pytest

from consortium.core.db import db
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


def signed_in(client, person):
    client.post("/login", data={"email": person.email, "password": factories.PASSWORD})
    return client.get_cookie("consortium").value


def kept(inside, name):
    with inside():
        asked = "SELECT count(*) FROM session WHERE session_id = ?"
        return db.session.connection().exec_driver_sql(asked, (f"session:{name}",)).scalar()


@pytest.mark.parametrize("first", ["the slow page", "signing out"])
def test_a_slow_page_does_not_bring_back_a_session_that_was_signed_out(client, world, inside, first):
    app, stolen = client.application, signed_in(client, world.ours.people.coordinator)
    assert kept(inside, stolen) == 1
    slow = app.test_request_context("/me", headers={"Cookie": f"consortium={stolen}"})
    with slow:
        slow.session["_flashes"] = []
        begun = slow.session

    def end():
        """The page is ready, and has shown its messages."""
        with app.test_request_context("/me"):
            answer = app.response_class()
            app.session_interface.save_session(app, begun, answer)
            return answer

    if first == "the slow page":
        end()
        client.post("/logout")
    else:
        client.post("/logout")
        assert "Set-Cookie" not in end().headers, "the browser keeps the session that it has now"
    assert kept(inside, stolen) == 0
    thief = app.test_client()
    thief.set_cookie("consortium", stolen)
    assert thief.get("/me").status_code == 302


def test_signing_out_gives_the_session_another_name(client, world, inside):
    before = signed_in(client, world.ours.people.coordinator)
    client.post("/language", data={"language": "en"})
    client.post("/logout")
    after = client.get_cookie("consortium")
    assert after is None or after.value != before
    assert kept(inside, before) == 0


def test_a_nul_is_taken_in_no_address_and_no_cookie(client):
    assert client.get("/verify/%00abc").status_code == 400
    assert client.get("/verify?reference=%00abc").status_code == 400
    client.set_cookie("consortium", "a\0b")
    assert client.get("/login").status_code == 200


def test_a_wrong_password_is_told_in_words_and_nothing_of_the_account(client, world):
    known = client.post("/login", data={"email": world.ours.people.member.email, "password": "not it at all"})
    unknown = client.post("/login", data={"email": "nobody@example.org", "password": "not it at all"})
    assert known.status_code == unknown.status_code
    pages = [re.sub(r"[\w-]+\.[\w-]{6}\.[\w-]{20,}", "a token of this second", page.text) for page in (known, unknown)]
    assert pages[0].replace(world.ours.people.member.email, "") == pages[1].replace("nobody@example.org", "")


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


@pytest.mark.parametrize("address", ["/milestones?as=csv", "/milestones?as=xlsx", "/projects/{}/export"])
def test_what_is_saved_is_sandboxed(world, sign_in, address):
    answer = sign_in(world.ours.people.coordinator).get(address.format(world.ours.project.id))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
