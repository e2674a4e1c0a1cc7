"""Signing in under attack: what is planted, replayed, guessed, or led elsewhere is worth nothing."""

import re

import pytest
from flask import Response
from passlib.totp import TOTP

from consortium.activity.models import OutboxMail
from consortium.core.db import db
from consortium.people import sign_in
from tests.factories import PASSWORD


@pytest.fixture
def guarded(app):
    """The app as in real use: with tokens of forms."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def token(client, path="/login"):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True))[1]


def entered(client, person, **more):
    return client.post("/login", data={"email": person.email, "password": PASSWORD, **more})


def test_no_token_beside_the_session_opens_anything(app, client, world):
    person = world.ours.people.member
    answer = client.post("/login?include_auth_token", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200
    made = answer.json["response"]["user"].get("authentication_token", "none")
    stranger = app.test_client()
    assert stranger.get("/me", query_string={"auth_token": made}).status_code == 302
    assert stranger.get("/me", headers={"Authentication-Token": made}).status_code == 302
    assert stranger.get("/tf-setup", headers={"Authentication-Token": made}).status_code in (302, 401)


def test_staying_signed_in_is_a_cookie_for_this_site_alone(client, world):
    answer = entered(client, world.ours.people.member, remember="y")
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("consortium-stay="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_stolen_cookie_that_stays_signed_in_is_worthless_after_signing_out(app, client, world):
    person = world.ours.people.member
    entered(client, person, remember="y")
    stolen, thief, elsewhere = client.get_cookie("consortium-stay").value, app.test_client(), app.test_client()
    thief.set_cookie("consortium-stay", stolen)
    assert thief.get("/me").status_code == 200
    client.post("/logout")
    thief.delete_cookie("consortium")
    thief.set_cookie("consortium-stay", stolen)
    assert thief.get("/me").status_code == 302
    entered(elsewhere, person)
    elsewhere.set_cookie("consortium-stay", stolen)
    entered(client, person)
    elsewhere.post("/logout")
    assert client.get("/me").status_code == 200, "a cookie that is worthless already signs nobody out"


def test_in_real_use_cookies_travel_encrypted():
    from consortium.app import _flask_settings

    asked = {"BASE_URL": "https://platform.example.org"}

    class Settings(dict):
        def __missing__(self, name):
            return "1"

    class Config:
        folder = "/nowhere"

        def __getitem__(self, name):
            return Settings(asked, UPLOAD_LIMIT_MB=40)[name]

    made = _flask_settings(Config())
    assert made["REMEMBER_COOKIE_SECURE"] and made["SESSION_COOKIE_SECURE"]
    assert made["REMEMBER_COOKIE_NAME"].startswith("__Host-")


def test_the_token_of_forms_is_new_after_signing_in(guarded, client, world):
    planted = token(client)
    assert entered(client, world.ours.people.member, csrf_token=planted).status_code == 302
    assert client.post("/theme", data={"theme": "dark", "csrf_token": planted}).status_code == 400
    assert client.post("/theme", data={"theme": "dark", "csrf_token": token(client, "/me")}).status_code == 303


def test_links_in_mails_lead_to_this_platform_whatever_host_was_asked(client, world, inside):
    client.post("/reset", data={"email": world.ours.people.member.email}, headers={"Host": "localhost:6666"})
    with inside():
        body = db.session.query(OutboxMail).order_by(OutboxMail.id.desc()).first().body
    assert "http://localhost/reset/" in body and "6666" not in body


def test_asking_for_a_password_costs_the_same_for_nobody(client, world, monkeypatch):
    hashed = []
    monkeypatch.setattr(sign_in, "hash_data", hashed.append)
    client.post("/reset", data={"email": "nobody@example.org"})
    assert hashed == ["nobody"]


def test_showing_again_who_one_is_has_an_address_of_its_own(app, client, world):
    with app.test_request_context():
        from flask import url_for

        assert url_for("security.verify") != url_for("papers.verify")
    entered(client, world.ours.people.member)
    assert 'name="password"' in client.get("/confirm").get_data(as_text=True)


def test_the_mailbox_is_no_second_factor(app):
    assert app.config["SECURITY_TWO_FACTOR_RESCUE_EMAIL"] is False


def test_a_second_factor_is_set_up_asked_for_and_good_once(app, client, world):
    person = world.ours.people.member
    entered(client, person)
    begun = client.post("/tf-setup", json={"setup": "authenticator"}).json["response"]
    totp = TOTP(key=begun["tf_authr_b32key"], format="base32")
    answer = client.post(f"/tf-setup/{begun['tf_state_token']}", json={"code": totp.generate().token})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    again = app.test_client()
    assert entered(again, person).status_code in (200, 302)
    assert again.get("/me").status_code == 302
    offered = again.get("/tf-validate").get_data(as_text=True)
    assert 'value="email"' not in offered
    again.post("/tf-rescue", data={"help_setup": "email"})
    assert again.post("/tf-validate", data={"code": "000000"}).status_code != 302
    assert again.get("/me").status_code == 302


def test_tries_at_an_account_are_counted_however_it_is_written(app):
    def key(**asked):
        with app.test_request_context("/login", method="POST", **asked):
            return sign_in._account()

    first = key(data={"email": "a@example.org"})
    assert first and first == key(data={"email": " A@Example.org "}) == key(json={"email": "a@example.org"})
    assert not key(data={"email": ""})
    assert first != key(data={"email": "b@example.org"})
    assert sign_in._failed(Response(status=200)) and sign_in._failed(Response(status=429))
    assert not sign_in._failed(Response(status=302))
